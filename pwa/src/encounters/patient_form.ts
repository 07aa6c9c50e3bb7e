/** What the patient screen makes of its entries. Pure: today comes in; the number's rule is identity_number. */
import type { TypedSource } from '../patients/claims'
import { checkIdentityNumber, type IdentityNumberCheck } from './identity_number'

export interface PatientForm {
  name: string
  number: string
  sex: 'male' | 'female' | 'unknown' | ''
  age: string
  isUnknown: boolean
  /** Where a name or number that was not read from a card comes from. */
  source: TypedSource
  /** The claim that this form was opened on: what it corrects. Claims that arrive meanwhile stand beside it. */
  corrects: string | null
}

export interface PatientBody {
  [field: string]: unknown
  name: string | null
  sex: 'male' | 'female' | 'unknown'
  birth_date: string | null
  id_number: string | null
  source: TypedSource | 'unknown'
  age_years?: number
  temporary_name?: string
}

/** The check of a complete number; null while digits are missing. */
export function numberCheck(number: string, today: string): IdentityNumberCheck | null {
  return number.length === 18 ? checkIdentityNumber(number, today) : null
}

export const isGoodNumber = (check: IdentityNumberCheck | null): boolean =>
  check?.verdict === 'valid' || check?.verdict === 'valid_after_normalisation'

/** Sex chosen by hand that the number contradicts; the screen shows it before anything is saved. */
export function sexConflict(form: PatientForm, check: IdentityNumberCheck | null): boolean {
  return isGoodNumber(check) && (form.sex === 'male' || form.sex === 'female') && check?.sex !== form.sex
}

/** The body to record; null when nothing was entered. A wrong number is never saved and never repaired. */
export function patientBody(form: PatientForm, check: IdentityNumberCheck | null, temporaryName: string): PatientBody | null {
  const good = isGoodNumber(check) ? check : null
  const name = form.isUnknown ? null : form.name.trim() || null
  const age = /^\d{1,3}$/.test(form.age) ? Number(form.age) : null
  if (!good && !name && !form.isUnknown && !form.sex && age === null) return null
  return {
    name,
    sex: good?.sex ?? (form.sex || 'unknown'),
    birth_date: good?.birth ?? null,
    id_number: good?.normalised ?? null,
    source: form.isUnknown || (!name && !good) ? 'unknown' : form.source,
    ...(age !== null && !good ? { age_years: age } : {}),
    ...(name ? {} : { temporary_name: temporaryName }),
  }
}
