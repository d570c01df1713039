"""dcc, 9: on SQLite, where one transaction ends before the next begins, events are read forward by their id.

The index by transaction then holds nothing; it was written with every event.
"""

import sqlalchemy as sa
from alembic import op

revision = "dcc_9"
down_revision = "dcc_8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.drop_index("ix_event_forward", "event")
    op.create_index(
        "ix_event_forward", "event", ["xact", "id"], unique=False, sqlite_where=sa.text("xact > 0")
    )
