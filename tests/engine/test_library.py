"""The list of models on this computer: kept, found again, never half written."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from engine.errors import BadRequestError, ModelFileError
from engine.models.library import Library, Model
from engine.models.parameters import Parameters, parameters_from
from tests.tiny_model import TinyModel


@pytest.fixture(scope="module")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return TinyModel(vocabulary=512, width=32, layers=1).write(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


def test_what_is_kept_is_there_at_the_next_start(tmp_path: Path, gguf: Path) -> None:
    library = Library(tmp_path / "models")
    library.add(gguf)
    library.choose(str(gguf))
    library.change(str(gguf), parameters=Parameters(context_length=2048, gpu_layers=7))
    library.measured(str(gguf), 12.345)
    again = Library(tmp_path / "models")
    assert again.models() == library.models()
    assert again.chosen == library.model(str(gguf))
    assert again.model(str(gguf)).parameters.gpu_layers == 7
    assert again.model(str(gguf)).tokens_per_second == pytest.approx(12.35, abs=0.01)


def test_the_speed_shown_is_the_middle_of_the_latest(tmp_path: Path, gguf: Path) -> None:
    library = Library(tmp_path)
    library.add(gguf)
    for speed in (1.0, 30.0, 31.0, 29.0, 90.0, 30.5):
        library.measured(str(gguf), speed)
    assert library.model(str(gguf)).tokens_per_second == 30.5


def test_a_file_put_into_the_folder_is_found(tmp_path: Path, gguf: Path) -> None:
    (tmp_path / "by hand.gguf").write_bytes(gguf.read_bytes())
    (tmp_path / "broken.gguf").write_bytes(b"GGUF")
    (tmp_path / "half.gguf.part").write_bytes(gguf.read_bytes())
    assert [m.name for m in Library(tmp_path).models()] == ["Tiny 512x32"]


def test_a_folder_that_goes_while_models_are_looked_for_is_passed_over(
    tmp_path: Path, gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arriving = tmp_path / ".downloads" / "one"
    arriving.mkdir(parents=True)
    (tmp_path / "there.gguf").write_bytes(gguf.read_bytes())
    look = os.scandir

    def gone(path: Any) -> Any:
        if Path(path) == arriving:
            arriving.rmdir()  # as a download does once its file lies where it belongs
        return look(path)

    monkeypatch.setattr(os, "scandir", gone)
    assert [m.file.name for m in Library(tmp_path).models()] == ["there.gguf"]
    assert not arriving.exists()


def test_a_broken_list_is_kept_aside_and_the_models_are_found_again(tmp_path: Path, gguf: Path) -> None:
    (tmp_path / "one.gguf").write_bytes(gguf.read_bytes())
    for content in ("{", "[]", '{"models": [{"nonsense": 1}]}', '{"models": 3}'):
        (tmp_path / "library.json").write_text(content)
        assert [m.file.name for m in Library(tmp_path).models()] == ["one.gguf"]
        assert (tmp_path / "library.broken").read_text() == content
        assert not (tmp_path / "library.json").exists()


def test_two_that_write_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    both = Library(tmp_path), Library(tmp_path)
    failed: list[BaseException] = []

    def write(library: Library, name: str) -> None:
        try:
            for number in range(40):
                library.keep(Model(f"/{name}-{number}.gguf", f"{name} {number}"))
                time.sleep(0.005)  # the lock is first come, first served only where it is free now and then
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=write, args=pair) for pair in zip(both, "ab", strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(Library(tmp_path).models()) == 80
    assert not list(tmp_path.glob("*.part"))


def test_two_that_share_the_folder_keep_each_others_words(tmp_path: Path, gguf: Path) -> None:
    for name in ("one.gguf", "two.gguf"):
        (tmp_path / name).write_bytes(gguf.read_bytes())
    one, two = str(tmp_path / "one.gguf"), str(tmp_path / "two.gguf")
    first, second = Library(tmp_path), Library(tmp_path)
    first.choose(one)
    assert len(second.models()) == 2
    second.choose(two)
    second.change(two, parameters=Parameters(context_length=2048))
    second.set_rest(5)
    first.measured(one, 30.0)
    assert first.chosen == first.model(one)  # it answers here until the next start
    assert second.chosen == second.model(two)
    again = Library(tmp_path)
    assert again.chosen == again.model(two)
    assert again.model(two).parameters.context_length == 2048
    assert again.model(one).speeds == (30.0,)
    assert again.rest_minutes == 5
    second.drop(two)
    assert Library(tmp_path).chosen is None
    second.drop(one)
    assert first.chosen is not None
    assert first.chosen.path == one


def test_a_copy_that_is_given_up_or_fails_leaves_nothing(tmp_path: Path, gguf: Path) -> None:
    library = Library(tmp_path / "models")
    assert library.copy(gguf, lambda _: False) is None
    assert library.models() == ()
    assert list((tmp_path / "models").iterdir()) == []
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(gguf.read_bytes()[:-1])
    with pytest.raises(ModelFileError):
        library.copy(cut)
    assert list((tmp_path / "models").iterdir()) == []


def test_a_second_copy_gets_a_name_of_its_own(tmp_path: Path, gguf: Path) -> None:
    library = Library(tmp_path / "models")
    names = [copied.file.name for copied in (library.copy(gguf), library.copy(gguf)) if copied]
    assert names == ["tiny.gguf", "tiny-2.gguf"]


def test_the_built_in_model_answers_where_nothing_else_was_chosen(tmp_path: Path, gguf: Path) -> None:
    library = Library(tmp_path, (gguf, "0" * 64))
    assert library.chosen is not None
    assert (library.chosen.source, library.chosen.sha256) == ("built in", "0" * 64)
    library.choose("/elsewhere/other.gguf")
    library.drop("/elsewhere/other.gguf")
    assert library.chosen.path == str(gguf)


def test_adding_again_keeps_how_a_model_was_run(tmp_path: Path, gguf: Path) -> None:
    library = Library(tmp_path)
    library.add(gguf)
    library.measured(str(gguf), 10.0)
    library.keep(Model(str(gguf), "Renamed", "downloaded", repository="a/b"))
    assert library.model(str(gguf)).name == "Renamed"
    assert library.model(str(gguf)).speeds == (10.0,)


@pytest.mark.parametrize(
    "values",
    [
        {"context_length": 10},
        {"temperature": -1.0},
        {"cache_type": "f8"},
        {"cache_type": "q8_0", "flash": "off"},
    ],
)
def test_parameters_out_of_range_are_refused_and_not_kept(values: dict[str, object]) -> None:
    with pytest.raises(BadRequestError) as caught:
        Parameters(**values)  # type: ignore[arg-type]
    assert caught.value.user_message.endswith(".")
    assert parameters_from(values) == Parameters()


def test_only_what_shapes_the_memory_needs_a_reload() -> None:
    assert Parameters().needs_reload(Parameters(context_length=2048))
    assert Parameters().needs_reload(Parameters(gpu_layers=0))
    assert not Parameters().needs_reload(Parameters(temperature=0.1, top_k=20, max_tokens=64))
    assert Parameters(temperature=0.1).sampling.temperature == 0.1
