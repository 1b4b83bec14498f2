import { expect, it } from 'vitest'
import { hasMarkup, plainWords, richText, withoutEnd } from './rich-text'

const text = (value: string) => ({ role: 'child', value })
const tag = (elementName: string, ...children: object[]) =>
  ({ role: 'parent', elementName, children }) as never

it('keeps the tags that are drawn and turns others into spans', () => {
  const words = richText([tag('h1', text('题')), tag('div', tag('script', text('alert(1)')))])
  expect(words).toEqual([
    { tag: 'h3', inside: ['题'] },
    { tag: 'p', inside: [{ tag: 'span', inside: ['alert(1)'] }] },
  ])
})

it('follows links to pages and numbers only', () => {
  const link = (url: string) => richText([{ role: 'parent', elementName: 'a', url, children: [] }])
  expect(link('tel:05331234567')).toEqual([{ tag: 'a', href: 'tel:05331234567', inside: [] }])
  expect(link('javascript:alert(1)')).toEqual([{ tag: 'span', inside: [] }])
  expect(link('data:text/html,x')).toEqual([{ tag: 'span', inside: [] }])
})

it('shows HTML as it was written', () => {
  expect(richText([{ role: 'html', unsafeHtml: '<img onerror=x>' }])).toEqual(['<img onerror=x>'])
})

it('says the words alone, and cuts what the long hint adds', () => {
  const words = richText([tag('p', text('写'), tag('strong', text('一句')), text('说明'))])
  expect(plainWords(words)).toBe('写一句说明')
  expect(plainWords(withoutEnd(words, '说明'))).toBe('写一句')
  expect(withoutEnd(words, '别的')).toEqual(words)
})

it('looks for Markdown only where there may be some', () => {
  expect(hasMarkup('去年收入多少元？')).toBe(false)
  expect(hasMarkup('**去年**收入')).toBe(true)
})
