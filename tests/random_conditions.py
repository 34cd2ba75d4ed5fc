"""Random questionnaires with conditions, and random answers."""

from collections.abc import Mapping
from random import Random
from typing import Any

from mlready.model.answers import Answer, AnswerSheet
from mlready.model.questionnaire import (
    BlockerScope,
    Condition,
    Pattern,
    Question,
    Questionnaire,
    Section,
    Wording,
)
from tests.sample_questionnaires import FACTS, ROLES, sample_team

LEVELS = tuple("01234")
SAMPLE, _ = sample_team([[0, 0, 0]] * 5)
SCALES = {
    **{fact: choices for fact, choices in FACTS.items() if choices},
    **{question.id: LEVELS for question in SAMPLE.questions},
    **{f"free.{role}": ("none", "part", "full") for role in ROLES if role != "none"},
}


def condition(rng: Random, least: int = 0) -> Condition:
    """Return a random condition on at least ``least`` keys of SCALES, at most two."""
    names = rng.sample(sorted(SCALES), rng.randint(least, 2))
    return {
        name: tuple(rng.sample(SCALES[name], rng.randint(1, len(SCALES[name]))))
        for name in names
    }


def random_questionnaire(rng: Random) -> Questionnaire:
    """Return SAMPLE with a random condition wherever a questionnaire may have one."""

    def question(each: Question) -> Question:
        changes = {"text": "Otherwise?", "express": rng.random() < 0.5}
        wordings = [Wording(condition(rng, 1), changes)] * rng.randint(0, 1)
        return each._replace(
            when=condition(rng),
            express=rng.random() < 0.5,
            blocker=rng.choice([*BlockerScope]),
            wordings=tuple(wordings),
        )

    def section(each: Section) -> Section:
        inside = tuple(question(one) for one in each.questions)
        return each._replace(when=condition(rng), questions=inside)

    return SAMPLE._replace(
        profile=tuple(each._replace(when=condition(rng)) for each in SAMPLE.profile),
        sections=tuple(section(each) for each in SAMPLE.sections),
        layers=tuple(each._replace(live_when=condition(rng)) for each in SAMPLE.layers),
        patterns=(
            Pattern("p", "Pattern", "says", "do", "book", condition(rng, 1), {}),
        ),
        contradictions=(
            Pattern("c", "", "?", "", "", condition(rng, 1), condition(rng)),
        ),
    )


def random_sheet(rng: Random) -> AnswerSheet:
    """Return a sheet with random answers, also to questions that are not asked."""

    def some(values: Mapping[str, Any]) -> dict[str, Any]:
        return {key: each for key, each in values.items() if rng.random() < 0.7}

    numbers = {"headcount": ["5", "500"], "openings": ["0", "1", "3"]}
    facts = {fact: choices or numbers[fact] for fact, choices in FACTS.items()}
    answers = [
        *(Answer(level=level, note="a note") for level in range(5)),
        Answer(unknown=True),
        Answer(na="a reason"),
    ]
    return AnswerSheet(
        "sample",
        1,
        scope=rng.choice(["full", "express"]),
        profile=some({fact: rng.choice(each) for fact, each in facts.items()}),
        available=some({role: rng.choice([0, 0.5, 3]) for role in ("analyst", "ml")}),
        answers=some({each.id: rng.choice(answers) for each in SAMPLE.questions}),
    )
