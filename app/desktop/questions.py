"""Answers a question of the terminal with the engine and the memory that the window has open.

Like ``attune ask`` by itself it stores nothing. Runs on a worker thread; knows no widget and no socket.
"""

from __future__ import annotations

import threading
from argparse import Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

from app.cli.ask import Answerer, Question
from app.cli.learned import Learned
from app.user_messages import ENVIRONMENT_ERRORS, explain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from app.composition import Attune
    from app.settings import Settings
    from app.store_thread import StoreThread
    from memory.store import Store

T = TypeVar("T")


class TerminalQuestion:
    """One question handed over. ``stop`` may be called from any thread."""

    def __init__(self, attune: Attune, request: Mapping[str, Any]) -> None:
        self._attune = attune
        self._request = request
        self._answerer: Answerer | None = None
        self._stop = threading.Event()

    def answers(self) -> Iterator[dict[str, Any]]:
        """Yield what ``app.cli.ask`` reads: ``heard`` or ``declined``, then ``text`` pieces and one ``report``.

        ``failed`` takes the place of the rest where something goes wrong.
        """
        if self._request.get("model") != model_of(self._attune.settings):
            yield {"declined": True}
            return
        yield {"heard": True}
        try:
            with self._attune.assistant.aside():
                yield from self._answers()
        except ENVIRONMENT_ERRORS as error:
            yield {"failed": explain(error)}

    def stop(self) -> None:
        """End the answer: nobody reads it any more."""
        self._stop.set()
        if self._answerer:
            self._answerer.stop()

    def _answers(self) -> Iterator[dict[str, Any]]:
        attune = self._attune
        options = Namespace(**self._request["options"])
        answerer = Answerer(attune.settings, options, attune.engine)
        if answerer.learned:
            answerer.learned = LearnedHere(attune.store, answerer)
        self._answerer = answerer
        if self._stop.is_set():  # before there was anything it could have reached
            return
        # Whoever began loading the model waits for it; here it has only to be there.
        while attune.engine.loaded is None and attune.engine.pending_load() is None:
            if self._stop.wait(0.05):
                return
        for piece in answerer.stream(Question(**self._request["question"])):
            if self._stop.is_set():
                return
            yield {"text": piece} if isinstance(piece, str) else {"report": piece}


class LearnedHere(Learned):
    """What the memory has learned, read from the one that is open in this process."""

    def __init__(self, store: StoreThread, answerer: Answerer) -> None:
        self._engine = answerer.engine
        self._store = store

    def _use(self, read: Callable[[Store], T]) -> T | None:
        return self._store.call(read)


def request_of(settings: Settings, options: Namespace, question: Question) -> dict[str, Any]:
    """Return the request that hands ``question`` over."""
    given = vars(options)
    kept = {
        name: value for name, value in given.items() if isinstance(value, bool | int | float | str | None)
    }
    return {"do": "ask", "model": model_of(settings), "options": kept, "question": asdict(question)}


def model_of(settings: Settings) -> list[object]:
    """Return what two Attunes must agree on for one to answer for the other."""
    paths = (settings.model, settings.teacher, settings.reward_model)
    return [*(str(path or "") for path in paths), settings.context_length]
