/** What the phone keeps of its own: session, forms, drafts, what waits and what was sent. */
import type { AreaRow, DatedValues, UnitValue } from './rows'
import type { CarryKey } from './seal'

export interface Area {
  code: string
  name: string
  level: string
  parent: string | null
}

/** What `POST /devices` answered, and whether the token still holds. */
export interface Session {
  token: string
  device: { id: string; name: string }
  person: { id: string; name: string; username: string }
  roles: { role: string; area: string }[]
  view: string
  areas: Area[]
  /** Who else visits these villages; absent where an older server or app made the session. */
  team?: { id: string; name: string; area: string }[]
  county: string
  policy: Record<string, unknown>
  /** What of it was or will be another; absent where an older server or app made the session. */
  policy_dated?: Record<string, DatedValues>
  server_time: string
  /** What files that are carried by hand are sealed with; absent until the server was asked for it. */
  carry_key?: CarryKey
  /** The forms that the person's roles record with; null, or absent from an older server: all. */
  forms?: string[] | null
  revoked?: boolean
}

/** One village as one record, so that it is written, read (and some day encrypted) as one. */
export interface Village {
  area: string
  epoch: string
  sha256: string
  rows: AreaRow[]
}

/** A first-sync file: what has come of it, or, once it was taken in, which villages it held. */
export interface SnapshotFile {
  area: string
  sha256: string
  bytes: ArrayBuffer | null
  epoch: string | null
  villages: string[]
}

export interface Question {
  path: string
  name: string
  type: string
  list?: string | null
  label: string
  hint?: string
  /** The long hint. */
  guidance?: string
  /** `image`, `big-image`, `audio`, `video` -> name of the file beside the label. */
  media?: Record<string, string>
  /** Of a range: start, end, step. */
  parameters?: Record<string, string>
  group?: string | null
  repeat?: string | null
  required?: boolean | string
  relevant?: string
  constraint?: string
  constraint_message?: string
  calculation?: string
  appearance?: string
  read_only?: boolean
  save_to?: { register: string; property: string } | null
}

export interface FormDefinition {
  form_id: string
  version: string
  title: string
  settings: { review_steps?: string[]; kind?: string; subject?: string; [name: string]: unknown }
  questions: Question[]
  groups: { path: string; label: string; kind: string; [name: string]: unknown }[]
  entities: { register: string; path: string; id: string; known: string }[]
  lists: Record<string, [string, string][]>
  /** Name -> SHA-256 of what stands beside its words. */
  files?: Record<string, string>
}

/** A picture, sound or film that stands beside the words of forms. */
export interface FormFile {
  sha256: string
  media_type: string
  bytes: ArrayBuffer
}

/** A form version; immutable but for `current`: the one with which new records begin. */
export interface FormVersion {
  form_id: string
  version: string
  title: string
  xform: string
  definition: FormDefinition
  current: boolean
  /** `supplement`: what is new is asked once more where `supplements` was answered. Absent: an older server. */
  mode?: 'onwards' | 'supplement'
  supplements?: string | null
  /** The paths of the questions that are asked once more. */
  new_questions?: string[]
}

/** What the phone remembers of a version with which new records begin. */
export interface FormInForce {
  form_id: string
  version: string
  title: string
  kind: string
  subject: string
  /** The register of what the form is about besides household and members; `` if none. */
  register: string
  /** What is asked once more of whoever was recorded with an earlier version. */
  asks: Asked[]
}

/** A question that is asked once more. */
export interface Asked {
  path: string
  label: string
  save_to: { register: string; property: string } | null
}

export interface Property {
  name: string
  label: string
  type: string
  list?: string | null
  unit: string
  rule: 'latest' | 'review' | 'set'
  applies?: 'received' | 'approved'
  class?: string
  phone: 'full' | 'last4' | 'never'
  exclusive?: string[]
  maximum?: number | null
}

export interface Dictionary {
  version: number
  registers: Record<string, { label: string; properties: Property[] }>
  lists: Record<string, [string, string][]>
}

/** What the person was shown of one entity when the form was opened (docs/protocol.md, "Push"). */
export interface ShownEntity {
  heads: string[]
  values: Record<string, [UnitValue, number[]]>
}

export type Shown = Record<string, ShownEntity>

/** The answers of a form by entity and unit, as the form's `save_to` maps them. */
export type Answers = Record<string, { register: string; units: Record<string, UnitValue> }>

/** What a draft and a finished record have in common. */
interface Recorded {
  form_id: string
  form_version: string
  /** The household it is about; null only where the form has none. */
  household: string | null
  area: string
  /** Whom the lists name: usually the head of the household. */
  title: string
  /** What it is: 月走访, 没在家, 农户登记 … */
  label: string
  xml: string
  shown: Shown
  /** `entity id/unit` of what was asked, changed or confirmed by hand. */
  confirmed: string[]
  /** The instance that this one corrects. */
  deprecated_id: string | null
}

/** A record that is being filled in. Its id is the instance id under which it will be sent. */
export interface Draft extends Recorded {
  id: string
  created_at: string
  saved_at: string
  /** How often it was saved; absent before the first time. */
  revision?: number
  /** How many required answers are still missing (还差 n 项); null: not known. */
  missing: number | null
  /** Whatever the pages need to open it where it was left. Plain data only. */
  page: Record<string, unknown>
}

export interface Attachment {
  name: string
  sha256: string
  size: number
  media_type: string
}

/** A finished record, complete as it will be sent. */
export interface Submission extends Recorded {
  instance_id: string
  /** When it was saved, by the phone's clock, with its offset. */
  recorded_at: string
  answers: Answers
  attachments: Attachment[]
  /** The day of a visit that counts as made, so that the due visit is crossed off; else null. */
  visited_on: string | null
  /** Whether the account in words was written by hand, so that a correction leaves it alone. */
  account_edited?: boolean
}

/** Waits in the outbox until the server has it for good. */
export interface OutboxItem extends Submission {
  /** Order of saving on this phone. */
  sequence: number
  /** When it was saved, by the server's clock as far as the phone knew it: what counts how long it waits. */
  kept_at?: string
  tries: number
  /** Why the last try failed, in words for the person; null: not tried or no network. */
  problem: string | null
}

export type Outcome = 'stored' | 'already_stored' | 'mismatch' | 'quarantined'

/** Was taken by the server. Kept 90 days, in case the server loses it. */
export interface SentItem extends Submission {
  sequence: number
  sent_at: string
  outcome: Outcome
  detail: string | null
  /** The feed's number that contains it. */
  number: number | null
  /** False until a pull has reached `number`: until then the own answers lie over the server's row. */
  reached: 0 | 1
}

/** A photo or signature: bytes under the record's id and its file name. */
export interface StoredBlob extends Attachment {
  owner: string
  bytes: ArrayBuffer
}

/** A photo of a finished record that the server does not have yet. */
export interface Upload extends Attachment {
  owner: string
  /** Where the server takes it (tus), once it was created there. */
  url: string | null
  sent_bytes: number
  problem: string | null
  /** The order of saving of its record, and when that was by the server's clock. */
  sequence?: number
  kept_at?: string
  /** How often it arrived otherwise than it left. */
  damaged?: number
  /** The submission of another phone whose photo this is: fetched from there before it is sent on. */
  from?: string
  /** Asked for there, and not found yet: asked for again in every round. */
  awaited?: boolean
}
