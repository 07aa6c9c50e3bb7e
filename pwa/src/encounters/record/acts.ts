// What the hospital does on a record. Each act writes documents in the acting person's name and says that it did; a
// failure is a sentence and leaves everything entered on the screen.
import { ref, type Ref } from 'vue'
import type { ActingPerson } from '../../board/acting'
import { acknowledge as acknowledgeEncounter, actingAuthor } from '../../board/store'
import { showToast } from '../../design/toast'
import { isStorageFull } from '../../device/storage'
import { t } from '../../language'
import { words as shellWords } from '../../shell/words'
import { hubNow } from '../../sync/clock'
import { clockTime } from '../../board/durations'
import { deviationLine } from '../../pathways/deviations'
import { chooseClaim } from '../../patients/store'
import type { OpenEncounter } from '../store'
import { headerOf, record, recordAll } from './writing'
import type { Body, Folded } from '../types'
import { describe, nodeName } from './describe'
import type { TimelineItem } from './timeline'
import { words } from './words'

const UNDO_SECONDS = 10

export function useActs(encounter: Ref<string>, folded: Ref<Folded | null>) {
  const busy = ref(false)

  /** True when the work was written. */
  async function run(work: () => Promise<void>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    try {
      await work()
      return true
    } catch (error) {
      console.error('record', error)
      const reason = error instanceof Error ? error.message : String(error)
      showToast({ title: isStorageFull(error) ? t(shellWords.storageFull) : t(words.saveFailed, { reason }), tone: 'warn' }, UNDO_SECONDS)
      return false
    } finally {
      busy.value = false
    }
  }

  async function write(kind: string, body: Body, options: { supersedes?: string | null; occurredAt?: string; timeBasis?: 'stated' } = {}): Promise<string> {
    return record(encounter.value, kind, body, { ...options, ...actingAuthor() })
  }

  function saved(what: string, id: string): void {
    const own = encounter.value // the undo belongs to this patient, whichever is open when it is tapped
    const undo = () => run(async () => void (await record(own, 'retraction', { of: id, reason: 'wrong_tap' }, actingAuthor())))
    const action = { label: t(words.undo), run: async () => void (await undo()) }
    showToast({ title: t(words.saved, { what, time: clockTime(hubNow().getTime(), true) }), action }, UNDO_SECONDS)
  }

  const acknowledge = (person: ActingPerson) => run(() => acknowledgeEncounter(encounter.value, person))

  const recordNode = (node: string) =>
    run(async () => saved(nodeName(node), await write('time_node', { node, precision: 'exact' })))

  const correctTime = (item: TimelineItem, at: string, reason: string) =>
    run(async () => {
      const body = { node: item.data.node, precision: item.data.precision ?? 'exact', reason }
      await write('time_node', body, { supersedes: item.id, occurredAt: at, timeBasis: 'stated' })
      showToast({ title: t(words.savedShort, { what: describe(item).title }), detail: clockTime(at) })
    })

  const takeBack = (id: string, reason: string) =>
    run(async () => {
      await write('retraction', { of: id, reason })
    })

  /** Undo of a retraction: the retraction itself is retracted. */
  const restore = (id: string) =>
    run(async () => {
      const gone = folded.value?.retracted.find((one) => one.id === id)
      if (gone) await write('retraction', { of: gone.retraction.id, reason: 'wrong_tap' })
    })

  const assignLevel = (level: number) =>
    run(async () => saved(t(words.kind_triage), await write('triage', { level, system: 'assigned' }, { supersedes: folded.value?.triage?.entry.id ?? null })))

  const choosePathway = (pathway: string) =>
    run(async () => {
      const head = await headerOf(encounter.value)
      await write('encounter', { ...head?.body, pathway }, { supersedes: head?._id ?? null })
    })

  /** Why a step of care was not done, is late, or was broken off. */
  const deviate = (body: Body) => run(async () => saved(deviationLine(body).title, await write('assessment', body)))

  const addNote = (text: string) => run(async () => saved(t(words.kind_note), await write('note', { text })))

  const identify = (body: Body, corrects: string | null) =>
    run(async () => {
      await write('patient', body, { supersedes: corrects })
    })

  const chooseIdentity = (open: OpenEncounter, id: string) => run(() => chooseClaim(open, id))

  /** A handover that ends the encounter is a time of its own: both documents or none. */
  const finish = (reason: string) =>
    run(async () => {
      const author = actingAuthor()
      const closure = { kind: 'closure', body: { state: 'closed', reason }, options: author }
      const isHandover = reason === 'handed_over' && !folded.value?.time_nodes.handover?.length
      const handover = { kind: 'time_node', body: { node: 'handover', precision: 'exact' }, options: author }
      await recordAll(encounter.value, isHandover ? [handover, closure] : [closure])
    })

  const reopen = () =>
    run(async () => {
      await write('closure', { state: 'reopened' }, { supersedes: folded.value?.closure?.entry.id ?? null })
    })

  return { busy, acknowledge, recordNode, correctTime, takeBack, restore, assignLevel, choosePathway, deviate, addNote, identify, chooseIdentity, finish, reopen }
}
