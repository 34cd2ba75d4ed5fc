"""The command portfolio: documents, and messages about unusable files."""

import csv
import io
import json
import os
import re
from html import unescape
from pathlib import Path

import jsonschema_rs
import pytest
from markdown_it import MarkdownIt

from mlready.assessment.portfolio import portfolio
from mlready.cli.app import progress_bar
from mlready.cli.commands import app
from mlready.cli.portfolio_files import Settings, read_teams
from mlready.csv_cells import BYTE_ORDER_MARK
from mlready.model.answers import Answer, AnswerSheet, PlanStep
from mlready.report.options import PortfolioFormat
from mlready.report.portfolio import (
    COLUMNS,
    PortfolioSource,
    portfolio_data,
    portfolio_document,
)
from mlready.storage import answers_file
from tests.commands import Done, Run
from tests.html_page import Parsed
from tests.samples import ANCHORS, KICKOFF, ROOT, answered_by, drafted, example

SCHEMA = ROOT / "questionnaires" / "schema" / "portfolio.json"
LATE = {"ask": PlanStep("Ask Zaphod for the key", "Trillian", "2026-11-30")}


def save(path: Path, sheet: AnswerSheet) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(answers_file.dump(sheet, KICKOFF), encoding="utf-8")
    return path


def document(folder: Path, form: PortfolioFormat, **options: bool) -> str:
    """Return the portfolio of a folder as a document, dated 2026-12-01."""
    date = "2026-12-01"
    settings = Settings(KICKOFF, date, *options.values())
    read = read_teams([folder], settings, 1)
    source = PortfolioSource(
        read.files,
        read.bad_files,
        date,
        replaced=read.replaced,
        unread=read.unread,
        **options,
    )
    return portfolio_document(portfolio(KICKOFF, read.teams), source, form)


@pytest.fixture
def teams(tmp_path: Path) -> Path:
    """A folder with three teams; one of them has two voices."""
    folder = tmp_path / "teams"
    save(folder / "opinions.yaml", example("assistant"))
    save(folder / "churn.yaml", example("stilts")._replace(steps=LATE))
    for name, role in (("ana", "data_engineer"), ("bo", "owner")):
        voice = answered_by(example("ready"), name, role)
        save(folder / "parcels" / f"{name}.yaml", voice)
    return folder


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Return a function that runs the command ``portfolio`` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def done(*args: str) -> Done:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            app(["portfolio", *args])
        out, err = capfd.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return done


def test_portfolio_names_the_teams_that_could_start_modelling_after_one_hire(
    teams: Path,
):
    text = document(teams, PortfolioFormat.MD)

    assert text.startswith("# 3 teams\n")
    assert (
        "**A data engineer would unblock 1 of 3 teams:** Ask our past opinions." in text
    )
    assert "One that should hire one first must fix other layers as well: Churn" in text
    assert "*Move and store* is weak in **2 of 3 teams**" in text
    assert "**Permission to use**" not in text  # it stands in one team only
    assert "**How data arrives**, in 2 of 3 teams" in text


def test_portfolio_table_has_a_row_for_each_team(teams: Path):
    lines = document(teams, PortfolioFormat.MD).splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("|")]
    table = [[cell.strip() for cell in row] for row in rows]

    assert table[2:] == [
        ["Ask our past opinions", "Not yet", "Move and store", "data engineer", ""],
        [
            "Churn early warning", "Not yet", "Move and store", "data engineer",
            "2026-11-30: Ask Zaphod for the key (Trillian)",
        ],
        ["Late parcels (2 voices)", "Ready", "none", "ML engineer", ""],
    ]  # fmt: skip


def test_portfolio_marks_a_ready_verdict_of_one_voice_as_unconfirmed(tmp_path: Path):
    save(tmp_path / "a.yaml", example("ready"))

    assert "| Ready, only claimed | none | ML engineer, once confirmed |" in document(
        tmp_path, PortfolioFormat.MD
    )


def test_portfolio_says_of_a_draft_that_it_is_one_and_that_two_must_confirm_it(
    tmp_path: Path,
):
    save(tmp_path / "a.yaml", drafted("ready"))
    page = document(tmp_path, PortfolioFormat.MD)

    assert "| Ready (a draft) | none | ML engineer, once confirmed |" in page
    assert "In 1 it waits for two people who confirm a draft." in page
    assert "second person" not in page
    assert "in 0." not in page


def test_teams_of_the_same_name_are_shown_with_their_file_names(tmp_path: Path):
    for folder in "ab":
        save(tmp_path / folder / "mlready.yaml", example("stilts"))
    page = Parsed(document(tmp_path, PortfolioFormat.HTML))
    names = [text for within, text in page.texts if within[-1:] == ("span",)]

    assert {*names} - {"Ask Zaphod for the key", "Trillian"} == {
        f"Churn early warning ({tmp_path}/{folder}/mlready.yaml)" for folder in "ab"
    }


