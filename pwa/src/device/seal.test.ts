/** The carry file against the server's own example: byte by byte the same. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { sealer, type CarryKey } from './seal'

interface Vector {
  carry_key: CarryKey
  ephemeral_private_jwk: JsonWebKey
  frames: string[]
  file: string
}

const vector = JSON.parse(
  readFileSync(resolve(__dirname, '../../../tests/carry/vector.json'), 'utf8'),
) as Vector

const bytesOf = (encoded: string) => new Uint8Array(Buffer.from(encoded, 'base64'))

async function ephemeral(): Promise<CryptoKeyPair> {
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  const { d: _secret, ...open } = vector.ephemeral_private_jwk
  return {
    privateKey: await crypto.subtle.importKey('jwk', vector.ephemeral_private_jwk, curve, false, [
      'deriveBits',
    ]),
    publicKey: await crypto.subtle.importKey('jwk', open, curve, true, []),
  }
}

test('the same keys and frames give the file that the server reads', async () => {
  const seal = await sealer(vector.carry_key, await ephemeral())
  const parts = [Buffer.from(seal.head)]
  for (const frame of vector.frames) {
    const plain = bytesOf(frame)
    const kind = String.fromCharCode(plain[0] ?? 0) as 'M'
    parts.push(Buffer.from(await seal.seal(kind, plain.slice(1))))
  }
  expect(Buffer.concat(parts).toString('base64')).toBe(vector.file)
})

test('every file has a key of its own', async () => {
  const [one, other] = [await sealer(vector.carry_key), await sealer(vector.carry_key)]
  expect(one.head).not.toEqual(other.head)
})
