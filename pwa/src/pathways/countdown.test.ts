import { describe, expect, it } from 'vitest'
import { countdown } from './countdown'

const due = (state: 'next' | 'todo' | 'late' | 'done' | 'given_up', due_at: string | null = '2026-11-21T10:25:00.000Z') => ({ state, due_at })
const at = (time: string) => Date.parse(`2026-11-21T${time}Z`)

describe('a countdown', () => {
  it('runs down to the target and says by how much it is late', () => {
    expect(countdown(due('next'), at('10:00:00.000'))).toEqual({ state: 'running', minutes: 25 })
    expect(countdown(due('next'), at('10:00:00.001'))).toEqual({ state: 'running', minutes: 24 })
    expect(countdown(due('todo'), at('10:20:00.000'))).toEqual({ state: 'near', minutes: 5 })
    expect(countdown(due('todo'), at('10:25:00.000'))).toEqual({ state: 'near', minutes: 0 })
    expect(countdown(due('late'), at('10:25:00.001'))).toEqual({ state: 'late', minutes: 0 })
    expect(countdown(due('late'), at('10:31:30.000'))).toEqual({ state: 'late', minutes: 6 })
  })

  it('is nobody’s who is done, given up, or has no target that runs', () => {
    expect(countdown(due('done'), at('10:00:00.000'))).toBeNull()
    expect(countdown(due('given_up'), at('11:00:00.000'))).toBeNull()
    expect(countdown(due('next', null), at('10:00:00.000'))).toBeNull()
  })

  it('is a clock time while it is far away', () => {
    expect(countdown(due('todo'), at('08:00:00.000'))).toBeNull()
  })
})
