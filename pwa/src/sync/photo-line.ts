/** Whether photos may go now: what the person wants of the line, and what the battery allows. Text always goes. */
import { computed, ref, watch } from 'vue'
import { currentPerson, session } from '@/device'

/** Below this, and not charging, text goes first and photos wait. */
const LOW_BATTERY = 0.2

type Line = 'wifi' | 'mobile' | 'unknown'

/** What some browsers say of the line; iOS and most desktops say nothing. */
interface Connection extends EventTarget {
  type?: string
}

interface Battery extends EventTarget {
  level: number
  charging: boolean
}

interface Hints {
  connection?: Connection
  getBattery?: () => Promise<Battery>
}

/** Why photos wait: for Wi-Fi, because nobody can tell which line this is, or for the charger. */
export type PhotosWait = 'wifi' | 'unknown-line' | 'battery'

export const wifiOnly = ref(false)

/** Somebody said 现在就传照片: until these photos are there. */
export const sendAnyway = ref(false)

export const line = ref<Line>('unknown')

/** In per cent; null: the browser does not say, or it is charging. */
export const draining = ref<number | null>(null)

/** What hinders photos if nobody says 现在就传照片. */
export const photoHindrance = computed<PhotosWait | null>(() => {
  if (draining.value !== null && draining.value < 100 * LOW_BATTERY) return 'battery'
  if (!wifiOnly.value || line.value === 'wifi') return null
  return line.value === 'mobile' ? 'wifi' : 'unknown-line'
})

export const photosWait = computed(() => (sendAnyway.value ? null : photoHindrance.value))

const key = () => `yihu.wifi-only.${currentPerson() ?? ''}`

export function setWifiOnly(value: boolean): void {
  wifiOnly.value = value
  sendAnyway.value = false
  localStorage.setItem(key(), value ? '1' : '')
}

function readLine({ type }: Connection): Line {
  if (type === 'wifi' || type === 'ethernet') return 'wifi'
  // Without any line nothing is sent anyway; what it was must not be guessed from that.
  return type === 'cellular' || type === 'wimax' || type === 'bluetooth' ? 'mobile' : 'unknown'
}

/** What one person wanted of the line says nothing about the next. */
function followPerson(): void {
  watch(session, () => (wifiOnly.value = localStorage.getItem(key()) === '1'), { immediate: true })
  watch(
    () => session.value?.person.id,
    () => (sendAnyway.value = false),
  )
}

/** Follow line and battery from now on, where the browser tells of them. */
export function followPhotoLine(hints: Hints = navigator as Hints): void {
  followPerson()
  const { connection } = hints
  const look = () => (line.value = connection ? readLine(connection) : 'unknown')
  look()
  connection?.addEventListener('change', look)
  void hints.getBattery?.().then(followBattery, () => undefined)
}

function followBattery(battery: Battery): void {
  const look = () => (draining.value = battery.charging ? null : Math.round(100 * battery.level))
  look()
  battery.addEventListener('levelchange', look)
  battery.addEventListener('chargingchange', look)
}
