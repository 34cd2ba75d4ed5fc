"""Select what the team's report shows before its appendix.

The report has a limited length, so each list shows what matters most for the verdict,
and the appendix shows all else.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.checklist import needed_level
from mlready.assessment.diagnosis import Diagnosis, Gap, causes
from mlready.assessment.patterns import Finding, patterns
from mlready.assessment.plan import PlanItem
from mlready.assessment.scoring import LayerScore, counted_questions, enough
from mlready.model.answers import AssessmentInput
from mlready.model.questionnaire import BackgroundLine, Question

# The most items that each list shows before the appendix.
MOST_GAPS = 5
MOST_PATTERNS = 2
MOST_OPEN = 5


class LayerState(StrEnum):
    """Keys of the phrases on whether a layer is good enough for this project.

    ``WAITS`` means that the layer is good enough by itself, but the layers below do not
    support it. ``OPEN`` means that open questions decide whether the layer is good
    enough.
    """

    GOOD = "good"
    WAITS = "waits"
    OPEN = "open"
    SHORT = "short"


class LayerEvidence(NamedTuple):
    """A layer, and its answers that are good enough, with and without evidence.

    ``shown`` are the questions whose answers have a note or evidence, ``claimed`` those
    whose answers have neither. Questions on details are listed; questions on the layer
    as a whole are listed only if there are no questions on details.
    """

    score: LayerScore
    state: LayerState
    shown: Sequence[Question]
    claimed: Sequence[Question]


class ListedGap(NamedTuple):
    """A gap of a report.

    ``blocker`` says whether this gap alone could stop the project. ``step`` is the
    number of the step of the plan that closes the gap, 0 if the plan has no such step.
    ``needs`` is the level that is enough for this team. It is None if the answer is
    also below the usual level, the constant ``holds``.
    """

    gap: Gap
    blocker: bool
    step: int
    needs: float | None


class BackgroundText(NamedTuple):
    """A question about the project's background, and what the team wrote."""

    line: BackgroundLine
    text: str


class TeamReport(NamedTuple):
    """The lists of the team's report.

    Only the appendix shows the lists whose names begin with ``further``.
    """

    layers: Sequence[LayerEvidence]
    gaps: Sequence[ListedGap]
    further_gaps: Sequence[ListedGap]
    patterns: Sequence[Finding]
    further_patterns: Sequence[Finding]
    open: Sequence[Question]
    further_open: Sequence[Question]
    background: Sequence[BackgroundText]


def team_report(result: Assessment, steps: Sequence[PlanItem]) -> TeamReport:
    """Return what the team's report shows, and what only its appendix shows.

    ``steps`` are the steps of the plan: a gap refers to the step that closes it.
    """
    gaps = _gaps(result, steps)
    found = _patterns(result.diagnosis)
    open_ = _open(result)
    return TeamReport(
        layers=[*reversed(layer_evidence(result.diagnosis))],
        gaps=gaps[:MOST_GAPS],
        further_gaps=gaps[MOST_GAPS:],
        patterns=found[:MOST_PATTERNS],
        further_patterns=found[MOST_PATTERNS:],
        open=open_[:MOST_OPEN],
        further_open=open_[MOST_OPEN:],
        background=_background(result.inputs),
    )


def layer_state(diagnosis: Diagnosis, score: LayerScore) -> LayerState:
    """Return whether a layer is good enough for this project."""
    holds = diagnosis.inputs.questionnaire.constants.holds
    if score.own.low >= holds:
        return LayerState.GOOD if score.supported >= holds else LayerState.WAITS
    return LayerState.OPEN if score.own.high >= holds else LayerState.SHORT


def layer_evidence(diagnosis: Diagnosis) -> list[LayerEvidence]:
    """Return each layer, from the bottom up, with its answers that are good enough."""
    return [_layer_evidence(diagnosis, score) for score in diagnosis.scores]


def reasons(diagnosis: Diagnosis) -> list[Gap]:
    """Return the answers that are the reasons for the verdict.

    First come the low answers on the layer to mend first, then other low answers to
    blocking questions.
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
    """Return the gaps; those that matter most for the verdict come first.

    The gaps of the layer to mend first come first, then gaps each of which alone could
    stop the project, then gaps of the other layers, in the order to mend these layers.
    """
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
            each.gap.question.section not in own,
            not each.blocker,
            _index_of(order, each.gap.question.section),
            each.gap.level,
        ),
    )


def _index_of(order: Sequence[str], section: str) -> int:
    return order.index(section) if section in order else len(order)


def _patterns(diagnosis: Diagnosis) -> list[Finding]:
    """Return the failure patterns; those about the layer to mend first come first."""
    inputs, first = diagnosis.inputs, diagnosis.priority_layer
    own = {question.id for question in inputs.within(first.sections if first else ())}
    return sorted(
        patterns(inputs),
        key=lambda found: own.isdisjoint(fact for fact, _ in found.because),
    )


def _open(result: Assessment) -> list[Question]:
    """Return the open questions; those that could change the advice come first."""
    deciding = [each.question for each in result.certainty.deciding]
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
