/** The outbox to the server, in envelopes. Sending twice is normal; a lost reply changes nothing. */
import { outbox, session, type OutboxItem } from '@/device'
import { noteClockError } from '@/device/clock'
import type { Outcome } from '@/device/records'
import { onTheWire } from '@/device/wire'
import { paused } from './state'
import { post, type Failure } from './transport'

/** What one request may hold (docs/protocol.md, "Push"). */
const MOST_SUBMISSIONS = 50

/** Far below what the server takes: when a thin line breaks, little has to be sent again. */
const MOST_CHARACTERS = 500_000

interface PushReply {
  outcomes: {
    instance_id: string
    outcome: Outcome | 'retry'
    number?: number | null
    detail?: string | null
  }[]
  number: number
  clock_error_s?: number
}

/** Envelopes in the order of saving, none above what one request may hold. */
export function envelopes(items: OutboxItem[]): OutboxItem[][] {
  const all: OutboxItem[][] = []
  let size = 0
  for (const item of items) {
    const length = JSON.stringify(onTheWire(item)).length
    const last = all.at(-1)
    if (last && last.length < MOST_SUBMISSIONS && size + length <= MOST_CHARACTERS) {
      last.push(item)
      size += length
    } else {
      all.push([item])
      size = length
    }
  }
  return all
}

async function take(items: OutboxItem[], reply: PushReply): Promise<void> {
  const sent = new Set(items.map((item) => item.instance_id))
  const outcomes = reply.outcomes.filter((outcome) => sent.has(outcome.instance_id))
  // Only what the server says by name is durable; what it did not mention stays.
  await outbox.markTaken(
    outcomes.flatMap(({ instance_id, outcome, number, detail }) =>
      outcome === 'retry'
        ? []
        : { instance_id, outcome, number: number ?? reply.number, detail: detail ?? null },
    ),
  )
  const taken = new Set(
    outcomes.filter((one) => one.outcome !== 'retry').map((one) => one.instance_id),
  )
  for (const item of items) {
    if (taken.has(item.instance_id)) continue
    const said = outcomes.find((outcome) => outcome.instance_id === item.instance_id)
    await outbox.markFailed([item.instance_id], said?.detail ?? null)
  }
}

/** The server could not read the request itself: a smaller one may do, and shows which record is at fault. */
function isUnreadable(failure: Failure): boolean {
  return failure.kind === 'refused' && [400, 413, 422].includes(failure.problem.status)
}

async function pushEnvelope(items: OutboxItem[]): Promise<Failure | null> {
  const reply = await post<PushReply>('/sync/push', {
    device: session.value?.device.id,
    sent_at: new Date().toISOString(),
    submissions: items.map(onTheWire),
  })
  if (reply.ok) {
    noteClockError(1000 * (reply.value.clock_error_s ?? 0))
    await take(items, reply.value)
    return null
  }
  const ids = items.map((item) => item.instance_id)
  if (!isUnreadable(reply)) {
    await outbox.markFailed(ids, null)
    return reply
  }
  if (items.length > 1) {
    const half = Math.ceil(items.length / 2)
    return (await pushEnvelope(items.slice(0, half))) ?? pushEnvelope(items.slice(half))
  }
  // One record that cannot be read stays here with the reason, and holds back no other.
  await outbox.markFailed(ids, reply.kind === 'refused' ? reply.problem.detail : null)
  return null
}

/** Send everything that waits. Null when all of it was offered; else why it broke off. */
export async function push(): Promise<Failure | null> {
  for (const envelope of envelopes(outbox.list.value)) {
    if (paused.value) return null
    const failed = await pushEnvelope(envelope)
    if (failed) return failed
  }
  return null
}
