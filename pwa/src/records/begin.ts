/** Beginning a record of any kind about a household of this phone. */
import { registers } from '@/device'
import type { Draft, Entity } from '@/device'
import { currentForm } from '@/forms/load-form'
import { headOf, membersOf } from '@/visits/household-of-visit'
import { newDraft, type Fresh } from '@/visits/new-draft'

export interface About {
  /** The person, case or house by which its draft is found again. */
  subject?: string | undefined
  /** Register -> what the record is about (see `NewRecord.about`). */
  about?: Record<string, readonly (Entity | Fresh)[]>
  /** Question name -> value. */
  preset?: Record<string, string>
}

/** Undefined where the form or the household is not on this phone. */
export async function beginAbout(
  formId: string,
  household: string,
  label: string,
  { subject, about, preset = {} }: About = {},
): Promise<Draft | undefined> {
  const home = registers.household(household)
  const version = await currentForm(formId)
  if (!home || !version) return undefined
  return newDraft(
    {
      household: home.id,
      area: home.area,
      title: registers.nameOf(home.id),
      label,
      known: { household: home, members: registers.members(home.id) },
      ...(about ? { about } : {}),
      preset,
      // Should the household leave this phone's villages, the draft can still be finished.
      page: { subject, members: membersOf(home.id), head: headOf(home.id) },
    },
    version,
  )
}
