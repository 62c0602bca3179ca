"""Settings of a model: simple at first, held against the memory at once, and a reload only where one is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from engine.models.parameters import Parameters
from engine.protocol import Load, SecondModel
from tests.app.window.conftest import WAIT
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QComboBox

    from app.panels.model_settings import ModelSettingsDialog
    from tests.app.window.conftest import Desk


@pytest.fixture
def path(desk: Desk) -> str:
    current = desk.attune.models.current
    assert current is not None
    return current.path


@pytest.fixture
def dialog(desk: Desk, path: str) -> ModelSettingsDialog:
    return desk.window.models.open_settings(path)


def _pick(box: QComboBox, data: object) -> None:
    box.setCurrentIndex(box.findData(data))


def _loads(desk: Desk) -> list[Load]:
    return [c for c in desk.engine.behaviour.seen if isinstance(c, Load)]


def _save(desk: Desk, dialog: ModelSettingsDialog) -> None:
    desk.click(dialog.save)
    desk.settle()


def test_two_settings_for_everybody_the_rest_at_a_press(desk: Desk, dialog: ModelSettingsDialog) -> None:
    assert dialog.context.isVisible()
    assert dialog.gpu.isVisible()
    assert not dialog.temperature.isVisible()
    desk.click(dialog.everything)
    assert dialog.temperature.isVisible()
    assert dialog.cache.isVisible()
    desk.click(dialog.cancel)


def test_no_context_beyond_the_models_own_is_offered(desk: Desk, dialog: ModelSettingsDialog) -> None:
    offered = [dialog.context.itemData(i) for i in range(dialog.context.count())]
    assert max(offered) == 8192
    assert 4096 in offered
    desk.click(dialog.cancel)


def test_the_fit_follows_what_is_set(desk: Desk, dialog: ModelSettingsDialog) -> None:
    assert dialog.fit.text().startswith("Fits in memory.")
    _pick(dialog.gpu, -1)
    assert dialog.fit.text().startswith("Won’t fit.")
    _pick(dialog.gpu, None)
    _pick(dialog.context, 8192)
    assert dialog.note.text() == "The model is loaded again when you save."
    _pick(dialog.context, 4096)
    assert dialog.note.text() == ""
    desk.click(dialog.cancel)


def test_what_shapes_the_memory_loads_the_model_again(
    desk: Desk, dialog: ModelSettingsDialog, path: str
) -> None:
    desk.click(dialog.everything)
    _pick(dialog.context, 2048)
    _pick(dialog.cache, "q8_0")
    _save(desk, dialog)
    desk.bot.waitUntil(lambda: bool(_loads(desk)) and _loads(desk)[-1].context_length == 2048, timeout=WAIT)
    assert _loads(desk)[-1].cache_type == "q8_0"
    assert desk.attune.models.library.model(path).parameters == Parameters(
        context_length=2048, cache_type="q8_0"
    )
    desk.bot.waitUntil(lambda: desk.window.toast.text.text().startswith("SmolLM2"), timeout=WAIT)
    desk.settle()


def test_settings_saved_while_an_answer_is_written_can_be_saved_again(
    desk: Desk, dialog: ModelSettingsDialog, path: str
) -> None:
    _pick(dialog.context, 2048)
    with desk.attune.assistant._answering:
        _save(desk, dialog)
        assert desk.window.toast.text.text().endswith("Save again when it is done.")
    assert desk.attune.models.library.model(path).parameters == Parameters()
    again = desk.window.models.open_settings(path)
    _pick(again.context, 2048)
    _save(desk, again)
    desk.bot.waitUntil(lambda: bool(_loads(desk)) and _loads(desk)[-1].context_length == 2048, timeout=WAIT)
    desk.bot.waitUntil(lambda: desk.window.toast.text.text().startswith("SmolLM2"), timeout=WAIT)
    desk.settle()


def test_how_words_are_drawn_counts_from_the_next_answer_without_a_reload(
    desk: Desk, dialog: ModelSettingsDialog
) -> None:
    desk.click(dialog.everything)
    dialog.temperature.setFocus()
    dialog.temperature.setValue(0.2)
    dialog.max_tokens.setValue(16)
    _save(desk, dialog)
    loads = len(_loads(desk))
    desk.ask("why?")
    asked = desk.engine.asked("why?")
    assert (asked.sampling.temperature, asked.sampling.max_tokens) == (0.2, 16)
    assert len(_loads(desk)) <= loads + 1  # the one every first question needs


def test_what_cannot_be_together_is_said_and_not_saved(desk: Desk, dialog: ModelSettingsDialog) -> None:
    desk.click(dialog.everything)
    _pick(dialog.cache, "q4_0")
    _pick(dialog.flash, "off")
    assert dialog.fit.text().startswith("A compressed memory of the conversation needs fast attention.")
    assert not dialog.save.isEnabled()
    desk.click(dialog.reset)
    assert dialog.save.isEnabled()
    assert dialog.parameters() == Parameters()
    desk.click(dialog.cancel)


def test_what_was_set_is_shown_again(desk: Desk, dialog: ModelSettingsDialog, path: str) -> None:
    desk.click(dialog.everything)
    dialog.top_k.setValue(20)
    _save(desk, dialog)
    again = desk.window.models.open_settings(path)
    assert again.top_k.value() == 20
    assert again.top_k.isVisible()
    desk.click(again.cancel)


def test_every_setting_is_named_and_reachable(desk: Desk, dialog: ModelSettingsDialog) -> None:
    desk.click(dialog.everything)
    for control in (
        dialog.context,
        dialog.gpu,
        dialog.threads,
        dialog.batch,
        dialog.flash,
        dialog.temperature,
    ):
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    desk.click(dialog.cancel)


def test_an_idle_model_frees_its_memory_and_the_next_question_wakes_it(desk: Desk) -> None:
    desk.ask("why?")
    desk.settle()
    models = desk.window.models
    now = [models._clock()]
    models._clock = lambda: now[0]
    models.rest_if_idle()
    assert desk.engine.alive
    now[0] += 60 * desk.attune.models.library.rest_minutes + 1
    models.rest_if_idle()
    assert not desk.engine.alive
    assert models.button.accessibleName() == "Model: SmolLM2 135M Instruct, asleep"
    assert desk.ask("and now?").turn.message.state == "complete"
    desk.settle()
    assert models.button.accessibleName() == "Model: SmolLM2 135M Instruct"


def test_a_clock_that_jumps_over_the_night_takes_no_model_from_an_answer(desk: Desk) -> None:
    models = desk.window.models
    now = [models._clock()]
    models._clock = lambda: now[0]
    with desk.engine.held(3):
        desk.type_and_send("why?")
        desk.bot.waitUntil(lambda: bool(desk.last_reply().body.text), timeout=WAIT)
        now[0] += 8 * 3600
        models.rest_if_idle()
        assert desk.engine.alive
    desk.bot.waitUntil(lambda: not desk.window.controller.answering, timeout=WAIT)
    assert desk.last_reply().turn.message.state == "complete"
    models.rest_if_idle()  # it has only just answered
    assert desk.engine.alive
    now[0] -= 16 * 3600  # back again, as when a clock is set right
    models.rest_if_idle()
    assert desk.engine.alive
    assert desk.ask("and now?").turn.message.state == "complete"
    desk.settle()


def test_never_means_never(desk: Desk) -> None:
    desk.ask("why?")
    desk.settle()
    models = desk.window.models
    models.open_dialog()
    assert models.dialog is not None
    models.dialog.rest.activated.emit(models.dialog.rest.findData(0))
    desk.settle()
    later = models._clock() + 1e6
    models._clock = lambda: later
    models.rest_if_idle()
    assert desk.engine.alive
    assert type(desk.attune.models.library)(desk.attune.models.library.folder).rest_minutes == 0


# Who reads preferences


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Files of a model, a smaller one with its vocabulary, and one with another."""
    folder = tmp_path_factory.mktemp("family")
    shapes = {
        "Large": TinyModel(),
        "Small": TinyModel(width=32, layers=1, seed=5),
        "Stranger": TinyModel(vocabulary=512, width=32, layers=1),
    }
    return {name: str(shape.write(folder / f"{name}.gguf")) for name, shape in shapes.items()}


