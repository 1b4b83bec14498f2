"""Publish forms from the desk.

`form_versions.mode`: whether a version counts from now on, or its `new_questions` are asked once
more where the version `supplements` was answered. `form_uploads`: an XLSForm between its upload and
its publishing. `form_drafts`: how many drafts of a version a phone holds, as it last said.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("form_versions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("mode", sa.String(length=12), server_default="onwards", nullable=False)
        )
        batch_op.add_column(sa.Column("supplements", sa.String(length=40), nullable=True))
        batch_op.add_column(
            sa.Column("new_questions", JSON, server_default=sa.text("'[]'"), nullable=False)
        )
    op.create_table(
        "form_uploads",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("form_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("definition", JSON, nullable=True),
        sa.Column("xform", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=36), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_uploads")),
    )
    op.create_table(
        "form_drafts",
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("form_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("drafts", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_form_drafts_device_id_devices")
        ),
        sa.PrimaryKeyConstraint("device_id", "form_id", "version", name=op.f("pk_form_drafts")),
    )


def downgrade() -> None:
    op.drop_table("form_drafts")
    op.drop_table("form_uploads")
    with op.batch_alter_table("form_versions", schema=None) as batch_op:
        batch_op.drop_column("new_questions")
        batch_op.drop_column("supplements")
        batch_op.drop_column("mode")
