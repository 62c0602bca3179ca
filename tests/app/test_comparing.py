"""Choosing between two replies: kept at once as evidence, learned from, replaced and taken back without a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.answers import Finished
from app.prompting import AnswerOptions
from app.wording import rated_line
from tests.app.test_assistant import ALL, Bench, bench

if TYPE_CHECKING:
    from app.answers import Rated

__all__ = ["bench"]

NAMES = {p.name: p for p in ALL}


def two(bench: Bench) -> tuple[str, str]:
    """Return the ids of a short and a long answer to one question."""
    short = bench.ask(seed=1, weights={"concise": 1.0}).message.id
    (*_, last) = bench.assistant.regenerate(short, options=AnswerOptions(seed=1, weights={"concise": -1.0}))
    assert isinstance(last, Finished)
    bench.settle()
    return short, last.turn.message.id


def mean(bench: Bench) -> float:
    return next(w.mean for w in bench.assistant.preferences().weights if w.name == "concise")


def test_the_better_one_moves_what_sets_it_apart(bench: Bench) -> None:
    short, long = two(bench)
    compared = bench.assistant.comparing.prefer(short, long)
    assert compared.rated.learned
    assert compared.pair is not None
    assert (compared.pair.preferred_id, compared.pair.source) == (short, "compared")
    liked = mean(bench)
    assert liked > 0
    bench.assistant.comparing.prefer(long, short)
    assert mean(bench) == pytest.approx(-liked, abs=1e-6)


def test_undo_leaves_what_was_said_before_and_nothing_else(bench: Bench) -> None:
    short, long = two(bench)
    untouched = mean(bench)
    comparing = bench.assistant.comparing
    first = comparing.prefer(short, long)
    liked = mean(bench)
    second = comparing.prefer(long, short)
    comparing.undo(short, long, second.replaced)
    assert mean(bench) == pytest.approx(liked, abs=1e-12)
    assert comparing.siblings(short).pairs == (first.pair,)
    comparing.undo(short, long, first.replaced)
    assert mean(bench) == pytest.approx(untouched, abs=1e-12)
    assert comparing.siblings(long).pairs == ()


def test_no_difference_teaches_nothing_and_can_be_taken_back(bench: Bench) -> None:
    short, long = two(bench)
    comparing = bench.assistant.comparing
    comparing.prefer(short, long)
    liked = mean(bench)
    neither = comparing.no_difference(short, long)
    assert neither.pair is None
    assert mean(bench) == pytest.approx(0.0, abs=1e-12)
    comparing.undo(short, long, neither.replaced)
    assert mean(bench) == pytest.approx(liked, abs=1e-12)
    pair = comparing.siblings(short).pair(long, short)
    assert pair is not None
    assert pair.preferred_id == short


def test_a_choice_made_before_the_replies_were_read_is_explained_later(bench: Bench) -> None:
    told: list[Rated] = []
    bench.assistant.on_learned(told.append)
    with bench.engine.scores_held():
        short = bench.ask(seed=1, weights={"concise": 1.0}).message.id
        *_, last = bench.assistant.regenerate(short, options=AnswerOptions(seed=1, weights={"concise": -1.0}))
        assert isinstance(last, Finished)
        compared = bench.assistant.comparing.prefer(short, last.turn.message.id)
        assert not compared.rated.learned
    assert "reread both" in rated_line(compared.rated, NAMES)
    bench.settle()
    (rated,) = told
    assert rated.compared
    assert rated.message_id == short
    assert mean(bench) > 0
    assert rated_line(rated, NAMES).startswith("Saved on this computer.")


def test_siblings_are_all_replies_to_the_question_with_their_texts(bench: Bench) -> None:
    short, long = two(bench)
    found = bench.assistant.comparing.siblings(long)
    assert [turn.message.id for turn in found.turns] == [short, long]
    assert all(turn.message.content for turn in found.turns)
    assert found.pair(short, long) is None
