/** The catalogue's words and lists as the crew's screens ask for them. Procedures and drugs load behind the screen. */
import { shallowRef, watch } from 'vue'
import type { DosingRules, DrugDefinition, PathwayDefinition, ProcedureDefinition, TimeNodeDefinition } from './definitions'
import { labelOf } from './labels'
import { siteDefinitions } from './site'
import { chips, loadDosing, loadDrugs, loadProcedures, pathway, symptoms, timeNodes } from './store'
import type { Words } from './types'

export const drugs = shallowRef<Readonly<Record<string, DrugDefinition>>>({})
export const procedures = shallowRef<Readonly<Record<string, ProcedureDefinition>>>({})
export const dosing = shallowRef<DosingRules | null>(null)

let asked: Promise<void> | null = null
/** Loads drugs and procedures once; their words appear where they are shown as soon as they are here. */
export function needDrugs(): Promise<void> {
  const mine = (asked ??= Promise.all([loadDrugs(), loadProcedures(), loadDosing()]).then(([loadedDrugs, loadedProcedures, rules]) => {
    if (mine !== asked) return // the site replaced something meanwhile
    dosing.value = rules ?? null
    drugs.value = loadedDrugs
    procedures.value = loadedProcedures
  }))
  mine.catch((error: unknown) => {
    if (mine === asked) asked = null // asked again by the next screen
    console.error('catalogue: drugs and procedures did not load', error)
  })
  return mine
}

export const pathwayOf = (id: string | null, symptom?: string | null): PathwayDefinition => pathway(id, symptom)
export const nodeOf = (id: string): TimeNodeDefinition | undefined => timeNodes[id]

export function nodeWord(id: string, short = false): string {
  const node = timeNodes[id]
  if (!node) return id
  // "首次医疗接触(FMC)": crews do not need the abbreviation beside the word.
  return labelOf(short ? node.short : node.label).replace(/[（(][A-Z0-9 -]+[)）]$/, '')
}

export const drugWord = (id: string): string => wordIn(drugs.value, id)
export const procedureWord = (id: string): string => wordIn(procedures.value, id)
export const symptomWord = (id: string): string => wordIn(symptoms, id)

function wordIn(things: Readonly<Record<string, { label: Words }>>, id: string): string {
  const thing = things[id]
  return thing ? labelOf(thing.label) : id
}

let words: Map<string, Words> | null = null
// A dose rule or a chip that the site replaces counts from the moment that it comes, on screens that are open too.
watch(
  siteDefinitions,
  () => {
    words = null
    if (asked) {
      asked = null
      void needDrugs()
    }
  },
  { flush: 'sync' },
)

const KINDS = ['complaint', 'past', 'allergies', 'medications', 'note', 'present', 'last_meal'] as const

/** A chip by its id: what was stored as an id is shown as a word, what was typed as it is. */
export function chipWord(id: string): string {
  if (!words) {
    words = new Map()
    for (const symptom of [...Object.keys(symptoms), null]) {
      for (const chip of chips('complaint', { symptom })) words.set(chip.id, chip.label)
    }
    for (const kind of KINDS.slice(1)) for (const chip of chips(kind)) words.set(chip.id, chip.label)
  }
  const found = words.get(id)
  return found ? labelOf(found) : id
}
