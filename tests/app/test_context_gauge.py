from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.answers import Turn
from app.chat.context_gauge import gauge
from memory.records import Message, ReplyTrace

TRACE = ReplyTrace("m", "sha", "Tiny", "head", 1.0, {}, 7, {}, "stop", 50, 150, 0.5, 10.0, 0.2, -1.0)


def turns(*sizes: int, trace: ReplyTrace | None = None) -> tuple[Turn, ...]:
    made = []
    for i, size in enumerate(sizes):
        role = "assistant" if i % 2 else "user"
        message = Message(
            str(i), "c", str(i - 1) if i else None, role, "x" * size, "complete", datetime.now(UTC)
        )  # type: ignore[arg-type]
        made.append(Turn(message, trace if role == "assistant" and i == len(sizes) - 1 else None))
    return tuple(made)


def test_what_an_answer_took_is_known_exactly() -> None:
    found = gauge(turns(400, 400, trace=TRACE), "", 4096)
    assert (found.tokens, found.dropped) == (200, 0)
    assert found.words == "About 200 of 4,096 tokens"


def test_the_draft_is_reckoned_by_what_this_text_really_takes() -> None:
    english = gauge(turns(400, 400, trace=TRACE), "y" * 400, 4096).tokens - 200
    dense = gauge(turns(100, 100, trace=TRACE), "y" * 400, 4096).tokens - 200
    assert dense > 3 * english


def test_the_oldest_question_and_its_answer_go_first() -> None:
    found = gauge(turns(4000, 4000, 4000, 4000), "why?", 4096)
    assert found.dropped == 2
    assert found.tokens <= 3072
    assert found.words.endswith("the 2 oldest messages will be left out")


def test_a_message_that_has_no_room_says_so() -> None:
    found = gauge((), "x" * 20_000, 4096)
    assert found.too_long
    assert "too long" in found.words


def test_a_prompt_that_was_cut_is_no_measure() -> None:
    cut = replace(TRACE, dropped_messages=2)
    assert gauge(turns(400, 400, trace=cut), "", 4096) == gauge(turns(400, 400), "", 4096)


@given(st.lists(st.integers(1, 5000), max_size=12), st.integers(0, 5000), st.integers(256, 8192))
def test_more_said_never_leaves_less_out(sizes: list[int], draft: int, limit: int) -> None:
    first = gauge(turns(*sizes), "d" * draft, limit)
    more = gauge(turns(*sizes), "d" * (draft + 500), limit)
    assert more.dropped >= first.dropped
    assert first.dropped <= len(sizes)
    assert first.dropped == len(sizes) or first.dropped % 2 == 0
