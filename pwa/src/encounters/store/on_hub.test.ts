import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { HubUnreachable } from '@/sync/hub'
import { emptyDevice, sessionOf, signInAs } from '@/sync/testing'
import { photoUrl } from '@/media/store'
import { openEncounter, EncounterUnknown } from './held'
import { NotOnHub, readOnHub } from './on_hub'
import { summaries } from './summaries'

const ENCOUNTER = '01JD8Z0000000000000000000A'
const RENDITION = `encounter:${ENCOUNTER}:rendition:01JD8Z0000000000000000000B`

describe('an encounter that only the hub has', () => {
  let asked: { url: string; authorization: string | null }[]

  function hubAnswers(answer: () => Response): void {
    vi.stubGlobal('fetch', async (url: string, options: RequestInit = {}) => {
      asked.push({ url, authorization: new Headers(options.headers).get('Authorization') })
      return answer()
    })
  }

  beforeEach(async () => {
    asked = []
    await signInAs(await emptyDevice(), sessionOf('zhao', ['site_county']))
  })

  it('is read there as the signed-in person, and not kept here', async () => {
    hubAnswers(() => new Response(JSON.stringify({ encounter: ENCOUNTER, pathway: 'stroke' })))
    expect(await readOnHub(ENCOUNTER)).toMatchObject({ encounter: ENCOUNTER, pathway: 'stroke' })
    expect(asked).toEqual([{ url: `http://hub.test/api/encounters/${ENCOUNTER}`, authorization: 'Bearer token-zhao' }])
    await expect(openEncounter(ENCOUNTER)).rejects.toBeInstanceOf(EncounterUnknown)
    expect(summaries.value).toEqual([])
  })

  it('says the reason of the hub when it is not theirs to read', async () => {
    hubAnswers(() => new Response(JSON.stringify({ error: 'forbidden', reason: 'this patient is not with you' }), { status: 403 }))
    const refused = readOnHub(ENCOUNTER)
    await expect(refused).rejects.toBeInstanceOf(NotOnHub)
    await expect(refused).rejects.toThrow('this patient is not with you')
  })

  it('has photographs, which are looked at there', async () => {
    hubAnswers(() => new Response('bytes', { headers: { 'Content-Type': 'image/jpeg' } }))
    expect(await photoUrl(ENCOUNTER, RENDITION)).toMatch(/^blob:/)
    expect(asked[0]).toEqual({
      url: `http://hub.test/api/encounters/${ENCOUNTER}/media/01JD8Z0000000000000000000B`,
      authorization: 'Bearer token-zhao',
    })
  })

  it('is out of reach without the hub, and a photograph that has not come yet is too', async () => {
    hubAnswers(() => {
      throw new TypeError('no network')
    })
    await expect(readOnHub(ENCOUNTER)).rejects.toBeInstanceOf(HubUnreachable)
    hubAnswers(() => new Response(JSON.stringify({ error: 'not_found', reason: 'not yet' }), { status: 404 }))
    await expect(photoUrl(ENCOUNTER, RENDITION)).rejects.toBeInstanceOf(HubUnreachable)
  })
})
