"""``attune chat``: the assistant in the terminal, with thumbs. Knows only the assistant and how to write lines."""

from __future__ import annotations

import contextlib
import queue
import signal
import sys
import threading
from dataclasses import replace
from io import TextIOWrapper
from typing import TYPE_CHECKING

from app.answers import Broke, Finished, Forgot, Text, Waiting
from app.cli import why
from app.cli.arguments import SAMPLING_OPTIONS, sampling_of, settings_of
from app.composition import running
from app.personas import named
from app.personas import sampling_of as preset
from app.prompting import AnswerOptions
from app.user_messages import ENVIRONMENT_ERRORS, explain
from app.wording import rated_line, strength_word
from memory.errors import DatabaseDamagedError
from memory.reasons import OTHER, REASONS

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from types import FrameType

    from app.answers import AnswerEvent, Rated, Turn
    from app.assistant import Assistant
    from memory.records import Label, LearnedWeight

HELP = """\
/up, /down   rate the last answer; words after it say why: /down too long
/undo        take that rating back
/why         what guided the last answer; /why words: word by word; /why without: the same without you
/weights     what Attune has learned
/new         start a new conversation
/quit        leave (also Ctrl+D); Ctrl+C stops an answer
"""
CLEAR_LINE = "\033[K"
WELCOME = "Ask anything. Nothing leaves this computer. /help lists the commands."


class Chat:
    """A conversation in the terminal."""

    def __init__(self, assistant: Assistant, options: AnswerOptions, persona_id: str | None = None) -> None:
        self._assistant = assistant
        self._options = options
        self._persona_id = persona_id
        self._principles = assistant.principles.by_name
        self._conversation: str | None = None
        self._last: Turn | None = None
        self._learned: queue.SimpleQueue[Rated] = queue.SimpleQueue()
        assistant.on_learned(self._learned.put)

    def handle(self, line: str) -> bool:
        """Do what ``line`` says; return whether to go on."""
        command, _, rest = line.partition(" ")
        match command:
            case "":
                pass
            case "/quit":
                return False
            case "/help":
                print(HELP, end="")
            case "/new":
                self._conversation = self._last = None
                print("A new conversation.")
            case "/up":
                self._rate(1, rest)
            case "/down":
                self._rate(-1, rest)
            case "/undo":
                self._undo()
            case "/why":
                self._why(rest)
            case "/weights":
                self._weights()
            case _ if command.startswith("/"):
                print(f"There is no command {command}. /help lists them.")
            case _:
                self._answer(line)
        return True

    def say_what_was_learned(self) -> None:
        """Report ratings that took effect since the last line."""
        with contextlib.suppress(queue.Empty):
            while True:
                print(rated_line(self._learned.get_nowait(), self._principles))

    def _answer(self, text: str) -> None:
        if self._conversation is None:
            self._conversation = self._assistant.new_conversation(self._persona_id).id
        note = _WaitingNote()
        with _interrupt_stops(self._assistant):
            for event in self._assistant.answer(self._conversation, text, options=self._options):
                if isinstance(event, Waiting):
                    note.show(event.stage)
                else:
                    note.clear()
                    self._print(event)

    def _print(self, event: AnswerEvent) -> None:
        match event:
            case Text(text=piece):
                print(piece, end="", flush=True)
            case Forgot(dropped=dropped):
                print(f"[The {dropped} oldest messages no longer fit and were left out.]")
            case Finished(turn=turn):
                self._last = turn
                print(" [stopped]" if turn.message.state == "stopped" else "")
            case Broke():
                self._last = event.turn or self._last
                print(f"\n[{event.user_message} {event.next_step}]")

    def _rate(self, label: Label, reason: str) -> None:
        if self._last is None:
            print("There is no answer to rate yet.")
            return
        words = reason.strip()
        named = words.lower().rstrip(".!").replace(" ", "_")
        reasons = (named,) if named in REASONS else (OTHER,) if words else ()
        note = words if reasons == (OTHER,) else ""
        rated = self._assistant.rate(self._last.message.id, label, reasons, note)
        print(rated_line(rated, self._principles))

    def _undo(self) -> None:
        if self._last is None:
            print("There is no answer to take a rating back from.")
            return
        print(rated_line(self._assistant.undo_rating(self._last.message.id), self._principles))

    def _why(self, how: str) -> None:
        if self._last is None or self._last.trace is None:
            print("There is no finished answer to explain yet.")
            return
        explaining = self._assistant.explaining
        match how.strip():
            case "":
                lines = why.facts(self._last, self._principles)
            case "words":
                lines = why.words(explaining, self._last, self._principles)
            case "without":
                lines = iter((why.without(explaining, self._last),))
            case _:
                lines = iter(("Say /why, /why words or /why without.",))
        for line in lines:
            print(line)

    def _weights(self) -> None:
        preferences = self._assistant.preferences()
        print(f"Strength β {preferences.strength:g} ({strength_word(preferences.strength)}), ", end="")
        print(f"{preferences.evidence} rated answers")
        for weight in preferences.weights:
            print(self._weight_line(weight))

    def _weight_line(self, weight: LearnedWeight) -> str:
        principle = self._principles[weight.name]
        poles = f"{principle.negative.label} … {principle.positive.label}"
        line = f"{weight.name:<12} {weight.used:+.2f}  [{weight.low:+.2f}, {weight.high:+.2f}]  {poles}"
        if weight.setting is not None:
            line += f", set to {weight.setting:+.2f}"
        return line if weight.enabled else f"{line}, switched off"


