/**
 * A name that a crew can shout and a desk can write down, for somebody who cannot say their own: a bird and two
 * digits, drawn from the encounter's id, so that the same patient never gets two.
 */
const BIRDS = [
  ['青隼', 'Falcon'], ['白鹭', 'Egret'], ['海燕', 'Petrel'], ['山雀', 'Titmouse'], ['云雀', 'Skylark'], ['翠鸟', 'Kingfisher'],
  ['喜鹊', 'Magpie'], ['鸿雁', 'Goose'], ['画眉', 'Thrush'], ['孔雀', 'Peacock'], ['天鹅', 'Swan'], ['百灵', 'Lark'],
  ['黄鹂', 'Oriole'], ['鹧鸪', 'Partridge'], ['雨燕', 'Swift'], ['苍鹰', 'Goshawk'],
] as const

export function temporaryName(encounter: string, language: 'zh' | 'en'): string {
  let hash = 7
  for (const letter of encounter) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0
  const bird = BIRDS[hash % BIRDS.length] ?? BIRDS[0]
  const number = 10 + (Math.floor(hash / BIRDS.length) % 90)
  return `${bird[language === 'zh' ? 0 : 1]} ${number}`
}
