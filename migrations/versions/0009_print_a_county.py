"""Print a village, a town, a county at a time.

`jobs.wish`, and the states `paused` and `cancelled`: work that can be laid aside. `printed_lists`:
how far each household of a print is, so that a restart goes on where it was. `printed_newest`:
which version a household's facts are, so that what is unchanged is not gathered again.
`printed_files`: how many pages a version has, and when its paper was bound.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BEFORE = "state in ('queued', 'running', 'done', 'failed')"
AFTER = "state in ('queued', 'running', 'paused', 'done', 'failed', 'cancelled')"


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("wish", sa.String(length=10), server_default="", nullable=False)
        )
        batch_op.drop_constraint(op.f("ck_jobs_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_jobs_state"), AFTER)
    with op.batch_alter_table("printed_files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pages", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("bound_on", sa.Date(), nullable=True))
    op.create_table(
        "printed_newest",
        sa.Column("household_id", sa.String(length=36), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("printed_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["printed_id"],
            ["printed_files.id"],
            name=op.f("fk_printed_newest_printed_id_printed_files"),
        ),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_printed_newest")),
    )
    op.create_table(
        "printed_lists",
        sa.Column("list_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("household_id", sa.String(length=36), nullable=False),
        sa.Column("household_no", sa.String(length=20), nullable=False),
        sa.Column("head", sa.String(length=60), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("printed_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'rendered', 'same', 'failed')",
            name=op.f("ck_printed_lists_state"),
        ),
        sa.ForeignKeyConstraint(
            ["printed_id"],
            ["printed_files.id"],
            name=op.f("fk_printed_lists_printed_id_printed_files"),
        ),
        sa.PrimaryKeyConstraint("list_id", "place", name=op.f("pk_printed_lists")),
    )


def downgrade() -> None:
    op.drop_table("printed_lists")
    op.drop_table("printed_newest")
    with op.batch_alter_table("printed_files", schema=None) as batch_op:
        batch_op.drop_column("bound_on")
        batch_op.drop_column("pages")
    op.execute("UPDATE jobs SET state = 'failed' WHERE state IN ('paused', 'cancelled')")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_jobs_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_jobs_state"), BEFORE)
        batch_op.drop_column("wish")
