import { beforeEach, expect, test } from 'vitest'
import { draining, followPhotoLine, photosWait, sendAnyway, setWifiOnly } from './photo-line'

class Connection extends EventTarget {
  constructor(public type?: string) {
    super()
  }

  become(type: string) {
    this.type = type
    this.dispatchEvent(new Event('change'))
  }
}

class Battery extends EventTarget {
  constructor(
    public level: number,
    public charging = false,
  ) {
    super()
  }
}

beforeEach(() => {
  setWifiOnly(false)
  draining.value = null
})

test('photos wait for Wi-Fi only where somebody wants that, and go once it is there', () => {
  const connection = new Connection('cellular')
  followPhotoLine({ connection })
  expect(photosWait.value).toBeNull()
  setWifiOnly(true)
  expect(photosWait.value).toBe('wifi')
  connection.become('wifi')
  expect(photosWait.value).toBeNull()
})

test('a browser that does not say which line it is makes them wait for a word', () => {
  followPhotoLine({})
  setWifiOnly(true)
  expect(photosWait.value).toBe('unknown-line')
  sendAnyway.value = true
  expect(photosWait.value).toBeNull()
})

test('below a fifth of the battery they wait for the charger', async () => {
  const battery = new Battery(0.15)
  followPhotoLine({ getBattery: () => Promise.resolve(battery) })
  await Promise.resolve()
  expect(photosWait.value).toBe('battery')
  expect(draining.value).toBe(15)
  battery.charging = true
  battery.dispatchEvent(new Event('chargingchange'))
  expect(photosWait.value).toBeNull()
})
