/** The document that a filled form becomes. Pure. */
import { evaluateScore } from '../evaluate_score'
import type { LoadedScore } from '../store'
import type { ScoreResult } from '../types'
import type { ScoreDraft } from './score_form'

export interface ScoreBody extends Record<string, unknown> {
  score: string
  inputs: Record<string, unknown>
  result: ScoreResult
  definition: { version: string; hash: string }
}

type Filled = Pick<ScoreDraft, 'why' | 'sources' | 'filled' | 'detail'>

/** Answers, result and definition; where answers came from, why untestable, what one tap called normal: where said. */
export function scoreBody({ definition, stamp }: LoadedScore, inputs: Readonly<Record<string, unknown>>, draft: Filled): ScoreBody {
  const given = { ...inputs }
  return {
    score: definition.id,
    inputs: given,
    result: evaluateScore(definition, given),
    definition: stamp,
    ...said('sources', draft.sources),
    ...said('untestable_reasons', draft.why),
    ...said('filled_normal', draft.filled),
    ...said('detail', draft.detail),
  }
}

const said = (name: string, value: object): object => (Object.keys(value).length > 0 ? { [name]: value } : {})
