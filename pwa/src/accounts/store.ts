// Signing in as a screen needs it: what is typed, what is under way, and the sentence when it did not work.
import { computed, onMounted, reactive, ref } from 'vue'
import { t } from '@/language'
import { askHub, HubUnreachable } from '@/sync/hub'
import { signIn, signOut, type SignInOutcome } from '@/sync/session'
import { words } from './words'

/** The sentence for an outcome; empty when it worked. Computed when shown, so that it follows the language. */
export function sentenceOf(outcome: SignInOutcome): string {
  switch (outcome.outcome) {
    case 'ok':
      return ''
    case 'bad_password':
      return t(words.badPassword)
    case 'too_many':
      return outcome.waitSeconds ? t(words.tooMany, { s: outcome.waitSeconds }) : t(words.tooManySoon)
    case 'no_network':
      return t(words.noNetwork)
    case 'hub_error':
      return t(words.hubError, { reason: outcome.reason })
  }
}

export function useSignIn() {
  const form = reactive({ username: '', password: '' })
  const isBusy = ref(false)
  const outcome = ref<SignInOutcome | null>(null)
  const sentence = computed(() => (outcome.value ? sentenceOf(outcome.value) : ''))
  const isComplete = computed(() => form.username.trim() !== '' && form.password !== '')

  /** True when somebody is signed in now. The password is forgotten either way. */
  async function submit(): Promise<boolean> {
    if (isBusy.value || !isComplete.value) return false
    isBusy.value = true
    try {
      outcome.value = await signIn(form.username.trim(), form.password)
    } catch (error) {
      console.error('sign in', error)
      outcome.value = { outcome: 'hub_error', reason: error instanceof Error ? error.message : String(error) }
    } finally {
      isBusy.value = false
      form.password = ''
    }
    return outcome.value.outcome === 'ok'
  }
  return { form, isBusy, isComplete, sentence, submit }
}

/** Whether the hub says that it is a demonstration; before anybody is signed in only its health tells. */
export function useDemoOfHub() {
  const isDemoHub = ref(false)
  onMounted(async () => {
    try {
      const answer = await askHub<{ demo?: boolean } | null>('/healthz')
      isDemoHub.value = answer.ok && answer.body?.demo === true
    } catch (error) {
      if (!(error instanceof HubUnreachable)) throw error // without contact the roster's word stands
    }
  })
  return isDemoHub
}

export { signOut }
