// The wall is read by patients' relatives too: a name there keeps its family name and hides the given name.

const DOUBLE_SURNAMES = ['欧阳', '司马', '上官', '诸葛', '夏侯', '皇甫', '尉迟', '公孙', '慕容', '令狐', '司徒', '东方', '独孤', '南宫', '端木']

/**
 * 张秀兰 -> 张＊兰, 陈平 -> 陈＊, 欧阳小雨 -> 欧阳＊雨, 买买提·艾力 -> 买＊·艾＊, "Li Ming" -> "Li M＊".
 * A name of one character stays, for it cannot be shortened without vanishing.
 */
export function maskName(name: string): string {
  const text = name.trim()
  if (/[·•]/.test(text)) return text.split(/[·•]/).map((part) => `${part.slice(0, 1)}＊`).join('·')
  if (/^[\p{Script=Latin}\s.'-]+$/u.test(text)) return maskLatin(text)
  const letters = [...text]
  if (letters.length <= 1) return text
  const family = letters.length > 2 && DOUBLE_SURNAMES.includes(letters.slice(0, 2).join('')) ? 2 : 1
  const given = letters.slice(family)
  const last = given.length > 1 ? given[given.length - 1] : ''
  return `${letters.slice(0, family).join('')}＊${last}`
}

function maskLatin(text: string): string {
  const [first = '', ...rest] = text.split(/\s+/)
  if (!rest.length) return `${first.slice(0, 1)}＊`
  return [first, ...rest.map((part) => `${part.slice(0, 1)}＊`)].join(' ')
}
