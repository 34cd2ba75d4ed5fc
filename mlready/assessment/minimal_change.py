"""The fewest answers whose change by one level would change the advice.

The advice depends on the answers only through the score of each layer and through the
gates, and layers share no questions. So the cheapest way to each other advice is found
layer by layer, which is exact and takes no sampling.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from operator import attrgetter
from typing import NamedTuple

from mlready.assessment.diagnosis import (
    Diagnosis,
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
    LayerScore,
    LevelChange,
    Score,
    score,
    weights,
)
from mlready.assessment.staffing import MlVacancy, Staffing, staff
from mlready.model.answers import Answer, AssessmentInput
from mlready.model.questionnaire import Placement, Question, Role

Changes = tuple[LevelChange, ...]
Test = Callable[[Score], bool]


class LayerMoves(NamedTuple):
    """A layer, and its scores after 0, 1, 2 ... of its answers moved by a level."""

    score: LayerScore
    height: int
    ups: tuple[tuple[LevelChange, ...], ...]
    raised: tuple[Score, ...]
    downs: tuple[tuple[LevelChange, ...], ...]
    lowered: tuple[Score, ...]


class MinimalChange(NamedTuple):
    """The fewest answers whose change by one level changes verdict or first hire."""

    changes: tuple[LevelChange, ...]
    verdict: Verdict
    first_hire: Role | None


Value = Callable[[Score], float]
_low, _high = attrgetter("low"), attrgetter("high")


def minimal_change(diagnosis: Diagnosis, staffing: Staffing) -> MinimalChange | None:
    """Return the smallest of the cheapest ways to each other advice."""
    now = diagnosis.verdict, staffing.first_hire
    found = _ways(diagnosis, staffing)
    ways = {_named(way): way for way in found if way}
    for _, changes in sorted(ways.items(), key=lambda pair: (len(pair[0]), pair[0])):
        other = apply_changes(diagnosis.inputs, changes)
        then = _advice(other)
        if then != now:
            return MinimalChange(changes, *then)
    return None


def _advice(inputs: AssessmentInput) -> tuple[Verdict, Role | None]:
    diagnosis = diagnose(inputs)
    return diagnosis.verdict, staff(diagnosis).first_hire


def _named(way: Changes) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((change.question.id, change.to) for change in way))


def apply_changes(inputs: AssessmentInput, changes: Changes) -> AssessmentInput:
    """Return the team as it would be after these changes."""
    answers = dict(inputs.sheet.answers)
    for change in changes:
        answer = inputs.sheet.answer(change.question.id)
        answers[change.question.id] = answer._replace(level=change.to)
    return inputs._replace(sheet=inputs.sheet._replace(answers=answers))


def _ways(diagnosis: Diagnosis, staffing: Staffing) -> Iterator[Changes | None]:
    """Yield the cheapest way to every other verdict, layer to mend and gate."""
    inputs = diagnosis.inputs
    bars, layers = thresholds_for(inputs), layer_moves(diagnosis)
    values = (_low, _high) if diagnosis.open else (_low,)
    for value in values:
        if diagnosis.verdict is not Verdict.READY:
            yield from _to_better_verdicts(layers, bars, value)
        if diagnosis.verdict is not Verdict.NOT_YET or diagnosis.open:
            yield from _to_worse_verdicts(layers, bars, value)
    ends = ((_low, _low), (_high, _low), (_low, _high))
    for first in layers:
        if diagnosis.open or not _same_hire(diagnosis, staffing, first):
            known = ends if diagnosis.open else ends[:1]
            yield from (_to_mend(first, layers, bars, *each) for each in known)
    # Elsewhere the way past the gates leads through a better verdict, which is nearer.
    if staffing.ml_vacancy is MlVacancy.OPEN:
        yield from _to_lock(inputs, bars)
    elif diagnosis.verdict is Verdict.READY:
        yield _to_unlock(inputs, bars)


def _same_hire(diagnosis: Diagnosis, staffing: Staffing, first: LayerMoves) -> bool:
    """Return whether mending this layer first would call for the same vacancy."""
    layer = first.score.layer
    inputs = diagnosis.inputs
    id_ = role_for_layer(diagnosis._replace(failing_layers=(layer,)), layer)
    role = inputs.questionnaire.roles.get(id_)
    hired = role if role and position_for(inputs, role, [layer]).missing else None
    return hired == staffing.first_hire


def _to_better_verdicts(
    layers: list[LayerMoves], bars: Thresholds, value: Value
) -> Iterator[Changes | None]:
    """Yield the ways by which all layers come to hold, or to stop nothing.

    A single layer that is needed only to go live may stop without keeping modelling
    from starting, so any one of those may be left as it is.
    """
    yield combined(
        fewest_raises(track, _not(_failing(bars, value))) for track in layers
    )
    for left in (None, *_live(layers, bars)):
        yield combined(
            fewest_raises(track, _not(_stopping(track, bars, value)))
            for track in layers
            if track is not left
        )


def _to_worse_verdicts(
    layers: list[LayerMoves], bars: Thresholds, value: Value
) -> Iterator[Changes | None]:
    """Yield the ways by which a layer fails or stops it, or two together do."""
    for track in layers:
        yield fewest_drops(track, _failing(bars, value))
        yield fewest_drops(track, _stopping(track, bars, value))
    for pair in combinations(_live(layers, bars), 2):
        yield combined(
            fewest_drops(track, _stopping(track, bars, value)) for track in pair
        )


def _live(layers: list[LayerMoves], bars: Thresholds) -> list[LayerMoves]:
    return [track for track in layers if track.score.layer.to_go_live(bars.facts)]


def _stopping(track: LayerMoves, bars: Thresholds, value: Value) -> Test:
    return lambda score: bars.stops(track.score.layer, value(score))


def _failing(bars: Thresholds, value: Value) -> Test:
    return lambda score: bars.fails(value(score))


def _not(test: Test) -> Test:
    return lambda score: not test(score)


def _to_mend(
    first: LayerMoves,
    layers: list[LayerMoves],
    bars: Thresholds,
    own: Value,
    other: Value,
) -> Changes | None:
    """Return the fewest changes after which this layer is the one to mend first.

    ``own`` and ``other`` say which end of the intervals counts. To be first a layer
    must fail and all others be stronger, so only it falls and only others rise.
    """
    best: Changes | None = None
    for way, fallen in zip(first.downs, first.lowered, strict=True):
        if best is not None and len(way) >= len(best):
            break
        if not bars.fails(fallen.low):
            continue
        rises = combined(
            fewest_raises(track, _yields(track, first, own(fallen), bars, other))
            for track in layers
            if track is not first
        )
        if rises is not None and (best is None or len(way + rises) < len(best)):
            best = way + rises
    return best


def _yields(
    track: LayerMoves, first: LayerMoves, fallen: float, bars: Thresholds, value: Value
) -> Test:
    """Return whether a layer of some score leaves the first place to another."""
    tilt, near = bars.constants.tilt, bars.constants.tie_margin
    layers = track.score.layer, first.score.layer
    other_beside, first_beside = (
        layer.placement == Placement.BESIDE for layer in layers
    )
    other_named, first_named = (layer.id == bars.room for layer in layers)

    def test(score: Score) -> bool:
        if not bars.fails(value(score)):
            return True
        if not bars.fails(fallen):
            return False
        mine = fallen + tilt * first.height
        theirs = value(score) + tilt * track.height
        if other_named:
            return not other_beside and not first_beside and theirs > mine + near
        if first_named:
            return first_beside or other_beside or mine <= theirs + near
        ours = (first_beside, mine, first.height)
        return ours < (other_beside, theirs, track.height)

    return test


def _to_lock(inputs: AssessmentInput, bars: Thresholds) -> Iterator[Changes]:
    """Yield the gates whose fall by one level locks the vacancy on top."""
    bar = bars.constants.locks_below
    for question in blocking_questions(inputs):
        level = inputs.sheet.answer(question.id).level
        if level is not None and level >= bar > level - 1:
            yield (LevelChange(question, level, level - 1),)


def _to_unlock(inputs: AssessmentInput, bars: Thresholds) -> Changes | None:
    """Return the fewest changes after which nothing locks the vacancy on top."""
    raised = tuple(
        LevelChange(question, level, level + 1)
        for question in blocking_questions(inputs)
        for level in [inputs.sheet.answer(question.id).level]
        if level is not None and level < bars.constants.locks_below
    )
    opened = apply_changes(inputs, raised)
    holding = _not(_failing(bars, _low))
    rises = combined(fewest_raises(t, holding) for t in layer_moves(diagnose(opened)))
    return None if rises is None else (*raised, *_rest(rises, raised))


def _rest(rises: Changes, raised: Changes) -> Iterator[LevelChange]:
    """Yield the rises that are not raised already: nothing moves by two levels."""
    done = {change.question.id for change in raised}
    yield from (change for change in rises if change.question.id not in done)


def layer_moves(diagnosis: Diagnosis) -> list[LayerMoves]:
    """Return the track of every layer that may be mended first, from the bottom up."""
    judged = judged_layers(diagnosis.scores)
    return [
        _track(diagnosis.inputs, each, height) for height, each in enumerate(judged)
    ]


def _track(inputs: AssessmentInput, layer: LayerScore, height: int) -> LayerMoves:
    questions = inputs.within(layer.layer.sections)
    ups = tuple(_moves(inputs, questions, 1))
    downs = tuple(_moves(inputs, questions, -1))
    raised, lowered = (tuple(_scored(inputs, questions, way)) for way in (ups, downs))
    return LayerMoves(layer, height, ups, raised, downs, lowered)


def _scored(
    inputs: AssessmentInput, questions: Sequence[Question], ways: Sequence[Changes]
) -> Iterator[Score]:
    """Yield the layer's score after each of these ways, each one change longer."""
    overall = inputs.questionnaire.constants.whole_layer_weight
    answers = {each.id: inputs.sheet.answer(each.id) for each in questions}
    for way in ways:
        for change in way[-1:]:
            answers[change.question.id] = Answer(level=change.to)
        yield score(questions, inputs.sheet._replace(answers=answers), overall)


