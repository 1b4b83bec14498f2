/**
 * Knowing a person again without a network: a slow hash of the password, kept beside his name.
 *
 * It keeps a colleague who takes the phone out of another's households. It does not encrypt them: who can take the
 * phone's storage apart reads it anyway (docs/decisions/0010-one-phone-several-people.md).
 */

export interface Verifier {
  /** Both base64. */
  salt: string
  hash: string
  rounds: number
}

/** About 0.1 s on a computer, a second on a cheap phone. */
const ROUNDS = 600_000

export async function verifierOf(password: string): Promise<Verifier> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  return { salt: encoded(salt), hash: await slowHash(password, salt, ROUNDS), rounds: ROUNDS }
}

export async function isPassword(password: string, verifier: Verifier): Promise<boolean> {
  const salt = Uint8Array.from(atob(verifier.salt), (letter) => letter.charCodeAt(0))
  return (await slowHash(password, salt, verifier.rounds)) === verifier.hash
}

async function slowHash(
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<string> {
  const bytes = new TextEncoder().encode(password)
  const key = await crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveBits'])
  const rule = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations }
  return encoded(new Uint8Array(await crypto.subtle.deriveBits(rule, key, 256)))
}

function encoded(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
