"""dcc, 3: a command is known by its request alone, not by a transport id or counter of its own."""

from alembic import op

revision = "dcc_3"
down_revision = "dcc_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    # From here on, a built command without that moment is one that certainly never left.
    op.execute("UPDATE command SET sent_at = created_at WHERE state = 'built' AND sent_at IS NULL")
    op.drop_index("ix_command_transport", "command")
    op.drop_index("ix_command_originator_counter", "command")
    op.drop_column("command", "transport_id")
