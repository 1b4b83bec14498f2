/** The preview of a form, in a frame of the desk's page: the phone's own pages over a phone that is only in memory. */
import './memory'
import { createApp } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import RecordPage from '@/visits/RecordPage.vue'
import PreviewPage from './PreviewPage.vue'
import '@/styles/tokens.css'
import '@/styles/app.css'
import '@/styles/shell.css'

const router = createRouter({
  history: createMemoryHistory(),
  routes: [
    { path: '/records/:record', component: RecordPage, props: true },
    { path: '/:anywhere(.*)*', component: { render: () => null } },
  ],
})

createApp(PreviewPage, { upload: location.hash.slice(1) })
  .use(router)
  .mount('#app')
