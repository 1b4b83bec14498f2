"""A pull costs what changed for the caller, not what the county holds."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from flask import Flask
from sqlalchemy import event, insert, text
from sqlalchemy.orm import Session

from server.changes.models import Change
from server.changes.queries import MANY, since
from tests.making import COUNTY, looking, writing

VILLAGES = [f"37032120{number:04}" for number in range(200)]
CHANGES = 40_000


@pytest.fixture
def county(ground: Flask) -> Flask:
    """A county of 200 villages in which 40,000 things changed."""
    rows = [
        {
            "county": COUNTY,
            "area": VILLAGES[number % 200],
            "kind": "persons",
            "id": f"p{number}",
            "number": number + 1,
            "gone": False,
        }
        for number in range(CHANGES)
    ]
    with writing(ground) as session:
        session.execute(insert(Change), rows)
    with writing(ground) as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("analyze changes"))
    return ground


def plan(session: Session, number: int, areas: Collection[str] | None) -> str:
    """How the database would look for what changed."""
    seen: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "FROM changes" in statement:
            seen.append((statement, parameters))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    since(session, COUNTY, number, areas, 501)
    event.remove(engine, "before_cursor_execute", note)
    [(statement, parameters)] = seen
    ask = "explain query plan " if engine.dialect.name == "sqlite" else "explain "
    rows = session.connection().exec_driver_sql(ask + statement, parameters)  # type: ignore[arg-type]
    return "\n".join(str(row) for row in rows)


def is_by_index(found: str) -> bool:
    """Whether the database does not look at every row."""
    return "Seq Scan" not in found and "SCAN changes" not in found and "changes" in found


@pytest.mark.parametrize("behind", [0, 100, CHANGES // 2, CHANGES])
def test_a_village_and_a_town_read_their_own_changes_only(county: Flask, behind: int) -> None:
    with looking(county) as session:
        for villages in (VILLAGES[:1], VILLAGES[: MANY // 2]):
            found = plan(session, CHANGES - behind, villages)
            assert is_by_index(found), found
            if behind > 100:
                assert "ix_changes_county_number" not in found, found


@pytest.mark.parametrize("behind", [0, 100])
def test_who_has_many_villages_reads_what_changed_since(county: Flask, behind: int) -> None:
    with looking(county) as session:
        for villages in (VILLAGES, None):
            found = plan(session, CHANGES - behind, villages)
            assert is_by_index(found), found
            assert len(since(session, COUNTY, CHANGES - behind, villages, 501)) == behind
