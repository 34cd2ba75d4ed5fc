"""Diagnose a team: the verdict, the layer to fix first and the blockers."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from mlready.assessment.scoring import (
    LayerScore,
    counted_questions,
    enough,
    layer_scores,
    rounded,
    stakes_of,
)
from mlready.model.answers import (
    NO_ANSWER,
    Answer,
    AnswerSheet,
    AssessmentInput,
)
from mlready.model.applicability import Identity
from mlready.model.profile_facts import EngineFact, Stakes
from mlready.model.questionnaire import (
    BlockerScope,
    Constants,
    Facts,
    Layer,
    Placement,
    Question,
    Questionnaire,
)

BY_HAND = 2  # the level of work done by hand; a higher answer needs evidence


class Verdict(StrEnum):
    """Whether modelling may start, from the worst verdict to the best."""

    NOT_YET = "not_yet"
    UNPROVEN = "unproven"
    CONDITIONAL = "conditional"
    READY = "ready"


class Gap(NamedTuple):
    """A question with its answer, and the step that raises the answer."""

    question: Question
    level: int
    answer: Answer
    action: str  # "" if there is none


class Diagnosis(NamedTuple):
    """Which layers are good enough, which are not, and what blocks the project."""

    inputs: AssessmentInput  # the answers that were diagnosed
    scores: tuple[LayerScore, ...]
    verdict: Verdict
    failing_layers: tuple[Layer, ...]  # in the order to fix them
    # Layers that the answers to open questions could make the first to fix.
    priority_candidates: tuple[Layer, ...]
    blockers: tuple[Gap, ...]  # blocking questions answered at too low a level
    # Blocking questions that are open, or answered "does not apply".
    unsettled_blockers: tuple[Question, ...]
    unasked_blockers: tuple[Question, ...]  # blocking questions not yet asked
    gaps: tuple[Gap, ...]
    open: tuple[Question, ...]  # the open questions
    # Blocking questions answered at level 3 or 4, without a note or evidence.
    blockers_without_evidence: tuple[Question, ...]

    @property
    def priority_layer(self) -> Layer | None:
        """The layer to fix first, None if all layers are good enough."""
        return self.failing_layers[0] if self.failing_layers else None

    @property
    def certain(self) -> bool:
        """Whether no answer to an open question can change the layer to fix first."""
        return not self.failing_layers or len(self.priority_candidates) == 1


class _Asked(NamedTuple):
    """The questions that a team is asked, with the level that is enough for each."""

    # Each question with the level below which its answer is too low.
    needed: tuple[tuple[Question, float], ...]
    needed_to_go_on: tuple[tuple[Question, float], ...]  # blocking ones
    blocking: tuple[Question, ...]
    blocking_ids: frozenset[str]


# Tuples are faster than sets here, because hashing a member of an enum is slow.
_BLOCKING: Mapping[str, tuple[BlockerScope, ...]] = {
    Stakes.EXPLORATORY: (BlockerScope.ALWAYS,),
    Stakes.LIVE: (BlockerScope.ALWAYS, BlockerScope.LIVE),
    Stakes.HIGH_STAKES: (
        BlockerScope.ALWAYS,
        BlockerScope.LIVE,
        BlockerScope.HIGH_STAKES,
    ),
}


class RankedLayer(NamedTuple):
    """The rank of a layer that is not good enough, in the order of fixing.

    A layer with a smaller rank is fixed earlier. ``Thresholds.mending_order`` can put
    one layer first despite its rank: the layer that, according to the team, would stop
    the project.
    """

    comparison_score: float  # score plus ``height`` times the constant ``tilt``
    height: int  # index of the layer, from 0 for the lowest
    beside: bool  # whether the layer is beside the pyramid
    named: bool  # whether the team named the layer as what would stop the project


class Thresholds(NamedTuple):
    """The limits for the scores of a team's layers, and comparisons with these limits.

    An example is the lowest score that is good enough.
    """

    constants: Constants
    facts: Facts
    # Id of the layer that, according to the team, would stop the project. If the team
    # named no layer, None or a text that is no layer's id.
    team_blocker: str | None

    def fails(self, score: float) -> bool:
        """Return whether a layer with this score, from 0 to 4, is not good enough."""
        return score < self.constants.holds

    def stops(self, layer: Layer, score: float) -> bool:
        """Return whether a layer with this score stops modelling or going live."""
        # The layer in ``team_blocker`` stops the project unless it is good enough.
        named = layer.id == self.team_blocker
        if layer.placement is Placement.BESIDE:
            return named and self.fails(score)
        margin = (not named) * self.constants.tie_margin
        return score < rounded(self.constants.holds - margin)

    def comparison_score(self, score: float, height: int) -> float:
        """Return a layer's score plus ``height`` times the constant ``tilt``.

        ``height`` is the layer's index, from 0 for the lowest layer.
        """
        return rounded(score + self.constants.tilt * height)

    def ranked(self, layer: Layer, score: float, height: int) -> RankedLayer:
        """Return the rank of a layer with this score in the order of fixing.

        ``height`` is the layer's index, from 0 for the lowest layer.
        """
        return RankedLayer(
            self.comparison_score(score, height),
            height,
            layer.placement is Placement.BESIDE,
            layer.id == self.team_blocker,
        )

    def mending_order(self, failing: Iterable[RankedLayer]) -> list[RankedLayer]:
        """Sort layers that are not good enough into the order in which to fix them."""
        # The layer in ``team_blocker`` comes first if it is beside the pyramid, or
        # almost the first.
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


def diagnose(inputs: AssessmentInput, *, explained: bool = True) -> Diagnosis:
    """Return the diagnosis of a team: scores, verdict, layers to fix and blockers.

    If ``explained`` is False, ``gaps`` and ``open`` contain only blocking questions,
    and ``blockers_without_evidence`` is empty. This takes less time.
    """
    scores = layer_scores(inputs)
    judged, thresholds = judged_layers(scores), thresholds_for(inputs)
    failing = failing_layers(judged, thresholds)
    sheet, asked = inputs.sheet, _asked(inputs)
    needed = asked.needed if explained else asked.needed_to_go_on
    low, open_ = _fall_short(sheet.answers, needed)
    gaps = _with_next_steps(low)
    return Diagnosis(
        inputs=inputs,
        scores=scores,
        verdict=verdict(judged, thresholds),
        failing_layers=failing,
        priority_candidates=_candidates(judged, thresholds, failing),
        blockers=_blockers(gaps, asked, thresholds.constants.blocks_below),
        unsettled_blockers=tuple(
            question
            for question in asked.blocking
            if sheet.answer(question.id).level is None
        ),
        unasked_blockers=tuple(blocking_questions_in(inputs, inputs.unasked)),
        gaps=gaps,
        open=tuple(open_),
        blockers_without_evidence=(
            _without_evidence(sheet, asked.blocking) if explained else ()
        ),
    )


def _blockers(
    gaps: Sequence[Gap], asked: _Asked, blocks_below: float
) -> tuple[Gap, ...]:
    return tuple(
        gap
        for gap in gaps
        if gap.level < blocks_below and gap.question.id in asked.blocking_ids
    )


def _without_evidence(
    sheet: AnswerSheet, blocking: Sequence[Question]
) -> tuple[Question, ...]:
    return tuple(
        question
        for question in blocking
        if (sheet.answer(question.id).level or 0) > BY_HAND
        and not sheet.is_supported(question.id)
    )


def thresholds_for(inputs: AssessmentInput) -> Thresholds:
    """Return the limits with which the scores of a team's layers are compared."""
    named = inputs.facts.get(EngineFact.STOPS)
    return Thresholds(inputs.questionnaire.constants, inputs.facts, named)


