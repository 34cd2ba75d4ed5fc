"""Which details an interview asks after the core, and how unasked details count."""

import re
from collections import Counter

import pytest
from hypothesis import assume, given, strategies as st

from mlready.assessment.assess import assess
from mlready.assessment.diagnosis import Verdict, diagnose
from mlready.assessment.next_questions import (
    CHECKS_PER_CLAIM,
    MOST_WORK,
    Reason,
    next_questions,
)
from mlready.assessment.scoring import layer_scores
from mlready.assessment.staffing import MlVacancy
from mlready.model.answers import (
    EXPRESS,
    FULL,
    Answer,
    AnswerSheet,
    assessment_input,
    empty_sheet,
    questions_for,
)
from mlready.report.markdown import picture
from tests.samples import KICKOFF, sheets

LEVELS = st.integers(0, 4)


def core_sheet(default: int, **levels: int) -> AnswerSheet:
    """Answer the core at level ``default``; ``MOV_00=1`` gives MOV-00 the level 1."""
    sheet = empty_sheet(KICKOFF, EXPRESS)._replace(
        profile={
            "stakes": "live",
            "approach": "train",
            "stops": "nothing",
            "simple_way": "falls_short",
            "hands": "ml",
        }
    )
    return sheet._replace(
        answers={
            question.id: Answer(levels.get(question.id.replace("-", "_"), default))
            for question in questions_for(KICKOFF, sheet)
        }
    )


def scores(sheet: AnswerSheet) -> dict[str, tuple[float, float]]:
    found = layer_scores(assessment_input(KICKOFF, sheet))
    return {each.layer.id: each.own[:2] for each in found}


def asked(sheet: AnswerSheet, reason: Reason) -> list[str]:
    to_ask = next_questions(KICKOFF, sheet).to_ask
    return [each.question.id for each in to_ask if each.reason is reason]


@given(sheets())
def test_express_sheet_with_all_details_has_the_same_scores_as_a_full_form(sheet):
    given_answers = {id_: each for id_, each in sheet.answers.items() if each.given}
    answers = {q.id: Answer(2) for q in KICKOFF.questions} | given_answers
    full = sheet._replace(scope=FULL, answers=answers)

    assert scores(full._replace(scope=EXPRESS)) == scores(full)


def test_detail_weighs_the_same_in_the_score_whether_or_not_other_details_are_asked():
    sheet = core_sheet(3)
    lower = sheet._replace(answers={**sheet.answers, "MOV-02": Answer(0)})
    details = questions_for(KICKOFF, lower._replace(scope=FULL))
    number = sum(q.section == "MOV" and not q.overall for q in details)

    assert scores(sheet)["move"] == (3, 3)
    assert scores(lower)["move"][0] == pytest.approx(3 - 3 / 2 / number)


@given(st.fixed_dictionaries({q.id: LEVELS for q in KICKOFF.questions}), LEVELS)
def test_details_at_least_as_good_as_their_layer_never_worsen_the_verdict(
    levels, detail
):
    sheet = core_sheet(2, **{id_.replace("-", "_"): n for id_, n in levels.items()})
    before = assess(KICKOFF, sheet)
    assume(before.diagnosis.inputs.unasked)
    wholes = {q.section: levels[q.id] for q in KICKOFF.questions if q.overall}
    answers = {
        q.id: Answer(max(wholes.get(q.section, 4), detail, 2))
        for q in before.diagnosis.inputs.unasked
    }
    after = assess(KICKOFF, sheet._replace(answers={**sheet.answers, **answers}))

    order = list(Verdict)
    assert order.index(after.diagnosis.verdict) >= order.index(before.diagnosis.verdict)


def test_unanswered_details_of_an_express_sheet_do_not_count_as_open():
    sheet = core_sheet(3)

    assert diagnose(assessment_input(KICKOFF, sheet)).open == ()
    assert assess(KICKOFF, sheet).certainty.all