@pytest.mark.parametrize("options", [{}, {"redacted": True}, {"anonymous": True}])
def test_portfolio_json_is_valid_by_its_schema(teams: Path, options: dict[str, bool]):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    options = {"redacted": False, "anonymous": False, **options}
    data = json.loads(document(teams, PortfolioFormat.JSON, **options))

    assert [str(error) for error in jsonschema_rs.iter_errors(schema, data)] == []
    assert [team["verdict"] for team in data["teams"]] == [
        {"id": "not_yet", "confirmed": True, "settled": True},
        {"id": "not_yet", "confirmed": True, "settled": True},
        {"id": "ready", "confirmed": True, "settled": True},
    ]
    assert data["hires"][0]["unblocks"] == [1]


def test_portfolio_lists_for_each_layer_the_teams_in_which_it_is_weak():
    read = read_teams([path.parent for path in ANCHORS[:1]], Settings(KICKOFF), 1)
    data = portfolio_data(portfolio(KICKOFF, read.teams), PortfolioSource(read.files))

    for each in data["layers"]:
        id_, teams = each["layer"]["id"], data["teams"]
        assert each["failing_in"] == [
            team["number"] for team in teams if id_ in team["mend"]["broken"]
        ]
        assert set(each["first_in"]) <= set(each["failing_in"])
    weak = [len(each["failing_in"]) for each in data["layers"]]
    assert weak == sorted(weak, reverse=True)


@pytest.mark.parametrize("form", PortfolioFormat)
@pytest.mark.parametrize("option", ["redacted", "anonymous"])
def test_portfolio_hides_texts_if_redacted_and_names_of_voices_if_anonymous(
    teams: Path, form: PortfolioFormat, option: str
):
    redacted = option == "redacted"
    text = document(teams, form, redacted=redacted, anonymous=not redacted)
    hidden = r"yaml|Zaphod|Trillian|Churn" if redacted else r"yaml|ana\b|bo\b"

    assert re.findall(hidden, text) == []
    assert ("Team 2" in text) is redacted


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "[a](javascript:alert(1)) ![b](https://example.com/x.png)",
        "a | b <br> `c` *d* @everyone https://example.com",
        "{{ 7*7 }} {% raw %}",
    ],
)
def test_markup_in_text_that_people_wrote_is_escaped_in_a_portfolio(
    tmp_path: Path, text: str
):
    steps = {"x": PlanStep("Ask them", text.strip() or "-", "2026-11-30")}
    sheet = example("stilts")._replace(name=text, steps=steps)
    save(tmp_path / "a.yaml", sheet._replace(name=f"{text} a"))
    page = Parsed(document(tmp_path, PortfolioFormat.HTML))
    tags = [tag for tag, _ in page.elements]
    rendered = MarkdownIt("gfm-like").render(document(tmp_path, PortfolioFormat.MD))

    assert tags.count("script") == 1
    assert {"img", "a"} & {*tags} == set()
    assert text in "".join(text for _, text in page.texts)
    assert re.findall(r"<(?:a|img|script)\b", rendered) == []


def test_overdue_step_is_marked_as_a_quotation_only_if_the_team_wrote_it(
    tmp_path: Path,
):
    own = PlanStep("Ask legal", "Bo", "2026-01-02")
    steps = {"hires-data_engineer": PlanStep(due="2026-01-01"), "ask": own}
    for name, keys in (("a", ["ask"]), ("b", [*steps])):
        sheet = example("assistant")._replace(steps={key: steps[key] for key in keys})
        save(tmp_path / f"{name}.yaml", sheet)
    settings = Settings(KICKOFF, "2026-02-01")
    found = portfolio(KICKOFF, read_teams([tmp_path], settings, 1).teams)
    text = portfolio_document(
        found, PortfolioSource(2, date=settings.date), PortfolioFormat.HTML
    )

    assert '2026-01-02: <span class="said">Ask legal</span>' in text
    assert ">2026-01-01: Hire a data engineer; 1 more<" in text


def test_portfolio_page_allows_only_its_own_style_and_script(teams: Path):
    text = document(teams, PortfolioFormat.HTML)
    (found,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    policy = unescape(found)

    assert policy.startswith("default-src 'none';")
    assert policy.count("sha256-") == 3
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("names", "verdict", "counted"),
    [
        pytest.param(
            ["Ana", "Bo"], "Nearly ready", "In 1 it waits for points", id="two people"
        ),
        pytest.param(
            ["Ana"],
            "Nearly ready, only claimed",
            "In 1 it waits for points",
            id="one person",
        ),
    ],
)
def test_portfolio_calls_a_team_nearly_ready_if_points_must_be_settled(
    tmp_path: Path, names: list[str], verdict: str, counted: str
):
    sheet = example("ready")
    refused = sheet._replace(answers={**sheet.answers, "COL-04": Answer(0)})
    for name in names:
        save(tmp_path / f"{name}.yaml", answered_by(refused, name))
    text = document(tmp_path, PortfolioFormat.MD)
    data = json.loads(document(tmp_path, PortfolioFormat.JSON))

    assert "Modelling may start in **0 of 1 team**" in text
    assert counted in text
    assert f"| {verdict} |" in text
    assert f",{verdict}," in document(tmp_path, PortfolioFormat.CSV).replace('"', "")
    assert not data["teams"][0]["verdict"]["settled"]


