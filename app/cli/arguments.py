"""The command line of ``attune``: every subcommand with its options. Runs nothing."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.calibration.plan import Effort
from engine.protocol import Sampling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.settings import Settings

_SAMPLING = Sampling()
SAMPLING_OPTIONS = ("temperature", "top_k", "top_p", "min_p", "repetition_penalty", "max_tokens")


def _readable(text: str) -> str:
    """Return an argument without bytes that are no characters, which the memory can't hold."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser. ``command`` is ``None`` for the window."""
    places = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = places.add_argument_group("data and model")
    group.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="where all data lies (also ATTUNE_DATA_DIR)"
    )
    group.add_argument(
        "--profile", metavar="NAME", help="whose memory to use; the one the window had open last by default"
    )
    group.add_argument(
        "--model", type=Path, metavar="PATH", help="a GGUF file; the built-in model by default"
    )
    group.add_argument("--context", type=int, metavar="N", help="context length in tokens")
    group.add_argument("--threads", type=int, metavar="N", help="CPU threads; 0: one per physical core")
    group.add_argument(
        "--gpu-layers", type=int, metavar="N", help="layers on the GPU, -1: all; as many as fit by default"
    )
    group.add_argument(
        "--teacher",
        type=Path,
        metavar="FILE.gguf",
        help="a smaller model of the same family reads preferences in the model’s place",
    )
    group.add_argument(
        "--reward-model",
        type=Path,
        metavar="FILE.gguf",
        help="so does a model trained for it, with the preference as its prompt",
    )

    parser = argparse.ArgumentParser(
        prog="attune",
        description="A private assistant that tunes itself to you. Without a command, it opens the window.",
        parents=[places],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, help="show the version and end")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="open the quick question; give this command a global shortcut in your system’s settings",
    )
    commands = parser.add_subparsers(dest="command", metavar="command")

    def command(name: str, summary: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name, help=summary, description=f"{summary.capitalize()}.", parents=[places], allow_abbrev=False
        )

    _chat(command("chat", "talk in the terminal"))
    _ask(command("ask", "print one answer, or many from a file"))
    _profiles(command("profiles", "several memories: list, add, rename, remove, export, import"), places)
    _remember(command("remember", "keep something you say about yourself"))
    _statements(command("statements", "list or forget what you said about yourself"))
    _search(command("search", "find what was said, in titles and messages"))
    _export(command("export", "write one conversation, or all, to a file"))
    _import(command("import", "take in conversations from Attune, ChatGPT or Open WebUI"))
    command("doctor", "check versions, model, memory and paths")
    _bench(command("bench", "measure speed on this computer"))
    _calibrate(command("calibrate", "tune Attune to a model"))
    _principles(command("principles", "list, write or delete preferences of your own"), places)
    _eval(command("eval", "measure how well guidance works"), places)
    return parser


class _Version(argparse.Action):
    """Tells the version, which takes a moment to look up, when it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, **options)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Tell it and end."""
        from importlib.metadata import version

        print(f"attune {version('attune')}")
        parser.exit()


def settings_of(options: argparse.Namespace) -> Settings:
    """Read the settings with what the command line says first. Raises ``UsageError``."""
    from app.settings import read_settings

    return read_settings(
        data_dir=getattr(options, "data_dir", None),
        profile=getattr(options, "profile", None),
        model=getattr(options, "model", None),
        context_length=getattr(options, "context", None),
        threads=getattr(options, "threads", None),
        gpu_layers=getattr(options, "gpu_layers", None),
        teacher=getattr(options, "teacher", None),
        reward_model=getattr(options, "reward_model", None),
        reward=getattr(options, "reward", None),
        system=getattr(options, "system", None),
    )


def sampling_of(options: argparse.Namespace, base: Sampling = _SAMPLING) -> Sampling:
    """Return how tokens are drawn: as ``base`` where the command line says nothing. The engine checks the ranges."""
    given = {name: getattr(options, name, None) for name in SAMPLING_OPTIONS}
    return replace(base, **{name: value for name, value in given.items() if value is not None})


