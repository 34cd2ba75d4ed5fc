"""How often the advice agrees with readers who judged the same teams.

    python tests/benchmarks/judgement.py

Eighteen teams were described in short texts. Three people read each text and said, from
the points of view of data, statistics and platform engineering, which layer to mend
first, whether modelling may start and whom to hire first (``cases/labels.tsv``); the
majority counts. Two others, who saw neither those judgements nor any rule, answered the
questionnaire from the texts alone (``cases/first`` and ``cases/second``). The texts are
short, so most answers are inferred: ``evidence: stated`` marks those that are not.

Two things are close to a judgement of their own and were read off the texts by a second
pair of people, blind as well: each layer as a whole, and what would still stop the
project. The last lines show what the advice is worth without them, and how often it
stays the same when one answer in seven moves by a level.
"""

import csv
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mlready.answers import Sheet
from mlready.answers_file import read
from mlready.questionnaire import Questionnaire
from mlready.questionnaire_file import load_bundled
from mlready.report import judge

CASES = Path(__file__).parents[1] / "cases"
READERS = ("first", "second")
# At least this many of eighteen, for the first reader's answers.
BARS = {"layer to mend first": 14, "may modelling start": 16, "first hire": 13}
SHAKEN, TRIALS, SEED = 0.15, 200, 20261124
LAYERS = {
    "move_store": "move",
    "explore_transform": "explore",
    "aggregate_label": "aggregate",
    "learn_optimize": "learn",
    "deploy_operate": "operate",
}
ALLOWED = {"ready": "yes", "conditional": "conditional"}


class Judgement(NamedTuple):
    """What is said of one team; the names of the fields are those of BARS."""

    layer: str
    start: str
    hire: str


def majority() -> dict[str, Judgement]:
    """Return for each team what most of its three readers said."""
    said: dict[str, list[Judgement]] = {}
    with (CASES / "labels.tsv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            layer = LAYERS.get(row["lowest"], row["lowest"])
            judgement = Judgement(layer, row["ready"], row["first_hire"])
            said.setdefault(row["id"], []).append(judgement)
    return {
        team: Judgement(
            *(Counter(each).most_common(1)[0][0] for each in zip(*three, strict=True))
        )
        for team, three in said.items()
    }


def advice(questionnaire: Questionnaire, sheet: Sheet) -> Judgement:
    """Return what mlready says of a team, in the readers' words."""
    _, _, diagnosis, staffing = judge(questionnaire, sheet)
    return Judgement(
        diagnosis.mend.id if diagnosis.mend else "none",
        ALLOWED.get(diagnosis.verdict, "not_yet"),
        staffing.first.id if staffing.first else "none",
    )


def sheets(questionnaire: Questionnaire, reader: str) -> Iterator[tuple[str, Sheet]]:
    """Yield each team and the answers one reader gave for it."""
    for path in sorted((CASES / reader).glob("*.yaml")):
        yield path.stem, read(path.read_bytes(), path.name, questionnaire)


def agreement(
    ours: Mapping[str, Judgement], readers: Mapping[str, Judgement]
) -> list[int]:
    """Return for each part of the judgement in how many teams it is the same."""
    pairs = [(said, readers[team]) for team, said in ours.items()]
    return [sum(a[part] == b[part] for a, b in pairs) for part in range(len(BARS))]


def between_readers(questionnaire: Questionnaire) -> tuple[int, int, int]:
    """Return how many answers both readers gave, how many are equal, or within one."""
    first, second = (dict(sheets(questionnaire, reader)) for reader in READERS)
    gaps = [
        abs(a.level - b.level)
        for team, sheet in first.items()
        for id_, a in sheet.answers.items()
        for b in [second[team].answer(id_)]
        if a.level is not None and b.level is not None
    ]
    return len(gaps), sum(gap == 0 for gap in gaps), sum(gap <= 1 for gap in gaps)


def show(reader: str, ours: Mapping[str, Judgement]) -> int:
    """Print the agreement for one reader's answers; return how many bars it missed."""
    expected, missed = majority(), 0
    print(f"\n{reader} reader's answers")
    for team, said in ours.items():
        wrong = [
            f"{a} (readers: {b})"
            for a, b in zip(said, expected[team], strict=True)
            if a != b
        ]
        print(f"  {team}  {', '.join(wrong) or 'as the readers'}")
    for (part, bar), same in zip(BARS.items(), agreement(ours, expected), strict=True):
        print(f"  {part}: {same} of {len(ours)} (bar for the first reader: {bar})")
        missed += same < bar
    return missed


def without(part: str, questionnaire: Questionnaire, sheet: Sheet) -> Judgement:
    """Return the advice without what the room says of layers as a whole, or at all."""
    profile = {fact: value for fact, value in sheet.profile.items() if fact != "stops"}
    constants = questionnaire.constants
    if part == "details alone":
        constants = constants._replace(overall=0.0)
    return advice(
        questionnaire._replace(constants=constants), sheet._replace(profile=profile)
    )


def shaken(sheet: Sheet, chance: random.Random) -> Sheet:
    """Return the sheet with about one answer in seven moved by one level."""
    moved = {
        id_: answer._replace(
            level=min(4, max(0, answer.level + chance.choice((-1, 1))))
        )
        for id_, answer in sheet.answers.items()
        if answer.level is not None and chance.random() < SHAKEN
    }
    return sheet._replace(answers={**sheet.answers, **moved})


def steadiness(
    questionnaire: Questionnaire, team: Sheet, chance: random.Random
) -> float:
    """Return how often the first hire stays the same when answers are shaken."""
    hire = advice(questionnaire, team).hire
    trials = [
        advice(questionnaire, shaken(team, chance)).hire == hire for _ in range(TRIALS)
    ]
    return sum(trials) / TRIALS


def main() -> int:
    """Print the table; the exit code says whether the first reader's bars were held."""
    questionnaire = load_bundled("kickoff")
    expected, chance = majority(), random.Random(SEED)
    missed = 0
    for reader in READERS:
        teams = dict(sheets(questionnaire, reader))
        ours = {team: advice(questionnaire, sheet) for team, sheet in teams.items()}
        below = show(reader, ours)
        missed += below if reader == READERS[0] else 0
        for part in ("details alone", "details and layers as a whole"):
            less = {t: without(part, questionnaire, s) for t, s in teams.items()}
            same = ", ".join(map(str, agreement(less, expected)))
            print(f"  {part}: {same}")
        steady = [steadiness(questionnaire, sheet, chance) for sheet in teams.values()]
        print(f"  first hire unchanged when shaken: {sum(steady) / len(steady):.0%}")
    count, equal, near = between_readers(questionnaire)
    shares = f"{equal / count:.0%} equal, {near / count:.0%} within one level"
    print(f"\nbetween the readers: {count} answers, {shares}")
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
