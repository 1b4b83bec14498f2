/** The grade of a household's houses, and photos of their renovation. */
import { fetched, registers, text } from '@/device'
import type { Entity } from '@/device'
import { derivedId } from '@/device/derived-id'
import { labelOf } from '@/device/dictionary'
import { beginAbout } from '../begin'
import type { Action, Fact, RecordKind } from '../kind'

const HOUSES = 'houses'
const FORM = 'housing_assessment'
const TITLE = '住房安全评定'
const PHOTOS = '改造照片'
/** Subjects of `begin` besides a house's id. */
const ANOTHER = 'another'
const PHOTOS_OF = 'photos:'

export const houses: RecordKind = {
  formId: FORM,
  title: TITLE,
  page: async () => (await import('./HousingForm.vue')).default,
  begin: (household, subject = '') => {
    if (subject.startsWith(PHOTOS_OF)) {
      return beginPhotos(household, subject.slice(PHOTOS_OF.length))
    }
    if (subject === ANOTHER) return beginOf(household, crypto.randomUUID(), 'no', subject)
    return subject ? beginKnown(household, subject) : beginMain(household)
  },
  actions: (household) => {
    const known = registers.of(HOUSES, household.id)
    return [
      ...assessments(household, known),
      ...known
        .filter(({ derived }) =>
          ['dangerous', 'left', 'renovating', 'accepted'].includes(String(derived.state ?? '')),
        )
        .map((house) => ({
          id: `photos-${house.id}`,
          icon: 'cam',
          what: `拍${PHOTOS}`,
          says: text(house, 'house_name') || '改造前、改造中、改造后各一张',
          subject: `${PHOTOS_OF}${house.id}`,
        })),
    ]
  },
  memberActions: () => [],
  facts: (household) => [...dangers(household)],
}

function assessments(household: Entity, known: readonly Entity[]): Action[] {
  const others = known.filter((house) => text(house, 'house_name'))
  const grade = text(household, 'house_grade')
  const says = grade && grade !== 'unknown' ? `上次 ${gradeWord(household)}` : '还没有鉴定'
  const main: Action = { id: 'assess', icon: 'homes', what: TITLE, says }
  if (known.length === 0) return [main]
  return [
    main,
    ...others.map((house) => ({
      id: house.id,
      icon: 'homes',
      what: `评定${text(house, 'house_name')}`,
      says: gradeOf(house) && `上次 ${gradeOf(house)}级`,
      subject: house.id,
    })),
    { id: ANOTHER, icon: 'plus', what: '另一座房', says: TITLE, subject: ANOTHER },
  ]
}

function dangers(household: Entity): Fact[] {
  const state = String(household.derived.house_state ?? '')
  const grade = gradeWord(household)
  if (state === 'dangerous')
    return [{ kind: 'bad', icon: 'late', what: '危房', says: `${grade}，还住着人` }]
  if (state === 'left')
    return [{ kind: 'warn', icon: 'homes', what: '危房', says: `${grade}，人已搬出来` }]
  return []
}

function gradeWord(household: Entity): string {
  const code = text(household, 'house_grade')
  return code && labelOf(fetched.value.dictionary, 'households', 'house_grade', code)
}

function gradeOf(house: Entity): string {
  return text(house, 'house_grade')
}

/** The house that the household mainly lives in has the same id on every phone. */
async function beginMain(household: string) {
  const id = await derivedId('house', household, '1')
  return beginOf(household, id, 'yes', '')
}

function beginKnown(household: string, house: string) {
  const isOther = text(registers.entity(house), 'house_name') !== ''
  return beginOf(household, house, isOther ? 'no' : 'yes', house)
}

function beginOf(household: string, id: string, first: 'yes' | 'no', subject: string) {
  const known = registers.entity(id)
  const preset = { purpose: 'assess', house_first: first }
  return beginAbout(FORM, household, TITLE, {
    subject: subject || undefined,
    about: { [HOUSES]: [known ?? { id, fresh: true, values: {} }] },
    preset: known || first === 'no' ? preset : { ...preset, ...registeredFacts(household) },
  })
}

/** What was registered of the house before anybody assessed it: not asked again. */
function registeredFacts(household: string): Record<string, string> {
  const home = registers.household(household)
  const area = text(home, 'house_area')
  const facts = {
    year_built: text(home, 'house_year'),
    structure: text(home, 'house_structure'),
    house_area: Number(area) > 0 ? area : '',
  }
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value))
}

function beginPhotos(household: string, id: string) {
  const house = registers.entity(id)
  return beginAbout(FORM, household, PHOTOS, {
    subject: `${PHOTOS_OF}${id}`,
    about: { [HOUSES]: [house ?? { id, fresh: true, values: {} }] },
    preset: { purpose: 'photos' },
  })
}
