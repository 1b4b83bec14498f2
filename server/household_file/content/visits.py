"""The visits of a household's file, in full and for the list, and their photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from server.followup.together import Standing as Recorded
from server.followup.together import together
from server.household_file import words
from server.household_file.content import issues_of, visit_of
from server.household_file.content.facts import Photo, Used, Visit
from server.household_file.content.papers.known import Thing
from server.household_file.content.records import Records, Standing
from server.household_file.period import Period

NOT_COUNTED = frozenset({"absent", "refused"})
HOUSEHOLD_PHOTOS = ("photo_family", "photo_house")


@dataclass(frozen=True, slots=True)
class Visits:
    """What the file says of visits: the listed ones, newest first, and how many lie before."""

    visits: tuple[Visit, ...]
    photos: tuple[Photo, ...]
    earlier: int
    used: tuple[Used, ...]


def visits_of(
    session: Session, records: Records, period: Period, place: str, problems: Sequence[Thing]
) -> Visits:
    """The visits of a household in a period, received and not rejected by then.

    place: where it lives, for the captions of what was photographed there. problems: what is known
    of what visits told.
    """
    known = {problem.id: problem for problem in problems}
    every = records.of("visit")
    stands_for = _stands_for(session, every)
    visits = [one for one in every if one.submission.root_id not in stands_for]
    listed = [one for one in visits if period.holds(one.on)]
    beside: dict[str, list[str]] = {}
    for one in every:
        if kept := stands_for.get(one.submission.root_id):
            beside.setdefault(kept, []).append(records.person(one.submission.person_id or ""))
    found: list[Visit] = []
    photos = _household_photos(records, place)
    for one in listed:
        visit, pictures = _visit(records, one, place, known)
        numbers = range(len(photos), len(photos) + len(pictures))
        others = beside.get(one.submission.root_id, ())
        by = tuple(dict.fromkeys((*visit.by, *filter(None, others))))
        came = tuple(name for name in visit.companions if name not in by)
        found.append(replace(visit, photos=tuple(numbers), by=by, companions=came))
        photos += pictures
    return Visits(
        visits=tuple(_newest_full(found)),
        photos=tuple(photos),
        earlier=sum(one.on < period.first for one in visits),
        used=tuple(records.used(one) for one in listed),
    )


def _stands_for(session: Session, visits: Sequence[Standing]) -> Mapping[str, str]:
    """Records that the office found to be one visit with another -> that other, which is listed."""
    told = [
        Recorded(
            instance_id=one.submission.instance_id,
            record=one.submission.root_id,
            on=one.submission.event_date,
            result="",
            recorder=one.submission.person_id or "",
        )
        for one in visits
        if one.submission.event_date
    ]
    return together(session, told).stands_for


def _newest_full(visits: Sequence[Visit]) -> list[Visit]:
    """The newest visit is always printed in full, so that every volume shows one whole."""
    newest = next((number for number, visit in enumerate(visits) if visit.counts), None)
    return [
        replace(visit, full=visit.full or number == newest) for number, visit in enumerate(visits)
    ]


def _visit(
    records: Records, one: Standing, place: str, problems: Mapping[str, Thing]
) -> tuple[Visit, list[Photo]]:
    """One visit, its photos not yet numbered."""
    form = records.form(one)
    by = records.by(one)
    photos = visit_of.photos(form, by=by, place=place, reviewed=one.approved)
    changes, issues = visit_of.family_changes(form), issues_of.issues(form, problems)
    name, relation = visit_of.met(form)
    counts = form.text("visit_result") not in NOT_COUNTED
    visit = Visit(
        instance_id=one.submission.instance_id,
        on=one.on,
        part=visit_of.part_of_day(form, one.on),
        by=(by,) if by else (),
        role=form.said("recorder_role"),
        companions=visit_of.companions(form),
        kind=form.said("visit_type"),
        result=form.said("visit_result"),
        counts=counts,
        full=counts and bool(photos or issues or changes or _eventful(one)),
        met=name,
        relation=relation,
        entered_on=form.text("entry_date")[:10],
        summary=_summary(one),
        account=form.text("account_text"),
        answers=(*form.answers(), *changes),
        issues=issues,
        signed=visit_of.signed(form),
        recorder_signed=visit_of.signed_by(form, "signature_recorder"),
        reviewed=one.approved,
        steps=records.steps(one),
        remarks=records.remarked(one),
    )
    return visit, list(photos)


def _household_photos(records: Records, place: str) -> list[Photo]:
    """The newest picture of the family and of the house that a registration brought."""
    found: dict[str, Photo] = {}
    for one in records.all:
        if one.definition.kind == "visit":
            continue
        form = records.form(one)
        for name in HOUSEHOLD_PHOTOS:
            if (file := form.text(name)) and name not in found:
                found[name] = form.photo(
                    file,
                    title=form.label(name),
                    taken=words.long_date(one.on),
                    place=place,
                    by=records.by(one),
                    reviewed=one.approved,
                )
    return [found[name] for name in HOUSEHOLD_PHOTOS if name in found]


def _summary(one: Standing) -> str:
    """The record's line without the result, which has a column of its own."""
    line = str(one.state.line or "")
    return line.partition(" · ")[2] or line


def _eventful(one: Standing) -> bool:
    return not one.state.line.endswith("均无变化")
