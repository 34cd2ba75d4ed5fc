"""What must hold for every sheet, tried on random ones of the kickoff questionnaire.

    python tests/benchmarks/sheets.py [how many, 100000 unless told]

Three promises, each checked by changing one answer of each sheet: a better answer never
worsens the verdict nor closes the ML vacancy; silence never helps; and no modeller is
hired while a layer beneath does not hold or a blocker is wholly absent.
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

SHEETS_OF_ONE_TEAM = 50  # sheets with one profile: what is asked is worked out once
RANKS = list(Verdict)
ANSWERS = [Answer(level=level) for level in range(5)]
SILENCE = [Answer(), Answer(unknown=True)]


class Advice(NamedTuple):
    """What is said of one sheet."""

    diagnosis: Diagnosis
    staffing: Staffing

    @property
    def rank(self) -> int:
        """The verdict as a number: the higher, the more is allowed."""
        return RANKS.index(self.diagnosis.verdict)

    @property
    def allowed(self) -> bool:
        """Whether modelling may start."""
        return self.diagnosis.verdict in {Verdict.CONDITIONAL, Verdict.READY}


def advice(team: AssessmentInput) -> Advice:
    """Judge a sheet."""
    diagnosis = diagnose(team)
    return Advice(diagnosis, staff(diagnosis))


def teams(
    questionnaire: Questionnaire, number: int, chance: random.Random
) -> Iterator[AssessmentInput]:
    """Yield random teams, many sheets for each of many profiles."""
    while number > 0:
        asked = assessment_input(questionnaire, _profile(questionnaire, chance))
        for _ in range(min(number, SHEETS_OF_ONE_TEAM)):
            yield answered(asked, chance)
        number -= SHEETS_OF_ONE_TEAM


def _profile(questionnaire: Questionnaire, chance: random.Random) -> AnswerSheet:
    profile = {
        fact.id: chance.choice([*fact.choices] or ["0", "1", "5", "400"])
        for fact in questionnaire.profile
        if chance.random() < 0.9  # some facts stay unsaid
    }
    free = {role: chance.choice((0, 0.5, 2)) for role in questionnaire.roles}
    return empty_sheet(questionnaire)._replace(profile=profile, available=free)


def answered(team: AssessmentInput, chance: random.Random) -> AssessmentInput:
    """Return the team with a random answer to each question.

    Around one level, and another in a few sections, so that every verdict comes up:
    independent levels would put every layer near the middle.
    """
    base, silent = chance.randint(0, 4), chance.choice((0.0, 0.0, 0.05, 0.5))
    near = {
        section.id: _around(chance.choice((base, base, base, chance.randint(0, 4))))
        for section in team.questionnaire.sections
    }
    said = {
        question.id: chance.choice(
            SILENCE if chance.random() < silent else near[question.section]
        )
        for question in team.questions
    }
    return _with(team, said)


def _around(level: int) -> list[Answer]:
    return [ANSWERS[min(max(level + step, 0), 4)] for step in (-1, 0, 0, 1)]


def _with(team: AssessmentInput, said: dict[str, Answer]) -> AssessmentInput:
    answers = {**team.sheet.answers, **said}
    return team._replace(sheet=team.sheet._replace(answers=answers))


def broken_promises(
    team: AssessmentInput, before: Advice, chance: random.Random
) -> Iterator[str]:
    """Yield the name of each promise that this team's sheet breaks."""
    id_ = chance.choice(team.questions).id
    level = team.sheet.answer(id_).level
    if _modeller_too_early(team, before):
        yield "no modeller before the rest holds"
    if level is None:
        return
    if level < len(ANSWERS) - 1:
        after = advice(_with(team, {id_: ANSWERS[level + 1]}))
        closed = (before.staffing.ml_vacancy, after.staffing.ml_vacancy) == (
            "open",
            "locked",
        )
        if after.rank < before.rank or closed:
            yield "a better answer never worsens anything"
    after = advice(_with(team, {id_: SILENCE[0]}))
    opened = (before.staffing.ml_vacancy, after.staffing.ml_vacancy) == (
        "locked",
        "open",
    )
    if (after.allowed and after.rank > before.rank) or opened:
        yield "silence never helps"


def _modeller_too_early(team: AssessmentInput, said: Advice) -> bool:
    constants = team.questionnaire.constants
    hired = {each.position.role.id for each in said.staffing.vacancies}
    weak = any(
        each.own.low < constants.holds
        for each in said.diagnosis.scores
        if each.layer.placement != Placement.TOP
    )
    absent = any(gap.level < constants.locks_below for gap in said.diagnosis.blockers)
    top = said.staffing.top_position
    return bool(top and top.role.id in hired and (weak or absent))


def campaign(number: int, seed: int) -> tuple[dict[str, int], dict[str, int]]:
    """Return how often each verdict came up, and how often each promise was broken."""
    chance, questionnaire = random.Random(seed), load_bundled("kickoff")
    verdicts = dict.fromkeys(RANKS, 0)
    broken: dict[str, int] = {}
    for team in teams(questionnaire, number, chance):
        said = advice(team)
        verdicts[said.diagnosis.verdict] += 1
        for promise in broken_promises(team, said, chance):
            broken[promise] = broken.get(promise, 0) + 1
    return {str(each): count for each, count in verdicts.items()}, broken


def main(number: int = 100_000) -> int:
    """Print what came up; the exit code says whether every promise was kept."""
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
