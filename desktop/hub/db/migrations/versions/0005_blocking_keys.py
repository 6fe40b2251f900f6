"""By which keys a customer is found who writes from an unknown address"""

import msgspec
import sqlalchemy as sa
from alembic import op

from desktop.domain.customer import Customer
from desktop.insight.duplicates import blocking_keys

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BATCH = 2000


def upgrade() -> None:
    table = op.create_table(
        "customer_key",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("key", "customer_id"),
    )
    connection = op.get_bind()
    last = ""
    while True:
        query = (
            "SELECT id, body FROM record WHERE type = 'customer' AND NOT is_deleted AND id > :last "
            "ORDER BY id LIMIT :size"
        )
        rows = connection.execute(sa.text(query), {"last": last, "size": _BATCH}).all()
        if not rows:
            break
        last = rows[-1][0]
        # The keys of now, not of when this was written: they have to be those that are asked for.
        customers = [msgspec.json.decode(bytes(body), type=Customer) for _, body in rows]
        found = [(key, one.id) for one in customers if one.merged_into is None for key in blocking_keys(one)]
        if found:
            op.bulk_insert(table, [{"key": key, "customer_id": id_} for key, id_ in sorted(set(found))])
    op.create_index("customer_key_customer", "customer_key", ["customer_id"])


def downgrade() -> None:
    op.drop_table("customer_key")
