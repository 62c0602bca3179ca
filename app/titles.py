"""Titles of conversations: the first words of the question at once, a better one by the model when nobody waits.

What the model says is taken only where it is a title; the user's own is never replaced.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from app.prompting import prompt_of
from engine.protocol import Generate, Generated, Guidance, Message, Sampling

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.idle_work import Ask
    from app.store_thread import StoreThread
    from memory.records import Message as StoredMessage
    from memory.store import Store

TITLE_LENGTH: Final = 48
REQUEST: Final = "Give this conversation a title of two to five words. Write only the title."
MOST_WORDS, MOST_TOKENS = 8, 24

# The answer is begun for the model: where it has only to end a title, even a small one does.
BEGUN: Final = 'Title: "'

_CLOSING = re.compile(r'["“”»\n]')
_LEADING = re.compile(r"^(?:title\s*[:：]\s*)", re.IGNORECASE)
_TRIM = "\"'“”„‘’«»*_`#. ,;:-–—"
# What begins an answer to the request rather than a title.
_TALK = re.compile(
    r"^(sure|certainly|of course|okay|here|i['’ ]|i am|as an|sorry|this conversation|the title|the answer|yes|no[,. ])",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w{4,}")
_EMPTY: Final = {"abou", "from", "have", "that", "this", "what", "will", "with", "your"}


def title_of(text: str) -> str:
    """Make a conversation's title from its first question: its beginning, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def title_in(answer: str, question: str, reply: str) -> str | None:
    """Return the title the model's ``answer`` went on with, or ``None`` where that is none.

    A title is one short line about what was said: at least half of its words of some length stand there too, one of
    them in the ``question`` or two in the ``reply``.
    """
    title = " ".join(_CLOSING.split(answer.strip(), maxsplit=1)[0].split())
    title = _LEADING.sub("", title.strip(_TRIM)).strip(_TRIM)
    if len(title.split()) > MOST_WORDS and ":" in title:
        title = title.split(":")[0].strip(_TRIM)
    if not 2 <= len(title.split()) <= MOST_WORDS or not 5 <= len(title) <= TITLE_LENGTH + 12:
        return None
    words, asked = _stems(title), _stems(question)
    known = words & (asked | _stems(reply))
    if _TALK.match(title) or 2 * len(known) < len(words) or not (words & asked or len(known) > 1):
        return None
    return title[0].upper() + title[1:]


def _stems(text: str) -> set[str]:
    """Return the beginnings of words that say something, so that *cooking* is about *cook*."""
    return {word[:4] for word in _WORD.findall(text.casefold())} - _EMPTY


def titling(
    store: StoreThread, system: str, conversation_id: str, titled: Callable[[str], None]
) -> Callable[[Ask], None]:
    """Return the idle work that has the model title a conversation after its first exchange.

    ``titled`` is called with the conversation's id where it got a new title.
    """

    def first_exchange(memory: Store) -> tuple[StoredMessage, ...]:
        thread = memory.messages(conversation_id)
        wanted = len(thread) == 2 and thread[1].state == "complete" and thread[1].content
        return thread if wanted and not memory.has_own_title(conversation_id) else ()

    def work(ask: Ask) -> None:
        thread = store.call(first_exchange)
        if not thread:
            return
        # After the exchange itself, which the engine has just read: both it and the next question find it in the
        # cache.
        question, answer = thread
        messages = (
            *prompt_of((question,), system),
            Message("assistant", answer.content),
            Message("user", REQUEST),
        )
        sampling = Sampling(temperature=0.0, max_tokens=MOST_TOKENS)
        result = ask(lambda i: Generate(i, messages, sampling, Guidance(), begun=BEGUN))
        assert isinstance(result, Generated)
        if result.finish_reason != "stop" and not _CLOSING.search(result.text):
            return
        title = title_in(result.text, question.content, answer.content)
        if title and store.call(lambda memory: memory.suggest_title(conversation_id, title)):
            titled(conversation_id)

    return work
