import { describe, expect, it } from 'vitest'
import { cardBody, formOf, numberProblemOf, typed, waitingFields } from './card_form'
import type { CardReading } from './messages'

const TODAY = '2026-11-21'
const NUMBER = '11000019900307001X'
const field = (value: string, weakest = 0.99) => ({ value, weakest, doubtful: [] })
const front = (fields: CardReading['fields'] = {}): CardReading => ({
  side: 'front',
  fields: { name: field('张秀兰'), sex: field('男'), ethnicity: field('汉'), birth: field('1990-03-07'), address: field('北京市'), id_number: field(NUMBER), ...fields },
  problems: [],
  cutOuts: {},
  widthPx: 900,
  milliseconds: 1000,
})
const back: CardReading = { ...front(), side: 'back', fields: { authority: field('某市公安局'), valid: field('2010.04.09-长期') } }
const confirmed = (form: ReturnType<typeof formOf>) => Object.fromEntries(Object.entries(form).map(([name, one]) => [name, { ...one, isConfirmed: true }]))

describe('the confirmation', () => {
  it('always asks for an eye on the address, however sure the models are', () => {
    expect(waitingFields(formOf(front()))).toEqual(['address'])
    expect(cardBody(formOf(front()), null, TODAY)).toBeNull()
  })
  it('asks for what was read weakly', () => {
    expect(waitingFields(formOf(front({ name: field('张秀兰', 0.7) })))).toEqual(['name', 'address'])
  })
  it('keeps a refused number empty, and asks for nothing then', () => {
    const { id_number: _, ...fields } = front().fields
    const form = formOf({ ...front(), fields })
    expect(form.id_number).toMatchObject({ value: '', isConfirmed: false })
    expect(cardBody(confirmed(form), null, TODAY)).toMatchObject({ id_number: null, birth_date: '1990-03-07', sex: 'male' })
    expect(numberProblemOf(['missing', 'rule'])).toBe('rule')
  })
  it('makes a patient from a card, and says what was typed', () => {
    const form = typed(confirmed(formOf(front())), 'name', ' 张秀蓝 ', TODAY)
    expect(cardBody(form, null, TODAY)).toEqual({
      name: '张秀蓝', sex: 'male', birth_date: '1990-03-07', id_number: NUMBER, ethnicity: '汉', address: '北京市',
      source: 'card', card_reading: { by: 'phone', typed: ['name'] },
    })
  })
  it('takes a typed number only when it is right; birth and sex follow it', () => {
    const form = confirmed(formOf(front()))
    expect(typed(form, 'id_number', '110000199003070011', TODAY)).toBe(form)
    const other = typed(form, 'id_number', '120000198511300026', TODAY)
    expect(cardBody(other, null, TODAY)).toMatchObject({ id_number: '120000198511300026', birth_date: '1985-11-30', sex: 'female' })
  })
  it('adds the back to what is known, and loses nothing of it', () => {
    const known = { name: '李四', id_number: NUMBER, sex: 'male', birth_date: '1990-03-07', phone: '1' }
    expect(cardBody(confirmed(formOf(back)), known, TODAY)).toMatchObject({ ...known, card_authority: '某市公安局', card_valid: '2010.04.09-长期' })
  })
  it('saves nothing out of nothing', () => {
    expect(cardBody(formOf({ ...front(), fields: {} }), null, TODAY)).toBeNull()
  })
})
