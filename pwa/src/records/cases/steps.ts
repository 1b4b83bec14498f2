/** The steps of a monitoring case: what comes after which, as the township derives it. Pure. */

/** What is recorded at each step, by its code in the form. */
export const STEPS: Readonly<Record<string, string>> = {
  clue: '风险线索',
  verify: '入户核实',
  apply: '申请和授权',
  appraise: '民主评议',
  notice_posted: '公示张贴',
  notice_ended: '公示结束',
  plan: '帮扶措施',
  follow: '风险变化',
  clear: '风险消除核实',
  supplement: '补充材料',
}

/** Cases of which nothing more is recorded. */
export const OVER: ReadonlySet<string> = new Set(['not_admitted', 'cleared', 'closed'])

const AFTER: Readonly<Record<string, string>> = {
  clue: 'verify',
  verify: 'apply',
  apply: 'appraise',
  clear: 'appraise',
  appraise: 'notice_posted',
  notice_posted: 'notice_ended',
  notice_ended: 'town',
  supplement: 'town',
  plan: 'follow',
}

/** What a record of a step is called in lists; of the way out each says so. */
export function titleOf(step: string, phase: string): string {
  const name = STEPS[step] ?? ''
  return phase === 'clear' && step !== 'clear' ? `消除${name}` : name
}

/** `clear` on the way out of monitoring. */
export function phaseOf(state: string): 'admit' | 'clear' {
  return state.startsWith('clearing') ? 'clear' : 'admit'
}

/**
 * How far it went as far as this phone knows: from what the server derived on, past what was recorded here since.
 *
 * here: titles of records that the server has not counted yet.
 * next: the step that is due. done: the title of the last one that was recorded here, or blank.
 */
export function goneOn(
  derived: string,
  phase: string,
  here: readonly string[],
): { next: string; done: string } {
  let next = derived
  let done = ''
  while (here.includes(titleOf(next, phase)) && AFTER[next]) {
    done = titleOf(next, phase)
    next = AFTER[next] ?? ''
  }
  return { next, done }
}

/** What can be recorded of a running case: what is due, and for who is helped what may be recorded any day. */
export function stepsOffered(state: string, next: string): string[] {
  const helping = ['admitted', 'helping'].includes(state) ? ['plan', 'follow', 'clear'] : []
  return [...new Set([...(next in STEPS ? [next] : []), ...helping])]
}
