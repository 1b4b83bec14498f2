/** A small server behind `fetch`: enough of docs/protocol.md to tell stories about phones and networks. */
import { gzipSync } from 'node:zlib'
import { vi } from 'vitest'
import type { Row } from '@/device'

export const VILLAGE = '370321110217'

type Step =
  | 'pass'
  | 'lose-request'
  | 'lose-reply'
  | 'portal'
  /** The answer breaks off in the middle. */
  | 'cut'
  | { status: number; slug: string; retry_after?: number }

interface Received {
  instance_id: string
  xml: string
}

interface TusUpload {
  bytes: number[]
  length: number
  metadata: string
}

export class FakeServer {
  submissions = new Map<string, Received>()
  rows = new Map<string, Row>()
  uploads = new Map<string, TusUpload>()
  number = 0
  epoch = 'e1'
  /** What happens to the next requests whose path holds the key. */
  script = new Map<string, Step[]>()
  calls: string[] = []
  onRequest: (path: string, headers: Headers) => void = () => undefined
  private afterwards = new Map<string, () => Promise<void>>()
  outcomes = new Map<string, { outcome: string; detail?: string }>()
  /** What has arrived of photos, by record and name. */
  files = new Map<string, Uint8Array<ArrayBuffer>>()
  /** Files of stored submissions that a restored server lacks. */
  lostFiles: { instance_id: string; name: string }[] = []
  /** False: this person's roles have ended. */
  mayPull = true
  /** Served as whole towns instead of villages. */
  towns = false
  /** What each next list of snapshots says is still being made. */
  preparing: string[][] = []
  pageRows = 500
  policy: Record<string, unknown> = {}
  team: { id: string; name: string; area: string }[] = []

