"""Filling the blocks of a document with reports changes no byte outside the blocks."""

import re
from math import isqrt
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from mlready.errors import DocumentError, UsageError
from mlready.output.inject import (
    MARKDOWN,
    MDX,
    Options,
    inject_report,
    syntax_of,
)
from mlready.report.options import Diagrams, Reader
from tests.run_time import takes_linear_time

BEGIN, END = b"<!-- mlready:begin -->", b"<!-- mlready:end -->"
BLOCK = b"%s\n%s\n" % (BEGIN, END)
NEW = b"# New\n\nIt says `x`."
BOM = b"\xef\xbb\xbf"
ENDING = re.compile(rb"\r\n|\n|\r")


def fill(data: bytes) -> bytes:
    """Return the document with ``NEW`` in each block."""
    return inject_report(data, "d.md", lambda _: f"{NEW.decode()}\n")


def refusal(data: bytes) -> list[str]:
    """Return the lines of the error that filling the document raises."""
    with pytest.raises(DocumentError) as caught:
        fill(data)
    return str(caught.value).splitlines()


def option_text(options: Options) -> str:
    return f"{dict(options)}\n"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(BLOCK, b"%s\n\n%s\n\n%s\n" % (BEGIN, NEW, END), id="empty block"),
        pytest.param(
            b"%s\r\nold\r\n%s" % (BEGIN, END),
            b"%s\r\n\r\n%s\r\n\r\n%s" % (BEGIN, NEW.replace(b"\n", b"\r\n"), END),
            id="CRLF line endings",
        ),
        pytest.param(
            b"%s\rold\r%s" % (BEGIN, END),
            b"%s\r\r%s\r\r%s" % (BEGIN, NEW.replace(b"\n", b"\r"), END),
            id="CR line endings",
        ),
        pytest.param(
            b"a\n%s\r\nold\nolder\n%s\r\n" % (BEGIN, END),
            b"a\n%s\n\n%s\n\n%s\r\n" % (BEGIN, NEW, END),
            id="mostly LF in the block",
        ),
        pytest.param(
            b"a\n%s\r\nold\n%s\n" % (BEGIN, END),
            b"a\n%s\r\n\r\n%s\r\n\r\n%s\n" % (BEGIN, NEW.replace(b"\n", b"\r\n"), END),
            id="line ending of the marker if LF and CRLF tie",
        ),
        pytest.param(
            BOM + BLOCK,
            b"%s%s\n\n%s\n\n%s\n" % (BOM, BEGIN, NEW, END),
            id="byte order mark",
        ),
        pytest.param(
            b"\xff\xfe\x00\n%s\n\xff\n%s\n\x80" % (BEGIN, END),
            b"\xff\xfe\x00\n%s\n\n%s\n\n%s\n\x80" % (BEGIN, NEW, END),
            id="bytes around a block that are not UTF-8",
        ),
        pytest.param(
            b"<!--mlready:begin-->  \n```\na\n```\n<!--\tmlready:end\t-->\t\n",
            b"<!--mlready:begin-->\n\n%s\n\n<!--\tmlready:end\t-->\t\n" % NEW,
            id="spaces in the markers",
        ),
    ],
)
def test_block_is_filled_and_does_not_change_when_filled_again(data, expected):
    assert fill(data) == expected
    assert fill(expected) == expected


