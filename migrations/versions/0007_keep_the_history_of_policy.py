"""Keep the history of policy.

`policy_values`: who entered a value, when and why, for which area, and whether it was withdrawn;
of several about one day (`entry`) the last holds. What was there stays as it was.
`household_rows.next_turn`: the next day on which something of the household changes by itself.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.execute("CREATE TABLE policy_before AS SELECT * FROM policy_values")
    op.drop_table("policy_values")
    op.create_table(
        "policy_values",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(length=36), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=36), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "key", "area", "valid_from", "entry", name=op.f("pk_policy_values")
        ),
    )
    op.execute(
        "INSERT INTO policy_values"
        " (key, area, valid_from, entry, value, source, reason, withdrawn_reason)"
        " SELECT key, '', valid_from, 1, value, source, '', '' FROM policy_before"
    )
    op.drop_table("policy_before")
    with op.batch_alter_table("household_rows", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_turn", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_household_rows_next_turn"), ["next_turn"])


def downgrade() -> None:
    with op.batch_alter_table("household_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_rows_next_turn"))
        batch_op.drop_column("next_turn")
    op.execute("CREATE TABLE policy_after AS SELECT * FROM policy_values")
    op.drop_table("policy_values")
    op.create_table(
        "policy_values",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "valid_from", name=op.f("pk_policy_values")),
    )
    op.execute(
        "INSERT INTO policy_values (key, valid_from, value, source)"
        " SELECT key, valid_from, value, source FROM policy_after WHERE area = '' AND entry = 1"
    )
    op.drop_table("policy_after")
