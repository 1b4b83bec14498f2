"""One record as the desk shows it: its answers, what it changes, photos, remarks, the past."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.attachments.reading import file_of
from server.attachments.store import media_type_of
from server.forms.answers import Answer, answers
from server.forms.definition import Definition
from server.forms.dictionary import Dictionary
from server.forms.instance import BadInstance
from server.forms.queries import definition_of, dictionary_in_force
from server.intake.office import is_office
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity, HouseholdRow
from server.review import queries
from server.review.differences import EntityDifferences, differences, previous_ids
from server.review.hints import hints
from server.review.naming import LONGEST, knowing
from server.review.queue import seen_of
from server.review.wording import Wording, without_ids
from server.submissions import queries as submissions
from server.submissions.models import ReviewState, Submission, SubmissionAttachment, Write

EARLIER = 5
#: Types of questions whose answer is the name of a file.
FILES = frozenset({"image", "audio", "video", "file"})
#: What phones record and browsers do not play.
UNPLAYED = frozenset({"audio/amr", "video/3gpp", "video/3gpp2"})
RECKONED_OTHERWISE = "有 {} 个中间数手机算的和镇里算的不同，户档按镇里算的记"
#: Where questions stand that are in no group.
REST = "其他"


@dataclass(frozen=True, slots=True)
class Told:
    """One answer as the desk shows it."""

    path: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """The answers of one group of questions, or of one row of a repeat."""

    title: str
    answers: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo or signature that has arrived; `name` is what the submission calls it."""

    name: str
    label: str
    caption: str


@dataclass(frozen=True, slots=True)
class Attached:
    """Another file that has arrived: a recording, a film, a document.

    media_type: by its content; kind: `audio`, `video` or `document`. size: in bytes.
    """

    name: str
    label: str
    media_type: str
    size: int

    @property
    def kind(self) -> str:
        """How it is looked at."""
        begin = self.media_type.partition("/")[0]
        return begin if begin in {"audio", "video"} else "document"

    @property
    def plays(self) -> bool:
        """Whether a browser plays it."""
        return self.kind != "document" and self.media_type not in UNPLAYED


@dataclass(frozen=True, slots=True)
class Said:
    """A finding (without author) or a remark."""

    label: str
    text: str
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier record of the household."""

    instance_id: str
    event_date: date | None
    form_id: str
    recorder: str
    line: str
    state: str


@dataclass(frozen=True, slots=True)
class Record:
    """Everything about one record that a reviewer needs."""

    submission: Submission
    review: ReviewState
    seen: str
    title: str
    household: HouseholdRow | None
    recorder: str
    role: str
    device: str
    decided_by: str
    distance_m: int | None
    differences: tuple[EntityDifferences, ...]
    previous: tuple[date, str] | None
    findings: tuple[Said, ...]
    remarks: tuple[Said, ...]
    account: str
    sign_way: str
    sections: tuple[Section, ...]
    photos: tuple[Picture, ...]
    signatures: tuple[Picture, ...]
    attached: tuple[Attached, ...]
    missing: tuple[str, ...]
    earlier: tuple[Earlier, ...]
    earlier_count: int

    @property
    def changed(self) -> int:
        """How many facts it changes."""
        return sum(len(entity.rows) for entity in self.differences)

    @property
    def confirmed(self) -> int:
        """How many facts were asked and had not changed."""
        return sum(entity.confirmed for entity in self.differences)

    @property
    def open(self) -> bool:
        """Whether it waits for a decision."""
        return (
            self.review.state in (*queries.WAITING, "hasIssues") and not self.review.superseded_by
        )

    @property
    def questions(self) -> list[Told]:
        """What a remark can be about."""
        return [answer for section in self.sections for answer in section.answers]


def record(session: Session, actor: Actor, instance_id: str) -> Record | None:
    """A record of the actor's villages; None when there is none.

    The answers of a household that has moved on stay visible to the village of the record.
    """
    found = queries.record(session, instance_id)
    if found is None or found[0].area not in actor.villages:
        return None
    submission, review = found
    dictionary = dictionary_in_force(session, submission.event_date)
    definition = definition_of(
        session, submission.form_id, submission.form_version, submission.event_date
    )
    writes = submissions.writes_of_submission(session, instance_id)
    entities = _entities(session, submission, writes)
    wording = _wording(actor, dictionary, entities.values())
    given = _answers(submission.xml, submission.form_id, definition, wording.names)
    said = [answer for answer in given if answer.type not in FILES]
    author = queries.authors(session, [instance_id])[instance_id]
    files = submissions.attachments_of(session, instance_id)
    pictures, attached = _files(given, files)
    earlier = _earlier(session, submission)
    return Record(
        submission=submission,
        review=review,
        seen=seen_of(review),
        title=definition.title if definition else submission.form_id,
        household=registers.household_row(session, submission.household_id or ""),
        recorder=author[1],
        role=_role(session, submission),
        device=author[2],
        decided_by=accounts.names(session, [review.decided_by or ""]).get(
            review.decided_by or "", ""
        ),
        distance_m=_distance(said, entities.get(submission.household_id or "")),
        differences=tuple(differences(wording, writes, submission.shown, entities)),
        previous=_previous(session, writes),
        findings=(
            *_findings(session, instance_id, definition),
            *_hints(session, actor, submission, definition, entities),
        ),
        remarks=_remarks(session, instance_id, given, definition),
        account=without_ids(next((a.text for a in said if a.name == "account_text"), "")),
        sign_way=next((a.text for a in said if a.name == "sign_way"), ""),
        sections=_sections(said, wording, dictionary),
        photos=tuple(p for p, drawn in pictures if not drawn),
        signatures=tuple(p for p, drawn in pictures if drawn),
        attached=tuple(attached),
        missing=_missing(given, files),
        earlier=tuple(earlier[:EARLIER]),
        earlier_count=len(earlier),
    )


def told(
    session: Session, actor: Actor, submission: Submission, xml: str | None = None
) -> tuple[str, tuple[Section, ...]]:
    """A submission's title and answers, also of one that was never merged.

    xml: another content that came under the same id.
    """
    definition = definition_of(
        session, submission.form_id, submission.form_version, submission.event_date
    )
    dictionary = dictionary_in_force(session, submission.event_date)
    wording = _wording(
        actor, dictionary, registers.of_household(session, submission.household_id or "")
    )
    found = _answers(xml or submission.xml, submission.form_id, definition, wording.names)
    said = [answer for answer in found if answer.type not in FILES]
    title = definition.title if definition else "没有这个版本的表"
    return title, _sections(said, wording, dictionary, with_account=True)


def _entities(
    session: Session, submission: Submission, writes: Sequence[Write]
) -> dict[str, Entity]:
    ids = {write.entity_id for write in writes}
    found = registers.entities(session, ids)
    if submission.household_id:
        for entity in registers.of_household(session, submission.household_id):
            found[entity.id] = entity
    return found


def _wording(actor: Actor, dictionary: Dictionary, entities: Iterable[Entity]) -> Wording:
    """What ids and codes stand for: the actor's villages, what the household has."""
    villages = {place.code: place.name for place in actor.places}
    return knowing(Wording(dictionary, actor.view, villages), entities)


