"""Portfolios: which files are one team, the advice to each team, overdue steps."""

from pathlib import Path

import pytest

from mlready.assessment.assess import assess
from mlready.assessment.portfolio import (
    OverdueStep,
    portfolio,
    team_advice,
    unblocking_roles,
)
from mlready.assessment.staffing import HoldReason
from mlready.assessment.voices import combine
from mlready.cli.portfolio_files import Reading, Settings, read_teams
from mlready.model.answers import EXPRESS, Answer, AnswerSheet, PlanStep, Voice
from mlready.storage import answers_file
from tests.samples import ANCHORS, EXAMPLES, KICKOFF, answered_by, example, read_sheet

SHEETS = [read_sheet(path) for path in (*ANCHORS, *EXAMPLES)]


def write(path: Path, sheet: AnswerSheet) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(answers_file.dump(sheet, KICKOFF), encoding="utf-8")
    return path


def read(*sources: Path, processes: int = 1) -> Reading:
    return read_teams(sources, Settings(KICKOFF), processes)


def names(reading: Reading) -> list[str]:
    return [team.name for team in reading.teams]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_portfolio_and_report_give_a_team_the_same_advice(sheet: AnswerSheet):
    result, advice = assess(KICKOFF, sheet), team_advice(KICKOFF, sheet)
    first, hire = result.diagnosis.priority_layer, result.staffing.first_hire

    assert advice.verdict == result.diagnosis.verdict
    assert advice.confirmed == result.confirmation.verdict
    assert advice.priority_layer == (first.id if first else "")
    if not advice.hire_claimed:
        assert advice.first_hire == (hire.id if hire else "")
    assert advice.hold_reason == result.staffing.hold_reason


def test_hire_lets_modelling_start_if_the_role_fixes_all_low_layers():
    sheet = example("assistant")
    result = assess(KICKOFF, sheet)

    assert unblocking_roles(result.diagnosis, result.staffing) == ("data_engineer",)


def test_no_hire_is_said_to_let_modelling_start_if_the_data_may_not_be_used():
    sheet = example("assistant")
    denied = {**sheet.answers, "COL-04": Answer(level=0)}
    result = assess(KICKOFF, sheet._replace(answers=denied))

    assert unblocking_roles(result.diagnosis, result.staffing) == ()


def test_hire_that_cannot_be_paid_is_listed_as_useful_but_not_as_first_hire(
    tmp_path: Path,
):
    sheet = example("assistant")
    write(
        tmp_path / "a.yaml", sheet._replace(profile={**sheet.profile, "openings": "0"})
    )
    found = portfolio(KICKOFF, read(tmp_path).teams)

    assert found.teams[0].advice.hold_reason is HoldReason.NO_POST
    assert found.hires[0].unblocks == found.hires[0].without_post == (0,)
    assert found.hires[0].first_in == ()


@pytest.mark.parametrize(
    ("key", "step", "answer", "late"),
    [
        ("MOV-01", PlanStep(due="2026-11-30"), 1, True),
        ("MOV-01", PlanStep(due="2026-12-01"), 1, False),
        ("MOV-01", PlanStep(due="2026-11-30", done="2026-11-29"), 1, False),
        ("MOV-01", PlanStep(due="2026-11-30"), 4, False),
        ("MOV-01", PlanStep(due="2026-11-30"), None, True),
        ("ask", PlanStep("Ask legal", "Bo", "2026-11-30"), 1, True),
        ("ask", PlanStep("Ask legal", "Bo"), 1, False),
    ],
    ids=[
        "due before the day",
        "due on the day",
        "done",
        "answer is good enough by now",
        "answer is open",
        "step of the team's own",
        "no date",
    ],
)
def test_step_of_a_question_is_overdue_until_done_or_no_longer_needed(
    key: str,
    step: PlanStep,
    answer: int | None,
    late: bool,  # noqa: FBT001 - a parameter of the test
):
    sheet = example("assistant")
    answers = {**sheet.answers, "MOV-01": Answer(level=answer)}
    sheet = sheet._replace(answers=answers, steps={key: step})

    assert bool(team_advice(KICKOFF, sheet, "2026-12-01").overdue) is late
    assert team_advice(KICKOFF, sheet).overdue == ()


def test_hiring_step_past_its_date_is_overdue_only_while_the_role_is_missing():
    late = {"hires-data_engineer": PlanStep(owner="Bo", due="2026-11-30")}
    sheet = example("assistant")._replace(steps=late)
    filled = sheet._replace(
        profile={**sheet.profile, "hands": "unsure"},
        available={**sheet.available, "data_engineer": 3},
    )

    found, none = (
        team_advice(KICKOFF, each, "2026-12-01").overdue for each in (sheet, filled)
    )
    assert found == (OverdueStep("2026-11-30", "", "Bo", "data_engineer"),)
    assert none == ()


def test_hire_of_a_role_that_nobody_counts_is_overdue_once():
    late = {"hires-legal": PlanStep(what="Hire a lawyer", due="2026-11-30")}
    sheet = example("assistant")._replace(steps=late)

    found = team_advice(KICKOFF, sheet, "2026-12-01").overdue
    assert [each.what for each in found] == ["Hire a lawyer"]


def test_confirmation_step_is_overdue_until_a_second_voice_confirms_the_claims():
    late = {"confirms": PlanStep(owner="Bo", due="2026-11-30")}
    claimed = answered_by(example("ready"), "Ana", "data_engineer")
    confirmed = combine(KICKOFF, [claimed, answered_by(claimed, "Bo", "owner")])

    found, none = (
        team_advice(KICKOFF, each._replace(steps=late), "2026-12-01").overdue
        for each in (claimed, confirmed)
    )
    assert found == (OverdueStep("2026-11-30", "", "Bo"),)
    assert none == ()


