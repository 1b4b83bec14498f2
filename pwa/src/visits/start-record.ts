/** The records that a person begins from a household: visit, update, registration. */
import { registers } from '@/device'
import { drafts, dueOf } from '@/device'
import type { Draft, Entity, FormVersion } from '@/device'
import { currentForm } from '@/forms/load-form'
import { isWhole } from '@/records/supplement/asks'
import { openProblems } from '@/records/problems/open-problems'
import { word } from '@/shared/words'
import { caseClue } from './case-clue'
import { headOf, membersOf } from './household-of-visit'
import { newDraft } from './new-draft'

const REGISTER = 'household_register'

/** The kind of visit that is due counts as what this visit is; an unplanned one is a routine visit. */
function visitTypeFor(household: Entity, version: FormVersion): string {
  const kind = dueOf(household)?.kind
  const types = version.definition.lists.visit_type ?? []
  return types.some(([code]) => code === kind) && kind ? kind : 'routine'
}

function about(household: string) {
  const entity = registers.household(household)
  if (!entity) return undefined
  return {
    household,
    area: entity.area,
    title: registers.nameOf(household),
    known: { household: entity, members: registers.members(household) },
  }
}

export async function newVisit(
  household: string,
  preset: Record<string, string> = {},
): Promise<Draft | undefined> {
  const known = about(household)
  const version = await currentForm('visit')
  if (!known || !version) return undefined
  const visitType = visitTypeFor(known.known.household, version)
  return newDraft(
    {
      ...known,
      label: word('visit_type', visitType),
      about: { problems: openProblems(household) },
      preset: { visit_type: visitType, ...(await caseClue(household)), ...preset },
      page: {
        lastVisitOn: known.known.household.derived.last_visit_on ?? '',
        // Should the household leave this phone's villages, the draft can still be finished.
        members: membersOf(household),
        head: headOf(household),
      },
    },
    version,
  )
}

/** The update of what is on file that was begun and goes on. */
export function updateBegun(household: string): Draft | undefined {
  return drafts
    .of(household)
    .find((draft) => draft.form_id === REGISTER && draft.deprecated_id === null && isWhole(draft))
}

/** Update what is on file. */
export async function newUpdate(household: string): Promise<Draft | undefined> {
  const known = about(household)
  const version = await currentForm(REGISTER)
  if (!known || !version) return undefined
  return newDraft({ ...known, label: '改信息', preset: {} }, version)
}

export async function newRegistration(area: string): Promise<Draft | undefined> {
  const version = await currentForm(REGISTER)
  if (!version) return undefined
  return newDraft(
    {
      household: crypto.randomUUID(),
      area,
      title: '新农户',
      label: '登记新农户',
      known: null,
      preset: { village_code: area },
      page: { open: { '/data/g_basic': true, '/data/members': true } },
    },
    version,
  )
}
