/**
 * The kinds of records beside visit and registration.
 *
 * Pages read only this list: to add a kind, add a folder with a `RecordKind` and name it here.
 */
import type { Entity } from '@/device'
import { cards } from './cards'
import { cases } from './cases'
import { exit } from './exit'
import { health } from './health'
import { houses } from './houses'
import { incomes } from './incomes'
import type { Action, Fact, RecordKind } from './kind'
import { plans } from './plans'
import { problems } from './problems'
import { supplement } from './supplement'

export type { Action, Fact, RecordKind } from './kind'

const kinds: readonly RecordKind[] = [
  ...[supplement, problems, cases, health, houses, incomes, plans, cards, exit],
]

/** An action with the kind that begins it. */
export interface Offered extends Action {
  kind: RecordKind
}

export function kindOf(formId: string): RecordKind | undefined {
  return kinds.find((kind) => kind.formId === formId)
}

export function actionsOf(household: Entity): Offered[] {
  return kinds.flatMap((kind) => kind.actions(household).map((action) => ({ ...action, kind })))
}

export function memberActionsOf(person: Entity): Offered[] {
  return kinds.flatMap((kind) => kind.memberActions(person).map((action) => ({ ...action, kind })))
}

export function factsOf(household: Entity): Fact[] {
  return kinds.flatMap((kind) => kind.facts(household))
}

/** The kinds of tasks that the facts before knocking tell of. */
export const TOLD_TASKS: ReadonlySet<string> = new Set(kinds.flatMap(({ tasks }) => tasks ?? []))
