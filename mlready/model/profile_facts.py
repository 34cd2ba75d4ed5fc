"""The profile facts that the rules of the assessment read, and their choices.

All other facts only decide what is asked. These facts also change the advice, so a
questionnaire must have each of them or list it under ``without``, which disables the
rules that need it. Other modules use these enums instead of literals.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from mlready.model.questionnaire import NOBODY, Placement


class EngineFact(StrEnum):
    """The id of a profile fact that a rule of the assessment reads."""

    HEADCOUNT = "headcount"  # decides whether the limits of small organisations apply
    STAKES = "stakes"  # decides which blocking questions count
    APPROACH = "approach"  # whether there is a model to train
    SIMPLE_WAY = "simple_way"  # whether a simpler solution than ML is enough
    PROMISED = "promised"  # which role has already been promised to be hired
    OPENINGS = "openings"  # how many people could be hired
    STOPS = "stops"  # which layer would stop the project, as the team says
    HANDS = "hands"  # which role is missing, as the team says


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
    """Whether a solution without ML is enough: the choices of ``simple_way``."""

    REACHES = "reaches"
    FALLS_SHORT = "falls_short"
    UNKNOWN = "unknown"


class Hands(StrEnum):
    """Which role is missing: the choices of ``hands`` other than role ids."""

    NOBODY = "nobody"
    UNSURE = "unsure"


class Promised(StrEnum):
    """Whose hire has been promised: the choices of ``promised`` other than role ids."""

    NO = "no"
    OTHER = "other"


class Stops(StrEnum):
    """What would stop the project: the choices of ``stops`` other than layer ids."""

    NOTHING = "nothing"


class FactChoices(NamedTuple):
    """The choices that a questionnaire may offer for a fact, and those it must offer.

    Both sets are empty if the value of the fact is a whole number.
    """

    allowed: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()


def engine_fact_choices(
    layers: Mapping[str, tuple[str, str]], roles: frozenset[str]
) -> dict[EngineFact, FactChoices]:
    """Return the allowed and the required choices of every engine fact.

    ``layers`` maps the id of each layer of the questionnaire to its placement and its
    role; ``roles`` are the ids of the roles that can be hired.
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
