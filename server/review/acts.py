"""What the office itself decided: told in words, withdrawn with a reason, restored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.changes.queries import numbered_last
from server.forms.queries import dictionary_in_force
from server.intake.office import Decision, OfficeContent, parse
from server.problems import DecisionRefused, NotFound, StateMovedOn
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity
from server.review import queries
from server.review.naming import title_of
from server.review.submit import submit_decision
from server.review.wording import UNSAID, Wording
from server.submissions import queries as submissions
from server.submissions.models import ReviewState, Submission

Word = Literal["withdraw", "restore"]

#: Form of an act -> (its name, what withdrawing it does).
KINDS: Mapping[str, tuple[str, str]] = {
    "office-settle": ("核定", "撤回后，这几项回到“填的不一样”，几边的值都还在，可以重新核定。"),
    "office-join": (
        "合并",
        "撤回后拆成原来的两边：各自的成员、走访和资料回到各自名下，合并以后给哪一边记的也跟着回去；"
        "合并时选定的值不再算数。",
    ),
    "office-distinct": ("不是同一个", "撤回后，这两边重新列在“疑似重复”里。"),
    "office-visits": ("同一天的走访", "撤回后，那一天的走访重新列出来，等着判定。"),
    "office-check": ("核对过，留着", "撤回后，这一条重新列在“要核对”里。"),
    "office-roster": (
        "花名册",
        "撤回后，这一户回到导入以前的样子；只有花名册登记过、没有别的记录的户会从名单里消失。",
    ),
    "office-set": ("电脑上填写", "撤回后，这几项回到填写以前的样子；只有这里写过的条目会消失。"),
    "office-number": ("编户号", "撤回后，这户变回待编号；号码不再给别的户用。"),
    "office-scan": (
        "扫描件归档",
        "撤回后，这一页不再在这户的档案里，回到“扫描件归档”里等着重新指定；图还在。",
    ),
    "office-material": ("材料登记", "撤回后，这份材料回到上一次登记的样子。"),
}


#: Properties that say of what an entry is, which the entry's own name says already.
POINTERS = UNSAID | {"household", "person", "house", "case"}
NAMED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Said:
    """One property in words, and of whom."""

    whose: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Act:
    """One decision of the office; `seen` names the state that the reader saw."""

    instance_id: str
    form_id: str
    title: str
    consequence: str
    by: str
    at: datetime
    on: date | None
    area: str
    reason: str
    household_id: str | None
    subjects: tuple[tuple[str, str], ...]
    said: tuple[Said, ...]
    withdrawn: bool
    withdrawn_by: str
    withdrawn_at: datetime | None
    why: str
    seen: str


def act(session: Session, actor: Actor, instance_id: str) -> Act:
    """One act of the actor's areas. Raises NotFound."""
    found = _submission(session, actor, instance_id)
    content = parse(found.xml)
    state = submissions.state(session, instance_id)
    who = accounts.names(session, {found.person_id or "", (state and state.decided_by) or ""})
    remarks = submissions.remarks_of(session, [instance_id])
    _, consequence = KINDS[found.form_id]
    wording = Wording(dictionary_in_force(session), actor.view, _names(session, actor, content))
    return Act(
        instance_id=instance_id,
        form_id=found.form_id,
        title=_title(session, found.form_id, content),
        consequence=consequence,
        by=who.get(found.person_id or "", ""),
        at=found.received_at,
        on=found.event_date,
        area=found.area,
        reason=content.reason,
        household_id=found.household_id,
        subjects=tuple(_subjects(session, wording, content)),
        said=(*_said(session, wording, content), *_visits(session, content)),
        withdrawn=state is not None,
        withdrawn_by=who.get((state and state.decided_by) or "", ""),
        withdrawn_at=state.decided_at if state else None,
        why=remarks[-1].text if remarks else "",
        seen=seen_of(state),
    )


def seen_of(state: ReviewState | None) -> str:
    """What a reader saw of an act: whether it holds, and by which decision it does not."""
    return f"withdrawn:{state.decision_id}" if state else "holds"


def turn(
    session: Session,
    actor: Actor,
    instance_id: str,
    word: Word,
    seen: str,
    reason: str,
    now: datetime,
) -> None:
    """Withdraw an act, or restore it; joins made along with a join go with it.

    Raises StateMovedOn when it is not as it was seen, DecisionRefused without a reason.
    """
    found = _submission(session, actor, instance_id)
    _hold(session, found)
    state = submissions.lock_state(session, instance_id)
    if seen_of(state) != seen or (state is None) != (word == "withdraw"):
        raise StateMovedOn
    if not reason.strip():
        raise DecisionRefused("请写一句原因，以后查得到。")
    along = _along(session, found, withdrawn=state is not None)
    with numbered_last(session):
        for one in (*along, found):
            said = ((None, reason.strip()),)
            name = one.instance_id
            decision = Decision(name, "reject" if word == "withdraw" else "undo", said)
            submit_decision(session, actor, decision, now)
    accounts.audit(
        session,
        now,
        actor.person_id,
        f"act.{word}",
        instance_id,
        reason=reason.strip(),
        detail={"form": found.form_id, "along": len(along)},
    )


