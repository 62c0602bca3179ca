"""Takes conversations in from a file of Attune's, of ChatGPT's or of Open WebUI's, which it tells apart by itself.

The file is read piece by piece, however large it is. Nothing here is changed: what is new is added, the rest is told.
"""

from __future__ import annotations

import contextlib
import itertools
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final

import ijson

from app.language import mark, plural, tr
from app.transfer import attune_json, chatgpt, open_webui
from app.user_messages import UsageError
from memory.records import TakenIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app.store_thread import StoreThread
    from memory.records import NewConversation

# Conversations taken in at once: between two lots, the memory has time for whoever chats.
LOT: Final = 50
_CHOOSE: Final = mark("Choose an export of Attune, ChatGPT or Open WebUI.")
_DAMAGED: Final = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    OSError,
    RecursionError,
)


@dataclass(frozen=True, slots=True)
class Progress:
    """What has been taken in so far; ``damaged`` conversations could not be read, ``empty`` ones had no text."""

    taken: TakenIn = field(default_factory=TakenIn)
    damaged: int = 0
    empty: int = 0
    cut: bool = False


def import_file(
    store: StoreThread, path: Path, *, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Progress]:
    """Take in what ``path`` holds and yield how far it is. What was taken in when it ends early stays.

    Raises ``OSError``, and ``UsageError`` for a file that is no such export.
    """
    try:
        yield from _import(store, path, stopped)
    except (zipfile.BadZipFile, zlib.error) as error:
        raise UsageError(tr("This archive is damaged."), tr(_CHOOSE)) from error


def _import(store: StoreThread, path: Path, stopped: Callable[[], bool]) -> Iterator[Progress]:
    progress = Progress()
    with _opened(path) as files:
        read = itertools.chain.from_iterable(map(_conversations, files))
        while not stopped():
            lot: list[NewConversation] = []
            damaged = empty = looked_at = 0
            cut = False
            try:
                for found in itertools.islice(read, LOT):
                    looked_at += 1
                    if found is None:
                        damaged += 1
                    elif found.messages:
                        lot.append(found)
                    else:
                        empty += 1
            except (ijson.JSONError, UnicodeDecodeError) as error:  # the latter of half a character
                if not (looked_at or progress != Progress()):
                    raise UsageError(tr("This file is damaged."), tr(_CHOOSE)) from error
                cut = True
            taken = store.call(lambda memory, some=tuple(lot): memory.take_in(some))  # type: ignore[misc]
            progress = Progress(
                progress.taken + taken, progress.damaged + damaged, progress.empty + empty, cut
            )
            if looked_at or cut:
                yield progress
            if cut or looked_at < LOT:
                break
    if progress == Progress():
        raise UsageError(tr("There are no conversations in this file."), tr(_CHOOSE))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[list[IO[bytes]]]:
    """Open a JSON file, or those of the conversations in a zip, as ChatGPT hands them out."""
    with contextlib.ExitStack() as stack:
        if not zipfile.is_zipfile(path):
            yield [stack.enter_context(path.open("rb"))]
            return
        archive = stack.enter_context(zipfile.ZipFile(path))
        names = sorted(
            name
            for name in archive.namelist()
            if name.endswith(".json") and name.rsplit("/", 1)[-1].startswith("conversations")
        )
        if not names:
            raise UsageError(tr("There are no conversations in this archive."), tr(_CHOOSE))
        try:
            files = [stack.enter_context(archive.open(name)) for name in names]
        except RuntimeError as error:
            # What zipfile says of a password, and of ways of packing it doesn't know.
            raise UsageError(
                tr("This archive has a password, or is packed in a way Attune can't read."),
                tr("Unpack it and import what is in it."),
            ) from error
        yield files


def _conversations(file: IO[bytes]) -> Iterator[NewConversation | None]:
    """Yield the conversations of one file; ``None`` for one that can't be read."""
    prefix, read = _kind(file)
    file.seek(0)
    for row in ijson.items(file, prefix, use_float=True):
        try:
            yield read(row)
        except _DAMAGED:
            yield None


def _kind(file: IO[bytes]) -> tuple[str, Callable[[Any], NewConversation]]:
    """Tell by the beginning of a file where its conversations stand and who reads them. Raises ``UsageError``."""
    version: object = 1
    for prefix, event, value in ijson.parse(file, use_float=True):
        if prefix == "" and event == "start_array":
            return "item", _foreign
        if prefix == "version":
            version = value
        if prefix == "format":
            if value == attune_json.FORMAT:
                continue
            if value == "attune-profile":
                raise UsageError(
                    tr("This is a whole profile, with all it learned."),
                    tr("Import it where profiles are managed."),
                )
            break
        if prefix == "conversations" and event == "start_array":
            if not isinstance(version, int) or version > attune_json.VERSION:
                raise UsageError(
                    tr("A newer Attune wrote this file."), tr("Update Attune and import it again.")
                )
            return "conversations.item", attune_json.conversation_of
        if event not in ("start_map", "map_key") and prefix not in ("version", "exported_at"):
            break
    raise UsageError(tr("This file holds no conversations that Attune knows."), tr(_CHOOSE))


def _foreign(row: Any) -> NewConversation:
    if chatgpt.is_one(row):
        return chatgpt.conversation_of(row)
    if open_webui.is_one(row):
        return open_webui.conversation_of(row)
    raise ValueError("neither ChatGPT's nor Open WebUI's")


def summary(progress: Progress) -> str:
    """Say in a few sentences what an import did."""
    taken = progress.taken
    said = []
    if taken.conversations:
        count = plural("1 conversation", "{n} conversations", taken.conversations)
        said.append(
            tr(
                "{conversations} added, {messages}. They teach Attune nothing until you rate them.",
                conversations=count,
                messages=plural("1 message", "{n} messages", taken.messages),
            )
        )
    elif taken.messages:
        said.append(
            tr("{messages} new messages added to conversations that were here.", messages=taken.messages)
        )
    else:
        said.append(tr("Nothing new was added."))
    if taken.known:
        said.append(tr("{known} were here already.", known=taken.known))
    if taken.in_trash:
        said.append(tr("{in_trash} are in the trash and stay there.", in_trash=taken.in_trash))
    if progress.empty:
        said.append(tr("{empty} had no text.", empty=progress.empty))
    if progress.damaged:
        said.append(tr("{damaged} could not be read.", damaged=progress.damaged))
    if progress.cut:
        said.append(tr("The file ends in the middle: what came before is kept."))
    return " ".join(said)
