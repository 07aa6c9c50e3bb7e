import { expect, it } from 'vitest'
import { words } from './words'

it('orders nothing: no word of this room tells anybody to give', () => {
  for (const [key, word] of Object.entries(words)) {
    expect(word.en, key).not.toMatch(/\b(give|administer|inject)\b/i)
    expect(word.zh, key).not.toMatch(/请用|应用|给予|立即用|注射/)
  }
})