class _WaitingNote:
    """Says on a terminal what is being waited for, and wipes it away when the wait is over."""

    def __init__(self) -> None:
        self._stage = ""

    def show(self, stage: str) -> None:
        if stage != self._stage and sys.stderr.isatty():
            self._stage = stage
            sys.stderr.write(f"\r{CLEAR_LINE}{stage}… ")

    def clear(self) -> None:
        if self._stage:
            self._stage = ""
            sys.stderr.write(f"\r{CLEAR_LINE}")


def _draws_by_hand(options: Namespace) -> bool:
    return any(getattr(options, name) is not None for name in SAMPLING_OPTIONS)


def run(options: Namespace) -> int:
    """Talk until the end of input; return the exit code."""
    answer_options = AnswerOptions(
        sampling=sampling_of(options) if _draws_by_hand(options) else None,
        reward=options.reward,
        strength=options.strength,
        system=options.system,
        seed=options.seed,
    )
    with running(settings_of(options)) as attune:
        persona = (
            named(attune.store.call(lambda store: store.personas()), options.persona)
            if options.persona
            else None
        )
        if persona and answer_options.sampling:
            answer_options = replace(answer_options, sampling=sampling_of(options, preset(persona.sampling)))
        chat = Chat(attune.assistant, answer_options, persona.id if persona else None)
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        if aside := attune.store.call(lambda store: store.moved_aside):
            sys.stderr.write(f"attune: {DatabaseDamagedError.user_message}\n        It is kept as {aside}.\n")
        if sys.stdin.isatty():
            print(WELCOME)
            attune.assistant.warm_up()
        for line in _lines():
            chat.say_what_was_learned()
            try:
                if not chat.handle(line.strip()):
                    break
            except ENVIRONMENT_ERRORS as error:
                print("[{} {}]".format(*explain(error)))
    return 0


def _lines() -> Iterator[str]:
    prompt = "› " if sys.stdin.isatty() else ""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  gives input() its history and editing keys
    while True:
        try:
            yield input(prompt)
        except EOFError:
            if prompt:
                print()
            return
        except KeyboardInterrupt:
            print("\n/quit or Ctrl+D leaves.")


@contextlib.contextmanager
def _interrupt_stops(assistant: Assistant) -> Iterator[None]:
    """Let Ctrl+C stop the answer instead of the program."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # In a thread of its own: the interrupted code may hold the very locks that stopping needs.
        threading.Thread(target=assistant.stop).start()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
