"""Which statements entered a reply's prompt, and which the user did not want kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables; until now no statement was used or offered."""
    op.create_table(
        "statement_uses",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("statement_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_statement_uses_message_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name="fk_statement_uses_statement_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "statement_id", name="pk_statement_uses"),
    )
    op.create_index("ix_statement_uses_statement_id", "statement_uses", ["statement_id"])
    op.create_table(
        "declined_statements",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_declined_statements_message_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "text", name="pk_declined_statements"),
    )
