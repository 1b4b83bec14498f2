/** The pages of the app and their addresses; every page can be opened offline by its address. */
import { createRouter, createWebHistory } from 'vue-router'
import { opened } from '@/shared/recent'
import { words } from '@/shared/words'
import TodayPage from '@/today/today-page.vue'
import { visitRoutes } from '@/visits/routes'

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', component: TodayPage, meta: { title: words.page.today } },
    {
      path: '/households',
      component: () => import('@/households/households-page.vue'),
      meta: { title: words.page.households },
    },
    {
      path: '/uploads',
      component: () => import('@/uploads/uploads-page.vue'),
      meta: { title: words.page.uploads },
    },
    {
      path: '/me',
      component: () => import('@/settings/me-page.vue'),
      meta: { title: words.page.me },
    },
    {
      path: '/carry',
      component: () => import('@/settings/carry-page.vue'),
      meta: { title: words.page.carry },
    },
    {
      path: '/health',
      component: () => import('@/records/health/BatchPage.vue'),
      meta: { title: words.page.health_batch },
    },
    ...visitRoutes,
    { path: '/:missing(.*)*', redirect: '/' },
  ],
})

router.afterEach((to) => {
  const { title } = to.meta
  document.title = typeof title === 'string' ? `${title} · ${words.app.name}` : words.app.name
  const household = /^\/households\/([^/]+)$/.exec(to.path)?.[1]
  if (household) opened(household)
})
