/** Synchronising with the server: what is needed of it from the start. Pages take `sign-in` and `fetch-*` from their own files. */
export {
  draining,
  followPhotoLine,
  line,
  photoHindrance,
  photosWait,
  sendAnyway,
  setWifiOnly,
  wifiOnly,
} from './photo-line'
export {
  failure,
  online,
  paused,
  phase,
  photosDone,
  progress,
  sayFailure,
  sendingFile,
} from './state'
export { requestSynchronization, startTriggers, synchronizeNow } from './triggers'
export { useToken, type Failure } from './transport'
