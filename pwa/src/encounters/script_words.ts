/** Words of the read-aloud script. Kept apart from the screens' words: these are spoken, in whole phrases. */
export const scriptWords = {
  caller: { zh: '{unit}，', en: '{unit}: ' },
  comma: { zh: '，', en: ', ' },
  listComma: { zh: '、', en: ', ' },
  stop: { zh: '。', en: '. ' },
  with: { zh: '，{what}', en: ', {what}' },
  lastKnownWell: { zh: '最后正常距现在', en: 'Last known well' },
  hoursMinutes: { zh: '{h} 小时 {m} 分', en: '{h} h {m} min ago' },
  minutes: { zh: '{m} 分钟', en: '{m} min ago' },
  wakeUp: { zh: '睡醒发现', en: 'Found on waking' },
  onsetUnknown: { zh: '发病时间不详', en: 'Onset unknown' },
  pressure: { zh: '血压', en: 'Pressure' },
  hr: { zh: '心率', en: 'heart rate' },
  spo2: { zh: '血氧', en: 'SpO₂' },
  glucose: { zh: '血糖', en: 'glucose' },
  avpu: { zh: '意识', en: 'AVPU' },
  arriving: { zh: '{n} 分钟后到', en: 'Arriving in {n} minutes' },
} as const
