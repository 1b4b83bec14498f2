/** The forms of this repository, compiled by its own compiler: a test that opens them never sees an old one. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Dictionary, FormVersion } from '@/device/records'
import type { LoadedForm } from '@/forms/form-node'

const REPOSITORY = resolve(__dirname, '../..')
const OWN_PYTHON = resolve(REPOSITORY, '.venv/bin/python')
const COMPILE = `
import json
from pathlib import Path
from server.forms import definition, dictionary
from server.forms.compile import compile_form
forms = {}
for name in ("visit", "household_register"):
    compiled = compile_form(Path("forms") / f"{name}.md")
    forms[name] = {"xform": compiled.xform, "definition": definition.to_json(compiled.definition)}
registers = dictionary.to_json(dictionary.read_toml(Path("forms/registers.toml")))
print(json.dumps({"forms": forms, "dictionary": registers}))
`

interface Compiled {
  forms: Record<string, { xform: string; definition: FormVersion['definition'] }>
  dictionary: Dictionary
}

const python = process.env.PYTHON ?? (existsSync(OWN_PYTHON) ? OWN_PYTHON : 'python3')
const output = execFileSync(python, ['-c', COMPILE], { cwd: REPOSITORY, maxBuffer: 1 << 24 })
const compiled = JSON.parse(output.toString()) as Compiled

export const dictionary = compiled.dictionary

export function realForm(formId: 'visit' | 'household_register'): FormVersion {
  const form = compiled.forms[formId]
  if (!form) throw new Error(`No form ${formId}`)
  const { version, title } = form.definition
  return { ...form, form_id: formId, version, title, current: true }
}

/** The real engine with a real form. Its XPath parser mistakes jsdom for a page only if Node's old names are there. */
export async function loadReal(form: FormVersion): Promise<LoadedForm> {
  Object.assign(globalThis, { __dirname })
  const { load } = await import('@/forms/engine')
  return load(form.xform)
}
