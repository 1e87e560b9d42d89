"""Looking after a data folder: backups, and restoring them. Never imports torch."""
