/**
 * Ids that follow from what they are of, so that two phones that begin the same case begin one.
 *
 * The same bytes as `derived_id` of the server: SHA-256 of the parts joined by U+001F, its first half as a UUID of version 5.
 */
export async function derivedId(...parts: string[]): Promise<string> {
  const said = new TextEncoder().encode(parts.join('\x1f'))
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', said)).slice(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
