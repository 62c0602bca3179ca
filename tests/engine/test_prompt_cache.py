"""Prompts in sequence 0: what is reused never changes what comes out."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.llama import Aborted, LlamaContext, LlamaModel
from engine.prompt_cache import CHUNK, PromptCache, common_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

many = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
lengths = st.sampled_from([1, 2, 63, 64, 65, 127, 128, 129, 200])


def never() -> bool:
    return False


def read(cache: PromptCache, context: LlamaContext, tokens: Sequence[int]) -> np.ndarray:
    """Return the last token's logits (V,)."""
    (*_, (start, end)) = cache.read(tokens, never)
    return context.logits(end - 1 - start).copy()


def prompt(length: int, seed: int = 0) -> list[int]:
    return np.random.default_rng(seed).integers(0, 1200, length).tolist()


@many
@given(first=lengths, shared=lengths, more=lengths)
def test_whole_chunks_are_reused_and_the_logits_are_the_same_to_the_last_bit(
    make_context: Callable[[], LlamaContext], first: int, shared: int, more: int
) -> None:
    context = make_context()
    cache = PromptCache(context)
    begin = prompt(first)
    then = [*begin[:shared], *prompt(more, seed=1)]
    read(cache, context, begin)

    logits = read(cache, context, then)
    reused = cache.reused
    cache.forget()
    fresh = read(cache, context, then)

    assert cache.reused == 0
    # The last token is always read again: its logits are wanted.
    assert reused == min(common_prefix(begin, then), len(then) - 1) // CHUNK * CHUNK
    assert np.array_equal(logits, fresh)


def test_the_same_prompt_again_reads_only_its_last_chunk(make_context: Callable[[], LlamaContext]) -> None:
    context = make_context()
    cache = PromptCache(context)
    tokens = prompt(150)
    read(cache, context, tokens)

    assert list(cache.read(tokens, never)) == [(128, 150)]
    assert cache.reused == 128


def test_what_decoding_left_behind_is_not_reused(make_context: Callable[[], LlamaContext]) -> None:
    """A reply's cells were read one by one; in the next turn's prompt they would differ in their last bits."""
    context = make_context()
    cache = PromptCache(context)
    tokens, reply = prompt(60), prompt(140, seed=1)
    read(cache, context, tokens)
    for i, token in enumerate(reply):
        context.decode([token], [len(tokens) + i], [0], [True])
    logits = read(cache, context, [*tokens, *reply, 7])

    assert cache.reused == 0
    cache.forget()
    assert np.array_equal(logits, read(cache, context, [*tokens, *reply, 7]))


@many
@given(
    patience=st.integers(0, 400),
    first=st.sampled_from([0, 64, 150]),
    same=st.booleans(),
    seed=st.integers(0, 9),
)
def test_after_an_abort_everything_goes_on_as_if_nothing_had_been(
    make_context: Callable[[], LlamaContext], patience: int, first: int, same: bool, seed: int
) -> None:
    context = make_context()
    cache = PromptCache(context)
    tokens = prompt(300)
    if first:
        read(cache, context, tokens[:first] if same else prompt(first, seed=3))
    asked = 0

    def soon() -> bool:
        nonlocal asked
        asked += 1
        return asked > patience

    with contextlib.suppress(Aborted):
        list(cache.read(tokens, soon))

    then = [*tokens[:250], *prompt(20, seed)]
    logits = read(cache, context, then)
    cache.forget()
    assert np.array_equal(logits, read(cache, context, then))


def test_an_abort_is_raised_at_once(make_context: Callable[[], LlamaContext]) -> None:
    cache = PromptCache(make_context())

    with pytest.raises(Aborted):
        next(iter(cache.read(prompt(300), lambda: True)))


def test_outputs_from_a_position_on(make_context: Callable[[], LlamaContext]) -> None:
    """Scoring wants the logits at every token of a reply, also where the prompt was cached."""
    context = make_context()
    cache = PromptCache(context)
    tokens = prompt(200)
    read(cache, context, tokens)

    rows = {
        position: context.logits(position - start).copy()
        for start, end in cache.read(tokens, never, first_output=100)
        for position in range(max(start, 100), end)
    }

    assert cache.reused == 64
    assert sorted(rows) == list(range(100, 200))
    for position in (100, 127, 128, 199):
        cache.forget()
        assert rows[position] == pytest.approx(read(cache, context, tokens[: position + 1]), abs=0.05)


@pytest.mark.parametrize("cells", [0, 10**6])
def test_after_an_aside_all_is_as_it_was_or_read_again(
    make_context: Callable[[], LlamaContext], cells: int
) -> None:
    context = make_context()
    cache = PromptCache(context)
    tokens = prompt(200)
    before = read(cache, context, tokens)
    with cache.aside(8, cells):
        read(cache, context, prompt(150, seed=2))
        assert cache.reused == 0
    assert np.array_equal(read(cache, context, tokens), before)
    assert cache.reused == (0 if cells else 3 * CHUNK)


def test_a_memory_that_cannot_be_cut_is_read_again(model: LlamaModel) -> None:
    """Recurrent models keep one state, not a cell per token."""

    class Uncuttable(LlamaContext):
        def remove(self, sequence: int, start: int = 0) -> bool:
            return False if start else super().remove(sequence, start)

    context = Uncuttable(model, n_cells=1024, threads=1)
    try:
        cache = PromptCache(context)
        read(cache, context, prompt(150))
        again = read(cache, context, prompt(150))
        assert cache.reused == 0
        cache.forget()
        assert np.array_equal(again, read(cache, context, prompt(150)))
    finally:
        context.close()


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)))
def test_common_prefix(a: list[int], b: list[int]) -> None:
    n = common_prefix(a, b)

    assert a[:n] == b[:n]
    assert n == min(len(a), len(b)) or a[n] != b[n]
