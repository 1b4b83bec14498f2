/** The first synchronisation, and taking everything anew: file by file, each resumable. */
import { outbox } from '@/device'
import { announce } from '@/device/changed'
import { copies } from '@/device/database'
import { fetched, loadFetched, noteFetched, putFetched } from '@/device/meta'
import type { Village } from '@/device/records'
import { keepOnly, replaceVillages } from '@/device/registers'
import { isForm, isPolicy, type AreaRow, type Row } from '@/device/rows'
import { fetchFile } from './fetch-file'
import { fetchForms } from './fetch-forms'
import { phase, progress } from './state'
import { get, post, type Failure } from './transport'

/** One file: a village, or a whole town. */
interface Listed {
  area: string
  name: string
  households: number
  bytes: number
  sha256: string
}

/** `cursor`: where pulling begins once all of these are here. `preparing`: what the server is still making. */
interface List {
  epoch: string
  cursor: string
  snapshots: Listed[]
  preparing?: string[]
  retry_after?: number
}

interface VillageBody {
  area: string
  epoch: string
  rows: Row[]
}

type Body = VillageBody | { area: string; epoch: string; villages: VillageBody[] }

/** How many files are on the wire at once. */
const AT_ONCE = 2

/** So often the list is asked for again while the server still makes files. */
const MOST_LISTS = 100

const WAIT_S = 3

function villagesOf(body: Body, listed: Listed): Village[] {
  const all = 'villages' in body ? body.villages : [body]
  return all.map(({ area, epoch, rows }) => ({
    area,
    epoch: epoch ?? body.epoch,
    sha256: listed.sha256,
    rows: rows.filter((row): row is AreaRow => !row.gone && !isForm(row) && !isPolicy(row)),
  }))
}

async function fetchOne(listed: Listed, epoch: string): Promise<Failure | null> {
  const { area, sha256 } = listed
  const held = await copies().snapshots.get(area)
  if (held?.epoch !== epoch || held.sha256 !== sha256) {
    let counted = 0
    const reply = await fetchFile(listed, (bytes) => {
      const share = Math.min(bytes, listed.bytes)
      progress.bytes += share - counted
      counted = share
    })
    if (!reply.ok) return reply
    await takeIn(villagesOf(reply.value as Body, listed), listed, epoch)
    progress.bytes += listed.bytes - counted
  } else progress.bytes += listed.bytes
  progress.households += listed.households
  progress.files += 1
  return null
}

/** Into the phone's store and at once into view: what has come can be used while the rest comes. */
async function takeIn(villages: Village[], { area, sha256 }: Listed, epoch: string): Promise<void> {
  const names = villages.map((village) => village.area)
  const { villages: chunks, snapshots } = copies()
  await copies().transaction('rw', chunks, snapshots, async () => {
    await chunks.bulkPut(villages)
    await snapshots.put({ area, sha256, epoch, bytes: null, villages: names })
  })
  replaceVillages(villages)
}

async function fetchAll(listed: Listed[], epoch: string): Promise<Failure | null> {
  const queue = [...listed]
  let failed: Failure | null = null
  const fetchSome = async () => {
    for (let next = queue.shift(); next && !failed; next = queue.shift()) {
      failed = (await fetchOne(next, epoch)) ?? failed
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, fetchSome))
  return failed
}

function begin({ snapshots, preparing }: List): void {
  const sum = (of: (one: Listed) => number) => snapshots.reduce((total, one) => total + of(one), 0)
  Object.assign(progress, {
    households: 0,
    households_total: sum((one) => one.households),
    files: 0,
    files_total: snapshots.length,
    bytes: 0,
    bytes_total: sum((one) => one.bytes),
    preparing: (preparing ?? []).length > 0,
  })
}

/** Take all files, forms and the dictionary. What is already here from a try that broke off is not taken twice. */
export async function takeSnapshots(): Promise<Failure | null> {
  phase.value = 'first'
  const withoutForms = await fetchForms()
  if (withoutForms) return withoutForms
  for (let asked = 1; ; asked += 1) {
    const list = await get<List>('/sync/snapshots')
    if (!list.ok) return list
    begin(list.value)
    const failed = await fetchAll(list.value.snapshots, list.value.epoch)
    if (failed) return failed
    if (!progress.preparing) {
      await settle(list.value)
      return null
    }
    if (asked === MOST_LISTS) return { ok: false, kind: 'offline' }
    await new Promise((go) => setTimeout(go, 1000 * (list.value.retry_after ?? WAIT_S)))
  }
}

/** Everything is here: drop what is no longer the person's, and set where pulling begins. */
async function settle({ epoch, cursor, snapshots: listed }: List): Promise<void> {
  const { villages, meta, snapshots } = copies()
  let kept = new Set<string>()
  await copies().transaction('rw', villages, meta, snapshots, async () => {
    const names = new Set(listed.map((one) => one.area))
    const taken = await snapshots.toArray()
    kept = new Set(taken.flatMap((one) => (names.has(one.area) ? one.villages : [])))
    const held = await villages.toCollection().primaryKeys()
    await villages.bulkDelete(held.filter((area) => !kept.has(area)))
    await snapshots.bulkDelete(taken.flatMap((one) => (names.has(one.area) ? [] : one.area)))
    await putFetched({ cursor, epoch, reached: 0 })
  })
  await loadFetched()
  keepOnly(kept)
  announce('copies')
}

/** The person has no village any more: none of their rows stay on this phone. */
export async function dropVillages(): Promise<void> {
  await settle({ epoch: fetched.value.epoch ?? '', cursor: '', snapshots: [] })
}

/** What of the records named the server lacks: records, and photos of records that it has. */
interface Known {
  epoch?: string
  missing: string[]
  missing_files?: { instance_id: string; name: string }[]
}

const ASKED_AT_ONCE = 500

/** Whom nothing is told by pulling asks whether the server began anew: then what he sent is offered again. */
export async function lookAtEpoch(): Promise<Failure | null> {
  const reply = await post<Known>('/sync/known', { instance_ids: [] })
  if (!reply.ok) return reply
  const { epoch = null } = reply.value
  if (epoch !== null && epoch !== fetched.value.epoch) await noteFetched({ epoch, offering: true })
  return null
}

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
