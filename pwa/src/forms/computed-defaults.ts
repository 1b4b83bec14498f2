/** Defaults that are more than `build-instance` works out itself: the engine computes them, once, when a record begins. */
import { defaultsOf, isPlainDefault, type Default } from './build-instance'
import type { LoadedForm } from './form-node'
import { elementsAt, parseXml, serialise } from './instance-xml'

const SET = /<setvalue\b[^>]*\bvalue="([^"]*)"/g
const EVENTS = ['odk-instance-first-load', 'odk-new-repeat']

/**
 * The instance with its computed defaults filled in, in the cards that it has too; what it says already stays.
 *
 * A restored instance begins nothing, so the engine does not run the form's own actions: it is given a form in which
 * each of them is a calculation, and what it makes of that is taken over as a plain answer.
 */
export async function withComputedDefaults(
  xform: string,
  instance: string,
  load: (xform: string) => Promise<LoadedForm>,
): Promise<string> {
  const expressions = [...xform.matchAll(SET)].map(([, expression = '']) => expression)
  if (expressions.every(isPlainDefault)) return instance
  const form = parseXml(xform)
  const defaults = EVENTS.flatMap((event) => defaultsOf(form, event))
  const root = parseXml(instance).documentElement
  const open = defaults.filter(({ path }) => elementsAt(root, path).some(isBlank))
  for (const one of open) makeCalculated(form, one)
  const computing = await load(serialise(form.documentElement))
  const computed = parseXml((await computing.open(instance)).xml()).documentElement
  for (const { path } of open) {
    const values = elementsAt(computed, path)
    elementsAt(root, path).forEach((element, index) => {
      if (isBlank(element)) element.textContent = values[index]?.textContent ?? ''
    })
  }
  return serialise(root)
}

const isBlank = (element: Element) => element.textContent === ''

/** Computed whatever is shown: a question that is not asked yet begins with its default when it is. */
function makeCalculated(form: Document, { path, expression }: Default): void {
  for (const bind of form.getElementsByTagNameNS('*', 'bind')) {
    const nodeset = bind.getAttribute('nodeset') ?? ''
    if (path === nodeset || path.startsWith(`${nodeset}/`)) bind.removeAttribute('relevant')
    if (path === nodeset && !bind.hasAttribute('calculate'))
      bind.setAttribute('calculate', expression)
  }
  for (const action of [...form.getElementsByTagNameNS('*', 'setvalue')])
    if (action.getAttribute('ref') === path) action.remove()
}
