"""Strict reading of YAML: every value is text, and messages say what to do."""

import re
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from mlready.errors import DocumentError, Problem, did_you_mean
from mlready.storage.source_positions import Document, SourcePosition
from mlready.storage.strict_yaml import comment_lines, is_readable, read
from tests.run_time import takes_linear_time

LIMIT = 1024 * 1024  # bytes; error messages say "1 MiB"
ANCHOR = "write it out, or put a text that begins with & or * in quotes"
TAG = "leave it out, or put a text that begins with ! in quotes"
# Mostly special characters of YAML, so that random documents reach edge cases.
YAML = st.text("aé😀0 \n\r\t\0\x85\ufeff-?:,[]{}|>\"'\\#&*!%@`~<=.")


def refusal(data: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        read(data, "a.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "a: &x 1\nb: 2\n",
            "1:4: anchors and aliases ('x') are not read; " + ANCHOR,
            id="anchor on text",
        ),
        pytest.param(
            "a: 1\nb: &x [1]\n",
            "2:4: anchors and aliases ('x') are not read; " + ANCHOR,
            id="anchor on a list",
        ),
        pytest.param(
            "&x a: 1\n",
            "1:1: anchors and aliases ('x') are not read; " + ANCHOR,
            id="anchor on a key",
        ),
        pytest.param(
            "a: 1\nb: *x\n",
            "2:4: anchors and aliases ('x') are not read; " + ANCHOR,
            id="alias",
        ),
        pytest.param(
            "a: 1\nc:\n  <<: *x\n",
            "3:7: anchors and aliases ('x') are not read; " + ANCHOR,
            id="merge of an alias",
        ),
        pytest.param(
            "a: !!python/object:os.system x\n",
            "1:4: tags ('tag:yaml.org,2002:python/object:os.system') are not read; "
            + TAG,
            id="tag that would run code",
        ),
        pytest.param(
            "a:\n- !secret x\n",
            "2:3: tags ('!secret') are not read; " + TAG,
            id="application tag",
        ),
        pytest.param(
            "%TAG ! tag:x,2000:\n---\na: !y 1\n",
            "3:4: tags ('tag:x,2000:y') are not read; " + TAG,
            id="tag with a handle",
        ),
        pytest.param(
            "!!map\na: 1\n",
            "1:1: tags ('tag:yaml.org,2002:map') are not read; " + TAG,
            id="tag on the whole document",
        ),
        pytest.param(
            "a: 1\nb: 2\na: 3\n",
            "3:1: 'a' is given twice; the first is in line 1",
            id="key given twice",
        ),
        pytest.param(
            'o:\n  a: 1\n  "a": 2\n',
            "3:3: 'a' is given twice; the first is in line 2",
            id="key given twice, once in quotes",
        ),
        pytest.param(
            "{a: 1, a: 2}\n",
            "1:8: 'a' is given twice; the first is in line 1",
            id="key given twice in one line",
        ),
        pytest.param(
            "y:\n  <<: {a: 1}\n  <<: {b: 2}\n",
            "3:3: '<<' is given twice; the first is in line 2",
            id="merge key given twice",
        ),
        pytest.param(
            "[a]: 1\n",
            "1:1: a key must be a word; if this is a text, put it in quotes",
            id="list as a key",
        ),
        pytest.param(
            "{a: 1}: 2\n",
            "1:1: a key must be a word; if this is a text, put it in quotes",
            id="mapping as a key",
        ),
        pytest.param(
            'a:\n  "": 1\n',
            "2:3: a key must be a word; if this is a text, put it in quotes",
            id="empty key",
        ),
        pytest.param(
            "? [a]\n: 1\n",
            "1:3: a key must be a word; if this is a text, put it in quotes",
            id="explicit key",
        ),
        pytest.param(
            'b: 1\n"a\\tb": 1\n',
            "2:1: a key must not hold control characters",
            id="tab in a key",
        ),
        pytest.param(
            '"a\\u2028b": 1\n',
            "1:1: a key must not hold control characters",
            id="line separator in a key",
        ),
        pytest.param(
            "a: 1\n---\nb: 2\n",
            "2:1: a second document begins here; keep one per file, and name each file",
            id="several documents",
        ),
        pytest.param(
            "questionnaire: x\nversion: 1\nquestionnaire: x\nversion: 1",
            "3:1: a second document begins here; keep one per file, and name each file",
            id="answers files one after another",
        ),
        pytest.param(
            "",
            "1:1: the file is empty; expected keys with values, such as 'name: Ana'",
            id="empty",
        ),
        pytest.param(
            "# nothing yet\n",
            "1:1: the file is empty; expected keys with values, such as 'name: Ana'",
            id="comment only",
        ),
        pytest.param(
            "just words\n",
            "1:1: expected keys with values, such as 'name: Ana'",
            id="words",
        ),
        pytest.param(
            "\n- a\n- b\n",
            "2:1: expected keys with values, such as 'name: Ana'",
            id="list",
        ),
        pytest.param(
            "a:\n  b: 1\n\tc: 2\n",
            "3:1: a tab stands where spaces belong; indent with spaces",
            id="tab at the beginning of a line",
        ),
        pytest.param(
            "a:\n  \tb: 1\n",
            "2:3: a tab stands where spaces belong; indent with spaces",
            id="tab after spaces",
        ),
        pytest.param(
            "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> theirs\n",
            "2:1: a merge conflict; settle it first",
            id="merge conflict",
        ),
        pytest.param(
            "a: 1\nb: 2\n=======\n",
            "3:1: a merge conflict; settle it first",
            id="middle of a merge conflict",
        ),
        pytest.param(
            "a: 1\r\nb: 3\r\n>>>>>>> theirs\r\n",
            "3:1: a merge conflict; settle it first",
            id="end of a merge conflict, on Windows",
        ),
        pytest.param(
            "a: 1\nb: [1, 2\nc: 3\n",
            "2:4: this '[' is not closed; add ']'",
            id="bracket left open",
        ),
        pytest.param(
            "a: 1\nb\nc: 2\n",
            "2:1: this line has no colon; write it as 'key: text'",
            id="colon left out",
        ),
        pytest.param(
            'a: "x" y\n',
            '1:8: a text in double quotes ends at the next double quote; write \\" '
            "inside the text, or put all of it in quotes",
            id="text after a quote",
        ),
        pytest.param(
            "a: b: c\n",
            "1:5: a colon and a space inside a text; put the text in quotes",
            id="two colons in a line",
        ),
        pytest.param(
            'a: "x\n',
            '1:4: this quote (") is not closed; add one at the end of the text',
            id="quote left open",
        ),
        pytest.param(
            "a: 1\nb: @x\n",
            "2:4: a text must not begin with '@'; put the text in quotes",
            id="text that needs quotes",
        ),
        pytest.param(
            'a: "\\ud800"\n',
            "1:7: a backslash between double quotes begins a special character; "
            r"write \\ for a backslash, or use single quotes",
            id="escaped surrogate",
        ),
    ],
)
def test_misleading_yaml_is_refused_with_line_and_column(text, message):
    assert refusal(text.encode()) == f"a.yaml:{message}"


