"""Reading what a submission says, whoever made it, without deciding anything yet."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.orm import Session

from server import clock
from server.forms.check import computed
from server.forms.compute import Computed
from server.forms.corrected import corrected
from server.forms.definition import Definition
from server.forms.dictionary import Dictionary
from server.forms.extract import extract_from
from server.forms.instance import BadInstance, Instance, read_instance
from server.forms.queries import definition_of
from server.intake import office
from server.intake.office import Decision, OfficeContent
from server.intake.summaries import summarise
from server.intake.writes import Said
from server.registers.reading import OFFICE
from server.submissions.incoming import Incoming

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Why a submission is kept aside; `text` tells a person."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What a submission says of entities, and what it decides.

    act: all of it, when the office made it. filled: the instance as it came, when it is a filled
    form, and computed anew. findings: what is wrong with it, when it was checked (see `look.py`).
    """

    event_date: date
    form_id: str = ""
    said: tuple[Said, ...] = ()
    decision: Decision | None = None
    join: tuple[str, str] | None = None
    act: OfficeContent | None = None
    settles: bool = False
    reviewable: bool = False
    urgent: bool = False
    line: str = ""
    summary: dict[str, object] = field(default_factory=dict)
    filled: tuple[Instance, Computed] | None = None
    findings: list[dict[str, object]] | None = None
    quarantine: Quarantine | None = None


UNREADABLE = Quarantine("unreadable", "这条记录的内容读不出来，已原样存下，请告诉管理员。")
WAITS = Quarantine(
    "waits", "这条是接着前一条改的，前一条还没传到；内容已存下，前一条到了会自动并入。"
)
UNPROVEN = Quarantine(
    "unproven", "导出这条的手机已停用或没登记过，内容已原样存下，请和本人核对后再并入。"
)
UNKNOWN = "form-version-unknown"
NOT_A_FORM = Quarantine("not-a-form", "手机不能代镇里办这种事，内容已原样存下，请告诉管理员。")


def examine(session: Session, one: Incoming, dictionary: Dictionary) -> Examined:
    """Read a submission; what cannot be read comes back with a reason to keep it aside.

    Of what is unproven the content is read too: it says which village has to look at it.
    """
    read = _read(session, one, dictionary)
    return replace(read, quarantine=UNPROVEN) if one.unproven and not one.malformed else read


def _read(session: Session, one: Incoming, dictionary: Dictionary) -> Examined:
    recorded_on = clock.local(one.recorded_at).date()
    if one.malformed:
        return Examined(recorded_on, quarantine=UNREADABLE)
    if one.waits:
        return Examined(recorded_on, quarantine=WAITS)
    if office.is_office(one.form_id):
        return (
            _office(one) if one.source in OFFICE else Examined(recorded_on, quarantine=NOT_A_FORM)
        )
    definition = definition_of(session, one.form_id, one.form_version)
    if definition is None:
        return Examined(recorded_on, quarantine=_unknown(one))
    try:
        return _filled(one, definition, dictionary, recorded_on)
    except BadInstance:
        return Examined(recorded_on, quarantine=UNREADABLE)
    except Exception:  # a fault of ours must not hold back the neighbours
        log.exception("submission not read", extra={"instance_id": one.instance_id})
        return Examined(recorded_on, quarantine=UNREADABLE)


def _unknown(one: Incoming) -> Quarantine:
    return Quarantine(
        UNKNOWN,
        f"服务器上没有“{one.form_id}”的 {one.form_version} 版，记录已原样存下，请告诉管理员。",
    )


def _filled(
    one: Incoming, definition: Definition, dictionary: Dictionary, recorded_on: date
) -> Examined:
    instance = read_instance(one.xml)
    anew = _anew(instance, definition, one)
    read = corrected(instance, anew) if anew else instance
    extracted = extract_from(read, definition, dictionary)
    if (extracted.instance_id, extracted.form_id) != (one.instance_id, one.form_id):
        raise BadInstance("the XML is another instance, or of another form")
    if extracted.deprecated_id != one.deprecated_id:
        raise BadInstance("the XML corrects another instance")
    summary = summarise(read.root, definition)
    return Examined(
        event_date=_day(extracted.event_date) or recorded_on,
        form_id=extracted.form_id,
        said=tuple(
            Said(entity.register, entity.entity_id, entity.create, entity.properties)
            for entity in extracted.entities
        ),
        reviewable=True,
        urgent=summary.urgent,
        line=summary.line,
        summary=summary.facts,
        filled=(instance, anew) if anew else None,
    )


def _anew(instance: Instance, definition: Definition, one: Incoming) -> Computed | None:
    try:
        return computed(instance, definition, clock.local(one.recorded_at))
    except Exception:  # a fault of ours must not hold back what somebody recorded
        log.exception("submission not computed", extra={"instance_id": one.instance_id})
        return None


def _office(one: Incoming) -> Examined:
    content = office.parse(one.xml)
    return Examined(
        event_date=content.event_date,
        said=tuple(
            Said(entity.register, entity.entity_id, entity.create, entity.properties)
            for entity in content.entities
        ),
        decision=content.decision,
        join=content.join,
        act=content,
        settles=content.kind in ("settle", "join"),
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
