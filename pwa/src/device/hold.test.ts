import { afterEach, beforeEach, expect, test, vi } from 'vitest'

/** Locks of one browser: each window that imports `hold` anew is another window of it. */
function locksOfABrowser() {
  const taken = new Map<string, Promise<unknown>>()
  return {
    async request(name: string, _how: object, use: (lock: object | null) => unknown) {
      if (taken.has(name)) return use(null)
      const using = Promise.resolve(use({ name }))
      taken.set(name, using)
      await using
      taken.delete(name)
      return undefined
    },
  }
}

async function openWindow() {
  vi.resetModules()
  return import('./hold')
}

beforeEach(() => vi.stubGlobal('navigator', { locks: locksOfABrowser() }))
afterEach(() => void vi.unstubAllGlobals())

test('a second window does not get a draft until the first lets it go', async () => {
  const [first, second] = [await openWindow(), await openWindow()]
  expect(await first.holdDraft('d1')).toBe(true)
  expect(await second.holdDraft('d1')).toBe(false)
  expect(await second.holdDraft('d2')).toBe(true)
  first.releaseDraft('d1')
  expect(await second.holdDraft('d1')).toBe(true)
})

test('who comes back to a draft that he just left has it at once', async () => {
  const one = await openWindow()
  await one.holdDraft('d1')
  one.releaseDraft('d1')
  expect(await one.holdDraft('d1')).toBe(true)
})