KEY_AND_TEXT = "write 'key: text'"


def test_second_yaml_document_in_a_file_is_reported_along_with_errors_before_it():
    first, second = refusal(b"a: &x 1\n---\nb: 2\n").splitlines()

    assert first == f"a.yaml:1:4: anchors and aliases ('x') are not read; {ANCHOR}"
    assert second.startswith("a.yaml:2:1: a second document begins here; ")


def test_yaml_alias_is_reported_and_read_as_an_empty_text():
    problems: list[Problem] = []
    document = read(b"a: *x\nb: 1\n", "a.yaml", problems)

    assert document.value == {"a": "", "b": "1"}
    assert [problem.line for problem in problems] == [1]


def test_all_errors_of_a_yaml_document_are_reported_at_once():
    text = 'a: &x 1\nb: *x\na: !y 2\n"c\\td": {Level:1}\ne:\n  -f\n  -g\nh: @i\n'
    assert refusal(text.encode()).splitlines() == [
        f"a.yaml:1:4: anchors and aliases ('x') are not read; {ANCHOR}",
        f"a.yaml:2:4: anchors and aliases ('x') are not read; {ANCHOR}",
        "a.yaml:3:1: 'a' is given twice; the first is in line 1",
        f"a.yaml:3:4: tags ('!y') are not read; {TAG}",
        "a.yaml:4:1: a key must not hold control characters",
        f"a.yaml:4:10: a space is missing after the colon of 'Level:1'; {KEY_AND_TEXT}",
        "a.yaml:6:3: a list item needs a space after its dash",
        "a.yaml:8:4: a text must not begin with '@'; put the text in quotes",
    ]


