"""A calibration at size: what torch reads in batches is what llama.cpp reads alone, and nothing done is done again."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from engine.calibration.at_size import gathering
from engine.calibration.at_size.guidance import HeadTilt, TorchHead
from engine.calibration.at_size.plan import planned
from engine.calibration.at_size.rounds import RoundFolder
from engine.calibration.at_size.torch_model import TorchModel, batches
from engine.calibration.corpus import Reader, question
from engine.calibration.fit_data import FitOptions
from engine.calibration.job import CalibrationJob
from engine.calibration.plan import Effort, Prompt
from engine.chat_template import ChatTemplate
from engine.llama import Aborted, LlamaContext, LlamaModel
from engine.openings import EMPHASIS
from engine.output_rows import OutputRows, find_output
from engine.rewards.head import Head
from engine.rewards.head_file import HeadFile, HeadHeader, HeadPrinciple, load_head
from tests.tiny_model import TinyModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from engine.principles import Principle

# An output layer of its own, so that hidden states and rows come from different places.
MODEL = TinyModel(vocabulary=2048, width=96, tied=False, seed=7)
PROMPTS = tuple(
    Prompt(f"t{i:02d}", "Tell me about " + "the sea and " * (i % 4) + f"number {i}.") for i in range(12)
)
SHA256 = "ab" * 32
REPLIES = 48
KV = 0.03  # what llama.cpp rounds off by keeping keys and values in half precision, where states have unit variance


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return MODEL.write(tmp_path_factory.mktemp("at_size") / "model.gguf")


@pytest.fixture(scope="module")
def llama(path: Path) -> Iterator[LlamaModel]:
    model = LlamaModel(path)
    yield model
    model.close()


@pytest.fixture(scope="module")
def in_torch(path: Path) -> TorchModel:
    return TorchModel(path)


@pytest.fixture
def chosen(principles: dict[str, Principle]) -> tuple[Principle, ...]:
    return tuple(principles[name] for name in ("concise", "warm", "harmless_honest"))


@pytest.fixture(autouse=True)
def small_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "ROUND", 16)


def never() -> bool:
    return False


def replies(count: int) -> list[list[int]]:
    rng = np.random.default_rng(1)
    return [rng.integers(100, 400, size=int(rng.integers(1, 40))).tolist() for _ in range(count)]


def random_head(path: Path, chosen: Sequence[Principle]) -> HeadFile:
    place = find_output(path)
    row_mean, row_scale = OutputRows(path, place).moments()
    rng = np.random.default_rng(3)

    def normal(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    header = HeadHeader(
        SHA256, "llama", tuple(HeadPrinciple(p.name, p.poles_hash, 2.0, 0.1, 0.9) for p in chosen), place, row_scale,
        0.3, 100, emphasis=EMPHASIS,
    )  # fmt: skip
    arrays = {
        "mean": normal(96), "scale": np.ones(96, np.float32), "row_mean": row_mean, "p": normal(8, 96) / 10,
        "q": normal(16, 96) / 10, "a": normal(len(chosen), 8, 16), "b": normal(len(chosen), 8),
    }  # fmt: skip
    return HeadFile(header, arrays)


def job(tmp_path: Path, path: Path, chosen: tuple[Principle, ...], **effort: int) -> CalibrationJob:
    prompts = tmp_path / "prompts.jsonl"
    prompts.write_text(
        "\n".join(json.dumps({"id": p.id, "prompt": p.text}) for p in PROMPTS), encoding="utf-8"
    )
    return CalibrationJob(
        path, SHA256, tmp_path / "work", tmp_path / "heads", prompts, chosen,
        Effort(**{"reply_tokens": 12, "trials": 0, "at_size": REPLIES, **effort}), 1,
        FitOptions(epochs=2, rank=8, width=8, batch=64),
    )  # fmt: skip


def run(
    work: CalibrationJob, llama: LlamaModel, should_abort: Callable[[], bool] = never
) -> list[tuple[str, int]]:
    return [(step.stage.name, step.done) for step in work.run(llama, ChatTemplate(llama), should_abort)]


def test_states_in_a_batch_are_those_that_llama_cpp_reads_alone(
    llama: LlamaModel, in_torch: TorchModel
) -> None:
    template, said = ChatTemplate(llama), replies(len(PROMPTS))
    context = LlamaContext(llama, n_cells=1024, n_sequences=2, threads=1, hidden=True)
    try:
        reader = Reader(context, template, never)
        alone = [reader.states(p.text, reply) for p, reply in zip(PROMPTS, said, strict=True)]
    finally:
        context.close()

    hidden = in_torch.states([template.tokens(question(p.text)) for p in PROMPTS], said, never)
    logits, ids = in_torch.best(hidden, 16)

    np.testing.assert_allclose(hidden.numpy(), np.concatenate([s.hidden for s in alone]), atol=KV)
    np.testing.assert_allclose(logits.numpy(), np.concatenate([s.logits[:, :-1] for s in alone]), atol=3 * KV)
    same = (ids.numpy()[:, 0] == np.concatenate([s.ids[:, 0] for s in alone])).mean()
    assert same > 0.98, "but where two are as likely"


def test_the_teachers_features_are_those_of_the_reader(
    path: Path, llama: LlamaModel, in_torch: TorchModel, chosen: tuple[Principle, ...], tmp_path: Path
) -> None:
    template = ChatTemplate(llama)
    gathered = gathering.Gathering(
        tmp_path,
        path,
        llama,
        template,
        PROMPTS,
        chosen,
        Effort(reply_tokens=12, at_size=REPLIES),
        None,
        never,
    )
    assert list(gathered.run())[-1] == (REPLIES, REPLIES)
    made = RoundFolder(tmp_path).read(1)
    context = LlamaContext(llama, n_cells=1024, n_sequences=2, threads=1, hidden=True)
    compared = 0
    try:
        reader = Reader(context, template, never)
        ends = np.cumsum(made.lengths)
        for unit, end, n, known in zip(made.units, ends, made.lengths, made.known, strict=True):
            here = slice(end - n, end)
            reader.hold(unit.prompt.text)
            for k in np.flatnonzero(known):
                poles = (chosen[k].positive.instruction, chosen[k].negative.instruction)
                said = made.ids[here, -1].tolist()
                expected = reader.judge(unit.prompt.text, said, made.ids[here], poles)
                np.testing.assert_allclose(made.phi[here, :, k], expected, atol=6 * KV)
                compared += 1
            assert not made.phi[here][..., ~known].any()
    finally:
        context.close()
    assert compared >= len(made.units)


def test_a_reply_does_not_depend_on_what_else_is_in_the_batch(
    llama: LlamaModel, in_torch: TorchModel
) -> None:
    """One choice leaves nothing to chance: the greedy reply, however much padding stands before its prompt."""
    template = ChatTemplate(llama)
    tokens = [template.tokens(question(p.text)) for p in PROMPTS]
    assert len(set(map(len, tokens))) > 2

    def greedy(prompts: list[list[int]]) -> list[list[int]]:
        return in_torch.sample(
            prompts, 10, 1, 1.0, frozenset({2047}), torch.Generator().manual_seed(0), never
        )

    together = greedy(tokens)
    assert together == [greedy([prompt])[0] for prompt in tokens]
    assert all(len(reply) == 10 for reply in together)


def test_a_reply_ends_with_its_ending_token(llama: LlamaModel, in_torch: TorchModel) -> None:
    tokens = [ChatTemplate(llama).tokens(question(p.text)) for p in PROMPTS]
    ends = frozenset(range(0, 2048, 3))
    made = in_torch.sample(tokens, 30, 20, 1.0, ends, torch.Generator().manual_seed(0), never)

    assert any(len(reply) < 30 for reply in made)
    for reply in made:
        assert not ends & set(reply[:-1])
        assert len(reply) == 30 or reply[-1] in ends


def test_a_batch_is_guided_as_the_product_guides_one_reply(
    path: Path, llama: LlamaModel, in_torch: TorchModel, chosen: tuple[Principle, ...]
) -> None:
    file = random_head(path, chosen)
    head = Head(file, path)
    folded = [head.fold([0], np.array([1.5])), head.fold([0, 1], np.array([-0.5, 2.0]))]
    tilt = HeadTilt(TorchHead(file, in_torch.output), folded, llama.piece)
    hidden = np.random.default_rng(0).normal(size=(2, 96)).astype(np.float32)
    ids = np.array([[5, 300, 7], [900, 2047, 5]])

    opening = tilt(torch.from_numpy(hidden), torch.from_numpy(ids)).numpy()
    tilt.say([next(t for t in range(2000) if llama.piece(t) == b"a")] * 2)
    within = tilt(torch.from_numpy(hidden), torch.from_numpy(ids)).numpy()

    expected = np.stack(
        [
            head.tokens(row.tolist()) @ (a @ head.state(h) + b)
            for row, h, (a, b) in zip(ids, hidden, folded, strict=True)
        ]
    )
    np.testing.assert_allclose(within, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(opening, EMPHASIS * expected, rtol=1e-4, atol=1e-5)


def test_a_plan_serves_every_principle_and_every_part_is_like_the_whole(
    principles: dict[str, Principle],
) -> None:
    several = list(principles.values())
    own = [f"What about {i}?" for i in range(20)]
    every = planned(PROMPTS, own, several, 10_000, 0, guided=True)

    assert len({unit.id for unit in every}) == len(every)
    assert planned(PROMPTS, own, several, 60, 0, guided=True) == every[:60]
    for first, second in itertools.pairwise(every):
        if first.sign > 0:
            assert (second.prompt, second.principle, second.sign) == (first.prompt, first.principle, -1)
    kinds = [unit.kind for unit in every]
    for kind in ("plain", "pole", "guided"):
        assert kinds[: len(kinds) // 2].count(kind) == pytest.approx(kinds.count(kind) / 2, rel=0.25)
    assert not any(unit.kind == "guided" for unit in planned(PROMPTS, own, several, 10_000, 0, guided=False))
    assert {unit.principle for unit in every if unit.sign} == {p.name for p in several}


def test_the_model_writes_prompts_of_its_own_which_are_answered_too(
    path: Path,
    llama: LlamaModel,
    chosen: tuple[Principle, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The tiny model hardly ever ends a turn by itself, so one token in seven ends it here."""
    monkeypatch.setattr(gathering.Gathering, "_ends", frozenset(range(3, 2048, 7)))
    effort = Effort(reply_tokens=4, at_size=400)
    monkeypatch.setattr(gathering, "ROUND", 400)
    gathered = gathering.Gathering(
        tmp_path, path, llama, ChatTemplate(llama), PROMPTS, chosen, effort, None, never
    )
    list(gathered.run())

    folder = RoundFolder(tmp_path)
    own = folder.prompts()
    assert own
    assert len(set(own)) == len(own)
    assert all(text.strip() and "\ufffd" not in text for text in own)
    asked = {unit.prompt.text for unit in folder.read(0).units}
    assert set(own) <= asked
    assert {p.text for p in PROMPTS} <= asked


