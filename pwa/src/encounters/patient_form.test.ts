import { describe, expect, it } from 'vitest'
import { numberCheck, patientBody, sexConflict, type PatientForm } from './patient_form'

const empty: PatientForm = { name: '', number: '', sex: '', age: '', isUnknown: false, source: 'typed', corrects: null }
const TODAY = '2026-11-21'
const GOOD = '11010519491231002X' // the example printed in GB 11643: female

describe('a patient typed in', () => {
  it('with nothing entered is nothing to record', () => {
    expect(patientBody(empty, null, 'Falcon 27')).toBeNull()
  })
  it('takes birth and sex from a good number, whatever was chosen before, and says that they differed', () => {
    const form: PatientForm = { ...empty, number: GOOD, sex: 'male', age: '40' }
    const check = numberCheck(GOOD, TODAY)
    expect(sexConflict(form, check)).toBe(true)
    expect(patientBody(form, check, 'F')).toMatchObject({ sex: 'female', birth_date: '1949-12-31', id_number: GOOD })
    expect(patientBody(form, check, 'F')).not.toHaveProperty('age_years')
  })
  it('never keeps a number whose check digit differs, but keeps the rest', () => {
    const wrong = '110105194912310021'
    const form: PatientForm = { ...empty, name: '张秀兰', number: wrong, sex: 'female' }
    expect(patientBody(form, numberCheck(wrong, TODAY), 'F')).toMatchObject({ name: '张秀兰', id_number: null, birth_date: null })
  })
  it('who is unknown gets the temporary name, and no sex or age that nobody gave', () => {
    const body = patientBody({ ...empty, isUnknown: true }, null, '青隼 27')
    expect(body).toEqual({ name: null, sex: 'unknown', birth_date: null, id_number: null, source: 'unknown', temporary_name: '青隼 27' })
  })
  it('keeps where the name comes from; sex and age alone name nobody', () => {
    expect(patientBody({ ...empty, name: '张', source: 'told' }, null, 'F')).toMatchObject({ name: '张', source: 'told' })
    expect(patientBody({ ...empty, sex: 'male', source: 'told' }, null, 'F')).toMatchObject({ source: 'unknown', temporary_name: 'F' })
  })
  it('keeps an approximate age as an age, not as a birth date', () => {
    expect(patientBody({ ...empty, isUnknown: true, sex: 'male', age: '40' }, null, 'F')).toMatchObject({ age_years: 40, birth_date: null })
  })
})
