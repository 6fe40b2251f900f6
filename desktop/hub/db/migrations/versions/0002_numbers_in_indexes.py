"""The number of a record in the indexes that find what belongs to an interaction or a customer"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INDEXES = {"record_of_interaction": "interaction_id", "record_of_customer": "customer_id"}


def upgrade() -> None:
    for name, owner in _INDEXES.items():
        op.drop_index(name, table_name="record")
        op.create_index(name, "record", ["type", owner, "at", "seq"], unique=False)


def downgrade() -> None:
    for name, owner in _INDEXES.items():
        op.drop_index(name, table_name="record")
        op.create_index(name, "record", ["type", owner, "at"], unique=False)
