/** What the confirmation screen makes of readings: fields to look at, what still wants an eye, the `patient` body. Pure. */
import { checkIdentityNumber } from '../encounters/identity_number'
import type { FieldName } from './card_types'
import type { CardReading } from './messages'
import type { CardProblem } from './read'

export interface FieldState {
  value: string
  /** A person has said that it is as printed, has typed it, or it is sure enough by itself. */
  isConfirmed: boolean
  isTyped: boolean
  doubtful: readonly number[]
}
export type CardForm = Partial<Record<FieldName, FieldState>>

export const FRONT: readonly FieldName[] = ['name', 'sex', 'ethnicity', 'id_number', 'birth', 'address']
export const BACK: readonly FieldName[] = ['authority', 'valid']
/** Below this a value wants an eye. */
const SURE = 0.9
/** Read wrongly with high confidence too often: they want an eye whatever the models say. */
const ALWAYS_LOOKED_AT: ReadonlySet<FieldName> = new Set(['address', 'authority'])

const NUMBER_PROBLEMS = new Set<CardProblem>(['unreadable', 'rule', 'unsure', 'ambiguous', 'disagrees'])
/** Why the number's field is empty. */
export const numberProblemOf = (problems: readonly CardProblem[]): CardProblem | null => problems.find((one) => NUMBER_PROBLEMS.has(one)) ?? null

/** The fields of one side, as they stand before anybody has looked. */
export function formOf(reading: CardReading): CardForm {
  const names = reading.side === 'back' ? BACK : FRONT
  return Object.fromEntries(
    names.map((name): [FieldName, FieldState] => {
      const field = reading.fields[name]
      if (!field) return [name, { value: '', isConfirmed: false, isTyped: false, doubtful: [] }]
      const isSure = field.weakest >= SURE && !ALWAYS_LOOKED_AT.has(name)
      // A number that passed has been read surely, or twice alike, and follows the rule.
      return [name, { value: field.value, isConfirmed: isSure || name === 'id_number', isTyped: false, doubtful: field.doubtful }]
    }),
  )
}

/** Fields with a value that nobody has looked at; an empty one keeps nothing and asks for nothing. */
export const waitingFields = (form: CardForm): FieldName[] =>
  (Object.entries(form) as [FieldName, FieldState][]).filter(([, field]) => field.value !== '' && !field.isConfirmed).map(([name]) => name)

/** The field as a person typed it. A right number brings birth and sex along; a wrong one is not taken. */
export function typed(form: CardForm, name: FieldName, value: string, today: string): CardForm {
  const byHand = (text: string): FieldState => ({ value: text, isConfirmed: true, isTyped: true, doubtful: [] })
  if (name !== 'id_number') return { ...form, [name]: byHand(value.trim()) }
  if (value === '') return { ...form, id_number: byHand('') }
  const check = checkIdentityNumber(value, today)
  if (check.verdict !== 'valid' && check.verdict !== 'valid_after_normalisation') return form
  return { ...form, id_number: byHand(check.normalised!), birth: byHand(check.birth!), sex: byHand(check.sex === 'male' ? '男' : '女') }
}

const SEXES: Record<string, 'male' | 'female'> = { 男: 'male', 女: 'female' }

/**
 * The body to record: on top of what is known when only the back was read. Null while something waits for an eye, or when
 * there is nothing. Birth and sex always go by the number where there is one.
 */
export function cardBody(form: CardForm, known: Record<string, unknown> | null, today: string): Record<string, unknown> | null {
  const filled = (Object.entries(form) as [FieldName, FieldState][]).filter(([, field]) => field.value !== '')
  if (filled.length === 0 || waitingFields(form).length > 0) return null
  const value = (name: FieldName): string | null => form[name]?.value || null
  const number = value('id_number')
  const check = number === null ? null : checkIdentityNumber(number, today)
  const isBackOnly = !FRONT.some((name) => name in form)
  const front = isBackOnly
    ? (known ?? { name: null, sex: 'unknown', birth_date: null, id_number: null })
    : {
        name: value('name'),
        sex: check?.sex ?? SEXES[value('sex') ?? ''] ?? 'unknown',
        birth_date: check?.birth ?? value('birth'),
        id_number: check?.normalised ?? null,
        ethnicity: value('ethnicity'),
        address: value('address'),
      }
  const byHand = filled.filter(([, field]) => field.isTyped).map(([name]) => name)
  return {
    ...front,
    source: 'card',
    ...(value('authority') ? { card_authority: value('authority') } : {}),
    ...(value('valid') ? { card_valid: value('valid') } : {}),
    card_reading: { by: 'phone', typed: byHand },
  }
}
