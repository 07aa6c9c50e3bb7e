// The catalogue on the phone: bundled with the app, so that all of it works offline. What every screen needs (vital signs,
// time nodes, pathways, indicators, symptoms, chips) is loaded with the first screen of an encounter; scores, drugs and
// procedures are loaded when asked for. Nothing here reaches the network. What the site replaced stands in its place.
import { shallowReactive, watch } from 'vue'
import { language } from '../language'
import { broughtBy } from './brought'
import { definitionHash } from './canonical'
import type {
  ChipSet,
  Chip,
  DosingRules,
  DrugDefinition,
  ExaminationDefinition,
  IndicatorDefinition,
  PathwayDefinition,
  ProcedureDefinition,
  ReasonsDefinition,
  RecheckDefinition,
  SymptomDefinition,
  TimeNodeDefinition,
  VitalField,
} from './definitions'
import { followSite, siteDefinition, siteDefinitions } from './site'
import type { ScoreDefinition, Words } from './types'

type Files<T> = Record<string, T>
type Loaders<T> = Record<string, () => Promise<T>>

const vitalFiles: Files<VitalField> = import.meta.glob('@catalogue/vitals/*.json', { eager: true, import: 'default' })
const nodeFiles: Files<TimeNodeDefinition> = import.meta.glob('@catalogue/time_nodes/*.json', {
  eager: true,
  import: 'default',
})
const pathwayFiles: Files<PathwayDefinition> = import.meta.glob('@catalogue/pathways/*.json', {
  eager: true,
  import: 'default',
})
const indicatorFiles: Files<IndicatorDefinition> = import.meta.glob('@catalogue/indicators/*.json', {
  eager: true,
  import: 'default',
})
const symptomFiles: Files<SymptomDefinition> = import.meta.glob('@catalogue/symptoms/*.json', {
  eager: true,
  import: 'default',
})
const reasonFiles: Files<ReasonsDefinition> = import.meta.glob('@catalogue/reasons/*.json', { eager: true, import: 'default' })
const chipFiles: Files<ChipSet> = import.meta.glob('@catalogue/chips/*.json', { eager: true, import: 'default' })
const scoreLoaders: Loaders<ScoreDefinition> = import.meta.glob<ScoreDefinition>('@catalogue/scores/*.json', { import: 'default' })
const drugLoaders: Loaders<DrugDefinition> = import.meta.glob<DrugDefinition>('@catalogue/drugs/*.json', { import: 'default' })
const procedureLoaders: Loaders<ProcedureDefinition> = import.meta.glob<ProcedureDefinition>('@catalogue/procedures/*.json', {
  import: 'default',
})
const dosingLoaders: Loaders<DosingRules> = import.meta.glob<DosingRules>('@catalogue/dosing/*.json', { import: 'default' })
const examinationLoaders: Loaders<ExaminationDefinition> = import.meta.glob<ExaminationDefinition>('@catalogue/examination/*.json', {
  import: 'default',
})
const recheckFiles: Files<RecheckDefinition> = import.meta.glob('@catalogue/rechecks/*.json', { eager: true, import: 'default' })

interface Ordered {
  id: string
  order?: number
}

function byId<T extends Ordered>(files: Files<T>): Readonly<Record<string, T>> {
  const entries = Object.values(files).sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
  return Object.fromEntries(entries.map((entry) => [entry.id, entry]))
}

const idOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.json'.length)

// What the bundled pathways bring of their own; the site's own pathways come with theirs as definitions of their folders.
const brought = broughtBy(Object.values(pathwayFiles))
const broughtTo = <T extends Ordered>(name: string): T[] =>
  brought.flatMap((one) => (one.folder === name ? [one.definition as unknown as T] : []))

/** The bundled definitions of a folder by id, and the site's own in place of theirs. */
function folder<T extends Ordered>(name: string, files: Files<T>): Readonly<Record<string, T>> {
  const record = shallowReactive(byId({ ...files, ...Object.fromEntries(broughtTo<T>(name).map((one) => [one.id, one])) }) as Record<string, T>)
  followSite(name, record)
  return record
}

/** By id, in the order of the entry screen. */
export const vitalFields = folder('vitals', vitalFiles)
export { vitalFields as vitalFieldsById }
export const timeNodes = folder('time_nodes', nodeFiles)
export const pathways = folder('pathways', pathwayFiles)
export const symptoms = folder('symptoms', symptomFiles)
export const indicators = folder(
  'indicators',
  Object.fromEntries(Object.entries(indicatorFiles).filter(([, entry]) => entry.kind === 'interval')),
)
/** Why steps were not done, came late or were broken off. */
export const reasons = folder('reasons', reasonFiles)
export const rechecks = folder('rechecks', recheckFiles)
const chipSets = folder('chips', chipFiles)
const scorePaths = new Map(Object.keys(scoreLoaders).map((path) => [idOf(path), path]))
export const scoreIds: readonly string[] = [...scorePaths.keys()].sort()

export interface LoadedScore {
  definition: ScoreDefinition
  /** What a stored result keeps of the definition that it was computed by. */
  stamp: { version: string; hash: string }
}

