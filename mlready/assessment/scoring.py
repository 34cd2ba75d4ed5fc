"""Answers -> a score and an interval for each layer, each traceable to its answers."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlready.model.answers import AnswerSheet, AssessmentInput
from mlready.model.questionnaire import Layer, Placement, Question

HIGHEST = 4  # the level of what is measured and self-correcting


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

    A layer is no more solid than what carries it: ``supported`` is its own low score or
    that of the weakest layer beneath, whichever is less; the rest is ``unsupported``.
    What stands beside the pyramid carries itself.
    """

    layer: Layer
    own: Score
    supported: float

    @property
    def unsupported(self) -> float:
        """By how much the layer looks better than what carries it, from 0 to 4."""
        return self.own.low - self.supported


class LevelChange(NamedTuple):
    """An answer, and the level it would have to reach."""

    question: Question
    level: int
    to: int


def layer_scores(inputs: AssessmentInput) -> tuple[LayerScore, ...]:
    """Score the layers from the bottom up; layers nothing counts for are left out."""
    scores: list[LayerScore] = []
    overall = inputs.questionnaire.constants.whole_layer_weight
    counted = _by_layer(inputs)
    beneath = float(HIGHEST)
    for layer in inputs.questionnaire.layers:
        own = score(counted[layer.id], inputs.sheet, overall)
        if not own.known:
            continue
        supported = (
            own.low if layer.placement == Placement.BESIDE else min(own.low, beneath)
        )
        scores.append(LayerScore(layer, own, supported))
        beneath = beneath if layer.placement == Placement.BESIDE else supported
    return tuple(scores)


def _by_layer(inputs: AssessmentInput) -> dict[str, list[Question]]:
    """Sort the questions into their layers, all in one walk."""
    layers = inputs.questionnaire.layers
    within = {section: layer.id for layer in layers for section in layer.sections}
    counted: dict[str, list[Question]] = {layer.id: [] for layer in layers}
    for question in inputs.questions:
        if question.section in within:
            counted[within[question.section]].append(question)
    return counted


def score(questions: Sequence[Question], sheet: AnswerSheet, overall: float) -> Score:
    """Score the questions given.

    ``overall`` is the share that questions as a whole have; the rest is the plain mean
    of the details, without weights.
    """
    known: list[str] = []
    open_: list[str] = []
    left_out: list[str] = []
    levels: dict[bool, list[int | None]] = {True: [], False: []}
    for question in questions:
        answer = sheet.answer(question.id)
        if answer.na:
            left_out.append(question.id)
            continue
        level = answer.level
        (open_ if level is None else known).append(question.id)
        levels[question.overall].append(level)
    low = _mixed(levels[True], levels[False], 0, overall)
    high = _mixed(levels[True], levels[False], HIGHEST, overall) if open_ else low
    return Score(low, high, tuple(known), tuple(open_), tuple(left_out))


def _mixed(
    whole: list[int | None], details: list[int | None], if_open: int, overall: float
) -> float:
    """Mix the mean of the details with that of the whole; either may be missing."""
    if not (whole and details):
        return _mean(whole or details, if_open)
    return (1 - overall) * _mean(details, if_open) + overall * _mean(whole, if_open)


def _mean(levels: list[int | None], if_open: int) -> float:
    taken = [if_open if level is None else level for level in levels]
    return sum(taken) / len(taken) if taken else 0.0


def weights(questions: Sequence[Question], overall: float) -> dict[str, float]:
    """Return by how much a score rises when one of these answers rises by a level."""
    number = {kind: sum(q.overall is kind for q in questions) for kind in (True, False)}
    share = {True: overall, False: 1 - overall}
    if not all(number.values()):
        share = {True: 1.0, False: 1.0}
    return {q.id: share[q.overall] / number[q.overall] for q in questions}


def shortest_way(
    inputs: AssessmentInput, layer: Layer, holds: float
) -> tuple[LevelChange, ...]:
    """Return the fewest steps of one level after which the layer holds.

    What is open counts as 0. No answer rises above ``holds`` while another is below it:
    works by hand everywhere before routine anywhere. Empty if it holds already.
    """
    sheet, overall = inputs.sheet, inputs.questionnaire.constants.whole_layer_weight
    counted = [q for q in inputs.within(layer.sections) if not sheet.answer(q.id).na]
    weight = weights(counted, overall)
    levels = {q.id: sheet.answer(q.id).level or 0 for q in counted}
    missing = holds - score(counted, sheet, overall).low
    for id_ in _upwards(levels, weight, holds):
        if missing <= 1e-9:  # noqa: PLR2004 - a rounding error, not a constant
            break
        levels[id_] += 1
        missing -= weight[id_]
    return tuple(
        LevelChange(q, before, levels[q.id])
        for q in counted
        for before in [sheet.answer(q.id).level or 0]
        if levels[q.id] > before
    )


def _upwards(
    levels: dict[str, int], weight: dict[str, float], holds: float
) -> Iterator[str]:
    """Yield the answer to raise next, the weightiest of those below the bar first."""
    while open_ := [id_ for id_, level in levels.items() if level < HIGHEST]:
        yield min(
            open_, key=lambda id_: (levels[id_] >= holds, -weight[id_], levels[id_])
        )