def test_portfolio_names_no_layer_to_fix_first_if_no_machine_learning_is_needed(
    tmp_path: Path,
):
    sheet = example("stilts")
    profile = {**sheet.profile, "simple_way": "reaches"}
    save(tmp_path / "a.yaml", sheet._replace(profile=profile))
    data = json.loads(document(tmp_path, PortfolioFormat.JSON))

    assert "| No machine learning needed | none |" in document(
        tmp_path, PortfolioFormat.MD
    )
    assert data["teams"][0]["mend"]["first"] is None


def test_csv_of_a_portfolio_contains_no_formulas(tmp_path: Path):
    save(tmp_path / "a.yaml", example("stilts")._replace(name="=1+1", steps=LATE))
    text = document(tmp_path, PortfolioFormat.CSV)
    heads, row = csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK)))

    assert tuple(heads) == COLUMNS
    assert row[0] == "'=1+1"
    assert row[2:7] == ["Not yet", "", "Move and store", "yes", "data engineer"]
    assert row[-4:] == ["2026-11-30", "Ask Zaphod for the key", "Trillian", "1"]


def test_invalid_file_is_reported_on_one_line_and_the_other_files_are_read(
    run: Run, teams: Path
):
    (teams / "wrong.yaml").write_text(
        "questionnaire: kickoff\nversion: two\nanswers: 9\n"
    )
    (teams / "theirs.yaml").write_text(
        "questionnaire: other\nversion: 1\nanswers: {}\n"
    )
    done = run("teams")
    lines = done.err.splitlines()

    assert done.code == 3
    assert done.out.startswith("# 3 teams\n")
    assert "2 of 6 files could not be used" in done.out
    assert "mlready: teams/theirs.yaml:1:16: these answers belong to" in lines[0]
    assert re.match(r"mlready: teams/wrong.yaml:2:10: .*1 more in this file", lines[1])
    assert lines[2] == (
        "mlready: 2 of 6 files are left out, because of the problems above"
    )
    assert len(lines) == 3


def test_page_without_a_usable_file_is_written_and_names_the_files(run: Run):
    Path("teams").mkdir()
    Path("teams/wrong.yaml").write_text("questionnaire: kickoff\nversion: two\n")
    done = run("teams", "-o", "all.md")

    assert done.code == 3
    assert Path("all.md").read_text(encoding="utf-8") == (
        "# 0 teams\n\n"
        "1 of 1 files could not be used and is missing here: teams/wrong\\.yaml.\n"
    )


def test_page_names_a_file_instead_of_which_another_one_counts(run: Run, teams: Path):
    ana = answered_by(example("ready"), "Ana", "data_engineer")
    for year in ("2024", "2025"):
        dated = ana._replace(voice=ana.voice._replace(date=f"{year}-01-01"))
        save(teams / "parcels" / f"{year}.yaml", dated)
    (teams / "parcels" / "ana.yaml").unlink()
    done = run("teams")

    assert done.code == 0
    assert "other files of the same people are: teams/parcels/2024" in done.out
    assert "Late parcels (2 voices)" in done.out
    assert run("teams", "--anonymous").out.count("2024") == 0
    data = json.loads(run("teams", "--format", "json").out)
    assert data["not_counted"] == ["teams/parcels/2024.yaml"]
    assert data["counts"]["not_counted"] == 1


