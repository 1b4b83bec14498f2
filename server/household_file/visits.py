"""The visits of a household's file: which ones, which version of each, and their photos."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.followup.together import Standing as Recorded
from server.followup.together import together
from server.forms.definition import Definition
from server.forms.queries import definition_of
from server.household_file import queries, visit_of, words
from server.household_file.facts import Photo, ReviewStep, Used, Visit
from server.household_file.states import end_of, state_at
from server.household_file.visit_of import Filled, Surroundings
from server.submissions.models import Remark, ReviewState, Submission

#: How far back visits are printed; earlier ones are counted and stay in the electronic record.
MONTHS = 12
STEPS = {"village": "村", "town": "镇", "county": "县"}
NOT_COUNTED = frozenset({"absent", "refused"})
HOUSEHOLD_PHOTOS = ("photo_family", "photo_house")


@dataclass(frozen=True, slots=True)
class Visits:
    """What the file says of visits: the listed ones, newest first, and how many lie before."""

    visits: tuple[Visit, ...]
    photos: tuple[Photo, ...]
    earlier: int
    used: tuple[Used, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One record in the version that stands, with the state of review it had."""

    submission: Submission
    state: ReviewState
    definition: Definition
    approved: bool
    corrected: bool
    correction_waits: bool


def visits_of(
    session: Session,
    household_ids: Collection[str],
    *,
    people: Mapping[str, str],
    as_of: date,
    has_file: Callable[[str], bool],
) -> Visits:
    """The visits of a household, received and not rejected by the end of a day.

    people: names of the household's persons by id. has_file: whether a picture has arrived.
    """
    before = end_of(as_of)
    standing = _standing(session, queries.reviewed(session, household_ids, before), before)
    since = _months_before(as_of)
    every = [one for one in standing if one.definition.kind == "visit"]
    stands_for = _stands_for(session, every)
    visits = [one for one in every if one.submission.root_id not in stands_for]
    listed = [one for one in visits if (one.submission.event_date or as_of) >= since]
    reader = _Reader(session, standing, people, before, has_file)
    beside: dict[str, list[str]] = {}
    for one in every:
        if kept := stands_for.get(one.submission.root_id):
            beside.setdefault(kept, []).append(reader.person(one.submission.person_id or ""))
    found, photos = [], reader.household_photos(standing)
    for one in listed:
        visit, pictures = reader.visit(one)
        numbers = range(len(photos), len(photos) + len(pictures))
        others = beside.get(one.submission.root_id, ())
        by = tuple(dict.fromkeys((*visit.by, *filter(None, others))))
        came = tuple(name for name in visit.companions if name not in by)
        found.append(replace(visit, photos=tuple(numbers), by=by, companions=came))
        photos += pictures
    return Visits(
        visits=tuple(_newest_full(found)),
        photos=tuple(photos),
        earlier=len(visits) - len(listed),
        used=tuple(reader.used(one) for one in listed),
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


def _months_before(day: date) -> date:
    months = day.year * 12 + day.month - 1 - MONTHS + 1
    return date(months // 12, months % 12 + 1, 1)


def _newest_full(visits: Sequence[Visit]) -> list[Visit]:
    """The newest visit is always printed in full, so that every volume shows one whole."""
    newest = next((number for number, visit in enumerate(visits) if visit.counts), None)
    return [
        replace(visit, full=visit.full or number == newest) for number, visit in enumerate(visits)
    ]


def _standing(
    session: Session, rows: Sequence[tuple[Submission, ReviewState]], before: datetime
) -> list[Standing]:
    """Of every chain of corrections the version that counts on paper.

    The newest approved one; where none is approved yet, the newest that is not rejected.
    """
    chains: dict[str, list[tuple[Submission, ReviewState]]] = {}
    for submission, state in sorted(rows, key=lambda row: row[0].received_at):
        if state_at(state, before) != "rejected":
            chains.setdefault(submission.root_id, []).append((submission, state))
    found = []
    for chain in chains.values():
        approved = [row for row in chain if state_at(row[1], before) == "approved"]
        submission, state = (approved or chain)[-1]
        definition = definition_of(
            session, submission.form_id, submission.form_version, submission.event_date
        )
        if definition is not None:
            found.append(
                Standing(
                    submission,
                    state,
                    definition,
                    approved=bool(approved),
                    corrected=submission.deprecated_id is not None,
                    correction_waits=submission is not chain[-1][0],
                )
            )
    return sorted(found, key=_newest_first, reverse=True)


def _newest_first(one: Standing) -> tuple[str, str]:
    day = one.submission.event_date
    return (day.isoformat() if day else "", one.submission.instance_id)


class _Reader:
    """Reads filled forms with the names, files and remarks around them."""

    def __init__(
        self,
        session: Session,
        standing: Sequence[Standing],
        people: Mapping[str, str],
        before: datetime,
        has_file: Callable[[str], bool],
    ) -> None:
        ids = [one.submission.instance_id for one in standing]
        self.session, self.before, self.has_file = session, before, has_file
        self.files = queries.files(session, ids)
        self.people = dict(people)
        self.remarks: dict[str, list[Remark]] = {}
        for remark in queries.remarks(session, ids, before):
            self.remarks.setdefault(remark.instance_id, []).append(remark)

    def visit(self, one: Standing) -> tuple[Visit, list[Photo]]:
        """One visit, its photos not yet numbered."""
        form = self._form(one)
        by = self._by(one, form)
        photos = visit_of.photos(form, by=by, place="", reviewed=one.approved)
        changes, issues = visit_of.family_changes(form), visit_of.issues(form)
        name, relation = visit_of.met(form)
        result = form.text("visit_result")
        counts = result not in NOT_COUNTED
        visit = Visit(
            instance_id=one.submission.instance_id,
            on=self._on(one),
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
            recorder_signed=visit_of.recorder_signed(form),
            reviewed=one.approved,
            steps=self._steps(one),
            remarks=self._remarks(one, by),
        )
        return visit, list(photos)

    def household_photos(self, standing: Sequence[Standing]) -> list[Photo]:
        """The newest picture of the family and of the house that a registration brought."""
        found: dict[str, Photo] = {}
        for one in standing:
            if one.definition.kind == "visit":
                continue
            form = self._form(one)
            for name in HOUSEHOLD_PHOTOS:
                if (file := form.text(name)) and name not in found:
                    found[name] = Photo(
                        sha256=form.around.picture(file),
                        title=form.label(name),
                        taken=words.long_date(self._on(one)),
                        by=self._by(one, form),
                        reviewed=one.approved,
                    )
        return [found[name] for name in HOUSEHOLD_PHOTOS if name in found]

    def used(self, one: Standing) -> Used:
        """The record as one that the file rests on."""
        return Used(
            instance_id=one.submission.instance_id,
            form=one.definition.title,
            version=one.submission.form_version,
            on=self._on(one),
            by=self.person(one.submission.person_id or ""),
            state=state_at(one.state, self.before),
        )

    def _form(self, one: Standing) -> Filled:
        instance_id = one.submission.instance_id
        around = Surroundings(self.person, lambda name: self._picture(instance_id, name))
        return Filled(one.submission.xml, one.definition, around)

    def _picture(self, instance_id: str, name: str) -> str:
        sha256 = self.files.get((instance_id, name), "")
        return sha256 if sha256 and self.has_file(sha256) else ""

    def person(self, key: str) -> str:
        """The name of an account or of a member of the household; blank when unknown."""
        key = key.strip().lower().removeprefix("uuid:")
        if len(key) != 36:
            return ""
        if key not in self.people:
            self.people[key] = accounts.names(self.session, [key]).get(key, "")
        return self.people[key]

    def _by(self, one: Standing, form: Filled) -> str:
        first = one.submission
        if one.corrected and first.source == "office":
            return form.text("recorder_name")
        return self.person(first.person_id or "") or form.text("recorder_name")

    def _on(self, one: Standing) -> str:
        day = one.submission.event_date or clock.local(one.submission.recorded_at).date()
        return day.isoformat()

    def _steps(self, one: Standing) -> tuple[ReviewStep, ...]:
        if not one.approved or one.state.decided_at is None:
            return ()
        step = one.definition.review_steps[-1] if one.definition.review_steps else ""
        day = clock.local(one.state.decided_at).date().isoformat()
        return (ReviewStep(STEPS.get(step, step), self.person(one.state.decided_by or ""), day),)

    def _remarks(self, one: Standing, by: str) -> tuple[str, ...]:
        """What the office noted, and that the record is a correction or is being corrected."""
        lines = []
        for remark in self.remarks.get(one.submission.instance_id, []):
            about = visit_of.labelled(one.definition, remark.question)
            day = words.long_date(clock.local(remark.at).date().isoformat())
            said = f"{about}，{remark.text}" if about else remark.text
            lines.append(f"审核意见：{said}（{self.person(remark.person_id or '')} {day}）。")
        if one.corrected:
            day = words.long_date(clock.local(one.submission.recorded_at).date().isoformat())
            author = self.person(one.submission.person_id or "") or by
            done = "代改" if one.submission.source == "office" else "更正"
            lines.append(f"本记录由{author}于{day}{done}。")
        if one.correction_waits:
            lines.append("此后又有更正，还没有审核。")
        return tuple(lines)


def _summary(one: Standing) -> str:
    """The record's line without the result, which has a column of its own."""
    line = str(one.state.line or "")
    return line.partition(" · ")[2] or line


def _eventful(one: Standing) -> bool:
    return not one.state.line.endswith("均无变化")
