"""How strong a slider's ends may be is found on replies: resumable, toward the budget, with all else left alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.calibration.fit_data import FitOptions
from engine.calibration.gain import FLUENCY_BUDGET, MOST_CHANGED
from engine.calibration.job import CalibrationJob
from engine.calibration.plan import Effort, Prompt, held_out
from engine.calibration.trials import Trials
from engine.chat_template import ChatTemplate
from engine.errors import HeadFileError
from engine.llama import Aborted, LlamaModel
from engine.rewards.head import Head
from engine.rewards.head_file import load_head
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.principles import Principle

SHA256 = "ab" * 32
PROMPTS = [Prompt(f"t{i:02d}", f"Tell me something about the number {i}.") for i in range(40)]
EFFORT = Effort(plain=4, pairs_per_principle=1, guided=0, judges=1, reply_tokens=12, trials=3)


@pytest.fixture(scope="module")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return TinyModel(width=96, seed=3).write(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture(scope="module")
def model(model_path: Path) -> Iterator[LlamaModel]:
    model = LlamaModel(model_path)
    yield model
    model.close()


@pytest.fixture
def chosen(principles: dict[str, Principle]) -> tuple[Principle, ...]:
    return tuple(
        principles[name] for name in ("concise", "warm", "lists", "formal", "steps", "harmless_honest")
    )


@pytest.fixture
def job(tmp_path: Path, model_path: Path, chosen: tuple[Principle, ...]) -> CalibrationJob:
    prompts = tmp_path / "prompts.jsonl"
    rows = [json.dumps({"id": prompt.id, "prompt": prompt.text}) for prompt in PROMPTS]
    prompts.write_text("\n".join(rows), encoding="utf-8")
    options = FitOptions(epochs=2, rank=8, width=8)
    return CalibrationJob(
        model_path, SHA256, tmp_path / "work", tmp_path / "heads", prompts, chosen, EFFORT, 1, options
    )


def run(job: CalibrationJob, model: LlamaModel) -> Path:
    for _ in job.run(model, ChatTemplate(model), lambda: False):
        pass
    return next(job.heads.glob("*.safetensors"))


def tried(job: CalibrationJob) -> list[str]:
    return (job.folder / "trials.jsonl").read_text(encoding="utf-8").splitlines()


def trials(
    tmp_path: Path, principles: tuple[Principle, ...], losses: list[float], changed: float = 0.2
) -> Trials:
    """Trials in which *warm*'s end 1 lost so much, and changed such a share of tokens, at twice the gain."""
    path = tmp_path / "trials.jsonl"
    made = Trials(path, "head", principles, PROMPTS, replace(EFFORT, trials=len(losses)))
    rounds = [round_ for round_ in made._rounds if ("warm", 1) in round_.ends]
    path.write_text(
        "".join(
            json.dumps({"head": "head", "round": round_.id, "tried": [["warm", 1, 2.0, loss, changed]]})
            + "\n"
            for round_, loss in zip(rounds, losses, strict=True)
        ),
        encoding="utf-8",
    )
    return made


AT_BUDGET = FLUENCY_BUDGET * 2**1.5  # at twice the gain, by the assumed growth
AT_MOST = MOST_CHANGED * 2**0.6


def test_an_end_that_loses_too_much_is_made_weaker_and_one_that_loses_too_little_stronger(
    tmp_path: Path, chosen: tuple[Principle, ...]
) -> None:
    def factor(loss: float) -> float:
        return trials(tmp_path, chosen, [loss] * 30).factors()["warm", 1]

    assert factor(AT_BUDGET) == pytest.approx(1.0)
    assert factor(1.9) < 0.7 < 1.0 < factor(0.4)
    assert factor(-0.5) == pytest.approx(2.0), "bounded where it costs nothing"


def test_an_end_that_changes_too_many_tokens_is_made_weaker_however_little_it_loses(
    tmp_path: Path, chosen: tuple[Principle, ...]
) -> None:
    def factor(loss: float, changed: float) -> float:
        return trials(tmp_path, chosen, [loss] * 30, changed).factors()["warm", 1]

    assert factor(-0.5, AT_MOST) == pytest.approx(1.0)
    assert factor(-0.5, 1.2 * AT_MOST) < 0.8
    assert factor(AT_BUDGET, 0.0) == pytest.approx(1.0), "few changes are no reason to be stronger"


