"""Read the items of a checklist off the answers that cover them."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.scoring import HIGHEST
from mlready.model.answers import Answer, AnswerSheet
from mlready.model.questionnaire import Group, Question


class ItemState(StrEnum):
    """How far an item of a checklist is covered."""

    IN_PLACE = "in_place"
    FALLS_SHORT = "falls_short"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"
    NOT_APPLICABLE = "not_applicable"


class ItemStatus(NamedTuple):
    """One item of a checklist as this team stands to it."""

    text: str
    state: ItemState
    questions: tuple[str, ...]


def checklist_items(
    group: Group, questions: Sequence[Question], sheet: AnswerSheet
) -> Iterable[ItemStatus]:
    """Yield the items of a checklist as the questions that are asked answer them."""
    asked = {question.id for question in questions}
    for item in group.items:
        ids = tuple(id_ for id_ in item.questions if id_ in asked)
        yield ItemStatus(item.text, _state([sheet.answer(id_) for id_ in ids]), ids)


def _state(answers: Sequence[Answer]) -> ItemState:
    """Return how an item stands: by the lowest of its answers, unknown before known."""
    counted = [answer for answer in answers if not answer.na]
    if not counted:
        return ItemState.NOT_APPLICABLE if answers else ItemState.NOT_ASKED
    if any(answer.level is None for answer in counted):
        return ItemState.UNKNOWN
    lowest = min(answer.level or 0 for answer in counted)
    return ItemState.IN_PLACE if lowest >= HIGHEST // 2 else ItemState.FALLS_SHORT
