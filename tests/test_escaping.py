"""Escaped text is shown exactly, and adds no markup."""

import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, strategies as st
from markdown_it import MarkdownIt

from mlready.escaping import for_markdown, for_terminal
from tests.run_time import takes_linear_time

# tests/test_hostile_notes.py makes similar checks with GitHub's own Markdown parser.
PARSERS = {
    "commonmark": MarkdownIt("commonmark").enable("table"),
    "gfm": MarkdownIt("gfm-like"),
}
# A hidden HTML comment, put into @names and #numbers to stop hosts linking them.
SPLIT = "<!-- -->"
DOCUMENTS = {
    "paragraph": "x {}\n",
    "item": "- x {}\n",
    "cell": "| a | b |\n| --- | --- |\n| x {} | y |\n",
}

# Characters and markup with a special meaning in Markdown or HTML.
CHARACTERS = "\\`*_[]|~$#!^&<>()\"'=+-.:/@{}%;0a \n\r\t"
CONSTRUCTS = [
    "**", "~~", "```", "``", "![a](b)", "[a](b)", "[a]: b", "[^1]", "<b>", "</b>",
    "<!--", "-->", "<br>", "&amp;", "&#35;", "&copy;", "https://a.b", "a@b.c", "| y |",
    "a.com", "//localhost",
]  # fmt: skip
TEXTS = st.lists(
    st.one_of(st.text(CHARACTERS), st.sampled_from(CONSTRUCTS), st.text())
).map("".join)
VISIBLE = TEXTS.map(lambda text: for_terminal("".join(text.split("\n"))))

CONTROL_CATEGORIES = {"Cc", "Zl", "Zp"}
BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}

# Ranges of invisible characters (Unicode property Default_Ignorable_Code_Point).
HIDDEN = [
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
    (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain: é 😀 \xa0 ½", "plain: é 😀 \xa0 ½", id="plain text"),
        pytest.param("\x1b[31mred", "␛[31mred", id="escape"),
        pytest.param("a\0b\tc\r\nd", "a␀b␉c␍␊d", id="controls"),
        pytest.param("\x7f", "␡", id="delete"),
        pytest.param("\x85\x9b", "⟨U+0085⟩⟨U+009B⟩", id="C1 controls"),
        pytest.param("\u202eabc", "⟨U+202E⟩abc", id="right-to-left override"),
        pytest.param("\u2066\u061c", "⟨U+2066⟩⟨U+061C⟩", id="bidirectional isolate"),
        pytest.param("a\u200bb\ufeff", "a⟨U+200B⟩b⟨U+FEFF⟩", id="zero width"),
        pytest.param(
            "a\u2028b\u2029", "a⟨U+2028⟩b⟨U+2029⟩", id="line and paragraph separators"
        ),
        pytest.param("a\xadb", "a⟨U+00AD⟩b", id="soft hyphen"),
        pytest.param("\U000e0041\U000e007f", "⟨U+E0041⟩⟨U+E007F⟩", id="tag characters"),
        pytest.param("\u3164\u115f", "⟨U+3164⟩⟨U+115F⟩", id="Hangul fillers"),
        pytest.param("", "", id="empty text"),
    ],
)
def test_terminal_escaping_makes_control_characters_visible(text, shown):
    assert for_terminal(text) == shown


@given(TEXTS)
def test_text_escaped_for_a_terminal_has_no_control_character(text):
    assert [
        character
        for character in for_terminal(text)
        if unicodedata.category(character) in CONTROL_CATEGORIES
        or unicodedata.bidirectional(character) in BIDI_CONTROLS
    ] == []


@pytest.mark.parametrize(("first", "last"), HIDDEN, ids=lambda code: f"U+{code:04X}")
def test_terminal_escaping_makes_every_hidden_character_visible(first, last):
    hidden = "".join(map(chr, range(first, last + 1)))
    assert re.fullmatch(r"(⟨U\+[0-9A-F]+⟩)+", for_terminal(hidden))


