"""The command ask: a question list for one role, to fill in or to read."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from mlready.model.answers import EXPRESS, Answer, AnswerSheet, Voice, questions_for
from mlready.model.questionnaire import Question, Questionnaire
from mlready.report.ask import (
    ShortList,
    answers_to_fill_in,
    ask_sheet,
    questions_page,
    short_list,
)
from mlready.storage import answers_file
from mlready.storage.yaml_text import scalar
from tests.commands import Done
from tests.program import Program
from tests.samples import (
    KICKOFF,
    SHEETS,
    TEXTS,
    VOICES,
    answered_by,
    example,
    with_every_text,
)

Ask = Callable[..., Done]
ROLES = list(KICKOFF.roles)
HEADER = "questionnaire: kickoff\nversion: 2\n"


@pytest.fixture
def run(tmp_path: Path, program: Program) -> Ask:
    """Return a function that runs mlready in a folder with an answers file."""
    sheet = answered_by(example("ready"), "Bo", "owner")
    text = answers_file.dump(sheet, KICKOFF)
    (tmp_path / "bo.yaml").write_text(text, encoding="utf-8")
    return lambda *args: program.run(*args, cwd=tmp_path)


def asked(sheet: AnswerSheet, role: str, questionnaire=KICKOFF) -> ShortList:
    found = short_list(questionnaire, sheet, role)
    assert found
    return found


LEGAL = asked(example("ready"), "legal")


def questions_in(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> tuple[Question, ...]:
    """Return the questions that a question list asks."""
    return tuple(
        each for each in questions_for(questionnaire, sheet) if each.id in sheet.asked
    )


def filled_in(text: str, name: str, answers: AnswerSheet) -> str:
    """Return a question list that ``name`` filled in with these answers."""

    def value(match: re.Match[str]) -> str:
        id_ = match[1]
        given = answers.profile.get(id_) or answers.answer(id_).level
        return match[0] if given is None else f"{match[0]} {given}"

    named = text.replace("  name:\n  role", f"  name: {name}\n  role")
    return re.sub(r"^  ([\w-]+):$", value, named, flags=re.MULTILINE)


def test_answered_question_list_confirms_a_ready_verdict(run, tmp_path):
    alone = run("report", "bo.yaml", "--fail-below", "ready")
    message = run("ask", "bo.yaml", "--of", "data_engineer", "-o", "ana.yaml").err
    assert "mlready interview ana.yaml" in message
    path = tmp_path / "ana.yaml"
    text = filled_in(path.read_text(encoding="utf-8"), "Ana", example("ready"))
    path.write_text(text, encoding="utf-8")

    validated = run("validate", "bo.yaml", "ana.yaml")
    both = run("report", "ana.yaml", "bo.yaml", "--format", "json")
    data = json.loads(both.out)

    assert alone.code == 1
    assert validated.code == 0
    assert "ana.yaml: fine, 12 of 12 questions answered" in validated.err
    assert both.code == 0
    assert (data["verdict"]["id"], data["verdict"]["confirmed"]) == ("ready", True)
    assert data["staffing"]["first"]["id"] == "ml"


def test_low_answer_in_a_question_list_changes_a_ready_verdict_to_not_yet(
    run, tmp_path
):
    message = run("ask", "bo.yaml", "--of", "data_engineer", "-o", "ana.yaml").err
    assert "mlready interview ana.yaml" in message
    path = tmp_path / "ana.yaml"
    sheet = example("ready")
    low = sheet._replace(answers={**sheet.answers, "MOV-00": Answer(level=0)})
    text = filled_in(path.read_text(encoding="utf-8"), "Ana", low)
    path.write_text(text, encoding="utf-8")

    data = json.loads(run("report", "bo.yaml", "ana.yaml", "--format", "json").out)

    assert data["verdict"]["id"] == "not_yet"
    assert data["mend"]["first"]["id"] == "move"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "name", ["ready", "assistant", "short form", "two voices", "nothing said"]
)
def test_question_list_is_read_back_unchanged_and_has_at_most_12_items(name, role):
    sheet = {**SHEETS, **VOICES}[name]
    found = short_list(KICKOFF, sheet, role)
    if not found:
        assert ask_sheet(KICKOFF, sheet, role) is None
        return
    text = answers_to_fill_in(found, scalar)

    assert answers_file.read(text.encode(), "list", KICKOFF) == found.sheet
    if name == "ready":  # it makes the same list again, which takes long
        assert ask_sheet(KICKOFF, sheet, role) == found.sheet
    assert found.sheet.voice == Voice(role=role)
    assert 0 < len(found.sheet.asked) <= 12
    ids = [each.id for each in found.facts] + [each.id for each in found.questions]
    assert sorted(ids) == sorted(found.sheet.asked)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("write", [questions_page, answers_to_fill_in])
def test_question_list_does_not_show_earlier_answers(role, write):
    ready = example("ready")
    found = asked(ready, role)
    others = ready._replace(
        answers={id_: Answer(level=4, note="Zaphod") for id_ in ready.answers},
        profile={
            **ready.profile,
            **{fact.id: "Zaphod" for fact in found.facts if fact.choices},
        },
    )
    same = found._replace(sheet=_with_what_was_asked(found, others))
    more = (scalar,) if write is answers_to_fill_in else ()

    assert not set(found.sheet.asked) & {*found.sheet.profile, *found.sheet.answers}
    assert found.sheet.answers == {}
    assert write(found, *more) == write(same, *more)


def _with_what_was_asked(found: ShortList, sheet: AnswerSheet) -> AnswerSheet:
    known = {id_: sheet.profile[id_] for id_ in found.sheet.profile}
    return found.sheet._replace(profile=known)


def test_question_list_uses_the_wording_that_fits_the_facts_about_the_team():
    sheet = answered_by(example("ready"), "Bo", "owner")._replace(
        profile={**example("ready").profile, "approach": "pretrained"}
    )
    found = asked(sheet, "data_engineer")
    of_team = {each.id: each for each in questions_for(KICKOFF, sheet)}

    assert found.sheet.profile["approach"] == "pretrained"
    assert all(each == of_team[each.id] for each in found.questions)
    read = questions_for(KICKOFF, found.sheet)
    assert all(each in read for each in found.questions)


def test_question_list_for_an_express_sheet_is_an_express_sheet():
    sheet = example("ready")._replace(scope=EXPRESS)

    assert asked(sheet, "data_engineer").sheet.scope == EXPRESS


def test_question_list_file_and_page_match_their_golden_files(golden):
    golden("ask-legal.yaml", answers_to_fill_in(LEGAL, scalar))
    golden("ask-legal.md", questions_page(LEGAL))


def test_date_filled_in_a_question_list_is_the_day_of_the_answers():
    text = answers_to_fill_in(LEGAL, scalar)
    filled = text.replace("\n  date:\n", "\n  date: 2026-11-22\n").encode()

    assert answers_file.read(filled, "list", KICKOFF).voice.date == "2026-11-22"


@given(TEXTS)
def test_hostile_project_name_in_a_question_list_is_read_back_unchanged(text):
    sheet = LEGAL.sheet._replace(name=text, slice=text)
    found = LEGAL._replace(sheet=sheet)
    written = answers_to_fill_in(found, scalar).encode()
    sheet = answers_file.read(written, "list", KICKOFF)

    assert (sheet.name, sheet.slice) == (text, text)


@given(TEXTS.filter(str.strip))
def test_hostile_text_stays_within_the_comments_of_a_question_list(text):
    questionnaire: Questionnaire = with_every_text(KICKOFF, text)
    found = LEGAL._replace(
        questionnaire=questionnaire,
        role=questionnaire.roles["legal"],
        questions=questions_in(questionnaire, LEGAL.sheet),
    )
    lines = answers_to_fill_in(found, scalar).splitlines()
    plain = answers_to_fill_in(LEGAL, scalar).splitlines()

    def keys(lines: list[str]) -> list[str]:
        return [line for line in lines if line and not line.lstrip().startswith("#")]

    assert keys(lines) == keys(plain)


@given(TEXTS.filter(str.strip))
def test_hostile_text_adds_no_markdown_block_to_a_question_list_page(text):
    def blocks(text: str) -> list[str]:
        questionnaire: Questionnaire = with_every_text(KICKOFF, text)
        found = LEGAL._replace(
            questionnaire=questionnaire,
            sheet=LEGAL.sheet._replace(name=text, slice=text),
            role=questionnaire.roles["legal"],
            questions=questions_in(questionnaire, LEGAL.sheet),
        )
        page = questions_page(found)
        return [token.type for token in MarkdownIt("commonmark").parse(page)]

    assert blocks(text) == blocks("plain")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        pytest.param(
            ["--of", "data_enginer"],
            "--of: there is no role 'data_enginer' among analyst, data_engineer, "
            "devops, ml, owner, expert, legal, management; did you mean "
            "'data_engineer'?",
            id="misspelt role",
        ),
        pytest.param(
            [],
            "--of: say whom to ask: analyst, data_engineer, devops, ml, owner, expert, "
            "legal or management",
            id="no role",
        ),
        pytest.param(
            ["--of", "legal", "-o", "bo.yaml"],
            "bo.yaml: exists; a blank file must not replace answers",
            id="output that exists",
        ),
    ],
)
def test_ask_command_refuses_an_unknown_role_or_an_existing_output_file(
    run, args, message
):
    assert run("ask", "bo.yaml", *args) == Done(2, "", f"mlready: {message}\n")


@pytest.mark.parametrize(
    "role", ["data_engineer", "DATA_ENGINEER", " Data Engineer", "data-engineer"]
)
def test_ask_command_accepts_the_id_or_name_of_a_role_in_any_letter_case(run, role):
    done = run("ask", "bo.yaml", "--of", role, "--format", "md")

    assert done.code == 0
    assert done.out.startswith("# Questions for: data engineer\n")


def test_ask_command_names_the_roles_to_ask_if_the_given_role_has_no_question(
    run, tmp_path
):
    text = answers_file.dump(example("assistant"), KICKOFF)
    (tmp_path / "helper.yaml").write_text(text, encoding="utf-8")
    done = run("ask", "helper.yaml", "--of", "ml", "-o", "list.yaml")

    assert done == Done(
        0,
        "",
        "nothing to ask: no answer that ML engineer can check would change the advice; "
        "others can be asked: analyst, data_engineer, devops, expert, management\n",
    )
    assert not (tmp_path / "list.yaml").exists()


def test_order_of_answers_files_does_not_change_a_question_list(run, tmp_path):
    other = answered_by(example("ready"), "Ana", "devops")
    text = answers_file.dump(other._replace(next="COL-00"), KICKOFF)
    (tmp_path / "ana.yaml").write_text(text, encoding="utf-8")
    one = run("ask", "bo.yaml", "ana.yaml", "--of", "data_engineer")

    assert one.code == 0
    assert one.out == run("ask", "ana.yaml", "bo.yaml", "--of", "data_engineer").out


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        pytest.param(
            "COL-O1",
            "there is no question, fact or role 'COL-O1'; did you mean 'COL-01'?",
            id="misspelt question",
        ),
        pytest.param(
            "COL-00 available-legal",
            "there is no question, fact or role 'available-legal'",
            id="people of a role that cannot be hired",
        ),
    ],
)
def test_unknown_id_in_a_question_list_is_refused_with_line_and_column(
    run, tmp_path, listed, message
):
    (tmp_path / "a.yaml").write_text(f'{HEADER}ask: "{listed}"\nanswers: {{}}\n')
    done = run("validate", "a.yaml")

    assert done.code == 3
    assert f"mlready: a.yaml:3:6: {message}" in done.err
