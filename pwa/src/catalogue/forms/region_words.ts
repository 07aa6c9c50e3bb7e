/** Words of ASPECTS on the figure. */
export const regionWords = {
  how: { zh: '点有早期缺血改变的区，每区减 1 分。', en: 'Tap regions with early ischaemic change; each takes 1 off.' },
  left: { zh: '左侧半球', en: 'Left hemisphere' },
  right: { zh: '右侧半球', en: 'Right hemisphere' },
  ganglionic: { zh: '基底节层面', en: 'Ganglionic level' },
  above: { zh: '基底节以上层面', en: 'Above the ganglia' },
  rest: { zh: '其余 {n} 区都看过，未受累', en: 'The other {n} seen, not affected' },
  needSide: { zh: '先选左侧还是右侧', en: 'Choose left or right first' },
  affected: { zh: '受累', en: 'affected' },
  unaffected: { zh: '未受累', en: 'not affected' },
  open: { zh: '未评', en: 'not rated' },
} as const
