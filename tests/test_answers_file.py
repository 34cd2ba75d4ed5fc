"""Reading and writing answers files."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, strategies as st

from mlready.errors import DocumentError, StorageError
from mlready.input_limits import LIMIT
from mlready.model.answers import (
    EXPRESS,
    FULL,
    NO_AGES,
    NO_TIMING,
    Answer,
    AnswerSheet,
    PlanStep,
    Timing,
    Voice,
    empty_sheet,
)
from mlready.model.questionnaire import Questionnaire
from mlready.storage import answers_fast_parser
from mlready.storage.answers_fast_parser import is_blank, is_line
from mlready.storage.answers_file import dump, foreign_comments, read
from tests.run_time import takes_linear_time

ROOT = Path(__file__).parent.parent
HEAD = "questionnaire: small\nversion: 1\n"
ALL = "; mlready validate FILE names all"
LEVEL = 'expected a level from 0 to 4, unknown, or a mapping such as {na: "why"}'
VERSION = (
    "these answers are for version {} of the questionnaire, newer than this one, "
    "version 1; update mlready, or name the newer questionnaire with -q"
)
FILE = """\
questionnaire: small
version: 1
scope: express
next: "MOV-02"
project:
  name: "Churn: who leaves?"
  slice: letters
profile:
  headcount: 120
  approach: bought
  readers: restricted
  available: {analyst: 0.5}
answers:
  # Collect
  COL-01: {level: 1, note: "counted once, said \\"roughly\\"", by: "Ana"}
  COL-02: {level: unknown, note: "ask the archive"}
  # Move
  MOV-01: 3
  MOV-02: {na: "one reader", evidence: "wiki/readers#today", date: "2025-11-24"}
  # Model
  AIM-01: unknown
