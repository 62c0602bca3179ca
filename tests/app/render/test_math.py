from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.render.formula import formula
from app.render.markdown import Prose, blocks, formula_of, placed_blocks, plain
from app.render.stream import split

if TYPE_CHECKING:
    from PySide6.QtGui import QImage


def formulas(source: str) -> list[tuple[str, bool]]:
    """Return (LaTeX, display) of every formula found in ``source``."""
    html = "".join(block.html for block in blocks(source) if isinstance(block, Prose))
    names = [part.partition('"')[0] for part in html.split('<img src="')[1:]]
    return [found for name in names if (found := formula_of(name))]


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $10.",
        "Between $5-$10, or US$6 and AU$7, or 5$ or 6$.",
        "$10 and some more, or 20$",
        "Set $HOME/bin:$PATH or ${HOME} and $USER again",
        "`$x$` and `a $y$ b`",
        "```\n$$\nx\n$$\n```",
        "    $$x$$",
        r"\$5 and \$6",
        r"an \[escaped\] bracket and \[not a link\](x)",
        "one $ sign, another $ sign",
        "$$",
        "$ x $",
    ],
)
def test_prices_shell_variables_and_code_are_no_formulas(text: str) -> None:
    assert formulas(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("So $x$ is $y^2$.", [("x", False), ("y^2", False)]),
        ("$2n$ and $0.5$ and $n!$", [("2n", False), ("0.5", False), ("n!", False)]),
        (r"If \(a < b\), then", [("a < b", False)]),
        (r"Inline $$x^2$$ too", [("x^2", True)]),
        ("$$\nx = 1\n$$", [("x = 1", True)]),
        ("$$x = 1$$", [("x = 1", True)]),
        ("text:\n\\[\nx = 1\n\\]\nmore", [("x = 1", True)]),
        (r"\[ x = 1 \].", [("x = 1", True)]),
        (
            "\\begin{align}\na &= b\n\\end{align}",
            [("\\begin{align}\na &= b\n\\end{align}", True)],
        ),
        ("- item\n  $$\n  x\n  $$", [("x", True)]),
        (r"$a\$b$", [(r"a\$b", False)]),
        ("| a |\n|---|\n| $x_1$ |", [("x_1", False)]),
    ],
)
def test_formulas_are_found_where_models_write_them(text: str, found: list[tuple[str, bool]]) -> None:
    assert formulas(text) == found


def test_a_formula_keeps_its_signs_from_markdown() -> None:
    assert formulas("$a*b*c_1_2$ and $x\\\\y$") == [("a*b*c_1_2", False), ("x\\\\y", False)]


def test_plain_text_keeps_the_latex() -> None:
    assert plain("So $x^2$.\n\n$$\ny\n$$\n\nEnd") == "So x^2.\n\ny\n\nEnd"


def test_a_formula_is_finished_by_its_end_not_by_what_looks_like_a_list() -> None:
    assert split("so\n\\[\n- x\n") == ("so\n", "\\[\n- x\n")
    assert split("\\[\n- x\n\\]\nand")[0] == "\\[\n- x\n\\]\n"
    assert split("$$x$$\nand")[0] == "$$x$$\n"
    assert split("$$\nx\n\nand\n\n")[1] == ""  # never closed: it must not hold the rest back


@given(st.text(alphabet="ab \n$\\[]-#", max_size=300))
def test_a_text_with_formulas_that_goes_on_changes_its_last_block_at_most(source: str) -> None:
    for cut in range(0, len(source), 5):
        finished, tail = split(source[:cut])
        assert finished + tail == source[:cut]
        placed = placed_blocks(finished)
        whole = blocks(split(source)[0])
        assert tuple(block for block, _ in placed[:-1]) == whole[: len(placed[:-1])]


@pytest.mark.parametrize(
    "latex",
    [
        r"x = \frac{-b \pm \sqrt{b^2-4ac}}{2a}",
        r"\int_0^\infty e^{-x^2}\,dx",
        r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        "\\begin{align}\nf &= x \\tag{1} \\\\ g &= y \\label{eq}\n\\end{align}",
        r"\begin{cases} 1 & x>0 \\ 0 & \text{otherwise}\end{cases}",
        r"\mathbb{R}^n \to \mathcal{L}, \hat{x}, \vec{v}, \boxed{42}",
    ],
)
def test_what_models_write_is_set_and_drawn(qapp: object, latex: str) -> None:
    made = formula(latex, 16.0, "#1f1d1a", display=True)
    assert made is not None
    image = made.image(made.ascent + 2, made.descent + 2, 2.0)
    assert any(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))
    assert image.devicePixelRatio() == 2.0


def test_inline_is_set_smaller_than_display(qapp: object) -> None:
    tall, low = (formula(r"\sum_{i=1}^n i", 16.0, "#000000", display=d) for d in (True, False))
    assert tall is not None
    assert low is not None
    assert low.ascent + low.descent < tall.ascent + tall.descent


def test_the_colour_is_the_themes(qapp: object) -> None:
    made = formula("x", 40.0, "#ff0000", display=False)
    assert made is not None
    image: QImage = made.image(made.ascent, made.descent, 1.0)
    solid = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    ]
    assert solid
    assert all(colour.name() == "#ff0000" for colour in solid)


@pytest.mark.parametrize("latex", [r"\frac{", r"\left( x", "{" * 3000, r"\begin{pmatrix} a", "\\" * 50])
def test_what_cant_be_set_is_none_not_an_error(latex: str) -> None:
    assert formula(latex, 16.0, "#000000", display=False) is None


@settings(deadline=2000, max_examples=60)
@given(st.text(alphabet=r"ab12{}[]\frac^_&sqrt(), ", max_size=60))
def test_no_latex_breaks_the_window(latex: str) -> None:
    formula(latex, 16.0, "#000000", display=True)