def _hold(session: Session, found: Submission) -> None:
    """Lock what an act is about, so that of two who withdraw it one sees that it is done."""
    content = parse(found.xml)
    written = submissions.entities_written(session, [found.instance_id])
    ids = {entity_id for _, entity_id in written} | {found.household_id or ""}
    ids |= set(content.join or (content.distinct.pair if content.distinct else ()))
    registers.lock_existing(session, ids - {""})


def _along(session: Session, found: Submission, *, withdrawn: bool) -> list[Submission]:
    """The joins of members that were made with a join of households, those in the same state."""
    if found.form_id != "office-join":
        return []
    joins = submissions.joins_with(session, found.person_id, found.received_at)
    made = [one for one in joins if parse(one.xml).source == found.instance_id]
    states = submissions.states(session, [one.instance_id for one in made])
    return [one for one in made if (one.instance_id in states) == withdrawn]


def _submission(session: Session, actor: Actor, instance_id: str) -> Submission:
    found = queries.submission(session, instance_id)
    reach = actor.villages | {area for _, area in actor.roles}
    if found is None or found.form_id not in KINDS or found.area not in reach:
        raise NotFound("没有这个决定，或者不归您管。")
    return found


def _subjects(
    session: Session, wording: Wording, content: OfficeContent
) -> Iterable[tuple[str, str]]:
    """What an act is about: (name, household to look at)."""
    pair = content.join or (content.distinct.pair if content.distinct else ())
    ids = [*pair, *(one.entity_id for one in content.entities)]
    found = registers.entities(session, ids)
    for name in dict.fromkeys(ids):
        entity = found.get(name)
        if entity is not None:
            yield _called(session, wording, entity), _home(entity)


def _title(session: Session, form_id: str, content: OfficeContent) -> str:
    if content.visits:
        return "是同一次走访" if content.visits.same else "是两次走访"
    first = registers.entity(session, content.join[0]) if content.join else None
    if first is not None:
        return "合并成一户" if first.register == "households" else "合并成一个人"
    return KINDS[form_id][0]


def _visits(session: Session, content: OfficeContent) -> Iterable[Said]:
    """The records that a verdict is about, with their authors."""
    if content.visits is None:
        return
    found = queries.authors(session, content.visits.records)
    for record in content.visits.records:
        if record in found:
            submission, by, _ = found[record]
            day = submission.event_date
            label = "存档用" if record == content.visits.kept else "走访记录"
            yield Said("", label, f"{by} {day.month}月{day.day}日" if day else by)


def _called(session: Session, wording: Wording, entity: Entity) -> str:
    """What an act is about, with its household where it has no name of its own."""
    if entity.register in {"households", "persons"}:
        return _name(session, entity)
    home = registers.entity(session, entity.household_id or "")
    title = title_of(wording, entity.register, entity)
    return f"{_name(session, home)} · {title}" if home else title


def _name(session: Session, entity: Entity) -> str:
    if entity.register == "persons":
        name = values.text(entity.live, "person_name") or "未取名"
        return name if entity.component == entity.id else f"{name}（并过来的）"
    if entity.component != entity.id:
        whole = registers.entity(session, entity.component)
        return f"{_name(session, whole)}（并过来的）" if whole else "并过来的一户"
    return f"{entity.derived.get('head_name') or '没登记户主'} 户"


def _home(entity: Entity) -> str:
    return entity.component if entity.register == "households" else entity.household_id or ""


def _said(session: Session, wording: Wording, content: OfficeContent) -> Iterable[Said]:
    found = registers.entities(session, [one.entity_id for one in content.entities])
    for one in content.entities:
        entity = found.get(one.entity_id)
        whose = _called(session, wording, entity) if entity else ""
        for prop in wording.properties(one.register):
            if one.properties.get(prop.name) and prop.name not in POINTERS:
                yield Said(whose, prop.label, wording.say(prop, one.properties[prop.name]))


def lines(session: Session, actor: Actor, found: Iterable[Submission]) -> dict[str, str]:
    """Act -> what it settled or filled in, in a line; nothing for the other kinds."""
    wording = Wording(dictionary_in_force(session), actor.view)
    said = {
        one.instance_id: _line(wording, parse(one.xml))
        for one in found
        if one.form_id in ("office-set", "office-settle")
    }
    return {name: line for name, line in said.items() if line}


def _line(wording: Wording, content: OfficeContent) -> str:
    """The decision on a case; of anything else the names of what was written."""
    labels: dict[str, None] = {}
    for one in content.entities:
        for prop in wording.properties(one.register):
            value = one.properties.get(prop.name)
            if value and prop.name == "decision":
                return wording.say(prop, value)
            if value and prop.name not in POINTERS:
                labels[prop.label] = None
    told = "、".join(list(labels)[:NAMED_AT_MOST])
    return f"{told}等 {len(labels)} 项" if len(labels) > NAMED_AT_MOST else told


def _names(session: Session, actor: Actor, content: OfficeContent) -> dict[str, str]:
    names = {place.code: place.name for place in actor.places}
    said = {text for one in content.entities for text in one.properties.values()}
    for entity in registers.entities(session, said).values():
        names[entity.id] = _name(session, entity)
    return names
