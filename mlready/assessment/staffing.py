"""Diagnosis and the people there are -> whom to hire now, next, later, not yet."""

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
    Layer,
    Placement,
    Question,
    Role,
)


class Horizon(StrEnum):
    """When a vacancy opens."""

    NOW = "now"
    NEXT = "next"
    LATER = "later"


class Headline(StrEnum):
    """The one thing to do first; a vacancy is only one of the answers."""

    NO_ML = "no_ml"
    FIND_OUT = "find_out"
    REORGANISE = "reorganise"
    BORROW = "borrow"
    HIRE = "hire"
    PROCEED = "proceed"


class HoldReason(StrEnum):
    """Why no vacancy opens now, although layers call for somebody."""

    NONE = ""
    NO_ML = "no_ml"  # the simple way is good enough
    UNPROVEN = "unproven"  # open answers could change the advice
    DECIDE = "decide"  # no role can mend the first layer
    TEAM = "room"  # the team says that nobody is missing
    NO_POST = "no_post"  # no post can be paid


class MlVacancy(StrEnum):
    """Whether the vacancy on top of the pyramid, the modeller's, may open."""

    LOCKED = "locked"
    NOT_NEEDED = "not_needed"
    OPEN = "open"


class Vacancy(NamedTuple):
    """A place that calls for a hire, when, and what would make it needless.

    ``because`` are the answers that cause it, ``removed_by`` the fewest steps after
    which the layer holds without it. ``senior`` tells whether years count: they do for
    running something, not for trying it.
    """

    horizon: Horizon
    position: Position
    because: tuple[Gap | Question, ...]
    removed_by: tuple[LevelChange, ...]
    senior: bool

    @property
    def exit(self) -> str:
        """The test that shows the work is done, and releases the next vacancy."""
        return self.position.layers[0].exit