NEED_INVISIBLE = {
    "Persian": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Persian, after a vowel sign": "\u0645\u064e\u200c\u062e",
    "Arabic, a letter's first form": "\u0647\u200d",
    "Sinhala": "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "Hindi": "\u0915\u094d\u200d\u0937 \u0915\u094d\u200c\u0937",
    "Bengali": "\u09b0\u200d\u09cd\u09af",
    "Malayalam": "\u0d28\u0d4d\u200d",
    "Mongolian": "\u182d\u180b \u1820\u200d",
    "N'Ko": "\u07ca\u200c\u07cb",
    "Japanese name": "\u845b\U000e0100",
    "emoji profession": "\U0001f469\U0001f3fd\u200d\U0001f4bb",
    "emoji family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "emoji heart on fire": "\u2764\ufe0f\u200d\U0001f525",
    "emoji rainbow flag": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "emoji keycap": "#\ufe0f\u20e3 1\ufe0f\u20e3",
    "emoji shown as text": "\u2708\ufe0e",
    "flag of Wales": "\U0001f3f4" + "".join(chr(0xE0000 + ord(c)) for c in "gbwls\x7f"),
}


@pytest.mark.parametrize("text", NEED_INVISIBLE.values(), ids=NEED_INVISIBLE)
def test_terminal_escaping_keeps_invisible_characters_that_letters_or_emoji_need(
    text,
):
    assert for_terminal(f"a {text} b") == f"a {text} b"
    assert for_terminal(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("pay\u200dload", "pay⟨U+200D⟩load", id="joiner in a Latin word"),
        pytest.param(
            "pay\u200cload", "pay⟨U+200C⟩load", id="non-joiner in a Latin word"
        ),
        pytest.param(
            "\u0440\u200d\u0430", "\u0440⟨U+200D⟩\u0430", id="joiner in a Cyrillic word"
        ),
        pytest.param("1\u200d2", "1⟨U+200D⟩2", id="between digits"),
        pytest.param("\u200dab", "⟨U+200D⟩ab", id="at the beginning"),
        pytest.param("ab\u200c", "ab⟨U+200C⟩", id="at the end"),
        pytest.param(
            "\u0645\u200c\u200d\u062e", "\u0645⟨U+200C⟩\u200d\u062e", id="two in a row"
        ),
        pytest.param("\U0001f469\u200d", "\U0001f469⟨U+200D⟩", id="after an emoji"),
        pytest.param("\u200d\U0001f469", "⟨U+200D⟩\U0001f469", id="before an emoji"),
        pytest.param("a\U000e0100", "a⟨U+E0100⟩", id="selector after a letter"),
        pytest.param(
            "\u845b\U000e0100\U000e0101",
            "\u845b\U000e0100⟨U+E0101⟩",
            id="second selector",
        ),
        pytest.param("a\ufe0f", "a⟨U+FE0F⟩", id="emoji selector after a letter"),
        pytest.param("1\ufe0f", "1⟨U+FE0F⟩", id="digit without keycap"),
        pytest.param(
            "\U0001f600\ufe0f\ufe0f",
            "\U0001f600\ufe0f⟨U+FE0F⟩",
            id="second emoji selector",
        ),
        pytest.param("a\ufe00", "a⟨U+FE00⟩", id="variant of a letter"),
        pytest.param("a\u180b", "a⟨U+180B⟩", id="Mongolian selector"),
        pytest.param(
            "\U0001f3f4\U000e0078\U000e007f",
            "\U0001f3f4⟨U+E0078⟩⟨U+E007F⟩",
            id="flag of an unknown region",
        ),
    ],
)
def test_invisible_characters_are_escaped_unless_a_letter_or_emoji_needs_them(
    text, shown
):
    assert for_terminal(text) == shown


