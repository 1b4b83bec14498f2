/**
 * Everything that only this phone has, as one file for the township (docs/protocol.md, "Carry file").
 *
 * Writing it removes nothing: what it holds stays in the outbox and still goes over the network; the server knows a
 * record by its id and takes it once. Drafts are not in it: nobody has finished them.
 */
import { shallowRef } from 'vue'
import { records } from './database'
import { attempt } from './keep'
import { outbox } from './outbox'
import type { Session, StoredBlob, Upload } from './records'
import { sealer, type Sealer } from './seal'
import { session } from './session'
import { onTheWire } from './wire'

/** A piece of a photo, so that neither the phone nor the server ever holds much of a file. */
const PIECE_BYTES = 1024 * 1024

export interface Carried {
  name: string
  file: Blob
  /** The records of which something is in it. */
  ids: string[]
  submissions: number
  files: number
}

/** When everything was last written out, and which records that were. */
export interface LastCarried {
  at: string
  name: string
  ids: string[]
}

const NOTE = 'carried'

/** The last file that was written out; null: none yet. */
export const lastCarried = shallowRef<LastCarried | null>(null)

export async function loadLastCarried(): Promise<void> {
  lastCarried.value = ((await records().notes.get(NOTE))?.value as LastCarried | undefined) ?? null
}

/** Somebody says that the file is where it should be: remember when, and what was in it. */
export async function noteCarried({ name, ids }: Carried): Promise<void> {
  const value: LastCarried = { at: new Date().toISOString(), name, ids }
  await attempt(() => records().notes.put({ key: NOTE, value }))
  lastCarried.value = value
}

/** Write the file. `progress` hears the share that is done, from 0 to 1. Null: the server's key is not known yet. */
export async function writeCarry(progress: (share: number) => void): Promise<Carried | null> {
  const me = session.value
  if (!me?.carry_key) return null
  const items = outbox.list.value
  const files = await heldHere(outbox.uploads.value)
  const ids = [...new Set([...items.map((item) => item.instance_id), ...files.map((f) => f.owner)])]
  const counts = { submissions: items.length, files: files.length }
  const total = items.length + files.reduce((sum, file) => sum + file.size, 0)
  let done = 0
  const went = (by: number) => progress((done += by) / Math.max(1, total))

  const out = new CarryFile(await sealer(me.carry_key))
  await out.json('M', { ...sender(me), made_at: new Date().toISOString(), ...counts })
  for (const item of items) {
    await out.json('S', onTheWire(item))
    went(1)
  }
  for (const { owner, name } of files) {
    const stored = await records().blobs.get([owner, name])
    if (stored) await out.photo(stored, went)
  }
  await out.json('E', counts)
  return { name: nameOf(me, ids.length), file: out.whole(), ids, ...counts }
}

/** The photos that wait and whose bytes lie on this phone. */
async function heldHere(waiting: readonly Upload[]): Promise<Upload[]> {
  const keys = waiting.map(({ owner, name }): [string, string] => [owner, name])
  const found = await records().blobs.where('[owner+name]').anyOf(keys).primaryKeys()
  const held = new Set(found.map((key) => key.join('/')))
  return waiting.filter(({ owner, name }) => held.has(`${owner}/${name}`))
}

/** Who sends it: the token proves it, also where no network reaches. */
function sender({ person, device, token }: Session) {
  return { person: person.id, device: device.id, token }
}

function nameOf({ person }: Session, count: number): string {
  const now = new Date()
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
  return `一户-${person.name}-${day}-${count}条.yihu`
}

/** Frames as they are sealed. Each becomes a Blob at once, which the browser keeps outside the page's memory. */
class CarryFile {
  private readonly pieces: Blob[]

  constructor(private readonly sealer: Sealer) {
    this.pieces = [new Blob([sealer.head])]
  }

  async json(kind: 'M' | 'S' | 'A' | 'E', value: unknown): Promise<void> {
    await this.put(kind, new TextEncoder().encode(JSON.stringify(value)))
  }

  async photo(stored: StoredBlob, went: (bytes: number) => void): Promise<void> {
    const { owner, name, sha256, size, media_type, bytes } = stored
    await this.json('A', { instance_id: owner, name, sha256, size, media_type })
    for (let from = 0; from < bytes.byteLength; from += PIECE_BYTES) {
      const piece = new Uint8Array(bytes.slice(from, from + PIECE_BYTES))
      await this.put('B', piece)
      went(piece.length)
    }
  }

  whole(): Blob {
    return new Blob(this.pieces, { type: 'application/octet-stream' })
  }

  private async put(kind: Parameters<Sealer['seal']>[0], content: Uint8Array<ArrayBuffer>) {
    this.pieces.push(new Blob([await this.sealer.seal(kind, content)]))
  }
}
