"""Which weights are said in words, and which reward a model gets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.prompting import MOST_SAID, instructions_of
from app.reward_choice import features_version, guiding, scoring
from engine.principles import load_principles
from engine.protocol import Loaded
from resources import PRINCIPLES

ALL = load_principles(PRINCIPLES)
BY_NAME = {p.name: p for p in ALL}
LOADED = Loaded("m", "llama", "ab" * 32, 1, 2, 3, 4096, "CPU", 0.1)


def test_only_strong_weights_are_said_and_at_most_two() -> None:
    weights = {"concise": 0.6, "warm": -0.9, "lists": 0.4, "formal": 0.55}
    said = instructions_of(ALL, weights, "both", 1.0)
    assert said == (BY_NAME["warm"].negative.instruction, BY_NAME["concise"].positive.instruction)
    assert len(said) == MOST_SAID


@pytest.mark.parametrize(
    ("route", "strength"), [("head", 1.0), ("none", 1.0), ("both", 0.0), ("prompt", 0.0)]
)
def test_nothing_is_said_where_the_prompt_has_no_part(route: str, strength: float) -> None:
    assert instructions_of(ALL, {"concise": 1.0}, route, strength) == ()  # type: ignore[arg-type]


def test_the_fixed_principle_is_never_said() -> None:
    assert instructions_of(ALL, {"harmless_honest": -1.0}, "both", 1.0) == ()


def test_a_tuned_model_is_guided_and_scored_by_its_head() -> None:
    tuned = replace(LOADED, head_version="head-1/abc")
    assert (guiding(None, tuned), scoring(tuned), features_version(tuned, ALL)) == (
        "head",
        "head",
        "head-1/abc",
    )
    assert (guiding(None, LOADED), scoring(LOADED), guiding(None, None)) == ("teacher",) * 3
    assert guiding("none", tuned) == "none"
    assert features_version(LOADED, ALL).startswith("teacher-")
