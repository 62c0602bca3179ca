"""Personas, and with each reply the system prompt it was written under and the parts it was written in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let conversations have a persona; replies until now do not know their system prompt."""
    op.create_table(
        "personas",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("sampling", sa.JSON(), nullable=False),
        sa.Column("strength", sa.Float(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_personas"),
        sa.UniqueConstraint("id", name="uq_personas_id"),
    )
    op.add_column("conversations", sa.Column("persona_id", sa.String(), nullable=True))
    op.add_column("reply_traces", sa.Column("system", sa.String(), nullable=True))
    op.add_column(
        "reply_traces", sa.Column("persona", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "reply_traces", sa.Column("earlier", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
    )
