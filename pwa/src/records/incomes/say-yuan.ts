/** 10,233.33; whole yuan without fen; `` where nothing was reckoned. */
export function sayYuan(value: string): string {
  if (value === '' || Number.isNaN(Number(value))) return ''
  return Number(value)
    .toLocaleString('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
    .replace(/\.00$/, '')
}
