/** Start of the app: open what the phone holds, draw, then think of the network. */
import { createApp, watch } from 'vue'
import {
  currentPerson,
  databaseTrouble,
  drafts,
  followOtherTabs,
  followWaiting,
  openDevice,
  session,
  watchStorage,
} from '@/device'
import { startServiceWorker } from '@/service-worker/update'
import { followClock } from '@/shared/clock'
import { loadRecent } from '@/shared/recent'
import { startTriggers, useToken } from '@/sync'
import App from './App.vue'
import { router } from './router'
import './styles/tokens.css'
import './styles/app.css'
import './styles/shell.css'

/** Resolves when something hinders opening what the phone holds, to be said instead of waiting in the dark. */
function troubled(): Promise<void> {
  return new Promise((resolve) => {
    watch(databaseTrouble, (trouble) => trouble !== null && resolve())
  })
}

function finishWhatWasLeft(): void {
  if (!drafts.list.value.some(({ page }) => page.autoFinish)) return
  void import('@/visits/nobody-home').then((visits) => visits.finishLeftOvers())
}

async function start(): Promise<void> {
  const person = currentPerson()
  const opened = person === null ? Promise.resolve(true) : openDevice(person)
  startServiceWorker()
  await Promise.race([opened, troubled()])
  createApp(App).use(router).mount('#app')
  if (!(await opened)) return
  const speakAsSignedIn = () => useToken(session.value?.token ?? null)
  speakAsSignedIn()
  loadRecent()
  // Who signs in again in another window gets a new token; the old one may not speak for him any more.
  followOtherTabs(speakAsSignedIn)
  watchStorage()
  followWaiting()
  followClock()
  startTriggers()
  // At the start, and when somebody comes back to what he left.
  watch(() => session.value?.person.id, finishWhatWasLeft, { immediate: true })
}

void start()
