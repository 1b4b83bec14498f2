"""Two people wrote differently: both values are shown, one is settled, with a reason."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.registers.models import Entity
from server.registers.values import disputed, text
from tests.console.desk import Desk, text_of
from tests.forms.instances import register_xml
from tests.making import a_device, looking
from tests.phone import Phone


def change(who: Phone, household: str, **answers: str) -> None:
    who.send(
        "household_register",
        lambda i: register_xml(household, known=True, members=[], instance_id=i, **answers),
        shown=who.shown(*[entity for _, entity in who.rows]),
    )


@pytest.fixture
def quarrel(client: FlaskClient, alice: Phone, household: str) -> str:
    """A household whose telephone number Alice and Dora changed differently."""
    dora = Phone(client, a_device(client, "team_member"))
    dora.pull()
    change(alice, household, phone="13911110000", group_name="二组")
    change(dora, household, phone="13922220000")
    return household


def fields(page: str) -> dict[str, list[str]]:
    """Name -> values of the form's hidden heads and choices."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="((?:heads|value):[^"]+)" value="([^"]*)"', page):
        found.setdefault(unescape(name), []).append(unescape(value))
    return found


def entity(app: Flask, household: str) -> Entity:
    with looking(app) as session:
        return session.get_one(Entity, household)


def test_both_values_stand_side_by_side_and_can_be_told_apart(desk: Desk, quarrel: str) -> None:
    page = desk.page(f"/console/disputes/{quarrel}")
    words = text_of(page)
    assert "1391111" in words.replace("*", "")
    assert "1392222" in words.replace("*", "")
    assert "当时手机上显示：139****8468" in words
    assert "谁也没有看到对方的修改" in words
    assert "陈广田" in text_of(desk.page("/console/disputes/"))


def test_choosing_one_settles_it(app: Flask, desk: Desk, quarrel: str) -> None:
    page = desk.page(f"/console/disputes/{quarrel}")
    form = fields(page)
    (choice,) = [name for name in form if name.startswith("value:")]
    (heads,) = [name for name in form if name.startswith("heads:")]
    answer = desk.post(
        f"/console/disputes/{quarrel}",
        **{choice: '"13922220000"', heads: form[heads][0], "reason": "电话问了本人"},
    )
    assert answer.status_code == 302
    assert text(entity(app, quarrel).live, "phone") == "13922220000"
    assert not disputed(entity(app, quarrel).live)
    assert "没有填得不一样的" in desk.page("/console/disputes/")


def test_another_value_settles_it_too(app: Flask, desk: Desk, quarrel: str) -> None:
    form = fields(desk.page(f"/console/disputes/{quarrel}"))
    (heads,) = [name for name in form if name.startswith("heads:")]
    key = heads.removeprefix("heads:")
    other = {f"value:{key}": "other", heads: form[heads][0], "reason": "看了证件"}
    missing = desk.post(f"/console/disputes/{quarrel}", **other)
    assert missing.status_code == 422
    assert "请写上正确的值" in missing.get_data(as_text=True)
    desk.post(f"/console/disputes/{quarrel}", **{**other, f"other:{key}": "13933334444"})
    assert text(entity(app, quarrel).live, "phone") == "13933334444"


def test_settling_needs_a_choice_and_a_reason(app: Flask, desk: Desk, quarrel: str) -> None:
    form = fields(desk.page(f"/console/disputes/{quarrel}"))
    (heads,) = [name for name in form if name.startswith("heads:")]
    key = heads.removeprefix("heads:")
    nothing = desk.post(f"/console/disputes/{quarrel}", reason="电话问了本人")
    assert nothing.status_code == 422
    silent = desk.post(
        f"/console/disputes/{quarrel}",
        **{f"value:{key}": '"13922220000"', heads: form[heads][0], "reason": " "},
    )
    assert silent.status_code == 422
    assert "请写明核定的依据" in silent.get_data(as_text=True)
    assert disputed(entity(app, quarrel).live)


def test_a_value_that_arrived_meanwhile_is_shown_first(
    app: Flask, client: FlaskClient, desk: Desk, quarrel: str
) -> None:
    form = fields(desk.page(f"/console/disputes/{quarrel}"))
    (heads,) = [name for name in form if name.startswith("heads:")]
    key = heads.removeprefix("heads:")
    erin = Phone(client, a_device(client, "village_committee"))
    change(erin, quarrel, phone="13955556666")
    late = desk.post(
        f"/console/disputes/{quarrel}",
        **{f"value:{key}": '"13922220000"', heads: form[heads][0], "reason": "电话问了本人"},
    )
    assert late.status_code == 409
    assert "13955556666" in late.get_data(as_text=True)
    assert "电话问了本人" in late.get_data(as_text=True)
    assert disputed(entity(app, quarrel).live)
