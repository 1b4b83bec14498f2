import { describe, expect, it } from 'vitest'
import said from '../../../../tests/followup/eight_due.json'
import { againOn, illnessOf, isDue, progressOf, sayProgress, usualOrgs, yearlyOf } from './eight'
import type { Item } from './eight'

describe('the eight ones', () => {
  // The desk is held to the same cases (tests/followup/test_eight_due.py).
  it.each(said.cases)('$item $about', ({ item, status, on, born, again, due }) => {
    const yearly = yearlyOf(said.policy['health.yearly'], said.policy['health.exam_age'])
    const round = status === 'done' ? againOn(item as Item, on, born, yearly) : ''
    expect(round).toBe(again)
    expect(isDue(status, round, said.today)).toBe(due)
  })

  it('comes round for nobody without policy', () => {
    expect(againOn('hb6', '2026-03-08', '1952-03-15', yearlyOf(undefined, undefined))).toBe('')
    expect(againOn('hb6', '2026-03-08', '1952-03-15', yearlyOf(['hb6'], undefined))).toBe('')
  })

  it('says how far somebody is', () => {
    const eight = ['done', 'done', 'not_done', 'na', '', '', '', '']
    expect(sayProgress(progressOf(eight))).toBe('已落实 2 项，未落实 1，不适用 1')
    expect(sayProgress(progressOf([]))).toBe('已落实 0 项')
  })

  it('takes the heaviest illness that is known', () => {
    expect(illnessOf({ health_status: 'chronic serious' })).toBe('serious')
    expect(illnessOf({ chronic_disease: 'diabetes' })).toBe('chronic')
    expect(illnessOf({ health_status: 'healthy' })).toBe('')
  })

  it('offers who did it elsewhere in the village, the most frequent first', () => {
    const cases = ['乙院', '甲院', '乙院', ''].map((hb1_org) => ({ hb1_org }))
    expect(usualOrgs(cases, 'hb1')).toEqual(['乙院', '甲院'])
    expect(usualOrgs(cases, 'hb1', 1)).toEqual(['乙院'])
    expect(usualOrgs(cases, 'hb2')).toEqual([])
  })
})
