import 'fake-indexeddb/auto'
import { expect, it } from 'vitest'
import { clearPresent, setPresent } from '@/badges/present'
import { newEncounter, openEncounter, record } from '@/encounters/store'
import { openMailbox } from '@/sync/databases'
import { loadLedger } from '@/sync/ledger'
import { keepRoster, staffOf } from '@/sync/roster'
import { emptyDevice, sessionOf, signInAs } from '@/sync/testing'
import { chooseClaim, sayRelated } from './store'

const WU = { _id: 'staff:s-wu', kind: 'staff', id: 's-wu', name: '吴', role: 'specialist', active: true, sites: ['county'], units: [] }

it('stands in the name of the badge that was tapped, link and choice alike', async () => {
  const hub = await emptyDevice()
  hub.isCut = true
  await signInAs(hub, sessionOf('li', ['unit_a101']))
  await loadLedger()
  await openMailbox('unit_a101')
  await keepRoster([WU] as never[])
  const [one, other] = [await newEncounter('stroke'), await newEncounter('stroke')]
  const claim = await record(one, 'patient', { name: '赵', source: 'told' })
  setPresent({ staff: staffOf('s-wu')!, method: 'nfc', claims: { badge: 'b-0102030405aa' } as never })
  const open = await openEncounter(one)
  await sayRelated(open.folded.value, other, { relation: 'same_patient', state: 'linked' })
  await chooseClaim(open, claim)
  open.close()
  clearPresent()

  for (const encounter of [one, other]) {
    const { documents, close } = await openEncounter(encounter)
    const said = [...documents.value.values()].filter(({ kind, body }) => kind === 'link' || (body as { chosen?: string }).chosen)
    expect(said.map(({ author }) => author)).toEqual(said.map(() => ({ staff: 's-wu', role: 'specialist', badge: 'b-0102030405aa' })))
    expect(said.length).toBe(encounter === one ? 2 : 1)
    close()
  }
})
