"""The fast parser of answers files, and the quick check of their content."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from mlready.input_limits import LIMIT
from mlready.model.answers import Answer
from mlready.storage import (
    answers_fast_parser,
    answers_file,
    schema_validation,
    strict_yaml,
)
from mlready.storage.answers_fast_parser import TEXTS, is_blank, is_well_formed
from mlready.storage.source_positions import Document, SourcePosition
from tests.run_time import takes_linear_time

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
  COL-01: {level: 1, note: "said \\"roughly\\"\\tor\\nso", by: "\\"A\\" Ana"}
  COL-03: {}
  COL-02: 3
profile:
voices:
  v1: {name: "Bo", date: "2025-11-24", present: "a\\nb"}
said:
  COL-01: {v1: unknown}
"""
CONTENT = {
    "questionnaire": "kickoff",
    "version": "1",
    "voice": {"name": "Ana", "role": "analyst"},
    "project": {"name": "Churn: who leaves?", "slice": "monthly customers"},
    "answers": {
        "COL-01": {
            "level": "1",
            "note": 'said "roughly"\tor\nso',
            "by": '"A" Ana',
        },
        "COL-02": "3",
        "COL-03": {},
    },
    "profile": {},
    "voices": {"v1": {"name": "Bo", "date": "2025-11-24", "present": "a\nb"}},
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
def test_fast_parser_returns_none_for_a_layout_it_cannot_read(text):
    assert answers_fast_parser.read(text.encode()) is None


def test_fast_parser_reads_a_file_at_the_size_limit():
    assert answers_fast_parser.read(b"a: 1\n#".ljust(LIMIT, b"x")) == {"a": "1"}


def test_fast_parser_returns_none_for_invalid_utf_8():
    assert answers_fast_parser.read(b"version: \xff\n") is None


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(lambda n: f'a: "{"x" * n}', id="quote without an end"),
        pytest.param(lambda n: f"a: {'x ' * (n // 2)}", id="many words"),
        pytest.param(lambda n: "a: {b: c, " * (n // 10), id="mappings without an end"),
    ],
)
def test_fast_parser_returns_none_for_a_long_hostile_line_in_linear_time(line):
    assert answers_fast_parser.read(line(500_000).encode()) is None
    assert takes_linear_time(
        lambda n: answers_fast_parser.read(line(n).encode()), 500_000
    )


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "questionnaires/examples").glob("*.yaml")),
    ids=lambda path: path.stem,
)
def test_fast_parser_reads_every_bundled_example(path):
    assert answers_fast_parser.read(path.read_bytes()) is not None


@pytest.mark.parametrize(
    "path", sorted((ROOT / "questionnaires/examples").glob("*.yaml"))
)
def test_quick_schema_check_accepts_every_bundled_answers_file(path):
    assert is_well_formed(strict_yaml.read(path.read_bytes(), path.name).value)


# Has every key that an answers file may have, most of them with a value at a limit.
WHOLE: dict[str, Any] = {
    "questionnaire": "small",
    "version": "123456789",
    "extends": " ".join(["kickoff-1"] * 9),
    "scope": "express",
    "next": "COL-01",
    "ask": "1",
    "project": {"name": "n", "slice": "s"},
    "profile": {
        "approach": "train",
        "available": {"analyst": "999999.999", "ml": "", "devops": "2"},
    },
    "answers": {
        **{f"level {level}": level for level in [*"01234", "unknown", "?", ""]},
        "empty": {},
        "known": {"level": "4", "note": "n", "evidence": "e", "by": "b", "date": "d"},
        "left out": {"na": "x", "note": "", "on": "d"},
        "accepted": {"level": "1", "accepted": "x", "true": "d"},
    },
    "voice": {
        "name": "Ana", "role": "analyst", "present": "Bo", "date": "2025-11-24",
        "drafted": "by a tool", "confirmed": "",
    },
    "voices": {"v1": {"name": "Bo", "date": ""}, "v999999": {}},
    "said": {"COL-01": {"v1": "2"}, "COL-02": {}},
    "background": {"promise": "x"},
    "steps": {"COL-01": {"what": "w", "owner": "o", "due": "2026-12-31", "done": ""}},
    "interview": {"start": "2026-12-31 23:59", "end": "", "minutes": "1"},
}  # fmt: skip


