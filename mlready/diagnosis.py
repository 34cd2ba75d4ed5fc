"""Scores -> the layer to mend first, whether modelling may start, what blocks it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.answers import Answer, Sheet, known_facts, questions_for
from mlready.questionnaire import (
    BESIDE,
    TOP,
    Constants,
    Layer,
    Question,
    Questionnaire,
)
from mlready.scoring import LayerScore, layer_scores

ROOM = "stops"  # the fact that tells what the room itself would mend first


class Verdict(StrEnum):
    """Whether modelling may start, from the worst to the best."""

    NOT_YET = "not_yet"
    UNPROVEN = "unproven"
    CONDITIONAL = "conditional"
    READY = "ready"


class Gap(NamedTuple):
    """An answered question that leaves something to do, and the next step."""

    question: Question
    level: int
    answer: Answer
    action: str


class Diagnosis(NamedTuple):
    """What stands, what does not, and how sure that is.

    The advice follows the low scores, because what nobody knows is not there yet.
    ``broken`` are the layers that do not hold, the one to mend first leading;
    ``rivals`` those that could be the one to mend first, whatever the open questions
    turn out to be. ``blockers`` are gates answered too low, ``unsettled`` gates that
    have no level: unknown, not reached or set aside as not applicable.
    """

    scores: tuple[LayerScore, ...]
    verdict: Verdict
    broken: tuple[Layer, ...]
    rivals: tuple[Layer, ...]
    blockers: tuple[Gap, ...]
    unsettled: tuple[Question, ...]
    gaps: tuple[Gap, ...]
    open: tuple[Question, ...]

    @property
    def mend(self) -> Layer | None:
        """The layer to mend first, None when all hold."""
        return self.broken[0] if self.broken else None

    @property
    def certain(self) -> bool:
        """Whether the open questions leave the layer to mend first as it is."""
        return not self.broken or len(self.rivals) == 1


def diagnose(questionnaire: Questionnaire, sheet: Sheet) -> Diagnosis:
    """Diagnose a sheet; nothing here knows of roles or vacancies."""
    scores = layer_scores(questionnaire, sheet)
    judged = [each for each in scores if each.layer.stands != TOP]
    questions = questions_for(questionnaire, sheet)
    facts = known_facts(questionnaire, sheet)
    gates = _gates(questions, facts.get("stakes", ""))
    constants = questionnaire.constants
    room = facts.get(ROOM, "")
    return Diagnosis(
        scores=scores,
        verdict=_verdict(judged, constants),
        broken=_broken(judged, constants, room),
        rivals=_rivals(judged, constants, room),
        blockers=tuple(
            g for g in _gaps(gates, sheet) if g.level < constants.blocks_below
        ),
        unsettled=tuple(q for q in gates if sheet.answer(q.id).level is None),
        gaps=tuple(_gaps(questions, sheet)),
        open=tuple(
            question
            for question in questions
            for answer in [sheet.answer(question.id)]
            if answer.level is None and not answer.na
        ),
    )


def _verdict(judged: Sequence[LayerScore], constants: Constants) -> Verdict:
    """Say what is allowed now, and call it unproven where knowing more could allow it.

    Modelling may start when every layer holds. When only layers needed to go live do
    not hold it may start, but nothing goes live.
    """
    now = _allowed([each.layer for each in judged if each.own.low < constants.holds])
    hoped = _allowed([each.layer for each in judged if each.own.high < constants.holds])
    if not judged:
        return Verdict.UNPROVEN
    return Verdict.UNPROVEN if now is Verdict.NOT_YET is not hoped else now


def _allowed(broken: Sequence[Layer]) -> Verdict:
    if not broken:
        return Verdict.READY
    live_only = all(layer.live_only for layer in broken)
    return Verdict.CONDITIONAL if live_only else Verdict.NOT_YET


def _broken(
    judged: Sequence[LayerScore], constants: Constants, room: str
) -> tuple[Layer, ...]:
    """Return the layers that do not hold, in the order to mend them.

    In the pyramid the smallest score plus ``tilt`` for each step of height comes first:
    a lower layer wins unless a higher one is weaker by more than that. Within ``near``
    of it the room decides. What stands beside the pyramid comes last, unless the room
    names it.
    """
    weak = sorted(
        (each.layer.stands == BESIDE, each.own.low + constants.tilt * height, height)
        for height, each in enumerate(judged)
        if each.own.low < constants.holds
    )
    order = [judged[height].layer for *_, height in weak]
    for beside, points, height in weak:
        if judged[height].layer.id != room:
            continue
        if beside or points <= weak[0][1] + constants.near:
            order.sort(key=lambda layer: layer.id != room)
    return tuple(order)


def _rivals(
    judged: Sequence[LayerScore], constants: Constants, room: str
) -> tuple[Layer, ...]:
    """Return every layer that is first to mend in some possible world.

    Layers share no questions, so a layer is first somewhere exactly when it is first
    with its own open questions at 0 and those of all others at 4.
    """
    rivals = []
    for one in judged:
        world = [
            each
            if each is one
            else each._replace(own=each.own._replace(low=each.own.high))
            for each in judged
        ]
        if _broken(world, constants, room)[:1] == (one.layer,):
            rivals.append(one.layer)
    return tuple(rivals)


def _gates(questions: Sequence[Question], stakes: str) -> list[Question]:
    """Return the questions that block at these stakes."""
    blocking = {
        "exploratory": {"always"},
        "high_stakes": {"always", "live", "high_stakes"},
    }
    return [
        q for q in questions if q.blocker in blocking.get(stakes, {"always", "live"})
    ]


def _gaps(questions: Sequence[Question], sheet: Sheet) -> list[Gap]:
    """Return the answered questions that are not at the top, the lowest first."""
    gaps = [
        Gap(question, answer.level, answer, question.action(answer.level))
        for question in questions
        for answer in [sheet.answer(question.id)]
        if answer.level is not None
        and question.action(answer.level)
        and not question.overall
    ]
    return sorted(gaps, key=lambda gap: gap.level)
