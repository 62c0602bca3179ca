"""The prompts that calibration learns from and the ones it never sees."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import combinations

import pytest

from resources import PROMPTS

FILES = {"calibration": 480, "evaluation": 80}

# Common words that stand in prompts of one language alone.
MARKERS = {
    "German": "auf aus beste dativ das der die eine einen für ich ist mir und welche wie wir",
    "French": "au coucou des du est et je les mes moi que pour quelle rédige sans",
    "Spanish": "cómo cuál cuéntame del el es escribe estoy necesito organízame qué receta",
    "Italian": "buonasera che di camicia il inventa perché puoi quanto scrivi sono stanca vorrei",
    "Portuguese": "açores bom como conte eu fui não os quantos receita saudade um",
}


def language(prompt: str) -> str:
    """Name the language most of whose markers stand in ``prompt``; English where there are none."""
    words = word_set(prompt)
    hits = {name: len(words & set(markers.split())) for name, markers in MARKERS.items()}
    best = max(hits, key=lambda name: hits[name])
    return best if hits[best] else "English"


def read(name: str) -> list[dict[str, str]]:
    lines = (PROMPTS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def word_set(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


def similarity(a: frozenset[str], b: frozenset[str]) -> float:
    """Jaccard index of two word sets, in [0, 1]."""
    return len(a & b) / len(a | b)


@pytest.mark.parametrize(("name", "at_least"), FILES.items())
def test_file_is_large_and_well_formed(name: str, at_least: int) -> None:
    rows = read(name)

    assert len(rows) >= at_least
    assert all(set(row) == {"id", "situation", "prompt"} for row in rows)
    assert all(row["prompt"] == row["prompt"].strip() != "" for row in rows)


def test_ids_are_unique_over_both_files() -> None:
    ids = [row["id"] for name in FILES for row in read(name)]

    assert len(set(ids)) == len(ids)


def test_many_situations_are_covered_and_none_dominates() -> None:
    counts = Counter(row["situation"] for row in read("calibration"))

    assert len(counts) >= 12
    assert min(counts.values()) >= 10
    assert max(counts.values()) <= sum(counts.values()) / 10
    assert {row["situation"] for row in read("evaluation")} <= set(counts)


def test_any_start_of_the_file_is_varied() -> None:
    """A calibration that stops early has still seen most situations."""
    assert len({row["situation"] for row in read("calibration")[:60]}) >= 20


def test_lengths_reach_from_a_few_words_to_a_paragraph() -> None:
    lengths = sorted(len(row["prompt"].split()) for row in read("calibration"))

    assert lengths[len(lengths) // 20] <= 5
    assert lengths[-10] >= 50


def test_about_a_tenth_is_not_in_english_and_no_language_is_forgotten() -> None:
    counts = Counter(language(row["prompt"]) for row in read("calibration"))
    foreign = sum(counts.values()) - counts["English"]

    assert 0.08 <= foreign / sum(counts.values()) <= 0.12
    assert all(counts[name] >= 8 for name in MARKERS)


def test_no_two_prompts_are_near_duplicates_within_or_across_files() -> None:
    prompts = [row["prompt"] for name in FILES for row in read(name)]
    alike = [
        (a, b)
        for (a, words_a), (b, words_b) in combinations([(p, word_set(p)) for p in prompts], 2)
        if similarity(words_a, words_b) > 0.6
    ]

    assert alike == []


def test_no_opening_is_a_template() -> None:
    """Four first words that come back again and again would teach the head a form, not a situation."""
    openings = Counter(" ".join(row["prompt"].lower().split()[:4]) for row in read("calibration"))

    assert max(openings.values()) <= 6
