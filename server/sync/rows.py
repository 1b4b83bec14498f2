"""The rows of the feed: the newest state of what changed, as one view may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.changes.models import Change
from server.followup import queries as followup
from server.followup.initials import initials
from server.followup.tasks import class_of
from server.forms import queries as forms
from server.forms.dictionary import Dictionary
from server.policy.values import dated as values_dated
from server.policy.values import for_phones, in_force, plain
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity
from server.registers.values import State
from server.registers.visibility import (
    derived_for_phone,
    facts_for_phone,
    for_phone,
    sees_class,
    sees_findings,
    sees_register,
)
from server.submissions import queries as submissions
from server.submissions.models import Remark, ReviewState, Submission

Row = dict[str, object]


def rows_of(session: Session, changes: Sequence[Change], view: str) -> list[Row]:
    """One row for each change, in the order of their numbers; what is gone says only that."""
    by_kind: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_kind[change.kind].append(change)
    dictionary = forms.dictionary_in_force(session)
    rows: list[Row] = []
    for kind, some in by_kind.items():
        live = [change for change in some if not change.gone]
        bodies = _bodies(session, kind, [change.id for change in live], view, dictionary)
        rows += [_row(change, bodies.get(change.id)) for change in some]
    return sorted(rows, key=lambda row: cast("int", row["number"]))


def _row(change: Change, body: Row | None) -> Row:
    head: Row = {
        "kind": change.kind,
        "id": change.id,
        "area": change.area,
        "number": change.number,
        "gone": change.gone or body is None,
    }
    return head if change.gone or body is None else head | body


def _bodies(
    session: Session, kind: str, ids: Sequence[str], view: str, dictionary: Dictionary
) -> dict[str, Row]:
    if not ids:
        return {}
    if kind == "review":
        return _reviews(session, ids, view)
    if kind == "task":
        return _tasks(session, ids, view)
    if kind == "form":
        today = clock.today()
        return {
            row.form_id: {"form_id": row.form_id, "version": row.version}
            for row in forms.in_force(session, today)
        }
    if kind == "policy":
        return _policy(session, ids)
    return _entities(session, ids, view, dictionary)


def _policy(session: Session, keys: Sequence[str]) -> dict[str, Row]:
    today = clock.today()
    now, dated = for_phones(in_force(session, today)), plain(values_dated(session, today))
    return {key: {"key": key, "value": now.get(key), "dated": dated.get(key, [])} for key in keys}


def _entities(
    session: Session, ids: Sequence[str], view: str, dictionary: Dictionary
) -> dict[str, Row]:
    found = registers.live(session, ids)
    writers = _disputing(found)
    names = _names_of_writers(session, writers)
    joined = registers.joined_into(session, ids)
    return {
        entity.id: _entity(entity, view, dictionary, names) | _joined(joined.get(entity.id))
        for entity in found.values()
        if entity.known and sees_register(view, dictionary.registers[entity.register])
    }


def _entity(entity: Entity, view: str, dictionary: Dictionary, names: Mapping[str, str]) -> Row:
    seen = for_phone(_at_home(entity), entity.register, view, dictionary)
    heads = values.heads(entity.live)
    disputed = {
        unit: [{**said, "by": names.get(heads[said["head"]], "")} for said in sides]
        for unit, sides in values.disputed(seen).items()
    }
    named = (
        str(entity.derived.get("head_name") or "")
        if entity.register == "households"
        else values.text(entity.live, "person_name")
    )
    return {
        **seen,
        "disputed": disputed,
        "initials": initials(named),
        "derived": derived_for_phone(entity.derived, view),
    }


def _joined(others: Sequence[str] | None) -> Row:
    """The ids under which a phone may know the same household or person, where there are any."""
    return {"joined": others} if others else {}


def _at_home(entity: Entity) -> State:
    """The live state; of a person whose household was joined with another, with that other one."""
    said = values.units(entity.live).get("household")
    if not said or not entity.household_id or said[0] == entity.household_id:
        return entity.live
    moved = [entity.household_id, said[1]]
    return {**entity.live, "units": {**values.units(entity.live), "household": moved}}


def _disputing(found: Mapping[str, Entity]) -> set[str]:
    ids: set[str] = set()
    for entity in found.values():
        heads = values.heads(entity.live)
        for sides in values.disputed(entity.live).values():
            ids |= {heads[side["head"]] for side in sides}
    return ids


def _names_of_writers(session: Session, instance_ids: set[str]) -> dict[str, str]:
    if not instance_ids:
        return {}
    writers = submissions.people_of(session, instance_ids)
    names = accounts.names(session, set(writers.values()))
    return {instance: names.get(person, "") for instance, person in writers.items()}


def _reviews(session: Session, ids: Sequence[str], view: str) -> dict[str, Row]:
    found = submissions.with_states(session, ids)
    remarks: dict[str, list[Remark]] = defaultdict(list)
    for remark in submissions.remarks_of(session, ids):
        remarks[remark.instance_id].append(remark)
    people = {s.person_id for s, _ in found} | {
        r.person_id for some in remarks.values() for r in some
    }
    names = accounts.names(session, {p for p in people if p})
    return {
        submission.instance_id: _review(submission, state, remarks, names, view)
        for submission, state in found
    }


def _review(
    submission: Submission,
    state: ReviewState,
    remarks: Mapping[str, Sequence[Remark]],
    names: Mapping[str, str],
    view: str,
) -> Row:
    recorder = submission.person_id or ""
    line = state.line if sees_findings(view) else state.line.partition(" · ")[0]
    return {
        "household": submission.household_id,
        "form_id": submission.form_id,
        "form_version": submission.form_version,
        "event_date": submission.event_date.isoformat() if submission.event_date else None,
        "recorder": {"id": recorder, "name": names.get(recorder, "")},
        "state": state.state,
        "summary": {**facts_for_phone(state.summary, view), "line": line},
        "remarks": [
            {
                "question": remark.question,
                "text": remark.text,
                "by": names.get(remark.person_id or "", ""),
                "at": remark.at.isoformat(),
            }
            for remark in remarks.get(submission.instance_id, ())
        ],
        "superseded_by": state.superseded_by,
    }


def _tasks(session: Session, ids: Sequence[str], view: str) -> dict[str, Row]:
    """Tasks by name, without those that tell of a class that the view may not see."""
    pairs = [cast("tuple[str, str]", tuple(name.split(":", 1))) for name in ids]
    return {
        name: {
            "task": task.kind,
            "household": task.household_id,
            "title": task.title,
            "due_on": task.due_on.isoformat() if task.due_on else None,
            "state": task.state,
        }
        for name, task in followup.tasks_with_ids(session, pairs).items()
        if sees_class(view, class_of(task))
    }
