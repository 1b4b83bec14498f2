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

function indexWhere(texts: string[], matches: (text: string) => boolean): number {
  return texts.findIndex(matches)
}

function rank(found: Findable, query: string): [number, Hit] | null {
  const hit = (order: number, way: Way, member = 0): [number, Hit] => [
    order + Math.min(member, 9) / 10,
    { household: found.household, way, member },
  ]
  const starts = indexWhere(found.names, (name) => name.startsWith(query))
  if (starts !== NOBODY) return hit(0, 'name', starts)
  const within = indexWhere(found.names, (name) => name.includes(query))
  if (within !== NOBODY) return hit(1, 'name', within)
  const spelt = indexWhere(
    found.initials,
    (text) => text.startsWith(query) || text.includes(` ${query}`),
  )
  if (spelt !== NOBODY) return hit(2, 'initials', spelt)
  if (query.length === 4) {
    const owner = found.last4.indexOf(query)
    if (owner !== NOBODY) return hit(3, 'last4', owner)
  }
  if (query.length > 1 && found.number.endsWith(query)) return hit(4, 'number')
  if (query.length > 2 && found.number.includes(query)) return hit(5, 'number')
  if (found.address.includes(query)) return hit(6, 'address')
  return null
}

/** The households that the query finds, the likeliest first; the order given breaks ties. */
export function search(index: Findable[], text: string, area?: string): Hit[] {
  const query = text.trim().toLowerCase()
  if (query === '') return []
  const ranked: { place: number; order: number; hit: Hit }[] = []
  for (const [place, found] of index.entries()) {
    if (area !== undefined && found.area !== area) continue
    const one = rank(found, query)
    if (one) ranked.push({ place, order: one[0], hit: one[1] })
  }
  return ranked
    .sort((one, other) => one.order - other.order || one.place - other.place)
    .map(({ hit }) => hit)
}
