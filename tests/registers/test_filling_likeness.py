"""The migration that finds what is alike fills in what is known already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import MetaData, Table, create_engine, text

from server import migrate
from tests.postgresql import Server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'yihu.db'}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


def test_people_and_households_of_before_get_their_likeness(url: str) -> None:
    config = migrate.alembic_config(url)
    command.upgrade(config, "0001")
    rows = [
        ("p", "persons", {"person_name": ["陈广田", [0]], "birth_date": ["1952-03-15", [0]]}),
        ("n", "persons", {"person_name": ["陈广田", [0]]}),
        ("h", "households", {"household_no": ["37032111021700001", [0]]}),
    ]
    blank = {"heads": ["i"], "disputed": {}}
    engine = create_engine(url)
    entities = Table("entities", MetaData(), autoload_with=engine)
    with engine.begin() as connection:
        for name, register, units in rows:
            connection.execute(
                entities.insert().values(
                    id=name,
                    register=register,
                    area="370321110217",
                    known=True,
                    component=name,
                    live=blank | {"units": units},
                    approved={},
                    disputed=0,
                    derived={},
                )
            )
    engine.dispose()
    command.upgrade(config, "0002")
    with engine.connect() as connection:
        rows_now = connection.execute(text("select id, likeness from entities"))
        found = {row.id: row.likeness for row in rows_now}
    engine.dispose()
    assert found == {
        "p": "370321110217 陈广田 1952-03-15",
        "n": None,
        "h": "370321110217 37032111021700001",
    }