  constructor() {
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => this.fetch(url, init))
  }

  put(row: Record<string, unknown>): number {
    this.number += 1
    const full = { area: VILLAGE, gone: false, ...row, number: this.number } as unknown as Row
    this.rows.set(`${full.kind}/${full.id}/${full.area}`, full)
    return this.number
  }

  household(id: string, units: Record<string, string>, more: Record<string, unknown> = {}): number {
    return this.entity('households', id, units, more)
  }

  entity(
    kind: string,
    id: string,
    units: Record<string, string>,
    more: Record<string, unknown> = {},
  ): number {
    const values = Object.entries(units).map(([unit, value]) => [unit, [value, [0]]])
    return this.put({ kind, id, heads: ['roster'], units: Object.fromEntries(values), ...more })
  }

  next(path: string, ...steps: Step[]): void {
    this.script.set(path, steps)
  }

  /** Do something once, right after the first call that begins so was answered. */
  when(call: string, act: () => Promise<unknown>): Promise<void> {
    return new Promise((resolve) => this.afterwards.set(call, () => act().then(() => resolve())))
  }

  private async afterCall(call: string): Promise<void> {
    for (const [begins, act] of this.afterwards) {
      if (!call.startsWith(begins)) continue
      this.afterwards.delete(begins)
      await act()
    }
  }

  count(path: string): number {
    return this.calls.filter((call) => call.includes(path)).length
  }

  async fetch(url: string, init: RequestInit): Promise<Response> {
    const { pathname, searchParams } = new URL(url, 'http://phone.test')
    const path = pathname.replace('/api/v1', '')
    this.calls.push(`${init.method ?? 'GET'} ${path}`)
    this.onRequest(path, new Headers(init.headers))
    const step = this.step(path)
    if (step === 'lose-request') throw new TypeError('Failed to fetch')
    if (step === 'portal') {
      return new Response('<html>登录</html>', { headers: { 'content-type': 'text/html' } })
    }
    if (typeof step === 'object') return refusal(step.status, step.slug, step.retry_after)
    const response = await this.answer(path, searchParams, init)
    await this.afterCall(`${init.method ?? 'GET'} ${path}`)
    if (step === 'cut') return cut(response)
    if (step === 'lose-reply') throw new TypeError('Failed to fetch')
    return response
  }

  private step(path: string): Step | undefined {
    for (const [key, steps] of this.script) if (path.includes(key)) return steps.shift()
    return undefined
  }

  private async answer(path: string, query: URLSearchParams, init: RequestInit): Promise<Response> {
    if (path.startsWith('/attachments/content/')) return this.content(path)
    if (path.startsWith('/attachments')) return this.tus(path, init)
    if (path.startsWith('/sync/submissions/')) {
      const stored = this.submissions.get(path.split('/').at(-1) ?? '')
      return stored ? Response.json(stored) : refusal(404, 'not-found')
    }
    if (path === '/devices') return Response.json(this.signedIn(), { status: 201 })
    if (path === '/devices/me' && init.method === 'DELETE')
      return new Response(null, { status: 204 })
    if (path === '/devices/me') return Response.json(this.signedIn())
    if (path === '/forms') return Response.json({ forms: [{ form_id: 'visit', version: '1' }] })
    if (path.startsWith('/forms/')) {
      return Response.json({
        form_id: 'visit',
        version: path.split('/').at(-1),
        title: '入户走访',
        xform: '',
        definition: {},
      })
    }
    if (path === '/dictionary') return Response.json(DICTIONARY)
    if (!this.mayPull && /pull|snapshots/.test(path)) return refusal(403, 'right-missing')
    if (path === '/sync/snapshots')
      return Response.json({
        epoch: this.epoch,
        cursor: `${this.epoch}.${this.number}`,
        snapshots: this.listed(),
        preparing: this.preparing.shift() ?? [],
        retry_after: 0,
      })
    if (path.startsWith('/sync/snapshots/'))
      return this.file(path.split('/').at(-1) ?? '', new Headers(init.headers))
    if (path === '/sync/pull') return this.pull(query.get('cursor') ?? '')
    const body = JSON.parse(await unpacked(init)) as Record<string, unknown>
    if (path === '/sync/known') {
      const ids = body['instance_ids'] as string[]
      const missing = ids.filter((id) => !this.submissions.has(id))
      const missing_files = this.lostFiles.filter((file) => ids.includes(file.instance_id))
      return Response.json({ epoch: this.epoch, missing, missing_files })
    }
    return Response.json(this.push(body['submissions'] as Received[]))
  }

  signedIn() {
    return {
      carry_key: CARRY_KEY,
      token: 't1',
      device: { id: 'd1', name: '红米' },
      person: { id: PERSON, name: '李明远', username: 'liming' },
      roles: [{ role: 'first_secretary', area: VILLAGE }],
      view: 'team',
      areas: this.mayPull
        ? [{ code: VILLAGE, name: '三里村', level: 'village', parent: '370321110' }]
        : [],
      team: this.team,
      county: '370321',
      policy: this.policy,
      server_time: '2026-11-22T09:00:00Z',
    }
  }

  private areas(): string[] {
    return [...new Set([...this.rows.values()].map((row) => row.area))]
  }

  private listed() {
    const files = this.towns ? this.areas().map((area) => area.slice(0, 9)) : this.areas()
    return [...new Set(files)].map((area) => ({
      area,
      level: this.towns ? 'town' : 'village',
      name: area,
      households: [...this.rows.values()].filter(
        (row) => row.area.startsWith(area) && row.kind === 'households',
      ).length,
      bytes: 1000,
      sha256: `${this.epoch}-${this.number}`,
    }))
  }

  /** As the file lies, or the rest of it; a newer version whole. */
  private file(area: string, headers: Headers): Response {
    const version = `"${this.epoch}-${this.number}"`
    const body = this.towns
      ? {
          ...{ area, epoch: this.epoch, number: this.number },
          villages: this.areas()
            .filter((one) => one.startsWith(area))
            .map((one) => this.snapshot(one)),
        }
      : this.snapshot(area)
    const bytes = gzipSync(JSON.stringify(body))
    const from = Number(/bytes=(\d+)-/.exec(headers.get('Range') ?? '')?.[1] ?? 0)
    const rest = from > 0 && headers.get('If-Range') === version
    return new Response(rest ? bytes.subarray(from) : bytes, {
      status: rest ? 206 : 200,
      headers: { 'Content-Type': 'application/gzip', ETag: version },
    })
  }

  private snapshot(area: string) {
    const rows = [...this.rows.values()].filter((row) => row.area === area && !row.gone)
    return { area, epoch: this.epoch, number: this.number, rows }
  }

  private pull(cursor: string): Response {
    const [epoch, number] = cursor.split('.')
    if (epoch !== this.epoch) return refusal(410, 'cursor-too-old')
    const later = [...this.rows.values()]
      .filter((row) => row.number > Number(number))
      .sort((one, other) => one.number - other.number)
    const changes = later.slice(0, this.pageRows)
    const more = later.length > changes.length
    const reached = more ? (changes.at(-1)?.number ?? 0) : this.number
    return Response.json({ cursor: `${this.epoch}.${reached}`, more, epoch: this.epoch, changes })
  }

  private push(submissions: Received[]) {
    const outcomes = submissions.map((submission) => {
      const { instance_id } = submission
      const said = this.outcomes.get(instance_id)
      if (said?.outcome === 'retry') return { instance_id, ...said }
      const known = this.submissions.has(instance_id)
      if (!known) {
        this.submissions.set(instance_id, submission)
        this.number += 1
      }
      return {
        instance_id,
        outcome: known ? 'already_stored' : 'stored',
        number: this.number,
        ...said,
      }
    })
    return { outcomes, number: this.number, clock_error_s: 0 }
  }

  private content(path: string): Response {
    const bytes = this.files.get(path.replace('/attachments/content/', ''))
    return bytes ? new Response(bytes) : refusal(404, 'not-found')
  }

  private async tus(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    if (init.method === 'POST') {
      const id = `u${this.uploads.size + 1}`
      const length = Number(headers.get('Upload-Length'))
      this.uploads.set(id, { bytes: [], length, metadata: headers.get('Upload-Metadata') ?? '' })
      return new Response(null, { status: 201, headers: { Location: `/api/v1/attachments/${id}` } })
    }
    const upload = this.uploads.get(path.split('/').at(-1) ?? '')
    if (!upload) return refusal(404, 'not-found')
    if (init.method === 'PATCH' && Number(headers.get('Upload-Offset')) !== upload.bytes.length)
      return refusal(409, 'upload-offset-wrong')
    if (init.method === 'PATCH') {
      const body = init.body as Blob
      upload.bytes = upload.bytes.concat(Array.from(new Uint8Array(await body.arrayBuffer())))
    }
    const offset = {
      'Upload-Offset': String(upload.bytes.length),
      'Upload-Length': String(upload.length),
    }
    return new Response(null, { status: init.method === 'PATCH' ? 204 : 200, headers: offset })
  }
}

