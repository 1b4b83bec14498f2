/** Telling the app's other tabs that something on this phone changed. */

/** `settle`: put on the disk what is being typed; somebody is about to look there. */
export type Topic = 'records' | 'copies' | 'session' | 'settle'

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('yihu')

/** Tell the other tabs; this one has already taken the change in. */
export function announce(topic: Topic): void {
  channel?.postMessage(topic)
}

export function onAnnounced(take: (topic: Topic) => void): void {
  channel?.addEventListener('message', (event: MessageEvent<Topic>) => take(event.data))
}
