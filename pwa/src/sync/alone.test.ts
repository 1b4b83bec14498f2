import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => void vi.unstubAllGlobals())

test('without locks, changing the person waits for the round that runs in this window', async () => {
  vi.stubGlobal('navigator', { ...navigator, locks: undefined })
  vi.resetModules()
  const { ifAlone, onceAlone } = await import('./alone')
  const order: string[] = []
  let answer: () => void = () => undefined
  const going = ifAlone(async () => {
    await new Promise<void>((resolve) => (answer = resolve))
    order.push('round')
  })
  const failing = ifAlone(() => Promise.reject(new Error('disk')))
  const changing = onceAlone(async () => void order.push('person'))
  await expect(failing).rejects.toThrow('disk')
  expect(order).toEqual([])
  answer()
  await Promise.all([going, changing])
  expect(order).toEqual(['round', 'person'])
})
