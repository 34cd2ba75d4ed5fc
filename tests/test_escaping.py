import re
import time
import unicodedata

import pytest
from hypothesis import example, given, strategies as st
from markdown_it import MarkdownIt

from mlready.escaping import for_markdown, for_terminal

# What GitHub itself makes of our Markdown: tests/test_hostile_notes.py.
READERS = {
    "commonmark": MarkdownIt("commonmark").enable("table"),
    "gfm": MarkdownIt("gfm-like"),
}
PARTED = "<!-- -->"  # what parts an address; nobody sees it
DOCUMENTS = {
    "paragraph": "x {}\n",
    "item": "- x {}\n",
    "cell": "| a | b |\n| --- | --- |\n| x {} | y |\n",
}

# Signs that mean something in Markdown or HTML, whole constructs of them, and all else.
SIGNS = "\\`*_[]|~$#!^&<>()\"'=+-.:/@{}%;0a \n\r\t"
CONSTRUCTS = [
    "**", "~~", "```", "``", "![a](b)", "[a](b)", "[a]: b", "[^1]", "<b>", "</b>",
    "<!--", "-->", "<br>", "&amp;", "&#35;", "&copy;", "https://a.b", "a@b.c", "| y |",
    "a.com", "//localhost",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.text(SIGNS), st.sampled_from(CONSTRUCTS), st.text())).map(
    "".join
)
VISIBLE = TEXTS.map(lambda text: for_terminal("".join(text.split("\n"))))

STEERING_CATEGORIES = {"Cc", "Zl", "Zp"}
TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}

