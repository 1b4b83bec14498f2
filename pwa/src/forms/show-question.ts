/** Jumping to a question: its section opens, the cards around it too, and it comes into view. */
import { nextTick } from 'vue'
import type { DraftSession } from './draft-session'
import type { Branch, Question } from './form-node'
import { isWithin } from './missing-items'
import { isPaged, PAGE } from './pages'

export function showQuestion(session: DraftSession, question: Question): void {
  if (isPaged(session.definition)) session.savePage({ [PAGE]: question.reference })
  const place = session.form.root.children.find(({ reference }) =>
    isWithin(question.reference, reference),
  )
  if (place) {
    session.setOpen(sectionKey(place.name, place.path), true)
    if (place.node === 'group') askEach(session, place.name, place.path)
    openCards(session, question.reference)
  }
  void nextTick(() => bringIntoView(question.reference))
}

function sectionKey(name: string, path: string): string {
  return name === 'g_sign' ? '/data/photos' : path
}

/** Sections that one tap may answer list their questions only when wanted. */
function askEach(session: DraftSession, name: string, path: string): void {
  if (session.page[`mode:${name}`] !== 'each') session.savePage({ [`mode:${name}`]: 'each' })
  if (session.page[`same:${path}`] === undefined) session.savePage({ [`same:${path}`]: 'each' })
}

/** Every card that a reference leads through stands open. */
function openCards(session: DraftSession, reference: string): void {
  let branch: Branch | undefined = session.form.root
  while (branch) {
    const child: Branch['children'][number] | undefined = branch.children.find((one) =>
      isWithin(reference, one.reference),
    )
    if (child?.node === 'repeat') {
      const index = child.cards.findIndex((card) => isWithin(reference, card.reference))
      session.savePage({ [`card:${child.reference}`]: index })
      branch = child.cards[index]
    } else {
      branch = child?.node === 'group' ? child : undefined
    }
  }
}

function bringIntoView(reference: string): void {
  const element = document.querySelector<HTMLElement>(`[data-reference="${reference}"]`)
  if (!element) return
  element.scrollIntoView({ block: 'center' })
  element.querySelector<HTMLElement>('input, textarea, button')?.focus({ preventScroll: true })
}
