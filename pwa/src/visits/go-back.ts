/** The way back: where one came from, or, opened by its address, to the page above. */
import type { Router } from 'vue-router'

export function goBack(router: Router, above: string): void {
  if (router.options.history.state.back) router.back()
  else void router.replace(above)
}
