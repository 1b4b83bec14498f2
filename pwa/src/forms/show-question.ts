/** Jumping to a question: its section opens, its card too, and it comes into view. */
import { nextTick } from 'vue'
import type { DraftSession } from './draft-session'
import type { Question } from './form-node'
import { isWithin } from './missing-items'

export function showQuestion(session: DraftSession, question: Question): void {
  const place = session.form.root.children.find(({ reference }) =>
    isWithin(question.reference, reference),
  )
  if (place) {
    session.setOpen(sectionKey(place.name, place.path), true)
    if (place.node === 'repeat') openCard(session, question, place.path)
    if (place.node === 'group' && session.page[`mode:${place.name}`] !== 'each') {
      session.savePage({ [`mode:${place.name}`]: 'each' })
    }
  }
  void nextTick(() => bringIntoView(question.reference))
}

function sectionKey(name: string, path: string): string {
  return name === 'g_sign' ? '/data/photos' : path
}

function openCard(session: DraftSession, question: Question, path: string): void {
  const position = Number(/\[(\d+)\]/.exec(question.reference)?.[1] ?? 1)
  session.savePage({ [`card:${path}`]: position - 1 })
}

function bringIntoView(reference: string): void {
  const element = document.querySelector<HTMLElement>(`[data-reference="${reference}"]`)
  if (!element) return
  element.scrollIntoView({ block: 'center' })
  element.querySelector<HTMLElement>('input, textarea, button')?.focus({ preventScroll: true })
}
