"""Answers -> what several of them say together: named findings and contradictions."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlready.model.answers import Survey
from mlready.model.questionnaire import FREE, Condition, Facts, Pattern, holds


class Finding(NamedTuple):
    """A pattern that fits, and what it was recognised by: facts and their values."""

    pattern: Pattern
    because: tuple[tuple[str, str], ...]


def patterns(survey: Survey) -> tuple[Finding, ...]:
    """Return the patterns that fit this team, in the questionnaire's order."""
    return tuple(_found(survey.questionnaire.patterns, _said(survey)))


def contradictions(survey: Survey) -> tuple[Finding, ...]:
    """Return the answers that cannot all be so; nobody resolves them but the room."""
    return tuple(_found(survey.questionnaire.contradictions, _said(survey)))


def _said(survey: Survey) -> Facts:
    """Return what was really said: nothing assumed, and no question not asked."""
    answers = {
        question.id: str(level)
        for question in survey.questions
        for level in [survey.sheet.answer(question.id).level]
        if level is not None
    }
    free = {f"{FREE}{role}" for role in survey.sheet.available}
    told = {*survey.sheet.profile, *free}
    facts = {key: value for key, value in survey.facts.items() if key in told}
    return {**facts, **answers}


def _found(patterns: Iterable[Pattern], said: Facts) -> Iterator[Finding]:
    for pattern in patterns:
        one_of = _holding(pattern.one_of, said)
        if holds(pattern.when, said) and (one_of or not pattern.one_of):
            because = {**{fact: said[fact] for fact in pattern.when}, **one_of}
            yield Finding(pattern, tuple(because.items()))


def _holding(condition: Condition, said: Facts) -> dict[str, str]:
    return {
        fact: said[fact]
        for fact, values in condition.items()
        if said.get(fact) in values
    }
