"""The vectors of questions and statements: what tells the memory which past thumbs and words speak about a question.

It knows the engine's embeddings and where the memory keeps them; it asks the engine nothing itself.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from memory.errors import NotFoundError
from memory.records import PromptEmbedding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.protocol import Embedded
    from memory.records import Preferences, Statement
    from memory.store import Store


# Statements embedded in one go, newest first: a question does not wait for all of an imported profile.
MOST_AT_ONCE = 16


class Recall:
    """Remembers which embedder is in use, and whether one works at all."""

    def __init__(self) -> None:
        self.embedder: str | None = None
        self.available = True

    def keep(self, store: Store, message_id: str, result: Embedded, row: int = 0) -> PromptEmbedding:
        """Store the vector of the question ``message_id``. Raises ``NotFoundError`` for a forgotten one."""
        self.embedder = result.embedder
        embedding = PromptEmbedding(message_id, result.embedder, result.vectors[row])
        store.save_embedding(embedding)
        return embedding

    def unembedded(self, store: Store) -> tuple[Statement, ...]:
        """Return statements that have no vector of the embedder in use, newest first, at most ``MOST_AT_ONCE``."""
        found = store.unembedded_statements(self.embedder or "")
        return tuple(reversed([s for s in found if s.kind != "style"]))[:MOST_AT_ONCE]

    def keep_statements(
        self, store: Store, statements: Sequence[Statement], result: Embedded, *, first: int = 0
    ) -> None:
        """Store the vectors of ``statements``, which begin at row ``first``; those forgotten meanwhile are not."""
        self.embedder = result.embedder
        for row, statement in enumerate(statements, first):
            with suppress(NotFoundError):
                store.embed_statement(statement.id, result.embedder, result.vectors[row])

    def known(self, store: Store, message_id: str) -> bool:
        """Whether the question has a vector of the embedder in use."""
        return self.embedder is not None and store.has_embedding(message_id, self.embedder)

    def vector(self, store: Store, message_id: str | None) -> PromptEmbedding | None:
        """Return the question's vector of the embedder in use, or ``None`` where it has none yet."""
        if message_id is None or self.embedder is None:
            return None
        return store.embedding(message_id, self.embedder)

    def preferences(self, store: Store, version: str, message_id: str | None) -> Preferences:
        """Return the posterior for the question, or the global one where it has no vector yet."""
        return preferences_for(store, version, self.vector(store, message_id))


def preferences_for(store: Store, version: str, embedding: PromptEmbedding | None) -> Preferences:
    """Return the posterior for a question with this vector; the global one for ``None``."""
    if embedding is None:
        return store.preferences(version)
    return store.preferences(version, embedder=embedding.embedder, vector=embedding.vector)
