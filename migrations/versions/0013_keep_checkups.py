"""Keep what was found of household files before they are printed.

`checkups`: what was found of each household when it was last looked at, under the stamp of what was
read. `checkup_explained`: findings that somebody said are in order, and why.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "checkups",
        sa.Column("household_id", sa.String(length=36), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_checkups")),
    )
    op.create_table(
        "checkup_explained",
        sa.Column("household_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("household_id", "key", name=op.f("pk_checkup_explained")),
    )


def downgrade() -> None:
    op.drop_table("checkup_explained")
    op.drop_table("checkups")
