"""Whether the lines and terms that a phone filled in are those of the day of the record.

The phone fills them in by `pwa/src/visits/policy-answers.ts`, with what it knew of policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from server.forms.check import Finding
from server.forms.compute import Computed
from server.policy.values import in_force

Answers = Mapping[str, str]


def _notice(said: Answers) -> str:
    return "exit.notice_days" if said.get("case_phase") == "clear" else "case.notice_days"


#: Hidden question -> the key of policy that it says, by what else the record says.
KEYS: Mapping[str, Callable[[Answers], str]] = {
    "monitoring_line": lambda _: "line.monitoring",
    "poverty_line": lambda _: "line.poverty",
    "line_amount": lambda _: "line.monitoring",
    "notice_days": _notice,
    "exam_age": lambda _: "health.exam_age",
    "explain_percent": lambda _: "income.explain_share",
    "not_countable": lambda _: "income.not_countable",
}


def policy_findings(session: Session, computed: Computed, day: date) -> list[Finding]:
    """What of policy was otherwise on the day of the record, for the reviewer."""
    if KEYS.keys().isdisjoint(q.name for q in computed.definition.questions):
        return []
    return list(differing(computed, in_force(session, day), day))


def differing(computed: Computed, policy: Mapping[str, object], day: date) -> Iterator[Finding]:
    """The same by the values of that day; a town's own value is as good as the county's.

    Blank is what a client says that knows no policy.
    """
    said = {field.question.name: field.given for field in computed.fields}
    for field in computed.fields:
        question = field.question
        if question.type != "hidden" or question.name not in KEYS or not field.given:
            continue
        key = KEYS[question.name](said)
        values = [value for name, value in policy.items() if name.partition("@")[0] == key]
        wanted = [_written(question.name, value) for value in values]
        if wanted and not any(_same(field.given, one) for one in wanted):
            message = (
                f"{question.label or question.name}：手机上用的是“{field.given}”，"
                f"{day.month}月{day.day}日的规定是“{'”或“'.join(wanted)}”"
            )
            yield Finding(field.path, "policy", message, wanted[0])


def _written(question: str, value: object) -> str:
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    if question == "explain_percent":
        return str(round(Decimal(str(value)) * 100))
    return str(value)


def _same(given: str, wanted: str) -> bool:
    """The engine may write 8000 as 8000.0."""
    try:
        return Decimal(given) == Decimal(wanted)
    except InvalidOperation:
        return given == wanted
