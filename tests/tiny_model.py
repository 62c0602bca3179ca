"""Tiny random models: the same weights as a GGUF file for llama.cpp and as a transformers model for reference.

The architecture is llama with rotary positions, grouped keys and SwiGLU, all float32. The vocabulary is byte-level
BPE: every byte, then syllables made by merges, so that any text can be read and UTF-8 sequences get split. What
such a model says is gibberish; how it is computed is not. Shapes that differ in ``vocabulary``, ``width`` or
``seed`` serve wherever a second model is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import gguf
import numpy as np

from engine.transformers_model import gguf_name, interleaved, llama_for_causal_lm

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from transformers import LlamaForCausalLM

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CONTROL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
RMS_EPS = 1e-5
ROPE_BASE = 10_000.0


@dataclass(frozen=True)
class TinyModel:
    """What to make. ``tied``: the output layer is the embedding. ``chat_template`` None leaves it out.

    ``sharpness`` is about the standard deviation of the logits: the larger, the fewer candidates.
    ``vocabulary`` may be 469 (bytes, control tokens and syllables) to 11 494.
    """

    vocabulary: int = 1280
    width: int = 64
    layers: int = 2
    heads: int = 4
    kv_heads: int = 2
    feed_forward: int = 160
    context: int = 4096
    tied: bool = True
    sharpness: float = 2.5
    seed: int = 0
    chat_template: str | None = CHATML

    def write(self, path: Path) -> Path:
        """Write the GGUF file and return its path."""
        writer = gguf.GGUFWriter(path, "llama")
        writer.add_name(f"Tiny {self.vocabulary}x{self.width}")
        writer.add_context_length(self.context)
        writer.add_embedding_length(self.width)
        writer.add_block_count(self.layers)
        writer.add_feed_forward_length(self.feed_forward)
        writer.add_head_count(self.heads)
        writer.add_head_count_kv(self.kv_heads)
        writer.add_rope_dimension_count(self.width // self.heads)
        writer.add_rope_freq_base(ROPE_BASE)
        writer.add_layer_norm_rms_eps(RMS_EPS)
        writer.add_vocab_size(self.vocabulary)
        writer.add_file_type(gguf.LlamaFileType.ALL_F32)
        self._write_vocabulary(writer)
        for name, weight in self.weights().items():
            if name.endswith("q_proj.weight"):
                weight = interleaved(weight, self.heads)
            elif name.endswith("k_proj.weight"):
                weight = interleaved(weight, self.kv_heads)
            writer.add_tensor(gguf_name(name), np.ascontiguousarray(weight))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    def transformers(self) -> LlamaForCausalLM:
        """Return the same weights as a transformers model, ready to evaluate."""
        import torch

        model = llama_for_causal_lm(
            vocab_size=self.vocabulary, hidden_size=self.width, intermediate_size=self.feed_forward,
            num_hidden_layers=self.layers, num_attention_heads=self.heads, num_key_value_heads=self.kv_heads,
            max_position_embeddings=self.context, tie_word_embeddings=self.tied,
            rms_norm_eps=RMS_EPS, rope_theta=ROPE_BASE,
        )  # fmt: skip
        state = {name: torch.from_numpy(weight) for name, weight in self.weights().items()}
        if self.tied:
            state["lm_head.weight"] = state["model.embed_tokens.weight"]
        model.load_state_dict(state)
        return model

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights under transformers' names and in its layout: rows are outputs. A pure function."""
        rng = np.random.default_rng(self.seed)
        d, head = self.width, self.width // self.heads

        def normal(rows: int, columns: int, scale: float) -> NDArray[np.float32]:
            return (rng.standard_normal((rows, columns)) * scale).astype(np.float32)

        def norm() -> NDArray[np.float32]:
            return (1.0 + 0.2 * rng.standard_normal(d)).astype(np.float32)

        # A final state has unit variance, so its product with a row of this scale has the wanted deviation.
        weights = {"model.embed_tokens.weight": normal(self.vocabulary, d, self.sharpness / d**0.5)}
        for i in range(self.layers):
            layer = f"model.layers.{i}"
            weights |= {
                f"{layer}.input_layernorm.weight": norm(),
                f"{layer}.self_attn.q_proj.weight": normal(self.heads * head, d, 1.5 / d**0.5),
                f"{layer}.self_attn.k_proj.weight": normal(self.kv_heads * head, d, 1.5 / d**0.5),
                f"{layer}.self_attn.v_proj.weight": normal(self.kv_heads * head, d, 1.0 / d**0.5),
                f"{layer}.self_attn.o_proj.weight": normal(d, self.heads * head, 1.0 / d**0.5),
                f"{layer}.post_attention_layernorm.weight": norm(),
                f"{layer}.mlp.gate_proj.weight": normal(self.feed_forward, d, 1.0 / d**0.5),
                f"{layer}.mlp.up_proj.weight": normal(self.feed_forward, d, 1.0 / d**0.5),
                f"{layer}.mlp.down_proj.weight": normal(d, self.feed_forward, 1.0 / self.feed_forward**0.5),
            }
        weights["model.norm.weight"] = norm()
        if not self.tied:
            weights["lm_head.weight"] = normal(self.vocabulary, d, self.sharpness / d**0.5)
        return weights

    def _write_vocabulary(self, writer: gguf.GGUFWriter) -> None:
        tokens, merges = vocabulary(self.vocabulary)
        types = [gguf.TokenType.NORMAL] * (self.vocabulary - len(CONTROL))
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("gpt-2")
        writer.add_token_list(tokens)
        writer.add_token_types([*types, *[gguf.TokenType.CONTROL] * len(CONTROL)])
        writer.add_token_merges(merges)
        writer.add_bos_token_id(tokens.index("<|im_start|>"))
        writer.add_eos_token_id(tokens.index("<|im_end|>"))
        writer.add_add_bos_token(False)
        writer.add_add_space_prefix(False)
        if self.chat_template is not None:
            writer.add_chat_template(self.chat_template)


def vocabulary(size: int) -> tuple[list[str], list[str]]:
    """Return ``size`` token texts in GPT-2's byte alphabet, control tokens last, and the merges that make them."""
    alphabet = _byte_alphabet()
    pairs = [(c, v) for c in "bcdfghjklmnpqrstvwxyz" for v in "aeiou"]
    syllables = [c + v for c, v in pairs]
    pairs += [(alphabet[ord(" ")], syllable) for syllable in syllables]
    pairs += [(first, second) for first in syllables for second in syllables]
    pairs = pairs[: size - len(alphabet) - len(CONTROL)]
    tokens = [*alphabet, *(a + b for a, b in pairs), *CONTROL]
    if len(tokens) != size or size < len(alphabet) + 2 * len(syllables) + len(CONTROL):
        raise ValueError(f"no vocabulary of {size} tokens")
    return tokens, [f"{a} {b}" for a, b in pairs]


def _byte_alphabet() -> list[str]:
    """Return GPT-2's printable character for each of the 256 bytes (Radford et al., 2019)."""
    printable = {*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    hidden = iter(range(0x100, 0x200))
    return [chr(byte) if byte in printable else chr(next(hidden)) for byte in range(256)]
