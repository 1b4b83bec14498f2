/** Synchronising with the server: what the pages need of it. */
export { failure, online, paused, phase, progress, sayFailure, sendingNow } from './state'
export { letAnotherSignIn, signIn, signOut, unsentCount } from './sign-in'
export { requestSynchronization, startTriggers, synchronizeNow } from './triggers'
export { useToken, type Failure } from './transport'
