import { describe, expect, it } from 'vitest'
import { againOn, illnessOf, progressOf, sayProgress, usualOrgs, yearlyOf } from './eight'

const YEARLY = yearlyOf(['hb6'], 65)

describe('the eight ones', () => {
  it.each([
    ['hb6', '2026-03-08', '1952-03-15', '2027-03-08'],
    ['hb6', '2026-03-08', '1990-01-01', ''],
    ['hb6', '2026-03-08', '1962-03-08', '2027-03-08'],
    ['hb6', '2026-03-08', '1962-03-09', ''],
    ['hb6', '2026-03-08', '', ''],
    ['hb6', '2024-02-29', '1952-03-15', '2025-03-01'],
    ['hb6', '', '1952-03-15', ''],
    ['hb1', '2026-03-08', '1952-03-15', ''],
  ] as const)('%s done on %s by somebody born %s comes round on “%s”', (item, on, born, again) => {
    expect(againOn(item, on, born, YEARLY)).toBe(again)
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
