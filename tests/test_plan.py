"""Which steps the plan has, in which order, and who owns them."""

from typing import Any

import pytest

from mlready.assessment.assess import assess
from mlready.assessment.plan import STEPS, PlanItem, all_steps, plan
from mlready.interview.plan_steps import what_to_do
from mlready.model.answers import EXPRESS, Answer, AnswerSheet, PlanStep
from tests.samples import ANCHORS, KICKOFF, VOICES, assessed, example

WHOLES = [question.id for question in KICKOFF.questions if question.overall]
BLOCKING = {question.id for question in KICKOFF.questions if question.blocker}


def steps_of(sheet: AnswerSheet) -> list[PlanItem]:
    return [*plan(assess(KICKOFF, sheet))]


def changed(name: str, answers: dict[str, Any], **fields: Any) -> AnswerSheet:
    """Return an example with some answers changed; a number is a level."""
    sheet = example(name)
    found = {
        id_: each if isinstance(each, Answer) else Answer(level=each)
        for id_, each in answers.items()
    }
    return sheet._replace(answers={**sheet.answers, **found}, **fields)


@pytest.mark.parametrize("path", ANCHORS, ids=lambda path: path.stem)
def test_plan_has_at_most_five_steps_and_no_step_twice(path):
    steps = plan(assessed(path))

    kinds = [step.kind or step.key for step in steps]
    assert len(steps) <= STEPS
    assert len({*kinds}) == len(kinds)


@pytest.mark.parametrize(
    ("answers", "order"),
    [
        pytest.param(
            {"COL-04": 3},
            ["hires", "mends", "mends", "mends", "blocks"],
            id="permitted, with other blockers",
        ),
        pytest.param(
            {"COL-04": 0},
            ["forbids", "hires", "mends", "mends", "mends"],
            id="no right to the data comes first",
        ),
        pytest.param(
            {"COL-04": 1},
            ["forbids", "hires", "mends", "mends", "mends"],
            id="a right that nobody has confirmed comes first",
        ),
        pytest.param(
            dict.fromkeys(BLOCKING - {"MOV-01"}, 3),
            ["hires", "mends", "mends", "mends"],
            id="nothing else blocks",
        ),
    ],
)
def test_plan_begins_with_permission_then_the_hire_then_the_layer_to_fix_then_blockers(
    answers, order
):
    found = [step.reason for step in steps_of(changed("stilts", answers))]

    assert found[: len(order)] == order


@pytest.mark.parametrize(
    ("owner", "people", "first"),
    [
        pytest.param("", 0.0, "hires", id="steps wait for the new person"),
        pytest.param("", 0.5, "mends", id="an available person can do the steps"),
        pytest.param("Ana", 0.0, "mends", id="the steps have an owner"),
    ],
)
def test_plan_begins_with_the_hire_only_if_steps_wait_for_the_new_person(
    owner, people, first
):
    taken = {f"MOV-0{number}": PlanStep(owner=owner) for number in range(1, 8)}
    here = {"data_engineer": people}

    steps = steps_of(changed("stilts", {"COL-04": 3}, steps=taken, available=here))

    assert steps[0].reason == first


def test_step_with_a_note_enters_the_plan_before_otherwise_equal_steps():
    low = dict.fromkeys(("MOV-01", "MOV-02", "MOV-03", "MOV-05", "MOV-06"), 0)
    shown = {**low, "MOV-05": Answer(level=0, note="the May change broke nine joins")}

    keys = [
        [step.key for step in steps_of(changed("stilts", each))]
        for each in (low, shown)
    ]

    assert ["MOV-05" in each for each in keys] == [False, True]


def test_plan_contains_the_owners_and_dates_and_steps_given_by_the_team():
    sheet = changed(
        "stilts",
        {},
        steps={
            "MOV-01": PlanStep("", "Ana", "2026-12-01", ""),
            "pilot": PlanStep("Ask the second depot", "Bo", "", "2026-11-20"),
        },
    )

    found = {step.key: step for step in steps_of(sheet)}

    assert found["MOV-01"][4:7] == ("Ana", "2026-12-01", "")
    assert found["pilot"][3:7] == ("Ask the second depot", "Bo", "", "2026-11-20")
    assert len(found) == STEPS


