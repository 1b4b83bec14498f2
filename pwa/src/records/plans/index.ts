/** The plan of a year: what the household wants, what is to be reached, and what helps, of cases apart. */
import { registers, text } from '@/device'
import type { Entity } from '@/device'
import { recordingTime } from '@/device/clock'
import { localDate } from '@/forms/build-instance'
import { word } from '@/shared/words'
import { beginAbout } from '../begin'
import { signedLines } from '../cases/signed'
import type { RecordKind } from '../kind'

const FORM = 'help_plan'
const TITLE = word('form', FORM)
/** Types of households that nobody plans help for. */
const NOT_HELPED = new Set(['', 'ordinary', 'closed', 'moved_away'])

export const plans: RecordKind = {
  formId: FORM,
  title: TITLE,
  page: async () => (await import('../cases/StepForm.vue')).default,
  begin: (household) => {
    const year = thisYear()
    const told = planOf(household, year)
    return beginAbout(FORM, household, `${year}年${TITLE}`, {
      about: {
        plans: [told ?? { id: crypto.randomUUID(), fresh: true, values: { plan_year: year } }],
        measures: measuresOf(household),
      },
      preset: { hh_uuid: registers.wholeOf(household), plan_year: year },
    })
  },
  actions: (household) =>
    NOT_HELPED.has(text(household, 'household_type'))
      ? []
      : [{ id: 'plan', icon: 'day', what: TITLE, says: saysOf(household.id) }],
  memberActions: () => [],
  facts: () => [],
  signed: signedLines,
}

const thisYear = () => localDate(recordingTime()).slice(0, 4)

function saysOf(household: string): string {
  const year = thisYear()
  return planOf(household, year) ? `${year}年的已有，接着记` : `${year}年的还没有`
}

function planOf(household: string, year: string): Entity | undefined {
  return registers.of('plans', household).find((one) => text(one, 'plan_year') === year)
}

/** What helps and is not over, cases apart: of those the steps of the case tell. */
function measuresOf(household: string): Entity[] {
  return registers
    .of('measures', household)
    .filter((one) => text(one, 'case') === '' && text(one, 'status') !== 'ended')
}
