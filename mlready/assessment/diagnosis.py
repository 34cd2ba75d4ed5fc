"""Diagnose a team by its scores: which layer to mend first, and what blocks modelling.

The verdict says whether modelling may start.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.scoring import LayerScore, layer_scores, rounded
from mlready.model.answers import NO_ANSWER, Answer, AnswerSheet, AssessmentInput
from mlready.model.profile_facts import EngineFact, Stakes
from mlready.model.questionnaire import (
    BlockerScope,
    Constants,
    Facts,
    Layer,
    Placement,
    Question,
)

BY_HAND = 2  # the level of manual work; higher levels mean routine, and need evidence


class Verdict(StrEnum):
    """Whether modelling may start, from the worst to the best."""

    NOT_YET = "not_yet"
    UNPROVEN = "unproven"
    CONDITIONAL = "conditional"
    READY = "ready"


class Gap(NamedTuple):
    """A question answered at a level from 0 to 3, and the action that raises it."""

    question: Question
    level: int
    answer: Answer
    action: str


class Diagnosis(NamedTuple):
    """Which layers hold, which do not, and how certain that is.

    A layer holds if its score is at least the constant ``holds``. The advice uses the
    low end of each score, which counts an open question as 0. ``inputs`` are the
    answers that were diagnosed. ``failing_layers`` are the layers that do not hold, in
    the order to mend them. ``priority_candidates`` are the layers that could be the
    first to mend, depending on the open questions. ``blockers`` are blocking questions
    answered at too low a level. ``unsettled_blockers`` are blocking questions without a
    level: unknown, not answered or not applicable. ``blockers_without_evidence`` are
    blocking questions answered as routine or better, but without any evidence. ``open``
    are the questions that are unknown or not answered.
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
        """The layer to mend first, None if all hold."""
        return self.failing_layers[0] if self.failing_layers else None

    @property
    def certain(self) -> bool:
        """Whether no answer to an open question can change the layer to mend first."""
        return not self.failing_layers or len(self.priority_candidates) == 1


class RankedLayer(NamedTuple):
    """A sort key for layers that do not hold; the layer to mend first is the smallest.

    Args:
        beside: whether the layer is beside the pyramid.
        comparison_score: its score plus ``height`` times the constant ``tilt``.
        height: its index among the judged layers, 0 for the lowest.
        named: whether the team named it as the layer that would stop the project.

    """

    beside: bool
    comparison_score: float
    height: int
    named: bool


class Thresholds(NamedTuple):
    """The rules that compare layers' scores with the constants, for one team.

    ``facts`` are the values of the team's facts. ``team_blocker`` is the id of the
    layer that, as the team says, would stop the project; "" if the team named none.
    """

    constants: Constants
    facts: Facts
    team_blocker: str

    def fails(self, score: float) -> bool:
        """Return whether a layer with this score, from 0 to 4, does not hold."""
        return score < self.constants.holds

    def stops(self, layer: Layer, score: float) -> bool:
        """Return whether a layer with this score stops modelling or going live.

        If the team named another layer as its blocker, a layer stops the project only
        if its score is more than ``tie_margin`` below ``holds``. A layer beside the
        pyramid stops the project only if the team named that layer.
        """
        named = layer.id == self.team_blocker
        if layer.placement is Placement.BESIDE:
            return named and self.fails(score)
        lenient = bool(self.team_blocker) and not named
        margin = lenient * self.constants.tie_margin
        return score < rounded(self.constants.holds - margin)

    def comparison_score(self, score: float, height: int) -> float:
        """Return the score plus ``height`` times ``tilt``, to compare layers."""
        return rounded(score + self.constants.tilt * height)

    def ranked(self, layer: Layer, score: float, height: int) -> RankedLayer:
        """Return the key that sorts a layer with this score into the mending order."""
        return RankedLayer(
            layer.placement is Placement.BESIDE,
            self.comparison_score(score, height),
            height,
            layer.id == self.team_blocker,
        )

    def mending_order(self, failing: Iterable[RankedLayer]) -> list[RankedLayer]:
        """Return layers that do not hold in the order to mend them.

        In the pyramid the layer with the lowest comparison score comes first: a lower
        layer comes before a higher one, unless the score of the higher one is lower by
        more than the tilt between them. Layers beside the pyramid come last. The layer
        that the team named comes first if it is beside the pyramid, or if its
        comparison score is within ``tie_margin`` of the first.
        """
        order = sorted(failing)
        if any(
            each.named
            and (each.beside or each.comparison_score <= self._tie_with(order[0]))
            for each in order
        ):
            order.sort(key=lambda each: not each.named)
        return order

    def _tie_with(self, first: RankedLayer) -> float:
        return rounded(first.comparison_score + self.constants.tie_margin)


def diagnose(inputs: AssessmentInput) -> Diagnosis:
    """Return the diagnosis of a team, without roles and vacancies."""
    scores = layer_scores(inputs)
    judged = judged_layers(scores)
    thresholds = thresholds_for(inputs)
    blocking = blocking_questions(inputs)
    sheet = inputs.sheet
    answer = sheet.answers.get  # twice as fast as calling sheet.answer
    answered = [(each, answer(each.id, NO_ANSWER)) for each in inputs.questions]
    gaps = _gaps(answered)
    failing = failing_layers(judged, thresholds)
    return Diagnosis(
        inputs=inputs,
        scores=scores,
        verdict=verdict(judged, thresholds),
        failing_layers=failing,
        priority_candidates=_priority_candidates(judged, thresholds, failing),
        blockers=_blockers(gaps, blocking, thresholds.constants.blocks_below),
        unsettled_blockers=tuple(
            question for question in blocking if sheet.answer(question.id).level is None
        ),
        gaps=gaps,
        open=tuple(
            question
            for question, answer in answered
            if answer.level is None and not answer.na
        ),
        blockers_without_evidence=_without_evidence(sheet, blocking),
    )