def schema_problems(raw: Mapping[str, Any]) -> list[Any]:
    document = Document("a.yaml", dict(raw), {(): SourcePosition(1, 1)})
    return list(schema_validation.problems(document, "answers"))


def test_quick_schema_check_accepts_content_with_every_key_of_an_answers_file():
    assert is_well_formed(WHOLE)
    assert schema_problems(WHOLE) == []


@pytest.mark.parametrize(
    "missing", [key for key in WHOLE if key not in {"questionnaire", "version"}]
)
def test_quick_schema_check_accepts_content_without_an_optional_key(missing):
    assert is_well_formed({key: WHOLE[key] for key in WHOLE if key != missing})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(["more"], "x", id="unknown key"),
        pytest.param(["questionnaire"], {}, id="questionnaire is a mapping"),
        pytest.param(["version"], "1.0", id="version with a decimal point"),
        pytest.param(["version"], "1234567890", id="version of ten digits"),
        pytest.param(["version"], "", id="no version"),
        pytest.param(["extends"], "Kickoff-1", id="base with a capital"),
        pytest.param(["extends"], "kickoff", id="base without a version"),
        pytest.param(["extends"], "kickoff-1 ", id="space after the last base"),
        pytest.param(["extends"], " ".join(["a-1"] * 10), id="ten bases"),
        pytest.param(["scope"], "half", id="unknown scope"),
        pytest.param(["next"], ["x"], id="next is a list"),
        pytest.param(["project"], "x", id="project is text"),
        pytest.param(["project", "colour"], "red", id="unknown key of the project"),
        pytest.param(["project", "name"], {}, id="name is a mapping"),
        pytest.param(["profile"], "x", id="profile is text"),
        pytest.param(["profile", "approach"], ["x"], id="fact is a list"),
        pytest.param(["profile", "available"], "2", id="people are text"),
        pytest.param(["profile", "available", "ml"], "1,5", id="decimal comma"),
        pytest.param(["profile", "available", "ml"], "1000000", id="a million people"),
        pytest.param(["profile", "available", "ml"], "1.0001", id="four decimals"),
        pytest.param(["profile", "available", "ml"], {}, id="number is a mapping"),
        pytest.param(["answers"], "x", id="answers are text"),
        pytest.param(["answers", "A"], "5", id="level too high"),
        pytest.param(["answers", "A"], "X", id="level is a letter"),
        pytest.param(["answers", "A"], ["2"], id="answer is a list"),
        pytest.param(["answers", "known", "level"], "5", id="level in a mapping"),
        pytest.param(["answers", "known", "note"], ["x"], id="note is a list"),
        pytest.param(["answers", "known", "note"], " ", id="blank note"),
        pytest.param(["answers", "known", "colour"], "x", id="unknown field"),
        pytest.param(["answers", "known", "on"], "d", id="two dates"),
        pytest.param(["answers", "known", "true"], "d", id="two dates, an old key"),
        pytest.param(["answers", "known", "na"], "x", id="level and not applicable"),
        pytest.param(["answers", "left out", "na"], "", id="no reason"),
        pytest.param(["answers", "left out", "na"], " ", id="blank reason"),
        pytest.param(["answers", "accepted", "accepted"], "", id="accepted, no reason"),
        pytest.param(["voice"], "Ana", id="voice is text"),
        pytest.param(["voice", "colour"], "x", id="unknown key of a voice"),
        pytest.param(["voice", "name"], ["x"], id="name of a voice is a list"),
        pytest.param(["voice", "present"], "\u3164", id="invisible text of a voice"),
        pytest.param(["voice", "date"], "today", id="date of a voice in words"),
        pytest.param(["voices"], "x", id="voices are text"),
        pytest.param(["voices", "v0"], {}, id="voice 0"),
        pytest.param(["voices", "v1000000"], {}, id="voice of seven digits"),
        pytest.param(["voices", "v1"], "Bo", id="one of the voices is text"),
        pytest.param(["voices", "v1", "date"], "2025-13-01", id="month 13"),
        pytest.param(["said"], "x", id="statements of voices are text"),
        pytest.param(["said", "COL-01"], "2", id="statements on one question are text"),
        pytest.param(
            ["said", "COL-01", "Bo"], "2", id="statement of a voice given by name"
        ),
        pytest.param(["said", "COL-01", "v1"], ["2"], id="statement that is a list"),
        pytest.param(["background", "promise"], "a\nb", id="background of two lines"),
        pytest.param(["steps", "COL-01", "due"], "2026-12-32", id="day 32"),
        pytest.param(["interview", "start"], "23:59", id="time without a day"),
    ],
)
def test_quick_schema_check_rejects_content_with_one_invalid_value(path, value):
    raw = copy.deepcopy(WHOLE)
    *folders, last = path
    inside = raw
    for key in folders:
        inside = inside[key]
    inside[last] = value

    assert not is_well_formed(raw)
    assert schema_problems(raw) != []


