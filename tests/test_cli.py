"""The command line: output, errors and exit codes of the program."""

import json
import os
import re
from pathlib import Path

import pytest

from mlready import __version__, input_limits
from mlready.assessment.assess import assess
from mlready.cli import commands
from mlready.cli.inputs import load_questionnaire
from mlready.errors import UsageError
from mlready.model.questionnaire import Questionnaire
from mlready.report.markdown import blank_answers, markdown, printed_questions
from mlready.storage import answers_file
from tests.commands import Done, Run, contents
from tests.program import Program

ROOT = Path(__file__).parent.parent
SMALL = str(ROOT / "tests" / "data" / "small.yaml")
KICKOFF = ROOT / "questionnaires" / "kickoff.yaml"
ASSISTANT = ROOT / "questionnaires" / "examples" / "assistant.yaml"
STILTS = ROOT / "questionnaires" / "examples" / "stilts.yaml"

USAGE = """\
Usage: python -m mlready [OPTIONS] COMMAND [ARGS]...
"""
HELP = f"""{USAGE}
  Find out at kickoff whether a project is ready for ML, and whom to hire.

Options:
  --version  Show the version.
  --help     Show this message and exit.

Commands:
  interview  Ask the team, question by question, saving every answer.
  report     Score the answers and print the report.
  validate   Name every problem in answers files.
  lint       Name every problem in questionnaires, and what they change.
  blank      Print an answers file to fill in by hand, the questions as...
  questions  Print the questionnaire as a document, to read or to send...
  form       Make a page to answer in a browser, for people without a...
  demo       Print the report on a bundled example.
  ask        Print a few questions for a second person of this role.
  agenda     Print what a meeting must settle, and what it can leave.
  compare    Tell what changed between several answers of one team.
  portfolio  Print one table of many teams, and what several of them share.
  steps      Print the steps of the plan for a tracker or a calendar, or...
  template   Print the templates that ship with mlready, to start your...
"""
TRY_HELP = f"{USAGE}Try 'python -m mlready --help' for help.\n\n"
GOOD = "questionnaire: small\nversion: 1\nanswers: {COL-01: 3}\n"
BAD = "questionnaire: small\nversion: 1\nanswers: {COL-01: 9, COL-1: 2}\n"
FINE = "fine, 1 of 4 questions answered, 3 open"
BAD_LEVEL = 'expected a level from 0 to 4, unknown, or a mapping such as {na: "why"}'
BAD_ERRORS = (
    f"mlready: bad.yaml:3:19: {BAD_LEVEL}, found '9'\n"
    "mlready: bad.yaml:3:22: there is no question 'COL-1'; did you mean 'COL-01'?\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder with three answers files, one of them invalid."""
    monkeypatch.chdir(tmp_path)
    Path("stilts.yaml").write_bytes(STILTS.read_bytes())
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    Path("bad.yaml").write_text(BAD, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(here: Path, tmp_path_factory: pytest.TempPathFactory, program: Program) -> Run:
    variables = {"COLUMNS": "80", "TMPDIR": str(tmp_path_factory.mktemp("logs"))}

    def done(*args: str, **options) -> Done:
        environment = {**os.environ, **variables, **options.pop("env", {})}
        return program.run(*args, env=environment, **options)

    return done


@pytest.fixture(scope="session")
def report(kickoff: Questionnaire) -> str:
    sheet = answers_file.read(STILTS.read_bytes(), "stilts.yaml", kickoff)
    return markdown(assess(kickoff, sheet))


@pytest.mark.parametrize(
    ("args", "done"),
    [
        pytest.param(["--version"], Done(0, f"{__version__}\n", ""), id="version"),
        pytest.param(["--help"], Done(0, HELP, ""), id="help"),
        pytest.param([], Done(2, "", HELP), id="no arguments"),
        pytest.param(
            ["reprot"],
            Done(
                2,
                "",
                f"{TRY_HELP}Error: No such command 'reprot'. Did you mean 'report'?\n",
            ),
            id="misspelt command",
        ),
        pytest.param(
            ["--quiet"],
            Done(2, "", f"{TRY_HELP}Error: No such option: --quiet\n"),
            id="unknown option",
        ),
    ],
)
def test_program_without_a_valid_command_prints_its_version_or_help_or_an_error(
    run, args, done
):
    assert run(*args) == done


@pytest.mark.parametrize(
    ("args", "data"),
    [
        pytest.param(["report", "stilts.yaml"], b"", id="answers from a file"),
        pytest.param(
            ["report", "-"], STILTS.read_bytes(), id="answers from standard input"
        ),
        pytest.param(["demo"], b"", id="demo command"),
    ],
)
def test_report_is_printed_to_standard_output(run, report, args, data):
    assert run(*args, input=data) == Done(0, report, "")


def test_report_is_written_to_the_file_given_with_the_output_option(run, here, report):
    before = contents(here)
    assert run("report", "stilts.yaml", "-o", "r.md") == Done(0, "", "")
    assert contents(here) == {**before, "r.md": report.encode()}


def test_writing_a_report_to_a_link_replaces_the_target_of_the_link(run, here, report):
    Path("far.md").write_text(f"{report}and much more", encoding="utf-8")
    Path("r.md").symlink_to("far.md")
    assert run("report", "stilts.yaml", "--output", "r.md") == Done(0, "", "")
    assert Path("far.md").read_text(encoding="utf-8") == report
    assert Path("r.md").is_symlink()


def test_report_prints_the_date_given_with_the_date_option(run, report, kickoff):
    sheet = answers_file.read(STILTS.read_bytes(), "stilts.yaml", kickoff)
    dated = markdown(assess(kickoff, sheet), "St *Nicholas*")
    assert run("report", "stilts.yaml", "--date", "St *Nicholas*") == Done(0, dated, "")
    assert dated != report


@pytest.mark.parametrize(
    "date",
    [
        pytest.param(os.fsdecode(b"\xff"), id="invalid UTF-8"),
        pytest.param("\x1b[31m", id="control characters"),
        pytest.param("today\ntomorrow", id="two lines"),
    ],
)
def test_report_refuses_a_date_with_line_breaks_or_control_characters_or_invalid_utf_8(
    run, date
):
    assert run("report", "stilts.yaml", "--date", date) == Done(
        2, "", "mlready: --date: not readable as text\n"
    )


@pytest.mark.parametrize(
    ("date", "problem"),
    [
        pytest.param("2027-09-31", "there is no day 2027-09-31", id="31 September"),
        pytest.param("2026-12-32", "there is no day 2026-12-32", id="day 32"),
        pytest.param("20261220", "expected a day as YYYY-MM-DD", id="no hyphens"),
        pytest.param("2026-9-1", "expected a day as YYYY-MM-DD", id="no zeros"),
        pytest.param("2026/09/30", "expected a day as YYYY-MM-DD", id="slashes"),
        pytest.param("2026.09.30", "expected a day as YYYY-MM-DD", id="dots"),
        pytest.param("30-09-2026", "expected a day as YYYY-MM-DD", id="day first"),
        pytest.param(
            "2026-09-01 ", "expected a day as YYYY-MM-DD", id="space at the end"
        ),
    ],
)
def test_report_refuses_a_date_that_looks_like_a_day_but_is_none(run, date, problem):
    done = run("report", "stilts.yaml", "--fail-below", "ready", "--date", date)

    assert done == Done(2, "", f"mlready: --date: {problem}\n")


def test_report_uses_the_questionnaire_given_with_the_questionnaire_option(run, small):
    sheet = answers_file.read(GOOD.encode(), "good.yaml", small)
    done = run("report", "good.yaml", "-q", SMALL)
    assert done == Done(0, markdown(assess(small, sheet)), "")


@pytest.mark.parametrize(
    ("args", "done"),
    [
        pytest.param(
            ["good.yaml"],
            Done(0, "", "good.yaml: fine, 1 of 4 questions answered, 3 open\n"),
            id="valid file",
        ),
        pytest.param(["bad.yaml"], Done(3, "", BAD_ERRORS), id="invalid file"),
        pytest.param(
            ["bad.yaml", "good.yaml"],
            Done(
                3,
                "",
                f"{BAD_ERRORS}good.yaml: fine, 1 of 4 questions answered, 3 open\n",
            ),
            id="invalid and valid file",
        ),
        pytest.param(
            ["good.yaml", "none.yaml", "bad.yaml"],
            Done(
                5,
                "",
                "good.yaml: fine, 1 of 4 questions answered, 3 open\n"
                "mlready: none.yaml: cannot read: no such file or directory\n"
                f"{BAD_ERRORS}",
            ),
            id="valid, missing and invalid file",
        ),
    ],
)
def test_validate_reports_on_every_file_and_exits_with_the_highest_exit_code(
    run, args, done
):
    assert run("validate", *args, "-q", SMALL) == done


@pytest.mark.parametrize(
    ("data", "done"),
    [
        pytest.param(
            GOOD.encode(),
            Done(0, "", "standard input: fine, 1 of 4 questions answered, 3 open\n"),
            id="valid answers",
        ),
        pytest.param(
            b"",
            Done(
                3,
                "",
                "mlready: standard input:1:1: the file is empty; "
                "expected keys with values, such as 'name: Ana'\n",
            ),
            id="empty input",
        ),
    ],
)
def test_validate_reads_standard_input(run, data, done):
    assert run("validate", "-", "-q", SMALL, input=data) == done


def voice(text: str) -> str:
    return GOOD.replace("answers:", f"voice: {{{text}}}\nanswers:")


@pytest.mark.parametrize(
    ("texts", "code", "lines"),
    [
        pytest.param(
            [voice("name: Ana, role: analyst"), GOOD],
            0,
            [
                f"a.yaml: {FINE}, by Ana, analyst",
                f"b.yaml: {FINE}",
            ],
            id="person",
        ),
        pytest.param(
            [
                voice('present: "Ana, Bo", drafted: an assistant')
                + "voices: {v1: {name: Ana}, v2: {name: Bo}}\n"
            ],
            0,
            [
                (
                    f"a.yaml: {FINE}, by a meeting of Ana, Bo, drafted by an "
                    "assistant; keeps the answers of 2 voices"
                ),
            ],
            id="meeting",
        ),
        pytest.param(
            [voice(r'name: "\u001b[31mAna\n::error::x"')],
            0,
            [f"a.yaml: {FINE}, by ␛[31mAna␊: :error::x"],
            id="name with control characters",
        ),
        pytest.param(
            [voice('name: "\u05d0\u05e0\u05d4 \\u202e"')],
            0,
            [f"a.yaml: {FINE}, by \u05d0\u05e0\u05d4 ⟨U+202E⟩"],
            id="name written from right to left",
        ),
        pytest.param(
            [
                f"{voice('name: Ana')}project: {{name: Churn}}\n",
                voice("name: Ana"),
            ],
            3,
            [
                f"a.yaml: {FINE}, by Ana",
                f"b.yaml: {FINE}, by Ana",
                (
                    "mlready: b.yaml:3:1: a.yaml has the same voice, Ana, and 'date' "
                    "does not say which is later; leave one out, or give two dates; "
                    "two people need two names"
                ),
            ],
            id="one person twice, of which one file names no project",
        ),
        pytest.param(
            [
                voice("name: Ana"),
                f"{voice('name: Ana')}project: {{name: Churn}}\n",
                f"{voice('name: Ana')}project: {{name: Parcels}}\n",
            ],
            0,
            [
                f"a.yaml: {FINE}, by Ana",
                f"b.yaml: {FINE}, by Ana",
                f"c.yaml: {FINE}, by Ana",
                (
                    "mlready: warning: these files name different projects, and a "
                    "report reads only files of one project together: 'Churn' "
                    "(b.yaml), 'Parcels' (c.yaml)"
                ),
            ],
            id="one person in several projects",
        ),
        pytest.param(
            [
                voice("name: Ana"),
                voice("present: all") + "voices: {v1: {name: Ana}}\n",
            ],
            0,
            [
                f"a.yaml: {FINE}, by Ana",
                (f"b.yaml: {FINE}, by a meeting of all; keeps the answers of 1 voice"),
                (
                    "mlready: a.yaml:3:1: warning: b.yaml already keeps the answers of "
                    "Ana, and what was settled there counts; leave this file out"
                ),
            ],
            id="meeting and one of its voices",
        ),
        pytest.param(
            [voice("drafted: a bot"), voice("date: 2026-11-28")],
            0,
            [f"a.yaml: {FINE}, drafted by a bot", f"b.yaml: {FINE}, 2026-11-28"],
            id="draft and a file with a date only",
        ),
        pytest.param(
            [GOOD, GOOD],
            0,
            [
                f"a.yaml: {FINE}",
                f"b.yaml: {FINE}",
                (
                    "mlready: b.yaml:1:1: warning: holds exactly what a.yaml holds; "
                    "leave one of them out"
                ),
            ],
            id="copy of a file",
        ),
    ],
)
def test_validate_says_who_answered_and_whether_files_can_be_combined(
    run, texts, code, lines
):
    names = [f"{letter}.yaml" for letter, _ in zip("abc", texts, strict=False)]
    for name, text in zip(names, texts, strict=True):
        Path(name).write_text(text, encoding="utf-8")
    environment = {"GITHUB_ACTIONS": "true"}
    done = run("validate", *names, "-q", SMALL, env=environment)
    assert done == Done(code, "", "".join(f"{line}\n" for line in lines))


def test_validate_lists_answers_to_questions_that_do_not_apply(run):
    asked = "questionnaire: small\nversion: 1\nprofile: {approach: train}\n"
    text = f"{asked}answers: {{COL-01: 3, MOV-02: 1, AIM-01: 2}}\n"
    Path("more.yaml").write_text(text, encoding="utf-8")
    assert run("validate", "more.yaml", "-q", SMALL) == Done(
        0,
        "",
        (
            "more.yaml: fine, 2 of 4 questions answered, 2 open\n"
            "more.yaml: not asked of this team: MOV-02\n"
        ),
    )


def test_validate_lists_at_most_ten_answers_to_questions_that_do_not_apply(run):
    text = ASSISTANT.read_text(encoding="utf-8")
    text = text.replace("approach: pretrained\n", "approach: train\n")
    Path("own.yaml").write_text(text, encoding="utf-8")
    line = run("validate", "own.yaml").err.splitlines()[1]
    assert re.fullmatch(
        r"own\.yaml: not asked of this team: (\S+, ){9}\S+ and \d+ more", line
    )


def test_validate_and_json_report_give_the_same_number_of_answers(run):
    text = GOOD.replace("COL-01: 3", "COL-01: 3, MOV-01: unknown")
    Path("a.yaml").write_text(text, encoding="utf-8")
    validated = run("validate", "a.yaml", "-q", SMALL)
    report = run("report", "a.yaml", "-q", SMALL, "--format", "json")
    counts = json.loads(report.out)["counts"]
    assert counts == {"questions": 4, "answered": 1, "open": 3}
    assert validated.err == f"a.yaml: {FINE}\n"


def test_validate_warns_of_lines_and_remarks_that_are_only_a_word_or_a_number(run):
    remarks = (
        "COL-01: {level: 3, note: 12, evidence: No, by: no}\n  MOV-01: {na: yes}\n"
    )
    text = GOOD.replace("{COL-01: 3}\n", f"\n  {remarks}")
    lines = "background:\n  promise: 2.5\n  reader: yes\n"
    Path("a.yaml").write_text(f"{text}{lines}", encoding="utf-8")
    done = run("validate", "a.yaml", "-q", SMALL)
    assert (
        done.code,
        re.findall(r"yaml:(\d+):\d+: warning: '(.+?)' alone", done.err),
    ) == (
        0,
        [("4", "12"), ("4", "No"), ("5", "yes"), ("7", "2.5"), ("8", "yes")],
    )


@pytest.mark.parametrize("end", ["", "#\t\n"], ids=["fast parser", "YAML parser"])
def test_validate_warns_of_the_date_of_an_answer_when_it_is_no_day(run, end):
    answers = 'COL-01: {level: 3, date: "2020-03"}\n  MOV-01: {na: ours, on: in May}\n'
    text = GOOD.replace("{COL-01: 3}\n", f"\n  {answers}")
    Path("a.yaml").write_text(f"{text}{end}", encoding="utf-8")
    done = run("validate", "a.yaml", "-q", SMALL)
    told = "is not a date such as 2026-12-31, so it does not make the answer newer"
    found = re.findall(
        rf"a\.yaml:(\d+:\d+): warning: '(.+?)' {told} than the interview; write",
        done.err,
    )
    assert (done.code, found) == (0, [("4:28", "2020-03"), ("5:26", "in May")])


def test_field_with_null_or_a_tilde_counts_as_missing(run):
    empty = "\n  COL-01: {level: 3, note: %s, by: %s}\n  COL-02: %s\nprofile: %s\n"
    reports = []
    for nothing in ("", "null", "~"):
        text = GOOD.replace("{COL-01: 3}\n", empty.replace("%s", nothing))
        Path("a.yaml").write_text(f"{text}background: {{reader: {nothing}}}\n", "utf-8")
        reports.append(run("report", "a.yaml", "-q", SMALL, "--format", "json"))
    assert reports[0].code == 0
    assert reports[1:] == [reports[0], reports[0]]


def test_validate_with_open_option_lists_the_open_questions_of_each_file(run):
    text = "profile: {headcount: 5, approach: train, available: {analyst: 1}}\n"
    Path("a.yaml").write_text(f"{GOOD}background: {{reader: Ines}}\n{text}", "utf-8")
    Path("b.yaml").write_text(GOOD.replace("COL-01", "ABC-01"), encoding="utf-8")
    Path("c.yaml").write_text(f"{GOOD}ask: COL-01 AIM-01 approach\n", encoding="utf-8")
    done = run("validate", "a.yaml", "b.yaml", "c.yaml", "-q", SMALL, "--open")
    assert (done.code, done.out.splitlines()) == (
        3,
        [
            "a.yaml: open: 1 background line, 3 questions",
            "  background promise: Promise (ML engineer)",
            "  COL-02: Kept (the archivist)",
            "  MOV-01: Arrives (the keeper of the store)",
            "  AIM-01: Baseline (the analyst)",
            "c.yaml: open: 1 fact, 1 question",
            "  fact approach: Model",
            "  AIM-01: Baseline (the analyst)",
        ],
    )


@pytest.mark.parametrize(
    ("number", "args", "count", "last"),
    [
        pytest.param(
            30,
            ["validate"],
            30,
            "there is no question 'XYZ-1029'",
            id="validate",
        ),
        pytest.param(
            1001, ["validate"], 1001, "... and 1 more", id="validate, over a thousand"
        ),
        pytest.param(
            30,
            ["report"],
            21,
            "... and 10 more; mlready validate FILE names all",
            id="another command",
        ),
    ],
)
def test_only_validate_names_every_error_of_an_answers_file(
    run, number, args, count, last
):
    wrong = "".join(f"  XYZ-{1000 + each}: 1\n" for each in range(number))
    text = f"questionnaire: small\nversion: 1\nanswers:\n{wrong}"
    Path("a.yaml").write_text(text, encoding="utf-8")
    done = run(*args, "a.yaml", "-q", SMALL)
    lines = done.err.splitlines()
    assert (done.code, len(lines)) == (3, count)
    assert lines[-1].endswith(last)


@pytest.mark.parametrize(
    ("command", "count", "last"),
    [
        pytest.param(["lint", "q.yaml"], 26, "q.yaml: 26 errors", id="lint"),
        pytest.param(
            ["blank", "-q", "q.yaml"],
            21,
            "mlready: ... and 6 more; mlready lint FILE names all",
            id="another command",
        ),
    ],
)
def test_only_lint_names_every_error_of_a_questionnaire(run, command, count, last):
    text = Path(SMALL).read_text(encoding="utf-8")
    wrong = "".join(f"key{each}: 1\n" for each in range(26))
    Path("q.yaml").write_text(f"{text}{wrong}", encoding="utf-8")
    done = run(*command)
    found = [line for line in done.err.splitlines() if line.startswith("mlready: ")]
    assert (done.code, len(found)) == (3, count)
    assert done.err.splitlines()[-1] == last


def test_validate_with_open_option_says_when_nothing_is_open(run):
    Path("a.yaml").write_text(f"{GOOD}ask: COL-01\n", encoding="utf-8")
    done = run("validate", "a.yaml", "-q", SMALL, "--open")
    assert done == Done(
        0, "a.yaml: nothing open\n", "a.yaml: fine, 1 of 1 questions answered\n"
    )


def test_validate_does_not_list_details_of_an_express_sheet_as_open(run):
    text = run("blank", "--express").out
    Path("a.yaml").write_text(text, encoding="utf-8")
    done = run("validate", "a.yaml", "--open")
    listed = re.findall(r"^  ([a-z]+ )?(\S+):", done.out, re.MULTILINE)
    details = {
        fact.id for fact in load_questionnaire(None).profile if fact.only_for_details
    }
    core = {each.id for each in load_questionnaire(None).questions if each.express}
    assert {id_ for kind, id_ in listed if not kind} == core
    assert details.isdisjoint(id_ for _, id_ in listed)


def test_interview_refuses_the_options_for_short_form_and_full_form_at_the_same_time(
    run,
):
    done = run("interview", "--express", "--all")
    text = "--express asks only the core, --all everything; choose one"
    assert done == Done(2, "", f"mlready: {text}\n")


def test_blank_command_writes_no_file_that_exceeds_the_size_limit_of_answers_files(
    here, monkeypatch
):
    load_questionnaire(None)  # is read with the real limit
    monkeypatch.setattr(input_limits, "LIMIT", 1000)
    with pytest.raises(UsageError, match="larger than 1 MiB, and could not be read"):
        commands.blank(output=Path("b.yaml"))
    assert not Path("b.yaml").exists()


def test_blank_answers_file_never_replaces_an_existing_file(run, here):
    before = contents(here)
    refused = "mlready: stilts.yaml: exists; a blank file must not replace answers\n"
    assert run("blank", "-o", "stilts.yaml") == Done(2, "", refused)
    assert contents(here) == before


def test_date_filled_in_a_blank_answers_file_is_the_day_of_the_interview(run, kickoff):
    run("blank", "-o", "mine.yaml")
    text = Path("mine.yaml").read_text(encoding="utf-8")
    filled = text.replace("\n  date:\n", "\n  date: 2026-11-22\n").encode()

    assert answers_file.read(filled, "mine.yaml", kickoff).voice.date == "2026-11-22"


@pytest.mark.parametrize(
    "express", [[], ["--express"]], ids=["full scope", "express scope"]
)
@pytest.mark.parametrize(
    "level", ["", " 2", " unknown", " {na: why}", " {note: later}"]
)
def test_blank_answers_file_is_valid_when_filled_in(run, express, level):
    assert run("blank", *express, "-o", "mine.yaml") == Done(0, "", "")
    text = Path("mine.yaml").read_text(encoding="utf-8")
    filled, count = re.subn(r"(?m)^( +[A-Z]{3}-\d\d:)$", rf"\1{level}", text)
    assert count >= 11
    Path("mine.yaml").write_text(filled, encoding="utf-8")
    given = 0 if level in {"", " unknown", " {note: later}"} else count
    done = run("validate", "mine.yaml")
    assert (done.code, done.out) == (0, "")
    asked = int(re.findall(r" of (\d+) questions answered", done.err)[0])
    summary = done.err.splitlines()[0].removesuffix(f", {asked} open")
    answered = f"{min(given, asked)} of {asked} questions answered"
    assert summary == f"mine.yaml: fine, {answered}"


@pytest.mark.parametrize(
    ("args", "render"),
    [
        pytest.param(["questions"], printed_questions, id="questions command"),
        pytest.param(
            ["blank"], lambda q: blank_answers(q, express=False), id="blank command"
        ),
        pytest.param(
            ["blank", "--express"],
            lambda q: blank_answers(q, express=True),
            id="blank command, express scope",
        ),
    ],
)
def test_commands_questions_and_blank_print_their_result_or_write_it_to_a_file(
    run, kickoff, small, args, render
):
    assert run(*args) == Done(0, render(kickoff), "")
    assert run(*args, "--questionnaire", SMALL) == Done(0, render(small), "")
    assert run(*args, "-o", "made") == Done(0, "", "")
    assert Path("made").read_text(encoding="utf-8") == render(kickoff)


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        pytest.param(
            ["report", "none.yaml"],
            5,
            "none.yaml: cannot read: no such file or directory",
            id="missing answers file",
        ),
        pytest.param(
            ["report", "stilts.yaml", "-q", "none.yaml"],
            5,
            "none.yaml: cannot read: no such file or directory",
            id="missing questionnaire",
        ),
        pytest.param(
            ["report", "stilts.yaml", "-o", "none/r.md"],
            5,
            "none/r.md: cannot write: no such file or directory",
            id="missing output folder",
        ),
        pytest.param(
            ["report", "stilts.yaml", "-o", "loop"],
            5,
            "loop: cannot write: too many levels of symbolic links",
            id="link to itself",
        ),
        pytest.param(
            ["report", "stilts.yaml", "-o", "a" * 300],
            5,
            f"{'a' * 300}: cannot write: file name too long",
            id="long name",
        ),
        pytest.param(
            ["report", "stilts.yaml", "-q", SMALL],
            3,
            "stilts.yaml:2:16: these answers belong to questionnaire 'kickoff', "
            "not to 'small'; name the right one with -q",
            id="answers to another questionnaire",
        ),
        pytest.param(
            ["questions", "-q", "good.yaml"],
            3,
            "good.yaml:1:1: these are answers, not a questionnaire; check them with "
            "mlready validate",
            id="answers file given as questionnaire",
        ),
        pytest.param(
            ["report", "\x1b[31m\u202e"],
            5,
            "␛[31m⟨U+202E⟩: cannot read: no such file or directory",
            id="file name with control characters",
        ),
    ],
)
def test_command_line_error_messages_begin_with_the_program_name(
    run, here, args, code, message
):
    Path("loop").symlink_to("loop")
    done = run(*args)
    assert (done.code, done.out) == (code, "")
    assert done.err.splitlines()[0] == f"mlready: {message}"


