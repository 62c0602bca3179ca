"""Alembic's entry: migrates the open connection it is handed, inside that connection's transaction."""

from __future__ import annotations

from alembic import context

from memory.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
