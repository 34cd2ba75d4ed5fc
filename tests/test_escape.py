import pytest
from hypothesis import example, given, strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from mlready.escape import for_markdown, for_terminal

# GitHub's own link finder is an extra package: links are held to the table below.
PRESETS = {
    "commonmark": MarkdownIt("commonmark"),
    "gfm-like": MarkdownIt("gfm-like", {"linkify": False}),
}
PARAGRAPH = "x {}\n"
CELL = "| a | b |\n| --- | --- |\n| x {} | c |\n"
LINES = "x {}\ny\n"

# Signs that mean something in Markdown or HTML, whole constructs of them, and all else.
SIGNS = "\\`*_[]|~$#!^&<>()\"'=+-.:/@{}%;0a \n\t"
CONSTRUCTS = st.lists(
    st.sampled_from(
        ["**", "~~", "```", "``", "![a](b)", "[a](b)", "[a]: b", "<b>", "</b>", "<!--"]
        + ["-->", "<br>", "&amp;", "&#35;", "&copy;", "https://a.b", "www.a.b", "a@b.c"]
    ),
    max_size=4,
).map("".join)
PIECES = st.lists(
    st.one_of(st.text(SIGNS, max_size=6), CONSTRUCTS, st.text(max_size=3))
)
TEXTS = PIECES.map("".join)
# What is shown as it is: no control characters, none that steer, no line ends.
PLAIN = TEXTS.map(lambda text: for_terminal(text.replace("\n", "").replace("\t", "")))


def tokens(preset: str, document: str) -> list[Token]:
    """Return every part of a document, in order, with what is inside paragraphs."""
    return [
        part
        for token in PRESETS[preset].parse(document)
        for part in (token, *(token.children or ()))
    ]


def kinds(preset: str, document: str) -> list[str]:
    """Return the kinds of parts; how text is cut in pieces does not matter."""
    return [
        f"{token.type} {token.content}" if token.type == "html_inline" else token.type
        for token in tokens(preset, document)
        if not token.type.startswith("text")
    ]


def shown(preset: str, document: str) -> str:
    """Return the text of the first paragraph or cell that begins with x."""
    inline = next(
        token
        for token in PRESETS[preset].parse(document)
        if token.type == "inline" and token.content.startswith("x")
    )
    return "".join(child.content for child in inline.children or ())


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("document", [PARAGRAPH, CELL, LINES])
@given(TEXTS)
@example("| y |\n| z")
@example("\\")
@example("<br>")
def test_text_adds_nothing_to_a_document(preset, document, text):
    benign = "<br>".join("b" * len(text.strip("\r\n").splitlines()))
    escaped = for_markdown(text)
    benign = "<br>".join("b" for _ in escaped.split("<br>"))
    assert kinds(preset, document.format(escaped)) == kinds(
        preset, document.format(benign)
    )


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("document", [PARAGRAPH, CELL])
@given(PLAIN)
@example("&amp;")
@example("a\\|b")
@example("http://a.b/?c=d&e www.f.g h@i.j")
def test_readers_see_the_text_itself(preset, document, text):
    assert shown(preset, document.format(for_markdown(text))) == f"x {text}".rstrip(" ")


@given(TEXTS)
def test_a_line_of_text_is_one_line_of_the_document(text):
    assert for_markdown(text).splitlines() in ([], [for_markdown(text)])


@given(TEXTS)
def test_a_terminal_is_never_steered(text):
    assert for_terminal(text).isprintable() or any(
        not sign.isprintable() and not sign.isspace() for sign in text
    )
