"""llama.cpp behind plain Python: one model, one context, sequences of tokens. The only importer of llama_cpp.

It knows nothing of chat, sampling, rewards or requests.
"""

from __future__ import annotations

import ctypes
import logging
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import llama_cpp as L  # noqa: N812  its functions already carry the library's name
import numpy as np
import psutil
from threadpoolctl import threadpool_limits

from engine.errors import CacheFullError, DecodeError, ModelFileError, OutOfMemoryError
from engine.models.hardware import Buffer, Device

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

GGUF_MAGIC = b"GGUF"
N_BATCH = 512
_ABORTED, _NO_SLOT = 2, 1
_CACHE_TYPES = {"f16": L.GGML_TYPE_F16, "q8_0": L.GGML_TYPE_Q8_0, "q4_0": L.GGML_TYPE_Q4_0}
_FLASH = {
    "auto": L.LLAMA_FLASH_ATTN_TYPE_AUTO,
    "on": L.LLAMA_FLASH_ATTN_TYPE_ENABLED,
    "off": L.LLAMA_FLASH_ATTN_TYPE_DISABLED,
}
_GPU_TYPES = (1, 2)  # ggml's GPU and IGPU
_BUFFER = re.compile(r"(\S+) +(model|KV|RS|compute|output) buffer size += +([\d.]+) MiB")
_NO_MEMORY = re.compile(
    r"failed to allocate|unable to allocate|out of memory|cudaMalloc failed|bad_alloc", re.I
)


class Aborted(Exception):  # noqa: N818  a signal between threads, not an error
    """The abort callback stopped a decode; the batch's tokens are not in the cache."""


class _LlamaLog:
    """Sends llama.cpp's log to Python logging; keeps its last errors, and the buffers it says it allocated."""

    LEVELS: ClassVar = {1: logging.DEBUG, 2: logging.DEBUG, 3: logging.WARNING, 4: logging.ERROR}

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.buffers: dict[tuple[str, str], float] = {}
        self._level = logging.DEBUG
        self._callback = L.llama_log_callback(self._receive)  # referenced here, or C calls freed memory
        L.llama_log_set(self._callback, ctypes.c_void_p(0))

    def _receive(self, level: int, text: bytes, _user_data: object) -> None:
        self._level = self.LEVELS.get(level, self._level)  # level 5 continues the previous line
        line = text.decode("utf-8", "replace").strip()
        if not line:
            return
        if self._level >= logging.ERROR:
            self.errors = [*self.errors[-7:], line]
        if found := _BUFFER.search(line):
            self.buffers[found[1], found[2]] = float(found[3])
        # A refused file is reported once, as our own error; llama.cpp's words stay for the curious.
        logger.log(min(self._level, logging.INFO), line)


_log: _LlamaLog | None = None


def _start_backend() -> _LlamaLog:
    global _log  # llama.cpp's log and backend are process-wide
    if _log is None:
        _log = _LlamaLog()
        L.llama_backend_init()
        # NumPy's products here are small. Threads of its own would only take the cores from llama.cpp's, which wait for
        # one another at every step of a decode.
        threadpool_limits(limits=1, user_api="blas")
    return _log


def backend() -> str:
    """Name the devices llama.cpp can compute on, for people."""
    _start_backend()
    return "GPU offload available" if L.llama_supports_gpu_offload() else "CPU"


def devices() -> tuple[Device, ...]:
    """Return what this llama.cpp can put layers on beside main memory, with the memory that is free there now."""
    _start_backend()
    from llama_cpp._ggml import libggml

    def function(name: str, result: Any, *arguments: Any) -> Any:
        found = getattr(libggml, name)
        found.restype, found.argtypes = result, list(arguments)
        return found

    handle, size = ctypes.c_void_p, ctypes.c_size_t
    get = function("ggml_backend_dev_get", handle, size)
    kind = function("ggml_backend_dev_type", ctypes.c_int, handle)
    name = function("ggml_backend_dev_name", ctypes.c_char_p, handle)
    description = function("ggml_backend_dev_description", ctypes.c_char_p, handle)
    memory = function("ggml_backend_dev_memory", None, handle, handle, handle)
    found = []
    for index in range(function("ggml_backend_dev_count", size)()):
        device = get(index)
        if kind(device) not in _GPU_TYPES:
            continue
        free, total = size(), size()
        memory(device, ctypes.addressof(free), ctypes.addressof(total))
        found.append(Device(name(device).decode(), description(device).decode(), free.value, total.value))
    return tuple(found)


