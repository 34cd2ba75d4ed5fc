"""Which teams the patterns and contradictions of the kickoff questionnaire fit."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import pytest

from mlready.assessment.patterns import contradictions, patterns
from mlready.model.answers import (
    EXPRESS,
    Answer,
    AnswerSheet,
    assessment_input,
    empty_sheet,
)
from mlready.model.applicability import applicable
from mlready.model.questionnaire import (
    FREE,
    FREE_LEVELS,
    Facts,
    Pattern,
)
from mlready.storage.questionnaire_file import load_bundled

KICKOFF = load_bundled("kickoff")
FACTS = {fact.id: fact for fact in KICKOFF.profile}
QUESTIONS = {question.id: question for question in KICKOFF.questions}
PEOPLE = dict(zip(FREE_LEVELS, (0.0, 0.5, 1.0), strict=True))


class Case(NamedTuple):
    """A team that a pattern only just fits."""

    pattern: Pattern
    stated: Facts
    because: Facts  # the stated values that make the pattern fit

    @property
    def name(self) -> str:
        one = [topic(fact) for fact in self.because if fact in self.pattern.one_of]
        words = self.pattern.name or self.pattern.id.replace("_", " ")
        return ": ".join([words, *one])


def topic(fact: str) -> str:
    stated = FACTS.get(fact) or QUESTIONS.get(fact)
    return stated.topic if stated else f"free people, {fact.removeprefix(FREE)}"


def values_in_order(fact: str) -> list[str]:
    """Return all values that ``fact`` can have in a condition, in their order.

    ``fact`` is the id of a fact or question, or ``free.`` with the id of a role. For a
    role, the values say how much of a person is available.
    """
    if fact.startswith(FREE):
        return [*FREE_LEVELS]
    return [*FACTS[fact].choices] if fact in FACTS else [*"01234"]


def fitting_values(pattern: Pattern, fact: str) -> tuple[str, ...]:
    return {**pattern.when, **pattern.one_of}[fact]


def nearest_values(pattern: Pattern, fact: str) -> tuple[str, str]:
    """Return a value that fits a pattern, and the nearest value that does not."""
    order, fitting = values_in_order(fact), fitting_values(pattern, fact)
    others = [value for value in order if value not in fitting]
    return min(
        product(fitting, others),
        key=lambda pair: abs(order.index(pair[0]) - order.index(pair[1])),
    )


def cases(pattern: Pattern) -> Iterator[Case]:
    """Yield one case for each fact in ``one_of``, or one case if no fact is there."""
    unmet = {fact: nearest_values(pattern, fact)[1] for fact in pattern.one_of}
    for one in [[fact] for fact in pattern.one_of] or [[]]:
        because = {
            fact: nearest_values(pattern, fact)[0] for fact in [*pattern.when, *one]
        }
        yield Case(pattern, {**unmet, **because}, because)


CASES = [
    case
    for pattern in (*KICKOFF.patterns, *KICKOFF.contradictions)
    for case in cases(pattern)
]
each_condition = pytest.mark.parametrize(
    ("case", "fact"),
    [
        pytest.param(case, fact, id=f"{case.name}, {topic(fact)}")
        for case in CASES
        for fact in case.because
    ],
)


@cache
def deciding_facts() -> list[str]:
    """Return the facts on which conditions depend."""
    parts = (KICKOFF.profile, KICKOFF.sections, KICKOFF.questions)
    return sorted({fact for part in parts for each in part for fact in each.when})


@cache
def profiles() -> list[tuple[Facts, set[str]]]:
    """Return each combination of values of the deciding facts.

    With each combination comes a set of ids: the facts and questions that a team with
    these facts is asked, and ids such as ``free.ml`` for each role's available people.
    """
    deciding = deciding_facts()
    people = {FREE + role for role in KICKOFF.roles}
    unique = {}
    for values in product(*map(values_in_order, deciding)):
        stated = dict(zip(deciding, values, strict=True))
        found = applicable(KICKOFF, stated, {})
        unique[frozenset(found.known.items())] = found
    return [
        (
            {fact: found.known[fact] for fact in deciding if fact in found.known},
            {
                *found.known,
                *people,
                *(question.id for question in found.questions),
            },
        )
        for found in unique.values()
    ]


def matching_profiles(stated: Facts) -> list[tuple[Facts, set[str]]]:
    """Return each item of ``profiles()`` whose facts do not contradict ``stated``.

    An item is a pair: facts, and the ids of all that a team with these facts is asked.
    """
    # Profiles have no other facts, and many cases state the same of these.
    deciding = {each: stated[each] for each in deciding_facts() if each in stated}
    return _matching_profiles(frozenset(deciding.items()))


@cache
def _matching_profiles(
    stated: frozenset[tuple[str, str]],
) -> list[tuple[Facts, set[str]]]:
    return [
        (profile, asked)
        for profile, asked in profiles()
        if all(profile.get(fact, value) == value for fact, value in stated)
    ]


def sheet_of(stated: Facts, profile: Facts) -> AnswerSheet:
    facts = {fact: value for fact, value in stated.items() if fact in FACTS}
    return empty_sheet(KICKOFF)._replace(
        profile={**profile, **facts},
        available={
            role: PEOPLE[stated[FREE + role]]
            for role in KICKOFF.roles
            if FREE + role in stated
        },
        answers={
            id_: Answer(level=int(value))
            for id_, value in stated.items()
            if id_ in QUESTIONS
        },
    )


def sheet_with(case: Case, **changed: str) -> AnswerSheet:
    """Return a sheet with the facts and answers of ``case``; keywords replace some."""
    stated = {**case.stated, **changed}
    profile, _ = max(
        matching_profiles(stated), key=lambda pair: len(pair[1] & case.because.keys())
    )
    return sheet_of(stated, profile)


def without(stated: Mapping[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: value for key, value in stated.items() if key not in keys}


def fitting_patterns(sheet: AnswerSheet) -> dict[str, Facts]:
    """Return each pattern that fits, by id, with the facts for which it fits."""
    team = assessment_input(KICKOFF, sheet)
    return {
        finding.pattern.id: dict(finding.because)
        for finding in (*patterns(team), *contradictions(team))
    }


@each_condition
def test_fitting_pattern_names_the_facts_that_make_it_fit(case, fact):
    for value in fitting_values(case.pattern, fact):
        sheet = sheet_with(case, **{fact: value})

        assert fitting_patterns(sheet)[case.pattern.id] == {**case.because, fact: value}


@each_condition
def test_pattern_does_not_fit_if_one_fact_just_misses_its_condition(case, fact):
    sheet = sheet_with(case, **{fact: nearest_values(case.pattern, fact)[1]})

    assert case.pattern.id not in fitting_patterns(sheet)


@each_condition
def test_pattern_does_not_fit_if_a_required_fact_is_not_stated(case, fact):
    sheet, facts, free = sheet_with(case), {fact}, {fact.removeprefix(FREE)}
    unstated = sheet._replace(
        profile=without(sheet.profile, facts),
        available=without(sheet.available, free),
        answers=without(sheet.answers, facts),
    )

    assert case.pattern.id not in fitting_patterns(unstated)


def test_pattern_does_not_fit_if_a_required_fact_is_not_asked_for():
    checked = set()
    for case in CASES:
        for fact in case.because:
            not_asked = [
                p for p, asked in matching_profiles(case.stated) if fact not in asked
            ]
            for profile in not_asked[:1]:
                checked.add(fact)
                assert case.pattern.id not in fitting_patterns(
                    sheet_of(case.stated, profile)
                )

    assert {"PRD-03", "LRN-07", "MOV-07", "AGG-09", "acts", "reach"} <= checked


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(unknown=True), id="answer unknown"),
        pytest.param(Answer(na="not here"), id="question not applicable"),
        pytest.param(Answer(note="0, I think"), id="note without a level"),
    ],
)
def test_pattern_does_not_fit_if_a_required_answer_has_no_level(answer):
    for case in CASES:
        sheet = sheet_with(case)
        for id_ in sheet.answers.keys() & case.because.keys():
            changed = sheet._replace(answers={**sheet.answers, id_: answer})

            assert case.pattern.id not in fitting_patterns(changed), (case.name, id_)


def test_pattern_fits_an_express_sheet_only_if_all_needed_questions_are_asked():
    for case in CASES:
        short = sheet_with(case)._replace(scope=EXPRESS)
        asked = {question.id for question in assessment_input(KICKOFF, short).questions}
        complete = case.because.keys() & QUESTIONS.keys() <= asked

        assert (case.pattern.id in fitting_patterns(short)) == complete, case.name


def test_pattern_prints_only_the_sentences_that_are_true_of_the_team():
    for case in CASES:
        team = assessment_input(KICKOFF, sheet_with(case))
        found = {
            each.pattern.id: each for each in (*patterns(team), *contradictions(team))
        }
        true = [
            text for fact, text in case.pattern.says_if.items() if fact in case.because
        ]

        says = found[case.pattern.id].says
        assert says == " ".join([case.pattern.says, *true]), case.name


@pytest.mark.parametrize("free", FREE_LEVELS)
def test_no_pattern_fits_an_empty_answer_sheet(free):
    people = dict.fromkeys(KICKOFF.roles, PEOPLE[free])

    assert fitting_patterns(empty_sheet(KICKOFF)._replace(available=people)) == {}


def test_text_and_conditions_of_each_pattern_match_golden_file(golden):
    """After a change, check in the file that each text is true under its conditions."""
    golden(
        "patterns.md",
        "\n".join(
            f"**{pattern.name or pattern.id}**: {pattern.says}\n"
            + "".join(
                f"- and {condition_line(*each)}\n" for each in pattern.when.items()
            )
            + "".join(
                f"- or {condition_line(*each)}\n" for each in pattern.one_of.items()
            )
            + "".join(
                f"- {topic(of)}: {text}\n" for of, text in pattern.says_if.items()
            )
            for pattern in (*KICKOFF.patterns, *KICKOFF.contradictions)
        ),
    )


def condition_line(fact: str, values: tuple[str, ...]) -> str:
    """Return a line on a condition of a pattern, with the values that fit.

    ``fact`` is the id of a fact or question, or ``free.`` with the id of a role. For a
    question, the line shows only one of ``values``. This is the highest level if level
    0 fits, and otherwise the lowest.
    """
    if fact in QUESTIONS:
        least = int(min(values) if "0" not in values else max(values))
        return f"{topic(fact)}: {least} {QUESTIONS[fact].levels[least]}"
    choices = FACTS[fact].choices if fact in FACTS else {}
    return f"{topic(fact)}: {' / '.join(choices.get(each, each) for each in values)}"


def test_every_pattern_fits_some_team_and_not_every_team():
    fitting = [case.pattern.id for case in CASES]
    unfit = fitting_patterns(empty_sheet(KICKOFF))

    assert {pattern.id for pattern in KICKOFF.patterns} <= set(fitting)
    assert unfit == {}


@pytest.mark.parametrize(
    "failure",
    [
        "fast.ai (first failure)",
        "fast.ai (second failure)",
        "fast.ai (third failure)",
        "fast.ai (fourth failure)",
        "fast.ai (fifth failure)",
        "(Sculley 2015): glue code",
        "(Sculley 2015): pipeline jungles",
        "(Sculley 2015): undeclared consumers and signals used twice",
        "(Sculley 2015): changes in the outside world",
        "Domino panel on data science teams",
    ],
)
def test_each_failure_in_the_cited_literature_has_a_pattern(failure):
    assert any(failure in pattern.source for pattern in KICKOFF.patterns)
