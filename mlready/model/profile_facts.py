"""The profile facts that the assessment reads, and their choices.

A questionnaire must ask each fact or list it under ``without``. The rules that need a
fact under ``without`` are switched off.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from mlready.model.questionnaire import NOBODY, Placement


class EngineFact(StrEnum):
    """The ids of the profile facts that the assessment reads."""

    HEADCOUNT = "headcount"  # decides whether the limits of small organisations apply
    STAKES = "stakes"  # decides which blocking questions count
    APPROACH = "approach"  # how the project gets its model
    SIMPLE_WAY = "simple_way"  # whether a simpler solution than ML is enough
    PROMISED = "promised"  # which role somebody has already promised to hire
    OPENINGS = "openings"  # how many people the team could hire
    STOPS = "stops"  # which layer, in the team's opinion, would stop the project
    HANDS = "hands"  # which role, in the team's opinion, is missing


class Stakes(StrEnum):
    """What is at stake in the project: the choices of the fact ``stakes``."""

    EXPLORATORY = "exploratory"
    LIVE = "live"
    HIGH_STAKES = "high_stakes"


class Approach(StrEnum):
    """How the project gets its model: the choices of the fact ``approach``."""

    TRAIN = "train"
    PRETRAINED = "pretrained"
    BOUGHT = "bought"


class SimpleWay(StrEnum):
    """Whether a solution without ML is enough: choices of the fact ``simple_way``."""

    REACHES = "reaches"
    FALLS_SHORT = "falls_short"
    UNKNOWN = "unknown"


class Hands(StrEnum):
    """The choices of the fact ``hands`` that are not the id of a role.

    The fact says which role the project lacks.
    """

    NOBODY = "nobody"
    UNSURE = "unsure"


class Promised(StrEnum):
    """The choices of the fact ``promised`` that are not the id of a role.

    The fact says which role somebody has promised to hire.
    """

    NO = "no"
    OTHER = "other"


class Stops(StrEnum):
    """The choices of the fact ``stops`` that are not the id of a layer.

    The fact says which layer would stop the project.
    """

    NOTHING = "nothing"


class FactChoices(NamedTuple):
    """The choices that a questionnaire may offer for a fact, and those it must offer.

    Both sets are empty for a fact that asks for a whole number.
    """

    allowed: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()


def is_trained(facts: Mapping[str, str]) -> bool:
    """Return whether the team trains its model; True if that is not known."""
    return facts.get(EngineFact.APPROACH, Approach.TRAIN) == Approach.TRAIN


def engine_fact_choices(
    layers: Mapping[str, tuple[str, str]], roles: frozenset[str]
) -> dict[EngineFact, FactChoices]:
    """Return the choices that a questionnaire may and must offer for certain facts.

    These are the facts that the assessment reads. ``layers`` maps the id of each layer
    to its ``Placement``, such as beside the pyramid, and to the id of its role.
    ``roles`` are the ids of roles that can be hired.
    """
    judged = frozenset(
        id_ for id_, (stands, _) in layers.items() if stands != Placement.TOP
    )
    top = frozenset(role for stands, role in layers.values() if stands == Placement.TOP)
    return {
        EngineFact.HEADCOUNT: FactChoices(),
        EngineFact.OPENINGS: FactChoices(),
        EngineFact.STAKES: FactChoices(frozenset(Stakes), frozenset(Stakes)),
        EngineFact.APPROACH: FactChoices(
            frozenset(Approach), frozenset({Approach.TRAIN})
        ),
        EngineFact.SIMPLE_WAY: FactChoices(
            frozenset(SimpleWay), frozenset({SimpleWay.REACHES})
        ),
        EngineFact.STOPS: FactChoices(judged | {*Stops}, frozenset(Stops)),
        EngineFact.HANDS: FactChoices(roles | {*Hands}, frozenset({Hands.NOBODY})),
        EngineFact.PROMISED: FactChoices(roles | {*Promised}, top - {NOBODY}),
    }
