"""Errors of the memory: each carries a sentence for the user and one next step."""

from __future__ import annotations


class MemoryStoreError(Exception):
    """Root of everything the preference memory can tell the user about.

    MemoryStoreError
    ├── DataDirectoryError    the folder can't be created or written
    ├── DatabaseLockedError   another Attune has the same data open
    ├── DatabaseDamagedError  SQLite can't read the file; it was moved aside, never deleted
    ├── DatabaseNewerError    written by a newer Attune
    ├── NotFoundError         a row that is no longer there
    ├── ProfileError          a profile that can't be imported
    ├── PrincipleError        a principle of the user's own that can't be kept
    └── PersonaError          a persona that can't be kept
    """

    user_message = "Something went wrong in the preference memory."
    next_step = "Restart Attune; your data is untouched."

    def __init__(self, detail: str = "", *, user_message: str = "", next_step: str = "") -> None:
        super().__init__(detail or user_message or self.user_message)
        self.user_message = user_message or self.user_message
        self.next_step = next_step or self.next_step


class DataDirectoryError(MemoryStoreError):
    """The data folder can't be created or written."""

    user_message = "Attune can't write to its data folder."
    next_step = "Check the folder's permissions and free space, or choose another with --data-dir."


class DatabaseLockedError(MemoryStoreError):
    """Another Attune has the same data open."""

    user_message = "Attune is already running with this data."
    next_step = "Use the window that is open, or start with another --data-dir."


class DatabaseDamagedError(MemoryStoreError):
    """SQLite can't read the database."""

    user_message = "The preference memory could not be read."
    next_step = "It was moved aside, not deleted; Attune starts with an empty one."


class DatabaseNewerError(MemoryStoreError):
    """The database was written by a newer Attune."""

    user_message = "This data was written by a newer version of Attune."
    next_step = "Update Attune, or start with another --data-dir."


class NotFoundError(MemoryStoreError):
    """The row is no longer there."""

    user_message = "This is no longer in the memory."
    next_step = "It may have been forgotten; reload the conversation."


class ProfileError(MemoryStoreError):
    """A profile can't be imported: damaged, not a profile, or from a newer Attune."""

    user_message = "This file is not a profile that Attune can read."
    next_step = "Choose a file that was exported from Attune; nothing was changed."


class PrincipleError(MemoryStoreError):
    """A principle of the user's own that can't be kept: a pole is missing, or there is no room."""

    user_message = "This preference can't be kept."
    next_step = "Change its words and try again."


class PersonaError(MemoryStoreError):
    """A persona that can't be kept: without a name, or with one that is taken."""

    user_message = "This persona can't be kept."
    next_step = "Change it and try again."
