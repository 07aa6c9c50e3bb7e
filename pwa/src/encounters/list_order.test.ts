import { describe, expect, it } from 'vitest'
import { alertStateOf, cardsOf, hasUnsentAlert, matching, openOrder } from './list_order'
import type { EncounterSummary } from './store/summaries'

const sentAt = '2026-11-21T13:35:22.000Z'
const sent = Date.parse(sentAt)
const row = (part: Partial<EncounterSummary>): EncounterSummary =>
  ({ encounter: 'A', state: 'open', prealert: null, acknowledgements: [], triage: null, eta_at: null, pending: 0, patient: null, ...part }) as EncounterSummary
const alerted = (part: Partial<EncounterSummary> = {}) => row({ prealert: { document: 'p1', at: sentAt, site: 'county' }, ...part })

describe('an alert', () => {
  it('waits for sixty seconds and is then not confirmed', () => {
    expect(alertStateOf(alerted(), sent + 59_999, false)).toBe('waiting')
    expect(alertStateOf(alerted(), sent + 60_000, false)).toBe('unconfirmed')
  })
  it('is not confirmed at once without contact, for nobody can answer', () => {
    expect(alertStateOf(alerted(), sent + 1000, true)).toBe('unconfirmed')
  })
  it('is acknowledged only by an acknowledgement of that very alert', () => {
    const answer = (of: string) => [{ of, at: sentAt, staff: 's-1', role: 'nurse' }]
    expect(alertStateOf(alerted({ acknowledgements: answer('p0') }), sent + 90_000, false)).toBe('unconfirmed')
    expect(alertStateOf(alerted({ acknowledgements: answer('p1') }), sent + 90_000, true)).toBe('acknowledged')
  })
  it('without a readable time counts as not confirmed, never as waiting', () => {
    expect(alertStateOf(alerted({ prealert: { document: 'p1', at: null, site: 'county' } }), sent, false)).toBe('unconfirmed')
  })
  it('that is still on the phone turns the bar red; one on the hub does not', () => {
    expect(hasUnsentAlert(alerted({ pending: 2 }))).toBe(true)
    expect(hasUnsentAlert(alerted({ pending: 0 }))).toBe(false)
    expect(hasUnsentAlert(row({ pending: 2 }))).toBe(false)
  })
})

describe('the list', () => {
  it('puts who needs the crew first: not confirmed, waiting, no alert, acknowledged', () => {
    const acknowledged = alerted({ encounter: 'K', acknowledgements: [{ of: 'p1', at: sentAt, staff: 's', role: 'nurse' }] })
    const late = alerted({ encounter: 'L' })
    const plain = row({ encounter: 'P' })
    expect(openOrder([acknowledged, plain, late], sent + 70_000, false).map((one) => one.encounter)).toEqual(['L', 'P', 'K'])
  })
  it('leaves closed ones out', () => {
    expect(openOrder([row({ state: 'closed' })], sent, false)).toEqual([])
  })
  it('is searched by name, temporary name and the end of the id number', () => {
    const rows = [row({ encounter: 'Z', patient: { name: '张秀兰', temporary_name: null, id_number: '330122195403182826' } as EncounterSummary['patient'] })]
    expect(matching(rows, '秀').length).toBe(1)
    expect(matching(rows, '2826').length).toBe(1)
    expect(matching(rows, '李').length).toBe(0)
  })
})

describe('the cards', () => {
  it('stay the very same while only seconds pass, so that nothing is drawn; a minute or an alert makes new ones', () => {
    const rows = [alerted({ eta_at: new Date(sent + 600_000).toISOString() }), row({ encounter: 'P' })]
    const first = cardsOf(rows, sent + 1_000, false)
    expect(cardsOf(rows, sent + 2_000, false, first)).toBe(first)
    const late = cardsOf(rows, sent + 60_000, false, first)
    expect(late).not.toBe(first)
    expect(late.map(({ alert }) => alert)).toEqual(['unconfirmed', 'none'])
  })
  it('say no minutes of who has arrived', () => {
    const at = new Date(sent + 600_000).toISOString()
    expect(cardsOf([row({ eta_at: at }), row({ eta_at: at, arrived_at: sentAt })], sent, false).map((card) => card.minutes)).toEqual([10, null])
  })
})
