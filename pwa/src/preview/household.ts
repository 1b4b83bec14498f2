/** A household that does not exist, as the server's rows: what a form is shown with. */
import type { Dictionary, Property } from '@/device/records'
import type { EntityRow, UnitValue } from '@/device/rows'

export const VILLAGE = '370000000000'
export const HOUSEHOLD = '00000000-0000-4000-8000-000000000001'
export const HEAD = '00000000-0000-4000-8000-000000000002'
const CASE = '00000000-0000-4000-8000-000000000006'
const WIFE = '00000000-0000-4000-8000-000000000003'
const GRANDCHILD = '00000000-0000-4000-8000-000000000004'
const PROBLEM = '00000000-0000-4000-8000-000000000005'
/** The record from which all of it is said to come. */
const RECORD = '00000000-0000-4000-8000-000000000009'

type Values = Record<string, string>

interface MadeUp {
  register: string
  id: string
  values: Values
  derived?: Record<string, string | number>
}

const PEOPLE: MadeUp[] = [
  {
    register: 'persons',
    id: HEAD,
    values: {
      ...{ person_name: '张示例', relation: '02', sex: 'male', birth_date: '1955-03-12' },
      ...{ labour: 'weak', medical_insured: 'yes', pension_insured: 'yes' },
      chronic_disease: 'hypertension',
    },
    derived: { hb_needed: 1 },
  },
  {
    register: 'persons',
    id: WIFE,
    values: {
      ...{ person_name: '李示例', relation: '10', sex: 'female', birth_date: '1957-08-02' },
      ...{ labour: 'weak', medical_insured: 'yes', pension_insured: 'yes' },
    },
  },
  {
    register: 'persons',
    id: GRANDCHILD,
    values: {
      ...{ person_name: '张小例', relation: '41', sex: 'male', birth_date: '2015-06-01' },
      ...{ labour: 'none', medical_insured: 'yes', pension_insured: 'na' },
      left_behind_type: 'child',
    },
  },
]

const HOME: MadeUp = {
  register: 'households',
  id: HOUSEHOLD,
  values: {
    ...{ household_no: `${VILLAGE}00001`, village_code: VILLAGE, group_name: '2组' },
    ...{ address_detail: '2组14号', head: HEAD, household_type: 'out_policy', phone: '无' },
    ...{ last_year_income: '30000', house_structure: 'brick_wood', house_grade: 'B' },
    ...{ food_ok: 'yes', clothes_ok: 'yes', edu_ok: 'ok', medical_ok: 'ok' },
    ...{ housing_ok: 'ok', water_ok: 'ok', income_change: 'flat', risk_clue: 'no' },
  },
  derived: { head_name: '张示例', family_size: 3, case_id: CASE, case_state: 'admitted' },
}

const OTHERS: MadeUp[] = [
  {
    register: 'problems',
    id: PROBLEM,
    values: { entry_kind: 'problem', description: '厨房漏雨', found_on: '2026-10-08' },
    derived: { state: 'open' },
  },
  {
    register: 'cases',
    id: CASE,
    values: { clue_date: '2026-09-01', clue_desc: '收入下降' },
    derived: { state: 'admitted' },
  },
]

/** The rows of the household, its people and what is open about it; of each only what the dictionary knows. */
export function madeUpRows(dictionary: Dictionary): EntityRow[] {
  const inHome = (one: MadeUp) => ({ ...one, values: { household: HOUSEHOLD, ...one.values } })
  return [HOME, ...PEOPLE.map(inHome), ...OTHERS.map(inHome)].flatMap((one) => {
    const register = dictionary.registers[one.register]
    return register ? [rowOf(one, register.properties, dictionary)] : []
  })
}

function rowOf(
  { register, id, values, derived }: MadeUp,
  properties: readonly Property[],
  dictionary: Dictionary,
): EntityRow {
  const units: EntityRow['units'] = {}
  for (const property of properties) {
    const value = values[property.name]
    if (value === undefined || !isOffered(property, value, dictionary)) continue
    const [unit, said] = inUnit(property, value, properties)
    units[unit] = [merged(units[unit]?.[0], said), [0]]
  }
  const head = { area: VILLAGE, number: 1, gone: false as const, heads: [RECORD] }
  return { kind: register, id, ...head, units, ...(derived ? { derived } : {}) }
}

function isOffered({ list }: Property, value: string, { lists }: Dictionary): boolean {
  return !list || (lists[list] ?? []).some(([code]) => code === value)
}

/** Each choice of several is a unit of its own; a unit of several properties holds them by name. */
function inUnit(
  { name, unit, rule }: Property,
  value: string,
  properties: readonly Property[],
): [string, UnitValue] {
  if (rule === 'set') return [`${name}/${value}`, '1']
  const together = properties.filter((other) => other.unit === unit).length > 1
  return [unit, together ? { [name]: value } : value]
}

function merged(before: UnitValue | undefined, now: UnitValue): UnitValue {
  return typeof before === 'object' && typeof now === 'object' ? { ...before, ...now } : now
}
