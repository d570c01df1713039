"""dcc, 5: requests are found by their arrival, their variant, and what is unusual about them."""

import sqlalchemy as sa
from alembic import op

revision = "dcc_5"
down_revision = "dcc_4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_index("ix_request_received", "request", ["received_at"], unique=False)
    op.create_index("ix_request_variant", "request", ["variant", "received_at"], unique=False)
    unusual = sa.text("code NOT IN ('', 'I0', 'I99')")
    op.create_index(
        "ix_request_unusual",
        "request",
        ["code", "received_at"],
        unique=False,
        sqlite_where=unusual,
        postgresql_where=unusual,
    )
    said = sa.text("detail != ''")
    op.create_index(
        "ix_event_said",
        "event",
        ["device", "id"],
        unique=False,
        sqlite_where=said,
        postgresql_where=said,
    )
