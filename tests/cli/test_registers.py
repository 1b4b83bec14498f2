"""`yihu registers rebuild` finds what does not follow from the submissions, and sets it right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import delete, update

from server.cli import main
from server.config import Settings
from server.policy.models import PolicyValue
from server.registers.models import Entity, HouseholdRow
from server.submissions.models import ReviewState, Write
from tests.forms.instances import new_id, register_xml, visit_xml
from tests.making import a_device, looking, publish_forms, writing
from tests.phone import Phone

Yihu = Callable[..., Result]


@pytest.fixture
def yihu(app: Flask, settings: Settings, tmp_path: Path) -> Yihu:
    """Runs a command on the instance of the running application."""

    def run(*arguments: str) -> Result:
        return CliRunner(
            env={
                "YIHU_INSTANCE": str(tmp_path / "instance"),
                "DATABASE_URL": settings.database_url,
                "YIHU_SECRET_KEY": settings.secret_key,
            }
        ).invoke(main, arguments)

    return run


@pytest.fixture
def alice(app: Flask) -> Phone:
    publish_forms(app)
    return Phone(app.test_client(), a_device(app.test_client()))


def a_visited_household(alice: Phone) -> tuple[str, str]:
    household = new_id()
    alice.send("household_register", lambda i: register_xml(household, instance_id=i))
    visit, _ = alice.send("visit", lambda i: visit_xml(household, instance_id=i))
    return household, visit


def test_an_untouched_instance_has_nothing_to_mend(alice: Phone, yihu: Yihu) -> None:
    a_visited_household(alice)
    done = yihu("registers", "rebuild", "--check")
    assert done.exit_code == 0, done.output
    assert "全部和记录一致" in done.output


def test_damage_is_said_by_the_check_and_mended_without_it(
    app: Flask, alice: Phone, yihu: Yihu
) -> None:
    household, visit = a_visited_household(alice)
    with writing(app) as session:
        session.execute(update(Entity).where(Entity.id == household).values(area="370321110223"))
        session.execute(update(ReviewState).values(state="approved"))
        session.execute(delete(HouseholdRow))
        session.execute(delete(Write).where(Write.instance_id == visit, Write.unit == "food_ok"))
    checked = yihu("registers", "rebuild", "--check")
    assert checked.exit_code == 1
    [said] = [line for line in checked.output.splitlines() if f"entities {household}：" in line]
    assert "area" in said
    assert f"writes {visit} {household} food_ok：缺的" in checked.output
    assert yihu("registers", "rebuild", "--check").output == checked.output
    mended = yihu("registers", "rebuild")
    assert mended.exit_code == 0, mended.output
    assert yihu("registers", "rebuild", "--check").exit_code == 0


def test_what_was_mended_reaches_the_phones(app: Flask, alice: Phone, yihu: Yihu) -> None:
    household, _ = a_visited_household(alice)
    alice.pull()
    with writing(app) as session:
        live = session.get_one(Entity, household).live
        session.get_one(Entity, household).live = {**live, "units": {}}
    assert alice.pull() == []
    yihu("registers", "rebuild")
    alice.pull()
    assert alice.value(household, "food_ok") == "yes"


def test_a_new_policy_gives_new_due_dates(app: Flask, alice: Phone, yihu: Yihu) -> None:
    household, _ = a_visited_household(alice)
    with looking(app) as session:
        assert session.get_one(HouseholdRow, household).next_due_on == date(2027, 11, 20)
    with writing(app) as session:
        session.add(
            PolicyValue(
                key="interval.ordinary", valid_from=date(2026, 11, 1), value=30, source="县里"
            )
        )
    assert yihu("registers", "rebuild").exit_code == 0
    with looking(app) as session:
        row = session.get_one(HouseholdRow, household)
        assert (row.next_due_on, row.due_kind) == (date(2026, 12, 20), "monthly")
    alice.pull()
    assert alice.rows[("households", household)]["derived"]["next_due_on"] == "2026-12-20"
