"""llama.cpp behind plain Python: tokens, files it refuses, sequences, aborting."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from engine.errors import CacheFullError, DecodeError, ModelFileError
from engine.llama import Aborted, LlamaContext, LlamaModel, check_gguf
from tests.tiny_model import CONTROL, TinyModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

shared_model = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@shared_model
@given(text=st.text(max_size=60))
def test_tokens_spell_the_text(model: LlamaModel, text: str) -> None:
    tokens = model.tokenize(text, special=False)

    assert b"".join(model.piece(token) for token in tokens) == text.encode()


def test_numpys_threads_leave_the_cores_to_llama_cpp(model: LlamaModel) -> None:
    assert model.n_vocab
    blas = [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]
    assert blas
    assert set(blas) == {1}


@shared_model
@given(parts=st.lists(st.sampled_from([*CONTROL, "user", "\n", " babe", "<|", "|>"]), max_size=12))
def test_control_tokens_are_read_only_where_asked(model: LlamaModel, parts: list[str]) -> None:
    text = "".join(parts)
    plain, special = model.tokenize(text, special=False), model.tokenize(text, special=True)
    control = {model.tokenize(name, special=True)[0] for name in CONTROL}

    assert not control & set(plain)
    assert sum(token in control for token in special) == sum(part in CONTROL for part in parts)
    assert b"".join(model.piece(token, special=True) for token in special) == text.encode()


def test_the_vocabulary_says_which_tokens_are_special(model: LlamaModel) -> None:
    (end,) = model.tokenize("<|im_end|>", special=True)

    assert set(model.control_texts()) == set(CONTROL)
    assert model.ends_generation(end)
    assert not model.ends_generation(model.tokenize("a", special=False)[0])
    assert model.special_text("eos") == "<|im_end|>"
    assert model.piece(end) == b""
    assert model.piece(end, special=True) == b"<|im_end|>"


def test_a_model_tells_its_sizes(tmp_path: Path) -> None:
    tiny = TinyModel(vocabulary=700, width=32, heads=2, tied=False, context=512)
    model = LlamaModel(tiny.write(tmp_path / "other.gguf"))
    try:
        assert (model.n_vocab, model.n_embd, model.n_ctx_train) == (700, 32, 512)
        assert model.architecture == "llama"
        assert model.name == "Tiny 700x32"
        assert model.n_params == sum(weight.size for weight in tiny.weights().values())
        assert model.metadata("no.such.key") is None
    finally:
        model.close()


def test_a_model_without_a_template_says_so(tmp_path: Path) -> None:
    model = LlamaModel(TinyModel(chat_template=None).write(tmp_path / "bare.gguf"))
    try:
        assert model.chat_template is None
    finally:
        model.close()


# Files


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.gguf", tmp_path):
        with pytest.raises(ModelFileError, match="does not exist") as refused:
            check_gguf(path)
        assert str(path) in refused.value.user_message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"GGU", "is not a GGUF"),
        (b"PK\x03\x04 a zip archive", "is not a GGUF"),
        (b"<!DOCTYPE html><title>404</title>", "is not a GGUF"),
    ],
)
def test_what_is_no_gguf_is_refused_before_llama_cpp_sees_it(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)

    with pytest.raises(ModelFileError) as refused:
        LlamaModel(path)
    assert refused.value.user_message.startswith("model.gguf")
    assert says in refused.value.user_message
    assert refused.value.next_step


@pytest.mark.parametrize("share", [0.00002, 0.001, 0.03, 0.1, 0.5, 0.999])
def test_a_truncated_file_is_refused(tmp_path: Path, tiny_path: Path, share: float) -> None:
    whole = tiny_path.read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(ModelFileError, match=r"cut\.gguf") as refused:
        LlamaModel(path)
    assert refused.value.user_message.endswith(".")
    assert "download it again" in refused.value.next_step


@pytest.mark.parametrize("seed", range(8))
def test_noise_after_the_magic_is_refused(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "noise.gguf"
    version = b"" if seed % 2 else b"\x03\x00\x00\x00"
    path.write_bytes(b"GGUF" + version + random.Random(seed).randbytes(5000))

    with pytest.raises(ModelFileError) as refused:
        LlamaModel(path)
    assert "noise.gguf" in refused.value.user_message


def test_loading_can_be_given_up(tiny_path: Path) -> None:
    with pytest.raises(Aborted):
        LlamaModel(tiny_path, on_progress=lambda _: False)


# Sequences


def read(context: LlamaContext, tokens: list[int], sequence: int = 0, start: int = 0) -> np.ndarray:
    """Return the logits (V,) after ``tokens``."""
    positions = range(start, start + len(tokens))
    outputs = [False] * (len(tokens) - 1) + [True]
    context.decode(tokens, positions, [sequence] * len(tokens), outputs)
    return context.logits(len(tokens) - 1).copy()


def test_sequences_share_a_prefix_and_nothing_else(make_context: Callable[[], LlamaContext]) -> None:
    context = make_context()
    prefix, left, right = list(range(40)), [50, 51, 52], [60, 61, 62]
    read(context, prefix)
    context.share(0, 1, 30)
    beside = read(context, left, sequence=1, start=30)
    main = read(context, right, sequence=0, start=40)

    context.clear()
    assert read(context, [*prefix, *right]) == pytest.approx(main, abs=0.05)
    context.clear()
    assert read(context, [*prefix[:30], *left]) == pytest.approx(beside, abs=0.05)


def test_a_removed_end_leaves_no_trace(make_context: Callable[[], LlamaContext]) -> None:
    context = make_context()
    read(context, list(range(20)))
    expected = read(context, [70, 71], start=20)
    context.remove(0, 20)
    read(context, [90, 91, 92], start=20)
    context.remove(0, 20)

    assert np.array_equal(read(context, [70, 71], start=20), expected)


def test_a_full_cache_is_an_error_with_a_sentence(model: LlamaModel) -> None:
    context = LlamaContext(model, n_cells=256, threads=1)
    try:
        for start in range(0, context.n_cells, 64):
            read(context, list(range(64)), start=start)
        with pytest.raises(CacheFullError) as full:
            read(context, [1], start=context.n_cells)
        assert full.value.user_message
    finally:
        context.close()


def test_logits_nobody_asked_for_are_an_error(make_context: Callable[[], LlamaContext]) -> None:
    context = make_context()
    read(context, [1, 2, 3])

    with pytest.raises(DecodeError):
        context.logits(0)


def test_a_decode_can_be_aborted_and_repeated(make_context: Callable[[], LlamaContext]) -> None:
    context = make_context()
    tokens = list(range(300))
    expected = read(context, tokens)
    context.clear()
    asked = 0

    def soon() -> bool:
        nonlocal asked
        asked += 1
        return asked > 10

    with pytest.raises(Aborted), context.abortable(soon):
        read(context, tokens)
    context.remove(0)

    assert np.array_equal(read(context, tokens), expected)


def test_hidden_states_give_the_logits(tmp_path: Path) -> None:
    """The last hidden state is what the output layer multiplies: (d,) after the final norm."""
    tiny = TinyModel(tied=False)
    model = LlamaModel(tiny.write(tmp_path / "untied.gguf"))
    context = LlamaContext(model, n_cells=256, threads=1, hidden=True, exact=True)
    try:
        logits = read(context, [5, 6, 7])
        hidden = context.hidden(2).copy()
    finally:
        context.close()
        model.close()

    assert hidden.shape == (64,)
    assert tiny.weights()["lm_head.weight"] @ hidden == pytest.approx(logits, abs=1e-4)


def test_the_bare_loop_says_the_most_probable_tokens(make_context: Callable[[], LlamaContext]) -> None:
    context = make_context()
    token = int(read(context, [5, 6, 7]).argmax())
    said = []
    for i in range(6):
        said.append(token)
        token = int(read(context, [token], start=3 + i).argmax())
    context.clear()
    first = int(read(context, [5, 6, 7]).argmax())

    assert [context.bare_loop(first, 0), context.bare_loop(first, 1), context.bare_loop(said[1], 5)] == [
        said[0],
        said[1],
        token,
    ]
