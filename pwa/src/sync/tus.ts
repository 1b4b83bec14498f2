/**
 * One file by tus 1.0 (docs/protocol.md, "Attachments"): in pieces, going on wherever the server has got to.
 *
 * Our own, because what a broken line needs differs from what a library does: only “not found” begins a file anew (a
 * busy server does not), a refusal keeps its words, and the pieces follow the line.
 */
import { API, exchange, failureOf, type Failure } from './transport'

const VERSION = { 'Tus-Resumable': '1.0.0' }

const SMALLEST_PIECE = 16 * 1024
const FIRST_PIECE = 64 * 1024
const LARGEST_PIECE = 1024 * 1024

/** So long a piece should take: what a lost one costs at most. */
const PIECE_MS = 4_000

/** So often one file may begin anew, or hear that it goes on elsewhere, before it waits for the next round. */
const MOST_SURPRISES = 3

/** The server answers, but the file gets nowhere: no broken line, so others may go on. */
const SURPRISING: Failure = { ok: false, kind: 'strange', status: 409 }

let piece_bytes = FIRST_PIECE

export interface FileToSend {
  bytes: Blob
  sha256: string
  media_type: string
  /** Where the server takes it, once it was begun there. */
  url: string | null
}

export interface Follower {
  begun(url: string): Promise<void>
  reached(bytes: number): Promise<void>
  /** Asked before each piece: false stops here, to go on later. */
  goOn(): boolean
}

interface At {
  url: string
  offset: number
}

function isFailure(at: At | Failure | 'gone'): at is Failure {
  return typeof at === 'object' && 'ok' in at
}

function isGone(status: number): boolean {
  return status === 404 || status === 410
}

/** Where the server has got to. */
async function ask(url: string): Promise<At | Failure | 'gone'> {
  const response = await exchange(url, { method: 'HEAD', headers: VERSION })
  if (response === null) return failureOf(null)
  return isGone(response.status) ? 'gone' : reached(url, response)
}

/** What the server has of the file. An answer without it is not our server's. */
async function reached(url: string, response: Response): Promise<At | Failure> {
  const offset = Number(response.headers.get('Upload-Offset') ?? NaN)
  return response.ok && Number.isInteger(offset) ? { url, offset } : failureOf(response)
}

async function begin(file: FileToSend): Promise<At | Failure> {
  const response = await exchange(`${API}/attachments`, {
    method: 'POST',
    headers: {
      ...VERSION,
      'Upload-Length': String(file.bytes.size),
      'Upload-Metadata': `sha256 ${btoa(file.sha256)},media_type ${btoa(file.media_type)}`,
    },
  })
  const url = response?.headers.get('Location')
  return response?.status === 201 && url ? { url, offset: 0 } : failureOf(response)
}

/** Thin lines get small pieces, so that little is lost with them; good ones large pieces, so that nothing waits. */
function measure(bytes: number, took_ms: number): void {
  const fitting = Math.min((bytes / Math.max(1, took_ms)) * PIECE_MS, 2 * bytes, LARGEST_PIECE)
  piece_bytes = Math.max(SMALLEST_PIECE, Math.round(fitting))
}

/** One piece. 'moved': the server has got to somewhere else. */
async function sendPiece(file: FileToSend, at: At): Promise<At | Failure | 'gone' | 'moved'> {
  const body = file.bytes.slice(at.offset, at.offset + piece_bytes)
  const started = performance.now()
  const response = await exchange(at.url, {
    method: 'PATCH',
    headers: {
      ...VERSION,
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': String(at.offset),
    },
    body,
  })
  if (response === null) {
    piece_bytes = Math.max(SMALLEST_PIECE, Math.round(piece_bytes / 2))
    return failureOf(null)
  }
  if (isGone(response.status)) return 'gone'
  if (response.status === 409) return 'moved'
  measure(body.size, performance.now() - started)
  return reached(at.url, response)
}

/** Send a file, or what is missing of it. 'there': the server has it whole, checked by its hash. */
export async function sendFile(
  file: FileToSend,
  follower: Follower,
): Promise<'there' | 'stopped' | Failure> {
  piece_bytes = Math.min(piece_bytes, FIRST_PIECE)
  let at: At | Failure | 'gone' | 'moved' = file.url ? await ask(file.url) : 'gone'
  let url = file.url
  for (let surprises = 0; ;) {
    if (at === 'gone' || at === 'moved') {
      surprises += 1
      if (surprises > MOST_SURPRISES) return SURPRISING
      at = at === 'moved' && url ? await ask(url) : await begin(file)
      continue
    }
    if (isFailure(at)) return at
    if (at.url !== url) await follower.begun(at.url)
    url = at.url
    await follower.reached(at.offset)
    if (at.offset >= file.bytes.size) return 'there'
    if (!follower.goOn()) return 'stopped'
    at = await sendPiece(file, at)
  }
}
