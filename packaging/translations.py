"""The catalogue of translations: collects every text of the window, keeps each language's file in step, compiles it.

    python packaging/translations.py            bring resources/translations up to date; say what is untranslated
    python packaging/translations.py --check    change nothing; fail where something is missing or out of date

It reads the source as a syntax tree and never imports it. Also finds texts that go past ``app.language``.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("de",)
WINDOW, BELOW = "Attune", "below"
# What nobody reads in the window: the terminal and the benchmark speak English.
ENGLISH = ("app/cli/", "app/benchmark/", "app/simulated/")
# Files whose words are for the model, for a machine, or for the terminal.
NOT_FOR_READERS = {
    "app/__main__.py": "printed in the terminal before there is a window",
    "app/engine_client.py": "the engine's errors: translated where they are shown, by told()",
    "app/language.py": "the translation itself",
    "app/opposite.py": "instructions for the model",
    "app/preference_pairs.py": "files of attune eval, in the terminal",
    "app/prompting.py": "instructions for the model; its errors are translated by told()",
    "app/render/appearance.py": "names of fonts",
    "app/render/highlight.py": "markup",
    "app/render/stylesheet.py": "style sheets",
    "app/render/translation.py": "each language's own name",
    "app/samples.py": "a question for the model",
    "app/settings.py": "options of the command line, reported before there is a window",
    "app/statements/recalling.py": "words of the prompt",
    "app/statements/recognition.py": "patterns of English sentences",
    "app/statements/style.py": "patterns of English sentences",
    "app/system_libraries.py": "printed in the terminal before there is a window",
    "app/titles.py": "instructions for the model",
    "app/topics.py": "words for the embedder",
    "app/transfer/pages.py": "exported files read the same everywhere: in English",
    "app/transfer/pdf.py": "markup",
    "app/transfer/record.py": "exported files read the same everywhere: in English",
}
# Single texts that stay as they are.
ALLOWED = {
    "Attune": "the name",
    "Personal": "the first profile's name, kept on disk and the user's to change",
    "Yours": "the key of a group; its heading is translated",
    "the table of shortcuts and the actions differ": "a bug's message",
    "no model": "a state's key",
    "Fusion": "a style of Qt",
    "Recalling": "a stage, translated by told()",
    "the model is gone": "a bug's message",
    "d MMM yyyy": "a date's pattern, filled by Qt",
    "owner/name": "how a repository is written",
    "temporary": "a mode's key",
    "trash": "a mode's key",
    "more headings": "translated by told()",
    "straighter to the point": "translated by told()",
    "more questions back": "translated by told()",
    "fewer questions back": "translated by told()",
    '0&nbsp;<span style="color:0">0</span>': "markup around what is translated",
}
_READS = re.compile(r"[^\W\d_]{2,}[,.:…;!?]? +\S|^[A-Z][a-z]+|[a-z]{3}…$")
_KEYS = re.compile(r"^((Ctrl|Alt|Shift|Meta)\+|Esc$|<|[\w.]+[_\[]|[A-Z][a-z]+([A-Z][a-z]+)+$)")
_UNREAD_CALL = re.compile(
    r"(\.(debug|info|warning|exception|error|log|get|index|startswith|endswith|split|rstrip|setObjectName|setStyle"
    r"|setProperty|setApplicationName|setApplicationDisplayName|compile|call_later)|^(Signal|Template|_fixed|getattr"
    r"|QKeySequence|Literal|TypeVar|cast|ValueError|RuntimeError|TypeError|KeyError|AssertionError|NotFoundError"
    r"|EngineError|(errors\.)?EngineDiedError|_AttemptFailedError|BadPrincipleError|import_module))$"
)
# Whatever stands here is shown or spoken, even one lower-case word.
_SHOWN_CALL = re.compile(
    r"(\.(setText|setToolTip|setWindowTitle|setPlaceholderText|setAccessibleName|setAccessibleDescription|addAction"
    r"|addMenu|addButton|addTab|addItem|setInformativeText|setStatusTip|setWhatsThis|announce|show_note|say|rename)"
    r"|^(QLabel|QPushButton|label|button))$"
)
# What has to give way when a model is loaded, and the stages of it.
_TOLD = {
    ("said.append", "engine/offload.py"),
    ("said.append", "engine/session.py"),
    ("on_progress", "engine/session.py"),
}
_OURS = ("tr", "mark", "told", "plural")
_LETTER = re.compile(r"[^\W\d_]{2}")


@dataclass
class Catalogue:
    """What the source holds. ``sources``: (context, source) → whether it has plural forms."""

    sources: dict[tuple[str, str], bool] = field(default_factory=dict)
    stray: list[str] = field(default_factory=list)


def collect(root: Path = ROOT) -> Catalogue:
    """Read the whole source."""
    found = Catalogue()
    for part in ("app", "engine", "memory"):
        for path in sorted((root / part).rglob("*.py")):
            read(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix(), found)
    _read_principles(root / "resources" / "principles.toml", found)
    return found


def read(source: str, name: str, found: Catalogue) -> None:
    """Add one module's texts to ``found``, and what goes past the translation."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            _read_call(node, name, found)
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id in ("user_message", "next_step")
        ):
            _below(node.value, found)
    if name.startswith("app/") and not name.startswith(ENGLISH) and name not in NOT_FOR_READERS:
        found.stray += [f"{name}:{node.lineno}: {text!r}" for node, text in _strays(tree, parents)]


