// The language of the screens: Chinese first, English complete. Each room keeps its own words.ts.
import { ref, watch, type Ref } from 'vue'

export type Language = 'zh' | 'en'
/** One thing to say, in both languages; `{name}` marks a parameter. */
export interface Word {
  readonly zh: string
  readonly en: string
}
export type Words = Readonly<Record<string, Word>>

const STORED_AS = 'greenlane.language'

function storedLanguage(): Language {
  try {
    return localStorage.getItem(STORED_AS) === 'en' ? 'en' : 'zh'
  } catch (error) {
    console.warn('language: the stored choice cannot be read', error)
    return 'zh'
  }
}

export const language: Ref<Language> = ref(storedLanguage())

watch(
  language,
  (chosen) => {
    document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en'
    try {
      localStorage.setItem(STORED_AS, chosen)
    } catch (error) {
      console.warn('language: the choice cannot be kept', error)
    }
  },
  { immediate: true, flush: 'sync' },
)

/** Say a word in the chosen language, with its parameters filled in. A missing parameter stays visible as `{name}`. */
export function t(word: Word, params?: Readonly<Record<string, string | number>>): string {
  const text = word[language.value]
  if (!params) return text
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole))
}
