"""Vacancies -> what to tell, and what to ask, whoever is to fill them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlready.assessment.diagnosis import Diagnosis, Gap
from mlready.assessment.hiring_capacity import Position
from mlready.assessment.staffing import Horizon, Staffing, Vacancy
from mlready.model.answers import AssessmentInput
from mlready.model.questionnaire import Role, Section

ROUTINE = 3  # a week is spent on bringing things to "routine and shared"
PART = 10  # percent: nobody knows a week to come any better


class JobProfile(NamedTuple):
    """One vacancy as its advertisement should have it.

    ``week`` gives the share in percent of each kind of work, in steps of ten; ``gaps``
    are what to talk about in the interview; ``colleagues`` are there already.
    """

    vacancy: Vacancy
    week: tuple[tuple[Section, int], ...]
    gaps: tuple[Gap, ...]
    colleagues: tuple[Role, ...]


def job_profiles(diagnosis: Diagnosis, staffing: Staffing) -> tuple[JobProfile, ...]:
    """Return a card for each vacancy that opens now or next."""
    return tuple(
        _card(diagnosis, vacancy)
        for vacancy in staffing.vacancies
        if vacancy.horizon is not Horizon.LATER
    )


def _card(diagnosis: Diagnosis, vacancy: Vacancy) -> JobProfile:
    inputs = diagnosis.inputs
    place = vacancy.position
    gaps = _theirs(diagnosis, place)
    own = {section for layer in place.layers for section in layer.sections}
    gaps.sort(key=lambda gap: (gap.question.section not in own, gap.level))
    roles = inputs.questionnaire.roles
    there = [roles[id_] for id_, people in inputs.sheet.available.items() if people]
    return JobProfile(
        vacancy,
        week=tuple(_week(inputs, gaps)),
        gaps=tuple(gaps[:3]),
        colleagues=tuple(role for role in there if role != place.role),
    )


def _theirs(diagnosis: Diagnosis, place: Position) -> list[Gap]:
    """Return the gaps this role closes; those of all roles it stands in for too."""
    roles = {place.role.id, *(role.id for role in place.also)}
    return [
        gap
        for gap in diagnosis.gaps
        if gap.level < ROUTINE and roles & set(gap.question.roles)
    ]


def _week(
    inputs: AssessmentInput, gaps: Sequence[Gap]
) -> Iterator[tuple[Section, int]]:
    """Yield the shares of a week: by how many levels the gaps of each section miss."""
    missing: dict[str, int] = {}
    for gap in gaps:
        id_ = gap.question.section
        missing[id_] = missing.get(id_, 0) + ROUTINE - gap.level
    shares = _rounded(missing)
    for section in inputs.questionnaire.sections:
        if share := shares.get(section.id):
            yield section, share


def _rounded(parts: dict[str, int]) -> dict[str, int]:
    """Return the parts in percent, in steps of ten that add up to a hundred.

    The largest remainders are rounded up (Hamilton's method).
    """
    steps, whole = 100 // PART, sum(parts.values())
    exact = {key: part * steps / whole for key, part in parts.items()}
    shares = {key: int(part) for key, part in exact.items()}
    by_rest = sorted(exact, key=lambda key: shares[key] - exact[key])
    for key in by_rest[: steps - sum(shares.values())] if whole else ():
        shares[key] += 1
    return {key: share * PART for key, share in shares.items()}
