"""The decoding loop on scripted logits: text, ends, the repetition penalty, what a trace tells."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decoder import Ended, Guide, Step, generate
from engine.errors import DecodeError
from engine.openings import Opening
from engine.protocol import Sampling

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GREEDY = Sampling(temperature=0.0, repetition_penalty=1.0)
END = 0


class Script:
    """A model and its context in one: token i + 1 spells ``pieces[i]``, token 0 ends; it says them in order.

    ``runner_up`` is how many nats below the scripted token all others are, ``end`` how many the end is before its turn:
    out of reach, where not said otherwise.
    """

    def __init__(
        self, pieces: Sequence[bytes], *, runner_up: float = 20.0, end: float = 60.0, at: int = 0
    ) -> None:
        self.pieces = [b"", *pieces]
        self.model = self
        self.batches: list[tuple[list[int], list[int], list[int]]] = []
        self._runner_up, self._end = runner_up, end
        self._at = at

    @property
    def first_logits(self) -> np.ndarray:
        return self._logits(self._at)

    def _logits(self, at: int) -> np.ndarray:
        row = np.full(len(self.pieces), -self._runner_up, dtype=np.float32)
        row[END] = -self._end
        row[at + 1 if at + 1 < len(self.pieces) else END] = 0.0
        return row

    def decode(
        self, tokens: list[int], positions: list[int], sequences: list[int], outputs: list[bool]
    ) -> None:
        assert all(outputs)
        self.batches.append((tokens, positions, sequences))
        self._at += 1

    def logits(self, i: int) -> np.ndarray:
        assert i == 0
        return self._logits(self._at)

    def piece(self, token: int, *, special: bool = False) -> bytes:
        return self.pieces[token]

    def ends_generation(self, token: int) -> bool:
        return token == END


class ConstantReward:
    """Features that favour one token of the vocabulary by ``nats`` in every state."""

    gain = 1.0
    principles = ()

    def __init__(self, token: int, nats: float) -> None:
        self._token, self._nats = token, nats

    def start(self, *_: Any) -> None:
        pass

    def entries(self, token: int) -> tuple[list[int], list[int], list[int]]:
        return [token, token], [70, 71], [1, 2]

    def features(self, candidates: np.ndarray) -> np.ndarray:
        return np.where(candidates == self._token, self._nats, 0.0)[None, :]

    def finish(self) -> None:
        pass


def run(
    script: Script,
    sampling: Sampling = GREEDY,
    guide: Guide | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    *,
    max_tokens: int = 100,
    trace: bool = False,
    said: Sequence[int] = (),
) -> tuple[list[Step], Ended]:
    items = list(
        generate(
            script,
            10,
            script.first_logits,
            sampling,
            guide,
            should_stop,
            max_tokens=max_tokens,
            trace=trace,
            said=said,
        )  # type: ignore[arg-type]
    )
    assert [type(item) for item in items[:-1]] == [Step] * (len(items) - 1)
    assert isinstance(items[-1], Ended)
    return items[:-1], items[-1]  # type: ignore[return-value]


def favour(token: int, nats: float, coefficient: float = 1.0) -> Guide:
    return Guide(ConstantReward(token, nats), np.array([coefficient]), has_values=False)


# Text


@settings(deadline=None)
@given(text=st.text(max_size=30), cuts=st.lists(st.integers(0, 120), max_size=20))
def test_characters_cut_apart_by_tokens_come_out_whole(text: str, cuts: list[int]) -> None:
    raw = text.encode()
    edges = sorted({0, len(raw), *(cut for cut in cuts if cut < len(raw))})
    pieces = [raw[a:b] for a, b in pairwise(edges)]

    steps, ended = run(Script(pieces))

    assert "".join(step.text for step in steps) + ended.text == text
    assert "\ufffd" not in "".join(step.text for step in steps) or "\ufffd" in text


def test_an_emoji_appears_with_its_last_byte() -> None:
    steps, ended = run(Script([b"Hi ", b"\xf0\x9f", b"\x99", b"\x82", b"!"]))

    assert [step.text for step in steps] == ["Hi ", "", "", "🙂", "!"]
    assert ended == Ended("stop")


def test_a_character_that_is_never_finished_is_marked_at_the_end() -> None:
    steps, ended = run(Script([b"a", b"\xf0\x9f\x99"]))

    assert [step.text for step in steps] == ["a", ""]
    assert ended == Ended("stop", "\ufffd")


def test_bytes_that_are_no_text_are_replaced() -> None:
    steps, _ = run(Script([b"\xff", b"a\xc3", b"b"]))

    assert "".join(step.text for step in steps) == "\ufffda\ufffdb"


# Ends


def test_the_end_token_ends_and_is_not_said() -> None:
    steps, ended = run(Script([b"a", b"b"]))

    assert [step.token for step in steps] == [1, 2]
    assert ended == Ended("stop")


@pytest.mark.parametrize("nats", [5.0, -5.0])
def test_a_row_without_a_say_neither_brings_the_end_nearer_nor_puts_it_off(nats: float) -> None:
    script = [b"a", b"b", b"c"]
    guide = favour(END, nats)
    heard, _ = run(Script(script, runner_up=2.0, end=2.0), guide=guide, max_tokens=5)
    silent = replace(guide, silent=np.array([True]))
    unheard, _ = run(Script(script, runner_up=2.0, end=2.0), guide=silent, max_tokens=5)
    assert [step.token for step in unheard] == [1, 2, 3]
    assert [step.token for step in heard] != [1, 2, 3]


def test_an_answer_may_be_empty() -> None:
    assert run(Script([])) == ([], Ended("stop"))


def test_a_model_that_computes_no_numbers_says_so() -> None:
    nonsense = np.full(9, np.nan, dtype=np.float32)
    with pytest.raises(DecodeError) as caught:
        next(generate(Script([b"a"]), 10, nonsense, GREEDY, None, lambda: False, max_tokens=4))  # type: ignore[arg-type]
    assert "is not a number" in caught.value.user_message


def test_the_length_is_kept_and_nothing_is_computed_beyond_it() -> None:
    script = Script([b"x"] * 50)
    steps, ended = run(script, max_tokens=7)

    assert len(steps) == 7
    assert ended == Ended("length")
    assert len(script.batches) == 6


def test_cancelling_ends_after_the_token_that_was_being_made() -> None:
    said = 0

    def after_three() -> bool:
        nonlocal said
        said += 1
        return said == 3

    script = Script([b"x"] * 50)
    steps, ended = run(script, should_stop=after_three)

    assert len(steps) == 3
    assert ended == Ended("cancelled")
    assert len(script.batches) == 2


# Choice


def test_guidance_speaks_up_and_reaches_further_where_the_reply_opens() -> None:
    """Token 6 is e^-5 as probable as the best: no candidate, but for guidance at an opening."""
    pieces = [b"a", b" b.", b" c", b" d", b" e", b" f"]
    guide = replace(favour(6, 2.0), opening=Opening(1.0, 4.0))
    kept = replace(favour(6, 2.0), opening=Opening(0.0, 4.0))
    quiet = replace(favour(6, 2.0), opening=Opening(1.0, 1.0))

    steps, _ = run(Script(pieces, runner_up=5.0), guide=guide, max_tokens=5, trace=True)

    assert [step.token for step in steps] == [6, 2, 6, 4, 5]
    assert [step.changed for step in steps] == [True, False, True, False, False]
    assert [len(step.trace.ids) for step in steps if step.trace] == [6, 1, 6, 1, 1]
    first = steps[0].trace
    assert first is not None
    assert sum(first.base) == pytest.approx(1.0)
    assert first.base[1:] == (0.0,) * 5, "without guidance there is one candidate"
    for other in (kept, quiet):
        steps, _ = run(Script(pieces, runner_up=5.0), guide=other, max_tokens=5)
        assert [step.token for step in steps] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("pieces", "end", "said"),
    [
        ([b" Here", b" are", b" three:", b"\n", b"1.", b" one"], 4.5, 6),
        ([b" One", b" thing.", b" And", b" more"], 4.5, 2),
        ([b" One", b" thing.", b"\n\n", b"And"], 4.5, 2),
        ([b" One", b" thing.", b" And", b" more"], 6.0, 4),
        ([b" One", b" thing:", b" And", b" more"], 2.5, 0),
    ],
    ids=["announced", "after a sentence", "after its line", "too improbable", "the base model's own"],
)
def test_guidance_reaches_for_an_ending_only_after_a_sentence_and_less_far(
    pieces: list[bytes], end: float, said: int
) -> None:
    guide = replace(favour(END, 4.0), opening=Opening(1.0, 4.0))

    steps, ended = run(Script(pieces, end=end), guide=guide, max_tokens=len(pieces))

    assert len(steps) == said
    assert ended.reason == ("stop" if said < len(pieces) else "length")
    silent = replace(guide, silent=np.array([True]))
    assert len(run(Script(pieces, end=end), guide=silent, max_tokens=len(pieces))[0]) == len(pieces)


def test_tokens_stand_after_the_prompt_and_go_to_every_sequence() -> None:
    script = Script([b"a", b"b", b"c"])
    run(script, guide=favour(1, 0.0), max_tokens=3)

    assert script.batches == [([1, 1, 1], [10, 70, 71], [0, 1, 2]), ([2, 2, 2], [11, 70, 71], [0, 1, 2])]


@settings(deadline=None)
@given(seed=st.integers(0, 2**63), temperature=st.sampled_from([0.0, 0.5, 1.0, 3.0]))
def test_the_same_seed_says_the_same(seed: int, temperature: float) -> None:
    sampling = Sampling(temperature=temperature, seed=seed, min_p=0.0, top_p=1.0)

    first, second = (run(Script([b"x"] * 20, runner_up=1.0), sampling, max_tokens=15) for _ in range(2))

    assert first == second


@settings(deadline=None)
@given(seed=st.integers(0, 2**63), cut=st.integers(0, 14))
def test_a_reply_that_goes_on_draws_the_numbers_it_would_have_drawn(seed: int, cut: int) -> None:
    sampling = Sampling(temperature=1.0, seed=seed, min_p=0.0, top_p=1.0)
    script = Script([b"x"] * 20, runner_up=1.0)
    whole, _ = run(script, sampling, max_tokens=15)
    said = [step.token for step in whole[:cut]]

    rest = Script([b"x"] * 20, runner_up=1.0, at=cut)
    steps, ended = run(rest, sampling, max_tokens=15 - cut, said=said)

    assert [step.token for step in steps] == [step.token for step in whole[cut:]]
    assert ended == Ended("length")
    assert [batch[1][0] for batch in rest.batches] == list(range(10, 10 + 14 - cut))


def test_seeds_differ() -> None:
    replies = {
        tuple(
            step.token for step in run(Script([b"x"] * 9, runner_up=0.5), Sampling(seed=seed, min_p=0.0))[0]
        )
        for seed in range(10)
    }
    assert len(replies) > 5


def test_sampling_follows_the_distribution() -> None:
    """One token of probability e^0 against nine of e^-2, at temperature 1."""
    sampling = Sampling(temperature=1.0, min_p=0.0, top_p=1.0, repetition_penalty=1.0, top_k=10)
    first = [
        run(Script([b"x"] * 10, runner_up=2.0), replace(sampling, seed=seed), max_tokens=1)[0]
        for seed in range(2000)
    ]
    share = sum(steps[0].token == 1 for steps in first) / len(first)

    assert share == pytest.approx(1 / (1 + 9 * np.exp(-2)), abs=0.03)


def test_the_logarithm_is_over_the_whole_vocabulary() -> None:
    steps, _ = run(Script([b"x"] * 30, runner_up=1.0), max_tokens=5)

    assert [step.logprob for step in steps] == pytest.approx([-np.log(1 + 29 * np.exp(-1))] * 5, abs=1e-5)


@pytest.mark.parametrize(
    ("penalty", "window", "expected"),
    [
        (1.0, 64, [1, 1, 1, 1, 1, 1]),
        (2.0, 64, [1, 2, 3, 1, 1, 1]),  # all three are held down now, and the first is the best again
        (2.0, 1, [1, 2, 1, 2, 1, 2]),
        (2.0, 2, [1, 2, 3, 1, 2, 3]),
        (2.0, 0, [1, 1, 1, 1, 1, 1]),
    ],
)
def test_the_repetition_penalty_holds_down_the_replys_recent_tokens(
    penalty: float, window: int, expected: list[int]
) -> None:
    class Stuck(Script):
        def _logits(self, at: int) -> np.ndarray:
            return np.array([-9.0, 1.0, 0.9, 0.8], dtype=np.float32)

    sampling = replace(GREEDY, repetition_penalty=penalty, repetition_window=window)
    steps, _ = run(Stuck([b"a", b"b", b"c"]), sampling, max_tokens=6)

    assert [step.token for step in steps] == expected


# Guidance


def test_guidance_changes_what_the_same_random_number_draws_and_says_so() -> None:
    script = [b"a", b"b", b"c"]
    steps, ended = run(
        Script(script, runner_up=2.0), replace(GREEDY, min_p=0.0), favour(3, 5.0), max_tokens=3, trace=True
    )

    assert [step.token for step in steps] == [3, 3, 3]
    assert [step.changed for step in steps] == [True, True, False]
    assert ended.reason == "length"
    first = steps[0].trace
    assert first is not None
    assert (first.ids[first.chosen], first.ids[first.unguided]) == (3, 1)


def test_guidance_cannot_choose_what_is_no_candidate() -> None:
    sampling = Sampling(temperature=1.0, min_p=0.05)
    steps, _ = run(Script([b"a", b"b", b"c"], runner_up=4.0), sampling, favour(3, 6.0, 100.0), max_tokens=2)

    assert [step.token for step in steps] == [1, 2]


@pytest.mark.parametrize("guide", [None, favour(3, 5.0)])
def test_a_trace_tells_what_each_token_was_chosen_from(guide: Guide | None) -> None:
    sampling = Sampling(temperature=1.0, min_p=0.0, top_p=1.0, top_k=3)
    steps, _ = run(Script([b"a", b"b", b"\xc3"], runner_up=1.0), sampling, guide, max_tokens=3, trace=True)

    assert steps
    for step in steps:
        trace = step.trace
        assert trace is not None
        assert trace.ids[trace.chosen] == step.token
        assert len(trace.ids) == len(trace.texts) == len(trace.capped) == 3
        assert sum(trace.base) == pytest.approx(1.0)
        assert sum(trace.guided) == pytest.approx(1.0)
        assert list(trace.base) == sorted(trace.base, reverse=True)
        assert len(trace.shares) == (0 if guide is None else 1)
        assert step.changed == (trace.chosen != trace.unguided)
        assert guide is not None or trace.base == trace.guided


def test_no_trace_unless_asked() -> None:
    steps, _ = run(Script([b"a"]), guide=favour(1, 1.0))

    assert steps[0].trace is None
