/**
 * Sealing frames so that only the server can open them (docs/protocol.md, "Carry file"). Knows no database.
 *
 * An ephemeral P-256 key against the server's public one, HKDF-SHA256, then AES-256-GCM with the frame's number as
 * nonce: a frame that is moved, changed or taken from another file does not open.
 */

export interface CarryKey {
  /** The first 16 hex digits of the SHA-256 of the raw public key. */
  id: string
  /** The raw point, 65 bytes, base64. */
  public: string
}

const MAGIC = 'YIHU1\n'
const CURVE = { name: 'ECDH', namedCurve: 'P-256' }
const text = new TextEncoder()

type Bytes = Uint8Array<ArrayBuffer>

export interface Sealer {
  /** What stands before the first frame. */
  readonly head: Bytes
  /** The next frame: its length, then its ciphertext. */
  seal(kind: 'M' | 'S' | 'A' | 'B' | 'E', content: Bytes): Promise<Bytes>
}

/** Begin a file. `ephemeral` is made anew for each; only a test gives one. */
export async function sealer(server: CarryKey, ephemeral?: CryptoKeyPair): Promise<Sealer> {
  const pair = ephemeral ?? (await crypto.subtle.generateKey(CURVE, false, ['deriveBits']))
  const serverPoint = fromBase64(server.public)
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const line = `${JSON.stringify({ v: 1, key: server.id, epk: toBase64(point) })}\n`
  const key = await fileKey(pair.privateKey, point, serverPoint)
  const additionalData = text.encode(line)
  let counter = 0
  return {
    head: text.encode(MAGIC + line),
    async seal(kind, content) {
      const iv = new Uint8Array(12)
      new DataView(iv.buffer).setUint32(8, counter)
      counter += 1
      const plain = joined(text.encode(kind), content)
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData },
        key,
        plain,
      )
      const length = new Uint8Array(4)
      new DataView(length.buffer).setUint32(0, sealed.byteLength)
      return joined(length, new Uint8Array(sealed))
    },
  }
}

async function fileKey(own: CryptoKey, point: Bytes, serverPoint: Bytes): Promise<CryptoKey> {
  const server = await crypto.subtle.importKey('raw', serverPoint, CURVE, false, [])
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: server }, own, 256)
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const salt = joined(point, serverPoint)
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt, info: text.encode('yihu carry 1') },
    secret,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt'],
  )
}

function joined(one: Bytes, other: Bytes): Bytes {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}

function toBase64(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes))
}

function fromBase64(encoded: string): Bytes {
  return Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0))
}
