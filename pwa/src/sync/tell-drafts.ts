/** Tells the server how many drafts of which form version are here: the county looks at it before it publishes. */
import { drafts } from '@/device'
import { fetched, noteFetched } from '@/device/meta'
import { post } from './transport'

/** The server takes so many; nobody has drafts of more versions. */
const MOST = 20

interface Count {
  form_id: string
  version: string
  count: number
}

function countDrafts(): Count[] {
  const counts = new Map<string, Count>()
  for (const { form_id, form_version: version } of drafts.list.value) {
    const key = `${form_id}:${version}`
    const known = counts.get(key)
    counts.set(key, { form_id, version, count: (known?.count ?? 0) + 1 })
  }
  return [...counts.values()].slice(0, MOST)
}

/** Nothing is said twice; what hinders it may hinder it until the next round. */
export async function tellDrafts(): Promise<void> {
  const counts = countDrafts()
  const said = counts.map(({ form_id, version, count }) => `${form_id}:${version}:${count}`)
  const telling = said.sort().join(',')
  if (telling === fetched.value.drafts_told) return
  const reply = await post('/sync/drafts', { drafts: counts })
  if (reply.ok) await noteFetched({ drafts_told: telling })
}
