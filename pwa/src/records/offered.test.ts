// @vitest-environment jsdom
/** What cannot be begun is no dead button; what was begun goes on. */
import { createApp, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { beforeEach, expect, it } from 'vitest'
import { cleanPhone, restart } from '../../tests/phone'
import { drafts } from '@/device'
import { loadFetched, putFetched } from '@/device/meta'
import { forgetSession, saveSession } from '@/device/session'
import type { Session } from '@/device'
import { exit } from './exit'
import { health } from './health'
import RecordActions from './RecordActions.vue'

const HOUSEHOLD = '11111111-1111-4111-8111-111111111111'
const offered = [
  { id: 'check', icon: 'check', what: '退出核查', kind: exit },
  { id: 'eight', icon: 'heart', what: '健康八个一', kind: health },
]

beforeEach(async () => {
  await cleanPhone()
  await restart()
  forgetSession()
})

function shown(): string[] {
  const host = document.createElement('div')
  const app = createApp(() => h(RecordActions, { household: HOUSEHOLD, offered }))
  const routes = [{ path: '/', component: { render: () => null } }]
  app.use(createRouter({ history: createMemoryHistory(), routes }))
  app.mount(host)
  const texts = [...host.querySelectorAll('button')].map((one) => one.textContent.trim())
  app.unmount()
  return texts
}

async function inForce(...ids: string[]) {
  const rest = { version: '1', title: '', kind: '', subject: '', register: '', asks: [] }
  const versions = ids.map((form_id) => ({ form_id, ...rest }))
  await putFetched({ in_force: versions })
  await loadFetched()
}

it('offers everything as long as nobody knows which forms there are', () => {
  expect(shown()).toEqual(['退出核查', '健康八个一'])
})

it('does not offer a form that was taken back, unless a record of it was begun', async () => {
  await inForce('health_eight')
  expect(shown()).toEqual(['健康八个一'])
  await drafts.save({
    ...{ id: 'd1', form_id: 'exit_check', form_version: '1', household: HOUSEHOLD, area: '' },
    ...{ title: '', label: '', xml: '<data/>', shown: {}, confirmed: [], deprecated_id: null },
    ...{ created_at: '', saved_at: '', missing: null, page: {} },
  })
  expect(shown()).toEqual(['退出核查 没填完，接着填', '健康八个一'])
})

it('offers only what the roles of the person record', async () => {
  await inForce('health_eight', 'exit_check')
  await saveSession({
    ...{ token: '', device: { id: 'd', name: '' }, view: 'doctor', roles: [], areas: [] },
    ...{ person: { id: 'p', name: '', username: 'u' }, county: '', policy: {}, server_time: '' },
    forms: ['health_eight'],
  } satisfies Session)
  expect(shown()).toEqual(['健康八个一'])
})
