/** When to synchronise: network back, app looked at, something saved, a while passed, or somebody asks. */
import { watch } from 'vue'
import { outbox, revoked, session } from '@/device'
import { followPhotoLine, photosWait } from './photo-line'
import { failure, online, paused } from './state'
import type { Result } from './synchronize'

const SOON_MS = 800
const JITTER_MS = 4_000
const EVERY_MS = 5 * 60_000
const FIRST_RETRY_MS = 20_000
/** Another tab is at it: what this one has may come too late for that round. */
const AFTER_OTHER_TAB_MS = 5_000

let timer: ReturnType<typeof setTimeout> | null = null
/** Rounds in a row that left something to send. */
let leftInARow = 0
let notBefore = 0
let running = false
/** Something happened while a round ran, which may have passed by it already. */
let asked = false

/** Many phones regain the network at the same moment: not all may call at once. */
function jitter(most = JITTER_MS): number {
  return Math.random() * most
}

function plan(delay_ms: number): void {
  if (timer !== null) clearTimeout(timer)
  timer = setTimeout(() => void automatic(), Math.max(delay_ms, notBefore - Date.now()))
}

/** A round is worth a try so soon; while one runs, another follows it. */
function request(delay_ms: number): void {
  if (running) asked = true
  else plan(delay_ms)
}

/** How long until the next round when nothing happens meanwhile. */
function pause(result: Result): number {
  if (result === 'busy') return AFTER_OTHER_TAB_MS
  const left = result === 'failed' ? outbox.unsent.value.size : outbox.list.value.length
  leftInARow = left > 0 ? leftInARow + 1 : 0
  return left > 0 ? Math.min(EVERY_MS, FIRST_RETRY_MS * 2 ** (leftInARow - 1)) : EVERY_MS
}

function next(result: Result): void {
  const failed = failure.value
  if (failed?.kind === 'refused' && failed.retry_after_s !== null) {
    notBefore = Date.now() + failed.retry_after_s * 1000
  }
  const delay = pause(result) + jitter()
  plan(asked ? SOON_MS : delay)
  asked = false
}

/** What speaks with the server comes when it is first needed: the app opens faster without it. */
async function synchronize(): Promise<Result> {
  // Null: it belongs to a version that another one has replaced; loading anew brings it, and the app says so.
  const part = await import('./synchronize').then(
    (found) => found,
    () => null,
  )
  return part === null ? 'failed' : part.synchronize()
}

async function go(): Promise<Result> {
  if (running) {
    asked = true
    return 'busy'
  }
  running = true
  let result: Result = 'failed'
  try {
    result = await synchronize()
  } finally {
    // Whatever went wrong, the next round is planned.
    running = false
    next(result)
  }
  return result
}

async function automatic(): Promise<void> {
  const hidden = document.visibilityState === 'hidden'
  if (hidden || paused.value || !online.value || session.value === null || revoked.value) return
  await go()
}

/** Somebody pressed the button: at once, but never before the moment that the server asked to wait for. */
export async function synchronizeNow(): Promise<Result | { wait_s: number }> {
  paused.value = false
  const wait_s = Math.ceil((notBefore - Date.now()) / 1000)
  return wait_s > 0 ? { wait_s } : go()
}

/** Something was saved: send it soon, if there is a network. */
export function requestSynchronization(): void {
  if (!paused.value) request(SOON_MS)
}

/** Follow the browser's hints from now on. No background-sync API is relied on: iOS and WeChat lack it. */
export function startTriggers(): void {
  addEventListener('online', () => {
    online.value = true
    request(jitter())
  })
  addEventListener('offline', () => {
    online.value = false
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') request(jitter(1500))
  })
  watch(session, (now, before) => {
    if (now && now.token !== before?.token) request(0)
  })
  followPhotoLine()
  watch(photosWait, (wait) => {
    if (wait === null && outbox.uploads.value.length > 0) requestSynchronization()
  })
  request(jitter(1500))
}
