"""Takes the pictures in ``docs/images/``: the whole window, offscreen, in light and dark.

    python -m tests.screenshots            with a scripted engine: the same pictures every time
    python -m tests.screenshots --real     with the embedded model
    python -m tests.screenshots --models   only those of models

Run it from the repository's root. It writes only to ``docs/images/`` and to a temporary data folder.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget

from app.assistant import Assistant
from app.chat.inspector.compare import CompareDialog
from app.chat.inspector.why import GUIDED, WITHOUT, WhyDialog
from app.chat.message import UserMessage
from app.composition import Attune, heads_of, make_engine, make_library, make_models, make_tuning
from app.panels.first_run import FirstRunDialog
from app.panels.search_palette import SearchPalette
from app.prompting import AnswerOptions
from app.render.appearance import Appearance
from app.settings import Settings
from app.store_thread import StoreThread
from app.window import MainWindow
from engine.principles import load_principles
from engine.protocol import Generated, Sampling, Token
from memory.store import Store
from resources import PRINCIPLES
from tests.fakes import FakeEngineClient, _FakeProcess, _trace
from tests.model_pictures import take_models
from tests.preference_pictures import SAMPLED, take_preferences
from tests.privacy_pictures import take_privacy

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.chat.message import ReplyMessage
    from app.engine_client import EngineClient
    from engine.protocol import Generate

T = TypeVar("T", bound=QWidget)
ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SIZE = (1180, 760)
PATIENCE_MS = 120_000

SKY = """Sunlight holds every colour. Air scatters **blue light** about five times more than red, so blue reaches \
your eyes from every part of the sky.

At sunset the light crosses more air, most of the blue is scattered away, and *red and orange* remain."""
SIMPLER = {
    "Why is the sky blue?": """Sunlight holds every colour. Air throws **blue light** around far more than red, so \
blue comes to your eyes from everywhere.

In the evening the light crosses more air, most of the blue is gone, and *red and orange* stay."""
}
RECURSION = """A function is **recursive** when it calls itself on a smaller piece of the same problem. Imagine \
opening a box that holds a smaller box, until one is empty:

```python
def count_boxes(box):
    \"\"\"Return how many boxes are nested in this one.\"\"\"
    if box is None:                        # the smallest case: stop here
        return 0
    return 1 + count_boxes(box.inside)     # one, plus all that are inside
```

Two parts make it work:

1. **A base case** that is answered at once.
2. **A step** that brings every other case closer to it.

Every call waits for the one inside it, so the depth costs memory. A loop does without:

```javascript
function countBoxes(box) {
  let count = 0;
  for (; box !== null; box = box.inside) {
    count += 1;
  }
  return count;
}
```

| Boxes | Calls of `count_boxes` | Turns of the loop |
|---|---|---|
| 1 | 2 | 1 |
| 10 | 11 | 10 |
"""
NEIGHBOUR = """Hello, and welcome to the street!

We are Ada and Tom from number 12. If you need a ladder, sugar or the name of a good baker, just ring. Coffee is on \
us this Saturday, if you like.

Warmly,
Ada and Tom"""
LONG = (
    "It depends on many things, and it is worth looking at each of them in turn, with all the detail that the question "
    "deserves, before anything like an answer can be given. "
) * 3
FORMULAS = r"""The solutions of $ax^2 + bx + c = 0$, where $a \ne 0$, are

$$
x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}.
$$

The root decides how many there are:

| Under the root | Solutions |
|---|---|
| $b^2 - 4ac > 0$ | two |
| $b^2 - 4ac = 0$ | one: $-\frac{b}{2a}$ |
| $b^2 - 4ac < 0$ | none in $\mathbb{R}$ |
"""
ARABIC = """السماء زرقاء لأن الهواء يشتّت **الضوء الأزرق** أكثر من الأحمر.

- الضوء القصير الموجة يتشتّت أكثر
- عند الغروب يبقى الأحمر والبرتقالي

