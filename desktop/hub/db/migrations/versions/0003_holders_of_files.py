"""Who brought which file, and which messages name it"""

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BATCH = 5000


class _Attachment(msgspec.Struct):
    sha256: str


class _Message(msgspec.Struct):
    attachments: list[_Attachment] = []


def upgrade() -> None:
    op.create_table(
        "blob_upload",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("caller", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "caller"),
    )
    use = op.create_table(
        "blob_use",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "message_id"),
    )
    connection = op.get_bind()
    # Until now only the audit log knew who had brought a file.
    connection.execute(
        sa.text(
            "INSERT INTO blob_upload (sha256, caller, name, at) "
            "SELECT blob.sha256, audit.caller, blob.name, max(audit.at) FROM audit "
            "JOIN blob ON blob.sha256 = audit.subject WHERE audit.action = 'store_blob' "
            "GROUP BY blob.sha256, audit.caller, blob.name"
        )
    )
    last = ""
    while True:
        rows = connection.execute(
            sa.text("SELECT id, body FROM record WHERE type = 'message' AND id > :last ORDER BY id LIMIT :size"),
            {"last": last, "size": _BATCH},
        ).all()
        if not rows:
            break
        last = rows[-1][0]
        found = {(one.sha256, id_) for id_, body in rows for one in _attachments(bytes(body))}
        if found:
            op.bulk_insert(use, [{"sha256": sha256, "message_id": id_} for sha256, id_ in sorted(found)])


def _attachments(body: bytes) -> list[_Attachment]:
    return msgspec.json.decode(body, type=_Message).attachments if b'"attachments":[{' in body else []


def downgrade() -> None:
    op.drop_table("blob_use")
    op.drop_table("blob_upload")
