/** The pages of the app and their addresses; every page can be opened offline by its address. */
import { createRouter, createWebHistory } from 'vue-router'
import { opened } from '@/shared/recent'
import TodayPage from '@/today/today-page.vue'
import { visitRoutes } from '@/visits/routes'

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', component: TodayPage },
    { path: '/households', component: () => import('@/households/households-page.vue') },
    { path: '/uploads', component: () => import('@/uploads/uploads-page.vue') },
    { path: '/me', component: () => import('@/settings/me-page.vue') },
    ...visitRoutes,
    { path: '/:missing(.*)*', redirect: '/' },
  ],
})

router.afterEach((to) => {
  const household = /^\/households\/([^/]+)$/.exec(to.path)?.[1]
  if (household) opened(household)
})