def test_report_in_a_block_keeps_indentation_but_loses_surrounding_empty_lines():
    document = inject_report(BLOCK, "d.md", lambda _: "\n    X\n\n")

    assert document == b"%s\n\n    X\n\n%s\n" % (BEGIN, END)


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(b"```md\n%s```\n" % BLOCK, id="fence"),
        pytest.param(b"~~~\n```\n%s~~~~ \n" % BLOCK, id="fence of tildes"),
        pytest.param(b"````\n```\n%s```\n````\n" % BLOCK, id="longer fence"),
        pytest.param(b"- a\n\n  ```\n  %s\n  ```\n" % BEGIN, id="fence in a list"),
        pytest.param(b"1. ```\n   %s\n   ```\n" % BEGIN, id="fence begins an item"),
        pytest.param(b"> ```\n> %s\n> ```\n" % BEGIN, id="fence in a quotation"),
        pytest.param(b"> ```\n  > %s\n> ```\n" % BEGIN, id="indented quotation"),
        pytest.param(b"- ```\n\t%s\n\t```\n" % BEGIN, id="item indented by a tab"),
        pytest.param(b"- ```\n\n  %s\n  ```\n" % BEGIN, id="empty line in an item"),
        pytest.param(b"- ```\r\r  %s\r  ```\r" % BEGIN, id="empty line in an item, CR"),
        pytest.param(b"```\n> ```\n%s```\n" % BLOCK, id="quotation in a fence"),
        pytest.param(b"> ```\n> %s\n\n" % BEGIN, id="fence left with a quotation"),
        pytest.param(b"* ~~~\n  %s\n\n" % BEGIN, id="fence left with an item"),
        pytest.param(b"    ```\n    %s\n    ```\n" % BEGIN, id="indented code"),
        pytest.param(b"Write `%s` and ``%s``.\n" % (BEGIN, END), id="inline code"),
        pytest.param(b"``` a ```\n`` ` ``\n", id="backticks without a fence"),
        pytest.param(b"<!-- a -->\n<!-- b\n```\n-->\n", id="other comments"),
        pytest.param(b"<!-- a --> <!-- b -->\n", id="two comments in a line"),
        pytest.param(b"<!--> a\n`<!--` b\n", id="incomplete comments"),
    ],
)
def test_block_between_other_markup_is_filled(markup):
    assert fill(markup + BLOCK + markup) == markup + fill(BLOCK) + markup


def test_document_with_many_markers_in_code_blocks_receives_a_report_in_linear_time():
    def fill_document(blocks: int) -> None:
        markup = b"```\n%s```\n" % (BLOCK * blocks)
        assert fill(markup + BLOCK) == markup + fill(BLOCK)

    assert takes_linear_time(fill_document, 10_000)


@pytest.mark.parametrize(
    ("begin", "options"),
    [
        pytest.param("<!-- mlready:begin -->", {}, id="no options"),
        pytest.param(
            "<!-- mlready:begin for=sponsor heading=3 explain=yes diagrams=mermaid -->",
            {
                "reader": Reader.SPONSOR,
                "heading": 3,
                "explain": True,
                "diagrams": Diagrams.MERMAID,
            },
            id="all options",
        ),
        pytest.param(
            "<!--mlready:begin\tdiagrams=text   explain=no-->",
            {"diagrams": Diagrams.TEXT, "explain": False},
            id="tabs and spaces",
        ),
    ],
)
def test_options_in_the_begin_marker_of_a_block_are_read(begin, options):
    block = f"{begin}\n{END.decode()}".encode()
    plain = fill(BLOCK)

    assert inject_report(BLOCK + block, "d.md", option_text) == (
        plain.replace(NEW, b"{}") + fill(block).replace(NEW, str(options).encode())
    )


