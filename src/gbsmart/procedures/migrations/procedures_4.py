"""procedures, 4: a document has a title, and beside it the name of the file that it was."""

import sqlalchemy as sa
from alembic import op

revision = "procedures_4"
down_revision = "procedures_3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before; of earlier documents the title may be a file's name."""
    name = sa.Column("file_name", sa.String(length=300), nullable=False, server_default="")
    op.add_column("case_document", name)