def test_blocker_is_among_the_two_details_asked_on_a_layer_rated_good():
    sheet = core_sheet(3, AGG_00=0)
    questions = next_questions(KICKOFF, sheet)
    layers = Counter(
        each.layer.id
        for each in questions.to_ask
        if each.layer and each.reason is not Reason.WORK
    )

    assert set(layers) >= {"collect", "move", "explore", "learn", "operate"}
    assert layers["move"] == CHECKS_PER_CLAIM
    assert "MOV-01" in asked(sheet, Reason.CLAIM)  # it blocks the project


def test_details_of_the_layer_to_fix_first_are_asked_so_that_its_work_can_be_planned():
    sheet = core_sheet(3, AGG_00=0)
    work = [*asked(sheet, Reason.DECIDES), *asked(sheet, Reason.WORK)]

    assert sum(id_.startswith("AGG") for id_ in work) >= MOST_WORK


def test_details_of_a_borderline_layer_are_asked_until_the_advice_is_certain():
    sheet = core_sheet(3, MOV_00=2)
    deciding = asked(sheet, Reason.DECIDES)
    assert any(id_.startswith("MOV") for id_ in deciding)

    while not (found := next_questions(KICKOFF, sheet)).settled:
        answers = {found.to_ask[0].question.id: Answer(3)}
        sheet = sheet._replace(answers={**sheet.answers, **answers})
    assert asked(sheet, Reason.DECIDES) == []


def test_only_unanswered_details_are_asked_or_offered():
    sheet = core_sheet(2)
    found = next_questions(KICKOFF, sheet)
    ids = [each.question.id for each in (*found.to_ask, *found.offered)]
    every = {q.id for q in questions_for(KICKOFF, sheet._replace(scope=FULL))}

    assert sorted(ids) == sorted(every - set(sheet.answers))
    first = found.to_ask[0].question.id
    answered = sheet._replace(answers={**sheet.answers, first: Answer(unknown=True)})
    later = next_questions(KICKOFF, answered)
    assert first not in [each.question.id for each in (*later.to_ask, *later.offered)]


@pytest.mark.parametrize(
    ("unknown", "said"),
    [
        pytest.param(
            ["AGG-00"],
            "Which one depends on 1 question not answered yet, and on 1 open answer:",
            id="a question of one of the layers",
        ),
        pytest.param(
            ["AGG-00", "CTX-04"],
            "The advice depends on 1 question not answered yet, and on 2 open answers:",
            id="a question of no layer, too",
        ),
    ],
)
def test_question_of_no_layer_is_not_said_to_decide_between_two_layers(unknown, said):
    sheet = core_sheet(2, MOV_00=1)
    answers = {**sheet.answers, **dict.fromkeys(unknown, Answer(unknown=True))}
    sheet = sheet._replace(answers=answers)
    between = next_questions(KICKOFF, sheet).between
    shown = picture(assess(KICKOFF, sheet), not_asked=1, between=between)
    assert f"Move and store, or Aggregate and label. {said}\n" in shown
    assert [id_ for id_ in unknown if f"({id_}): ask" in shown] == unknown


@pytest.mark.parametrize("in_words", [False, True], ids=["drawn", "in words"])
@pytest.mark.parametrize(
    ("stops", "said"),
    [
        pytest.param("aggregate", True, id="named by the team"),
        pytest.param("nothing", False, id="nothing named"),
    ],
)
def test_picture_says_which_possible_layer_the_team_chose(stops, said, in_words):
    sheet = core_sheet(1, EXP_00=0)
    sheet = sheet._replace(
        profile={**sheet.profile, "stops": stops},
        answers={**sheet.answers, "EXP-00": Answer(unknown=True)},
    )
    between = next_questions(KICKOFF, sheet).between
    result = assess(KICKOFF, sheet)
    shown = picture(result, between=between, in_words=in_words)
    chosen = "Aggregate and label (you chose it as what would stop you). Which one"
    assert (chosen in shown) is said


