/** The pages of one household and of what is recorded about it. */
import type { RouteRecordRaw } from 'vue-router'

export const visitRoutes: RouteRecordRaw[] = []
