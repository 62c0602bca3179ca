import pytest

from app.opposite import opposite_name, proposal, short_name


@pytest.mark.parametrize(
    ("instruction", "name"),
    [
        ("Answer like a pirate.", "Pirate"),
        ("Please always end with a short poem.", "Short poem"),
        ("Use metric units", "Metric units"),
        ("", ""),
    ],
)
def test_a_short_name_is_what_the_instruction_is_about(instruction, name):
    assert short_name(instruction) == name


def test_the_other_pole_is_named_after_it():
    assert opposite_name("Pirate") == "Not pirate"
    assert opposite_name("") == ""


def test_only_the_first_line_of_a_chatty_model_counts():
    said = proposal("Be loud.", '\n"Opposite: Be quiet and calm"\nI hope this helps!', ())
    assert (said.instruction, said.by_model) == ("Be quiet and calm.", True)


def test_a_loop_is_no_proposal():
    assert not proposal("Answer like a pirate.", "Be brave, brave, brave, brave.", ()).by_model
