"""Whether somebody who was left behind was contacted."""

from __future__ import annotations

from server.intake.summaries.filled import Filled, Summary


def summary(filled: Filled) -> Summary:
    """How he was contacted, that the guardian did not consent, or that only facts were kept.

    facts: contact_now (`none`, `refused` are no contact).
    """
    consent, now = filled.answer("consent"), filled.answer("contact_now")
    if consent == "no":
        said = "监护人不同意"
    elif consent == "absent":
        said = "监护人不在"
    elif now in ("none", "refused"):
        said = filled.label("contact_now")
    else:
        said = f"{filled.label('contact_now')}联系" if now else "改了资料"
    parts = [said, "有要帮的" if filled.answer("needs") else ""]
    line = " · ".join(part for part in ("留守人员联系卡", *parts) if part)
    facts: dict[str, object] = {
        "kind": "card",
        "contact_now": now,
        "line": line,
    }
    return Summary(line, facts)
