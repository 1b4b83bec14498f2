import { describe, expect, it } from 'vitest'
import { words } from '@/shared/words'
import { goneOn, OVER, phaseOf, STEPS, stepsOffered, titleOf } from './steps'

const nextStep = (...far: Parameters<typeof goneOn>) => goneOn(...far).next

describe('the next step of a case', () => {
  it('is what the township derived', () => {
    expect(nextStep('verify', 'admit', [])).toBe('verify')
  })

  it('goes past what was recorded here and not counted yet', () => {
    expect(nextStep('verify', 'admit', ['入户核实'])).toBe('apply')
    expect(nextStep('verify', 'admit', ['申请和授权', '入户核实'])).toBe('appraise')
    expect(nextStep('notice_ended', 'admit', ['公示结束'])).toBe('town')
  })

  it('names the last step that was recorded here', () => {
    expect(goneOn('verify', 'admit', ['申请和授权', '入户核实']).done).toBe('申请和授权')
    expect(goneOn('verify', 'admit', ['民主评议']).done).toBe('')
  })

  it('knows the way out from the way in', () => {
    expect(nextStep('appraise', 'clear', ['民主评议'])).toBe('appraise')
    expect(nextStep('appraise', 'clear', ['消除民主评议'])).toBe('notice_posted')
  })

  it('stays where somebody else has to decide', () => {
    expect(nextStep('town', 'admit', ['补充材料'])).toBe('town')
  })
})

describe('what can be recorded of a case', () => {
  it('is the step that is due, and nothing where the office decides', () => {
    expect(stepsOffered('clue', 'verify')).toEqual(['verify'])
    expect(stepsOffered('town_review', 'town')).toEqual([])
    expect(stepsOffered('clearing_town', 'county')).toEqual([])
  })

  it('is measures, changes and clearing on any day for who is helped', () => {
    expect(stepsOffered('admitted', 'plan')).toEqual(['plan', 'follow', 'clear'])
    expect(stepsOffered('helping', 'follow')).toEqual(['follow', 'plan', 'clear'])
  })
})

describe('steps and states', () => {
  it('have words in the one list', () => {
    for (const state of OVER) expect(words.case_state).toHaveProperty(state)
    for (const step of Object.keys(STEPS).filter((one) => !['clue', 'clear'].includes(one)))
      expect(words.case_next).toHaveProperty(step)
  })

  it('say on which way they are', () => {
    expect(phaseOf('clearing_notice')).toBe('clear')
    expect(phaseOf('helping')).toBe('admit')
    expect(titleOf('clear', 'clear')).toBe('风险消除核实')
  })
})