def _read_call(node: ast.Call, name: str, found: Catalogue) -> None:
    called = ast.unparse(node.func)
    if called in ("tr", "mark") and node.args and not name.startswith(("engine/", "memory/")):
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
            if node.args[0].value:
                found.sources.setdefault((WINDOW, node.args[0].value), False)
        elif isinstance(node.args[0], ast.JoinedStr):
            found.stray.append(f"{name}:{node.lineno}: an f-string can't be found in a catalogue")
    elif called == "plural":
        many = node.args[1]
        if isinstance(many, ast.Constant) and isinstance(many.value, str):
            found.sources[(WINDOW, many.value)] = True
    elif called == "Waiting" or (called == "Stage" and node.args) or (called, name) in _TOLD:
        _below(node.args[0], found)
    elif called == "Failed" and name.startswith("app/"):
        for argument in node.args[2:4]:
            _below(argument, found)
    for keyword in node.keywords:
        if keyword.arg in ("user_message", "next_step"):
            _below(keyword.value, found)


def _below(value: ast.expr, found: Catalogue) -> None:
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
        found.sources.setdefault((BELOW, value.value), False)
    elif isinstance(value, ast.JoinedStr):
        found.sources.setdefault((BELOW, _template(value)), False)
    elif isinstance(value, ast.IfExp):
        _below(value.body, found)
        _below(value.orelse, found)


def _template(text: ast.JoinedStr) -> str:
    pieces, count = [], 0
    for value in text.values:
        if isinstance(value, ast.Constant):
            pieces.append(str(value.value))
        else:
            count += 1
            pieces.append(f"{{value{count}}}")
    return "".join(pieces)


def _read_principles(path: Path, found: Catalogue) -> None:
    from app.wording import MORE

    for row in tomllib.loads(path.read_text(encoding="utf-8"))["principle"]:
        for text in (row["group"], row["help"]):
            found.sources.setdefault((BELOW, text), False)
        for pole in (row["positive"]["label"], row["negative"]["label"]):
            for text in (pole, pole.lower(), MORE.get(pole, f"more {pole.lower()}")):
                found.sources.setdefault((BELOW, text), False)
    found.sources.setdefault((BELOW, "Yours"), False)
    for row in tomllib.loads((path.parent / "models.toml").read_text(encoding="utf-8"))["model"]:
        found.sources.setdefault((BELOW, row["about"]), False)
    for text in _calibration_stages():
        found.sources.setdefault((BELOW, text), False)


