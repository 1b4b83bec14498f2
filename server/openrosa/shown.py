"""What the author of such a submission was shown, by the versions that it names (ODK Entities).

`baseVersion` names a state that a list showed. A client that edits an entity again before it has
sent the first edit counts the version up by itself: `trunkVersion` is then the last one that came
from us, and `branchId` names the chain. Such an edit was shown what the one before it said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from sqlalchemy.orm import Session

from server.forms.definition import Definition, EntityBinding
from server.forms.dictionary import Dictionary
from server.forms.extract import extract
from server.forms.instance import UUID, BadInstance, entity_id, read_instance
from server.forms.queries import definition_of
from server.intake.writes import Circumstances, Said, write_rows
from server.merge import Shown, Statement
from server.merge.writes import is_write
from server.openrosa import queries
from server.openrosa.fills import is_asked_anew
from server.registers.reading import CREATED, merge_value
from server.submissions import queries as submissions
from server.submissions.models import Submission

#: What a version number may be, in the database and on the client.
LARGEST_VERSION = 2**31 - 1
#: The version that a client gives to an entity that it has made itself.
FIRST = 1


@dataclass(frozen=True, slots=True)
class Step:
    """The base of one entity's answers: a version, and where it was counted up offline."""

    entity_id: str
    base: int
    trunk: int | None
    branch: str

    @property
    def is_chained(self) -> bool:
        """Whether the base was made by the client itself."""
        return bool(self.branch) and self.base != self.trunk


@dataclass(frozen=True, slots=True)
class Based:
    """What a submission was shown. waits: an earlier edit of its chain has not arrived yet."""

    shown: dict[str, Any]
    confirmed: frozenset[str]
    steps: tuple[Step, ...]
    waits: bool


def based(session: Session, xml: str, definition: Definition, dictionary: Dictionary) -> Based:
    """Find out what a submission was shown. Raises BadInstance."""
    root = read_instance(xml).root
    steps = tuple(step for binding in definition.entities for step in _steps(root, binding))
    shown: dict[str, Any] = {}
    waits = False
    for step in steps:
        state = _state(session, step, definition, dictionary)
        waits |= state is None and step.is_chained
        if state is not None:
            shown[step.entity_id] = state
    return Based(shown, _confirmed(xml, definition, dictionary), steps, waits)


def _steps(root: etree._Element, binding: EntityBinding) -> list[Step]:
    rows = [root] if binding.path == "/data" else root.findall(binding.path.removeprefix("/data/"))
    found = []
    for row in rows:
        entity = row.find("meta/entity")
        base = _number(entity.get("baseVersion")) if entity is not None else None
        if entity is None or base is None:
            continue
        below = binding.id.removeprefix(f"{binding.path}/")
        branch = entity.get("branchId", "").strip().lower()
        found.append(
            Step(
                entity_id(row.findtext(below) or ""),
                base,
                _number(entity.get("trunkVersion")),
                branch if UUID.fullmatch(branch) else "",
            )
        )
    return found


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    if not text.isascii() or not text.isdecimal() or len(text) > 10:
        return None
    return int(text) if int(text) <= LARGEST_VERSION else None


def _state(
    session: Session, step: Step, definition: Definition, dictionary: Dictionary
) -> dict[str, Any] | None:
    if step.is_chained:
        before = _before(session, step)
        if before is None:
            return None
        return _after(session, before, step.entity_id, dictionary)
    kept = queries.version(session, step.entity_id, step.base)
    if kept is None:
        return None
    return _as_shown(kept.state, definition)


def _before(session: Session, step: Step) -> Submission | None:
    """The edit whose result this one was shown."""
    if step.trunk is None and step.base == FIRST:
        made = sorted(submissions.creators_of(session, [step.entity_id], CREATED))
        name = made[0] if made else None
    else:
        name = queries.step_to(session, step.entity_id, step.branch, step.base - 1)
    return submissions.submission(session, name) if name else None


def _after(
    session: Session, before: Submission, entity: str, dictionary: Dictionary
) -> dict[str, Any] | None:
    """What an entity looked like to the client once it had made an edit."""
    definition = definition_of(session, before.form_id, before.form_version)
    if definition is None:
        return None
    try:
        extracted = extract(before.xml, definition, dictionary)
    except BadInstance:
        return None
    said = [
        Said(one.register, one.entity_id, one.create, one.properties)
        for one in extracted.entities
        if one.entity_id == entity
    ]
    rows = write_rows(
        said,
        Circumstances(
            instance_id=before.instance_id,
            event_date=before.event_date or before.received_at.date(),
            shown=before.shown,
            confirmed=frozenset(before.confirmed),
        ),
        dictionary,
    )
    return _overlaid(before, entity, rows)


def _overlaid(before: Submission, entity: str, rows: list[dict[str, object]]) -> dict[str, Any]:
    seen = before.shown.get(entity)
    state: Mapping[str, Any] = seen if isinstance(seen, dict) else {"heads": [], "values": {}}
    heads = [*state["heads"]]
    units = dict(state["values"])
    at = len(heads)
    heads.append(before.instance_id)
    for row in rows:
        unit = str(row["unit"])
        if unit != CREATED and is_write(_statement(row), choice="/" in unit):
            units[unit] = [row["value"], [at]]
            if "/" in unit:
                units.setdefault(unit.partition("/")[0], ["", []])
    return {"heads": heads, "values": units}


def _statement(row: Mapping[str, object]) -> Statement:
    shown = None
    if row["shown"] is not None:
        value, names = row["shown"]  # type: ignore[misc]
        shown = Shown(merge_value(value), frozenset(names))  # type: ignore[has-type]
    return Statement(
        submission=str(row["instance_id"]),
        unit=str(row["unit"]),
        value=merge_value(row["value"]),
        event_date=str(row["event_date"]),
        shown=shown,
        confirmed=bool(row["confirmed"]),
    )


def _as_shown(state: Mapping[str, Any], definition: Definition) -> dict[str, Any]:
    """A kept state as what one form showed of it.

    A choice that the form does not have was not listed there: had it been shown, its absence would
    read as unticked by hand.
    """
    listed = {
        f"{q.save_to.property}/{code}"
        for q in definition.questions
        if q.save_to and q.type == "select_multiple"
        for code, _ in definition.lists.get(q.list or "", ())
    }
    units = {u: v for u, v in state["units"].items() if "/" not in u or u in listed}
    return {"heads": list(state["heads"]), "values": units}


def _confirmed(xml: str, definition: Definition, dictionary: Dictionary) -> frozenset[str]:
    """The units whose questions show nothing of before: who answers one has answered by hand."""
    anew = {
        (q.save_to.register, q.save_to.property)
        for q in definition.questions
        if q.save_to and is_asked_anew(q, dictionary)
    }
    found = set()
    for one in extract(xml, definition, dictionary).entities:
        for name, value in one.properties.items():
            prop = dictionary.property(one.register, name)
            if value and prop is not None and (one.register, name) in anew:
                found.add(f"{one.entity_id}/{prop.unit}")
    return frozenset(found)
