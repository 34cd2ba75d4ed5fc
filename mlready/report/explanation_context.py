"""Compute the template variables for a report's explanation of scores and advice."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Diagnosis, Verdict
from mlready.assessment.explanation import LayerStep, explain_layers
from mlready.model.profile_facts import EngineFact, Stops


class ScoresOutcome(StrEnum):
    """Keys of the phrases on whether the layers' scores stop the project.

    The phrase is printed on the same line as the verdict, in front of it.
    """

    NOTHING_COUNTS = "nothing_counts"
    STOPPED = "stopped"
    GOING_LIVE_WAITS = "going_live_waits"
    ALL_HOLD = "all_hold"


class Explanation(NamedTuple):
    """The template variables that explain how the answers led to the advice.

    ``broken`` are the layers that are not good enough, ``stopping`` those that stop the
    project. ``blocker_named`` is the id of the layer that the team named as the one
    that would stop the project, "" if the team named no layer. ``may_change`` says
    whether the answers to open questions could change which layers stop the project.
    ``only_together`` says whether several layers together stop modelling, although each
    of them alone would not stop it.
    """

    steps: Sequence[LayerStep]
    broken: Sequence[LayerStep]
    stopping: Sequence[LayerStep]
    blocker_named: str
    outcome: ScoresOutcome
    may_change: bool
    only_together: bool


def explanation(result: Assessment) -> Explanation:
    """Return the template variables that explain how the answers led to the advice."""
    diagnosis = result.diagnosis
    steps = explain_layers(diagnosis)
    stopping = [step for step in steps if step.stops]
    named = result.inputs.facts.get(EngineFact.STOPS, Stops.NOTHING)
    return Explanation(
        steps=steps,
        broken=[step for step in steps if step.score.layer in diagnosis.failing_layers],
        stopping=stopping,
        blocker_named="" if named == Stops.NOTHING else named,
        outcome=_outcome(diagnosis, stopping),
        may_change=diagnosis.verdict is Verdict.UNPROVEN,
        only_together=diagnosis.verdict is Verdict.NOT_YET
        and all(step.to_go_live for step in stopping),
    )


def _outcome(diagnosis: Diagnosis, stopping: Sequence[LayerStep]) -> ScoresOutcome:
    if not diagnosis.scores:
        return ScoresOutcome.NOTHING_COUNTS
    if stopping:
        return ScoresOutcome.STOPPED
    return (
        ScoresOutcome.GOING_LIVE_WAITS
        if diagnosis.failing_layers
        else ScoresOutcome.ALL_HOLD
    )
