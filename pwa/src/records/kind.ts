/** What a kind of record brings to the phone's pages; each folder beside this one has one. */
import type { Component } from 'vue'
import type { Draft, Entity } from '@/device'
import type { DraftSession } from '@/forms/draft-session'

/** A line of 进门前看一眼; the icon without its `i-`. */
export interface Fact {
  kind: '' | 'warn' | 'bad'
  icon: string
  what: string
  says: string
  to?: string
}

/** Something that can be begun: on the household's page under 还可以记, on a member's page under his facts. */
export interface Action {
  id: string
  icon: string
  what: string
  says?: string
  /** What `begin` is given: the person, case or house that it is about. */
  subject?: string
}

export interface RecordKind {
  /** The id of its form, drafts of which open on `page`; null for what is recorded within another. */
  formId: string | null
  /** What a record of it is called in lists. */
  title: string
  /** The page's middle, between head and foot; without one the form is shown section by section. */
  page?: () => Promise<Component>
  /** A draft that is not on the disk yet; undefined where the form or the household is not on this phone. */
  begin: (household: string, subject?: string) => Promise<Draft | undefined>
  /** What can be begun for a household. */
  actions: (household: Entity) => Action[]
  /** What can be begun for one of its members. */
  memberActions: (person: Entity) => Action[]
  /** What to know of it before knocking. */
  facts: (household: Entity) => Fact[]
  /** The kinds of tasks that `facts` tell of already. */
  tasks?: readonly string[]
  /** What somebody who signs it reads in large type; without it, who lives in the household. */
  signed?: (session: DraftSession) => readonly string[]
}