IN_QUOTES = "put the text in quotes"
COLON = "a colon and a space inside a text; put the text in quotes"
APOSTROPHE = (
    "an apostrophe ends a text in single quotes; write it twice ('') or put the text "
    "in double quotes"
)
INDENT = (
    "indented {} than the lines it belongs to; indent keys of the same level by the "
    "same number of spaces"
)
COMMA = (
    "a colon inside a text, or a comma missing before this key; put the text in "
    "quotes, or add the comma"
)
NO_SPACE = "a space is missing after the colon; write it as 'key: text'"
TAB = "a tab stands where spaces belong; indent with spaces"
QUESTION = 'a question mark alone must be in quotes; write "?" or unknown'
NO_BREAK = "a no-break space stands where a space belongs; type it anew"
CURLY = 'curly quotes do not enclose a text; use straight ones (")'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "project:\n  name: Claims: triage\n",
            f"2:15: a colon and a space inside a text; {IN_QUOTES}",
        ),
        (
            "note: meet at 10: sharp\n",
            f"1:17: a colon and a space inside a text; {IN_QUOTES}",
        ),
        (
            "note: see this:\n  more\n",
            f"1:15: a colon and a space inside a text; {IN_QUOTES}",
        ),
        ("name: [draft] triage\n", f"1:7: a text must not begin with '['; {IN_QUOTES}"),
        ("name: {x} triage\n", f"1:7: a text must not begin with '{{'; {IN_QUOTES}"),
        ("a: {note: what: now}\n", f"1:15: {COMMA}"),
        ("a: {level: 1 note: x}\n", f"1:18: {COMMA}"),
        ("name: 'Joost's team'\n", f"1:14: {APOSTROPHE}"),
        ("a: {note: 'Joost's team', by: 'x'}\n", f"1:18: {APOSTROPHE}"),
        ("COL-01: ?\n", f"1:9: {QUESTION}"),
        ("answers: {COL-01: ?, COL-02: 1}\n", f"1:19: {QUESTION}"),
        ("COL-01: {level: ?}\n", f"1:17: {QUESTION}"),
        *(
            (
                f"name: {character}x\n",
                f"1:7: a text must not begin with '{character}'; {IN_QUOTES}",
            )
            for character in "@`%,"
        ),
        *(
            (
                f"name: {character} x\n",
                f"1:7: a text must not begin with '{character}'; {IN_QUOTES}",
            )
            for character in "*&>|-"
        ),
        ("name: *bold* x\n", f"1:7: a text must not begin with '*'; {IN_QUOTES}"),
        ("name: *bold\n", f"1:7: anchors and aliases ('bold') are not read; {ANCHOR}"),
        ("name: !important x\n", f"1:7: tags ('!important') are not read; {TAG}"),
        (
            "name: {{ project }}\n",
            "1:8: a key must be a word; if this is a text, put it in quotes",
        ),
        ("a:\n  -b\n  -c\n", "2:3: a list item needs a space after its dash"),
        ("a:1\nb: 2\n", f"1:3: {NO_SPACE}"),
        ("a: 1\nb:2\nc: 3\n", f"2:3: {NO_SPACE}"),
        ("a: 1\nb:2\n", f"2:3: {NO_SPACE}"),
        (
            "a: {level:1}\n",
            "1:5: a space is missing after the colon of 'level:1'; write 'key: text'",
        ),
        (
            'a: "x\nb: 1\n',
            '1:4: this quote (") is not closed; add one at the end of the text',
        ),
        (
            'a: "x\nb: "y"\n',
            '1:4: this quote (") is not closed; add one at the end of the text',
        ),
        (
            "a: 'x\nb: 1\n",
            (
                "1:4: this quote (') is not closed; add one at the end of the "
                "text; an apostrophe at the beginning of a text needs double "
                "quotes around"
            ),
        ),
        (
            'a: "x\nb:\n  c: 1\n\n  d: "y z"\n  e: "z"\n',
            '1:4: this quote (") is not closed; add one at the end of the text',
        ),
        (
            "a:\n  b: 'x\nc:\n  d: 'y z'\n",
            (
                "2:6: this quote (') is not closed; add one at the end of the "
                "text; an apostrophe at the beginning of a text needs double "
                "quotes around"
            ),
        ),
        ("a: {level: 1, note: x\nb: 1\n", "1:4: this '{' is not closed; add '}'"),
        (
            "a: {level: 1}}\n",
            (
                "1:14: a closing '}' without an opening one; delete it, or put the "
                "text in quotes"
            ),
        ),
        ("a:\n\tb: 1\n", f"2:1: {TAB}"),
        ("a:\n  b: 1\n\tc: 1\n", f"3:1: {TAB}"),
        ("a:\n  b: 1\n   c: 2\n", f"3:4: {INDENT.format('further')}"),
        ("a:\n    b: 1\n  c: 2\n", f"3:3: {INDENT.format('less')}"),
        ("a: 1\n  b: 2\n", f"2:3: {INDENT.format('further')}"),
        (" a: 1\nb: 2\n", f"2:1: {INDENT.format('less')}"),
        ("a: 1\n\n# why\n  b: 2\n", f"4:3: {INDENT.format('further')}"),
        ("a: 1\na: 2\n", "2:1: 'a' is given twice; the first is in line 1"),
        ("a: {na: “no, none”}\n", f"1:14: {CURLY}"),
        ("“a”: 1\n", f"1:1: {CURLY}"),
        ("a:\n\xa0\xa0b: 1\n", f"2:1: {NO_BREAK}"),
        ("a: 1\nc:\xa01\nd: 2\n", f"2:3: {NO_BREAK}"),
        (
            "a\uff1a1\n",
            (
                "1:1: expected keys with values, such as 'name: Ana'; each key needs a "
                "colon (:) and a space after it"
            ),
        ),
        (
            "questionnaire kickoff\nversion: 1\n",
            "1:1: this line has no colon; write it as 'key: text'",
        ),
        (
            "```yaml\na: 1\n```\n",
            "1:1: a code fence is not part of the file; delete this line",
        ),
        (
            'a: "C:\\data"\n',
            (
                r"1:7: a backslash between double quotes begins a special "
                r"character; write \\ for a backslash, or use single quotes"
            ),
        ),
        ("a: x\n...\nb: y\n", "3:1: the document ended above; keep one per file"),
    ],
)
def test_common_yaml_mistakes_are_explained_with_a_remedy(text, message):
    assert refusal(text.encode()) == f"a.yaml:{message}"
    # With a byte order mark and Windows line endings, the message is the same.
    windows = ("\ufeff" + text.replace("\n", "\r\n")).encode()
    assert refusal(windows) == f"a.yaml:{message}"


