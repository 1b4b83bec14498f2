/** The facts of a visit in words, read from its answers. */
import { registers, text } from '@/device'
import { ADDRESS } from '@/device/properties'
import { answerWords } from '@/forms/card-title'
import type { DraftSession } from '@/forms/draft-session'
import type { Branch, Question, Repeat } from '@/forms/form-node'
import { questionsOf } from '@/forms/form-node'
import { monthDay } from '@/forms/say-date'
import type { VisitFacts } from './account'
import { membersOfDraft } from './household-of-visit'

const WELL = new Set(['yes', 'ok', 'na'])
const NOTHING = new Set(['no', 'flat', ''])

export function factsOf(session: DraftSession): VisitFacts {
  const questions = questionsOf(session.form.root).filter(({ relevant }) => relevant)
  const byName = new Map(questions.map((question) => [question.name, question]))
  const value = (name: string) => byName.get(name)?.value ?? ''
  const words = (name: string) => {
    const question = byName.get(name)
    return question ? answerWords(question, session) : ''
  }
  const list = (name: string) => words(name).split('、').filter(Boolean)
  const checks = questions.filter(
    ({ path, type }) => /g_check\//.test(path) && type === 'select_one',
  )
  const checked = checks.filter((question) => question.value)
  return {
    seed: session.draft.id,
    day: monthDay(value('event_date')),
    head: headWords(session),
    met: metWords(session, value),
    companions: value('co_recorders'),
    result: value('visit_result'),
    absentReason: words('absent_reason'),
    allWell: checked.length > 0 && checked.every((question) => WELL.has(question.value)),
    troubles: checked
      .filter((question) => !WELL.has(question.value))
      .map((question) => `${question.label}：${answerWords(question, session)}`),
    troubleNote: value('check_note'),
    income: value('income_change') as VisitFacts['income'],
    incomeReasons: [...list('income_up_reason'), ...list('income_down_reason')],
    expense: NOTHING.has(value('expense_shock')) ? '' : expenseWords(words, value),
    changes: cards(session, 'member_changes', ['change_kind', 'change_who', 'newcomer_name']),
    notes: [value('job_note'), value('health_note')].filter(Boolean),
    problems: cards(session, 'problems', ['problem_type', 'problem_desc'], '，', isProblem),
    needs: [
      ...cards(session, 'problems', ['problem_desc'], '', isNeed),
      ...cards(session, 'needs', ['need_desc']),
    ],
    solved: cards(session, 'problems', ['known_description'], '', isSolved),
    unsolved: cards(session, 'problems', ['known_description'], '', isUnsolved),
    risk: riskWords(value('risk_clue'), words('risk_types')),
    policies: list('publicity'),
    promise: value('promise'),
  }
}

function headWords({ draft }: DraftSession): string {
  const household = draft.household ? registers.household(draft.household) : undefined
  return draft.title || text(household, ADDRESS)
}

function metWords(session: DraftSession, value: (name: string) => string): string {
  const member = membersOfDraft(session.draft).find(({ id }) => id === value('met_who'))
  if (!member) return value('other_name')
  return member.relation === '户主' ? `户主${member.name}` : `其${member.relation}${member.name}`
}

function expenseWords(words: (name: string) => string, value: (name: string) => string): string {
  const amount = value('expense_amount').replace(/\.0+$/, '')
  return [words('expense_kind'), amount && `自己付了 ${amount} 元`].filter(Boolean).join('，')
}

function riskWords(clue: string, types: string): string {
  const why = types && `（${types}）`
  if (clue === 'yes') return `有返贫致贫风险${why}，已报。`
  return clue === 'unsure' ? `有没有返贫致贫风险拿不准${why}，请村镇核实。` : ''
}

type Chooses = (card: Branch) => boolean

const said = (card: Branch, name: string) => find(card, name)?.value ?? ''
const isKnown = (card: Branch) => said(card, 'problem_known') !== ''
const isNeed: Chooses = (card) => !isKnown(card) && said(card, 'entry_kind') === 'need'
const isProblem: Chooses = (card) => !isKnown(card) && !isNeed(card)
const isSolved: Chooses = (card) => said(card, 'problem_result') === 'solved'
const isUnsolved: Chooses = (card) => said(card, 'problem_result') === 'not_yet'

function cards(
  session: DraftSession,
  name: string,
  names: string[],
  joint = '',
  chooses: Chooses = () => true,
): string[] {
  const repeat = session.form.root.children.find((child) => child.name === name)
  if (repeat?.node !== 'repeat' || !repeat.relevant) return []
  return (repeat as Repeat).cards
    .filter(chooses)
    .map((card) =>
      names
        .map((one) => find(card, one))
        .map((question) => (question?.relevant ? answerWords(question, session) : ''))
        .filter(Boolean)
        .join(joint),
    )
    .filter(Boolean)
}

function find(branch: Branch, name: string): Question | undefined {
  return questionsOf(branch).find((question) => question.name === name)
}
