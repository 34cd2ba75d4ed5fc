"""Find the fewest one-level changes of answers that change verdict or first hire.

Layers share no questions, so the changes are found layer by layer, without sampling. A
"way" is a set of changes that leads to other advice.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain, combinations
from math import inf
from operator import attrgetter
from typing import NamedTuple

from mlready.assessment.diagnosis import (
    Diagnosis,
    RankedLayer,
    Thresholds,
    Verdict,
    blocking_questions,
    diagnose,
    judged_layers,
    thresholds_for,
)
from mlready.assessment.hiring_capacity import position_for, role_for_layer
from mlready.assessment.scoring import (
    HIGHEST,
    Bounds,
    LayerPart,
    LayerScore,
    LevelChange,
    counted_questions,
    gain,
    layer_part,
    number_unasked,
    score_bounds,
)
from mlready.assessment.staffing import MlVacancy, Staffing, staff
from mlready.model.answers import AssessmentInput, with_answers
from mlready.model.questionnaire import Question, Role

FEW = 5  # a larger number of changes is tried only if so few never change the advice
Changes = tuple[LevelChange, ...]
ScoreTest = Callable[[Bounds], bool]
# A function that returns the lower or the upper bound of a score.
ScoreEnd = Callable[[Bounds], float]
_low: ScoreEnd = attrgetter("low")
_high: ScoreEnd = attrgetter("high")


class ScoredChanges(NamedTuple):
    """Changes of a layer's answers, and the layer's score after these changes."""

    changes: Changes
    score: Bounds


# Each outcome has one more change than the one before it.
Series = tuple[ScoredChanges, ...]


class LayerMoves(NamedTuple):
    """A layer, and how its score changes when answers change by one level."""

    score: LayerScore
    height: int  # index of the layer, from 0 for the lowest
    # One series for each number (0, 1, 2 ...) of raised answers on the layer as a
    # whole. The series then raises 0, 1, 2 ... details, those with most effect first.
    raises: tuple[Series, ...]
    drops: tuple[Series, ...]  # such series for lowered answers


class MinimalChange(NamedTuple):
    """The fewest answers that must change to change the verdict or the first hire."""

    changes: Changes  # each by one level
    verdict: Verdict  # after the changes
    first_hire: Role | None  # after the changes

    @property
    def by_direction(self) -> tuple[tuple[bool, Changes], ...]:
        """The changes by direction: (True, raised levels), (False, lowered levels)."""
        return tuple(
            (raised, tuple(each for each in self.changes if each.raised is raised))
            for raised in dict.fromkeys(each.raised for each in self.changes)
        )


def minimal_change(diagnosis: Diagnosis, staffing: Staffing) -> MinimalChange | None:
    """Return the fewest one-level changes for another verdict or first hire.

    The result is None if no such changes have an effect.
    """
    few = _first_change(diagnosis, staffing, FEW)
    return few or _first_change(diagnosis, staffing, inf)


def _first_change(
    diagnosis: Diagnosis, staffing: Staffing, most: float
) -> MinimalChange | None:
    """Return the minimal change, None if it changes more answers than ``most``."""
    current = diagnosis.verdict, staffing.first_hire
    ways = {_sort_key(way): way for way in _ways(diagnosis, staffing, most) if way}
    for _, changes in sorted(ways.items(), key=lambda pair: (len(pair[0]), pair[0])):
        if len(changes) > most:
            return None
        changed = _advice(apply_changes(diagnosis.inputs, changes))
        if changed != current:
            return MinimalChange(changes, *changed)
    return None


def _advice(inputs: AssessmentInput) -> tuple[Verdict, Role | None]:
    diagnosis = diagnose(inputs, explained=False)
    return diagnosis.verdict, staff(diagnosis, explained=False).first_hire


def _sort_key(way: Changes) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((change.question.id, change.to) for change in way))


def apply_changes(inputs: AssessmentInput, changes: Changes) -> AssessmentInput:
    """Return the team's answers after these changes."""
    answers = {
        id_: inputs.sheet.answer(id_)._replace(level=change.to)
        for change in changes
        for id_ in [change.question.id]
    }
    return with_answers(inputs, answers)


