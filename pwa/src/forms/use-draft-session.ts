/** The open draft, for the components of its page. */
import { inject, provide } from 'vue'
import type { InjectionKey } from 'vue'
import { answeringKey } from './answering'
import type { DraftSession } from './draft-session'

const sessionKey: InjectionKey<DraftSession> = Symbol('draft session')

export function provideDraftSession(session: DraftSession): void {
  provide(sessionKey, session)
  provide(answeringKey, session)
}

export function useDraftSession(): DraftSession {
  const session = inject(sessionKey)
  if (!session) throw new Error('No draft is open here')
  return session
}
