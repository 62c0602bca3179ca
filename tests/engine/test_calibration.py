"""A calibration works on a model nobody prepared it for, loses nothing when killed, and its head guides."""

from __future__ import annotations

import json
import multiprocessing
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.calibration.fit_data import FitOptions
from engine.calibration.gain import expected_loss, gain_for_budget, gains_for_budget
from engine.calibration.job import CalibrationJob
from engine.calibration.plan import Effort, Prompt, judged, load_prompts, units
from engine.chat_template import ChatTemplate
from engine.errors import BadPromptsError, HeadFileError
from engine.llama import Aborted, LlamaModel
from engine.openings import EMPHASIS
from engine.output_rows import OutputRows, find_output
from engine.protocol import (
    Calibrate,
    Generate,
    Generated,
    Guidance,
    Load,
    Message,
    PrincipleWeight,
    Sampling,
    Score,
)
from engine.rewards.head import Head
from engine.rewards.head_file import load_head
from engine.session import Session
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.principles import Principle

EFFORT = Effort(plain=6, pairs_per_principle=2, guided=4, judges=1, reply_tokens=24, trials=2)
OPTIONS = FitOptions(epochs=2, rank=8, width=8)
# Another vocabulary size, another width and an output layer of its own.
SECOND = TinyModel(vocabulary=2048, width=96, tied=False, seed=7)


@pytest.fixture(scope="module")
def second_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return SECOND.write(tmp_path_factory.mktemp("second") / "second.gguf")


@pytest.fixture(scope="module")
def second(second_path: Path) -> Iterator[LlamaModel]:
    model = LlamaModel(second_path)
    yield model
    model.close()


@pytest.fixture
def prompts_path(tmp_path: Path) -> Path:
    path = tmp_path / "prompts.jsonl"
    rows = [{"id": f"t{i:02d}", "prompt": f"Tell me something about the number {i}."} for i in range(24)]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def job(
    tmp_path: Path, second_path: Path, prompts_path: Path, principles: dict[str, Principle]
) -> CalibrationJob:
    chosen = tuple(principles[name] for name in ("concise", "warm", "harmless_honest"))
    return CalibrationJob(
        second_path,
        "ab" * 32,
        tmp_path / "work",
        tmp_path / "heads",
        prompts_path,
        chosen,
        EFFORT,
        1,
        OPTIONS,
    )


def run(job: CalibrationJob, model: LlamaModel) -> int:
    return sum(1 for _ in job.run(model, ChatTemplate(model), lambda: False))


def head_path(job: CalibrationJob) -> Path:
    return next(job.heads.glob("*.safetensors"))


def test_a_second_model_is_calibrated_and_guided_without_a_code_change(
    second_path: Path, prompts_path: Path, principles: dict[str, Principle], tmp_path: Path
) -> None:
    session = Session(Load(1, str(second_path), context_length=512, threads=1), lambda *_: True)
    try:
        chosen = tuple(principles[name] for name in ("concise", "warm", "harmless_honest"))
        command = Calibrate(
            2, str(tmp_path / "work"), str(tmp_path / "heads"), str(prompts_path), chosen,
            plain=4, pairs_per_principle=1, guided=2, reply_tokens=16, trials=1,
        )  # fmt: skip
        assert session.loaded.head_version == ""
        *_, last = session.calibrate(command, lambda: False)
        assert session.loaded.head_version
        assert {name for name, _, _ in last.principles} == {p.name for p in chosen}

        def answer(weight: float, strength: float = 1.0) -> Generated:
            guidance = Guidance(
                "head",
                strength,
                (PrincipleWeight(principles["warm"], weight),),
                principles["harmless_honest"],
            )
            sampling = Sampling(max_tokens=24, seed=5)
            *_, result = session.generate(
                Generate(3, (Message("user", "Hello."),), sampling, guidance, trace=True), lambda: False
            )
            assert isinstance(result, Generated)
            return result

        guided, plain = answer(1.0), answer(0.0)
        assert guided.used == (("warm", 1.0),)
        assert guided.changed_share > 0
        assert plain.token_ids == answer(1.0, strength=0.0).token_ids
        assert answer(1.0).token_ids == guided.token_ids
        for token in guided.trace:
            assert sum(token.guided) == pytest.approx(1.0)
            assert token.guided[token.chosen] > 0
            assert len(token.shares) == 1
        scored = session.score(
            Score(4, (Message("user", "Hello."),), "Good day to you!", chosen, "head"),
            lambda: False,
            lambda _: None,
        )
        assert dict(scored.features).keys() == {p.name for p in chosen}
        assert scored.reward_version == session.loaded.head_version
    finally:
        session.close()


def test_a_head_is_found_again_and_only_for_its_own_model(
    job: CalibrationJob, second: LlamaModel, second_path: Path, tiny_path: Path
) -> None:
    run(job, second)
    path = head_path(job)
    assert path.stat().st_size < 300_000
    header = load_head(path, job.model_sha256).header
    assert header.emphasis == EMPHASIS
    steered, fixed = header.principles[:-1], header.principles[-1]
    assert all(p.gain > 0 and p.gain_negative > 0 for p in steered)
    assert fixed.gain == fixed.gain_negative, "the values cap's scale is the same for every state"
    with pytest.raises(HeadFileError, match="head of"):
        load_head(path, "cd" * 32)
    broken = path.with_name("broken.safetensors")
    broken.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(HeadFileError) as error:
        load_head(broken, job.model_sha256)
    assert "damaged" in error.value.user_message


