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
    """A role that layers need, and how many people of the role are missing."""

    role: Role
    layers: tuple[Layer, ...]
    available: float  # full-time people
    missing: float  # full-time people
    # Roles whose work the same person does in a small organisation.
    also: tuple[Role, ...] = ()


class CapacityWarning(NamedTuple):
    """A warning that there are too few data engineers for the modellers."""

    engineers: float  # full-time people
    modellers: float  # full-time people


def role_for_layer(diagnosis: Diagnosis, layer: Layer) -> str:
    """Return the id of the role that should fix a layer, "none" if no role can."""
    facts = diagnosis.inputs.facts
    # The team may say that it lacks the alternative role.
    missed = facts.get(EngineFact.HANDS, "")
    if layer == diagnosis.priority_layer and missed in layer.or_roles:
        return missed
    return layer.mending_role(facts)


def top_position(inputs: AssessmentInput) -> Position | None:
    """Return the position of the modeller, None if the questionnaire has none."""
    questionnaire = inputs.questionnaire
    on_top = [each for each in questionnaire.layers if each.placement is Placement.TOP]
    if not on_top or on_top[0].role == NOBODY:
        return None
    return position_for(inputs, questionnaire.roles[on_top[0].role], on_top)


def position_for(inputs: AssessmentInput, role: Role, layers: list[Layer]) -> Position:
    """Return a role's position for ``layers``, with the number of people missing."""
    available = inputs.sheet.available.get(role.id, 0.0)
    needed = inputs.questionnaire.constants.people_per_role
    if is_small_organisation(inputs):
        needed = 1.0
    missing = rounded(needed - available)
    if missing < HALF:
        missing = 0.0
    # A team that says that it lacks the role needs a person, even if enough are
    # available. With more than twice as many people as needed, it lacks only time.
    if inputs.facts.get(EngineFact.HANDS) == role.id and available <= 2 * needed:
        missing = max(missing, 1.0)
    return Position(role, tuple(layers), available, missing)


def is_small_organisation(inputs: AssessmentInput) -> bool:
    """Return whether so few people work here that all vacancies become one."""
    limit = inputs.questionnaire.constants.small_organisation
    return numeric_fact(inputs, EngineFact.HEADCOUNT) < limit


def numeric_fact(inputs: AssessmentInput, fact: EngineFact) -> float:
    """Return the value of a numeric fact, infinity if the team is not asked."""
    return float(inputs.facts.get(fact, "inf"))


def has_opening(inputs: AssessmentInput) -> bool:
    """Return whether the team could hire at least one person, as far as is known."""
    return numeric_fact(inputs, EngineFact.OPENINGS) >= 1


def capacity_warning(
    diagnosis: Diagnosis, hired: Iterable[Role]
) -> CapacityWarning | None:
    """Return a warning if there are too few data engineers for the modellers.

    Each role in ``hired`` counts as one more available person. The result is None if
    there are enough engineers.
    """
    inputs = diagnosis.inputs
    top, constants = top_position(inputs), inputs.questionnaire.constants
    supplier = data_role(inputs)
    # Where work on the data is routine, modellers need no help to get data.
    if not top or not supplier or _are_routine(diagnosis, _data_layers(inputs)):
        return None
    people = dict(inputs.sheet.available)
    for role in hired:
        people[role.id] = people.get(role.id, 0) + 1
    found = CapacityWarning(people.get(supplier.id, 0), people.get(top.role.id, 0))
    enough = found.engineers >= constants.engineers_per_modeller * found.modellers
    return None if enough else found


def data_role(inputs: AssessmentInput) -> Role | None:
    """Return the role that supplies data for modelling, None if no role does."""
    lowest = _data_layers(inputs)[:1]
    return next((inputs.questionnaire.roles.get(each.role) for each in lowest), None)


def _data_layers(inputs: AssessmentInput) -> list[Layer]:
    layers = inputs.questionnaire.layers
    stacked = [each for each in layers if each.placement is Placement.STACKED]
    return stacked[:DATA_LAYERS]


def _are_routine(diagnosis: Diagnosis, layers: list[Layer]) -> bool:
    holds = diagnosis.inputs.questionnaire.constants.holds
    return all(
        each.own.low >= holds + 1 for each in diagnosis.scores if each.layer in layers
    )