NOT_ALONE = (
    "a marker stands alone on its line and is not indented; move it, or put it "
    "between backticks to show it"
)
NO_BLOCK = (
    "no block to fill; put '<!-- mlready:begin -->' and '<!-- mlready:end -->' "
    "where it belongs"
)
IN_HTML = "a comment or HTML that begins in line 1 holds this marker; take it out"
NESTED = (
    "this marker stands in a list or quotation; move it out, to the left margin after "
    "an empty line"
)
IN_CODE = "is text: it stands in code of line"
NO_END = "this block does not end; put '<!-- mlready:end -->' after it"
NO_BEGIN = "no block ends here; put '<!-- mlready:begin -->' before it, or take it out"


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        pytest.param(b"", [f"1:1: {NO_BLOCK}"], id="empty document"),
        pytest.param(b"# A\n\n<!-- b -->\n", [f"1:1: {NO_BLOCK}"], id="no markers"),
        pytest.param(b"a\n%s\nb\n" % BEGIN, [f"2:1: {NO_END}"], id="no end"),
        pytest.param(b"a\n%s\nb\n" % END, [f"2:1: {NO_BEGIN}"], id="no begin"),
        pytest.param(
            b"%s\n%s\n" % (END, BEGIN),
            [f"1:1: {NO_BEGIN}", f"2:1: {NO_END}"],
            id="end before begin",
        ),
        pytest.param(
            b"%s\n%s" % (BEGIN, BLOCK),
            ["2:1: a block begins inside the one of line 1; end that one before it"],
            id="begun twice",
        ),
        pytest.param(BLOCK + END, [f"3:1: {NO_BEGIN}"], id="ended twice"),
        pytest.param(
            b"%s\n%s%s\n" % (BEGIN, BLOCK, END),
            [
                "2:1: a block begins inside the one of line 1; end that one before it",
                f"4:1: {NO_BEGIN}",
            ],
            id="block within a block",
        ),
        pytest.param(
            b"```md\n%s```\n" % BLOCK,
            [
                f"1:1: {NO_BLOCK} (the marker in line 2 {IN_CODE} 1)",
            ],
            id="both markers in code",
        ),
        pytest.param(
            b"%s\n~~~\n%s\n~~~\n" % (BEGIN, END),
            [
                f"1:1: {NO_END} (the marker in line 3 {IN_CODE} 2)",
            ],
            id="end in code",
        ),
        pytest.param(
            b"```\n%s\n```\n%s\n" % (BEGIN, END),
            [f"4:1: {NO_BEGIN}"],
            id="begin in code",
        ),
        pytest.param(
            b"```\n%s\n```\n%s\n" % (END, BEGIN),
            [f"4:1: {NO_END}"],
            id="end in code before the block",
        ),
        pytest.param(
            b"```\n`%s`\n```\n" % BEGIN,
            [f"1:1: {NO_BLOCK} (the marker in line 2 {IN_CODE} 1)"],
            id="backticks within code",
        ),
        pytest.param(
            b"```\n%s" % BLOCK,
            [f"1:1: {NO_BLOCK} (the marker in line 2 {IN_CODE} 1)"],
            id="unclosed code",
        ),
        pytest.param(
            b"a\n\n    %s\n    %s\n" % (BEGIN, END),
            [f"1:1: {NO_BLOCK} (the marker in line 3 {IN_CODE} 3)"],
            id="indented code",
        ),
        pytest.param(
            b"    %s\n" % BEGIN,
            [f"1:1: {NO_BLOCK} (the marker in line 1 {IN_CODE} 1)"],
            id="indented code in the first line",
        ),
        pytest.param(
            b"---\n%s---\n" % BLOCK,
            [f"1:1: {NO_BLOCK} (the marker in line 2 {IN_CODE} 1)"],
            id="front matter",
        ),
        pytest.param(
            b"   %s\n%s\n" % (BEGIN, END),
            [f"1:4: {NOT_ALONE}"],
            id="indented by three spaces",
        ),
        pytest.param(b"> %s\n" % BEGIN, [f"1:3: {NESTED}"], id="marker in a quotation"),
        pytest.param(b"- %s\n" % BEGIN, [f"1:3: {NESTED}"], id="marker in a list item"),
        pytest.param(
            b"1. a\n\n   %s\n" % BEGIN,
            [f"3:4: {NESTED}"],
            id="marker in a later paragraph of an item",
        ),
        pytest.param(
            b"- > %s\n" % BEGIN,
            [f"1:5: {NESTED}"],
            id="marker in a quotation in a list",
        ),
        pytest.param(
            b"%s\n%sX\n" % (BEGIN, END), [f"2:1: {NOT_ALONE}"], id="text after a marker"
        ),
        pytest.param(
            b"%s\f\n%s\n" % (BEGIN, END),
            [f"1:1: {NOT_ALONE}"],
            id="form feed after a marker",
        ),
        pytest.param(
            b"> ```\nX> %s\n" % BEGIN,
            [f"2:4: {NOT_ALONE}"],
            id="text before a quotation",
        ),
        pytest.param(
            b"> ```\n\f> %s\n" % BEGIN,
            [f"2:4: {NOT_ALONE}"],
            id="form feed before a quotation",
        ),
        pytest.param(
            b"> ```\n> ```\n> %s\n" % BEGIN, [f"3:3: {NESTED}"], id="after quoted code"
        ),
        pytest.param(
            "é ".encode() + BEGIN + END,
            [f"1:3: {NOT_ALONE}", f"1:25: {NOT_ALONE}"],
            id="within a line of text",
        ),
        pytest.param(
            b"<!-- not now\n%s-->\n" % BLOCK,
            [f"2:1: {IN_HTML}"],
            id="markers within a comment",
        ),
        pytest.param(
            b"<!-- a --> <!-- b\n\n%s\n-->\n" % BEGIN,
            [f"3:1: {IN_HTML}"],
            id="unclosed comment after another",
        ),
        pytest.param(
            b"`<!--` %s\n" % BEGIN, [f"1:8: {NOT_ALONE}"], id="code before a marker"
        ),
        pytest.param(
            b"%s\n<!-- mlready:end\n-->\n" % BEGIN,
            ["2:1: this marker does not end on its line; add '-->'"],
            id="marker of two lines",
        ),
        pytest.param(
            b"<!-- mlready:start -->\n<!-- mlready:ende -->\n<!-- mlready: -->",
            [
                "1:1: expected mlready:begin or mlready:end, found 'mlready:start'",
                (
                    "2:1: expected mlready:begin or mlready:end, found 'mlready:ende'; "
                    "did you mean 'end'?"
                ),
                "3:1: expected mlready:begin or mlready:end, found 'mlready:'",
            ],
            id="unknown marker",
        ),
        pytest.param(
            b"<!-- mlready:begin fro=all size=3 heading -->\n%s" % END,
            [
                "1:20: there is no option 'fro'; did you mean 'for'?",
                (
                    "1:28: there is no option 'size'; there are for, heading, explain, "
                    "diagrams"
                ),
                "1:35: expected an option such as for=sponsor, found 'heading'",
            ],
            id="unknown option",
        ),
        pytest.param(
            b"<!-- mlready:begin compar=1 compare -->\n%s\n<!-- mlready:begin compare "
            b"for=all size=3 text -->\n%s\n<!-- mlready:begin compre -->\n%s"
            % (END, END, END),
            [
                (
                    "1:20: there is no option 'compar'; there are for, heading, "
                    "explain, diagrams"
                ),
                "1:29: 'compare' stands once, directly after mlready:begin",
                "3:28: there is no option 'for'; there is heading",
                "3:36: there is no option 'size'; there is heading",
                "3:43: expected an option such as heading=2, found 'text'",
                (
                    "5:20: expected an option such as for=sponsor, found 'compre'; did "
                    "you mean 'compare'?"
                ),
            ],
            id="command in the wrong place, or an option that it lacks",
        ),
        pytest.param(
            b"%s<!-- mlready:begin for=sponsors heading=7 explain= "
            b"diagrams=svg -->\n%s" % (BOM, END),
            [
                (
                    "1:20: for: expected one of all, sponsor, team, recruiter, "
                    "found 'sponsors'; did you mean 'sponsor'?"
                ),
                "1:33: heading: expected one of 1, 2, 3, 4, 5, 6, found '7'",
                "1:43: explain: expected one of yes, no, found ''",
                "1:52: diagrams: expected one of text, mermaid, found 'svg'",
            ],
            id="unknown value",
        ),
        pytest.param(
            "<!-- mlready:begin für=all for=all for=team -->\n".encode() + END,
            [
                "1:20: there is no option 'für'; did you mean 'for'?",
                "1:36: 'for' is given twice",
            ],
            id="option given twice",
        ),
        pytest.param(
            b"<!-- mlready:begin for=a=b for=all -->\n" + END,
            [
                (
                    "1:20: for: expected one of all, sponsor, team, recruiter, "
                    "found 'a=b'"
                ),
                "1:28: 'for' is given twice",
            ],
            id="two equals signs in an option",
        ),
        pytest.param(
            b"\xff<!-- mlready:b\xfe -->\n",
            [f"1:2: {NOT_ALONE}"],
            id="not UTF-8 before a marker",
        ),
        pytest.param(
            b"<!-- mlready:b\xfe for=\xff -->\n",
            ["1:1: expected mlready:begin or mlready:end, found 'mlready:b\ufffd'"],
            id="not UTF-8 in a marker",
        ),
        pytest.param(
            b"%s\r<!-- mlready:end for=team -->" % BEGIN,
            [
                (
                    "2:18: options belong in the marker that begins the block; "
                    "move them there"
                )
            ],
            id="options at the end",
        ),
    ],
)
def test_invalid_block_marker_is_reported_with_line_and_column(data, problems):
    assert refusal(data) == [f"d.md:{problem}" for problem in problems]


