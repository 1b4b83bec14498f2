import { describe, expect, it } from 'vitest'
import type { Question } from '@/forms/form-node'
import { chosenOf, gradedOf, isBad, worstOf } from './graded'

function part(name: string, value: string): Question {
  return {
    name,
    value,
    choices: [
      { value: 'b', label: 'b级：砌筑一般' },
      { value: 'c', label: 'c级：砌筑很差' },
      { value: 'n', label: '不适用：这座房没有' },
    ],
  } as unknown as Question
}

describe('a graded part', () => {
  it('has its letter apart from its words', () => {
    expect(gradedOf({ value: 'c', label: 'c级：砌筑很差；裂缝多' })).toEqual({
      letter: 'c',
      words: '砌筑很差；裂缝多',
    })
    expect(gradedOf({ value: 'n', label: '不适用：这座房没有' })).toEqual({
      letter: '–',
      words: '这座房没有',
    })
  })

  it('that a county words without letters is still shown', () => {
    expect(gradedOf({ value: 'b', label: '轻微开裂' })).toEqual({ letter: '–', words: '轻微开裂' })
  })

  it('says what was chosen, and whether that is dangerous', () => {
    expect(chosenOf(part('c_wall', 'c'))?.words).toBe('砌筑很差')
    expect(chosenOf(part('c_wall', ''))).toBeUndefined()
    expect(['a', 'b', 'c', 'd', '–'].map(isBad)).toEqual([false, false, true, true, false])
  })

  it('is named where the whole grade comes from it', () => {
    const parts = [part('c_wall', 'c'), part('c_roof', 'b'), part('c_slab', 'n')]
    expect(worstOf(parts, 'C').map(({ name }) => name)).toEqual(['c_wall'])
  })
})