@given(YAML)
def test_message_on_every_yaml_syntax_error_has_a_remedy(text):
    with suppress(DocumentError):
        read(f"a: {text}\n".encode(), "a.yaml")
        return
    message = refusal(f"a: {text}\n".encode())
    assert ";" in message or message.endswith(("control characters", "64 levels"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param('a:\n  b: "x\n  c: 1\n  d: {n: "y"}\n', "2:6", id="over a key"),
        pytest.param('a:\n  b: "x\n  # "No" is no aim\n', "2:6", id="over a comment"),
        pytest.param('a:\n  b: {n: "x}\n  c: {n: "y"}\n', "2:10", id="in braces"),
        pytest.param('a: {m: "x", n: "y\nb: "z"\n', "1:16", id="second text in braces"),
        pytest.param('a: "x\nb:\n  c: "y"\n', "1:4", id="over two keys"),
        pytest.param('a: "say \\"x\nb: "y"\n', "1:4", id="after an escaped quote"),
        pytest.param(
            'a: "\n  x"\nb: "y\nc: "z"\n', "3:4", id="after text on two lines"
        ),
    ],
)
def test_quote_that_is_not_closed_is_named_where_it_begins(text, place):
    problem = 'this quote (") is not closed; add one at the end of the text'
    assert refusal(text.encode()) == f"a.yaml:{place}: {problem}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('a:\n  b: "x\n    N: y"\n  c: x: y\n', id="text on two lines"),
        pytest.param("a: it's\nb: {n: it's}\nc: x: y\n", id="apostrophes"),
        pytest.param('a: {n: 1} # "x\nb: "y"\nc: x: y\n', id="quote in a comment"),
        pytest.param(
            'a: {m: 1,\n  n: "We keep\n  Excel: often"}\nc: x: y\n',
            id="text with a colon on its second line",
        ),
    ],
)
def test_quotes_that_are_closed_are_not_named(text):
    assert "a colon and a space inside a text" in refusal(text.encode())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("b: -", "a dash alone is no value", id="a dash"),
        pytest.param("b: - # x", "a dash alone is no value", id="dash and comment"),
        pytest.param("b: - x", "a text must not begin with '-'", id="text with a dash"),
    ],
)
def test_what_belongs_in_the_place_of_a_value_is_said_at_once(text, message):
    assert message in refusal(f"a:\n  {text}\n".encode())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            'answers:\n  b: level: 1, note: "x"\n',
            "2:6: fields on one line need braces around them, as in {level: 1, note: "
            '"late"}',
            id="level and note",
        ),
        pytest.param(
            "answers:\n  a: 2\n\n  # c\n  b: 1 note: x\n",
            "5:6: fields on one line need braces around them, as in {level: 1, note: "
            '"late"}',
            id="note after a level",
        ),
        pytest.param(
            "answers:\n  a: 1\nsteps:\n  b: owner: Ana\n",
            "4:6: fields on one line need braces around them, as in {owner: Ana, due: "
            "2026-12-15}",
            id="owner of a step",
        ),
        pytest.param(
            "voices:\n  v1: name: Ana, role: x\n",
            "2:7: fields on one line need braces around them, as in {name: Ana, role: "
            "analyst}",
            id="name of a voice at a meeting",
        ),
        pytest.param(
            "voice: name: Ana\n",
            "1:8: fields on one line need braces around them, as in {name: Ana, role: "
            "analyst}",
            id="name of a voice",
        ),
        pytest.param("answers:\n  b: at a level: 1\n", f"2:16: {COLON}", id="text"),
        pytest.param(
            "answers:\n  b:\n    note: level: of the sea\n",
            f"3:16: {COLON}",
            id="text of a field",
        ),
        pytest.param(
            "answers:\n  a: 1\nbackground:\n  decision: level: of the sea\n",
            f"4:18: {COLON}",
            id="background line",
        ),
        pytest.param("goal: note: x\n", f"1:11: {COLON}", id="unknown key"),
        pytest.param(
            "project:\n  name: what: x\n", f"2:13: {COLON}", id="name of a project"
        ),
    ],
)
def test_braces_are_advised_only_where_an_entry_can_have_fields(text, message):
    assert refusal(text.encode()) == f"a.yaml:{message}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lambda n: "# why\n" * (n // 6) + "a: b: c\n", id="comments"),
        pytest.param(lambda n: f"a: '{'x, ' * (n // 3)}", id="quote without an end"),
        pytest.param(lambda n: "a: {" + "b: 'c, " * (n // 7), id="many quotes"),
    ],
)
def test_syntax_error_in_a_large_file_is_found_in_linear_time(text):
    assert takes_linear_time(lambda n: refusal(text(n).encode()), 600_000)


