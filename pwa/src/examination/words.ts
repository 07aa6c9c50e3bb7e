/** Words of examination and history. */
export const words = {
  pupils: { zh: '瞳孔', en: 'Pupils' },
  left: { zh: '左', en: 'Left' },
  right: { zh: '右', en: 'Right' },
  unequal: { zh: '两侧相差 {mm} mm', en: 'Sides differ by {mm} mm' },
  reaction: { zh: '对光反射', en: 'Reaction to light' },
  restNormal: { zh: '其余都正常', en: 'The rest is normal' },
  save: { zh: '保存 {n} 项', en: 'Save {n}' },
  nothing: { zh: '还没有选', en: 'Nothing chosen' },
  saved: { zh: '查体 {n} 项已存本机', en: '{n} findings on this phone' },
  last: { zh: '上次 {time}：{text}', en: 'Last {time}: {text}' },
  present: { zh: '怎么发生的', en: 'How it began' },
  lastMeal: { zh: '末次进食', en: 'Last meal' },
  pupilsText: { zh: '瞳孔 {left}/{right} mm', en: 'Pupils {left}/{right} mm' },
  weight: { zh: '体重 {kg} kg', en: 'Weight {kg} kg' },
} as const
