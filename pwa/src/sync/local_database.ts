// The part of PouchDB that the app uses, in plain shapes.
import type { StoredDocument } from './types'

export interface Written {
  id?: string
  rev?: string
  error?: unknown
  name?: string
  message?: string
}

export interface RangeRow {
  id: string
  value?: { rev: string; deleted?: boolean }
  doc?: StoredDocument | null
  error?: string
}

export interface LocalDatabase {
  bulkDocs(documents: StoredDocument[], options?: { new_edits: boolean }): Promise<Written[]>
  allDocs(options?: Record<string, unknown>): Promise<{ rows: RangeRow[] }>
  get(id: string, options?: Record<string, unknown>): Promise<StoredDocument>
  getAttachment(id: string, name: string): Promise<Blob>
  info(): Promise<{ doc_count: number; update_seq: number | string }>
}

/** One generation of a local database, opened. */
export interface RawDatabase extends LocalDatabase {
  changes(options: Record<string, unknown>): Promise<{ results: { id: string }[]; last_seq: number | string }>
  close(): Promise<void>
  destroy(): Promise<unknown>
}