def judged_layers(scores: Sequence[LayerScore]) -> list[LayerScore]:
    """Return the layer scores from the bottom up, those beside the pyramid last.

    The layer on top is left out, because it is never fixed.
    """
    within = [each for each in scores if each.layer.placement is not Placement.TOP]
    return sorted(within, key=lambda each: each.layer.placement is Placement.BESIDE)


def verdict(judged: Sequence[LayerScore], thresholds: Thresholds) -> Verdict:
    """Return the verdict that follows from the scores of the ``judged`` layers.

    ``judged`` are all layers but the one on top (see ``judged_layers``).
    """
    if not judged:
        return Verdict.UNPROVEN
    now = _allowed(_lowest(judged), thresholds)
    if now is not Verdict.NOT_YET:
        return now
    at_best = _allowed(_highest(judged), thresholds)
    return now if at_best is Verdict.NOT_YET else Verdict.UNPROVEN


def _lowest(judged: Sequence[LayerScore]) -> list[tuple[Layer, float]]:
    """Return each layer with the lower bound of its score."""
    return [(each.layer, each.own.low) for each in judged]


def _highest(judged: Sequence[LayerScore]) -> list[tuple[Layer, float]]:
    """Return each layer with the upper bound of its score."""
    return [(each.layer, each.own.high) for each in judged]