def test_trials_that_an_earlier_version_kept_without_their_changes_are_made_again(
    tmp_path: Path, chosen: tuple[Principle, ...]
) -> None:
    made = trials(tmp_path, chosen, [0.4] * 3)
    missing = made.missing()
    kept = (tmp_path / "trials.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(kept[0])
    old = {**row, "trials": [trial[:4] for trial in row["tried"]]}
    del old["tried"]
    (tmp_path / "trials.jsonl").write_text("\n".join([json.dumps(old), *kept[1:]]), encoding="utf-8")
    assert made.missing() == missing + 1


def test_a_few_trials_move_a_gain_less_than_many(tmp_path: Path, chosen: tuple[Principle, ...]) -> None:
    few, many = (trials(tmp_path, chosen, [1.9] * n).factors()["warm", 1] for n in (2, 30))
    assert many < few < 1.0


def test_prompts_that_the_fit_has_not_learned_from_are_tried_first(
    tmp_path: Path, chosen: tuple[Principle, ...]
) -> None:
    made = Trials(tmp_path / "t", "head", chosen, PROMPTS, replace(EFFORT, trials=8))
    ids = list(dict.fromkeys(round_.prompt.id for round_ in made._rounds))
    fresh = [prompt.id for prompt in PROMPTS if held_out(prompt.id)]
    assert 0 < len(fresh) < 8
    assert set(ids[: len(fresh)]) == set(fresh)
    ends = [end for round_ in made._rounds if round_.prompt.id == ids[0] for end in round_.ends]
    assert sorted(ends) == sorted((p.name, sign) for p in chosen if not p.fixed for sign in (-1, 1))
    assert len({round_.seed for round_ in made._rounds}) == len(made._rounds), "no unguided answer twice"


def test_gains_follow_what_replies_lost_and_nothing_else_changes(
    job: CalibrationJob, model: LlamaModel
) -> None:
    path = run(job, model)
    fitted = load_head(job.folder / "fitted" / path.name, SHA256)
    found = load_head(path, SHA256)
    rows = [json.loads(line) for line in tried(job)]
    assert len(rows) == 3 * 2, "three prompts, ten ends, eight at once"
    assert all(np.isfinite(loss) for row in rows for *_, loss, _ in row["tried"])
    assert all(0 <= changed <= 1 for row in rows for *_, changed in row["tried"])
    for old, new in zip(fitted.header.principles, found.header.principles, strict=True):
        same = (new.gain, new.gain_negative) == (old.gain, old.gain_negative)
        assert same == (new.name == "harmless_honest"), new.name
    assert found.header.fluency_budget == FLUENCY_BUDGET
    for name, array in fitted.arrays.items():
        np.testing.assert_array_equal(found.arrays[name], array)


def test_trials_go_on_where_they_stopped_and_a_line_cut_short_is_made_again(
    job: CalibrationJob, model: LlamaModel
) -> None:
    found = load_head(run(job, model), SHA256).header
    lines = tried(job)
    (job.folder / "trials.jsonl").write_text("\n".join([*lines[:3], lines[3][:40]]), encoding="utf-8")
    again = load_head(run(job, model), SHA256).header
    after = tried(job)
    assert after[:3] == lines[:3]
    assert [json.loads(line)["round"] for line in after[4:]] == [
        json.loads(line)["round"] for line in lines[3:]
    ]
    assert again == found


def test_a_chat_that_waits_stops_a_trial_and_leaves_the_gains_alone(
    job: CalibrationJob, model: LlamaModel, chosen: tuple[Principle, ...]
) -> None:
    path = run(job, model)
    head = Head(load_head(path, SHA256), job.model_path)
    before = head.gains.copy()
    made = Trials(job.folder / "other.jsonl", "head", chosen, PROMPTS, EFFORT)
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 60

    with pytest.raises(Aborted):
        list(made.run(model, ChatTemplate(model), head, 1, stop))
    np.testing.assert_array_equal(head.gains, before)
    assert made.missing() > 0
    list(made.run(model, ChatTemplate(model), head, 1, lambda: False))
    assert made.missing() == 0


def test_of_a_head_that_is_kept_only_the_gains_are_found_anew(
    job: CalibrationJob, model: LlamaModel, tmp_path: Path
) -> None:
    path = run(replace(job, effort=replace(EFFORT, trials=0)), model)
    before = load_head(path, SHA256)
    again = replace(job, folder=tmp_path / "again", heads=tmp_path / "kept", keep=path)
    after = load_head(run(again, model), SHA256)
    assert not (again.folder / "replies").exists()
    assert [p.gain for p in after.header.principles] != [p.gain for p in before.header.principles]
    assert Head(after, job.model_path).version == Head(before, job.model_path).version
    other = replace(again, model_sha256="cd" * 32)
    with pytest.raises(HeadFileError, match="head of"):
        run(other, model)
