"""Pairs: one reply preferred over a sibling. Statements gain what they need to be recalled and to set priors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str) -> sa.Column[str]:
    key = sa.ForeignKey(target, ondelete="CASCADE", name=f"fk_{table}_{column}")
    return sa.Column(column, sa.String(), key, nullable=False)


def upgrade() -> None:
    """Add pairs and statement embeddings; statements keep where they came from and what they say of style."""
    op.create_table(
        "pairs",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        _key("pairs", "preferred_id", "messages.id"),
        _key("pairs", "other_id", "messages.id"),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_pairs"),
        sa.UniqueConstraint("id", name="uq_pairs_id"),
    )
    for column in ("preferred_id", "other_id", "created_at"):
        op.create_index(f"ix_pairs_{column}", "pairs", [column])
    op.create_table(
        "statement_embeddings",
        _key("statement_embeddings", "statement_id", "statements.id"),
        sa.Column("embedder", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("statement_id", "embedder", name="pk_statement_embeddings"),
    )
    op.add_column("statements", sa.Column("message_id", sa.String(), nullable=True))
    op.add_column("statements", sa.Column("principle", sa.String(), nullable=True))
    op.add_column("statements", sa.Column("value", sa.Float(), nullable=True))
    op.add_column("statements", sa.Column("used_at", sa.BigInteger(), nullable=True))
