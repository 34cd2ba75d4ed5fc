"""Answers -> a score and an interval for each layer, each traceable to its answers."""

from collections.abc import Sequence
from typing import NamedTuple

from mlready.answers import Sheet, questions_for
from mlready.questionnaire import BESIDE, Layer, Question, Questionnaire

TOP = 4


class Score(NamedTuple):
    """How far something is in place, from 0 to 4.

    ``low`` and ``high`` take every open question once as 0 and once as 4; without open
    questions they are equal. What does not apply leaves the score. ``open`` are the
    questions answered with "don't know" or not at all.
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
    What stands beside the pyramid carries itself.
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
    beneath = float(TOP)
    for layer in questionnaire.layers:
        inside = [each for each in questions if each.section in layer.sections]
        own = score(inside, sheet, questionnaire.constants.overall)
        if not own.known:
            continue
        carried = own.low if layer.stands == BESIDE else min(own.low, beneath)
        scores.append(LayerScore(layer, own, carried))
        beneath = beneath if layer.stands == BESIDE else carried
    return tuple(scores)


def score(questions: Sequence[Question], sheet: Sheet, overall: float) -> Score:
    """Score the questions given.

    ``overall`` is the share that questions as a whole have; the rest is the plain mean
    of the details, without weights.
    """
    counted = [question for question in questions if not sheet.answer(question.id).na]
    known = [q.id for q in counted if sheet.answer(q.id).level is not None]
    return Score(
        low=_mixed(counted, sheet, 0, overall),
        high=_mixed(counted, sheet, TOP, overall),
        answered=tuple(known),
        open=tuple(q.id for q in counted if q.id not in known),
        left_out=tuple(q.id for q in questions if sheet.answer(q.id).na),
    )


def _mixed(
    questions: Sequence[Question], sheet: Sheet, if_open: int, overall: float
) -> float:
    """Mix the mean of the details with that of the whole; either may be missing."""
    details = _mean([q for q in questions if not q.overall], sheet, if_open)
    whole = _mean([q for q in questions if q.overall], sheet, if_open)
    if details is None or whole is None:
        return (details or 0.0) + (whole or 0.0)
    return (1 - overall) * details + overall * whole


def _mean(questions: Sequence[Question], sheet: Sheet, if_open: int) -> float | None:
    levels = [sheet.answer(question.id).level for question in questions]
    taken = [if_open if level is None else level for level in levels]
    return sum(taken) / len(taken) if taken else None
