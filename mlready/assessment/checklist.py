"""Derive from a team's answers which items of a checklist are in place."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.diagnosis import BY_HAND
from mlready.assessment.scoring import enough
from mlready.model.answers import AssessmentInput
from mlready.model.questionnaire import Group, Question


class ItemState(StrEnum):
    """Whether a checklist item is in place, according to the answers."""

    IN_PLACE = "in_place"
    FALLS_SHORT = "falls_short"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"
    NOT_APPLICABLE = "not_applicable"


class ItemStatus(NamedTuple):
    """A checklist item with its state and the ids of its questions."""

    text: str
    state: ItemState
    questions: tuple[str, ...]  # ids of the questions that decide the state


def checklist_items(group: Group, inputs: AssessmentInput) -> Iterator[ItemStatus]:
    """Yield each item of a checklist group with the item's state."""
    asked = {question.id: question for question in inputs.questions}
    for item in group.items:
        ids = tuple(id_ for id_ in item.questions if id_ in asked)
        state = _state(inputs, [asked[id_] for id_ in ids])
        yield ItemStatus(item.text, state, ids)


def _state(inputs: AssessmentInput, questions: Sequence[Question]) -> ItemState:
    answers = [(each, inputs.sheet.answer(each.id)) for each in questions]
    counted = [(each, answer.level) for each, answer in answers if not answer.na]
    if not counted:
        return ItemState.NOT_APPLICABLE if answers else ItemState.NOT_ASKED
    if any(level is None for _, level in counted):
        return ItemState.UNKNOWN
    short = any((level or 0) < needed_level(inputs, each) for each, level in counted)
    return ItemState.FALLS_SHORT if short else ItemState.IN_PLACE


def needed_level(inputs: AssessmentInput, question: Question) -> float:
    """Return the lowest level at which a question's checklist items are in place.

    This is the level that is enough for the team, but at least 2 (work by hand).
    """
    return max(enough(inputs, question), BY_HAND)
