/** Builds the instance with which a form opens: what the register knows, put where the form will save it. */
import type { DefinedEntity, DefinedQuestion, FormDefinition } from './definition'
import { entitiesOf, entityAround, isRepeat, questionsSavedTo } from './definition'
import { elementBelow, elementsAt, parseXml, serialise, setMeta, textAt } from './instance-xml'

/** An entity as the form shall show it: property -> value as in XML. `known` is false for one that the form makes. */
export interface Prefill {
  id: string
  known: boolean
  values: Readonly<Record<string, string>>
  /** Property -> last four characters of what the phone does not hold whole. */
  masked?: Readonly<Record<string, string>>
}

/** Facts of the moment, which the engine sets only when it makes an instance, and we restore one. */
export interface FirstLoad {
  now: Date
  deviceId: string
  userName: string
}

export interface InstanceRequest {
  xform: string
  definition: FormDefinition
  instanceId: string
  /**
   * Register -> entities that the page chose. Of a repeat's each becomes a card; a group, and the form itself, speaks of
   * one: the first. Where none is chosen the form makes its own, or says nothing.
   */
  entities: Readonly<Record<string, readonly Prefill[]>>
  /** Absolute path -> value: what the page already knows (event date, recorder). */
  preset: Readonly<Record<string, string>>
  firstLoad: FirstLoad
  /** Which questions take over what is known. A dated observation is asked anew. */
  takesOver: (question: DefinedQuestion) => boolean
}

export interface BuiltInstance {
  xml: string
  /** Values that the form cannot show, as `path=value`: a retired choice code, a date of another spelling. */
  dropped: string[]
}

export function buildInstance(request: InstanceRequest): BuiltInstance {
  const form = parseXml(request.xform)
  const root = primaryInstance(form)
  const dropped: string[] = []
  const blanks = dropBlankRepeats(root, request.definition)
  runFirstLoad(form, root, request.firstLoad)
  for (const entity of entitiesOf(request.definition)) {
    if (entity.prefill === false) continue
    const known = request.entities[entity.register] ?? []
    if (isRepeat(request.definition, entity.path))
      fillCards(root, entity, known, blanks.get(entity.path), request, dropped)
    else if (known[0]) fillBranch(root, '/' + root.localName, entity, known[0], request, dropped)
  }
  for (const [path, value] of Object.entries(request.preset)) {
    for (const element of elementsAt(root, path)) element.textContent = value
  }
  for (const { path } of request.definition.groups) commentOf(root, path)?.remove()
  setMeta(root, 'instanceID', `uuid:${request.instanceId}`)
  return { xml: serialise(root), dropped }
}

/** The instance that corrects one that was sent: the same answers under a new id, naming the one it replaces. */
export function correctionOf(earlierXml: string, instanceId: string): string {
  const root = parseXml(earlierXml).documentElement
  const meta = `/${root.localName}/meta/instanceID`
  setMeta(root, 'deprecatedID', textAt(root, meta))
  setMeta(root, 'instanceID', `uuid:${instanceId}`)
  return serialise(root)
}

function primaryInstance(form: Document): Element {
  const instance = [...form.getElementsByTagNameNS('*', 'instance')].find(
    (element) => !element.hasAttribute('id') && !element.hasAttribute('src'),
  )
  const root = instance?.firstElementChild
  if (!root) throw new Error('The form has no primary instance')
  return root.cloneNode(true) as Element
}

/** pyxform writes a template and one blank card of every repeat: keep a copy of the card, empty the repeat. */
function dropBlankRepeats(root: Element, definition: FormDefinition): Map<string, Element> {
  const blanks = new Map<string, Element>()
  const repeats = definition.groups.filter((group) => group.kind === 'repeat')
  for (const { path } of repeats.sort((one, two) => two.path.length - one.path.length)) {
    const cards = elementsAt(root, path)
    const last = cards.at(-1)
    if (!last) continue
    const blank = last.cloneNode(true) as Element
    removeTemplateMark(blank)
    blanks.set(path, blank)
    // The place of the repeat among its neighbours is kept by a comment, which is gone before serialising.
    last.replaceWith(root.ownerDocument.createComment(path))
    for (const card of cards) card.remove()
  }
  return blanks
}

function removeTemplateMark(element: Element): void {
  for (const attribute of [...element.attributes]) {
    if (attribute.localName === 'template') element.removeAttributeNode(attribute)
  }
}

function fillCards(
  root: Element,
  entity: DefinedEntity,
  known: readonly Prefill[],
  blank: Element | undefined,
  request: InstanceRequest,
  dropped: string[],
): void {
  const place = commentOf(root, entity.path)
  if (!blank || !place) return
  for (const prefill of known) {
    const card = blank.cloneNode(true) as Element
    for (const [path, value] of defaultsBelow(entity.path, root, request.firstLoad)) {
      const element = elementBelow(card, entity.path, path)
      if (element) element.textContent = value
    }
    fillBranch(card, entity.path, entity, prefill, request, dropped)
    place.before(card)
  }
}

function commentOf(root: Element, path: string): Comment | null {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_COMMENT)
  while (walker.nextNode()) {
    if ((walker.currentNode as Comment).data === path) return walker.currentNode as Comment
  }
  return null
}

