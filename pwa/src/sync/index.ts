/** Synchronising with the server: what the pages need of it. */
export { fetchForm } from './fetch-forms'
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
export {
  changeAccount,
  letAnotherSignIn,
  removeFromPhone,
  signIn,
  signOut,
  unsentCount,
  type SignInTrouble,
} from './sign-in'
export { requestSynchronization, startTriggers, synchronizeNow } from './triggers'
export { useToken, type Failure } from './transport'