def test_other_gains_steer_otherwise_and_leave_the_features_version(
    job: CalibrationJob, second: LlamaModel, second_path: Path
) -> None:
    run(job, second)
    file = load_head(head_path(job), job.model_sha256)
    warm = replace(file.header.principles[1], gain=3.0, gain_negative=2.0)
    plain = replace(file.header.principles[0], gain=5.0, gain_negative=0.0)
    header = replace(
        file.header, principles=(plain, warm, file.header.principles[2]), features=file.header.features
    )
    again = job.heads / "again.safetensors"
    replace(file, header=header).save(again)

    before, after = (Head(load_head(path, job.model_sha256), second_path) for path in (head_path(job), again))

    assert after.version == before.version
    assert load_head(again, job.model_sha256).digest != file.digest
    assert after.strengths([1, 1, 0, 0], np.array([0.5, -1.0, 1.0, -1.0])) == pytest.approx([1.5, -2, 5, -5])


@pytest.mark.parametrize("steps", [1, 4, 9, 15, 30])
def test_stopping_anywhere_and_resuming_gives_the_head_of_an_unbroken_run(
    job: CalibrationJob, second: LlamaModel, tmp_path: Path, steps: int
) -> None:
    unbroken = replace(job, folder=tmp_path / "unbroken", heads=tmp_path / "unbroken_heads")
    total = run(unbroken, second)
    assert total > steps
    calls = 0

    def stop() -> bool:
        nonlocal calls
        calls += 1
        return calls > steps * 8

    with pytest.raises(Aborted):
        for _ in job.run(second, ChatTemplate(second), stop):
            pass
    before = {p.relative_to(job.folder): p.stat().st_mtime_ns for p in job.folder.rglob("*.npz")}
    run(job, second)
    after = {p.relative_to(job.folder): p.stat().st_mtime_ns for p in job.folder.rglob("*.npz")}
    assert before.items() <= after.items(), "work that was done is not done again"
    assert not list(job.folder.rglob("*.part"))
    ours, theirs = (load_head(head_path(j), job.model_sha256).arrays for j in (job, unbroken))
    for name, array in theirs.items():
        np.testing.assert_array_equal(ours[name], array)
    one, other = (load_head(head_path(j), job.model_sha256).header for j in (job, unbroken))
    assert [(p.gain, p.gain_negative) for p in one.principles] == [
        (p.gain, p.gain_negative) for p in other.principles
    ]


def test_one_more_principle_leaves_what_is_there_alone(
    job: CalibrationJob, second: LlamaModel, principles: dict[str, Principle]
) -> None:
    run(job, second)
    before = {p: p.stat().st_mtime_ns for p in job.folder.rglob("*.npz")}
    more = replace(job, principles=(*job.principles, principles["lists"]))
    run(more, second)
    assert all(p.stat().st_mtime_ns == at for p, at in before.items())
    names = [p.name for p in load_head(head_path(more), job.model_sha256).header.principles]
    assert names == ["concise", "warm", "harmless_honest", "lists"]


def test_a_head_learns_what_it_lacks_and_keeps_all_that_it_knows(
    job: CalibrationJob,
    second: LlamaModel,
    second_path: Path,
    principles: dict[str, Principle],
    tmp_path: Path,
) -> None:
    run(job, second)
    present = load_head(head_path(job), job.model_sha256)
    lists, formal = principles["lists"], principles["formal"]
    more = replace(
        job,
        folder=tmp_path / "more",
        heads=tmp_path / "more_heads",
        principles=(lists, *job.principles[1:], formal),  # one of those that it knows is gone
        present=present,
    )
    stages = list(
        dict.fromkeys(step.stage.name for step in more.run(second, ChatTemplate(second), lambda: False))
    )
    assert "Making a first version" not in stages, "the present head guides the practising"
    judged_by = {path.parent.name.rpartition("-")[0] for path in more.folder.rglob("teacher/*/*.npz")}
    assert judged_by == {"lists", "formal"}

    file = load_head(head_path(more), job.model_sha256)
    assert [p.name for p in file.header.principles] == ["lists", "warm", "harmless_honest", "formal"]
    assert file.header.principles[1:3] == present.header.principles[1:3]
    for name in ("p", "q", "mean", "scale"):
        np.testing.assert_array_equal(file.arrays[name], present.arrays[name])
    for name in ("a", "b"):
        np.testing.assert_array_equal(file.arrays[name][1:3], present.arrays[name][1:3])
        assert np.abs(file.arrays[name][[0, 3]]).max() > 0
    before, after = Head(present, second_path), Head(file, second_path)
    assert after.version != before.version, "its features are measured in another way now"

    assert run(more, second) == 0, "nothing is left to do"
    once_more = replace(more, present=file, principles=(*more.principles, principles["humorous"]))
    run(once_more, second)
    last = load_head(head_path(once_more), job.model_sha256)
    np.testing.assert_array_equal(last.arrays["a"][:4], file.arrays["a"])


