"""Alembic's entry point: runs the revisions on the connection ``upgrade`` was given."""

from alembic import context

from desktop.hub.db.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
