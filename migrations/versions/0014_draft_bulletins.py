"""Keep what a clerk writes for a month's bulletin until it is issued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "bulletin_drafts",
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("drafted", sa.Text(), nullable=False),
        sa.Column("kept_by", sa.String(length=36), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("place", "month", name=op.f("pk_bulletin_drafts")),
    )


def downgrade() -> None:
    op.drop_table("bulletin_drafts")
