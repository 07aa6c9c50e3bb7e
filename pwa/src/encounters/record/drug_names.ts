// Names of drugs and procedures for lines of the record; loaded once, the id stands in until then.
import { shallowRef } from 'vue'
import { label, loadDrugs, loadProcedures } from '../../catalogue/store'
import type { DrugDefinition, ProcedureDefinition } from '../../catalogue/definitions'

const drugs = shallowRef<Readonly<Record<string, DrugDefinition>>>({})
const procedures = shallowRef<Readonly<Record<string, ProcedureDefinition>>>({})
let loading: Promise<void> | null = null

/** Begins loading the names; asked by every screen that shows them. */
export function loadNames(): void {
  loading ??= Promise.all([loadDrugs(), loadProcedures()])
    .then(([someDrugs, someProcedures]) => {
      drugs.value = someDrugs
      procedures.value = someProcedures
    })
    .catch((error: unknown) => {
      loading = null
      console.error('record: names of drugs and procedures cannot be loaded', error)
    })
}

export function drugName(id: string): string {
  const found = drugs.value[id]
  return found ? label(found) : id
}

export function procedureName(id: string): string {
  const found = procedures.value[id]
  return found ? label(found) : id
}
