"""Interviews about a draft: how drafted answers are marked, asked and confirmed."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from mlready.interview.drafts import interview_steps
from mlready.interview.navigation import (
    Guide,
    Move,
    Remark,
    Reply,
    StepPosition,
    ask_steps,
    review_steps,
)
from mlready.interview.steps import Step
from mlready.model.answers import Answer, AnswerSheet, Voice
from mlready.model.questionnaire import Questionnaire

GUIDE = Guide(listed=interview_steps, everything=interview_steps, again=False)
DRAFTED = Voice(role="analyst", drafted="an assistant, from notes")
DRAFT = AnswerSheet(
    "small",
    1,
    name="Churn",
    profile={"approach": "train"},
    answers={
        "COL-01": Answer(1),
        "COL-02": Answer(note="nobody said"),
        "MOV-01": Answer(unknown=True),
        "MOV-02": Answer(4),
    },
    voice=DRAFTED,
)
IDS = "voice.role project.name profile.approach COL-01 MOV-01"  # the drafted steps


def interview(
    questionnaire: Questionnaire, sheet: AnswerSheet, *replies: Reply | None
) -> tuple[AnswerSheet, list[str]]:
    """Run an interview; return the last saved sheet, and the ids of the steps asked.

    A reply of None confirms the drafted answer of the step unchanged.
    """
    kept, asked, left = [sheet], [], iter(replies)

    def ask(step: Step, position: StepPosition) -> Reply:
        asked.append(step.id)
        if len(asked) > len(replies):
            raise EOFError
        return next(left) or (step.answer if step.question else step.value)

    with suppress(EOFError):
        ask_steps(questionnaire, sheet, ask, kept.append, GUIDE)
    return kept[-1], asked


def rows(questionnaire: Questionnaire, sheet: AnswerSheet) -> Iterator[str]:
    for step in interview_steps(questionnaire, sheet):
        yield step.row()


def test_review_marks_drafted_answers_that_nobody_has_confirmed(small):
    listed = list(rows(small, DRAFT))
    assert "Your role: analyst (drafted, not confirmed)" in listed
    assert "COL-01 Recorded: 1: Sometimes. (drafted, not confirmed)" in listed
    assert "COL-02 Kept: not answered (with note)" in listed
    assert "Your name: left out" in listed


def test_draft_records_which_of_its_answers_are_confirmed(small):
    skips = [Move.SKIP] * 2
    sheet, asked = interview(small, DRAFT, Move.SKIP, None, None, *skips, None)
    assert asked == [
        "voice.name", "voice.role", "project.name", "project.slice",
        "profile.headcount", "profile.approach", "available.analyst",
    ]  # fmt: skip
    assert sheet.voice == DRAFTED._replace(
        confirmed="voice.role project.name profile.approach"
    )
    assert (sheet.answers, sheet.profile) == (DRAFT.answers, DRAFT.profile)


def test_progress_line_says_how_many_answers_of_a_draft_are_confirmed(small):
    lines = []

    def ask(step: Step, position: StepPosition) -> Reply:
        lines.append(position.line(step))
        if len(lines) > 3:
            raise EOFError
        return step.value or Move.SKIP

    with suppress(EOFError):
        ask_steps(small, DRAFT, ask, lambda _: None, GUIDE)
    assert [line.partition("left")[2] for line in lines] == [
        " · draft, none confirmed", " · draft, none confirmed",
        " · draft, 1 confirmed", " · draft, 2 confirmed",
    ]  # fmt: skip


def test_adding_a_note_does_not_confirm_a_drafted_answer(small):
    begun = DRAFT._replace(next="COL-01")
    sheet, asked = interview(small, begun, Remark("note", "ask Ana"))
    assert asked == ["COL-01", "COL-01"]
    assert sheet.voice == DRAFTED


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(None, id="confirmed unchanged"),
        pytest.param(Answer(3), id="replaced by another answer"),
    ],
)
def test_file_is_no_longer_a_draft_once_all_applicable_answers_are_confirmed(
    small, reply
):
    confirmed = DRAFTED._replace(confirmed=IDS.replace(" MOV-01", ""))
    before = DRAFT._replace(voice=confirmed, next="MOV-01")
    sheet, _ = interview(small, before, reply)
    assert sheet.voice == Voice(role="analyst")
    answer = reply or Answer(unknown=True)
    # Nobody has confirmed MOV-02, which does not apply: it must not count later.
    assert sheet.answers == {
        "COL-01": Answer(1), "COL-02": Answer(note="nobody said"), "MOV-01": answer,
    }  # fmt: skip


def test_file_remains_a_draft_if_a_changed_fact_makes_an_unconfirmed_answer_apply(
    small,
):
    confirmed = DRAFTED._replace(confirmed=IDS.replace(" profile.approach", ""))
    before = DRAFT._replace(voice=confirmed, next="profile.approach")
    sheet, asked = interview(small, before, "bought")
    assert asked[-1] == "profile.readers"
    assert sheet.voice.drafted
    # The wording of COL-02 and what else is asked depend on the fact; MOV-02 is open.
    assert "MOV-02 Permitted: 4: Tested. (drafted, not confirmed)" in list(
        rows(small, sheet)
    )


def test_drafted_answer_can_be_confirmed_in_the_review(small):
    confirmed = DRAFTED._replace(confirmed=IDS.replace(" COL-01", ""))
    chosen = iter(["COL-01", ""])

    def choose(listed):
        wanted = next(chosen)
        return next((step for step in listed if step.id == wanted), None)

    sheet = review_steps(
        small,
        DRAFT._replace(voice=confirmed),
        choose,
        lambda step, _: step.answer,
        lambda _: None,
        GUIDE,
    )
    assert sheet.voice == Voice(role="analyst")


def test_confirming_a_drafted_question_list_keeps_the_facts_that_its_questions_need(
    small,
):
    voice = Voice(
        "Eva", "ml", drafted="an assistant", confirmed="voice.name voice.role"
    )
    sheet = DRAFT._replace(asked=("MOV-01",), voice=voice)
    confirmed, asked = interview(small, sheet, None)
    assert asked == ["MOV-01"]
    assert confirmed.voice == Voice("Eva", "ml")
    assert (confirmed.profile, confirmed.answers) == (DRAFT.profile, DRAFT.answers)
