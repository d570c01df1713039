"""procedures, 3: when a consequence that failed is tried again."""

import sqlalchemy as sa
from alembic import op

revision = "procedures_3"
down_revision = "procedures_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before; what failed until now is tried once more."""
    op.add_column("case_deadline", sa.Column("again_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE case_deadline SET again_at = due_at WHERE status = 'failed'")
