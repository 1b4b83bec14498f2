/** What others did, from the server into this phone. */
import { outbox } from '@/device'
import { announce } from '@/device/changed'
import { fetched, noteFetched } from '@/device/meta'
import { setPolicy } from '@/device/session'
import { applyPage, type Page } from './apply'
import { fetchForms } from './fetch-forms'
import { get, type Failure } from './transport'

const PAGE_ROWS = 500

/** Drop the own answers that the rows up to here already contain. */
async function uncover(ids: string[]): Promise<void> {
  await outbox.markReached(ids)
}

/**
 * Pull until nothing more comes. Null when the phone has what the server has; else why it broke off.
 *
 * The own answers stay over the server's rows until the number under which the server took them has come by, or until a
 * whole pull that began after the server took them has ended.
 */
export async function pull(): Promise<Failure | null> {
  const takenBefore = outbox.onTheWay.value.map((item) => item.instance_id)
  let forms = false
  let changed = false
  for (;;) {
    const cursor = encodeURIComponent(fetched.value.cursor ?? '')
    const reply = await get<Page & { more: boolean }>(
      `/sync/pull?cursor=${cursor}&limit=${PAGE_ROWS}`,
    )
    if (!reply.ok) return reply
    const applied = await applyPage(reply.value)
    forms ||= applied.forms
    changed ||= reply.value.changes.length > 0
    if (applied.policy.length > 0) {
      await setPolicy(applied.policy)
    }
    if (!reply.value.more) break
    const { reached } = fetched.value
    const passed = outbox.onTheWay.value.filter(
      (item) => item.number !== null && item.number <= reached,
    )
    await uncover(passed.map((item) => item.instance_id))
  }
  await uncover(takenBefore)
  await noteFetched({ synchronized_at: new Date().toISOString() })
  if (changed) announce('copies')
  return forms ? fetchForms() : null
}
