"""Looking after a data folder: backups, restoring, removing what nothing needs. Never imports torch."""