class Staffing(NamedTuple):
    """Whom to hire, whom to give the work, and what comes before any vacancy.

    ``assigned`` are positions for which enough people are free already.
    ``before_hiring`` is what comes before any vacancy. ``top_position`` is the one on
    top of the pyramid, the modeller's; ``ml_locked_by`` are the layers, and
    ``ml_blockers`` the blocking questions, that must be settled before it opens.
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
        """The role of the first vacancy, None when nobody is to be hired now."""
        now = [each for each in self.vacancies if each.horizon is Horizon.NOW]
        return now[0].position.role if now else None


def staff(diagnosis: Diagnosis) -> Staffing:
    """Recommend whom to hire: the role of the layer to mend first, then of the next.

    People already there are subtracted. No vacancy is the first while the open
    questions could change it, while only a decision can mend the first layer, where the
    room says that no hands are missing, and where no post can be paid.
    """
    inputs = diagnosis.inputs
    ml = _ml_vacancy_state(diagnosis)
    places = list(_positions(diagnosis, ml))
    held = _hold_reason(diagnosis, places)
    missing = [place for place in places if place.missing]
    vacancies = tuple(_vacancies(diagnosis, missing, held=bool(held)))
    return Staffing(
        headline=_headline(diagnosis, vacancies, held, ml),
        vacancies=vacancies,
        assigned=tuple(place for place in places if not place.missing),
        hold_reason=held,
        before_hiring=diagnosis.priority_layer.remedy(inputs.facts)
        if diagnosis.priority_layer
        else "",
        remedies=tuple(_remedies(diagnosis)),
        top_position=top_position(inputs),
        ml_vacancy=ml,
        ml_locked_by=diagnosis.failing_layers,
        ml_blockers=_unsettled(diagnosis),
        capacity_warning=capacity_warning(diagnosis, _hired(vacancies)),
    )


def _positions(diagnosis: Diagnosis, ml: MlVacancy) -> Iterator[Position]:
    inputs = diagnosis.inputs
    wanted: dict[str, list[Layer]] = {}
    for layer in diagnosis.failing_layers:
        wanted.setdefault(role_for_layer(diagnosis, layer), []).append(layer)
    wanted.pop(NOBODY, None)
    for role, layers in wanted.items():
        yield position_for(inputs, inputs.questionnaire.roles[role], layers)
    top = top_position(inputs)
    if top and ml is MlVacancy.OPEN:
        yield top


def _hold_reason(diagnosis: Diagnosis, places: list[Position]) -> HoldReason:
    facts = diagnosis.inputs.facts
    if facts.get(EngineFact.SIMPLE_WAY) == SimpleWay.REACHES:
        return HoldReason.NO_ML
    if diagnosis.verdict is Verdict.UNPROVEN or not diagnosis.certain:
        return HoldReason.UNPROVEN
    mend = diagnosis.priority_layer
    if mend and role_for_layer(diagnosis, mend) == NOBODY:
        return HoldReason.DECIDE
    if facts.get(EngineFact.HANDS) == Hands.NOBODY:
        return HoldReason.TEAM
    short = any(place.missing for place in places)
    unpaid = short and not numeric_fact(diagnosis.inputs, EngineFact.OPENINGS)
    return HoldReason.NO_POST if unpaid else HoldReason.NONE


def _headline(
    diagnosis: Diagnosis,
    vacancies: tuple[Vacancy, ...],
    held: HoldReason,
    ml: MlVacancy,
) -> Headline:
    """Name the one thing to do first."""
    beside = (
        diagnosis.priority_layer is not None
        and diagnosis.priority_layer.placement == Placement.BESIDE
    )
    settle = ml is MlVacancy.LOCKED and not diagnosis.priority_layer
    short = any(
        diagnosis.priority_layer in vacancy.position.layers for vacancy in vacancies
    )
    ladder = {
        Headline.NO_ML: held is HoldReason.NO_ML,
        Headline.FIND_OUT: held is HoldReason.UNPROVEN
        or (settle and not diagnosis.blockers),
        Headline.REORGANISE: beside or settle,
        Headline.BORROW: held in {HoldReason.DECIDE, HoldReason.NO_POST}
        or (held is HoldReason.TEAM and short),
        Headline.HIRE: any(each.horizon is Horizon.NOW for each in vacancies),
    }
    return next((name for name, true in ladder.items() if true), Headline.PROCEED)


def _vacancies(
    diagnosis: Diagnosis, missing: list[Position], *, held: bool
) -> Iterator[Vacancy]:
    """Put the vacancies in order: the layer to mend first has the first one or none.

    Where people for it are there, they begin; whom the next layer lacks comes next. No
    more open than can be paid, and one for everything in a small organisation.
    """
    inputs = diagnosis.inputs
    if is_small_organisation(inputs) and missing:
        first, *rest = missing
        layers = [layer for place in missing for layer in place.layers]
        also = tuple(place.role for place in rest)
        missing = [first._replace(also=also, layers=tuple(layers))]
    posts = min(numeric_fact(inputs, EngineFact.OPENINGS), 2)
    taken = [Horizon.NOW, Horizon.NEXT]
    for place in missing:
        urgent = (
            not diagnosis.priority_layer or diagnosis.priority_layer in place.layers
        )
        if taken and taken[0] is Horizon.NOW and not urgent:
            taken.pop(0)
        opens = bool(taken) and not held and posts > 0
        horizon = taken.pop(0) if opens else Horizon.LATER
        posts -= opens
        yield _vacancy(diagnosis, place, horizon)


def _vacancy(diagnosis: Diagnosis, place: Position, horizon: Horizon) -> Vacancy:
    inputs = diagnosis.inputs
    return Vacancy(
        horizon=horizon,
        position=place,
        because=tuple(causes(diagnosis, place.layers[0])),
        removed_by=fewest_steps_to_hold(inputs, place.layers[0]),
        senior=diagnosis.verdict in {Verdict.CONDITIONAL, Verdict.READY},
    )


def _hired(vacancies: Iterable[Vacancy]) -> list[Role]:
    soon = [each for each in vacancies if each.horizon is not Horizon.LATER]
    return [each.position.role for each in soon]


def _remedies(diagnosis: Diagnosis) -> list[Gap]:
    """Return what needs no vacancy, and all of the layer to mend, the cheapest first.

    Within a kind what blocks leads, then the layer to mend first, then the lowest.
    """
    questionnaire = diagnosis.inputs.questionnaire
    kinds = [*questionnaire.remedies]
    sections = diagnosis.priority_layer.sections if diagnosis.priority_layer else ()
    below = questionnaire.constants.blocks_below
    blocking = {gap.question.id for gap in diagnosis.blockers}
    return sorted(
        (
            gap
            for gap in diagnosis.gaps
            if gap.level < below
            and (gap.question.remedy in kinds[:-1] or gap.question.section in sections)
        ),
        key=lambda gap: (
            kinds.index(gap.question.remedy),
            gap.question.id not in blocking,
            gap.question.section not in sections,
            gap.level,
        ),
    )


def _unsettled(diagnosis: Diagnosis) -> tuple[Question, ...]:
    return (
        *(gap.question for gap in diagnosis.blockers),
        *diagnosis.unsettled_blockers,
    )


def _ml_vacancy_state(diagnosis: Diagnosis) -> MlVacancy:
    """Say whether an ML vacancy may open: locked, not_needed or open.

    Not needed where the simple way suffices, or where a ready model is used and nobody
    says that it must be trained. Locked while a layer beneath does not hold or a
    blocker is wholly absent or unknown; what half blocks is settled while the
    advertisement runs. Not needed either where no hands are missing.
    """
    inputs = diagnosis.inputs
    facts, top = inputs.facts, top_position(inputs)
    named = facts.get(EngineFact.HANDS)
    wanted = top is not None and named == top.role.id
    if facts.get(EngineFact.SIMPLE_WAY) == SimpleWay.REACHES:
        return MlVacancy.NOT_NEEDED
    approach = facts.get(EngineFact.APPROACH, Approach.TRAIN)
    if approach != Approach.TRAIN and not wanted:
        return MlVacancy.NOT_NEEDED
    bar = inputs.questionnaire.constants.locks_below
    absent = any(gap.level < bar for gap in diagnosis.blockers)
    if diagnosis.verdict is not Verdict.READY or absent or diagnosis.unsettled_blockers:
        return MlVacancy.LOCKED
    return MlVacancy.NOT_NEEDED if named == Hands.NOBODY else MlVacancy.OPEN
