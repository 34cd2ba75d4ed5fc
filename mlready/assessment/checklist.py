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
    """A checklist item with its state and the ids of the questions that decide it."""

    text: str
    state: ItemState
    questions: tuple[str, ...]


def checklist_items(group: Group, inputs: AssessmentInput) -> Iterator[ItemStatus]:
    """Yield each item of a checklist group with its state.

    Args:
        group: a group of the checklist.
        inputs: the questions that apply to the team, and its answers.

    """
    asked = {question.id: question for question in inputs.questions}
    for item in group.items:
        ids = tuple(id_ for id_ in item.questions if id_ in asked)
        state = _state(inputs, [asked[id_] for id_ in ids])
        yield ItemStatus(item.text, state, ids)


def _state(inputs: AssessmentInput, questions: Sequence[Question]) -> ItemState:
    """Return the state of a checklist item according to the answers to its questions.

    The state is UNKNOWN if a question that applies is open. An item is in place if each
    answer is at least level 2 (work by hand), and at least the level that is enough for
    this team. So an item is not in place if a report lists one of its questions as a
    gap.
    """
    answers = [(each, inputs.sheet.answer(each.id)) for each in questions]
    counted = [(each, answer.level) for each, answer in answers if not answer.na]
    if not counted:
        return ItemState.NOT_APPLICABLE if answers else ItemState.NOT_ASKED
    if any(level is None for _, level in counted):
        return ItemState.UNKNOWN
    short = any((level or 0) < needed_level(inputs, each) for each, level in counted)
    return ItemState.FALLS_SHORT if short else ItemState.IN_PLACE


def needed_level(inputs: AssessmentInput, question: Question) -> float:
    """Return the lowest level of a question at which its checklist items are in place.

    The result is the level that is enough for this team, but at least 2 (work by hand),
    because work at a lower level is not reliable.
    """
    return max(enough(inputs, question), BY_HAND)
