/** The rows of the feed, as docs/protocol.md ("Pull") describes them. */

/** A unit of one property has a string, one of several an object property → string; blank is "". */
export type UnitValue = string | Record<string, string>

export interface DisputedValue {
  value: UnitValue
  head: number
  by: string
  on: string
}

/** One household, person, …: newest state; `units` maps a unit to its value and indexes into `heads`. */
export interface EntityRow {
  kind: string
  id: string
  area: string
  number: number
  gone: false
  heads: string[]
  units: Record<string, [UnitValue, number[]]>
  disputed?: Record<string, DisputedValue[]>
  masked?: Record<string, string>
  initials?: string
  /** Others that the office found to be this same one. */
  joined?: string[]
  derived?: Record<string, string | number | null>
}

export type ReviewState = 'received' | 'hasIssues' | 'edited' | 'approved' | 'rejected'

export interface Remark {
  question: string | null
  text: string
  by: string
  at: string
}

/** One submission of the area's households: as history, and as the fate of what this phone sent. */
export interface ReviewRow {
  kind: 'review'
  id: string
  area: string
  number: number
  gone: false
  household: string | null
  form_id: string
  form_version: string
  event_date: string | null
  recorder: { id: string; name: string }
  state: ReviewState
  summary: { visit_result?: string; visit_type?: string; together?: string; line?: string }
  remarks: Remark[]
  superseded_by: string | null
}

export interface TaskRow {
  kind: 'task'
  id: string
  area: string
  number: number
  gone: false
  task: string
  household: string | null
  title: string
  due_on: string | null
  state: 'open' | 'done'
}

export interface FormRow {
  kind: 'form'
  id: string
  area: string
  number: number
  gone: false
  form_id: string
  version: string
}

export interface PolicyRow {
  kind: 'policy'
  id: string
  area: string
  number: number
  gone: false
  key: string
  value: unknown
  /** From which day on which value holds; older servers say only what holds today. */
  dated?: DatedValues
}

/** Day -> value, oldest first; the day of the first says only that it held by then. */
export type DatedValues = [string, unknown][]

export interface GoneRow {
  kind: string
  id: string
  area: string
  number: number
  gone: true
}

export type Row = EntityRow | ReviewRow | TaskRow | FormRow | PolicyRow | GoneRow

/** What of an area is kept in its chunk: everything but form versions and policy values. */
export type AreaRow = EntityRow | ReviewRow | TaskRow

export function isReview(row: Row): row is ReviewRow {
  return row.kind === 'review' && !row.gone
}

export function isTask(row: Row): row is TaskRow {
  return row.kind === 'task' && !row.gone
}

export function isForm(row: Row): row is FormRow {
  return row.kind === 'form' && !row.gone
}

export function isPolicy(row: Row): row is PolicyRow {
  return row.kind === 'policy' && !row.gone
}

export function isEntity(row: Row): row is EntityRow {
  return !row.gone && !['review', 'task', 'form', 'policy'].includes(row.kind)
}
