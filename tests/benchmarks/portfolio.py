"""Measure time and memory for thousands of answers files in one process.

    python tests/benchmarks/portfolio.py [number of files, default 10000]

The files have 60 answers each, are written as the interview writes them, and have a
remark on every fourth answer, as the shipped examples have. Each file is read, checked,
scored and diagnosed; for comparison the same file is only parsed, by PyYAML's fastest
safe loader. Diagnosing and parsing alternate, each for a batch of files, so that
changes in machine speed affect both. Separate processes measure the time per file, in a
run of a hundred files and in a run of all files, and the peak memory. The certainty
analysis (intervals and the fewest changes that change the advice) is timed on random
answer sheets.

Each figure is printed with its limit. A figure beyond its limit is marked; the exit
code is 1 only if a figure is beyond 1.5 times its limit, so that a busy machine does
not fail the run.
"""

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import yaml

from mlready.assessment.certainty import certainty
from mlready.assessment.diagnosis import diagnose
from mlready.assessment.staffing import staff
from mlready.model.answers import Answer, AnswerSheet, assessment_input
from mlready.model.questionnaire import Questionnaire
from mlready.storage import answers_file
from mlready.storage.atomic_file import read_bytes
from mlready.storage.questionnaire_file import load_bundled
from tests.benchmarks.sheets import teams

FILES, FEW, ANSWERS, BATCH, SHEETS = 10_000, 100, 60, 250, 200
REMARKED = 0.25  # share of answers with a remark; in the shipped examples 16 to 26 %
REMARKS = (
    Answer(note="the partner's price page is read by a script; nobody asked them"),
    Answer(evidence="billing tables, opened together in the meeting"),
    Answer(
        note='two teams say "churn" and mean two things', by="Ana", date="2026-11-12"
    ),
)
# Bars: the lowest number of files judged while one file is parsed; the highest peak
# memory in MiB; the highest ratio of the time per file in a run of all files to that in
# a run of a hundred files; the most milliseconds for one certainty analysis.
FASTER, MEMORY, DEARER, ANALYSIS = 1.5, 40.0, 1.25, 20.0
TOLERANCE = 1.5  # a figure beyond this multiple of its limit fails the run

