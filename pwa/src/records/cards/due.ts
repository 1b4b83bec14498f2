/** Whom somebody has to contact, and until when. Pure. */
import { dayOf } from '@/shared/dates'

export const LEFT_BEHIND = ['child', 'woman', 'elderly']

/** Days between two contacts, from policy. */
export interface Every {
  child: number
  others: number
}

export function everyOf(child: unknown, others: unknown): Every {
  return {
    child: typeof child === 'number' ? child : 30,
    others: typeof others === 'number' ? others : 91,
  }
}

/** The day until which somebody contacts him; `` where nobody has yet. */
export function contactDue(lastContact: string, kind: string, every: Every): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(lastContact)) return ''
  const day = new Date(`${lastContact}T12:00`)
  day.setDate(day.getDate() + (kind === 'child' ? every.child : every.others))
  return dayOf(day)
}