@pytest.mark.parametrize("in_words", [False, True], ids=["drawn", "in words"])
def test_picture_names_the_lower_layer_in_whose_place_the_team_chose_another(in_words):
    sheet = core_sheet(1, EXP_00=0)
    sheet = sheet._replace(
        profile={**sheet.profile, "stops": "aggregate"},
        answers={
            **sheet.answers,
            "EXP-00": Answer(unknown=True),
            "MOV-02": Answer(unknown=True),
        },
    )
    between = next_questions(KICKOFF, sheet).between
    shown = picture(assess(KICKOFF, sheet), between=between, in_words=in_words)
    assert (
        "Aggregate and label (you chose it as what would stop you, in a near tie with"
        " Move and store)" in shown
    )


def test_picture_names_one_person_for_a_question_in_advice_and_list():
    sheet = core_sheet(1)
    unknown = {id_: Answer(unknown=True) for id_ in ("EXP-00", "EXP-02")}
    sheet = sheet._replace(answers={**sheet.answers, **unknown})
    between = next_questions(KICKOFF, sheet).between
    shown = picture(assess(KICKOFF, sheet), between=between)
    (advice,) = re.findall(r"Ask (.+): would this layer stop", shown)
    (listed,) = re.findall(r"as a whole \(EXP-00\): ask (.+)", shown)
    assert advice == listed


@pytest.mark.parametrize("in_words", [False, True], ids=["drawn", "in words"])
@pytest.mark.parametrize(
    ("others", "permission", "unknown", "said"),
    [
        pytest.param(2, 0, ["EXP-00"], True, id="permission is missing"),
        pytest.param(2, 2, ["EXP-00"], False, id="permission is there"),
        pytest.param(3, 0, [], False, id="advice names it itself"),
    ],
)
def test_picture_says_that_permission_is_missing_unless_the_advice_does(
    others, permission, unknown, said, in_words
):
    sheet = core_sheet(others, COL_04=permission)
    answers = {id_: Answer(unknown=True) for id_ in unknown}
    sheet = sheet._replace(answers={**sheet.answers, **answers})
    shown = picture(assess(KICKOFF, sheet), in_words=in_words)
    assert ("Permission to use the data is missing." in shown) is said


def test_every_blocking_detail_is_asked_because_it_could_change_the_advice():
    found = next_questions(KICKOFF, core_sheet(3))
    blocking = {"MOV-01", "EXP-01", "AGG-01", "AGG-03", "LRN-02", "LRN-09", "AIM-01"}

    deciding = {
        each.question.id for each in found.to_ask if each.reason is Reason.DECIDES
    }
    assert blocking <= deciding


def test_ml_vacancy_is_locked_until_every_blocking_detail_has_been_asked():
    sheet = core_sheet(3)
    assert assess(KICKOFF, sheet).staffing.ml_vacancy is MlVacancy.LOCKED

    while to_ask := next_questions(KICKOFF, sheet).to_ask:
        answers = {to_ask[0].question.id: Answer(3)}
        sheet = sheet._replace(answers={**sheet.answers, **answers})
    assert assess(KICKOFF, sheet).staffing.ml_vacancy is MlVacancy.CLAIMED


@pytest.mark.parametrize(
    ("sheet", "between", "said"),
    [
        pytest.param(
            core_sheet(3, MOV_00=2),
            ["move", ""],
            "Layer to fix first: Move and store, or none. Which one, if any, depends",
            id="one layer or no layer",
        ),
        pytest.param(
            core_sheet(2, MOV_00=1, EXP_00=1),
            ["move", "explore"],
            "So far, the layer to fix first is Move and store: the data does not arrive"
            " reliably where it is needed.\n"
            "The layer to fix first could still be Explore and transform. That depends",
            id="two layers",
        ),
        pytest.param(
            core_sheet(1, COL_00=0),
            [],
            " The layer to fix first is Collect: ",
            id="advice is certain",
        ),
    ],
)
def test_picture_says_once_which_layer_to_fix_first_and_which_it_could_still_be(
    sheet, between, said
):
    found = next_questions(KICKOFF, sheet)
    shown = picture(assess(KICKOFF, sheet), not_asked=1, between=found.between)
    assert [each.layer for each in found.between] == between
    assert said in shown
    assert shown.lower().count("layer to fix first") == said.lower().count("layer to")
    assert ("FIX" in shown.replace("FIX?", "")) == (not between)
