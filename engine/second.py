"""A second model in memory beside the one that answers: its own weights, KV cells, prompt cache and chat template.

It reads what the first one reads and says nothing itself. What its logits are for, the rewards know.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.chat_template import ChatTemplate
from engine.errors import ModelFileError
from engine.llama import LlamaContext, LlamaModel, check_gguf, devices
from engine.models.fit import POLE_CELLS, layers_on_gpu
from engine.models.hardware import hardware
from engine.models.header import read_header
from engine.models.vocabulary import check_same_vocabulary
from engine.offload import open_stepping, placements
from engine.prompt_cache import PromptCache
from engine.reading import logits_under
from engine.rewards.teacher import MAX_SEQUENCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from engine.models.header import Header
    from engine.offload import Placement
    from engine.protocol import Load, Message, SecondModel


def second_header(wanted: SecondModel, path: Path) -> Header:
    """Return the header of a second model for the one at ``path``.

    Raises ``ModelFileError``, or ``VocabularyError`` where it has other tokens.
    """
    file = Path(wanted.path)
    try:
        check_gguf(file)
        header = read_header(file)
    except ModelFileError as error:
        raise ModelFileError(
            str(error),
            user_message=f"{file.name}, which is to read preferences, can’t be opened.",
            next_step="Choose another one in the model’s settings, or none.",
        ) from error
    check_same_vocabulary(path, file)
    return header


class Second:
    """The loaded second model. Sequence 0 of ``context`` holds the plain prompt, as in the first model's."""

    def __init__(
        self, wanted: SecondModel, load: Load, limit: int, sha256: str, say: Callable[[str], object]
    ) -> None:
        """Load ``wanted`` with room for ``limit`` tokens of conversation and every pole, as ``load`` says.

        ``say`` hears in words what has to give way. Raises ``ModelFileError`` or ``OutOfMemoryError``.
        """
        path = Path(wanted.path)
        self.use = wanted.use
        self.version = f"{wanted.use}@{sha256[:16]}"

        def extend(model: LlamaModel, context: int) -> LlamaContext:
            return LlamaContext(
                model,
                n_cells=context + POLE_CELLS,
                n_sequences=1 + MAX_SEQUENCES,
                threads=load.threads,
                cache_type=load.cache_type,
                flash=load.flash,
            )

        self._model, self.context, placed, _ = open_stepping(
            _placements(load, path, limit), lambda layers: LlamaModel(path, gpu_layers=layers), extend, say
        )
        self.gpu_layers = placed.gpu_layers
        self.name = self._model.name
        try:
            self.template = ChatTemplate(self._model)
        except BaseException:
            self.close()
            raise
        self._cache = PromptCache(self.context, load.batch)
        self.memory = sum(buffer.size for buffer in self.context.buffers())

    def close(self) -> None:
        """Free the model."""
        self.context.close()
        self._model.close()

    def read(self, prompt: Sequence[int], should_abort: Callable[[], bool]) -> None:
        """Bring a plain prompt into sequence 0. Raises ``Aborted``."""
        for _ in self._cache.read(prompt, should_abort):
            pass

    def logits_under(
        self,
        messages: Sequence[Message],
        instruction: str,
        reply: Sequence[int],
        ids: NDArray[np.integer],
        should_abort: Callable[[], bool],
    ) -> NDArray[np.float32]:
        """Return logits (T, n) at ``ids`` (T, n) when ``reply`` (T tokens) follows ``messages`` and an instruction."""
        plain = self.template.tokens(messages)
        self.read(plain, should_abort)
        pole = self.template.instructed(messages, instruction)
        return logits_under(self.context, plain, pole, reply, ids, should_abort)


def _placements(load: Load, path: Path, limit: int) -> Iterator[Placement]:
    """Yield what to try: as many layers on the GPU as have room beside the first model, then fewer."""
    found = devices()
    header = read_header(path)
    layers = 0
    if found and load.gpu_layers != 0:
        free = hardware(found)
        layers = layers_on_gpu(header, free, limit, cache_type=load.cache_type, flash=load.flash)
    # A shorter context is no way out: it must hold whatever the first model's does.
    return (place for place in placements(layers, limit) if place.context == limit)
