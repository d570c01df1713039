"""procedures, 2: cases and notices are read in parts, the newest first."""

from alembic import op

revision = "procedures_2"
down_revision = "procedures_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_index(op.f("ix_sec_case_opened_at"), "sec_case", ["opened_at"], unique=False)
    op.create_index(op.f("ix_case_notice_sent_at"), "case_notice", ["sent_at"], unique=False)