@pytest.mark.parametrize(
    ("find_out", "step"),
    [
        pytest.param(
            "Find out if it holds.",
            "Find out if it holds.",
            id="short text for an unknown answer",
        ),
        pytest.param(
            "", "Find out: Move and store as a whole", id="topic without a short text"
        ),
    ],
)
def test_plan_step_says_what_to_find_out_if_an_overall_question_is_open(find_out, step):
    unknown = {id_: Answer(unknown=True) for id_ in WHOLES}
    core = {each.id for each in KICKOFF.questions if each.express}
    known = {id_: each for id_, each in example("ready").answers.items() if id_ in core}
    sheet = example("ready")._replace(answers={**known, **unknown}, scope=EXPRESS)
    questionnaire = KICKOFF._replace(
        sections=tuple(
            section._replace(
                questions=tuple(
                    each._replace(find_out=find_out) for each in section.questions
                )
            )
            for section in KICKOFF.sections
        )
    )

    items = plan(assess(questionnaire, sheet))

    assert what_to_do(items[0]) == step


@pytest.mark.parametrize(
    ("due", "done", "date", "overdue"),
    [
        pytest.param("2026-12-01", "", "2026-12-02", True, id="a day late"),
        pytest.param("2026-12-01", "", "2026-12-01", False, id="due today"),
        pytest.param("2026-12-01", "2026-12-05", "2026-12-09", False, id="done"),
        pytest.param("", "", "2026-12-09", False, id="no date set"),
        pytest.param("2026-12-01", "", "", False, id="no date given"),
    ],
)
def test_plan_step_is_overdue_after_its_due_date_unless_it_is_done(
    due, done, date, overdue
):
    step = steps_of(example("stilts"))[0]._replace(due=due, done=done)

    assert step.overdue(date) is overdue


@pytest.mark.parametrize(
    ("sheet", "first"),
    [
        pytest.param(VOICES["one person"], "confirms", id="ready by one voice"),
        pytest.param(
            changed(
                "stilts",
                {"COL-04": 3} | {id_: Answer(unknown=True) for id_ in WHOLES},
            ),
            "finds_out",
            id="unknown answers decide the advice",
        ),
        pytest.param(
            example("stilts")._replace(
                profile={**example("stilts").profile, "simple_way": "reaches"}
            ),
            "blocks",
            id="no machine learning needed",
        ),
    ],
)
def test_advice_decides_whether_the_plan_begins_with_claims_or_open_answers_or_blockers(
    sheet, first
):
    assert steps_of(sheet)[0].reason == first


def test_plan_suggests_an_available_role_as_owner_of_a_step():
    sheet = changed("stilts", {}, available={"devops": 1.0, "data_engineer": 0.5})

    roles = {step.key: step.role and step.role.id for step in steps_of(sheet)}

    assert roles["MON-03"] == "devops"
    assert roles["COL-04"] == "legal"


@pytest.mark.parametrize("approach", ["train", "pretrained", "bought"])
def test_every_question_has_a_short_wording_for_every_approach(approach):
    facts = {"approach": approach}

    assert [q.id for q in KICKOFF.questions if not KICKOFF.short(q.id, facts)] == []


@pytest.mark.parametrize("approach", ["train", "pretrained", "bought"])
def test_every_layer_has_a_short_wording(approach):
    wordings = [
        KICKOFF.layer_in_short(each, {"approach": approach}) for each in KICKOFF.layers
    ]

    assert [each.layer for each in wordings if not each.advice] == []


@pytest.mark.parametrize("key", ["hires-ml", "hires-vendor", "confirms"])
def test_step_in_words_of_the_team_is_not_closed_by_answers(key):
    words = "Hire a second modeller in Leeds."
    steps = {key: PlanStep(words, "Ana", "2026-11-14")}
    result = assess(KICKOFF, example("stilts")._replace(steps=steps))

    step = next(each for each in all_steps(result) if each.what == words)
    assert not step.closed
    assert step.overdue("2026-12-01")
