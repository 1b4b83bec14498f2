"""After a disaster phones refill the server; a returned record is corrected on another phone."""

from __future__ import annotations

from typing import Any

from flask import Flask

from server.config import Settings
from tests.attachments.photos import a_photo, sha256_of
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import a_device
from tests.phone import Phone
from tests.sync.conftest import uploader


def known(phone: Phone, *ids: str) -> dict[str, Any]:
    response = phone.client.post(
        "/api/v1/sync/known", json={"instance_ids": ids}, headers=phone.device.headers
    )
    assert response.status_code == 200
    answer: dict[str, Any] = response.get_json()
    return {name: value for name, value in answer.items() if name != "epoch"}


def with_photo(phone: Phone, household: str, content: bytes, name: str = "1.jpg") -> str:
    file = {
        "name": name,
        "sha256": sha256_of(content),
        "size": len(content),
        "media_type": "image/jpeg",
    }
    visit, _ = phone.send(
        "visit", lambda i: visit_xml(household, instance_id=i), attachments=[file]
    )
    return visit


def test_files_that_the_server_lost_are_asked_back_from_their_author(
    app: Flask, settings: Settings, alice: Phone, dora: Phone
) -> None:
    household, content = new_id(), a_photo()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    visit = with_photo(alice, household, content)
    lost = new_id()
    wanted = [{"instance_id": visit, "name": "1.jpg"}]
    assert known(alice, visit, lost) == {"missing": [lost], "missing_files": wanted}
    assert known(dora, visit)["missing_files"] == []
    uploader(alice).upload(content)
    assert known(alice, visit) == {"missing": [], "missing_files": []}
    for path in settings.files.rglob(f"{sha256_of(content)}*"):
        path.unlink()  # the database was restored without its files
    assert known(alice, visit)["missing_files"] == wanted
    uploader(alice).upload(content)
    assert known(alice, visit)["missing_files"] == []


def test_the_author_gets_his_record_back_on_another_phone_and_nobody_else(
    alice: Phone, dora: Phone
) -> None:
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    alice.pull()
    content = a_photo()
    visit, _ = alice.send(
        "visit",
        lambda i: visit_xml(household, instance_id=i),
        shown=alice.shown(household),
        confirmed=[f"{household}/food_ok"],
        attachments=[
            {
                "name": "1.jpg",
                "sha256": sha256_of(content),
                "size": len(content),
                "media_type": "image/jpeg",
            }
        ],
    )
    second = Phone(alice.client, a_device(alice.client, person_id=alice.device.person_id))
    kept = second._get(f"submissions/{visit}")
    assert kept["shown"] == alice.shown(household)
    assert kept["attachments"][0]["sha256"] == sha256_of(content)
    again = second.push(kept)
    assert again["outcomes"][0]["outcome"] == "already_stored"
    for path in (f"submissions/{visit}", f"submissions/{new_id()}"):
        refused = dora.client.get(f"/api/v1/sync/{path}", headers=dora.device.headers)
        assert refused.status_code == 404


def test_what_had_no_readable_shape_is_not_given_back(alice: Phone) -> None:
    instance = new_id()
    sent = alice.push({"instance_id": instance, "form_id": "visit", "xml": 7})
    assert sent["outcomes"][0]["outcome"] == "quarantined"
    refused = alice.client.get(f"/api/v1/sync/submissions/{instance}", headers=alice.device.headers)
    assert refused.status_code == 404