def _allowed(scores: Sequence[tuple[Layer, float]], thresholds: Thresholds) -> Verdict:
    """Return the verdict that follows from one exact score for each layer."""
    holds = thresholds.constants.holds
    failing = [each for each in scores if each[1] < holds]
    if not failing:
        return Verdict.READY
    # Modelling may start if only one layer stops the project, and only going live
    # requires that layer. Nothing may go live then.
    stopping = [layer for layer, score in failing if thresholds.stops(layer, score)]
    live_only = all(layer.to_go_live(thresholds.facts) for layer in stopping)
    may_start = live_only and len(stopping) <= 1
    return Verdict.CONDITIONAL if may_start else Verdict.NOT_YET


def failing_layers(
    judged: Sequence[LayerScore], thresholds: Thresholds
) -> tuple[Layer, ...]:
    """Return the layers that are not good enough, in the order to fix them."""
    order = thresholds.mending_order(_ranked_failing(_lowest(judged), thresholds))
    return tuple(judged[each.height].layer for each in order)


def named_decides(
    judged: Sequence[LayerScore], thresholds: Thresholds, without: Layer | None = None
) -> bool:
    """Return whether a layer is the first to fix only because the team named it.

    The layer ``without`` counts as good enough.
    """
    ranked = [
        each
        for each in _ranked_failing(_lowest(judged), thresholds)
        if judged[each.height].layer is not without
    ]
    return bool(ranked) and thresholds.mending_order(ranked)[0] is not min(ranked)


def _ranked_failing(
    scores: Sequence[tuple[Layer, float]], thresholds: Thresholds
) -> list[RankedLayer]:
    """Return a ``RankedLayer`` for each layer that is not good enough.

    ``scores`` has each layer with its score; the result keeps this order.
    """
    holds = thresholds.constants.holds
    return [
        thresholds.ranked(layer, score, height)
        for height, (layer, score) in enumerate(scores)
        if score < holds
    ]


def _candidates(
    judged: Sequence[LayerScore], thresholds: Thresholds, failing: tuple[Layer, ...]
) -> tuple[Layer, ...]:
    """Return the layers that, depending on open questions, may be the first to fix."""
    if all(each.own.low == each.own.high for each in judged):
        return failing[:1]
    # Layers share no questions. So a layer can become the first to fix exactly if it
    # is the first when its own open questions count as 0 and those of all other layers
    # as 4.
    at_best = _ranked_failing(_highest(judged), thresholds)
    return tuple(
        judged[own.height].layer
        for own in _ranked_failing(_lowest(judged), thresholds)
        for others in [[each for each in at_best if each.height != own.height]]
        if thresholds.mending_order([own, *others])[0] is own
    )


def blocking_questions(inputs: AssessmentInput) -> Sequence[Question]:
    """Return the questions that block this team's project if answered too low."""
    return _asked(inputs).blocking


