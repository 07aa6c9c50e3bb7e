// What a pathway's file brings beside the pathway itself, so that a new centre is one file: definitions like any others, with
// schema, version, signature and sources of the pathway where they name none. Twin: server/catalogue/brought.py.
// The hub sends what a site's own pathways bring as definitions of their own folders; this is for files that the app brings.
import type { PathwayDefinition } from './definitions'

export interface BroughtDefinition {
  folder: string
  definition: { id: string; order?: number } & Record<string, unknown>
}

/** Everything that pathways bring, in the order of their files. */
export function broughtBy(pathways: readonly PathwayDefinition[]): BroughtDefinition[] {
  return pathways.flatMap(({ schema, version, signed_off, sources, brings = {} }) =>
    Object.entries(brings).flatMap(([folder, definitions]) =>
      definitions.map((definition) => ({ folder, definition: { schema, version, signed_off, sources, ...definition } })),
    ),
  )
}
