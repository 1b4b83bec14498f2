"""Taking in the second content that came under one id, as a correction of the first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from lxml import etree
from sqlalchemy.orm import Session

from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.changes.queries import numbered_last
from server.intake.office import derived_id
from server.intake.readmit import readmit
from server.intake.receive import receive
from server.problems import DecisionRefused, NotFound
from server.review import queries
from server.submissions.incoming import Incoming, NamedFile

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def take_second(session: Session, actor: Actor, instance_id: str, now: datetime) -> str:
    """Take the newest other content in as its author's correction; returns its new id.

    It goes up for review like every correction: rejecting it brings the first back. Raises
    DecisionRefused when it cannot be read or merged.
    """
    first = queries.submission(session, instance_id)
    body = queries.second_content(session, instance_id)
    if first is None or body is None:
        raise NotFound
    form_id, form_version = cast("tuple[str, str]", tuple(cast("list[str]", body["form"])))
    new_id = derived_id("second", instance_id, str(body["xml"]))
    one = Incoming(
        instance_id=new_id,
        form_id=form_id,
        form_version=form_version,
        xml=_renamed(str(body["xml"]), new_id, instance_id),
        recorded_at=_moment(body.get("recorded_at")) or first.recorded_at,
        person_id=first.person_id,
        device_id=first.device_id,
        shown=cast("Mapping[str, object]", body["shown"]),
        confirmed=frozenset(cast("list[str]", body["confirmed"])),
        attachments=tuple(
            NamedFile(*file) for file in cast("list[list[Any]]", body.get("attachments") or [])
        ),
        deprecated_id=instance_id,
        clock_error_s=first.clock_error_s,
    )
    with numbered_last(session):
        (outcome,) = receive(session, [one], actor, now).outcomes
        if outcome.fate == "quarantined":  # the reviewer answers for what its author may not do
            outcome = readmit(session, new_id, now, vouching=actor)
    if outcome.fate not in ("stored", "already_stored"):
        raise DecisionRefused(outcome.detail)
    accounts.audit(
        session, now, actor.person_id, "second.taken", instance_id, detail={"as": new_id}
    )
    return new_id


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _renamed(xml: str, instance_id: str, replaces: str) -> str:
    """The same answers as another instance that corrects the first."""
    try:
        root = etree.fromstring(xml.encode(), _PARSER)
    except etree.XMLSyntaxError:
        raise DecisionRefused("后到的那份内容读不出来，只能留着。") from None
    name = next((el for el in root.iter() if _local(el) == "instanceID"), None)
    meta = name.getparent() if name is not None else None
    if name is None or meta is None:
        raise DecisionRefused("后到的那份内容没有编号，只能留着。")
    for old in [el for el in meta if _local(el) == "deprecatedID"]:
        meta.remove(old)
    name.text = f"uuid:{instance_id}"
    replaced = etree.SubElement(meta, str(name.tag).replace("instanceID", "deprecatedID"))
    replaced.text = f"uuid:{replaces}"
    return etree.tostring(root, encoding="unicode")


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
