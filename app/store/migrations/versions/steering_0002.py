"""Steering: commands for workers, jobs that wait for something, restarts, and where a process runs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the columns. Jobs that wait will start again after a lost worker, like new ones."""
    op.create_table(
        "commands",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("job_id", sa.String(16), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(24), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_commands_job_id", "commands", ["job_id"])
    op.add_column("jobs", sa.Column("held_by", sa.String(16)))
    op.add_column("jobs", sa.Column("restarts_left", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE jobs SET restarts_left = 3 WHERE status = 'queued'")
    op.execute("DELETE FROM processes")  # they run the older program: they end when they find themselves gone
    op.add_column("processes", sa.Column("place", sa.String(128), nullable=False, server_default=""))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("processes", "place")
    op.drop_column("jobs", "restarts_left")
    op.drop_column("jobs", "held_by")
    op.drop_index("ix_commands_job_id", "commands")
    op.drop_table("commands")
