"""``attune profiles``: several memories on one computer, for scripts and for who likes the terminal."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.cli.arguments import settings_of
from app.composition import open_store
from app.profile_files import export_profile, import_profile
from app.profiles import Profiles
from app.user_messages import UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from app.profiles import Profile
    from app.settings import Settings


def run(options: Namespace) -> int:
    """Do what ``options.action`` says; return the exit code."""
    settings = settings_of(options)
    profiles = Profiles(settings.data_dir)
    match options.action:
        case "add":
            print(f"Made “{profiles.add(options.name).name}”. Open it with: attune --profile NAME")
        case "rename":
            print(f"It is called “{profiles.rename(profiles.find(options.name), options.new).name}” now.")
        case "remove":
            return _remove(profiles, profiles.find(options.name), sure=options.yes)
        case "export":
            _export(settings, profiles.find(options.name), options)
        case "import":
            _import(settings, profiles.find(options.name), options)
        case _:
            last = profiles.last()
            for profile in profiles.all():
                print(f"{'*' if profile == last else ' '} {profile.name}")
    return 0


def _remove(profiles: Profiles, profile: Profile, *, sure: bool) -> int:
    if not profile.first and not sure:
        if not sys.stdin.isatty():
            raise UsageError(f"“{profile.name}” would be gone for good.", "Add --yes if that is meant.")
        sys.stderr.write(
            f"All that “{profile.name}” holds will be forgotten. There is no copy. Type its name to go on: "
        )
        sys.stderr.flush()
        if sys.stdin.readline().strip() != profile.name:
            print("Nothing was deleted.")
            return 1
    profiles.remove(profile, clock=lambda: datetime.now(UTC))
    print(f"“{profile.name}” is forgotten.")
    return 0


def _export(settings: Settings, profile: Profile, options: Namespace) -> None:
    store = open_store(settings, profile)
    try:
        export_profile(store, options.file)
    finally:
        store.close()
    print(
        f"Written to {options.file}. It holds what was said, word for word: keep it where only you can read it."
    )


def _import(settings: Settings, profile: Profile, options: Namespace) -> None:
    store = open_store(settings, profile)
    try:
        print(import_profile(store, options.file))
    finally:
        store.close()
