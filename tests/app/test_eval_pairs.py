"""``attune eval pairs``: its file, its figures, and that what it measures is what the product would have learned."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from app.cli import eval_pairs
from app.cli.arguments import make_parser
from app.preference_pairs import read_pairs
from app.user_messages import UsageError
from memory.learning_curve import KnownPair, KnownReply, learning_curve, most_clicks
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("concise", "warm", "formal")
WORDS = ["air", "light", "water", "colour", "morning", "garden", "river", "stone", "paper", "sound"]


def lines(user: str, count: int, *, short: bool) -> list[dict[str, str]]:
    numbers = np.random.default_rng(len(user))
    found = []
    for n in range(count):
        few = f"It is {numbers.choice(WORDS)}, {numbers.choice(WORDS)}."
        many = " ".join(numbers.choice(WORDS, 40)) + f". {few}"
        chosen, rejected = (few, many) if short else (many, few)
        found.append(
            {"user": user, "prompt": f"What about {n}?", "chosen": chosen, "rejected": rejected, "note": "x"}
        )
    return found


def write(path: Path, rows: list[Any]) -> Path:
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_text(text + "\n", encoding="utf-8")
    return path


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[FakeEngineClient]:
    made: list[FakeEngineClient] = []

    def make(*_given: object) -> FakeEngineClient:
        made.append(FakeEngineClient())
        return made[-1]

    monkeypatch.setattr(eval_pairs, "make_engine", make)
    monkeypatch.setenv("ATTUNE_DATA_DIR", str(tmp_path / "data"))
    return made


def run(*arguments: str) -> int:
    return eval_pairs.run(make_parser().parse_args(["eval", "pairs", *arguments]))


def test_the_last_line_holds_every_figure_and_a_cache_saves_the_work(
    tmp_path: Path, engines: list[FakeEngineClient], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [*lines("terse", 26, short=True), *lines("chatty", 9, short=False)]
    file, cache = write(tmp_path / "pairs.jsonl", rows), tmp_path / "cache.jsonl"

    assert run(str(file), "--json", "--cache", str(cache)) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert next(iter(report)) != "overall"
    for part in (report["overall"], report["baseline"]["overall"], *report["users"].values()):
        assert {kind: list(part[kind]) for kind in part} == {
            key: ["4", "10", "20", "50"] for key in ("thumbs", "pairs")
        }
    assert report["users"]["terse"]["thumbs"]["20"] > 0.9
    assert report["users"]["terse"]["pairs"]["20"] > 0.9
    assert report["users"]["chatty"]["pairs"]["10"] is None
    assert report["overall"]["pairs"]["4"] == pytest.approx(
        np.mean([report["users"][user]["pairs"]["4"] for user in ("terse", "chatty")]), abs=1e-3
    )
    low, high = report["intervals"]["overall"]["thumbs"]["10"]
    assert low <= report["overall"]["thumbs"]["10"] <= high

    cut_off = cache.read_text(encoding="utf-8") + '{"key": "half'
    cache.write_text(cut_off, encoding="utf-8")
    assert "terse" not in cut_off
    assert "What about" not in cut_off
    assert run(str(file), "--json", "--cache", str(cache)) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == report
    first, second = (
        [type(c).__name__ for c in engine.behaviour.seen if type(c).__name__ in ("Score", "Embed")]
        for engine in engines
    )
    assert first.count("Score") == 70
    assert second == []


def test_people_get_a_table(
    tmp_path: Path, engines: list[FakeEngineClient], capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "pairs.jsonl", lines("terse", 8, short=True))
    assert run(str(file)) == 0
    shown = capsys.readouterr().out
    assert "| terse |" in shown
    assert "| **all** |" in shown
    assert "– : too few pairs" in shown


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "Line 2 of .* is not JSON"),
        ("[1]", "Line 2 of .* is not a JSON object"),
        ({"user": "a", "prompt": "b", "chosen": " "}, "Line 2 of .* has no text for “chosen” and “rejected”"),
        ({"user": "a", "prompt": "b", "chosen": "c", "rejected": 3}, "Line 2 of .* “rejected”"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, row: Any, said: str) -> None:
    file = write(tmp_path / "pairs.jsonl", [*lines("a", 1, short=True), row])
    with pytest.raises(UsageError, match=said):
        read_pairs(file)


def test_a_reply_preferred_to_itself_says_nothing_and_users_may_be_numbered(tmp_path: Path) -> None:
    same = {"user": "a", "prompt": "b", "chosen": "c", "rejected": "c "}
    numbered = {"user": 7, "prompt": "b", "chosen": "c", "rejected": "d"}
    (pair,) = read_pairs(write(tmp_path / "pairs.jsonl", [same, numbered]))
    assert (pair.user, pair.chosen, pair.rejected) == ("7", "c", "d")


def test_who_has_too_few_pairs_is_left_out_and_how_far_it_is_can_be_followed(
    tmp_path: Path, engines: list[FakeEngineClient], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [*lines("terse", 8, short=True), *lines("rare", 2, short=False)]
    assert run(str(write(tmp_path / "pairs.jsonl", rows)), "--json") == 0
    shown = capsys.readouterr()
    report = json.loads(shown.out.splitlines()[-1])
    assert list(report["users"]) == ["terse"]
    assert report["settings"]["pairs"] == 8
    said = shown.err.splitlines()
    assert said[0] == "“rare” is left out: pairs on 2 different prompts only."
    assert said[-1] == "Learning: 100%"
    assert 4 < len(said) < 40


def test_too_little_is_said_before_any_work(
    tmp_path: Path, engines: list[FakeEngineClient], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match="no pairs"):
        run(str(write(tmp_path / "empty.jsonl", [""])))
    few = write(tmp_path / "few.jsonl", lines("terse", 4, short=True))
    with pytest.raises(UsageError, match="No user has pairs on enough different prompts"):
        run(str(few))
    assert "“terse” is left out: pairs on 4 different prompts only." in capsys.readouterr().err
    with pytest.raises(UsageError, match="at least 50"):
        run(str(few), "--resamples", "10")
    assert not engines


def known(count: int, taste: float, seed: int) -> list[KnownPair]:
    """Pairs that only the principle *warm* tells apart; with no taste, nothing does."""
    numbers = np.random.default_rng(seed)
    found = []
    for n in range(count):
        vector = numbers.normal(size=8).astype(np.float32)
        replies = []
        for side in (1, -1):
            principles = numbers.normal(size=3) * 0.1
            principles[1] += side * taste
            replies.append(KnownReply(f"Reply {n} {side}.", principles, 60, -0.8))
        found.append(KnownPair(f"q{n}", vector / np.linalg.norm(vector), *replies))
    return found


@pytest.mark.parametrize("kind", ["thumbs", "pairs"])
def test_a_plain_taste_is_found_and_none_is_not(kind: Any) -> None:
    clear = learning_curve(known(70, 0.14, 1), NAMES, kind, resamples=8, seed=0)
    nothing = learning_curve(known(70, 0.0, 2), NAMES, kind, resamples=8, seed=0)
    assert list(clear.learned) == [4, 10, 20, 50]
    assert clear.learned[50].mean() > 0.85
    assert clear.learned[50].mean() > clear.learned[4].mean() > 0.5
    assert clear.counted[50].mean() == pytest.approx(0.5, abs=0.1)
    assert nothing.learned[50].mean() == pytest.approx(0.5, abs=0.15)


def test_histories_repeat_with_the_seed_and_need_enough_prompts() -> None:
    pairs = known(20, 0.05, 1)
    one, again, other = (
        learning_curve(pairs, NAMES, "pairs", resamples=3, seed=seed).learned[10] for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    assert most_clicks(pairs, "pairs") == 16
    assert most_clicks(pairs, "thumbs") == 32
    with pytest.raises(ValueError, match="few prompts"):
        learning_curve(known(2, 0.2, 1), NAMES, "pairs", resamples=3, seed=0)
