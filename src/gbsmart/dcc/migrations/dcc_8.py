"""dcc, 8: a command that the DCC sent in its own name is found by its originator counter."""

import sqlalchemy as sa
from alembic import op

revision = "dcc_8"
down_revision = "dcc_7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    in_its_name = sa.text("originator <> requester")
    op.create_index(
        "ix_command_counter",
        "command",
        ["device", "originator", "counter"],
        unique=False,
        sqlite_where=in_its_name,
        postgresql_where=in_its_name,
    )
