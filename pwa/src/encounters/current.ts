/** The encounter that the screens below EncounterFrame are about. */
import { inject, type InjectionKey, type Ref } from 'vue'
import type { OpenEncounter } from './store'
import type { Folded } from './types'

export interface Current {
  id: string
  open: OpenEncounter
  folded: Readonly<Ref<Folded>>
}

export const currentKey: InjectionKey<Current> = Symbol('current encounter')

export function useCurrent(): Current {
  const current = inject(currentKey)
  if (!current) throw new Error('this screen stands outside an EncounterFrame')
  return current
}
