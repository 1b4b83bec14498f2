"""The conversation of a client of this field: list, forms, lists, submissions, refusals."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server import clock
from server.accounts import passwords
from server.accounts.models import AuditEvent, Person
from server.policy.models import PolicyValue
from server.submissions.models import Submission
from tests.making import YIJIA, a_person, looking, writing
from tests.openrosa.collecting import Collect, contact_xml, said, with_entity
from tests.phone import Phone


def stored(app: Flask) -> int:
    with looking(app) as session:
        return session.scalar(select(func.count()).select_from(Submission)) or 0


def test_the_list_names_the_forms_with_their_hashes_and_files(collect: Collect) -> None:
    forms = collect.forms()
    assert set(forms) == {"contact", "household_register", "visit"}
    visit = forms["visit"]
    assert visit["name"] == "入户走访"
    assert visit["hash"].startswith("md5:")
    form = collect.get(visit["downloadUrl"])
    assert etree.fromstring(form.get_data()).tag == "{http://www.w3.org/1999/xhtml}html"
    assert form.headers["X-OpenRosa-Version"] == "1.0"
    assert set(collect.files("visit")) == {"households.csv", "persons.csv", "moment.csv"}
    assert set(collect.files("household_register")) == {"moment.csv", "villages.csv"}


def test_the_lists_show_what_the_person_may_see(
    app: Flask, client: FlaskClient, collect: Collect, household: str
) -> None:
    files = collect.files("visit")
    rows = list(csv.DictReader(io.StringIO(files["households.csv"].decode())))
    assert [(row["name"], row["phone"]) for row in rows] == [(household, "13900001234")]
    assert "bank_account" not in rows[0]
    people = list(csv.DictReader(io.StringIO(files["persons.csv"].decode())))
    assert {row["household"] for row in people} == {household}
    assert "id_number" not in people[0]
    assert b"379999" not in files["persons.csv"]
    charlie = Collect(client, a_person(app, area=YIJIA))
    assert charlie.files("visit")["households.csv"].count(b"\n") == 1


def test_a_form_s_own_rule_about_signatures_holds_for_such_clients_too(
    app: Flask, collect: Collect
) -> None:
    with writing(app) as session:
        for key, value in (
            ("signature.required", False),
            ("position.recorded", "off"),
            ("form.visit.signature", "required"),
            ("form.contact.position", "optional"),
        ):
            row = PolicyValue(key=key, area="", valid_from=date(2026, 1, 1), entry=1, value=value)
            session.add(row)
    said = dict(csv.reader(io.StringIO(collect.files("visit")["moment.csv"].decode())))
    assert said["visit.policy_signature"] == "required"
    assert said["household_register.policy_signature"] == "optional"
    assert said["visit.policy_position"] == "off"
    assert said["contact.policy_position"] == "optional"
    form = collect.get(collect.forms()["visit"]["downloadUrl"]).get_data(as_text=True)
    assert "[name = 'visit.policy_signature']/label" in form


def test_a_list_that_has_not_changed_keeps_its_hash_and_versions(
    collect: Collect, household: str, phone: Phone
) -> None:
    first = collect.files("visit")
    assert collect.files("visit") == first
    collect.fetch("visit")
    version = collect.held[household].version
    collect.send(contact_xml(household, event_date="2026-11-20", phone="13911110000"))
    collect.fetch("visit")
    assert collect.held[household].version > version
    assert collect.held[household].facts["phone"]


def test_what_is_gone_is_told_when_asked(
    app: Flask, client: FlaskClient, collect: Collect, household: str
) -> None:
    charlie = Collect(client, a_person(app, area=YIJIA))
    for who, gone in ((collect, "false"), (charlie, "true")):
        answer = who.get(f"/openrosa/lists/households/integrity?id={household}")
        root = etree.fromstring(answer.get_data())
        assert root.findtext("entities/entity/deleted") == gone
        assert root.find("entities/entity").get("id") == household  # type: ignore[union-attr]


def test_a_client_asks_first_then_sends(app: Flask, collect: Collect, household: str) -> None:
    asked = collect.head()
    assert asked.status_code == 204
    assert int(asked.headers["X-OpenRosa-Accept-Content-Length"]) > 20_000_000
    assert asked.headers["Location"].endswith("/openrosa/submission")
    collect.fetch("contact")
    element = collect.entity("households", household)
    answer = collect.send(contact_xml(household, element, phone="13922220000"))
    assert (answer.status_code, said(answer)) == (201, "已收到。")
    again = stored(app)
    assert again == 2


def test_nobody_comes_in_without_a_password(client: FlaskClient, collect: Collect) -> None:
    for headers in ({}, {"Authorization": "Basic bm9ib2R5Om5vdGhpbmc="}):
        answer = client.get("/openrosa/formList", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert said(answer)
    for headers in ({"Authorization": "Basic !"}, {"Authorization": "Bearer x"}):
        assert client.get("/openrosa/formList", headers=headers).status_code == 401


def test_a_password_does_not_travel_in_the_clear(client: FlaskClient, collect: Collect) -> None:
    for more in (
        {"environ_base": {"REMOTE_ADDR": "192.168.1.5"}},
        {"headers": {**collect.headers, "X-Forwarded-For": "192.168.1.5"}},
    ):
        answer = client.get("/openrosa/formList", **{"headers": collect.headers, **more})
        assert answer.status_code == 403
        assert "https" in said(answer)
    secure = client.get(
        "/openrosa/formList",
        headers=collect.headers,
        environ_base={"REMOTE_ADDR": "192.168.1.5"},
        base_url="https://yihu.example",
    )
    assert secure.status_code == 200
    assert b"https://yihu.example/openrosa/forms/" in secure.get_data()


def test_five_wrong_passwords_lock_the_account_as_on_a_phone(collect: Collect) -> None:
    right, collect.password = collect.password, "wrong-password"
    for _ in range(4):
        assert collect.head().status_code == 401
    locked = collect.head()
    assert (locked.status_code, int(locked.headers["Retry-After"]) > 0) == (429, True)
    collect.password = right
    assert collect.head().status_code == 429


def test_a_password_is_checked_slowly_once_and_quickly_after(
    app: Flask, collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    slow = passwords.check

    def counting(session: Session, name: str, *rest: Any) -> Any:
        checked.append(name)
        return slow(session, name, *rest)

    monkeypatch.setattr(passwords, "check", counting)
    for _ in range(20):
        assert collect.head().status_code == 204
    assert len(checked) == 1
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert collect.head().status_code == 204
    assert len(checked) == 2
    with looking(app) as session:
        actions = session.scalars(
            select(AuditEvent.action).where(AuditEvent.person_id == collect.person_id)
        ).all()
    assert list(actions) == ["basic-signed-in", "basic-signed-in"]


@pytest.mark.parametrize("what", ["password", "disabled"])
def test_a_new_password_or_a_disabled_account_holds_at_once(
    app: Flask, collect: Collect, what: str
) -> None:
    assert collect.head().status_code == 204
    with writing(app) as session:
        person = session.get_one(Person, collect.person_id)
        if what == "password":
            person.password_hash = passwords.hashed("another-password")
        else:
            person.disabled_at = clock.now()
    assert collect.head().status_code == 401


def test_too_many_passwords_from_one_address_have_to_wait(
    client: FlaskClient, collect: Collect
) -> None:
    answers = set()
    for number in range(70):
        stranger = Collect(client, collect.person_id, password=f"guess-{number}")
        answers.add(stranger.head().status_code)
        if 429 in answers and number > 61:
            break
    assert answers == {401, 429}


def test_who_keeps_the_machine_running_gets_no_forms(app: Flask, client: FlaskClient) -> None:
    auditor = Collect(client, a_person(app, "auditor", "370321"))
    answer = auditor.get("/openrosa/formList")
    assert answer.status_code == 403
    assert said(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/openrosa/forms/visit/1.xml",
        "/openrosa/formManifest/nothing/1",
        "/openrosa/lists/people.csv",
        "/openrosa/lists/moment/integrity?id=1",
        "/openrosa/lists/households/integrity",
    ],
)
def test_what_does_not_exist_is_said_in_xml(collect: Collect, path: str) -> None:
    answer = collect.get(path)
    assert answer.status_code == 404
    assert said(answer)


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "not xml",
        "<data id='contact' version='1'/>",
        "<data id='contact'><meta><instanceID>uuid:5</instanceID></meta></data>",
        with_entity("<data id='contact'><meta></meta>", "<entity/>"),
        '<!DOCTYPE data [<!ENTITY a "b">]>' + contact_xml("5"),
    ],
)
def test_a_form_without_a_name_is_refused_and_nothing_stored(
    app: Flask, collect: Collect, xml: str
) -> None:
    answer = collect.send(xml)
    assert answer.status_code in {400, 422}
    assert said(answer)
    assert stored(app) == 0


def test_a_request_without_a_form_is_refused(collect: Collect) -> None:
    for body in ({}, {"data": b"<data/>"}, {"data": b"--x", "content_type": "multipart/form-data"}):
        answer = collect.client.post("/openrosa/submission", headers=collect.headers, **body)
        assert answer.status_code == 400
        assert said(answer)


def test_a_form_version_that_nobody_knows_is_kept_aside(
    app: Flask, collect: Collect, household: str
) -> None:
    before = stored(app)
    xml = contact_xml(household).replace("2026112201", "2031010101")
    answer = collect.send(xml)
    assert answer.status_code == 202
    assert "2031010101" in said(answer)
    assert stored(app) == before + 1


def test_another_encoding_is_read_and_kept_as_text(
    app: Flask, collect: Collect, household: str
) -> None:
    for encoding in ("utf-16", "gbk", "utf-8-sig"):
        xml = contact_xml(household, group_name="二组")
        declared = encoding.replace("-sig", "")
        content = f"<?xml version='1.0' encoding='{declared}'?>{xml}".encode(encoding)
        assert collect.send(content).status_code == 201
        assert said(collect.send(content)) == "以前已经收到过。"
    with looking(app) as session:
        found = session.scalars(select(Submission.xml).where(Submission.form_id == "contact"))
        assert all("二组" in xml for xml in found)