def _ways(
    diagnosis: Diagnosis, staffing: Staffing, most: float
) -> Iterator[Changes | None]:
    """Yield the fewest changes to other verdicts, layers to mend first or vacancies.

    None stands for advice that no changes lead to, or only more than ``most``.
    """
    inputs = diagnosis.inputs
    thresholds, layers = thresholds_for(inputs), layer_moves(diagnosis, most)
    for end in (_low, _high) if diagnosis.open else (_low,):
        if diagnosis.verdict is not Verdict.READY:
            yield from _to_better_verdicts(layers, thresholds, end)
        if diagnosis.verdict is not Verdict.NOT_YET or diagnosis.open:
            yield from _to_worse_verdicts(layers, thresholds, end)
    yield from _to_other_priorities(diagnosis, staffing, layers, most)
    # With other verdicts, improving the verdict takes fewer changes than opening the
    # ML vacancy.
    if staffing.ml_vacancy is MlVacancy.OPEN:
        yield from _to_lock(inputs, thresholds)
    elif diagnosis.verdict is Verdict.READY:
        yield _to_unlock(inputs, thresholds)


def _to_other_priorities(
    diagnosis: Diagnosis, staffing: Staffing, layers: list[LayerMoves], most: float
) -> Iterator[Changes | None]:
    """Yield the fewest answers to change so that another layer is mended first."""
    thresholds = thresholds_for(diagnosis.inputs)
    for first in layers:
        # If nothing is open, another layer with the same hire changes no advice.
        if diagnosis.open or not _same_hire(diagnosis, staffing, first):
            for ends in _ends_to_compare(first, layers):
                yield _to_priority(first, layers, thresholds, ends, most)


def _ends_to_compare(
    first: LayerMoves, layers: list[LayerMoves]
) -> Iterator[tuple[ScoreEnd, ScoreEnd]]:
    """Yield pairs of bounds to compare: that of ``first``, that of all other layers.

    An upper bound is compared only if a layer has open questions.
    """
    yield _low, _low
    if first.score.own.open:
        yield _high, _low
    if any(each.score.own.open for each in layers if each is not first):
        yield _low, _high


def _same_hire(diagnosis: Diagnosis, staffing: Staffing, first: LayerMoves) -> bool:
    """Return whether the first hire stays the same if ``first`` is mended first."""
    layer, inputs = first.score.layer, diagnosis.inputs
    role_id = role_for_layer(diagnosis._replace(failing_layers=(layer,)), layer)
    role = inputs.questionnaire.roles.get(role_id)
    hired = role if role and position_for(inputs, role, [layer]).missing else None
    return hired == staffing.first_hire


def _to_better_verdicts(
    layers: list[LayerMoves], thresholds: Thresholds, end: ScoreEnd
) -> Iterator[Changes | None]:
    """Yield changes after which all layers are good enough, or modelling may start.

    ``end`` selects which bound of each score must be good enough.
    """
    holds = _negated(_fails(thresholds, end))
    yield combined(fewest_raises(moves, holds) for moves in layers)
    # Modelling may start although one layer stops going live, so each is left out in
    # turn.
    for left in (None, *_needed_to_go_live(layers, thresholds)):
        yield combined(
            fewest_raises(moves, _negated(_stops(moves, thresholds, end)))
            for moves in layers
            if moves is not left
        )


def _to_worse_verdicts(
    layers: list[LayerMoves], thresholds: Thresholds, end: ScoreEnd
) -> Iterator[Changes | None]:
    """Yield changes after which a layer is not good enough, or stops the project.

    ``end`` selects which bound of each score must be too low.
    """
    for moves in layers:
        yield fewest_drops(moves, _fails(thresholds, end))
        yield fewest_drops(moves, _stops(moves, thresholds, end))
    # Modelling must wait if two layers stop the project, even if only going live
    # requires them.
    for pair in combinations(_needed_to_go_live(layers, thresholds), 2):
        yield combined(
            fewest_drops(moves, _stops(moves, thresholds, end)) for moves in pair
        )


