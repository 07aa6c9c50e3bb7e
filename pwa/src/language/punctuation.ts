// Signs between words differ as the words do: an English sentence with 、 or ： looks broken.
import { language } from '.'

/** "面瘫、言语不清" or "Face droop, Speech". */
export function listed(parts: readonly (string | null | undefined)[]): string {
  return parts.filter(Boolean).join(language.value === 'zh' ? '、' : ', ')
}

/** "夜间：关" or "Night: Off". */
export function labelled(label: string, value: string): string {
  return label + (language.value === 'zh' ? '：' : ': ') + value
}
