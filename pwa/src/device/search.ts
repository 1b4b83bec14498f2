/** Finding a household by a few characters, over all of them, in memory. Pure. */

/** What a household can be found by. */
export interface Findable {
  household: string
  area: string
  /** The head's name first, then the other members'. */
  names: string[]
  /** Pinyin initials in the same order; alternatives of one name separated by blanks. */
  initials: string[]
  /** Last four characters of the members' ID numbers. */
  last4: string[]
  number: string
  address: string
}

export type Way = 'name' | 'initials' | 'last4' | 'number' | 'address'

export interface Hit {
  household: string
  way: Way
  /** Index into `names` of the person whom the query meant; 0 is the head. */
  member: number
}

const NOBODY = -1

/** Earlier members come first among equals. */
function ranked(order: number, household: string, way: Way, member = 0): [number, Hit] {
  return [order + Math.min(member, 9) / 10, { household, way, member }]
}

/** `later`: the query after a blank, as it stands where initials have an alternative. */
function rank(found: Findable, query: string, later: string): [number, Hit] | null {
  const { household, names, initials, last4, number, address } = found
  const starts = names.findIndex((name) => name.startsWith(query))
  if (starts !== NOBODY) return ranked(0, household, 'name', starts)
  const within = names.findIndex((name) => name.includes(query))
  if (within !== NOBODY) return ranked(1, household, 'name', within)
  const spelt = initials.findIndex((text) => text.startsWith(query) || text.includes(later))
  if (spelt !== NOBODY) return ranked(2, household, 'initials', spelt)
  if (query.length === 4) {
    const owner = last4.indexOf(query)
    if (owner !== NOBODY) return ranked(3, household, 'last4', owner)
  }
  if (query.length > 1 && number.endsWith(query)) return ranked(4, household, 'number')
  if (query.length > 2 && number.includes(query)) return ranked(5, household, 'number')
  if (address.includes(query)) return ranked(6, household, 'address')
  return null
}

/** The households that the query finds, the likeliest first; the order given breaks ties. */
export function search(index: Findable[], text: string, area?: string): Hit[] {
  const query = text.trim().toLowerCase()
  if (query === '') return []
  const later = ` ${query}`
  const hits: { place: number; order: number; hit: Hit }[] = []
  for (const [place, found] of index.entries()) {
    if (area !== undefined && found.area !== area) continue
    const one = rank(found, query, later)
    if (one) hits.push({ place, order: one[0], hit: one[1] })
  }
  return hits
    .sort((one, other) => one.order - other.order || one.place - other.place)
    .map(({ hit }) => hit)
}
