"""Scenes of the models for ``tests.screenshots``: the window of models, a download, what does not fit, the settings.

Files of large models are headers alone, whose weights are a hole in the file: enough to say whether they would fit.
The download is a real one, from a hub on this computer.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import gguf
import numpy as np
from PySide6.QtWidgets import QScrollArea, QWidget

from engine.models.hub import Hub
from tests import hub_server
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from pathlib import Path

    from app.panels.models import ModelsDialog
    from tests.screenshots import Photographer

_BLOCKS = 256  # weights of one block of Q4_K, which takes 144 bytes


def hollow(
    path: Path, name: str, licence: str, *, layers: int, width: int, feed_forward: int, kv_heads: int
) -> Path:
    """Write the header of a Q4_K model of this shape, and a hole as long as its weights."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(name)
    writer.add_license(licence)
    writer.add_context_length(32_768)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(feed_forward)
    writer.add_head_count(width // 128)
    writer.add_head_count_kv(kv_heads)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_K_M)
    writer.add_token_list([f"t{i}" for i in range(100)])
    sides = {"attn_q": width, "attn_output": width, "attn_k": 128 * kv_heads, "attn_v": 128 * kv_heads}
    sides |= {"ffn_gate": feed_forward, "ffn_up": feed_forward, "ffn_down": feed_forward}
    shapes = {"token_embd.weight": 100_000, "output.weight": 100_000}
    shapes |= {f"blk.{i}.{part}.weight": side for i in range(layers) for part, side in sides.items()}
    total = 0
    for tensor, side in shapes.items():
        size = side * width // _BLOCKS * 144
        total += -(-size // 32) * 32
        writer.add_tensor_info(
            tensor, (side, width), np.dtype(np.float32), size, raw_dtype=gguf.GGMLQuantizationType.Q4_K
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    os.truncate(path, path.stat().st_size + total + 32)
    return path


def take_models(scenes: Photographer, folder: Path) -> None:
    """Take the pictures; leaves the window as it was."""
    models = scenes.window.models
    library = scenes.attune.models.library
    library.folder.mkdir(parents=True, exist_ok=True)
    hollow(library.folder / "mistral.gguf", "Mistral 7B Instruct v0.3", "apache-2.0",
           layers=32, width=4096, feed_forward=14_336, kv_heads=8)  # fmt: skip
    hollow(library.folder / "llama.gguf", "Llama 3.3 70B Instruct", "llama3.3",
           layers=80, width=8192, feed_forward=28_672, kv_heads=8)  # fmt: skip
    scenes.ask("Why is the sky blue?")  # a speed measured here
    scenes.until(scenes.done)
    models.open_dialog()
    dialog = models.dialog
    assert dialog is not None
    scenes.until(lambda: bool(dialog.cards) and scenes.done())
    scenes.take("models-manager", dialog)
    _scroll(dialog, dialog.cards[str(library.folder / "mistral.gguf")])
    scenes.take("models-fit", dialog)
    _download(scenes, dialog)

    small = TinyModel(width=32, layers=1, seed=5).write(folder / "Small sibling.gguf")
    large = TinyModel().write(folder / "Large.gguf")
    for path in (small, large):
        library.change(library.add(path).path, name=path.stem)
    settings = models.open_settings(str(large))
    settings.everything.setChecked(True)
    settings.reading.reader.setCurrentIndex(settings.reading.reader.findData(str(small)))
    scenes.until(lambda: not settings.reading.waiting)
    scenes.take("models-settings", settings)
    settings.reject()
    dialog.close()
    scenes.window.new_conversation()


def _download(scenes: Photographer, dialog: ModelsDialog) -> None:
    downloads, getting = scenes.attune.models.downloads, scenes.window.models.getting
    wanted = next(card.wanted for card in getting.cards.values() if "1.5B" in card.wanted.name)
    hub_server.REPOSITORY, hub_server.FILE = wanted.repository, wanted.file
    size = 1_120_000_000
    content = hub_server.Content(hub_server.sparse_gguf(size), size)
    with hub_server.serving(content) as server:
        downloads.hub = Hub(server.address)
        server.faults = [hub_server.trickle(0.0001)]
        getting.start(wanted)
        card = getting.cards[wanted.key]
        scenes.until(lambda: card.bar.value() > 150)
        _scroll(dialog, card)
        scenes.take("models-download", dialog)
        downloads.cancel(wanted.key)
        scenes.until(lambda: not downloads.all())
    downloads.hub = Hub()


def _scroll(dialog: ModelsDialog, card: QWidget) -> None:
    area = dialog.findChildren(QScrollArea)[0]
    area.verticalScrollBar().setValue(card.mapTo(area.widget(), card.rect().topLeft()).y() - 12)