# Default_Ignorable_Code_Point of Unicode, but for the variation selectors that emoji
# and names are written with.
HIDDEN = [
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
    (0x3164, 0x3164), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE00FF), (0xE01F0, 0xE0FFF),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain: é 😀 \xa0 ½", "plain: é 😀 \xa0 ½", id="all other text"),
        pytest.param("\x1b[31mred", "␛[31mred", id="escape"),
        pytest.param("a\0b\tc\r\nd", "a␀b␉c␍␊d", id="controls"),
        pytest.param("\x7f", "␡", id="delete"),
        pytest.param("\x85\x9b", "⟨U+0085⟩⟨U+009B⟩", id="upper controls"),
        pytest.param("\u202eabc", "⟨U+202E⟩abc", id="turns the line round"),
        pytest.param("\u2066\u061c", "⟨U+2066⟩⟨U+061C⟩", id="turns a part round"),
        pytest.param("a\u200bb\ufeff", "a⟨U+200B⟩b⟨U+FEFF⟩", id="no width"),
        pytest.param("a\u2028b\u2029", "a⟨U+2028⟩b⟨U+2029⟩", id="separators"),
        pytest.param("a\xadb", "a⟨U+00AD⟩b", id="soft hyphen"),
        pytest.param("\U000e0041\U000e007f", "⟨U+E0041⟩⟨U+E007F⟩", id="tags"),
        pytest.param("\u3164\u115f", "⟨U+3164⟩⟨U+115F⟩", id="fillers"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_terminal_shows_what_would_steer_it(text, shown):
    assert for_terminal(text) == shown


@given(TEXTS)
def test_nothing_steers_a_terminal(text):
    assert [
        sign
        for sign in for_terminal(text)
        if unicodedata.category(sign) in STEERING_CATEGORIES
        or unicodedata.bidirectional(sign) in TURNING
    ] == []


@pytest.mark.parametrize(("first", "last"), HIDDEN, ids=lambda code: f"U+{code:04X}")
def test_what_hides_is_seen(first, last):
    hidden = "".join(map(chr, range(first, last + 1)))
    assert re.fullmatch(r"(⟨U\+[0-9A-F]+⟩)+", for_terminal(hidden))


@given(TEXTS)
def test_what_was_made_visible_stays_as_it_is(text):
    assert for_terminal(for_terminal(text)) == for_terminal(text)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        pytest.param("plain: é 😀 (1.5)", "plain: é 😀 (1.5)", id="all other text"),
        pytest.param("*a* _b_", r"\*a\* \_b\_", id="emphasis"),
        pytest.param("~a~", "&#126;a&#126;", id="strikes"),
        pytest.param("`a`", r"\`a\`", id="code"),
        pytest.param("$a$ ^b^", "&#36;a&#36; &#94;b&#94;", id="formulas"),
        pytest.param("[a](b) ![c]", r"\[a\](b) \!\[c\]", id="links and pictures"),
        pytest.param("a|b", r"a\|b", id="cells"),
        pytest.param("a\\|b\\", r"a\\\|b\\", id="backslashes"),
        pytest.param("#1", r"\#1", id="references"),
        pytest.param("<b> & &amp;", "&lt;b&gt; &amp; &amp;amp;", id="HTML"),
        pytest.param("https://a.b", "https&#58;&#47;/a.b", id="web address"),
        pytest.param("//a.b", "&#47;/a.b", id="web address with no scheme"),
        pytest.param("a/b", "a/b", id="a slash"),
        pytest.param("WWW.a.b", "WWW&#46;a.b", id="address of a site"),
        pytest.param("train.py", r"train\.py", id="like the address of a site"),
        pytest.param("a.рф", r"a\.рф", id="like an address in other letters"),
        pytest.param("e.g. 1.5", "e.g. 1.5", id="other dots"),
        pytest.param("ana@a.b", "ana<!-- -->&#64;a.b", id="address of a person"),
        pytest.param("a_@b.c", r"a\_<!-- -->&#64;b.c", id="address with an underline"),
        pytest.param("mailto:@b.c", "mailto:<!-- -->&#64;b.c", id="address of nobody"),
        pytest.param("@ana", "&#64;ana", id="name of a person"),
        pytest.param("  a  ", "&#32;&#32;a&#32;&#32;", id="spaces at the ends"),
        pytest.param("\u3000a\xa0", "&#12288;a&#160;", id="wide spaces at the ends"),
        pytest.param(" and ", " and ", id="one space at the ends"),
        pytest.param("a\nb\r\nc\rd", "a<br>b<br>c<br>d", id="lines"),
        pytest.param("\n\na\n\nb\r\n", "a<br><br>b", id="empty lines"),
        pytest.param("a\tb", "a b", id="tab"),
        pytest.param("a\x1b\u2028b", "a␛⟨U+2028⟩b", id="steering signs"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_markdown_says_just_these_characters(text, escaped):
    assert for_markdown(text) == escaped


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@given(TEXTS)
@example("a | b |\n| c")
@example("\\\n```\n# a")
def test_text_adds_nothing_to_a_document(document, reader, text):
    escaped = for_markdown(text)
    ours = re.findall(f"<br>|{PARTED}", escaped)
    benign = "".join(f"b{tag}" for tag in [*ours, ""])
    assert kinds(reader, document.format(escaped)) == kinds(
        reader, document.format(benign)
    )


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@given(VISIBLE)
@example("&amp; <b> a\\|b")
@example("https://a.b/?c=d&e www.f.g h@i.j")
def test_readers_show_the_text_itself(document, reader, text):
    line = shown(reader, document.format(for_markdown(text)))
    assert line.rstrip() == f"x {text}".rstrip()


@given(TEXTS)
def test_text_of_many_lines_fits_in_one(text):
    assert len(for_markdown(text).splitlines()) <= 1


def kinds(reader: MarkdownIt, document: str) -> list[str]:
    """Return all parts of a document but its text, which may be cut anyhow."""
    return [
        part.content or part.type
        for block in reader.parse(document)
        for part in [block, *(block.children or [])]
        if not part.type.startswith(("text", "inline"))
    ]


def shown(reader: MarkdownIt, document: str) -> str:
    """Return the line of text that begins with x."""
    return next(
        line
        for block in reader.parse(document)
        for line in "".join(
            part.content or "\n"
            for part in block.children or []
            if part.content != PARTED
        ).splitlines()
        if line.startswith("x")
    )


@pytest.mark.parametrize("blank", ["\t", "\xa0", " ", "\u2003"])
def test_blanks_cost_time_that_grows_with_them(blank):
    begin = time.process_time()
    for_markdown(f"a{blank * 100_000}b")
    assert time.process_time() - begin < 1  # in squares, half a minute


def test_blanks_at_the_ends_of_a_text_stay():
    assert for_markdown("\t a \t b\t ") == "&#32;&#32;a   b&#32;&#32;"
