"""The terminal, run in this process over the fake engine and a real memory."""

from __future__ import annotations

import json
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app import composition
from app.__main__ import main
from app.cli import ask, doctor, prompts
from engine.protocol import Embed, Generate, Score
from memory.records import PersonaDraft
from memory.store import Store
from tests.fakes import FakeEngineClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUESTION = "What shall I cook?"
KEYS = {
    "text",
    "tokens",
    "changed_share",
    "mean_base_logprob",
    "tokens_per_second",
    "time_to_first_token",
    "features",
    "weights",
}


class Terminal:
    """Runs ``attune`` with arguments and piped text; keeps the engines it used."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        self._stdin = folder / "piped.txt"
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.engines: list[FakeEngineClient] = []
        self.prepare: Callable[[FakeEngineClient], None] = lambda engine: None
        for module in (composition, ask, prompts, doctor):
            monkeypatch.setattr(module, "make_engine", self._make_engine)

    def _make_engine(self, *_given: object) -> FakeEngineClient:
        engine = FakeEngineClient()
        self.prepare(engine)
        self.engines.append(engine)
        return engine

    def run(self, *arguments: str, piped: str = "") -> tuple[int, str, str]:
        self._stdin.write_text(piped, encoding="utf-8")
        with self._stdin.open(encoding="utf-8") as stdin:
            self._monkeypatch.setattr(sys, "stdin", stdin)
            code = main(arguments)
        out, err = self._capsys.readouterr()
        return code, out, err

    def json(self, *arguments: str, piped: str = "") -> dict[str, Any]:
        code, out, err = self.run(*arguments, "--json", piped=piped)
        assert (code, err) == (0, "")
        record = json.loads(out.splitlines()[-1])
        assert isinstance(record, dict)
        return record

    def asked(self, kind: type) -> list[Any]:
        return [c for engine in self.engines for c in engine.behaviour.seen if isinstance(c, kind)]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    return Terminal(monkeypatch, capsys, tmp_path)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    store = Store.open(data, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    yield store
    store.close()


# ask


def test_ask_prints_the_answer_and_stores_nothing(terminal: Terminal, data: Path) -> None:
    code, out, err = terminal.run("ask", QUESTION, "--seed", "1")

    assert code == 0
    assert err == ""
    assert len(out.split()) > 10
    assert out.endswith("\n")
    assert not data.exists()
    assert terminal.run("ask", "What", "shall", "I", "cook?", "--seed", "1")[1] == out


def test_ask_json_has_everything_on_the_last_line(terminal: Terminal) -> None:
    record = terminal.json("ask", QUESTION, "--seed", "1", "--set", "concise=1.0", "--set", "warm=-0.5")

    assert record.keys() >= KEYS
    assert record["weights"] == {"concise": 1.0, "warm": -0.5}
    assert record["features"]["concise"] > 0
    assert "harmless_honest" not in record["features"]
    assert record["seed"] == 1
    assert record["tokens"] == len(record["text"].split())
    assert 0 < record["changed_share"] <= 1


def test_ask_passes_every_parameter_on(terminal: Terminal) -> None:
    terminal.run(
        *("ask", QUESTION, "--temperature", "0.1", "--top-k", "3", "--top-p", "0.5", "--min-p", "0.2"),
        *("--repetition-penalty", "1.3", "--max-tokens", "5", "--seed", "9", "--system", "Be kind."),
        *("--strength", "1.5", "--reward", "none"),
    )

    (command,) = terminal.asked(Generate)
    sampling = command.sampling
    assert (sampling.temperature, sampling.top_k, sampling.top_p, sampling.min_p) == (0.1, 3, 0.5, 0.2)
    assert (sampling.repetition_penalty, sampling.max_tokens, sampling.seed) == (1.3, 5, 9)
    assert [m.content for m in command.messages] == ["Be kind.", QUESTION]
    assert (command.guidance.strength, command.guidance.reward) == (1.5, "none")
    assert terminal.asked(Score) == []


def test_ask_reads_what_is_piped(terminal: Terminal) -> None:
    terminal.run("ask", "Summarise:", piped="A long story.\n")
    terminal.run("ask", piped="Just this.")
    terminal.run("ask", "-", piped="And this.")

    texts = [command.messages[-1].content for command in terminal.asked(Generate)]
    assert texts == ["Summarise:\n\nA long story.", "Just this.", "And this."]


def test_a_silent_pipe_does_not_hold_a_question_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ask, "PIPE_PATIENCE", 0.05)
    read, write = os.pipe()
    with os.fdopen(read) as silent:
        assert ask.text_of(["Why?"], silent) == "Why?"
        assert "pipe" in capsys.readouterr().err
        os.write(write, b"Because.")
        os.close(write)
        assert ask.text_of(["Why?"], silent) == "Why?\n\nBecause."


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["ask"], "nothing to answer", 2),
        (["ask", QUESTION, "--set", "concise"], "not a weight", 2),
        (["ask", QUESTION, "--set", "concise=much"], "not a weight", 2),
        (["ask", QUESTION, "--set", "kindness=1"], "no preference called", 2),
        (["ask", QUESTION, "--set", "harmless_honest=-1"], "no preference called", 2),
        (["ask", QUESTION, "--set", "concise=3"], "out of range", 2),
        (["ask", QUESTION, "--strength", "9"], "out of range", 2),
        (["ask", QUESTION, "--temperature", "-1"], "out of range", 2),
        (["ask", QUESTION, "--context", "3"], "context", 2),
        (["ask", QUESTION, "--out", "x"], "need --prompts", 2),
    ],
)
def test_what_can_t_be_done_is_one_sentence_and_a_next_step(
    terminal: Terminal, arguments: list[str], words: str, code: int
) -> None:
    got, out, err = terminal.run(*arguments)

    assert got == code
    assert out == ""
    assert words in err
    first, second = err.splitlines()
    assert first.startswith("attune: ")
    assert len(second.split()) > 1


def test_unknown_options_are_usage_errors(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["ask", QUESTION, "--reward", "magic"])

    assert ended.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("attune ")


# ask and what was learned


def test_ask_uses_what_the_user_set_unless_told_otherwise(terminal: Terminal) -> None:
    with composition.running(composition_settings()) as attune:
        attune.assistant.set_preference("warm", 0.75)
        attune.assistant.set_strength(0.5)

    learned = terminal.json("ask", QUESTION)
    assert learned["weights"] == {"warm": pytest.approx(0.75, abs=0.05)}
    assert learned["strength"] == 0.5
    assert terminal.json("ask", QUESTION, "--fresh")["weights"] == {}
    assert terminal.json("ask", QUESTION, "--reward", "none")["weights"] == {}
    assert terminal.json("ask", QUESTION, "--set", "concise=1")["weights"] == {"concise": 1.0}


def test_ask_recalls_where_there_is_evidence(terminal: Terminal, data: Path) -> None:
    teach(terminal)
    terminal.engines.clear()

    record = terminal.json("ask", QUESTION)

    assert record["weights"]["concise"] > 0.1
    assert len(terminal.asked(Embed)) == 1


def test_ask_goes_on_beside_an_open_window(terminal: Terminal, store: Store) -> None:
    code, out, err = terminal.run("ask", QUESTION)

    assert code == 0
    assert out.split()
    assert "Attune is open with this data" in err


def make_poet(data: Path) -> None:
    store = Store.open(data, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    store.add_persona(PersonaDraft("Poet", "You are a poet.", {"temperature": 1.2, "top_k": 4.0}, 0.5))
    store.close()


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_a_persona_answers_and_the_command_line_goes_before_it(
    terminal: Terminal, data: Path, command: str
) -> None:
    make_poet(data)

    def answered(*arguments: str) -> Generate:
        question = (QUESTION,) if command == "ask" else ()
        code, _, err = terminal.run(command, *question, *arguments, piped="" if question else QUESTION + "\n")
        assert (code, err) == (0, "")
        return terminal.engines[-1].asked(QUESTION)

    worn = answered("--persona", "poet")
    assert worn.messages[0].content == "You are a poet."
    assert (worn.sampling.temperature, worn.sampling.top_k, worn.guidance.strength) == (1.2, 4, 0.5)
    told = answered("--persona", "poet", "--system", "Be brief.", "--temperature", "0.1", "--strength", "1.5")
    assert told.messages[0].content == "Be brief."
    assert (told.sampling.temperature, told.sampling.top_k, told.guidance.strength) == (0.1, 4, 1.5)
    assert answered().messages[0].content != "You are a poet."


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_a_persona_that_is_not_there_is_named_with_those_that_are(
    terminal: Terminal, data: Path, command: str
) -> None:
    make_poet(data)
    code, _, err = terminal.run(command, *([QUESTION] if command == "ask" else []), "--persona", "Nobody")
    assert code == 2
    assert "no persona called “Nobody”" in err
    assert "“Poet”" in err


def teach(terminal: Terminal) -> None:
    lines = []
    for number in range(6):
        lines += [f"Question {number}?", "/down" if number % 2 else "/up", "/new"]
    terminal.run("chat", piped="\n".join(lines))
    # The next start scores what was rated last; ask alone would not.
    with composition.running(composition_settings()) as attune:
        assert attune.assistant.settle(10)
        weights = attune.assistant.preferences()
        assert weights.evidence == 6
        attune.assistant.set_preference("concise", 0.5)


def composition_settings() -> Any:
    from app.settings import read_settings

    return read_settings()


# many prompts


def write_lines(path: Path, *records: object) -> str:
    path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in records))
    return str(path)


def read_records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_many_prompts_in_one_engine(terminal: Terminal, tmp_path: Path) -> None:
    file = write_lines(
        tmp_path / "in.jsonl",
        {"prompt": "One?"},
        {"prompt": "Two?", "set": {"concise": 1}, "seed": 5},
        "",
        {"prompt": "Three?", "system": "Be kind."},
    )
    out = tmp_path / "out.jsonl"

    code, printed, err = terminal.run(
        "ask", "--prompts", file, "--out", str(out), "--seed", "1", "--set", "warm=0.5"
    )

    assert (code, printed, err) == (0, "", "")
    records = read_records(out)
    assert [r["line"] for r in records] == [1, 2, 4]
    assert [r["prompt"] for r in records] == ["One?", "Two?", "Three?"]
    assert [r["weights"] for r in records] == [{"warm": 0.5}, {"concise": 1.0}, {"warm": 0.5}]
    assert [r["seed"] for r in records] == [1, 5, 1]
    assert all(r.keys() >= KEYS for r in records)
    assert len(terminal.engines) == 1
    assert terminal.asked(Generate)[-1].messages[0].content == "Be kind."


def test_many_prompts_without_out_are_printed(terminal: Terminal, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "in.jsonl", {"prompt": "One?"}, {"prompt": "Two?"})

    code, out, _ = terminal.run("ask", "--prompts", file, "--no-features")

    assert code == 0
    assert [json.loads(line)["features"] for line in out.splitlines()] == [None, None]
    assert terminal.asked(Score) == []


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("{not json", "not JSON"),
        ('{"question": "?"}', '"prompt"'),
        ('{"prompt": ""}', '"prompt"'),
        ('["prompt"]', '"prompt"'),
        ('{"prompt": "?", "sed": 1}', "unknown key “sed”"),
        ('{"prompt": "?", "set": {"concise": "much"}}', '"set"'),
        ('{"prompt": "?", "set": {"kindness": 1}}', "no preference called “kindness”"),
        ('{"prompt": "?", "set": {"concise": 7}}', "out of range"),
        ('{"prompt": "?", "seed": 1.5}', '"seed"'),
        ('{"prompt": "?", "system": 1}', '"system"'),
    ],
)
def test_a_bad_line_is_named_before_anything_is_answered(
    terminal: Terminal, tmp_path: Path, bad: str, words: str
) -> None:
    file = write_lines(tmp_path / "in.jsonl", {"prompt": "One?"}, "", bad)

    code, out, err = terminal.run("ask", "--prompts", file)

    assert code == 2
    assert out == ""
    assert "in.jsonl line 3" in err
    assert words in err
    assert terminal.asked(Generate) == []


@pytest.mark.parametrize("content", [b"", b"\n\n", b'{"prompt": "\xff"}'])
def test_a_useless_file_is_explained(terminal: Terminal, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(content)

    code, _, err = terminal.run("ask", "--prompts", str(path))

    assert code == 2
    assert "in.jsonl" in err


def test_a_missing_file_is_explained(terminal: Terminal, tmp_path: Path) -> None:
    code, _, err = terminal.run("ask", "--prompts", str(tmp_path / "none.jsonl"))

    assert code == 1
    assert "none.jsonl" in err


def test_one_failure_does_not_end_the_run_and_resuming_repeats_only_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = write_lines(tmp_path / "in.jsonl", *({"prompt": f"Question {i}?"} for i in range(3)))
    out = tmp_path / "out.jsonl"
    terminal.prepare = lambda engine: engine.die_after(4)

    code, _, err = terminal.run("ask", "--prompts", file, "--out", str(out), "--seed", "1")

    assert code == 1
    assert "line 1" in err
    assert "--resume" in err
    first = read_records(out)
    assert ["error" in record for record in first] == [True, False, False]

    with out.open("a") as cut_off:
        cut_off.write('{"line": 3, "prompt": "Quest')
    terminal.prepare = lambda engine: None
    terminal.engines.clear()
    code, _, err = terminal.run("ask", "--prompts", file, "--out", str(out), "--seed", "1", "--resume")

    assert (code, err) == (0, "")
    assert len(terminal.asked(Generate)) == 1
    records = sorted(read_records(out), key=lambda record: record["line"])
    assert records[1:] == first[1:]
    assert "text" in records[0]


# chat


def test_chat_answers_rates_explains_and_forgets_nothing(terminal: Terminal) -> None:
    lines = (
        "/up",
        QUESTION,
        "/why",
        "/down too long",
        "/undo",
        "/weights",
        "/new",
        "/nonsense",
        "",
        "Again?",
    )

    code, out, err = terminal.run("chat", "--seed", "1", piped="\n".join(lines))

    assert (code, err) == (0, "")
    assert "no answer to rate" in out
    assert "seed 1" in out
    assert out.count("Saved on this computer.") >= 1
    assert "Taken back." in out
    assert "concise" in out
    assert "Strength β 1 (Clear)" in out
    assert "A new conversation." in out
    assert "no command /nonsense" in out
    with composition.running(composition_settings()) as attune:
        assert [c.title for c in attune.assistant.conversations()] == ["Again?", QUESTION]
        assert attune.assistant.counts().feedback == 0


def test_quit_ends_the_chat_at_once(terminal: Terminal) -> None:
    code, out, _ = terminal.run("chat", piped="/help\n/quit\nNever asked.")

    assert code == 0
    assert "/undo" in out
    assert terminal.asked(Generate) == []


def test_a_broken_reply_is_said_in_the_chat_which_goes_on(terminal: Terminal) -> None:
    terminal.prepare = lambda engine: engine.die_after(3)

    code, out, _ = terminal.run("chat", piped=f"{QUESTION}\n{QUESTION}")

    assert code == 0
    assert "[The engine stopped unexpectedly." in out
    assert "the engine restarts by itself.]" in out
    assert len(terminal.asked(Generate)) == 2


# the data folder


def test_a_second_instance_is_told_so_and_the_data_is_untouched(
    terminal: Terminal, store: Store, data: Path
) -> None:
    conversation = store.create_conversation("Kept")

    code, out, err = terminal.run("chat", piped=QUESTION)

    assert code == 1
    assert out == ""
    assert "already running" in err
    assert "--data-dir" in err
    assert [c.id for c in store.conversations()] == [conversation.id]


def test_a_damaged_memory_is_said_and_kept(terminal: Terminal, data: Path) -> None:
    data.mkdir()
    (data / "attune.db").write_bytes(b"not a database, only words " * 400)

    code, out, err = terminal.run("chat", piped=QUESTION)

    assert code == 0
    assert out.split()
    assert "could not be read" in err
    kept = Path(err.split("It is kept as ")[1].strip().rstrip("."))
    assert kept.read_bytes().startswith(b"not a database")


@pytest.mark.parametrize("kind", ["a file", "nowhere to write"])
def test_an_unusable_data_folder_is_explained(terminal: Terminal, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "occupied" if kind == "a file" else Path("/proc/attune")
    if kind == "a file":
        folder.write_text("I was here first.")

    code, out, err = terminal.run("chat", "--data-dir", str(folder), piped=QUESTION)

    assert code == 1
    assert out == ""
    assert "can't write to its data folder" in err
    assert "--data-dir" in err
    if kind == "a file":
        assert folder.read_text() == "I was here first."


def test_the_data_folder_can_be_named_before_or_after_the_command(terminal: Terminal, tmp_path: Path) -> None:
    for number, order in enumerate((["--data-dir", "{}", "chat"], ["chat", "--data-dir", "{}"])):
        folder = tmp_path / f"elsewhere-{number}"
        terminal.run(*(word.format(folder) for word in order), piped=QUESTION)
        assert (folder / "attune.db").exists()
    assert not (tmp_path / "data").exists()


# remember, statements


def test_what_is_to_be_remembered_is_kept_listed_used_and_forgotten(terminal: Terminal) -> None:
    assert terminal.run("statements")[1].startswith("Nothing yet.")
    code, out, _ = terminal.run("remember", "I'm", "vegetarian and cook for one")
    assert (code, out) == (0, "Remembered. It goes along with questions it matters for.\n")
    assert terminal.run("remember", "Always use metric units")[1] == (
        "Remembered. It goes along with every question.\n"
    )
    assert "knew that already" in terminal.run("remember", "please always use metric units")[1]
    lines = terminal.run("statements")[1].splitlines()
    assert [line.split("  ")[-1].strip() for line in lines] == [
        "I'm vegetarian and cook for one",
        "Always use metric units",
    ]
    report = json.loads(terminal.run("ask", "--json", "What can I cook for one?")[1])
    assert report["statements"] == ["Always use metric units", "I'm vegetarian and cook for one"]
    assert report["instructions"] == []
    generated = next(c for c in terminal.engines[-1].behaviour.seen if isinstance(c, Generate))
    assert generated.instructions == (
        "About me: I'm vegetarian and cook for one.",
        "Always: use metric units.",
    )
    assert json.loads(terminal.run("ask", "--json", "--fresh", QUESTION)[1])["statements"] == []
    code, out, _ = terminal.run("statements", "--forget", lines[0].split()[0])
    assert (code, out) == (0, "Forgotten: I'm vegetarian and cook for one\n")
    assert len(terminal.run("statements")[1].splitlines()) == 1


def test_style_moves_a_slider_and_a_newer_word_wins(terminal: Terminal, data: Path) -> None:
    assert "more concise" in terminal.run("remember", "I want brief answers")[1]
    terminal.run("remember", "I eat meat")
    assert "No longer counts: I eat meat" in terminal.run("remember", "I'm vegan")[1]
    assert "I eat meat" not in terminal.run("statements")[1]
    assert "(until " in terminal.run("statements", "--all")[1]
    kept = json.loads(terminal.run("statements", "--all", "--json")[1])["statements"]
    assert [(s["kind"], s["principle"], s["superseded_at"] is None) for s in kept] == [
        ("style", "concise", True),
        ("fact", None, False),
        ("fact", None, True),
    ]


def test_words_after_a_thumb_are_a_reason_or_the_users_own(terminal: Terminal) -> None:
    lines = (QUESTION, "/down Too long.", "Again?", "/down I meant the other one", "/quit")
    assert terminal.run("chat", "--seed", "1", piped="\n".join(lines))[0] == 0
    with composition.running(composition_settings()) as attune:
        given = [
            turn.feedback
            for conversation in attune.assistant.conversations()
            for turn in attune.assistant.turns(conversation.id)
            if turn.feedback
        ]
    assert [(f.reasons, f.note) for f in given] == [
        (("too_long",), ""),
        (("other",), "I meant the other one"),
    ]


def test_bytes_that_are_no_characters_are_no_reason_to_fail(terminal: Terminal) -> None:
    assert terminal.run("remember", "I like caf\udce9s")[0] == 0
    assert terminal.run("search", "caf\udce9s")[0] == 1  # nothing is found


def test_forgetting_what_is_not_there_says_so(terminal: Terminal) -> None:
    code, _, err = terminal.run("statements", "--forget", "zz")
    assert code == 2
    assert "There is no statement zz." in err
    assert terminal.run("remember", " ")[0] == 2


def test_why_in_a_chat_says_what_was_used(terminal: Terminal) -> None:
    terminal.run("remember", "Always use metric units")
    out = terminal.run("chat", piped=f"{QUESTION}\n/why\n")[1]
    assert re.search(r"^You once said: +Always use metric units$", out, re.MULTILINE)


def test_why_says_where_each_weight_came_from_as_the_window_does(terminal: Terminal) -> None:
    with composition.running(composition_settings()) as attune:
        attune.assistant.set_preference("warm", 0.8)
    out = terminal.run("chat", "--seed", "1", piped=f"{QUESTION}\n/why\n")[1]
    lines = {name: text.strip() for name, _, text in (line.partition(":") for line in out.splitlines())}
    assert lines["Strength"] == "Clear (β = 1.00), as set in the preferences"
    assert lines["Preferences"] == "Warm 0.80: Set by you, at 0.80"
    assert "seed 1" in lines["Written by"]
    assert re.fullmatch(r"\d+% of \d+ tokens", lines["Changed"])
    with composition.running(composition_settings()) as attune:
        attune.assistant.set_preference("warm", None)
    out = terminal.run("chat", piped=f"{QUESTION}\n/why\n/why without\n")[1]
    assert "Word for word the same" in out
    assert "none; this is how the model answers by itself" in out
    assert "/why words" not in out


def test_why_goes_word_by_word_and_shows_the_answer_without_the_user(terminal: Terminal) -> None:
    with composition.running(composition_settings()) as attune:
        attune.assistant.set_preference("warm", 0.8)
    out = terminal.run("chat", "--seed", "1", piped=f"{QUESTION}\n/why words\n/why without\n/why not\n")[1]
    answer, *rest = out.splitlines()
    count, *words = [line for line in rest if line.startswith("  ") or "would have been" in line]
    assert re.fullmatch(r"[1-9]\d* of \d+ tokens would have been others without you\.", count)
    assert any(re.search(r"warm .*→ .* instead of “\w+”", word) for word in words)
    assert any(re.search(r"warm \+0\.\d\d", word) for word in words)
    plain = rest[rest.index(words[-1]) + 1]
    assert plain != answer
    assert len(plain.split()) == len(answer.split())
    assert "Say /why, /why words or /why without." in out


def test_why_before_any_answer_says_so(terminal: Terminal) -> None:
    assert "no finished answer to explain yet" in terminal.run("chat", piped="/why words\n")[1]


# doctor


def test_doctor_checks_everything(terminal: Terminal, data: Path) -> None:
    code, out, _ = terminal.run("doctor")

    states = {line.split()[0] for line in out.splitlines() if line and not line.startswith(" ")}
    assert code == (1 if "problem" in states else 0)
    for part in ("Attune", "llama-cpp-python", "CPU", "Data", "Database", "Embedder", "Model file", "Engine"):
        assert part in out
    assert "GPU" in out
    assert not data.exists()


def test_doctor_names_problems_with_a_next_step(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "occupied"
    folder.write_text("I was here first.")

    code, out, _ = terminal.run("doctor", "--data-dir", str(folder), "--model", str(tmp_path / "no.gguf"))

    assert code == 1
    problems = [line for line in out.splitlines() if line.startswith("problem")]
    assert any("Model file" in line for line in problems)
    assert any("Data" in line for line in problems)
    assert f"{len(problems)} problem" in out


def test_doctor_sees_a_running_window(terminal: Terminal, store: Store) -> None:
    assert "in use by an Attune that is running now" in terminal.run("doctor")[1]


# the window


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Qt brings its libraries along")
def test_without_a_display_the_window_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from app import system_libraries

    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(system_libraries, "_loads", lambda soname: True)
    assert main([]) == 1
    assert "no display" in capsys.readouterr().err

    monkeypatch.setattr(system_libraries, "_loads", lambda soname: soname != "libEGL.so.1")
    monkeypatch.setattr(system_libraries.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert main([]) == 1
    assert capsys.readouterr().err == (
        "attune: Attune needs libEGL.so.1; install with: sudo apt-get install -y libegl1\n"
    )
