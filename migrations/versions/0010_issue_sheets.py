"""Issue sheets beside the household's file.

`issued_sheets`: every version of every card, account, ledger and notice, with the submissions that
it used. `printed_lists`: the sheet of a household where sheets are printed instead of files.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "issued_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("household_id", sa.String(length=36), nullable=False),
        sa.Column("villages", JSON, nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("facts_hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("used", JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pages", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_sheets")),
        sa.UniqueConstraint(
            "number", "facts_hash", name=op.f("uq_issued_sheets_number_facts_hash")
        ),
        sa.UniqueConstraint("number", "version", name=op.f("uq_issued_sheets_number_version")),
    )
    with op.batch_alter_table("issued_sheets", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_issued_sheets_household_id"), ["household_id"], unique=False
        )
    with op.batch_alter_table("printed_lists", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sheet_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_printed_lists_sheet_id_issued_sheets"),
            "issued_sheets",
            ["sheet_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("printed_lists", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_printed_lists_sheet_id_issued_sheets"), type_="foreignkey"
        )
        batch_op.drop_column("sheet_id")
    op.drop_table("issued_sheets")
