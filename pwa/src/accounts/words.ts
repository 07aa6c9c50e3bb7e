import type { Words } from '@/language'

export const words = {
  title: { zh: '登录', en: 'Sign in' },
  again: { zh: '请再登录一次', en: 'Sign in again' },
  againWhy: {
    zh: '登录已过期。记录照常，已存本机；再登录后送往医院。',
    en: 'The session is over. Recording goes on, on this phone; signing in again delivers it.',
  },
  undelivered: {
    zh: '本机还有 {n} 条未送出，不会丢。',
    en: '{n} entries on this device are not delivered yet. They are kept.',
  },
  username: { zh: '用户名', en: 'User name' },
  password: { zh: '密码', en: 'Password' },
  show: { zh: '显示', en: 'Show' },
  hide: { zh: '隐藏', en: 'Hide' },
  signIn: { zh: '登录', en: 'Sign in' },
  signingIn: { zh: '正在登录…', en: 'Signing in…' },
  badPassword: { zh: '用户名或密码不对，再试一次。', en: 'User name or password is wrong. Try again.' },
  tooMany: { zh: '试的次数太多，等 {s} 秒再试。', en: 'Too many attempts. Wait {s} seconds.' },
  tooManySoon: { zh: '试的次数太多，稍后再试。', en: 'Too many attempts. Try again later.' },
  noNetwork: {
    zh: '连不上服务器。首次登录需要网络；检查网络后再试。',
    en: 'No answer from the hub. The first sign-in needs a network; check it and try again.',
  },
  hubError: { zh: '服务器没有接受：{reason}', en: 'The hub did not accept: {reason}' },
  fillBoth: { zh: '填写用户名和密码', en: 'Enter user name and password' },
  back: { zh: '继续记录', en: 'Go on recording' },
  motto: { zh: '患者未到，信息先到', en: 'The patient has not arrived; the information has.' },
  demo: { zh: '演示系统，人物皆虚构', en: 'Demonstration, all persons invented' },
  otherLanguage: { zh: 'English', en: '中文' },
} as const satisfies Words
