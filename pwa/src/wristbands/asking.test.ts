import 'fake-indexeddb/auto'
import { beforeEach, expect, it, vi } from 'vitest'
import { readValue } from '@/sync/own_database'
import { emptyDevice, sessionOf, signInAs } from '@/sync/testing'
import { askAgain, rememberUnasked } from './asking'

const asked = vi.hoisted(() => ({ codes: [] as string[], answer: (_code: string): unknown => ({}) }))
vi.mock('@/sync/courier', () => ({ pullNow: () => undefined }))
vi.mock('@/sync/session', async (original) => ({
  ...(await original<object>()),
  askSigned: (_path: string, { body }: { body: { code: string } }) => (asked.codes.push(body.code), asked.answer(body.code)),
}))
const joined = { ok: true, status: 200, body: { encounters: [{ encounter: 'E', state: 'open', joined: true }] } }
const left = async () => ((await readValue<{ code: string }[]>('wristbands.unasked')) ?? []).map(({ code }) => code)

beforeEach(async () => {
  asked.codes = []
  await signInAs(await emptyDevice(), sessionOf('li', ['unit_a101']))
})

it('keeps a band that was begun while the hub was asked for another', async () => {
  await rememberUnasked('GLW1FIRST')
  asked.answer = async () => {
    await rememberUnasked('GLW1MEANWHILE')
    return joined
  }
  await askAgain()
  expect(await left()).toEqual(['GLW1MEANWHILE'])
})

it('asks for no more bands when the hub cannot be reached, and keeps them all', async () => {
  const { HubUnreachable } = await import('@/sync/hub')
  await rememberUnasked('GLW1FIRST')
  await rememberUnasked('GLW1SECOND')
  asked.answer = () => Promise.reject(new HubUnreachable('cut'))
  await askAgain()
  expect([asked.codes, await left()]).toEqual([['GLW1FIRST'], ['GLW1FIRST', 'GLW1SECOND']])
})
