"""Where the numbers of the feed stood at each start, so that a restored backup is noticed"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "start",
        sa.Column("began", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("ended", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("began"),
    )


def downgrade() -> None:
    op.drop_table("start")
