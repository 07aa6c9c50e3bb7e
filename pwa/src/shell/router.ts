/** Every screen is a lazy route: the phone downloads at first only the list. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { boardRoutes } from '../board/routes'
import { session } from '../sync/session'
import { homeOfSession, isAtHospital } from './place'

/** The first screen of a crew; main.ts asks for it early. */
export const loadList = () => import('../encounters/ListScreen.vue')

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: () => homeOfSession.value },
  { path: '/signin', component: () => import('../accounts/SignInScreen.vue'), meta: { open: true } },
  { path: '/list', component: loadList },
  { path: '/new', component: () => import('../encounters/NewEncounterScreen.vue') },
  { path: '/scan', component: () => import('../wristbands/ScanScreen.vue') },
  { path: '/wristbands/print', component: () => import('../wristbands/PrintScreen.vue') },
  { path: '/delivery', component: () => import('./DeliveryScreen.vue') },
  { path: '/settings', component: () => import('./SettingsScreen.vue') },
  { path: '/badges', component: () => import('../badges/BadgesScreen.vue') },
  { path: '/status', component: () => import('../status/StatusScreen.vue') },
  {
    path: '/e/:encounter',
    component: () => import('../encounters/EncounterFrame.vue'),
    children: [
      { path: '', component: () => import('../encounters/HomeScreen.vue') },
      { path: 'patient', component: () => import('../encounters/PatientScreen.vue'), meta: { title: 'patient' } },
      { path: 'card', component: () => import('../cards/CardScreen.vue'), meta: { title: 'card', up: 'patient' } },
      { path: 'link', component: () => import('../patients/LinkScreen.vue'), meta: { title: 'link' } },
      { path: 'compare/:other', component: () => import('../patients/CompareScreen.vue'), meta: { title: 'compare' } },
      { path: 'wristband', component: () => import('../wristbands/WristbandScreen.vue'), meta: { title: 'wristband' } },
      { path: 'complaint', component: () => import('../examination/HistoryScreen.vue'), meta: { title: 'complaint' } },
      { path: 'examination', component: () => import('../examination/ExaminationScreen.vue'), meta: { title: 'examination' } },
      { path: 'onset', component: () => import('../encounters/OnsetScreen.vue'), meta: { title: 'onset' } },
      { path: 'pathway', component: () => import('../encounters/PathwayScreen.vue'), meta: { title: 'pathway' } },
      { path: 'triage', component: () => import('../encounters/TriageScreen.vue'), meta: { title: 'triage' } },
      { path: 'vitals', component: () => import('../vitals/VitalsScreen.vue'), meta: { title: 'vitals' } },
      { path: 'trend', component: () => import('../vitals/TrendScreen.vue'), meta: { title: 'trend' } },
      { path: 'times', component: () => import('../pathways/TimesScreen.vue') },
      { path: 'scores', component: () => import('../catalogue/ScoresScreen.vue'), meta: { title: 'scores' } },
      { path: 'scores/:score', component: () => import('../catalogue/ScoreScreen.vue'), meta: { title: 'score', up: 'scores' } },
      { path: 'drugs', component: () => import('../treatments/DrugsScreen.vue'), meta: { title: 'drugs' } },
      { path: 'drugs/:drug', component: () => import('../treatments/DrugScreen.vue'), meta: { title: 'drugs', up: 'drugs' } },
      { path: 'cpr', component: () => import('../treatments/CprScreen.vue'), meta: { title: 'cpr', up: 'drugs' } },
      { path: 'note', component: () => import('../encounters/NoteScreen.vue'), meta: { title: 'note' } },
      { path: 'photos', component: () => import('../media/PhotosScreen.vue'), meta: { title: 'photos' } },
      { path: 'destination', component: () => import('../encounters/DestinationScreen.vue'), meta: { title: 'destination' } },
      { path: 'prealert', component: () => import('../encounters/PrealertScreen.vue') },
      { path: 'entries', component: () => import('../encounters/EntriesScreen.vue'), meta: { title: 'entries' } },
      { path: 'handover', component: () => import('../encounters/handover/HandoverScreen.vue'), meta: { title: 'handover' } },
      { path: 'close', component: () => import('../encounters/CloseScreen.vue'), meta: { title: 'close' } },
    ],
  },
  ...boardRoutes,
  { path: '/:rest(.*)*', redirect: '/' },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  // Screens of the shell scroll inside of it and begin at their top; to ask the window would lay the page out once more.
  scrollBehavior: (to) => (to.meta.ownHead ? { top: 0 } : false),
})

router.beforeEach((to) => {
  // An expired token does not sign anybody out: only the absence of a session does.
  if (!session.value && !to.meta.open) {
    // Who opened the bare address goes where their role begins, which is known only after signing in.
    const wanted = to.redirectedFrom?.path === '/' ? {} : { to: to.fullPath }
    return { path: '/signin', query: wanted }
  }
  if (session.value && to.path === '/signin' && !to.query.again) return '/'
  // A hospital's place for a patient is the record: entry screens, which are the crew's, lead back to it.
  const home = /^\/e\/([0-9A-Z]{26})$/.exec(to.path)
  if (home && isAtHospital.value) return `/record/${home[1]}`
  return true
})
