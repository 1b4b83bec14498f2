"""Find the changes of one village without walking over the county's; forget what went long ago.

`ix_changes_county_area_number`: a village's phone that was silent while the county changed 100,000
times reads its own few changes only. `feed_days` and `counters.floor`: what went away is said for a
while and then no longer. `snapshots.newest`: when a village came to rest.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_changes_county_area_number", "changes", ["county", "area", "number"])
    op.create_table(
        "feed_days",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("county", "day", name=op.f("pk_feed_days")),
    )
    with op.batch_alter_table("counters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("floor", sa.BigInteger(), server_default="0", nullable=False))
    with op.batch_alter_table("snapshots", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("newest", sa.BigInteger(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("made_of", sa.String(length=16), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("newest_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("snapshots", schema=None) as batch_op:
        batch_op.drop_column("newest_at")
        batch_op.drop_column("made_of")
        batch_op.drop_column("newest")
    with op.batch_alter_table("counters", schema=None) as batch_op:
        batch_op.drop_column("floor")
    op.drop_table("feed_days")
    op.drop_index("ix_changes_county_area_number", table_name="changes")
