"""Gaps exported as CSV: cells have no formulas, and texts are read back unchanged."""

import csv
import io
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from mlready.assessment.assess import assess
from mlready.assessment.voices import combine
from mlready.csv_cells import BYTE_ORDER_MARK, original_text
from mlready.model.answers import Answer, Voice, empty_sheet
from mlready.report.csv_export import csv_text
from mlready.storage import answers_file
from mlready.storage.questionnaire_file import load_bundled

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "questionnaires" / "examples").glob("*.yaml"))
KICKOFF = load_bundled("kickoff")
FULLWIDTH = ("\uff1d", "\uff0b", "\uff0d", "\uff20")
SIGNS = ("=", "+", "-", "@", *FULLWIDTH)
FORMULAS = ("\t", "\r", "\0", *SIGNS)

STARTS = st.sampled_from(["", "'", "''", " ", "\n", *FORMULAS])
NOTES = st.one_of(
    st.text(), st.builds("".join, st.lists(STARTS | st.text("a\"',;\r\n")))
)


SEPARATORS = ";|\t\r\n"
PART = re.compile(rf"(?:\A|(?<=[{SEPARATORS}]))[^{SEPARATORS}]*")


def table(text: str) -> list[list[str]]:
    rows = text.encode().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(rows, newline=""), strict=True))


