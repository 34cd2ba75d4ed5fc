"""List the answers that are too old, and the roles to ask again."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mlready.assessment.ages import AgedAnswer, aged_answers, undated_answers
from mlready.assessment.assess import Assessment
from mlready.model.answers import PEOPLE
from mlready.model.profile_facts import EngineFact
from mlready.model.questionnaire import Questionnaire, Role
from mlready.report.team_report import reasons


class AskAgain(NamedTuple):
    """Answers that are too old, and the role that can best give new answers."""

    role: Role | None  # None if no role of the questionnaire can answer
    answers: Sequence[AgedAnswer]


class AgedInReport(NamedTuple):
    """The answers that are too old on the date of a report."""

    aged: Sequence[AgedAnswer]
    aged_by_role: Sequence[AskAgain]
    # The old answers on which the verdict or a vacancy rests, oldest first.
    aged_reasons: Sequence[AgedAnswer]
    undated: int  # number of answers that can become too old, but have no date


def aged_in_report(result: Assessment) -> AgedInReport:
    """Return the answers that are too old on the date of a report."""
    inputs = result.inputs
    aged = aged_answers(inputs)
    rests_on = {*_rests_on(result)}
    aged_reasons = sorted(
        (each for each in aged if each.id in rests_on), key=lambda each: each.date
    )
    return AgedInReport(
        aged,
        by_role(inputs.questionnaire, aged),
        aged_reasons,
        len(undated_answers(inputs)),
    )


def _rests_on(result: Assessment) -> Iterator[str]:
    """Yield the ids of the answers on which the verdict and the vacancies rest."""
    yield from (claim.id for claim in result.confirmation.claims)
    yield from (gap.question.id for gap in reasons(result.diagnosis))
    if vacancies := result.staffing.vacancies:
        yield EngineFact.HANDS
    yield from (f"{PEOPLE}{each.position.role.id}" for each in vacancies)


def by_role(
    questionnaire: Questionnaire, aged: Sequence[AgedAnswer]
) -> tuple[AskAgain, ...]:
    """Return answers that are too old, grouped by the role that can answer best."""
    roles: list[Role | None] = [*questionnaire.roles.values(), None]
    groups = (
        AskAgain(role, [each for each in aged if each.known_by[:1] == known_by])
        for role in roles
        for known_by in [(role.id,) if role else ()]
    )
    return tuple(group for group in groups if group.answers)


def aged_data(result: Assessment) -> dict[str, Any]:
    """Return, as plain data for a JSON report, the answers that are too old.

    The key ``undated`` lists the ids of answers that have no date.
    """
    roles = result.inputs.questionnaire.roles
    return {
        "aged": [
            {
                "kind": _kind(each),
                "id": each.id,
                "topic": about.topic if (about := each.question or each.fact) else "",
                "date": "" if result.inputs.sheet.anonymous else each.date,
                "age": each.age,
                "stands_for": each.stands_for,
                "known_by": [roles[id_] for id_ in each.known_by],
            }
            for each in aged_answers(result.inputs)
        ],
        "undated": list(undated_answers(result.inputs)),
    }


def _kind(answer: AgedAnswer) -> str:
    if answer.question:
        return "question"
    return "fact" if answer.fact else "people"
