"""Find the failure patterns and contradictions that match the answers of a team."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlready.model.answers import AssessmentInput
from mlready.model.questionnaire import FREE, Condition, Facts, Pattern, matches


class Finding(NamedTuple):
    """A pattern that matches a team."""

    pattern: Pattern
    because: tuple[tuple[str, str], ...]  # the facts that match, each with its value

    @property
    def says(self) -> str:
        """What the pattern says of this team."""
        each = (self.pattern.says_if.get(fact, "") for fact, _ in self.because)
        return " ".join((self.pattern.says, *filter(None, each)))


def patterns(inputs: AssessmentInput) -> tuple[Finding, ...]:
    """Return the failure patterns that match a team, in the questionnaire's order."""
    return tuple(_findings(inputs.questionnaire.patterns, _stated(inputs)))


def contradictions(inputs: AssessmentInput) -> tuple[Finding, ...]:
    """Return the contradictions between a team's answers."""
    return tuple(_findings(inputs.questionnaire.contradictions, _stated(inputs)))


def _stated(inputs: AssessmentInput) -> Facts:
    """Return the facts that the team answered, without assumed values."""
    sheet = inputs.sheet
    free = {f"{FREE}{role}" for role in sheet.available}
    stated = {*sheet.profile, *sheet.answers, *free}
    return {fact: value for fact, value in inputs.facts.items() if fact in stated}


def _findings(patterns: Iterable[Pattern], stated: Facts) -> Iterator[Finding]:
    for pattern in patterns:
        one_of = _matching(pattern.one_of, stated)
        if matches(pattern.when, stated) and (one_of or not pattern.one_of):
            because = {**{fact: stated[fact] for fact in pattern.when}, **one_of}
            yield Finding(pattern, tuple(because.items()))


def _matching(condition: Condition, stated: Facts) -> dict[str, str]:
    return {
        fact: stated[fact]
        for fact, values in condition.items()
        if stated.get(fact) in values
    }
