"""parties, 2: a User's XML-signing certificate and anomaly thresholds."""

import sqlalchemy as sa
from alembic import op

revision = "parties_2"
down_revision = "parties_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema here from the revision before."""
    op.create_table(
        "signing_certificate",
        sa.Column("user_id", sa.LargeBinary(length=8), nullable=False),
        sa.Column("der", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["sec_user.user_id"], name=op.f("fk_signing_certificate_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_signing_certificate")),
    )
    op.create_table(
        "anomaly_threshold",
        sa.Column("user_id", sa.LargeBinary(length=8), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("variant", sa.String(length=10), nullable=False),
        sa.Column("counted", sa.String(length=20), nullable=False),
        sa.Column("period_seconds", sa.Integer(), nullable=False),
        sa.Column("warning", sa.Integer(), nullable=False),
        sa.Column("quarantine", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["sec_user.user_id"], name=op.f("fk_anomaly_threshold_user_id")),
        sa.PrimaryKeyConstraint("user_id", "place", name=op.f("pk_anomaly_threshold")),
    )
