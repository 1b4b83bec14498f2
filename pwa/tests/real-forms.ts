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
for source in sorted(Path("forms").glob("*.md")):
    if source.stem != "README":
        compiled = compile_form(source)
        forms[source.stem] = {
            "xform": compiled.xform, "definition": definition.to_json(compiled.definition)
        }
registers = dictionary.to_json(dictionary.read_toml(Path("forms/registers.toml")))
print(json.dumps({"forms": forms, "dictionary": registers}))
`

const COMPILE_ONE = `
import json, sys
from server.forms import definition
from server.forms.compile import compile_form
compiled = compile_form(sys.argv[1].encode())
print(json.dumps({
    "xform": compiled.xform, "definition": definition.to_json(compiled.definition)
}))
`

interface Compiled {
  forms: Record<string, { xform: string; definition: FormVersion['definition'] }>
  dictionary: Dictionary
}

const python = process.env.PYTHON ?? (existsSync(OWN_PYTHON) ? OWN_PYTHON : 'python3')

function compile(program: string, ...given: string[]): unknown {
  const output = execFileSync(python, ['-c', program, ...given], {
    cwd: REPOSITORY,
    maxBuffer: 1 << 26,
  })
  return JSON.parse(output.toString())
}

const compiled = compile(COMPILE) as Compiled

export const dictionary = compiled.dictionary

/** One of the forms of `forms/`, by the name of its file, which is its id. */
export function realForm(formId: string): FormVersion {
  const form = compiled.forms[formId]
  if (!form) throw new Error(`No form ${formId}`)
  return versionOf(form)
}

/** A form that a test writes itself, as Markdown. */
export function trialForm(markdown: string): FormVersion {
  return versionOf(compile(COMPILE_ONE, markdown) as Compiled['forms'][string])
}

function versionOf(form: Compiled['forms'][string]): FormVersion {
  const { form_id, version, title } = form.definition
  return { ...form, form_id, version, title, current: true }
}

/** The real engine with a real form. Its XPath parser mistakes jsdom for a page only if Node's old names are there. */
export async function loadReal(form: FormVersion): Promise<LoadedForm> {
  Object.assign(globalThis, { __dirname })
  const { load } = await import('@/forms/engine')
  return load(form.xform)
}
