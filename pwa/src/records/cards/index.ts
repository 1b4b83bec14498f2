/** The card of somebody who was left behind: whom to call, who looks after him, when somebody last asked. */
import { fetched, policy, registers, text } from '@/device'
import type { Entity } from '@/device'
import { derivedId } from '@/device/derived-id'
import { labelOf } from '@/device/dictionary'
import { HOUSEHOLD, PERSONS, PERSON_NAME } from '@/device/properties'
import { sayDay, today } from '@/shared/dates'
import { word } from '@/shared/words'
import { beginAbout } from '../begin'
import type { Action, Fact, RecordKind } from '../kind'
import { contactDue, everyOf, LEFT_BEHIND } from './due'
import { signedLines } from './signed'

const FORM = 'left_behind_card'
const CARDS = 'contact_cards'
const LABEL = word('form', FORM)

function cardOf(person: Entity): Entity | undefined {
  return registers
    .of(CARDS, text(person, HOUSEHOLD))
    .find((one) => text(one, 'person') === person.id)
}

/** `child`, `woman` or `elderly`; `` for who was not left behind. */
function kindOfPerson(person: Entity): string {
  const kind = text(cardOf(person), 'left_type') || text(person, 'left_behind_type')
  return LEFT_BEHIND.includes(kind) ? kind : ''
}

function dueOn(person: Entity): string {
  const every = everyOf(policy('card.contact_days.child'), policy('card.contact_days.others'))
  return contactDue(text(cardOf(person), 'last_contact'), kindOfPerson(person), every)
}

/** A guardian said no: nobody asks again by himself. */
function isRefused(person: Entity): boolean {
  return text(cardOf(person), 'consent') === 'no'
}

function saysOf(person: Entity): string {
  if (isRefused(person)) return '监护人不同意登记'
  const last = text(cardOf(person), 'last_contact')
  if (!last) return '还没联系过'
  const due = dueOn(person)
  return due <= today() ? `${sayDay(last)}联系过，又该联系了` : `${sayDay(last)}联系过`
}

function kindWord(person: Entity): string {
  return labelOf(fetched.value.dictionary, PERSONS, 'left_behind_type', kindOfPerson(person))
}

/** What a new card takes over instead of asking: the kind, who is responsible for the household, living alone. */
function known(person: Entity, home: Entity): Record<string, string> {
  const helper = text(home, 'helper_name')
  return {
    left_type: kindOfPerson(person),
    ...(helper ? { linkman_name: helper, linkman_phone: text(home, 'helper_phone') } : {}),
    ...(registers.sizeOf(home) === 1 ? { living_alone: 'yes' } : {}),
  }
}

async function begin(household: string, subject?: string) {
  const person = subject ? registers.entity(subject) : undefined
  const home = registers.household(household)
  if (!person || !home) return undefined
  const card = cardOf(person)
  const id = card?.id ?? (await derivedId('contact_card', person.id))
  const draft = await beginAbout(FORM, household, LABEL, {
    subject: person.id,
    about: {
      [PERSONS]: [person],
      [CARDS]: [card ?? { id, fresh: true, values: known(person, home) }],
    },
    preset: { hh_uuid: home.id },
  })
  if (draft) draft.title = text(person, PERSON_NAME) || draft.title
  return draft
}

function memberActions(person: Entity): Action[] {
  if (!kindOfPerson(person)) return []
  const says = [kindWord(person), saysOf(person)].filter(Boolean).join('，')
  return [{ id: FORM, icon: 'phone', what: LABEL, says, subject: person.id }]
}

function leftBehind(household: Entity): Entity[] {
  return registers.members(household.id).filter(kindOfPerson)
}

function facts(household: Entity): Fact[] {
  return leftBehind(household)
    .filter((person) => !isRefused(person))
    .flatMap((person) => {
      const due = dueOn(person)
      if (due !== '' && due > today()) return []
      const name = text(person, PERSON_NAME)
      const says = due ? `${name}，${sayDay(due)}前该联系一次` : `${name}，还没联系过`
      return [
        {
          kind: due ? ('warn' as const) : ('' as const),
          icon: 'phone',
          what: kindWord(person),
          says,
        },
      ]
    })
}

export const cards: RecordKind = {
  formId: FORM,
  title: LABEL,
  page: async () => (await import('./CardForm.vue')).default,
  begin,
  actions: (household) =>
    leftBehind(household).map((person) => ({
      id: `${FORM}:${person.id}`,
      icon: 'phone',
      what: `${text(person, PERSON_NAME)}的${LABEL}`,
      says: saysOf(person),
      subject: person.id,
    })),
  memberActions,
  facts,
  tasks: ['card_contact'],
  signed: signedLines,
}
