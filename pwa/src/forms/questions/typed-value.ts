/** What a person types, as the instance holds it. */
import type { Question } from '../form-node'

const WHOLE = /^-?\d+$/
const FRACTION = /^-?\d+(\.\d+)?$/

/** The value to write; null while it is no number of the kind asked. Full-width digits and marks are taken as meant. */
export function typed(question: Pick<Question, 'type' | 'name'>, text: string): string | null {
  if (question.type === 'integer' || question.type === 'decimal') {
    const number = narrow(text).replace(/[\s,，]/g, '')
    if (number === '') return ''
    const pattern = question.type === 'integer' ? WHOLE : FRACTION
    return pattern.test(number) ? canonical(number) : null
  }
  if (/id_number|cert_no/.test(question.name)) return narrow(text).replace(/\s/g, '').toUpperCase()
  if (/phone/.test(question.name)) return narrow(text).replace(/\s/g, '')
  return text
}

/** A number as people write it: the engine says `2.0`. */
export function spoken(value: string): string {
  return /^-?\d+\.0+$/.test(value) ? value.replace(/\.0+$/, '') : value
}

/** An ID number as it is read aloud: place, birth date, rest. */
export function inGroups(text: string): string {
  const number = narrow(text).replace(/\s/g, '').toUpperCase()
  const groups = [number.slice(0, 6), number.slice(6, 10), number.slice(10, 14), number.slice(14)]
  return groups.filter(Boolean).join(' ')
}

/** A large number as it is read: 1,234,567.5. Blank where there is nothing to part. */
export function inThousands(value: string): string {
  const [whole = '', rest] = spoken(value).split('.')
  if (!/^-?\d{4,}$/.test(whole)) return ''
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (rest === undefined ? '' : `.${rest}`)
}

function narrow(text: string): string {
  return text.replace(/[\uff01-\uff5e]/g, (wide) =>
    String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
  )
}

function canonical(number: string): string {
  const bare = number.replace(/^(-?)0+(?=\d)/, '$1')
  return bare.includes('.') ? bare.replace(/\.?0+$/, '') : bare
}
