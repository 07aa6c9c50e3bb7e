/** Who received a handover, by name. */
import { staffName } from '../../sync/roster'
import type { Body } from '../types'

export function receiverName(handover: Body): string {
  const to = (handover.to ?? {}) as Body
  return typeof to.staff === 'string' ? staffName(to.staff) : typeof to.name === 'string' ? to.name : ''
}