def _needed_to_go_live(
    layers: list[LayerMoves], thresholds: Thresholds
) -> list[LayerMoves]:
    return [moves for moves in layers if moves.score.layer.to_go_live(thresholds.facts)]


def _stops(moves: LayerMoves, thresholds: Thresholds, end: ScoreEnd) -> ScoreTest:
    return lambda score: thresholds.stops(moves.score.layer, end(score))


def _fails(thresholds: Thresholds, end: ScoreEnd) -> ScoreTest:
    return lambda score: thresholds.fails(end(score))


def _negated(test: ScoreTest) -> ScoreTest:
    return lambda score: not test(score)


def _to_priority(
    first: LayerMoves,
    layers: list[LayerMoves],
    thresholds: Thresholds,
    ends: tuple[ScoreEnd, ScoreEnd],
    most: float,
) -> Changes | None:
    """Return the fewest changes after which the layer ``first`` is mended first."""
    # Only answers on ``first`` are lowered; only answers on other layers are raised.
    own_end, other_end = ends
    best: Changes | None = None
    for drops, lowered in sorted(chain(*first.drops), key=_number_of_changes):
        if len(drops) > most:
            break
        if not thresholds.fails(lowered.low):
            continue
        left = most - len(drops)
        leader = _ranked(first, own_end(lowered), thresholds)
        ways = (
            fewest_raises(moves, _yields_to(leader, moves, thresholds, other_end), left)
            for moves in layers
            if moves is not first
        )
        raises = combined(ways, left)
        if raises is not None:
            best = drops + raises
            most = len(best) - 1
    return best


def _number_of_changes(outcome: ScoredChanges) -> int:
    return len(outcome.changes)


def _ranked(
    moves: LayerMoves, score: float, thresholds: Thresholds
) -> RankedLayer | None:
    """Return the sort key of a layer, None if the score is good enough."""
    if not thresholds.fails(score):
        return None
    return thresholds.ranked(moves.score.layer, score, moves.height)


def _yields_to(
    leader: RankedLayer | None,
    other: LayerMoves,
    thresholds: Thresholds,
    end: ScoreEnd,
) -> ScoreTest:
    """Return a test that scores of ``other`` pass if ``leader`` is mended first."""

    def test(score: Bounds) -> bool:
        # ``leader`` is None if the layer with this key is good enough.
        rival = _ranked(other, end(score), thresholds)
        if not rival or not leader:
            return not rival
        return thresholds.mending_order([leader, rival])[0] is leader

    return test


def _to_lock(inputs: AssessmentInput, thresholds: Thresholds) -> Iterator[Changes]:
    """Yield each answer that would lock the ML vacancy if it were one level lower."""
    locks_below = thresholds.constants.locks_below
    for question in blocking_questions(inputs):
        level = inputs.sheet.answer(question.id).level
        if level is not None and level >= locks_below > level - 1:
            yield (LevelChange(question, level, level - 1),)


def _to_unlock(inputs: AssessmentInput, thresholds: Thresholds) -> Changes | None:
    """Return the fewest changes of answers after which the ML vacancy need not wait."""
    blockers = tuple(
        LevelChange(question, level, level + 1)
        for question in blocking_questions(inputs)
        for level in [inputs.sheet.answer(question.id).level]
        if level is not None and level < thresholds.constants.locks_below
    )
    unblocked = diagnose(apply_changes(inputs, blockers))
    holds = _negated(_fails(thresholds, _low))
    raises = combined(fewest_raises(m, holds) for m in layer_moves(unblocked))
    if raises is None:
        return None
    # Each answer may change by one level only, so no answer may be changed twice.
    raised = {change.question.id for change in blockers}
    return (*blockers, *(each for each in raises if each.question.id not in raised))


