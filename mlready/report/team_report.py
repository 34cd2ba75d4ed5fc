"""Select what the team's report shows before its appendix.

Each list shows first what matters most for the verdict.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.checklist import needed_level
from mlready.assessment.diagnosis import Diagnosis, Gap, causes
from mlready.assessment.patterns import Finding, patterns
from mlready.assessment.plan import PlanItem, further_steps
from mlready.assessment.scoring import LayerScore, counted_questions, enough
from mlready.model.answers import AssessmentInput
from mlready.model.questionnaire import BackgroundLine, Question

# The most items that each list shows before the appendix.
MOST_GAPS = 5
MOST_PATTERNS = 2
MOST_OPEN = 5


class LayerState(StrEnum):
    """Keys of the phrases on whether a layer is good enough for this project."""

    GOOD = "good"
    WAITS = "waits"  # good enough by itself, but not supported by the layers below
    OPEN = "open"  # open questions decide
    SHORT = "short"


class LayerEvidence(NamedTuple):
    """A layer, with those of its details that have good enough answers.

    If a layer has no details, the questions on the layer as a whole are used.
    """

    score: LayerScore
    state: LayerState
    shown: Sequence[Question]  # answered with a note or evidence
    claimed: Sequence[Question]  # answered without a note or evidence


class ListedGap(NamedTuple):
    """What the team's report shows of a gap."""

    gap: Gap
    blocker: bool  # whether this gap alone could stop the project
    step: int  # number of the step that closes the gap, 0 if there is none
    # The level that is enough, None if the level is below the constant ``holds``.
    needs: float | None


class BackgroundText(NamedTuple):
    """A background line, and what the team wrote."""

    line: BackgroundLine
    text: str


class TeamReport(NamedTuple):
    """The lists of the team's report.

    Only the appendix shows the lists whose names begin with ``further``.
    """

    layers: Sequence[LayerEvidence]
    gaps: Sequence[ListedGap]
    further_gaps: Sequence[ListedGap]
    further_blockers: int  # number of further gaps that alone could stop the project
    patterns: Sequence[Finding]
    further_patterns: Sequence[Finding]
    open: Sequence[Question]
    further_open: Sequence[Question]
    background: Sequence[BackgroundText]
    further_steps: Sequence[PlanItem]  # in the answers file, but not in the plan


def team_report(result: Assessment, steps: Sequence[PlanItem]) -> TeamReport:
    """Return the lists of the team's report.

    ``steps`` is the plan: each gap refers to the step that closes the gap.
    """
    gaps = _gaps(result, steps)
    found = _patterns(result.diagnosis)
    open_ = _open(result)
    return TeamReport(
        layers=[*reversed(layer_evidence(result.diagnosis))],
        gaps=gaps[:MOST_GAPS],
        further_gaps=gaps[MOST_GAPS:],
        further_blockers=sum(each.blocker for each in gaps[MOST_GAPS:]),
        patterns=found[:MOST_PATTERNS],
        further_patterns=found[MOST_PATTERNS:],
        open=open_[:MOST_OPEN],
        further_open=open_[MOST_OPEN:],
        background=_background(result.inputs),
        further_steps=further_steps(result, steps),
    )


def layer_state(diagnosis: Diagnosis, score: LayerScore) -> LayerState:
    """Return the phrase key for whether a layer is good enough for this project."""
    holds = diagnosis.inputs.questionnaire.constants.holds
    if score.own.low >= holds:
        return LayerState.GOOD if score.supported >= holds else LayerState.WAITS
    return LayerState.OPEN if score.own.high >= holds else LayerState.SHORT


def layer_evidence(diagnosis: Diagnosis) -> list[LayerEvidence]:
    """Return the layers from the bottom up, with their answers that are good enough."""
    return [_layer_evidence(diagnosis, score) for score in diagnosis.scores]


def reasons(diagnosis: Diagnosis) -> list[Gap]:
    """Return the low answers that are the reasons for the verdict.

    Low answers on the layer to fix first come first. The remaining low answers to
    blocking questions follow.
    """
    first = diagnosis.priority_layer
    found = causes(diagnosis, first) if first else []
    low = [each for each in found if isinstance(each, Gap)]
    ids = {gap.question.id for gap in low}
    return [*low, *(gap for gap in diagnosis.blockers if gap.question.id not in ids)]


def _layer_evidence(diagnosis: Diagnosis, score: LayerScore) -> LayerEvidence:
    inputs = diagnosis.inputs
    counted = counted_questions(inputs, score.layer)
    details = [each for each in counted if not each.overall] or counted
    sufficient = [each for each in details if _is_enough(inputs, each)]
    return LayerEvidence(
        score,
        layer_state(diagnosis, score),
        [each for each in sufficient if inputs.sheet.is_supported(each.id)],
        [each for each in sufficient if not inputs.sheet.is_supported(each.id)],
    )


def _is_enough(inputs: AssessmentInput, question: Question) -> bool:
    level = inputs.sheet.answer(question.id).level
    return level is not None and level >= needed_level(inputs, question)


def _gaps(result: Assessment, steps: Sequence[PlanItem]) -> list[ListedGap]:
    """Return the gaps: those in the plan first, then by weight for the verdict."""
    inputs, diagnosis = result.inputs, result.diagnosis
    numbers = {step.key: number for number, step in enumerate(steps, 1)}
    blocking = {gap.question.id for gap in diagnosis.blockers}
    order = [
        section for layer in diagnosis.failing_layers for section in layer.sections
    ]
    first, holds = diagnosis.priority_layer, inputs.questionnaire.constants.holds
    own = first.sections if first else ()
    short = [
        ListedGap(
            gap,
            gap.question.id in blocking,
            numbers.get(gap.question.id, 0),
            needed if gap.level >= holds else None,
        )
        for gap in diagnosis.gaps
        for needed in [enough(inputs, gap.question)]
        if gap.level < needed and not gap.answer.accepted
    ]
    return sorted(
        short,
        key=lambda each: (
            each.step or len(steps) + 1,
            each.gap.question.section not in own,
            not each.blocker,
            _index_of(order, each.gap.question.section),
            each.gap.level,
        ),
    )


def _index_of(order: Sequence[str], section: str) -> int:
    return order.index(section) if section in order else len(order)


def _patterns(diagnosis: Diagnosis) -> list[Finding]:
    """Return the patterns; patterns about the layer to fix first come first."""
    inputs, first = diagnosis.inputs, diagnosis.priority_layer
    own = {question.id for question in inputs.within(first.sections if first else ())}
    return sorted(
        patterns(inputs),
        key=lambda found: own.isdisjoint(fact for fact, _ in found.because),
    )


def _open(result: Assessment) -> list[Question]:
    """Return the open questions; questions that could change the advice come first."""
    deciding = [each.question for each in result.certainty.deciding]
    deciding += _without(result.unasked_to_settle, deciding)
    return [*deciding, *_without(result.diagnosis.open, deciding)]


def _without(
    questions: Iterable[Question], others: Sequence[Question]
) -> list[Question]:
    ids = {each.id for each in others}
    return [each for each in questions if each.id not in ids]


def _background(inputs: AssessmentInput) -> list[BackgroundText]:
    found = inputs.sheet.background
    return [
        BackgroundText(line, found[line.id])
        for line in inputs.questionnaire.background
        if found.get(line.id)
    ]
