"""Fixtures of the stories of other clients."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.accounts import basic
from server.forms.publish import publish
from tests.forms.instances import new_id, register_xml
from tests.making import a_device, a_person, publish_forms, writing
from tests.numbering import counter_last
from tests.openrosa.collecting import CONTACT, Collect
from tests.phone import Phone

__all__ = ["counter_last"]


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """A password of an earlier test is not remembered."""
    basic.forget_all()


@pytest.fixture
def phone(app: Flask, client: FlaskClient, tmp_path: Path) -> Phone:
    """Our own phone, with the shipped forms and one more that updates households."""
    publish_forms(app)
    source = tmp_path / "contact.md"
    source.write_text(CONTACT)
    with writing(app) as session:
        publish(session, source, now=clock.now(), valid_from=date(2020, 1, 1))
    return Phone(client, a_device(client))


@pytest.fixture
def collect(app: Flask, client: FlaskClient, phone: Phone) -> Collect:
    """Dora's client, of the same village."""
    return Collect(client, a_person(app, "team_member", name="多拉"))


@pytest.fixture
def household(phone: Phone) -> str:
    """A household that is known."""
    household = new_id()
    _, outcome = phone.send(
        "household_register",
        lambda i: register_xml(household, instance_id=i, phone="13900001234", welfare="dibao"),
    )
    assert outcome == "stored"
    phone.pull()
    return household
