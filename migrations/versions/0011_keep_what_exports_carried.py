"""Keep which records the lines of exported tables came from.

`exported_rows`: beside the audit trail's entry of an export, the records behind its lines, so
that a correction can name the table and the line that carry the old value.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exported_rows",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("records", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["audit_events.id"],
            name=op.f("fk_exported_rows_event_id_audit_events"),
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_exported_rows")),
    )


def downgrade() -> None:
    op.drop_table("exported_rows")
