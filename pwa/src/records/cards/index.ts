/** The card of somebody who was left behind. */
import { beginAbout } from '../begin'
import type { RecordKind } from '../kind'

export const cards: RecordKind = {
  formId: 'left_behind_card',
  title: '留守联系卡',
  begin: (household, subject) =>
    beginAbout('left_behind_card', household, '留守联系卡', { subject }),
  actions: () => [],
  memberActions: () => [],
  facts: () => [],
}
