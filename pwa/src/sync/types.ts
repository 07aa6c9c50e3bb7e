// Shapes that the rooms of sync/ share. No medicine here: a document is an id, a revision and JSON.
export type Lane = 'text' | 'media'
export type Access = 'read' | 'write'

/** Where a document is, by the hub's positive answer for that document and nothing else. */
export type DeliveryState = 'device' | 'hub' | 'refused' | 'quarantined'

export interface SessionDatabase {
  name: string
  url: string
  lane: Lane
  access: Access
}

export interface SessionStaff {
  id: string
  name: string
  role: string
  sites: string[]
  units: string[]
}

export interface Session {
  token: string
  expiresAt: string
  staff: SessionStaff
  device: { id: string; name: string }
  databases: SessionDatabase[]
  hub: { uuid: string; name: string; demo: boolean }
}

/** The part of a stored document that sync/ knows about. */
export interface StoredDocument {
  _id: string
  _rev?: string
  _revisions?: { start: number; ids: string[] }
  _attachments?: Record<string, AttachmentBody>
  [field: string]: unknown
}

export interface AttachmentBody {
  content_type: string
  data?: Blob | string
  stub?: boolean
  digest?: string
  length?: number
  revpos?: number
}

export interface LedgerRow {
  id: string
  mailbox: string
  lane: Lane
  state: DeliveryState
  /** The hub's reason for a refusal, or the last failure; null when there was none. */
  reason: string | null
  attempts: number
  /** Device clock, milliseconds, of the last change of this row. */
  at: number
  /** Order within the media lane: smaller goes first. */
  rank: number
  bytes: number
  /** Whom and what rights the hub refused, so that a changed session means a new try. */
  under: string | null
}

/** Name of the media twin of a text mailbox. */
export function mediaTwin(mailbox: string): string {
  return `${mailbox}-media`
}

/** Name of the text mailbox of either twin. */
export function textTwin(mailbox: string): string {
  return mailbox.endsWith('-media') ? mailbox.slice(0, -'-media'.length) : mailbox
}
