// Uploads a file with the phone's own tus client: cut off in the middle, then resumed.
// usage: node tus_client.mjs ENDPOINT TOKEN SHA256 < file
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const require = createRequire(new URL('../../pwa/package.json', import.meta.url))
const { Upload } = require('tus-js-client')

const [endpoint, token, sha256] = process.argv.slice(2)
const bytes = readFileSync(0)

function upload(uploadUrl, onProgress) {
  return new Promise((resolve, reject) => {
    const one = new Upload(bytes, {
      endpoint,
      uploadUrl,
      headers: { Authorization: `Bearer ${token}` },
      metadata: { sha256, media_type: 'image/jpeg' },
      chunkSize: 16 * 1024,
      retryDelays: [0, 100, 500],
      storeFingerprintForResuming: false,
      onChunkComplete: (_size, accepted) => onProgress?.(one, accepted, resolve),
      onSuccess: () => resolve(one.url),
      onError: reject,
    })
    one.start()
  })
}

const url = await upload(undefined, (one, accepted, resolve) => {
  if (accepted >= 48 * 1024) one.abort().then(() => resolve(one.url))
})
const resumedFrom = []
await upload(url, (_one, accepted) => resumedFrom.push(accepted))
console.log(JSON.stringify({ url, resumedFrom: resumedFrom[0], chunks: resumedFrom.length }))
