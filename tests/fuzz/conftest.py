"""One instance for all hostile requests of a module."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from server import create_app
from server.config import Settings
from server.database import db
from server.security import limiter
from tests.forms.instances import new_id, register_xml
from tests.fuzz.judging import Judge
from tests.making import COUNTY, SANLI, a_device, a_person, publish_forms
from tests.openrosa.collecting import Collect
from tests.phone import Phone


@dataclass
class Target:
    """A running application, people who talk with it, and a household that is known."""

    app: Flask
    phone: Phone
    collect: Collect
    household: str
    judge: Judge


@pytest.fixture
def target(sqlite_template: Path, tmp_path: Path) -> Iterator[Target]:
    """Everything that hostile requests are sent to."""
    shutil.copy(sqlite_template, tmp_path / "yihu.db")
    instance = tmp_path / "instance"
    instance.mkdir()
    app = create_app(
        Settings(
            instance=instance,
            database_url=f"sqlite:///{tmp_path / 'yihu.db'}",
            redis_url=None,
            secret_key="a secret of the tests",
            host="127.0.0.1",
            port=8000,
            web_threads=2,
            https=False,
            demo=False,
            county=COUNTY,
            county_name="桓台县",
            pwa_dist=tmp_path / "dist",
        )
    )
    with app.app_context():
        limiter.reset()
    publish_forms(app)
    client = app.test_client()
    phone = Phone(client, a_device(client))
    household = new_id()
    phone.send("household_register", lambda i: register_xml(household, instance_id=i))
    collect = Collect(client, a_person(app, "team_member", SANLI))
    yield Target(app, phone, collect, household, Judge())
    with app.app_context():
        db.engine.dispose()
