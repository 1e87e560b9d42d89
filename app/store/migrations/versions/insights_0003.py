"""Pictures of a job's inside, studies (the definition of jobs that answer one question), and which data a
job learned from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the column."""
    op.create_table(
        "snapshots",
        sa.Column("job_id", sa.String(16), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "studies",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.String(200), unique=True),
        sa.Column("body_hash", sa.String(64)),
        sa.Column("created_at", sa.String(24), nullable=False),
    )
    op.add_column("jobs", sa.Column("data_fingerprint", sa.String(32)))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("jobs", "data_fingerprint")
    op.drop_table("studies")
    op.drop_table("snapshots")
