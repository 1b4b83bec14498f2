/** What a browser has and the test process lacks. Only the network is faked, and by each test itself. */
import 'fake-indexeddb/auto'

const stored = new Map<string, string>()

if (typeof document === 'undefined') {
  const page = new EventTarget()
  Object.assign(globalThis, {
    addEventListener: page.addEventListener.bind(page),
    dispatchEvent: page.dispatchEvent.bind(page),
    location: new URL('http://phone.test/'),
    localStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    },
  })
}

// Slow on purpose against guessing; no test waits for that.
const derive = crypto.subtle.deriveBits.bind(crypto.subtle)
crypto.subtle.deriveBits = (rule, ...rest) =>
  derive(
    typeof rule === 'object' && 'iterations' in rule ? { ...rule, iterations: 10 } : rule,
    ...rest,
  )

if (typeof document !== 'undefined') {
  // What has no layout cannot be scrolled.
  Element.prototype.scrollIntoView = () => undefined
}
