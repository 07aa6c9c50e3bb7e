/**
 * A name that a crew can shout and a desk can write down, for somebody who cannot say their own: colour, animal, number.
 * Drawn from the encounter's id, so that every device draws the same; kept in the document once it was drawn. Shown in
 * the language of the screen. Twin of server/patients/temporary_name.py; shared vectors in tests/vectors/temporary_names.
 *
 * What is left out, and why, is in docs/patients.md: colours of triage and of mourning, animals that insult, and whatever
 * sounds like something else in the list.
 */
const COLOURS = [['蓝', 'Blue'], ['紫', 'Purple'], ['橙', 'Orange'], ['金', 'Golden'], ['棕', 'Brown']] as const
const ANIMALS = [
  ['海豚', 'Dolphin'], ['羚羊', 'Antelope'], ['熊猫', 'Panda'], ['孔雀', 'Peacock'], ['天鹅', 'Swan'], ['骏马', 'Horse'],
  ['狮子', 'Lion'], ['猎豹', 'Cheetah'], ['蝴蝶', 'Butterfly'], ['蜜蜂', 'Honeybee'], ['水獭', 'Otter'], ['考拉', 'Koala'],
] as const
/** Without a four, for its sound, and without numbers that are an insult or a bad omen. */
const NUMBERS = Array.from({ length: 90 }, (_, n) => n + 10).filter((n) => !/[04]/.test(String(n)) && ![13, 18, 38, 87].includes(n))
/** What the same program drew in former versions: a bird and two digits. */
const FORMER = [
  ['青隼', 'Falcon'], ['白鹭', 'Egret'], ['海燕', 'Petrel'], ['山雀', 'Titmouse'], ['云雀', 'Skylark'], ['翠鸟', 'Kingfisher'],
  ['喜鹊', 'Magpie'], ['鸿雁', 'Goose'], ['画眉', 'Thrush'], ['孔雀', 'Peacock'], ['天鹅', 'Swan'], ['百灵', 'Lark'],
  ['黄鹂', 'Oriole'], ['鹧鸪', 'Partridge'], ['雨燕', 'Swift'], ['苍鹰', 'Goshawk'],
] as const

type Language = 'zh' | 'en'
const KINDS: readonly (readonly [string, string])[] = COLOURS.flatMap(([colour, hue]) =>
  ANIMALS.map(([animal, beast]) => [`${colour}${animal}`, `${hue} ${beast}`] as const),
)
const NAMES = new Map([...FORMER, ...KINDS].flatMap((pair) => [[pair[0], pair], [pair[1].toLowerCase(), pair]] as const))
const TRIES = KINDS.length * 4

function hashOf(text: string): number {
  let hash = 7
  for (const letter of text) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0
  // The last letters of ids that began together differ little: stir, so that neighbours draw different animals.
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b) >>> 0
  return (hash ^ (hash >>> 15)) >>> 0
}

/** The name drawn at a try, as documents keep it: in Chinese. */
export function drawnName(encounter: string, attempt = 0): string {
  const hash = hashOf(attempt === 0 ? encounter : `${encounter}#${attempt}`)
  const kind = KINDS[hash % KINDS.length]!
  return `${kind[0]} ${NUMBERS[Math.floor(hash / KINDS.length) % NUMBERS.length]}`
}

const kindIn = (name: string): string => inLanguage(name, 'zh').replace(/\s*\d+$/, '')

/**
 * The temporary name of an encounter. `taken` are names of others who are open on this device: one of the same colour and
 * animal is avoided, since in the noise only that much may be heard; where all are taken, the same whole name.
 */
export function temporaryName(encounter: string, taken: Iterable<string | null | undefined> = []): string {
  const names = new Set([...taken].filter((name) => typeof name === 'string').map((name) => inLanguage(name, 'zh')))
  const kinds = new Set([...names].map(kindIn))
  const draws = Array.from({ length: TRIES }, (_, attempt) => drawnName(encounter, attempt))
  return draws.find((name) => !kinds.has(kindIn(name))) ?? draws.find((name) => !names.has(name)) ?? draws[0]!
}

/** A kept temporary name in the language of the screen; what this program did not draw stays as it is. */
export function inLanguage(name: string, language: Language): string {
  const parts = /^(.+?)\s+(\d{2})$/.exec(name.trim())
  const pair = parts && NAMES.get(parts[1]!.toLowerCase())
  return pair ? `${pair[language === 'zh' ? 0 : 1]} ${parts[2]}` : name
}
