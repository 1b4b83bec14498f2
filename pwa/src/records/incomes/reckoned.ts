/** The arithmetic of an account as the form reckons it, and its sentences in large type. */
import { sayYuan } from './say-yuan'
import type { DraftSession } from '@/forms/draft-session'
import { questionsOf } from '@/forms/form-node'

export interface Line {
  name: string
  label: string
  /** Yuan, as the form says it. */
  amount: string
  sign: '+' | '−' | ''
}

/** In the order of the sum: what comes in, what it cost; what is only shown. */
const LINES: readonly [name: string, label: string, sign: Line['sign']][] = [
  ['wage', '工资性收入', '+'],
  ['business', '生产经营收入', '+'],
  ['property', '财产性收入', '+'],
  ['transfer', '转移性收入', '+'],
  ['expense', '生产经营支出', '−'],
]

export interface Reckoned {
  lines: readonly Line[]
  size: string
  net: string
  perHead: string
  rigid: string
  afterRigid: string
  last: string
  line: string
}

export function reckoned(session: DraftSession): Reckoned {
  const values = new Map(
    questionsOf(session.form.root).map(({ name, value }) => [name, value] as const),
  )
  const value = (name: string) => values.get(name) ?? ''
  return {
    lines: LINES.map(([name, label, sign]) => ({
      name,
      label,
      sign,
      amount: value(`s_${name}_total`),
    })),
    size: value('family_size'),
    net: value('s_net_income'),
    perHead: value('s_per_capita_net'),
    rigid: value('s_rigid_total'),
    afterRigid: value('s_per_capita_after_rigid'),
    last: value('last_per_capita'),
    line: value('line_amount'),
  }
}

export function signedLines(session: DraftSession): string[] {
  const { lines, size, net, perHead } = reckoned(session)
  const day = (name: string) => {
    const [year, month, date] = (session.question(`/data/g_period/${name}`)?.value ?? '').split('-')
    return `${year}年${Number(month)}月${Number(date)}日`
  }
  return [
    `${session.draft.title}家 ${day('period_start')}至${day('period_end')}的收入：`,
    ...lines
      .filter(({ amount }) => Number(amount) !== 0)
      .map(
        ({ label, sign, amount }) => `${sign === '−' ? '减去' : ''}${label} ${sayYuan(amount)} 元`,
      ),
    `纯收入 ${sayYuan(net)} 元，${size} 人，人均 ${sayYuan(perHead)} 元`,
  ]
}