ENDINGS = st.sampled_from([b"\n", b"\r\n", b"\r"])
# Text around the blocks: complete pieces of Markdown, or bytes without markup.
AROUND = st.one_of(
    st.binary(max_size=12).map(
        lambda data: bytes(each for each in data if each not in b"`~<\r\n")
    ),
    st.sampled_from(
        [b"", b"# A", b"- a", b"> a", b"    code", b"`%s`" % END, b"\xff\x85\x1c",
         b"\xc5\xbc", b"<!-- a -->", b"<!--\na\n-->", b"```\n%s\n```" % BEGIN,
         b"~~~ x\n```\n%s\n~~~" % END, b"- ```\n  %s\n  ```" % END,
         b"1. ~~~\n   %s" % BEGIN, b"~~~\n> ~~~\n%s\n~~~" % END]
    ),
)  # fmt: skip
BEGINS = st.sampled_from(
    [BEGIN, b"<!--mlready:begin-->", b"<!-- mlready:begin for=team heading=2 -->"]
)


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    pieces = b"\n".join([*draw(st.lists(AROUND, max_size=4)), b""]).split(b"\n")
    return b"".join(line + draw(ENDINGS) for line in pieces)


@st.composite
def documents(draw: st.DrawFn) -> list[bytes]:
    """Draw a document as parts that are alternately outside and inside a block."""
    parts = [draw(st.sampled_from([b"", BOM])) + draw(lines())]
    for _ in range(draw(st.integers(1, 3))):
        parts[-1] += draw(BEGINS)
        parts += [draw(ENDINGS) + draw(lines()), END + draw(ENDINGS) + draw(lines())]
    return parts


