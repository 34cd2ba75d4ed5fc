"""Owners and dates are read back from a tracker's export into an answers file."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from mlready.assessment.assess import assess
from mlready.cli.inputs import load_combined
from mlready.cli.step_files import StepRequest, sync
from mlready.errors import (
    DocumentError,
    MlreadyError,
    SeveralErrors,
    StorageError,
    StorageWarning,
    UsageError,
)
from mlready.input_limits import TABLE_LIMIT
from mlready.model.answers import Answer, AnswerSheet, PlanStep, empty_sheet
from mlready.report.options import Tracker
from mlready.report.redaction import redact
from mlready.report.step_export import (
    steps,
    table,
    tracker_table,
)
from mlready.storage import answers_file, file_lock, step_sync, step_table
from mlready.storage.questionnaire_file import load
from tests.samples import ROOT

SMALL = load(ROOT / "tests" / "data" / "small.yaml")
TAKEN = {
    "COL-01": PlanStep("", "Ana", "2026-12-11"),
    "COL-02": PlanStep("", "Bo", "2026-12-01", "2026-11-30"),
    "ask-legal": PlanStep("Ask legal", "Cy", "2027-01-15"),
}
KEY = "mlready.churn."
ANSWERS = """\
# Filled in by Ana.
questionnaire: small
version: 1
project: {name: Churn}
answers:  # so far
  COL-01: 0
  MOV-01: 1
steps:
  # The first one.
  COL-01: {owner: "Ana", due: 2026-12-11}  # promised
  COL-02:
    owner: Bo
    # Bo is away in May.
    due: 2026-12-01

  ask-legal: {what: "Ask legal", owner: Cy}