def _moves(
    inputs: AssessmentInput, questions: Sequence[Question], by: int
) -> Iterator[Changes]:
    """Yield the 0, 1, 2 ... changes that move the layer most, the whole before all."""
    sheet, overall = inputs.sheet, inputs.questionnaire.constants.whole_layer_weight
    counted = [q for q in questions if not sheet.answer(q.id).na]
    weight = weights(counted, overall)
    movable = [
        LevelChange(question, level, level + by)
        for question in counted
        for level in [sheet.answer(question.id).level]
        if level is not None and 0 <= level + by <= HIGHEST
    ]
    movable.sort(key=lambda change: -weight[change.question.id])
    yield from (tuple(movable[:number]) for number in range(len(movable) + 1))


def fewest_raises(track: LayerMoves, wanted: Test) -> Changes | None:
    """Return the fewest changes upwards after which a test holds, None if none do."""
    return _first_that(track.ups, track.raised, wanted)


def fewest_drops(track: LayerMoves, wanted: Test) -> Changes | None:
    """Return the fewest changes downwards after which a test holds."""
    return _first_that(track.downs, track.lowered, wanted)


def _first_that(
    ways: Sequence[Changes], scores: Sequence[Score], wanted: Test
) -> Changes | None:
    return next(
        (way for way, found in zip(ways, scores, strict=True) if wanted(found)), None
    )


def combined(ways: Iterable[Changes | None]) -> Changes | None:
    """Return all these changes as one way, None if one of them does not exist."""
    found = list(ways)
    if any(way is None for way in found):
        return None
    return tuple(change for way in found if way for change in way)
