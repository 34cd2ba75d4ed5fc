"""Select the content of job advertisements and the topics of job interviews."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlready.assessment.checklist import needed_level
from mlready.assessment.diagnosis import Diagnosis, Gap, details_below
from mlready.assessment.hiring_capacity import Position
from mlready.assessment.staffing import Horizon, Staffing, Vacancy
from mlready.model.questionnaire import Questionnaire, Role, Section

ROUTINE = 3  # the level that the new person's work should reach
LEGAL = "legal"  # the role that knows what people may see and do
SHARE_STEP = 10  # percent: shares of a week are rounded to this step
MOST_GAPS = 3  # the most gaps to discuss in a job interview


class JobProfile(NamedTuple):
    """The content of the advertisement for one vacancy."""

    vacancy: Vacancy
    # Percentage of a working week for each section.
    week: tuple[tuple[Section, int], ...]
    gaps: tuple[Gap, ...]  # topics for the job interview
    missing: tuple[Gap, ...]  # low answers that an advertisement may name
    colleagues: tuple[Role, ...]  # other roles with people available


def job_profiles(diagnosis: Diagnosis, staffing: Staffing) -> tuple[JobProfile, ...]:
    """Return a job profile for each vacancy that opens now or next."""
    return tuple(
        _job_profile(diagnosis, vacancy)
        for vacancy in staffing.vacancies
        if vacancy.horizon is not Horizon.LATER
    )


def _job_profile(diagnosis: Diagnosis, vacancy: Vacancy) -> JobProfile:
    position = vacancy.position
    gaps = _gaps_of(position, diagnosis)
    own = {section for layer in position.layers for section in layer.sections}
    gaps.sort(key=lambda gap: (gap.question.section not in own, gap.level))
    short = [gap for gap in gaps if gap.level < _needed(diagnosis, gap)]
    return JobProfile(
        vacancy,
        week=tuple(_week(diagnosis.inputs.questionnaire, gaps)),
        gaps=tuple((short or gaps)[:MOST_GAPS]),
        missing=tuple([gap for gap in short if not _confidential(gap)][:MOST_GAPS]),
        colleagues=_colleagues(position, diagnosis),
    )


def _needed(diagnosis: Diagnosis, gap: Gap) -> float:
    return needed_level(diagnosis.inputs, gap.question)


def _confidential(gap: Gap) -> bool:
    # What the role "legal" can close is confidential.
    return LEGAL in gap.question.roles


def _colleagues(position: Position, diagnosis: Diagnosis) -> tuple[Role, ...]:
    inputs = diagnosis.inputs
    free = [id_ for id_, people in inputs.sheet.available.items() if people]
    return tuple(
        inputs.questionnaire.roles[id_] for id_ in free if id_ != position.role.id
    )


def _gaps_of(position: Position, diagnosis: Diagnosis) -> list[Gap]:
    """Return the gaps below level 3 (routine) that people in a position can close."""
    roles = {position.role.id, *(role.id for role in position.also)}
    return [
        gap
        for gap in details_below(diagnosis.inputs, ROUTINE)
        if roles & set(gap.question.roles)
    ]


def _week(
    questionnaire: Questionnaire, gaps: Sequence[Gap]
) -> Iterator[tuple[Section, int]]:
    """Yield each section that has gaps, and its share of a working week in percent."""
    missing: dict[str, int] = {}
    for gap in gaps:
        id_ = gap.question.section
        # The share is proportional to the levels that are missing to routine work.
        missing[id_] = missing.get(id_, 0) + ROUTINE - gap.level
    shares = _percentages(missing)
    for section in questionnaire.sections:
        if share := shares.get(section.id):
            yield section, share


def _percentages(parts: dict[str, int]) -> dict[str, int]:
    """Convert amounts to percentages in multiples of ten that add up to 100."""
    steps, total = 100 // SHARE_STEP, sum(parts.values())
    exact = {key: part * steps / total for key, part in parts.items()}
    shares = {key: int(part) for key, part in exact.items()}
    # Hamilton's method: the largest remainders are rounded up.
    by_remainder = sorted(exact, key=lambda key: shares[key] - exact[key])
    for key in by_remainder[: steps - sum(shares.values())] if total else ():
        shares[key] += 1
    return {key: share * SHARE_STEP for key, share in shares.items()}
