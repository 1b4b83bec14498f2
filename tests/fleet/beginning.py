"""The world as each history finds it: everybody signed in, and one household on every phone."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from tests.fleet.doorstep import Form
from tests.fleet.people import RECORDERS
from tests.fleet.phone import Draft, Phone
from tests.fleet.server import VERSIONS, Server
from tests.making import SANLI
from tests.roster.making_rosters import HEAD_ID


@dataclass(frozen=True)
class World:
    """The server and the phones of the beginning."""

    server: Server
    phones: Sequence[Phone]


def first_phones(server: Server) -> list[Phone]:
    """Sign everybody in, register a household on the first phone, and begin there from now on."""
    phones = [
        Phone(server, person, f"{person.name}-{number + 1}")
        for person in RECORDERS
        for number in range(person.phones)
    ]
    first = phones[0]
    first.sign_in()
    form = _household()
    draft = Draft(str(uuid.uuid4()), form, {}, SANLI)
    first.drafts.append(draft)
    first.finish(draft)
    for phone in phones:
        phone.synchronize()
    server.keep_as_beginning()
    return phones


def _household() -> Form:
    head, child = str(uuid.uuid4()), str(uuid.uuid4())
    return Form(
        form_id="doorstep",
        version=VERSIONS["doorstep"][0],
        household=str(uuid.uuid4()),
        known=False,
        event_date="2026-11-18",
        answers={
            "village_code": SANLI,
            "head": head,
            "phone": "13900000001",
            "fuel": "electric gas",
            "household_type": "ordinary",
        },
        people={
            head: {"person_name": "杨洪涛", "id_number": HEAD_ID, "member_status": "in"},
            child: {"person_name": "杨晨", "health_status": "healthy", "member_status": "in"},
        },
        new_people=frozenset((head, child)),
    )
