/** The service worker keeps the app for offline use. A new version waits until the person wants it. */
import { ref } from 'vue'
import { settle } from '@/device'

/** A new version is here and waits. */
export const updateReady = ref(false)

let waiting: ServiceWorker | null = null
let wanted = false

function follow(registration: ServiceWorkerRegistration): void {
  const look = () => {
    // The first installation replaces nothing, so there is nothing to say.
    if (!registration.waiting || !navigator.serviceWorker.controller) return
    waiting = registration.waiting
    updateReady.value = true
    if (wanted) change(waiting)
  }
  look()
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', look)
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && navigator.onLine)
      void registration.update().then(undefined, () => undefined)
  })
}

/** Change to the new version, once everything that was filled in is on the disk, or somebody gives up what is not. */
export async function applyUpdate(): Promise<void> {
  if (!(await settle()) && !confirm('刚才填的没存上，换版本就没了。真的换吗？')) return
  wanted = true
  if (waiting) change(waiting)
  else location.reload()
}

function change(worker: ServiceWorker): void {
  worker.postMessage({ type: 'SKIP_WAITING' })
}

/** This version is too old to go on: look for the new one, change to it as soon as it is here. */
export async function fetchUpdate(): Promise<void> {
  wanted = true
  const registration = await navigator.serviceWorker?.getRegistration()
  await registration?.update().then(undefined, () => undefined)
  if (registration?.waiting) change(registration.waiting)
  else if (!registration?.installing) location.reload()
}

export function startServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // Another tab changed the version: this one goes on until asked, then loads anew.
    if (wanted) location.reload()
  })
  addEventListener('vite:preloadError', (event) => {
    // A page of the version before is gone from the cache: only loading anew brings it.
    event.preventDefault()
    updateReady.value = true
  })
  void navigator.serviceWorker.register('/sw.js').then(follow, () => undefined)
}