def layer_moves(diagnosis: Diagnosis, most: float = inf) -> list[LayerMoves]:
    """Return the possible changes of each layer's score, from the bottom layer up.

    The layer on top, and sets of more than ``most`` changes, are left out.
    """
    judged = judged_layers(diagnosis.scores)
    return [
        _moves(diagnosis.inputs, each, height, most)
        for height, each in enumerate(judged)
    ]


def _moves(
    inputs: AssessmentInput, layer: LayerScore, height: int, most: float
) -> LayerMoves:
    counted = counted_questions(inputs, layer.layer)
    whole, details = (
        [q for q in counted if q.overall is kind] for kind in (True, False)
    )
    parts = [(part, layer_part(inputs, part)) for part in (whole, details)]
    unasked = number_unasked(inputs, layer.layer)
    raises, drops = (tuple(_series(inputs, parts, unasked, by, most)) for by in (1, -1))
    return LayerMoves(layer, height, raises, drops)


def _series(
    inputs: AssessmentInput,
    parts: Sequence[tuple[Sequence[Question], LayerPart]],
    unasked: int,
    by: int,
    most: float,
) -> Iterator[Series]:
    """Yield the ``Series`` of a layer: raised answers if ``by`` is 1, lowered if -1."""
    weight = inputs.questionnaire.constants.whole_layer_weight
    on_whole, on_details = (
        _after_changes(inputs, questions, part, by) for questions, part in parts
    )
    for changes, whole in on_whole:
        outcomes = tuple(
            ScoredChanges(changes + more, score_bounds(whole, details, unasked, weight))
            for more, details in on_details
            if len(changes) + len(more) <= most
        )
        if outcomes:
            yield outcomes


def _after_changes(
    inputs: AssessmentInput, questions: Sequence[Question], part: LayerPart, by: int
) -> list[tuple[Changes, LayerPart]]:
    """Return the changes and the sums ``part`` after 0, 1, 2 ... changed answers.

    ``by`` is 1 to raise answers, -1 to lower them. Changes with most effect come first.
    """
    possible = [
        LevelChange(question, level, level + by)
        for question in questions
        for level in [inputs.sheet.answer(question.id).level]
        if level is not None and 0 <= level + by <= HIGHEST
    ]
    gains = [(change, gain(inputs, *change)) for change in possible]
    gains.sort(key=lambda pair: -abs(pair[1]))
    changes = tuple(change for change, _ in gains)
    totals = accumulate((by for _, by in gains), initial=0.0)
    return [(changes[:n], part.raised(total)) for n, total in enumerate(totals)]


def fewest_raises(
    moves: LayerMoves, test: ScoreTest, most: float = inf
) -> Changes | None:
    """Return the fewest raises after which the score of a layer passes a test.

    The result is None if ``most`` raises are too few.
    """
    return _first_passing(moves.raises, test, most)


def fewest_drops(moves: LayerMoves, test: ScoreTest) -> Changes | None:
    """Return the fewest drops after which the score of a layer passes a test.

    The result is None if no drops suffice.
    """
    return _first_passing(moves.drops, test, inf)


def _first_passing(
    series: Sequence[Series], test: ScoreTest, most: float
) -> Changes | None:
    """Return the fewest changes that pass a test, None if ``most`` are too few."""
    # Each outcome of a series moves the score further than the one before it. So if a
    # score passes the test, all following scores of its series pass too.
    if test(series[0][0].score):  # most often nothing has to change
        return ()
    passing = [
        outcomes[at].changes
        for outcomes in series
        for end in [int(min(len(outcomes), most + 1 - len(outcomes[0].changes)))]
        for at in [
            bisect_left(outcomes, True, hi=end, key=lambda each: test(each.score))  # noqa: FBT003 - bisect takes no keyword
        ]
        if at < end
    ]
    return min(passing, key=len, default=None)


def combined(ways: Iterable[Changes | None], most: float = inf) -> Changes | None:
    """Join sets of changes; None if a set is None or the total exceeds ``most``."""
    changes: list[LevelChange] = []
    for way in ways:
        if way is None or len(changes) + len(way) > most:
            return None
        changes += way
    return tuple(changes)
