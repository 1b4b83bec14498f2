/** Hidden pages draw nothing, and a slow phone may draw late: work waits no longer than this. */
const AT_MOST_MS = 200

/** Do what nobody looks at once what is looked at has been drawn. */
export function afterDrawing(work: () => void): void {
  let done = false
  const once = () => {
    if (done) return
    done = true
    work()
  }
  requestAnimationFrame(() => setTimeout(once))
  setTimeout(once, AT_MOST_MS)
}
