"""`yihu db upgrade` brings a county that is running to this release in one step."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import delete, select, update

from server.cli import main
from server.config import Settings
from server.forms import dictionary as dictionaries
from server.forms.models import DictionaryVersion
from server.forms.queries import dictionary_in_force
from server.policy.models import PolicyValue
from server.registers import values
from server.registers.models import Entity
from tests.forms.instances import new_id, our_dictionary, register_xml
from tests.making import a_device, looking, publish_forms, writing
from tests.phone import Phone


def an_older_county(app: Flask) -> None:
    """A county of an older release: two registers, another rule for telephones, less policy."""
    publish_forms(app)
    content = dictionaries.to_json(our_dictionary())
    content["version"] = 1
    content["registers"] = {n: content["registers"][n] for n in ("households", "persons")}
    for prop in content["registers"]["households"]["properties"]:
        if prop["name"] == "phone":
            prop["rule"] = "latest"
    with writing(app) as session:
        connection = session.connection()  # beside the journal, which keeps what was there
        connection.execute(delete(PolicyValue).where(PolicyValue.key.startswith("case.")))
        connection.execute(update(DictionaryVersion).values(content=content, sha256="1" * 64))


def test_a_running_county_is_brought_to_this_release_in_one_step(
    app: Flask, settings: Settings, tmp_path: Path
) -> None:
    an_older_county(app)
    client = app.test_client()
    alice, household = Phone(client, a_device(client)), new_id()
    for day, number in (("2026-11-10", "13900000001"), ("2026-11-12", "13900000002")):
        alice.send(
            "household_register",
            lambda i, d=day, n=number: register_xml(
                household, instance_id=i, event_date=d, phone=n
            ),
        )
    with looking(app) as session:
        assert dictionary_in_force(session).version == 1
        assert values.text(session.get_one(Entity, household).live, "phone") == "13900000002"

    def yihu(*arguments: str) -> Result:
        return CliRunner(
            env={
                "YIHU_INSTANCE": str(tmp_path / "instance"),
                "DATABASE_URL": settings.database_url,
                "YIHU_SECRET_KEY": settings.secret_key,
            }
        ).invoke(main, arguments)

    upgraded = yihu("db", "upgrade")
    assert upgraded.exit_code == 0, upgraded.output
    assert "数据字典已换成新版" in upgraded.output
    with looking(app) as session:
        assert dictionary_in_force(session) == our_dictionary()
        assert "phone" in values.disputed(session.get_one(Entity, household).live)
        assert session.scalar(
            select(PolicyValue.value).where(PolicyValue.key == "case.notice_days")
        )
    assert yihu("registers", "rebuild", "--check").exit_code == 0
    assert yihu("db", "upgrade").output.strip() == "数据库已是最新。"