def test_batches_hold_everything_once_and_no_more_than_they_may() -> None:
    lengths = np.random.default_rng(0).integers(1, 50, size=300).tolist()
    found = list(batches(lengths, 200))
    assert sorted(i for batch in found for i in batch) == list(range(300))
    assert all(len(batch) * max(lengths[i] for i in batch) <= 200 for batch in found)
    assert list(batches([500], 200)) == [[0]], "what is longer goes alone"


def test_a_head_is_made_at_size_and_the_next_one_practises_under_it(
    path: Path, llama: LlamaModel, chosen: tuple[Principle, ...], tmp_path: Path
) -> None:
    work = job(tmp_path, path, chosen, trials=1)
    steps = run(work, llama)
    names = list(dict.fromkeys(name for name, _ in steps))
    assert names == ["Reading how the model answers", "Learning from it", "Finding how strong each may be"]
    file = load_head(next(work.heads.iterdir()), SHA256)
    assert [p.name for p in file.header.principles] == [p.name for p in chosen]
    folder = RoundFolder(work.folder / "at-size")
    made = [folder.read(i) for i in range(3)]
    assert file.header.states == sum(len(round_.hidden) for round_ in made)
    assert not any(unit.kind == "guided" for round_ in made for unit in round_.units)
    asked = {unit.prompt.text for round_ in made for unit in round_.units}
    assert asked - {p.text for p in PROMPTS} <= set(folder.prompts() or [])

    (tmp_path / "again").mkdir()
    again = replace(job(tmp_path / "again", path, chosen), present=file)
    run(again, llama)
    later = RoundFolder(again.folder / "at-size")
    assert any(unit.kind == "guided" for i in range(3) for unit in later.read(i).units)


