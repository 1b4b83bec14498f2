import { expect, test } from 'vitest'
import { word } from './words'

test('a code that the list does not know is shown as it is', () => {
  expect(word('visit_result', 'absent')).toBe('没在家')
  expect(word('visit_result', 'new_code')).toBe('new_code')
})
