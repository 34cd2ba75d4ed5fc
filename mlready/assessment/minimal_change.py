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
from mlready.model.questionnaire import Layer, Question, Role

FEW = 5  # a larger number of changes is tried only if so few never change the advice
Changes = tuple[LevelChange, ...]
ScoreTest = Callable[[Bounds], bool]
# A function that returns the lower or the upper bound of a score.
ScoreBound = Callable[[Bounds], float]
_low: ScoreBound = attrgetter("low")
_high: ScoreBound = attrgetter("high")


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
    # The layer to fix first after the changes, None if no layer or the same as before.
    other_priority: Layer | None = None

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
    diagnosis: Diagnosis, staffing: Staffing, limit: float
) -> MinimalChange | None:
    """Return the minimal change, None if it changes more answers than ``limit``."""
    current = diagnosis.verdict, staffing.first_hire
    ways = {_sort_key(way): way for way in _ways(diagnosis, staffing, limit) if way}
    for _, changes in sorted(ways.items(), key=lambda pair: (len(pair[0]), pair[0])):
        if len(changes) > limit:
            return None
        other = diagnose(apply_changes(diagnosis.inputs, changes), explained=False)
        changed = other.verdict, staff(other, explained=False).first_hire
        if changed != current:
            return MinimalChange(changes, *changed, _other_priority(diagnosis, other))
    return None


def _other_priority(diagnosis: Diagnosis, other: Diagnosis) -> Layer | None:
    layer = other.priority_layer
    return None if layer == diagnosis.priority_layer else layer


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
    diagnosis: Diagnosis, staffing: Staffing, limit: float
) -> Iterator[Changes | None]:
    """Yield the smallest sets of changes that lead to other results.

    A result is a verdict, a layer to fix first, or a locked or open ML vacancy. None is
    yielded in place of a set if ``limit`` changes do not suffice.
    """
    inputs = diagnosis.inputs
    thresholds, layers = thresholds_for(inputs), layer_moves(diagnosis, limit)
    for bound in (_low, _high) if diagnosis.open else (_low,):
        if diagnosis.verdict is not Verdict.READY:
            yield from _to_better_verdicts(layers, thresholds, bound)
        if diagnosis.verdict is not Verdict.NOT_YET or diagnosis.open:
            yield from _to_worse_verdicts(layers, thresholds, bound)
    yield from _to_other_priorities(diagnosis, staffing, layers, limit)
    # With other verdicts, improving the verdict takes fewer changes than opening the
    # ML vacancy.
    if staffing.ml_vacancy is MlVacancy.OPEN:
        yield from _to_lock(inputs, thresholds)
    elif diagnosis.verdict is Verdict.READY:
        yield _to_unlock(inputs, thresholds)


def _to_other_priorities(
    diagnosis: Diagnosis, staffing: Staffing, layers: list[LayerMoves], limit: float
) -> Iterator[Changes | None]:
    """Yield the smallest sets of changes that make each layer in turn the first to fix.

    The order of fixing depends on which bounds of the scores are compared. Each layer
    gets one set for each pair of bounds in ``_bounds_to_compare``. None is yielded in
    place of a set of more than ``limit`` changes. If no question is open, layers that
    need the same hire as now are left out.
    """
    thresholds = thresholds_for(diagnosis.inputs)
    for first in layers:
        # If nothing is open, another layer with the same hire changes no advice.
        if diagnosis.open or not _same_hire(diagnosis, staffing, first):
            for bounds in _bounds_to_compare(first, layers):
                yield _to_priority(first, layers, thresholds, bounds, limit)


def _bounds_to_compare(
    first: LayerMoves, layers: list[LayerMoves]
) -> Iterator[tuple[ScoreBound, ScoreBound]]:
    """Yield pairs: which bound of the score of ``first`` to take, and which of others.

    The first pair is ``(_low, _low)``. If ``first`` has open questions, the pair
    ``(_high, _low)`` follows: the upper bound for ``first``, the lower bound for all
    others. If another layer has open questions, the pair ``(_low, _high)`` follows.
    """
    yield _low, _low
    if first.score.own.open:
        yield _high, _low
    if any(each.score.own.open for each in layers if each is not first):
        yield _low, _high


def _same_hire(diagnosis: Diagnosis, staffing: Staffing, first: LayerMoves) -> bool:
    """Return whether the layer ``first`` needs the hire ``staffing.first_hire``.

    The result is also True if ``staffing.first_hire`` is None and the layer needs no
    hire.
    """
    layer, inputs = first.score.layer, diagnosis.inputs
    role_id = role_for_layer(diagnosis._replace(failing_layers=(layer,)), layer)
    role = inputs.questionnaire.roles.get(role_id)
    hired = role if role and position_for(inputs, role, [layer]).missing else None
    return hired == staffing.first_hire