@pytest.fixture
def reading(desk: Desk, family: dict[str, str]) -> ModelSettingsDialog:
    library = desk.attune.models.library
    for name, file in family.items():
        library.add(Path(file))
        library.change(file, name=name)
    desk.window.models.choose(family["Large"])
    desk.bot.waitUntil(lambda: desk.window.models.button.accessibleName() == "Model: Large", timeout=WAIT)
    desk.settle()
    dialog = desk.window.models.open_settings(family["Large"])
    desk.click(dialog.everything)
    return dialog


def _verdict(desk: Desk, dialog: ModelSettingsDialog, path: str) -> None:
    _pick(dialog.reading.reader, path)
    assert not dialog.save.isEnabled()
    desk.bot.waitUntil(lambda: not dialog.reading.waiting, timeout=WAIT)


def test_a_smaller_sibling_reads_preferences_once_its_vocabulary_was_compared(
    desk: Desk, reading: ModelSettingsDialog, family: dict[str, str]
) -> None:
    assert not reading.reading.use.isEnabled()
    alone = reading.fit.text()
    _verdict(desk, reading, family["Small"])
    assert reading.fit.text().startswith("Fits in memory.")
    assert reading.fit.text() != alone  # both take room
    assert reading.note.text() == "The model is loaded again when you save."
    _save(desk, reading)
    desk.bot.waitUntil(
        lambda: _loads(desk)[-1].second == SecondModel(family["Small"], "teacher"), timeout=WAIT
    )
    desk.settle()
    desk.window.models.open_dialog()
    dialog = desk.window.models.dialog
    assert dialog is not None
    desk.bot.waitUntil(lambda: family["Large"] in dialog.cards, timeout=WAIT)
    desk.settle()
    assert "Preferences read by Small" in dialog.cards[family["Large"]].state.text()
    actions = {a.text(): a for a in dialog.cards[family["Small"]].menu().actions()}
    assert not actions["Take off the list"].isEnabled()
    desk.bot.waitUntil(lambda: not desk.window.chat.untuned.isVisible(), timeout=WAIT)
    assert desk.ask("why?").turn.message.state == "complete"


