/** A submission as it leaves the phone, over the network or in a carry file (docs/protocol.md, "Push"). */
import type { Submission } from './records'

export function onTheWire(item: Submission) {
  const { instance_id, form_id, form_version, xml, recorded_at, shown, confirmed } = item
  const { attachments, deprecated_id } = item
  return {
    instance_id,
    form_id,
    form_version,
    xml,
    recorded_at,
    shown,
    confirmed,
    attachments,
    deprecated_id,
  }
}
