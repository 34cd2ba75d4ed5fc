"""Answers -> a score and an interval for each layer, each traceable to its answers."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mlready.answers import Sheet, questions_for
from mlready.questionnaire import Layer, Question, Questionnaire

TOP = 4


class Score(NamedTuple):
    """How far something is in place, from 0 to 4.

    ``low`` and ``high`` are the mean of the levels with every open question taken once
    as 0 and once as 4; without open questions they are equal. Not applicable leaves the
    mean. ``open`` are the questions answered with "don't know" or not at all.
    """

    low: float
    high: float
    answered: tuple[str, ...]
    open: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether anything counts at all; otherwise the interval says nothing."""
        return bool(self.answered or self.open)


class LayerScore(NamedTuple):
    """A layer's own score, and what of it the layers beneath can carry.

    A layer is no more solid than what carries it: ``carried`` is its own low score or
    that of the weakest layer beneath, whichever is less; the rest stands on stilts.
    """

    layer: Layer
    own: Score
    carried: float

    @property
    def stilts(self) -> float:
        """By how much the layer looks better than what carries it, from 0 to 4."""
        return self.own.low - self.carried


def layer_scores(questionnaire: Questionnaire, sheet: Sheet) -> tuple[LayerScore, ...]:
    """Score the layers from the bottom up; layers nothing counts for are left out."""
    questions = questions_for(questionnaire, sheet)
    scores: list[LayerScore] = []
    for layer in questionnaire.layers:
        own = score((q for q in questions if q.section in layer.sections), sheet)
        if own.known:
            beneath = scores[-1].carried if scores else TOP
            scores.append(LayerScore(layer, own, min(own.low, beneath)))
    return tuple(scores)


def score(questions: Iterable[Question], sheet: Sheet) -> Score:
    """Score the questions given: the plain mean of their levels, without weights."""
    levels: list[int] = []
    answered: list[str] = []
    unknown: list[str] = []
    left_out: list[str] = []
    for question in questions:
        answer = sheet.answer(question.id)
        if answer.na:
            left_out.append(question.id)
        elif answer.level is None:
            unknown.append(question.id)
        else:
            answered.append(question.id)
            levels.append(answer.level)
    return Score(
        _mean(levels, len(unknown) * 0, len(unknown)),
        _mean(levels, len(unknown) * TOP, len(unknown)),
        tuple(answered),
        tuple(unknown),
        tuple(left_out),
    )


def _mean(levels: Sequence[int], extra: int, extra_count: int) -> float:
    count = len(levels) + extra_count
    return (sum(levels) + extra) / count if count else 0.0
