"""What the steering tables say follows from the replies alone, and a stopped measurement goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine.calibration.corpus import SYSTEM
from engine.calibration.plan import Prompt
from engine.calibration.steering import (
    Cell,
    Reply,
    SteeringRun,
    cells,
)
from engine.calibration.steering_tables import effects, named, naming, table, told_apart
from engine.protocol import Generate, Generated, Guidance, Message, PrincipleWeight, Sampling

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from engine.principles import Principle
    from engine.session import Session

UNGUIDED = Cell("", 0.0, "unguided")


def replies() -> list[Reply]:
    """Replies whose length follows the weight, at a fluency cost of 0.1 nats at either end."""
    made = []
    for i in range(10):
        prompt, words = f"p{i}", 20 + i % 3
        made.append(Reply(UNGUIDED, prompt, "word " * words, -1.0, 0.0))
        for weight in (-1.0, -0.5, 0.5, 1.0):
            text = "word " * int(words - 10 * weight)
            made.append(Reply(Cell("concise", weight, "head"), prompt, text, -1.0 - 0.1 * abs(weight), 0.5))
    return made


def test_effects_are_paired_differences_toward_the_positive_pole() -> None:
    by_weight = {effect.cell.weight: effect for effect in effects(replies())}
    for weight, effect in by_weight.items():
        assert effect.mean == pytest.approx(10 * weight)
        assert effect.interval == pytest.approx(0.0, abs=1e-9), "every pair differs by the same"
        assert effect.fluency == pytest.approx(-0.1 * abs(weight))
        assert effect.n == 10


def test_an_effect_is_taken_from_the_mean_of_the_unguided_draws() -> None:
    """The second draw is a word longer and a nat less fluent: half of either is added to every effect's zero."""
    second = [
        Reply(replace(r.cell, draw=1), r.prompt, r.text + "word ", r.logprob - 1.0, r.changed)
        for r in replies()
        if r.cell == UNGUIDED
    ]
    for effect in effects([*second, *replies()]):
        weight = effect.cell.weight
        assert effect.mean == pytest.approx(10 * weight + 0.5), "fewer words are the positive pole"
        assert effect.fluency == pytest.approx(-0.1 * abs(weight) + 0.5)
        assert set(effect.still.values()) == {0.5}, "the first draw's own difference from the mean"
        assert effect.n == 10


def test_a_principle_with_unguided_answers_of_its_own_is_compared_with_these() -> None:
    others = [replace(r, text=r.text + "word " * 7, logprob=-9.0) for r in replies() if r.cell == UNGUIDED]
    own = [replace(r, cell=Cell("concise", 0.0, "unguided")) if r.cell == UNGUIDED else r for r in replies()]
    assert effects([*others, *own]) == effects(replies())


def test_the_table_counts_what_is_monotone_and_what_a_nat_buys() -> None:
    shown = table(effects(replies()))
    assert (
        "| concise | head | -10.00 ± 0.00 | -5.00 ± 0.00 | +5.00 ± 0.00 | +10.00 ± 0.00 | -0.10 / -0.10 |"
        in shown
    )
    assert shown.splitlines()[-1].endswith("| 1 of 1 | 1 of 1 | 1 of 1 | 0 of 0 |")
    swapped = [
        Reply(Cell(r.cell.principle, -r.cell.weight, r.cell.how), r.prompt, r.text, r.logprob, r.changed)
        if r.cell.principle
        else r
        for r in replies()
    ]
    assert table(effects(swapped)).splitlines()[-1].endswith("| 0 of 1 | 0 of 1 | 0 of 1 | 0 of 0 |")


def test_an_order_that_chance_may_have_turned_is_counted_apart() -> None:
    """At ½ answers are longer than unguided, on average by a word, but with every second prompt shorter."""
    noisy = [
        Reply(r.cell, r.prompt, "word " * (20 + (9 if int(r.prompt[1:]) % 2 else -7)), r.logprob, r.changed)
        if r.cell.weight == 0.5
        else r
        for r in replies()
    ]
    assert table(effects(noisy)).splitlines()[-1].endswith("| 0 of 1 | 1 of 1 | 1 of 1 | 0 of 0 |")


def test_an_order_that_may_be_chance_altogether_is_none() -> None:
    """A weight that moves every prompt by as much in one direction as in the other rises nowhere."""
    made = []
    for reply in replies():
        odd = (int(reply.prompt[1:]) + int(2 * reply.cell.weight)) % 2
        words = (25 if odd else 15) if reply.cell.principle else 20
        made.append(Reply(reply.cell, reply.prompt, "word " * words, -1.0, 0.0))
    assert table(effects(made)).splitlines()[-1].endswith("| 0 of 1 | 1 of 1 | 0 of 0 |")


def test_the_table_counts_where_a_way_is_stronger_than_the_prompt() -> None:
    weaker, stronger = (
        [
            Reply(Cell("concise", w, "prompt"), f"p{i}", "word " * int(20 + i % 3 - reach * w), -1.0, 0.0)
            for i in range(10)
            for w in (-1.0, 1.0)
        ]
        for reach in (5, 15)
    )
    assert table(effects(replies() + weaker)).splitlines()[-2].endswith("| 1 of 1 | 1 of 1 |")
    assert table(effects(replies() + stronger)).splitlines()[-2].endswith("| 1 of 1 | 0 of 1 |")