| اللون | الطول |
|---|---|
| أزرق | 450 |
| أحمر | 700 |
"""
REPLIES = {
    "How do I solve a quadratic equation?": FORMULAS,
    "لماذا السماء زرقاء؟": ARABIC,
    "Why is the sky blue?": SKY,
    "Why is the sky blue, and red at sunset?": SKY,
    "Explain recursion with an example": RECURSION,
    "A note to a new neighbour": NEIGHBOUR,
    **SAMPLED,
    "And why is it red in the evening?": "In the evening the sunlight reaches you through far more air than at noon.",
}
SHORT = "Two eggs, a spoon of flour, a pinch of salt. Whisk, rest ten minutes, fry."
# Days before today, question, reply, thumb or 0.
EARLIER = (
    (9, "What should I cook tonight?", SHORT, 1),
    (6, "How do trees drink?", LONG, -1),
    (5, "Name three quiet hobbies", "Drawing, birdwatching, mending.", 0),
    (2, "Is decaf really free of caffeine?", LONG + "In short: almost.", 0),
    (1, "Summarise the plot of Hamlet", "A prince avenges his father, too late for everyone.", 0),
    (1, "How long do I boil an egg?", "Seven minutes.", 0),
    (0, "A note to a new neighbour", NEIGHBOUR, 0),
)


class ScriptedEngine(FakeEngineClient):
    """The fake engine of the tests with replies worth a picture."""

    def _start_fake(self) -> tuple[Any, Any]:
        ours, theirs = multiprocessing.Pipe()
        self.engine = _ScriptedProcess(theirs, self.behaviour)
        return self.engine, ours


class _ScriptedProcess(_FakeProcess):
    def _generate(self, command: Generate) -> Generated:
        question = command.messages[-1].content
        text = REPLIES.get(question) or next((reply for _, q, reply, _ in EARLIER if q == question), SHORT)
        if any(entry.principle.name == "simple" and entry.weight > 0.5 for entry in command.guidance.weights):
            text = SIMPLER.get(question, text)
        words = text.split(" ")
        said = ""
        finish: Any = "stop"
        for index, word in enumerate(words):
            if command.request_id in self._cancelled:
                finish = "cancelled"
                break
            self._pause(self._behaviour.token_delay)
            piece = word if index == 0 else f" {word}"
            said += piece
            self._send(Token(command.request_id, piece))
        weights = tuple((w.principle.name, w.weight) for w in command.guidance.weights if w.weight)
        trace = tuple(_trace(command, words, words, i) for i in range(len(words))) if command.trace else ()
        ids = tuple(range(len(words)))
        return Generated(said, ids, finish, 24, 0, 0.11, 142.0, 0.24, -0.7, weights, trace=trace)


class Clock:
    """Now, or some days ago."""

    def __init__(self) -> None:
        self.days = 0

    def __call__(self) -> datetime:
        """Return the time that counts."""
        return datetime.now(UTC) - timedelta(days=self.days)


def compose(engine: EngineClient, directory: Path, clock: Clock) -> Attune:
    """Put together what ``app.composition`` would, with a clock that can be turned back."""
    settings = Settings(data_dir=directory)
    store = StoreThread(lambda: Store.open(directory, clock=clock))
    assistant = Assistant(store, engine, load_principles(PRINCIPLES))
    tuning = make_tuning(settings, store, engine, assistant)
    models = make_models(settings, make_library(settings), engine, heads_of(settings))
    return Attune(settings, engine, store, assistant, tuning, models)


def live_a_week(attune: Attune, clock: Clock, *, real: bool) -> None:
    """Ask and rate what stands in ``EARLIER``, and move one slider."""
    options = AnswerOptions(sampling=Sampling(max_tokens=90 if real else 512), seed=1)
    for days, question, _, thumb in EARLIER:
        clock.days = days
        conversation = attune.assistant.new_conversation()
        last = list(attune.assistant.answer(conversation.id, question, options=options))[-1]
        attune.assistant.settle(300)
        if thumb:
            attune.assistant.rate(last.turn.message.id, thumb)  # type: ignore[union-attr]
    clock.days = 0
    attune.assistant.set_preference("warm", 0.45)


class Photographer:
    """Drives one window from scene to scene."""

    def __init__(self, attune: Attune, appearance: Appearance, *, real: bool) -> None:
        self.attune = attune
        self.appearance = appearance
        self.real = real
        self.window = MainWindow(attune, appearance)
        self.window.resize(*SIZE)
        self.window.show()
        self.rest()

    def rest(self, milliseconds: int = 120) -> None:
        """Let the window work."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def until(self, reached: Callable[[], bool]) -> None:
        """Let the window work until ``reached``."""
        for _ in range(PATIENCE_MS // 20):
            if reached():
                return
            self.rest(20)
        raise TimeoutError("a scene was not reached")

    def take(self, name: str, of: QWidget | None = None, over: QWidget | None = None) -> None:
        """Save the window, or the dialog ``of`` it alone, in light and dark; with ``over`` it, as on a screen."""
        for choice in ("light", "dark"):
            self.window.set_theme(choice)  # type: ignore[arg-type]
            self.rest()
            path = IMAGES / f"{name}-{choice}.png"
            picture = (of or self.window).grab()
            if over:
                painter = QPainter(picture)
                painter.drawPixmap(self.window.mapFromGlobal(over.pos()), over.grab())
                painter.end()
            picture.toImage().save(str(path), "PNG", 0)
            print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} kB")  # noqa: T201

    def reply(self) -> ReplyMessage:
        """Return the newest reply."""
        transcript = self.window.chat.transcript
        return transcript.widget_of(transcript.turns[-1].message.id)  # type: ignore[return-value]

    def dialog(self, kind: type[T]) -> T:
        """Return the dialog of a kind that is open."""
        self.until(lambda: any(d.isVisible() for d in self.window.findChildren(kind)))
        return next(d for d in self.window.findChildren(kind) if d.isVisible())

    def ask(self, question: str) -> None:
        """Send a question."""
        self.window.controller.ask(question)

    def done(self) -> bool:
        """Whether nothing is being written or read any more."""
        return not self.window.controller.answering and self.window.background.pending == 0


