from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from memory.errors import NotFoundError, PrincipleError, ProfileError
from memory.own_principles import MOST_PRINCIPLES
from memory.records import PrincipleDraft, PrincipleSetting
from memory.store import Store
from tests.memory.builders import NAMES, VERSION, TickingClock, answer, exchange, trace

POETIC = PrincipleDraft("Poetic", "Answer like a wandering poet.", "Sober", "Answer soberly.")


@pytest.fixture
def other(tmp_path):
    opened = Store.open(tmp_path / "other", clock=TickingClock())
    sync(opened)
    yield opened
    opened.close()


def sync(store: Store) -> None:
    names = [*NAMES, *(p.name for p in store.own_principles())]
    store.sync_principles(tuple((name, "hash") for name in names))


def weight(store: Store, name: str):
    return next(w for w in store.preferences(VERSION).weights if w.name == name)


def test_a_principle_is_kept_under_a_name_that_stays_and_tells_nothing(store):
    made = store.add_principle(POETIC)
    assert "poetic" not in made.name.casefold()
    edited = store.edit_principle(made.name, PrincipleDraft("Lyrical", "Sing.", "Sober", "Be sober."))
    assert edited.name == made.name
    assert [p.words.positive_label for p in store.own_principles()] == ["Lyrical"]


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (PrincipleDraft(" ", "a", "b", "c"), "both ends"),
        (PrincipleDraft("A", "Be kind.", "B", "  be  KIND. "), "say the same"),
        (PrincipleDraft("Kind", "Be kind.", "kind", "Be stern."), "same name"),
        (PrincipleDraft("A", "x" * 500, "B", "c"), "at most"),
    ],
)
def test_words_that_cannot_serve_are_refused_with_a_reason(store, draft, said):
    with pytest.raises(PrincipleError) as error:
        store.add_principle(draft)
    assert said in error.value.user_message
    assert error.value.next_step
    assert store.own_principles() == ()


def test_there_is_room_for_so_many_and_setting_one_aside_makes_room(store):
    made = [
        store.add_principle(PrincipleDraft(f"A{i}", f"Do {i}.", f"B{i}", f"Don't {i}."))
        for i in range(MOST_PRINCIPLES - len(NAMES))
    ]
    with pytest.raises(PrincipleError, match="no room"):
        store.add_principle(POETIC)
    store.retire_principle(made[0].name)
    poetic = store.add_principle(POETIC)
    with pytest.raises(PrincipleError, match="no room"):
        store.restore_principle(made[0].name)
    store.retire_principle(poetic.name)
    store.restore_principle(made[0].name)
    assert made[0].name in {p.name for p in store.own_principles()}


def test_a_new_principle_learns_without_disturbing_what_the_others_learned(store):
    said = exchange(store, features={"concise": 0.4}, label=1)
    before = weight(store, "concise").mean
    made = store.add_principle(POETIC)
    sync(store)
    assert weight(store, "concise").mean == pytest.approx(before, abs=1e-9)
    assert weight(store, made.name).mean == 0
    assert store.unscored(VERSION) == ()
    assert store.unscored(VERSION, ["concise", made.name]) == (said.reply.id,)
    answer(store, said.question, features={"concise": 0.0, made.name: 0.5}, label=1)
    assert weight(store, made.name).mean > 0


def test_another_instruction_is_another_measure_and_other_features_stay(store):
    made = store.add_principle(POETIC)
    sync(store)
    said = exchange(store, features={"concise": 0.4, made.name: 0.5, "warm": -0.25}, label=1)
    store.set_principle(PrincipleSetting(made.name, 0.5))
    assert weight(store, made.name).mean != 0
    store.edit_principle(made.name, PrincipleDraft("Lyric", *tuple_of(POETIC)[1:]))
    assert made.name in store.features(said.reply.id, VERSION).values, "a label measures nothing"
    store.edit_principle(made.name, PrincipleDraft("Lyric", "Rhyme.", "Sober", "Answer soberly."))
    assert store.features(said.reply.id, VERSION).values == {"concise": 0.4, "warm": -0.25}
    assert store.unscored(VERSION, [made.name]) == (said.reply.id,)
    assert store.settings()[0].value == 0.5


def tuple_of(draft: PrincipleDraft) -> tuple[str, str, str, str]:
    return (
        draft.positive_label,
        draft.positive_instruction,
        draft.negative_label,
        draft.negative_instruction,
    )


