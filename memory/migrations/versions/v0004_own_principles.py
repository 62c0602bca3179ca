"""Principles the user writes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add their table; nobody has one yet."""
    op.create_table(
        "own_principles",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("positive_label", sa.String(), nullable=False),
        sa.Column("positive_instruction", sa.String(), nullable=False),
        sa.Column("negative_label", sa.String(), nullable=False),
        sa.Column("negative_instruction", sa.String(), nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_own_principles"),
        sa.UniqueConstraint("name", name="uq_own_principles_name"),
    )
