"""Writes conversations to a file: one as Markdown, JSON, HTML or PDF, or all as one JSON or a zip of pages.

A file is replaced only once the new one is whole. Knows paths and records; who asks is none of its business.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import unicodedata
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal, TypeAlias

from app.language import mark, tr
from app.transfer import attune_json, pages
from app.transfer.record import read_record
from app.user_messages import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from app.store_thread import StoreThread
    from app.transfer.record import Record

Format: TypeAlias = Literal["markdown", "json", "html", "pdf"]
FORMATS: Final[dict[Format, tuple[str, str]]] = {
    "markdown": (mark("Markdown"), ".md"),
    "json": (mark("Attune JSON"), ".json"),
    "html": (mark("Web page"), ".html"),
    "pdf": ("PDF", ".pdf"),
}
LONGEST_NAME: Final = 60
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def export_one(store: StoreThread, conversation_id: str, path: Path, form: Format) -> None:
    """Write one conversation. Raises ``OSError`` and ``NotFoundError``."""
    record = store.call(lambda memory: read_record(memory, conversation_id))
    with _whole(path) as file:
        if form == "json":
            for piece in attune_json.written([record], datetime.now(UTC)):
                file.write(piece.encode())
        else:
            file.write(_rendered(record, form))


def export_all(
    store: StoreThread, path: Path, form: Format, *, stopped: Callable[[], bool] = lambda: False
) -> Iterator[tuple[int, int]]:
    """Write all conversations outside the trash, as one JSON or a zip of pages; yield (written, of how many).

    Conversations are read one by one, so that memory does not grow with them. Once ``stopped`` says so, nothing is
    left behind. Raises ``OSError``, and ``UsageError`` where there is nothing to export.
    """
    ids = [conversation.id for conversation in store.call(lambda memory: memory.conversations())]
    if not ids:
        raise UsageError(tr("There are no conversations to export."), tr("Ask something first."))
    with _whole(path) as file:
        yield 0, len(ids)
        for done, _ in enumerate(_written(store, ids, file, form), start=1):
            if stopped():
                raise UsageError(tr("The export was stopped."), tr("Nothing was written."))
            yield done, len(ids)


def file_name(record_title: str, form: Format) -> str:
    """Return a file name that every system takes, made of a title."""
    return (_safe(record_title) or "conversation") + FORMATS[form][1]


def format_of(path: Path) -> Format | None:
    """Return the format a file's name asks for."""
    suffix = path.suffix.lower()
    return next((form for form, (_, ending) in FORMATS.items() if suffix == ending), None)


def _safe(name: str) -> str:
    words = _UNSAFE.sub(" ", unicodedata.normalize("NFC", name)).split()
    return " ".join(words).strip(". ")[:LONGEST_NAME].strip(". ")


def _written(store: StoreThread, ids: Sequence[str], file: IO[bytes], form: Format) -> Iterator[None]:
    def records() -> Iterator[Record]:
        for conversation_id in ids:
            yield store.call(lambda memory, which=conversation_id: read_record(memory, which))  # type: ignore[misc]

    if form == "json":
        for number, piece in enumerate(attune_json.written(records(), datetime.now(UTC))):
            file.write(piece.encode())
            if 0 < number <= len(ids):
                yield
        return
    taken: set[str] = set()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for record in records():
            base = f"{record.conversation.created_at:%Y-%m-%d} {file_name(record.title, form)}"
            folder = f"{safe}/" if (safe := _safe(record.folder)) else ""
            name, number = folder + base, 2
            while name.casefold() in taken:
                stem, ending = os.path.splitext(base)
                name, number = f"{folder}{stem} ({number}){ending}", number + 1
            taken.add(name.casefold())
            archive.writestr(name, _rendered(record, form))
            yield


def _rendered(record: Record, form: Format) -> bytes:
    if form == "pdf":
        from app.transfer import pdf

        return pdf.render(record)
    return (pages.page(record) if form == "html" else pages.markdown(record)).encode()


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """Write beside ``path``, and put it there only when all went well."""
    handle, name = tempfile.mkstemp(prefix=".attune-", suffix=path.suffix, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
