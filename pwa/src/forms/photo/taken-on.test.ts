import { expect, it } from 'vitest'
import { shrunk } from './compress'
import { takenOn } from './taken-on'

/** A JPEG head with one EXIF directory holding DateTimeOriginal. */
function pictureOf(time: string): ArrayBuffer {
  const bytes = new Uint8Array(100)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0xffd8ffe1)
  view.setUint16(4, 90)
  bytes.set(new TextEncoder().encode('Exif\0\0MM'), 6)
  view.setUint16(14, 42)
  view.setUint32(16, 8)
  view.setUint16(20, 1)
  view.setUint16(22, 0x8769)
  view.setUint16(24, 4)
  view.setUint32(26, 1)
  view.setUint32(30, 26)
  view.setUint16(38, 1)
  view.setUint16(40, 0x9003)
  view.setUint16(42, 2)
  view.setUint32(44, 20)
  view.setUint32(48, 44)
  bytes.set(new TextEncoder().encode(`${time}\0`), 56)
  return bytes.buffer
}

it('reads when a picture of the album was taken', () => {
  expect(takenOn(pictureOf('2026:10:16 14:32:05'))).toBe('2026-10-16 14:32')
})

it('says nothing where a picture does not say, or is none', () => {
  expect(takenOn(new Uint8Array([0xff, 0xd8, 0xff, 0xdb, 0, 4, 0, 0]).buffer)).toBe('')
  expect(takenOn(new TextEncoder().encode('not a picture').buffer)).toBe('')
  expect(takenOn(pictureOf('2026:10:16 14:32:05').slice(0, 40))).toBe('')
})

it('shrinks to 1600 on the longer edge and enlarges nothing', () => {
  expect(shrunk(4000, 3000)).toEqual([1600, 1200])
  expect(shrunk(3000, 4000)).toEqual([1200, 1600])
  expect(shrunk(640, 480)).toEqual([640, 480])
})