def take_first_run(scenes: Photographer) -> None:
    """The second of the first run's questions; nothing is answered, so that nothing is learned."""
    scenes.window.show_first_run()
    dialog = scenes.dialog(FirstRunDialog)
    for press in (dialog.next, dialog.next, dialog.neither):
        scenes.until(lambda press=press: press.isEnabled())  # type: ignore[misc]
        press.click()
    scenes.until(lambda: dialog.left.isEnabled() and scenes.done())
    dialog.right.setFocus()
    scenes.take("first-run", dialog)
    dialog.reject()
    scenes.until(scenes.done)


def take_comparison(scenes: Photographer) -> None:
    """Two answers side by side, the first of which is on screen and rated."""
    scenes.attune.assistant.set_preference("simple", 1.0)
    scenes.reply().bar.try_it.click()
    dialog = scenes.dialog(CompareDialog)
    scenes.until(dialog.right.isEnabled)
    scenes.take("compare", dialog)
    dialog.close()
    scenes.attune.assistant.set_preference("simple", None)


def take_why(scenes: Photographer) -> None:
    """Why the answer on screen is as it is, with two sliders set."""
    for name, value in (("simple", 0.9), ("warm", 0.4)):
        scenes.attune.assistant.set_preference(name, value)
    scenes.reply().bar.regenerate.click()
    scenes.until(scenes.done)
    scenes.reply().bar.explain.click()
    dialog = scenes.dialog(WhyDialog)
    scenes.until(lambda: bool(dialog.tokens.tokens))
    scenes.take("why-words", dialog)
    dialog.tabs.setCurrentIndex(GUIDED)
    scenes.take("why-guided", dialog)
    dialog.tabs.setCurrentIndex(WITHOUT)
    dialog.write.click()
    scenes.until(lambda: not dialog.both.differences.none)
    scenes.take("why-without", dialog)
    dialog.close()
    for name in ("simple", "warm"):
        scenes.attune.assistant.set_preference(name, None)


