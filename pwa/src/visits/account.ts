/** 走访情况: a short account in words, drafted from the answers. Pure.
 *
 * No two read the same: each says what this visit found, and the turns of phrase follow from the record's own id.
 * Inspectors send back 雷同记录 (domain: repairs 9).
 */

export interface VisitFacts {
  /** Seed of the phrasing: the same record always reads the same. */
  seed: string
  day: string
  head: string
  /** Words for who was met: `户主陈广田`, `其妻赵桂兰`; `` where nobody was. */
  met: string
  companions: string
  result: string
  absentReason: string
  allWell: boolean
  /** Checked points that are not well: `住房安全：需鉴定`. */
  troubles: readonly string[]
  troubleNote: string
  income: 'up' | 'flat' | 'down' | ''
  incomeReasons: readonly string[]
  expense: string
  changes: readonly string[]
  notes: readonly string[]
  problems: readonly string[]
  needs: readonly string[]
  /** Of the problems that were open when the visit began. */
  solved: readonly string[]
  unsolved: readonly string[]
  risk: string
  policies: readonly string[]
  promise: string
}

export function accountOf(facts: VisitFacts): string {
  const say = phrasing(facts.seed)
  const sentences = [opening(facts, say), ...body(facts, say)]
  return sentences.filter(Boolean).join('')
}

type Say = (...ways: string[]) => string

/** Picks one of several ways to say a thing; another record picks another. */
function phrasing(seed: string): Say {
  let state = 2166136261
  for (const character of seed) state = Math.imul(state ^ character.charCodeAt(0), 16777619)
  return (...ways) => {
    state = Math.imul(state ^ (state >>> 13), 1540483477)
    return ways[(state >>> 8) % ways.length] ?? ''
  }
}

function opening(
  { day, head, met, companions, result, absentReason }: VisitFacts,
  say: Say,
): string {
  const together = companions ? `和${companions}一起` : ''
  if (result === 'absent')
    return `${day}${together}到${head}家，没在家${absentReason && `（${absentReason}）`}。`
  if (result === 'refused') return `${day}${together}到${head}家，对方不愿受访。`
  if (result === 'phone') return `${day}和${head}家通了电话${met && `，接电话的是${met}`}。`
  const start = say(`${day}${together}到${head}家走访`, `${day}${together}入户看望${head}一家`)
  return met ? `${start}，${say(`见到${met}`, `和${met}聊了情况`)}。` : `${start}。`
}

function body(facts: VisitFacts, say: Say): string[] {
  if (facts.result === 'absent' || facts.result === 'refused') return []
  return [
    wellBeing(facts, say),
    income(facts, say),
    facts.expense && `最近有大额支出：${facts.expense}。`,
    facts.changes.length > 0 && `家里人有变化：${facts.changes.join('；')}。`,
    ...facts.notes.map(sentence),
    facts.solved.length > 0 && `${say('上次说的', '之前记的')}${quoted(facts.solved)}已经解决。`,
    facts.unsolved.length > 0 && `${quoted(facts.unsolved)}还没有解决。`,
    facts.problems.length > 0 && `发现问题：${facts.problems.map(clause).join('；')}。`,
    facts.needs.length > 0 &&
      `${say('群众提出', '他家想要')}：${facts.needs.map(clause).join('；')}。`,
    facts.risk,
    facts.policies.length > 0 && `${say('讲了', '宣传了')}${facts.policies.join('、')}方面的政策。`,
    facts.promise && `答应下次来之前办：${clause(facts.promise)}。`,
  ].map((one) => one || '')
}

function wellBeing({ allWell, troubles, troubleNote }: VisitFacts, say: Say): string {
  if (troubles.length > 0) {
    return `${troubles.join('，')}${troubleNote && `，${clause(troubleNote)}`}。`
  }
  if (!allWell) return ''
  return say(
    '吃穿不愁，教育、医疗、住房、饮水都有保障。',
    '看了吃穿、住房和饮水，问了上学和看病，都有保障。',
    '不愁吃不愁穿，上学、看病、住房、饮水没有问题。',
  )
}

function income({ income: change, incomeReasons }: VisitFacts, say: Say): string {
  const why = incomeReasons.join('、')
  if (change === 'up') return `收入比上次增加${why && `，因为${why}`}。`
  if (change === 'down') return `收入比上次减少${why && `，因为${why}`}。`
  return change === 'flat' ? say('收入和上次差不多。', '收入没有大的变化。', '收入持平。') : ''
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `“${clause(text)}”`).join('')
}

function clause(text: string): string {
  return text.trim().replace(/[。；，.;,]+$/, '')
}

function sentence(text: string): string {
  return clause(text) && `${clause(text)}。`
}
