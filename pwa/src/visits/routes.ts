/** The pages of one household and of what is recorded about it. */
import type { RouteRecordRaw } from 'vue-router'

export const visitRoutes: RouteRecordRaw[] = [
  {
    path: '/households/:household',
    component: () => import('@/households/household/HouseholdPage.vue'),
    props: true,
  },
  {
    path: '/households/:household/members/:person',
    component: () => import('@/households/household/MemberPage.vue'),
    props: true,
  },
  {
    path: '/households/:household/case',
    component: () => import('@/records/cases/CasePage.vue'),
    props: true,
  },
  // A draft, where it was left: visit, registration, update or correction.
  { path: '/records/:record', component: () => import('./RecordPage.vue'), props: true },
  // Begin (or go on with) the correction of a returned submission.
  {
    path: '/corrections/:submission',
    component: () => import('./CorrectionPage.vue'),
    props: true,
  },
  { path: '/register/new', component: () => import('@/households/household/NewHouseholdPage.vue') },
]
