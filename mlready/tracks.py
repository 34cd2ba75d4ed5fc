"""How far each layer moves when some of its answers change by one level."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from mlready.answers import Answer, Survey
from mlready.diagnosis import Diagnosis, judged_layers
from mlready.questionnaire import Question
from mlready.scoring import HIGHEST, LayerScore, Raise, Score, score, weights

Changes = tuple[Raise, ...]
Test = Callable[[Score], bool]


class Track(NamedTuple):
    """A layer, and its scores after 0, 1, 2 ... of its answers moved by a level."""

    score: LayerScore
    height: int
    ups: tuple[tuple[Raise, ...], ...]
    raised: tuple[Score, ...]
    downs: tuple[tuple[Raise, ...], ...]
    lowered: tuple[Score, ...]


def tracks(survey: Survey, diagnosis: Diagnosis) -> list[Track]:
    """Return the track of every layer that may be mended first, from the bottom up."""
    judged = judged_layers(diagnosis.scores)
    return [_track(survey, each, height) for height, each in enumerate(judged)]


def _track(survey: Survey, layer: LayerScore, height: int) -> Track:
    questions = survey.within(layer.layer.sections)
    ups = tuple(_moves(survey, questions, 1))
    downs = tuple(_moves(survey, questions, -1))
    raised, lowered = (tuple(_scored(survey, questions, way)) for way in (ups, downs))
    return Track(layer, height, ups, raised, downs, lowered)


def _scored(
    survey: Survey, questions: Sequence[Question], ways: Sequence[Changes]
) -> Iterator[Score]:
    """Yield the layer's score after each of these ways, each one change longer."""
    overall = survey.questionnaire.constants.overall
    answers = {each.id: survey.sheet.answer(each.id) for each in questions}
    for way in ways:
        for change in way[-1:]:
            answers[change.question.id] = Answer(level=change.to)
        yield score(questions, survey.sheet._replace(answers=answers), overall)


def _moves(survey: Survey, questions: Sequence[Question], by: int) -> Iterator[Changes]:
    """Yield the 0, 1, 2 ... changes that move the layer most, the whole before all."""
    sheet, overall = survey.sheet, survey.questionnaire.constants.overall
    counted = [q for q in questions if not sheet.answer(q.id).na]
    weight = weights(counted, overall)
    movable = [
        Raise(question, level, level + by)
        for question in counted
        for level in [sheet.answer(question.id).level]
        if level is not None and 0 <= level + by <= HIGHEST
    ]
    movable.sort(key=lambda change: -weight[change.question.id])
    yield from (tuple(movable[:number]) for number in range(len(movable) + 1))


def up(track: Track, wanted: Test) -> Changes | None:
    """Return the fewest changes upwards after which a test holds, None if none do."""
    return _first_that(track.ups, track.raised, wanted)


def down(track: Track, wanted: Test) -> Changes | None:
    """Return the fewest changes downwards after which a test holds."""
    return _first_that(track.downs, track.lowered, wanted)


def _first_that(
    ways: Sequence[Changes], scores: Sequence[Score], wanted: Test
) -> Changes | None:
    return next(
        (way for way, found in zip(ways, scores, strict=True) if wanted(found)), None
    )


def together(ways: Iterable[Changes | None]) -> Changes | None:
    """Return all these changes as one way, None if one of them does not exist."""
    found = list(ways)
    if any(way is None for way in found):
        return None
    return tuple(change for way in found if way for change in way)
