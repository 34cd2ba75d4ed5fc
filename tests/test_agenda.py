"""The agenda: which differences a meeting must settle, and in which order."""

from collections.abc import Mapping

import pytest

from mlready.assessment.advice import Advice, advice_if_confirmed
from mlready.assessment.agenda import MEETING, Agenda, AgendaReason, agenda
from mlready.assessment.voices import combine
from mlready.model.answers import (
    Answer,
    AnswerSheet,
    Voice,
    assessment_input,
    questions_for,
)
from tests.samples import KICKOFF, example

ANA, BO = Voice("Ana", "data_engineer"), Voice("Bo", "owner")
READY = example("ready")


def voices(
    answers: Mapping[str, Answer] | None = None,
    profile: Mapping[str, str] | None = None,
    sheet: AnswerSheet = READY,
) -> tuple[AnswerSheet, AnswerSheet]:
    """Return Ana's sheet, which is ``sheet`` with changes, and Bo's, without changes.

    The changes are the given answers and facts.
    """
    other = sheet._replace(
        answers={**sheet.answers, **(answers or {})},
        profile={**sheet.profile, **(profile or {})},
    )
    return other._replace(voice=ANA), sheet._replace(voice=BO)


def agenda_of(*said: AnswerSheet) -> Agenda:
    return agenda(KICKOFF, combine(KICKOFF, said))


def test_agenda_is_empty_if_all_voices_agree():
    assert agenda_of(*voices()) == Agenda((), (), ())


def test_agenda_item_gives_the_advice_that_follows_from_each_answer():
    found = agenda_of(*voices({"MOV-00": Answer(0), "CTX-03": Answer(1)}))
    (item,) = found.items

    assert (item.id, item.reason, item.known_by) == (
        "MOV-00", AgendaReason.DIFFERENCE, ("data_engineer", "devops", "analyst"),
    )  # fmt: skip
    assert [
        (each.answer and each.answer.level, each.advice.verdict)
        for each in item.outcomes
    ] == [(0, "not_yet"), (3, "ready")]
    assert [said.sheet.voice.name for said in item.statements] == ["Ana", "Bo"]
    assert [each.id for each in found.others] == ["CTX-03"]


def test_agenda_begins_with_a_disputed_fact_that_decides_which_questions_are_asked():
    found = agenda_of(*voices({"MOV-00": Answer(0)}, {"approach": "pretrained"}))

    assert found.items[0].id == "approach"


def test_agenda_has_a_disputed_fact_that_decides_whom_to_hire():
    found = agenda_of(*voices(profile={"hands": "nobody"}))
    (item,) = found.items
    hires = [each.advice.first_hire for each in item.outcomes]

    assert item.id == "hands"
    assert {each.id if each else "" for each in hires} == {"ml", ""}


def test_agenda_has_the_answers_that_a_second_voice_must_confirm():
    found = agenda(KICKOFF, READY)

    assert {each.reason for each in found.items} == {AgendaReason.CLAIM}
    assert "COL-00" in {each.id for each in found.items}
    assert found.others == ()


def test_agenda_says_that_only_a_draft_has_answers_when_no_person_confirmed_them():
    found = agenda(KICKOFF, READY._replace(voice=Voice(drafted="a bot")))

    assert {each.reason for each in found.items} == {AgendaReason.DRAFTED}


def test_agenda_says_that_only_a_draft_knows_what_can_stop_the_project():
    unsure = {**READY.answers, "COL-04": Answer(unknown=True)}
    good = {**READY.answers, "COL-04": Answer(3)}
    person = READY._replace(answers=unsure, voice=Voice("Ana"))
    draft = READY._replace(answers=good, voice=Voice(drafted="a bot"))
    found = {each.id: each.reason for each in agenda_of(person, draft).items}

    assert found["COL-04"] == AgendaReason.DRAFT_KNOWS


