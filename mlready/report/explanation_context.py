"""Prepare the part of a report that explains how the answers led to the advice."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Verdict
from mlready.assessment.explanation import LayerStep, explain_layers
from mlready.assessment.staffing import Headline
from mlready.model.profile_facts import EngineFact, Stops


class ScoresOutcome(StrEnum):
    """Keys of the phrases on whether the layers' scores stop the project."""

    NO_ML = "no_ml"
    NOTHING_COUNTS = "nothing_counts"
    STOPPED = "stopped"
    GOING_LIVE_WAITS = "going_live_waits"
    ALL_HOLD = "all_hold"


class Explanation(NamedTuple):
    """How the answers led to the advice, as template variables."""

    steps: Sequence[LayerStep]
    broken: Sequence[LayerStep]  # layers that are not good enough
    stopping: Sequence[LayerStep]  # layers that stop the project
    # Id of the layer that stops the project according to the team, or "".
    blocker_named: str
    outcome: ScoresOutcome
    may_change: bool  # whether open questions decide which layers stop the project
    only_together: bool  # whether several layers stop modelling only together


def explanation(result: Assessment) -> Explanation:
    """Return the explanation of how the answers led to the advice."""
    diagnosis = result.diagnosis
    steps = explain_layers(diagnosis)
    stopping = [step for step in steps if step.stops]
    named = result.inputs.facts.get(EngineFact.STOPS, Stops.NOTHING)
    return Explanation(
        steps=steps,
        broken=[step for step in steps if step.score.layer in diagnosis.failing_layers],
        stopping=stopping,
        blocker_named="" if named == Stops.NOTHING else named,
        outcome=_outcome(result, stopping),
        may_change=diagnosis.verdict is Verdict.UNPROVEN,
        only_together=diagnosis.verdict is Verdict.NOT_YET
        and result.staffing.headline is not Headline.NO_ML
        and all(step.to_go_live for step in stopping),
    )


def _outcome(result: Assessment, stopping: Sequence[LayerStep]) -> ScoresOutcome:
    diagnosis = result.diagnosis
    if result.staffing.headline is Headline.NO_ML:
        return ScoresOutcome.NO_ML
    if not diagnosis.scores:
        return ScoresOutcome.NOTHING_COUNTS
    if stopping:
        return ScoresOutcome.STOPPED
    return (
        ScoresOutcome.GOING_LIVE_WAITS
        if diagnosis.failing_layers
        else ScoresOutcome.ALL_HOLD
    )
