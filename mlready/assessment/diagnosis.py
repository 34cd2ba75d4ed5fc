"""Scores -> the layer to mend first, whether modelling may start, what blocks it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.scoring import LayerScore, layer_scores
from mlready.model.answers import Answer, AssessmentInput
from mlready.model.questionnaire import (
    TEAM_BLOCKER,
    BlockerScope,
    Constants,
    Facts,
    Layer,
    Placement,
    Question,
)

BY_HAND = 2  # above it an answer claims that something is routine


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
    ``inputs`` are the answers that were diagnosed. ``failing_layers``
    do not hold, the one to mend first leading; ``priority_candidates`` could be the one
    to mend first, depending on the open questions. ``blockers`` are blocking questions
    answered too low; ``unsettled_blockers`` have no level: unknown, not reached or not
    applicable. ``blockers_without_evidence`` are said to be routine or better, and
    nobody named any evidence.
    """

    inputs: AssessmentInput
    scores: tuple[LayerScore, ...]
    verdict: Verdict
    failing_layers: tuple[Layer, ...]
    priority_candidates: tuple[Layer, ...]
    blockers: tuple[Gap, ...]
    unsettled_blockers: tuple[Question, ...]
    gaps: tuple[Gap, ...]
    open: tuple[Question, ...]
    blockers_without_evidence: tuple[Question, ...]

    @property
    def priority_layer(self) -> Layer | None:
        """The layer to mend first, None when all hold."""
        return self.failing_layers[0] if self.failing_layers else None

    @property
    def certain(self) -> bool:
        """Whether the open questions leave the layer to mend first as it is."""
        return not self.failing_layers or len(self.priority_candidates) == 1


class Thresholds(NamedTuple):
    """What scores are judged by: the constants, and what the profile says.

    ``room`` is the layer that the room itself says would still stop the project.
    """

    constants: Constants
    facts: Facts
    room: str

    def fails(self, score: float) -> bool:
        """Return whether a layer of that score does not hold."""
        return score < self.constants.holds

    def stops(self, layer: Layer, score: float) -> bool:
        """Return whether a layer of that score stops modelling or going live.

        Where the room names another layer, one that is nearly there does not; what
        stands beside the pyramid does only where the room names it.
        """
        named = layer.id == self.room
        if layer.placement == Placement.BESIDE:
            return named and self.fails(score)
        lenient = bool(self.room) and not named
        return score < self.constants.holds - lenient * self.constants.tie_margin


def diagnose(inputs: AssessmentInput) -> Diagnosis:
    """Diagnose a team; nothing here knows of roles or vacancies."""
    scores = layer_scores(inputs)
    judged = judged_layers(scores)
    bars = thresholds_for(inputs)
    blocking = blocking_questions(inputs)
    sheet = inputs.sheet
    said = [(question, sheet.answer(question.id)) for question in inputs.questions]
    gaps = _gaps(said)
    return Diagnosis(
        inputs=inputs,
        scores=scores,
        verdict=verdict(judged, bars),
        failing_layers=failing_layers(judged, bars),
        priority_candidates=_rivals(judged, bars),
        blockers=tuple(
            gap
            for gap in gaps
            if gap.level < bars.constants.blocks_below and gap.question in blocking
        ),
        unsettled_blockers=tuple(
            q for q in blocking if sheet.answer(q.id).level is None
        ),
        gaps=gaps,
        open=tuple(
            question
            for question, answer in said
            if answer.level is None and not answer.na
        ),
        blockers_without_evidence=tuple(
            question
            for question in blocking
            for answer in [sheet.answer(question.id)]
            if (answer.level or 0) > BY_HAND and not answer.evidence
        ),
    )


def thresholds_for(inputs: AssessmentInput) -> Thresholds:
    """Return what this team is judged by."""
    named = inputs.facts.get(TEAM_BLOCKER, "")
    layers = {layer.id for layer in inputs.questionnaire.layers}
    room = named if named in layers else ""
    return Thresholds(inputs.questionnaire.constants, inputs.facts, room)


def judged_layers(scores: Sequence[LayerScore]) -> list[LayerScore]:
    """Return the layers that are to be mended; what stands on top never is."""
    return [each for each in scores if each.layer.placement != Placement.TOP]


def verdict(judged: Sequence[LayerScore], bars: Thresholds) -> Verdict:
    """Say what is allowed now, and call it unproven where knowing more could allow it.

    Modelling may start when every layer holds. When a single layer that is needed only
    to go live stops it, modelling may start, but nothing goes live.
    """
    now = _allowed([(each.layer, each.own.low) for each in judged], bars)
    hoped = _allowed([(each.layer, each.own.high) for each in judged], bars)
    if not judged:
        return Verdict.UNPROVEN
    return Verdict.UNPROVEN if now is Verdict.NOT_YET is not hoped else now


