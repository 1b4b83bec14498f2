"""A newer data dictionary takes the place of the old one, and the registers follow by a rebuild."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from server import clock
from server.forms.compile import FormRefused
from server.forms.publish import FORMS, renew_dictionary
from server.forms.queries import dictionary_in_force
from server.registers import values
from server.registers.models import Entity
from tests.forms.instances import new_id, our_dictionary, register_xml
from tests.making import a_device, looking, publish_forms, writing
from tests.phone import Phone
from tests.rebuilding import differences


def renewed(tmp_path: Path, old: str, new: str, version: int | None = None) -> Path:
    """A folder whose dictionary is ours with one thing changed, and newer unless said otherwise."""
    folder = tmp_path / "forms"
    folder.mkdir(exist_ok=True)
    text = (FORMS / "registers.toml").read_text("utf-8")
    assert old in text
    ours = our_dictionary().version
    newer = f"\nversion = {version or ours + 1}\n"
    text = text.replace(old, new).replace(f"\nversion = {ours}\n", newer)
    (folder / "registers.toml").write_text(text, "utf-8")
    return folder


RULE = 'name = "phone", label = "联系电话", type = "text", rule = "review"'


def test_a_newer_dictionary_holds_and_a_rebuild_applies_it(app: Flask, tmp_path: Path) -> None:
    publish_forms(app)
    alice = Phone(app.test_client(), a_device(app.test_client()))
    household = new_id()
    for day, number in (("2026-11-10", "13900000001"), ("2026-11-12", "13900000002")):
        alice.send(
            "household_register",
            lambda i, d=day, n=number: register_xml(
                household, instance_id=i, event_date=d, phone=n
            ),
        )
    with looking(app) as session:
        assert "phone" in values.disputed(session.get_one(Entity, household).live)
    with writing(app) as session:
        folder = renewed(tmp_path, RULE, RULE.replace("review", "latest"))
        assert renew_dictionary(session, clock.now(), folder)
        assert dictionary_in_force(session).version == our_dictionary().version + 1
    assert {one.id for one in differences(app, keep=True)} >= {household}
    with looking(app) as session:
        live = session.get_one(Entity, household).live
    assert values.text(live, "phone") == "13900000002"
    assert differences(app) == []


def test_what_may_no_longer_be_seen_is_not_in_what_phones_take_after(
    app: Flask, tmp_path: Path
) -> None:
    publish_forms(app)
    client = app.test_client()
    alice = Phone(client, a_device(client))
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    alice.pull()

    def fetched() -> str:
        listed = client.get("/api/v1/sync/snapshots", headers=alice.device.headers).get_json()
        area = listed["snapshots"][0]["area"]
        answer = client.get(f"/api/v1/sync/snapshots/{area}", headers=alice.device.headers)
        return answer.get_data(as_text=True)

    assert "13900008468" in fetched()
    with writing(app) as session:
        assert renew_dictionary(
            session, clock.now(), renewed(tmp_path, RULE, f'{RULE}, phone = "never"')
        )
    answer = client.get(
        "/api/v1/sync/pull", query_string={"cursor": alice.cursor}, headers=alice.device.headers
    )
    assert answer.status_code == 410
    assert "13900008468" not in fetched()


def test_the_same_dictionary_or_an_older_one_is_left_alone(app: Flask, tmp_path: Path) -> None:
    publish_forms(app)
    with writing(app) as session:
        assert not renew_dictionary(session, clock.now())
        assert not renew_dictionary(session, clock.now(), renewed(tmp_path, RULE, RULE, version=1))


def test_a_dictionary_without_what_forms_save_to_is_refused(app: Flask, tmp_path: Path) -> None:
    publish_forms(app)
    folder = renewed(tmp_path, 'name = "food_ok"', 'name = "food_is_ok"')
    with writing(app) as session, pytest.raises(FormRefused) as refused:
        renew_dictionary(session, clock.now(), folder)
    assert "households.food_ok" in refused.value.reasons[0]