def take_search(scenes: Photographer) -> None:
    """The search over all conversations, with what was found marked."""
    scenes.window.open_search()
    palette = scenes.dialog(SearchPalette)
    palette.field.setText("egg")
    scenes.until(lambda: any(line.hit for line in palette.lines) and scenes.done())
    scenes.take("search", over=palette)
    palette.close()


def take_branches(scenes: Photographer) -> None:
    """A question that was edited and asked again, and an answer that was asked for again: ‹ 2/2 › on both."""
    chat = scenes.window.chat
    chat.edit_last()
    chat.composer.entry.setPlainText("Why is the sky blue, and red at sunset?")
    chat.composer.send.click()
    scenes.until(scenes.done)
    scenes.reply().bar.regenerate.click()
    scenes.until(scenes.done)
    question = chat.transcript.widget_of(chat.transcript.turns[-2].message.id)
    assert isinstance(question, UserMessage)
    assert not question.siblings.isHidden()
    assert not scenes.reply().bar.siblings.isHidden()
    scenes.take("branches")


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--real", action="store_true", help="answer with the embedded model")
    parser.add_argument("--models", action="store_true", help="only the pictures of models")
    options = parser.parse_args()
    real = options.real
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("QT_SCALE_FACTOR", "1.5")
    IMAGES.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    appearance = Appearance(application, "light")
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(Settings(data_dir=Path(folder))) if real else ScriptedEngine()
        clock = Clock()
        attune = compose(engine, Path(folder), clock)
        live_a_week(attune, clock, real=real)
        scenes = Photographer(attune, appearance, real=real)
        take_models(scenes, Path(folder))
        if options.models:
            scenes.window.close()
            attune.close()
            engine.close()
            return
        attune.tuning.dismiss_offer()  # made to a model that isn't tuned, as the scripted one
        attune.tuning.settle()
        scenes.take("empty")
        take_first_run(scenes)

        if not real:
            engine.behaviour.token_delay = 0.05  # type: ignore[attr-defined]
        scenes.ask("Explain recursion with an example")
        scenes.until(lambda: len(scenes.reply().body.text) > 430 or scenes.done())
        scenes.take("streaming")
        scenes.until(scenes.done)
        scenes.take("code")

        if not real:  # the embedded model's own formulas and Arabic are no example
            for name, question in (
                ("formulas", "How do I solve a quadratic equation?"),
                ("right-to-left", "لماذا السماء زرقاء؟"),
            ):
                scenes.window.new_conversation()
                scenes.ask(question)
                scenes.until(scenes.done)
                scenes.take(name)

        scenes.window.new_conversation()
        scenes.ask("Why is the sky blue?")
        scenes.until(scenes.done)
        attune.assistant.settle(300)
        scenes.reply().bar.thumb_up.click()
        scenes.until(lambda: scenes.reply().bar.note.text().startswith("Saved") and scenes.done())
        scenes.take("rated")
        take_comparison(scenes)
        take_why(scenes)

        take_preferences(scenes, clock)
        take_privacy(scenes)

        take_search(scenes)
        take_branches(scenes)
        scenes.window.chat.find_bar.open_bar()
        scenes.window.chat.find_bar.field.setText("blue")
        scenes.take("find")
        scenes.window.chat.find_bar.close_bar()

        scenes.ask("And why is it red in the evening?")
        scenes.until(lambda: len(scenes.reply().body.text) > 20 or scenes.done())
        if real:
            os.kill(engine.pid or 0, signal.SIGKILL)
        else:
            engine.kill()  # type: ignore[attr-defined]
        scenes.until(scenes.done)
        scenes.take("error")
        scenes.window.close()
        attune.close()
        engine.close()


if __name__ == "__main__":
    main()