def note_cell(note: str) -> str:
    """Export an answer with this note; return the cell of the note."""
    answers = {"COL-01": Answer(level=1, note=note)}
    text = csv_text(assess(KICKOFF, empty_sheet(KICKOFF)._replace(answers=answers)))
    (header, row) = table(text)
    return dict(zip(header, row, strict=True))["note"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_csv_of_a_bundled_example_matches_its_golden_file(path, golden):
    sheet = answers_file.read(path.read_bytes(), path.name, KICKOFF)
    text = csv_text(assess(KICKOFF, sheet))
    lines = text.split("\r\n")

    assert lines[-1] == ""
    # Golden files have no carriage returns: Git and editors may add or remove them.
    golden(f"{path.stem}.csv", "\n".join(lines).removeprefix(BYTE_ORDER_MARK))


def test_csv_of_an_empty_answer_sheet_has_only_a_header():
    assert csv_text(assess(KICKOFF, empty_sheet(KICKOFF))) == (
        "\ufeffid,topic,section,layer,level,kind,next step,roles,blocker,note,evidence,"
        "accepted\r\n"
    )


@pytest.mark.parametrize(
    ("note", "cell"),
    [
        pytest.param("plain, é 😀", "plain, é 😀", id="plain text"),
        pytest.param("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1", id="formula"),
        pytest.param("+1", "'+1", id="plus sign first"),
        pytest.param("-1", "'-1", id="minus sign first"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at sign first"),
        pytest.param("\t=1", "\t'=1", id="formula after a leading tab"),
        pytest.param("\r=1", "\r'=1", id="formula after a leading carriage return"),
        pytest.param("\n=1", "\n'=1", id="formula after a leading line break"),
        pytest.param(
            "x;=HYPERLINK(A1)", "x;'=HYPERLINK(A1)", id="formula after a semicolon"
        ),
        pytest.param("y\t=1+1", "y\t'=1+1", id="formula after a tab"),
        pytest.param("y|@SUM(A1)", "y|'@SUM(A1)", id="formula after a bar"),
        pytest.param("y\r\n-1", "y\r\n'-1", id="formula in the second line"),
        pytest.param('y;"=1"', 'y;\'"=1"', id="quoted formula after a separator"),
        pytest.param(
            "y; \xa0+1", "y;' \xa0+1", id="formula after a separator and blanks"
        ),
        pytest.param(
            "y;\uff1d1", "y;'\uff1d1", id="fullwidth equals sign after a separator"
        ),
        pytest.param("y;'=1", "y;''=1", id="apostrophe after a separator"),
        pytest.param(";;=1;x", ";;'=1;x", id="formula after two separators"),
        pytest.param("\0=1", "'\0=1", id="formula after a null character"),
        pytest.param("  =1", "'  =1", id="formula after blanks"),
        pytest.param("\uff1d1", "'\uff1d1", id="fullwidth equals sign"),
        pytest.param("'=1", "''=1", id="formula that has an apostrophe"),
        pytest.param(
            "'s-Hertogenbosch", "'s-Hertogenbosch", id="apostrophe before a word"
        ),
        pytest.param("1 = 1", "1 = 1", id="equals sign within the text"),
        pytest.param('a "b"\r\nc', 'a "b"\r\nc', id="quotes and line breaks"),
    ],
)
def test_apostrophe_is_put_before_text_that_could_be_a_formula(note, cell):
    assert note_cell(note) == cell


@given(NOTES)
@example("\0")
@example('"",\r\n"')
@example("'=;'';='\t'+")
def test_notes_in_csv_are_read_back_unchanged(note):
    cell = note_cell(note)

    assert original_text(cell) == note
    assert [part for part in PART.findall(cell) if looks_like_a_formula(part)] == []


@given(NOTES, NOTES)
@example('x;"=HYPERLINK(A1)', "y\t=1+1")
def test_no_csv_cell_is_a_formula_whatever_the_separator(note, other):
    answers = {"COL-01": Answer(level=1, note=note, evidence=other)}
    text = csv_text(assess(KICKOFF, empty_sheet(KICKOFF)._replace(answers=answers)))
    lines = re.split("\r\n|[\r\n]", text)
    quoted = [
        csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for separator in ",;\t|"
    ]
    # Without quoting, a comma in a note splits the note's cell.
    plain = [
        csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
        for separator in ";\t|"
    ]

    cells = [cell for rows in (*quoted, *plain) for row in rows for cell in row]
    assert [cell for cell in cells if looks_like_a_formula(cell)] == []


@given(NOTES)
@example(";=1")
@example("y|@SUM(A1)")
def test_csv_of_several_voices_has_no_formula_and_keeps_their_names(name):
    voices = [
        empty_sheet(KICKOFF)._replace(
            voice=Voice(f"{number}{name}"), answers={"COL-01": Answer(level)}
        )
        for number, level in (("a", 1), ("b", 3))
    ]
    text = csv_text(assess(KICKOFF, combine(KICKOFF, voices)))
    header, row = table(text)
    a, b = f"a{name}".strip(), f"b{name}".strip()
    expected = f"1 ({a}) and 3 ({b})"

    assert (header[-1], original_text(row[-1])) == ("answers", expected)
    assert [part for part in PART.findall(row[-1]) if looks_like_a_formula(part)] == []


def test_csv_begins_with_a_byte_order_mark():
    answers = {"COL-01": Answer(level=1, note="é")}
    text = csv_text(assess(KICKOFF, empty_sheet(KICKOFF)._replace(answers=answers)))

    assert text.encode().startswith(b"\xef\xbb\xbfid,")


def test_20000_hostile_texts_in_csv_are_read_back_unchanged():
    rng, ids = random.Random(4), [question.id for question in KICKOFF.questions]
    checked = 0
    while checked < 20_000:
        answers = {id_: Answer(1)._replace(**hostile_answer(rng)) for id_ in ids}
        text = csv_text(assess(KICKOFF, empty_sheet(KICKOFF)._replace(answers=answers)))
        for id_, *_, note, evidence, accepted in table(text)[1:]:
            read_back = (original_text(cell) for cell in (accepted, note, evidence))
            assert tuple(read_back) == answers[id_][3:6]
            checked += 3


def hostile_answer(rng: random.Random) -> dict[str, Any]:
    characters = [*FORMULAS, *"\"',;|\n\x1b\u2028\u202e\ufeff \xa0aé😀"]
    keys = ("accepted", "note", "evidence")
    return {key: "".join(rng.choices(characters, k=rng.randint(0, 9))) for key in keys}


def looks_like_a_formula(part: str) -> bool:
    """Return whether a spreadsheet could take a text for a formula."""
    return re.sub(r'[\s"\0]', "", part).startswith(SIGNS)
