from __future__ import annotations

import numpy as np
import pytest

from memory.context import find_situations, fit_contextual
from memory.errors import NotFoundError
from memory.learning import Rows, columns, fit, make_prior, row_influence
from tests.memory.builders import EMBEDDER, NAMES, VERSION, answer, direction, exchange, means

PRIOR = make_prior(NAMES)
D = len(columns(NAMES))


def some_rows(count: int, seed: int = 0) -> Rows:
    numbers = np.random.default_rng(seed)
    inputs = np.column_stack((numbers.normal(size=(count, D - 1)), np.ones(count)))
    labels = np.where(inputs[:, 1] + 0.7 * numbers.normal(size=count) > 0, 1.0, -1.0)
    return Rows(inputs, labels, numbers.uniform(0.3, 1.0, count))


@pytest.mark.parametrize("count", [5, 30, 120])
def test_the_newton_step_agrees_with_an_exact_refit(count):
    rows = some_rows(count)
    full = fit(rows, PRIOR)
    for column in (0, 1, D - 1):
        quick = row_influence(rows, PRIOR, full, np.eye(D)[column])
        exact = np.array(
            [
                full.mean[column] - fit(rows.take(np.delete(np.arange(count), i)), PRIOR).mean[column]
                for i in range(count)
            ]
        )
        assert np.corrcoef(quick, exact)[0, 1] > 0.99
        assert np.max(np.abs(quick - exact)) < 0.15 * np.max(np.abs(exact)) + 1e-3


def test_influence_in_context_agrees_with_an_exact_refit():
    rows = some_rows(40)
    vectors = np.array([direction(i) for i in range(40)])
    situations = find_situations(vectors)
    question, shares, column = direction(99), (0.3, 0.4), 1

    def taste(kept):
        everywhere = fit(rows.take(kept), PRIOR)
        here = fit_contextual(rows.take(kept), vectors[kept], situations, PRIOR, everywhere, shares)
        return everywhere, here

    everywhere, here = taste(np.arange(40))
    quick = here.influence(question, column) + here.shared * row_influence(
        rows, PRIOR, everywhere, np.eye(D)[column]
    )
    exact = []
    for i in range(40):
        _, without = taste(np.delete(np.arange(40), i))
        exact.append(here.at(question).mean[column] - without.at(question).mean[column])
    assert np.corrcoef(quick, exact)[0, 1] > 0.99


def test_the_evidence_behind_a_weight_is_named_strongest_first(store):
    up = exchange(store, features={"warm": 0.4}, label=1)
    down = exchange(store, features={"warm": -0.1}, label=-1)
    exchange(store, features={"warm": 0.0, "lists": 0.3}, label=1)
    other = answer(store, up.question, features={"warm": -0.2})
    pair = store.prefer(up.reply.id, other.id)
    found = store.influences(VERSION, "warm")
    assert found[0].message_id == up.reply.id
    assert found[0].shift > 0
    assert {(i.source_id, i.said) for i in found} >= {
        (store.feedback(up.reply.id).id, "up"),
        (store.feedback(down.reply.id).id, "down"),
        (pair.id, "preferred"),
    }
    assert [abs(i.shift) for i in found] == sorted((abs(i.shift) for i in found), reverse=True)
    assert len(store.influences(VERSION, "warm", limit=1)) == 1
    with pytest.raises(NotFoundError):
        store.influences(VERSION, "unheard of")


def test_removing_a_piece_of_evidence_moves_the_weight_by_about_its_influence(store):
    numbers = np.random.default_rng(0)
    for _ in range(20):
        features = dict(zip(NAMES, (numbers.normal(size=4) * 0.2).tolist(), strict=True))
        liked = features["warm"] + 0.1 * numbers.normal() > 0
        exchange(store, features=features, label=1 if liked else -1)
    before = means(store)[NAMES.index("warm"), 0]
    strongest = store.influences(VERSION, "warm")[0]
    store.undo_rating(strongest.message_id)
    moved = before - means(store)[NAMES.index("warm"), 0]
    assert moved == pytest.approx(strongest.shift, rel=0.25)


def test_a_reason_and_its_thumb_are_one_influence(store):
    said = exchange(store, features={"concise": -0.1}, label=-1, reasons=("too_long",), vector=direction(1))
    found = store.influences(VERSION, "concise", embedder=EMBEDDER, vector=direction(1))
    assert [i.source_id for i in found] == [store.feedback(said.reply.id).id]
    assert found[0].shift == pytest.approx(means(store)[0, 0], rel=0.25)
