"""Downloads against a hub on this computer, with every fault: what the user is told, and what is left on the disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from engine.errors import DownloadError
from engine.models.download import Download, Progressed, Wanted
from engine.models.hub import Hub
from engine.models.library import Library
from engine.models.queue import Downloads
from tests.hub_server import (
    COMMIT,
    FILE,
    REPOSITORY,
    Content,
    HubServer,
    answer,
    cut_at,
    elsewhere,
    from_the_start,
    other,
    serving,
    silence,
    sparse_gguf,
    trickle,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE = 300_000
WANTED = Wanted("Tiny", REPOSITORY, FILE)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "HF_ENDPOINT",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[HubServer]:
    with serving(Content(sparse_gguf(SIZE), SIZE)) as made:
        yield made


@pytest.fixture
def fetch(server: HubServer, tmp_path: Path) -> Iterator[Fetch]:
    made = Fetch(server, tmp_path)
    yield made
    made.hub.close()


class Fetch:
    """A download into ``tmp_path``, and what it said on the way."""

    def __init__(self, server: HubServer, folder: Path) -> None:
        self.hub = Hub(server.address)
        self.folder = folder / "part"
        self.target = folder / "models"
        self.stop = threading.Event()
        self.said: list[Progressed] = []
        self.stop_after = SIZE + 1

    def run(self, wanted: Wanted = WANTED) -> Any:
        def say(progress: Progressed) -> None:
            self.said.append(progress)
            if progress.done > self.stop_after:
                self.stop.set()

        return Download(wanted, self.hub, self.folder, self.target, say, self.stop, first_wait=0.01).run()

    def fails(self, wanted: Wanted = WANTED) -> DownloadError:
        with pytest.raises(DownloadError) as caught:
            self.run(wanted)
        assert caught.value.user_message.endswith(".")
        assert caught.value.next_step.endswith(".")
        assert not self.finished()
        return caught.value

    def finished(self) -> list[Path]:
        """Everything that bears a final name."""
        return [path for path in self.target.rglob("*") if path.is_file()]

    def part(self) -> int:
        part = self.folder / "file.part"
        return part.stat().st_size if part.exists() else 0


def test_a_file_arrives_whole_checked_and_in_its_place(fetch: Fetch, server: HubServer) -> None:
    model = fetch.run()
    (path,) = fetch.finished()
    assert path == fetch.target / "tiny" / "model-GGUF" / FILE
    assert path.read_bytes() == b"".join(server.content.chunks(0))
    assert (model.repository, model.revision, model.sha256) == (REPOSITORY, COMMIT, server.sha256)
    assert (model.source, model.licence) == ("downloaded", "mit")
    assert not fetch.folder.exists()
    assert fetch.said[0].state == "starting"
    assert fetch.said[-1].state == "done"
    assert fetch.said[-1].done == SIZE


def test_only_a_name_for_attune_is_told_to_the_hub_and_the_commit_is_pinned(
    fetch: Fetch, server: HubServer
) -> None:
    fetch.run()
    assert {headers["user-agent"] for _, _, headers in server.requests} == {"attune"}
    assert not any("authorization" in headers for _, _, headers in server.requests)
    assert server.of("resolve")[-1][1] == f"/{REPOSITORY}/resolve/{COMMIT}/{FILE}"


@pytest.mark.parametrize("faults", [[100_000], [100_000, 100_001, 250_000], [1], [SIZE - 1]])
def test_a_cut_connection_goes_on_where_it_broke(fetch: Fetch, server: HubServer, faults: list[int]) -> None:
    server.faults = [cut_at(end) for end in faults]
    assert fetch.run()
    starts = [headers.get("range") for _, _, headers in server.of("cdn")]
    assert starts == [None, *[f"bytes={end}-" for end in faults]]
    assert any(p.state == "waiting" and p.message == "The connection broke." for p in fetch.said)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_trouble_of_the_server_is_waited_out(fetch: Fetch, server: HubServer, status: int) -> None:
    server.faults = [answer(status)] * 3
    assert fetch.run()
    waits = [p for p in fetch.said if p.state == "waiting"]
    assert waits
    assert waits[0].next_step.startswith("Trying again")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_of_the_hub_itself_is_tried_again_then_said_and_can_be_gone_on_with(
    fetch: Fetch, server: HubServer, status: int
) -> None:
    server.status = status
    assert fetch.fails().user_message.startswith("The server")
    assert len(server.requests) > 1
    assert not server.of("cdn")
    server.status = 200
    assert fetch.run()


def test_the_server_says_how_long_to_wait(fetch: Fetch, server: HubServer) -> None:
    server.faults = [answer(429, Retry_After="1")]
    began = time.monotonic()
    assert fetch.run()
    assert time.monotonic() - began >= 1.0


def test_a_server_that_never_recovers_is_given_up(fetch: Fetch, server: HubServer) -> None:
    server.faults = [answer(503)] * 50
    assert fetch.fails().user_message == "The server has trouble at the moment."
    assert len(server.of("cdn")) < 10


def test_a_server_that_breaks_at_the_same_place_is_given_up(fetch: Fetch, server: HubServer) -> None:
    server.faults = [cut_at(150_000)] * 50
    assert fetch.fails().user_message == "The connection broke."
    assert fetch.part() == 150_000
    server.faults = []
    assert fetch.run()


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (401, "", "or it asks you to sign in."),
        (403, "GatedRepo", "given only to people who have accepted its licence."),
        (403, "", "given only to people who have accepted its licence."),
        (404, "RepoNotFound", f"There is no {FILE} in {REPOSITORY}."),
        (404, "EntryNotFound", f"There is no {FILE} in {REPOSITORY}."),
        (418, "", "The server refused"),
    ],
)
def test_what_the_hub_refuses_is_said_and_not_tried_again(
    fetch: Fetch, server: HubServer, status: int, code: str, words: str
) -> None:
    server.status, server.error_code = status, code
    assert words in fetch.fails().user_message
    assert len(server.requests) == 1
    assert fetch.part() == 0


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_the_place_of_the_bytes_refuses_is_said_too(
    fetch: Fetch, server: HubServer, status: int
) -> None:
    server.faults = [answer(status)]
    fetch.fails()
    assert fetch.part() == 0


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_has_arrived_outlives_a_refusal(fetch: Fetch, server: HubServer, status: int) -> None:
    server.faults = [cut_at(150_000)] * 50
    fetch.fails()
    server.faults = [answer(status)]
    fetch.fails()
    assert fetch.part() == 150_000
    assert fetch.run()


def test_what_has_arrived_outlives_a_sign_in_page(fetch: Fetch, server: HubServer) -> None:
    server.faults = [cut_at(150_000)] * 50
    fetch.fails()
    page = Content(b"<!DOCTYPE html><title>Welcome to our hotel</title>", SIZE)
    server.faults = [lambda handler, _: handler.send(page, 0) or True]
    assert "a sign-in page" in fetch.fails().user_message
    assert fetch.part() == 150_000
    assert fetch.run()


def test_wrong_bytes_are_thrown_away(fetch: Fetch, server: HubServer) -> None:
    server.faults = [other(Content(sparse_gguf(SIZE) + b"!", SIZE))]
    assert "is not the one the repository names" in fetch.fails().user_message
    assert fetch.part() == 0
    assert fetch.run()


def test_more_bytes_than_promised_are_thrown_away(fetch: Fetch, server: HubServer) -> None:
    server.faults = [other(Content(sparse_gguf(SIZE), SIZE + 5000))]
    assert "is not the one the repository names" in fetch.fails().user_message
    assert fetch.part() == 0


def test_fewer_bytes_than_promised_are_never_taken_for_the_file(fetch: Fetch, server: HubServer) -> None:
    server.promised = SIZE + 5000
    fetch.fails()


def test_a_sign_in_page_is_known_at_its_first_bytes(fetch: Fetch, server: HubServer) -> None:
    page = b"<!DOCTYPE html><title>Welcome to our hotel</title>"
    server.faults = [other(Content(page, SIZE))]
    assert "a sign-in page" in fetch.fails().user_message
    assert fetch.part() == 0


def test_a_file_that_is_no_model_is_refused_though_its_hash_is_right(tmp_path: Path) -> None:
    with serving(Content(b"GGUF but nothing else", 5000)) as server:
        fetch = Fetch(server, tmp_path)
        fetch.fails()
        fetch.hub.close()
    assert not fetch.folder.exists()


def test_a_server_that_ignores_the_range_is_read_from_the_start(fetch: Fetch, server: HubServer) -> None:
    server.faults = [cut_at(100_000), from_the_start]
    assert fetch.run()


def test_a_refused_range_begins_again(fetch: Fetch, server: HubServer) -> None:
    server.faults = [cut_at(100_000), answer(416)]
    assert "no longer has the file" in fetch.fails().user_message
    assert fetch.part() == 0
    assert fetch.run()


def test_redirects_are_followed(fetch: Fetch, server: HubServer) -> None:
    server.faults = [elsewhere, elsewhere]
    assert fetch.run()


def test_redirects_without_end_are_not(fetch: Fetch, server: HubServer) -> None:
    server.faults = [elsewhere] * 100
    fetch.fails()


def test_a_silent_server_counts_as_a_broken_connection(fetch: Fetch, server: HubServer) -> None:
    fetch.hub = Hub(server.address, stall=0.5)
    server.faults = [silence]
    assert fetch.run()
    assert any(p.message == "The server stopped answering." for p in fetch.said)


def test_a_trickle_can_be_paused_at_once_and_goes_on(fetch: Fetch, server: HubServer) -> None:
    server.faults = [trickle(0.02)]
    fetch.stop_after = 20_000
    assert fetch.run() is None
    assert fetch.said[-1].state == "paused"
    arrived = fetch.part()
    assert 20_000 < arrived < SIZE
    assert arrived == fetch.said[-2].done  # not a byte was waited for
    fetch.stop_after = SIZE + 1
    fetch.stop.clear()
    assert fetch.run()
    assert server.of("cdn")[-1][2]["range"] == f"bytes={arrived}-"


def test_a_pause_while_waiting_is_heard(fetch: Fetch, server: HubServer) -> None:
    server.faults = [answer(429, Retry_After="60")]
    threading.Timer(0.3, fetch.stop.set).start()
    began = time.monotonic()
    assert fetch.run() is None
    assert time.monotonic() - began < 5


def test_nothing_begins_where_the_disk_has_no_room(
    fetch: Fetch, server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.models.download.free_space", lambda folder: 1000)
    assert "The disk has 0.0 GB free" in fetch.fails().user_message
    assert not server.of("cdn")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full device")
def test_a_disk_that_fills_up_is_said(fetch: Fetch) -> None:
    fetch.folder.mkdir()
    (fetch.folder / "file.part").symlink_to("/dev/full")
    assert fetch.fails().user_message == "The disk is full."
    (fetch.folder / "file.part").unlink()
    assert fetch.run()


def test_offline_mode_is_respected(fetch: Fetch, server: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert "switched off on this computer" in fetch.fails().user_message
    assert not server.requests


def test_a_proxy_is_used(fetch: Fetch, server: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch.hub.close()
    monkeypatch.setenv("HTTP_PROXY", server.address)
    fetch.hub = Hub("http://hub.invalid")
    listing = fetch.hub.list(REPOSITORY)
    assert listing.files == ((FILE, SIZE),)
    assert listing.licence == "mit"
    assert server.requests[-1][2]["host"] == "hub.invalid"


def test_nobody_there_is_a_broken_connection(tmp_path: Path, server: HubServer) -> None:
    fetch = Fetch(server, tmp_path)
    fetch.hub = Hub("http://127.0.0.1:9", stall=0.5)
    assert fetch.fails().user_message == "The connection broke."
    fetch.hub.close()


@pytest.mark.parametrize(
    ("repository", "file"),
    [
        ("nonsense", FILE),
        ("a/../b", FILE),
        (REPOSITORY, "../tiny.gguf"),
        (REPOSITORY, "x.bin"),
        (REPOSITORY, "/x.gguf"),
    ],
)
def test_names_that_can_be_none_are_refused_without_asking(
    fetch: Fetch, server: HubServer, repository: str, file: str
) -> None:
    fetch.fails(Wanted("Tiny", repository, file))
    assert not server.requests


def test_another_file_than_the_catalogue_knows_is_refused(fetch: Fetch, server: HubServer) -> None:
    fetch.fails(Wanted("Tiny", REPOSITORY, FILE, sha256="0" * 64))
    assert not server.of("cdn")


# The queue


def _wait(reached: Any, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.01)


def _states(downloads: Downloads) -> dict[str, str]:
    return {p.wanted.name: p.state for p in downloads.all()}


def test_downloads_come_one_after_the_other_and_stand_in_the_library(
    server: HubServer, tmp_path: Path
) -> None:
    library = Library(tmp_path)
    together: list[int] = []
    downloads = Downloads(
        library,
        Hub(server.address),
        lambda _: together.append(sum(p.state in ("downloading", "checking") for p in downloads.all())),
    )
    for name in ("one", "two", "three"):
        downloads.start(Wanted(name, REPOSITORY, FILE, revision=name))
    _wait(lambda: len(library.models()) == 3)
    downloads.close()
    assert max(together) == 1
    assert {m.name for m in library.models()} == {"one", "two", "three"}
    assert len({m.path for m in library.models()}) == 3
    assert not list((tmp_path / ".downloads").iterdir())


def test_a_paused_download_goes_on_after_a_restart(server: HubServer, tmp_path: Path) -> None:
    server.faults = [trickle(0.02)]
    first = Downloads(Library(tmp_path), Hub(server.address))
    first.start(WANTED)
    _wait(lambda: any(p.done > 10_000 for p in first.all()))
    first.close()
    asked = len(server.requests)

    again = Downloads(Library(tmp_path), Hub(server.address))
    (kept,) = again.all()
    assert (kept.state, kept.wanted, kept.size) == ("paused", WANTED, SIZE)
    assert 10_000 < kept.done < SIZE
    assert len(server.requests) == asked
    again.start(kept.wanted)
    _wait(lambda: not again.all())
    again.close()
    assert server.of("cdn")[-1][2]["range"] == f"bytes={kept.done}-"
    assert [m.sha256 for m in Library(tmp_path).models()] == [server.sha256]


def test_a_cancelled_download_leaves_nothing(server: HubServer, tmp_path: Path) -> None:
    server.faults = [trickle(0.02)]
    downloads = Downloads(Library(tmp_path), Hub(server.address))
    downloads.start(WANTED)
    downloads.start(Wanted("next", REPOSITORY, FILE, revision="next"))
    _wait(lambda: any(p.done > 10_000 for p in downloads.all()))
    downloads.cancel(Wanted("next", REPOSITORY, FILE, revision="next").key)
    downloads.cancel(WANTED.key)
    _wait(lambda: not downloads.all())
    downloads.close()
    assert Library(tmp_path).models() == ()
    assert not list(tmp_path.rglob("*.part"))


def test_one_that_failed_says_why_and_can_be_tried_again(server: HubServer, tmp_path: Path) -> None:
    server.status = 404
    downloads = Downloads(Library(tmp_path), Hub(server.address))
    downloads.start(WANTED)
    _wait(lambda: _states(downloads) == {"Tiny": "failed"})
    assert downloads.all()[0].message.startswith("There is no")
    server.status = 200
    downloads.start(WANTED)
    _wait(lambda: not downloads.all())
    downloads.close()


@pytest.mark.parametrize("stopped", ["paused", "failed"])
def test_one_gone_on_with_in_the_moment_it_stops_is_not_forgotten(
    server: HubServer, tmp_path: Path, stopped: str
) -> None:
    told: list[str] = []

    def changed(progress: Progressed) -> None:
        told.append(progress.state)
        if progress.state == stopped and told.count(stopped) == 1:
            server.status = 200
            downloads.start(WANTED)

    downloads = Downloads(Library(tmp_path), Hub(server.address), changed)
    if stopped == "failed":
        server.status = 404
    else:
        server.faults = [trickle(0.02)]
    downloads.start(WANTED)
    if stopped == "paused":
        _wait(lambda: any(p.done > 10_000 for p in downloads.all()))
        downloads.pause(WANTED.key)
    _wait(lambda: not downloads.all())
    downloads.close()
    assert told.count(stopped) == 1
    assert told[told.index(stopped) + 1] == "queued"
    assert [m.sha256 for m in Library(tmp_path).models()] == [server.sha256]


def test_two_attunes_never_fetch_into_one_folder(server: HubServer, tmp_path: Path) -> None:
    server.faults = [trickle(0.02), trickle(0.02)]
    first = Downloads(Library(tmp_path), Hub(server.address))
    first.start(WANTED)
    _wait(lambda: any(p.done > 10_000 for p in first.all()))
    second = Downloads(Library(tmp_path), Hub(server.address))
    assert second.all() == ()
    second.start(WANTED)
    assert [(p.state, p.message) for p in second.all()] == [
        ("failed", "Another window of Attune is downloading.")
    ]
    second.cancel(WANTED.key)
    assert second.all()[0].state == "failed"  # what is fetched there is not thrown away here
    third = Downloads(Library(tmp_path), Hub(server.address))
    first.pause(WANTED.key)
    _wait(lambda: _states(first) == {"Tiny": "paused"} and not first._stops)
    assert first.all()[0].done > 10_000
    _wait(lambda: not first._working)
    assert _states(third) == {"Tiny": "paused"}  # nobody is at it any more
    second.start(WANTED)
    _wait(lambda: not second.all())
    second.close()
    asked = len(server.requests)
    first.start(WANTED)
    _wait(lambda: not first.all())  # it is here by now
    first.close()
    assert len(server.requests) == asked
    assert [m.sha256 for m in Library(tmp_path).models()] == [server.sha256]


def test_one_gone_on_with_and_cancelled_before_it_stopped_leaves_nothing(
    server: HubServer, tmp_path: Path
) -> None:
    server.faults = [trickle(0.02)]
    downloads = Downloads(Library(tmp_path), Hub(server.address))
    downloads.start(WANTED)
    _wait(lambda: any(p.done > 10_000 for p in downloads.all()))
    with downloads._lock:  # the thread that fetches can't come to rest meanwhile
        downloads.pause(WANTED.key)
        downloads.start(WANTED)
        downloads.cancel(WANTED.key)
        downloads.start(WANTED)
    _wait(lambda: not downloads.all())
    downloads.close()
    assert Library(tmp_path).models() == ()
    assert not list(tmp_path.rglob("*.part"))


def test_the_last_who_asks_the_hub_closes_the_connections(server: HubServer) -> None:
    hub = Hub(server.address)
    remote = hub.resolve(REPOSITORY, FILE)
    with hub.open(remote, 0) as (_, chunks):
        hub.close()  # as whoever has just fetched something does
        assert hub.resolve(REPOSITORY, FILE) == remote
        assert sum(map(len, chunks)) == SIZE
    assert hub.resolve(REPOSITORY, FILE) == remote
    hub.close()


def test_a_list_that_can_t_be_written_loses_neither_the_model_nor_the_next_download(
    server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(tmp_path)
    downloads = Downloads(library, Hub(server.address))
    keep = library.keep
    monkeypatch.setattr(library, "keep", lambda _: os.open("/dev/full/none", os.O_RDONLY))
    downloads.start(WANTED)
    _wait(lambda: not downloads.all())
    assert [m.file.name for m in Library(tmp_path).models()] == [FILE]
    monkeypatch.setattr(library, "keep", keep)
    downloads.start(Wanted("next", REPOSITORY, FILE, revision="next"))
    _wait(lambda: any(m.name == "next" for m in library.models()))
    downloads.close()


def test_half_a_note_of_a_download_is_swept_away(tmp_path: Path) -> None:
    place = tmp_path / ".downloads" / "0123"
    place.mkdir(parents=True)
    (place / "about.json").write_text(json.dumps({"wanted": {}}))
    (place / "file.part").write_bytes(b"GGUF")
    assert Downloads(Library(tmp_path), Hub()).all() == ()
    assert not place.exists()


def test_making_the_parts_reaches_for_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, socket\n"
        "def refuse(*a, **k): raise SystemExit('reached for the network')\n"
        "socket.socket.connect = refuse\n"
        "from pathlib import Path\n"
        "from engine.models.hub import Hub\n"
        "from engine.models.queue import Downloads\n"
        "from engine.models.library import Library\n"
        f"Downloads(Library(Path({str(tmp_path)!r})), Hub()).close()\n"
        "assert 'huggingface_hub' not in sys.modules and 'httpx2' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


_LARGE = int(os.environ.get("ATTUNE_TEST_DOWNLOAD_BYTES", 300 << 20))
_FLAT = """
import sys, threading, psutil
from pathlib import Path
from engine.models.download import Wanted
from engine.models.hub import Hub, _library
from engine.models.library import Library
from engine.models.queue import Downloads
import httpx2
_library().get_session()
folder, address, repository, file, pause = Path(sys.argv[1]), *sys.argv[2:5], int(sys.argv[5])
process = psutil.Process()
before = process.memory_info().rss
most, finished = before, threading.Event()
def changed(progress):
    global most
    most = max(most, process.memory_info().rss)
    if pause and progress.done > pause:
        downloads.pause(progress.wanted.key)
    if progress.state in ("failed", "paused", "done"):
        finished.set()
downloads = Downloads(Library(folder), Hub(address), changed)
downloads.start(Wanted("Large", repository, file))
finished.wait()
downloads.close()
print((most - before) / 2**20, [m.sha256 for m in Library(folder).models()])
"""


def test_a_large_file_pauses_resumes_after_a_restart_and_verifies_with_flat_memory(tmp_path: Path) -> None:
    with serving(Content(sparse_gguf(_LARGE), _LARGE)) as server:
        grown = []
        for pause in (_LARGE // 2, 0):
            command = [
                sys.executable,
                "-c",
                _FLAT,
                str(tmp_path),
                server.address,
                REPOSITORY,
                FILE,
                str(pause),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-2000:]
            growth, models = done.stdout.split(" ", 1)
            grown.append(float(growth))
        assert models.strip() == f"['{server.sha256}']"
    assert max(grown) <= 50, grown
    (path,) = tmp_path.rglob("*.gguf")
    assert path.stat().st_size == _LARGE
    path.unlink()
