/** The wire. The only place where an exception is caught: everything above gets errors as values. */
import { compareClocks } from '@/device/clock'
import type { StorageProblem } from '@/device/keep'

/** RFC 9457, as the server sends it. */
export interface Problem {
  slug: string
  status: number
  title: string
  detail: string
}

export type Failure =
  /** No network, or the server cannot be reached. */
  | { ok: false; kind: 'offline' }
  /** The server understood and said no. */
  | { ok: false; kind: 'refused'; problem: Problem; retry_after_s: number | null }
  /** Something answered, but not as our server does (a sign-in page of a hotel's network). */
  | { ok: false; kind: 'strange'; status: number }
  /** The phone's own storage is full or broken. */
  | { ok: false; kind: 'storage'; problem: StorageProblem }
  /** Somebody asked to stop here. */
  | { ok: false; kind: 'stopped' }

export type Reply<T> = { ok: true; value: T; status: number } | Failure

export const API = '/api/v1'

/** Below this a gzip header costs more than it saves. */
const GZIP_FROM_BYTES = 1400

/** Long enough for a piece of a photo over the thinnest line. */
const TIMEOUT_MS = 120_000

let token: string | null = null

/** With which device token to speak from now on. */
export function useToken(value: string | null): void {
  token = value
}

async function gzipped(text: string): Promise<{ body: BodyInit; encoded: boolean }> {
  if (text.length < GZIP_FROM_BYTES || typeof CompressionStream === 'undefined') {
    return { body: text, encoded: false }
  }
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return { body: await new Response(stream).arrayBuffer(), encoded: true }
}

/** Seconds from a Retry-After header, which holds seconds or a date. */
function retryAfter(header: string | null): number | null {
  if (header === null) return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1000)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function problemFrom(value: unknown, status: number): Problem | null {
  if (!isRecord(value) || typeof value['type'] !== 'string') return null
  const words = (name: string) => (typeof value[name] === 'string' ? value[name] : '')
  return {
    slug: value['type'].split(/[:/]/).at(-1) ?? '',
    status,
    title: words('title'),
    detail: words('detail'),
  }
}

/** One exchange; whatever hinders it comes back as `null`. */
export async function exchange(url: string, init: RequestInit): Promise<Response | null> {
  const headers = new Headers(init.headers)
  if (token !== null) headers.set('Authorization', `Bearer ${token}`)
  try {
    const options: RequestInit = { ...init, headers, cache: 'no-store', credentials: 'omit' }
    if ('timeout' in AbortSignal) options.signal = AbortSignal.timeout(TIMEOUT_MS)
    const asked_ms = Date.now()
    const response = await fetch(url, options)
    compareClocks(response.headers.get('Date'), asked_ms, Date.now())
    return response
  } catch {
    return null
  }
}

/** The body of a response as JSON; `undefined` when it breaks off or is something else. */
async function json(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

async function replyOf<T>(response: Response | null): Promise<Reply<T>> {
  if (response === null) return { ok: false, kind: 'offline' }
  const { status } = response
  if (status === 204) return { ok: true, value: undefined as T, status }
  const body = await json(response)
  if (response.ok) {
    if (body !== undefined) return { ok: true, value: body as T, status }
    // A reply that breaks off is a lost network; a whole page of something else is not our server.
    const html = response.headers.get('content-type')?.includes('html') === true
    return html ? { ok: false, kind: 'strange', status } : { ok: false, kind: 'offline' }
  }
  const retry_after_s = retryAfter(response.headers.get('Retry-After'))
  const problem = problemFrom(body, status)
  if (problem) return { ok: false, kind: 'refused', problem, retry_after_s }
  return { ok: false, kind: 'strange', status }
}

/** What hindered an exchange: no network, or an answer that is no good one. */
export async function failureOf(response: Response | null): Promise<Failure> {
  const reply = await replyOf<unknown>(response)
  return reply.ok ? { ok: false, kind: 'strange', status: reply.status } : reply
}

/** Read something. */
export async function get<T>(path: string): Promise<Reply<T>> {
  return replyOf<T>(await exchange(`${API}${path}`, { headers: { Accept: 'application/json' } }))
}

/** Send JSON, gzipped where the browser can. */
export async function post<T>(path: string, value: unknown): Promise<Reply<T>> {
  const { body, encoded } = await gzipped(JSON.stringify(value))
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    Accept: 'application/json',
  }
  if (encoded) headers['Content-Encoding'] = 'gzip'
  return replyOf<T>(await exchange(`${API}${path}`, { method: 'POST', headers, body }))
}

export async function remove(path: string): Promise<Reply<undefined>> {
  return replyOf<undefined>(await exchange(`${API}${path}`, { method: 'DELETE' }))
}

/** Read a file. */
export async function getBytes(path: string): Promise<Reply<ArrayBuffer>> {
  const response = await exchange(`${API}${path}`, {})
  if (!response?.ok) return failureOf(response)
  const bytes = await whole(response)
  return bytes === null
    ? { ok: false, kind: 'offline' }
    : { ok: true, value: bytes, status: response.status }
}

/** The body of a response, or null when it breaks off. */
async function whole(response: Response): Promise<ArrayBuffer | null> {
  try {
    return await response.arrayBuffer()
  } catch {
    return null
  }
}

/** Whether this browser unpacks a file by itself. */
export const canUnpack = typeof DecompressionStream !== 'undefined'

/** The JSON of a file, packed or not; undefined when it is neither. */
export async function unpacked(bytes: ArrayBuffer, packed: boolean): Promise<unknown> {
  const { body } = new Response(bytes)
  if (body === null) return undefined
  return json(new Response(packed ? body.pipeThrough(new DecompressionStream('gzip')) : body))
}

/** Read a body as it comes. `take` gets each piece and ends it by saying false. True: that was all of it. */
export async function readPieces(
  response: Response,
  take: (piece: Uint8Array<ArrayBuffer>) => boolean,
): Promise<boolean> {
  const reader = response.body?.getReader()
  if (!reader) return false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return true
      if (take(value)) continue
      await reader.cancel()
      return false
    }
  } catch {
    return false
  }
}
