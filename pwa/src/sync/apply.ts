/** Rows of the feed into the villages' chunks. Applying a row twice changes nothing. */
import { copies } from '@/device/database'
import { fetched, noteFetched, putFetched } from '@/device/meta'
import type { Village } from '@/device/records'
import { replaceVillages } from '@/device/registers'
import { isForm, isPolicy, type AreaRow, type PolicyRow, type Row } from '@/device/rows'

export interface Page {
  cursor: string
  epoch: string
  changes: Row[]
}

/** What a page brought that does not belong to a village. */
export interface Applied {
  forms: boolean
  policy: PolicyRow[]
}

const keyOf = (row: Row) => `${row.kind}/${row.id}`

/** A chunk's rows with the changes of its area in place. */
export function changedRows(rows: AreaRow[], changes: Row[]): AreaRow[] {
  const byKey = new Map<string, AreaRow>(rows.map((row) => [keyOf(row), row]))
  for (const change of changes) {
    if (isForm(change) || isPolicy(change)) continue
    const before = byKey.get(keyOf(change))
    // A page that is applied late, after a newer one, must not turn anything back.
    if (before && before.number > change.number) continue
    if (change.gone) byKey.delete(keyOf(change))
    else byKey.set(keyOf(change), change as AreaRow)
  }
  return [...byKey.values()]
}

function byArea(changes: Row[]): Map<string, Row[]> {
  const areas = new Map<string, Row[]>()
  for (const change of changes) {
    if (change.kind === 'form' || change.kind === 'policy') continue
    areas.set(change.area, [...(areas.get(change.area) ?? []), change])
  }
  return areas
}

/** Apply one page of the feed and move the cursor, together or not at all. */
export async function applyPage(page: Page): Promise<Applied> {
  if (page.changes.length === 0) {
    if (page.cursor !== fetched.value.cursor) await noteFetched({ cursor: page.cursor })
    return { forms: false, policy: [] }
  }
  const { villages, meta } = copies()
  const changed: Village[] = []
  const reached = {
    cursor: page.cursor,
    epoch: page.epoch,
    reached: page.changes.reduce(
      (most, { number }) => Math.max(most, number),
      fetched.value.reached,
    ),
  }
  await copies().transaction('rw', villages, meta, async () => {
    for (const [area, changes] of byArea(page.changes)) {
      const before = await villages.get(area)
      const empty = { area, epoch: page.epoch, sha256: '', rows: [] }
      const village = { ...(before ?? empty), rows: changedRows(before?.rows ?? [], changes) }
      await villages.put(village)
      changed.push(village)
    }
    await putFetched(reached)
  })
  fetched.value = { ...fetched.value, ...reached }
  if (changed.length > 0) replaceVillages(changed)
  return {
    forms: page.changes.some((row) => row.kind === 'form'),
    policy: page.changes.filter(isPolicy),
  }
}
