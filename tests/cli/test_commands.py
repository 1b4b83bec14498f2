"""The command line: what an administrator types, and what he is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook
from sqlalchemy import create_engine, text

from server.cli import main
from server.cli.demo_town import ROSTER
from server.config import ROOT
from tests.making import SANLI, TOWN

Yihu = Callable[..., Result]


@pytest.fixture
def yihu(database_url: str, tmp_path: Path) -> Yihu:
    """Runs a command on an instance of its own."""

    def run(*arguments: str | Path, typed: str | None = None) -> Result:
        return CliRunner(
            env={
                "YIHU_INSTANCE": str(tmp_path / "instance"),
                "DATABASE_URL": database_url,
                "YIHU_DEMO_PASSWORD": "demo-of-the-tests",
            }
        ).invoke(main, [str(one) for one in arguments], input=typed)

    return run


def count(database_url: str, table: str) -> int:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        found = connection.scalar(text(f"select count(*) from {table}"))  # noqa: S608
    engine.dispose()
    return int(found or 0)


def add(yihu: Yihu, username: str = "liming", typed: str = "12345678\n", **other: str) -> Result:
    options = {"name": "李明远", "role": "first_secretary", "area": SANLI, **other}
    named = [part for name, value in options.items() for part in (f"--{name}", value)]
    return yihu("user", "add", username, *named, "--password-stdin", typed=typed)


def test_an_account_is_added(yihu: Yihu, database_url: str) -> None:
    assert add(yihu).exit_code == 0
    assert count(database_url, "people") == 1
    assert count(database_url, "role_assignments") == 1


def test_a_password_that_is_asked_for_is_typed_twice(yihu: Yihu) -> None:
    command = ["user", "add", "li", "--name", "李", "--role", "inspector", "--area", TOWN]
    assert yihu(*command, typed="12345678\n12345679\n").exit_code == 1
    assert yihu(*command, typed="12345678\n12345678\n").exit_code == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"typed": "short\n"}, "密码至少 8 位"),
        ({"area": "999999"}, "没有代码为 999999 的区划"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_words(
    yihu: Yihu, database_url: str, wrong: dict[str, str], said: str
) -> None:
    refused = add(yihu, **wrong)
    assert refused.exit_code == 1
    assert said in refused.output
    assert count(database_url, "people") == 0


def test_a_taken_user_name_and_an_unknown_role_are_refused(yihu: Yihu) -> None:
    add(yihu)
    assert "已经有人用了" in add(yihu).output
    assert add(yihu, "other", role="king").exit_code == 2


def test_a_database_that_was_not_made_yet_says_what_to_do(tmp_path: Path) -> None:
    runner = CliRunner(env={"YIHU_INSTANCE": str(tmp_path), "DATABASE_URL": ""})
    before = runner.invoke(main, ["forms", "publish"])
    assert before.exit_code == 1
    assert "yihu db upgrade" in before.output
    assert runner.invoke(main, ["db", "upgrade"]).exit_code == 0
    assert runner.invoke(main, ["db", "upgrade"]).exit_code == 0
    assert runner.invoke(main, ["forms", "publish"]).exit_code == 0


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("PORT", "70000"), ("DATABASE_URL", "mysql://x")]
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    runner = CliRunner(env={"YIHU_INSTANCE": str(tmp_path), name: value})
    refused = runner.invoke(main, ["db", "upgrade"])
    assert refused.exit_code == 1
    assert name in refused.output


def test_our_own_forms_can_be_published(yihu: Yihu, database_url: str) -> None:
    checked = yihu("forms", "check")
    assert checked.exit_code == 0, checked.output
    assert "visit.md：可以发布" in checked.output
    published = yihu("forms", "publish")
    assert published.exit_code == 0, published.output
    ours = [path for path in (ROOT / "forms").glob("*.md") if path.stem != "README"]
    assert count(database_url, "form_versions") == len(ours)
    assert yihu("forms", "publish").output.strip() == "没有新的要发布。"


def test_a_form_that_cannot_be_published_says_why(yihu: Yihu, tmp_path: Path) -> None:
    source = (ROOT / "forms" / "visit.md").read_text("utf-8")
    broken = tmp_path / "broken.md"
    broken.write_text(source.replace("once(uuid())", "uuid()"), "utf-8")
    checked = yihu("forms", "check", broken)
    assert checked.exit_code == 1
    assert "编号不稳定" in checked.output


def a_roster(path: Path, households: int = 4) -> Path:
    """The head of the sample roster and its first households of 三里村."""
    source, book = load_workbook(ROSTER, read_only=True), Workbook()
    numbers: set[object] = set()
    for at, line in enumerate(source.worksheets[0].iter_rows(values_only=True)):
        if at > 1 and line[4] == SANLI:
            numbers.add(line[5])
        if at <= 1 or (line[4] == SANLI and len(numbers) <= households):
            book.worksheets[0].append(line)
    source.close()
    book.save(path)
    return path


def test_a_roster_is_looked_at_then_imported_and_again_changes_nothing(
    yihu: Yihu, database_url: str, tmp_path: Path
) -> None:
    yihu("forms", "publish")
    file, report = a_roster(tmp_path / "roster.xlsx"), tmp_path / "report.xlsx"
    dry = yihu("roster", "import", file, "--dry-run", "--report", report)
    assert dry.exit_code == 0, dry.output
    assert count(database_url, "submissions") == 0
    assert load_workbook(report).worksheets[0]["B2"].value in {"新增", "不是人员"}

    first = yihu("roster", "import", file)
    assert first.exit_code == 0, first.output
    households = count(database_url, "household_rows")
    assert households == 4
    again = yihu("roster", "import", file)
    assert f"没变化 {households} 户" in again.output
    assert count(database_url, "submissions") == households


def test_a_roster_with_refused_rows_brings_the_others_in_and_ends_with_3(
    yihu: Yihu, database_url: str, tmp_path: Path
) -> None:
    yihu("forms", "publish")
    file = a_roster(tmp_path / "roster.xlsx")
    book = load_workbook(file)
    book.worksheets[0]["O3"] = "379999190001010000"
    book.save(file)
    done = yihu("roster", "import", file)
    assert done.exit_code == 3, done.output
    assert count(database_url, "household_rows") == 3


def test_what_is_no_roster_ends_with_one_line(yihu: Yihu, tmp_path: Path) -> None:
    yihu("forms", "publish")
    file = tmp_path / "roster.xlsx"
    file.write_bytes(b"not a workbook")
    refused = yihu("roster", "import", file)
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
    assert len(refused.output.strip().splitlines()) == 1


def test_a_household_and_a_village_are_printed(yihu: Yihu, tmp_path: Path) -> None:
    yihu("forms", "publish")
    yihu("roster", "import", a_roster(tmp_path / "roster.xlsx", 2))
    for command in (("household-file", "37032111021700001"), ("village-files", SANLI)):
        out = tmp_path / f"{command[0]}.pdf"
        done = yihu(*command, "--output", out)
        assert done.exit_code == 0, done.output
        assert out.read_bytes().startswith(b"%PDF")
    nobody = yihu("household-file", "1", "--output", tmp_path / "x.pdf")
    assert (nobody.exit_code, (tmp_path / "x.pdf").exists()) == (1, False)


def test_the_demo_never_mixes_with_real_people(yihu: Yihu, database_url: str) -> None:
    add(yihu)
    assert yihu("demo", "load").exit_code == 1
    assert yihu("demo", "load", "--if-empty").exit_code == 0
    assert count(database_url, "people") == 1
