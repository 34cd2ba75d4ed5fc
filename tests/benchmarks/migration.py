"""Measure how often answers to version 1 of the questionnaire keep their advice.

    python tests/benchmarks/migration.py

Each row of ``cases/version_1/answers.tsv`` has one person's answers about one team, and
the advice at that time. The answers are migrated to the present version.

Prints every team with changed advice. Exits with 1 if the share of teams with equal
advice is below ``LEAST``.
"""

import csv
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mlready.errors import StorageWarning
from mlready.model.answers import PEOPLE
from mlready.model.questionnaire import Questionnaire
from mlready.storage.answers_file import read
from mlready.storage.questionnaire_file import load_bundled
from tests.benchmarks.judgement import Judgement, advice

TABLE = Path(__file__).parents[1] / "cases" / "version_1" / "answers.tsv"
LEAST = 0.96
NOT_APPLICABLE = "na"
STATED = " stated"  # after a level: the text that describes the team says so


class Outcome(NamedTuple):
    """The advice from one answer sheet, before and after it is migrated."""

    name: str  # the team, and who gave the answers: "notes/01 first"
    then: Judgement  # by the program and questionnaire of version 1
    now: Judgement
    summary: str  # the warnings about the migration


def outcomes(questionnaire: Questionnaire) -> Iterator[Outcome]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            name = f"{row.pop('team')} {row.pop('reader')}"
            then = Judgement(row.pop("layer"), row.pop("start"), row.pop("hire"))
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always", StorageWarning)
                sheet = read(answers_file(row).encode(), name, questionnaire)
            summary = "; ".join(str(each.message) for each in said)
            yield Outcome(name, then, advice(questionnaire, sheet), summary)


def answers_file(row: Mapping[str, str]) -> str:
    """Return the text of an answers file with the answers in a row of ``TABLE``."""
    lines = ["questionnaire: kickoff", "version: 1", "profile:"]
    free = {key: value for key, value in row.items() if key.startswith(PEOPLE)}
    facts = [key for key in row if key.islower() and key not in free]
    lines += [f'  {key}: "{row[key]}"' for key in facts if row[key]]
    people = [f"{key.removeprefix(PEOPLE)}: {value}" for key, value in free.items()]
    lines += [f"  available: {{{', '.join(people)}}}", "answers:"]
    lines += [
        f"  {key}: {_answer(row[key])}" for key in row if key.isupper() and row[key]
    ]
    return "\n".join(lines)


def _answer(cell: str) -> str:
    if cell == NOT_APPLICABLE:
        return "{na: does not apply}"
    if cell.endswith(STATED):
        return f"{{level: {cell.removesuffix(STATED)}, evidence: stated}}"
    return cell


def main() -> int:
    """Print how many answer sheets keep their advice after the migration.

    The sheets are migrated from version 1 of the questionnaire to the present version.
    Return 1 if the share is below ``LEAST``, else 0.
    """
    found = list(outcomes(load_bundled("kickoff")))
    for each in found:
        if each.now != each.then:
            print(f"{each.name}: {' '.join(each.then)} -> {' '.join(each.now)}")
    same = sum(each.now == each.then for each in found)
    print(f"same advice as with version 1: {same} of {len(found)}")
    return int(same / len(found) < LEAST)


if __name__ == "__main__":
    sys.exit(main())
