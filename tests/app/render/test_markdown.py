from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.render.direction import has_right_to_left, is_right_to_left
from app.render.highlight import highlight, language_name
from app.render.markdown import Code, Prose, blocks, placed_blocks, plain
from app.render.stream import open_code, open_fence, split
from app.render.theme import LIGHT

MARKDOWN = st.text(alphabet="a1 \n`*#->|.[]()!~", max_size=200)


def test_raw_html_stays_text() -> None:
    (prose,) = blocks("<script>alert(1)</script> <b>x</b>")
    assert isinstance(prose, Prose)
    assert "<script" not in prose.html
    assert "<b>" not in prose.html


def test_an_image_becomes_its_caption_and_its_address_is_dropped() -> None:
    (prose,) = blocks("![a cat](https://example.org/cat.png)")
    assert isinstance(prose, Prose)
    assert "a cat" in prose.html
    assert "example.org" not in prose.html
    assert "<img" not in prose.html


def test_dangerous_links_are_no_links() -> None:
    for target in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"):
        (prose,) = blocks(f"[x]({target})")
        assert isinstance(prose, Prose)
        assert "<a" not in prose.html


def test_code_blocks_stand_alone_with_their_language() -> None:
    found = blocks("before\n\n```Python title\nx = 1\n```\nafter")
    assert [type(block) for block in found] == [Prose, Code, Prose]
    assert found[1] == Code("x = 1", "python")


def test_code_within_a_list_stays_in_its_place() -> None:
    (prose,) = blocks("1. do\n\n   ```\n   make <x>\n   ```\n2. then")
    assert isinstance(prose, Prose)
    assert "<pre>make &lt;x&gt;" in prose.html


def test_tables_lists_and_quotes_are_rendered() -> None:
    html = "".join(b.html for b in blocks("| a |\n|---|\n| 1 |\n\n> q\n\n- x") if isinstance(b, Prose))
    assert all(tag in html for tag in ("<th>", "<td>", 'class="quote"', "<li>"))


def test_plain_text_has_no_signs() -> None:
    source = "# Title\n\nSome **bold** `code`.\n\n1. one\n2. two\n\n```py\nx = 1\n```"
    assert plain(source) == "Title\n\nSome bold code.\n\n1. one\n2. two\nx = 1"


def test_plain_tables_keep_their_rows_and_lists_their_numbers() -> None:
    assert plain("| a | b |\n|---|---|\n| 1 | 2 |\n\nand") == "a\tb\n1\t2\n\nand"
    assert plain("0. zero\n1. one") == "0. zero\n1. one"


@given(MARKDOWN)
def test_any_text_renders(source: str) -> None:
    for block in blocks(source):
        assert isinstance(block, Prose | Code)
    plain(source)


@given(MARKDOWN, st.integers(0, 200))
def test_streaming_splits_without_loss_and_what_is_finished_stays_so(source: str, cut: int) -> None:
    finished, tail = split(source)
    assert finished + tail == source
    earlier, _ = split(source[:cut])
    assert source.startswith(earlier)
    assert len(earlier) <= len(finished)


def test_a_paragraph_is_finished_by_a_blank_line_a_heading_by_its_end() -> None:
    assert split("one\ntwo") == ("", "one\ntwo")
    assert split("one\n\ntw") == ("one\n\n", "tw")
    assert split("# Head\nbo") == ("# Head\n", "bo")
    assert split("- a\n- b") == ("- a\n", "- b")


def test_an_open_code_block_is_shown_as_code() -> None:
    finished, tail = split("see\n\n```python\nx = 1\ny")
    assert finished == "see\n\n"
    assert open_code(tail) == Code("x = 1\ny", "python", closed=False)
    assert open_code("```pyth") is None
    assert split("```\nx\n```\n") == ("```\nx\n```\n", "")


def test_code_may_begin_on_the_line_of_a_list_item() -> None:
    text = "1. ```bash\n   pip install x\n   ```\n\nThen more.\n\nAnd mo"
    assert split(text) == (text.removesuffix("And mo"), "And mo")


