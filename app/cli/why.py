"""``/why`` in the terminal: what guided the last answer, word by word, and the same answer without the user.

The facts are those of the window's *Why this answer?*. Knows the assistant, and how to write lines.
"""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING, Final

from app.chat.inspector.figures import changed, moved, percent, pushes, signed, visible
from app.explaining import CantTell, Explained, WithoutYou, guided
from app.origin import weight_origins
from app.origin_words import made_with, origin_line, strength_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from app.answers import Turn
    from app.explaining import Explaining, Outcome, SaidToken, Task
    from engine.principles import Principle

MOST_WORDS: Final = 12
"""How many words are listed, those that guidance moved farthest."""
_MARGIN: Final = 15


def facts(turn: Turn, principles: Mapping[str, Principle]) -> Iterator[str]:
    """Yield lines that say what guided an answer, and what made it."""
    trace = turn.trace
    if trace is None:
        return
    yield _line("Strength", strength_line(trace))
    evidence = trace.origin.get("evidence", 0)
    origins = [origin for origin in weight_origins(trace) if origin.name in principles]
    for number, origin in enumerate(origins):
        pole = principles[origin.name].pole(origin.weight).label
        line = f"{pole} {abs(origin.weight):.2f}: {origin_line(origin, evidence)}"
        yield _line("" if number else "Preferences", line)
    if not origins:
        yield _line("Preferences", "none; this is how the model answers by itself")
    for statement in turn.statements:
        yield _line("You once said", statement.text)
    for instruction in trace.instructions:
        yield _line("Said after it", instruction)
    if trace.persona:
        yield _line("Persona", trace.persona)
    yield _line("Changed", f"{trace.changed_share:.0%} of {trace.tokens} tokens")
    yield _line("Written by", f"{made_with(trace)}; {trace.tokens_per_second:.0f} tokens/s")
    if guided(trace):
        yield "/why words shows the words that moved most, /why without the same answer without you."


def words(explaining: Explaining, turn: Turn, principles: Mapping[str, Principle]) -> Iterator[str]:
    """Yield lines on the words that guidance moved farthest, most first. Waits until they are drawn again."""
    outcome = _made(lambda done: explaining.explain(turn.message.id, lambda _: None, done))
    if isinstance(outcome, CantTell):
        yield _reason(outcome)
    elif isinstance(outcome, Explained):
        known = [token for token in outcome.tokens if token.trace is not None]
        yield f"{sum(map(changed, known))} of {len(known)} tokens would have been others without you."
        felt = sorted((t for t in known if moved(t.trace) >= 0.005), key=lambda t: -moved(t.trace))
        for token in felt[:MOST_WORDS]:
            yield _word(token, principles)


def without(explaining: Explaining, turn: Turn) -> str:
    """Return the same answer, from the same random numbers, unguided; or why there is none. Waits for it."""
    outcome = _made(lambda done: explaining.without_you(turn.message.id, lambda _: None, done))
    if isinstance(outcome, WithoutYou):
        same = outcome.text == turn.message.content
        return "Word for word the same as what was said." if same else outcome.text
    assert isinstance(outcome, CantTell)
    return _reason(outcome)


def _reason(outcome: CantTell) -> str:
    return f"{outcome.sentence} {outcome.next_step}".rstrip()


def _made(begin: Callable[[Callable[[Outcome], None]], Task]) -> Outcome:
    came: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    task = begin(came.put)
    try:
        return came.get()
    except KeyboardInterrupt:
        task.cancel()
        return CantTell("Stopped.", "")


def _word(token: SaidToken, principles: Mapping[str, Principle]) -> str:
    trace = token.trace
    assert trace is not None
    before, after = trace.base[trace.chosen], trace.guided[trace.chosen]
    line = f"  {visible(token.text):<16} {percent(before):>8} → {percent(after):<8}"
    if changed(token):
        line += f" instead of “{visible(trace.texts[trace.unguided])}”"
    why = [
        f"{principles[push.name].pole(_weight(token, push.name)).label.lower()} {signed(push.nats)}"
        for push in pushes(token, trace.chosen)[:2]
        if push.name in principles and abs(push.nats) >= 0.05
    ]
    return f"{line}  {', '.join(why)}".rstrip()


def _weight(token: SaidToken, name: str) -> float:
    return dict(token.used)[name]


def _line(name: str, text: str) -> str:
    return f"{name + ':' if name else '':<{_MARGIN}}{text}"
