// Shapes of catalogue files as the app reads them. The files are checked by the hub's loader and in CI.

export type Language = 'zh' | 'en'
export type Words = Record<Language, string>
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Inputs = Readonly<Record<string, unknown>>
export type Severity = 'low' | 'moderate' | 'high' | 'critical'

export interface SignedOff {
  by: string
  role?: string
  at: string
}

export interface Source {
  id?: string
  title: string
  url?: string | null
  access: string
}

export interface Band {
  id: string
  min: number | null
  max: number | null
  min_inclusive?: boolean
  max_inclusive?: boolean
  label: Words
  severity: Severity
  condition?: string
}

export interface PointBand {
  min: number | null
  max: number | null
  min_inclusive?: boolean
  max_inclusive?: boolean
  points: number
}

export interface Option {
  value: string | number | boolean
  points: number | null
  label: Words
}

export interface SpecialValue {
  value: string | number
  points: number | null
  counts_as?: number
  flag?: string
  label: Words
  reasons?: string[]
}

export type ItemType = 'choice' | 'boolean' | 'integer' | 'decimal' | 'map' | 'list'

export interface Item {
  id: string
  type: ItemType
  label: Words
  required?: boolean
  required_if?: string
  unit?: string
  hard_range?: { min: number | null; max: number | null }
  precision?: number
  options?: Option[]
  special_values?: SpecialValue[]
  bands?: PointBand[]
  group?: string
  alternative_unit?: { field: string; unit: string; divide_by: number }
  nihss_map?: Record<string, number[]>
  element?: { region: string[]; ais: number[] }
  [scale: string]: unknown
}

export type Condition = Readonly<Record<string, unknown>>

export interface Tick {
  id: string
  label: Words
}

export interface ScoreDefinition {
  schema: number
  id: string
  version: string
  kind: string
  signed_off: SignedOff | null
  names: Words
  purpose: Words
  items: Item[]
  extra_inputs?: Item[]
  // What the evaluator of this kind needs; each kind's module declares the fields that it reads.
  evaluation: Readonly<Record<string, unknown>>
  bands: Band[]
  band_sets?: Record<string, Band[]>
  range: { min: number | null; max: number | null; step?: number | null } | null
  default_variant?: string
  variants?: Record<string, { label: Words; items: Item[]; bands: Band[]; range: { min: number; max: number } }>
  decision_table?: { rows: { when: Condition; then: string }[] }
  categories?: Record<string, Words>
  results?: Record<string, Words>
  absolute?: Tick[]
  relative?: Tick[]
  regions?: unknown
  sub_regions_chinese_adult?: Record<string, number>
  levels?: Record<string, { label: Words; colour?: string; response_min?: number }>
  coma_guidance?: Words
  applicability: { population: string; age_min_years?: number; age_max_years?: number; note?: Words }
  uncertain: string[]
  safety_notes: string[]
  sources: Source[]
}

export type ScoreStatus = 'complete' | 'complete_with_untestable' | 'incomplete' | 'not_computable' | 'invalid'

export interface ScoreResult {
  status: ScoreStatus
  total: number | null
  band: string | null
  item_points?: Record<string, number>
  category?: string | null
  result?: string | null
  level?: number | null
  provisional_level?: number | null
  triggered?: string[]
  variant?: string
  untestable_items?: string[]
  screen_positive?: boolean
  single_parameter_3?: boolean
  ais9_present?: boolean
  [flag: string]: unknown
}
