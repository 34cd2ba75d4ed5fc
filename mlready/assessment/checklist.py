"""Derive from the answers which items of a practitioner's checklist are in place."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.scoring import HIGHEST
from mlready.model.answers import Answer, AnswerSheet
from mlready.model.questionnaire import Group, Question


class ItemState(StrEnum):
    """Whether a checklist item is in place, according to the answers."""

    IN_PLACE = "in_place"
    FALLS_SHORT = "falls_short"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"
    NOT_APPLICABLE = "not_applicable"


class ItemStatus(NamedTuple):
    """A checklist item, its state, and the ids of the questions that decide it."""

    text: str
    state: ItemState
    questions: tuple[str, ...]


def checklist_items(
    group: Group, questions: Sequence[Question], sheet: AnswerSheet
) -> Iterator[ItemStatus]:
    """Yield each item of a checklist group with its state.

    Args:
        group: a group of the checklist.
        questions: the questions that apply to the team.
        sheet: the answers of the team.

    """
    asked = {question.id for question in questions}
    for item in group.items:
        ids = tuple(id_ for id_ in item.questions if id_ in asked)
        yield ItemStatus(item.text, _state([sheet.answer(id_) for id_ in ids]), ids)


def _state(answers: Sequence[Answer]) -> ItemState:
    """Return the state of a checklist item, given the answers to its questions.

    The state is UNKNOWN if a question that applies has no level. Otherwise the lowest
    of the levels decides.
    """
    counted = [answer for answer in answers if not answer.na]
    if not counted:
        return ItemState.NOT_APPLICABLE if answers else ItemState.NOT_ASKED
    if any(answer.level is None for answer in counted):
        return ItemState.UNKNOWN
    lowest = min(answer.level or 0 for answer in counted)
    return ItemState.IN_PLACE if lowest >= HIGHEST // 2 else ItemState.FALLS_SHORT
