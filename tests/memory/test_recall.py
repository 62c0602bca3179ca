from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.recall import VectorIndex
from tests.memory.builders import direction


def test_nearest_is_exact():
    numbers = np.random.default_rng(0)
    vectors = numbers.normal(size=(500, 24)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = VectorIndex(24)
    for row, vector in enumerate(vectors):
        index.add(str(row), vector)
    query = direction(99, 24)
    cosines = vectors @ query
    expected = np.argsort(-cosines)[:10]
    found = index.nearest(query, 10)
    assert [int(name) for name, _ in found] == expected.tolist()
    np.testing.assert_allclose([c for _, c in found], cosines[expected], rtol=1e-6)


def test_the_floor_cuts_and_the_count_caps():
    index = VectorIndex(2)
    index.add("same", np.array([1, 0], dtype=np.float32))
    index.add("other", np.array([0, 1], dtype=np.float32))
    query = np.array([1, 0], dtype=np.float32)
    assert index.nearest(query, 5, floor=0.5) == (("same", 1.0),)
    assert len(index.nearest(query, 1)) == 1
    assert index.nearest(query, 0) == ()
    assert VectorIndex(2).nearest(query, 3) == ()


def test_unknown_identifiers_are_unrelated():
    index = VectorIndex(2)
    index.add("same", np.array([1, 0], dtype=np.float32))
    query = np.array([1, 0], dtype=np.float32)
    np.testing.assert_array_equal(index.similarities(query, ["unknown", "same", "unknown"]), [0, 1, 0])
    np.testing.assert_array_equal(VectorIndex(2).similarities(query, ["unknown"]), [0])


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 12)), max_size=60))
@settings(max_examples=100, deadline=None)
def test_adding_and_removing_in_any_order_matches_a_dictionary(steps):
    index, expected = VectorIndex(8), {}
    for number, (adding, name) in enumerate(steps):
        if adding:
            expected[str(name)] = direction(number, 8)
            index.add(str(name), expected[str(name)])
        else:
            expected.pop(str(name), None)
            index.remove([str(name)])
    assert len(index) == len(expected)
    query = direction(1000, 8)
    found = dict(index.nearest(query, 100))
    assert found.keys() == expected.keys()
    for name, vector in expected.items():
        assert name in index
        np.testing.assert_allclose(found[name], vector @ query, atol=1e-6)


def test_a_removed_vector_leaves_the_array():
    index = VectorIndex(8)
    vector = direction(3, 8)
    index.add("a", vector)
    index.remove(["a"])
    assert vector.tobytes() not in index._vectors.tobytes()
