"""dcc, 2: the head of a User's outbox."""

import sqlalchemy as sa
from alembic import op

revision = "dcc_2"
down_revision = "dcc_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_index(
        "ix_delivery_head",
        "delivery",
        ["user_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
