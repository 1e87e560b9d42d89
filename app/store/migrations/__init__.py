"""Alembic migrations, one file each, in the order of `app.store.migrate.REVISIONS`."""
