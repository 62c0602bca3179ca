"""What the prompt added to a question for one reply, so that *Why this answer?* can show it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a reply keep its instructions; those until now had none."""
    op.add_column(
        "reply_traces", sa.Column("instructions", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
    )
