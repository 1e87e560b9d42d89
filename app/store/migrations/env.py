"""Runs the migrations on the URL that `app.store.migrate` hands over; never on the command line."""

from alembic import context

from app.store.database import open_database
from app.store.schema import metadata

engine = open_database(context.config.attributes["url"], creates=True)
with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
