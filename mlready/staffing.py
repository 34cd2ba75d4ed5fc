"""Diagnosis and the people there are -> whom to hire first, second, later, not yet."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from mlready.answers import Sheet, known_facts
from mlready.diagnosis import Diagnosis, Gap, Verdict
from mlready.questionnaire import NOBODY, TOP, Layer, Questionnaire, Role


class Horizon(StrEnum):
    """When a vacancy opens."""

    FIRST = "first"
    SECOND = "second"
    LATER = "later"


class Place(NamedTuple):
    """A role that layers call for, and how much of it is missing.

    ``missing`` is the crew a layer needs less the people really free, in full-time
    people; at 0 nobody is hired and those who are there are given the work.
    """

    role: Role
    layers: tuple[Layer, ...]
    available: float
    missing: float


class Vacancy(NamedTuple):
    """A place that calls for a hire, and when."""

    horizon: Horizon
    place: Place


class Staffing(NamedTuple):
    """Whom to hire, whom to give the work, and what comes before any vacancy.

    ``held`` says why no vacancy opens now although layers call for somebody:
    "unproven", "decide" (no role can mend the first layer) or nothing.
    ``top`` is the place on top of the pyramid, the ML engineer's; ``ml`` says whether
    its vacancy may open, and ``ml_locked_by`` are the layers that must hold before.
    """

    vacancies: tuple[Vacancy, ...]
    assigned: tuple[Place, ...]
    held: str
    before: str
    remedies: tuple[Gap, ...]
    top: Place | None
    ml: str
    ml_locked_by: tuple[Layer, ...]

    @property
    def first(self) -> Role | None:
        """The role of the first vacancy, None when nobody is to be hired now."""
        first = [
            each.place.role for each in self.vacancies if each.horizon is Horizon.FIRST
        ]
        return first[0] if first else None


def staff(questionnaire: Questionnaire, sheet: Sheet, diagnosis: Diagnosis) -> Staffing:
    """Recommend whom to hire: the role of the layer to mend first, then of the next.

    People already there are subtracted. While the open questions could change the layer
    to mend first or the verdict, and while only a decision can mend it, no vacancy is
    the first.
    """
    places = _places(questionnaire, sheet, diagnosis)
    held = _held(questionnaire, sheet, diagnosis)
    missing = [place for place in places if place.missing]
    facts = known_facts(questionnaire, sheet)
    return Staffing(
        vacancies=tuple(_vacancies(missing, diagnosis, held=bool(held))),
        assigned=tuple(place for place in places if not place.missing),
        held=held,
        before=diagnosis.mend.remedy(facts) if diagnosis.mend else "",
        remedies=tuple(_remedies(questionnaire, diagnosis)),
        top=_top(questionnaire, sheet),
        ml=_ml(questionnaire, sheet, diagnosis),
        ml_locked_by=diagnosis.broken,
    )


def _places(
    questionnaire: Questionnaire, sheet: Sheet, diagnosis: Diagnosis
) -> list[Place]:
    facts = known_facts(questionnaire, sheet)
    wanted: dict[str, list[Layer]] = {}
    for layer in diagnosis.broken:
        wanted.setdefault(layer.mended_by(facts), []).append(layer)
    wanted.pop(NOBODY, None)
    places = [
        _place(questionnaire.roles[role], layers, sheet, questionnaire.constants.crew)
        for role, layers in wanted.items()
    ]
    top = _top(questionnaire, sheet)
    if top and _ml(questionnaire, sheet, diagnosis) == "open":
        places.append(top)
    return places


def _top(questionnaire: Questionnaire, sheet: Sheet) -> Place | None:
    """Return the place on top of the pyramid, None where nothing stands there."""
    layers = [layer for layer in questionnaire.layers if layer.stands == TOP]
    if not layers or layers[0].role == NOBODY:
        return None
    role, crew = questionnaire.roles[layers[0].role], questionnaire.constants.crew
    return _place(role, layers, sheet, crew)


def _place(role: Role, layers: list[Layer], sheet: Sheet, crew: float) -> Place:
    available = sheet.available.get(role.id, 0.0)
    return Place(role, tuple(layers), available, max(crew - available, 0.0))


def _held(questionnaire: Questionnaire, sheet: Sheet, diagnosis: Diagnosis) -> str:
    if diagnosis.verdict is Verdict.UNPROVEN or not diagnosis.certain:
        return "unproven"
    facts = known_facts(questionnaire, sheet)
    if diagnosis.mend and diagnosis.mend.mended_by(facts) == NOBODY:
        return "decide"
    return ""


def _vacancies(
    missing: Iterable[Place], diagnosis: Diagnosis, *, held: bool
) -> Iterable[Vacancy]:
    """Put the vacancies in order: the layer to mend first has the first one or none.

    Where people for it are there, they begin; whom the next layer lacks comes second.
    """
    taken = [Horizon.LATER] if held else [Horizon.FIRST, Horizon.SECOND]
    for place in missing:
        urgent = not diagnosis.mend or diagnosis.mend in place.layers
        if taken[0] is Horizon.FIRST and not urgent:
            taken.pop(0)
        yield Vacancy(taken[0], place)
        taken = taken[1:] or [Horizon.LATER]


def _remedies(questionnaire: Questionnaire, diagnosis: Diagnosis) -> list[Gap]:
    """Return what falls short and needs no vacancy, the cheapest kind of remedy first.

    Within a kind what blocks leads, then the layer to mend first, then the lowest.
    """
    *cheap, _ = questionnaire.remedies
    sections = diagnosis.mend.sections if diagnosis.mend else ()
    below = questionnaire.constants.blocks_below
    return sorted(
        (g for g in diagnosis.gaps if g.level < below and g.question.remedy in cheap),
        key=lambda gap: (
            cheap.index(gap.question.remedy),
            gap not in diagnosis.blockers,
            gap.question.section not in sections,
            gap.level,
        ),
    )


def _ml(questionnaire: Questionnaire, sheet: Sheet, diagnosis: Diagnosis) -> str:
    """Say whether an ML vacancy may open: locked, not_needed or open.

    Locked while a layer beneath does not hold or a blocker is open. Not needed where
    the simple way suffices, or where a ready model is used and there is nothing to
    train.
    """
    facts = known_facts(questionnaire, sheet)
    if facts.get("simple_way") == "reaches":
        return "not_needed"
    if (
        diagnosis.verdict is not Verdict.READY
        or diagnosis.blockers
        or diagnosis.unsettled
    ):
        return "locked"
    return "open" if facts.get("approach") == "train" else "not_needed"