@given(documents())
def test_filling_a_document_keeps_every_byte_outside_the_blocks(parts):
    once = fill(b"".join(parts))
    rest = once
    for outside in parts[:-1:2]:
        assert rest.startswith(outside)
        inside, end, after = rest.removeprefix(outside).partition(END)
        rest = end + after
        (ending,) = {*ENDING.findall(inside)}
        assert inside == b"\n\n%s\n\n".replace(b"\n", ending) % NEW.replace(
            b"\n", ending
        )
    assert rest == parts[-1]
    assert fill(once) == once


@given(documents())
def test_markdown_parser_finds_all_block_markers_after_a_report_is_put_between_them(
    parts,
):
    document = fill(b"".join(parts)).removeprefix(BOM).decode("latin-1")
    seen = [
        token.content.strip()
        for token in MarkdownIt("commonmark").parse(document)
        if token.type == "html_block" and "mlready" in token.content
    ]

    assert seen[::2] == [part.splitlines()[-1].decode() for part in parts[:-1:2]]
    assert seen[1::2] == [END.decode()] * (len(parts) // 2)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            lambda n: b"`" * (n // 2) + b"a" * (n // 2) + b"`", id="one long run"
        ),
        pytest.param(
            lambda n: (
                b"<!-- --> " + b"a".join(b"`" * run for run in range(1, isqrt(2 * n)))
            ),
            id="runs of all lengths",
        ),
        pytest.param(lambda n: b"` " * (n // 8), id="many spans of code"),
        pytest.param(lambda n: b"<b>" * (n // 8), id="many tags"),
    ],
)
def test_putting_a_report_into_a_document_that_has_a_long_line_takes_linear_time(line):
    def fill_document(length: int) -> None:
        data = b"<!-- mlready:begin -->\n<!-- mlready:end -->\n" + line(length)
        assert inject_report(data, "d.md", lambda _: "x\n").endswith(line(length))

    assert takes_linear_time(fill_document, 400_000)


MB, ME = "{/* mlready:begin */}", "{/* mlready:end */}"


def fill_mdx(text: str, new: str = "NEW") -> str:
    return inject_report(text.encode(), "d.mdx", lambda _: new, MDX).decode()


@pytest.mark.parametrize(
    "around",
    [
        pytest.param("", id="no other text"),
        pytest.param(f"```\n{MB}\n```\n", id="fence"),
        pytest.param(f"`{MB}`\n\n", id="code span"),
        pytest.param(f"\\{MB}\n\n", id="backslash"),
        pytest.param("import A from 'a'\n\n<A>\n\n", id="component"),
        pytest.param("---\na: b\n---\n", id="front matter"),
        pytest.param("{/* a\n\nb */}\n\n", id="comment that ends"),
        pytest.param(f"export const a = '\n{MB}'\n\n", id="string in code of a module"),
    ],
)
def test_block_between_two_mdx_comments_is_filled(around):
    block = f"{MB}\n{ME}\n"
    filled = fill_mdx(around + block)

    assert filled == f"{around}{MB}\n\nNEW\n\n{ME}\n"
    assert fill_mdx(filled) == filled


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            BLOCK.decode(), f"no block to fill; put '{MB}' and", id="HTML comments"
        ),
        pytest.param(f"- {MB}\n", "stands in a list", id="in a list item"),
        pytest.param(f"a {MB}\n", "stands alone", id="after text"),
        pytest.param(f"    {MB}\n", "stands alone", id="indented"),
        pytest.param(
            f"{{/* a\n\n{MB}\n", "begins in line 1 holds this", id="in a comment"
        ),
        pytest.param(f"<A\n{MB}\n/>\n", "no block to fill", id="in a tag"),
        pytest.param(MB, f"does not end; put '{ME}'", id="no end marker"),
    ],
)
def test_invalid_block_markers_in_mdx_are_refused_with_the_reason(text, problem):
    with pytest.raises(DocumentError, match=re.escape(problem)):
        fill_mdx(text)


