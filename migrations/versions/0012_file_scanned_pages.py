"""File paper that comes back.

`scan_batches`, `scanned_pages`: what was scanned, page by page, and what still waits for somebody
to say where it belongs. Where a page was filed is a submission of the office, like every decision.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
STATES = "state in ('filed', 'waiting', 'blank', 'aside', 'broken')"


def upgrade() -> None:
    op.create_table(
        "scan_batches",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.Column("scanned_on", sa.Date(), nullable=False),
        sa.Column("household_id", sa.String(length=36), nullable=True),
        sa.Column("section", sa.String(length=20), nullable=False),
        sa.Column("material", sa.String(length=60), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name=op.f("fk_scan_batches_created_by_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_batches")),
    )
    op.create_index(op.f("ix_scan_batches_area"), "scan_batches", ["area"])
    op.create_table(
        "scanned_pages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("file", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("hint", sa.String(length=200), nullable=False),
        sa.Column("household_id", sa.String(length=36), nullable=True),
        sa.Column("instance_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_scanned_pages_state")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["scan_batches.id"], name=op.f("fk_scanned_pages_batch_id_scan_batches")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["submissions.instance_id"],
            name=op.f("fk_scanned_pages_instance_id_submissions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scanned_pages")),
        sa.UniqueConstraint(
            "batch_id", "file", "number", name=op.f("uq_scanned_pages_batch_id_file_number")
        ),
    )
    op.create_index(op.f("ix_scanned_pages_sha256"), "scanned_pages", ["sha256"])
    op.create_index(op.f("ix_scanned_pages_state"), "scanned_pages", ["state"])


def downgrade() -> None:
    op.drop_table("scanned_pages")
    op.drop_table("scan_batches")