def _to_better_verdicts(
    layers: list[LayerMoves], thresholds: Thresholds, bound: ScoreBound
) -> Iterator[Changes | None]:
    """Yield sets of changes that can improve the verdict, each as small as possible.

    With the first set alone, all layers are good enough. With the second alone, none
    stops the project. With each further set alone, only one layer may stop the project,
    one that is only needed to go live. None is yielded in place of a set if no
    changes suffice. ``bound`` is ``_low`` or ``_high``: the bound of each score that
    must become high enough.
    """
    holds = _negated(_fails(thresholds, bound))
    yield combined(fewest_raises(moves, holds) for moves in layers)
    # Modelling may start although one layer stops going live, so each is left out in
    # turn.
    for left in (None, *_needed_to_go_live(layers, thresholds)):
        yield combined(
            fewest_raises(moves, _negated(_stops(moves, thresholds, bound)))
            for moves in layers
            if moves is not left
        )


def _to_worse_verdicts(
    layers: list[LayerMoves], thresholds: Thresholds, bound: ScoreBound
) -> Iterator[Changes | None]:
    """Yield sets of changes that can worsen the verdict, each as small as possible.

    Each layer has two sets: the first makes the layer no longer good enough, the second
    makes the layer stop the project. Then, for each two layers that are only needed to
    go live, one set makes both stop the project. None is yielded in place of a set if
    no changes suffice. ``bound`` is ``_low`` or ``_high``: the bound of each score that
    must become too low.
    """
    for moves in layers:
        yield fewest_drops(moves, _fails(thresholds, bound))
        yield fewest_drops(moves, _stops(moves, thresholds, bound))
    # Modelling must wait if two layers stop the project, even if only going live
    # requires them.
    for pair in combinations(_needed_to_go_live(layers, thresholds), 2):
        yield combined(
            fewest_drops(moves, _stops(moves, thresholds, bound)) for moves in pair
        )


def _needed_to_go_live(
    layers: list[LayerMoves], thresholds: Thresholds
) -> list[LayerMoves]:
    return [moves for moves in layers if moves.score.layer.to_go_live(thresholds.facts)]


def _stops(moves: LayerMoves, thresholds: Thresholds, bound: ScoreBound) -> ScoreTest:
    return lambda score: thresholds.stops(moves.score.layer, bound(score))


def _fails(thresholds: Thresholds, bound: ScoreBound) -> ScoreTest:
    return lambda score: thresholds.fails(bound(score))


def _negated(test: ScoreTest) -> ScoreTest:
    return lambda score: not test(score)


def _to_priority(
    first: LayerMoves,
    layers: list[LayerMoves],
    thresholds: Thresholds,
    bounds: tuple[ScoreBound, ScoreBound],
    limit: float,
) -> Changes | None:
    """Return the fewest changes of answers after which the layer ``first`` comes first.

    Layers come in the order in which to fix them. This order compares one bound of each
    score. ``bounds`` has two functions, each ``_low`` or ``_high``: the first picks the
    bound for ``first``, the second picks the bound for all other layers. The result is
    None if ``limit`` changes do not suffice.
    """
    # Only answers on ``first`` are lowered; only answers on other layers are raised.
    own_bound, other_bound = bounds
    best: Changes | None = None
    for drops, lowered in sorted(chain(*first.drops), key=_number_of_changes):
        if len(drops) > limit:
            break
        if not thresholds.fails(lowered.low):
            continue
        left = limit - len(drops)
        leader = _ranked(first, own_bound(lowered), thresholds)
        ways = (
            fewest_raises(
                moves, _waits_for(leader, moves, thresholds, other_bound), left
            )
            for moves in layers
            if moves is not first
        )
        raises = combined(ways, left)
        if raises is not None:
            best = drops + raises
            limit = len(best) - 1
    return best


def _number_of_changes(outcome: ScoredChanges) -> int:
    return len(outcome.changes)


def _ranked(
    moves: LayerMoves, score: float, thresholds: Thresholds
) -> RankedLayer | None:
    """Return the rank that the layer ``moves.score.layer`` would have with ``score``.

    The rank is the place in the order of fixing. The result is None if ``score`` is
    good enough.
    """
    if not thresholds.fails(score):
        return None
    return thresholds.ranked(moves.score.layer, score, moves.height)


def _waits_for(
    leader: RankedLayer | None,
    other: LayerMoves,
    thresholds: Thresholds,
    bound: ScoreBound,
) -> ScoreTest:
    """Return a test for scores of ``other``, a layer that must not be the first to fix.

    A score passes if it makes ``other`` good enough, or if ``other`` would be fixed
    after ``leader``. If ``leader`` is None, nothing else has to be fixed, so only a
    score that is good enough passes. ``bound`` picks the bound to test, lower or upper.
    """

    def test(score: Bounds) -> bool:
        rival = _ranked(other, bound(score), thresholds)
        if not rival or not leader:
            return not rival
        return thresholds.mending_order([leader, rival])[0] is leader

    return test


def _to_lock(inputs: AssessmentInput, thresholds: Thresholds) -> Iterator[Changes]:
    """Yield each change of a single answer, by one level, that locks the ML vacancy."""
    locks_below = thresholds.constants.locks_below
    for question in blocking_questions(inputs):
        level = inputs.sheet.answer(question.id).level
        if level is not None and level >= locks_below > level - 1:
            yield (LevelChange(question, level, level - 1),)


