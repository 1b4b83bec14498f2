import { expect, test } from 'vitest'
import { guessDeviceName } from './device-name'

test('the model is taken where the browser says it, and a plain word where it hides it', () => {
  const agent = (device: string) =>
    `Mozilla/5.0 (${device}) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile`
  expect(guessDeviceName(agent('Linux; Android 12; M2012K11AC Build/SKQ1'))).toBe('M2012K11AC')
  expect(guessDeviceName(agent('Linux; Android 10; K'))).toBe('安卓手机')
  expect(guessDeviceName(agent('iPhone; CPU iPhone OS 17_0 like Mac OS X'))).toBe('iPhone')
})