def check_gguf(path: Path) -> None:
    """Raise ``ModelFileError`` for what can be told from outside: missing, empty, not a GGUF."""
    if not path.is_file():
        raise ModelFileError(
            f"{path} does not exist",
            user_message=f"There is no model file at {path}.",
            next_step="Check the path.",
        )
    try:
        with path.open("rb") as file:
            magic = file.read(len(GGUF_MAGIC))
    except OSError as error:
        raise ModelFileError(
            str(error),
            user_message=f"{path.name} can't be read: {error.strerror}.",
            next_step="Check the file's permissions.",
        ) from error
    if not magic:
        raise ModelFileError(
            f"{path} is empty", user_message=f"{path.name} is empty.", next_step="Download it again."
        )
    if magic != GGUF_MAGIC:
        raise ModelFileError(
            f"{path} starts with {magic!r}",
            user_message=f"{path.name} is not a GGUF model file.",
            next_step="Choose a file that ends in .gguf, made for llama.cpp.",
        )


class LlamaModel:
    """Weights and vocabulary of one GGUF file."""

    def __init__(
        self, path: Path, *, gpu_layers: int = 0, on_progress: Callable[[float], bool] | None = None
    ) -> None:
        """Load the file. ``on_progress(fraction)`` returns False to give up, which raises ``Aborted``.

        Raises ``ModelFileError`` where llama.cpp refuses the file.
        """
        check_gguf(path)
        log = _start_backend()
        log.errors, log.buffers = [], {}
        params = L.llama_model_default_params()
        params.n_gpu_layers = gpu_layers
        gave_up = False

        def report(fraction: float, _user_data: object) -> bool:
            nonlocal gave_up
            gave_up = on_progress is not None and not on_progress(fraction)
            return not gave_up

        callback = L.llama_progress_callback(report)
        params.progress_callback = callback
        self._model = L.llama_model_load_from_file(str(path).encode(), params)
        if not self._model:
            if gave_up:
                raise Aborted
            if any(map(_NO_MEMORY.search, log.errors)):
                raise OutOfMemoryError(f"{path}: {'; '.join(log.errors)}")
            reason = next((e for e in log.errors if "error loading model" in e), "; ".join(log.errors))
            raise ModelFileError(
                f"{path}: {'; '.join(log.errors) or 'llama.cpp gave no reason'}",
                user_message=f"llama.cpp can't load {path.name}: {reason.split(': ', 1)[-1] or 'no reason'}.",
                next_step="The file may be cut short or for another version: download it again, or choose another.",
            )
        self._vocab = L.llama_model_get_vocab(self._model)
        self.n_vocab = int(L.llama_vocab_n_tokens(self._vocab))
        self.n_embd = int(L.llama_model_n_embd(self._model))
        self.n_params = int(L.llama_model_n_params(self._model))
        self.n_layers = int(L.llama_model_n_layer(self._model))
        self.n_ctx_train = int(L.llama_model_n_ctx_train(self._model))
        self.architecture = self.metadata("general.architecture") or "unknown"
        self.name = self.metadata("general.name") or path.stem

    def close(self) -> None:
        """Free the weights. Contexts of this model must be closed before."""
        if self._model:
            L.llama_model_free(self._model)
            self._model = None

    def metadata(self, key: str) -> str | None:
        """Return a GGUF metadata value as text, or None."""
        size = int(L.llama_model_meta_val_str(self._model, key.encode(), None, 0))
        if size < 0:
            return None
        buffer = ctypes.create_string_buffer(size + 1)
        L.llama_model_meta_val_str(self._model, key.encode(), buffer, size + 1)
        return buffer.value.decode("utf-8", "replace")

    @property
    def chat_template(self) -> str | None:
        """The model's own jinja chat template, or None."""
        raw = L.llama_model_chat_template(self._model, None)
        return raw.decode("utf-8", "replace") if raw else None

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Turn text into token ids, with no BOS added. ``special``: read control tokens' texts as those tokens."""
        raw = text.encode(errors="replace")  # a lone surrogate, as broken clipboards give, has no UTF-8
        capacity = len(raw) + 16
        while True:
            buffer = (L.llama_token * capacity)()
            n = int(L.llama_tokenize(self._vocab, raw, len(raw), buffer, capacity, False, special))
            if n >= 0:
                return list(buffer[:n])
            capacity = -n

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """Return the bytes of one token; control tokens are empty unless ``special``."""
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            n = int(L.llama_token_to_piece(self._vocab, token, buffer, size, 0, special))
            if n >= 0:
                return buffer.raw[:n]
            size = -n

    def ends_generation(self, token: int) -> bool:
        """Tell whether this token ends a reply."""
        return bool(L.llama_vocab_is_eog(self._vocab, token))

    def control_texts(self) -> tuple[str, ...]:
        """Texts of the control tokens: a user who writes one must not be read as the template."""
        return tuple(
            text
            for token in range(self.n_vocab)
            if L.llama_vocab_is_control(self._vocab, token)
            and (text := self.piece(token, special=True).decode("utf-8", "replace"))
        )

    def special_text(self, which: str) -> str:
        """Return the text of ``bos`` or ``eos``, empty if the model has none."""
        token = int((L.llama_vocab_bos if which == "bos" else L.llama_vocab_eos)(self._vocab))
        return "" if token < 0 else self.piece(token, special=True).decode("utf-8", "replace")


