// A tapped chip is stored by its id; it is said by the catalogue's wording. What is no id was typed and is said as it is.
import { computed } from 'vue'
import { language } from '../language'
import { chips, pathways, symptoms } from '../catalogue/store'

const labels = computed(() => {
  const found = new Map<string, string>()
  const sets = [
    ...Object.keys(symptoms).map((symptom) => chips('complaint', { symptom })),
    ...Object.keys(pathways).map((pathway) => chips('complaint', { pathway })),
    chips('past'), chips('allergies'), chips('medications'), chips('note'), chips('present'), chips('last_meal'),
  ]
  for (const chip of sets.flat()) if (!found.has(chip.id)) found.set(chip.id, chip.label[language.value])
  return found
})

export function chipText(chip: string): string {
  return labels.value.get(chip) ?? chip
}
