import { expect, it } from 'vitest'
import { SaveQueue } from './save-queue'

it('writes what changed while it was writing, and tells all who wait only then', async () => {
  let state = 0
  const disk: number[] = []
  const queue = new SaveQueue(async () => {
    const now = state
    await new Promise((resolve) => setTimeout(resolve, 5))
    disk.push(now)
    return true
  })
  state = 1
  queue.touch()
  const first = queue.settle()
  state = 2
  queue.touch()
  const [one, other] = await Promise.all([queue.settle(), queue.settle(), first])
  expect([one, other]).toEqual([true, true])
  expect(disk).toEqual([1, 2])
})

it('keeps what could not be written, and writes it at the next chance', async () => {
  let full = true
  let writes = 0
  const queue = new SaveQueue(async () => {
    writes += 1
    return !full
  })
  queue.touch()
  expect(await queue.settle()).toBe(false)
  full = false
  expect(await queue.settle()).toBe(true)
  expect(await queue.settle()).toBe(true)
  expect(writes).toBe(2)
})

it('goes on after a write that threw', async () => {
  let writes = 0
  const queue = new SaveQueue(async () => {
    writes += 1
    if (writes === 1) throw new Error('broken')
    return true
  })
  queue.touch()
  expect(await queue.settle()).toBe(false)
  expect(await queue.settle()).toBe(true)
  expect(writes).toBe(2)
})

it('writes nothing after its end', async () => {
  let writes = 0
  const queue = new SaveQueue(async () => {
    writes += 1
    return true
  })
  queue.end()
  queue.touch()
  await queue.settle()
  expect(writes).toBe(0)
})
