/** What a record of new questions leaves out: what nobody was shown and nobody was asked, a default for instance. */
import type { DraftSession } from '@/forms/draft-session'
import { questionsOf } from '@/forms/form-node'
import { elementsAt, parseXml, serialise } from '@/forms/instance-xml'
import { asksOnly } from './asks'

/** The instance without them, so that it replaces nothing unseen. Of other records it stays as it is. */
export function withoutUnseen(xml: string, session: DraftSession): string {
  const asks = asksOnly(session.draft)
  if (asks === null) return xml
  const root = parseXml(xml).documentElement
  const saved = new Set(
    session.definition.questions.flatMap(({ path, save_to, type }) =>
      save_to && type !== 'calculate' && !asks.includes(path) ? path : [],
    ),
  )
  const questions = questionsOf(session.form.root)
  for (const path of saved) {
    const unseen = questions
      .filter((one) => one.path === path)
      .map((one) => session.lastTime(one) === undefined)
    elementsAt(root, path).forEach((element, place) => {
      if (unseen[place]) element.textContent = ''
    })
  }
  return serialise(root)
}
