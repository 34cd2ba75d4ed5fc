"""Two voices must confirm a "ready" and an ML vacancy; drafts confirm nothing."""

from collections.abc import Mapping

import pytest

from mlready.assessment.assess import Assessment, assess
from mlready.assessment.voices import combine
from mlready.model.answers import Answer, AnswerSheet, Voice
from tests.samples import KICKOFF, example

READY, NOT_READY = example("ready"), example("stilts")
ANA, BO = Voice("Ana", "data_engineer"), Voice("Bo", "owner")
WHOLES = {question.id for question in KICKOFF.questions if question.overall}
NOBODY_MISSING = {"hands": "nobody"}
SIMPLE_WAY = {"simple_way": "reaches"}


def said(
    voice: Voice,
    answers: Mapping[str, Answer] | None = None,
    profile: Mapping[str, str] | None = None,
) -> AnswerSheet:
    """Return example "ready" as given by ``voice``, with changed answers and facts."""
    return READY._replace(
        voice=voice,
        answers={**READY.answers, **(answers or {})},
        profile={**READY.profile, **(profile or {})},
    )


def silent_about(voice: Voice, *ids: str) -> AnswerSheet:
    sheet = said(voice)
    return sheet._replace(
        answers={id_: each for id_, each in sheet.answers.items() if id_ not in ids},
        profile={id_: each for id_, each in sheet.profile.items() if id_ not in ids},
    )


def assessed(*sheets: AnswerSheet) -> Assessment:
    return assess(KICKOFF, combine(KICKOFF, sheets))


def meeting(*sheets: AnswerSheet) -> AnswerSheet:
    return said(Voice(present="all of us"))._replace(voices=sheets)


@pytest.mark.parametrize(
    ("sheets", "confirmed"),
    [
        pytest.param([READY], False, id="one voice"),
        pytest.param([said(ANA), said(BO)], True, id="two voices"),
        pytest.param([READY, READY._replace(name="b")], True,
            id="two voices without a name"),
        pytest.param(
            [
                said(ANA._replace(date="2026-11-28")),
                said(Voice("ANA ", "Data engineer", date="2026-11-30")),
            ],
            False,
            id="one voice written in two ways",
        ),
        pytest.param(
            [said(ANA), said(BO._replace(drafted="an assistant"))],
            False,
            id="a voice and a draft",
        ),
        pytest.param(
            [said(ANA), said(BO, {"COL-00": Answer(2)})],
            True,
            id="a lower answer with which all layers hold",
        ),
        pytest.param(
            [said(ANA), silent_about(BO, "COL-00")], False,
            id="one voice gives no answer on a layer"
        ),
        pytest.param(
            [said(ANA), silent_about(BO, "stops")], False,
            id="one voice gives no answer to a fact"
        ),
        pytest.param(
            [said(ANA), said(BO, {"COL-00": Answer(unknown=True)})],
            False,
            id="one voice does not know",
        ),
        pytest.param(
            [said(ANA), said(BO, {"COL-00": Answer(na="not ours")})],
            False,
            id="one voice gives a level, one says not applicable",
        ),
        pytest.param(
            [said(v, {"COL-00": Answer(na="not ours")}) for v in (ANA, BO)],
            True,
            id="both voices say not applicable",
        ),
        pytest.param(
            [silent_about(ANA, "MOV-00"), silent_about(BO, "COL-00"), READY],
            True,
            id="each answer is confirmed by two of three voices",
        ),
        pytest.param([meeting(said(ANA), said(BO))], True, id="a meeting of two"),
        pytest.param([meeting(said(ANA))], False, id="a meeting of one voice"),
        pytest.param(
            [meeting(said(ANA), said(BO, {"COL-00": Answer(unknown=True)}))],
            True,
            id="a meeting in which a voice did not know",
        ),
        pytest.param(
            [meeting(said(ANA), silent_about(BO, "COL-00"))],
            False,
            id="a meeting in which one voice gave no answer on a layer",
        ),
        pytest.param(
            [meeting(said(ANA), said(BO)), silent_about(Voice("Cy"), "COL-00")],
            True,
            id="a meeting and one more voice",
        ),
    ],
)  # fmt: skip
def test_ready_verdict_is_confirmed_if_two_voices_answered_each_decisive_question(
    sheets, confirmed
):
    result = assessed(*sheets)

    assert result.diagnosis.verdict == "ready"
    assert result.confirmation.verdict is confirmed
    assert result.staffing.ml_vacancy == ("open" if confirmed else "claimed")
    assert bool(result.confirmation.unconfirmed) is not confirmed