@pytest.mark.parametrize(
    ("character", "code"),
    [
        pytest.param("\0", "U+0000", id="NUL"),
        pytest.param("\v", "U+000B", id="vertical tab"),
        pytest.param("\x1b", "U+001B", id="escape"),
        pytest.param("\x7f", "U+007F", id="delete"),
        pytest.param("\x85", "U+0085", id="next line"),
        pytest.param("\x9b", "U+009B", id="control sequence"),
        pytest.param("\u2028", "U+2028", id="line separator"),
        pytest.param("\u2029", "U+2029", id="paragraph separator"),
        pytest.param("\ufeff", "U+FEFF", id="byte order mark"),
        pytest.param("\uffff", "U+FFFF", id="noncharacter"),
        pytest.param("\r", "U+000D", id="carriage return without a line feed"),
    ],
)
def test_control_characters_are_refused_with_line_and_column(character, code):
    assert refusal(f"a: 1\nb: é😀{character}x\n".encode()) == (
        f"a.yaml:2:6: the character {code} is not allowed here; remove it"
    )


def test_second_byte_order_mark_is_refused():
    assert refusal("\ufeff\ufeffa: 1\n".encode()) == (
        "a.yaml:1:1: the character U+FEFF is not allowed here; remove it"
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(
            "a: 1\nb: café\n".encode("latin-1"),
            "2:7: not UTF-8 text; save the file as UTF-8",
            id="Latin-1",
        ),
        pytest.param(
            "é: 1\nb: é".encode() + b"\xff\n",
            "2:5: not UTF-8 text; save the file as UTF-8",
            id="column counted in characters",
        ),
        pytest.param(
            "\ufeffaé: ".encode() + b"\xff\n",
            "1:5: not UTF-8 text; save the file as UTF-8",
            id="byte order mark not counted",
        ),
        pytest.param(
            b"a: \xed\xa0\x80\n",
            "1:4: not UTF-8 text; save the file as UTF-8",
            id="encoded surrogate",
        ),
        pytest.param(
            "a: 1\n".encode("utf-16"),
            "1:1: not UTF-8 text; save the file as UTF-8",
            id="UTF-16",
        ),
        pytest.param(
            "a: 1\n".encode("utf-16-be"),
            "1:1: the character U+0000 is not allowed here; remove it",
            id="UTF-16 without a mark",
        ),
        pytest.param(
            b"a: " + b"x" * (LIMIT - 2),
            "1:1: larger than 1 MiB; an answers file is a few kilobytes",
            id="one byte too many",
        ),
    ],
)
def test_files_that_are_not_utf_8_or_too_large_are_refused(data, message):
    assert refusal(data) == f"a.yaml:{message}"


