/** The pages of the app and their addresses; every page can be opened offline by its address. */
import { createRouter, createWebHistory } from 'vue-router'
import TodayPage from '@/today/today-page.vue'
import { visitRoutes } from '@/visits/routes'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: TodayPage },
    ...visitRoutes,
    { path: '/:missing(.*)*', redirect: '/' },
  ],
})