@given(TEXTS)
def test_escaping_text_for_a_terminal_a_second_time_changes_nothing(text):
    assert for_terminal(for_terminal(text)) == for_terminal(text)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        pytest.param("plain: é 😀 (1.5)", "plain: é 😀 (1.5)", id="plain text"),
        pytest.param("*a* _b_", r"\*a\* \_b\_", id="emphasis"),
        pytest.param("~a~", "&#126;<!-- -->a&#126;", id="strikethrough"),
        pytest.param("`a`", r"\`a\`", id="code"),
        pytest.param("$a$ ^b^", "&#36;a&#36; &#94;<!-- -->b&#94;", id="formulas"),
        pytest.param("[a](b) ![c]", r"\[a\](b) \!\[c\]", id="links and pictures"),
        pytest.param("a|b", r"a\|b", id="cell separator"),
        pytest.param("a\\|b\\", r"a\\\|b\\", id="backslashes"),
        pytest.param("#1", r"\#<!-- -->1", id="references"),
        pytest.param("<b> & &amp;", "&lt;b&gt; &amp; &amp;amp;", id="HTML"),
        pytest.param("https://a.b", "https:<!-- -->&#47;/a.b", id="web address"),
        pytest.param("//a.b", "&#47;/a.b", id="web address with no scheme"),
        pytest.param("a/b", "a/b", id="a slash"),
        pytest.param("WWW.a.b", "WWW&#46;a.b", id="web address that begins with www"),
        pytest.param("train.py", r"train\.py", id="file name like a web address"),
        pytest.param("a.рф", r"a\.рф", id="Cyrillic web address"),
        pytest.param("e.g. 1.5", "e.g. 1.5", id="dots outside addresses"),
        pytest.param("ana@a.b", "ana&#64;<!-- -->a.b", id="mail address"),
        pytest.param(
            "a_@b.c", r"a\_&#64;<!-- -->b.c", id="mail address with an underscore"
        ),
        pytest.param(
            "mailto:@b.c", "mailto:&#64;<!-- -->b.c", id="mail address without a name"
        ),
        pytest.param("@ana", "&#64;<!-- -->ana", id="mention"),
        pytest.param("---", r"\---", id="horizontal rule"),
        pytest.param("===", r"&#61;==", id="underline of a heading"),
        pytest.param("- a", r"\- a", id="list item"),
        pytest.param("+ a", r"\+ a", id="list item with a plus"),
        pytest.param("1. a", r"1\. a", id="numbered item"),
        pytest.param("12) a", r"12\) a", id="numbered item with a bracket"),
        pytest.param("(a) b", r"(a\) b", id="pandoc numbered item"),
        pytest.param(": a", r"&#58; a", id="pandoc definition"),
        pytest.param(":::note", r"&#58;::note", id="pandoc fenced div"),
        pytest.param("??? note", r"&#63;?? note", id="MkDocs admonition"),
        pytest.param("1.5 a", "1.5 a", id="number"),
        pytest.param("what?", "what?", id="question"),
        pytest.param("  a  ", "&#32;&#32;a&#32;&#32;", id="spaces at the ends"),
        pytest.param("\u3000a\xa0", "&#12288;a&#160;", id="Unicode spaces at the ends"),
        pytest.param(" and ", " and ", id="one space at the ends"),
        pytest.param("a\nb\r\nc\rd", "a<br>b<br>c<br>d", id="lines"),
        pytest.param("\n\na\n\nb\r\n", "a<br><br>b", id="empty lines"),
        pytest.param("a\tb", "a b", id="tab"),
        pytest.param("a\x1b\u2028b", "a␛⟨U+2028⟩b", id="control characters"),
        pytest.param("", "", id="empty text"),
    ],
)
def test_markdown_escaping_turns_markup_and_addresses_and_mentions_into_plain_text(
    text, escaped
):
    assert for_markdown(text) == escaped


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
@given(TEXTS)
@example("a | b |\n| c")
@example("\\\n```\n# a")
def test_text_escaped_for_markdown_adds_no_markup_to_a_document(document, parser, text):
    escaped = for_markdown(text)
    added_tags = re.findall(f"<br>|{SPLIT}", escaped)
    benign = "".join(f"b{tag}" for tag in [*added_tags, ""])
    assert markup_tokens(parser, document.format(escaped)) == markup_tokens(
        parser, document.format(benign)
    )


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
@given(VISIBLE)
@example("&amp; <b> a\\|b")
@example("https://a.b/?c=d&e www.f.g h@i.j")
def test_markdown_parsers_show_escaped_text_unchanged(document, parser, text):
    line = rendered_line(parser, document.format(for_markdown(text)))
    assert line.rstrip() == f"x {text}".rstrip()


@given(TEXTS)
def test_text_escaped_for_markdown_is_at_most_one_line(text):
    assert len(for_markdown(text).splitlines()) <= 1


def markup_tokens(parser: MarkdownIt, document: str) -> list[str]:
    """Return a text for each token of markup that ``parser`` finds in ``document``.

    The text is the content of the token, or its type, such as "em_open", if the content
    is empty. Tokens of plain text are left out.
    """
    return [
        part.content or part.type
        for block in parser.parse(document)
        for part in [block, *(block.children or [])]
        if not part.type.startswith(("text", "inline"))
    ]