def test_file_of_one_mebibyte_is_read():
    text = "x" * (LIMIT - 3)
    assert read(f"a: {text}".encode(), "a.yaml").value == {"a": text}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param(f"a: {'[' * 65}{']' * 65}", "1:68", id="65 levels"),
        # From PyYAML 6.0.4 on, the nesting limit of libyaml is reached first.
        pytest.param(f"a: {'[' * 100_000}", "1:(68|1003)", id="100,000 brackets"),
        pytest.param("[" * 100_000, "1:(66|1001)", id="100,000 brackets at the start"),
        pytest.param("- " * 100_000, "1:131", id="100,000 dashes"),
        pytest.param("{a: " * 100_000, "1:261", id="100,000 braces"),
        pytest.param(
            "".join(f"{' ' * n}a:\n" for n in range(1000)),
            "66:66",
            id="1,000 nested keys",
        ),
    ],
)
def test_nesting_deeper_than_64_levels_is_refused(text, place):
    expected = rf"a\.yaml:{place}: nested deeper than 64 levels"
    assert re.fullmatch(expected, refusal(text.encode()))


def test_nesting_of_64_levels_is_read():
    inner = read(f"a: {'[' * 64}{']' * 64}".encode(), "a.yaml").value["a"]
    depth = 1
    while inner:
        (inner,) = inner
        depth += 1
    assert depth == 64


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        pytest.param("no", "no", id="no"),
        pytest.param("12:30", "12:30", id="a time of day"),
        pytest.param("1.10", "1.10", id="a version"),
        pytest.param("0x1F", "0x1F", id="hexadecimal"),
        pytest.param("007", "007", id="leading zeros"),
        pytest.param("1_000", "1_000", id="underscores"),
        pytest.param("2025-11-24", "2025-11-24", id="a date"),
        pytest.param("~", "", id="a tilde, which means no value"),
        pytest.param("null", "", id="null, which means no value"),
        pytest.param("Null # z", "", id="null with a comment"),
        pytest.param("NULL", "", id="null in capitals"),
        pytest.param('"null"', "null", id="null in quotes"),
        pytest.param("'~'", "~", id="a tilde in quotes"),
        pytest.param("null hypothesis", "null hypothesis", id="null in a text"),
        pytest.param(".inf", ".inf", id="infinity"),
        pytest.param("=", "=", id="an equals sign"),
        pytest.param("<<", "<<", id="a merge sign"),
        pytest.param("", "", id="nothing"),
        pytest.param("'it''s'", "it's", id="single quotes"),
        pytest.param('"a\\tb\\u2028\\0"', "a\tb\u2028\0", id="escapes"),
        pytest.param("! x", "x", id="an empty tag, which means text"),
        pytest.param("|\n  x\n  y", "x\ny\n", id="lines"),
        pytest.param(">\n  x\n  y", "x y\n", id="folded lines"),
        pytest.param("x#y # z", "x#y", id="a comment"),
    ],
)
def test_every_yaml_scalar_is_read_as_text(written, read_as):
    assert read(f"a: {written}\n".encode(), "a.yaml").value == {"a": read_as}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"a: 1\nb:\n  c:\n  - x\n  - y\n", id="blocks"),
        pytest.param(b"{a: 1, b: {c: [x, y]}}", id="flow"),
        pytest.param(b'{"a": 1, "b": {"c": ["x", "y"]}}', id="JSON"),
        pytest.param(b"a: 1\r\nb:\r\n  c:\r\n  - x\r\n  - y\r\n", id="Windows"),
        pytest.param(b"\xef\xbb\xbfa: 1\nb: {c: [x, y]}\n", id="byte order mark"),
        pytest.param(b"%YAML 1.2\n---\na: 1\nb: {c: [x, y]}\n...\n", id="directive"),
        pytest.param(b"a:\t1\nb: {c: [x,\ty]} \t# z\n", id="tabs between words"),
    ],
)
def test_every_yaml_notation_of_a_document_is_read_the_same(data):
    assert read(data, "a.yaml").value == {"a": "1", "b": {"c": ["x", "y"]}}


