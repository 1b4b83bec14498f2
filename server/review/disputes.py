"""What people recorded differently: every value with its author, and how it came about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.forms.queries import dictionary_in_force
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity
from server.review import queries
from server.review.naming import knowing, title_of
from server.review.wording import Wording, told_apart
from server.submissions.models import Submission, SubmissionAttachment


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote something, when, on which phone."""

    instance_id: str
    name: str
    source: str
    form_id: str
    event_date: date | None
    received_at: datetime | None
    recorded_at: datetime | None
    device: str
    clock_error_s: int
    photo: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values, with everybody who wrote it and what the first of them was shown."""

    value: str
    text: str
    before: str
    authors: tuple[Author, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One earlier write of the unit."""

    on: date
    text: str
    by: str
    form_id: str
    instance_id: str
    state: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """One unit of one household or person in which people wrote differently.

    key: names the unit in a form. heads: the submissions whose values contradict each other;
    settling names them, so that a value that arrives meanwhile is not settled away unseen.
    doubtful: whether it is disputed because the date of one of them proves nothing.
    choices: (value, words) of a choice list, for 另填; empty where a text is typed.
    """

    key: str
    entity_id: str
    unit: str
    title: str
    label: str
    type: str
    sides: tuple[Side, ...]
    heads: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    joined: bool
    doubtful: bool


def disputes(session: Session, actor: Actor, household_id: str) -> list[Dispute]:
    """The open disputes of a household of the actor's villages, the household's own first."""
    found = [
        entity
        for entity in queries.disputed_entities(session, household_id)
        if entity.area in actor.villages
    ]
    names = {place.code: place.name for place in actor.places}
    wording = knowing(
        Wording(dictionary_in_force(session), actor.view, names),
        registers.of_household(session, household_id),
    )
    return [
        _dispute(session, wording, entity, unit)
        for entity in found
        for unit in sorted(values.disputed(entity.live))
    ]


def value_of(text: str) -> object:
    """The value that a form's field carries, as `Side.value` wrote it. Raises ValueError."""
    value = json.loads(text)
    if isinstance(value, dict):
        return {str(name): str(part) for name, part in value.items()}
    return str(value)


def _dispute(session: Session, wording: Wording, entity: Entity, unit: str) -> Dispute:
    heads = values.heads(entity.live)
    claims = values.disputed(entity.live)[unit]
    ids = [_instance(heads, claim) for claim in claims]
    authors = queries.authors(session, ids)
    files = queries.files_of(session, ids)
    history = queries.unit_history(session, entity.id, unit)
    shown = {write.instance_id: write.shown[0] for write in history if write.shown}
    grouped: dict[str, list[tuple[Mapping[str, object], str]]] = {}
    for claim, instance_id in zip(claims, ids, strict=True):
        grouped.setdefault(spelt(claim["value"]), []).append((claim, instance_id))
    prop = wording.of_unit(entity.register, unit)[0]
    raw = [str(group[0][0]["value"]) for group in grouped.values()]
    said = [
        wording.say_unit(entity.register, unit, group[0][0]["value"]) or "（空）"
        for group in grouped.values()
    ]
    texts = told_apart(said, raw)
    sides = tuple(
        Side(
            value=value,
            text=text,
            before=wording.say_unit(entity.register, unit, shown.get(group[0][1])),
            authors=tuple(_author(instance_id, authors, files) for _, instance_id in group),
        )
        for text, (value, group) in zip(texts, grouped.items(), strict=True)
    )
    whole = len(wording.of_unit(entity.register, unit)) == 1 and "/" not in unit
    options = wording.choices(prop) if prop.type == "select_one" and whole else {}
    return Dispute(
        key=f"{entity.id}/{unit}",
        entity_id=entity.id,
        unit=unit,
        title=title_of(wording, entity.register, entity),
        label=wording.label(entity.register, unit),
        type=prop.type if whole else "several",
        sides=sides,
        heads=tuple(ids),
        choices=tuple(options.items()),
        steps=_steps(session, wording, entity, unit, set(ids)),
        joined=len({json.dumps(shown.get(i), sort_keys=True) for i in ids}) == 1 and len(ids) > 1,
        doubtful=prop.rule == "latest"
        and any(write.doubtful_date for write in history if write.instance_id in ids),
    )


def spelt(value: object) -> str:
    """A value as a form's field carries it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _instance(heads: Sequence[str], claim: Mapping[str, object]) -> str:
    head = claim["head"]
    return heads[head] if isinstance(head, int) else str(head)


def _author(
    instance_id: str,
    authors: Mapping[str, tuple[Submission, str, str]],
    files: Mapping[str, Sequence[SubmissionAttachment]],
) -> Author:
    if instance_id not in authors:
        return Author(instance_id, "", "", "", None, None, None, "", 0, "")
    submission, name, device = authors[instance_id]
    named = [f.name for f in files.get(instance_id, ()) if not f.name.startswith("signature")]
    return Author(
        instance_id=instance_id,
        name=name,
        source=submission.source,
        form_id=submission.form_id,
        event_date=submission.event_date,
        received_at=submission.received_at,
        recorded_at=submission.recorded_at,
        device=device,
        clock_error_s=submission.clock_error_s,
        photo=named[0] if named else "",
    )


def _steps(
    session: Session, wording: Wording, entity: Entity, unit: str, heads: set[str]
) -> tuple[Step, ...]:
    history = queries.unit_history(session, entity.id, unit)
    authors = queries.authors(session, [write.instance_id for write in history])
    return tuple(
        Step(
            on=write.event_date,
            text=wording.say_unit(entity.register, unit, write.value) or "（空）",
            by="花名册"
            if authors[write.instance_id][0].source == "roster"
            else authors[write.instance_id][1],
            form_id=authors[write.instance_id][0].form_id,
            instance_id=write.instance_id,
            state="",
        )
        for write in history
        if write.instance_id not in heads
    )
