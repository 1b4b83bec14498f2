/** How choices are laid out and ticked. */
import type { Choice } from '../form-node'

/** From so many choices on, a person searches instead of looking. */
export const SEARCHED = 13

/** As many in a row as their words allow: short ones three, longer ones two, sentences one. */
export function layoutOf(choices: readonly Choice[]): '' | 'wide' | 'one' {
  const lengths = choices.map(({ label }) => label.length)
  if (lengths.filter((length) => length > 8).length > 1) return 'one'
  return Math.max(0, ...lengths) > 3 ? 'wide' : ''
}

/** How the form wants the choices laid out: a scale side by side, or so many columns; '' leaves it to the words. */
export function wantedColumns(appearance: readonly string[], count: number): number | '' {
  if (appearance.includes('likert')) return count
  const columns = appearance.map((word) => /^columns-(\d)$/.exec(word)?.[1]).find(Boolean)
  if (columns) return Number(columns)
  return appearance.includes('columns') ? 2 : ''
}

/** A single long choice among short ones has a row to itself. */
export function fillsRow(choice: Choice): boolean {
  return choice.label.length > 8
}

/** A choice added to or taken from a multiple answer, in the order of ticking. */
export function toggled(value: string, choice: string): string {
  const chosen = value.split(' ').filter(Boolean)
  const rest = chosen.filter((code) => code !== choice)
  return (rest.length < chosen.length ? rest : [...chosen, choice]).join(' ')
}

/** The choices whose words contain what was typed. */
export function found(choices: readonly Choice[], text: string): readonly Choice[] {
  const wanted = text.trim()
  return wanted ? choices.filter(({ label }) => label.includes(wanted)) : choices
}