# The end.
"""


def team(steps_taken=TAKEN) -> AnswerSheet:
    levels = {"COL-01": 0, "COL-02": 3, "MOV-01": 1}
    return empty_sheet(SMALL)._replace(
        name="Churn",
        answers={id_: Answer(level=each) for id_, each in levels.items()},
        steps=steps_taken,
    )


def known(sheet: AnswerSheet, was: str = "") -> step_sync.Known:
    return step_sync.known_steps(SMALL, sheet, was)


def synced(text: str | bytes, sheet: AnswerSheet | None = None, date: str = ""):
    """Return the problems of an export of steps, or what the export changes.

    The result is a list of texts. Without problems, it consists of the changes to the
    steps of ``sheet``, and of remarks on values of the export that change nothing.

    Args:
        text: the export, a table in CSV.
        sheet: the answer sheet to change, None for ``team()``.
        date: the done date of a step if the export says only that the step is done.

    """
    sheet = sheet or team()
    data = text if isinstance(text, bytes) else text.encode()
    read = step_table.read(data, "e.csv")
    found = [*step_sync.problems(read, known(sheet), sheet.steps, date)]
    if found:
        return [str(each) for each in sorted(found, key=lambda each: each[1:3])]
    done = step_sync.synced(read, known(sheet), sheet.steps, date)
    return [*map(str, done.changes), *done.remarks]


def exports(sheet: AnswerSheet) -> dict[str, str]:
    """Return exports of a sheet's steps by format: ``table`` or a tracker's name."""
    result = assess(SMALL, sheet)
    found = steps(result)
    return {"table": table(found)} | {
        str(each): tracker_table(result, found, each) for each in Tracker
    }


LINES = st.text(
    st.characters(exclude_categories=["C", "Z"])
    | st.sampled_from("=+-@;|'\" \u202e\u200d"),
    max_size=20,
).map(str.strip)
DAYS = st.dates().map(lambda day: f"{max(day.year, 1900)}-{day:%m-%d}") | st.just("")
STEPS = st.builds(PlanStep, st.just("Do"), LINES, DAYS, DAYS)


@given(
    st.dictionaries(
        st.sampled_from(["COL-01", "COL-02", "AIM-01", "own", "hires-analyst"]), STEPS
    )
)
@settings(max_examples=25)
def test_reading_an_unchanged_export_back_changes_nothing(taken):
    taken = {key: step for key, step in taken.items() if _is_valid(step)}
    sheet = team(taken)
    ours = known(sheet)

    for text in exports(sheet).values():
        read = step_table.read(text.encode(), "e.csv")
        assert [*step_sync.problems(read, ours, taken)] == []
        assert step_sync.synced(read, ours, taken) == (taken, (), ())


def _is_valid(step: PlanStep) -> bool:
    dumped = team({"own": step})
    try:
        return (
            answers_file.read(answers_file.dump(dumped, SMALL).encode(), "", SMALL)
            == dumped
        )
    except MlreadyError:
        return False


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        pytest.param(
            f"key,owner,due,done\n{KEY}COL-01,Di,2026-12-18,2026-12-10\n",
            [
                "COL-01: owner Di (was Ana)",
                "COL-01: due 2026-12-18 (was 2026-12-11)",
                "COL-01: done 2026-12-10",
            ],
            id="own table",
        ),
        pytest.param(
            "Issue key;Issue id;Summary;Status;Assignee;Assignee Id;Due date;Resolved;"
            f"Labels;Labels\r\nP-1;7;Keep it;Done;Di;x;18/Dec/26 12:00 AM;"
            f"10/Dec/26 3:14 PM;data;{KEY}COL-01\r\n",
            [
                "COL-01: owner Di (was Ana)",
                "COL-01: due 2026-12-18 (was 2026-12-11)",
                "COL-01: done 2026-12-10",
            ],
            id="Jira with semicolons",
        ),
        pytest.param(
            "\ufeffTitle\tURL\tAssignees\tStatus\tLabels\tTarget date\n"
            f"Keep it\thttps://x/1\tdi, bo\tIn progress\t{KEY}COL-01\tDec 18, 2026\n",
            [
                "COL-01: owner di, bo (was Ana)",
                "COL-01: due 2026-12-18 (was 2026-12-11)",
            ],
            id="view of GitHub Projects",
        ),
        pytest.param(
            "ID,IID,Title,Description,State,Assignee,Assignee Username,Closed At (UTC),"
            f'Due Date\n9,1,Keep it,"Who: Ana.\nKey for mlready: {KEY}COL-01",Closed,'
            "Di Ma,di,2026-12-10 09:00:00,2026-12-18\n",
            [
                "COL-01: owner Di Ma (was Ana)",
                "COL-01: due 2026-12-18 (was 2026-12-11)",
                "COL-01: done 2026-12-10",
            ],
            id="GitLab",
        ),
        pytest.param(
            "Title,Description,Due Date\n"
            "Wait for mlready.parcels.MOV-01,"
            f'"Wait for mlready.parcels.MOV-01\n\nKey for mlready: {KEY}COL-01",'
            "2026-12-18\n",
            ["COL-01: due 2026-12-18 (was 2026-12-11)"],
            id="GitLab, if the step names a step of another team",
        ),
        pytest.param(
            "Title,Description,State,Closed At (UTC)\n"
            f'Keep it,"Who: Di.\nKey for mlready: {KEY}MOV-01\n\n'
            f'Waits for {KEY}COL-01",Closed,2026-12-10 09:00:00\n',
            ["MOV-01: done 2026-12-10"],
            id="GitLab, if somebody added a line that names another step",
        ),
        pytest.param(
            '"ID","Title","Description","Status","Assignee","Due Date","Completed"\n'
            f'"E-1","Keep it","{KEY}COL-01","Done","di@x.y",'
            '"Fri Dec 18 2026 00:00:00 GMT+0000 (GMT)","2026-12-10T09:00:00.000Z"\n',
            [
                "COL-01: owner di@x.y (was Ana)",
                "COL-01: due 2026-12-18 (was 2026-12-11)",
                "COL-01: done 2026-12-10",
            ],
            id="Linear",
        ),
        pytest.param(
            "sep=;\nmlready key;DUE_DATE\nCOL-01;18.12.2026\n",
            ["COL-01: due 2026-12-18 (was 2026-12-11)"],
            id="spreadsheet with the keys of the answers file",
        ),
    ],
)
def test_export_of_each_tracker_is_read(text, changes):
    assert synced(text) == changes


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f"key\towner\tdone\r\n{KEY}COL-01\tDi\t\r\n".encode("utf-16"),
            id="Unicode text of Excel",
        ),
        pytest.param(
            f"key,owner,done,note\n{KEY}COL-01,Di\n".encode(),
            id="empty cells left out at the end of a row",
        ),
        pytest.param(
            f"key,owner\n{KEY}COL-01,Di,,\n".encode(), id="empty cells too many"
        ),
        pytest.param(
            f"key,owner,note\n{KEY}COL-01,Di,after {KEY}COL-02\n".encode(),
            id="a key in a note too",
        ),
        pytest.param(
            f"key,owner,description\n{KEY}COL-01,Di,{'x' * 200_000}\n".encode(),
            id="long description",
        ),
    ],
)
def test_table_saved_by_a_spreadsheet_or_tracker_is_read(text):
    assert synced(text) == ["COL-01: owner Di (was Ana)"]


@pytest.mark.parametrize("nothing", ["Unassigned", "-", "n/a", "None", "\u2014"])
def test_cell_with_a_placeholder_for_no_value_changes_nothing(nothing):
    assert synced(f"key,owner,due\n{KEY}COL-01,{nothing},{nothing}\n") == []


@pytest.mark.parametrize(
    ("head", "cells", "lines"),
    [
        pytest.param(
            "Status,Resolution,Resolved",
            "Done,Won\u2019t Do,08/Dec/26",
            ["COL-01: 'Won\u2019t Do' in the export; left as not done"],
            id="Jira",
        ),
        pytest.param(
            "state,stateReason,closedAt",
            "CLOSED,NOT_PLANNED,2026-12-08",
            ["COL-01: 'NOT_PLANNED' in the export; left as not done"],
            id="GitHub",
        ),
        pytest.param(
            "Status,Resolution,Resolved",
            "Done,Done,08/Dec/26",
            ["COL-01: done 2026-12-08"],
            id="done",
        ),
        pytest.param(
            "Status,Status Category,Resolved",
            "Erledigt,Done,08/Dec/26",
            ["COL-01: done 2026-12-08"],
            id="done in the team's own words",
        ),
        pytest.param(
            "Status,Status Category,Resolved",
            "Wieder offen,To Do,08/Dec/26",
            [
                "e.csv:2:41: two values: done on 2026-12-08, but 'To Do'",
            ],
            id="open in the team's own words",
        ),
        pytest.param(
            "Status,Status Category,Resolved",
            "Deployed,Fertig,",
            ["COL-01: 'Deployed' in the export, which counts as not done"],
            id="category in another language",
        ),
    ],
)
def test_resolution_or_category_column_decides_whether_a_step_is_done(
    head, cells, lines
):
    assert synced(f"key,{head}\n{KEY}COL-01,{cells}\n") == lines


def test_row_with_10000_step_keys_is_read_without_delay():
    row = ",".join(f"{KEY}x{number}" for number in range(10_000))
    found = step_table.read(f"owner{',x' * 9_999}\n{row}\n".encode(), "e.csv")

    assert len(found.problems) == 9_999


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("2026-12-08", "2026-12-08", id="ISO"),
        pytest.param("2026-12-08T23:59:59.000Z", "2026-12-08", id="ISO with a time"),
        pytest.param("2026/12/8 10:00", "2026-12-08", id="slashes, year first"),
        pytest.param("8.12.2026", "2026-12-08", id="dots, day first"),
        pytest.param("08/Dec/26 3:14 PM", "2026-12-08", id="Jira"),
        pytest.param("8 Dec 2026", "2026-12-08", id="day first"),
        pytest.param("8th August, 2026", "2026-08-08", id="long month"),
        pytest.param("Aug 8, 2026", "2026-08-08", id="month first"),
        pytest.param("Saturday, August 8th 2026", "2026-08-08", id="weekday"),
        pytest.param("Sat Aug 08 2026 00:00:00 GMT+0000", "2026-08-08", id="Linear"),
        pytest.param("8/12/2026", "", id="day or month first"),
        pytest.param("8 Dez 2026", "", id="another language"),
        pytest.param("next week", "", id="no day"),
    ],
)
def test_date_in_an_export_is_read_only_if_it_is_unambiguous(text, day):
    found = step_table.read(f'key,due\n{KEY}COL-01,"{text}"\n'.encode(), "e.csv")

    assert [row.due.text if row.due else "" for row in found.rows] == [day]
    assert bool(found.problems) is not bool(day)


@pytest.mark.parametrize(
    ("row", "changes"),
    [
        pytest.param("COL-01,,,", [], id="empty cells change nothing"),
        pytest.param("COL-01,Done,,", ["COL-01: done 2026-12-24"], id="done today"),
        pytest.param(
            "COL-01,,2026-12-25,",
            ["COL-01: done 2026-12-25"],
            id="done on the next day, which has begun further east",
        ),
        pytest.param("COL-01,cLoSeD,,", ["COL-01: done 2026-12-24"], id="any case"),
        pytest.param("COL-01,,yes,", ["COL-01: done 2026-12-24"], id="ticked"),
        pytest.param("COL-02,Done,,", [], id="keeps the day of the file"),
        pytest.param(
            "COL-02,Done,2026-12-02,",
            ["COL-02: done 2026-12-02 (was 2026-11-30)"],
            id="another day",
        ),
        pytest.param(
            "COL-02,In Progress,,",
            ["COL-02: 'In Progress' in the export; left as done on 2026-11-30"],
            id="opened again",
        ),
        pytest.param(
            "COL-01,Won't do,2026-12-02,",
            ["COL-01: 'Won't do' in the export; left as not done"],
            id="closed without being done",
        ),
        pytest.param(
            "COL-01,Deployed,,",
            ["COL-01: 'Deployed' in the export, which counts as not done"],
            id="a status of the team's own",
        ),
        pytest.param(
            "COL-01,Deployed,2026-12-02,",
            ["COL-01: done 2026-12-02"],
            id="own status, but a day",
        ),
        pytest.param(
            "MOV-01,To Do,,Di",
            ["MOV-01: owner Di"],
            id="step that the file does not contain",
        ),
        pytest.param(
            "COL-01,To Do,,'=Di",
            ["COL-01: owner =Di (was Ana)"],
            id="formula",
        ),
    ],
)
def test_status_and_done_date_decide_whether_a_step_is_done(row, changes):
    text = f"key,status,done,owner\n{KEY}{row}\n"

    assert synced(text, date="2026-12-24") == changes


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param("", ["1:1: the table is empty"], id="empty"),
        pytest.param(
            "Title,State\nKeep it,Done\n",
            [
                (
                    "1:1: no row has the key of a step; export the column that "
                    "holds it: the labels or the description"
                )
            ],
            id="no keys",
        ),
        pytest.param(
            f"Title,Labels\nKeep it,{KEY}COL-01\n",
            [
                (
                    "1:1: no column is named owner, due, done, status, or as "
                    "trackers name these"
                )
            ],
            id="no columns",
        ),
        pytest.param(
            f"key,due\n{KEY}COL-1,\n",
            ["2:1: there is no step 'COL-1'; did you mean 'COL-01'?"],
            id="unknown step",
        ),
        pytest.param(
            f"due,key\n,{KEY}xyz\n",
            [
                (
                    "2:2: there is no step 'xyz'; put it back under 'steps', or take "
                    "this row out of the export"
                )
            ],
            id="unknown step without a similar name",
        ),
        pytest.param(
            "due,key\n2026-12-01,mlready.other.COL-01\n",
            [
                (
                    "2:12: 'mlready.other.COL-01' is a step of another project, not of "
                    "'churn'; if the project was renamed, give its former name with "
                    "--was"
                )
            ],
            id="another team",
        ),
        pytest.param(
            f'title,due,key\n"a, ""b""\nc",,{KEY}COL-01\nd,,{KEY}COL-01\n',
            ["4:4: the step 'COL-01' is given twice; the first is in line 3"],
            id="step given twice, after a text on two lines",
        ),
        pytest.param(
            f"key,due,done\n{KEY}COL-01,11/12/2026,\n{KEY}MOV-01,2026-02-30,soon 1\n",
            [
                (
                    "2:22: '11/12/2026' is not clearly a day; write it as 2027-01-15 "
                    "(in a spreadsheet, give the column the format yyyy-mm-dd)"
                ),
                "3:22: there is no day 2026-02-30",
                "3:33: 'soon 1' is not clearly a day; write it as 2027-01-15",
            ],
            id="no days",
        ),
        pytest.param(
            f"key,done\n{KEY}COL-01,2026-12-26\n",
            ["2:22: done on 2026-12-26, which is after --date 2026-12-24"],
            id="done in the future",
        ),
        pytest.param(
            f"key,done,status\n{KEY}COL-01,2026-12-01,To Do\n",
            ["2:22: two values: done on 2026-12-01, but 'To Do'"],
            id="done and open",
        ),
        pytest.param(
            f"key,done,status\n{KEY}COL-01,yes,To Do\n{KEY}MOV-01,FALSE,Done\n",
            [
                "2:22: two values: 'yes' as done, but 'To Do'",
                "3:22: two values: 'FALSE' as done, but 'Done'",
            ],
            id="ticked and open",
        ),
        pytest.param(
            f"key,Resolved,Closed\n{KEY}COL-01,2026-12-01,2026-12-02\n",
            ["2:33: two values of 'done': '2026-12-01' and '2026-12-02'; keep one"],
            id="two days",
        ),
        pytest.param(
            f"description,due\n{KEY}COL-01 and {KEY}COL-02,\n",
            [
                f"2:1: a second key, '{KEY}COL-02', after '{KEY}COL-01'; keep one",
            ],
            id="two keys",
        ),
        pytest.param(
            f'description,due\n"{KEY}COL-01\nWaits for {KEY}COL-02",\n',
            [
                f"2:1: a second key, '{KEY}COL-02', after '{KEY}COL-01'; keep one",
            ],
            id="two keys on two lines, neither on an exported line",
        ),
        pytest.param(
            f'key,due\n{KEY}COL-1,\n{KEY}COL-01,"2026-12-01',
            [
                "2:1: there is no step 'COL-1'; did you mean 'COL-01'?",
                "3:1: a quote opens in this row and never closes",
            ],
            id="open quote",
        ),
        pytest.param(
            f'key,due\n{KEY}COL-01,"a"b\n',
            [
                (
                    "2:1: a text goes on after its closing quote; write a quote in it "
                    'twice ("")'
                )
            ],
            id="quote in a text",
        ),
        pytest.param(
            f"key,due\n{KEY}COL-01,a,b\n",
            [
                (
                    "2:1: 3 cells, but the first row has 2; a text with the "
                    "separator in it needs quotes"
                ),
            ],
            id="too many cells",
        ),
        pytest.param(
            f'key,owner\n{KEY}COL-01,"a\nb"\n',
            ["2:22: owner: expected one line of text, at most 600 characters"],
            id="owner on two lines",
        ),
        pytest.param(
            f"key,due\n{KEY}COL-01,é\n".encode("latin-1"),
            ["2:1: not UTF-8 text; save it as CSV in UTF-8"],
            id="another encoding",
        ),
        pytest.param(
            "key,due\n".encode("utf-16-le"),
            ["1:1: not UTF-8 text; save it as CSV in UTF-8"],
            id="UTF-16 without a mark",
        ),
        pytest.param(
            "key,due\n".encode("utf-16")[:-1],
            ["1:1: not UTF-8 text; save it as CSV in UTF-8"],
            id="half a character in UTF-16",
        ),
        pytest.param(
            b"key,due\n\0\n",
            ["2:1: not UTF-8 text; save it as CSV in UTF-8"],
            id="null character",
        ),
        pytest.param(
            b"x" * (TABLE_LIMIT + 1),
            ["1:1: larger than 16 MiB; export fewer issues"],
            id="too large",
        ),
    ],
)
def test_every_problem_of_an_export_is_reported_with_line_and_column(text, problems):
    assert synced(text, date="2026-12-24") == [f"e.csv:{each}" for each in problems]


def test_done_step_is_refused_if_no_date_is_given():
    assert synced(f"key,status\n{KEY}COL-01,Done\n") == [
        "e.csv:2:22: 'Done', but no column says since when; give a day with --date"
    ]


def test_message_counts_the_rows_of_an_export_without_a_step_key():
    text = f"key,owner\n,Ed\n{KEY}COL-01,Di\nx,\n"

    assert synced(text) == [
        "COL-01: owner Di (was Ana)",
        "rows of the export without a key, left out: 2",
    ]


def test_redacted_export_is_refused():
    result = assess(SMALL, redact(SMALL, team()))

    assert "exported with --redact" in synced(table(steps(result)))[0]


def test_step_keys_with_a_former_project_name_or_question_id_are_recognised():
    (first, *others) = SMALL.sections[0].questions
    section = SMALL.sections[0]._replace(
        questions=(first._replace(id="COL-09", was=("COL-01",)), *others)
    )
    renamed = SMALL._replace(sections=(section, *SMALL.sections[1:]))
    found = step_sync.known_steps(renamed, team(), "Other")

    assert (found.project, found.step("COL-01"), found.step("COL-09")) == (
        "other", "COL-09", "COL-09",
    )  # fmt: skip


def test_export_with_steps_of_two_projects_is_refused_if_the_answers_name_no_project():
    unnamed = team()._replace(name="")
    one = "key,owner\nmlready._.COL-01,Di\nmlready.a.COL-02,Di\n"

    assert len(synced(one, unnamed)) == 2
    assert synced(f"{one}mlready.b.MOV-01,Di\n", unnamed) == [
        (
            "e.csv:4:1: 'mlready.b.MOV-01' is a step of another project, not of 'a'; "
            "if the project was renamed, give its former name with --was"
        )
    ]


def test_owners_of_hiring_and_confirmation_steps_are_saved(
    tmp_path,
):
    text = f"key,owner\n{KEY}hires-analyst,Di\n{KEY}confirms,Cy\n"
    run(tmp_path, ANSWERS, text)

    written = answers_file.read((tmp_path / "a.yaml").read_bytes(), "", SMALL)
    assert written.steps["hires-analyst"] == PlanStep("", "Di")
    assert written.steps["confirms"] == PlanStep("", "Cy")
    assert answers_file.read(answers_file.dump(written, SMALL).encode(), "", SMALL) == (
        written
    )


# The answers file


def write(folder: Path, answers: str | bytes, export: str) -> tuple[Path, Path]:
    data = answers if isinstance(answers, bytes) else answers.encode()
    (folder / "a.yaml").write_bytes(data)
    (folder / "e.csv").write_bytes(export.encode())
    return folder / "a.yaml", folder / "e.csv"


def run(folder: Path, answers: str | bytes, export: str) -> list[str]:
    path, table_ = write(folder, answers, export)
    lines = sync([path], table_, SMALL, StepRequest())
    return [line.removeprefix(f"{path}: ") for line in lines]


CHANGES = f"key,owner,due\n{KEY}COL-01,Di,\n{KEY}COL-02,,2026-12-18\n{KEY}MOV-01,Ed,\n"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "marked"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_sync_rewrites_only_the_lines_of_changed_steps(tmp_path, mark, ending):
    data = mark + ANSWERS.replace("\n", ending).encode()
    changes = run(tmp_path, data, CHANGES)

    expected = ANSWERS.replace(
        'COL-01: {owner: "Ana", due: 2026-12-11}',
        'COL-01: {owner: "Di", due: 2026-12-11}',
    )
    expected = expected.replace(
        '  ask-legal: {what: "Ask legal", owner: Cy}\n',
        '  ask-legal: {what: "Ask legal", owner: Cy}\n  MOV-01: {owner: "Ed"}\n',
    )
    expected = expected.replace("    due: 2026-12-01", '    due: "2026-12-18"')
    found = (tmp_path / "a.yaml").read_bytes()
    assert found.decode("utf-8-sig").replace("\r\n", "\n") == expected
    assert (found[:3] == mark[:3] or not mark, b"\r\n" in found) == (
        True, ending == "\r\n",
    )  # fmt: skip
    assert changes == [
        "COL-01: owner Di (was Ana)",
        "COL-02: due 2026-12-18 (was 2026-12-01)",
        "MOV-01: owner Ed",
    ]


@pytest.mark.parametrize(
    ("steps_before", "added"),
    [
        pytest.param("", 'steps:\n  COL-01: {owner: "Di"}\n', id="no steps yet"),
        pytest.param("steps:\n", '  COL-01: {owner: "Di"}\n', id="empty steps"),
        pytest.param(
            "steps:\n    MOV-01: {owner: Ed}\n",
            '    COL-01: {owner: "Di"}\n',
            id="another indent",
        ),
    ],
)
def test_step_that_only_the_export_has_is_added_to_the_steps_in_the_answers_file(
    tmp_path, steps_before, added
):
    answers = ANSWERS.partition("steps:")[0] + steps_before
    run(tmp_path, answers, f"key,owner\n{KEY}COL-01,Di\n")

    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == answers + added


LAST = "  COL-01: {owner: Ana}  # b\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            LAST,
            '  COL-01: {owner: "Di"}  # b\n  MOV-01: {owner: "Ed"}\n',
            id="the last step",
        ),
        pytest.param(
            LAST.strip("\n").replace("  # b", ""),
            '  COL-01: {owner: "Di"}\n  MOV-01: {owner: "Ed"}',
            id="no newline at the end",
        ),
        pytest.param(
            '  x: {what: "Ask {us} # why"}\n  COL-01: {what: "{a} # b"} # c\n',
            '  x: {what: "Ask {us} # why"}\n'
            '  COL-01: {what: "{a} # b", owner: "Di"} # c\n  MOV-01: {owner: "Ed"}\n',
            id="a text with the signs of a comment",
        ),
        pytest.param(
            "  'COL-01': { due: 2026-12-01 , owner: 'O''Hara, {a}', what: x y } # c\n",
            "  'COL-01': { due: 2026-12-01 , owner: \"Di\", what: x y } # c\n"
            '  MOV-01: {owner: "Ed"}\n',
            id="other values in the same braces",
        ),
        pytest.param(
            "  COL-01: { due: 2026-12-01, }\n  MOV-01: {}  # b\n",
            '  COL-01: { due: 2026-12-01, owner: "Di", }\n'
            '  MOV-01: {owner: "Ed"}  # b\n',
            id="new field in braces",
        ),
        pytest.param(
            "  COL-01: {due: 2026-12-01, owner: }\n  MOV-01: {owner: Äé 漢, due: "
            "2026-12-01,}\n",
            '  COL-01: {owner: "Di", due: "2026-12-01"}\n'
            '  MOV-01: {owner: "Ed", due: 2026-12-01,}\n',
            id="no value, and a comma at the end",
        ),
        pytest.param(
            "    COL-01:\n        due: 2026-12-01  # b\n",
            "    COL-01:\n        due: 2026-12-01  # b\n"
            '        owner: "Di"\n    MOV-01: {owner: "Ed"}\n',
            id="another indent",
        ),
        pytest.param(
            "  COL-01:\n    owner:  # b\n    due: 2026-12-01\n",
            '  COL-01:\n    owner: "Di"  # b\n    due: 2026-12-01\n'
            '  MOV-01: {owner: "Ed"}\n',
            id="field without a value",
        ),
        pytest.param(
            "  COL-01:\n    owner: Bo#1 # b\n",
            '  COL-01:\n    owner: "Di" # b\n  MOV-01: {owner: "Ed"}\n',
            id="number sign in a value",
        ),
        pytest.param(
            " {}  # b\n",
            '  # b\n  COL-01: {owner: "Di"}\n  MOV-01: {owner: "Ed"}\n',
            id="no steps in braces",
        ),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_sync_keeps_the_yaml_layout_and_comments_of_steps_that_it_changes(
    tmp_path, before, after, ending
):
    head = f"{ANSWERS.partition('steps:')[0]}steps:"
    head += "" if before.startswith(" {") else "\n"
    answers = (head + before).replace("\n", ending).encode()
    run(tmp_path, answers, f"key,owner\n{KEY}COL-01,Di\n{KEY}MOV-01,Ed\n")

    expected = (head + after).replace("\n", ending).encode()
    assert (tmp_path / "a.yaml").read_bytes() == expected


def test_answers_file_without_comments_is_wholly_rewritten_if_its_steps_share_a_line(
    tmp_path,
):
    answers = (
        "questionnaire: small\nversion: 1\nproject: {name: Churn}\n"
        "steps: {COL-01: {owner: Ana}, COL-02: {owner: Bo}}\n"
    )
    run(tmp_path, answers, f"key,owner\n{KEY}COL-01,Di\n")

    written = answers_file.read((tmp_path / "a.yaml").read_bytes(), "", SMALL)
    assert written.steps == {"COL-01": PlanStep("", "Di"), "COL-02": PlanStep("", "Bo")}


def test_answers_file_is_unchanged_if_rewriting_it_would_lose_comments(tmp_path):
    answers = (
        "questionnaire: small\nversion: 1\nproject: {name: Churn}\n"
        "steps: {COL-01: {owner: Ana}}  # Ask Ana.\n"
    )
    with pytest.raises(StorageError, match=r"comments would be lost \(line 4\)"):
        run(tmp_path, answers, f"key,owner\n{KEY}COL-01,Di\n")

    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == answers


def test_problems_of_the_answers_file_and_the_export_are_reported_in_one_run(tmp_path):
    with pytest.raises(SeveralErrors) as caught:
        run(
            tmp_path,
            ANSWERS.replace("MOV-01: 1", "MOV-1: 1"),
            f"key,due\n{KEY}COL-01,soon\n",
        )

    lines = str(caught.value).splitlines()
    assert [line.partition("/")[2].rpartition("/")[2][:10] for line in lines] == [
        "a.yaml:7:3", "e.csv:2:22",
    ]  # fmt: skip


def test_no_file_is_changed_if_the_export_has_a_problem(tmp_path):
    with pytest.raises(DocumentError):
        run(tmp_path, ANSWERS, f"key,owner\n{KEY}COL-01,Di\n{KEY}xyz,Di\n")

    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == ANSWERS
    assert {path.name for path in tmp_path.iterdir()} == {"a.yaml", "e.csv"}


def test_sync_leaves_the_answers_file_untouched_if_the_export_changes_no_step(tmp_path):
    path, export = write(tmp_path, ANSWERS, f"key,owner\n{KEY}COL-01,Ana\n")
    before = path.stat()[1], path.stat().st_mtime_ns

    assert sync([path], export, SMALL, StepRequest()) == [f"{path}: nothing to change"]
    assert (path.stat()[1], path.stat().st_mtime_ns) == before


def test_answers_file_is_unchanged_while_an_interview_locks_it(tmp_path):
    path, _ = write(tmp_path, ANSWERS, "")
    with file_lock.locked(path), pytest.raises(StorageError, match="process"):
        run(tmp_path, ANSWERS, CHANGES)

    assert path.read_text(encoding="utf-8") == ANSWERS


VOICES = {
    "ana": "voice: {name: Ana}\n",
    "bo": "voice: {name: Bo}\n",
}


ASKS = '{COL-01: {what: "Ask the lawyer", owner: Ana}}'
CALLS = '{COL-01: {what: "Call the vendor", owner: Bo}}'


def voices(folder: Path, **steps_of: str) -> list[Path]:
    """Write the answers files of Ana and Bo; return the paths of the files.

    The keywords ``ana`` and ``bo`` give the steps in these files as YAML text.
    """
    paths = []
    for name, voice in VOICES.items():
        head, _, rest = ANSWERS.partition("version: 1\n")
        text = f"{head}version: 1\n{voice}{rest.partition('steps:')[0]}"
        paths.append(folder / f"{name}.yaml")
        paths[-1].write_text(text + steps_of.get(name, ""), encoding="utf-8")
    return paths


def test_done_step_without_a_date_gets_the_date_given_as_an_option(tmp_path):
    path, export = write(
        tmp_path,
        ANSWERS,
        f"key,status,done\n{KEY}COL-01,Done,\n{KEY}COL-02,,2026-12-25\n",
    )

    with pytest.raises(DocumentError, match=r"e\.csv:3:23: done on 2026-12-25"):
        sync([path], export, SMALL, StepRequest(date="2026-12-23"))
    assert sync([path], export, SMALL, StepRequest(date="2026-12-24")) == [
        f"{path}: COL-01: done 2026-12-24",
        f"{path}: COL-02: done 2026-12-25",
    ]


def test_export_with_a_former_project_name_is_read_only_if_an_option_gives_that_name(
    tmp_path,
):
    path, export = write(tmp_path, ANSWERS, "key,owner\nmlready.old-name.COL-01,Di\n")

    with pytest.raises(DocumentError, match="another project"):
        sync([path], export, SMALL, StepRequest())
    assert sync([path], export, SMALL, StepRequest(was="Old name")) == [
        f"{path}: COL-01: owner Di (was Ana)"
    ]


@pytest.mark.parametrize("order", [1, -1], ids=["in order", "reversed"])
def test_sync_updates_the_only_file_that_has_steps(tmp_path, order):
    ana, bo = voices(tmp_path, bo="steps:\n  COL-01: {owner: Ana}\n")
    before = ana.read_bytes()
    _, export = write(tmp_path, ANSWERS, f"key,owner\n{KEY}COL-01,Di\n")
    lines = sync([ana, bo][::order], export, SMALL, StepRequest())

    assert lines == [f"{bo}: COL-01: owner Di (was Ana)"]
    assert ana.read_bytes() == before


@pytest.mark.parametrize(
    ("steps_of", "message"),
    [
        pytest.param({}, "no file that counts has steps", id="none"),
        pytest.param(
            dict.fromkeys(VOICES, "steps:\n  COL-01: {owner: Ana}\n"),
            r"several of the files hold steps: .*ana.yaml, .*bo.yaml; name only",
            id="both",
        ),
        pytest.param(
            {"ana": f"steps: {ASKS}\n", "bo": f"steps: {CALLS}\n"},
            r"ana.yaml, .*bo.yaml, and different ones under the key 'COL-01'; make the",
            id="both, and different ones under one key",
        ),
    ],
)
def test_sync_is_refused_unless_exactly_one_file_has_steps(tmp_path, steps_of, message):
    paths = voices(tmp_path, **steps_of)
    _, export = write(tmp_path, ANSWERS, CHANGES)

    with pytest.raises(UsageError, match=message):
        sync(paths, export, SMALL, StepRequest())


def test_sync_is_refused_when_only_a_replaced_file_has_steps(tmp_path):
    paths = voices(tmp_path, ana=f"steps: {ASKS}\n")
    for path, day in zip(paths, ("2026-11-02", "2026-11-03"), strict=True):
        text = path.read_text(encoding="utf-8")
        dated = re.sub("(?m)^voice: .*", f"voice: {{name: Ana, date: {day}}}", text)
        path.write_text(dated, encoding="utf-8")
    _, export = write(tmp_path, ANSWERS, f"key,owner\n{KEY}COL-01,Di\n")

    with (
        pytest.warns(StorageWarning, match="does not count"),
        pytest.raises(UsageError, match="no file that counts has steps"),
    ):
        sync(paths, export, SMALL, StepRequest())


@pytest.mark.parametrize("key", ["COL-01", "own-1"], ids=["of a question", "own"])
def test_sync_into_one_file_is_refused_when_the_export_is_of_two_voices(tmp_path, key):
    paths = voices(
        tmp_path,
        ana=f"steps: {ASKS.replace('COL-01', key)}\n",
        bo=f"steps: {CALLS.replace('COL-01', key)}\n",
    )
    both = load_combined(paths, SMALL)
    listed = steps(assess(SMALL, both))
    _, export = write(tmp_path, ANSWERS, table(listed))
    before = [path.read_bytes() for path in paths]

    for path in paths:
        with pytest.raises(DocumentError):
            sync([path], export, SMALL, StepRequest(date="2026-11-10"))
    with pytest.raises(DocumentError, match=f"is '{key}' here, and another voice has"):
        sync(paths[:1], export, SMALL, StepRequest(date="2026-11-10"))
    assert [path.read_bytes() for path in paths] == before


def test_sync_refuses_answers_from_standard_input(tmp_path):
    with pytest.raises(UsageError, match="name a file instead of -"):
        sync([Path("-")], tmp_path / "e.csv", SMALL, StepRequest())


def test_text_that_people_wrote_cannot_control_the_terminal_when_a_message_quotes_it(
    tmp_path,
):
    lines = run(tmp_path, ANSWERS, f"key,owner\n{KEY}COL-01,D\u202ei\n")

    assert "\u202e" not in lines[0]
