"""What a team answered: one sheet for one project, one answer for each question."""

from collections.abc import Container, Mapping
from typing import NamedTuple

from mlready.model.questionnaire import (
    FREE,
    FREE_LEVELS,
    Facts,
    Question,
    Questionnaire,
    applicable_facts,
    applicable_questions,
)

EXPRESS, FULL = "express", "full"


class Answer(NamedTuple):
    """What was said to one question.

    A level from 0 to 4; or ``unknown``; or ``na``, the reason why it does not apply; or
    none of these, when there is only a note yet. ``accepted`` is the reason why a gap
    is lived with for now. The four are never mixed up: unknown is not zero.
    """

    level: int | None = None
    unknown: bool = False
    na: str = ""
    accepted: str = ""
    note: str = ""
    evidence: str = ""
    by: str = ""
    on: str = ""

    @property
    def given(self) -> bool:
        """Whether the question has been answered, be it by not knowing."""
        return self.level is not None or self.unknown or bool(self.na)


NO_ANSWER = Answer()


class AnswerSheet(NamedTuple):
    """Everything one team said about one project.

    ``available`` counts people really free for it, in full-time people, per role.
    ``next`` is where the interview goes on. ``redacted`` tells that what people wrote
    has been left out.
    """

    questionnaire: str
    version: int
    scope: str = FULL
    next: str = ""
    name: str = ""
    slice: str = ""
    profile: Mapping[str, str] = {}
    available: Mapping[str, float] = {}
    answers: Mapping[str, Answer] = {}
    redacted: bool = False

    def answer(self, question: str) -> Answer:
        """Return what was said to the question of that id; an empty answer so far."""
        return self.answers.get(question, NO_ANSWER)


class AssessmentInput(NamedTuple):
    """A sheet, and what it makes of the questionnaire.

    ``facts`` are the profile and what else conditions may ask for; ``questions`` are
    those that count for this sheet, worded for its profile.
    """

    questionnaire: Questionnaire
    sheet: AnswerSheet
    facts: Facts
    questions: tuple[Question, ...]

    def within(self, sections: Container[str]) -> tuple[Question, ...]:
        """Return the questions of these sections."""
        return tuple(each for each in self.questions if each.section in sections)


def assessment_input(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> AssessmentInput:
    """Return a sheet together with the questions that count for it."""
    known = known_facts(questionnaire, sheet)
    return AssessmentInput(
        questionnaire, sheet, known, _asked(questionnaire, sheet, known)
    )


def empty_sheet(questionnaire: Questionnaire, scope: str = FULL) -> AnswerSheet:
    """Return the sheet of a team that has not said anything yet."""
    return AnswerSheet(questionnaire.id, questionnaire.version, scope)


def known_facts(questionnaire: Questionnaire, sheet: AnswerSheet) -> Facts:
    """Return what conditions may ask for.

    The profile; levels by question id; and as ``free.ROLE`` whether somebody of that
    role is free: none, part (less than one full-time person) or full.
    """
    levels = {id_: str(answer.level) for id_, answer in sheet.answers.items()}
    free = {
        f"{FREE}{role}": availability_level(sheet.available.get(role, 0.0))
        for role in questionnaire.roles
    }
    return {**levels, **free, **applicable_facts(questionnaire, sheet.profile)}


def availability_level(people: float) -> str:
    """Return none, part or full for so many full-time people."""
    return FREE_LEVELS[(people > 0) + (people >= 1)]


def questions_for(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> tuple[Question, ...]:
    """Return the questions that count for this sheet, worded for its profile.

    In express scope only the short form counts, whatever else is answered: what counts
    is fixed by the scope, so leaving a question out can never help.
    """
    return _asked(questionnaire, sheet, known_facts(questionnaire, sheet))


def _asked(
    questionnaire: Questionnaire, sheet: AnswerSheet, known: Facts
) -> tuple[Question, ...]:
    return applicable_questions(questionnaire, known, express=sheet.scope == EXPRESS)


def progress(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[int, int]:
    """Return how many of the questions that count are answered, and how many count."""
    asked_now = questions_for(questionnaire, sheet)
    given = sum(sheet.answer(question.id).given for question in asked_now)
    return given, len(asked_now)