@pytest.mark.parametrize(
    ("text", "fence"),
    [
        ("a\n```py\nx = 1", "```"),
        ("```\nx\n```", ""),
        ("- ~~~~\n  x", "  ~~~~"),
        ("a ``` b", ""),
        ("```py", "```"),
    ],
)
def test_the_signs_that_close_open_code(text: str, fence: str) -> None:
    assert open_fence(text) == fence


@pytest.mark.parametrize(
    "text", ["```py\nx", "1. Do:\n\n   ```py\n   x = 1", "- ~~~~\n  x", "- a\n  1. ```\n     x"]
)
def test_what_follows_closed_code_is_no_code(text: str) -> None:
    tokens = MarkdownIt().parse(f"{text}\n{open_fence(text)}\n\n## You")
    assert [token.type for token in tokens].count("fence") == 1
    assert tokens[-1].type == "heading_close"


def test_a_blank_line_does_not_end_code() -> None:
    finished, tail = split("```\na\n\n- b\n")
    assert finished == ""
    assert tail == "```\na\n\n- b\n"


def test_code_is_coloured_and_escaped() -> None:
    html = highlight('if x < 1: print("a")', "python", LIGHT)
    assert LIGHT.code_keyword in html
    assert LIGHT.code_string in html
    assert "&lt;" in html


def test_an_unknown_language_is_shown_plainly() -> None:
    assert highlight("a < b", "nosuch", LIGHT) == "<pre>a &lt; b</pre>"
    assert language_name("nosuch") == "Nosuch"
    assert language_name("py") == "Python"
    assert language_name("") == "Code"


@given(st.text(alphabet="ab \n`*#->1.|", max_size=600))
def test_a_text_that_goes_on_changes_its_last_block_at_most(source: str) -> None:
    for cut in range(0, len(source), 7):
        finished, _ = split(source[:cut])
        placed = placed_blocks(finished)
        whole = blocks(split(source)[0])
        assert tuple(block for block, _ in placed[:-1]) == whole[: len(placed[:-1])]


def test_long_prose_is_divided_between_paragraphs_and_says_where() -> None:
    paragraph = "word " * 100
    source = "\n\n".join([paragraph] * 12)
    placed = placed_blocks(source)
    assert len(placed) > 2
    for block, begin in placed:
        assert isinstance(block, Prose)
        assert source[:begin].endswith("\n") == (begin > 0)
    again = tuple(block for block, _ in placed_blocks(source[placed[1][1] :]))
    assert again == tuple(block for block, _ in placed[1:])


def test_tables_and_quotes_are_turned_where_their_text_goes_from_right_to_left() -> None:
    (arabic,) = blocks("| اللون | الطول |\n|---|---|\n| أزرق | 450 |\n\n> اقتباس")
    (english,) = blocks("| one | two |\n|---|---|\n| a | b |\n\n> quote")
    assert isinstance(arabic, Prose)
    assert isinstance(english, Prose)
    assert arabic.html.index("الطول") < arabic.html.index("اللون")
    assert arabic.html.index("450") < arabic.html.index("أزرق")
    assert arabic.html.index("اقتباس") < arabic.html.index('class="bar"')
    assert english.html.index("one") < english.html.index("two")
    assert english.html.index('class="bar"') < english.html.index("quote</p>")
    assert "turned" not in english.html


def test_the_first_letter_tells_the_direction() -> None:
    assert is_right_to_left("1. «שלום» hello")
    assert not is_right_to_left("hello שלום")
    assert not is_right_to_left("12 + 3")
    assert has_right_to_left("hello שלום")
    assert not has_right_to_left("hello")


@given(st.text(alphabet="a1א\n |->*", max_size=200))
def test_any_mixture_of_directions_renders_every_letter(source: str) -> None:
    html = "".join(block.html for block in blocks(source) if isinstance(block, Prose))
    code = "".join(block.source for block in blocks(source) if isinstance(block, Code))
    assert (html + code).count("א") == source.count("א")
