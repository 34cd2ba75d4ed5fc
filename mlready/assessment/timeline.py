"""Follow a team over several points in time.

The first and the last point are compared; the points between them show setbacks and
steps that were done.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.ages import with_ages
from mlready.assessment.assess import Assessment, assess
from mlready.assessment.comparison import (
    AnswerChange,
    Comparison,
    compare,
    fallen_answers,
    raised_without_evidence,
    verdict_rank,
)
from mlready.model.answers import LEFT, OTHER_WORDS, AnswerSheet, PlanStep
from mlready.model.questionnaire import Layer, Question, Questionnaire
from mlready.model.step_keys import REMOVED

Hide = Callable[[AnswerSheet], AnswerSheet]


class PointInTime(NamedTuple):
    """What a team answered at one point in time."""

    name: str  # of the file or folder with the answers
    date: str  # of the interview, YYYY-MM-DD or ""
    sheet: AnswerSheet
    # Version of the questionnaire that was answered; ``sheet`` is converted already.
    version: int


class Ordering(StrEnum):
    """How the points in time of a timeline were put into order."""

    DATED = "dated"  # by date; all dates differ
    TIED = "tied"  # by date; points of the same date as they were named
    NAMED = "named"  # as they were named, because at least one has no date


class Setback(NamedTuple):
    """A point in time at which layers ceased to be good enough, or the verdict fell."""

    at: int  # index of the point in time
    # Index of the first later point in time that is as good again, None if none is.
    until: int | None
    layers: tuple[Layer, ...]
    verdict_fell: bool
    # Answers that fell, details first; if layers fell, only answers on ``layers``.
    answers: tuple[AnswerChange, ...]


class Timeline(NamedTuple):
    """One team at several points in time, the earliest first."""

    points: tuple[PointInTime, ...]
    ordering: Ordering
    # Of all points, limited to the questions that all points have, without ``again``.
    assessments: tuple[Assessment, ...]
    comparison: Comparison  # of the first and the last point
    setbacks: tuple[Setback, ...]
    latest: Assessment  # the last point with all its questions
    date: str  # of the document, YYYY-MM-DD or ""
    again: tuple[Question, ...]  # asked again, because their meaning changed
    dropped: tuple[str, ...]  # ids of answers to questions that no longer exist


def timeline(
    questionnaire: Questionnaire,
    points: Iterable[PointInTime],
    date: str = "",
    hide: Hide = lambda sheet: sheet,
) -> Timeline:
    """Compare what a team answered at two or more points in time.

    ``date`` is the date of the document (YYYY-MM-DD or ""). ``hide`` removes from a
    sheet the texts that the document must not show.
    """
    named, ordering = in_order(points)
    # Notes and evidence are compared before texts are hidden.
    claimed = raised_without_evidence(named[0].sheet, named[-1].sheet)
    ordered = _shown(questionnaire, named, date, hide)
    again = _asked_again(questionnaire, ordered)
    new = _new_questions(questionnaire, ordered) - {each.id for each in again}
    new_to_some = new | {each.id for each in again}
    common = _without(questionnaire, new_to_some)
    found = tuple(assess(common, point.sheet) for point in ordered)
    latest = assess(questionnaire, ordered[-1].sheet) if new_to_some else found[-1]
    last = _with_steps(found[-1], _done_between(ordered))
    comparison = compare(found[0], last, claimed)
    return Timeline(
        points=tuple(ordered),
        ordering=ordering,
        assessments=found,
        comparison=_with_new_questions(comparison, latest, new),
        setbacks=tuple(_setbacks(found)),
        latest=latest,
        date=date,
        again=again,
        dropped=tuple(sorted({*_dropped(questionnaire, ordered)})),
    )


def in_order(points: Iterable[PointInTime]) -> tuple[list[PointInTime], Ordering]:
    """Return the points in time sorted by date, and how they were put into order.

    If a point in time has no date, the order stays as it was.
    """
    named = list(points)
    dates = [point.date for point in named]
    if not all(dates):
        return named, Ordering.NAMED
    tied = len({*dates}) < len(dates)
    ordering = Ordering.TIED if tied else Ordering.DATED
    return sorted(named, key=lambda point: point.date), ordering


def _shown(
    questionnaire: Questionnaire,
    points: Sequence[PointInTime],
    date: str,
    hide: Hide,
) -> list[PointInTime]:
    """Return the points in time as a document may show them.

    The field ``ages`` of each sheet then lists the answers that are too old. ``hide``
    removes texts from a sheet.
    """
    keys = dict.fromkeys(key for point in points for key in point.sheet.steps)
    found = []
    for point, day in zip(points, _days(points, date), strict=True):
        aged = with_ages(questionnaire, point.sheet, day)
        sheet = _with_same_keys(hide(aged), aged, [*keys])
        # The name of a file may name a person.
        hidden = sheet.redacted or sheet.anonymous
        found.append(point._replace(sheet=sheet, name="" if hidden else point.name))
    return found


def _with_same_keys(
    hidden: AnswerSheet, sheet: AnswerSheet, keys: Sequence[str]
) -> AnswerSheet:
    """Return ``hidden`` with step keys that are the same at all points in time.

    ``hidden`` is ``sheet`` without the texts and keys that a document must not show. A
    key that was removed becomes "step2" if it was the second of ``keys``.
    """
    pairs = zip(sheet.steps, hidden.steps.items(), strict=True)
    steps = {
        key if key == shown else f"step{keys.index(key) + 1}": step
        for key, (shown, step) in pairs
    }
    return hidden._replace(steps=steps)


def _days(points: Sequence[PointInTime], date: str) -> list[str]:
    """Return for each point in time the day on which to judge the ages of answers."""
    if not date:
        return [""] * len(points)
    return [*(point.date for point in points[:-1]), date]


def _new_questions(
    questionnaire: Questionnaire, points: Sequence[PointInTime]
) -> frozenset[str]:
    """Return the ids of questions that an older questionnaire did not have."""
    # In an extending questionnaire, ``since`` is 0 if the version that first asked a
    # question is unknown.
    extends = bool(questionnaire.bases)

    def is_new(question: Question, point: PointInTime) -> bool:
        if point.version >= questionnaire.version or question.id in point.sheet.answers:
            return False
        return question.since > point.version or (extends and not question.since)

    return frozenset(
        question.id
        for question in questionnaire.questions
        if any(is_new(question, point) for point in points)
    )


def _asked_again(
    questionnaire: Questionnaire, points: Sequence[PointInTime]
) -> tuple[Question, ...]:
    """Return the questions asked again because an earlier answer no longer counts."""
    return tuple(
        question
        for question in questionnaire.questions
        if any(
            point.version < question.changed
            and question.id not in point.sheet.answers
            and not {question.id, *question.was}.isdisjoint(point.sheet.earlier)
            for point in points
        )
    )


def _dropped(
    questionnaire: Questionnaire, points: Iterable[PointInTime]
) -> Iterator[str]:
    """Yield the ids of answers to questions that the questionnaire no longer has."""
    known = {name for each in questionnaire.questions for name in (each.id, *each.was)}
    known |= {name for each in questionnaire.profile for name in (each.id, *each.was)}
    for point in points:
        for id_, each in point.sheet.earlier.items():
            is_answer = each not in ("", REMOVED) and not id_.startswith(
                (OTHER_WORDS, LEFT)
            )
            if is_answer and id_ not in known:
                yield id_


def _without(questionnaire: Questionnaire, ids: Collection[str]) -> Questionnaire:
    if not ids:
        return questionnaire
    sections = tuple(
        section._replace(
            questions=tuple(each for each in section.questions if each.id not in ids)
        )
        for section in questionnaire.sections
    )
    return questionnaire._replace(sections=sections)


def _with_new_questions(
    comparison: Comparison, latest: Assessment, new: Collection[str]
) -> Comparison:
    """Return the comparison with new questions added to ``asked``.

    ``new`` has the ids of the new questions. Only questions that apply at the last
    point in time are added.
    """
    added = tuple(each for each in latest.inputs.questions if each.id in new)
    return comparison._replace(asked=(*comparison.asked, *added))


def _with_steps(result: Assessment, more: Mapping[str, PlanStep]) -> Assessment:
    """Return an assessment whose sheet also has the steps ``more``."""
    diagnosis, inputs = result.diagnosis, result.inputs
    sheet = inputs.sheet._replace(steps={**more, **inputs.sheet.steps})
    inputs = inputs._replace(sheet=sheet)
    return result._replace(diagnosis=diagnosis._replace(inputs=inputs))


def _done_between(points: Sequence[PointInTime]) -> dict[str, PlanStep]:
    """Return, by key, the steps that are done at some point in time.

    The first and the last point in time are not searched.
    """
    return {
        key: step
        for point in points[1:-1]
        for key, step in point.sheet.steps.items()
        if step.done
    }


def _setbacks(found: Sequence[Assessment]) -> Iterator[Setback]:
    for at in range(1, len(found)):
        before, after = found[at - 1], found[at]
        fell = _failing(after) - _failing(before)
        layers = tuple(
            score.layer for score in after.diagnosis.scores if score.layer.id in fell
        )
        verdict_fell = verdict_rank(after) < verdict_rank(before)
        if layers or verdict_fell:
            yield Setback(
                at,
                _recovery(found, at),
                layers,
                verdict_fell,
                tuple(fallen_answers(before.inputs, after.inputs, layers)),
            )


def _failing(result: Assessment) -> set[str]:
    return {layer.id for layer in result.diagnosis.failing_layers}


def _recovery(found: Sequence[Assessment], at: int) -> int | None:
    """Return at which point in time a setback is made good: its index, or None."""
    before = found[at - 1]
    # The verdict and each layer that failed must be as good as before the setback.
    for later in range(at + 1, len(found)):
        fell = (_failing(found[at]) - _failing(before)) & _failing(found[later])
        if not fell and verdict_rank(found[later]) >= verdict_rank(before):
            return later
    return None
