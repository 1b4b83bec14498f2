"""Pictures that come with a filled form, in one request or in several."""

from __future__ import annotations

import io
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from server.attachments import part, store
from server.config import Settings
from server.submissions.models import SubmissionAttachment
from tests.attachments.photos import a_photo, sha256_of
from tests.forms.instances import new_id, visit_xml
from tests.making import SANLI, a_device, a_person, looking
from tests.openrosa.collecting import Collect, said, with_entity


def a_visit(collect: Collect, household: str, *photos: str, instance_id: str) -> str:
    collect.fetch("visit")
    element = collect.entity("households", household)
    rows = [{"photo": name} for name in photos]
    return with_entity(visit_xml(household, instance_id=instance_id, photos=rows), element)


def files_of(app: Flask, instance_id: str) -> dict[str, str]:
    with looking(app) as session:
        rows = session.execute(
            select(SubmissionAttachment.name, SubmissionAttachment.sha256).where(
                SubmissionAttachment.instance_id == instance_id
            )
        )
        return {row.name: row.sha256 for row in rows}


def test_a_form_and_its_pictures_in_one_request(
    app: Flask, client: FlaskClient, settings: Settings, collect: Collect, household: str
) -> None:
    name, photo = new_id(), a_photo()
    xml = a_visit(collect, household, "1.jpg", instance_id=name)
    answer = collect.send(xml, {"1.jpg": photo})
    assert (answer.status_code, said(answer)) == (201, "已收到。")
    assert store.path_of(settings.files, sha256_of(photo)).read_bytes() == photo
    phone = a_device(client)
    seen = client.get(f"/api/v1/attachments/content/{name}/1.jpg?size=thumb", headers=phone.headers)
    assert seen.status_code == 200
    seen.close()
    assert list(settings.uploads.iterdir()) == []


def test_pictures_come_one_by_one_in_later_requests(
    app: Flask, collect: Collect, household: str
) -> None:
    name, photos = new_id(), {f"{n}.jpg": a_photo(seed=n) for n in (1, 2, 3)}
    xml = a_visit(collect, household, *photos, instance_id=name)
    told = []
    for each, content in photos.items():
        answer = collect.send(xml, {each: content})
        told.append((answer.status_code, said(answer)))
    assert [status for status, _ in told] == [202, 202, 201]
    assert "还有 2 张照片没到" in told[0][1]
    assert files_of(app, name) == {n: sha256_of(c) for n, c in photos.items()}


def test_sending_all_of_it_again_after_a_lost_reply_changes_nothing(
    app: Flask, collect: Collect, household: str, settings: Settings
) -> None:
    name, photo = new_id(), a_photo()
    xml = a_visit(collect, household, "1.jpg", "2.jpg", instance_id=name)
    for _ in range(3):
        assert collect.send(xml, {"1.jpg": photo}).status_code == 202
    assert collect.send(xml, {"2.jpg": photo, "1.jpg": photo}).status_code == 201
    assert files_of(app, name) == {"1.jpg": sha256_of(photo), "2.jpg": sha256_of(photo)}
    assert len([path for path in settings.files.rglob("*") if path.is_file()]) == 2


def test_another_picture_under_the_same_name_is_kept_too(
    app: Flask, collect: Collect, household: str
) -> None:
    name, first, other = new_id(), a_photo(seed=1), a_photo(seed=2)
    xml = a_visit(collect, household, "1.jpg", instance_id=name)
    collect.send(xml, {"1.jpg": first})
    collect.send(xml, {"1.jpg": other})
    assert files_of(app, name) == {
        "1.jpg": sha256_of(first),
        f"1~{sha256_of(other)[:8]}.jpg": sha256_of(other),
    }


def test_a_broken_picture_is_named_and_holds_back_nothing(
    app: Flask, collect: Collect, household: str, settings: Settings
) -> None:
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    name = new_id()
    xml = a_visit(collect, household, "1.jpg", "2.jpg", "3.jpg", instance_id=name)
    answer = collect.send(
        xml, {"1.jpg": a_photo()[:2000], "2.jpg": bomb.getvalue(), "3.jpg": a_photo()}
    )
    assert answer.status_code == 202
    assert "1.jpg、2.jpg" in said(answer)
    assert set(files_of(app, name)) == {"3.jpg"}
    assert list(settings.uploads.iterdir()) == []


@pytest.mark.parametrize(
    "hostile",
    ["../../yihu.db", "/etc/passwd", "C:\\boot.ini", "a" * 5000, "CON", "x\x00.jpg", "审计.csv"],
)
def test_files_that_the_form_does_not_mention_are_left_alone(
    app: Flask, collect: Collect, household: str, settings: Settings, hostile: str
) -> None:
    name = new_id()
    xml = a_visit(collect, household, instance_id=name)
    answer = collect.send(xml, {hostile: a_photo()})
    assert answer.status_code == 201
    assert files_of(app, name) == {}
    assert not settings.files.exists()


@pytest.mark.parametrize("hostile", ["../../yihu.db", "/etc/passwd", "CON"])
def test_a_name_is_never_a_path(
    app: Flask, collect: Collect, household: str, settings: Settings, hostile: str
) -> None:
    name, photo = new_id(), a_photo()
    xml = a_visit(collect, household, hostile, instance_id=name)
    assert collect.send(xml, {hostile: photo}).status_code == 201
    assert files_of(app, name) == {hostile: sha256_of(photo)}
    kept = [path.relative_to(settings.instance) for path in settings.files.rglob("*")]
    assert {str(path).split("/")[0] for path in kept} == {"attachments"}


def test_nobody_adds_a_picture_to_anothers_record(
    app: Flask, client: FlaskClient, collect: Collect, household: str
) -> None:
    name = new_id()
    xml = a_visit(collect, household, "1.jpg", instance_id=name)
    collect.send(xml)
    other = Collect(client, a_person(app, "team_member", SANLI))
    other.send(xml, {"1.jpg": a_photo()})
    assert files_of(app, name) == {}


def test_a_full_disk_is_said_and_stores_nothing(
    app: Flask, collect: Collect, household: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = new_id()
    xml = a_visit(collect, household, "1.jpg", instance_id=name)
    monkeypatch.setattr(part, "LEFT_FREE", 2**62)
    answer = collect.send(xml, {"1.jpg": a_photo()})
    assert answer.status_code == 507
    assert "磁盘满了" in said(answer)
    monkeypatch.undo()
    assert collect.send(xml, {"1.jpg": a_photo()}).status_code == 201


def test_the_same_form_from_many_requests_at_once_is_stored_once(
    app: Flask, collect: Collect, household: str
) -> None:
    name = new_id()
    photos = {f"{n}.jpg": a_photo(seed=n) for n in range(4)}
    xml = a_visit(collect, household, *photos, instance_id=name)
    seen = []

    def send(each: str) -> None:
        client = Collect(app.test_client(), collect.person_id)
        seen.append(client.send(xml, {each: photos[each]}).status_code)

    threads = [threading.Thread(target=send, args=(each,)) for each in photos]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) <= {201, 202}
    assert files_of(app, name) == {n: sha256_of(c) for n, c in photos.items()}
