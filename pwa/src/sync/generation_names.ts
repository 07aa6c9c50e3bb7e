// Which generation of a local database is the present one: one small value each, switched by one durable write.
import { readValue, writeValue } from './own_database'

/** The local database of a generation. The first one is named like the hub's. */
export function localName(name: string, generation: number): string {
  return generation === 0 ? name : `${name}~${generation}`
}

export async function generationOf(name: string): Promise<number> {
  return (await readValue<number>(`generation:${name}`)) ?? 0
}

export async function setGeneration(name: string, generation: number): Promise<void> {
  await writeValue(`generation:${name}`, generation)
}
