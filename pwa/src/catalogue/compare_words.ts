/** Words of the comparison of two scores. */
export const compareWords = {
  open: { zh: '{score} 前后对比', en: '{score} compared' },
  before_lysis: { zh: '溶栓前', en: 'Before lysis' },
  after_lysis: { zh: '溶栓后', en: 'After lysis' },
  noPhase: { zh: '未标前后', en: 'not marked' },
  byNeedle: { zh: '按用药时间 {time}', en: 'by needle time {time}' },
  byPerson: { zh: '人工标记', en: 'marked by a person' },
  noNeedle: { zh: '没有记用药时间，可在下面标记。', en: 'No needle time recorded: mark them below.' },
  total: { zh: '总分', en: 'Total' },
  better: { zh: '降 {n} 分', en: '{n} lower' },
  worse: { zh: '升 {n} 分', en: '{n} higher' },
  same: { zh: '没有变', en: 'no change' },
  notComparable: { zh: '总分不能比：有一次没算完，或无法测试的项目不同。', en: 'Totals do not compare: one is unfinished, or other items were untestable.' },
  mark: { zh: '标记', en: 'Mark' },
  untestable: { zh: '无法测', en: 'UN' },
} as const
