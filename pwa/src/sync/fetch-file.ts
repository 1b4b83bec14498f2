/** A first-sync file that a break cannot cost: what has come is kept, and only the rest is asked for. */
import { copies } from '@/device/database'
import { paused } from './state'
import {
  API,
  canUnpack,
  exchange,
  failureOf,
  readPieces,
  unpacked,
  type Failure,
} from './transport'

/** After so much more has come, it is put down. */
const PUT_DOWN_BYTES = 64 * 1024

export interface Wanted {
  area: string
  sha256: string
}

/** A file on its way: what is here of it, and of which version. */
class Coming {
  private pieces: Uint8Array<ArrayBuffer>[] = []
  private put_down = 0
  size = 0

  constructor(
    private readonly area: string,
    private sha256: string,
  ) {}

  async recall(): Promise<void> {
    const held = await copies().snapshots.get(this.area)
    if (held?.bytes && held.sha256 === this.sha256) this.add(new Uint8Array(held.bytes))
    this.put_down = this.size
  }

  begin(sha256: string): void {
    this.pieces = []
    this.size = 0
    this.put_down = 0
    this.sha256 = sha256
  }

  add(piece: Uint8Array<ArrayBuffer>): void {
    this.pieces.push(piece)
    this.size += piece.byteLength
    if (this.size - this.put_down > PUT_DOWN_BYTES) void this.putDown()
  }

  async putDown(): Promise<void> {
    this.put_down = this.size
    const { area, sha256 } = this
    await copies().snapshots.put({ area, sha256, bytes: this.whole(), epoch: null, villages: [] })
  }

  whole(): ArrayBuffer {
    const bytes = new Uint8Array(this.size)
    let at = 0
    for (const piece of this.pieces) {
      bytes.set(piece, at)
      at += piece.byteLength
    }
    return bytes.buffer
  }

  /** What to ask for: the rest of this very version, or everything of a newer one. */
  get headers(): Record<string, string> {
    if (!canUnpack) return { Accept: 'application/json' }
    const rest: Record<string, string> =
      this.size > 0 ? { Range: `bytes=${this.size}-`, 'If-Range': `"${this.sha256}"` } : {}
    return { Accept: 'application/gzip', ...rest }
  }
}

function versionOf(response: Response, fallback: string): string {
  return /"([^"]+)"/.exec(response.headers.get('ETag') ?? '')?.[1] ?? fallback
}

/** Fetch a file, or the rest of it. `came` hears of every piece, with how much of the file is here. */
export async function fetchFile(
  wanted: Wanted,
  came: (bytes: number) => void,
): Promise<{ ok: true; value: unknown } | Failure> {
  const file = new Coming(wanted.area, wanted.sha256)
  if (canUnpack) await file.recall()
  for (;;) {
    came(file.size)
    const before = file.size
    const response = await exchange(`${API}/sync/snapshots/${encodeURIComponent(wanted.area)}`, {
      headers: file.headers,
    })
    if (response?.status === 416) {
      file.begin(wanted.sha256)
      continue
    }
    if (!response?.ok) return failureOf(response)
    if (response.status !== 206) file.begin(versionOf(response, wanted.sha256))
    const whole = await readPieces(response, (piece) => {
      file.add(piece)
      came(file.size)
      return !paused.value
    })
    if (whole) return read(file, response)
    if (canUnpack) await file.putDown()
    if (paused.value) return { ok: false, kind: 'stopped' }
    // A line that breaks again and again is used as long as each time something comes.
    if (file.size <= before) return failureOf(null)
  }
}

async function read(
  file: Coming,
  response: Response,
): Promise<{ ok: true; value: unknown } | Failure> {
  const packed = response.headers.get('Content-Type')?.includes('gzip') === true
  const value = await unpacked(file.whole(), packed)
  if (value !== undefined) return { ok: true, value }
  // Whole, but of no use: from the beginning next time.
  file.begin('')
  await file.putDown()
  return { ok: false, kind: 'strange', status: response.status }
}
