"""Finds what was said about a topic in other words: the topic's vector against those of questions and statements.

Runs as idle work that somebody waits for: a chat goes first, and the embedder may have to be loaded. Knows nothing of
how it is shown.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from app.explaining import CantTell, Task
from app.idle_work import AttemptFailedError
from app.language import told
from app.recall import MOST_AT_ONCE
from app.user_messages import explain
from engine.protocol import Embed, Embedded
from memory.errors import MemoryStoreError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from app.idle_work import Ask, IdleWork
    from app.recall import Recall
    from app.store_thread import StoreThread
    from memory.records import Message, Passage
    from memory.store import Store

    Outcome: TypeAlias = tuple[Passage, ...] | CantTell

# Cosine from which something is about a topic. A bare word lies close to short texts of any kind, so the embedder is
# given a sentence: against 153 questions, 26 topics then found hardly anything wrong from 0.2 on.
CLOSE: Final = 0.2
TOPIC: Final = "Questions about {words}"


class Topics:
    """Finds in one store. ``progress`` and ``outcome`` are called on the idle thread."""

    def __init__(self, store: StoreThread, idle: IdleWork, recall: Recall) -> None:
        self._store, self._idle, self._recall = store, idle, recall

    def find(
        self, words: str, progress: Callable[[int, int], None], outcome: Callable[[Outcome], None]
    ) -> Task:
        """Find what holds ``words``, and what is about them.

        Questions that have no vector yet get one first; ``progress`` is given how many have, of how many.
        """

        def work(ask: Ask) -> None:
            try:
                found = self._find(ask, words, progress)
            except AttemptFailedError as error:
                outcome(CantTell(told(error.failed.user_message), told(error.failed.next_step)))
            except MemoryStoreError as error:
                outcome(CantTell(*explain(error)))
            else:
                outcome(found)

        return Task(self._idle, work)

    def _find(self, ask: Ask, words: str, progress: Callable[[int, int], None]) -> tuple[Passage, ...]:
        topic = _embedded(ask, (TOPIC.format(words=words.strip()),))
        self._recall.embedder = topic.embedder
        while stated := self._store.call(self._recall.unembedded):
            vectors = _embedded(ask, tuple(statement.text for statement in stated))
            self._store.call(lambda store, s=stated, v=vectors: self._recall.keep_statements(store, s, v))  # type: ignore[misc]
        waiting = self._store.call(lambda store: store.unembedded_questions(topic.embedder))
        for done in range(0, len(waiting), MOST_AT_ONCE):
            progress(done, len(waiting))
            some = waiting[done : done + MOST_AT_ONCE]
            questions = self._store.call(lambda store, some=some: _messages(store, some))  # type: ignore[misc]
            vectors = _embedded(ask, tuple(question.content for question in questions))
            self._store.call(lambda store, q=questions, v=vectors: self._keep(store, q, v))  # type: ignore[misc]
        return self._store.call(
            lambda store: store.passages_about(words, topic.embedder, topic.vectors[0], floor=CLOSE)
        )

    def _keep(self, store: Store, questions: tuple[Message, ...], vectors: Embedded) -> None:
        for row, question in enumerate(questions):
            with suppress(NotFoundError):  # forgotten meanwhile
                self._recall.keep(store, question.id, vectors, row)


def _messages(store: Store, ids: tuple[str, ...]) -> tuple[Message, ...]:
    found = []
    for message_id in ids:
        with suppress(NotFoundError):
            found.append(store.message(message_id))
    return tuple(found)


def _embedded(ask: Ask, texts: tuple[str, ...]) -> Embedded:
    result = ask(lambda request_id: Embed(request_id, texts))
    assert isinstance(result, Embedded)
    return result