def test_forgetting_leaves_neither_its_words_nor_what_it_measured_in_any_file(store, tmp_path):
    made = store.add_principle(POETIC)
    sync(store)
    said = exchange(store, features={"concise": 0.4, made.name: 0.5}, label=1)
    kept = trace(
        said.reply.id,
        weights={"concise": 0.5, made.name: 0.75},
        instructions=("Be brief.", POETIC.positive_instruction),
        origin={"evidence": 2, "weights": {"concise": {"weight": 0.5}, made.name: {"weight": 0.75}}},
    )
    before = {k: v for k, v in asdict(kept).items() if k not in ("message_id", "earlier")}
    store.save_trace(replace(kept, earlier=({"characters": 3}, {"characters": 7, **before})))
    store.edit_principle(made.name, PrincipleDraft("Poetic", "Answer in hexameters.", "Sober", "Don't."))
    store.set_principle(PrincipleSetting(made.name, 0.5))
    store.add_statement("Hexameters, please", "style", principle=made.name, value=1.0)
    store.forget_principle(made.name)
    sync(store)
    assert store.own_principles(retired=True) == ()
    assert store.trace(said.reply.id).weights == {"concise": 0.5}
    assert store.trace(said.reply.id).instructions == ("Be brief.",)
    assert store.trace(said.reply.id).origin == {"evidence": 2, "weights": {"concise": {"weight": 0.5}}}
    assert [part["characters"] for part in store.trace(said.reply.id).earlier] == [3, 7]
    assert store.features(said.reply.id, VERSION).values == {"concise": 0.4}
    assert store.statements()[0].principle is None
    store.close()
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            for word in ("wandering poet", "hexameters.", made.name):
                assert word.encode() not in raw, (path, word)


def test_the_state_after_forgetting_is_that_of_never_having_had_it(store, other):
    made = store.add_principle(POETIC)
    sync(store)
    for s, extra in ((store, {made.name: 0.7}), (other, {})):
        exchange(s, features={"concise": 0.4, **extra}, label=1)
        exchange(s, features={"concise": -0.1, **{k: -v for k, v in extra.items()}}, label=-1)
    store.forget_principle(made.name)
    sync(store)
    for mine, theirs in zip(
        store.preferences(VERSION).weights, other.preferences(VERSION).weights, strict=True
    ):
        assert mine.mean == pytest.approx(theirs.mean, abs=1e-6)
        assert mine.used == pytest.approx(theirs.used, abs=1e-6)


def test_forgetting_everything_forgets_them_too(store):
    store.add_principle(POETIC)
    store.forget_everything()
    assert store.own_principles(retired=True) == ()


def test_what_is_gone_says_so(store):
    for act in (store.retire_principle, store.restore_principle, store.forget_principle):
        with pytest.raises(NotFoundError):
            act("own_000000000000")


def test_a_profile_carries_them_and_importing_again_adds_nothing(store, other):
    made = store.add_principle(POETIC)
    store.set_principle(PrincipleSetting(made.name, -0.5))
    text = store.export_profile()
    assert other.import_profile(text).added["own_principles"] == 1
    assert other.own_principles() == store.own_principles()
    assert other.import_profile(text).added["own_principles"] == 0


def test_a_profile_from_before_there_were_any_is_read(store, other):
    document = json.loads(store.export_profile())
    del document["own_principles"]
    assert other.import_profile(json.dumps(document)).added["own_principles"] == 0


def test_a_profile_cannot_name_a_principle_as_it_likes(store, other):
    store.add_principle(POETIC)
    document = json.loads(store.export_profile())
    for name in ("../../escape", "concise", ""):
        document["own_principles"][0]["name"] = name
        with pytest.raises(ProfileError):
            other.import_profile(json.dumps(document))


def test_features_of_a_principle_that_says_something_else_here_are_not_mixed_in(store, other):
    made = store.add_principle(POETIC)
    other.import_profile(store.export_profile())
    sync(store)
    said = exchange(store, features={"concise": 0.4, made.name: 0.5}, label=1)
    other.edit_principle(made.name, PrincipleDraft("Poetic", "Rhyme.", "Sober", "Answer soberly."))
    other.import_profile(store.export_profile())
    assert other.features(said.reply.id, VERSION).values == {"concise": 0.4}
    assert other.own_principles()[0].words.positive_instruction == "Rhyme."


def test_an_import_beyond_the_room_there_is_sets_the_newest_aside(store, other):
    for s in (store, other):
        for i in range(MOST_PRINCIPLES - len(NAMES) - 4):
            s.add_principle(PrincipleDraft(f"A{i}", f"Do {i}.", f"B{i}", f"Don't {i}."))
    other.import_profile(store.export_profile())
    assert len(other.own_principles()) == MOST_PRINCIPLES - len(NAMES)
    assert len(other.own_principles(retired=True)) == 2 * (MOST_PRINCIPLES - len(NAMES) - 4)
