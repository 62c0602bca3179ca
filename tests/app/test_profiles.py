"""Several profiles: names, folders, what survives a kill in between, and that none reaches into another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.composition import open_store, profile_of, running
from app.profiles import FIRST_NAME, LONGEST_NAME, Profiles
from app.settings import Settings
from app.user_messages import UsageError
from memory.errors import DatabaseLockedError
from memory.store import Store
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from pathlib import Path

ODD = ("Wörk / ../..", 'a "quoted" %name%', "😀🎉", "con", "..", "naïve\u00a0space", "名前", "-rf", "$HOME")


def now() -> datetime:
    return datetime.now(UTC)


def names(profiles: Profiles) -> list[str]:
    return [profile.name for profile in profiles.all()]


def test_at_first_there_is_one_profile_and_nothing_is_written_for_it(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path / "data")
    assert names(profiles) == [FIRST_NAME]
    assert profiles.last().folder == tmp_path / "data"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ODD)
def test_a_name_may_be_anything_one_can_type(tmp_path: Path, name: str) -> None:
    profiles = Profiles(tmp_path)
    made = profiles.add(name)
    assert made.folder.parent == tmp_path / "profiles"
    assert profiles.find(name) == made == profiles.find(name.upper())
    Store.open(made.folder, clock=now).close()
    profiles.remove(made, clock=now)
    assert names(profiles) == [FIRST_NAME]
    assert not made.folder.exists()


@given(st.text(max_size=80))
def test_every_text_is_a_name_or_is_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    profiles = Profiles(tmp_path_factory.mktemp("names"))
    if not name.strip() or not " ".join(name.split()).isprintable() or len(name) > LONGEST_NAME:
        with suppress(UsageError):
            profiles.add(name)
        assert all(0 < len(n) <= LONGEST_NAME and n.isprintable() for n in names(profiles))
    elif profiles.add(name) != profiles.all()[1]:
        pytest.fail("the name is not read as it was written")


def test_a_name_is_taken_once_whatever_its_case(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    work = profiles.add("Work")
    for taken in ("work", " WORK ", FIRST_NAME.upper()):
        with pytest.raises(UsageError):
            profiles.add(taken)
    assert profiles.rename(work, "WORK").name == "WORK"
    with pytest.raises(UsageError):
        profiles.rename(profiles.all()[0], "work")
    profiles.rename(profiles.all()[0], "Home")
    assert names(profiles) == ["Home", "WORK"]


def test_the_last_one_opens_again_and_the_first_where_it_is_gone(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    work = profiles.add("Work")
    profiles.remember(work)
    assert profiles.last() == work
    assert profile_of(Settings(data_dir=tmp_path)) == work
    assert profile_of(Settings(data_dir=tmp_path, profile="personal")).first
    profiles.remove(work, clock=now)
    assert profiles.last().first


def test_what_a_kill_leaves_behind_costs_nothing(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    kept = profiles.add("Kept")
    Store.open(kept.folder, clock=now).close()
    (tmp_path / "profiles" / "0123").mkdir()  # killed before the name was written
    (kept.folder / "profile.txt.new").write_text("Ha")  # killed while a name was
    assert names(profiles) == [FIRST_NAME, "Kept"]
    (kept.folder / "profile.txt").unlink()  # a disk that lost it
    assert names(profiles) == [FIRST_NAME, kept.id]
    (tmp_path / "profiles" / "last.txt").write_bytes(b"\xff\x00")
    assert profiles.last().first


def test_a_process_killed_while_it_makes_profiles_leaves_whole_ones(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from app.profiles import Profiles\n"
        "p = Profiles(Path(sys.argv[1]))\n"
        "for n in range(10**6):\n"
        "    p.remember(p.rename(p.add(f'Profile {n}'), f'Renamed {n}')); print(n, flush=True)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, env={**os.environ}
    )
    assert process.stdout is not None
    done = [int(process.stdout.readline()) for _ in range(5)][-1]
    process.kill()
    process.stdout.close()
    process.wait()
    found = names(Profiles(tmp_path))
    assert {f"Renamed {n}" for n in range(done + 1)} <= set(found)
    assert all(name == FIRST_NAME or name.split()[0] in ("Renamed", "Profile") for name in found)
    assert Profiles(tmp_path).last().name.startswith("Renamed")


def test_a_profile_that_is_open_is_not_deleted(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    work = profiles.add("Work")
    store = Store.open(work.folder, clock=now)
    store.create_conversation("Kept")
    with pytest.raises(DatabaseLockedError):
        profiles.remove(work, clock=now)
    assert store.counts().conversations == 1
    store.close()
    with pytest.raises(UsageError):
        profiles.remove(profiles.all()[0], clock=now)


def test_deleting_one_leaves_no_byte_of_it_and_the_others_whole(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    work, first = profiles.add("Work"), profiles.all()[0]
    for profile, said in ((work, "aubergine"), (first, "rhubarb")):
        store = Store.open(profile.folder, clock=now)
        conversation = store.create_conversation(said)
        store.add_message(conversation.id, None, "user", f"How is {said} grown?")
        store.close()
    profiles.remove(work, clock=now)
    rest = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"aubergine" not in rest
    assert b"rhubarb" in rest


def test_two_profiles_are_open_at_once_and_learn_apart(tmp_path: Path) -> None:
    Profiles(tmp_path).add("Work")
    home, work = (Settings(data_dir=tmp_path, profile=name) for name in (FIRST_NAME, "Work"))
    with (
        running(home, engine=FakeEngineClient()) as first,
        running(work, engine=FakeEngineClient()) as second,
    ):
        first.assistant.set_preference("concise", 0.9)
        second.assistant.set_preference("concise", -0.4)
        assert first.assistant.preferences().used()["concise"] == 0.9
        assert second.assistant.preferences().used()["concise"] == -0.4
        with pytest.raises(DatabaseLockedError):
            open_store(work)


def test_an_unknown_profile_is_named_with_what_there_is(tmp_path: Path) -> None:
    Profiles(tmp_path).add("Work")
    with pytest.raises(UsageError, match="Wrok") as raised:
        profile_of(Settings(data_dir=tmp_path, profile="Wrok"))
    assert "“Work”" in raised.value.next_step


# In the terminal


def attune(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *arguments, "--data-dir", str(data_dir)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)


def test_what_one_profile_exports_another_imports_once(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "me.json"
    with running(Settings(data_dir=data), engine=FakeEngineClient()) as core:
        conversation = core.assistant.new_conversation()
        list(core.assistant.answer(conversation.id, "What is rain?"))
        reply = core.assistant.turns(conversation.id)[-1].message
        core.assistant.rate(reply.id, 1)
        assert core.assistant.settle(20)
    assert attune(data, "profiles", "add", ODD[0]).returncode == 0
    assert attune(data, "profiles", "export", FIRST_NAME, str(file)).returncode == 0
    assert json.loads(file.read_text(encoding="utf-8"))["format"] == "attune-profile"
    assert file.stat().st_mode & 0o077 == 0
    assert "2 messages, 1 ratings" in attune(data, "profiles", "import", ODD[0], str(file)).stdout
    assert "Nothing new" in attune(data, "profiles", "import", ODD[0], str(file)).stdout
    listed = attune(data, "profiles").stdout.splitlines()
    assert listed == [f"* {FIRST_NAME}", f"  {ODD[0]}"]
    refused = attune(data, "profiles", "remove", ODD[0])
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    assert attune(data, "profiles", "remove", ODD[0], "--yes").returncode == 0


def test_what_is_no_profile_is_refused_in_a_sentence(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "me.json"
    file.write_bytes(b"\xff\xfe\x00")
    refused = attune(data, "profiles", "import", FIRST_NAME, str(file))
    assert refused.returncode == 2
    assert "not a profile" in refused.stderr
    assert "Traceback" not in refused.stderr
