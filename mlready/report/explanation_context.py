"""The template variables of the explanation of scores and advice."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Diagnosis, Verdict
from mlready.assessment.explanation import LayerStep, explain_layers
from mlready.model.profile_facts import EngineFact, Stops


class Outcome(StrEnum):
    """The phrase before the verdict in the explanation."""

    NOTHING_COUNTS = "nothing_counts"
    STOPPED = "stopped"
    GOING_LIVE_WAITS = "going_live_waits"
    ALL_HOLD = "all_hold"


class Explanation(NamedTuple):
    """The steps from each answer to the advice.

    ``blocker_named`` is what the team named as still stopping the project, "" if it
    named nothing. ``may_change``: open answers could change which layers stop it.
    ``only_together``: none of the layers alone would have stopped modelling.
    """

    steps: Sequence[LayerStep]
    broken: Sequence[LayerStep]
    stopping: Sequence[LayerStep]
    blocker_named: str
    outcome: Outcome
    may_change: bool
    only_together: bool


def explanation(result: Assessment) -> Explanation:
    """Return the steps from each answer to the advice."""
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


def _outcome(diagnosis: Diagnosis, stopping: Sequence[LayerStep]) -> Outcome:
    if not diagnosis.scores:
        return Outcome.NOTHING_COUNTS
    if stopping:
        return Outcome.STOPPED
    return Outcome.GOING_LIVE_WAITS if diagnosis.failing_layers else Outcome.ALL_HOLD