const loaded = new Map<string, Promise<LoadedScore>>()
watch(siteDefinitions, () => loaded.clear(), { flush: 'sync' })

/** A score's definition and its stamp. Rejects for an id that the catalogue does not have. */
export function loadScore(id: string): Promise<LoadedScore> {
  const known = loaded.get(id)
  if (known) return known
  const own = siteDefinition<ScoreDefinition>('scores', id) ?? broughtTo<ScoreDefinition>('scores').find((one) => one.id === id)
  const load = own ? () => Promise.resolve(own) : scoreLoaders[scorePaths.get(id) ?? '']
  if (!load) return Promise.reject(new Error(`the catalogue has no score ${id}`))
  const loading = load().then(async (definition) => ({
    definition,
    stamp: { version: definition.version, hash: await definitionHash(definition) },
  }))
  // What failed is asked for again next time.
  loading.catch(() => loaded.delete(id))
  loaded.set(id, loading)
  return loading
}

/**
 * The pathway's definition; the general one where this version does not know the id, so that no screen is empty. A symptom
 * of that pathway puts steps, scores, vital signs and procedures of its own in their place.
 */
export function pathway(id: string | null | undefined, symptomId?: string | null): PathwayDefinition {
  const found = pathways[id ?? ''] ?? pathways.general
  if (!found) throw new Error('the catalogue has no general pathway')
  const symptom = symptoms[symptomId ?? '']
  return symptom?.pathway === found.id ? { ...found, ...symptom.instead } : found
}

/** Ids of the scores that a pathway offers: those to do first, then the others. Unknown ones are left out. */
export function scoresFor(pathwayId: string | null | undefined, symptomId?: string | null): { first: string[]; more: string[] } {
  const { scores } = pathway(pathwayId, symptomId)
  const isKnown = (id: string) =>
    scorePaths.has(id) || siteDefinition('scores', id) !== null || broughtTo('scores').some((one) => one.id === id)
  return { first: scores.first.filter(isKnown), more: scores.more.filter(isKnown) }
}

/** Time nodes that a pathway offers to one side, in the order of the catalogue's line. */
export function nodesFor(pathwayId: string | null | undefined, side: 'prehospital' | 'hospital'): TimeNodeDefinition[] {
  return pathway(pathwayId).nodes[side].flatMap((id) => timeNodes[id] ?? [])
}

/** The wording to tap instead of typing. For a complaint, that of the symptom, else that of the pathway, else the general. */
export function chips(
  kind: ChipSet['kind'],
  about: { symptom?: string | null; pathway?: string | null } = {},
): readonly Chip[] {
  const sets = Object.values(chipSets).filter((set) => set.kind === kind)
  if (kind !== 'complaint') return sets.flatMap((set) => set.chips)
  const wanted = [about.symptom, about.pathway, 'other']
  const chosen = wanted.map((name) => sets.find((set) => set.symptom === name)).find((set) => set !== undefined)
  return chosen?.chips ?? []
}

async function loadAll<T extends Ordered>(name: string, loaders: Loaders<T>): Promise<Readonly<Record<string, T>>> {
  const bundled = await Promise.all(Object.entries(loaders).map(async ([path, load]) => [idOf(path), await load()] as const))
  const own = siteDefinitions.value.filter((one) => one.folder === name)
  for (const one of broughtTo<T>(name)) bundled.push([one.id, one])
  return byId(Object.fromEntries([...bundled, ...own.map((one) => [one.id, one.definition as unknown as T] as const)]))
}

export const loadDrugs = (): Promise<Readonly<Record<string, DrugDefinition>>> => loadAll('drugs', drugLoaders)
export const loadProcedures = (): Promise<Readonly<Record<string, ProcedureDefinition>>> => loadAll('procedures', procedureLoaders)
export const loadDosing = async (): Promise<DosingRules | undefined> => (await loadAll('dosing', dosingLoaders)).rules
export const loadExamination = (): Promise<Readonly<Record<string, ExaminationDefinition>>> => loadAll('examination', examinationLoaders)

/** What a stored entry keeps of the definition that it was computed by. */
export const stampOf = async (definition: { version: string }): Promise<{ version: string; hash: string }> => ({
  version: definition.version,
  hash: await definitionHash(definition),
})

/** Say a catalogue label in the chosen language. Reactive where it is called in a template or a computed. */
export function label(words: Words | { label: Words } | { names: Words } | null | undefined): string {
  if (!words) return ''
  if ('label' in words) return words.label[language.value]
  if ('names' in words) return words.names[language.value]
  return words[language.value]
}

/** The name of a time node, vital sign, pathway or symptom by its id; the id itself where this version has no such entry. */
export function nameOf(kind: 'time_nodes' | 'vitals' | 'pathways' | 'symptoms' | 'indicators', id: string): string {
  const folder = { time_nodes: timeNodes, vitals: vitalFields, pathways, symptoms, indicators }[kind]
  const entry = folder[id]
  return entry ? label(entry) : id
}
