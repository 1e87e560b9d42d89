"""The tables. Rule: a job is a row and a log; the row's progress is a fold over the log, kept for speed."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),  # order of creation
    Column("name", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", String(32)),
    Column("error", Text),
    Column("dataset", String(64), nullable=False),
    Column("config", Text, nullable=False),  # JSON
    Column("original_config", Text, nullable=False),  # JSON
    Column("attempt", Integer, nullable=False),
    Column("device", String(16)),
    Column("threads", Integer),
    Column("created_at", String(24), nullable=False),
    Column("started_at", String(24)),
    Column("finished_at", String(24)),
    Column("queue_order", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("progress", Text, nullable=False),  # JSON
    Column("parent_id", String(16)),
    Column("forked_from", Text),  # JSON
    Column("study_id", String(16)),
    Column("tags", Text, nullable=False),  # JSON
    Column("notes", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # order of changes over all jobs, tombstones included
    Column("updated_at", String(24), nullable=False),
    Column("held_by", String(16)),  # of paused jobs: shutdown, disk; they go on by themselves
    Column("restarts_left", Integer, nullable=False, server_default="0"),  # after a lost worker
    Column("data_fingerprint", String(32)),  # of the data it learns from, once it began; null where unknown
    Index("jobs_by_status", "status", "queue_order"),
    Index("jobs_by_revision", "revision"),
    Index("jobs_by_study", "study_id"),
)

entries = Table(
    "entries",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 1 without gaps, per job
    Column("type", String(16), nullable=False),
    Column("split", String(16)),  # of metrics entries, so that a chart reads only its own
    Column("text", Text, nullable=False),  # the very JSON object the page receives, columns typed
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # of the log's entry that announces it
    Column("media_type", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

studies = Table(
    "studies",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),  # order of creation
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),  # ladder, sweep
    Column("definition", Text, nullable=False),  # JSON; everything else is derived from its jobs
    Column("idempotency_key", String(200), unique=True),
    Column("body_hash", String(64)),  # of what was sent with the key
    Column("created_at", String(24), nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("job_id", String(16), primary_key=True),
    Column("revision", Integer, nullable=False, index=True),
    Column("deleted_at", String(24), nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", String(24), nullable=False),
)

processes = Table(
    "processes",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("kind", String(16), nullable=False),  # server, supervisor, worker
    Column("pid", Integer, nullable=False),
    Column(
        "process_created_at", Float, nullable=False
    ),  # seconds since the machine started; with the pid it names one process
    Column("heartbeat_at", Float, nullable=False),  # seconds since 1970
    Column("state", String(16), nullable=False),  # of workers: warming, idle, answering, busy, leaving
    Column("job_id", String(16)),
    Column("place", String(128), nullable=False, server_default=""),  # where its pid means something
)

commands = Table(
    "commands",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),  # order of arrival, never used twice
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # pause, resume, step, stop, leave, adjust
    Column("arguments", Text, nullable=False),  # JSON
    Column("created_at", String(24), nullable=False),
    sqlite_autoincrement=True,
)

devices = Table(
    "devices",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("title", Text, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("memory_total", Integer),  # bytes
    Column("memory_used", Integer),  # bytes
    Column("utilization", Float),  # 0..1
)

requests = Table(
    "requests",
    metadata,
    Column(
        "key", String(64), primary_key=True
    ),  # hash of kind and arguments: the same question is asked once
    Column("kind", String(16), nullable=False),
    Column("arguments", Text, nullable=False),  # JSON
    Column("created_at", Float, nullable=False),  # seconds since 1970
    Column("worker_id", String(16)),
    Column("answer", Text),  # JSON
    Column("error", Text),
)
