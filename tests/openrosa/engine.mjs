// Fills in a form with ODK's own web engine, as a browser client of this field does.
// usage: node engine.mjs < {"xform", "files": {name: csv}, "answers": [[path, value | [values]]]}
// Prints the XML that such a client would send.
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
const { loadForm } = await import(require.resolve('@getodk/xforms-engine'))
const { xform, files, answers } = JSON.parse(readFileSync(0, 'utf-8'))
const loaded = await loadForm(xform, {
  fetchFormAttachment: async (url) => {
    const name = String(url).split('/').at(-1)
    return new Response(files[name], { headers: { 'content-type': 'text/csv' } })
  },
})
if (loaded.status === 'failure') throw loaded.error
const { root } = loaded.createInstance()

function find(node, path) {
  for (const child of node.currentState.children ?? []) {
    const at = child.currentState.reference
    if (at === path) return child
    if (path.startsWith(`${at}/`) || path.startsWith(`${at}[`)) {
      const found = find(child, path)
      if (found) return found
    }
  }
  return null
}

const shown = {}
for (const [path, value] of answers) {
  const node = find(root, path)
  if (!node) throw new Error(`nothing at ${path}`)
  if (value === null) shown[path] = String(node.currentState.value ?? '')
  else if (node.nodeType === 'repeat-range:uncontrolled') node.addInstances()
  else if (Array.isArray(value)) node.selectValues(value)
  else if (node.nodeType === 'select') node.selectValue(value)
  else node.setValue(value)
}
const payload = await root.prepareInstancePayload({ payloadType: 'monolithic' })
const file = payload.data[0].get('xml_submission_file')
const violations = payload.violations?.map((one) => one.reference) ?? []
process.stdout.write(JSON.stringify({ xml: await file.text(), shown, violations }))
process.exit(0)