def _answers(
    xml: str, form_id: str, definition: Definition | None, names: Mapping[str, str]
) -> tuple[Answer, ...]:
    if definition is None or is_office(form_id):
        return ()
    try:
        return answers(xml, definition, names)
    except BadInstance:
        return ()


def _sections(
    told: Sequence[Answer],
    wording: Wording,
    dictionary: Dictionary,
    *,
    with_account: bool = False,
) -> tuple[Section, ...]:
    groups: dict[tuple[str, int | None], list[tuple[Answer, Told]]] = {}
    for answer in told:
        if answer.name == "account_text" and not with_account:
            continue
        words = Told(answer.path, answer.label, _masked(answer, wording, dictionary))
        groups.setdefault((answer.group or REST, answer.row), []).append((answer, words))
    return tuple(
        Section(_heading(group, row, found), tuple(words for _, words in found))
        for (group, row), found in sorted(groups.items(), key=lambda one: one[0][0] == REST)
    )


def _heading(group: str, row: int | None, found: Sequence[tuple[Answer, Told]]) -> str:
    """What a group is called; a row of a repeat by what it is, not by its number alone."""
    if row is None:
        return group
    spoken = [words.text for answer, words in found if _tells(answer) and words.text]
    told = " ".join(spoken[:2])
    return f"{group} {row}：{told}" if told else f"{group} {row}"


def _tells(answer: Answer) -> bool:
    """Whether people tell one row from another by this answer: names and kinds, not numbers."""
    return answer.type in {"text", "select_one"} and len(answer.text) <= LONGEST


def _masked(answer: Answer, wording: Wording, dictionary: Dictionary) -> str:
    """An answer's words as this view may see them."""
    prop = (
        dictionary.property(answer.save_to.register, answer.save_to.property)
        if answer.save_to
        else None
    )
    if prop is not None:
        return wording.say(prop, answer.value)
    return without_ids(answer.text)


def _findings(
    session: Session, instance_id: str, definition: Definition | None
) -> tuple[Said, ...]:
    found, unnamed = [], 0
    for finding in submissions.findings_of(session, instance_id):
        label = _label(finding.path, (), definition)
        if not label and _is_reckoned(finding.path, definition):
            unnamed += 1
            continue
        text = without_ids(finding.message)
        found.append(Said(label, text.removeprefix(label)))
    if unnamed:
        found.append(Said("", RECKONED_OTHERWISE.format(unnamed)))
    return tuple(found)


