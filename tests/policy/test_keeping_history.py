"""The migration that keeps the history of policy leaves what was entered before as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import JSON, Column, Date, MetaData, String, Table, Text, create_engine

from server import migrate
from tests.postgresql import Server

BEFORE = Table(
    "policy_values",
    MetaData(),
    *(Column("key", String(80)), Column("valid_from", Date)),
    *(Column("value", JSON), Column("source", Text)),
)
ROWS = [
    ("interval.ordinary", date(2020, 1, 1), 365, "[L]"),
    ("interval.ordinary", date(2026, 7, 1), 180, "桓乡振〔2026〕5 号"),
    ("health.illnesses", date(2020, 1, 1), ["serious", "chronic"], "[?]"),
    ("rule.old_age", date(2020, 1, 1), {"title": "高龄津贴", "when": [["age", "is", "80"]]}, ""),
]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'yihu.db'}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


def test_what_was_entered_before_is_the_first_entry_and_undoing_gives_it_back(url: str) -> None:
    config = migrate.alembic_config(url)
    command.upgrade(config, "0006")
    engine = create_engine(url)
    names = ("key", "valid_from", "value", "source")
    with engine.begin() as connection:
        connection.execute(BEFORE.insert(), [dict(zip(names, row, strict=True)) for row in ROWS])
    engine.dispose()

    command.upgrade(config, "0007")
    after = Table(
        "policy_values",
        MetaData(),
        *(Column("key", String), Column("area", String), Column("valid_from", Date)),
        *(Column("entry"), Column("value", JSON), Column("source", Text)),
        *(
            Column("reason"),
            Column("entered_by"),
            Column("withdrawn_at"),
            Column("withdrawn_reason"),
        ),
    )
    with engine.begin() as connection:
        found = connection.execute(after.select().order_by(after.c.key, after.c.valid_from)).all()
        ordered = sorted(ROWS, key=lambda row: row[:2])
        assert [(r.key, r.valid_from, r.value, r.source) for r in found] == ordered
        assert {
            (r.area, r.entry, r.reason, r.entered_by, r.withdrawn_at, r.withdrawn_reason)
            for r in found
        } == {("", 1, "", None, None, "")}
        later = {"key": ROWS[2][0], "valid_from": ROWS[2][1], "value": 1, "source": "later"}
        blank = {"reason": "", "withdrawn_reason": ""}
        for area, entry in (("370321110", 1), ("", 2)):
            row = {**later, **blank, "area": area, "entry": entry}
            connection.execute(after.insert().values(**row))
    engine.dispose()

    command.downgrade(config, "0006")
    with engine.connect() as connection:
        back = connection.execute(BEFORE.select().order_by(BEFORE.c.key, BEFORE.c.valid_from))
        assert [tuple(row) for row in back] == ordered
    engine.dispose()
