"""Phones of the tests of sync: Alice and Dora of one village, Charlie of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.attachments.photos import Uploader
from tests.making import YIJIA, a_device, publish_forms
from tests.phone import Phone
from tests.rebuilding import assert_rebuilds

Rebuilt = Callable[[], None]


@pytest.fixture
def alice(app: Flask, client: FlaskClient) -> Phone:
    publish_forms(app)
    return Phone(client, a_device(client))


@pytest.fixture
def dora(alice: Phone) -> Phone:
    return Phone(alice.client, a_device(alice.client, "team_member"))


@pytest.fixture
def charlie(alice: Phone) -> Phone:
    return Phone(alice.client, a_device(alice.client, area=YIJIA))


def uploader(phone: Phone) -> Uploader:
    """The same phone, for its photos."""
    made = Uploader(phone.client)
    made.device = phone.device
    return made


@pytest.fixture(autouse=True)
def rebuilt(app: Flask) -> Iterator[None]:
    """After each story the stored registers equal those computed from the submissions alone."""
    yield
    assert_rebuilds(app)