def _blockers(
    gaps: Sequence[Gap], blocking: Sequence[Question], blocks_below: float
) -> tuple[Gap, ...]:
    return tuple(
        gap for gap in gaps if gap.level < blocks_below and gap.question in blocking
    )


def _without_evidence(
    sheet: AnswerSheet, blocking: Sequence[Question]
) -> tuple[Question, ...]:
    return tuple(
        question
        for question in blocking
        for answer in [sheet.answer(question.id)]
        if (answer.level or 0) > BY_HAND and not answer.evidence
    )


def thresholds_for(inputs: AssessmentInput) -> Thresholds:
    """Return the rules for this team's scores."""
    named = inputs.facts.get(EngineFact.STOPS, "")
    layers = {layer.id for layer in inputs.questionnaire.layers}
    team_blocker = named if named in layers else ""
    return Thresholds(inputs.questionnaire.constants, inputs.facts, team_blocker)


def judged_layers(scores: Sequence[LayerScore]) -> list[LayerScore]:
    """Return the scores of the layers that can be mended: all but the one on top."""
    return [each for each in scores if each.layer.placement is not Placement.TOP]


def verdict(judged: Sequence[LayerScore], thresholds: Thresholds) -> Verdict:
    """Return whether modelling may start, given the scores of the judged layers.

    It may start when every layer holds, or when the only layer that stops the project
    is needed only to go live; then nothing may go live. The verdict is UNPROVEN if
    modelling may not start now, but answers to open questions could change that.
    """
    now = _allowed([(each.layer, each.own.low) for each in judged], thresholds)
    at_best = _allowed([(each.layer, each.own.high) for each in judged], thresholds)
    if not judged:
        return Verdict.UNPROVEN
    return Verdict.UNPROVEN if now is Verdict.NOT_YET is not at_best else now


def _allowed(scores: Sequence[tuple[Layer, float]], thresholds: Thresholds) -> Verdict:
    if not any(thresholds.fails(score) for _, score in scores):
        return Verdict.READY
    stopping = [layer for layer, score in scores if thresholds.stops(layer, score)]
    live_only = all(layer.to_go_live(thresholds.facts) for layer in stopping)
    may_start = live_only and len(stopping) <= 1
    return Verdict.CONDITIONAL if may_start else Verdict.NOT_YET


def failing_layers(
    judged: Sequence[LayerScore], thresholds: Thresholds
) -> tuple[Layer, ...]:
    """Return the layers that do not hold, in the order to mend them."""
    failing = [
        thresholds.ranked(each.layer, each.own.low, height)
        for height, each in enumerate(judged)
        if thresholds.fails(each.own.low)
    ]
    order = thresholds.mending_order(failing)
    return tuple(judged[each.height].layer for each in order)


def _priority_candidates(
    judged: Sequence[LayerScore], thresholds: Thresholds, failing: Sequence[Layer]
) -> tuple[Layer, ...]:
    """Return the layers that could be the first to mend, given the open questions.

    Layers share no questions, so a layer can be first exactly when it is first with its
    own open questions at 0 and those of all others at 4.
    """
    if not any(each.own.open for each in judged):
        return tuple(failing[:1])
    best = [_at_best(each) if each.own.open else each for each in judged]
    cases = [
        (each.layer, [*best[:height], each, *best[height + 1 :]])
        for height, each in enumerate(judged)
        if thresholds.fails(each.own.low)
    ]
    return tuple(
        layer
        for layer, scores in cases
        if failing_layers(scores, thresholds)[:1] == (layer,)
    )


def _at_best(score: LayerScore) -> LayerScore:
    return score._replace(own=score.own._replace(low=score.own.high))


def blocking_questions(inputs: AssessmentInput) -> list[Question]:
    """Return the questions whose low answers block a project at the team's stakes."""
    always, live = BlockerScope.ALWAYS, BlockerScope.LIVE
    # Tuples, not sets: a set would compute the slow hash of an enum for each question.
    by_stakes: dict[str, tuple[BlockerScope, ...]] = {
        Stakes.EXPLORATORY: (always,),
        Stakes.LIVE: (always, live),
        Stakes.HIGH_STAKES: (always, live, BlockerScope.HIGH_STAKES),
    }
    blocking = by_stakes[inputs.facts.get(EngineFact.STAKES, Stakes.LIVE)]
    return [question for question in inputs.questions if question.blocker in blocking]


def _gaps(answered: Sequence[tuple[Question, Answer]]) -> tuple[Gap, ...]:
    """Return the gaps of the answered questions, the lowest level first."""
    gaps = [
        Gap(question, answer.level, answer, action)
        for question, answer in answered
        if answer.level is not None and not question.overall
        for action in [question.action(answer.level)]
        if action
    ]
    return tuple(sorted(gaps, key=lambda gap: gap.level))


def causes(diagnosis: Diagnosis, layer: Layer) -> list[Gap | Question]:
    """Return why a layer does not hold: its low answers, then its open questions."""
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
    """Return whether at least half of a layer's detail questions are below ``holds``.

    Questions without a level count as 0; those that do not apply are left out.
    """
    levels = [
        inputs.sheet.answer(question.id).level or 0
        for question in inputs.within(layer.sections)
        if not question.overall and not inputs.sheet.answer(question.id).na
    ]
    low = sum(level < inputs.questionnaire.constants.holds for level in levels)
    return 2 * low >= len(levels)