def test_claims_are_the_answers_to_overall_questions_and_to_three_facts():
    claims = assessed(READY).confirmation.claims

    assert {claim.id for claim in claims} == WHOLES | {"stops", "simple_way", "hands"}
    assert {claim.voices for claim in claims} == {1}
    assert all(claim.known_by for claim in claims)


def test_details_are_claims_if_the_overall_question_does_not_apply():
    result = assessed(said(ANA, {"COL-00": Answer(na="not ours")}))
    claims = {claim.id for claim in result.confirmation.claims}

    assert {"COL-00", "COL-01"} <= claims
    assert "MOV-01" not in claims


@pytest.mark.parametrize(
    ("sheet", "headline", "ml", "claimed"),
    [
        pytest.param(said(ANA), "confirm", "claimed", "ml", id="ready"),
        pytest.param(
            said(ANA)._replace(available={"ml": 5}), "confirm", "claimed", None,
            id="modellers are available",
        ),
        pytest.param(
            said(ANA, profile={"openings": "0"}), "confirm", "claimed", None,
            id="nobody can be hired",
        ),
        pytest.param(
            said(ANA, profile=NOBODY_MISSING), "confirm", "not_needed", None,
            id="nobody is missing",
        ),
        pytest.param(
            said(ANA, profile=SIMPLE_WAY), "no_ml", "not_needed", None,
            id="a simple way is enough",
        ),
        pytest.param(
            said(ANA, {"CTX-01": Answer(0)}), "reorganise", "locked", None,
            id="a blocker",
        ),
    ],
)  # fmt: skip
def test_one_voice_alone_is_never_advised_to_start_modelling_or_hire_a_modeller(
    sheet, headline, ml, claimed
):
    staffing = assessed(sheet).staffing

    assert (staffing.headline, staffing.ml_vacancy) == (headline, ml)
    assert (staffing.claimed.id if staffing.claimed else None) == claimed
    assert (staffing.first_hire, staffing.vacancies) == (None, ())


def test_one_voice_is_enough_to_say_which_role_is_lacking_if_no_ml_vacancy_exists():
    voices = said(ANA, profile=NOBODY_MISSING), silent_about(BO, "hands")
    result = assessed(*voices)

    assert result.staffing.ml_vacancy == "not_needed"
    assert result.confirmation.unconfirmed == ()


def test_ml_vacancy_is_unconfirmed_if_only_one_voice_says_which_role_is_lacking():
    result = assessed(said(ANA), silent_about(BO, "hands"))

    assert (result.confirmation.verdict, result.confirmation.vacancy) == (True, False)
    assert [claim.id for claim in result.confirmation.unconfirmed] == ["hands"]
    assert (result.staffing.headline, result.staffing.ml_vacancy) == (
        "confirm", "claimed",
    )  # fmt: skip


def test_ml_vacancy_is_unconfirmed_if_one_voice_does_not_know_which_role_is_lacking():
    unsure = {"hands": "unsure"}
    one_knows = assessed(said(ANA), said(BO, profile=unsure))
    nobody_knows = assessed(*(said(each, profile=unsure) for each in (ANA, BO)))

    assert one_knows.inputs.facts["hands"] == "ml"
    assert one_knows.staffing.ml_vacancy == "claimed"
    assert nobody_knows.staffing.ml_vacancy == "open"


def test_verdict_not_yet_and_vacancies_other_than_ml_need_no_second_voice():
    result = assess(KICKOFF, NOT_READY)

    assert result.confirmation == (True, True, ())
    assert result.staffing.first_hire
    assert result.staffing.claimed is None


def test_advice_not_to_hire_is_certain_for_a_single_voice_even_with_an_open_answer():
    sheet = said(ANA, {"MOV-05": Answer(unknown=True)})
    alone, both = assessed(sheet), assessed(sheet, sheet._replace(voice=BO))

    assert alone.certainty.first_hire
    assert alone.staffing.first_hire is None
    assert both.staffing.first_hire
