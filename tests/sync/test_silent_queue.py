"""A queue that cannot be reached does not keep a phone from learning that its records are safe."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from server.intake.check import AT_ONCE
from server.jobs.models import Job
from tests.forms.instances import new_id, register_xml
from tests.making import looking
from tests.phone import Phone


def a_long_form(instance_id: str) -> str:
    """One so long that its check is left to a worker."""
    xml = register_xml(new_id(), instance_id=instance_id)
    return xml.replace("</data>", " " * AT_ONCE + "</data>")


def test_a_push_is_answered_and_its_check_stays_queued(
    app: Flask, alice: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(job_id: str) -> None:
        raise ConnectionError("no Redis here")

    monkeypatch.setitem(app.extensions, "yihu_wake", away)
    _, outcome = alice.send("household_register", a_long_form)
    assert outcome == "stored"
    with looking(app) as session:
        assert [job.state for job in session.scalars(select(Job))] == ["queued"]