def _answering(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the answer")
    group.add_argument("--system", metavar="TEXT", help="the system prompt")
    group.add_argument("--persona", metavar="NAME", help="answer as a persona made in the window")
    group.add_argument("--reward", choices=("teacher", "head", "none"), help="what guides the tokens")
    group.add_argument("--strength", type=float, metavar="β", help="guidance strength, 0 to 2")
    group.add_argument("--seed", type=int, metavar="N", help="same seed, same answer")
    for name, kind, default in (
        ("--temperature", float, _SAMPLING.temperature),
        ("--top-k", int, _SAMPLING.top_k),
        ("--top-p", float, _SAMPLING.top_p),
        ("--min-p", float, _SAMPLING.min_p),
        ("--repetition-penalty", float, _SAMPLING.repetition_penalty),
        ("--max-tokens", int, _SAMPLING.max_tokens),
    ):
        group.add_argument(name, type=kind, metavar="N", help=f"default {default}, or the persona’s")


def _chat(parser: argparse.ArgumentParser) -> None:
    _answering(parser)


def _ask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "text", nargs="*", help="the question; piped text is added to it, “-” waits for piped text"
    )
    _answering(parser)
    group = parser.add_argument_group("guidance")
    group.add_argument(
        "--set",
        dest="weights",
        action="append",
        default=[],
        metavar="NAME=W",
        help="weight of a preference, -1 to 1, in place of what was learned; repeatable",
    )
    group.add_argument(
        "--route",
        choices=("head", "prompt", "both", "none"),
        default="both",
        help="act on every token, as an instruction after the question, both, or not at all; default both",
    )
    group.add_argument("--fresh", action="store_true", help="ignore what was learned")
    group = parser.add_argument_group("scripts")
    group.add_argument("--json", action="store_true", help="print one JSON object, on the last line")
    group.add_argument("--prompts", type=Path, metavar="FILE", help='JSON lines, each with at least "prompt"')
    group.add_argument("--out", type=Path, metavar="FILE", help="where answers to --prompts go, a line each")
    group.add_argument("--resume", action="store_true", help="keep the answers --out already holds")
    group.add_argument("--no-features", action="store_true", help="leave the answer's features out: faster")


def _profiles(parser: argparse.ArgumentParser, places: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION")

    def action(name: str, summary: str, *names: str) -> argparse.ArgumentParser:
        made = actions.add_parser(
            name, help=summary, description=f"{summary.capitalize()}.", parents=[places], allow_abbrev=False
        )
        for each in names:
            made.add_argument(each.lower(), metavar=each, type=Path if each == "FILE" else str)
        return made

    action("list", "print the profiles; what happens without an action")
    action("add", "make a profile", "NAME")
    action("rename", "give a profile another name", "NAME", "NEW")
    remove = action("remove", "forget all that a profile holds, and delete it", "NAME")
    remove.add_argument("--yes", action="store_true", help="without being asked")
    action("export", "write a profile to one JSON file", "NAME", "FILE")
    action("import", "add what such a file holds to a profile", "NAME", "FILE")


def _remember(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="+", type=_readable, help="a fact, a wish, or how you like answers")


def _statements(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="also what is no longer true")
    parser.add_argument("--forget", metavar="ID", help="forget one for good: the beginning of its number")
    parser.add_argument("--json", action="store_true", help="print one JSON object, on the last line")


def _search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "words", nargs="+", type=_readable, help="words or their beginnings; a “phrase” in double quotes"
    )
    parser.add_argument("--limit", type=int, default=10, metavar="N", help="conversations; default 10")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object a conversation, a line each"
    )


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("title", nargs="*", help="of one conversation, or its beginning; all without it")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help=".md, .json, .html, .pdf; .zip for all as pages",
    )
    parser.add_argument(
        "--format",
        choices=("markdown", "json", "html", "pdf"),
        help="where the file's name does not say; pages in a .zip are Markdown by default",
    )


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a .json or a .zip")


def _bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        nargs="?",
        choices=("engine", "ui"),
        default="engine",
        help="the engine, or the window; default engine",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, on the last line")
    parser.add_argument(
        "--runs", type=int, default=5, metavar="N", help="runs of each measurement; default 5"
    )
    parser.add_argument(
        "--write",
        type=Path,
        metavar="FILE",
        help="also put the figures into this document, between its markers",
    )
    parser.add_argument(
        "--paper",
        action="store_true",
        help="also time the loop published with the paper, which takes minutes",
    )


