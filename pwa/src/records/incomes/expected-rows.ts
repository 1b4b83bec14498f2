/** Which rows an account is likely to have: by last year's kinds and by what is registered. No amounts. */
import { registers, text } from '@/device'
import { BIRTH_DATE } from '@/device/properties'
import type { DraftSession } from '@/forms/draft-session'
import type { Repeat } from '@/forms/form-node'
import { questionsOf } from '@/forms/form-node'
import { ageOn } from '@/visits/person-facts'

const PENSION_AGE = 60
/** The repeats of which last year's kinds are kept, in the order of `row_kinds`. */
const KEPT = ['business', 'property', 'transfer', 'expense', 'rigid'] as const

export type Row = Readonly<Record<string, string>>

/** Repeat -> the first answers of each of its rows. */
export function expectedRows(household: string, day: string): Record<string, Row[]> {
  const home = registers.household(household)
  const members = registers.members(household)
  const last = String(home?.derived.income_kinds ?? '').split(';')
  const rows: Record<string, Row[]> = {
    wage: members.flatMap((member) => {
      const work = text(member, 'work')
      if (!work || work === 'none') return []
      const where = text(member, 'work_place')
      const months = text(member, 'work_months')
      return [{ wage_person: member.id, wage_employer: where, wage_months: months }]
    }),
  }
  KEPT.forEach((name, place) => {
    const kinds = (last[place] ?? '').split(' ').filter(Boolean)
    rows[name] = kinds.map((kind) => ({ [`${name}_kind`]: kind }))
  })
  const age = (birth: string) => ageOn(birth, day) ?? 0
  const receives: [string, boolean[]][] = [
    [
      'pension',
      members.map(
        (one) =>
          age(text(one, BIRTH_DATE)) >= PENSION_AGE && text(one, 'pension_insured') === 'yes',
      ),
    ],
    ['dibao', members.map((one) => text(one, 'dibao_member') === 'yes')],
    ['tekun', members.map((one) => text(one, 'tekun_member') === 'yes')],
  ]
  const transfer = rows.transfer ?? []
  for (const [kind, who] of receives) {
    const known = transfer.filter((row) => row.transfer_kind === kind).length
    const found = members.filter((_, place) => who[place])
    for (const member of found.slice(known))
      transfer.push({ transfer_kind: kind, transfer_person: member.id })
  }
  return rows
}

/** Put them into a draft in which nothing was answered yet; they are kept with the first answer. */
export function addExpectedRows(session: DraftSession, rows: Record<string, Row[]>): void {
  for (const repeat of session.form.root.children) {
    if (repeat.node === 'repeat' && repeat.cards.length === 0) fill(repeat, rows[repeat.name] ?? [])
  }
}

function fill(repeat: Repeat, rows: Row[]): void {
  for (const row of rows) {
    repeat.add()
    const card = repeat.cards.at(-1)
    for (const question of card ? questionsOf(card) : []) {
      const value = row[question.name]
      if (value) question.write(value)
    }
  }
}