def blocking_questions_in(
    inputs: AssessmentInput, questions: Sequence[Question]
) -> list[Question]:
    """Return those of ``questions`` that block this project if answered too low."""
    blocking = _BLOCKING[stakes_of(inputs)]
    return [question for question in questions if question.blocker in blocking]


def _asked(inputs: AssessmentInput) -> _Asked:
    return _asked_of(
        Identity(inputs.questionnaire), Identity(inputs.questions), stakes_of(inputs)
    )


@lru_cache(maxsize=256)
def _asked_of(
    questionnaire: Identity[Questionnaire],
    questions: Identity[tuple[Question, ...]],
    stakes: str,
) -> _Asked:
    """Return the questions that a team is asked, with the level enough for each."""
    # Cached, because many teams are asked the same questions.
    constants = questionnaire.value.constants
    blocking = tuple(
        each for each in questions.value if each.blocker in _BLOCKING[stakes]
    )
    ids = frozenset(each.id for each in blocking)
    needed = tuple(
        (
            each,
            max(
                each.enough.get(stakes, constants.holds),
                constants.blocks_below if each.id in ids else 0,
            ),
        )
        for each in questions.value
    )
    to_go_on = tuple(each for each in needed if each[0].id in ids)
    return _Asked(needed, to_go_on, blocking, ids)


def _fall_short(
    answers: Mapping[str, Answer], questions: Iterable[tuple[Question, float]]
) -> tuple[list[tuple[Question, Answer]], list[Question]]:
    """Return the answers that are too low, and the open questions."""
    low, open_ = [], []
    for question, needed in questions:
        answer = answers.get(question.id, NO_ANSWER)
        level = answer.level
        if level is None:
            if not answer.na:
                open_.append(question)
        # An accepted gap is always listed, so that its reason can be shown.
        elif level < needed or answer.accepted:
            low.append((question, answer))
    return low, open_


def details_below(inputs: AssessmentInput, level: int) -> tuple[Gap, ...]:
    """Return a ``Gap`` for each detail answered below ``level``.

    Details without a next step are left out. The lowest level comes first.
    """
    answered = [(each, inputs.sheet.answer(each.id)) for each in inputs.questions]
    return _with_next_steps(pair for pair in answered if (pair[1].level or 0) < level)


def _with_next_steps(answered: Iterable[tuple[Question, Answer]]) -> tuple[Gap, ...]:
    """Return a ``Gap`` for each detail of ``answered`` with a level and a next step.

    The caller chooses which answers are too low; this function does not compare levels
    with a limit. The lowest level comes first.
    """
    steps = [
        Gap(question, answer.level, answer, action)
        for question, answer in answered
        if answer.level is not None and not question.overall
        for action in [question.action(answer.level)]
        if action
    ]
    return tuple(sorted(steps, key=lambda gap: gap.level))


def causes(diagnosis: Diagnosis, layer: Layer) -> list[Gap | Question]:
    """Return why a layer is not good enough: low answers, then open questions."""
    inputs = diagnosis.inputs
    holds = inputs.questionnaire.constants.holds
    whole = [
        Gap(question, answer.level, answer, "")
        for question in inputs.within(layer.sections)
        for answer in [inputs.sheet.answer(question.id)]
        if question.overall and answer.level is not None
    ]
    low = [gap for gap in whole if gap.level < holds]
    return [
        *low,
        *(
            gap
            for gap in diagnosis.gaps
            if gap.question.section in layer.sections
            and gap.level < enough(inputs, gap.question)
        ),
        *(each for each in diagnosis.open if each.section in layer.sections),
    ]


def mostly_low(inputs: AssessmentInput, layer: Layer) -> bool:
    """Return whether at least half of a layer's details are too low.

    If no detail applies, the questions on the layer as a whole are counted.
    """
    counted = counted_questions(inputs, layer)
    details = [each for each in counted if not each.overall] or counted
    levels = [(inputs.sheet.answer(each.id).level, each) for each in details]
    low = sum(
        level is not None and level < enough(inputs, each) for level, each in levels
    )
    return 2 * low >= len(details) and low > 0
