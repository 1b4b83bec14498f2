/** An open draft: every answer is written, marked as given by hand, and on the disk before anybody can lose it. */
import type { Ref } from 'vue'
import { computed, markRaw, reactive, ref } from 'vue'
import { blobs, drafts, fetched, onSettle, releaseDraft } from '@/device'
import type { Draft, FormVersion, Remark } from '@/device'
import { afterDrawing } from './after-drawing'
import { withComputedDefaults } from './computed-defaults'
import type { Answering, MemberChoice, Signing } from './answering'
import type { FormDefinition } from './definition'
import type { Missing, OpenForm, Question, Repeat } from './form-node'
import { questionsOf } from './form-node'
import { loadedForm, loadEngine } from './load-form'
import { missingQuestions } from './missing-items'
import { keepFile } from './photo/keep-file'
import { keepPhoto, type PhotoCaption } from './photo/keep-photo'
import { SaveQueue } from './save-queue'
import type { SavedTo } from './saved-to'
import { savedTo } from './saved-to'
import { shownValue } from './shown-units'

export const TYPING_MS = 300

export interface DraftContext {
  /** What the township said about the record that this one corrects. */
  remarks: readonly Remark[]
  /** What is drawn into a photo; null: nothing. */
  caption: (source: 'camera' | 'album', taken: string) => PhotoCaption | null
  members: (form: OpenForm) => readonly MemberChoice[]
  colleagues: () => readonly string[]
  /** Who signs, and what: read when the sheet opens. */
  signing: (session: DraftSession) => Signing
  /** What follows from an answer that was given by hand. */
  follow?: (session: DraftSession, question: Question) => void
  /** A photo that this phone does not hold; null: not to be had now. */
  photo?: (name: string) => Promise<Blob | null>
}

export interface DraftSession extends Answering {
  readonly draft: Draft
  readonly version: FormVersion
  readonly form: OpenForm
  readonly missing: readonly Missing[]
  /** Of these the ones that a person is asked: what 还差 N 项 counts. */
  readonly visibleMissing: readonly Question[]
  /** When the draft was last on the disk. */
  readonly savedAt: Ref<Date | null>
  /** Something the person must be told (`签名要重签`); cleared by the page. */
  readonly notice: Ref<string>
  /** Write without marking as given by hand: what follows from other answers. */
  derive(path: string, value: string): void
  question(path: string): Question | undefined
  /** Take a card away, with what was answered in it. */
  removeCard(repeat: Repeat, index: number): void
  /** Mark the unit that a question is saved to as confirmed. */
  confirm(question: Question): void
  /** The page's own state, kept in the draft. */
  readonly page: Record<string, unknown>
  savePage(part: Record<string, unknown>): void
  /** Resolves when everything typed, taken and drawn is on the disk; false when the phone could not keep it. */
  flush(): Promise<boolean>
  /** The draft is no more (finished, or taken back): nothing may bring it back to the disk. */
  end(): void
  /** The page was left: what is still being kept is written, then the draft is let go. */
  close(): void
}

const openHere = new Set<string>()
const closing = new Map<string, Promise<void>>()

/** This window is filling in the draft, or is still writing what was filled in. */
export function isOpenHere(draft: string): boolean {
  return openHere.has(draft)
}

/** Resolves when a page of this window that was left has written all of the draft. */
export async function closedHere(draft: string): Promise<void> {
  await closing.get(draft)
}

/** Open a draft where it was left. */
export async function openDraft(
  draft: Draft,
  version: FormVersion,
  context: DraftContext,
): Promise<DraftSession> {
  openHere.add(draft.id)
  let form: OpenForm | undefined
  try {
    const loaded = await loadedForm(version)
    form = await loaded.open(await beginning(draft, version))
  } finally {
    if (!form) openHere.delete(draft.id)
  }
  return new Session(draft, version, form, context)
}

/** A record that nobody has answered yet begins with what the form fills in by itself. */
async function beginning({ saved_at, deprecated_id, xml }: Draft, version: FormVersion) {
  if (saved_at !== '' || deprecated_id !== null) return xml
  return withComputedDefaults(version.xform, xml, loadEngine)
}

const FULL = '手机存不下了，刚才这一项没有存上。请先删掉一些照片或应用，填好的都还在'
const NOT_KEPT = {
  full: FULL,
  broken: '手机存储出了点问题，刚才这一项没有存上。请重开“一户”，之前填好的都还在',
  elsewhere: '这条在另一个窗口里改过了，这里刚填的没有存。请退出去再打开',
}

