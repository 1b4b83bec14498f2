"""Assign households to helpers.

`household_helpers`: who is responsible for which household, between two days.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "household_helpers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("household_id", sa.String(length=36), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_household_helpers_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_helpers")),
    )
    with op.batch_alter_table("household_helpers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_helpers_household_id"), ["household_id"])
        batch_op.create_index(batch_op.f("ix_household_helpers_person_id"), ["person_id"])


def downgrade() -> None:
    op.drop_table("household_helpers")
