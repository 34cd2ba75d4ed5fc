"""Compute the score of each layer, with a lower and an upper bound."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple, Self

from mlready.model.answers import NO_ANSWER, Answer, AssessmentInput
from mlready.model.applicability import Identity
from mlready.model.profile_facts import EngineFact, Stakes
from mlready.model.questionnaire import Layer, Placement, Question, Questionnaire

HIGHEST = 4  # the highest level of an answer
# The most by which a score can exceed the lower of its two means. As it is less than a
# level, a layer with one mean at least a level too low never holds.
MOST_ABOVE = 0.9
PLACES = 9  # decimal places: enough for reports, without binary rounding errors


class Score(NamedTuple):
    """The score of a group of questions, from 0 to 4."""

    low: float  # if every open question counts as 0
    high: float  # if every open question counts as 4
    answered: tuple[str, ...]  # ids of questions
    open: tuple[str, ...]  # ids of questions without an answer or with "don't know"
    left_out: tuple[str, ...]  # ids of questions that do not apply

    @property
    def known(self) -> bool:
        """Whether any question counts; without one, the score has no meaning."""
        return bool(self.answered or self.open)


class LayerScore(NamedTuple):
    """A layer's own score, and its lower bound as limited by the layers below."""

    layer: Layer
    own: Score
    # The least of the lower bounds of this layer and of the layers below it. Layers
    # beside the pyramid are neither limited nor taken into account.
    supported: float

    @property
    def unsupported(self) -> float:
        """By how much this layer's score exceeds the lowest score of a layer below.

        The lower bounds of the scores are compared. The result is 0 if no layer below
        has a lower score.
        """
        return rounded(self.own.low - self.supported)


class LevelChange(NamedTuple):
    """A change of an answer from level ``level`` to level ``to``."""

    question: Question
    level: int
    to: int

    @property
    def raised(self) -> bool:
        """Whether the change raises the level."""
        return self.to > self.level


class LayerPart(NamedTuple):
    """The summed levels of the questions on a layer as a whole, or of the details."""

    low: float  # sum of counted levels, with open questions at level 0
    high: float  # sum of counted levels, with open questions at level 4
    number: int  # of questions

    def raised(self, by: float) -> Self:
        """Return this part with ``by`` added to ``low`` and to ``high``."""
        return type(self)(self.low + by, self.high + by, self.number)


class Bounds(NamedTuple):
    """The lower and the upper bound of a score."""

    low: float
    high: float


class _Counted(NamedTuple):
    """A question of a layer, and how much each level counts in a score."""

    id: str
    overall: bool
    counts: tuple[float, ...]  # for each level from 0 to 4


class _LevelChanges(NamedTuple):
    """A series of changes, each of one answer to the next higher level."""

    ids: Sequence[str]  # for each change, the id of the question
    parts: Sequence[LayerPart]  # the sums of levels after 0, 1, 2 ... changes


def rounded(number: float) -> float:
    """Return a number without the rounding errors of binary arithmetic."""
    # A score of 1.9999999999999998 must not fail a threshold of 2.
    return round(number, PLACES)


def layer_scores(inputs: AssessmentInput) -> tuple[LayerScore, ...]:
    """Return the scores of the layers from the bottom up.

    A layer is left out if none of its questions applies to the team.
    """
    scores: list[LayerScore] = []
    questionnaire, answers = inputs.questionnaire, inputs.sheet.answers
    weight = questionnaire.constants.whole_layer_weight
    weakest_below = float(HIGHEST)
    layers = _counted_by_layer(
        Identity(questionnaire), Identity(inputs.questions), stakes_of(inputs)
    )
    for layer, counted in layers:
        own = _score(answers, counted, number_unasked(inputs, layer), weight)
        if not own.known:
            continue
        if layer.placement is Placement.BESIDE:
            scores.append(LayerScore(layer, own, own.low))
        else:
            weakest_below = min(own.low, weakest_below)
            scores.append(LayerScore(layer, own, weakest_below))
    return tuple(scores)


@lru_cache(maxsize=256)
def _counted_by_layer(
    questionnaire: Identity[Questionnaire],
    questions: Identity[tuple[Question, ...]],
    stakes: str,
) -> tuple[tuple[Layer, tuple[_Counted, ...]], ...]:
    """Return each layer with those of ``questions`` that are on this layer."""
    # Cached, because many teams are asked the same questions.
    holds = questionnaire.value.constants.holds
    return tuple(
        (
            layer,
            tuple(
                _counted_question(each, stakes, holds)
                for each in questions.value
                if each.section in layer.sections
            ),
        )
        for layer in questionnaire.value.layers
    )


def _counted_question(question: Question, stakes: str, holds: float) -> _Counted:
    counts = _counts(question.enough.get(stakes), holds)
    return _Counted(question.id, question.overall, counts)


