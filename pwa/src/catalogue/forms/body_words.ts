/** Names of body parts, kinds of injury, and parts of a burn. Left and right are the patient's. */
import { t } from '../../language'

export const bodyWords = {
  head: { zh: '头', en: 'Head' },
  face: { zh: '面', en: 'Face' },
  neck: { zh: '颈前', en: 'Neck' },
  chest: { zh: '胸', en: 'Chest' },
  abdomen: { zh: '腹', en: 'Abdomen' },
  pelvis: { zh: '骨盆', en: 'Pelvis' },
  arm_right: { zh: '右臂', en: 'R arm' },
  arm_left: { zh: '左臂', en: 'L arm' },
  leg_right: { zh: '右腿', en: 'R leg' },
  leg_left: { zh: '左腿', en: 'L leg' },
  head_back: { zh: '头后', en: 'Back of head' },
  neck_back: { zh: '颈后', en: 'Nape' },
  back_upper: { zh: '上背', en: 'Upper back' },
  back_lower: { zh: '腰', en: 'Lower back' },
  buttocks: { zh: '臀', en: 'Buttocks' },
  arm_left_back: { zh: '左臂后', en: 'L arm' },
  arm_right_back: { zh: '右臂后', en: 'R arm' },
  leg_left_back: { zh: '左腿后', en: 'L leg' },
  leg_right_back: { zh: '右腿后', en: 'R leg' },
  fracture: { zh: '骨折', en: 'Fracture' },
  organ: { zh: '内脏或脑', en: 'Organ or brain' },
  vessel: { zh: '血管', en: 'Vessel' },
  spine: { zh: '脊柱脊髓', en: 'Spine or cord' },
  joint: { zh: '关节脱位', en: 'Joint' },
  amputation: { zh: '离断', en: 'Amputation' },
  penetrating: { zh: '穿透伤', en: 'Penetrating' },
  skin: { zh: '皮肤裂挫伤', en: 'Skin wound' },
  burn: { zh: '烧伤', en: 'Burn' },
  other: { zh: '其他', en: 'Other' },
  head_neck: { zh: '头颈', en: 'Head or neck' },
  extremities: { zh: '四肢骨盆', en: 'Limbs, pelvis' },
  external: { zh: '体表', en: 'External' },
} as const

/** The name of a part, kind or region; the id itself where this version has no word. */
export const bodyWord = (id: string): string => (id in bodyWords ? t(bodyWords[id as keyof typeof bodyWords]) : id)
