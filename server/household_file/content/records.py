"""The records of a household: which there are, which version of each counts, what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.forms.definition import Definition
from server.forms.instance import read_instance
from server.forms.queries import definition_of, versions_of
from server.household_file import words
from server.household_file.content import queries, visit_of
from server.household_file.content.facts import ReviewStep, Used
from server.household_file.content.states import state_at
from server.household_file.content.visit_of import Filled, Surroundings
from server.intake.decisions import standing_about
from server.submissions import queries as submissions
from server.submissions.models import Remark, ReviewState, Submission

#: Decisions that let a record pass.
PASSED = frozenset({"approve", "approve_with_note"})
STEPS = {"village": "村", "town": "镇", "county": "县"}


@dataclass(frozen=True, slots=True)
class Standing:
    """One record in the version that stands, with the state of review it had.

    instead: in words, by which version of its form it is read where its own is not here any more.
    """

    submission: Submission
    state: ReviewState
    definition: Definition
    approved: bool
    corrected: bool
    correction_waits: bool
    instead: str = ""

    @property
    def on(self) -> str:
        """The day that it is about."""
        day = self.submission.event_date or clock.local(self.submission.recorded_at).date()
        return day.isoformat()


class Records:
    """What was recorded of a household by the end of a day, newest first.

    rows: all of them, whatever their state. lost: in words, what cannot be printed, or not all of
    it, because its form version is not here any more. roots: record -> the first version of it.
    picture_fault: why the picture of a hash cannot be printed.
    """

    def __init__(
        self,
        session: Session,
        rows: Sequence[tuple[Submission, ReviewState]],
        people: Mapping[str, str],
        before: datetime,
        picture_fault: Callable[[str], str],
    ) -> None:
        self.session, self.before, self.picture_fault = session, before, picture_fault
        self.lost: list[str] = []
        self.roots = {one.instance_id: one.root_id for one, _ in rows}
        self.all = self._standing(rows)
        ids = [one.submission.instance_id for one in self.all]
        self.files = queries.files(session, ids)
        self.people = dict(people)
        self.remarks: dict[str, list[Remark]] = {}
        for remark in queries.remarks(session, ids, before):
            self.remarks.setdefault(remark.instance_id, []).append(remark)
        self._read: dict[str, Filled] = {}
        self._decisions: dict[str | None, Sequence[Submission]] = {}

    def of(self, kind: str) -> list[Standing]:
        """The records of one kind of form."""
        return [one for one in self.all if one.definition.kind == kind]

    def form(self, one: Standing) -> Filled:
        """What is filled in."""
        instance_id = one.submission.instance_id
        if instance_id not in self._read:
            around = Surroundings(
                self.person,
                lambda name: self.files.get((instance_id, name), ""),
                self.picture_fault,
            )
            self._read[instance_id] = Filled(one.submission.xml, one.definition, around)
        return self._read[instance_id]

    def used(self, one: Standing) -> Used:
        """The record as one that the file rests on."""
        return Used(
            instance_id=one.submission.instance_id,
            form=one.definition.title,
            version=one.submission.form_version,
            on=one.on,
            by=self.person(one.submission.person_id or ""),
            state=state_at(one.state, self.before),
        )

    def person(self, key: str) -> str:
        """The name of an account or of a member of the household; blank when unknown."""
        key = key.strip().lower().removeprefix("uuid:")
        if len(key) != 36:
            return ""
        if key not in self.people:
            self.people[key] = accounts.names(self.session, [key]).get(key, "")
        return self.people[key]

    def by(self, one: Standing) -> str:
        """Who recorded it; of what the office corrected, who had recorded it before."""
        first = one.submission
        if one.corrected and first.source == "office":
            return self.form(one).text("recorder_name")
        return self.person(first.person_id or "") or self.form(one).text("recorder_name")

    def steps(self, one: Standing) -> tuple[ReviewStep, ...]:
        """Who let it pass; of a form that several offices review, each that did so far."""
        steps = one.definition.review_steps
        if len(steps) > 1:
            return tuple(map(self._step, steps, self._let_pass(one)))
        if not one.approved or one.state.decided_at is None:
            return ()
        return (self._step("".join(steps), (one.state.decided_by, one.state.decided_at)),)

    def _let_pass(self, one: Standing) -> list[tuple[str | None, datetime]]:
        """By whom and when a record was let pass since it was last returned."""
        home = one.submission.household_id
        if home not in self._decisions:
            self._decisions[home] = submissions.of_form(self.session, "office-review", home)
        passed: list[tuple[str | None, datetime]] = []
        for decided in standing_about(one.submission, self._decisions[home]):
            if decided.by.recorded_at >= self.before:
                break
            if decided.decision.decision in PASSED:
                passed.append((decided.by.person_id, decided.by.recorded_at))
            else:
                passed.clear()
        return passed

    def _step(self, step: str, decided: tuple[str | None, datetime]) -> ReviewStep:
        by, at = decided
        return ReviewStep(
            STEPS.get(step, step), self.person(by or ""), clock.local(at).date().isoformat()
        )

    def remarked(self, one: Standing) -> tuple[str, ...]:
        """What the office noted, and that the record is a correction or is being corrected."""
        lines = []
        for remark in self.remarks.get(one.submission.instance_id, []):
            about = visit_of.labelled(one.definition, remark.question)
            day = words.long_date(clock.local(remark.at).date().isoformat())
            said = f"{about}，{remark.text}" if about else remark.text
            lines.append(f"审核意见：{said}（{self.person(remark.person_id or '')} {day}）。")
        if one.corrected:
            day = words.long_date(clock.local(one.submission.recorded_at).date().isoformat())
            author = self.person(one.submission.person_id or "") or self.by(one)
            done = "代改" if one.submission.source == "office" else "更正"
            lines.append(f"本记录由{author}于{day}{done}。")
        if one.instead:
            lines.append(f"{one.instead}。")
        if one.correction_waits:
            lines.append("此后又有更正，还没有审核。")
        return tuple(lines)

    def passed(self, one: Standing) -> tuple[str, ...]:
        """What a note below a document says of its review."""
        said = (f"{s.step} {s.by} {words.long_date(s.on)}" for s in self.steps(one))
        checked = "；".join(said)
        lines = [f"审核：{checked}通过。"] if checked else []
        if not one.approved:
            lines.append("上一级还没有审核。" if checked else "本表已上传，还没有审核通过。")
        return (*lines, *self.remarked(one))

    def _nearest(self, submission: Submission) -> Definition | None:
        """The newest version of a form whose own version is not here any more."""
        found = versions_of(self.session, submission.form_id)
        if not found:
            return None
        return definition_of(
            self.session, submission.form_id, found[0].version, submission.event_date
        )

    def _standing(self, rows: Sequence[tuple[Submission, ReviewState]]) -> list[Standing]:
        """Of every chain of corrections the version that counts on paper.

        The newest approved one; where none is approved yet, the newest that is not rejected.
        """
        chains: dict[str, list[tuple[Submission, ReviewState]]] = {}
        for submission, state in sorted(rows, key=lambda row: row[0].received_at):
            if state_at(state, self.before) != "rejected":
                chains.setdefault(submission.root_id, []).append((submission, state))
        found = []
        for chain in chains.values():
            approved = [row for row in chain if state_at(row[1], self.before) == "approved"]
            submission, state = (approved or chain)[-1]
            definition = definition_of(
                self.session, submission.form_id, submission.form_version, submission.event_date
            )
            instead = ""
            if definition is None:
                definition = self._nearest(submission)
                if definition is None:
                    self.lost.append(_lost(submission))
                    continue
                instead = _instead(submission, definition)
                self.lost.append(f"{_day(submission)}的{definition.title}，{instead}")
            found.append(
                Standing(
                    submission,
                    state,
                    definition,
                    approved=bool(approved),
                    corrected=submission.deprecated_id is not None,
                    correction_waits=submission is not chain[-1][0],
                    instead=instead,
                )
            )
        return sorted(found, key=lambda one: (one.on, one.submission.instance_id), reverse=True)


def _lost(submission: Submission) -> str:
    form = f"{submission.form_id} 第 {submission.form_version} 版"
    return f"{_day(submission)}的一份记录，其表单（{form}）本机没有，没有印出，内容见电子记录"


def _instead(submission: Submission, definition: Definition) -> str:
    """That a record is read by another version of its form, and what that one does not ask."""
    own, other = submission.form_version, definition.version
    said = f"填报用的表单（第 {own} 版）本机没有，按第 {other} 版印出"
    known = {question.name for question in definition.questions}
    gone = [name for name in dict.fromkeys(_answered(submission.xml)) if name not in known]
    return f"{said}，其中没有的 {len(gone)} 项（{'、'.join(gone)}）见电子记录" if gone else said


def _answered(xml: str) -> Iterator[str]:
    """The names of all questions that have an answer."""
    for leaf in read_instance(xml).root.iter(etree.Element):
        above = leaf.getparent()
        is_head = above is not None and etree.QName(above).localname == "meta"
        if not len(leaf) and not is_head and (leaf.text or "").strip():
            yield etree.QName(leaf).localname


def _day(submission: Submission) -> str:
    day = submission.event_date
    return words.long_date(day.isoformat()) if day else "日期不详"
