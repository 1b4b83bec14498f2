// @vitest-environment jsdom
/** Saving with something missing names it, and leads to each. */
import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import type { Question } from '@/forms/form-node'
import MissingSheet from './MissingSheet.vue'

it('leads to what is tapped', () => {
  const missing = ['电话', '耕地'].map((label) => ({ key: label, label }) as Question)
  const sheet = mount(MissingSheet, { props: { missing, kept: true }, attachTo: document.body })
  const row = [...document.querySelectorAll('li button')].find((one) =>
    one.textContent.includes('耕地'),
  )
  ;(row as HTMLElement).click()
  expect(sheet.emitted('show')).toEqual([[missing[1]]])
})