@pytest.mark.parametrize("checks", [1, 40, 120])
def test_stopping_and_going_on_gives_what_an_unbroken_run_gives(
    path: Path, llama: LlamaModel, chosen: tuple[Principle, ...], tmp_path: Path, checks: int
) -> None:
    (tmp_path / "unbroken").mkdir()
    unbroken = job(tmp_path / "unbroken", path, chosen)
    run(unbroken, llama)
    work = job(tmp_path, path, chosen)
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > checks

    with pytest.raises(Aborted):
        run(work, llama, stop)
    before = {file: file.stat().st_mtime_ns for file in (work.folder / "at-size").glob("round-*.npz")}
    assert len(before) < 3
    run(work, llama)

    assert all(file.stat().st_mtime_ns == at for file, at in before.items()), (
        "work that was done is not done again"
    )
    assert not list(work.folder.rglob("*.part"))
    ours, theirs = (load_head(next(j.heads.iterdir()), SHA256).arrays for j in (work, unbroken))
    for name, array in theirs.items():
        np.testing.assert_allclose(ours[name], array, rtol=1e-3, atol=1e-4)
    assert run(work, llama) == [], "nothing is left to do"


def test_more_replies_use_those_that_are_there_and_fit_anew(
    path: Path, llama: LlamaModel, chosen: tuple[Principle, ...], tmp_path: Path
) -> None:
    run(job(tmp_path, path, chosen), llama)
    few = load_head(next((tmp_path / "heads").iterdir()), SHA256).header.states
    next((tmp_path / "heads").iterdir()).unlink()
    first = tmp_path / "work" / "at-size" / "round-0000.npz"
    at = first.stat().st_mtime_ns
    run(job(tmp_path, path, chosen, at_size=REPLIES + 16), llama)
    assert first.stat().st_mtime_ns == at
    assert load_head(next((tmp_path / "heads").iterdir()), SHA256).header.states > few
