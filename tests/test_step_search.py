"""Finding steps of an interview by a part of their name or by their number."""

from collections.abc import Sequence

import pytest

from mlready.interview.order import all_steps
from mlready.interview.plan_steps import plan_steps, to_assign
from mlready.interview.step_search import matching_steps, only_match
from mlready.interview.steps import BACKGROUND, PLAN, Step, steps
from mlready.model.answers import FULL, Answer, AnswerSheet, PlanStep, empty_sheet
from mlready.report.open_items import open_items
from tests.samples import example

SHEET = AnswerSheet("small", 1, name="Caf\u00e9", answers={"COL-01": Answer(3)})
MOST_KEYS = 6


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        pytest.param("mov", ["MOV-01"], id="part of an id"),
        pytest.param("col1", ["COL-01"], id="id without hyphen and zero"),
        pytest.param("/col-01", ["COL-01"], id="id after the key of a search"),
        pytest.param("Kept", ["COL-02"], id="topic"),
        pytest.param("6", ["COL-01"], id="number"),
        pytest.param("cafe", ["project.name"], id="answer, without its accent"),
        pytest.param(
            "rec", ["COL-01"], id="the beginning of a topic before other parts"
        ),
        pytest.param("arrive place", ["MOV-01"], id="words of the question"),
        pytest.param("where the mod", ["profile.approach"], id="words of a fact"),
        pytest.param("nowhere", [], id="no step found"),
    ],
)
def test_interview_steps_are_found_by_number_or_by_a_part_of_their_text(
    small, typed, ids
):
    assert [step.id for step in matching_steps(steps(small, SHEET), typed)] == ids


def test_search_can_be_limited_to_open_steps(small):
    ids = {step.id for step in matching_steps(steps(small, SHEET), "", only_open=True)}
    assert "COL-02" in ids
    assert not ids & {"COL-01", "project.name"}


@pytest.mark.parametrize(
    ("taken", "is_listed"),
    [
        pytest.param(PlanStep(), True, id="nobody has taken it"),
        pytest.param(PlanStep(owner="Ana"), True, id="no date"),
        pytest.param(PlanStep(due="2027-01-15"), True, id="no owner"),
        pytest.param(PlanStep("", "Ana", "2027-01-15"), False, id="taken"),
    ],
)
def test_search_for_open_steps_finds_plan_steps_that_lack_an_owner_or_date(
    kickoff, taken, is_listed
):
    team = example("stilts")
    key = to_assign(kickoff, team)[0].key
    listed = plan_steps(kickoff, team._replace(steps={key: taken}))
    found = {step.id for step in matching_steps(listed, "", only_open=True)}
    assert (f"{PLAN}{key}" in found) == is_listed


def test_search_for_open_steps_finds_everything_that_validate_lists_as_open(
    kickoff,
):
    team = example("stilts")._replace(scope=FULL, background={})
    listed = [*all_steps(kickoff, team), *plan_steps(kickoff, team)]
    found = {step.id for step in matching_steps(listed, "", only_open=True)}
    prefixes = {"question": "", "fact": "profile.", "people": "available."}
    prefixes["background"] = BACKGROUND
    items = {f"{prefixes[each.kind]}{each.id}" for each in open_items(kickoff, team)}
    assert BACKGROUND in "".join(items)
    assert items == {id_ for id_ in found if not id_.startswith(PLAN)}


def keys_to(listed: Sequence[Step], question: Step) -> int:
    """Return the fewest key presses that find a question by a part of its id ("c1")."""
    letters, number = question.id.lower().split("-")
    ways = [first + str(int(number)) for first in (letters[0], letters[:2], letters)]
    return min(
        len(f"/{typed}\r")
        for typed in ways
        if matching_steps(listed, typed)[0] == question
    )


def test_every_question_can_be_reached_with_at_most_six_keys(kickoff):
    # A question found among those of all teams is found among those of any of them.
    facts = {fact.id: list(fact.choices) for fact in kickoff.profile if fact.choices}
    sheets = [
        empty_sheet(kickoff, FULL)._replace(
            profile={id_: choices[at % len(choices)] for id_, choices in facts.items()}
        )
        for at in range(max(map(len, facts.values())))
    ]
    by_id = {step.id: step for each in sheets for step in steps(kickoff, each)}
    questions = [step for step in by_id.values() if step.question]
    assert len(questions) == len([*kickoff.questions])
    listed = list(by_id.values())
    assert max(keys_to(listed, each) for each in questions) <= MOST_KEYS


def test_every_answer_can_be_corrected_with_at_most_six_keys(kickoff):
    listed = [*steps(kickoff, example("stilts")._replace(scope=FULL))]
    for number, step in enumerate(listed, 1):
        assert matching_steps(listed, str(number))[0] == step
        assert len(f"/{number}\r" + "3\r") <= MOST_KEYS


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        pytest.param("c2", "COL-02", id="letter and number"),
        pytest.param("MV-1", "MOV-01", id="some letters"),
        pytest.param("6", "COL-01", id="number of the list"),
        pytest.param("arrive", "MOV-01", id="the only step found"),
        pytest.param("name cafe", "project.name", id="a name and its answer"),
    ],
)
def test_step_is_chosen_by_its_number_or_id_or_name(small, typed, id_):
    step = only_match(steps(small, SHEET), typed)
    assert step
    assert step.id == id_


def test_no_step_is_chosen_if_only_the_words_of_an_answer_match(small):
    assert only_match(steps(small, SHEET), "cafe") is None


def test_names_are_found_before_answers(small):
    sheet = SHEET._replace(name="Arrived")
    found = matching_steps(steps(small, sheet), "arrive")
    assert [step.id for step in found] == ["MOV-01", "project.name"]


def test_no_step_is_chosen_if_several_steps_match(small):
    assert only_match(steps(small, SHEET), "col") is None
