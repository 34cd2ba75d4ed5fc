"""The profile facts that the rules of the assessment read, and their choices.

All other facts only decide what is asked. These change the advice, so a questionnaire
must have each of them or list it under ``without``, which disables the rules that need
it. No other module names such a fact or choice by a literal.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from mlready.model.questionnaire import NOBODY, Placement


class EngineFact(StrEnum):
    """A profile fact that a rule reads."""

    HEADCOUNT = "headcount"  # small organisation: one vacancy at most
    STAKES = "stakes"  # which blockers count
    APPROACH = "approach"  # whether there is a model to train
    SIMPLE_WAY = "simple_way"  # whether a simpler solution than ML is enough
    PROMISED = "promised"  # whether a modeller has been promised
    OPENINGS = "openings"  # how many vacancies may open
    STOPS = "stops"  # which layer would stop the project, as the team says
    HANDS = "hands"  # which role is missing, as the team says


class Stakes(StrEnum):
    """Choices of EngineFact.STAKES."""

    EXPLORATORY = "exploratory"
    LIVE = "live"
    HIGH_STAKES = "high_stakes"


class Approach(StrEnum):
    """Choices of EngineFact.APPROACH."""

    TRAIN = "train"
    PRETRAINED = "pretrained"
    BOUGHT = "bought"


class SimpleWay(StrEnum):
    """Choices of EngineFact.SIMPLE_WAY."""

    REACHES = "reaches"
    FALLS_SHORT = "falls_short"
    UNKNOWN = "unknown"


class Hands(StrEnum):
    """Choices of EngineFact.HANDS that are not the id of a role."""

    NOBODY = "nobody"
    UNSURE = "unsure"


class Promised(StrEnum):
    """Choices of EngineFact.PROMISED that are not the id of a role."""

    NO = "no"
    OTHER = "other"


class Stops(StrEnum):
    """Choices of EngineFact.STOPS that are not the id of a layer."""

    NOTHING = "nothing"


class FactChoices(NamedTuple):
    """The choices that a fact may have in a questionnaire, and those it must have.

    Both are empty for a fact that is a whole number.
    """

    allowed: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()


def engine_fact_choices(
    layers: Mapping[str, tuple[str, str]], roles: frozenset[str]
) -> dict[EngineFact, FactChoices]:
    """Return the choices of every engine fact in a questionnaire.

    ``layers`` maps each layer id to its placement and its role; ``roles`` are the
    ids of the roles that can be hired.
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
