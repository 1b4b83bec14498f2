"""The demo town, loaded once."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import create_engine, text

from server.cli import main


def test_the_demo_town_is_loaded_whole_and_only_once(sqlite_template: Path, tmp_path: Path) -> None:
    runner = CliRunner(
        env={"YIHU_INSTANCE": str(tmp_path), "DATABASE_URL": "", "YIHU_DEMO_PASSWORD": "demo-1234"}
    )
    (tmp_path / "yihu.db").write_bytes(sqlite_template.read_bytes())
    loaded = runner.invoke(main, ["demo", "load", "--if-empty"])
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
    assert counts == [24, 720, 1459, 6, 8]

    again = runner.invoke(main, ["demo", "load", "--if-empty"])
    assert (again.exit_code, again.output) == (0, "")