def _allowed(scores: Sequence[tuple[Layer, float]], bars: Thresholds) -> Verdict:
    if not any(bars.fails(score) for _, score in scores):
        return Verdict.READY
    stopping = [layer for layer, score in scores if bars.stops(layer, score)]
    live_only = all(layer.to_go_live(bars.facts) for layer in stopping)
    may_start = live_only and len(stopping) <= 1
    return Verdict.CONDITIONAL if may_start else Verdict.NOT_YET


def failing_layers(judged: Sequence[LayerScore], bars: Thresholds) -> tuple[Layer, ...]:
    """Return the layers that do not hold, in the order to mend them.

    In the pyramid the smallest score plus ``tilt`` for each step of height comes first:
    a lower layer wins unless a higher one is weaker by more than that. Within ``near``
    of it the room decides. What stands beside the pyramid comes last, unless the room
    names it.
    """
    weak = sorted(
        (
            each.layer.placement == Placement.BESIDE,
            comparison_score(each, height, bars),
            height,
        )
        for height, each in enumerate(judged)
        if bars.fails(each.own.low)
    )
    order = [judged[height].layer for *_, height in weak]
    for beside, own, height in weak:
        if judged[height].layer.id != bars.room:
            continue
        if beside or own <= weak[0][1] + bars.constants.tie_margin:
            order.sort(key=lambda layer: layer.id != bars.room)
    return tuple(order)


def comparison_score(score: LayerScore, height: int, bars: Thresholds) -> float:
    """Return what layers are compared by: the low score, plus the tilt for height."""
    return score.own.low + bars.constants.tilt * height


def _rivals(judged: Sequence[LayerScore], bars: Thresholds) -> tuple[Layer, ...]:
    """Return every layer that is first to mend in some possible world.

    Layers share no questions, so a layer is first somewhere exactly when it is first
    with its own open questions at 0 and those of all others at 4.
    """
    if not any(each.own.open for each in judged):
        return failing_layers(judged, bars)[:1]
    best = [_at_best(each) if each.own.open else each for each in judged]
    worlds = [
        (one.layer, [*best[:height], one, *best[height + 1 :]])
        for height, one in enumerate(judged)
        if bars.fails(one.own.low)
    ]
    return tuple(
        one for one, world in worlds if failing_layers(world, bars)[:1] == (one,)
    )


def _at_best(score: LayerScore) -> LayerScore:
    return score._replace(own=score.own._replace(low=score.own.high))


def blocking_questions(inputs: AssessmentInput) -> list[Question]:
    """Return the questions that block at this team's stakes."""
    always, live = BlockerScope.ALWAYS, BlockerScope.LIVE
    blocking = {
        "exploratory": {always},
        "high_stakes": {always, live, BlockerScope.HIGH_STAKES},
    }.get(inputs.facts.get("stakes", ""), {always, live})
    return [question for question in inputs.questions if question.blocker in blocking]


def _gaps(said: Sequence[tuple[Question, Answer]]) -> tuple[Gap, ...]:
    """Return the answered questions that are not at the top, the lowest first."""
    gaps = [
        Gap(question, answer.level, answer, action)
        for question, answer in said
        if answer.level is not None and not question.overall
        for action in [question.action(answer.level)]
        if action
    ]
    return tuple(sorted(gaps, key=lambda gap: gap.level))


def causes(diagnosis: Diagnosis, layer: Layer) -> list[Gap | Question]:
    """Return what keeps a layer from holding: low answers, then open questions."""
    inputs = diagnosis.inputs
    holds = inputs.questionnaire.constants.holds
    whole = [
        Gap(question, answer.level, answer, "")
        for question in inputs.within(layer.sections)
        for answer in [inputs.sheet.answer(question.id)]
        if question.overall and answer.level is not None
    ]
    low = [gap for gap in (*whole, *diagnosis.gaps) if gap.level < holds]
    return [
        *(gap for gap in low if gap.question.section in layer.sections),
        *(each for each in diagnosis.open if each.section in layer.sections),
    ]


def mostly_low(inputs: AssessmentInput, layer: Layer) -> bool:
    """Return whether at least half of a layer's details do not work by hand yet."""
    levels = [
        inputs.sheet.answer(question.id).level or 0
        for question in inputs.within(layer.sections)
        if not question.overall and not inputs.sheet.answer(question.id).na
    ]
    low = sum(level < inputs.questionnaire.constants.holds for level in levels)
    return 2 * low >= len(levels)