def test_a_feature_names_a_pole_by_its_sign() -> None:
    def reply(weight: float, feature: float | None) -> Reply:
        return Reply(Cell("warm", weight, "prompt"), "p", "Hello.", -1.0, 0.0, feature)

    shares = named([reply(1.0, 0.2), reply(-1.0, -0.1), reply(-1.0, 0.3), reply(1.0, 0.1), reply(1.0, None)])
    assert shares == {"warm": 0.75}
    assert "in 75% (warm 75%)" in naming(shares, shares)
    assert naming(named([reply(1.0, None)]), {}) == ""


def test_of_two_replies_to_one_prompt_the_higher_feature_is_the_positive_poles() -> None:
    def reply(prompt: str, weight: float, feature: float) -> Reply:
        return Reply(Cell("warm", weight, "prompt"), prompt, "Hello.", -1.0, 0.0, feature)

    both_above_zero = [reply("a", 1.0, 0.4), reply("a", -1.0, 0.1)]
    swapped = [reply("b", 1.0, -0.2), reply("b", -1.0, 0.1)]
    alone = [reply("c", 1.0, -0.2)]
    assert told_apart(both_above_zero) == {"warm": 1.0}
    assert told_apart([*both_above_zero, *swapped, *alone]) == {"warm": 0.5}


def test_a_measurement_goes_on_where_it_stopped(
    make_session: Callable[..., Session], principles: dict[str, Principle], tmp_path: Path
) -> None:
    session = make_session()
    chosen = [principles["concise"], principles["harmless_honest"]]
    todo = cells(chosen, ["prompt", "teacher"])
    assert len(todo) == 4 + 4 + 2 + 4
    prompts = [Prompt("a", "Hello."), Prompt("b", "How are you?")]
    whole = SteeringRun(tmp_path / "whole.jsonl", chosen, max_tokens=6)
    list(whole.run(session, todo, prompts))
    broken = SteeringRun(tmp_path / "broken.jsonl", chosen, max_tokens=6)
    steps = broken.run(session, todo, prompts)
    for _ in range(3):
        next(steps)
    steps.close()
    lines = (tmp_path / "broken.jsonl").read_text().splitlines()
    # Cut short by a kill in the middle of a line.
    (tmp_path / "broken.jsonl").write_text("\n".join([*lines[:-1], lines[-1][:16], ""]))
    list(broken.run(session, todo, prompts))
    assert sorted(map(str, broken.replies())) == sorted(map(str, whole.replies()))
    assert len(whole.replies()) == len(todo) * len(prompts)
    unguided = {
        (r.cell.principle, r.cell.draw, r.prompt): r.text for r in whole.replies() if r.cell.how == "unguided"
    }
    for (principle, draw, prompt), text in unguided.items():
        assert principle == "" or text.startswith(unguided["", draw, prompt]), "the same answer, cut later"
    assert any(len(text) > len(unguided["", draw, p]) for (name, draw, p), text in unguided.items() if name)


def test_side_by_side_every_cell_answers_as_it_would_alone(
    make_session: Callable[..., Session], principles: dict[str, Principle], tmp_path: Path
) -> None:
    session = make_session()
    concise = principles["concise"]
    prompts = [Prompt("a", "Hello."), Prompt("b", "How are you? " * 30)]
    run = SteeringRun(tmp_path / "replies.jsonl", [concise, principles["harmless_honest"]], max_tokens=12)
    list(run.run(session, cells([concise], ["prompt", "teacher"]), prompts))
    own = [r for r in run.replies() if r.cell.principle]  # twice as long as the others' unguided ones
    found = {(r.cell.how, r.cell.weight, r.prompt): r for r in own if r.cell.draw == 0}
    assert len({r.text for r in found.values()}) > len(found) / 2

    def alone(guidance: Guidance, instruction: str, seed: int) -> Generated:
        messages = (Message("system", SYSTEM), Message("user", prompts[seed].text))
        instructions = (instruction,) if instruction else ()
        command = Generate(
            1, messages, Sampling(max_tokens=24, seed=seed), guidance, instructions=instructions
        )
        *_, result = session.generate(command, lambda: False)
        assert isinstance(result, Generated)
        return result

    for seed, prompt in enumerate(prompts):
        unguided = alone(Guidance(), "", seed)
        assert found["unguided", 0.0, prompt.id].text == unguided.text
        drawn = [r.text for r in own if r.cell.how == "unguided" and r.prompt == prompt.id]
        assert len(set(drawn)) == len(drawn) == 4
        for weight in (-1.0, 1.0):
            told = alone(Guidance(), concise.pole(weight).instruction, seed)
            assert found["prompt", weight, prompt.id].text == told.text
            assert found["prompt", weight, prompt.id].logprob == pytest.approx(
                told.mean_base_logprob, abs=1e-3
            )
            taught = alone(Guidance("teacher", 1.0, (PrincipleWeight(concise, weight),)), "", seed)
            assert found["teacher", weight, prompt.id].text == taught.text
            assert found["teacher", weight, prompt.id].changed == pytest.approx(taught.changed_share)
