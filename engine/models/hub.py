"""What Attune asks of a model hub: what a repository holds, a file's size, hash and commit, and its bytes.

huggingface_hub is imported when something is asked and not before: until then nothing here can reach the network.
Every way in which a hub or the way to it fails becomes a ``DownloadError`` with a sentence and a next step.
"""

from __future__ import annotations

import os
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from engine.errors import DownloadError, RangeRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_ENDPOINT: Final = "https://huggingface.co"
STALL_SECONDS: Final = 20.0
_REPOSITORY: Final = re.compile(r"[\w.-]+/[\w.-]+")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file at one commit: nothing about it can change. ``size`` in bytes."""

    repository: str
    file: str
    revision: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The model files of a repository, with their sizes in bytes. ``licence`` as the repository names it."""

    repository: str
    licence: str
    files: tuple[tuple[str, int], ...]


class Hub:
    """A hub at ``endpoint``. ``stall``: seconds without a byte after which a connection counts as broken."""

    def __init__(self, endpoint: str = "", *, stall: float = STALL_SECONDS) -> None:
        self.endpoint = (endpoint or os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT).rstrip("/")
        self._stall = stall

    def list(self, repository: str) -> Listing:
        """Return the GGUF files of a repository. Raises ``DownloadError``."""
        _check_names(repository, "x.gguf")
        with _session.used(), _explained(repository, ""):
            info = (
                _library()
                .HfApi(endpoint=self.endpoint, token=self._token(), headers=_HEADERS)
                .model_info(repository, files_metadata=True, timeout=self._stall)
            )
        files = tuple(
            (sibling.rfilename, int(sibling.size or 0))
            for sibling in info.siblings or ()
            if sibling.rfilename.lower().endswith(".gguf")
        )
        if not files:
            raise DownloadError(
                f"{repository}: no .gguf",
                user_message=f"{repository} holds no GGUF files.",
                next_step="Look for a repository whose name ends in GGUF.",
            )
        card = info.card_data
        return Listing(repository, str(card.get("license") or "") if card else "", tuple(sorted(files)))

    def resolve(self, repository: str, file: str, revision: str = "main") -> RemoteFile:
        """Return what a file is at the commit ``revision`` points to now. Raises ``DownloadError``."""
        _check_names(repository, file)
        with _session.used(), _explained(repository, file):
            found = _library().get_hf_file_metadata(
                self._url(repository, file, revision),
                token=self._token(),
                headers=_HEADERS,
                timeout=self._stall,
                endpoint=self.endpoint,
            )
        commit, sha256 = found.commit_hash or "", found.etag or ""
        if not _SHA256.fullmatch(sha256) or not _COMMIT.fullmatch(commit) or not found.size:
            raise DownloadError(
                f"{repository}/{file}: commit {commit!r}, etag {sha256!r}, size {found.size}",
                user_message="The server does not say what this file must look like, so it could not be checked.",
                next_step="Choose another repository, or download the file by hand and add it.",
            )
        return RemoteFile(repository, file, commit, int(found.size), sha256)

    @contextmanager
    def open(self, remote: RemoteFile, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        """Ask for a file's bytes from ``start`` on; yield where they really begin, and the bytes as they come.

        Raises ``DownloadError``, also while the bytes come; ``RangeRefusedError`` where there are none from there on.
        """
        library = _library()
        headers = library.utils.build_hf_headers(token=self._token(), headers=_HEADERS)
        headers["accept-encoding"] = "identity"
        if start:
            headers["range"] = f"bytes={start}-"
        url = self._url(remote.repository, remote.file, remote.revision)
        with (
            _session.used(),
            _explained(remote.repository, remote.file),
            library.get_session().stream("GET", url, headers=headers, timeout=self._stall) as response,
        ):
            if response.status_code == 416:
                raise RangeRefusedError(f"416 from {start} of {remote.size}")
            library.utils.hf_raise_for_status(response)
            yield _first_byte(response, start), response.iter_raw()

    def close(self) -> None:
        """Close the connections, once nobody asks anything any more; whoever asks again opens others."""
        _session.close()

    def _url(self, repository: str, file: str, revision: str) -> str:
        return str(_library().hf_hub_url(repository, file, revision=revision, endpoint=self.endpoint))

    def _token(self) -> str | bool | None:
        # A token belongs to the hub that gave it, not to whatever stands in its place.
        return _library().get_token() or False if self.endpoint == DEFAULT_ENDPOINT else False


class _Session:
    """The library's one session for all threads and hubs: to close it would take it from whoever asks something."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._opened = self._done = False

    @contextmanager
    def used(self) -> Iterator[None]:
        with self._lock:
            self._users += 1
            self._opened = True
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                self._close_unused()

    def close(self) -> None:
        with self._lock:
            self._done = self._opened
            self._close_unused()

    def _close_unused(self) -> None:
        if self._opened and self._done and not self._users:
            self._opened = self._done = False
            _library().close_session()


_session: Final = _Session()
_HEADERS: Final = {"user-agent": "attune"}


def _library() -> Any:
    # No telemetry, and plain HTTP: the native client can neither be paused nor go through every proxy.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    import huggingface_hub

    return huggingface_hub


def _first_byte(response: Any, start: int) -> int:
    if response.status_code != 206:
        return 0
    found = re.match(r"bytes (\d+)-", response.headers.get("content-range", ""))
    return int(found[1]) if found else start


def _check_names(repository: str, file: str) -> None:
    if not _REPOSITORY.fullmatch(repository) or ".." in repository:
        raise DownloadError(
            f"repository {repository!r}",
            user_message=f"“{repository}” is not the name of a repository.",
            next_step="Write it as on its page: owner/name.",
        )
    if not file.lower().endswith(".gguf") or ".." in file or file.startswith("/"):
        raise DownloadError(
            f"file {file!r}",
            user_message=f"“{file}” is not the name of a GGUF file.",
            next_step="Choose a file that ends in .gguf.",
        )


@contextmanager
def _explained(repository: str, file: str) -> Iterator[None]:
    """Turn whatever goes wrong inside into a ``DownloadError``."""
    import httpx2
    from huggingface_hub import errors

    try:
        yield
    except errors.OfflineModeIsEnabled as error:
        raise DownloadError(
            repr(error),
            user_message="Downloads are switched off on this computer (HF_HUB_OFFLINE).",
            next_step="Switch offline mode off, or add a model file by hand.",
        ) from error
    except errors.HfHubHTTPError as error:
        raise _refused(error.response, type(error).__name__, repository, file) from error
    except httpx2.TimeoutException as error:
        raise DownloadError(
            repr(error),
            user_message="The server stopped answering.",
            next_step="Check the connection and try again: what has arrived is kept.",
            transient=True,
        ) from error
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.TooManyRedirects) as error:
        raise DownloadError(
            repr(error),
            user_message="The address of the model hub leads nowhere.",
            next_step="Check ATTUNE_HUB_ENDPOINT.",
        ) from error
    except httpx2.ProxyError as error:
        raise DownloadError(
            repr(error),
            user_message="The proxy of this computer refused the connection.",
            next_step="Check the proxy settings and try again.",
            transient=True,
        ) from error
    except httpx2.TransportError as error:
        raise DownloadError(
            repr(error),
            user_message="The connection broke.",
            next_step="Check the connection and try again: what has arrived is kept.",
            transient=True,
        ) from error


def _refused(response: Any, kind: str, repository: str, file: str) -> DownloadError:
    status = int(response.status_code)
    what = f"{file} in {repository}" if file else repository
    detail = f"{status} {kind} for {response.url}"
    if status == 429 or status >= 500 or status == 408:
        wait = response.headers.get("retry-after", "")
        busy = status == 429
        return DownloadError(
            detail,
            user_message="The server asks for a pause." if busy else "The server has trouble at the moment.",
            next_step="Try again in a few minutes: what has arrived is kept.",
            transient=True,
            wait=float(wait) if wait.isdigit() else 0.0,
        )
    if kind == "GatedRepoError" or status == 403:
        return DownloadError(
            detail,
            user_message=f"{repository} is given only to people who have accepted its licence.",
            next_step="Accept it on its page, sign in with “hf auth login” in a terminal, and try again.",
        )
    if status == 401:
        return DownloadError(
            detail,
            user_message=f"There is no {what}, or it asks you to sign in.",
            next_step="Check the name, or sign in with “hf auth login” in a terminal.",
        )
    if status == 404:
        return DownloadError(
            detail, user_message=f"There is no {what}.", next_step="Check the name on the repository’s page."
        )
    return DownloadError(
        detail, user_message=f"The server refused {what} ({status}).", next_step="Try another repository."
    )
