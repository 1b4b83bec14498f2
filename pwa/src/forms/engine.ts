/** The only file that knows the form engine. Import it lazily: it is a large chunk. */
import { loadForm } from '@getodk/xforms-engine'
import type {
  AnyChildNode,
  FormInstanceConfig,
  GeneralChildNode,
  InstantiableLoadFormResult,
  LoadFormResult,
  RootNode,
  SelectItem,
} from '@getodk/xforms-engine'
import { markRaw, shallowReactive } from 'vue'
import type { QuestionType } from './definition'
import { isChinese, plainPath } from './definition'
import type {
  Branch,
  Choice,
  FormNode,
  Group,
  LoadedForm,
  Missing,
  OpenForm,
  Question,
  Repeat,
  RepeatCard,
  Violation,
} from './form-node'
import type { FormattedNode, Rich } from './rich-text'
import { hasMarkup, plainWords, richText } from './rich-text'

type EngineNode = AnyChildNode | RootNode
type EngineBranch = Extract<EngineNode, { nodeType: 'root' | 'group' | 'repeat-instance' }>
type EngineRepeat = Extract<
  EngineNode,
  { nodeType: 'repeat-range:uncontrolled' | 'repeat-range:controlled' }
>
type EngineLeaf = Extract<
  GeneralChildNode,
  {
    nodeType: 'input' | 'select' | 'upload' | 'trigger' | 'note' | 'model-value' | 'range' | 'rank'
  }
>

const CONFIG: FormInstanceConfig = {
  // Shallow: the engine's nodes have private fields, which a deep proxy would break.
  stateFactory: shallowReactive as FormInstanceConfig['stateFactory'] & object,
  // Photos lie in our own store; the engine only keeps their names.
  instanceAttachments: { fileNameFactory: (meta) => `${meta.basename}${meta.extension ?? ''}` },
}

/** The engine takes the name of a larger picture for words; `media.ts` knows it from the definition. */
const BIG_IMAGE = /<value form="big-image">[^<]*<\/value>/g

/** Parse a form once; `open` may be called again and again. */
export async function load(xform: string): Promise<LoadedForm> {
  const loaded: LoadFormResult = await loadForm(xform.replace(BIG_IMAGE, ''))
  if (loaded.status === 'failure') throw loaded.error
  let opened = false
  return {
    warm() {
      if (opened) return
      opened = true
      loaded.createInstance(CONFIG)
    },
    async open(instanceXml) {
      if (opened) giveUpInstance(loaded)
      opened = true
      return markRaw(openForm(await restore(loaded, instanceXml)))
    },
  }
}

async function restore(loaded: InstantiableLoadFormResult, instanceXml: string): Promise<RootNode> {
  const file = new File([instanceXml], 'xml_submission_file', { type: 'text/xml' })
  const data = new FormData()
  data.append('xml_submission_file', file)
  return (await loaded.restoreInstance({ data: [data as never] }, CONFIG)).root
}

/** Let go of the instance opened before; else each restore keeps it (27 -> 323 MB in 21 openings).
 *
 * `resetInstance` also makes a new, blank instance, which costs as much as opening one and is of no use here.
 */
function giveUpInstance(loaded: InstantiableLoadFormResult): void {
  const { createInstance } = loaded
  Object.assign(loaded, { createInstance: () => undefined })
  loaded.resetInstance(CONFIG)
  Object.assign(loaded, { createInstance })
}

/** Chinese where the form has it, else the language that it begins with. */
function speakChinese(root: RootNode): void {
  const found = root.languages.find(({ language }) => isChinese(language))
  if (found && !found.isSyntheticDefault) root.setLanguage(found)
}

function openForm(root: RootNode): OpenForm {
  speakChinese(root)
  const wrapped = new WeakMap<object, FormNode | Branch>()
  return {
    root: branchOf(root, wrapped) as Group,
    xml: () => root.instanceState.instanceXML,
    get missing(): Missing[] {
      return root.validationState.violations.map((one) => ({
        key: one.nodeId,
        get reference() {
          return one.reference
        },
        condition: one.violation.condition,
      }))
    },
  }
}

type Wrapped = WeakMap<object, FormNode | Branch>

function kept<T extends FormNode | Branch>(wrapped: Wrapped, node: object, make: () => T): T {
  const known = wrapped.get(node)
  if (known) return known as T
  const made = markRaw(make())
  wrapped.set(node, made)
  return made
}

function place(node: EngineNode) {
  return {
    key: node.nodeId,
    path: plainPath(node.currentState.reference),
    name: plainPath(node.currentState.reference).split('/').pop() ?? '',
    get reference() {
      return node.currentState.reference
    },
    get label() {
      return plain(node.currentState.label)
    },
    get relevant() {
      return node.currentState.relevant
    },
  }
}

/** Copy getters as getters: a spread would freeze their values. */
function joined<A extends object, B extends object>(one: A, two: B): A & B {
  return Object.defineProperties(two, {
    ...Object.getOwnPropertyDescriptors(one),
    ...Object.getOwnPropertyDescriptors(two),
  }) as A & B
}

function branchOf(node: EngineBranch, wrapped: Wrapped): Branch {
  return kept(wrapped, node, () =>
    joined(place(node), {
      node: node.nodeType === 'repeat-instance' ? ('card' as const) : ('group' as const),
      get children(): FormNode[] {
        return node.currentState.children
          .filter(hasMeaning)
          .map((child: GeneralChildNode) => nodeOf(child, wrapped))
      },
    }),
  ) as Branch
}

