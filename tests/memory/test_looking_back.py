from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from memory.looking_back import FEWEST_AVERAGED, MOST_POINTS, look_back
from tests.memory.builders import NAMES, VERSION, answer, exchange, means


def rate_some(store, count: int, seed: int = 0, noise: float = 0.05, shift: float = 0.0) -> None:
    numbers = np.random.default_rng(seed)
    for _ in range(count):
        features = dict(zip(NAMES, (numbers.normal(size=4) * 0.2).tolist(), strict=True))
        liked = features["warm"] + shift + noise * numbers.normal() > 0
        exchange(store, features=features, label=1 if liked else -1)


def looked(store, **options):
    evidence, names = store.evidence(VERSION)
    return look_back(evidence, names, **options)


def test_no_rating_no_curve(store):
    assert looked(store) == ()
    exchange(store, features={"warm": 0.1})
    assert looked(store) == ()


@pytest.mark.parametrize("count", [1, 2, 7, 40, 90])
def test_every_rating_lies_between_two_points(store, count):
    rate_some(store, count)
    points = looked(store)
    assert len(points) <= MOST_POINTS
    assert [p.ratings for p in points] == sorted({p.ratings for p in points})
    assert points[-1].ratings == count
    sources = [source for point in points for source in point.sources]
    assert len(sources) == len(set(sources)) == count
    assert all(0 <= p.foreseen <= 1 and 0 <= p.usual <= 1 and p.averaged <= p.ratings for p in points)
    assert all(np.all(p.low <= p.mean) and np.all(p.mean <= p.high) for p in points)


def test_the_last_point_is_what_is_believed_now(store):
    rate_some(store, 30)
    last = looked(store)[-1]
    assert np.column_stack((last.mean, last.low, last.high)) == pytest.approx(means(store)[:, :3], abs=1e-6)


def test_a_point_knows_nothing_of_what_came_later(store):
    rate_some(store, 20)
    early = looked(store, most=20)[-1]
    rate_some(store, 20, seed=1)
    (same,) = [p for p in looked(store, most=400) if p.ratings == 20]
    # Only how replies compare with each other is told from later ones, too: see ``features``.
    assert same.mean == pytest.approx(early.mean, abs=0.12)
    assert same.sources[-1] == early.sources[-1]


def test_taste_that_can_be_learned_is_foreseen_and_chance_is_not(store, clock):
    rate_some(store, 120)
    learned = looked(store)
    assert learned[-1].foreseen > 0.75 > learned[-1].usual
    assert learned[0].averaged == learned[0].ratings >= FEWEST_AVERAGED


def test_always_up_is_the_usual_guess(store):
    rate_some(store, 60, shift=0.15)
    labels = [store.feedback(reply).label for reply in reversed(store.unscored("another version"))]
    ups = np.cumsum(np.array(labels) > 0)
    last = looked(store, most=1000)[-1]
    newest = range(60 - last.averaged, 60)
    assert all(ups[i - 1] > i / 2 for i in newest)
    assert last.usual == pytest.approx(np.mean([labels[i] > 0 for i in newest]))


def test_comparisons_count_once_and_what_thumbs_imply_does_not(store):
    up = exchange(store, features=dict.fromkeys(NAMES, 0.1), label=1)
    answer(store, up.question, features=dict.fromkeys(NAMES, -0.1), label=-1, reasons=("too_long",))
    assert looked(store)[-1].ratings == 2
    other = answer(store, up.question, features=dict.fromkeys(NAMES, 0.3))
    store.prefer(up.reply.id, other.id)
    assert looked(store)[-1].ratings == 3


def test_evidence_is_as_old_as_it_was(store, clock):
    rate_some(store, 15)
    before = looked(store)[-1]
    clock.now += timedelta(days=400)
    exchange(store, features=dict.fromkeys(NAMES, 0.0), label=1)
    (same,) = [p for p in looked(store, most=400) if p.ratings == 15]
    assert same.high - same.low == pytest.approx(before.high - before.low, abs=0.1)


def test_what_was_withdrawn_can_be_put_back_as_it_was(store):
    rate_some(store, 12)
    before, evidence = means(store), store.influences(VERSION, "warm")
    gone = store.withdraw(evidence[0].source_id)
    assert means(store)[NAMES.index("warm"), 0] != pytest.approx(before[NAMES.index("warm"), 0], abs=1e-4)
    store.put_back(gone)
    assert means(store) == pytest.approx(before, abs=1e-9)
    assert store.influences(VERSION, "warm")[0].source_id == evidence[0].source_id


def test_a_pair_is_withdrawn_and_put_back_and_a_newer_thumb_stays(store):
    up = exchange(store, features=dict.fromkeys(NAMES, 0.1), label=1)
    other = answer(store, up.question, features=dict.fromkeys(NAMES, -0.1))
    pair = store.prefer(up.reply.id, other.id)
    assert store.withdraw(pair.id) == pair
    assert store.pairs(up.reply.id) == ()
    store.put_back(pair)
    assert store.pairs(up.reply.id) == (pair,)
    thumb = store.withdraw(store.feedback(up.reply.id).id)
    newer = store.rate(up.reply.id, -1)
    store.put_back(thumb)
    assert store.feedback(up.reply.id) == newer


def test_rated_replies_come_in_order_with_their_words(store):
    first = exchange(store, question="Why?", reply="Because.", features={"warm": 0.2}, label=1)
    second = answer(
        store, first.question, reply="Since.", features={"warm": 0.1}, label=-1, reasons=("too_long",)
    )
    pair = store.prefer(first.reply.id, second.id)
    ids = [pair.id, store.feedback(second.id).id, "unheard of", store.feedback(first.reply.id).id]
    found = store.rated_replies(ids)
    assert [(r.question, r.reply, r.said) for r in found] == [
        ("Why?", "Because.", "preferred"),
        ("Why?", "Since.", "down"),
        ("Why?", "Because.", "up"),
    ]
    assert found[1].reasons == ("too_long",)
