"""Recommend whom a team should hire now, next and later."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.confirmation import Confirmation, confirmation
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
from mlready.model.profile_facts import EngineFact, Hands, SimpleWay, is_trained
from mlready.model.questionnaire import (
    NOBODY,
    Facts,
    Layer,
    Placement,
    Question,
    Role,
)


class Horizon(StrEnum):
    """When a vacancy opens. At most one vacancy opens now, and at most one next."""

    NOW = "now"
    NEXT = "next"
    LATER = "later"


class Headline(StrEnum):
    """The most important next step for a team, such as hiring somebody."""

    NO_ML = "no_ml"
    FIND_OUT = "find_out"
    REORGANISE = "reorganise"
    CONFIRM = "confirm"  # only one voice made the claims of a "ready"
    BORROW = "borrow"
    HIRE = "hire"
    PROCEED = "proceed"


class HoldReason(StrEnum):
    """Why no vacancy opens; ``NONE`` if a vacancy may open."""

    NONE = ""
    NO_ML = "no_ml"  # a solution without ML is good enough
    UNPROVEN = "unproven"  # answers to open questions could change the advice
    DECIDE = "decide"  # the layer to fix first needs a decision, not a hire
    TEAM = "room"  # the team says that nobody is missing
    NO_POST = "no_post"  # the team cannot hire anybody
    CLAIMED = "claimed"  # only one voice made the claims of the vacancy


class MlVacancy(StrEnum):
    """Whether the vacancy for a modeller is open, and if not, why."""

    LOCKED = "locked"  # a layer or a blocking question must be settled first
    NOT_NEEDED = "not_needed"
    CLAIMED = "claimed"  # opens as soon as a second voice confirms its claims
    OPEN = "open"


class Vacancy(NamedTuple):
    """A position to hire for, and when to hire."""

    horizon: Horizon
    position: Position
    because: tuple[Gap | Question, ...]  # the answers that make the hire necessary
    # The fewest changes of levels after which the first layer needs no hire.
    removed_by: tuple[LevelChange, ...]
    senior: bool  # whether the job requires experience

    @property
    def exit(self) -> str:
        """A test that shows that the work is done, so that the next vacancy opens."""
        return self.position.layers[0].exit


class Staffing(NamedTuple):
    """Whom to hire, whom to assign, and which gaps to close before any vacancy."""

    headline: Headline
    vacancies: tuple[Vacancy, ...]
    assigned: tuple[Position, ...]  # positions with enough people available
    hold_reason: HoldReason
    before_hiring: str  # what to do first for the layer to fix first
    remedies: tuple[Gap, ...]  # gaps to close before any vacancy
    top_position: Position | None  # of the modeller
    ml_vacancy: MlVacancy
    ml_locked_by: tuple[Layer, ...]  # layers that must be good enough first
    ml_blockers: tuple[Question, ...]  # blocking questions to settle first
    # Whether the verdict is "ready", but ``ml_blockers`` must be settled first.
    nearly_ready: bool
    capacity_warning: CapacityWarning | None
    # The role to hire as soon as a second voice confirms the claims.
    claimed: Role | None
    confirmation: Confirmation

    @property
    def first_position(self) -> Position | None:
        """The position to fill now, None if no vacancy opens now."""
        now = (each for each in self.vacancies if each.horizon is Horizon.NOW)
        return next((each.position for each in now), None)

    @property
    def first_hire(self) -> Role | None:
        """The role to hire now, None if no vacancy opens now."""
        first = self.first_position
        return first.role if first else None


def staff(diagnosis: Diagnosis, *, explained: bool = True) -> Staffing:
    """Recommend whom a team should hire now, next and later.

    If ``explained`` is False, ``because``, ``removed_by`` and ``remedies`` stay empty.
    The call then takes much less time.
    """
    staffing = _staff_if_confirmed(diagnosis, explained=explained)
    confirmed = staffing.confirmation
    if confirmed.verdict and confirmed.vacancy:
        return staffing
    if staffing.headline in _GO_ON:
        staffing = staffing._replace(headline=Headline.CONFIRM)
    return staffing if confirmed.vacancy else _without_vacancies(diagnosis, staffing)


# Headlines that assume a confirmed "ready".
_GO_ON = (Headline.BORROW, Headline.HIRE, Headline.PROCEED)


def _without_vacancies(diagnosis: Diagnosis, staffing: Staffing) -> Staffing:
    """Return ``staffing`` with nobody to hire or assign until claims are confirmed.

    ``ml_vacancy`` becomes ``MlVacancy.CLAIMED``. The only position there is that of the
    modeller. Claims exist only with the verdict "ready"; all layers are then good
    enough, so that no other role is needed.
    """
    claimed = staffing.first_hire
    return staffing._replace(
        vacancies=(),
        assigned=(),
        hold_reason=HoldReason.CLAIMED,
        ml_vacancy=MlVacancy.CLAIMED,
        capacity_warning=capacity_warning(diagnosis, ()),
        claimed=claimed,
    )


def _staff_if_confirmed(diagnosis: Diagnosis, *, explained: bool) -> Staffing:
    """Recommend whom to hire, as if a second voice had confirmed all claims."""
    first, facts = diagnosis.priority_layer, diagnosis.inputs.facts
    top = top_position(diagnosis.inputs)
    ml_vacancy = _ml_vacancy(diagnosis, top)
    positions = list(_positions(diagnosis, top, ml_vacancy))
    missing = [position for position in positions if position.missing]
    hold_reason = _hold_reason(diagnosis, missing)
    blockers = _ml_blockers(diagnosis)
    vacancies = tuple(_vacancies(diagnosis, missing, hold_reason))
    if explained:
        vacancies = tuple(_explained(diagnosis, each) for each in vacancies)
    return Staffing(
        headline=_headline(diagnosis, vacancies, hold_reason, ml_vacancy),
        vacancies=vacancies,
        assigned=tuple(position for position in positions if not position.missing),
        hold_reason=hold_reason,
        before_hiring=first.remedy(facts) if first else "",
        remedies=tuple(_remedies(diagnosis)) if explained else (),
        top_position=top,
        ml_vacancy=ml_vacancy,
        ml_locked_by=diagnosis.failing_layers,
        ml_blockers=blockers,
        nearly_ready=bool(blockers)
        and diagnosis.verdict is Verdict.READY
        and hold_reason is not HoldReason.NO_ML,
        capacity_warning=(
            capacity_warning(diagnosis, _soon_hired(vacancies)) if explained else None
        ),
        claimed=None,
        confirmation=confirmation(
            diagnosis, vacancy_opens=ml_vacancy is MlVacancy.OPEN
        ),
    )


def _ml_blockers(diagnosis: Diagnosis) -> tuple[Question, ...]:
    """Return the blocking questions to settle before modelling starts."""
    return (
        *(gap.question for gap in diagnosis.blockers),
        *diagnosis.unsettled_blockers,
        *diagnosis.unasked_blockers,
    )


def _positions(
    diagnosis: Diagnosis, top: Position | None, ml_vacancy: MlVacancy
) -> Iterator[Position]:
    """Yield the positions for the layers to fix, then the modeller's position ``top``.

    ``top`` is left out unless ``ml_vacancy`` is ``MlVacancy.OPEN``.
    """
    inputs = diagnosis.inputs
    layers_of: dict[str, list[Layer]] = {}
    for layer in diagnosis.failing_layers:
        layers_of.setdefault(role_for_layer(diagnosis, layer), []).append(layer)
    layers_of.pop(NOBODY, None)
    for role, layers in layers_of.items():
        yield position_for(inputs, inputs.questionnaire.roles[role], layers)
    if top and ml_vacancy is MlVacancy.OPEN:
        yield top


def _hold_reason(diagnosis: Diagnosis, missing: list[Position]) -> HoldReason:
    facts, first = diagnosis.inputs.facts, diagnosis.priority_layer
    if simple_way_is_enough(facts):
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


def layer_to_fix_first(diagnosis: Diagnosis, staffing: Staffing) -> Layer | None:
    """Return the layer to fix first; None if all hold, or no ML is needed."""
    no_ml = staffing.headline is Headline.NO_ML
    return None if no_ml else diagnosis.priority_layer


def simple_way_is_enough(facts: Facts) -> bool:
    """Return whether a solution without ML is good enough."""
    return facts.get(EngineFact.SIMPLE_WAY) == SimpleWay.REACHES


def _headline(
    diagnosis: Diagnosis,
    vacancies: tuple[Vacancy, ...],
    hold_reason: HoldReason,
    ml_vacancy: MlVacancy,
) -> Headline:
    """Return the first headline that applies, ``PROCEED`` if none does."""
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
    """Yield the vacancies in the order to fill them, without explanations."""
    inputs, first = diagnosis.inputs, diagnosis.priority_layer
    if is_small_organisation(inputs) and missing:
        missing = [_combined(missing)]
    posts = min(numeric_fact(inputs, EngineFact.OPENINGS), 2)
    horizons = [Horizon.NOW, Horizon.NEXT]
    senior = diagnosis.verdict in {Verdict.CONDITIONAL, Verdict.READY}
    for position in missing:
        # While a layer needs fixing, only the role for the first such layer is hired
        # now.
        urgent = not first or first in position.layers
        if horizons and horizons[0] is Horizon.NOW and not urgent:
            horizons.pop(0)
        opens = bool(horizons) and not hold_reason and posts > 0
        posts -= opens
        horizon = horizons.pop(0) if opens else Horizon.LATER
        yield Vacancy(horizon, position, (), (), senior)


def _combined(positions: list[Position]) -> Position:
    """Combine several positions into one position for a single person."""
    first, *rest = positions
    layers = tuple(layer for position in positions for layer in position.layers)
    return first._replace(also=tuple(each.role for each in rest), layers=layers)


def _explained(diagnosis: Diagnosis, vacancy: Vacancy) -> Vacancy:
    """Return a vacancy with its fields ``because`` and ``removed_by`` filled in."""
    layer = vacancy.position.layers[0]
    return vacancy._replace(
        because=tuple(causes(diagnosis, layer)),
        removed_by=fewest_steps_to_hold(diagnosis.inputs, layer),
    )


def _soon_hired(vacancies: Iterable[Vacancy]) -> list[Role]:
    soon = [each for each in vacancies if each.horizon is not Horizon.LATER]
    return [each.position.role for each in soon]


def _remedies(diagnosis: Diagnosis) -> list[Gap]:
    """Return the gaps that a team should close before it opens a vacancy."""
    questionnaire = diagnosis.inputs.questionnaire
    # The cheapest kind comes first; the last kind needs a hire.
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


def _ml_vacancy(diagnosis: Diagnosis, top: Position | None) -> MlVacancy:
    """Return whether the vacancy for a modeller is open, locked or not needed.

    All claims are taken as confirmed. ``top`` is the modeller's position, None if the
    questionnaire has none.
    """
    inputs = diagnosis.inputs
    facts = inputs.facts
    missed = facts.get(EngineFact.HANDS)
    if simple_way_is_enough(facts):
        return MlVacancy.NOT_NEEDED
    if not is_trained(facts) and not (top and missed == top.role.id):
        return MlVacancy.NOT_NEEDED
    # Blockers at this level or above can be settled while the vacancy is open.
    locks_below = inputs.questionnaire.constants.locks_below
    absent = any(gap.level < locks_below for gap in diagnosis.blockers)
    unsettled = diagnosis.unsettled_blockers or diagnosis.unasked_blockers
    if diagnosis.verdict is not Verdict.READY or absent or unsettled:
        return MlVacancy.LOCKED
    return MlVacancy.NOT_NEEDED if missed == Hands.NOBODY else MlVacancy.OPEN
