"""`yihu forms`: a county's operator publishes, exports and withdraws at the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from server import clock
from server.accounts.models import AuditEvent
from server.cli import main
from server.config import Settings
from server.forms.queries import form_version, version_in_force
from tests.forms.edited import NEXT, excel, line
from tests.forms.instances import compiled
from tests.making import looking, publish_forms

Yihu = Callable[..., Result]
OLD = compiled("visit").definition.version
NOTE = line("visit", "check_note")
WITH_ROAD = {NOTE: f"{NOTE}\n| | text | road_note | 路好不好走 | | | | | | | | | | | |"}


@pytest.fixture
def yihu(app: Flask, settings: Settings, tmp_path: Path) -> Yihu:
    """Runs a command on an instance whose forms are published."""
    publish_forms(app)

    def run(*arguments: object) -> Result:
        return CliRunner(
            env={
                "YIHU_INSTANCE": str(tmp_path / "instance"),
                "DATABASE_URL": settings.database_url,
                "YIHU_SECRET_KEY": settings.secret_key,
            }
        ).invoke(main, [str(one) for one in arguments])

    return run


def test_a_form_is_exported_changed_published_and_withdrawn(
    app: Flask, yihu: Yihu, tmp_path: Path
) -> None:
    out = tmp_path / "visit.xlsx"
    assert yihu("forms", "export", "visit", "--to", out).exit_code == 0
    assert yihu("forms", "check", out).output == "visit.xlsx：可以发布\n"
    assert yihu("forms", "publish", out).output == "没有新的要发布。\n"
    out.write_bytes(excel(changes=WITH_ROAD))
    assert yihu("forms", "publish", out, "--supplement").output == f"已发布 visit {NEXT}\n"
    with looking(app) as session:
        row = form_version(session, "visit", NEXT)
        assert row
        assert row.new_questions == ["/data/g_check/road_note"]
    gone = yihu("forms", "withdraw", "visit", NEXT)
    assert gone.output == f"已撤回 visit {NEXT}。现在用 {OLD}。\n"
    back = yihu("forms", "withdraw", "visit", NEXT, "--undo")
    assert back.output == f"已恢复 visit {NEXT}。现在用 {NEXT}。\n"
    with looking(app) as session:
        found = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id))
        assert list(found) == ["form.published", "form.withdrawn", "form.restored"]


def test_what_would_break_registers_is_not_published(
    app: Flask, yihu: Yihu, tmp_path: Path
) -> None:
    source = tmp_path / "visit.xlsx"
    gone = line("household_register", "phone")
    source.write_bytes(excel("household_register", {f"{gone}\n": ""}))
    refused = yihu("forms", "publish", source)
    assert refused.exit_code == 1
    assert "少了“联系电话”" in refused.output
    with looking(app) as session:
        found = version_in_force(session, "household_register", clock.today())
        assert found
        assert found.version == compiled("household_register").definition.version


def test_what_was_never_published_is_said_plainly(yihu: Yihu, tmp_path: Path) -> None:
    for arguments in (
        ("export", "visit", "--version", "2001010101"),
        ("export", "nothing"),
        ("withdraw", "visit", "2001010101"),
    ):
        refused = yihu("forms", *arguments)
        assert refused.exit_code == 1
        assert "没有发布过" in refused.output
