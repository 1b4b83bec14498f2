/** A first guess at what this phone is called, for the person to change. Pure but for the browser's own word. */
export function guessDeviceName(agent: string = navigator.userAgent): string {
  const android =
    /Android [^;)]*; (?:[a-z]{2}[-_][a-zA-Z]{2}; )?([^;)]+?)(?: Build\/[^;)]*)?[;)]/.exec(agent)
  const model = android?.[1]?.trim()
  // Browsers that hide the model say “K”.
  if (model && model !== 'K' && model !== 'wv') return model
  if (/iPhone/.test(agent)) return 'iPhone'
  if (/iPad/.test(agent)) return 'iPad'
  if (/Android/.test(agent)) return '安卓手机'
  if (/Windows/.test(agent)) return 'Windows 电脑'
  return '我的手机'
}
