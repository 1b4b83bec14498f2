/** Beginning a record: the instance built from what is known, and what was shown frozen with it. */
import { fetched, policy as policyOf, registers, session, shownFor, text, valuesOf } from '@/device'
import type { Draft, Entity, FormVersion, Shown } from '@/device'
import { recordingTime } from '@/device/clock'
import { propertiesOf } from '@/device/dictionary'
import { BIRTH_DATE, HOUSEHOLDS, PERSONS, PERSON_NAME } from '@/device/properties'
import type { Prefill } from '@/forms/build-instance'
import { buildInstance, localDate, localTime } from '@/forms/build-instance'
import type { DefinedQuestion } from '@/forms/definition'
import { entitiesOf, isRepeat } from '@/forms/definition'
import { shownToForm } from '@/forms/shown-units'
import { KEPT_ON_FILE } from '@/records/kept-on-file'
import { ageOn } from './person-facts'
import { policyAnswers } from './policy-answers'

export interface NewRecord {
  household: string
  area: string
  title: string
  label: string
  /** Empty for a household that this record makes. */
  known: { household: Entity; members: Entity[] } | null
  /**
   * What else the record is about: register -> the person, the case, the house it is about, or all problems that a
   * repeat lists. Of the members only whom it names, unless a repeat of the form lists them all.
   */
  about?: Record<string, readonly (Entity | Fresh)[]>
  /** Question name -> value, for questions outside repeats. */
  preset: Record<string, string>
  page?: Record<string, unknown>
}

/** Something that this record makes under an id that follows from what it is of (`derivedId`). */
export interface Fresh {
  id: string
  fresh: true
  values: Readonly<Record<string, string>>
}

/** A draft that is not on the disk yet: it is kept from the first answer on. */
export function newDraft(record: NewRecord, version: FormVersion): Draft {
  const now = recordingTime()
  const id = crypto.randomUUID()
  const built = buildInstance({
    xform: version.xform,
    definition: version.definition,
    instanceId: id,
    entities: entitiesToShow(record, version),
    preset: pathsOf(version, {
      ...moment(now, version, record),
      ...facts(record),
      ...record.preset,
    }),
    firstLoad: {
      now,
      deviceId: session.value?.device.id ?? '',
      userName: session.value?.person.username ?? '',
    },
    takesOver: (question) => takesOver(question, version),
  })
  return {
    id,
    form_id: version.form_id,
    form_version: version.version,
    household: record.household,
    area: record.area,
    title: record.title,
    label: record.label,
    xml: built.xml,
    shown: shownNow(record, version),
    confirmed: [],
    deprecated_id: null,
    created_at: localTime(now),
    saved_at: '',
    missing: null,
    page: { ...record.page, route: `/records/${id}` },
  }
}

/** What is observed is asked anew, with last time's answer beside it; what is kept on file is filled in. */
function takesOver(question: DefinedQuestion, version: FormVersion): boolean {
  if (KEPT_ON_FILE.has(version.definition.settings.kind)) return true
  const { register, property } = question.save_to ?? { register: '', property: '' }
  const known = propertiesOf(fetched.value.dictionary, register)
  return known.some(({ name, rule }) => name === property && rule !== 'latest')
}

function entitiesToShow(record: NewRecord, version: FormVersion): Record<string, Prefill[]> {
  const { known, household, area } = record
  if (!known)
    return { [HOUSEHOLDS]: [{ id: household, known: false, values: { village_code: area } }] }
  const about = Object.entries(record.about ?? {}).map(
    ([register, some]) => [register, some.map(toPrefill)] as const,
  )
  return {
    [HOUSEHOLDS]: [toPrefill(known.household)],
    ...(listsMembers(version) ? { [PERSONS]: known.members.map(toPrefill) } : {}),
    ...Object.fromEntries(about),
  }
}

/** Whether the form has a card for each member; else it is about one, whom the page picks. */
function listsMembers({ definition }: FormVersion): boolean {
  return entitiesOf(definition).some(
    (entity) => entity.register === PERSONS && isRepeat(definition, entity.path),
  )
}

function toPrefill(entity: Entity | Fresh): Prefill {
  if (!('register' in entity)) return { id: entity.id, known: false, values: entity.values }
  return { id: entity.id, known: true, values: valuesOf(entity), masked: entity.masked }
}

/** All that the record is about and that is on file. */
function entitiesOn(record: NewRecord): Entity[] {
  if (!record.known) return []
  const about = Object.values(record.about ?? {}).flat()
  const all = [record.known.household, ...record.known.members]
  for (const one of about)
    if ('register' in one && !all.some(({ id }) => id === one.id)) all.push(one)
  return all
}

function shownNow(record: NewRecord, version: FormVersion): Shown {
  const shown: Shown = {}
  const registersOfForm = new Set(entitiesOf(version.definition).map(({ register }) => register))
  for (const entity of entitiesOn(record)) {
    const all = shownFor(entity.id)
    if (!all || !registersOfForm.has(entity.register)) continue
    shown[entity.id] = shownToForm(
      all,
      entity.register,
      version.definition,
      fetched.value.dictionary,
    )
  }
  return shown
}

/** What the phone knows of the moment, the same in every form; policy is that of the day of the record. */
function moment(now: Date, version: FormVersion, record: NewRecord): Record<string, string> {
  const me = session.value
  const day = record.preset.event_date ?? localDate(now)
  const roles = new Set((version.definition.lists.role ?? []).map(([code]) => code))
  return {
    event_date: localDate(now),
    entry_date: localDate(now),
    recorder_name: me?.person.name ?? '',
    recorder_role: me?.roles.find(({ role }) => roles.has(role))?.role ?? '',
    ...policyAnswers(
      (key) => policyOf(key, day, record.area),
      version.form_id,
      (name) => record.preset[name] ?? '',
    ),
  }
}

/** What the phone knows of the household and of the person that the record is about. */
function facts({ known, about }: NewRecord): Record<string, string> {
  if (!known) return {}
  const { derived } = known.household
  const found: Record<string, string> = {
    family_size: String(registers.sizeOf(known.household)),
    case_state: String(derived.case_state ?? ''),
    last_per_capita: String(derived.per_capita ?? ''),
  }
  const person = about?.[PERSONS]?.[0]
  if (!person || !('register' in person)) return found
  const age = ageOn(text(person, BIRTH_DATE), localDate(recordingTime()))
  return {
    ...found,
    person_name: text(person, PERSON_NAME),
    person_sex: text(person, 'sex'),
    person_age: age === null ? '' : String(age),
  }
}

function pathsOf(version: FormVersion, byName: Record<string, string>): Record<string, string> {
  const preset: Record<string, string> = {}
  for (const { name, path, repeat } of version.definition.questions) {
    if (!repeat && byName[name] !== undefined) preset[path] = byName[name]
  }
  return preset
}

const fresh = new Map<string, Draft>()

/** Hold a draft that was not answered yet, so that its page finds it. */
export function holdFresh(draft: Draft): void {
  fresh.clear()
  fresh.set(draft.id, draft)
}

export function freshDraft(id: string): Draft | undefined {
  return fresh.get(id)
}