function hasMeaning(node: GeneralChildNode): boolean {
  return !(node.nodeType === 'group' && node.currentState.reference.endsWith('/meta'))
}

function nodeOf(node: GeneralChildNode, wrapped: Wrapped): FormNode {
  if (node.nodeType === 'group') return branchOf(node, wrapped) as Group
  if (node.nodeType === 'repeat-range:uncontrolled' || node.nodeType === 'repeat-range:controlled')
    return repeatOf(node, wrapped)
  return questionOf(node as EngineLeaf, wrapped)
}

function repeatOf(node: EngineRepeat, wrapped: Wrapped): Repeat {
  return kept(wrapped, node, () =>
    joined(place(node), {
      node: 'repeat' as const,
      get cards(): RepeatCard[] {
        return node.currentState.children.map(
          (child: EngineBranch) => branchOf(child, wrapped) as RepeatCard,
        )
      },
      counted: node.nodeType === 'repeat-range:controlled',
      add: () => {
        if (node.nodeType === 'repeat-range:uncontrolled') node.addInstances()
      },
      remove: (index: number) => {
        if (node.nodeType === 'repeat-range:uncontrolled') node.removeInstances(index)
      },
    }),
  )
}

function questionOf(node: EngineLeaf, wrapped: Wrapped): Question {
  return kept(wrapped, node, () =>
    joined(place(node), {
      node: 'question' as const,
      type: typeOf(node),
      get hint() {
        return plain(node.currentState.hint)
      },
      get richLabel() {
        return rich(node.currentState.label)
      },
      get richHint() {
        return rich(node.currentState.hint)
      },
      get required() {
        return node.currentState.required
      },
      get readonly() {
        return node.currentState.readonly
      },
      get value() {
        return node.currentState.instanceValue
      },
      get choices(): Choice[] {
        if (node.nodeType !== 'select' && node.nodeType !== 'rank') return []
        const options: readonly Pick<SelectItem, 'value' | 'label'>[] =
          node.currentState.valueOptions
        return options.map(({ value, label }) => ({ value, label: plain(label) }))
      },
      get violation(): Violation | null {
        const violation = node.validationState.violation
        return (
          violation && {
            condition: violation.condition,
            message: violation.message?.asString ?? '',
          }
        )
      },
      write: (value: string) => write(node, value),
    }),
  )
}

/** Words of a form, as the engine tells of them. */
type Words = { asString: string; formatted: unknown } | null | undefined

/** Markdown is only looked for where a character of it stands: reading it costs far more than the words. */
function rich(words: Words): readonly Rich[] | null {
  return words && hasMarkup(words.asString) ? richText(words.formatted as FormattedNode[]) : null
}

function plain(words: Words): string {
  const formatted = rich(words)
  return formatted ? plainWords(formatted) : (words?.asString ?? '')
}

const INPUTS: Record<string, QuestionType> = {
  int: 'integer',
  date: 'date',
  time: 'time',
  dateTime: 'dateTime',
  decimal: 'decimal',
  geopoint: 'geopoint',
  barcode: 'barcode',
}

const FILES: Record<string, QuestionType> = { image: 'image', audio: 'audio', video: 'video' }

function typeOf(node: EngineLeaf): QuestionType {
  switch (node.nodeType) {
    case 'select':
      return node.selectType === 'select' ? 'select_multiple' : 'select_one'
    case 'input':
      return INPUTS[node.valueType] ?? 'text'
    case 'upload':
      return FILES[node.nodeOptions.media.type ?? ''] ?? 'file'
    case 'range':
    case 'rank':
      return node.nodeType
    case 'trigger':
      return 'acknowledge'
    case 'note':
      return 'note'
    default:
      return 'hidden'
  }
}

const NUMBERS: Record<string, RegExp> = { int: /^-?\d+$/, decimal: /^-?\d+(\.\d+)?$/ }

/** Without a file the engine falls back to the name with which a draft was restored: taken away, it must not come back. */
function forgetRestored(node: EngineLeaf): void {
  const { instanceNode } = node as unknown as { instanceNode: { value: string } | null }
  if (instanceNode) Object.defineProperty(instanceNode, 'value', { value: '', configurable: true })
}

function write(node: EngineLeaf, value: string): void {
  if (node.nodeType === 'select') {
    if (node.selectType === 'select') node.selectValues(value.split(' ').filter(Boolean))
    else node.selectValue(value || null)
  } else if (node.nodeType === 'upload') {
    if (!value) forgetRestored(node)
    node.setValue(value ? new File([new Uint8Array(1)], value) : null)
  } else if (node.nodeType === 'rank') {
    node.setValues(value.split(' ').filter(Boolean))
  } else if (node.nodeType === 'trigger') {
    node.setValue(value !== '')
  } else if (node.nodeType === 'model-value') {
    // The engine offers no way to set a hidden field, though the form's own page must (who was met, when a photo was taken).
    ;(node as unknown as { setValueState(value: string): void }).setValueState(value)
  } else if (node.nodeType === 'input' || node.nodeType === 'range') {
    const fits = NUMBERS[node.valueType]?.test(value) ?? true
    ;(node.setValue as (value: string | null) => void)(fits ? value : '')
  }
}