@lru_cache(maxsize=256)
def _counts(enough: int | None, holds: float) -> tuple[float, ...]:
    """Return how much each level, from 0 to 4, counts (see ``counted_level``)."""
    levels = range(HIGHEST + 1)
    if enough is None:
        return tuple(map(float, levels))
    return tuple(counted_level(level, enough, holds) for level in levels)


def number_unasked(inputs: AssessmentInput, layer: Layer) -> int:
    """Return how many details of a layer the team was not asked."""
    return sum(each.section in layer.sections for each in inputs.unasked)


def stakes_of(inputs: AssessmentInput) -> str:
    """Return what is at stake for the team, ``LIVE`` if the team did not say."""
    return inputs.facts.get(EngineFact.STAKES, Stakes.LIVE)


def enough(inputs: AssessmentInput, question: Question) -> float:
    """Return the level of an answer that is enough for this team at kickoff."""
    holds = inputs.questionnaire.constants.holds
    return question.enough.get(stakes_of(inputs), holds)


def counted_level(level: int, enough: float, holds: float) -> float:
    """Return how much a level counts in a score, from 0 to 4.

    The level ``enough`` counts as ``holds``, level 4 as 4, and all other levels in
    proportion.
    """
    if level < enough:
        return holds * level / enough
    return holds + (HIGHEST - holds) * (level - enough) / (HIGHEST - enough)


def counted_questions(inputs: AssessmentInput, layer: Layer) -> list[Question]:
    """Return the questions of a layer that count in its score: all that apply."""
    answer = inputs.sheet.answer
    return [q for q in inputs.within(layer.sections) if not answer(q.id).na]


def score(
    inputs: AssessmentInput, questions: Sequence[Question], unasked: int = 0
) -> Score:
    """Return the score of a group of questions: a weighted mean of the levels.

    Each level counts as ``counted_level`` says. ``unasked`` is the number of details
    that were not asked. Each of these details counts as the mean of the questions on
    the layer as a whole.
    """
    stakes, constants = stakes_of(inputs), inputs.questionnaire.constants
    counted = [_counted_question(each, stakes, constants.holds) for each in questions]
    return _score(inputs.sheet.answers, counted, unasked, constants.whole_layer_weight)


def _score(
    answers: Mapping[str, Answer],
    questions: Iterable[_Counted],
    unasked: int,
    weight: float,
) -> Score:
    known: list[str] = []
    open_: list[str] = []
    left_out: list[str] = []
    whole_low = whole_high = low = high = 0.0
    wholes = details = 0
    for id_, overall, counts in questions:
        answer = answers.get(id_, NO_ANSWER)
        if answer.na:
            left_out.append(id_)
            continue
        level = answer.level
        if level is None:
            open_.append(id_)
            least, most = counts[0], float(HIGHEST)
        else:
            known.append(id_)
            least = most = counts[level]
        if overall:
            whole_low, whole_high, wholes = (
                whole_low + least,
                whole_high + most,
                wholes + 1,
            )
        else:
            low, high, details = low + least, high + most, details + 1
    bounds = score_bounds(
        LayerPart(whole_low, whole_high, wholes),
        LayerPart(low, high, details),
        unasked,
        weight,
    )
    return Score(*bounds, tuple(known), tuple(open_), tuple(left_out))


def combined(whole: float | None, details: float | None, weight: float) -> float:
    """Combine two means of levels into one score.

    ``whole`` is the mean of the questions on a layer as a whole, ``details`` the mean
    of the layer's details. ``weight`` is the weight of ``whole``, from 0 to 1. If one
    mean is None, the other is returned; if both are None, 0. Otherwise the score is the
    weighted mean, but exceeds the lower mean by ``MOST_ABOVE`` at most.
    """
    if whole is None or (details is not None and weight == 0):
        return round(details or 0.0, PLACES)
    if details is None or weight == 1:
        return round(whole, PLACES)
    # A high mean must not hide a low one.
    mean = (1 - weight) * details + weight * whole
    return round(min(mean, min(details, whole) + MOST_ABOVE), PLACES)


def score_bounds(
    whole: LayerPart, details: LayerPart, unasked: int, weight: float
) -> Bounds:
    """Return the bounds of a layer's score.

    Args:
        whole: the questions on the layer as a whole.
        details: the details that were asked.
        unasked: the number of details that were not asked.
        weight: the weight of ``whole``, from 0 to 1.

    """
    mean = _mean(whole.low, whole.number)
    of_details = _mean_of_details(details.low, details.number, unasked, mean)
    low = combined(mean, of_details, weight)
    if whole.low == whole.high and details.low == details.high:  # most often
        return Bounds(low, low)
    mean = _mean(whole.high, whole.number)
    of_details = _mean_of_details(details.high, details.number, unasked, mean)
    return Bounds(low, combined(mean, of_details, weight))


