import { expect, test } from 'vitest'
import { onSettle, settle } from './settle'

test('a window is told when something typed in it could not be saved', async () => {
  const one = onSettle(() => Promise.resolve(true))
  expect(await settle()).toBe(true)
  const other = onSettle(() => Promise.resolve(false))
  expect(await settle()).toBe(false)
  other()
  expect(await settle()).toBe(true)
  one()
})