def _is_reckoned(path: str, definition: Definition | None) -> bool:
    """Whether this is a number on the way to another one: nobody was ever shown it."""
    steps = [step.partition("[")[0] for step in path.split("/")]
    question = definition.by_path.get("/".join(steps)) if definition else None
    return question is not None and question.type == "calculate"


def _hints(
    session: Session,
    actor: Actor,
    submission: Submission,
    definition: Definition | None,
    entities: Mapping[str, Entity],
) -> Iterator[Said]:
    """What else the reviewer should look at; nobody else is told of it."""
    if actor.may("review"):
        for text in hints(session, submission, definition, entities):
            yield Said("", without_ids(text))


def _remarks(
    session: Session,
    instance_id: str,
    told: Sequence[Answer],
    definition: Definition | None,
) -> tuple[Said, ...]:
    found = submissions.remarks_of(session, [instance_id])
    names = accounts.names(session, {remark.person_id or "" for remark in found})
    return tuple(
        Said(
            _label(remark.question or "", told, definition),
            remark.text,
            names.get(remark.person_id or "", ""),
            remark.at,
        )
        for remark in found
    )


def _label(path: str, told: Sequence[Answer], definition: Definition | None) -> str:
    """The words of a question, with its row's number inside a repeat."""
    answer = next((answer for answer in told if answer.path == path), None)
    if answer is not None:
        return f"{answer.group} {answer.row} {answer.label}" if answer.row else answer.label
    steps = [step.partition("[")[0] for step in path.split("/")]
    question = definition.by_path.get("/".join(steps)) if definition else None
    return question.label if question else ""


def _files(
    told: Sequence[Answer], files: Sequence[SubmissionAttachment]
) -> tuple[list[tuple[Picture, bool]], list[Attached]]:
    """What has arrived, in the form's order: pictures, with whether each is a signature; others."""
    paths = {file.name: file_of(file.sha256) for file in files}
    captions = {
        (answer.path.rpartition("/")[0]): answer.text
        for answer in told
        if answer.name == "photo_caption"
    }
    pictures, attached = [], []
    for answer in told:
        path = paths.get(answer.value) if answer.type in FILES else None
        if path is None:
            continue
        media_type = media_type_of(path)
        if media_type.startswith("image/"):
            caption = captions.get(answer.path.rpartition("/")[0], "") or _title(answer)
            picture = Picture(answer.value, answer.label, without_ids(caption))
            pictures.append((picture, answer.name.startswith("signature")))
        else:
            size = path.stat().st_size
            attached.append(Attached(answer.value, _title(answer), media_type, size))
    return pictures, attached


def _title(answer: Answer) -> str:
    return f"{answer.group} {answer.row}" if answer.row else answer.label


def _missing(told: Sequence[Answer], files: Sequence[SubmissionAttachment]) -> tuple[str, ...]:
    labels = {answer.value: _title(answer) for answer in told if answer.type in FILES}
    return tuple(
        labels.get(file.name, file.name) for file in files if not file_of(file.sha256, "full")
    )


def _earlier(session: Session, submission: Submission) -> list[Earlier]:
    if not submission.household_id:
        return []
    return [
        Earlier(
            instance_id=other.instance_id,
            event_date=other.event_date,
            form_id=other.form_id,
            recorder=name,
            line=state.line,
            state="superseded" if state.superseded_by else state.state,
        )
        for other, state, name in queries.visits_of(session, submission.household_id)
        if other.instance_id != submission.instance_id and not is_office(other.form_id)
    ]


def _previous(session: Session, writes: Sequence[Write]) -> tuple[date, str] | None:
    """When and by whom what the author was shown had been recorded."""
    found = queries.authors(session, previous_ids(writes)).values()
    dated = [(one[0].event_date, one) for one in found if one[0].event_date is not None]
    if not dated:
        return None
    day, newest = max(dated, key=lambda pair: (pair[0], pair[1][0].instance_id))
    return day, "花名册" if newest[0].source == "roster" else newest[1]


def _role(session: Session, submission: Submission) -> str:
    if not submission.person_id or not submission.event_date:
        return ""
    held = accounts.roles_on(session, submission.person_id, submission.event_date)
    return held[0].role if held else ""


def _distance(told: Sequence[Answer], home: Entity | None) -> int | None:
    """How far from the registered house the record was made, in metres."""
    if home is None:
        return None
    here = _point(next((a.value for a in told if a.name == "location" and not a.save_to), ""))
    there = _point(values.text(home.live, "location"))
    if here is None or there is None:
        return None
    north = math.radians(here[0] - there[0]) * 6_371_000
    east = math.radians(here[1] - there[1]) * 6_371_000 * math.cos(math.radians(here[0]))
    return round(math.hypot(north, east))


def _point(text: str) -> tuple[float, float] | None:
    parts = text.split()
    try:
        return float(parts[0]), float(parts[1])
    except (IndexError, ValueError):
        return None
