"""What could not be merged by itself is shown, explained, and dealt with."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from server.followup.models import Task
from server.submissions.models import ReviewState, Submission
from tests.console.desk import Desk, text_of
from tests.forms.instances import visit_xml
from tests.making import YIJIA, a_device, looking
from tests.phone import Phone


def outside(client: FlaskClient, household: str) -> str:
    """A visit by somebody of another village; it is set aside."""
    charlie = Phone(client, a_device(client, area=YIJIA))
    instance_id, outcome = charlie.send("visit", lambda i: visit_xml(household, instance_id=i))
    assert outcome == "quarantined"
    return instance_id


def test_a_record_that_was_set_aside_is_merged_when_the_office_answers_for_it(
    app: Flask, client: FlaskClient, desk: Desk, household: str
) -> None:
    one = outside(client, household)
    words = text_of(desk.page("/console/checks/"))
    assert "没有并进户档" in words
    assert "不在记录人管的村里" in words
    assert "见到户主" in words
    answer = desk.post(f"/console/checks/quarantine/{one}", decision="admit")
    assert answer.status_code == 302
    assert "已并进户档" in desk.page("/console/checks/")
    with looking(app) as session:
        assert session.get_one(Submission, one).quarantined is None
        assert session.get_one(ReviewState, one).state == "received"


def test_leaving_it_needs_a_reason(
    app: Flask, client: FlaskClient, desk: Desk, household: str
) -> None:
    one = outside(client, household)
    assert desk.post(f"/console/checks/quarantine/{one}", decision="close").status_code == 422
    desk.post(f"/console/checks/quarantine/{one}", decision="close", reason="走错了村")
    with looking(app) as session:
        assert session.get_one(Task, ("quarantine", one)).state == "done"
        assert session.get_one(Submission, one).quarantined
    assert "没有要核对的" in desk.page("/console/checks/")


def test_two_contents_under_one_id_stand_side_by_side(
    desk: Desk, alice: Phone, household: str
) -> None:
    one, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    other = alice.submission(
        "visit", visit_xml(household, instance_id=one, account_text="另一种说法"), one
    )
    assert alice.push(other)["outcomes"][0]["outcome"] == "mismatch"
    words = text_of(desk.page(f"/console/checks/mismatch/{one}"))
    assert "先到的，在用" in words
    assert "一切都好" in words
    assert "另一种说法" in words
    assert desk.post(f"/console/checks/mismatch/{one}", reason="问过了").status_code == 302


def test_another_villages_checks_are_not_found(
    app: Flask, client: FlaskClient, desk: Desk, household: str
) -> None:
    one = outside(client, household)
    elsewhere = Desk(app, "town_reviewer", YIJIA)
    assert elsewhere.get(f"/console/checks/quarantine/{one}").status_code == 404
    answer = elsewhere.post(f"/console/checks/quarantine/{one}", decision="admit")
    assert answer.status_code == 404
    with looking(app) as session:
        assert session.get_one(Submission, one).quarantined
    assert desk.get(f"/console/checks/quarantine/{one}").status_code == 200