def test_control_characters_in_file_names_are_escaped_for_the_terminal(run):
    Path("\x1b[31m").write_text(GOOD, encoding="utf-8")
    assert run("validate", "\x1b[31m", "-q", SMALL) == Done(
        0, "", "␛[31m: fine, 1 of 4 questions answered, 3 open\n"
    )


def test_control_characters_in_file_content_are_escaped_for_the_terminal(run):
    text = 'questionnaire: small\nversion: 1\nanswers: {COL-01: "\\e[31m\\u202e9"}\n'
    Path("bad.yaml").write_text(text, encoding="utf-8")
    assert run("validate", "bad.yaml", "-q", SMALL) == Done(
        3, "", f"mlready: bad.yaml:3:19: {BAD_LEVEL}, found '␛[31m⟨U+202E⟩9'\n"
    )


@pytest.mark.parametrize(
    "env",
    [
        pytest.param({"PYTHONHASHSEED": "0"}, id="hash seed 0"),
        pytest.param({"PYTHONHASHSEED": "1"}, id="hash seed 1"),
        pytest.param({"PYTHONHASHSEED": "random"}, id="random hash seed"),
        pytest.param(
            {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
            id="ASCII locale",
        ),
        pytest.param({"PYTHONIOENCODING": "latin-1"}, id="Latin-1 output"),
        pytest.param({"TZ": "Pacific/Kiritimati"}, id="time zone already in tomorrow"),
        pytest.param({"TZ": "Etc/GMT+12"}, id="time zone still in yesterday"),
        pytest.param({"COLUMNS": "20", "NO_COLOR": "1"}, id="narrow terminal"),
    ],
)
@pytest.mark.parametrize("command", ["demo", "questions", "blank"])
def test_printed_documents_do_not_depend_on_locale_or_time_zone_or_hash_seed(
    run, kickoff, report, env, command
):
    documents = {
        "demo": report,
        "questions": printed_questions(kickoff),
        "blank": blank_answers(kickoff, express=False),
    }
    assert run(command, env=env) == Done(0, documents[command], "")


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_printed_report_is_utf_8_in_any_locale(run, kickoff, locale):
    text = "questionnaire: kickoff\nversion: 2\nproject: {name: Żółw 😀}\n"
    Path("ż.yaml").write_text(text, encoding="utf-8")
    sheet = answers_file.read(text.encode(), "ż.yaml", kickoff)
    env = {"LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    expected = markdown(assess(kickoff, sheet))
    assert run("report", "ż.yaml", env=env) == Done(0, expected, "")