def test_an_extension_that_was_stopped_is_fitted_anew_onto_another_head(
    job: CalibrationJob, second: LlamaModel, principles: dict[str, Principle], tmp_path: Path
) -> None:
    run(job, second)
    present = load_head(head_path(job), job.model_sha256)
    wider = replace(
        job, principles=(*job.principles, principles["lists"]), present=present, heads=tmp_path / "wider"
    )
    run(wider, second)
    other = replace(present, arrays={**present.arrays, "p": 2 * present.arrays["p"]})
    run(replace(wider, present=other), second)
    fitted = load_head(head_path(wider), job.model_sha256)
    np.testing.assert_array_equal(fitted.arrays["p"], other.arrays["p"])
    np.testing.assert_array_equal(fitted.arrays["a"][:3], present.arrays["a"])


def test_plans_depend_on_the_seed_alone_and_serve_both_poles(principles: dict[str, Principle]) -> None:
    prompts = [Prompt(f"p{i}", "x") for i in range(40)]
    chosen = list(principles.values())
    plan = units("pole", prompts, chosen, EFFORT)
    assert plan == units("pole", prompts, chosen, EFFORT)
    assert len({unit.id for unit in plan}) == len(plan) == 2 * 2 * len(chosen)
    for positive, negative in zip(plan[::2], plan[1::2], strict=True):
        assert (positive.prompt, positive.principle) == (negative.prompt, negative.principle)
        assert (positive.sign, negative.sign) == (1, -1)
        assert judged(positive, positive.principle, chosen, EFFORT)


def test_output_rows_are_the_models_own(second_path: Path, second: LlamaModel) -> None:
    rows = OutputRows(second_path, find_output(second_path))
    expected = SECOND.weights()["lm_head.weight"]
    np.testing.assert_array_equal(rows.read(np.array([0, 5, 2047])), expected[[0, 5, 2047]])
    mean, scale = rows.moments()
    np.testing.assert_allclose(mean, expected.mean(0), atol=1e-6)
    assert scale == pytest.approx((expected - expected.mean(0)).std(), rel=1e-4)


def test_the_gain_meets_the_fluency_budget() -> None:
    rng = np.random.default_rng(0)
    pi = rng.dirichlet(np.ones(10), size=500)
    phi = rng.normal(size=(500, 10)) * 0.2
    gain = gain_for_budget(pi, phi, 0.3)
    both = expected_loss(pi, phi, gain) + expected_loss(pi, phi, -gain)
    assert both / 2 == pytest.approx(0.3, abs=1e-3)
    assert gain_for_budget(pi, 2 * phi, 0.3) == pytest.approx(gain / 2, rel=1e-3)


def test_each_end_has_the_gain_that_meets_the_budget_there() -> None:
    """A feature that leans to what is probable costs less to follow than to go against."""
    rng = np.random.default_rng(0)
    pi = rng.dirichlet(np.ones(10), size=500)
    phi = rng.normal(size=(500, 10)) * 0.2 + 0.02 * np.log(pi)
    negative, positive = gains_for_budget(pi, phi, 0.3)
    assert negative < positive
    assert expected_loss(pi, phi, positive) == pytest.approx(0.3, abs=1e-3)
    assert expected_loss(pi, phi, -negative) == pytest.approx(0.3, abs=1e-3)


def test_an_end_that_costs_nothing_is_bounded() -> None:
    pi = np.random.default_rng(0).dirichlet(np.ones(10), size=500)
    phi = np.log(pi)  # toward 1 there is only gain in fluency
    both = gain_for_budget(pi, phi, 0.3)
    assert gains_for_budget(pi, phi, 0.3)[1] == pytest.approx(2 * both)


def test_prompts_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text('{"id": "a"}')
    with pytest.raises(BadPromptsError, match=r"p\.jsonl"):
        load_prompts(path)


def _work(job: CalibrationJob) -> None:
    model = LlamaModel(job.model_path)
    run(job, model)


@pytest.mark.parametrize("files", [1, 7, 20])
def test_a_killed_calibration_loses_at_most_the_reply_it_was_at(
    job: CalibrationJob, second: LlamaModel, files: int
) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_work, args=(job,))
    process.start()
    deadline = time.monotonic() + 60
    while len(list(job.folder.rglob("*.npz"))) < files:
        assert process.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.kill()
    process.join()
    replies = job.folder / "replies"
    complete = {path.stem for path in replies.glob("*.npz")}
    before = {path: path.stat().st_mtime_ns for path in job.folder.rglob("*.npz")}
    for path in before:
        with np.load(path) as arrays:
            assert all(np.isfinite(arrays[name]).all() for name in arrays.files)
    run(job, second)
    assert complete <= {path.stem for path in replies.glob("*.npz")}
    assert all(path.stat().st_mtime_ns == at for path, at in before.items())
    assert load_head(head_path(job), job.model_sha256).header.states > 0
