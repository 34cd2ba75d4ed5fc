"""The fast parser agrees with YAML, or leaves the file to the YAML reader."""

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings, strategies as st

from mlready.input_limits import LIMIT
from mlready.storage import answers_fast_parser, strict_yaml

ROOT = Path(__file__).parent.parent
TEXT = """# A header of one's own
questionnaire: kickoff

version: 1
project:
  name: "Churn: who leaves?"
  slice: monthly customers
answers:
  # Collect
  COL-01: {level: 1, note: "said \\"roughly\\"", by: "Ana"}
  COL-02: 3
  COL-03: {}
profile:
"""
SAID = {
    "questionnaire": "kickoff",
    "version": "1",
    "project": {"name": "Churn: who leaves?", "slice": "monthly customers"},
    "answers": {
        "COL-01": {"level": "1", "note": 'said "roughly"', "by": "Ana"},
        "COL-02": "3",
        "COL-03": {},
    },
    "profile": {},
}


def test_usual_layout_is_read():
    assert answers_fast_parser.read(TEXT.encode()) == SAID


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("version: 1\nversion: 2\n", id="a key twice"),
        pytest.param("answers:\n  A: 1\n  A: 2\n", id="an answer twice"),
        pytest.param("answers:\n  A: {by: x, by: y}\n", id="a remark twice"),
        pytest.param("answers:\n  A: {}\n  A: 1\n", id="an empty answer twice"),
        pytest.param("  A: 1\n", id="no block around an answer"),
        pytest.param("version: 1\n  A: 1\n", id="an answer within a text"),
        pytest.param("answers: {}\n  A: 1\n", id="an answer after an empty block"),
        pytest.param("answers:\n   A: 1\n", id="three spaces deep"),
        pytest.param("answers:\n\tA: 1\n", id="a tab"),
        pytest.param("answers:\n  A: 1 # why\n", id="a comment after a value"),
        pytest.param("answers:\n  A: {by: }\n", id="nothing behind a key"),
        pytest.param("answers:\n  A: {by: x,}\n", id="a comma too many"),
        pytest.param("answers:\n  A: {by: x by: y}\n", id="a comma too few"),
        pytest.param('answers:\n  A: ""\n', id="nothing between quotes"),
        pytest.param('answers:\n  A: "x\n', id="one quote"),
        pytest.param('answers:\n  A: "\\x41"\n', id="an escape of YAML's"),
        pytest.param("answers:\n  A: &x 1\n", id="an anchor"),
        pytest.param("answers:\n  A: !x 1\n", id="a tag"),
        pytest.param("answers:\n  A: [1]\n", id="a list"),
        pytest.param("answers:\n  A: |\n    x\n", id="a text of several lines"),
        pytest.param("answers:\n  A: x\n    y\n", id="a text that goes on"),
        pytest.param("---\nversion: 1\n", id="the start of a document"),
        pytest.param("version: 1\r\n", id="lines of Windows"),
        pytest.param("\ufeffversion: 1\n", id="a byte order mark"),
        pytest.param("# \x1b\n", id="a control character in a comment"),
        pytest.param('a: "\x85"\n', id="a line end of old machines"),
        pytest.param(f"{'k' * 65}: 1\n", id="a key longer than any"),
        pytest.param("a: ١\n", id="digits of another script"),  # noqa: RUF001 - such a digit is the point
        pytest.param("a:\n  A: ١\n", id="such digits in a block"),  # noqa: RUF001 - as above
        pytest.param("# x\n" * (LIMIT // 4) + "a: 1\n", id="more than may be read"),
    ],
)
def test_other_layouts_are_left_to_yaml(text):
    assert answers_fast_parser.read(text.encode()) is None


def test_file_at_the_limit_is_read():
    assert answers_fast_parser.read(b"a: 1\n#".ljust(LIMIT, b"x")) == {"a": "1"}


def test_bytes_that_are_not_utf_8_are_left_to_yaml():
    assert answers_fast_parser.read(b"version: \xff\n") is None


def test_hostile_line_is_rejected_within_a_second():
    texts = [f'a: "{"x" * 500_000}', f"a: {'x ' * 250_000}", f"{'a: {b: c, ' * 50_000}"]
    start = time.perf_counter()
    assert [answers_fast_parser.read(text.encode()) for text in texts] == [
        None,
        None,
        None,
    ]
    assert time.perf_counter() - start < 1


VALUES = st.one_of(
    st.sampled_from(["", " 2", " {}", ' "x"', " x y", ' "\\n"', " {a: 1}", " |", " -"]),
    st.text(" abA0?.-_+:#,{}[]&*!|>'\"%@`~\\\t\x85\u2028é", max_size=8),
)
LINES = st.builds(
    lambda indent, key, value: f"{indent}{key}:{value}",
    st.sampled_from(["", "  ", "  ", "    ", " "]),
    st.sampled_from(["a", "b", "A-1", "no", "y z", "?"]),
    VALUES,
)
FILES = st.lists(
    st.one_of(LINES, st.sampled_from(["a:", "# x", "", "  # y", "---", "...", "  x"])),
    max_size=6,
).map("\n".join)
CHANGED = st.builds(
    lambda at, cut, put: TEXT[:at] + put + TEXT[at + cut :],
    st.integers(0, len(TEXT)),
    st.integers(0, 3),
    st.text(" aA0?.-_+:#,{}[]&*!|>'\"%@`~\\\t\n\x85\u2028é", max_size=3),
)


@given(st.one_of(FILES, CHANGED))
@example("a:\n  b: x\n\n  c: y\n")
@example("a: {}\nb:\n")
@settings(max_examples=1000)
def test_fast_parser_agrees_with_yaml(text):
    at_once = answers_fast_parser.read(text.encode())
    if at_once:
        value = strict_yaml.read(text.encode(), "a.yaml").value
        assert {key: each or {} for key, each in value.items()} == at_once


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "questionnaires/examples").glob("*.yaml")),
    ids=lambda path: path.stem,
)
def test_examples_are_read_by_the_fast_parser(path):
    assert answers_fast_parser.read(path.read_bytes()) is not None
