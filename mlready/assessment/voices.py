"""Combine the answers of several voices about one project into one answer sheet.

The rule: the lower answer counts. An answered level counts before "don't know". Of
profile facts the agreed value counts, otherwise the stricter one or, for facts that
decide what is asked or who mends a layer, the value that more voices gave.
"""

from collections.abc import Sequence
from typing import NamedTuple

from mlready.model.answers import Answer, AnswerSheet
from mlready.model.questionnaire import Fact, Question, Questionnaire


class Statement(NamedTuple):
    """What one voice said about a question or a fact.

    ``sheet`` is the voice's answer sheet. ``answer`` is its answer to a question,
    ``value`` its value of a fact or number of people; the other one is empty.
    """

    sheet: AnswerSheet
    answer: Answer | None = None
    value: str = ""


class Difference(NamedTuple):
    """A question, or a fact, about which the voices said different things.

    Exactly one of ``question``, ``fact`` and ``role`` is given; ``role`` is the id of a
    role for whose number of people available the voices gave different numbers.
    ``must_be_settled`` says whether the difference is so large that somebody must
    settle it: two levels or more, different choices, or a level against "does not
    apply".
    """

    question: Question | None
    fact: Fact | None
    role: str
    statements: tuple[Statement, ...]
    must_be_settled: bool


def combine(questionnaire: Questionnaire, sheets: Sequence[AnswerSheet]) -> AnswerSheet:
    """Return one sheet with the answers of several voices, in any order.

    The sheet of a single voice is returned unchanged.
    """
    raise NotImplementedError


def differences(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> tuple[Difference, ...]:
    """Return what the voices of a combined sheet disagree about, in file order."""
    raise NotImplementedError