def rendered_line(parser: MarkdownIt, document: str) -> str:
    """Render a document; return the first line that begins with x."""
    return next(
        line
        for block in parser.parse(document)
        for line in "".join(
            part.content or "\n"
            for part in block.children or []
            if part.content != SPLIT
        ).splitlines()
        if line.startswith("x")
    )


# Patterns of texts that hosts such as GitHub turn into links, from the documentation
# that mlready/escaping.py names.
HOSTS = {
    "GitHub names": r"(?:^|\W)@[a-z0-9][a-z0-9-]*(?:/[a-z0-9-]+)?",
    "GitHub issues": r"(?:^|\W)(?:[\w.-]+/[\w.-]+|[\w-]+)?#\d+\b",
    "GitHub issues by GH-": r"\bGH-\d+\b",
    "GitHub commits": r"(?:^|[^a-z0-9])(?:[\w./-]+@)?[0-9a-f]{7,40}(?![a-z0-9])",
    "emoji": r":[a-z0-9_+-]+:",
    "GitLab users": r"(?<!\w)@[\w.-]+",
    "GitLab merge requests and issues": r"[#!$&]\d+",
    "GitLab labels": r"~(?:\w[\w.?&-]*|\"[^\"]+\")",
    "GitLab milestones": r"%(?:\w+|\"[^\"]+\")",
    "GitLab kinds": r"\[(?:vulnerability|feature_flag|issue|epic|work_item|contact):",
    "GitLab iterations": r"\*iteration:\w+",
    "GitLab alerts": r"\^alert#\d+",
    "GitLab web addresses": r"\b[a-z][a-z0-9+.-]*://[^\s]+",
    "pandoc citations": r"@[\w{]",
    "addresses of mail": r"[\w.+-]+@[\w-]+",
}
REFERENCES = [
    "@octocat", "x @octo-cat, y", "(@a/team)", "x@octocat", "@all", "#123", "(#1)",
    "octo/repo#1", "octo#22", "GH-123", "gh-1", "a/b!12", "!12", "$5", "&7", "~bug",
    '~"a bug"', "%v1", '%"a b"', "a/b%1", ":tada:", "a:+1:b", ":100:", "deadbeef",
    "0123456789abcdef0123456789abcdef01234567", "a/b@0123456", "1234567..89abcdef",
    "[vulnerability:1]", "[issue:1]", "*iteration:1", "^alert#1", "https://a.bc/d",
    "git+ssh://a.bc", "http://localhost", "ana@a.bc", "[@knuth, p. 1]", "-@knuth",
]  # fmt: skip


class TextCollector(HTMLParser):
    """A parser that collects the text of an HTML page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
@given(st.lists(st.sampled_from([*REFERENCES, " ", "\n", ", ", "a", "(", "*"])))
@example(REFERENCES)
def test_escaped_issue_number_or_user_name_becomes_no_link_on_any_hosting_service(
    host, parts
):
    page = MarkdownIt("gfm-like").render(f"x {for_markdown(''.join(parts))} y")
    collector = TextCollector()
    collector.feed(page)
    collector.close()

    assert [t for t in collector.texts if re.search(host, t, re.IGNORECASE)] == []
    assert "<a" not in page


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_unescaped_issue_number_or_user_name_becomes_a_link_on_each_hosting_service(
    host,
):
    assert any(re.search(host, text, re.IGNORECASE) for text in REFERENCES)


@pytest.mark.parametrize("text", REFERENCES)
@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
def test_markdown_parsers_show_escaped_issue_numbers_and_user_names_unchanged(
    parser, text
):
    assert rendered_line(parser, f"x {for_markdown(text)}") == f"x {text}"


@pytest.mark.parametrize("blank", ["\t", "\xa0", " ", "\u2003"])
def test_markdown_escaping_of_much_white_space_takes_linear_time(blank):
    assert takes_linear_time(lambda n: for_markdown(f"a{blank * n}b"), 100_000)


def test_markdown_escaping_keeps_white_space_at_both_ends_of_a_text():
    assert for_markdown("\t a \t b\t ") == "&#32;&#32;a   b&#32;&#32;"
