/** 下次补问: only the questions that were added to a form, opened over what is known (decisions/0022). */
import { drafts } from '@/device'
import type { Draft, Entity } from '@/device'
import { newUpdate } from '@/visits/start-record'
import { cards } from '../cards'
import { health } from '../health'
import type { Action, Fact, RecordKind } from '../kind'
import { pendingOf, sayPending } from './pending'
import type { Pending } from './pending'

const LABEL = '补问'
/** The kinds of records that are kept on file of a person. */
const OF_PERSONS: readonly RecordKind[] = [health, cards]

function subjectOf({ form, person }: Pending): string {
  return `${form.form_id} ${person}`
}

/** A record of the form in force, of which only what is new is asked; all else stays as it is known. */
async function begin(household: string, subject = ''): Promise<Draft | undefined> {
  const one = pendingOf(household).find((pending) => subjectOf(pending) === subject)
  if (!one) return undefined
  const begun = drafts.of(household).find(({ page }) => page.supplement === subject)
  if (begun) return drafts.get(begun.id)
  const { form, person } = one
  const kind = OF_PERSONS.find(({ formId }) => formId === form.form_id)
  const draft = await (person ? kind?.begin(household, person) : newUpdate(household))
  if (draft?.form_version !== form.version) return undefined
  draft.label = LABEL
  const { orgs: _orgs, ...page } = draft.page
  draft.page = {
    ...page,
    supplement: subject,
    subject: `${LABEL} ${subject}`,
    asks: form.asks.map(({ path }) => path),
  }
  return draft
}

function actionsFor(some: readonly Pending[]): Action[] {
  return some
    .filter(({ alone }) => alone)
    .map((one) => ({
      id: subjectOf(one),
      icon: 'ask',
      what: `${LABEL}：${one.form.title}`,
      says: sayPending(one),
      subject: subjectOf(one),
    }))
}

function facts(household: Entity): Fact[] {
  return pendingOf(household.id).map((one) => ({
    kind: '',
    icon: 'ask',
    what: one.alone ? LABEL : `下次${one.form.title}时${LABEL}`,
    says: sayPending(one),
  }))
}

export const supplement: RecordKind = {
  formId: null,
  title: LABEL,
  begin,
  actions: (household) => actionsFor(pendingOf(household.id)),
  memberActions: (person) =>
    actionsFor(
      pendingOf(String(person.units.household ?? '')).filter((one) => one.person === person.id),
    ),
  facts,
}
