"""Diagnosis and the people there are -> whom to hire now, next, later, not yet."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.diagnosis import Diagnosis, Gap, Verdict, causes
from mlready.assessment.hiring_capacity import (
    NO_HANDS,
    CapacityWarning,
    Position,
    capacity_warning,
    is_small_organisation,
    numeric_fact,
    position_for,
    role_for_layer,
    top_position,
)
from mlready.assessment.scoring import LevelChange, shortest_way
from mlready.model.questionnaire import (
    BESIDE,
    MISSING_ROLE,
    NOBODY,
    Layer,
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


class Vacancy(NamedTuple):
    """A place that calls for a hire, when, and what would make it needless.

    ``because`` are the answers that cause it, ``removed_by`` the fewest steps after
    which the layer holds without it. ``senior`` tells whether years count: they do for
    running something, not for trying it.
    """

    horizon: Horizon
    place: Position
    because: tuple[Gap | Question, ...]
    removed_by: tuple[LevelChange, ...]
    senior: bool

    @property
    def exit(self) -> str:
        """The test that shows the work is done, and releases the next vacancy."""
        return self.place.layers[0].exit


class Staffing(NamedTuple):
    """Whom to hire, whom to give the work, and what comes before any vacancy.

    ``held`` says why no vacancy opens now although layers call for somebody: "no_ml",
    "unproven", "decide" (no role can mend the first layer), "room" (the room says no
    hands are missing), "no_post" (none can be paid) or nothing. ``top`` is the place on
    top of the pyramid, the modeller's; ``ml`` says whether its vacancy may open:
    "locked", "not_needed" or "open"; ``ml_locked_by`` are the layers, and ``ml_after``
    the blockers, that must be settled before.
    """

    headline: Headline
    vacancies: tuple[Vacancy, ...]
    assigned: tuple[Position, ...]
    held: str
    before: str
    remedies: tuple[Gap, ...]
    top: Position | None
    ml: str
    ml_locked_by: tuple[Layer, ...]
    ml_after: tuple[Question, ...]
    starving: CapacityWarning | None

    @property
    def first(self) -> Role | None:
        """The role of the first vacancy, None when nobody is to be hired now."""
        now = [each for each in self.vacancies if each.horizon is Horizon.NOW]
        return now[0].place.role if now else None


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
        held=held,
        before=diagnosis.priority_layer.remedy(inputs.facts)
        if diagnosis.priority_layer
        else "",
        remedies=tuple(_remedies(diagnosis)),
        top=top_position(inputs),
        ml=ml,
        ml_locked_by=diagnosis.broken,
        ml_after=_unsettled(diagnosis),
        starving=capacity_warning(diagnosis, _hired(vacancies)),
    )


def _positions(diagnosis: Diagnosis, ml: str) -> Iterator[Position]:
    inputs = diagnosis.inputs
    wanted: dict[str, list[Layer]] = {}
    for layer in diagnosis.broken:
        wanted.setdefault(role_for_layer(diagnosis, layer), []).append(layer)
    wanted.pop(NOBODY, None)
    for role, layers in wanted.items():
        yield position_for(inputs, inputs.questionnaire.roles[role], layers)
    top = top_position(inputs)
    if top and ml == "open":
        yield top


def _hold_reason(diagnosis: Diagnosis, places: list[Position]) -> str:
    facts = diagnosis.inputs.facts
    if facts.get("simple_way") == "reaches":
        return "no_ml"
    if diagnosis.verdict is Verdict.UNPROVEN or not diagnosis.certain:
        return "unproven"
    mend = diagnosis.priority_layer
    if mend and role_for_layer(diagnosis, mend) == NOBODY:
        return "decide"
    if facts.get(MISSING_ROLE) == NO_HANDS:
        return "room"
    short = any(place.missing for place in places)
    return "no_post" if short and not numeric_fact(diagnosis.inputs, "openings") else ""


def _headline(
    diagnosis: Diagnosis, vacancies: tuple[Vacancy, ...], held: str, ml: str
) -> Headline:
    """Name the one thing to do first."""
    beside = (
        diagnosis.priority_layer is not None
        and diagnosis.priority_layer.stands == BESIDE
    )
    settle = ml == "locked" and not diagnosis.priority_layer
    short = any(
        diagnosis.priority_layer in vacancy.place.layers for vacancy in vacancies
    )
    ladder = {
        Headline.NO_ML: held == "no_ml",
        Headline.FIND_OUT: held == "unproven" or (settle and not diagnosis.blockers),
        Headline.REORGANISE: beside or settle,
        Headline.BORROW: held in {"decide", "no_post"} or (held == "room" and short),
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
    posts = min(numeric_fact(inputs, "openings"), 2)
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
    holds = inputs.questionnaire.constants.holds
    return Vacancy(
        horizon=horizon,
        place=place,
        because=tuple(causes(diagnosis, place.layers[0])),
        removed_by=shortest_way(inputs, place.layers[0], holds),
        senior=diagnosis.verdict in {Verdict.CONDITIONAL, Verdict.READY},
    )


def _hired(vacancies: Iterable[Vacancy]) -> list[Role]:
    soon = [each for each in vacancies if each.horizon is not Horizon.LATER]
    return [each.place.role for each in soon]


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
    return (*(gap.question for gap in diagnosis.blockers), *diagnosis.unsettled)


def _ml_vacancy_state(diagnosis: Diagnosis) -> str:
    """Say whether an ML vacancy may open: locked, not_needed or open.

    Not needed where the simple way suffices, or where a ready model is used and nobody
    says that it must be trained. Locked while a layer beneath does not hold or a
    blocker is wholly absent or unknown; what half blocks is settled while the
    advertisement runs. Not needed either where no hands are missing.
    """
    inputs = diagnosis.inputs
    facts, top = inputs.facts, top_position(inputs)
    named = facts.get(MISSING_ROLE)
    wanted = top is not None and named == top.role.id
    if facts.get("simple_way") == "reaches":
        return "not_needed"
    if facts.get("approach") != "train" and not wanted:
        return "not_needed"
    bar = inputs.questionnaire.constants.locks_below
    absent = any(gap.level < bar for gap in diagnosis.blockers)
    if diagnosis.verdict is not Verdict.READY or absent or diagnosis.unsettled:
        return "locked"
    return "not_needed" if named == NO_HANDS else "open"
