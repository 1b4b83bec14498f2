import { expect, test } from 'vitest'
import { inkBox } from './ink'

const paper = { width: 300, height: 400 }

test('a small signature is cut out with a margin', () => {
  const strokes = [{ points: [{ x: 50, y: 60 }] }, { points: [{ x: 150, y: 90 }] }]
  expect(inkBox(strokes, paper)).toEqual({ left: 38, top: 48, width: 124, height: 54 })
})

test('the box never leaves the paper', () => {
  const strokes = [
    {
      points: [
        { x: 2, y: 3 },
        { x: 299, y: 398 },
      ],
    },
  ]
  expect(inkBox(strokes, paper)).toEqual({ left: 0, top: 0, width: 300, height: 400 })
})