function fillBranch(
  branch: Element,
  branchPath: string,
  entity: DefinedEntity,
  prefill: Prefill,
  request: InstanceRequest,
  dropped: string[],
): void {
  const put = (path: string, value: string) => {
    const element = elementBelow(branch, branchPath, path)
    if (element) element.textContent = value
  }
  put(entity.id, prefill.id)
  if (entity.known) put(entity.known, prefill.known ? '1' : '')
  fillKnown(entity, prefill, request.definition, put)
  for (const question of questionsSavedTo(request.definition, entity)) {
    const value = prefill.values[question.save_to?.property ?? '']
    if (!value || !request.takesOver(question)) continue
    const fitting = fit(question, value, request.definition)
    if (fitting !== value) dropped.push(`${question.path}=${value}`)
    if (fitting) put(question.path, fitting)
  }
}

/** Hidden fields by which the form's rules see what is known: `known_<property>`, and the end of an ID number. */
function fillKnown(
  entity: DefinedEntity,
  prefill: Prefill,
  definition: FormDefinition,
  put: (path: string, value: string) => void,
): void {
  for (const { path, name, type } of definition.questions) {
    if (type !== 'hidden' || entityAround(definition, path) !== entity) continue
    const property = /^known_(.+)$/.exec(name)?.[1]
    if (property) put(path, prefill.values[property] ?? '')
    if (name === 'id_last4') put(path, prefill.masked?.id_number ?? '')
  }
}

/** What of a value the form can hold: the engine blanks a code or a date it does not know, and tells nobody. */
export function fit(question: DefinedQuestion, value: string, definition: FormDefinition): string {
  if (question.type === 'date') return /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : ''
  if (!question.type.startsWith('select')) return value
  const codes = new Set((definition.lists[question.list ?? ''] ?? []).map(([code]) => code))
  const chosen = question.type === 'select_multiple' ? value.split(' ') : [value]
  return chosen.filter((code) => codes.has(code)).join(' ')
}

/** The form's own first-load actions: preloads, and `setvalue` of the simple expressions forms use. */
function runFirstLoad(form: Document, root: Element, moment: FirstLoad): void {
  const put = (path: string, value: string) => {
    for (const element of elementsAt(root, path)) element.textContent = value
  }
  for (const bind of form.getElementsByTagNameNS('*', 'bind')) {
    const params = attribute(bind, 'preloadParams')
    const value = preload(attribute(bind, 'preload'), params, moment)
    if (value) put(bind.getAttribute('nodeset') ?? '', value)
  }
  for (const { path, expression } of defaultsOf(form, 'odk-instance-first-load'))
    put(path, simpleValue(expression, root, moment))
}

/** What a card of a repeat begins with: the engine sets it only in cards that are added by hand. */
function defaultsBelow(path: string, root: Element, moment: FirstLoad): [string, string][] {
  return defaultsOf(root.ownerDocument, 'odk-new-repeat')
    .filter((one) => one.path.startsWith(`${path}/`))
    .map((one) => [one.path, simpleValue(one.expression, root, moment)])
}

export interface Default {
  path: string
  expression: string
}

/** What a form fills in when something happens (`odk-instance-first-load`, `odk-new-repeat`). */
export function defaultsOf(form: Document, event: string): Default[] {
  return [...form.getElementsByTagNameNS('*', 'setvalue')]
    .filter((action) => (action.getAttribute('event') ?? '').split(' ').includes(event))
    .map((action) => ({
      path: action.getAttribute('ref') ?? '',
      expression: (action.getAttribute('value') ?? `'${action.textContent ?? ''}'`).trim(),
    }))
}

function attribute(element: Element, localName: string): string {
  return [...element.attributes].find((one) => one.localName === localName)?.value ?? ''
}

function preload(kind: string, params: string, { now, deviceId, userName }: FirstLoad): string {
  if (kind === 'timestamp' && params === 'start') return localTime(now)
  if (kind === 'date' && params === 'today') return localDate(now)
  if (kind === 'property' && params === 'deviceid') return deviceId
  if (kind === 'property' && params === 'username') return userName
  return ''
}

const PATH = /^(\/[\w.-]+)+$/
const UUID = /^(once\()?uuid\(\)\)?$/
const LITERAL = /^'([^']*)'$|^"([^"]*)"$|^(-?[\d.]+)$/

/** Whether `buildInstance` fills it in; any other expression is the engine's to compute. */
export function isPlainDefault(expression: string): boolean {
  if (['today()', 'now()', ''].includes(expression)) return true
  return [PATH, UUID, LITERAL].some((one) => one.test(expression))
}

function simpleValue(expression: string, root: Element, { now }: FirstLoad): string {
  if (expression === 'today()') return localDate(now)
  if (expression === 'now()') return localTime(now)
  if (PATH.test(expression)) return textAt(root, expression)
  if (UUID.test(expression)) return crypto.randomUUID()
  return LITERAL.exec(expression)?.slice(1).find(Boolean) ?? ''
}

/** The day by the phone's own calendar. */
export function localDate(time: Date): string {
  return localTime(time).slice(0, 10)
}

/** The moment by the phone's clock, with its offset: 2026-11-22T08:31:00.000+08:00. */
export function localTime(time: Date): string {
  const offset = -time.getTimezoneOffset()
  const shifted = new Date(time.getTime() + offset * 60_000).toISOString().slice(0, -1)
  const two = (value: number) => String(Math.trunc(value)).padStart(2, '0')
  const size = Math.abs(offset)
  return `${shifted}${offset < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`
}
