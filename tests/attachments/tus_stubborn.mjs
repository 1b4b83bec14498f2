// Uploads a file over a line that keeps breaking, as the phone does: asks where to go on and goes on.
// usage: node tus_stubborn.mjs ENDPOINT TOKEN SHA256 < file
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const require = createRequire(new URL('../../pwa/package.json', import.meta.url))
const { Upload } = require('tus-js-client')

const [endpoint, token, sha256] = process.argv.slice(2)
let failures = 0

const url = await new Promise((resolve, reject) => {
  const one = new Upload(readFileSync(0), {
    endpoint,
    headers: { Authorization: `Bearer ${token}` },
    metadata: { sha256, media_type: 'image/jpeg' },
    chunkSize: 32 * 1024,
    retryDelays: Array(60).fill(30),
    storeFingerprintForResuming: false,
    onShouldRetry: () => ((failures += 1), true),
    onSuccess: () => resolve(one.url),
    onError: reject,
  })
  one.start()
})
console.log(JSON.stringify({ url, failures }))
