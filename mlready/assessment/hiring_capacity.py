"""The people a layer needs, and how many of them are missing."""

from collections.abc import Iterable
from typing import NamedTuple

from mlready.assessment.diagnosis import Diagnosis
from mlready.model.answers import AssessmentInput
from mlready.model.profile_facts import EngineFact
from mlready.model.questionnaire import NOBODY, Layer, Placement, Role

HALF = 0.5  # of a person: nobody is hired for less


class Position(NamedTuple):
    """A role that layers call for, and how much of it is missing.

    ``missing`` is the crew a layer needs less the people really free, in full-time
    people; at 0 nobody is hired and those who are there are given the work. In a small
    organisation one person takes on what the other roles would do (``also``).
    """

    role: Role
    layers: tuple[Layer, ...]
    available: float
    missing: float
    also: tuple[Role, ...] = ()


class CapacityWarning(NamedTuple):
    """Too few of those who bring the data for those who model with it."""

    engineers: float
    modellers: float


def role_for_layer(diagnosis: Diagnosis, layer: Layer) -> str:
    """Return the role that is to mend a layer, NOBODY while no role can.

    Where more than one could mend the first, the room decides by the work it misses.
    """
    facts = diagnosis.inputs.facts
    usual = layer.mended_by(facts)
    hands = facts.get(EngineFact.HANDS, "")
    named = layer == diagnosis.priority_layer and hands in layer.or_roles
    return hands if named else usual


def top_position(inputs: AssessmentInput) -> Position | None:
    """Return the place on top of the pyramid, None where nothing stands there."""
    layers = [
        layer
        for layer in inputs.questionnaire.layers
        if layer.placement == Placement.TOP
    ]
    if not layers or layers[0].role == NOBODY:
        return None
    return position_for(inputs, inputs.questionnaire.roles[layers[0].role], layers)


def position_for(inputs: AssessmentInput, role: Role, layers: list[Layer]) -> Position:
    """Return a place, less the people there; the room may say that one is missing."""
    available = inputs.sheet.available.get(role.id, 0.0)
    crew = (
        1.0
        if is_small_organisation(inputs)
        else inputs.questionnaire.constants.people_per_role
    )
    missing = crew - available if crew - available >= HALF else 0.0
    # More than twice the crew and too few hands: their time is taken, not missing.
    if inputs.facts.get(EngineFact.HANDS) == role.id and available <= 2 * crew:
        missing = max(missing, 1.0)
    return Position(role, tuple(layers), available, missing)


def is_small_organisation(inputs: AssessmentInput) -> bool:
    """Return whether this is too small an organisation for more than one vacancy."""
    return (
        numeric_fact(inputs, EngineFact.HEADCOUNT)
        < inputs.questionnaire.constants.small_organisation
    )


def numeric_fact(inputs: AssessmentInput, fact: EngineFact) -> float:
    """Return a fact that is a number; where nobody asks for it there is no limit."""
    return float(inputs.facts.get(fact, "inf"))


def capacity_warning(
    diagnosis: Diagnosis, hired: Iterable[Role]
) -> CapacityWarning | None:
    """Warn when those who bring the data are too few for those who model with it.

    Those about to be hired count. Not where the lowest layers are routine already: then
    modellers serve themselves.
    """
    inputs = diagnosis.inputs
    top, constants = top_position(inputs), inputs.questionnaire.constants
    bring = [layer for layer in inputs.questionnaire.layers if not layer.placement][:2]
    routine = all(
        each.own.low >= constants.holds + 1
        for each in diagnosis.scores
        if each.layer in bring
    )
    if not top or routine:
        return None
    engineer = bring[0].role
    people = dict(inputs.sheet.available)
    for role in hired:
        people[role.id] = people.get(role.id, 0) + 1
    found = CapacityWarning(people.get(engineer, 0), people.get(top.role.id, 0))
    enough = found.engineers >= constants.engineers_per_modeller * found.modellers
    return None if enough else found
