"""Alice's phone in 三里村 and the township's desk."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.console.desk import Desk
from tests.forms.instances import new_id, register_xml
from tests.making import a_device, publish_forms
from tests.numbering import counter_last
from tests.phone import Phone

__all__ = ["counter_last"]


@pytest.fixture
def alice(app: Flask, client: FlaskClient) -> Phone:
    """A first secretary's phone; the forms are published."""
    publish_forms(app)
    return Phone(client, a_device(client))


@pytest.fixture
def desk(app: Flask, alice: Phone) -> Desk:
    """The township's reviewer, signed in."""
    return Desk(app)


@pytest.fixture
def household(alice: Phone) -> str:
    """A household of two old people that Alice registered."""
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    alice.pull()
    return household
