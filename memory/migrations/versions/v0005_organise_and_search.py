"""Pins, archive, folders and trash of conversations, and the full-text index over titles and messages.

The index keeps no text of its own: it reads what it shows from the rows. A message is indexed when it is complete,
so that a streaming reply costs no indexing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TOKENS = "tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'"
STATEMENTS = (
    "CREATE INDEX ix_conversations_folder_id ON conversations (folder_id)",
    "CREATE INDEX ix_conversations_trashed_at ON conversations (trashed_at)",
    "CREATE VIEW finished_messages AS SELECT number, content FROM messages WHERE state <> 'streaming'",
    f"CREATE VIRTUAL TABLE title_index USING fts5"
    f" (title, content = 'conversations', content_rowid = 'number', {TOKENS})",
    f"CREATE VIRTUAL TABLE message_index USING fts5"
    f" (content, content = 'finished_messages', content_rowid = 'number', {TOKENS})",
    "CREATE TRIGGER title_added AFTER INSERT ON conversations BEGIN"
    " INSERT INTO title_index (rowid, title) VALUES (new.number, new.title); END",
    "CREATE TRIGGER title_gone AFTER DELETE ON conversations BEGIN"
    " INSERT INTO title_index (title_index, rowid, title) VALUES ('delete', old.number, old.title); END",
    "CREATE TRIGGER title_changed AFTER UPDATE OF title ON conversations WHEN old.title <> new.title BEGIN"
    " INSERT INTO title_index (title_index, rowid, title) VALUES ('delete', old.number, old.title);"
    " INSERT INTO title_index (rowid, title) VALUES (new.number, new.title); END",
    "CREATE TRIGGER message_added AFTER INSERT ON messages WHEN new.state <> 'streaming' BEGIN"
    " INSERT INTO message_index (rowid, content) VALUES (new.number, new.content); END",
    "CREATE TRIGGER message_gone AFTER DELETE ON messages WHEN old.state <> 'streaming' BEGIN"
    " INSERT INTO message_index (message_index, rowid, content) VALUES ('delete', old.number, old.content); END",
    "CREATE TRIGGER message_changed AFTER UPDATE OF content, state ON messages"
    " WHEN old.state <> 'streaming' AND new.state <> 'streaming' BEGIN"
    " INSERT INTO message_index (message_index, rowid, content) VALUES ('delete', old.number, old.content);"
    " INSERT INTO message_index (rowid, content) VALUES (new.number, new.content); END",
    "CREATE TRIGGER message_continued AFTER UPDATE OF content, state ON messages"
    " WHEN old.state <> 'streaming' AND new.state = 'streaming' BEGIN"
    " INSERT INTO message_index (message_index, rowid, content) VALUES ('delete', old.number, old.content); END",
    "CREATE TRIGGER message_finished AFTER UPDATE OF content, state ON messages"
    " WHEN old.state = 'streaming' AND new.state <> 'streaming' BEGIN"
    " INSERT INTO message_index (rowid, content) VALUES (new.number, new.content); END",
    "INSERT INTO title_index (title_index) VALUES ('rebuild')",
    "INSERT INTO message_index (message_index) VALUES ('rebuild')",
)


def upgrade() -> None:
    """Add what organises conversations, and index what was said until now. Titles until now count as the user's."""
    op.create_table(
        "folders",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("collapsed", sa.Boolean(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("number", name="pk_folders"),
        sa.UniqueConstraint("id", name="uq_folders_id"),
    )
    for name, default in (("titled", "1"), ("pinned", "0"), ("archived", "0")):
        column: sa.Column[bool] = sa.Column(
            name, sa.Boolean(), nullable=False, server_default=sa.text(default)
        )
        op.add_column("conversations", column)
    op.add_column("conversations", sa.Column("folder_id", sa.String(), nullable=True))
    op.add_column("conversations", sa.Column("trashed_at", sa.BigInteger(), nullable=True))
    for statement in STATEMENTS:
        op.execute(sa.text(statement))
