/** Start of the app: open what the phone holds, draw, then think of the network. */
import { createApp } from 'vue'
import { currentPerson, drafts, followOtherTabs, openDevice, session, watchStorage } from '@/device'
import { startServiceWorker } from '@/service-worker/update'
import { loadRecent } from '@/shared/recent'
import { startTriggers, useToken } from '@/sync'
import App from './App.vue'
import { router } from './router'
import './styles/tokens.css'
import './styles/app.css'
import './styles/shell.css'

async function start(): Promise<void> {
  const person = currentPerson()
  if (person !== null) await openDevice(person)
  useToken(session.value?.token ?? null)
  loadRecent()
  createApp(App).use(router).mount('#app')
  followOtherTabs()
  watchStorage()
  startTriggers()
  startServiceWorker()
  if (drafts.list.value.some(({ page }) => page.autoFinish)) {
    void import('@/visits/nobody-home').then((visits) => visits.finishLeftOvers())
  }
}

void start()
