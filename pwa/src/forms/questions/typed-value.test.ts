import { expect, it } from 'vitest'
import { spoken, typed } from './typed-value'

const text = { type: 'text', name: 'address' } as const
const number = { type: 'decimal', name: 'mu' } as const

it('takes a number as people type it, in one spelling', () => {
  expect(typed(number, '３．５０')).toBe('3.5')
  expect(typed(number, '1,200')).toBe('1200')
  expect(typed(number, '007')).toBe('7')
  expect(typed(number, '')).toBe('')
})

it('refuses what is no number instead of blanking it', () => {
  expect(typed(number, '三亩')).toBeNull()
  expect(typed({ type: 'integer', name: 'months' }, '3.5')).toBeNull()
})

it('writes an ID number’s x as X and without gaps', () => {
  expect(typed({ type: 'text', name: 'id_number' }, '379999 19520315 101x')).toBe(
    '37999919520315101X',
  )
})

it('leaves words as they are, and says whole numbers whole', () => {
  expect(typed(text, ' 村东头 ')).toBe(' 村东头 ')
  expect(spoken('2.0')).toBe('2')
  expect(spoken('2.05')).toBe('2.05')
})