def _calibrate(parser: argparse.ArgumentParser) -> None:
    effort = Effort()
    for name, default, what in (
        ("--plain", effort.plain, "replies sampled without instruction"),
        ("--pairs", effort.pairs_per_principle, "pairs of replies under each preference's two poles"),
        ("--guided", effort.guided, "replies sampled under random guidance"),
        (
            "--trials",
            effort.trials,
            "prompts answered by every end of a slider, to find how strong it may be",
        ),
        (
            "--at-size",
            effort.at_size,
            "replies written and read thousands at a time, instead of the above but the trials: "
            "minutes with a GPU that torch can use, days without",
        ),
        ("--seed", effort.seed, "of all random numbers"),
    ):
        text = f"{what}; as before, or {default} the first time"
        parser.add_argument(name, type=int, metavar="N", help=text)
    parser.add_argument("--work", type=Path, metavar="DIR", help="where unfinished work is kept")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the head file goes")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="HEAD",
        help="keep this head file and only find anew how strong its ends may be",
    )


def _principles(parser: argparse.ArgumentParser, places: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="action")

    def action(name: str, summary: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, help=summary, parents=[places], allow_abbrev=False)

    action("list", "show all preferences with both ends; the default")
    add = action("add", "write one of your own")
    add.add_argument(
        "instruction", help="how you would like answers, said to the model: “Answer like a poet.”"
    )
    add.add_argument("--opposite", metavar="TEXT", help="the other end; by default the model proposes one")
    add.add_argument("--name", metavar="WORD", help="short name of your end; by default made of its words")
    add.add_argument("--opposite-name", metavar="WORD", help="short name of the other end")
    remove = action("remove", "delete one of your own for good")
    remove.add_argument("name", help="as “list” shows it: own_…, or the short name of its first end")


def _eval(parser: argparse.ArgumentParser, places: argparse.ArgumentParser) -> None:
    measurements = parser.add_subparsers(dest="what", required=True, metavar="WHAT")

    def measurement(name: str, summary: str) -> argparse.ArgumentParser:
        return measurements.add_parser(
            name, help=summary, description=f"{summary.capitalize()}.", parents=[places], allow_abbrev=False
        )

    _eval_users(measurement("users", "what simulated users teach, with real replies"))
    _eval_steering(measurement("steering", "effect of weights against their cost"))
    _eval_pairs(measurement("pairs", "how soon thumbs and pairs foresee what people prefer"))
    _eval_first_run(measurement("first-run", "what the first run's five answers foresee"))


def _eval_users(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, default=Path("users.jsonl"), metavar="FILE",
        help="replies, kept as they come; resumed from; default users.jsonl",
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help="few replies and resamples: whether it works")
    parser.add_argument(
        "--no-answers", action="store_true", help="leave out the guided answers, which take most of the time"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables into this document")
    parser.add_argument("--plots", type=Path, metavar="DIR", help="draw the figures into this folder")


def _eval_steering(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="answers, kept as they come; resumed from"
    )
    parser.add_argument("--prompts", type=int, default=50, metavar="N", help="how many; default 50")
    parser.add_argument(
        "--tokens", type=int, default=64, metavar="N", help="most a reply may have; default 64"
    )
    parser.add_argument(
        "--by",
        nargs="+",
        choices=("prompt", "teacher", "head", "both"),
        default=["prompt", "teacher", "head", "both"],
        help="the ways to compare; all by default",
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables into this document")


def _eval_pairs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help='JSON lines, each with "user", "prompt", "chosen" and "rejected"',
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, on the last line")
    parser.add_argument(
        "--resamples", type=int, default=50, metavar="N", help="random histories a user; default 50"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the random histories; default 0")
    parser.add_argument(
        "--cache", type=Path, metavar="FILE", help="where scored replies are kept, to go on from"
    )


def _eval_first_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--users", type=int, default=1000, metavar="N", help="simulated users of each kind; default 1000"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the users; default 0")
    parser.add_argument(
        "--replies", type=Path, metavar="FILE", help="hold out replies too: the --out of `attune eval users`"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into this document")
