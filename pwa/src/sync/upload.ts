/** Photos and signatures by tus: resumable, in pieces, after the text of all records. */
import type { HttpRequest, HttpResponse, HttpStack } from 'tus-js-client'
import { blobs, outbox } from '@/device'
import type { Upload } from '@/device/records'
import { paused, sendingNow } from './state'
import { API, attempt, exchange, type Failure } from './transport'

/** A piece that is lost with the network costs this much at most. */
const PIECE_BYTES = 128 * 1024

/** tus speaks through our own transport, so that token, time limit and refusals are as everywhere. */
class Request implements HttpRequest {
  private readonly headers = new Map<string, string>()
  private progressed: (bytes: number) => void = () => undefined

  constructor(
    private readonly method: string,
    private readonly url: string,
  ) {}

  getMethod = () => this.method
  getURL = () => this.url
  setHeader = (name: string, value: string) => void this.headers.set(name, value)
  getHeader = (name: string) => this.headers.get(name)
  setProgressHandler = (handler: (bytes: number) => void) => void (this.progressed = handler)
  getUnderlyingObject = () => null
  abort = () => Promise.resolve()

  async send(body?: Blob): Promise<HttpResponse> {
    const init: RequestInit = { method: this.method, headers: Object.fromEntries(this.headers) }
    if (body) init.body = body
    const response = await exchange(this.url, init)
    if (response === null) throw new Error('offline')
    if (body) this.progressed(body.size)
    const text = await response.text()
    return {
      getStatus: () => response.status,
      getHeader: (name) => response.headers.get(name) ?? undefined,
      getBody: () => text,
      getUnderlyingObject: () => response,
    }
  }
}

const stack: HttpStack = {
  createRequest: (method, url) => new Request(method, url),
  getName: () => 'transport',
}

const pieces = {
  openFile: (file: Blob) =>
    Promise.resolve({
      size: file.size,
      slice: (from: number, to: number) =>
        Promise.resolve({ value: file.slice(from, to), done: to >= file.size }),
      close: () => undefined,
    }),
}

/** Null: the server has the whole file. */
async function send(upload: Upload, file: Blob): Promise<Error | null> {
  const { owner, name } = upload
  const { Upload: Tus } = await import('tus-js-client')
  let noted: Promise<void> = Promise.resolve()
  const note = (part: Partial<Upload>) => {
    noted = noted.then(() => outbox.markUploading(owner, name, part))
  }
  const failed = await new Promise<Error | null>((resolve) => {
    const tus = new Tus(file, {
      endpoint: new URL(`${API}/attachments`, location.origin).href,
      uploadUrl: upload.url,
      metadata: { sha256: upload.sha256, media_type: upload.media_type },
      chunkSize: PIECE_BYTES,
      retryDelays: null,
      storeFingerprintForResuming: false,
      httpStack: stack,
      fileReader: pieces,
      onUploadUrlAvailable: () => note({ url: tus.url }),
      onChunkComplete: (_size, sent_bytes) => note({ sent_bytes }),
      onSuccess: () => resolve(null),
      onError: resolve,
    })
    tus.start()
  })
  await noted
  return failed
}

/** The status with which the server refused, or null when it could not be reached. */
function refusedWith(error: Error): number | null {
  const response =
    'originalResponse' in error ? (error.originalResponse as HttpResponse | null) : null
  return response?.getStatus() ?? null
}

function offline(): Failure {
  return { ok: false, kind: 'offline' }
}

/** One file. Null: it is there, or the server will never take it; a failure: no use going on now. */
async function uploadOne(upload: Upload): Promise<Failure | null> {
  const { owner, name } = upload
  const file = await blobs.get(owner, name)
  if (file === null) {
    await outbox.markUploading(owner, name, { problem: '这张照片在手机里找不到了' })
    return null
  }
  const result = await attempt(() => send(upload, file))
  if (result === null) {
    await outbox.markUploaded(owner, name)
    return null
  }
  const status = refusedWith(result)
  if (status === null) return offline()
  if (status >= 500 || status === 429 || status === 401) {
    return { ok: false, kind: 'strange', status }
  }
  // A broken transfer begins anew next time; what is no image stays here, with the reason, and holds back no other.
  const problem = status === 415 ? '镇里没收下：这个文件不是照片' : null
  await outbox.markUploading(owner, name, { url: null, sent_bytes: 0, problem })
  return null
}

/** Send all photos of records that the server has already. */
export async function upload(): Promise<Failure | null> {
  const waiting = new Set(outbox.list.value.map((item) => item.instance_id))
  for (const file of outbox.uploads.value) {
    if (paused.value) return null
    if (waiting.has(file.owner) || file.problem !== null) continue
    sendingNow.value = file.owner
    const failed = await uploadOne(file)
    if (failed) return failed
  }
  return null
}
