// Names of drugs and procedures for lines of the record; loaded once, the id stands in until then.
import { needDrugs } from '../../catalogue/shelf'

/** Begins loading the names; asked by every screen that shows them. What fails is said in the log and asked again. */
export function loadNames(): void {
  needDrugs().catch(() => undefined) // the shelf has said why
}
