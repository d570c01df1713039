"""registration, 2: who is responsible is looked up by metering point, never by Party alone."""

from alembic import op

revision = "registration_2"
down_revision = "registration_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.drop_index("ix_responsibility_party", "responsibility")