export const PERSON = 'p-li'

/** Of tests/carry/vector.json. */
export const CARRY_KEY = {
  id: '1690ceaaf9e89338',
  public:
    'BMcLSVP+8d7lOISrTlc+6xf72KRBbkmY6dINsfL9N7jMM43E1jL5lCYG6fI4mt9nuSeXhJriFKFaNWJ50dJ/wIc=',
}

export const DICTIONARY = {
  version: 1,
  registers: {
    households: {
      label: '农户',
      properties: [
        {
          name: 'phone',
          label: '电话',
          type: 'text',
          unit: 'phone',
          rule: 'latest',
          phone: 'full',
        },
        {
          name: 'welfare',
          label: '救助',
          type: 'select_multiple',
          unit: 'welfare',
          rule: 'set',
          phone: 'full',
        },
        {
          name: 'household_type',
          label: '户类型',
          type: 'select_one',
          list: 'household_type',
          unit: 'household_type',
          rule: 'review',
          applies: 'approved',
          phone: 'full',
        },
      ],
    },
    persons: { label: '人员', properties: [] },
  },
  lists: { household_type: [['ordinary', '一般农户']] },
}

async function cut(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  let sent = false
  const body = new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new TypeError('network'))
      else controller.enqueue(bytes.subarray(0, Math.ceil(bytes.length / 2)))
      sent = true
    },
  })
  return new Response(body, { status: response.status, headers: response.headers })
}

function refusal(status: number, slug: string, retry_after?: number): Response {
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  if (retry_after !== undefined) headers['Retry-After'] = String(retry_after)
  const body = { type: `urn:yihu:problem:${slug}`, title: slug, status, detail: `${slug}。` }
  return new Response(JSON.stringify(body), { status, headers })
}

async function unpacked(init: RequestInit): Promise<string> {
  const gzip = new Headers(init.headers).get('Content-Encoding') === 'gzip'
  const body = new Response(init.body).body
  if (!gzip || !body) return new Response(body).text()
  return new Response(body.pipeThrough(new DecompressionStream('gzip'))).text()
}
