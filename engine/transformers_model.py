"""A GGUF of architecture llama as a float32 transformers model: for baselines and references, never for answering.

It knows how llama.cpp's converter names and orders weights; what the model is asked is its caller's business.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import gguf
import numpy as np

from engine.errors import ModelFileError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from transformers import LlamaForCausalLM

MAX_LAYERS = 128


def dequantised(path: Path) -> LlamaForCausalLM:
    """Return the model of ``path``, in evaluation mode. Raises ``ModelFileError`` for another architecture."""
    import torch  # seconds, and the names alone need none of it

    reader = gguf.GGUFReader(path)

    def field(name: str) -> float:
        value: float = reader.fields[name].contents()
        return value

    architecture = reader.fields["general.architecture"].contents()
    if architecture != "llama":
        raise ModelFileError(
            f"{path.name}: architecture {architecture}",
            user_message="The baseline from the paper runs models of architecture llama only.",
            next_step="Leave it out, or choose a llama model.",
        )
    model = llama_for_causal_lm(
        vocab_size=len(reader.fields["tokenizer.ggml.tokens"].data),
        hidden_size=field("llama.embedding_length"), intermediate_size=field("llama.feed_forward_length"),
        num_hidden_layers=field("llama.block_count"), num_attention_heads=field("llama.attention.head_count"),
        num_key_value_heads=field("llama.attention.head_count_kv"),
        max_position_embeddings=field("llama.context_length"),
        tie_word_embeddings=not any(tensor.name == "output.weight" for tensor in reader.tensors),
        rms_norm_eps=field("llama.attention.layer_norm_rms_epsilon"), rope_theta=field("llama.rope.freq_base"),
    )  # fmt: skip
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    heads = {
        "q_proj": int(field("llama.attention.head_count")),
        "k_proj": int(field("llama.attention.head_count_kv")),
    }
    state = {}
    for name in model.state_dict():
        source = gguf_name(name)
        tensor = tensors[source if source in tensors else "token_embd.weight"]
        weight = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        kind = name.split(".")[-2]
        weight = halved(weight, heads[kind]) if kind in heads else weight
        state[name] = torch.from_numpy(np.require(weight, requirements="W"))  # unquantised ones are read-only
    model.load_state_dict(state)
    return model


def llama_for_causal_lm(*, rope_theta: float, **config: Any) -> LlamaForCausalLM:
    """Return an uninitialised float32 model in evaluation mode."""
    from transformers import LlamaConfig, LlamaForCausalLM

    rope = {"rope_type": "default", "rope_theta": rope_theta}
    model = LlamaForCausalLM(LlamaConfig(rope_parameters=rope, attention_bias=False, **config))
    model.float().eval()
    return model


def gguf_name(name: str) -> str:
    """Return llama.cpp's name of a weight that transformers calls ``name``."""
    mapped: str | None = _names().get_name(name, try_suffixes=(".weight",))
    assert mapped is not None, name
    return mapped


def interleaved(weight: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Reorder the rows of a query or key projection (heads · h, d) for a GGUF of architecture llama.

    transformers rotates element i of a head together with element i + h/2, llama.cpp element 2i with 2i + 1;
    llama.cpp's converter permutes the rows so that both compute the same.
    """
    rows, d = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, d).swapaxes(1, 2).reshape(rows, d)


def halved(weight: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Undo ``interleaved``."""
    rows, d = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, d).swapaxes(1, 2).reshape(rows, d)


@cache
def _names() -> gguf.TensorNameMap:
    return gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, MAX_LAYERS)