def details_low(inputs: AssessmentInput, layer: Layer) -> float:
    """Return the lower bound of the mean of a layer's details, from 0 to 4."""
    counted = counted_questions(inputs, layer)
    whole, details = (
        layer_part(inputs, [each for each in counted if each.overall is kind])
        for kind in (True, False)
    )
    of_whole = _mean(whole.low, whole.number)
    unasked = number_unasked(inputs, layer)
    of_details = _mean_of_details(details.low, details.number, unasked, of_whole)
    return rounded(of_details or 0.0)


def _mean(total: float, number: int) -> float | None:
    return total / number if number else None


def _mean_of_details(
    total: float, number: int, unasked: int, whole: float | None
) -> float | None:
    """Return the mean of a layer's details; unasked details count as ``whole``.

    The result is None if no detail counts.
    """
    if unasked and whole is not None:
        return (total + unasked * whole) / (number + unasked)
    return _mean(total, number)


def layer_part(inputs: AssessmentInput, questions: Sequence[Question]) -> LayerPart:
    """Return the sums of the levels of some questions on a layer.

    Each level counts as ``counted_level`` says. ``questions`` must be among the
    ``counted_questions`` of the layer.
    """
    low = high = 0.0
    for question in questions:
        level = inputs.sheet.answer(question.id).level
        counts = counted(inputs, question, level or 0)
        low += counts
        high += HIGHEST if level is None else counts
    return LayerPart(low, high, len(questions))


def weights(
    questions: Sequence[Question], whole_layer_weight: float, unasked: int = 0
) -> dict[str, float]:
    """Map the id of each question to its share in the layer's score, from 0 to 1.

    ``questions`` are all questions of one layer that apply. ``unasked`` is the number
    of details that the team was not asked.
    """
    number = {kind: sum(q.overall is kind for q in questions) for kind in (True, False)}
    share = {True: 1.0, False: 1.0}
    if all(number.values()):
        asked = number[False] / (number[False] + unasked)
        of_details = (1 - whole_layer_weight) * asked
        share = {True: 1 - of_details, False: of_details}
    return {q.id: share[q.overall] / number[q.overall] for q in questions}


def gain(inputs: AssessmentInput, question: Question, level: int, to: int) -> float:
    """Return how much more an answer counts at level ``to`` than at ``level``."""
    return counted(inputs, question, to) - counted(inputs, question, level)


def counted(inputs: AssessmentInput, question: Question, level: int) -> float:
    """Return how much a level counts for this team (see ``counted_level``)."""
    holds = inputs.questionnaire.constants.holds
    return _counts(question.enough.get(stakes_of(inputs)), holds)[level]


def fewest_steps_to_hold(
    inputs: AssessmentInput, layer: Layer
) -> tuple[LevelChange, ...]:
    """Return the changes that make a layer good enough in the fewest one-level steps.

    The result is empty if the layer is good enough already.
    """
    constants = inputs.questionnaire.constants
    counted = counted_questions(inputs, layer)
    before = {q.id: inputs.sheet.answer(q.id).level or 0 for q in counted}
    whole, details = (
        _level_changes(inputs, [q for q in counted if q.overall is kind], before)
        for kind in (True, False)
    )
    rest = number_unasked(inputs, layer), constants.whole_layer_weight
    for on_whole, on_details in _numbers_of_changes(len(whole.ids), len(details.ids)):
        parts = whole.parts[on_whole], details.parts[on_details]
        if score_bounds(*parts, *rest).low >= constants.holds:
            raised = Counter([*whole.ids[:on_whole], *details.ids[:on_details]])
            return tuple(
                LevelChange(q, before[q.id], before[q.id] + raised[q.id])
                for q in counted
                if raised[q.id]
            )
    return ()


def _numbers_of_changes(whole: int, details: int) -> Iterator[tuple[int, int]]:
    """Yield all pairs of numbers up to ``whole`` and ``details``, small sums first."""
    for number in range(whole + details + 1):
        for on_whole in range(min(number, whole), -1, -1):
            if number - on_whole <= details:
                yield on_whole, number - on_whole


def _level_changes(
    inputs: AssessmentInput, questions: Sequence[Question], before: Mapping[str, int]
) -> _LevelChanges:
    """Return the changes by one level that together make every answer high enough.

    ``before`` has the present level of each question. The changes that add most to the
    score come first.
    """
    changes = sorted(
        (-gain(inputs, question, level, level + 1), level, n)
        for n, question in enumerate(questions)
        for level in range(before[question.id], HIGHEST)
        if level < enough(inputs, question)
    )
    part = layer_part(inputs, questions)
    raised = accumulate((-minus for minus, *_ in changes), initial=0.0)
    return _LevelChanges(
        [questions[n].id for *_, n in changes], [part.raised(by) for by in raised]
    )