def test_report_inserted_into_an_mdx_document_is_converted_to_mdx():
    text = "import a\n\na<br>b<!-- -->&#64;c\n\n```text\na<br>b\nexport c\n```\n"

    assert fill_mdx(f"{MB}\n{ME}", text) == (
        f"{MB}\n\n&#105;mport a\n\na<br />b{{/* */}}&#64;c\n\n"
        f"```text\na<br>b\nexport c\n```\n\n{ME}"
    )


@pytest.mark.parametrize(
    "name",
    ["a.rst", "a.adoc", "a.html", "a.ipynb", "a.txt", "a.tex", "a.org", "README", "md"],
)
def test_refusal_of_a_document_that_is_not_markdown_suggests_a_report_file_of_its_own(
    name,
):
    message = rf"^{name}: not a Markdown document .* with -o, and in"
    with pytest.raises(UsageError, match=message):
        syntax_of(Path(name))


MARKDOWN_NAMES = [
    "a.md", "A.MD", "a.markdown", "a.mdown", "a.mdwn", "a.mkd", "a.mkdn", "a.mkdown",
    "a.qmd", "a.Rmd",
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "syntax"), [*((name, MARKDOWN) for name in MARKDOWN_NAMES), ("a.mdx", MDX)]
)
def test_suffix_of_a_document_decides_between_markdown_and_mdx(name, syntax):
    assert syntax_of(Path(name)) is syntax
