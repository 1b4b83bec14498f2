"""The demo town, loaded once."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from server import clock
from server.cli import main
from server.cli.instance import application
from server.config import read_settings
from server.database import reading
from server.household_file.content.gather import Basis, known_of
from server.household_file.order import Order
from server.household_file.printed.queries import homes_of
from server.household_file.sheets.issue import issue
from server.household_file.sheets.wall_card import wall_card


@dataclass(frozen=True)
class Town:
    """The demo town in a folder of its own, and what was said when it was loaded."""

    folder: Path
    runner: CliRunner
    loaded: Result

    @property
    def environment(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.runner.env.items()}


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("town")
    runner = CliRunner(
        env={"YIHU_INSTANCE": str(folder), "DATABASE_URL": "", "YIHU_DEMO_PASSWORD": "demo-1234"}
    )
    (folder / "yihu.db").write_bytes(sqlite_template.read_bytes())
    return Town(folder, runner, runner.invoke(main, ["demo", "load", "--if-empty"]))


def test_the_demo_town_is_loaded_whole_and_only_once(town: Town) -> None:
    tmp_path, loaded = town.folder, town.loaded
    assert loaded.exit_code == 0, loaded.output
    assert "demo-1234" in loaded.output
    for username in ("liming", "wangfang", "chenli", "zhao", "county", "ducha"):
        assert username in loaded.output
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0

    engine = create_engine(f"sqlite:///{tmp_path / 'yihu.db'}")
    with engine.connect() as connection:
        counts = [
            connection.scalar(text(f"select count(*) from {what}"))  # noqa: S608
            for what in (
                "areas where level = 'village'",
                "household_rows",
                "entities where register = 'persons'",
                "people",
                "form_versions",
            )
        ]
    engine.dispose()
    assert counts == [24, 720, 1459, 6, 9]

    again = town.runner.invoke(main, ["demo", "load", "--if-empty"])
    assert (again.exit_code, again.output) == (0, "")


#: What of a member's facts tells an illness or a disability.
HEALTH = ("chronic_disease", "serious_disease", "disease_note", "disability_category")
#: So many households of the town are looked at.
EVERY = 12


def secrets(basis: Basis) -> Iterator[str]:
    """What must not hang on a household's wall: numbers, phones and illnesses of its members."""
    for member in (*basis.known.members, *basis.known.former):
        facts = {name: fact.text for name, fact in member.facts.items() if fact.text}
        yield from (facts[name] for name in ("id_number", "member_phone") if name in facts)
        yield from (word for name in HEALTH for word in facts.get(name, "").split("、") if word)
        yield from {facts.get("health_status", "健康")} - {"健康"}
    yield basis.known.home.text("phone")
    yield basis.known.home.text("bank_account")
    if basis.known.home.code("cause_main") in ("illness", "disability"):
        yield basis.known.home.text("cause_main")


def test_no_wall_of_the_demo_town_tells_a_number_a_phone_or_an_illness(town: Town) -> None:
    app = application(read_settings(town.environment))
    today = clock.today()
    with app.app_context():
        with reading() as session:
            villages = tuple(session.scalars(text("select distinct area from household_rows")))
            homes = homes_of(session, Order(today.isoformat(), villages=villages))
            found = [known_of(session, one.household_id, today) for one in homes[::EVERY]]
        hidden = 0
        for basis in found:
            said = json.dumps(asdict(wall_card(basis, "2026"))["content"], ensure_ascii=False)
            helper = basis.known.home.text("helper_phone")
            for secret in filter(None, secrets(basis)):
                assert secret == helper or secret not in said
                hidden += 1
        assert hidden > len(found)
        printed = issue(wall_card(found[0], "2026"))
    command = ["pdftotext", str(printed.path), "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert found[0].known.head in told
    assert not [one for one in secrets(found[0]) if one and one in told]
