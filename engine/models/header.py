"""A GGUF's header, read in milliseconds and without trust: shapes, sizes, context limit, vocabulary.

It reads a file that anybody may have made, so every count is held against the file's size. It knows nothing of
llama.cpp, of memory on this computer or of what the numbers are for.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.errors import ModelFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MAGIC: Final = b"GGUF"
_STRING, _ARRAY = 8, 9
_SCALARS: Final = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
# A scalar array longer than this is a table nobody asks for here, such as token scores.
_KEPT_ITEMS: Final = 4096
_MOST_ENTRIES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Header:
    """What a model is. Sizes in bytes.

    ``layer_bytes``: the weights of each layer. ``input_bytes``: the token embedding, which stays in main memory;
    ``output_bytes``: what else stands outside the layers. ``kv_width``: for each layer, values in one token's key
    and value together. ``tied``: the output layer is the token embedding, read a second time.
    """

    name: str
    architecture: str
    quantisation: str
    licence: str
    parameters: int
    vocabulary: int
    layers: int
    width: int
    feed_forward: int
    heads: int
    context_length: int
    file_bytes: int
    layer_bytes: tuple[int, ...]
    input_bytes: int
    output_bytes: int
    tied: bool
    kv_width: tuple[int, ...]
    has_template: bool

    @property
    def weight_bytes(self) -> int:
        """All weights."""
        return sum(self.layer_bytes) + self.input_bytes + self.output_bytes


def read_header(path: Path) -> Header:
    """Read a model file's header. Raises ``ModelFileError`` for what is not a whole GGUF of a language model."""
    with _opened(path) as view:
        values, tensors, data_start = _Reader(view).read()
        return _header(path.stem, values, tensors, len(view), data_start)


def vocabulary(path: Path) -> Iterator[bytes]:
    """Iterate over the token texts of a model file, in order. Raises ``ModelFileError``."""
    with _opened(path) as view:
        yield from _Reader(view).strings("tokenizer.ggml.tokens")


def _opened(path: Path) -> mmap.mmap:
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError as error:
        raise ModelFileError(
            str(error),
            user_message=f"There is no model file at {path}.",
            next_step="Check the path, or choose another file.",
        ) from error
    except (OSError, ValueError) as error:  # an empty file can't be mapped
        raise ModelFileError(
            f"{path}: {error!r}",
            user_message=f"{path.name} is empty or can't be read.",
            next_step="Check the file and its permissions, or choose another one.",
        ) from error


@dataclass(frozen=True, slots=True)
class _Tensor:
    name: str
    shape: tuple[int, ...]
    type: int
    offset: int


