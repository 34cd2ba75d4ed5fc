"""Check rules that the advice must keep, on random sheets of the bundled questionnaire.

    python tests/benchmarks/sheets.py [NUMBER, default 100000]

The rules are:

* A better answer never worsens the verdict, and never closes the ML vacancy.
* Leaving out an answer never improves the advice.
* No modeller is hired while a layer below the top is not good enough, or while the
  level of a blocking question is below the constant ``locks_below``.
"""

import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from typing import NamedTuple

from mlready.assessment.diagnosis import Diagnosis, Verdict, diagnose
from mlready.assessment.staffing import Staffing, staff
from mlready.model.answers import (
    Answer,
    AnswerSheet,
    AssessmentInput,
    assessment_input,
    empty_sheet,
)
from mlready.model.questionnaire import Placement, Questionnaire
from mlready.storage.questionnaire_file import load_bundled

SHEETS_PER_PROFILE = 50  # saves time: a profile determines which questions are asked
RANKS = list(Verdict)
ANSWERS = [Answer(level=level) for level in range(5)]
WITHOUT_LEVEL = [Answer(), Answer(unknown=True)]


class Advice(NamedTuple):
    """What mlready advises one team: the diagnosis, and whom to hire."""

    diagnosis: Diagnosis
    staffing: Staffing

    @property
    def rank(self) -> int:
        """The verdict as a number, higher for a better verdict."""
        return RANKS.index(self.diagnosis.verdict)

    @property
    def allowed(self) -> bool:
        """Whether the verdict allows modelling to start."""
        return self.diagnosis.verdict in {Verdict.CONDITIONAL, Verdict.READY}


def advice(team: AssessmentInput) -> Advice:
    diagnosis = diagnose(team)
    return Advice(diagnosis, staff(diagnosis))


def teams(
    questionnaire: Questionnaire, number: int, rng: random.Random
) -> Iterator[AssessmentInput]:
    """Yield ``number`` random teams."""
    while number > 0:
        inputs = assessment_input(questionnaire, _profile(questionnaire, rng))
        for _ in range(min(number, SHEETS_PER_PROFILE)):
            yield answered(inputs, rng)
        number -= SHEETS_PER_PROFILE


def _profile(questionnaire: Questionnaire, rng: random.Random) -> AnswerSheet:
    profile = {
        fact.id: rng.choice([*fact.choices] or ["0", "1", "5", "400"])
        for fact in questionnaire.profile
        if rng.random() < 0.9  # leaves some facts of the profile unanswered
    }
    free = {role: rng.choice((0, 0.5, 2)) for role in questionnaire.roles}
    return empty_sheet(questionnaire)._replace(profile=profile, available=free)


def answered(team: AssessmentInput, rng: random.Random) -> AssessmentInput:
    """Return the team with a random answer to each question."""
    # Most levels are near one random level, so that every verdict occurs: independent
    # levels would give every layer a middle score.
    base, open_share = rng.randint(0, 4), rng.choice((0.0, 0.0, 0.05, 0.5))
    near = {
        section.id: _around(rng.choice((base, base, base, rng.randint(0, 4))))
        for section in team.questionnaire.sections
    }
    levels = {
        question.id: rng.choice(
            WITHOUT_LEVEL if rng.random() < open_share else near[question.section]
        )
        for question in team.questions
    }
    return _with(team, levels)


def _around(level: int) -> list[Answer]:
    return [ANSWERS[min(max(level + step, 0), 4)] for step in (-1, 0, 0, 1)]


def _with(team: AssessmentInput, changed: dict[str, Answer]) -> AssessmentInput:
    answers = {**team.sheet.answers, **changed}
    return team._replace(sheet=team.sheet._replace(answers=answers))


def violations(
    team: AssessmentInput, before: Advice, rng: random.Random
) -> Iterator[str]:
    """Yield the name of each rule that the advice to ``team`` breaks.

    ``before`` is the advice to ``team``. Two rules compare ``before`` with the advice
    after one random answer is raised or left out.
    """
    id_ = rng.choice(team.questions).id
    level = team.sheet.answer(id_).level
    if _modeller_too_early(team, before):
        yield "no modeller while a lower layer fails"
    if level is None:
        return
    if level < len(ANSWERS) - 1:
        after = advice(_with(team, {id_: ANSWERS[level + 1]}))
        if after.rank < before.rank or _opens(after, before):
            yield "a better answer never worsens the advice"
    after = advice(_with(team, {id_: WITHOUT_LEVEL[0]}))
    if (after.allowed and after.rank > before.rank) or _opens(before, after):
        yield "leaving an answer out never helps"


def _opens(before: Advice, after: Advice) -> bool:
    """Return whether the ML vacancy was locked, and is now open or claimed.

    A claimed vacancy opens once a second voice has confirmed its claims.
    """
    states = before.staffing.ml_vacancy, after.staffing.ml_vacancy
    return states[0] == "locked" and states[1] in {"open", "claimed"}


def _modeller_too_early(team: AssessmentInput, team_advice: Advice) -> bool:
    constants = team.questionnaire.constants
    staffing = team_advice.staffing
    hired = {each.position.role for each in staffing.vacancies} | {staffing.claimed}
    weak = any(
        each.own.low < constants.holds
        for each in team_advice.diagnosis.scores
        if each.layer.placement != Placement.TOP
    )
    absent = any(
        gap.level < constants.locks_below for gap in team_advice.diagnosis.blockers
    )
    top = staffing.top_position
    return bool(top and top.role in hired and (weak or absent))


def campaign(number: int, seed: int) -> tuple[dict[str, int], dict[str, int]]:
    """Check rules that advice must keep on ``number`` random sheets; return counts.

    The first result is how many sheets got each verdict. The second is how often each
    rule of ``violations`` was broken, by the name of the rule.
    """
    rng, questionnaire = random.Random(seed), load_bundled("kickoff")
    verdicts = dict.fromkeys(RANKS, 0)
    broken: dict[str, int] = {}
    for team in teams(questionnaire, number, rng):
        team_advice = advice(team)
        verdicts[team_advice.diagnosis.verdict] += 1
        for invariant in violations(team, team_advice, rng):
            broken[invariant] = broken.get(invariant, 0) + 1
    return {str(each): count for each, count in verdicts.items()}, broken


def main(number: int = 100_000) -> int:
    """Check the rules for advice on ``number`` random answer sheets; print the results.

    Return 1 if a rule is broken, else 0.
    """
    begin, workers = time.monotonic(), cpu_count() or 1
    with ProcessPoolExecutor(workers) as pool:
        shares = [number // workers + (n < number % workers) for n in range(workers)]
        found = list(pool.map(campaign, shares, range(workers)))
    for each in RANKS:
        print(f"{each:12} {sum(verdicts[each] for verdicts, _ in found):7}")
    broken = [f"{count} x {name}" for _, bad in found for name, count in bad.items()]
    print(f"{number} sheets in {time.monotonic() - begin:.0f} s, broken: {broken or 0}")
    return int(bool(broken))


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
