"""A sample answer for a slider: how a short answer begins where one preference alone is set so and so.

Samples are made by the loaded model when nobody waits for anything else, kept in this process's memory alone, and
teach nothing. Methods block and may be called from any thread.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from app.idle_work import InterruptedWorkError
from app.language import mark, tr
from app.prompting import guidance_of, instructions_of
from app.reward_choice import guiding
from engine.protocol import Generate, Generated, Message, Sampling, Token
from engine.starter import MODEL_SHA256

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.engine_client import EngineClient
    from app.idle_work import Ask, IdleWork
    from engine.principles import Principle
    from engine.protocol import Command, Event, Loaded

# Short, so that a sample comes at once; a matter that can be put in any style.
QUESTION: Final = mark("Why does it rain?")
MOST_TOKENS: Final = 28
# One seed for all samples: what differs between two of them is the slider.
SAMPLING: Final = Sampling(temperature=0.0, max_tokens=MOST_TOKENS)
MOST_KEPT: Final = 500
_ENDS: Final = (". ", "! ", "? ", "\n")


class _Wanted:
    """A sample to be made: a piece of idle work that somebody waits for."""

    def __init__(self, command_of: Callable[[int], Command], each: Callable[[str], None]) -> None:
        self._command_of, self._each = command_of, each
        self.over = threading.Event()
        self.text = ""

    def __call__(self, ask: Ask) -> None:
        """Have it made; interrupted by a chat, it is called again."""
        said: list[str] = []

        def hear(event: Event) -> None:
            if isinstance(event, Token) and not self.over.is_set():
                said.append(event.text)
                if text := "".join(said).strip():
                    self._each(first_sentence(text))

        try:
            result = ask(self._command_of, hear)
        except InterruptedWorkError:
            raise
        except BaseException:  # somebody waits, whatever went wrong
            self.over.set()
            raise
        assert isinstance(result, Generated)
        self.text = result.text.strip()
        self.over.set()


class Samples:
    """Makes samples, one at a time; asking for another gives up the one at hand."""

    def __init__(
        self,
        engine: EngineClient,
        idle: IdleWork,
        principles: Callable[[], tuple[Principle, ...]],
        system: str,
    ) -> None:
        self._engine, self._idle, self._principles, self._system = engine, idle, principles, system
        self._kept: dict[tuple[object, ...], str] = {}
        self._lock = threading.Lock()
        self._wanted: _Wanted | None = None

    @property
    def question(self) -> str:
        """What samples answer: in the user's language, or in English, which is all that the embedded model speaks."""
        loaded = self._engine.loaded
        return QUESTION if loaded is None or loaded.sha256 == MODEL_SHA256 else tr(QUESTION)

    def sentence(
        self, name: str, weight: float, strength: float, each: Callable[[str], None] = lambda _: None
    ) -> str | None:
        """Return how an answer begins with the preference ``name`` at ``weight`` and β = ``strength``.

        ``each`` is given what there is so far, on another thread.

        ``None`` where there is none: no model is loaded, the preference is gone, the engine failed, or the sample was
        given up, as it is when the next one is asked for.
        """
        loaded = self._engine.loaded
        by_name = {p.name: p for p in self._principles() if not p.fixed}
        if loaded is None or name not in by_name:
            return None
        weight = round(weight, 2) if strength else 0.0
        principle = by_name[name]
        # All unguided samples are the same one.
        question = self.question
        key = (loaded.sha256, loaded.head_version, self._system, question) + (
            (principle.poles_hash, weight, round(strength, 2)) if weight else ()
        )
        with self._lock:
            self._give_up()
            if key in self._kept:
                return self._kept[key]
            wanted = self._wanted = _Wanted(
                lambda i: self._command(i, question, principle, weight, strength, loaded), each
            )
            self._idle.soon(wanted)
        wanted.over.wait()
        if not wanted.text:
            return None
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = first_sentence(wanted.text)
            return self._kept[key]

    def give_up(self) -> None:
        """Make no more of the sample at hand: nobody looks any more."""
        with self._lock:
            self._give_up()

    def forget(self) -> None:
        """Drop what was made."""
        with self._lock:
            self._give_up()
            self._kept.clear()

    def _give_up(self) -> None:
        if self._wanted:
            self._idle.drop(self._wanted)
            self._wanted.over.set()
            self._wanted = None

    def _command(
        self,
        request_id: int,
        question: str,
        principle: Principle,
        weight: float,
        strength: float,
        loaded: Loaded,
    ) -> Generate:
        principles, weights = self._principles(), {principle.name: weight} if weight else {}
        guidance = guidance_of(principles, weights, guiding(None, loaded), strength)
        messages = (
            *((Message("system", self._system),) if self._system else ()),
            Message("user", question),
        )
        said = instructions_of(principles, weights, "both", strength)
        return Generate(request_id, messages, SAMPLING, guidance, instructions=said, aside=True)


def first_sentence(text: str) -> str:
    """Cut an answer's beginning after its first sentence, or say that it goes on."""
    text = text.strip()
    ends = [at + 1 for end in _ENDS if (at := text.find(end)) > 0]
    first = " ".join(text[: min(ends, default=len(text))].split())
    return first if first.endswith((".", "!", "?")) else f"{first} …".strip()