/** Nothing is drawn again for a list that holds what it held before. */
function sameIn<T>(before: readonly T[] | undefined, now: readonly T[]): before is readonly T[] {
  return before?.length === now.length && now.every((one, index) => one === before[index])
}

const nameOf = ({ key, condition }: Missing) => `${key} ${condition}`

/** What nobody signs: how it is signed, and the words under photos. */
const UNSIGNED = /^\/data\/(g_sign|photos)(\/|$)/

class Session implements DraftSession {
  readonly savedAt = ref<Date | null>(null)
  readonly notice = ref('')
  readonly page: Record<string, unknown>
  readonly definition: FormDefinition
  private readonly unsaved = new Map<Question, string>()
  private readonly confirmed: Set<string>
  private readonly missingNow = computed<readonly Missing[]>((before) => {
    const { missing } = this.form
    return sameIn(before?.map(nameOf), missing.map(nameOf)) ? (before ?? missing) : missing
  })
  private readonly visibleNow = computed<readonly Question[]>((before) => {
    const { asks } = this.draft.page
    const all = missingQuestions(this.form, this.definition)
    const missing = Array.isArray(asks) ? all.filter(({ path }) => asks.includes(path)) : all
    return sameIn(before, missing) ? before : missing
  })
  private readonly open: Record<string, boolean>
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly queue = new SaveQueue(() => this.save())
  /** Photos and signatures that are being shrunk and written. */
  private readonly keeping = new Set<Promise<string>>()
  private closed = false
  private readonly onHide = () => {
    if (document.visibilityState === 'hidden') void this.flush()
  }
  private readonly onLeave = () => void this.flush()
  private readonly unsettle = onSettle(() => this.flush())

  constructor(
    readonly draft: Draft,
    readonly version: FormVersion,
    readonly form: OpenForm,
    private readonly context: DraftContext,
  ) {
    markRaw(this)
    this.definition = version.definition
    this.confirmed = new Set(draft.confirmed)
    this.page = reactive({ ...draft.page })
    this.open = reactive({ ...(draft.page.open as Record<string, boolean> | undefined) })
    if (draft.saved_at) this.savedAt.value = new Date(draft.saved_at)
    document.addEventListener('visibilitychange', this.onHide)
    window.addEventListener('pagehide', this.onLeave)
  }

  get missing(): readonly Missing[] {
    return this.missingNow.value
  }

  get visibleMissing(): readonly Question[] {
    return this.visibleNow.value
  }

  get members(): readonly MemberChoice[] {
    return this.context.members(this.form)
  }

  get colleagues(): readonly string[] {
    return this.context.colleagues()
  }

  get signing(): Signing {
    return this.context.signing(this)
  }

  answer(question: Question, value: string): void {
    this.unsaved.delete(question)
    this.take(question, value)
    this.keep()
  }