def test_every_key_and_value_of_a_yaml_document_has_a_line_and_column():
    document = read('é😀: 1\r\nb:\r\n- {c: "x", d: [y]}\r\n'.encode(), "a.yaml")
    assert document.places == {
        (): SourcePosition(1, 1),
        ("é😀", ""): SourcePosition(1, 1),
        ("é😀",): SourcePosition(1, 5),
        ("b", ""): SourcePosition(2, 1),
        ("b",): SourcePosition(3, 1),
        ("b", 0): SourcePosition(3, 3),
        ("b", 0, "c", ""): SourcePosition(3, 4),
        ("b", 0, "c"): SourcePosition(3, 7),
        ("b", 0, "d", ""): SourcePosition(3, 12),
        ("b", 0, "d"): SourcePosition(3, 15),
        ("b", 0, "d", 0): SourcePosition(3, 16),
    }


@pytest.mark.parametrize(
    ("path", "key", "expected"),
    [
        pytest.param(("a", "b"), False, "a.yaml:2:6: odd", id="a value"),
        pytest.param(("a", "b"), True, "a.yaml:2:3: odd", id="its key"),
        pytest.param(("a", "c"), False, "a.yaml:2:3: odd", id="parent"),
        pytest.param(("a", "c", "d"), False, "a.yaml:2:3: odd", id="grandparent"),
        pytest.param(("a", "c"), True, "a.yaml:1:1: odd", id="key of the parent"),
        pytest.param(("e", 0), True, "a.yaml:4:3: odd", id="an item, which has no key"),
        pytest.param(("x",), False, "a.yaml:1:1: odd", id="unknown path"),
    ],
)
def test_problem_is_reported_at_the_nearest_known_position(path, key, expected):
    document = read(b"a:\n  b: 1\ne:\n- 1\n", "a.yaml")
    assert str(document.problem(path, "odd", key=key)) == expected