# A script for a separate process: it assesses files, then prints the seconds that this
# took and its peak memory in KiB.
ALONE = r"""
import re, resource, sys, time
from pathlib import Path
from mlready.storage import answers_file, atomic_file
from mlready.model.answers import assessment_input
from mlready.assessment.diagnosis import diagnose
from mlready.storage.questionnaire_file import load_bundled

kickoff = load_bundled("kickoff")
folder, number = Path(sys.argv[1]), int(sys.argv[2])
begin = time.process_time()
for n in range(number):
    sheet = answers_file.read(atomic_file.read_bytes(folder / f"{n}.yaml"), "", kickoff)
    diagnose(assessment_input(kickoff, sheet))
seconds = time.process_time() - begin
status = Path("/proc/self/status")
# The peak that the system counts for a process includes its parent's.
most = re.search("VmHWM:\s*([0-9]+)", status.read_text()) if status.exists() else None
print(seconds, most[1] if most else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


class Line(NamedTuple):
    """A measured figure and its limit, ``bar``.

    The limit is the lowest or the highest value that the figure should have.
    """

    what: str
    figure: float
    bar: float
    lowest: bool = False

    @property
    def times(self) -> float:
        """Return how many times the measured figure exceeds its limit.

        The result is at most 1 if the figure is within its limit.
        """
        return self.bar / self.figure if self.lowest else self.figure / self.bar

    def __str__(self) -> str:
        """Return the figure and its limit as a line of the table.

        The line ends with a mark if the figure is beyond its limit.
        """
        sign = ">=" if self.lowest else "<="
        mark = (
            ""
            if self.times <= 1
            else "  ABOVE"
            if self.within_tolerance
            else "  FAILED"
        )
        return f"{self.what:<40}{self.figure:>8.2f}  {sign} {self.bar}{mark}"

    @property
    def within_tolerance(self) -> bool:
        """Return whether the figure is within TOLERANCE times its limit."""
        return self.times <= TOLERANCE


def sheets(questionnaire: Questionnaire, seed: int, number: int) -> list[AnswerSheet]:
    """Return ``number`` random answer sheets of exactly ANSWERS answers each."""
    chance = random.Random(seed)
    endless = (
        team.sheet
        for team in teams(questionnaire, sys.maxsize, chance)
        if len(team.questions) >= ANSWERS
    )
    return [
        _with_remarks(each, questionnaire, chance) for each in islice(endless, number)
    ]


def _with_remarks(
    sheet: AnswerSheet, questionnaire: Questionnaire, chance: random.Random
) -> AnswerSheet:
    """Return the sheet with exactly ANSWERS answers, some of them with a remark."""
    ids = [question.id for question in assessment_input(questionnaire, sheet).questions]
    free = {
        r: n for r, n in sheet.available.items() if questionnaire.roles[r].available
    }
    answers = {}
    for id_ in ids[:ANSWERS]:
        given = sheet.answer(id_)
        answer = given if given.given else Answer(unknown=True)
        if chance.random() < REMARKED:
            remark = chance.choice(REMARKS)
            answer = remark._replace(level=answer.level, unknown=answer.unknown)
        answers[id_] = answer
    return sheet._replace(available=free, answers=answers)


def written(folder: Path, questionnaire: Questionnaire, number: int) -> list[Path]:
    """Write ``number`` random answers files to a folder, and return their paths."""
    paths = [folder / f"{n}.yaml" for n in range(number)]
    for path, sheet in zip(paths, sheets(questionnaire, 1, number), strict=True):
        path.write_text(answers_file.dump(sheet, questionnaire), encoding="utf-8")
    return paths


def judge(paths: Sequence[Path], questionnaire: Questionnaire) -> None:
    """Read, check, score and diagnose each answers file."""
    for path in paths:
        sheet = answers_file.read(read_bytes(path), path.name, questionnaire)
        diagnose(assessment_input(questionnaire, sheet))


def parse(paths: Sequence[Path]) -> None:
    """Only parse each answers file with PyYAML, for comparison with ``judge``."""
    for path in paths:
        yaml.load(path.read_bytes(), yaml.CSafeLoader)


def speed(paths: Sequence[Path], questionnaire: Questionnaire) -> Line:
    """Return how many files are judged while one is parsed: the median of batches."""
    ratios = []
    for start in range(0, len(paths), BATCH):
        batch = paths[start : start + BATCH]
        begin = time.process_time()
        judge(batch, questionnaire)
        between = time.process_time()
        parse(batch)
        ratios.append((time.process_time() - between) / (between - begin))
    figure = statistics.median(ratios)
    return Line("files judged while one is parsed", figure, FASTER, lowest=True)


def alone(folder: Path, number: int) -> tuple[float, float]:
    """Assess ``number`` answers files of a folder in a separate process.

    Returns the milliseconds per file, and the peak memory of the process in MiB.
    """
    run = [sys.executable, "-c", ALONE, str(folder), str(number)]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    seconds, kibibytes = map(float, done.stdout.split())
    return seconds / number * 1000, kibibytes / 1024


def growth(folder: Path, number: int) -> list[Line]:
    """Compare assessing ``number`` answers files with assessing FEW of them.

    Returns the ratio of the two times per file, and the peak memory of each run.
    """
    pairs = [(alone(folder, FEW), alone(folder, number)) for _ in range(3)]
    dearer = statistics.median(many[0] / few[0] for few, many in pairs)
    few, many = pairs[0][0][1], max(many[1] for _, many in pairs)
    return [
        Line(f"a file among {number} against among {FEW}", dearer, DEARER),
        Line(f"MiB at most, {FEW} files", few, MEMORY),
        Line(f"MiB at most, {number} files", many, MEMORY),
    ]


def analysis(questionnaire: Questionnaire) -> list[Line]:
    """Return the median and longest time in ms to analyse the certainty of a sheet."""
    times = [
        min(_analysed(questionnaire, sheet) for _ in range(3))
        for sheet in sheets(questionnaire, 2, SHEETS)
    ]
    middle, most = statistics.median(times), max(times)
    return [
        Line("ms for the certainty of a sheet", middle, ANALYSIS),
        Line(f"ms at most, of {SHEETS} sheets", most, ANALYSIS),
    ]


def _analysed(questionnaire: Questionnaire, sheet: AnswerSheet) -> float:
    asked = assessment_input(questionnaire, sheet)
    diagnosis = diagnose(asked)
    staffing = staff(diagnosis)
    begin = time.process_time()
    certainty(diagnosis, staffing)
    return (time.process_time() - begin) * 1000


def main(number: int = FILES) -> int:
    """Print the table of figures; return 1 if one is beyond the tolerance, else 0."""
    questionnaire = load_bundled("kickoff")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = written(folder, questionnaire, number)
        size = statistics.mean(path.stat().st_size for path in paths)
        print(f"{number} files of {ANSWERS} answers, {size:.0f} bytes each")
        lines = [
            speed(paths, questionnaire),
            *growth(folder, number),
            *analysis(questionnaire),
        ]
    print(*lines, sep="\n")
    return int(not all(line.within_tolerance for line in lines))


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
