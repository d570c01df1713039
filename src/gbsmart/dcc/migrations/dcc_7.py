"""dcc, 7: documents that were turned away are found without a look at every event."""

import sqlalchemy as sa
from alembic import op

revision = "dcc_7"
down_revision = "dcc_6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    turned_away = sa.text("name = 'turn away'")
    op.create_index(
        "ix_event_turned_away",
        "event",
        ["id"],
        unique=False,
        sqlite_where=turned_away,
        postgresql_where=turned_away,
    )
