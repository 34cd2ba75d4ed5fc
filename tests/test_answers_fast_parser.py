"""The fast parser of answers files: it returns the same as the YAML reader, or None."""

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
voice: {name: "Ana", role: analyst}
project:
  name: "Churn: who leaves?"
  slice: monthly customers
answers:
  # Collect
  COL-01: {level: 1, note: "said \\"roughly\\"\\tor\\nso", by: "Ana"}
  COL-02: 3
  COL-03: {}
profile:
voices:
  v1: {name: "Bo", date: "2025-11-24"}
said:
  COL-01: {v1: unknown}
"""
CONTENT = {
    "questionnaire": "kickoff",
    "version": "1",
    "voice": {"name": "Ana", "role": "analyst"},
    "project": {"name": "Churn: who leaves?", "slice": "monthly customers"},
    "answers": {
        "COL-01": {"level": "1", "note": 'said "roughly"\tor\nso', "by": "Ana"},
        "COL-02": "3",
        "COL-03": {},
    },
    "profile": {},
    "voices": {"v1": {"name": "Bo", "date": "2025-11-24"}},
    "said": {"COL-01": {"v1": "unknown"}},
}


def test_fast_parser_reads_the_layout_of_saved_files():
    assert answers_fast_parser.read(TEXT.encode()) == CONTENT


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("version: 1\nversion: 2\n", id="duplicate key"),
        pytest.param("answers:\n  A: 1\n  A: 2\n", id="duplicate answer"),
        pytest.param(
            "answers:\n  A: {by: x, by: y}\n", id="duplicate key in an answer"
        ),
        pytest.param(
            "answers:\n  A: {}\n  A: 1\n", id="duplicate answer, the first empty"
        ),
        pytest.param("  A: 1\n", id="answer outside a block"),
        pytest.param("version: 1\n  A: 1\n", id="answer below a scalar"),
        pytest.param("answers: {}\n  A: 1\n", id="answer after an empty block"),
        pytest.param("voice: {a: x}\n  A: 1\n", id="answer after a mapping"),
        pytest.param("voice: {a: x, a: y}\n", id="duplicate key in a mapping"),
        pytest.param("voice: {a: x}\nvoice:\n", id="duplicate block"),
        pytest.param("voice: {a: {b: x}}\n", id="mapping inside a mapping"),
        pytest.param("voice: {a: x} # why\n", id="comment after a mapping"),
        pytest.param("answers:\n   A: 1\n", id="indented by three spaces"),
        pytest.param("answers:\n\tA: 1\n", id="indented by a tab"),
        pytest.param("answers:\n  A: 1 # why\n", id="comment after a value"),
        pytest.param("answers:\n  A: {by: }\n", id="key without a value"),
        pytest.param("answers:\n  A: {by: x,}\n", id="trailing comma"),
        pytest.param("answers:\n  A: {by: x by: y}\n", id="missing comma"),
        pytest.param('answers:\n  A: ""\n', id="empty quoted text"),
        pytest.param('answers:\n  A: "x\n', id="unclosed quote"),
        pytest.param('answers:\n  A: "\\x41"\n', id="YAML escape"),
        pytest.param("answers:\n  A: &x 1\n", id="anchor"),
        pytest.param("answers:\n  A: !x 1\n", id="tag"),
        pytest.param("answers:\n  A: [1]\n", id="list"),
        pytest.param("answers:\n  A: |\n    x\n", id="block scalar"),
        pytest.param("answers:\n  A: x\n    y\n", id="plain scalar on two lines"),
        pytest.param("---\nversion: 1\n", id="document start marker"),
        pytest.param("version: 1\r\n", id="CRLF line end"),
        pytest.param("\ufeffversion: 1\n", id="byte order mark"),
        pytest.param("# \x1b\n", id="control character in a comment"),
        pytest.param('a: "\x85"\n', id="next-line character"),
        pytest.param(f"{'k' * 65}: 1\n", id="key longer than the limit"),
        pytest.param("a: ١\n", id="Arabic digit"),  # noqa: RUF001 - an Arabic digit
        pytest.param("a:\n  A: ١\n", id="Arabic digit in a block"),  # noqa: RUF001 - an Arabic digit
        pytest.param("# x\n" * (LIMIT // 4) + "a: 1\n", id="file above the size limit"),
    ],
)
def test_fast_parser_returns_none_for_layouts_it_does_not_support(text):
    assert answers_fast_parser.read(text.encode()) is None


def test_fast_parser_reads_a_file_at_the_size_limit():
    assert answers_fast_parser.read(b"a: 1\n#".ljust(LIMIT, b"x")) == {"a": "1"}


def test_fast_parser_returns_none_for_invalid_utf_8():
    assert answers_fast_parser.read(b"version: \xff\n") is None


def test_fast_parser_rejects_long_hostile_lines_within_a_second():
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
def test_fast_parser_agrees_with_the_yaml_reader(text):
    fast = answers_fast_parser.read(text.encode())
    if fast:
        value = strict_yaml.read(text.encode(), "a.yaml").value
        assert {key: each or {} for key, each in value.items()} == fast


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "questionnaires/examples").glob("*.yaml")),
    ids=lambda path: path.stem,
)
def test_fast_parser_reads_every_bundled_example(path):
    assert answers_fast_parser.read(path.read_bytes()) is not None
