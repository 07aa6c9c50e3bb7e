// Words of the board, the wall and the list of finished patients. Verb first, short, no exclamation marks.
export const words = {
  board: { zh: '看板', en: 'Board' },
  emergencyOf: { zh: '{site}急诊', en: '{site} Emergency' },
  emergency: { zh: '急诊', en: 'Emergency' },
  fetching: { zh: '正在取回记录…', en: 'Fetching records…' },
  fetchingOf: { zh: '正在取回 {done}/{total}…', en: 'Fetching {done} of {total}…' },
  fetchingWhy: { zh: '取齐之前不响铃、不播报。下面的患者可以先看。', en: 'No sound and no announcement until all are here. The patients below can be read already.' },
  wallFetching: { zh: '正在取回 {done}/{total}，取齐前不响铃', en: 'Fetching {done} of {total}; silent until all are here' },
  live: { zh: '实时', en: 'Live' },
  updatedAgo: { zh: '{n} 秒前更新', en: 'updated {n} s ago' },
  neverUpdated: { zh: '尚未更新', en: 'not updated yet' },
  hubTime: { zh: '院时', en: 'Hub time' },
  soundOff: { zh: '声音未开，点此打开', en: 'Sound is off: tap' },
  soundOn: { zh: '声音已开', en: 'Sound is on' },
  mute: { zh: '静音', en: 'Mute' },
  demo: { zh: '演示数据', en: 'Demo data' },
  chooseActing: { zh: '以谁的名义', en: 'Acting as' },
  writesAs: { zh: '记在 {name} 名下', en: 'Recorded as {name}' },
  changeActing: { zh: '换人', en: 'Change' },
  chooseActingWhy: { zh: '记录里会写这个名字。', en: 'This name will stand in the record.' },
  noStaff: { zh: '本院还没有人员名单', en: 'No staff listed for this site yet' },
  admin: { zh: '管理员', en: 'Administrator' },
  nurse: { zh: '护士', en: 'Nurse' },
  doctor: { zh: '医生', en: 'Doctor' },
  specialist: { zh: '专科医生', en: 'Specialist' },
  paramedic: { zh: '急救员', en: 'Paramedic' },
  commander: { zh: '指挥', en: 'Commander' },
  quality: { zh: '质控', en: 'Quality' },
  close: { zh: '关闭', en: 'Close' },
  cancel: { zh: '取消', en: 'Cancel' },
  retry: { zh: '再试', en: 'Try again' },

  newAlert: { zh: '新预警', en: 'New alert' },
  newCritical: { zh: '确认后又超限', en: 'Out of limits after acknowledgement' },
  arrivesIn: { zh: '{n} 分后到', en: 'in {n} min' },
  minutesLater: { zh: '分后到', en: 'min' },
  wallMinutes: { zh: '分钟', en: 'min' },
  wallLater: { zh: '后到', en: 'to go' },
  arriving: { zh: '即将到', en: 'arriving' },
  overdue: { zh: '已过 {n} 分', en: '{n} min over' },
  etaUnknown: { zh: '到达时间不详', en: 'no ETA' },
  wallNoEta: { zh: '时间不详', en: 'no ETA' },
  etaStale: { zh: '未更新', en: 'not updated' },
  acknowledge: { zh: '确认收到', en: 'Acknowledge' },
  acknowledgeNew: { zh: '确认新增 {n} 条', en: 'Acknowledge {n} new' },
  waitedFor: { zh: '已等 {time}', en: 'waiting {time}' },
  waiting: { zh: '待确认', en: 'Waiting' },
  newer: { zh: '其后新增 {n} 条', en: '{n} newer entries since' },
  newerShort: { zh: '新增 {n} 条', en: '{n} newer' },
  noneNewer: { zh: '无新增', en: 'nothing newer' },
  noPrealert: { zh: '未发预警', en: 'no pre-alert' },
  reached: { zh: '到服务器 {time}', en: 'on the hub {time}' },
  moreWaiting: { zh: '还有 {n} 个待确认', en: '{n} more waiting' },
  savedHere: { zh: '已存本机，未到服务器', en: 'on this device, not yet on the hub' },
  saveFailed: { zh: '没有存下：{reason}', en: 'Not saved: {reason}' },

  sinceLastKnownWell: { zh: '距最后正常', en: 'Last known well' },
  sinceOnset: { zh: '距发病', en: 'Since onset' },
  sinceInjury: { zh: '距受伤', en: 'Since injury' },
  onsetUnknown: { zh: '发病时间不详', en: 'Onset unknown' },
  wakeUp: { zh: '醒后发现', en: 'Found on waking' },
  sinceContact: { zh: '首次接触', en: 'Contact' },
  pupilFixed: { zh: '光反射消失', en: 'Pupil does not react' },
  pupilsUnequal: { zh: '瞳孔不等大', en: 'Pupils unequal' },
  pupilSizes: { zh: '右 {right} / 左 {left} mm', en: 'R {right} / L {left} mm' },
  aboveLimit: { zh: '高于 {limit}', en: 'above {limit}' },
  belowLimit: { zh: '低于 {limit}', en: 'below {limit}' },
  sinceDoor: { zh: '距到院', en: 'Since door' },
  approximately: { zh: '约', en: '≈' },

  level1: { zh: '濒危', en: 'Critical' },
  level2: { zh: '危重', en: 'Severe' },
  level3: { zh: '急症', en: 'Urgent' },
  level4: { zh: '非急症', en: 'Non-urgent' },
  levelNone: { zh: '未分级', en: 'Not triaged' },

  stroke: { zh: '卒中', en: 'Stroke' },
  chest_pain: { zh: '胸痛', en: 'Chest pain' },
  trauma: { zh: '创伤', en: 'Trauma' },
  general: { zh: '其他', en: 'Other' },

  unnamed: { zh: '身份未知', en: 'Unknown patient' },

  pressure: { zh: '血压', en: 'BP' },
  hr: { zh: '心率', en: 'HR' },
  pulse: { zh: '脉搏', en: 'Pulse' },
  spo2: { zh: '血氧', en: 'SpO₂' },
  rr: { zh: '呼吸', en: 'RR' },
  glucose: { zh: '血糖', en: 'Glucose' },
  temp: { zh: '体温', en: 'Temp' },
  avpu: { zh: '意识', en: 'AVPU' },
  avpuA: { zh: 'A 清醒', en: 'A alert' },
  avpuC: { zh: 'C 新发模糊', en: 'C confused' },
  avpuV: { zh: 'V 呼唤', en: 'V voice' },
  avpuP: { zh: 'P 疼痛', en: 'P pain' },
  avpuU: { zh: 'U 无反应', en: 'U none' },
  notMeasurable: { zh: '测不出', en: 'unrecordable' },
  noLimits: { zh: '此年龄无报警限', en: 'No limits for this age' },
  minutesAgo: { zh: '{n} 分前', en: '{n} min ago' },
  unfinished: { zh: '未完成', en: 'incomplete' },
  ecgPreview: { zh: '心电图预览', en: 'ECG preview' },
  notForDiagnosis: { zh: '不作诊断', en: 'not for diagnosis' },
  photos: { zh: '照片 {n}', en: 'Photos {n}' },
  photo: { zh: '照片', en: 'Photo' },
  photoComing: { zh: '照片在路上', en: 'photo on its way' },

  onTheWay: { zh: '途中', en: 'On the way' },
  arrived: { zh: '已到', en: 'Arrived' },
  finishedToday: { zh: '今日结束', en: 'Finished today' },
  finished: { zh: '结束', en: 'Finished' },
  finishedTitle: { zh: '已结束的患者', en: 'Finished patients' },
  walkIn: { zh: '步行来诊', en: 'Walk-in' },
  walkInWhy: { zh: '到院时间就是现在，会一起记下。', en: 'The arrival time is now; it is recorded with it.' },
  walkedIn: { zh: '步行来诊', en: 'Walk-in' },

  emptyWay: { zh: '目前没有来院患者', en: 'Nobody is on the way' },
  emptyWayWhy: { zh: '看板在工作，有预警会响铃。', en: 'The board is working; an alert will ring.' },
  emptyWayMuted: { zh: '看板在工作，但声音未开。', en: 'The board is working, but its sound is off.' },
  emptyArrived: { zh: '没有在院的急诊患者', en: 'No arrived patients' },
  emptyFinished: { zh: '没有找到', en: 'Nothing found' },
  search: { zh: '姓名、身份证尾号、车号', en: 'Name, end of ID number, ambulance' },
  searchOnlyHere: { zh: '先找本机保存的。更早的到服务器找，只能看。', en: 'What this device holds. Older ones: search the hub, to read only.' },
  searchHub: { zh: '到服务器找', en: 'Search the hub' },
  searchFailed: { zh: '服务器没有回答。本机的仍在下面。', en: 'The hub did not answer. What is here still stands below.' },
  day: { zh: '今天', en: 'Today' },
  everything: { zh: '全部', en: 'All' },

  stale: { zh: '看板 {time}未更新，数字是 {at} 的', en: 'Board {time} old; figures are from {at}' },
  staleNever: { zh: '还没有连上服务器，数字可能不全', en: 'No contact with the hub yet; figures may be incomplete' },
  staleSeconds: { zh: '{n} 秒', en: '{n} s' },
  staleMinutes: { zh: '{n} 分钟', en: '{n} min' },
  stalePhone: { zh: '电话 {phone}', en: 'Phone {phone}' },
  speaking: { zh: '正在播报', en: 'Speaking' },
  spoke: { zh: '最近播报', en: 'Last spoken' },
  unheard: { zh: '未播出', en: 'Not heard' },
  silent: { zh: '有新预警会播报', en: 'New alerts are spoken here' },
  speakAlert: { zh: '{pathway}患者，{n} 分钟后到，请急诊确认。', en: '{pathway} patient, {n} minutes, emergency please acknowledge.' },
  speakAlertNoEta: { zh: '{pathway}患者，到达时间不详，请急诊确认。', en: '{pathway} patient, arrival time unknown, emergency please acknowledge.' },
  speakCritical: { zh: '{pathway}患者，新的体征超限，请急诊查看。', en: '{pathway} patient, new value out of limits, emergency please look.' },
  page: { zh: '第 {n} 页，共 {of} 页', en: 'Page {n} of {of}' },
  reason_handed_over: { zh: '已交接', en: 'Handed over' },
  reason_not_transported: { zh: '未转运', en: 'Not transported' },
  reason_died: { zh: '死亡', en: 'Died' },
  reason_cancelled: { zh: '取消', en: 'Cancelled' },
  reason_stale: { zh: '久无记录', en: 'Gone silent' },
  reason_none: { zh: '已结束', en: 'Closed' },
  noSite: { zh: '此账号没有医院看板', en: 'This account has no hospital board' },
  noSiteWhy: { zh: '用医院的账号登录。', en: 'Sign in with a hospital account.' },
  wall: { zh: '大屏', en: 'Wall' },
  openWall: { zh: '打开大屏', en: 'Open the wall view' },
  more: { zh: '更多', en: 'More' },
} as const

export type PathwayWord = 'stroke' | 'chest_pain' | 'trauma' | 'general'

/** The words for a pathway; one this version does not know is called "other". */
export function pathwayWord(pathway: string | null | undefined): { zh: string; en: string } {
  return pathway === 'stroke' || pathway === 'chest_pain' || pathway === 'trauma' ? words[pathway] : words.general
}

/** The word of a triage level. No level is a word of its own, never a level. */
export function levelWord(level: number | null | undefined): { zh: string; en: string } {
  switch (level) {
    case 1: return words.level1
    case 2: return words.level2
    case 3: return words.level3
    case 4: return words.level4
    default: return words.levelNone
  }
}

const CLOSURES: Record<string, { zh: string; en: string }> = {
  handed_over: words.reason_handed_over,
  not_transported: words.reason_not_transported,
  died: words.reason_died,
  cancelled: words.reason_cancelled,
  stale: words.reason_stale,
}

/** Why an encounter ended; just "closed" for a reason this version does not know. */
export function closureWord(reason: string | null): { zh: string; en: string } {
  return CLOSURES[reason ?? ''] ?? words.reason_none
}
