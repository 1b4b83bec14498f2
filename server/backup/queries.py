"""All SQL of restoring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, func, inspect, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from server.accounts.models import Person
from server.submissions.models import Submission


def put(session: Session, table: Table, values: Mapping[str, Any]) -> None:
    """Add a row, or make the row of the same key like it."""
    dialect = session.get_bind().dialect.name
    statement = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(table).values(values)
    keys = [column.key for column in table.primary_key]
    if set(keys) <= values.keys():
        rest = {key: statement.excluded[key] for key in values if key not in keys}
        statement = (
            statement.on_conflict_do_update(index_elements=keys, set_=rest)
            if rest
            else statement.on_conflict_do_nothing()
        )
    session.execute(statement)
    session.expire_all()


def has_data(engine: Engine) -> bool:
    """Whether anybody has an account or has recorded anything in a database."""
    if not inspect(engine).has_table(Person.__tablename__):
        return False
    with Session(engine) as session:
        return any(session.scalar(select(kind).limit(1)) for kind in (Person.id,)) or bool(
            session.scalar(select(func.count()).select_from(Submission))
        )
