/** Words of the injuries' form. */
export const injuryWords = {
  how: { zh: '点受伤部位，再选类型和严重度。左右按患者。', en: "Tap the part, then kind and severity. Left and right are the patient's." },
  kind: { zh: '损伤类型（可不选）', en: 'Kind of injury (optional)' },
  severity: { zh: 'AIS 严重度，点了就加入', en: 'AIS severity; the tap adds it' },
  counts: { zh: '计入 {region}', en: 'counts for {region}' },
  change: { zh: '改部位', en: 'Change' },
  unknownSeverity: { zh: '严重度不详（AIS 9）', en: 'Severity unknown (AIS 9)' },
  ais9: { zh: '有严重度不详的损伤，ISS 和 NISS 不能计总分。', en: 'An injury of unknown severity: ISS and NISS have no total.' },
  ais6: { zh: '有 AIS 6 的损伤，按规则直接记 75。', en: 'An injury of AIS 6: by rule the total is 75.' },
  none: { zh: '已查，没有损伤', en: 'Examined, no injury' },
  remove: { zh: '去掉这条', en: 'Remove this one' },
  save: { zh: '保存两项', en: 'Save both' },
} as const
