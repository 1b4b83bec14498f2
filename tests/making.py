"""Makes the people, areas and phones that tests speak of; plain functions with defaults.

The areas are those of the demo county: a town with two villages. Alice records in 三里村,
Bob reviews for the town, Charlie records in 伊家村 and must see nothing of 三里村.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from server import clock
from server.accounts import people
from server.accounts.models import Area, Person
from server.changes import queries as changes
from server.database import Model, reading, transaction
from server.forms import publish
from server.forms.models import DictionaryVersion, FormVersion
from server.policy import values
from server.policy.models import PolicyValue
from tests.forms.instances import compiled, instance_xml

COUNTY = "370321"
TOWN = "370321110"
SANLI = "370321110217"
YIJIA = "370321110223"
AREAS = (
    (COUNTY, "桓台县", "county", None),
    (TOWN, "果里镇", "town", COUNTY),
    (SANLI, "三里村", "village", TOWN),
    (YIJIA, "伊家村", "village", TOWN),
)
LONG_AGO = date(2020, 1, 1)
PASSWORD = "Yihu-2026-test"


@dataclass(frozen=True, slots=True)
class SignedInDevice:
    """A phone that somebody signed in on."""

    id: str
    token: str
    person_id: str

    @property
    def headers(self) -> dict[str, str]:
        """What its every request carries."""
        return {"Authorization": f"Bearer {self.token}"}


@contextmanager
def writing(app: Flask) -> Iterator[Session]:
    """A writing transaction outside a request."""
    with app.app_context(), transaction() as session:
        yield session


@contextmanager
def looking(app: Flask) -> Iterator[Session]:
    """A reading outside a request."""
    with app.app_context(), reading() as session:
        yield session


def seed_areas(session: Session) -> None:
    """The county, its town and two villages, and the county's counter."""
    for code, name, level, parent in AREAS:
        session.add(Area(code=code, name=name, level=level, parent=parent, valid_from=LONG_AGO))
    changes.start(session, COUNTY)
    session.flush()


def a_person(
    app: Flask,
    role: str = "first_secretary",
    area: str = SANLI,
    *,
    username: str | None = None,
    name: str = "李明远",
) -> str:
    """A new account's person id; the password is PASSWORD, the user name made up if absent."""
    with writing(app) as session:
        return people.add(
            session,
            username=username or f"u{uuid.uuid4().hex[:12]}",
            name=name,
            password=PASSWORD,
            role=role,
            area=area,
            now=clock.now(),
            valid_from=LONG_AGO,
        ).id


def username_of(app: Flask, person_id: str) -> str:
    """The name that a person signs in with."""
    with looking(app) as session:
        return session.scalars(select(Person.username).where(Person.id == person_id)).one()


def a_device(
    client: FlaskClient,
    role: str = "first_secretary",
    area: str = SANLI,
    *,
    person_id: str | None = None,
    device_name: str = "红米 12C",
) -> SignedInDevice:
    """A phone signed in through the API, by a new person of this role or by a known one."""
    app = client.application
    person_id = person_id or a_person(app, role, area)
    response = client.post(
        "/api/v1/devices",
        json={
            "username": username_of(app, person_id),
            "password": PASSWORD,
            "device_name": device_name,
        },
    )
    assert response.status_code == 201, response.get_data(as_text=True)
    body = response.get_json()
    return SignedInDevice(id=body["device"]["id"], token=body["token"], person_id=person_id)


def publish_forms(app: Flask) -> None:
    """The dictionary, policy and forms that we ship; compiled once for all tests of a process."""
    with writing(app) as session:
        if not _shipped:
            values.seed(session)
            publish.seed(session, clock.now())
            session.flush()
            for table in (PolicyValue, DictionaryVersion, FormVersion):
                rows = session.execute(select(table.__table__)).mappings()
                _shipped[table] = [dict(row) for row in rows]
        else:
            for shipped, kept in _shipped.items():
                session.execute(insert(shipped), kept)


_shipped: dict[type[Model], list[dict[str, Any]]] = {}


def filled(
    form_id: str,
    household: str,
    *,
    instance_id: str | None = None,
    deprecated_id: str | None = None,
    **answers: str | Sequence[Mapping[str, str]],
) -> str:
    """The XML of one of our forms about a household, with the head that phones fill in.

    answers: by question name, a repeat's name holds a list of rows; `""` leaves one out.
    """
    usual: dict[str, str | Sequence[Mapping[str, str]]] = {
        "hh_uuid": household,
        "event_date": "2026-11-20",
        "entry_date": "2026-11-20",
        "recorded_mode": "onsite",
        "recorder_name": "李明远",
        "recorder_role": "first_secretary",
        "policy_photo": "optional",
        "policy_signature": "optional",
    }
    return instance_xml(
        compiled(form_id).definition,
        {name: said for name, said in (usual | answers).items() if said != ""},
        instance_id=instance_id,
        deprecated_id=deprecated_id,
    )


def publish_trial(app: Flask, source: str, folder: Path) -> str:
    """Publish a form written in a test as Markdown; returns its id. `folder` holds its file."""
    file = folder / "trial.md"
    file.write_text(source, "utf-8")
    with writing(app) as session:
        row = publish.publish(session, file, now=clock.now(), valid_from=LONG_AGO)
        assert row is not None
        return row.form_id
