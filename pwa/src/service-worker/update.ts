/** The service worker keeps the app for offline use. A new version waits until the person wants it. */
import { ref } from 'vue'

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

/** Change to the new version. Drafts are on the disk at every answer, so nothing is lost. */
export function applyUpdate(): void {
  wanted = true
  if (waiting) waiting.postMessage({ type: 'SKIP_WAITING' })
  else location.reload()
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
