"""Find what is alike: people of one name and birth date, households of one number; and remember
which of them the office found to be two, and which records to be one visit.

What is there already is filled in from the stored state of each entity.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
PART = 500


def upgrade() -> None:
    op.create_table(
        "distinctions",
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("first", sa.String(length=36), nullable=False),
        sa.Column("second", sa.String(length=36), nullable=False),
        sa.Column("alike", JSON, nullable=False),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_distinctions")),
    )
    with op.batch_alter_table("distinctions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_distinctions_first"), ["first"], unique=False)
        batch_op.create_index(batch_op.f("ix_distinctions_second"), ["second"], unique=False)
    op.create_table(
        "visit_verdicts",
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("kept", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "record", name=op.f("pk_visit_verdicts")),
    )
    with op.batch_alter_table("visit_verdicts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_verdicts_record"), ["record"], unique=False)
    with op.batch_alter_table("entities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("likeness", sa.String(length=120), nullable=True))
        batch_op.create_index(batch_op.f("ix_entities_likeness"), ["likeness"], unique=False)
    _fill()


def _fill() -> None:
    connection = op.get_bind()
    entities = sa.table(
        "entities",
        sa.column("id", sa.String),
        sa.column("register", sa.String),
        sa.column("area", sa.String),
        sa.column("live", JSON),
        sa.column("likeness", sa.String),
    )
    last = ""
    while True:
        rows = connection.execute(
            sa.select(entities).where(entities.c.id > last).order_by(entities.c.id).limit(PART)
        ).all()
        if not rows:
            return
        for row in rows:
            if text := _likeness(row.register, row.area, row.live):
                connection.execute(
                    entities.update().where(entities.c.id == row.id).values(likeness=text)
                )
        last = rows[-1].id


def _likeness(register: str, area: str, live: object) -> str | None:
    state = json.loads(live) if isinstance(live, str) else live
    units = state.get("units", {}) if isinstance(state, dict) else {}
    names = ("person_name", "birth_date") if register == "persons" else ("household_no",)
    said = [str((units.get(name) or [""])[0]).strip() for name in names]
    text = " ".join((area, *said))
    return text if area and all(said) and len(text) <= 120 else None


def downgrade() -> None:
    with op.batch_alter_table("entities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entities_likeness"))
        batch_op.drop_column("likeness")
    with op.batch_alter_table("visit_verdicts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_verdicts_record"))
    op.drop_table("visit_verdicts")
    with op.batch_alter_table("distinctions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_distinctions_second"))
        batch_op.drop_index(batch_op.f("ix_distinctions_first"))
    op.drop_table("distinctions")
