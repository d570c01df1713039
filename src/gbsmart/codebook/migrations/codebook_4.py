"""codebook, 4."""

import sqlalchemy as sa
from alembic import op

revision = "codebook_4"
down_revision = "codebook_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.add_column("code_erratum", sa.Column("since", sa.BigInteger(), nullable=True))
