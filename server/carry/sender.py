"""Whose phone wrote a carry file, and whether its token proves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from server.accounts import devices
from server.accounts import queries as accounts


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a carry file says it is from.

    proven: its token is one of a phone that is in use, however long it was silent. doubt: in
    Chinese why not. person_id, device_id: None where nobody like that is known here.
    """

    person_id: str | None
    device_id: str | None
    person: str
    device: str
    clock_error_s: int
    doubt: str = ""

    @property
    def proven(self) -> bool:
        return not self.doubt


def sender_of(session: Session, opening: Mapping[str, Any]) -> Sender:
    """Who wrote the file that begins with this frame `M`."""
    found = devices.ever_of_token(session, str(opening.get("token", "")))
    if found is None:
        person = accounts.person(session, str(opening.get("person", "")))
        return Sender(
            person_id=person.id if person else None,
            device_id=None,
            person=person.name if person else "查不到这个人",
            device="没登记过的手机",
            clock_error_s=0,
            doubt="这部手机没有在这台服务器上登记过",
        )
    person = accounts.person(session, found.person_id)
    doubt = ""
    if found.revoked_at is not None:
        doubt = "这部手机已经停用"
    elif person is None or person.disabled_at is not None:
        doubt = "这个人的账号已经停用"
    elif (found.id, found.person_id) != (opening.get("device"), opening.get("person")):
        doubt = "文件里写的人和手机，与登记的不一样"
    return Sender(
        person_id=found.person_id,
        device_id=found.id,
        person=person.name if person else "",
        device=found.name,
        clock_error_s=found.clock_error_s,
        doubt=doubt,
    )
