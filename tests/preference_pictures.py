"""Pictures of the preferences: months of ratings with two tastes in them, and every page that shows what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from app.samples import QUESTION
from memory.records import PromptEmbedding, ReplyFeatures
from tests.fakes import EMBEDDER, embed

if TYPE_CHECKING:
    from app.composition import Attune
    from memory.store import Store
    from tests.screenshots import Clock, Photographer

SAMPLED = {
    QUESTION: "What a lovely thing to wonder about, and the sky is happy to tell: warm air carries water up, where it "
    "cools and gathers in drops."
}
_LONG = (
    "It depends on many things, and it is worth looking at each of them in turn, with all the detail that the "
    "question deserves."
)
_SHORT = "In one line: take the first that fits, and go on from there."
_CODE = ("How do I sort a list in {}?", "Why does this {} loop never end?", "What is a closure in {}?")
_LETTERS = ("A letter of thanks to my {}", "A birthday card for my {}", "An apology to my {}")
_TONGUES = ("Python", "Rust", "Go", "C", "Java", "Swift", "Ruby", "Perl", "Lua", "Haskell")
_PEOPLE = (
    "aunt",
    "teacher",
    "neighbour",
    "boss",
    "sister",
    "doctor",
    "friend",
    "coach",
    "landlord",
    "cousin",
)


def rate_for_months(attune: Attune, clock: Clock) -> None:
    """Have two kinds of questions rated, with a taste of their own each: brief for code, warm for letters."""
    numbers = np.random.default_rng(4)
    version, names = attune.assistant.version, list(attune.assistant.principles.by_name)

    def rate(store: Store) -> None:
        for i in range(90):
            clock.days = 92 - i
            code = i % 2 == 0
            text = (_CODE if code else _LETTERS)[i // 2 % 3].format(
                (_TONGUES if code else _PEOPLE)[i // 6 % 10]
            )
            thread = store.create_conversation(text)
            asked = store.add_message(thread.id, None, "user", text)
            reply = store.add_message(
                thread.id, asked.id, "assistant", _LONG if numbers.random() < 0.5 else _SHORT
            )
            features = {name: float(numbers.normal() * 0.15) for name in names}
            store.save_features(
                ReplyFeatures(reply.id, version, features, -0.8, int(numbers.integers(60, 200)))
            )
            store.save_embedding(PromptEmbedding(asked.id, EMBEDDER, _placed(text, code=code)))
            wish = features["concise"] if code else 1.2 * features["warm"] - 0.8 * features["concise"]
            wish += 0.25 * features["simple"] + 0.05 * numbers.normal()
            store.rate(reply.id, 1 if wish > 0 else -1)
        clock.days = 0

    attune.store.call(rate)


def _placed(text: str, *, code: bool) -> np.ndarray[Any, np.dtype[np.float32]]:
    vector = embed(text)
    vector[0 if code else 1] += 1.5
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def take_preferences(scenes: Photographer, clock: Clock) -> None:
    """Take every page of the preferences."""
    rate_for_months(scenes.attune, clock)
    scenes.attune.assistant.set_preference("warm", 0.45)
    window, panel = scenes.window, scenes.window.preferences
    window.toggle_preferences()
    scenes.until(scenes.done)
    if not scenes.real:  # the scripted model is none that could be tuned; the embedded one comes tuned
        panel.sliders.tuning.hide()
        window.chat.untuned.hide()
    # A dialog of the scene before took the focus with it.
    window.activateWindow()
    scenes.until(window.isActiveWindow)
    panel.sliders.rows["warm"].slider.setFocus()
    scenes.until(lambda: "–" in panel.sliders.sample.about.text())
    scenes.take("preferences")
    panel.show_page(panel.situations)
    scenes.until(lambda: bool(panel.situations.cards))
    scenes.take("context")
    panel.show_page(panel.history)
    scenes.until(lambda: panel.history.weights is not None)
    panel.history.curve.setFocus()  # type: ignore[union-attr]
    scenes.take("history")
    panel.show_page(panel.sliders)
    panel.show_evidence("concise")
    scenes.until(lambda: bool(panel.evidence.rows))
    scenes.take("evidence")
    panel.leave_evidence()
    window.toggle_preferences()
