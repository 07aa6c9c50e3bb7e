/** Buzzes, each with one meaning. A phone without a motor, or a browser without the call, stays silent. */
function buzz(pattern: number | number[]): void {
  if (typeof navigator === 'undefined' || typeof navigator.vibrate !== 'function') return
  // Before the first tap browsers refuse, and complain in the log.
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return
  navigator.vibrate(pattern)
}

export const buzzSaved = (): void => buzz(15)
export const buzzAcknowledged = (): void => buzz(40)
export const buzzNotConfirmed = (): void => buzz([400, 200, 400])
/** Something is due: a re-check, the end of a cycle. Gentle, because it is no alarm. */
export const buzzDue = (): void => buzz([30, 120, 30])
/** The camera has read a code. */
export const buzzRead = (): void => buzz(25)