class LlamaContext:
    """A KV cache shared by several sequences, and the last batch's outputs."""

    def __init__(
        self,
        model: LlamaModel,
        *,
        n_cells: int,
        n_sequences: int = 1,
        threads: int = 0,
        hidden: bool = False,
        exact: bool = False,
        cache_type: str = "f16",
        flash: str = "auto",
        apart: bool = False,
    ) -> None:
        """Allocate ``n_cells`` KV cells for ``n_sequences`` sequences.

        ``threads`` 0 means one per physical core. ``hidden`` keeps the last hidden state beside the logits.
        ``exact`` attends in float32, at twice the memory, instead of rounding keys, values and their products to
        float16: for comparison with a reference. ``cache_type`` (*f16*, *q8_0*, *q4_0*) is how keys and values are
        kept, ``flash`` (*auto*, *on*, *off*) whether attention is computed in one pass. ``apart`` gives every sequence
        an equal share of the cells for itself, so that none attends past another's: for many at once, which can
        only be copied whole (``duplicate``). Raises ``OutOfMemoryError``.
        """
        self.model = model
        params: Any = L.llama_context_default_params()
        params.n_ctx = n_cells
        params.n_batch = params.n_ubatch = N_BATCH
        params.n_seq_max = n_sequences
        params.n_threads = params.n_threads_batch = threads or psutil.cpu_count(logical=False) or 1
        params.kv_unified = not apart  # sequences share the cells of a common prefix
        params.no_perf = True
        params.type_k = params.type_v = _CACHE_TYPES[cache_type]
        params.flash_attn_type = _FLASH[flash]
        if exact:
            params.type_k = params.type_v = L.GGML_TYPE_F32
            params.flash_attn_type = L.LLAMA_FLASH_ATTN_TYPE_DISABLED  # on CPU it rounds to float16 inside
        self._ctx = L.llama_init_from_model(model._model, params)
        if not self._ctx:
            raise OutOfMemoryError(f"no context of {n_cells} cells")
        self.keep_hidden(hidden)
        self.n_cells = int(L.llama_n_ctx(self._ctx))
        self._memory = L.llama_get_memory(self._ctx)
        self._batch = L.llama_batch_init(N_BATCH, 0, 1)
        self._views: dict[tuple[int, int], NDArray[np.float32]] = {}

    def close(self) -> None:
        """Free the cache."""
        if self._ctx:
            L.llama_batch_free(self._batch)
            L.llama_free(self._ctx)
            self._ctx = None

    def buffers(self) -> tuple[Buffer, ...]:
        """Return what llama.cpp says it allocated for the model and for this context."""
        buffers = _start_backend().buffers
        return tuple(Buffer(device, kind, round(mib * 2**20)) for (device, kind), mib in buffers.items())

    def decode(
        self,
        tokens: Sequence[int],
        positions: Sequence[int],
        sequences: Sequence[int],
        outputs: Sequence[bool],
    ) -> None:
        """Evaluate one batch (at most ``N_BATCH`` tokens), token i at ``positions[i]`` of ``sequences[i]``.

        Where ``outputs[i]``, ``logits(i)`` and ``hidden(i)`` are valid until the next decode. Raises ``Aborted``,
        ``CacheFullError`` or ``DecodeError``.
        """
        batch = self._batch
        batch.n_tokens = len(tokens)
        for i, (token, position, sequence, output) in enumerate(
            zip(tokens, positions, sequences, outputs, strict=True)
        ):
            batch.token[i] = token
            batch.pos[i] = position
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = sequence
            batch.logits[i] = output
        status = L.llama_decode(self._ctx, batch)
        if status == _ABORTED:
            raise Aborted
        if status == _NO_SLOT:
            raise CacheFullError(f"no slot for {len(tokens)} tokens in {self.n_cells} cells")
        if status != 0:
            raise DecodeError(f"llama_decode returned {status}")

    def bare_loop(self, token: int, n: int) -> int:
        """Decode ``token`` after what sequence 0 holds, then the most probable token, ``n`` times; return the last.

        llama.cpp's own speed and nothing else: what every other loop is measured against.
        """
        for _ in range(n):
            array = (L.llama_token * 1)(token)
            status = L.llama_decode(self._ctx, L.llama_batch_get_one(array, 1))
            if status != 0:
                raise DecodeError(f"llama_decode returned {status}")
            token = int(self.logits(-1).argmax())
        return token

    def logits(self, i: int) -> NDArray[np.float32]:
        """Return a view (V,) float32, natural log, unnormalised; overwritten by the next decode."""
        return self._view(L.llama_get_logits_ith(self._ctx, i), self.model.n_vocab)

    def hidden(self, i: int) -> NDArray[np.float32]:
        """Return a view (d,) float32 of the last hidden state after the final norm; needs ``hidden=True``."""
        return self._view(L.llama_get_embeddings_ith(self._ctx, i), self.model.n_embd)

    def _view(self, pointer: Any, length: int) -> NDArray[np.float32]:
        address = ctypes.cast(pointer, ctypes.c_void_p).value
        if address is None:
            raise DecodeError("no output was asked for at this index")
        view = self._views.get((address, length))
        if view is None:  # making a view costs more than finding it; the buffers stay where they are
            if len(self._views) > 4 * N_BATCH:
                self._views.clear()
            raw = (ctypes.c_float * length).from_address(address)
            view = np.ctypeslib.as_array(raw)
            self._views[address, length] = view
        return view

    def keep_hidden(self, keep: bool) -> None:
        """Keep the last hidden state beside the logits from the next decode on, or stop keeping it."""
        L.llama_set_embeddings(self._ctx, keep)
        self.keeps_hidden = keep

    def remove(self, sequence: int, start: int = 0) -> bool:
        """Forget ``sequence`` from position ``start`` on. False where the model's memory can't cut there."""
        return bool(L.llama_memory_seq_rm(self._memory, sequence, start, -1))

    def share(self, source: int, target: int, end: int) -> None:
        """Let ``target`` begin with the first ``end`` tokens of ``source``; the cells are shared."""
        L.llama_memory_seq_cp(self._memory, source, target, 0, end)

    def duplicate(self, source: int, target: int, end: int) -> None:
        """Make ``target`` the first ``end`` tokens of ``source``, in cells of its own."""
        L.llama_memory_seq_rm(self._memory, target, 0, -1)
        L.llama_memory_seq_cp(self._memory, source, target, -1, -1)
        L.llama_memory_seq_rm(self._memory, target, end, -1)

    def clear(self) -> None:
        """Forget everything."""
        L.llama_memory_clear(self._memory, True)

    @contextmanager
    def abortable(self, should_abort: Callable[[], bool]) -> Iterator[None]:
        """Within the block ``decode`` raises ``Aborted`` soon after ``should_abort()`` turns true.

        llama.cpp asks at every graph node, which would cost a fifth of a single token's time: for prefill only.
        """
        callback = L.ggml_abort_callback(lambda _user_data: should_abort())
        L.llama_set_abort_callback(self._ctx, callback, None)
        try:
            yield
        finally:
            L.llama_set_abort_callback(self._ctx, L.ggml_abort_callback(), None)
