/** The check before a household leaves, or afterwards. */
import { registers, text } from '@/device'
import { word } from '@/shared/words'
import { beginAbout } from '../begin'
import { signedLines } from '../cases/signed'
import type { RecordKind } from '../kind'

const FORM = 'exit_check'
const TITLE = word('form', FORM)
/** Types of households that were never helped, or are gone: nothing to leave. */
const NEVER_HELPED = new Set(['', 'ordinary', 'closed', 'moved_away'])

export const exit: RecordKind = {
  formId: FORM,
  title: TITLE,
  page: async () => (await import('../cases/StepForm.vue')).default,
  begin: (household) =>
    beginAbout(FORM, household, TITLE, {
      about: { exit_checks: [{ id: crypto.randomUUID(), fresh: true, values: {} }] },
      preset: {
        hh_uuid: registers.wholeOf(household),
        income_ref: newestIncome(household),
      },
    }),
  actions: (household) =>
    NEVER_HELPED.has(text(household, 'household_type'))
      ? []
      : [{ id: 'check', icon: 'check', what: TITLE }],
  memberActions: () => [],
  facts: () => [],
  signed: signedLines,
}

/** The income account that the check goes by. */
function newestIncome(household: string): string {
  const day = (id: string) => String(registers.entity(id)?.units.period_end ?? '')
  return (
    registers
      .of('incomes', household)
      .map(({ id }) => id)
      .sort((one, other) => day(one).localeCompare(day(other)))
      .at(-1) ?? ''
  )
}
