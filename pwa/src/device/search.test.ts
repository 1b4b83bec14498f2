import { expect, test } from 'vitest'
import { search, type Findable } from './search'

const chen: Findable = {
  household: 'chen',
  area: 'a',
  names: ['陈广田', '王桂兰'],
  initials: ['cgt', 'wgl'],
  last4: ['1234', '567x'],
  number: '37032111021700014',
  address: '2组14号',
}
const cui: Findable = {
  household: 'cui',
  area: 'b',
  names: ['崔桂亭'],
  initials: ['cgt zgt'],
  last4: [''],
  number: '37032111021800021',
  address: '4组21号',
}
const all = [chen, cui]
const found = (query: string, area?: string) => search(all, query, area).map((hit) => hit.household)

test('a household is found by its head, a member, initials, last four, number and address', () => {
  expect(found('广田')).toEqual(['chen'])
  expect(found('王桂')).toEqual(['chen'])
  expect(found('CGT')).toEqual(['chen', 'cui'])
  expect(found('zg')).toEqual(['cui'])
  expect(found('567X')).toEqual(['chen'])
  expect(found('37032111021800021')).toEqual(['cui'])
  expect(found('00014')).toEqual(['chen'])
  expect(found('4组')).toEqual(['cui'])
})

test('the head is found before another member, and the person meant is named', () => {
  expect(found('桂')).toEqual(['cui', 'chen'])
  expect(search(all, '王')[0]).toEqual({ household: 'chen', way: 'name', member: 1 })
})

test('only the village asked for is searched, and nothing is found by nothing', () => {
  expect(found('cgt', 'b')).toEqual(['cui'])
  expect(found('  ')).toEqual([])
})
