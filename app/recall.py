"""The vector of a question: what tells the memory which past thumbs speak about it.

It knows the engine's embeddings and where the memory keeps them; it asks the engine nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memory.records import PromptEmbedding

if TYPE_CHECKING:
    from engine.protocol import Embedded
    from memory.records import Preferences
    from memory.store import Store


class Recall:
    """Remembers which embedder is in use, and whether one works at all."""

    def __init__(self) -> None:
        self.embedder: str | None = None
        self.available = True

    def keep(self, store: Store, message_id: str, result: Embedded) -> PromptEmbedding:
        """Store the vector of the question ``message_id``. Raises ``NotFoundError`` for a forgotten one."""
        self.embedder = result.embedder
        embedding = PromptEmbedding(message_id, result.embedder, result.vectors[0])
        store.save_embedding(embedding)
        return embedding

    def known(self, store: Store, message_id: str) -> bool:
        """Whether the question has a vector of the embedder in use."""
        return self.embedder is not None and store.has_embedding(message_id, self.embedder)

    def preferences(self, store: Store, version: str, message_id: str | None) -> Preferences:
        """Return the posterior for the question, or the global one where it has no vector yet."""
        if message_id is not None and self.embedder is not None:
            embedding = store.embedding(message_id, self.embedder)
            if embedding is not None:
                return store.preferences(version, embedder=embedding.embedder, vector=embedding.vector)
        return store.preferences(version)
