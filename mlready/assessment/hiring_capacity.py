"""Compute which roles the layers need, and how many people are missing per role."""

from collections.abc import Iterable
from typing import NamedTuple

from mlready.assessment.diagnosis import Diagnosis
from mlready.assessment.scoring import rounded
from mlready.model.answers import AssessmentInput
from mlready.model.profile_facts import EngineFact
from mlready.model.questionnaire import NOBODY, Layer, Placement, Role

HALF = 0.5  # the smallest shortage that justifies a vacancy, in full-time people
DATA_LAYERS = 2  # how many layers, from the lowest up, supply data for modelling


class Position(NamedTuple):
    """A role that layers need, and how many people of that role are missing.

    ``available`` and ``missing`` are numbers of full-time people. If nobody is missing,
    the work is assigned to the people available. ``also`` are further roles whose work
    the same person does in a small organisation.
    """

    role: Role
    layers: tuple[Layer, ...]
    available: float
    missing: float
    also: tuple[Role, ...] = ()


class CapacityWarning(NamedTuple):
    """A warning that there are too few data engineers for the modellers.

    ``engineers`` and ``modellers`` are numbers of full-time people.
    """

    engineers: float
    modellers: float


def role_for_layer(diagnosis: Diagnosis, layer: Layer) -> str:
    """Return the id of the role that should mend a layer, "none" if no role can.

    If this is the layer to mend first, and the team says that it lacks one of the
    layer's alternative roles (``or_roles``), the result is that alternative role.
    """
    facts = diagnosis.inputs.facts
    missed = facts.get(EngineFact.HANDS, "")
    if layer == diagnosis.priority_layer and missed in layer.or_roles:
        return missed
    return layer.mending_role(facts)


def top_position(inputs: AssessmentInput) -> Position | None:
    """Return the modeller's position, for the layer on top of the pyramid.

    Returns None if the questionnaire has no layer on top, or no role for that layer.
    """
    questionnaire = inputs.questionnaire
    on_top = [each for each in questionnaire.layers if each.placement is Placement.TOP]
    if not on_top or on_top[0].role == NOBODY:
        return None
    return position_for(inputs, questionnaire.roles[on_top[0].role], on_top)


def position_for(inputs: AssessmentInput, role: Role, layers: list[Layer]) -> Position:
    """Return a position for a role, with the number of people missing for it.

    ``layers`` are the layers that need the role. If the team says that it lacks the
    role, at least one person is missing, even if enough people are available. But if
    more than twice as many people as needed are available, they only lack time, and
    nobody is missing.
    """
    available = inputs.sheet.available.get(role.id, 0.0)
    needed = inputs.questionnaire.constants.people_per_role
    if is_small_organisation(inputs):
        needed = 1.0
    missing = rounded(needed - available)
    if missing < HALF:
        missing = 0.0
    if inputs.facts.get(EngineFact.HANDS) == role.id and available <= 2 * needed:
        missing = max(missing, 1.0)
    return Position(role, tuple(layers), available, missing)


def is_small_organisation(inputs: AssessmentInput) -> bool:
    """Return whether the organisation is so small that it gets one combined vacancy."""
    limit = inputs.questionnaire.constants.small_organisation
    return numeric_fact(inputs, EngineFact.HEADCOUNT) < limit


def numeric_fact(inputs: AssessmentInput, fact: EngineFact) -> float:
    """Return the value of a numeric fact, infinity if this team is not asked for it."""
    return float(inputs.facts.get(fact, "inf"))


def capacity_warning(
    diagnosis: Diagnosis, hired: Iterable[Role]
) -> CapacityWarning | None:
    """Return a warning if there are too few data engineers for the modellers.

    Each role in ``hired`` adds one person to those available. There is no warning if
    the two lowest layers score at least one level above the constant ``holds``: their
    work is then routine, and modellers need no help to get data.
    """
    inputs = diagnosis.inputs
    top, constants = top_position(inputs), inputs.questionnaire.constants
    data_layers = _data_layers(inputs)
    if not top or _are_routine(diagnosis, data_layers):
        return None
    people = dict(inputs.sheet.available)
    for role in hired:
        people[role.id] = people.get(role.id, 0) + 1
    found = CapacityWarning(
        people.get(data_layers[0].role, 0), people.get(top.role.id, 0)
    )
    enough = found.engineers >= constants.engineers_per_modeller * found.modellers
    return None if enough else found


def _data_layers(inputs: AssessmentInput) -> list[Layer]:
    layers = inputs.questionnaire.layers
    stacked = [each for each in layers if each.placement is Placement.STACKED]
    return stacked[:DATA_LAYERS]


def _are_routine(diagnosis: Diagnosis, layers: list[Layer]) -> bool:
    holds = diagnosis.inputs.questionnaire.constants.holds
    return all(
        each.own.low >= holds + 1 for each in diagnosis.scores if each.layer in layers
    )
