/**
 * Room put by for text.
 *
 * No browser says any more how much room there is (Chromium answers 10 GiB to everybody), so a photo may fill the storage to its last
 * byte. Some megabytes of nothing lie in it from the beginning; when a text finds no room they are given up, and photos
 * wait until there is room for them again.
 */
import { ref } from 'vue'
import { isOpen, records } from './database'

const KEY = 'reserve'
const BYTES = 8 * 1024 * 1024

/** What random numbers may be asked for at once. */
const PIECE = 64 * 1024

/** The reserve is spent, or a photo found no room: text is kept, photos are not. */
export const storageLow = ref(false)

/** Put the room by, if it is not. Nobody waits for it, and nothing is said if it does not fit. */
export async function putByReserve(): Promise<void> {
  if (!isOpen()) return
  const { notes } = records()
  const there = await notes.where({ key: KEY }).count()
  storageLow.value = await (
    there > 0 ? Promise.resolve() : notes.put({ key: KEY, value: nothing() })
  ).then(
    () => false,
    () => true,
  )
}

/** Give it up for a text. False: there was none. */
export async function spendReserve(): Promise<boolean> {
  if (!isOpen()) return false
  const { notes } = records()
  return notes
    .where({ key: KEY })
    .delete()
    .then(
      (count) => {
        if (count > 0) storageLow.value = true
        return count > 0
      },
      () => false,
    )
}

/** Bytes that no file system can make smaller. */
function nothing(): Uint8Array {
  const bytes = new Uint8Array(BYTES)
  for (let from = 0; from < BYTES; from += PIECE) {
    crypto.getRandomValues(bytes.subarray(from, from + PIECE))
  }
  return bytes
}
