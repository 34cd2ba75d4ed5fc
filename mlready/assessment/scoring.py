"""Compute the score of each layer from the answers, with a lower and upper bound."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mlready.model.answers import NO_ANSWER, AnswerSheet, AssessmentInput
from mlready.model.questionnaire import Layer, Placement, Question

HIGHEST = 4  # the highest level of an answer
PLACES = 9  # decimal places: enough for reports, without binary rounding errors


class Score(NamedTuple):
    """The score of a group of questions, from 0 to 4, with a lower and upper bound.

    ``low`` counts every open question as 0, ``high`` counts it as 4. Without open
    questions both bounds are equal. ``answered``, ``open`` ("don't know" or no answer)
    and ``left_out`` (not applicable, not counted) are ids of questions.
    """

    low: float
    high: float
    answered: tuple[str, ...]
    open: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether any question counts; if none does, the score is meaningless."""
        return bool(self.answered or self.open)


class LayerScore(NamedTuple):
    """A layer's own score, and how much of that score the layers below support.

    ``supported`` is the layer's own lower bound or the lower bound of the weakest layer
    below it, whichever is less. A layer beside the pyramid neither gives nor needs
    support.
    """

    layer: Layer
    own: Score
    supported: float

    @property
    def unsupported(self) -> float:
        """How much of the low score the layers below do not support, from 0 to 4."""
        return rounded(self.own.low - self.supported)


class LevelChange(NamedTuple):
    """A change of an answer: from ``level`` to the level ``to``."""

    question: Question
    level: int
    to: int


def rounded(number: float) -> float:
    """Return a number without the rounding errors of binary arithmetic.

    A score of exactly 2 must not become 1.9999999999999998 and fail a threshold of 2.
    """
    return round(number, PLACES)


def layer_scores(inputs: AssessmentInput) -> tuple[LayerScore, ...]:
    """Return the scores of the layers from the bottom up.

    A layer is left out if none of its questions applies to the team.
    """
    scores: list[LayerScore] = []
    weight = inputs.questionnaire.constants.whole_layer_weight
    questions = _questions_by_layer(inputs)
    weakest_below = float(HIGHEST)
    for layer in inputs.questionnaire.layers:
        own = score(questions[layer.id], inputs.sheet, weight)
        if not own.known:
            continue
        if layer.placement is Placement.BESIDE:
            scores.append(LayerScore(layer, own, own.low))
        else:
            weakest_below = min(own.low, weakest_below)
            scores.append(LayerScore(layer, own, weakest_below))
    return tuple(scores)


def _questions_by_layer(inputs: AssessmentInput) -> dict[str, list[Question]]:
    """Map the id of each layer to those of its questions that apply to the team."""
    layers = inputs.questionnaire.layers
    layer_of = {section: layer.id for layer in layers for section in layer.sections}
    found: dict[str, list[Question]] = {layer.id: [] for layer in layers}
    for question in inputs.questions:
        if question.section in layer_of:
            found[layer_of[question.section]].append(question)
    return found


def score(
    questions: Sequence[Question], sheet: AnswerSheet, whole_layer_weight: float
) -> Score:
    """Return the score of a group of questions: a weighted mean of answered levels.

    Args:
        questions: the questions to score; those that do not apply are left out.
        sheet: the answers of the team.
        whole_layer_weight: the weight, from 0 to 1, of the mean of the questions on the
            layer as a whole; the mean of the detail questions has the remaining weight.

    """
    known: list[str] = []
    open_: list[str] = []
    left_out: list[str] = []
    whole: list[int | None] = []
    details: list[int | None] = []
    answers = sheet.answers  # faster than the method sheet.answer in this frequent loop
    for question in questions:
        answer = answers.get(question.id, NO_ANSWER)
        if answer.na:
            left_out.append(question.id)
            continue
        (open_ if answer.level is None else known).append(question.id)
        (whole if question.overall else details).append(answer.level)
    low = rounded(_weighted_mean(whole, details, 0, whole_layer_weight))
    high = low
    if open_:
        high = rounded(_weighted_mean(whole, details, HIGHEST, whole_layer_weight))
    return Score(low, high, tuple(known), tuple(open_), tuple(left_out))


def _weighted_mean(
    whole: list[int | None], details: list[int | None], if_open: int, weight: float
) -> float:
    """Return the weighted mean of two means: of ``whole`` and of ``details``.

    Both are lists of answered levels. ``weight`` is the weight of ``whole``, from 0 to
    1. ``if_open`` is the level that replaces None, an open question. If one list is
    empty, the result is the mean of the other.
    """
    if not (whole and details):
        return _mean(whole or details, if_open)
    return (1 - weight) * _mean(details, if_open) + weight * _mean(whole, if_open)


def _mean(levels: list[int | None], if_open: int) -> float:
    filled = [if_open if level is None else level for level in levels]
    return sum(filled) / len(filled) if filled else 0.0


def weights(
    questions: Sequence[Question], whole_layer_weight: float
) -> dict[str, float]:
    """Return, by question id, how far one more level would raise the layer's score."""
    number = {kind: sum(q.overall is kind for q in questions) for kind in (True, False)}
    share = {True: whole_layer_weight, False: 1 - whole_layer_weight}
    if not all(number.values()):
        share = {True: 1.0, False: 1.0}
    return {q.id: share[q.overall] / number[q.overall] for q in questions}


def fewest_steps_to_hold(
    inputs: AssessmentInput, layer: Layer
) -> tuple[LevelChange, ...]:
    """Return the changes of answers that make a layer hold with the fewest steps.

    A step raises an answer by one level. Open questions count as level 0. No answer is
    raised above the level ``holds`` while another is below it. The result is empty if
    the layer already holds.
    """
    sheet, constants = inputs.sheet, inputs.questionnaire.constants
    counted = [q for q in inputs.within(layer.sections) if not sheet.answer(q.id).na]
    weight = weights(counted, constants.whole_layer_weight)
    before = {q.id: sheet.answer(q.id).level or 0 for q in counted}
    levels = dict(before)
    total = sum(level * weight[id_] for id_, level in before.items())
    for id_ in _next_to_raise(levels, weight, constants.holds):
        if rounded(total) >= constants.holds:
            break
        levels[id_] += 1
        total += weight[id_]
    return tuple(
        LevelChange(q, before[q.id], levels[q.id])
        for q in counted
        if levels[q.id] > before[q.id]
    )


def _next_to_raise(
    levels: Mapping[str, int], weight: Mapping[str, float], holds: float
) -> Iterator[str]:
    """Yield the ids of answers in the order to raise them, by one level each time.

    Answers below ``holds`` come first, then those with the greatest weight. After each
    id the caller must raise the level of that answer in ``levels``.
    """
    while open_ := [id_ for id_, level in levels.items() if level < HIGHEST]:
        yield min(
            open_, key=lambda id_: (levels[id_] >= holds, -weight[id_], levels[id_])
        )
