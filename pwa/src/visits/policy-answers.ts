/** What policy fills in by itself, by the day of the record; `server/intake/policy_answers.py` judges by the same. Pure. */

/** The value of a key on the day of the record. */
export type PolicyOfDay = (key: string) => unknown

/** How a value is written, and by which keys it goes: the first that says something. Undefined leaves the form's own. */
type Filled = (
  policy: PolicyOfDay,
  form: string,
  said: (name: string) => string,
) => string | undefined

const ASKED = {
  photo: 'photo.required',
  signature: 'signature.required',
  position: 'position.recorded',
}

/** Hidden question -> its value. */
const FILLED: Readonly<Record<string, Filled>> = {
  ...Object.fromEntries(
    Object.entries(ASKED).map(([what, otherwise]): [string, Filled] => [
      `policy_${what}`,
      (policy, form) => word(policy(`form.${form}.${what}`) ?? policy(otherwise)),
    ]),
  ),
  monitoring_line: (policy) => amount(policy('line.monitoring')) ?? '',
  poverty_line: (policy) => amount(policy('line.poverty')) ?? '',
  line_amount: (policy) => amount(policy('line.monitoring')) ?? '',
  notice_days: (policy, _form, said) =>
    amount(policy(said('case_phase') === 'clear' ? 'exit.notice_days' : 'case.notice_days')) ?? '',
  exam_age: (policy) => amount(policy('health.exam_age')),
  explain_percent: (policy) => {
    const share = policy('income.explain_share')
    return typeof share === 'number' ? String(Math.round(share * 100)) : undefined
  },
  not_countable: (policy) => {
    const kinds = policy('income.not_countable')
    return Array.isArray(kinds) ? kinds.join(' ') : undefined
  },
  ask_bank: (policy) => yesNo(policy('register.ask_bank')),
  ask_hukou: (policy) => yesNo(policy('register.ask_hukou')),
  ask_satisfaction: (policy) => yesNo(policy('visit.ask_satisfaction')),
}

/** Question name -> value, of all that policy fills in; said: what the record says already. */
export function policyAnswers(
  policy: PolicyOfDay,
  form: string,
  said: (name: string) => string,
): Record<string, string> {
  const found = Object.entries(FILLED).flatMap(([name, filled]) => {
    const value = filled(policy, form, said)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(found)
}

/** `required`, `optional` or `off`; older policy says only whether it is required. */
function word(policy: unknown): string {
  if (typeof policy === 'string') return policy
  return policy === true ? 'required' : 'optional'
}

function amount(policy: unknown): string | undefined {
  return typeof policy === 'number' || typeof policy === 'string' ? String(policy) : undefined
}

function yesNo(policy: unknown): string {
  return policy === true ? 'yes' : 'no'
}