def test_a_trained_reward_model_is_told_apart(
    desk: Desk, reading: ModelSettingsDialog, family: dict[str, str]
) -> None:
    _verdict(desk, reading, family["Small"])
    _pick(reading.reading.use, "reward")
    _save(desk, reading)
    kept = desk.attune.models.library.model(family["Large"]).parameters
    assert kept.second == SecondModel(family["Small"], "reward")
    again = desk.window.models.open_settings(family["Large"])
    assert (again.reading.path, again.reading.use.currentData()) == (family["Small"], "reward")
    desk.bot.waitUntil(again.save.isEnabled, timeout=WAIT)
    desk.click(again.reset)
    assert again.parameters() == Parameters()
    desk.click(again.cancel)


def test_another_vocabulary_is_refused_with_the_reason(
    desk: Desk, reading: ModelSettingsDialog, family: dict[str, str]
) -> None:
    _verdict(desk, reading, family["Stranger"])
    assert reading.fit.text().startswith("Stranger.gguf can’t read along with Large.gguf: it")
    assert reading.fit.text().endswith("whose tokens are the same one by one.")
    assert not reading.save.isEnabled()
    _pick(reading.reading.reader, "")
    assert reading.save.isEnabled()
    assert not reading.reading.use.isEnabled()
    desk.click(reading.cancel)


def test_a_second_model_taken_off_the_list_is_no_second_model_any_more(
    desk: Desk, reading: ModelSettingsDialog, family: dict[str, str]
) -> None:
    desk.click(reading.cancel)
    library = desk.attune.models.library
    library.change(family["Stranger"], parameters=Parameters(teacher=family["Small"]))
    library.drop(family["Small"])
    assert library.model(family["Stranger"]).parameters == Parameters()
