// Judges filled forms with the engine of the phone, as it opens them again.
// usage: node engine.mjs < {"moment", "forms": [{"xform", "instances": [xml]}]}
// Prints for each form and instance every question, as [path, value, relevant, required, violated
// condition], and every repeat, as [path, its rows].
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const require = createRequire(new URL('../../pwa/package.json', import.meta.url))
const { JSDOM } = require('jsdom')
const { window } = new JSDOM('', { url: 'http://localhost/' })
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis) && !/[sS]torage/.test(name)) globalThis[name] = window[name]
}
for (const name of ['File', 'FormData', 'Blob']) globalThis[name] = window[name]
globalThis.__dirname = import.meta.dirname // the engine's parser asks for it in Node

const { moment, forms } = JSON.parse(readFileSync(0, 'utf-8'))
const now = Date.parse(moment)
globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length ? given : [now]))
  }
  static now() {
    return now
  }
}

const { loadForm } = await import(require.resolve('@getodk/xforms-engine'))
const fileNameFactory = (meta) => meta.basename + (meta.extension ?? '')
const config = { instanceAttachments: { fileNameFactory } }
const judged = []
for (const { xform, instances } of forms) judged.push(await judge(xform, instances))
process.stdout.write(JSON.stringify(judged), () => process.exit(0))

async function judge(xform, instances) {
  const form = await loadForm(xform)
  if (form.status === 'failure') throw form.error
  const found = []
  for (const [number, xml] of instances.entries()) {
    if (number > 0) letGo(form)
    const data = new FormData()
    data.append('xml_submission_file', new File([xml], 'xml_submission_file', { type: 'text/xml' }))
    const rows = []
    walk((await form.restoreInstance({ data: [data] }, config)).root, rows)
    found.push(rows)
  }
  return found
}

/** As the phone does between two drafts: without it each instance stays in memory. */
function letGo(form) {
  const { createInstance } = form
  form.createInstance = () => {}
  form.resetInstance()
  form.createInstance = createInstance
}

function walk(node, rows) {
  const { reference, children } = node.currentState
  if (node.nodeType.startsWith('repeat-range')) rows.push([reference, children.length])
  for (const child of children ?? []) walk(child, rows)
  if (children === null) rows.push(leaf(node))
}

function leaf(node) {
  const { reference, relevant, required, instanceValue } = node.currentState
  return [reference, instanceValue, relevant, required, node.validationState.violation?.condition]
}
