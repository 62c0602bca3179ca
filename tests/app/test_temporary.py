"""A temporary chat: guided by what was learned, teaching nothing, and without a byte on the disk."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from app.answers import Finished, Started
from app.prompting import AnswerOptions
from app.temporary import TemporaryChat
from app.user_messages import UsageError
from engine.protocol import Embed
from memory.records import PrincipleDraft
from tests.app.test_assistant import QUESTION, Bench, bench
from tests.memory.test_forgetting import found_in

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["bench"]

SECRET = "xyzzybadgerplugh"


@pytest.fixture
def chat(bench: Bench) -> Iterator[TemporaryChat]:
    made = TemporaryChat(bench.assistant)
    yield made
    made.close()


def ask(chat: TemporaryChat, text: str, conversation: str | None = None) -> Finished:
    conversation = conversation or chat.assistant.new_conversation().id
    last = list(chat.assistant.answer(conversation, text, options=AnswerOptions(seed=1)))[-1]
    assert isinstance(last, Finished)
    return last


def test_nothing_of_it_reaches_the_disk_and_nothing_is_kept(bench: Bench, chat: TemporaryChat) -> None:
    bench.engine.behaviour.replies[SECRET] = f"you said {SECRET}"
    kept = bench.ask()
    before = bench.assistant.counts()
    finished = ask(chat, SECRET)
    conversation = finished.turn.message.conversation_id
    assert SECRET in finished.turn.message.content
    list(chat.assistant.regenerate(finished.turn.message.id))
    list(chat.assistant.ask_instead(chat.assistant.turns(conversation)[0].message.id, f"again {SECRET}"))
    ask(chat, f"more {SECRET}", conversation)
    bench.settle()
    assert len(chat.assistant.turns(conversation)) == 4
    assert found_in(bench.folder, SECRET.encode(), SECRET[-8:].encode()) == []
    counts = bench.assistant.counts()
    assert (counts.conversations, counts.messages) == (before.conversations, before.messages)
    assert bench.assistant.conversations()[0].id == kept.message.conversation_id
    assert bench.assistant.library.search(SECRET) == ()
    bench.stop()
    bench.start()
    assert found_in(bench.folder, SECRET.encode()) == []


def test_it_is_guided_by_what_was_learned_for_such_questions(bench: Bench, chat: TemporaryChat) -> None:
    bench.teach_concise()
    learned = bench.assistant.preferences()
    conversation = chat.assistant.new_conversation()
    started = next(
        event for event in chat.assistant.answer(conversation.id, QUESTION) if isinstance(event, Started)
    )
    assert dict(started.tilted_by)["concise"] > 0
    assert bench.asked(Embed)
    assert bench.assistant.preferences() == learned


def test_a_thumb_is_refused_with_a_reason(bench: Bench, chat: TemporaryChat) -> None:
    finished = ask(chat, "hello")
    with pytest.raises(UsageError, match="teaches"):
        chat.assistant.rate(finished.turn.message.id, 1)
    assert bench.assistant.counts().feedback == 0


def test_one_answer_at_a_time_and_closing_leaves_the_other_running(bench: Bench) -> None:
    chat = TemporaryChat(bench.assistant)
    ask(chat, "hello")
    chat.close()
    assert bench.ask().message.state == "complete"
    bench.settle()
    assert not [t for t in threading.enumerate() if t.name.startswith("attune-memory") and not t.daemon][1:]


def test_the_trash_is_tidied_in_idle_time(bench: Bench) -> None:
    turn = bench.ask()
    bench.assistant.library.trash(turn.message.conversation_id)
    bench.assistant.tidy_up()
    bench.settle()
    assert len(bench.assistant.library.trashed()) == 1


def test_what_comes_back_from_the_trash_teaches_preferences_that_are_newer_than_it(bench: Bench) -> None:
    turn = bench.ask()
    bench.assistant.rate(turn.message.id, 1)
    bench.settle()
    bench.assistant.library.trash(turn.message.conversation_id)
    own = bench.assistant.principles.add(PrincipleDraft("Poetic", "Rhyme.", "Sober", "Never rhyme."))
    bench.settle()
    bench.assistant.library.restore(turn.message.conversation_id)
    bench.settle()
    version = bench.assistant.version
    features = bench.store.call(lambda memory: memory.features(turn.message.id, version))
    assert features is not None
    assert own.name in features.values
