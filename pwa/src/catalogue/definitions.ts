// Shapes of the catalogue's other files: vital signs, time nodes, pathways, indicators, drugs, procedures, chips.
import type { SignedOff, Source, Words } from './types'

interface Definition {
  schema: number
  id: string
  version: string
  signed_off: SignedOff | null
  label: Words
  sources: Source[]
}

export interface Limits {
  min: number | null
  max: number | null
}

export interface ChoiceOption {
  value: string
  label: Words
}

export interface VitalField extends Definition {
  order: number
  short: Words
  type: 'integer' | 'decimal' | 'choice' | 'boolean'
  unit?: Words
  ucum?: string
  hard_range?: Limits
  confirm_outside?: Limits | null
  adult_alarm?: { low: number | null; high: number | null }
  precision?: number
  // One press of + or -, and the value that the first press starts from.
  step?: number
  start_at?: number
  options?: ChoiceOption[]
  per_side?: boolean
  not_measurable: { id: string; label: Words }[]
  greater_than?: string
  device_text_values?: string[]
  companion?: string[]
  notes?: Words[]
  applicability: Words
  certainty: Words
}

export interface TimeNodeDefinition extends Definition {
  order: number
  short: Words
  phase: 'prehospital' | 'hospital' | 'prehospital_or_hospital' | 'any'
  pathways: string[]
  captured_by: Words
  entry: 'tap' | 'stated'
  derived_from?: { from: 'prealert' | 'score' | 'media'; any_of?: string[]; purpose?: string }[]
  notes?: Words[]
}

export interface IndicatorDefinition extends Definition {
  code: string
  order: number
  kind: 'interval'
  pathway: string
  from_node: string
  to_node: string
  target_minutes: number | null
  comparison: '<=' | '<' | null
  earliest_minutes?: number
  goals_minutes?: number[]
  alternate_target_minutes?: number
  certainty: string
  notes?: Words[]
}

export interface LineStop {
  node: string
  shown: 'both' | 'hospital'
  indicator?: string
  expected_from?: 'destination'
}

export interface StepDefinition {
  kind: 'time_node' | 'onset' | 'score' | 'vitals' | 'media' | 'destination' | 'prealert'
  ref: string | null
  label: Words
  insist_until?: string
}

export interface PathwayDefinition extends Definition {
  order: number
  /** On boards and lists, where it differs from the label. */
  short?: Words
  icon: string
  /** What the camera is for at first. */
  photo?: string
  onset_timer: {
    from: string[]
    label: Words
    /** Asked for on a tile, and as a whole question. */
    ask: Words
    question: Words
    window: { node: string; minutes: number; label: Words; indicator: string } | null
  }
  line: LineStop[]
  steps: StepDefinition[]
  hospital_steps: StepDefinition[]
  scores: { first: string[]; more: string[] }
  vitals: string[]
  procedures: string[]
  nodes: { prehospital: string[]; hospital: string[] }
  indicators: string[]
  /** Definitions of its own by folder (brought.ts). */
  brings?: Record<string, ({ id: string } & Record<string, unknown>)[]>
}

export interface SymptomDefinition extends Definition {
  order: number
  hint: Words
  pathway: string
  icon: string | null
  size: 'large' | 'small'
  instead?: Partial<Pick<PathwayDefinition, 'steps' | 'hospital_steps' | 'scores' | 'vitals' | 'procedures'>>
}

export interface ReasonsDefinition extends Definition {
  order: number
  about: string[]
  states: { id: 'not_done' | 'delayed' | 'aborted'; label: Words; reasons: Chip[] }[]
}

export interface Chip {
  id: string
  label: Words
}

export interface ChipSet extends Definition {
  kind: 'complaint' | 'note' | 'past' | 'allergies' | 'medications' | 'present' | 'last_meal'
  symptom?: string
  editable: boolean
  chips: Chip[]
}

export interface ProcedureDefinition extends Definition {
  order: number
  group: string
  editable: boolean
  clock?: boolean
  time_node?: string
  /** Drugs that belong to one pack. */
  bundle?: string
  /** Procedures that are done as one. */
  parts?: string[]
  fields?: ProcedureField[]
  /** Minutes on from which a clock reminds, then warns. */
  warn_minutes?: number[]
  cycle_minutes?: number
  interval_drug?: string
}

export interface ProcedureField {
  id: string
  label: Words
  type: 'choice' | 'number'
  options?: ChoiceOption[]
  unit?: string
  /** Usual amounts to tap; another can be typed. */
  choices?: number[]
  required?: boolean
  /** Required, and "not known" is an answer: it is stored as such. */
  may_be_unknown?: boolean
}

export interface ExaminationDefinition extends Definition {
  order: number
  options: ChoiceOption[]
  normal: string
}

export interface RecheckDefinition extends Definition {
  minutes: Record<string, number>
  certainty: Words
}

/** A question before a drug, and the answer that raises no doubt. */
export interface DrugCheck extends Words {
  id: string
  expected: 'yes' | 'no'
}

export interface DosingRules extends Definition {
  two_person_when: string[]
  weight: { hard_range: Limits; confirm_outside: Limits; sources: { id: string; label: Words }[]; certainty: Words }
}

export interface DrugDefinition extends Definition {
  order: number
  indication: Words
  dose_rule: Record<string, unknown> | null
  is_lytic: boolean
  bundle?: string
  not_with?: string[]
  checklist?: string
  checks?: DrugCheck[]
  remarks?: Words[]
  notes?: Words[]
  certainty: string
}