@pytest.mark.parametrize(
    ("said", "other", "reasons"),
    [
        pytest.param(
            Answer(unknown=True), Answer(3), {"COL-04": AgendaReason.ONE_KNOWS},
            id="one says it is good, the other does not know",
        ),
        pytest.param(
            Answer(unknown=True), Answer(1), {},
            id="one says it is too low, the other does not know",
        ),
        pytest.param(Answer(3), Answer(3), {}, id="both say it is good"),
    ],
)  # fmt: skip
def test_agenda_has_what_only_one_voice_knows_of_a_question_that_can_stop_the_project(
    said, other, reasons
):
    sheet = READY._replace(answers={**READY.answers, "COL-04": other})
    found = agenda_of(*voices({"COL-04": said}, sheet=sheet))

    assert {each.id: each.reason for each in found.items} == reasons


def test_agenda_has_an_open_question_whose_answer_could_change_the_advice():
    open_ = {"MOV-00": Answer(unknown=True)}
    sheet = READY._replace(answers={**READY.answers, **open_})
    found = agenda_of(*voices(sheet=sheet))
    reasons = {each.id: each.reason for each in found.items}

    assert reasons == {"MOV-00": AgendaReason.OPEN}


def test_agenda_groups_questions_that_only_together_change_the_advice():
    asked = [q for q in questions_for(KICKOFF, READY) if q.section == "MOV"]
    details = [question.id for question in asked if not question.overall]
    whole = {"MOV-00": Answer(2), **dict.fromkeys(details, Answer(3))}
    sheet = READY._replace(answers={**READY.answers, **whole})
    found = agenda_of(*voices(dict.fromkeys(details, Answer(1)), sheet=sheet))

    together = {question.id for item in found.items for question in item.together}
    assert together
    blocking = {question.id for question in asked if question.blocker}  # decide alone
    assert together == {item.id for item in found.items} - blocking
    assert together <= set(details)
    assert {each.id for each in found.others} == set(details) - together - blocking


def test_agenda_has_a_difference_that_decides_only_what_must_be_settled_first():
    found = agenda_of(*voices({"MOV-01": Answer(1), "COL-04": Answer(1)}))

    assert {item.id for item in found.items} == {"MOV-01", "COL-04"}
    assert found.others == ()


@pytest.mark.parametrize("minutes", [MEETING, 7, 0])
def test_items_that_do_not_fit_into_the_meeting_are_listed_apart_from_those_that_do(
    minutes,
):
    wholes = [q.id for q in KICKOFF.questions if q.overall]
    sheet = combine(KICKOFF, voices(dict.fromkeys(wholes, Answer(0))))
    whole, found = agenda(KICKOFF, sheet, 10_000), agenda(KICKOFF, sheet, minutes)

    assert found.minutes <= minutes
    assert found.items + found.left == whole.items
    assert len(whole.items) >= len(wholes)


def test_agenda_leaves_out_items_that_an_earlier_meeting_settled():
    ana, bo = voices({"MOV-00": Answer(0), "COL-00": Answer(0)})
    answers = {**READY.answers, "COL-00": Answer()}
    room = READY._replace(
        voice=Voice(present="Ana, Bo"), voices=(ana, bo), answers=answers
    )

    assert [each.id for each in agenda(KICKOFF, room).items] == ["COL-00"]


def test_order_of_voices_does_not_change_the_agenda():
    said = voices({"MOV-00": Answer(0), "CTX-03": Answer(1)}, {"hands": "nobody"})

    assert agenda_of(*said) == agenda_of(*reversed(said))


def test_settling_differences_outside_the_agenda_does_not_change_the_advice():
    wholes = [q.id for q in KICKOFF.questions if q.overall]
    asked = [q.id for q in questions_for(KICKOFF, READY)]
    answers = {id_: Answer(2 if id_ in wholes else 1) for id_ in asked}
    sheet = combine(KICKOFF, voices(answers))
    off = [each.question for each in agenda(KICKOFF, sheet).others if each.question]
    by_layer = {layer.id: layer.sections for layer in KICKOFF.layers}

    for sections in by_layer.values():
        settled = {q.id: READY.answer(q.id) for q in off if q.section in sections}
        changed = sheet._replace(answers={**sheet.answers, **settled})
        assert advised(changed) == advised(sheet)


def advised(sheet: AnswerSheet) -> Advice:
    return advice_if_confirmed(assessment_input(KICKOFF, sheet))
