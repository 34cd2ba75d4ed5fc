"""Each pattern is found when several answers say it together, and only then."""

from collections.abc import Iterator, Mapping

import pytest

from mlready.answers import Answer, Survey, empty, survey
from mlready.patterns import contradictions, patterns
from mlready.questionnaire import (
    FREE,
    FREE_LEVELS,
    Pattern,
    Questionnaire,
    asked,
    facts,
)
from mlready.questionnaire_file import load_bundled
from tests.test_kickoff_questions import profiles

KICKOFF = load_bundled("kickoff")
QUESTIONS = {question.id for question in KICKOFF.questions}
CHOICES = {fact.id: tuple(fact.choices) for fact in KICKOFF.profile}
PROFILES = list(profiles(KICKOFF))
PEOPLE = dict(zip(FREE_LEVELS, (0.0, 0.5, 1.0), strict=True))
Said = Mapping[str, str]


def wordings(pattern: Pattern) -> Iterator[dict[str, str]]:
    """Yield what fits a pattern: all of `when`, with each of `one_of` in turn."""
    needed = {fact: values[0] for fact, values in pattern.when.items()}
    for fact, values in pattern.one_of.items() or [("", ())]:
        yield {**needed, **({fact: values[0]} if fact else {})}


def misses(pattern: Pattern, said: Said) -> Iterator[dict[str, str]]:
    """Yield what narrowly does not fit: one fact or answer just outside its values."""
    for fact, values in pattern.when.items():
        for other in nearest(fact, values):
            yield {**said, fact: other}
    for fact in set(said) - set(pattern.when):
        for other in nearest(fact, pattern.one_of[fact]):
            yield {**said, fact: other}


def nearest(fact: str, values: tuple[str, ...]) -> list[str]:
    """Return the value next to those wanted, if there is another."""
    if fact in QUESTIONS:
        levels = sorted(set("01234") - set(values))
        return [min(levels, key=lambda level: abs(int(level) - int(values[-1])))]
    known = FREE_LEVELS if fact.startswith(FREE) else CHOICES[fact]
    return [value for value in known if value not in values][:1]


def team(said: Said) -> Survey | None:
    """Return a team that said just this; None where it cannot all be asked."""
    ids = set(said) & QUESTIONS
    told = {fact: said[fact] for fact in said if fact in CHOICES}
    for profile in PROFILES:
        known = facts(KICKOFF, {**profile, **told})
        if known.items() >= told.items() and ids <= _asked(KICKOFF, known):
            sheet = empty(KICKOFF)._replace(
                profile={**profile, **told},
                available={
                    fact.removeprefix(FREE): PEOPLE[value]
                    for fact, value in said.items()
                    if fact.startswith(FREE)
                },
                answers={id_: Answer(level=int(said[id_])) for id_ in ids},
            )
            return survey(KICKOFF, sheet)
    return None


def _asked(questionnaire: Questionnaire, known: Said) -> set[str]:
    return {question.id for question in asked(questionnaire, known)}


def found(team: Survey) -> dict[str, dict[str, str]]:
    """Return the ids of all findings, and what each was recognised by."""
    findings = (*patterns(team), *contradictions(team))
    return {each.pattern.id: dict(each.because) for each in findings}


CASES = [
    pytest.param(pattern, said, id=f"{pattern.id} by {' and '.join(said)}")
    for pattern in (*KICKOFF.patterns, *KICKOFF.contradictions)
    for said in wordings(pattern)
]


@pytest.mark.parametrize(("pattern", "said"), CASES)
def test_a_pattern_is_found_with_what_it_was_recognised_by(pattern, said):
    fits = team(said)

    assert fits is not None
    assert found(fits)[pattern.id].items() >= said.items()


@pytest.mark.parametrize(("pattern", "said"), CASES)
def test_what_narrowly_does_not_fit_is_not_found(pattern, said):
    near = [team(other) for other in misses(pattern, said)]
    possible = [each for each in near if each is not None]

    assert possible
    assert [each for each in possible if pattern.id in found(each)] == []


def test_what_nobody_said_is_no_finding():
    assert found(survey(KICKOFF, empty(KICKOFF))) == {}


def test_an_answer_to_a_question_that_is_not_asked_is_no_finding():
    said = {"PRD-03": Answer(level=0), "MOV-06": Answer(level=0)}
    sheet = empty(KICKOFF)._replace(profile={"approach": "bought"}, answers=said)

    assert "glue_code" not in found(survey(KICKOFF, sheet))


@pytest.mark.parametrize(
    "words",
    [
        "fast.ai (first failure)",
        "fast.ai (second failure)",
        "fast.ai (third failure)",
        "fast.ai (fourth failure)",
        "fast.ai (fifth failure)",
        "glue code",
        "pipeline jungles",
        "undeclared consumers and signals used twice",
        "changes in the outside world",
        "reporting against science",
        "written again for production",
        "the ninety and the eighty per cent",
        "builders and auditors kept apart",
        "marketing and support knew better",
    ],
)
def test_what_the_sources_warn_of_can_be_found(words):
    assert [each.id for each in KICKOFF.patterns if words in each.source] != []
