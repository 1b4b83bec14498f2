/** The first synchronisation, and taking everything anew: village by village, resumable. */
import { outbox } from '@/device'
import { announce } from '@/device/changed'
import { copies } from '@/device/database'
import { loadFetched, putFetched } from '@/device/meta'
import type { Village } from '@/device/records'
import { loadRegisters } from '@/device/registers'
import { isForm, isPolicy, type AreaRow, type Row } from '@/device/rows'
import { fetchForms } from './fetch-forms'
import { phase, progress } from './state'
import { get, post, type Failure } from './transport'

interface Listed {
  area: string
  name: string
  households: number
  bytes: number
  sha256: string
}

/** `cursor`: where pulling begins once all of these are here. */
interface List {
  epoch: string
  cursor: string
  snapshots: Listed[]
}

interface Body {
  area: string
  epoch: string
  rows: Row[]
}

/** How many villages are on the wire at once. */
const AT_ONCE = 4

function count(listed: Listed): void {
  progress.households += listed.households
  progress.villages += 1
  progress.bytes += listed.bytes
}

async function fetchVillage(listed: Listed, epoch: string): Promise<Failure | null> {
  const held = await copies().villages.get(listed.area)
  if (held?.epoch !== epoch || held.sha256 !== listed.sha256) {
    const reply = await get<Body>(`/sync/snapshots/${encodeURIComponent(listed.area)}`)
    if (!reply.ok) return reply
    const rows = reply.value.rows.filter(
      (row): row is AreaRow => !row.gone && !isForm(row) && !isPolicy(row),
    )
    const { area } = reply.value
    const village: Village = { area, epoch: reply.value.epoch, sha256: listed.sha256, rows }
    await copies().villages.put(village)
  }
  count(listed)
  return null
}

async function fetchVillages(listed: Listed[], epoch: string): Promise<Failure | null> {
  const queue = [...listed]
  let failed: Failure | null = null
  const fetchSome = async () => {
    for (let next = queue.shift(); next && !failed; next = queue.shift()) {
      failed = (await fetchVillage(next, epoch)) ?? failed
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, fetchSome))
  return failed
}

function begin(listed: Listed[]): void {
  const sum = (of: (one: Listed) => number) => listed.reduce((total, one) => total + of(one), 0)
  Object.assign(progress, {
    households: 0,
    households_total: sum((one) => one.households),
    villages: 0,
    villages_total: listed.length,
    bytes: 0,
    bytes_total: sum((one) => one.bytes),
  })
}

/** Take all villages, forms and the dictionary. What is already here from a try that broke off is not taken twice. */
export async function takeSnapshots(): Promise<Failure | null> {
  phase.value = 'first'
  const list = await get<List>('/sync/snapshots')
  if (!list.ok) return list
  const { epoch, cursor, snapshots } = list.value
  begin(snapshots)
  const failed = (await fetchForms()) ?? (await fetchVillages(snapshots, epoch))
  if (failed) return failed
  await settle(epoch, cursor, new Set(snapshots.map((one) => one.area)))
  return null
}

/** Everything is here: drop the villages that are no longer the person's, and set where pulling begins. */
async function settle(epoch: string, cursor: string, areas: Set<string>): Promise<void> {
  const { villages, meta } = copies()
  await copies().transaction('rw', villages, meta, async () => {
    const held = await villages.toArray()
    const other = held.filter((village) => !areas.has(village.area))
    await villages.bulkDelete(other.map((village) => village.area))
    await putFetched({ cursor, epoch, reached: 0 })
  })
  await loadFetched()
  await loadRegisters()
  announce('copies')
}

/** What of the records named the server lacks: records, and photos of records that it has. */
interface Known {
  missing: string[]
  missing_files?: { instance_id: string; name: string }[]
}

const ASKED_AT_ONCE = 500

/** After the server was restored or the scope changed: what it no longer has goes back into the outbox. */
export async function offerAgain(): Promise<Failure | null> {
  const ids = (await outbox.sent()).map((item) => item.instance_id)
  for (let from = 0; from < ids.length; from += ASKED_AT_ONCE) {
    const reply = await post<Known>('/sync/known', {
      instance_ids: ids.slice(from, from + ASKED_AT_ONCE),
    })
    if (!reply.ok) return reply
    await outbox.takeBack(reply.value.missing)
    await outbox.takeFilesBack(reply.value.missing_files ?? [])
  }
  return null
}
