"""The catalogue that ships: complete, open, honest; and what it recommends."""

from __future__ import annotations

import pytest

from engine.models.catalogue import read_catalogue, recommended, rough_fit
from engine.models.hardware import Device, Hardware
from engine.models.hub import _check_names
from resources import MODELS

OFFERS = read_catalogue(MODELS)
GIB = 1 << 30


def _computer(memory: float, gpu: float | None = None) -> Hardware:
    devices = () if gpu is None else (Device("CUDA0", "A GPU", round(gpu * GIB), round(gpu * GIB)),)
    return Hardware(round(memory * GIB), round(memory * GIB), 8, devices)


def test_about_ten_open_models_from_small_to_large() -> None:
    assert 9 <= len(OFFERS) <= 12
    assert {offer.licence for offer in OFFERS} <= {"Apache-2.0", "MIT"}
    sizes = [offer.parameters for offer in OFFERS]
    assert sizes == sorted(sizes)
    assert sizes[0] < 0.4e9
    assert 8e9 < sizes[-1] < 9e9


def test_every_entry_can_be_asked_for_and_is_there_once() -> None:
    for offer in OFFERS:
        _check_names(offer.repository, offer.file)
        assert offer.about.endswith(".")
        assert offer.name.startswith(offer.family)
        assert offer.memory > offer.size
    assert len({offer.wanted.key for offer in OFFERS}) == len(OFFERS)
    assert len({offer.name for offer in OFFERS}) == len(OFFERS)


@pytest.mark.parametrize(
    ("computer", "kind"),
    [(_computer(2), "no"), (_computer(16), "slow"), (_computer(16, 12), "gpu"), (_computer(16, 4), "partly")],
)
def test_the_largest_model(computer: Hardware, kind: str) -> None:
    assert rough_fit(OFFERS[-1], computer) == kind


def test_what_is_recommended_fits_and_grows_with_the_computer() -> None:
    found = [
        recommended(OFFERS, computer)
        for computer in (_computer(4), _computer(16), _computer(16, 6), _computer(32, 24))
    ]
    sizes = [offer.size for offer in found if offer]
    assert len(sizes) == 4
    assert sizes == sorted(sizes)
    assert recommended(OFFERS, _computer(0.5)) is None
    assert found[-1] == OFFERS[-1]
