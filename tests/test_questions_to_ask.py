"""The questions with which one more person can check a team's claims."""

import pytest

from mlready.assessment.assess import assess
from mlready.assessment.questions_to_ask import MOST_QUESTIONS, questions_to_ask
from mlready.assessment.voices import combine
from mlready.model.answers import Answer, Voice, empty_sheet
from tests.samples import KICKOFF, SHEETS, example

ROLES = [*KICKOFF.roles]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ["ready", "stilts", "short form"])
def test_question_list_has_at_most_12_questions_that_the_role_can_answer(name, role):
    asked = questions_to_ask(KICKOFF, SHEETS[name], role)

    assert len(asked) <= MOST_QUESTIONS
    assert len({each.id for each in asked}) == len(asked)
    for each in asked:
        known_by = each.question or each.fact
        assert known_by
        assert role in known_by.known_by


def test_question_list_begins_with_the_claims_that_a_second_voice_must_confirm():
    sheet = example("ready")
    claims = {claim.id for claim in assess(KICKOFF, sheet).confirmation.unconfirmed}
    asked = questions_to_ask(KICKOFF, sheet, "data_engineer")

    assert {each.id for each in asked[: len(claims)]} == claims
    assert [each.claimed for each in asked] == sorted(
        (each.claimed for each in asked), reverse=True
    )


def test_ready_verdict_is_confirmed_if_a_second_voice_gives_the_same_answers():
    sheet = example("ready")
    ids = {each.id for each in questions_to_ask(KICKOFF, sheet, "data_engineer")}
    second = empty_sheet(KICKOFF)._replace(
        voice=Voice(role="data_engineer"),
        profile={key: text for key, text in sheet.profile.items() if key in ids},
        answers={key: each for key, each in sheet.answers.items() if key in ids},
    )
    result = assess(KICKOFF, combine(KICKOFF, [sheet, second]))

    assert (result.confirmation.verdict, result.confirmation.vacancy) == (True, True)
    assert result.staffing.ml_vacancy == "open"


def test_question_list_is_sorted_by_effect_on_the_advice_if_no_answer_is_a_claim():
    asked = questions_to_ask(KICKOFF, example("stilts"), "data_engineer")

    assert not any(each.claimed for each in asked)
    assert all(each.changes for each in asked)
    assert [each.changes for each in asked] == sorted(
        (each.changes for each in asked), reverse=True
    )


def test_question_list_has_no_fact_that_decides_which_questions_apply():
    asked = questions_to_ask(KICKOFF, example("assistant"), "devops", limit=100)

    assert {"approach", "acts", "reach"}.isdisjoint(each.id for each in asked)


def test_question_list_omits_questions_answered_with_level_0():
    sheet = example("stilts")
    lowest = dict.fromkeys(sheet.answers, Answer(level=0))
    asked = questions_to_ask(
        KICKOFF, sheet._replace(answers=lowest), "data_engineer", limit=100
    )

    assert not [each.id for each in asked if each.question]