def test_files_of_named_voices_on_one_project_in_a_folder_are_one_team(
    tmp_path: Path,
):
    sheet = example("ready")
    write(tmp_path / "a" / "ana.yaml", answered_by(sheet, "Ana", "data_engineer"))
    write(tmp_path / "a" / "bo.yaml", answered_by(sheet, "Bo", "owner"))
    reading = read(tmp_path)

    assert [len(team.files) for team in reading.teams] == [2]
    assert reading.teams[0].advice.confirmed
    assert reading.remarks == []


@pytest.mark.parametrize(
    ("files", "voices", "replaced"),
    [
        pytest.param(["ana.yaml", "bo.yaml"], 2, [], id="two people"),
        pytest.param(["old.yaml", "ana.yaml", "bo.yaml"], 2, ["old.yaml"], id="older"),
        pytest.param(["ana.yaml", "copy.yaml", "bo.yaml"], 2, ["copy.yaml"], id="copy"),
        pytest.param(["room.yaml"], 2, [], id="meeting"),
        pytest.param(["room.yaml", "cy.yaml"], 3, [], id="meeting and another person"),
        pytest.param(
            ["room.yaml", "new.yaml"], 2, [], id="meeting and somebody of it anew"
        ),
        pytest.param(
            ["room.yaml", "ana.yaml", "bo.yaml"],
            2,
            ["ana.yaml", "bo.yaml"],
            id="meeting and its voices",
        ),
    ],
)
def test_portfolio_counts_people_and_names_files_that_do_not_count(
    tmp_path: Path, files: list[str], voices: int, replaced: list[str]
):
    old, ana, bo, cy, new = (
        answered_by(example("ready"), name)._replace(voice=Voice(name, date=date))
        for name, date in (
            ("Ana", "2026-09-01"),
            ("ANA", "2026-10-01"),
            ("Bo", "2026-10-01"),
            ("Cy", "2026-10-01"),
            ("Bo", "2026-12-01"),
        )
    )
    room = combine(KICKOFF, [ana, bo])._replace(voice=Voice(present="Ana, Bo"))
    sheets = {"old": old, "ana": ana, "copy": ana, "bo": bo, "cy": cy, "room": room}
    sheets["new"] = new
    for file in files:
        write(tmp_path / file, sheets[file.removesuffix(".yaml")])
    reading = read(tmp_path)

    assert [team.voices for team in reading.teams] == [voices]
    assert [Path(each).name for each in reading.replaced] == replaced
    assert [
        each.split(":")[0].rsplit("/", 1)[1] for each in reading.remarks
    ] == replaced
    assert reading.bad == []


def test_files_of_one_person_without_different_dates_are_left_out_but_no_others(
    tmp_path: Path,
):
    ana, bo = (answered_by(example("ready"), name) for name in ("Ana", "Bo"))
    write(tmp_path / "ana.yaml", ana)
    write(tmp_path / "ana (copy).yaml", ana._replace(slice="another"))
    write(tmp_path / "bo.yaml", bo)
    reading = read(tmp_path)

    assert [Path(each).name for each in reading.bad_files] == [
        "ana (copy).yaml",
        "ana.yaml",
    ]
    assert [each.path in each.line for each in reading.bad] == [True, True]
    assert [[Path(file).name for file in team.files] for team in reading.teams] == [
        ["bo.yaml"]
    ]
    assert not reading.teams[0].advice.confirmed


def test_files_in_different_folders_are_different_teams(tmp_path: Path):
    sheet = example("ready")
    write(tmp_path / "a" / "ana.yaml", answered_by(sheet, "Ana"))
    write(tmp_path / "b" / "bo.yaml", answered_by(sheet, "Bo"))

    assert [len(team.files) for team in read(tmp_path).teams] == [1, 1]


def test_files_of_different_projects_in_a_folder_are_different_teams(tmp_path: Path):
    sheet = answered_by(example("ready"), "Ana")
    write(tmp_path / "a.yaml", sheet)
    write(tmp_path / "b.yaml", sheet._replace(name="Another"))
    write(tmp_path / "c.yaml", sheet._replace(name=""))
    write(tmp_path / "d.yaml", sheet._replace(name=""))

    assert names(read(tmp_path)) == ["Another", "c", "d", sheet.name]


@pytest.mark.parametrize(
    ("drafted", "voices", "remarks"),
    [
        pytest.param("", 3, 1, id="nobody named"),
        pytest.param("a bot", 2, 0, id="draft"),
    ],
)
def test_file_that_names_no_person_belongs_to_the_team_when_others_name_people(
    tmp_path: Path, drafted, voices, remarks
):
    sheet = example("ready")
    people = [Voice("Ana"), Voice("Bo"), Voice(drafted=drafted)]
    for name, voice in zip("abc", people, strict=True):
        write(tmp_path / f"{name}.yaml", sheet._replace(voice=voice))
    reading = read(tmp_path)

    assert [(len(team.files), team.voices) for team in reading.teams] == [(3, voices)]
    assert len(reading.remarks) == remarks
    assert all(
        "c.yaml: names the same project as" in each
        and "does not say who answered, so it counts as one more person" in each
        for each in reading.remarks
    )


def test_files_of_one_project_are_separate_teams_when_none_says_who_answered(
    tmp_path: Path,
):
    sheet = example("ready")
    write(tmp_path / "a.yaml", sheet)
    write(tmp_path / "b.yaml", sheet._replace(scope=EXPRESS))
    reading = read(tmp_path)

    assert [len(team.files) for team in reading.teams] == [1, 1]
    assert len(reading.remarks) == 1
    assert "counted as different teams" in reading.remarks[0]