def test_keys_of_an_answer_are_names_of_its_fields_except_two_old_keys_for_the_date():
    assert {*TEXTS.values()} <= {*Answer._fields}
    assert {key: TEXTS[key] for key in TEXTS if TEXTS[key] != key} == {
        "on": "date",
        "true": "date",
    }


def test_background_lines_and_available_people_are_read_for_each_voice_of_a_meeting(
    small,
):
    text = (
        "questionnaire: small\nversion: 1\nvoices:\n  v1: {name: Ana}\nsaid:\n"
        "  available-analyst: {v1: 0.5}\n  background-promise: {v1: A pilot}\n"
    )
    (voice,) = answers_file.read(text.encode(), "a.yaml", small).voices

    assert (voice.available, voice.background) == (
        {"analyst": 0.5},
        {"promise": "A pilot"},
    )


@pytest.mark.parametrize("missing", ["questionnaire", "version"])
def test_quick_schema_check_rejects_content_without_questionnaire_or_version(missing):
    assert not is_well_formed({key: WHOLE[key] for key in WHOLE if key != missing})


@pytest.mark.parametrize("text", ["", " ", "\u200b", *"\u115f\u1160\u2800\u3164\uffa0"])
def test_text_of_invisible_characters_counts_as_blank(text):
    assert is_blank(text)
    assert not is_blank(f"{text} X")


def plan_of(part: str, value: object) -> dict[str, object]:
    return {"questionnaire": "small", "version": "1", part: value}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        pytest.param("background", {"promise": "x" * 600}, id="longest line"),
        pytest.param("background", {"promise": ""}, id="empty slot"),
        pytest.param("background", {"promise": "\u0645\u06cc\u200c"}, id="joiner"),
        pytest.param("steps", {"COL-01": {}}, id="empty step"),
        pytest.param("steps", {"a" * 64: {"what": "x"}}, id="longest key"),
        pytest.param(
            "steps",
            {"A": {"what": "", "owner": "x", "due": "", "done": "2024-02-29"}},
            id="leap day",
        ),
        pytest.param("interview", {}, id="no time"),
        pytest.param(
            "interview",
            {
                "start": "",
                "end": "2026-12-31 23:59",
                "minutes": "",
                "answers": "999999",
            },
            id="latest minute",
        ),
    ],
)
def test_quick_schema_check_accepts_unusual_but_valid_values_of_an_optional_key(
    part, value
):
    raw = plan_of(part, value)
    assert is_well_formed(raw)
    assert schema_problems(raw) == []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        pytest.param("background", "x", id="background is text"),
        pytest.param("background", {"promise": {}}, id="line is a mapping"),
        pytest.param("background", {"promise": "x" * 601}, id="line too long"),
        pytest.param("background", {"promise": "\u3164"}, id="invisible line"),
        *(
            pytest.param("background", {"promise": f"x{each}y"}, id=f"character {n}")
            for n, each in enumerate("\x00\x1f\x7f\x9f\u2028\u2029")
        ),
        pytest.param("steps", "x", id="steps are text"),
        pytest.param("steps", {"a b": {"what": "x"}}, id="key with a space"),
        pytest.param("steps", {"a" * 65: {"what": "x"}}, id="key too long"),
        pytest.param("steps", {"A": "x"}, id="step is text"),
        pytest.param("steps", {"A": {"who": "x"}}, id="unknown key of a step"),
        pytest.param("steps", {"A": {"what": {}}}, id="text of a step is a mapping"),
        pytest.param(
            "steps", {"A": {"what": "x\ny"}}, id="text of a step on two lines"
        ),
        pytest.param("steps", {"A": {"owner": "x\ny"}}, id="owner of two lines"),
        pytest.param("steps", {"A": {"due": "soon"}}, id="due in words"),
        pytest.param("steps", {"A": {"done": "soon"}}, id="done in words"),
        pytest.param("interview", "x", id="time is text"),
        pytest.param("interview", {"begin": "x"}, id="unknown key of the time"),
        pytest.param("interview", {"minutes": {}}, id="minutes are a mapping"),
        pytest.param("interview", {"minutes": "1234567"}, id="too many minutes"),
        pytest.param("interview", {"answers": "x"}, id="answers in words"),
        pytest.param("interview", {"start": "2026-12-31 24:00"}, id="hour 24"),
        pytest.param("interview", {"end": "2026-12-31"}, id="end without hours"),
    ],
)
def test_quick_schema_check_rejects_invalid_values_of_an_optional_key(part, value):
    raw = plan_of(part, value)
    assert not is_well_formed(raw)
    assert schema_problems(raw) != []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        pytest.param("steps", {"A": {"due": "2026-02-30"}}, id="step"),
        pytest.param("interview", {"end": "2026-02-30 10:00"}, id="interview"),
        pytest.param("voice", {"date": "2026-02-30"}, id="voice"),
        pytest.param("voices", {"v1": {"date": "2026-02-30"}}, id="voice at a meeting"),
        pytest.param("answers", {"A": {"on": "2026-02-30"}}, id="answer"),
    ],
)
def test_quick_schema_check_rejects_a_date_that_does_not_exist(part, value):
    assert not is_well_formed(plan_of(part, value))


