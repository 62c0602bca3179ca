from __future__ import annotations

import re

import pytest

from app.render.stylesheet import rich_text, stylesheet
from app.render.theme import DARK, LIGHT, MARK_PAIRS, TEXT_PAIRS, Theme, contrast
from resources import ARROWS, ICONS

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


def test_contrast_is_wcags() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize(("colour", "ground"), TEXT_PAIRS, ids="-on-".join)
def test_text_reaches_aa(theme: Theme, colour: str, ground: str) -> None:
    assert contrast(getattr(theme, colour), getattr(theme, ground)) >= 4.5


@THEMES
@pytest.mark.parametrize(("colour", "ground"), MARK_PAIRS, ids="-on-".join)
def test_marks_reach_three_to_one(theme: Theme, colour: str, ground: str) -> None:
    assert contrast(getattr(theme, colour), getattr(theme, ground)) >= 3.0


@THEMES
def test_the_stylesheet_has_no_gap_and_only_the_themes_colours(theme: Theme) -> None:
    allowed = {getattr(theme, name) for name in theme.__dataclass_fields__}
    for sheet in (stylesheet(theme, 1.25, "Mono"), rich_text(theme, 1.25, "Mono")):
        assert "$" not in sheet
        assert set(re.findall(r"#[0-9a-f]{6}\b", sheet)) <= allowed


@THEMES
def test_pictures_the_stylesheet_names_have_the_themes_colours(theme: Theme) -> None:
    for name, colour in (("down", theme.muted), ("check", theme.on_accent)):
        text = (ARROWS / f"{name}-{theme.name}.svg").read_text(encoding="utf-8")
        assert set(re.findall(r"#[0-9a-f]{6}", text)) == {colour}


def test_icons_take_the_themes_colour() -> None:
    for path in ICONS.glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        assert "currentColor" in text, path.name
        assert not re.search(r"#[0-9a-fA-F]{3,6}|rgb", text), path.name
