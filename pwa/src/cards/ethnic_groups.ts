/** The 56 groups as a card prints them (GB/T 3304, without 族). Twin of ocr/ethnic_groups.py. */
const PRINTED = `
汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇
柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京
塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
`
export const GROUPS: readonly string[] = PRINTED.trim().split(/\s+/)

/** The group that was read; one misread character is forgiven in names of three and more, if only one group fits. */
export function nearestGroup(text: string): string | null {
  const plain = text.length > 1 && text.endsWith('族') ? text.slice(0, -1) : text
  if (GROUPS.includes(plain)) return plain
  const near = GROUPS.filter(
    (group) => group.length === plain.length && group.length >= 3 && [...group].filter((character, n) => character !== plain[n]).length === 1,
  )
  return near.length === 1 ? near[0]! : null
}
