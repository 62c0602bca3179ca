"""Pictures of the page of privacy: what is kept, and what would go. Part of ``tests.screenshots``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.panels.privacy_page import PrivacyPage
from app.panels.settings import SettingsDialog
from memory.records import PromptEmbedding
from tests.fakes import EMBEDDER, embed

if TYPE_CHECKING:
    from memory.store import Store
    from tests.screenshots import Photographer


# What a real embedder would find close to the topic; the scripted one only counts words.
_TOPIC, _ABOUT = "cook", ("How long do I boil an egg?",)


def _place_topic(store: Store) -> None:
    for passage in store.passages_with("?"):
        if passage.kind == "question":
            vector = embed(f"Questions about {_TOPIC}" if passage.text in _ABOUT else "nothing")
            store.save_embedding(PromptEmbedding(passage.id, EMBEDDER, vector))


def take_privacy(scenes: Photographer) -> None:
    """Show what is kept, then what would be forgotten about a topic."""
    if not scenes.real:
        scenes.attune.store.call(_place_topic)
    scenes.window.sidebar.private.click()
    dialog = scenes.dialog(SettingsDialog)
    dialog.resize(dialog.width(), scenes.appearance.px(820))
    (page,) = dialog.findChildren(PrivacyPage)
    scenes.until(lambda: "Looked" in page.looked.text() and scenes.done())
    page.path.setText("/home/ada/.local/share/attune")
    page.words.setText(_TOPIC)
    page.preview.click()
    scenes.until(lambda: "tick it" in page.also.text() or "tick those" in page.also.text())
    page.setFocus()
    scenes.take("privacy", dialog)
    dialog.close()
