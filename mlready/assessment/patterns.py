"""Answers -> what several of them say together: named findings and contradictions."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlready.model.answers import AssessmentInput
from mlready.model.questionnaire import FREE, Condition, Facts, Pattern, matches


class Finding(NamedTuple):
    """A pattern that fits, and what it was recognised by: facts and their values."""

    pattern: Pattern
    because: tuple[tuple[str, str], ...]


def patterns(inputs: AssessmentInput) -> tuple[Finding, ...]:
    """Return the patterns that fit this team, in the questionnaire's order."""
    return tuple(_found(inputs.questionnaire.patterns, _said(inputs)))


def contradictions(inputs: AssessmentInput) -> tuple[Finding, ...]:
    """Return the answers that cannot all be so; nobody resolves them but the room."""
    return tuple(_found(inputs.questionnaire.contradictions, _said(inputs)))


def _said(inputs: AssessmentInput) -> Facts:
    """Return what was really said: nothing assumed, and no question not asked."""
    answers = {
        question.id: str(level)
        for question in inputs.questions
        for level in [inputs.sheet.answer(question.id).level]
        if level is not None
    }
    free = {f"{FREE}{role}" for role in inputs.sheet.available}
    told = {*inputs.sheet.profile, *free}
    facts = {key: value for key, value in inputs.facts.items() if key in told}
    return {**facts, **answers}


def _found(patterns: Iterable[Pattern], said: Facts) -> Iterator[Finding]:
    for pattern in patterns:
        one_of = _holding(pattern.one_of, said)
        if matches(pattern.when, said) and (one_of or not pattern.one_of):
            because = {**{fact: said[fact] for fact in pattern.when}, **one_of}
            yield Finding(pattern, tuple(because.items()))


def _holding(condition: Condition, said: Facts) -> dict[str, str]:
    return {
        fact: said[fact]
        for fact, values in condition.items()
        if said.get(fact) in values
    }