def test_problem_with_a_value_is_not_reported_at_its_key():
    document = read(b"a: 1\n", "a.yaml")
    assert str(document.problem(("a",), "odd")) == "a.yaml:1:4: odd"


def test_problem_with_unknown_position_is_reported_at_start_of_file():
    document = Document("a.yaml", {"a": "1"}, places={})
    assert document.problem(("a",), "odd") == Problem("a.yaml", 1, 1, "odd")


def test_search_for_comment_lines_ignores_number_signs_within_texts():
    text = (
        "# 1\n"
        'a: "b # c\n'
        '  # d" # 3\n'
        "e: f#g\n"
        "h: | # 5\n"
        "  # i\n"
        "\n"
        "# 8\n"
        "j: [k, '# l',\n"
        "  # 10\n"
        "  m]\t# 11\n"
        "n: > # 12\n"
        "  # o\n"
    )
    assert comment_lines(text.encode(), "a.yaml") == [1, 3, 5, 8, 10, 11, 12]


def test_search_for_comment_lines_refuses_bytes_that_are_not_utf_8():
    with pytest.raises(DocumentError, match=r"^a\.yaml:1:1: not UTF-8 text; "):
        comment_lines(b"\xff", "a.yaml")


@given(st.one_of(YAML.map(str.encode), st.binary()))
def test_any_bytes_are_read_as_a_mapping_or_refused_with_line_and_column(data):
    try:
        outcome = read(data, "a.yaml").value
    except DocumentError as error:
        outcome = str(error)
    assert isinstance(outcome, dict) or re.fullmatch(
        r"(a\.yaml:[1-9]\d*:[1-9]\d*: .+\n?|\.\.\. and \d+ more)+", outcome
    )


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [
        pytest.param("verison", "; did you mean 'version'?", id="one change"),
        pytest.param("scop", "; did you mean 'scope'?", id="a letter missing"),
        pytest.param("colour", "", id="nothing similar"),
        pytest.param("", "", id="nothing"),
        pytest.param("COL-99", "", id="the number of no id"),
    ],
)
def test_similar_known_word_is_suggested_for_a_misspelt_word(word, suggestion):
    assert did_you_mean(word, ["version", "scope", "next", "COL-08"]) == suggestion


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        pytest.param("CLO-03", "COL-03", id="letters in another order"),
        pytest.param("OCL-01", "COL-01", id="first letters in another order"),
        pytest.param("MNO-01", "MON-01", id="letters of two ids alike"),
        pytest.param("rpd-01", "PRD-01", id="lower case"),
        pytest.param("CLO-02", "COL-03", id="no such number, and another order"),
        pytest.param("COL-2", "COL-03", id="no such number"),
        pytest.param("AIM-20", "AIM-02", id="digits in another order"),
        pytest.param("ORG-2", "ORG-02", id="a digit missing"),
        pytest.param("AGG1", "AGG-01", id="no hyphen"),
        pytest.param("AGX-01", "AGG-01", id="a wrong letter"),
        pytest.param("C0L-03", "COL-03", id="a digit for a letter"),
        pytest.param("COL-033", "COL-03", id="a digit too many"),
        pytest.param("scope2", "scope", id="like a word that is no id"),
    ],
)
def test_similar_known_id_is_suggested_for_a_misspelt_id(kickoff, typed, id_):
    ids = [question.id for question in kickoff.questions]
    assert did_you_mean(typed, [*ids, "scope"]) == f"; did you mean '{id_}'?"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"a: 1\n", True, id="a mapping"),
        pytest.param(b"a: [1\n", False, id="a list without its end"),
        pytest.param(b"a: \xff\n", False, id="bytes that are no UTF-8"),
        pytest.param(b"# only a comment\n", False, id="no content"),
        pytest.param(b" " * LIMIT, False, id="no content, as large as allowed"),
        pytest.param(b" " * (LIMIT + 1), True, id="too large to read"),
    ],
)
def test_data_is_readable_if_yaml_reads_content_or_it_is_too_large(data, expected):
    assert is_readable(data) is expected
