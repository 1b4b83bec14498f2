/** What every question of an open form needs from the page around it. */
import type { InjectionKey } from 'vue'
import { inject } from 'vue'
import type { Remark } from '@/device/rows'
import type { DefinedQuestion, FormDefinition } from './definition'
import { questionOfPath } from './definition'
import type { Question } from './form-node'

export interface MemberChoice {
  id: string
  name: string
  /** `妻`, `孙女`; `` where it is not known. */
  relation: string
}

export interface Signing {
  who: string
  lines: readonly string[]
}

/** Why a picture or another file was not kept, in words for the person; `` when it was. */
export type PhotoTrouble = string

export interface Answering {
  readonly definition: FormDefinition
  /** Answer by hand: writes, marks the unit as confirmed, saves the draft. */
  answer(question: Question, value: string): void
  /** Type: like answer, but the draft is saved when the fingers rest. `commit` runs then, at the latest on leaving. */
  typing(question: Question, value: string): void
  /** The answer known from before; undefined where nothing is known. */
  lastTime(question: Question): string | undefined
  remarksAt(path: string): readonly Remark[]
  keepPhoto(question: Question, file: File, source: 'camera' | 'album'): Promise<PhotoTrouble>
  keepFile(question: Question, file: File): Promise<PhotoTrouble>
  keepDrawing(question: Question, drawing: Blob): Promise<PhotoTrouble>
  /** Whom a question about a member can name. */
  readonly members: readonly MemberChoice[]
  /** Whom a question about companions can name. */
  readonly colleagues: readonly string[]
  /** Who signs, and in large type what. */
  readonly signing: Signing
  photoUrl(name: string): Promise<string>
  /** Sections and cards that stand open, kept in the draft. */
  isOpen(key: string, fallback: boolean): boolean
  setOpen(key: string, open: boolean): void
}

export const answeringKey: InjectionKey<Answering> = Symbol('answering')

export function useAnswering(): Answering {
  const answering = inject(answeringKey)
  if (!answering) throw new Error('A question stands outside an open form')
  return answering
}

/** The question as the office wrote it. */
export function definedAs(
  definition: FormDefinition,
  question: Question,
): DefinedQuestion | undefined {
  return questionOfPath(definition, question.path)
}