def test_portfolio_of_a_folder_reads_only_answers_files(run: Run, teams: Path):
    save(teams / ".hidden.yaml", example("ready"))
    save(teams / ".git" / "a.yaml", example("ready"))
    save(teams / "backup.yaml.txt", example("ready"))
    (teams / "compose.yml").write_text("services: {}\n")
    done = run("teams", "--format", "json")

    assert done.code == 0
    assert json.loads(done.out)["counts"]["teams"] == 3
    assert done.err == (
        "mlready: 1 other YAML file is no answers file and was left out: "
        "teams/compose.yml\n"
    )


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(
            answers_file.dump(example("ready"), KICKOFF).encode("utf-16"),
            "1:1: not UTF-8 text",
            id="UTF-16",
        ),
        pytest.param(b"a: [\n", "2:1: not readable as YAML", id="broken"),
        pytest.param(b"", "1:1: the file is empty", id="empty"),
        pytest.param(b"# later\n", "1:1: the file is empty", id="only a comment"),
    ],
)
def test_portfolio_names_a_file_that_cannot_be_read(
    run: Run, teams: Path, data: bytes, problem: str
):
    (teams / "kim.yaml").write_bytes(data)
    done = run("teams")

    assert done.code == 3
    assert done.err.startswith(f"mlready: teams/kim.yaml:{problem}")
    assert "1 of 5 files could not be used and is missing here: teams/kim" in done.out


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: 1\n---\nb: 1\n", id="two documents"),
        pytest.param("- hosts: all\n", id="list"),
        pytest.param("a: !Ref x\n", id="tag"),
        pytest.param(f"a: {'x' * 2**20}\n", id="large"),
    ],
)
def test_portfolio_leaves_out_yaml_of_other_programs_without_an_error(
    run: Run, teams: Path, text: str
):
    (teams / "other.yaml").write_text(text)
    done = run("teams")

    assert done.code == 0
    assert done.err.endswith("was left out: teams/other.yaml\n")


def test_file_that_is_found_twice_counts_once_in_a_portfolio(run: Run, teams: Path):
    (teams / "link.yaml").symlink_to("churn.yaml")
    (teams / "parcels" / "loop").symlink_to("..")
    (teams / "me.yaml").symlink_to("me.yaml")
    once = run("teams")
    twice = run("teams/churn.yaml", "teams", "./teams/parcels", "teams/churn.yaml")

    assert once.out.count("Churn early warning |") == 1
    assert twice.out == once.out
    assert "me.yaml: cannot read: too many levels of symbolic links" in once.err
    assert once.code == twice.code == 5


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("none.yaml", "none.yaml: cannot read: no such file or directory"),
        ("none", "none: cannot read: no such file or directory"),
        ("empty", "empty: no answers file (*.yaml, *.yml) in it"),
    ],
)
def test_missing_file_or_empty_folder_is_reported_on_one_line(
    run: Run, teams: Path, source: str, message: str
):
    (teams.parent / "empty").mkdir()
    done = run("teams", source)

    assert (done.code, done.out[:9]) == (5, "# 3 teams")
    assert done.err.startswith(f"mlready: {message}\n")
    sentence = f"No answers could be read from 1 path: {source}.".replace(".y", "\\.y")
    assert sentence in done.out
    assert run(source) == Done(5, f"# 0 teams\n\n{sentence}\n", done.err)
    assert f": {source}" not in run("teams", source, "--anonymous").out
    data = json.loads(run("teams", source, "--format", "json").out)
    assert (data["counts"]["files"], data["not_used"]) == (4, [source])


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads all")
def test_unreadable_folder_is_reported_on_one_line(run: Run, teams: Path):
    (teams / "parcels").chmod(0)
    done = run("teams")
    (teams / "parcels").chmod(0o755)

    assert done.code == 5
    assert "teams/parcels: cannot read: permission denied" in done.err


def test_order_of_the_files_given_does_not_change_a_portfolio(run: Run, teams: Path):
    files = [str(path) for path in sorted(teams.rglob("*.yaml"))]

    assert run(*files) == run(*reversed(files))
    assert run(*files).out == run(str(teams)).out


def test_portfolio_is_written_to_a_file_but_never_over_an_answers_file(
    run: Run, teams: Path
):
    assert run("teams", "-o", "all.md") == Done(0, "", "")
    assert Path("all.md").read_text(encoding="utf-8") == run("teams").out
    assert run("teams", "-o", "teams/churn.yaml").code == 2


@pytest.mark.parametrize("arguments", [["teams", "--date", "today"], ["teams", "-"]])
def test_portfolio_command_refuses_a_hyphen_for_standard_input_and_an_invalid_date(
    run: Run, teams: Path, arguments: list[str]
):
    assert run(*arguments).code == 2


def test_answers_dated_after_the_portfolio_are_reported_with_line_and_column(
    run: Run, teams: Path
):
    late = answered_by(example("ready"), "Ana", date="2026-12-03")
    save(teams / "late.yaml", late._replace(name="Late"))
    done = run("teams", "--date", "2026-12-01")

    assert done.code == 3
    assert re.match(r"mlready: teams/late.yaml:5:9: 2026-12-03 is later", done.err)
    assert run("teams").code == 0


def test_progress_bar_shows_how_many_files_are_read(
    monkeypatch: pytest.MonkeyPatch,
):
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stderr", terminal)
    with progress_bar() as progress:
        progress(1, 4)
        progress(4, 4)

    assert " 25%" in terminal.getvalue()
    assert "100%" in terminal.getvalue()
    assert terminal.getvalue().endswith("\n")
