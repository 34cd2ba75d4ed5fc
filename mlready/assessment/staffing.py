"""Recommend whom to hire now, next and later, from diagnosis and available people."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.diagnosis import Diagnosis, Gap, Verdict, causes
from mlready.assessment.hiring_capacity import (
    CapacityWarning,
    Position,
    capacity_warning,
    is_small_organisation,
    numeric_fact,
    position_for,
    role_for_layer,
    top_position,
)
from mlready.assessment.scoring import LevelChange, fewest_steps_to_hold
from mlready.model.profile_facts import Approach, EngineFact, Hands, SimpleWay
from mlready.model.questionnaire import (
    NOBODY,
    Facts,
    Layer,
    Placement,
    Question,
    Role,
)


class Horizon(StrEnum):
    """When a vacancy opens; at most one opens now, and at most one next."""

    NOW = "now"
    NEXT = "next"
    LATER = "later"


class Headline(StrEnum):
    """The most important next step, which is to hire somebody or something else."""

    NO_ML = "no_ml"
    FIND_OUT = "find_out"
    REORGANISE = "reorganise"
    BORROW = "borrow"
    HIRE = "hire"
    PROCEED = "proceed"


class HoldReason(StrEnum):
    """Why no vacancy opens now, although layers need a role."""

    NONE = ""
    NO_ML = "no_ml"  # a simple solution is good enough
    UNPROVEN = "unproven"  # open answers could change the advice
    DECIDE = "decide"  # no role can mend the first layer: a decision is needed
    TEAM = "room"  # the team says that nobody is missing
    NO_POST = "no_post"  # the team cannot hire anybody


class MlVacancy(StrEnum):
    """Whether the vacancy for a modeller, on top of the pyramid, may open."""

    LOCKED = "locked"
    NOT_NEEDED = "not_needed"
    OPEN = "open"


class Vacancy(NamedTuple):
    """A position to hire for, when to hire, and how it could become unnecessary.

    ``because`` are the answers that make it necessary. ``removed_by`` are the fewest
    changes of levels after which its first layer holds without a hire. ``senior`` says
    whether experience is required, as it is once modelling may start.
    """

    horizon: Horizon
    position: Position
    because: tuple[Gap | Question, ...]
    removed_by: tuple[LevelChange, ...]
    senior: bool

    @property
    def exit(self) -> str:
        """The test that shows the work is done, and opens the next vacancy."""
        return self.position.layers[0].exit


class Staffing(NamedTuple):
    """Whom to hire, whom to assign, and which gaps to close before any vacancy.

    ``assigned`` are the positions for which enough people are available.
    ``before_hiring`` is what to do for the first layer before hiring; ``remedies`` are
    the gaps to close before any vacancy. ``top_position`` is the position of a modeller
    on top of the pyramid; ``ml_vacancy`` says whether its vacancy may open.
    ``ml_locked_by`` are the layers that must hold before it opens, ``ml_blockers`` the
    blocking questions to settle before a modeller is hired.
    """

    headline: Headline
    vacancies: tuple[Vacancy, ...]
    assigned: tuple[Position, ...]
    hold_reason: HoldReason
    before_hiring: str
    remedies: tuple[Gap, ...]
    top_position: Position | None
    ml_vacancy: MlVacancy
    ml_locked_by: tuple[Layer, ...]
    ml_blockers: tuple[Question, ...]
    capacity_warning: CapacityWarning | None

    @property
    def first_hire(self) -> Role | None:
        """The role of the vacancy that opens now, None if there is none."""
        now = [each for each in self.vacancies if each.horizon is Horizon.NOW]
        return now[0].position.role if now else None


def staff(diagnosis: Diagnosis) -> Staffing:
    """Recommend whom to hire: the role for the first layer to mend, then for the next.

    Nobody is hired for a role with enough people available. ``HoldReason`` lists the
    reasons for which no vacancy opens now.
    """
    first, facts = diagnosis.priority_layer, diagnosis.inputs.facts
    ml_vacancy = _ml_vacancy(diagnosis)
    positions = list(_positions(diagnosis, ml_vacancy))
    missing = [position for position in positions if position.missing]
    hold_reason = _hold_reason(diagnosis, missing)
    vacancies = tuple(_vacancies(diagnosis, missing, hold_reason))
    return Staffing(
        headline=_headline(diagnosis, vacancies, hold_reason, ml_vacancy),
        vacancies=vacancies,
        assigned=tuple(position for position in positions if not position.missing),
        hold_reason=hold_reason,
        before_hiring=first.remedy(facts) if first else "",
        remedies=tuple(_remedies(diagnosis)),
        top_position=top_position(diagnosis.inputs),
        ml_vacancy=ml_vacancy,
        ml_locked_by=diagnosis.failing_layers,
        ml_blockers=(
            *(gap.question for gap in diagnosis.blockers),
            *diagnosis.unsettled_blockers,
        ),
        capacity_warning=capacity_warning(diagnosis, _soon_hired(vacancies)),
    )


def _positions(diagnosis: Diagnosis, ml_vacancy: MlVacancy) -> Iterator[Position]:
    """Yield a position for each role that failing layers need, then the modeller's.

    The latter only if the ML vacancy may open.
    """
    inputs = diagnosis.inputs
    layers_of: dict[str, list[Layer]] = {}
    for layer in diagnosis.failing_layers:
        layers_of.setdefault(role_for_layer(diagnosis, layer), []).append(layer)
    layers_of.pop(NOBODY, None)
    for role, layers in layers_of.items():
        yield position_for(inputs, inputs.questionnaire.roles[role], layers)
    top = top_position(inputs)
    if top and ml_vacancy is MlVacancy.OPEN:
        yield top


def _hold_reason(diagnosis: Diagnosis, missing: list[Position]) -> HoldReason:
    facts, first = diagnosis.inputs.facts, diagnosis.priority_layer
    if _simple_way_reaches(facts):
        return HoldReason.NO_ML
    if diagnosis.verdict is Verdict.UNPROVEN or not diagnosis.certain:
        return HoldReason.UNPROVEN
    if first and role_for_layer(diagnosis, first) == NOBODY:
        return HoldReason.DECIDE
    if facts.get(EngineFact.HANDS) == Hands.NOBODY:
        return HoldReason.TEAM
    if missing and not numeric_fact(diagnosis.inputs, EngineFact.OPENINGS):
        return HoldReason.NO_POST
    return HoldReason.NONE


def _simple_way_reaches(facts: Facts) -> bool:
    return facts.get(EngineFact.SIMPLE_WAY) == SimpleWay.REACHES


def _headline(
    diagnosis: Diagnosis,
    vacancies: tuple[Vacancy, ...],
    hold_reason: HoldReason,
    ml_vacancy: MlVacancy,
) -> Headline:
    """Return the most important next step: the first headline that applies."""
    first = diagnosis.priority_layer
    beside = first is not None and first.placement is Placement.BESIDE
    unsettled = not first and ml_vacancy is MlVacancy.LOCKED
    understaffed = any(first in vacancy.position.layers for vacancy in vacancies)
    applies = {
        Headline.NO_ML: hold_reason is HoldReason.NO_ML,
        Headline.FIND_OUT: hold_reason is HoldReason.UNPROVEN
        or (unsettled and not diagnosis.blockers),
        Headline.REORGANISE: beside or unsettled,
        Headline.BORROW: hold_reason in {HoldReason.DECIDE, HoldReason.NO_POST}
        or (hold_reason is HoldReason.TEAM and understaffed),
        Headline.HIRE: any(each.horizon is Horizon.NOW for each in vacancies),
    }
    return next((each for each, true in applies.items() if true), Headline.PROCEED)


def _vacancies(
    diagnosis: Diagnosis, missing: list[Position], hold_reason: HoldReason
) -> Iterator[Vacancy]:
    """Yield the vacancies in order, each with the horizon at which it opens.

    Only the role for the first layer to mend is hired now. At most two vacancies open
    now or next, and no more than the team can hire. In a small organisation a single
    vacancy combines all the work.
    """
    inputs, first = diagnosis.inputs, diagnosis.priority_layer
    if is_small_organisation(inputs) and missing:
        missing = [_combined(missing)]
    posts = min(numeric_fact(inputs, EngineFact.OPENINGS), 2)
    horizons = [Horizon.NOW, Horizon.NEXT]
    for position in missing:
        urgent = not first or first in position.layers
        if horizons and horizons[0] is Horizon.NOW and not urgent:
            horizons.pop(0)
        opens = bool(horizons) and not hold_reason and posts > 0
        posts -= opens
        yield _vacancy(diagnosis, position, horizons.pop(0) if opens else Horizon.LATER)


def _combined(positions: list[Position]) -> Position:
    """Return one position that combines the work of all these positions."""
    first, *rest = positions
    layers = tuple(layer for position in positions for layer in position.layers)
    return first._replace(also=tuple(each.role for each in rest), layers=layers)


def _vacancy(diagnosis: Diagnosis, position: Position, horizon: Horizon) -> Vacancy:
    layer = position.layers[0]
    return Vacancy(
        horizon=horizon,
        position=position,
        because=tuple(causes(diagnosis, layer)),
        removed_by=fewest_steps_to_hold(diagnosis.inputs, layer),
        senior=diagnosis.verdict in {Verdict.CONDITIONAL, Verdict.READY},
    )


def _soon_hired(vacancies: Iterable[Vacancy]) -> list[Role]:
    soon = [each for each in vacancies if each.horizon is not Horizon.LATER]
    return [each.position.role for each in soon]


def _remedies(diagnosis: Diagnosis) -> list[Gap]:
    """Return the gaps that need no vacancy, and all gaps of the first layer to mend.

    Only gaps below ``blocks_below`` are included. The cheapest kind of remedy comes
    first. Within a kind, blockers come first, then gaps of the layer to mend first,
    then the lowest level.
    """
    questionnaire = diagnosis.inputs.questionnaire
    kinds = [*questionnaire.remedies]
    sections = diagnosis.priority_layer.sections if diagnosis.priority_layer else ()
    blocking = {gap.question.id for gap in diagnosis.blockers}
    remedies = [
        gap
        for gap in diagnosis.gaps
        if gap.level < questionnaire.constants.blocks_below
        and (gap.question.remedy in kinds[:-1] or gap.question.section in sections)
    ]
    return sorted(
        remedies,
        key=lambda gap: (
            kinds.index(gap.question.remedy),
            gap.question.id not in blocking,
            gap.question.section not in sections,
            gap.level,
        ),
    )


def _ml_vacancy(diagnosis: Diagnosis) -> MlVacancy:
    """Return whether the ML vacancy may open.

    It is not needed if a simple solution is good enough, if a ready-made model is used
    and the team does not lack a modeller, or if the team says that nobody is missing.
    It is locked while a layer below does not hold, or while a blocking question has no
    level or one below ``locks_below``. Other blockers can be settled while it is open.
    """
    inputs = diagnosis.inputs
    facts, top = inputs.facts, top_position(inputs)
    missed = facts.get(EngineFact.HANDS)
    if _simple_way_reaches(facts):
        return MlVacancy.NOT_NEEDED
    training = facts.get(EngineFact.APPROACH, Approach.TRAIN) == Approach.TRAIN
    if not training and not (top and missed == top.role.id):
        return MlVacancy.NOT_NEEDED
    locks_below = inputs.questionnaire.constants.locks_below
    absent = any(gap.level < locks_below for gap in diagnosis.blockers)
    if diagnosis.verdict is not Verdict.READY or absent or diagnosis.unsettled_blockers:
        return MlVacancy.LOCKED
    return MlVacancy.NOT_NEEDED if missed == Hands.NOBODY else MlVacancy.OPEN
