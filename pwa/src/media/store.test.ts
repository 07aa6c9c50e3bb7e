import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { newEncounter, record } from '@/encounters/store/write'
import type { FakeHub } from '@/sync/fake_hub'
import { loadLedger } from '@/sync/ledger'
import { pushOnePhoto, pushText } from '@/sync/push'
import { emptyDevice, sessionOf, signInAs } from '@/sync/testing'
import { addPhoto } from './store'

const never = new AbortController().signal
const picture = (bytes: number) => new Blob([new Uint8Array(bytes).fill(7)], { type: 'image/jpeg' })

describe('photographs on their way out', () => {
  let hub: FakeHub
  let encounter: string
  const arrived = () => [...(hub.databases.get('unit_a101-media')?.values() ?? [])].map(({ document }) => document.body as Record<string, unknown>)
  beforeEach(async () => {
    hub = await emptyDevice()
    await signInAs(hub, sessionOf('li', ['unit_a101']))
    await loadLedger()
    encounter = await newEncounter('chest_pain')
    for (const purpose of ['wound', 'ecg']) await addPhoto(encounter, { thumbnail: picture(2_000), original: picture(60_000), purpose })
  })

  it('go one at a time: the ECG’s thumbnail and original, then the other thumbnail, then the other original', async () => {
    await pushText()
    const counts: number[] = []
    while (await pushOnePhoto(never)) counts.push(arrived().length)
    expect(counts).toEqual([1, 2, 3, 4])
    expect(arrived().map(({ purpose, rendition }) => `${purpose} ${rendition}`)).toEqual([
      'ecg thumbnail',
      'ecg original',
      'wound thumbnail',
      'wound original',
    ])
  })

  it('wait while one line of text waits, and go on after it', async () => {
    await pushText()
    await pushOnePhoto(never)
    await record(encounter, 'note', { text: '血压突然下降' })
    expect(await pushOnePhoto(never)).toBe(false)
    expect(arrived().length).toBe(1)
    await pushText()
    expect(await pushOnePhoto(never)).toBe(true)
  })
})
