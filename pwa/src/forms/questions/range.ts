/** The ends and steps of a range, as the form writes them. Pure. */

export interface Range {
  start: number
  end: number
  step: number
}

export function rangeOf(parameters: Readonly<Record<string, string>>): Range {
  const number = (name: string, otherwise: number) => Number(parameters[name] ?? otherwise)
  return { start: number('start', 1), end: number('end', 10), step: number('step', 1) }
}

/** Every value that can be chosen, as it is written; more than a hundred are not counted out. */
export function stepsOf({ start, end, step }: Range): string[] {
  const size = Math.abs(step) || 1
  const count = Math.min(100, Math.floor(Math.abs(end - start) / size + 1e-9))
  const towards = end < start ? -size : size
  return Array.from({ length: count + 1 }, (_, index) =>
    String(Number((start + towards * index).toFixed(6))),
  )
}