VALUES = st.one_of(
    st.sampled_from(["", " 2", " {}", ' "x"', " x y", ' "\\n"', " {a: 1}", " |", " -"]),
    st.sampled_from(
        [
            " null",
            " Null",
            " NULL",
            " nULL",
            " ~",
            " {a: null}",
            " {a: null x, b: ~}",
            ' "null"',
        ]
    ),
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
@settings(max_examples=20 * settings().max_examples)
def test_fast_parser_returns_none_or_the_same_content_as_the_yaml_reader(text):
    fast = answers_fast_parser.read(text.encode())
    if fast:
        value = strict_yaml.read(text.encode(), "a.yaml").value
        assert {key: each or {} for key, each in value.items()} == fast


PLAN_KEYS = ["what", "owner", "due", "done", "start", "end", "minutes", "answers"]
# Values that are valid for some keys of an answers file and invalid for others.
SCALARS = st.sampled_from(
    [
        *("", "2", "4", "5", "-1", "unknown", "?", "full", "express", "1.5", "x y"),
        *("null", "Null", "~"),
        *("2026-02-28", "2026-02-30", "2026-11-29 09:00", "x\ny", "\u3164", "x" * 601),
    ]
)
RECORDS = st.dictionaries(
    st.sampled_from([*PLAN_KEYS, "level", "na", "note", "evidence", "by", "colour"]),
    st.one_of(SCALARS, st.lists(SCALARS, max_size=1)),
    max_size=3,
)
ANYTHING: st.SearchStrategy[object] = st.one_of(
    SCALARS, RECORDS, st.lists(SCALARS, max_size=1), st.just({})
)
MAPPINGS = st.dictionaries(
    st.sampled_from(["name", "slice", "COL-01", "available", *PLAN_KEYS]), ANYTHING
)
KEYS = ["questionnaire", "version", "scope", "next", "profile", "answers", "more"]
KEYS += ["background", "steps", "interview"]
RAW = st.dictionaries(st.sampled_from([*KEYS, "project"]), st.one_of(SCALARS, MAPPINGS))


@pytest.mark.slow
@given(raw=RAW)
@example(
    raw={
        "questionnaire": "x",
        "version": "1",
        "answers": {"A": {"level": "2", "na": "x"}},
    }
)
@settings(max_examples=10 * settings().max_examples)
def test_quick_schema_check_accepts_only_content_that_is_valid_by_the_schema(raw):
    raw = {"questionnaire": "small", "version": "1"} | raw

    assert is_well_formed(raw) <= (schema_problems(raw) == [])
