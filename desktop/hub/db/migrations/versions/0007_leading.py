"""Who else a record is for, and which leads read a contact along"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("record", sa.Column("party", sa.String(length=64), nullable=True))
    op.create_table(
        "observer",
        sa.Column("interaction_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("is_joined", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("interaction_id", "agent_id"),
    )
    op.create_index("observer_agent", "observer", ["agent_id"])


def downgrade() -> None:
    op.drop_table("observer")
    op.drop_column("record", "party")
