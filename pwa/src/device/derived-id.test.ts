/** The phone and the server give one thing one id. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { derivedId } from './derived-id'

const REPOSITORY = resolve(__dirname, '../../..')
const OWN_PYTHON = resolve(REPOSITORY, '.venv/bin/python')
const SAYS = `
import json, sys
from server.intake.office import derived_id
print(json.dumps([derived_id(*parts) for parts in json.loads(sys.argv[1])]))
`

it('gives what the server gives', async () => {
  const some = [
    ['health_case', '22222222-2222-4222-8222-222222222222'],
    ['contact_card', '33333333-3333-4333-8333-333333333333'],
    ['house', '11111111-1111-4111-8111-111111111111', '1'],
    ['户', '老房子'],
    ...Array.from({ length: 50 }, (_, number) => ['case', String(number)]),
  ]
  const python = process.env.PYTHON ?? (existsSync(OWN_PYTHON) ? OWN_PYTHON : 'python3')
  const said = execFileSync(python, ['-c', SAYS, JSON.stringify(some)], { cwd: REPOSITORY })
  expect(await Promise.all(some.map((parts) => derivedId(...parts)))).toEqual(
    JSON.parse(said.toString()),
  )
})
