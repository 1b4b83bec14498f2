/** Reaching a household: whom to call, where it lies. */
import { registers, text, villages } from '@/device'
import type { Entity } from '@/device'
import { PERSON_NAME } from '@/device/properties'

export interface Dial {
  name: string
  number: string
}

/** The household's number first, then the members'. */
export function numbersOf(household: Entity): Dial[] {
  const own = { name: registers.nameOf(household.id), number: text(household, 'phone') }
  const members = registers.members(household.id).map((member) => ({
    name: text(member, PERSON_NAME),
    number: text(member, 'member_phone'),
  }))
  const seen = new Set<string>()
  return [own, ...members].filter(({ number }) => {
    if (!/^[\d-]{7,13}$/.test(number) || seen.has(number)) return false
    seen.add(number)
    return true
  })
}

/** A `geo:` address that the phone's map opens; `` where the place was never taken. */
export function mapAddress(household: Entity): string {
  const [latitude, longitude] = text(household, 'location').split(' ')
  return latitude && longitude ? `geo:${latitude},${longitude}?q=${latitude},${longitude}` : ''
}

export function villageName(area: string): string {
  return villages.value.find(({ code }) => code === area)?.name ?? ''
}