def _to_unlock(inputs: AssessmentInput, thresholds: Thresholds) -> Changes | None:
    """Return the fewest changes of answers after which the ML vacancy need not wait.

    The result is None if no changes suffice.
    """
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


def layer_moves(diagnosis: Diagnosis, limit: float = inf) -> list[LayerMoves]:
    """Return each layer with the scores that changed answers would give the layer.

    The layers come from the bottom up, without the layer on top. At most ``limit``
    answers are changed at once.
    """
    judged = judged_layers(diagnosis.scores)
    return [
        _moves(diagnosis.inputs, each, height, limit)
        for height, each in enumerate(judged)
    ]


def _moves(
    inputs: AssessmentInput, layer: LayerScore, height: int, limit: float
) -> LayerMoves:
    counted = counted_questions(inputs, layer.layer)
    whole, details = (
        [q for q in counted if q.overall is kind] for kind in (True, False)
    )
    parts = [(part, layer_part(inputs, part)) for part in (whole, details)]
    unasked = number_unasked(inputs, layer.layer)
    raises, drops = (
        tuple(_series(inputs, parts, unasked, by, limit)) for by in (1, -1)
    )
    return LayerMoves(layer, height, raises, drops)


def _series(
    inputs: AssessmentInput,
    parts: Sequence[tuple[Sequence[Question], LayerPart]],
    unasked: int,
    by: int,
    limit: float,
) -> Iterator[Series]:
    """Yield sets of changes of one layer's answers, grouped into series.

    Each set comes with the layer's score after the changes. The first series changes no
    answer to a question on the layer as a whole, the second series changes one such
    answer, and so on. The sets of a series also change 0, 1, 2 ... details.

    Args:
        inputs: the team's answers.
        parts: two pairs. The first has the questions on the layer as a whole, and the
            sum of their levels. The second has the details that were asked, and the
            sum of their levels.
        unasked: the number of details that were not asked.
        by: 1 to raise each answer by one level, -1 to lower it by one level.
        limit: the most changes in a set.

    """
    weight = inputs.questionnaire.constants.whole_layer_weight
    on_whole, on_details = (
        _after_changes(inputs, questions, part, by) for questions, part in parts
    )
    for changes, whole in on_whole:
        outcomes = tuple(
            ScoredChanges(changes + more, score_bounds(whole, details, unasked, weight))
            for more, details in on_details
            if len(changes) + len(more) <= limit
        )
        if outcomes:
            yield outcomes


def _after_changes(
    inputs: AssessmentInput, questions: Sequence[Question], part: LayerPart, by: int
) -> list[tuple[Changes, LayerPart]]:
    """Return for n = 0, 1, 2 ... the n changes with most effect on the score.

    Each change raises an answer to one of ``questions`` by one level if ``by`` is 1,
    and lowers the answer if ``by`` is -1. A ``LayerPart`` has the sum of the levels
    twice: with open questions at level 0, and at level 4. ``part`` has the sums before
    any change, and each set comes with the sums after the changes.
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
    moves: LayerMoves, test: ScoreTest, limit: float = inf
) -> Changes | None:
    """Return the fewest changes, each one level up, so that a layer passes a test.

    ``moves`` has the layer and the changes to try. ``test`` gets the layer's score
    after the changes. The result is None if ``limit`` changes do not suffice.
    """
    return _first_passing(moves.raises, test, limit)


def fewest_drops(moves: LayerMoves, test: ScoreTest) -> Changes | None:
    """Return the fewest changes, each one level down, so that a layer passes a test.

    ``moves`` has the layer and the changes to try. ``test`` gets the layer's score
    after the changes. The result is None if no changes suffice.
    """
    return _first_passing(moves.drops, test, inf)


def _first_passing(
    series: Sequence[Series], test: ScoreTest, limit: float
) -> Changes | None:
    """Return the fewest changes after which a layer's score passes ``test``.

    ``series`` has the sets of changes to try, each with the layer's score after the
    changes. The result is None if no set of at most ``limit`` changes passes.
    """
    # Each outcome of a series moves the score further than the one before it. So if a
    # score passes the test, all following scores of its series pass too.
    if test(series[0][0].score):  # most often nothing has to change
        return ()
    passing = [
        outcomes[at].changes
        for outcomes in series
        for end in [int(min(len(outcomes), limit + 1 - len(outcomes[0].changes)))]
        for at in [
            bisect_left(outcomes, True, hi=end, key=lambda each: test(each.score))  # noqa: FBT003 - bisect takes no keyword
        ]
        if at < end
    ]
    return min(passing, key=len, default=None)


def combined(ways: Iterable[Changes | None], limit: float = inf) -> Changes | None:
    """Join sets of changes; None if a set is None or the total exceeds ``limit``."""
    changes: list[LevelChange] = []
    for way in ways:
        if way is None or len(changes) + len(way) > limit:
            return None
        changes += way
    return tuple(changes)
