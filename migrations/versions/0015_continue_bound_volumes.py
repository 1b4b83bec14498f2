"""Print what is new since a volume was bound.

`printed_files.continues`: which bound version some pages go on from. `printed_files.given_at`: when
a version was first given to somebody, so that what changed since is told from what was only
rendered; what was printed before counts as given. `printed_lists`: a household all of which is
bound.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEFORE = "state in ('waiting', 'rendered', 'same', 'failed')"
AFTER = "state in ('waiting', 'rendered', 'same', 'bound', 'failed')"


def upgrade() -> None:
    with op.batch_alter_table("printed_files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("continues", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("given_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_printed_files_continues_printed_files"), "printed_files", ["continues"], ["id"]
        )
    op.execute("UPDATE printed_files SET given_at = made_at")
    with op.batch_alter_table("printed_lists", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_printed_lists_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_printed_lists_state"), AFTER)


def downgrade() -> None:
    op.execute("UPDATE printed_lists SET state = 'same' WHERE state = 'bound'")
    with op.batch_alter_table("printed_lists", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_printed_lists_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_printed_lists_state"), BEFORE)
    with op.batch_alter_table("printed_files", schema=None) as batch_op:
        batch_op.drop_constraint(
            op.f("fk_printed_files_continues_printed_files"), type_="foreignkey"
        )
        batch_op.drop_column("given_at")
        batch_op.drop_column("continues")
