"""Keep what entity lists showed to other clients, and their chains of offline edits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "entity_versions",
        sa.Column("entity_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("view", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", JSON, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "version", name=op.f("pk_entity_versions")),
    )
    op.create_table(
        "entity_steps",
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("entity_id", sa.String(length=36), nullable=False),
        sa.Column("branch_id", sa.String(length=36), nullable=False),
        sa.Column("trunk_version", sa.Integer(), nullable=True),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "entity_id", name=op.f("pk_entity_steps")),
    )
    with op.batch_alter_table("entity_steps", schema=None) as batch_op:
        batch_op.create_index(
            "ix_entity_steps_entity_id_branch_id",
            ["entity_id", "branch_id", "base_version"],
            unique=False,
        )


def downgrade() -> None:
    op.drop_table("entity_steps")
    op.drop_table("entity_versions")
