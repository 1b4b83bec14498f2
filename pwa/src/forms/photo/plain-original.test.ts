import { expect, test } from 'vitest'
import { plainOriginal } from './plain-original'
import { orientationOf } from './taken-on'

const text = (words: string) => [...new TextEncoder().encode(words)]

function segment(marker: number, content: number[]): number[] {
  const length = content.length + 2
  return [0xff, marker, length >> 8, length & 0xff, ...content]
}

/** An EXIF of a phone that was held upright (6), little-endian as most phones write it, with a place in it. */
const EXIF = segment(0xe1, [
  ...text('Exif\0\0II'),
  ...[42, 0, 8, 0, 0, 0, 1, 0],
  ...[0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0],
  ...text('36 N 118 E'),
])

function picture(width = 4000, height = 3000): number[] {
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff]
  return [
    ...[0xff, 0xd8],
    ...segment(0xe0, text('JFIF')),
    ...EXIF,
    ...segment(0xfe, text('Redmi 12C')),
    ...segment(0xc0, [8, ...size, 3]),
    ...segment(0xda, [1, 2, 3]),
    ...[1, 2, 0xff, 0, 3, 0xff, 0xd9],
  ]
}

const bytesOf = (bytes: number[]) => new Uint8Array(bytes).buffer

async function plain(bytes: number[]): Promise<number[] | null> {
  const made = plainOriginal(bytesOf(bytes))
  return made && [...new Uint8Array(await made.arrayBuffer())]
}

test('the picture itself stays as it was, and how it is turned', async () => {
  const made = (await plain(picture())) ?? []
  expect(made.slice(-7)).toEqual([1, 2, 0xff, 0, 3, 0xff, 0xd9])
  expect(orientationOf(bytesOf(made))).toBe(6)
})

test('place, phone and what hangs behind the picture are left out', async () => {
  const made = await plain([...picture(), ...text('film with a place')])
  const words = new TextDecoder('latin1').decode(new Uint8Array(made ?? []))
  expect(words).toContain('JFIF')
  expect(words).not.toMatch(/118 E|Redmi|film/)
})

test('what is cut off, no picture, or more than the server takes is not kept', async () => {
  expect(await plain(picture().slice(0, -1))).toBeNull()
  expect(await plain(picture().slice(0, 60))).toBeNull()
  expect(await plain(text('this is a text, whatever its name says'))).toBeNull()
  expect(await plain(picture(12000, 9000))).toBeNull()
})
