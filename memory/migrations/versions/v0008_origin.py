"""Where what guided a reply came from, so that *Why this answer?* can say it as it was then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a reply keep where its weights came from; those until now do not know."""
    op.add_column(
        "reply_traces", sa.Column("origin", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
    )
