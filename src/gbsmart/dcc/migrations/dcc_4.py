"""dcc, 4: a delivery's lease is of the machine's clock, apart from when it is due."""

import sqlalchemy as sa
from alembic import op

revision = "dcc_4"
down_revision = "dcc_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.add_column("delivery", sa.Column("leased_until", sa.BigInteger(), nullable=True))