class _Reader:
    """Walks over the header of a mapped file."""

    def __init__(self, view: mmap.mmap) -> None:
        self._view = view
        self._at = 0

    def read(self) -> tuple[dict[str, Any], list[_Tensor], int]:
        """Return metadata, tensors, and where the tensors' data begins."""
        try:
            tensor_count, entries = self._begin()
            values = dict(self._entry() for _ in range(entries))
            tensors = [self._tensor() for _ in range(tensor_count)]
        except (struct.error, UnicodeDecodeError, KeyError, OverflowError) as error:
            raise _damaged(repr(error)) from error
        alignment = values.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 1 <= alignment <= 1 << 20:
            raise _damaged("alignment")
        return values, tensors, -(-self._at // alignment) * alignment

    def strings(self, wanted: str) -> Iterator[bytes]:
        """Iterate over one array of strings."""
        try:
            _, entries = self._begin()
            for _ in range(entries):
                key, kind = self._text(), self._number("I")
                if key != wanted:
                    self._value(kind)
                    continue
                item, count = self._number("I"), self._number("Q")
                if kind != _ARRAY or item != _STRING:
                    raise _damaged(f"{wanted} is no list of texts")
                for _ in range(count):
                    yield self._bytes()
                return
        except (struct.error, UnicodeDecodeError, KeyError, OverflowError) as error:
            raise _damaged(repr(error)) from error

    def _begin(self) -> tuple[int, int]:
        if self._view[: len(MAGIC)] != MAGIC:
            raise ModelFileError(
                f"starts with {self._view[:4]!r}",
                user_message="This is not a GGUF model file.",
                next_step="Choose a file that ends in .gguf, made for llama.cpp.",
            )
        self._at = len(MAGIC)
        version = self._number("I")
        if version not in (2, 3):
            raise ModelFileError(
                f"GGUF version {version}",
                user_message="This model file has a version that Attune can't read.",
                next_step="Download a newer copy of the model.",
            )
        tensors, entries = self._number("Q"), self._number("Q")
        if max(tensors, entries) > _MOST_ENTRIES:
            raise _damaged(f"{tensors} tensors, {entries} entries")
        return tensors, entries

    def _number(self, code: str) -> Any:
        (value,) = struct.unpack_from("<" + code, self._view, self._at)
        self._at += struct.calcsize("<" + code)
        return value

    def _bytes(self) -> bytes:
        length = self._number("Q")
        if length > len(self._view) - self._at:
            raise _damaged("a text goes past the end of the file")
        self._at += length
        return self._view[self._at - length : self._at]

    def _text(self) -> str:
        return self._bytes().decode("utf-8", "replace")

    def _entry(self) -> tuple[str, Any]:
        return self._text(), self._value(self._number("I"))

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY:
            return self._number(_SCALARS[kind])
        item, count = self._number("I"), self._number("Q")
        if item == _STRING:
            for _ in range(count):
                self._bytes()
            return count
        code = _SCALARS[item]
        size = struct.calcsize("<" + code) * count
        if size > len(self._view) - self._at:
            raise _damaged("a list goes past the end of the file")
        start, self._at = self._at, self._at + size
        return (
            list(struct.unpack_from(f"<{count}{code}", self._view, start)) if count <= _KEPT_ITEMS else count
        )

    def _tensor(self) -> _Tensor:
        name, dimensions = self._text(), self._number("I")
        if dimensions > 8:
            raise _damaged(f"{name} has {dimensions} dimensions")
        shape = tuple(self._number("Q") for _ in range(dimensions))
        return _Tensor(name, shape, self._number("I"), self._number("Q"))


def _header(
    stem: str, values: Mapping[str, Any], tensors: list[_Tensor], file_bytes: int, data_start: int
) -> Header:
    architecture = str(values.get("general.architecture", ""))

    def number(key: str, default: int = 0) -> int:
        value = values.get(f"{architecture}.{key}", default)
        value = max(value, default=default) if isinstance(value, list) else value
        return int(value) if isinstance(value, int | float) else default

    layers = number("block_count")
    if not architecture or not layers or not tensors:
        raise ModelFileError(
            f"architecture {architecture!r}, {layers} layers, {len(tensors)} tensors",
            user_message="This GGUF holds no language model.",
            next_step="Choose the model's own file, not an adapter, a projector or one part of several.",
        )
    if layers > 10_000:
        raise _damaged(f"{layers} layers")
    sizes = _sizes(tensors, file_bytes, data_start)
    layer_bytes = [0] * layers
    input_bytes = output_bytes = 0
    for tensor in tensors:
        part = tensor.name.split(".")
        if part[0] == "blk" and len(part) > 1 and part[1].isdigit() and int(part[1]) < layers:
            layer_bytes[int(part[1])] += sizes[tensor.name]
        elif part[0] == "token_embd":
            input_bytes += sizes[tensor.name]
        else:
            output_bytes += sizes[tensor.name]
    names = {tensor.name: tensor for tensor in tensors}
    embedding = names.get("token_embd.weight")
    vocabulary = values.get(f"{architecture}.vocab_size") or values.get("tokenizer.ggml.tokens") or 0
    if embedding and len(embedding.shape) == 2:
        vocabulary = embedding.shape[1]
    heads = max(1, number("attention.head_count", 1))
    width = number("embedding_length")
    head = width // heads
    widths = number("attention.key_length", head) + number("attention.value_length", head)
    per_layer = values.get(f"{architecture}.attention.head_count_kv", heads)
    kv_heads = per_layer if isinstance(per_layer, list) else [per_layer] * layers
    kv_heads = [int(n) for n in (*kv_heads, *[heads] * layers)[:layers]]
    return Header(
        name=str(values.get("general.name") or stem),
        architecture=architecture,
        quantisation=_quantisation(values.get("general.file_type")),
        licence=str(values.get("general.license") or ""),
        parameters=sum(_count(tensor) for tensor in tensors),
        vocabulary=int(vocabulary),
        layers=layers,
        width=width,
        feed_forward=number("feed_forward_length"),
        heads=heads,
        context_length=number("context_length"),
        file_bytes=file_bytes,
        layer_bytes=tuple(layer_bytes),
        input_bytes=input_bytes,
        output_bytes=output_bytes,
        tied="output.weight" not in names,
        kv_width=tuple(n * widths for n in kv_heads),
        has_template="tokenizer.chat_template" in values,
    )


def _sizes(tensors: list[_Tensor], file_bytes: int, data_start: int) -> dict[str, int]:
    """Return each tensor's bytes. Raises ``ModelFileError`` where the file ends before one of them does."""
    from gguf.constants import GGML_QUANT_SIZES

    blocks = {kind.value: size for kind, size in GGML_QUANT_SIZES.items()}
    sizes = {}
    for tensor in tensors:
        values, size = blocks.get(tensor.type, (1, 0))
        sizes[tensor.name] = _count(tensor) // values * size
        if data_start + tensor.offset + sizes[tensor.name] > file_bytes:
            raise ModelFileError(
                f"{tensor.name} ends at {data_start + tensor.offset + sizes[tensor.name]} of {file_bytes}",
                user_message="This model file is cut short.",
                next_step="Download it again.",
            )
    return sizes


def _count(tensor: _Tensor) -> int:
    total = 1
    for side in tensor.shape:
        total *= side
    return total


def _quantisation(file_type: object) -> str:
    from gguf.constants import LlamaFileType

    try:
        return str(LlamaFileType(file_type).name).removeprefix("MOSTLY_").removeprefix("ALL_")
    except ValueError:
        return ""


def _damaged(detail: str) -> ModelFileError:
    return ModelFileError(
        detail,
        user_message="This model file is damaged or cut short.",
        next_step="Download it again, or choose another file.",
    )
