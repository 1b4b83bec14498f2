/** What somebody reads in large type before he signs the eight ones. */
import type { DraftSession } from '@/forms/draft-session'
import { questionsOf } from '@/forms/form-node'
import { monthDay } from '@/forms/say-date'
import { ITEMS, progressOf, sayProgress } from './eight'

export function signedLines({ draft, form, definition }: DraftSession): string[] {
  const questions = questionsOf(form.root)
  const value = (name: string) => questions.find((one) => one.name === name)?.value ?? ''
  const label = (path: string) =>
    definition.groups.find((group) => group.path === path)?.label ?? ''
  const done = ITEMS.filter((item) => value(`${item}_status`) === 'done').map((item) => {
    const by = [value(`${item}_org`), monthDay(value(`${item}_on`))].filter(Boolean).join('，')
    return [label(`/data/g_case/g_${item}`), by].filter(Boolean).join('：')
  })
  const statuses = ITEMS.map((item) => value(`${item}_status`))
  return [`${draft.title}的健康“八个一”，${sayProgress(progressOf(statuses))}：`, ...done]
}