def _calibration_stages() -> list[str]:
    tree = ast.parse((ROOT / "engine" / "calibration" / "job.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        target = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(node, ast.Assign):
            target = node.targets[0]
        if isinstance(target, ast.Name) and target.id == "_STAGES":
            return [
                c.value for c in ast.walk(node) if isinstance(c, ast.Constant) and isinstance(c.value, str)
            ]
    return []


def _strays(tree: ast.Module, parents: dict[ast.AST, ast.AST]) -> list[tuple[ast.expr, str]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(v.value) if isinstance(v, ast.Constant) else "0" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        shown = _is_shown(node, parents) and _LETTER.search(text)
        if not (shown or _READS.search(text)) or text in ALLOWED or _KEYS.search(text):
            continue
        if not _is_unread(node, parents):
            found.append((node, text))
    return found


def _is_shown(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    call = parents[node]
    return (
        isinstance(call, ast.Call)
        and node in call.args[:1]
        and bool(_SHOWN_CALL.search(ast.unparse(call.func)))
    )


def _is_unread(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    direct = parents[node]
    if isinstance(direct, ast.Call) and _UNREAD_CALL.search(ast.unparse(direct.func)):
        return True
    at, above = node, direct
    while True:
        if isinstance(
            above, ast.Expr | ast.Compare | ast.FormattedValue | ast.JoinedStr | ast.match_case
        ) and (not isinstance(above, ast.Expr) or above.value is node):
            return True
        if isinstance(above, ast.AnnAssign | ast.arg) and above.annotation is at:
            return True
        if isinstance(above, ast.Subscript) and above.slice is at:
            return True
        if isinstance(above, ast.FunctionDef) and above.returns is at:
            return True
        if isinstance(above, ast.Dict) and any(key is at for key in above.keys):
            return True
        if (
            isinstance(above, ast.Raise)
            and isinstance(above.exc, ast.Call)
            and _UNREAD_CALL.search(ast.unparse(above.exc.func))
        ):
            return True
        if isinstance(above, ast.Call) and ast.unparse(above.func) in _OURS:
            return True
        if isinstance(above, ast.keyword) and above.arg in ("user_message", "next_step"):
            return True
        if above not in parents:
            return False
        at, above = above, parents[above]


# ── the files ──


@dataclass
class Entry:
    """One text of a language's file: its translation, or one for each plural form."""

    forms: tuple[str, ...]
    plural: bool
    finished: bool


def load(path: Path) -> dict[tuple[str, str], Entry]:
    """Read a language's file."""
    if not path.exists():
        return {}
    entries = {}
    for context in ElementTree.parse(path).getroot().iter("context"):  # noqa: S314  our own file
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            plural = message.get("numerus") == "yes"
            forms = (
                [form.text or "" for form in translation.iter("numerusform")]
                if plural
                else [translation.text or ""]
            )
            key = (context.findtext("name") or "", message.findtext("source") or "")
            entries[key] = Entry(tuple(forms), plural, translation.get("type") is None and all(forms))
    return entries


def merged(found: Catalogue, old: dict[tuple[str, str], Entry]) -> dict[tuple[str, str], Entry]:
    """Keep what is still said, leave what is new unfinished, drop the rest."""
    return {
        key: old[key]
        if key in old and old[key].plural == plural
        else Entry(("", "") if plural else ("",), plural, False)
        for key, plural in sorted(found.sources.items())
    }


def text_of(language: str, entries: dict[tuple[str, str], Entry]) -> str:
    """Write a language's file, in Qt Linguist's format."""
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    for name in sorted({context for context, _ in entries}):
        context = ElementTree.SubElement(root, "context")
        ElementTree.SubElement(context, "name").text = name
        for (where, source), entry in entries.items():
            if where != name:
                continue
            message = ElementTree.SubElement(context, "message", {"numerus": "yes"} if entry.plural else {})
            ElementTree.SubElement(message, "source").text = source
            translation = ElementTree.SubElement(
                message, "translation", {} if entry.finished else {"type": "unfinished"}
            )
            if entry.plural:
                for form in entry.forms:
                    ElementTree.SubElement(translation, "numerusform").text = form
            else:
                translation.text = entry.forms[0]
    ElementTree.indent(root, "    ")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
        + ElementTree.tostring(root, "unicode")
        + "\n"
    )


def compiled(path: Path) -> bytes:
    """Return what lrelease makes of a language's file."""
    import PySide6

    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.qm"
        program = Path(PySide6.__file__).parent / ("lrelease.exe" if sys.platform == "win32" else "lrelease")
        subprocess.run([program, "-silent", path, "-qm", made], check=True, capture_output=True)  # noqa: S603
        return made.read_bytes()


def problems(found: Catalogue, entries: dict[tuple[str, str], Entry]) -> list[str]:
    """Say what keeps a language from being complete."""
    said = [f"goes past the translation: {stray}" for stray in found.stray]
    said += [f"not in the catalogue: {key}" for key in found.sources if key not in entries]
    said += [f"no longer said: {key}" for key in entries if key not in found.sources]
    for key, entry in entries.items():
        if not entry.finished:
            said.append(f"untranslated: {key}")
        elif any(
            _placeholders(form) != _placeholders(key[1])
            for form in entry.forms
            if not (entry.plural and form == entry.forms[0])
        ):
            said.append(f"other placeholders than the source: {key}")
    return said


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", text))


def main() -> int:
    """Update, or with ``--check`` only compare; 0 where all is complete."""
    found, bad = collect(), 0
    for language in LANGUAGES:
        ts, qm = FOLDER / f"attune_{language}.ts", FOLDER / f"attune_{language}.qm"
        if "--check" not in sys.argv:
            FOLDER.mkdir(exist_ok=True)
            ts.write_text(text_of(language, merged(found, load(ts))), encoding="utf-8")
            qm.write_bytes(compiled(ts))
        said = problems(found, load(ts))
        if not qm.exists() or qm.read_bytes() != compiled(ts):
            said.append(f"{qm.name} is out of date")
        for line in said:
            sys.stdout.write(f"{language}: {line}\n")
        bad += len(said)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
