import { describe, expect, it } from 'vitest'
import type { EncounterSummary } from '../encounters/store/summaries'
import { copiesOf } from './copies'

const row = (fields: Partial<EncounterSummary>) =>
  ({ held: 10, pending: 0, pendingMedia: 0, refused: 0, quarantined: 0, newer: 0, acknowledgements: [], ...fields }) as unknown as EncounterSummary
const nurse = { of: 'x', at: null, staff: 's-nurse', role: 'nurse' }

describe('the places where a record is known to be', () => {
  it('are this device alone, until the hub has every entry', () => {
    expect(copiesOf(row({ pending: 10 }))).toMatchObject({ known: 1, onlyHere: 10, isOnHub: false })
    expect(copiesOf(row({ pending: 1 }))).toMatchObject({ known: 1, onlyHere: 1, isOnHub: true })
    expect(copiesOf(row({ pendingMedia: 1 })).known).toBe(1)
    expect(copiesOf(row({})).known).toBe(2)
  })

  it('do not count a quarantine, which nobody else sees', () => {
    expect(copiesOf(row({ quarantined: 1 })).known).toBe(1)
  })

  it('count who confirmed, but not for what came after it', () => {
    expect(copiesOf(row({ acknowledgements: [nurse, nurse] }))).toMatchObject({ known: 3, confirmedBy: ['s-nurse'] })
    expect(copiesOf(row({ acknowledgements: [nurse], newer: 2 }))).toMatchObject({ known: 2, confirmedBy: [] })
  })
})
