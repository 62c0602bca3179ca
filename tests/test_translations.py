"""Every text of the window is in the catalogue and translated; the checker itself fails where one is not."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _tool() -> Any:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


tool = _tool()
UPDATE = "run: python packaging/translations.py, then translate what it names in resources/translations/*.ts"


@pytest.fixture(scope="module")
def found() -> Any:
    return tool.collect()


def test_no_text_goes_past_the_translation(found: Any) -> None:
    assert found.stray == []


@pytest.mark.parametrize("language", tool.LANGUAGES)
def test_every_text_is_translated_with_its_placeholders(found: Any, language: str) -> None:
    entries = tool.load(tool.FOLDER / f"attune_{language}.ts")
    assert tool.problems(found, entries) == [], UPDATE


@pytest.mark.parametrize("language", tool.LANGUAGES)
def test_what_is_shipped_was_compiled_from_the_catalogue(language: str) -> None:
    shipped = (tool.FOLDER / f"attune_{language}.qm").read_bytes()
    assert shipped == tool.compiled(tool.FOLDER / f"attune_{language}.ts"), UPDATE


@pytest.mark.parametrize(
    "line",
    [
        'field.setToolTip("later")',
        'QLabel("later")',
        'menu.addAction("Forget everything")',
        'toast.say(f"{count} answers were kept")',
        'NAMES = {"a": "About you"}',
        "raise UsageError('That can’t be done.', 'Do something else.')",
        'self.title.setText("Yes" if well else "No")',
        'tr(f"Open {name}")',
    ],
)
def test_a_text_that_goes_past_the_translation_is_found(line: str) -> None:
    found = tool.Catalogue()
    tool.read(f"def act():\n    {line}\n", "app/panels/planted.py", found)
    assert found.stray


@pytest.mark.parametrize(
    "line",
    [
        'field.setToolTip(tr("Later"))',
        'log.warning("a call failed: %r", error)',
        'button.setProperty("look", "side panel")',
        'if state.phase == "Not a text":\n        pass',
        'raise ValueError("the table and the actions differ")',
    ],
)
def test_what_nobody_reads_is_let_through(line: str) -> None:
    found = tool.Catalogue()
    tool.read(f"def act():\n    {line}\n", "app/panels/planted.py", found)
    assert found.stray == []


def test_a_new_text_an_old_one_and_an_unfinished_one_are_told() -> None:
    found = tool.Catalogue({("Attune", "Open {name}"): False, ("Attune", "New"): False})
    entry = tool.Entry
    entries = {
        ("Attune", "Open {name}"): entry(("Öffnen",), False, True),
        ("Attune", "Old"): entry(("Alt",), False, True),
    }
    said = tool.problems(found, entries)
    assert len(said) == 3
    assert any("placeholders" in line for line in said)
    unfinished = {("Attune", "New"): entry(("",), False, False)}
    assert tool.problems(tool.Catalogue({("Attune", "New"): False}), unfinished) == [
        "untranslated: ('Attune', 'New')"
    ]


def test_updating_keeps_translations_and_leaves_new_texts_unfinished(tmp_path: Path) -> None:
    kept = tool.Entry(("Alt & „gut“\nzwei",), False, True)
    many = tool.Entry(("1 Tag", "{n} Tage"), True, True)
    found = tool.Catalogue({("Attune", "Old"): False, ("Attune", "{n} days"): True, ("below", "New"): False})
    merged = tool.merged(
        found, {("Attune", "Old"): kept, ("Attune", "{n} days"): many, ("Attune", "x"): kept}
    )
    path = tmp_path / "attune_de.ts"
    path.write_text(tool.text_of("de", merged), encoding="utf-8")
    loaded = tool.load(path)
    assert loaded == merged
    assert loaded["Attune", "Old"] == kept
    assert loaded["Attune", "{n} days"] == many
    assert not loaded["below", "New"].finished
