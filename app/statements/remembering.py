"""What the user said about themselves, from the sentence in the chat to the row in the memory, only ever on a yes.

The one object through which window and terminal offer, keep, change and forget statements. Free of Qt; methods
block and may be called from any thread.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from app.statements.style import StyleMatch, examples_of, match, read_said
from engine.protocol import Embed, Embedded
from memory.contradiction import same_statement
from resources import STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.engine_client import EngineClient
    from app.statements.style import Examples
    from app.store_thread import StoreThread
    from engine.principles import Principle
    from memory.records import Statement, StatementAdded, StatementKind
    from memory.store import Store

# Examples embedded in one go: a question that comes meanwhile waits for one batch, not for all.
_BATCH: Final = 32


@dataclass(frozen=True, slots=True)
class Offer:
    """Something lasting the user said in the message ``message_id``, to be kept or not."""

    message_id: str
    text: str
    kind: StatementKind


@dataclass(frozen=True, slots=True)
class Remembered:
    """A statement and the conversation it was said in; ``None`` where it was typed, or that is gone.

    ``used_in``: conversation and id of the last reply that used it, where that is still there.
    """

    statement: Statement
    conversation_id: str | None = None
    conversation_title: str = ""
    used_in: tuple[str, str] | None = None


class Remembering:
    """Offers, keeps and forgets statements. ``on_kept`` is called when one waits for its vector."""

    def __init__(
        self,
        store: StoreThread,
        engine: EngineClient,
        principles: Callable[[], Sequence[Principle]],
        on_kept: Callable[[], None],
    ) -> None:
        self._store = store
        self._engine = engine
        self._principles = principles
        self._on_kept = on_kept
        self._known: tuple[Examples, str, np.ndarray[tuple[int, int], np.dtype[np.float32]]] | None = None
        self._matching = threading.Lock()

    def offers(self, message_id: str) -> tuple[Offer, ...]:
        """Return what was said in a message and is neither kept nor declined. Raises ``NotFoundError``."""
        from app.statements.recognition import recognise  # its patterns take a while to make

        def find(store: Store) -> tuple[Offer, ...]:
            message = store.message(message_id)
            found = recognise(message.content) if message.role == "user" else ()
            if not found:
                return ()
            declined = store.declined_statements(message_id)
            kept = store.statements(superseded=True)
            return tuple(
                Offer(message_id, said.text, said.kind)
                for said in found
                if said.text not in declined
                and not any(
                    same_statement(said.text, s.text)
                    and (s.superseded_at is None or s.message_id == message_id)
                    for s in kept
                )
            )

        return self._store.call(find)

    def kind_of(self, text: str) -> StatementKind:
        """Return the kind of what the user asks to keep in so many words."""
        from app.statements.recognition import kind_of

        return kind_of(text)

    def match(self, text: str) -> StyleMatch | None:
        """Return the preference a statement about style is about; ``None`` where it fits none.

        Loads the embedder on first use, which takes seconds. Raises ``EngineError``.
        """
        with self._matching:
            examples = examples_of(self._principles(), read_said(STATEMENTS))
            if self._known is None or self._known[0] != examples:
                embedder, vectors = self._embed(examples.texts)
                self._known = examples, embedder, vectors
            embedder, (vector,) = self._embed((text,))
            known, name, vectors = self._known
            if embedder != name:
                self._known = None
                return None
            return match(text, vector, known, vectors)

    def remember(
        self,
        text: str,
        *,
        kind: StatementKind | None = None,
        message_id: str | None = None,
        style: StyleMatch | None = None,
    ) -> StatementAdded:
        """Keep what the user confirmed. A ``style`` sets the slider's starting point.

        Style that fits no preference is kept as a wish: said with every question, it still acts.
        """
        kind = "style" if style else kind or self.kind_of(text)
        added = self._store.call(
            lambda store: store.add_statement(
                text,
                "wish" if kind == "style" and style is None else kind,
                principle=style.principle if style else None,
                value=style.value if style else None,
                message_id=message_id,
            )
        )
        self._on_kept()
        return added

    def decline(self, message_id: str, text: str) -> None:
        """Don't ask about what was said in a message again. Raises ``NotFoundError``."""
        self._store.call(lambda store: store.decline_statement(message_id, text))

    def statements(self) -> tuple[Remembered, ...]:
        """Return everything kept, newest first, with what no longer holds."""

        def read(store: Store) -> tuple[Remembered, ...]:
            sources, uses = store.statement_sources(), store.statement_last_uses()
            found = []
            for statement in reversed(store.statements(superseded=True)):
                conversation_id, title = sources.get(statement.id, (None, ""))
                found.append(Remembered(statement, conversation_id, title, uses.get(statement.id)))
            return tuple(found)

        return self._store.call(read)

    def change(
        self,
        statement_id: str,
        text: str,
        *,
        kind: StatementKind | None = None,
        style: StyleMatch | None = None,
    ) -> StatementAdded:
        """Put other words in the place of a statement. Raises ``NotFoundError``."""
        kind = "style" if style else kind or self.kind_of(text)
        added = self._store.call(
            lambda store: store.replace_statement(
                statement_id,
                text,
                "wish" if kind == "style" and style is None else kind,
                principle=style.principle if style else None,
                value=style.value if style else None,
            )
        )
        self._on_kept()
        return added

    def no_longer_true(self, statement_id: str) -> None:
        """Keep a statement as what held until now. Raises ``NotFoundError``."""
        self._store.call(lambda store: store.supersede_statement(statement_id))

    def restore(self, statement_id: str) -> tuple[Statement, ...]:
        """Let a statement hold again; return those that therefore don't. Raises ``NotFoundError``."""
        superseded = self._store.call(lambda store: store.restore_statement(statement_id))
        self._on_kept()
        return superseded

    def forget(self, statement_id: str) -> None:
        """Forget a statement for good. Raises ``NotFoundError``."""
        self._store.call(lambda store: store.forget_statement(statement_id))

    def _embed(self, texts: Sequence[str]) -> tuple[str, np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
        embedder, parts = "", []
        for start in range(0, len(texts), _BATCH):
            batch = tuple(texts[start : start + _BATCH])
            result = self._engine.call(Embed(self._engine.next_id(), batch))
            assert isinstance(result, Embedded)
            embedder = result.embedder
            parts.append(result.vectors)
        return embedder, np.concatenate(parts)
