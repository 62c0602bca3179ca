"""Reading a GGUF's header: right for good files, a plain refusal for every other."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from engine.errors import ModelFileError
from engine.models.header import read_header, vocabulary
from tests.tiny_model import TinyModel
from tests.tiny_model import vocabulary as token_texts

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = TinyModel(vocabulary=512, width=32, layers=3, kv_heads=1, tied=False)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return SHAPE.write(tmp_path_factory.mktemp("header") / "tiny.gguf")


def test_the_header_says_what_was_written(path: Path) -> None:
    header = read_header(path)
    assert (header.layers, header.width, header.feed_forward) == (3, 32, 160)
    assert (header.vocabulary, header.context_length, header.heads) == (512, 4096, 4)
    assert header.kv_width == (16, 16, 16)
    assert header.parameters == sum(weight.size for weight in SHAPE.weights().values())
    assert header.weight_bytes == 4 * header.parameters
    assert (header.quantisation, header.tied, header.has_template) == ("F32", False, True)


def test_the_vocabulary_comes_token_by_token(path: Path) -> None:
    assert [token.decode() for token in vocabulary(path)] == token_texts(512)[0]


def test_a_file_cut_anywhere_is_refused(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()
    cut = tmp_path / "cut.gguf"
    for length in (1, 4, 11, 24, 100, 1000, len(whole) // 2, len(whole) - 1):
        cut.write_bytes(whole[:length])
        with pytest.raises(ModelFileError) as caught:
            read_header(cut)
        assert caught.value.user_message.endswith(".")


def test_bytes_changed_at_random_never_do_more_than_raise(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()
    rng = random.Random(0)
    broken = tmp_path / "broken.gguf"
    refused = 0
    for _ in range(200):
        content = bytearray(whole)
        for _ in range(rng.randint(1, 8)):
            content[rng.randrange(4, 2000)] = rng.randrange(256)
        broken.write_bytes(content)
        try:
            read_header(broken)
        except ModelFileError:
            refused += 1
    assert refused > 50


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "page.gguf"
    for content in (
        b"",
        b"<!DOCTYPE html>",
        b"GGUF\x01\x00\x00\x00" + bytes(40),
        b"GGUF\x03\x00\x00\x00" + b"\xff" * 16,
    ):
        other.write_bytes(content)
        with pytest.raises(ModelFileError):
            read_header(other)
    with pytest.raises(ModelFileError):
        read_header(tmp_path / "missing.gguf")
