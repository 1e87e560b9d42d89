"""The store: jobs, their logs, and the processes that work on them, in one database. Never imports torch."""