"""
SHEET = AnswerSheet(
    questionnaire="small",
    version=1,
    scope=EXPRESS,
    next="MOV-02",
    name="Churn: who leaves?",
    slice="letters",
    profile={"headcount": "120", "approach": "bought", "readers": "restricted"},
    available={"analyst": 0.5},
    answers={
        "COL-01": Answer(level=1, note='counted once, said "roughly"', by="Ana"),
        "COL-02": Answer(unknown=True, note="ask the archive"),
        "MOV-01": Answer(level=3),
        "MOV-02": Answer(
            na="one reader", evidence="wiki/readers#today", date="2025-11-24"
        ),
        "AIM-01": Answer(unknown=True),
    },
)

# Characters that have a special meaning in YAML, JSON or editors.
CHARACTERS = "\x85\u2028\u2029\ufeff\u200b\xa0#:-~='\"\\\n\r\t\0\x1b ,{}[]&*!|>%@`😀0.1"
TEXTS = st.one_of(st.text(CHARACTERS), st.text())
# Texts are completed instead of rejected: a sheet has so many that hypothesis would
# give up.
NOT_BLANK = TEXTS.map(lambda text: f"{text}x" if is_blank(text) else text)
VALUE = st.one_of(
    st.fixed_dictionaries({"level": st.integers(0, 4)}),
    st.just({"unknown": True}),
    st.fixed_dictionaries({"na": NOT_BLANK}),
    st.fixed_dictionaries({"note": NOT_BLANK}),
)
REMARKS = st.dictionaries(
    st.sampled_from(["accepted", "note", "evidence", "by", "date"]),
    st.just("") | NOT_BLANK,
)
ANSWERS = st.builds(lambda remarks, value: Answer(**remarks | value), REMARKS, VALUE)
QUESTIONS = ["COL-01", "COL-02", "MOV-01", "MOV-02", "AIM-01"]
TO_ASK = [*QUESTIONS, "approach", "available-analyst"]
PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "headcount": st.integers(0, 999_999_999).map(str),
        "approach": st.sampled_from(["train", "bought"]),
        "readers": st.sampled_from(["everyone", "restricted"]),
    },
)
PEOPLE = st.integers(0, 999_999_999).map(lambda thousandths: thousandths / 1000)
DATES = st.dates().map(str)
WHO = st.builds(
    Voice,
    name=st.just("") | NOT_BLANK,
    role=st.sampled_from(["", "analyst", "sponsor"]),
    present=st.just("") | NOT_BLANK,
    date=st.just("") | DATES,
    drafted=st.just("") | NOT_BLANK,
    confirmed=st.just("") | NOT_BLANK,
)
LINES = TEXTS.map(
    lambda text: (
        text if text and is_line(text) else f"x{''.join(filter(str.isprintable, text))}"
    )
)
BACKGROUND = st.dictionaries(st.sampled_from(["promise", "reader"]), LINES)
OWN_STEP = st.builds(
    PlanStep,
    what=LINES,
    owner=st.just("") | LINES,
    due=st.just("") | DATES,
    done=st.just("") | DATES,
)
STEP = st.builds(
    lambda step, owner: step._replace(what="", owner=owner), OWN_STEP, LINES
)
STEPS = st.dictionaries(
    st.sampled_from(["COL-01", "MOV-01"]), STEP | OWN_STEP
) | st.dictionaries(st.sampled_from(["COL-01", "call_ana", "yes", "x-1"]), OWN_STEP)
TIMES = st.just("") | st.datetimes().map(
    lambda time: f"{time:%Y-%m-%d %H:%M}".zfill(16)
)
COUNTS = st.integers(0, 999_999)
TIMING = st.builds(Timing, TIMES, TIMES, COUNTS, COUNTS)
SAID = st.dictionaries(
    st.sampled_from(QUESTIONS),
    st.integers(0, 4).map(Answer)
    | st.sampled_from([Answer(unknown=True), Answer(na="-")]),
)


def _name_and_role(sheet: AnswerSheet) -> object:
    return sheet.voice[:2] if any(sheet.voice[:2]) else object()


VOICE_SHEETS = st.builds(
    AnswerSheet,
    questionnaire=st.just("small"),
    version=st.just(1),
    scope=st.just(FULL),
    next=st.just(""),
    name=st.just(""),
    slice=st.just(""),
    profile=PROFILES,
    available=st.dictionaries(st.just("analyst"), PEOPLE),
    answers=SAID,
    redacted=st.just(value=False),
    unsettled=st.just(frozenset()),
    anonymous=st.just(value=False),
    earlier=st.just({}),
    voice=WHO,
    voices=st.just(()),
    asked=st.just(()),
    background=BACKGROUND,
    steps=st.just({}),
    timing=st.just(NO_TIMING),
    dates=st.just({}),
    ages=st.just(NO_AGES),
    person=st.just(0),
).filter(lambda sheet: sheet != AnswerSheet("small", 1))
SHEETS = st.builds(
    AnswerSheet,
    questionnaire=st.just("small"),
    version=st.just(1),
    scope=st.sampled_from([EXPRESS, FULL]),
    next=TEXTS,
    name=TEXTS,
    slice=TEXTS,
    profile=PROFILES,
    available=st.dictionaries(st.just("analyst"), PEOPLE),
    answers=st.dictionaries(st.sampled_from(QUESTIONS), ANSWERS),
    redacted=st.just(value=False),  # a redacted sheet is never saved
    unsettled=st.just(frozenset()),  # filled in when a meeting is assessed
    anonymous=st.just(value=False),
    earlier=st.just({}),  # outdated answers: test_answers_migration.py
    voice=WHO,
    voices=st.lists(VOICE_SHEETS, max_size=3, unique_by=_name_and_role).map(tuple),
    asked=st.lists(st.sampled_from(TO_ASK), unique=True).map(tuple),
    background=BACKGROUND,
    steps=STEPS,
    timing=TIMING,
    dates=st.just({}),
    ages=st.just(NO_AGES),  # filled in when answers are assessed on a date
    person=st.just(0),
)


def refusal(text: str, questionnaire: Questionnaire) -> str:
    """Return the error message with which an answers file is refused."""
    with pytest.raises(DocumentError) as caught:
        read(text.encode(), "a.yaml", questionnaire)
    return str(caught.value)


UNDER = "it belongs under"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        pytest.param(
            "COL-01: 2\n",
            [f"3:1: unknown key 'COL-01'; {UNDER} 'answers', indented"],
            id="answer that is not indented",
        ),
        pytest.param(
            "approach: train\n",
            [f"3:1: unknown key 'approach'; {UNDER} 'profile', indented"],
            id="fact that is not indented",
        ),
        pytest.param(
            "answers:\n  approach: train\n",
            [f"4:3: there is no question 'approach'; {UNDER} 'profile'"],
            id="fact among the answers",
        ),
        pytest.param(
            "profile: {COL-01: 2, reader: Ines}\n",
            [
                f"3:11: there is no fact 'COL-01'; {UNDER} 'answers'",
                f"3:22: there is no fact 'reader'; {UNDER} 'background'",
            ],
            id="answer and line among the facts",
        ),
        pytest.param(
            "answers:\n  COL-01:\n  level: 1\n  note: bad\n",
            [
                f"{line}:3: there is no question '{field}'; indent it further, under "
                "the id of its question"
                for line, field in ((5, "level"), (6, "note"))
            ],
            id="fields of an answer that are not indented",
        ),
        pytest.param(
            "answers:\n  COL-01: {level: 1, note: late, in winter}\n",
            ["4:34: unknown key 'in winter'; a text with a comma needs quotes"],
            id="comma in a text in braces",
        ),
        pytest.param(
            "answers:\n  COL-01: {level: 1, note: late, no}\n",
            [
                (
                    "4:34: unknown key 'no'; did you mean 'note'? A text with a comma "
                    "needs quotes"
                )
            ],
            id="word after a comma that is like a key",
        ),
        pytest.param(
            "profile:\n  availabel: {analyst: 1}\n",
            ["4:3: there is no fact 'availabel'; did you mean 'available'?"],
            id="value of a misspelt fact",
        ),
        pytest.param(
            "answers:\n  COL-1: {level: 9}\n",
            [
                "4:3: there is no question 'COL-1'; did you mean 'COL-01'?",
                "4:18: expected a level from 0 to 4, or unknown, found '9'",
            ],
            id="misspelt id with a wrong level",
        ),
        pytest.param(
            "answers:\n  COL-01: {note: [a], by: {Ana: of sales}}\n",
            [
                "4:18: expected text that is not blank, found a list",
                (
                    "4:27: expected text that is not blank, found a mapping; a text "
                    "with a colon and a space needs quotes"
                ),
            ],
            id="list and colon in place of a text",
        ),
        pytest.param(
            "profile: {available: {analyst: -1}}\n",
            ["3:32: expected a number from 0 on, such as 0.5, found '-1'"],
            id="negative number of people",
        ),
    ],
)
def test_value_in_the_wrong_place_or_form_has_one_message_with_the_remedy(
    text, messages, small
):
    refused = refusal(f"questionnaire: small\nversion: 1\n{text}", small)
    assert refused.splitlines() == [f"a.yaml:{each}" for each in messages]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "version: 1\n",
            "1:1: 'questionnaire' is missing; add 'questionnaire: small'",
            id="no questionnaire",
        ),
        pytest.param(
            "questionnaire: small\n",
            "1:1: 'version' is missing; add 'version: 1'",
            id="no version",
        ),
        pytest.param(
            "questionnaire:\nversion: 1\n",
            "1:1: 'questionnaire' is missing; add 'questionnaire: small'",
            id="blank questionnaire",
        ),
        pytest.param(
            "questionnaire: [small]\nversion: 1\n",
            "1:16: expected text, found a list",
            id="questionnaire is a list",
        ),
        pytest.param(
            "id: x\ntitle: X\nsections: []\n",
            "1:1: this is a questionnaire, not answers; check it with mlready lint",
            id="questionnaire instead of answers",
        ),
        pytest.param(
            "questionnaire: small\nversion: one\n",
            "2:10: expected a whole number, found 'one'",
            id="version is a word",
        ),
        pytest.param(
            "questionnaire: small\nversion: 1.0\n",
            "2:10: expected a whole number, found '1.0'",
            id="version is a decimal",
        ),
        pytest.param(
            f"{HEAD}scoope: express\n",
            "3:1: unknown key 'scoope'; did you mean 'scope'?",
            id="misspelt key",
        ),
        pytest.param(
            f"{HEAD}colour: red\n", "3:1: unknown key 'colour'", id="unknown key"
        ),
        pytest.param(
            f"{HEAD}scope: short\n",
            "3:8: expected express or full, found 'short'",
            id="unknown scope",
        ),
        pytest.param(
            f"{HEAD}next: [a]\n",
            "3:7: expected text, found a list",
            id="next is a list",
        ),
        pytest.param(
            f"{HEAD}project: Churn\n",
            "3:10: expected a mapping with name and slice, found 'Churn'",
            id="project is text",
        ),
        pytest.param(
            f"{HEAD}project: {{nmae: Churn}}\n",
            "3:11: unknown key 'nmae'; did you mean 'name'?",
            id="misspelt key of the project",
        ),
        pytest.param(
            f"{HEAD}profile: [train]\n",
            "3:10: expected a mapping of facts about the project",
            id="profile is a list",
        ),
        pytest.param(
            f"{HEAD}profile: {{approach: [train]}}\n",
            "3:21: expected text, found a list",
            id="fact is a list",
        ),
        pytest.param(
            f"{HEAD}profile: {{available: 3}}\n",
            "3:22: expected a mapping of roles to numbers, such as {analyst: 0.5}, "
            "found '3'",
            id="available is a number",
        ),
        pytest.param(
            f"{HEAD}answers: none\n",
            "3:10: expected a mapping of question ids to answers, such as 'COL-01: 2', "
            "found 'none'",
            id="answers are text",
        ),
        pytest.param(
            f"{HEAD}answers:\n- COL-01\n",
            "4:1: expected a mapping of question ids to answers, such as 'COL-01: 2'",
            id="answers are a list",
        ),
    ],
)
def test_schema_error_in_an_answers_file_is_reported_with_line_and_column(
    small, text, message
):
    assert refusal(text, small) == f"a.yaml:{message}"


LINE = "expected one line of text, at most 600 characters"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "background: {promis: A pilot}",
            "3:14: there is no background line 'promis'; did you mean 'promise'?",
            id="misspelt background line",
        ),
        pytest.param(
            "background: [promise]",
            "3:13: expected a mapping of background lines, such as 'promise: \"A pilot "
            "by March\"'",
            id="background is a list",
        ),
        pytest.param(
            f"background: {{promise: {'x' * 601}}}",
            f"3:23: {LINE}, found '{'x' * 40}'",
            id="background line too long",
        ),
        pytest.param(
            'background: {promise: "by\\nMarch"}',
            f"3:23: {LINE}, found 'by␊March'",
            id="background of two lines",
        ),
        pytest.param(
            'background: {promise: "\\e[2J"}',
            f"3:23: {LINE}, found '\x1b[2J'",
            id="control character in the background",
        ),
        pytest.param(
            'background: {promise: "\u3164"}',
            f"3:23: {LINE}, found '\u3164'",
            id="invisible background",
        ),
        pytest.param(
            "steps: {COL-1: {owner: Ana}}",
            "3:9: there is no question 'COL-1'; did you mean 'COL-01'? A step of your "
            "own needs 'what'",
            id="step of a misspelt question",
        ),
        pytest.param(
            "steps: {vendor: {owner: Ana}}",
            "3:9: there is no question 'vendor'; a step of your own needs 'what'",
            id="own step that does not say what to do",
        ),
        pytest.param(
            "steps: {'ask the vendor': {what: x}}",
            "3:9: expected the id of a question, or a short name of letters, digits, - "
            "and _, found 'ask the vendor'",
            id="key of an own step with spaces",
        ),
        pytest.param(
            "steps: {COL-01: {ownr: Ana}}",
            "3:18: unknown key 'ownr'; did you mean 'owner'?",
            id="misspelt key of a step",
        ),
        pytest.param(
            "steps: {COL-01: Ana}",
            "3:17: expected a mapping such as {owner: Ana, due: 2026-12-15}, "
            "found 'Ana'",
            id="step is text",
        ),
        pytest.param(
            "steps: {COL-01: {due: next week}}",
            "3:23: expected a date such as 2026-11-22, found 'next week'",
            id="date in words",
        ),
        pytest.param(
            "steps: {COL-01: {done: 2026-02-30}}",
            "3:24: there is no day 2026-02-30",
            id="day that does not exist",
        ),
        pytest.param(
            "interview: {start: 2026-11-29}",
            "3:20: expected a time such as \"2026-11-29 09:00\", found '2026-11-29'",
            id="time without hours",
        ),
        pytest.param(
            "interview: {minutes: half an hour}",
            "3:22: expected a whole number, found 'half an hour'",
            id="minutes in words",
        ),
        pytest.param(
            "said: {background-promis: {v1: A pilot}}\nvoices: {v1: {name: Ana}}",
            "3:8: there is no question or fact 'background-promis'; did you mean "
            "'background-promise'?",
            id="misspelt background line of a voice",
        ),
        pytest.param(
            f"said: {{background-promise: {{v1: {'x' * 601}}}}}\nvoices: {{v1: {{name: "
            "Ana}}",
            f"3:33: {LINE}, found '{'x' * 40}'",
            id="background line of a voice too long",
        ),
    ],
)
def test_invalid_background_line_or_step_is_reported_with_line_and_column(
    small, text, message
):
    assert refusal(f"{HEAD}{text}\n", small) == f"a.yaml:{message}"


DATED = [
    pytest.param("voice:\n  date: {}\n", "4:9", id="interview of a voice"),
    pytest.param("voices:\n  v1: {{date: {}}}\n", "4:14", id="voice at a meeting"),
    pytest.param("answers:\n  COL-01: {{level: 1, date: {}}}\n", "4:28", id="answer"),
    pytest.param("answers:\n  COL-01: {{level: 1, on: {}}}\n", "4:26", id="old key"),
    pytest.param(
        "answers:\n  COL-01: {{note: x, true: {}}}\n", "4:27", id="oldest key"
    ),
    pytest.param("steps:\n  COL-01: {{due: {}}}\n", "4:17", id="step to do"),
    pytest.param("steps:\n  COL-01: {{done: {}}}\n", "4:18", id="step done"),
    pytest.param(
        'interview:\n  start: "{} 09:00"\n', "4:10", id="start of the interview"
    ),
    pytest.param('interview:\n  end: "{} 09:00"\n', "4:8", id="end of the interview"),
    pytest.param(
        "earlier:\n  COL-99: {{level: 3, date: {}}}\n", "4:28", id="earlier answer"
    ),
    pytest.param("earlier:\n  step-x: {{done: {}}}\n", "4:18", id="earlier step"),
]


@pytest.mark.parametrize("day", ["2026-11-31", "2026-02-29", "1900-02-29"])
@pytest.mark.parametrize(("text", "place"), DATED)
def test_day_that_does_not_exist_is_refused_wherever_a_file_holds_a_date(
    small, text, place, day
):
    wanted = f"a.yaml:{place}: there is no day {day}"
    for version in (1, 0):  # answers to an older version, too
        head = HEAD.replace("version: 1", f"version: {version}")
        assert refusal(f"{head}{text.format(day)}", small) == wanted


@pytest.mark.parametrize("day", ["2026-11-30", "2024-02-29", "2000-02-29"])
@pytest.mark.parametrize(("text", "place"), DATED)
def test_last_day_of_a_month_is_read_alike_by_both_parsers(small, text, place, day):
    file = f"{HEAD}{text.format(day)}"
    strict = f"{file}#\t\n"  # a comment with a tab, which only YAML parsers read
    sheet = read(file.encode(), "a.yaml", small)

    assert day in dump(sheet, small)
    assert sheet == read(strict.encode(), "a.yaml", small)


@pytest.mark.parametrize("date", ["in May", "24.11.2025", "2026-11", "2026-11-31?"])
def test_date_of_an_answer_in_other_words_than_a_day_is_kept_as_text(small, date):
    text = f'{HEAD}answers:\n  COL-01: {{level: 1, date: "{date}"}}\n'

    assert read(text.encode(), "a.yaml", small).answer("COL-01").date == date


def test_date_of_an_answer_that_is_no_day_is_reported_beside_other_mistakes(small):
    text = f"{HEAD}answers:\n  COL-01: {{level: 7, date: 2026-13-01}}\n"

    assert refusal(text, small).splitlines()[1] == (
        "a.yaml:4:28: there is no day 2026-13-01"
    )


def test_background_or_step_or_interview_key_without_a_value_counts_as_absent(
    small,
):
    text = (
        f"{HEAD}background: {{promise: }}\nsteps: {{vendor: {{owner: }}}}\ninterview:\n"
    )
    assert read(text.encode(), "a.yaml", small) == empty_sheet(small)


def test_background_line_is_read_from_a_folded_yaml_text(small):
    text = f"{HEAD}background:\n  promise: >\n    A pilot,\n    by March\n"
    sheet = read(text.encode(), "a.yaml", small)
    assert sheet.background == {"promise": "A pilot, by March"}


def test_answers_file_has_interview_time_then_background_lines_and_ends_with_steps(
    small,
):
    sheet = SHEET._replace(
        background={"reader": "Ines, COO", "promise": "A pilot"},
        steps={
            "COL-01": PlanStep(owner="Ana", due="2026-12-15"),
            "vendor": PlanStep("Call", "Bo", "2026-12-01", "2026-12-02"),
        },
        timing=Timing("2026-11-29 09:00", "2026-11-29 09:31", 24, 36),
    )
    lines = dump(sheet, small).splitlines()
    assert lines[4] == (
        'interview: {start: "2026-11-29 09:00", end: "2026-11-29 09:31", minutes: 24, '
        "answers: 36}"
    )
    at = lines.index("background:")
    assert lines[at : at + 4] == [
        "background:",
        '  promise: "A pilot"',
        '  reader: "Ines, COO"',
        "profile:",
    ]
    assert lines[-3:] == [
        "steps:",
        '  COL-01: {owner: "Ana", due: "2026-12-15"}',
        '  vendor: {what: "Call", owner: "Bo", due: "2026-12-01", done: "2026-12-02"}',
    ]


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        pytest.param(
            SHEET._replace(background={"promise": "x" * 601}),
            f"background: promise: {LINE}",
            id="background line too long",
        ),
        pytest.param(
            SHEET._replace(steps={"COL-01": PlanStep(owner="a\nb")}),
            f"steps: COL-01: {LINE}, and dates",
            id="owner of two lines",
        ),
        pytest.param(
            SHEET._replace(steps={"COL-01": PlanStep(due="2026-02-30")}),
            f"steps: COL-01: {LINE}, and dates",
            id="day that does not exist",
        ),
        pytest.param(
            SHEET._replace(steps={"vendor": PlanStep(owner="Ana")}),
            "steps: vendor: 'what' is missing",
            id="own step that does not say what to do",
        ),
        pytest.param(
            SHEET._replace(timing=Timing("nine")),
            "interview: expected times and numbers",
            id="time in words",
        ),
        pytest.param(
            SHEET._replace(answers={"COL-01": Answer(1, date="2026-02-30")}),
            "COL-01: there is no day 2026-02-30",
            id="answer of a day that does not exist",
        ),
    ],
)
def test_writing_refuses_background_lines_and_steps_that_reading_would_refuse(
    small, sheet, message
):
    with pytest.raises(StorageError) as caught:
        dump(sheet, small)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("number", "found"),
    [
        pytest.param("lots", "lots", id="word"),
        pytest.param("-1", "-1", id="negative"),
        pytest.param("1e3", "1e3", id="exponent"),
        pytest.param("'0,5'", "0,5", id="comma"),
        pytest.param(".5", ".5", id="no digit before the point"),
        pytest.param("0.1234", "0.1234", id="four decimals"),
        pytest.param("1234567", "1234567", id="seven digits"),
        pytest.param(".inf", ".inf", id="infinity"),
        pytest.param("\u0661", "\u0661", id="Arabic digit"),
    ],
)
def test_invalid_or_unusually_written_number_of_people_is_refused(small, number, found):
    text = f"{HEAD}profile:\n  available:\n    analyst: {number}\n"
    assert refusal(text, small) == (
        f"a.yaml:5:14: expected a number from 0 on, such as 0.5, found '{found}'"
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        pytest.param(
            "5",
            f"11: {LEVEL}, found '5'",
            id="level too high",
        ),
        pytest.param(
            "yes, mostly",
            f"11: {LEVEL}, found 'yes, mostly'",
            id="level in words",
        ),
        pytest.param(
            "x" * 100,
            f"11: {LEVEL}, found '{'x' * 40}'",
            id="long text is cut",
        ),
        pytest.param(
            "[1]",
            f"11: {LEVEL}",
            id="list",
        ),
        pytest.param(
            "{level: 2.0}",
            "19: expected a level from 0 to 4, or unknown, found '2.0'",
            id="decimal level",
        ),
        pytest.param(
            "{level: [2]}",
            "19: expected a level from 0 to 4, or unknown",
            id="level is a list",
        ),
        pytest.param(
            "{level: 1, na: no data}",
            "11: expected either a level or na, not both",
            id="both a level and not applicable",
        ),
        pytest.param(
            "{levl: 1}",
            "12: unknown key 'levl'; did you mean 'level'?",
            id="misspelt key",
        ),
        pytest.param(
            "{level: 1, note: [a, b]}",
            "28: expected text that is not blank, found a list",
            id="note is a list",
        ),
        pytest.param(
            "{level: 1, note: counted once, by Ana}",
            "42: unknown key 'by Ana'; a text with a comma needs quotes",
            id="unquoted comma in a note",
        ),
    ],
)
def test_invalid_answer_is_reported_with_line_and_column(small, answer, message):
    text = f"{HEAD}answers:\n  COL-01: {answer}\n"
    assert refusal(text, small) == f"a.yaml:4:{message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "questionnaire: kickoff\nversion: 7\nanswers: {ABC-01: 2}\n",
            "1:16: these answers belong to questionnaire 'kickoff', not to 'small'; "
            "name the right one with -q",
            id="another questionnaire",
        ),
        pytest.param(
            "questionnaire: small\nversion: 2\n",
            f"2:10: {VERSION.format(2)}",
            id="newer version",
        ),
        pytest.param(
            f"{HEAD}answers:\n  COL-1: 2\n",
            "4:3: there is no question 'COL-1'; did you mean 'COL-01'?",
            id="misspelt question",
        ),
        pytest.param(
            f"{HEAD}answers:\n  everything: 2\n",
            "4:3: there is no question 'everything'",
            id="unknown question",
        ),
        pytest.param(
            f"{HEAD}profile: {{aproach: train}}\n",
            "3:11: there is no fact 'aproach'; did you mean 'approach'?",
            id="misspelt fact",
        ),
        pytest.param(
            f"{HEAD}profile: {{avialable: 1}}\n",
            "3:11: there is no fact 'avialable'; did you mean 'available'?",
            id="misspelt availability",
        ),
        pytest.param(
            f"{HEAD}profile: {{approach: rent}}\n",
            "3:21: expected train or bought, found 'rent'",
            id="unknown choice",
        ),
        pytest.param(
            f"{HEAD}profile: {{approach: {'x' * 100}}}\n",
            f"3:21: expected train or bought, found '{'x' * 40}'",
            id="long text is cut",
        ),
        pytest.param(
            f"{HEAD}profile: {{headcount: 1234567890}}\n",
            "3:22: expected a whole number, found '1234567890'",
            id="number of ten digits",
        ),
        pytest.param(
            f"{HEAD}profile: {{headcount: about 100}}\n",
            "3:22: expected a whole number, found 'about 100'",
            id="number in words",
        ),
        pytest.param(
            f"{HEAD}profile: {{available: {{analist: 1}}}}\n",
            "3:23: there is no role 'analist'; did you mean 'analyst'?",
            id="misspelt role",
        ),
        pytest.param(
            f"{HEAD}profile: {{available: {{ml: 1}}}}\n",
            "3:23: there is no role 'ml'",
            id="role whose availability is not asked",
        ),
        pytest.param(
            f"{HEAD}profile: {{available: {{analyst: 0,5}}}}\n",
            "3:34: there is no role '5'; write half a person as 0.5",
            id="decimal comma",
        ),
    ],
)
def test_answers_that_do_not_fit_the_questionnaire_are_refused(small, text, message):
    assert refusal(text, small) == f"a.yaml:{message}"


REASON = 'expected a reason in words, such as {na: "why"}, or the key left out'
BLANKS = [
    " ",
    "\t",
    "\n",
    "\xa0",
    "\u2003",
    "\u200b",
    "\u2060",
    "\u3164",
    "\u2800",
    "\xad",
]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        pytest.param("{na: }", f"16: {REASON}", id="no reason"),
        pytest.param('{na: ""}', f"16: {REASON}", id="empty reason"),
        pytest.param("{na: ' '}", f"16: {REASON}, found ' '", id="blank reason"),
        pytest.param(
            "{level: 0, accepted: }",
            f"32: {REASON}",
            id="accepted gap without a reason",
        ),
        pytest.param(
            '{level: 0, accepted: " "}',
            f"32: {REASON}, found ' '",
            id="accepted gap with a blank reason",
        ),
        pytest.param(
            '{level: 3, evidence: " "}',
            "32: expected text that is not blank, found ' '",
            id="blank evidence",
        ),
        pytest.param(
            "{date: 2025-01-01, on: 2025-01-02}",
            "11: expected either date or on, not both",
            id="two dates",
        ),
        pytest.param(
            "{true: 2025-01-01, date: 2025-01-02}",
            "11: expected either date or true, not both",
            id="two dates, one under a truth value",
        ),
    ],
)
def test_answer_is_refused_if_a_reason_or_evidence_is_blank_or_a_date_is_given_twice(
    small, answer, message
):
    text = f"{HEAD}answers:\n  COL-01: {answer}\n"
    assert refusal(text, small) == f"a.yaml:4:{message}"


def test_two_errors_are_reported_for_an_answer_with_level_and_empty_na_reason(
    small,
):
    text = f'{HEAD}answers:\n  COL-01: {{level: 0, na: ""}}\n'
    assert refusal(text, small).splitlines() == [
        "a.yaml:4:11: expected either a level or na, not both",
        f"a.yaml:4:26: {REASON}",
    ]


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
@pytest.mark.parametrize("key", ["na", "accepted", "evidence", "note", "by", "date"])
def test_blank_text_in_an_answer_is_refused(small, key, blank):
    text = f"{HEAD}answers:\n  COL-01: {{{key}: {json.dumps(blank)}}}\n"
    assert "a.yaml:4:" in refusal(text, small)


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
@pytest.mark.parametrize("key", ["na", "accepted", "evidence", "note", "by", "date"])
def test_writing_refuses_blank_reasons_and_omits_other_blank_texts(small, key, blank):
    sheet = SHEET._replace(answers={"COL-01": Answer(level=2)._replace(**{key: blank})})
    if key in {"na", "accepted"}:
        with pytest.raises(StorageError, match="COL-01: a reason must not be blank"):
            dump(sheet, small)
    else:
        assert "COL-01: 2\n" in dump(sheet, small)


@pytest.mark.parametrize("key", ["on", "date", "true"])
def test_answer_date_is_read_under_old_keys_but_written_under_the_key_date(small, key):
    text = f"{HEAD}answers:\n  COL-01: {{level: 1, {key}: 2025-11-24}}\n"
    sheet = read(text.encode(), "a.yaml", small)
    assert sheet.answers == {"COL-01": Answer(level=1, date="2025-11-24")}
    assert '  COL-01: {level: 1, date: "2025-11-24"}' in dump(sheet, small)


@pytest.mark.parametrize("name", ["on", "no", "yes", "y", "n", "off", "true", "null"])
def test_pyyaml_reads_every_key_of_a_written_file_as_text(small, name):
    fact, role = small.profile[0]._replace(id=name), small.roles["analyst"]
    roles = {**small.roles, name: role._replace(id=name)}
    renamed = small._replace(profile=(fact, *small.profile[1:]), roles=roles)
    answer = Answer(
        level=1, accepted="a", note="b", evidence="c", by="d", date="2025-11-24"
    )
    sheet = empty_sheet(renamed)._replace(
        profile={name: "5"}, available={name: 0.5}, answers={"COL-01": answer}
    )
    text = dump(sheet, renamed)
    assert read(text.encode(), "a.yaml", renamed) == sheet
    keys: list[object] = []

    def collect(value: object) -> None:
        if isinstance(value, dict):
            keys.extend(value)
            for each in value.values():
                collect(each)

    collect(yaml.safe_load(text))
    assert {type(key) for key in keys} == {str}


@pytest.mark.parametrize(
    "sheet",
    [
        pytest.param(SHEET._replace(name="x" * LIMIT), id="long project name"),
        pytest.param(
            SHEET._replace(answers={"COL-01": Answer(note="é" * (LIMIT // 2))}),
            id="long note of two-byte letters",
        ),
        pytest.param(
            SHEET._replace(
                answers={"COL-01": Answer(1, evidence="\x00" * LIMIT + "x")}
            ),
            id="text made longer by escapes",
        ),
    ],
)
def test_writing_refuses_an_answers_file_above_the_size_limit(small, sheet):
    with pytest.raises(StorageError, match="is not read again; shorten the longest"):
        dump(sheet, small)


def test_file_of_exactly_the_size_limit_is_written_and_read(small):
    spare = LIMIT - len(dump(SHEET._replace(name="x y"), small).encode())
    sheet = SHEET._replace(name="x y" + "z" * spare)
    text = dump(sheet, small)
    assert len(text.encode()) == LIMIT
    assert read(text.encode(), "a.yaml", small) == sheet
    with pytest.raises(StorageError):
        dump(sheet._replace(name=f"{sheet.name}z"), small)


def test_reading_reports_all_errors_at_once_in_the_order_of_the_file(small):
    text = (
        "answers:\n  COL-01: 9\n  COL-02: {level: 1, na: none, lvl: 2}\n  ABC-99: 2\n"
        "profile:\n  colour: red\n  approach: rent\n  headcount: [12]\n"
        "  available: {analyst: few, cook: 1}\nversion: 3\nscope: [express]\nnotes: x\n"
    )
    assert refusal(text, small).splitlines() == [
        "a.yaml:1:1: 'questionnaire' is missing; add 'questionnaire: small'",
        f"a.yaml:2:11: {LEVEL}, found '9'",
        "a.yaml:3:11: expected either a level or na, not both",
        "a.yaml:3:32: unknown key 'lvl'; did you mean 'level'?",
        "a.yaml:4:3: there is no question 'ABC-99'",
        "a.yaml:6:3: there is no fact 'colour'",
        "a.yaml:7:13: expected train or bought, found 'rent'",
        "a.yaml:8:14: expected text, found a list",
        "a.yaml:9:24: expected a number from 0 on, such as 0.5, found 'few'",
        "a.yaml:9:29: there is no role 'cook'",
        f"a.yaml:10:10: {VERSION.format(3)}",
        "a.yaml:11:8: expected express or full",
        "a.yaml:12:1: unknown key 'notes'",
    ]


def test_yaml_and_schema_and_questionnaire_errors_of_a_file_are_reported_together(
    small,
):
    text = (
        "questionnaire: small\nversion: 2\nversion: 2\nproject: {name: &x Churn}\n"
        "scope: short\nanswers:\n  ABC-99: 2\n  COL-01: 9\n"
    )
    anchor = "write it out, or put a text that begins with & or * in quotes"
    assert refusal(text, small).splitlines() == [
        "a.yaml:3:1: 'version' is given twice; the first is in line 2",
        f"a.yaml:3:10: {VERSION.format(2)}",
        f"a.yaml:4:17: anchors and aliases ('x') are not read; {anchor}",
        "a.yaml:5:8: expected express or full, found 'short'",
        "a.yaml:7:3: there is no question 'ABC-99'",
        f"a.yaml:8:11: {LEVEL}, found '9'",
    ]


@pytest.mark.parametrize(
    ("count", "last"),
    [
        pytest.param(20, "a.yaml:23:3: there is no question 'XYZ-19'", id="20 errors"),
        pytest.param(21, f"... and 1 more{ALL}", id="21 errors"),
        pytest.param(25, f"... and 5 more{ALL}", id="25 errors"),
    ],
)
def test_at_most_twenty_errors_of_an_answers_file_are_shown(small, count, last):
    unknown = "".join(f"  XYZ-{number:02}: 1\n" for number in range(count))
    lines = refusal(f"{HEAD}answers:\n{unknown}", small).splitlines()
    assert lines == [
        *(f"a.yaml:{n + 4}:3: there is no question 'XYZ-{n:02}'" for n in range(20)),
        *([last] if count > 20 else []),
    ]
    assert lines[-1] == last


def test_every_field_of_an_answers_file_is_read(small):
    assert read(FILE.encode(), "a.yaml", small) == SHEET


@pytest.mark.parametrize(
    ("notation", "answer"),
    [
        pytest.param("0", Answer(level=0), id="lowest level"),
        pytest.param('"4"', Answer(level=4), id="level in quotes"),
        pytest.param("unknown", Answer(unknown=True), id="unknown"),
        pytest.param('"?"', Answer(unknown=True), id="question mark"),
        pytest.param("{level: 2}", Answer(level=2), id="level in a mapping"),
        pytest.param("{level: '?'}", Answer(unknown=True), id="unknown in a mapping"),
        pytest.param("{na: our own}", Answer(na="our own"), id="does not apply"),
        pytest.param("{note: who?}", Answer(note="who?"), id="note only"),
        pytest.param(
            "{level: 1, accepted: 'no', note: 1.10}",
            Answer(level=1, accepted="no", note="1.10"),
            id="text that looks like a word or number of YAML",
        ),
    ],
)
def test_all_notations_of_an_answer_are_read(small, notation, answer):
    text = f"{HEAD}answers:\n  COL-01: {notation}\n"
    expected = empty_sheet(small)._replace(answers={"COL-01": answer})
    assert read(text.encode(), "a.yaml", small) == expected


def test_empty_values_in_an_answers_file_count_as_absent(small):
    text = (
        f"{HEAD}scope:\nnext: ''\nproject:\n  name:\n  slice:\n"
        "profile:\n  approach:\n  headcount:\n  available:\n    analyst:\n"
        "answers:\n  COL-01:\n  COL-02: {}\n  MOV-01: {level: , note: ''}\n"
    )
    assert read(text.encode(), "a.yaml", small) == empty_sheet(small)


def test_written_file_has_one_line_per_answer_and_one_comment_per_section(
    small,
):
    assert dump(SHEET, small) == FILE


def test_empty_answer_sheet_is_written_as_three_lines(small):
    assert dump(empty_sheet(small), small) == f"{HEAD}answers: {{}}\n"


@given(SHEETS)
def test_written_answer_sheet_is_read_back_unchanged(small, sheet):
    assert read(dump(sheet, small).encode(), "a.yaml", small) == sheet


@given(SHEETS)
def test_fast_parser_and_yaml_reader_agree_on_a_written_answer_sheet(small, sheet):
    text = dump(sheet, small)
    with_tab = f"{text}#\t\n"  # the fast parser leaves such files to the YAML reader
    assert answers_fast_parser.read(with_tab.encode()) is None
    assert read(with_tab.encode(), "a.yaml", small) == sheet


@given(SHEETS)
def test_rewriting_an_answers_file_gives_the_same_text(small, sheet):
    text = dump(sheet, small)
    reordered = sheet._replace(answers=dict(reversed(sheet.answers.items())))
    assert dump(read(text.encode(), "a.yaml", small), small) == text
    assert dump(reordered, small) == text


def test_long_texts_in_an_answers_file_are_read_back_unchanged(small):
    sheet = SHEET._replace(
        name="x " * 5000, answers={"COL-01": Answer(note="y" * 5000)}
    )
    assert read(dump(sheet, small).encode(), "a.yaml", small) == sheet


@given(NOT_BLANK)
@example("no")
@example("12:30")
@example("1.10")
@example("007")
def test_pyyaml_reads_texts_of_a_written_file_unchanged(small, text):
    sheet = SHEET._replace(name=text, answers={"COL-01": Answer(note=text)})
    loaded = yaml.safe_load(dump(sheet, small))
    assert str(loaded["project"]["name"]) == text
    assert str(loaded["answers"]["COL-01"]["note"]) == text


def test_invisible_characters_are_escaped_in_a_written_file(small):
    hidden = "".join(map(chr, [*range(32), *range(0x7F, 0xA0), 0xAD, 0x200B, 0x2028]))
    text = dump(SHEET._replace(name=hidden), small)
    assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(FILE, [], id="generated comments only"),
        pytest.param(
            FILE.replace("\n", "\r\n"), [], id="generated comments only, CRLF"
        ),
        pytest.param(
            f"# mine\n{FILE}# mine\n", [1, 23], id="comment on a line of its own"
        ),
        pytest.param(f"{HEAD}next: x # mine\n", [3], id="comment after a value"),
        pytest.param(f"{HEAD}next: x\t# mine\n", [3], id="comment after a tab"),
        pytest.param(f"{HEAD}next: x#y\n", [], id="hash within a word"),
        pytest.param(f'{HEAD}next: "x # y"\n', [], id="hash within quotes"),
        pytest.param(
            f'{HEAD}next: "x \\" # y" # mine\n', [3], id="comment after quotes"
        ),
        pytest.param(f"{HEAD}next: 'x # y'\n", [], id="hash within single quotes"),
        pytest.param(
            f'{HEAD}next: 5" # mine, not "yours"\n',
            [3],
            id="comment after a lone quote",
        ),
        pytest.param(f"{HEAD}next: |\n  # text\n", [], id="hash within a block scalar"),
        pytest.param(
            f"{HEAD}next: > # mine\n  x\n",
            [3],
            id="comment after a block scalar indicator",
        ),
        pytest.param(
            f"{HEAD}next: > # mine",
            [3],
            id="comment after the indicator of an empty block scalar",
        ),
        pytest.param(f"{HEAD}profile: {{}}# mine\n", [3], id="comment after a brace"),
        pytest.param(f'{HEAD}next: "x"# mine\n', [3], id="comment next to a quote"),
        pytest.param(
            f"%YAML 1.2 # mine\n---\n{HEAD}", [1], id="comment after a directive"
        ),
        pytest.param(
            f"\ufeff# mine\n{HEAD}", [1], id="comment after a byte order mark"
        ),
    ],
)
def test_comments_are_listed_by_line_if_saving_would_lose_them(small, text, lines):
    read(text.encode(), "a.yaml", small)
    assert foreign_comments(text.encode(), SHEET, small) == lines


def test_answers_file_with_16000_errors_is_refused_in_linear_time(small):
    def refuse(errors: int) -> None:
        lines = "".join(f"  A-{number:05}: 1\n" for number in range(errors))
        with pytest.raises(DocumentError, match=rf"\.\.\. and {errors - 20} more"):
            read(f"{HEAD}answers:\n{lines}".encode(), "a.yaml", small)

    assert takes_linear_time(refuse, 16_000)