  typing(question: Question, value: string): void {
    this.unsaved.set(question, value)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.flush(), TYPING_MS)
  }

  derive(path: string, value: string): void {
    const question = this.question(path)
    if (question && question.value !== value) question.write(value)
  }

  confirm(question: Question): void {
    const saved = this.savedTo(question)
    if (saved) this.confirmed.add(`${saved.entity}/${saved.unit}`)
  }

  question(path: string): Question | undefined {
    return questionsOf(this.form.root).find((one) => one.path === path)
  }

  removeCard(repeat: Repeat, index: number): void {
    this.takeTyped()
    repeat.remove(index)
    this.voidSignatures(repeat.path)
    this.keep()
  }

  lastTime(question: Question): string | undefined {
    const saved = this.savedTo(question)
    return saved && shownValue(this.draft.shown, saved.entity, saved.property, saved.unit)
  }

  remarksAt(path: string): readonly Remark[] {
    return this.context.remarks.filter((remark) => remark.question === path)
  }

  isOpen(key: string, fallback: boolean): boolean {
    return this.open[key] ?? fallback
  }

  setOpen(key: string, open: boolean): void {
    if (this.isOpen(key, !open) === open) return
    this.open[key] = open
    if (this.savedAt.value) this.keep()
  }

  savePage(part: Record<string, unknown>): void {
    Object.assign(this.page, part)
    this.keep()
  }

  keepPhoto(question: Question, file: File, source: 'camera' | 'album'): Promise<string> {
    return this.untilKept(this.takePhoto(question, file, source))
  }

  keepFile(question: Question, file: File): Promise<string> {
    return this.untilKept(this.takeFile(question, file))
  }

  keepDrawing(question: Question, drawing: Blob): Promise<string> {
    return this.untilKept(this.takeDrawing(question, drawing))
  }

  async photoUrl(name: string): Promise<string> {
    const blob =
      (await blobs.get(this.draft.id, name)) ?? (await this.context.photo?.(name)) ?? null
    return blob ? URL.createObjectURL(blob) : ''
  }

  async flush(): Promise<boolean> {
    for (;;) {
      clearTimeout(this.timer)
      this.takeTyped()
      const kept = await this.queue.settle()
      if (this.keeping.size === 0) return kept
      await Promise.allSettled(this.keeping)
    }
  }

  end(): void {
    this.queue.end()
    clearTimeout(this.timer)
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    const { id } = this.draft
    const letGo = () => {
      this.end()
      releaseDraft(id)
      this.unsettle()
      document.removeEventListener('visibilitychange', this.onHide)
      window.removeEventListener('pagehide', this.onLeave)
      openHere.delete(id)
      closing.delete(id)
    }
    closing.set(id, this.flush().then(letGo, letGo))
  }

  /** The record is not finished, nor its draft let go, before this is done. */
  private untilKept(work: Promise<string>): Promise<string> {
    const running: Promise<string> = work.finally(() => this.keeping.delete(running))
    this.keeping.add(running)
    return running
  }

  private async takePhoto(
    question: Question,
    file: File,
    source: 'camera' | 'album',
  ): Promise<string> {
    const photo = await keepPhoto(this.draft.id, file, source, this.context.caption)
    if (!photo.ok) return photo.trouble
    this.answer(question, photo.name)
    this.besides(question, 'photo_source', source)
    this.besides(question, 'photo_taken', photo.taken)
    this.keep()
    if (photo.note) this.notice.value = photo.note
    return ''
  }

  private async takeFile(question: Question, file: File): Promise<string> {
    const kept = await keepFile(this.draft.id, file)
    if (!kept.ok) return kept.trouble
    this.answer(question, kept.name)
    return ''
  }

  private async takeDrawing(question: Question, drawing: Blob): Promise<string> {
    const name = `${Date.now()}.png`
    const kept = await blobs.put(this.draft.id, name, drawing)
    if (!kept.ok) return FULL
    this.answer(question, name)
    this.besides(question, 'signed_summary', this.signing.lines.join('\n'))
    this.keep()
    return ''
  }

  private takeTyped(): void {
    if (this.unsaved.size === 0) return
    for (const [question, value] of this.unsaved) this.take(question, value)
    this.unsaved.clear()
    this.queue.touch()
  }

  private take(question: Question, value: string): void {
    if (question.value === value) {
      this.confirm(question)
      return
    }
    question.write(value)
    this.confirm(question)
    this.context.follow?.(this, question)
    if (question.type !== 'image') this.voidSignatures(question.path)
  }

  /** What was signed is what was read then: whoever changes it later asks for a new signature. */
  private voidSignatures(changed: string): void {
    if (UNSIGNED.test(changed)) return
    for (const question of questionsOf(this.form.root)) {
      if (question.name !== 'signature_household' || !question.value) continue
      question.write('')
      this.notice.value = '签名后又改了内容，签名要重签'
    }
  }

  /** A neighbour of a question, in the same card or group. */
  private besides(question: Question, name: string, value: string): void {
    const reference = question.reference.replace(/[^/]+$/, name)
    questionsOf(this.form.root)
      .find((one) => one.name === name && one.reference === reference)
      ?.write(value)
  }

  private savedTo(question: Question): SavedTo | undefined {
    return savedTo(question, this.form, this.definition, fetched.value.dictionary)
  }

  /** Soon on the disk by itself; `flush` waits for nothing. */
  private keep(): void {
    this.queue.touch()
    afterDrawing(() => void this.queue.settle())
  }

  private async save(): Promise<boolean> {
    this.draft.xml = this.form.xml()
    this.draft.confirmed = [...this.confirmed]
    this.draft.missing = this.visibleMissing.length
    this.draft.page = { ...this.page, open: { ...this.open } }
    const kept = await drafts.save(this.draft)
    if (kept.ok) this.savedAt.value = new Date()
    else this.notice.value = NOT_KEPT[kept.problem]
    return kept.ok
  }
}
