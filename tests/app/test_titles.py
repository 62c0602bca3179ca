"""Titles by the model in idle time: only after the first exchange, only sensible ones, never over the user's."""

from __future__ import annotations

import pytest

from app.titles import BEGUN, MOST_TOKENS, REQUEST, title_in
from engine.protocol import Generate
from tests.app.test_assistant import QUESTION, Bench, bench

__all__ = ["bench"]

REPLY = "Try a mushroom risotto with parmesan. Your request is a pleasure."


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("Cooking for Friends", "Cooking for Friends"),
        ('Mushroom risotto tonight"', "Mushroom risotto tonight"),
        ('Dinner for friends"\nThis headline is short and clear', "Dinner for friends"),
        ("Title: Risotto for friends", "Risotto for friends"),
        ("**Risotto for Friends**", "Risotto for Friends"),
        ("Cooking Mushrooms: A Step-by-Step Guide to Risotto for All Your Friends", "Cooking Mushrooms"),
        ("", None),
        ('"', None),
        ("Mushroom Risotto", "Mushroom Risotto"),
        ("Your Request", None),
        ("Risotto", None),
        ("Quantum chromodynamics explained", None),
        ("São isosfero de risotto sunset", None),
        ("Sure! Here is a title about risotto", None),
        ("The answer to the question about risotto", None),
        ("A very long title about cooking risotto for all of your many friends", None),
        ("2018-07-31T14:59:56", None),
        ("… … …", None),
    ],
)
def test_only_a_title_is_taken_for_one(answer: str, title: str | None) -> None:
    assert title_in(answer, QUESTION, REPLY) == title


def test_the_first_exchange_gets_a_title_after_the_scoring(bench: Bench) -> None:
    bench.engine.behaviour.replies[REQUEST] = "Cooking with friends"
    told: list[str] = []
    bench.assistant.on_titled(told.append)
    turn = bench.ask()
    bench.settle()
    (conversation,) = bench.assistant.conversations()
    assert conversation.title == "Cooking with friends"
    assert told == [conversation.id]
    command = bench.asked(Generate)[-1]
    assert (command.sampling.max_tokens, command.begun) == (MOST_TOKENS, BEGUN)
    assert [m.content for m in command.messages[1:]] == [QUESTION, turn.message.content, REQUEST]
    bench.ask("And for dessert?", conversation.id)
    bench.settle()
    assert len([c for c in bench.asked(Generate) if c.messages[-1].content == REQUEST]) == 1


def test_nonsense_leaves_the_first_words(bench: Bench) -> None:
    bench.engine.behaviour.replies[REQUEST] = "As an AI I can not"
    bench.ask()
    bench.settle()
    assert [c.title for c in bench.assistant.conversations()] == [QUESTION]


def test_a_title_of_the_users_stays(bench: Bench) -> None:
    bench.engine.behaviour.replies[REQUEST] = "Cooking with friends"
    bench.engine.behaviour.score_delay = 0.3
    conversation = bench.ask().message.conversation_id
    bench.assistant.rename(conversation, "Saturday")
    bench.settle()
    assert [c.title for c in bench.assistant.conversations()] == ["Saturday"]


def test_a_chat_interrupts_the_titling_which_is_done_afterwards(bench: Bench) -> None:
    bench.engine.behaviour.replies[REQUEST] = "Cooking with friends"
    first = bench.ask().message.conversation_id
    bench.ask("Something else entirely, please")
    bench.settle()
    titles = {c.id: c.title for c in bench.assistant.conversations()}
    assert titles[first] == "Cooking with friends"
