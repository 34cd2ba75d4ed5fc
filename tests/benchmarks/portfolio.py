"""Measure time and memory of ``mlready portfolio`` for thousands of answers files.

    python tests/benchmarks/portfolio.py [number of files, default 10000]

Measured are:

* the time to read and assess files, compared with only parsing them with PyYAML;
* the time per file and the highest memory, for a hundred files and for all files;
* the speed of two processes, compared with one process;
* the time to find out how certain the advice for a random sheet is.

Prints each figure with its limit. Exits with 1 only if a figure is beyond 1.5 times its
limit, because the machine may be busy.
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
from mlready.cli import worker_processes
from mlready.cli.portfolio_files import CHUNK, Settings, read_files
from mlready.model.answers import Answer, AnswerSheet, assessment_input
from mlready.model.questionnaire import Questionnaire
from mlready.storage import answers_file
from mlready.storage.answers_folders import FoundFile
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
# Bars: the lowest number of files assessed while one file is parsed; the highest peak
# memory in MiB; the highest ratio of the time per file in a run of all files to that in
# a run of a few files; the lowest speed of two processes, in that of one; the most
# milliseconds for one certainty analysis.
FASTER, MEMORY, DEARER, TWICE, ANALYSIS = 1.5, 60.0, 1.25, 1.7, 75.0
TOLERANCE = 1.5  # a figure beyond this multiple of its limit fails the run

# A script for a separate process: it does what the command does, with a given number of
# processes, and prints the seconds by the clock, the processor seconds of this process
# alone, of this process while others may work too, and of its worker processes, and the
# highest peak memory of one of them in KiB.
ALONE = r"""
import gc, re, resource, sys, time
from pathlib import Path

gc.disable()  # as the program does
from mlready.assessment.portfolio import portfolio
from mlready.cli import worker_processes
from mlready.cli.portfolio_files import Settings, read_teams
from mlready.report.options import PortfolioFormat
from mlready.report.portfolio import PortfolioSource, portfolio_document
from mlready.storage.questionnaire_file import load_bundled

def processor(who):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime

together, results = 0.0, worker_processes.results

def timed(*arguments):
    global together
    begin = time.process_time()
    yield from results(*arguments)
    together += time.process_time() - begin

worker_processes.results = timed
kickoff = load_bundled("kickoff")
folder, processes = Path(sys.argv[1]), int(sys.argv[2])
nothing = portfolio(kickoff, [])
# Loads and, without a wheel, compiles the templates.
portfolio_document(nothing, PortfolioSource(0), PortfolioFormat.HTML)
begin, before = time.perf_counter(), time.process_time()
read = read_teams([folder], Settings(kickoff), processes)
found = portfolio(kickoff, read.teams)
text = portfolio_document(found, PortfolioSource(read.files), PortfolioFormat.HTML)
own, clock = time.process_time() - before, time.perf_counter() - begin
status = Path("/proc/self/status")
# The peak that the system counts for a process includes its parent's.
most = re.search("VmHWM:\s*([0-9]+)", status.read_text()) if status.exists() else None
peak = int(most[1]) if most else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if processes > 1:
    peak = max(peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(clock, own - together, together, processor(resource.RUSAGE_CHILDREN), peak)
"""


class Run(NamedTuple):
    """The time in seconds and the memory in MiB of one run of the script ``ALONE``."""

    clock: float  # the time by the clock
    alone: float  # processor time of the main process while it works alone
    together: float  # the same while worker processes work too
    children: float  # processor time of all worker processes
    peak: float  # the highest memory of any one process

    @property
    def own(self) -> float:
        """The processor time of the main process in seconds."""
        return self.alone + self.together

    def with_cores(self, processes: int) -> float:
        """Estimate how many seconds the run would take if each process had a core."""
        return self.alone + (self.together + self.children) / processes


class Line(NamedTuple):
    """A measured figure with its limit."""

    what: str
    figure: float
    bar: float  # the limit
    lowest: bool = False  # whether the limit is the lowest value allowed
    by_clock: bool = False  # depends on the load of the machine, so never fails a run

    @property
    def times(self) -> float:
        """The figure relative to the limit; more than 1 is beyond the limit."""
        return self.bar / self.figure if self.lowest else self.figure / self.bar

    def __str__(self) -> str:
        sign = ">=" if self.lowest else "<="
        mark = (
            ""
            if self.times <= 1
            else "  ABOVE"
            if self.within_tolerance
            else "  FAILED"
        )
        return f"{self.what:<42}{self.figure:>8.2f}  {sign} {self.bar}{mark}"

    @property
    def within_tolerance(self) -> bool:
        """Whether the figure is within the tolerance; times by the clock always are."""
        return self.by_clock or self.times <= TOLERANCE


def sheets(questionnaire: Questionnaire, seed: int, number: int) -> list[AnswerSheet]:
    """Return ``number`` random answer sheets with ``ANSWERS`` answers each."""
    rng = random.Random(seed)
    endless = (
        team.sheet
        for team in teams(questionnaire, sys.maxsize, rng)
        if len(team.questions) >= ANSWERS
    )
    return [_with_remarks(each, questionnaire, rng) for each in islice(endless, number)]


def _with_remarks(
    sheet: AnswerSheet, questionnaire: Questionnaire, rng: random.Random
) -> AnswerSheet:
    """Return the sheet with ``ANSWERS`` answers, some of them with a remark."""
    ids = [question.id for question in assessment_input(questionnaire, sheet).questions]
    free = {
        r: n for r, n in sheet.available.items() if questionnaire.roles[r].available
    }
    answers = {}
    for id_ in ids[:ANSWERS]:
        given = sheet.answer(id_)
        answer = given if given.given else Answer(unknown=True)
        if rng.random() < REMARKED:
            remark = rng.choice(REMARKS)
            answer = remark._replace(level=answer.level, unknown=answer.unknown)
        answers[id_] = answer
    return sheet._replace(available=free, answers=answers)


def written(folder: Path, questionnaire: Questionnaire, number: int) -> list[Path]:
    """Write ``number`` random answers files to a folder, and return the paths."""
    paths = [folder / f"{n}.yaml" for n in range(number)]
    for path, sheet in zip(paths, sheets(questionnaire, 1, number), strict=True):
        path.write_text(answers_file.dump(sheet, questionnaire), encoding="utf-8")
    return paths


def assess(paths: Sequence[Path], settings: Settings) -> None:
    """Read and assess the answers files ``paths`` as ``mlready portfolio`` does.

    No other process is started.
    """
    for start in range(0, len(paths), CHUNK):
        files = [FoundFile(str(path), named=False) for path in paths[start:][:CHUNK]]
        read_files(settings, files)


def parse(paths: Sequence[Path]) -> None:
    for path in paths:
        yaml.load(path.read_bytes(), yaml.CSafeLoader)


def speed(paths: Sequence[Path], questionnaire: Questionnaire) -> Line:
    """Return how many files are assessed in the time in which PyYAML parses one."""
    ratios, settings = [], Settings(questionnaire)
    for start in range(0, len(paths), BATCH):
        batch = paths[start : start + BATCH]
        # In each batch, so that changes in machine speed affect both.
        begin = time.process_time()
        assess(batch, settings)
        between = time.process_time()
        parse(batch)
        ratios.append((time.process_time() - between) / (between - begin))
    figure = statistics.median(ratios)
    return Line("files assessed while one is parsed", figure, FASTER, lowest=True)


def measured(folder: Path, processes: int = 1) -> Run:
    """Write the portfolio of a folder in a new process; return its time and memory."""
    run = [sys.executable, "-c", ALONE, str(folder), str(processes)]
    done = subprocess.run(run, check=True, capture_output=True, text=True)
    clock, own, shared, children, kibibytes = map(float, done.stdout.split())
    return Run(clock, own, shared, children, kibibytes / 1024)


def growth(few: Path, many: Path, number: int) -> list[Line]:
    """Return by how much mlready's time per file grows from folder ``few`` to ``many``.

    Two more lines give the highest memory that mlready used for each folder.
    ``number`` is how many files ``many`` has.
    """
    pairs = [(measured(few), measured(many)) for _ in range(3)]
    dearer = statistics.median(
        big.own / number / (small.own / FEW) for small, big in pairs
    )
    return [
        Line(f"a file among {number} against among {FEW}", dearer, DEARER),
        Line(f"MiB at most, {FEW} files", max(run.peak for run, _ in pairs), MEMORY),
        Line(f"MiB at most, {number} files", max(run.peak for _, run in pairs), MEMORY),
    ]


def cores(folder: Path) -> list[Line]:
    """Return how many times faster two processes assess a folder than one does.

    One more line has the highest memory of one of the two processes.
    """
    pairs = [(measured(folder), measured(folder, 2)) for _ in range(3)]
    free = statistics.median(one.own / two.with_cores(2) for one, two in pairs)
    clock = statistics.median(one.clock / two.clock for one, two in pairs)
    peak = max(two.peak for _, two in pairs)
    lines = [
        Line("two processes against one, two free cores", free, TWICE, lowest=True),
        Line("MiB at most, one of two processes", peak, MEMORY),
    ]
    if worker_processes.cores() > 1:
        text = "two processes against one, by the clock"
        lines.append(Line(text, clock, TWICE, lowest=True, by_clock=True))
    return lines


def analysis(questionnaire: Questionnaire) -> list[Line]:
    """Return the median and the longest time to find out how certain the advice is.

    The unit is the median time of one diagnosis with its staffing, since a limit in
    seconds would depend on the machine. On the machine of RESULTS.md, the unit is about
    0.26 ms.
    """
    seconds = [
        [min(times) for times in zip(*runs, strict=True)]
        for sheet in sheets(questionnaire, 2, SHEETS)
        for runs in [[_analysed(questionnaire, sheet) for _ in range(3)]]
    ]
    diagnosed, analysed = zip(*seconds, strict=True)
    unit = statistics.median(diagnosed)
    middle, most = statistics.median(analysed) / unit, max(analysed) / unit
    return [
        Line("certainty of a sheet, in diagnoses", middle, ANALYSIS),
        Line(f"the same at most, of {SHEETS} sheets", most, ANALYSIS),
    ]


def _analysed(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[float, float]:
    """Return the processor seconds of diagnosis with staffing, and of ``certainty``."""
    begin = time.process_time()
    diagnosis = diagnose(assessment_input(questionnaire, sheet))
    staffing = staff(diagnosis)
    between = time.process_time()
    certainty(diagnosis, staffing)
    return between - begin, time.process_time() - between


def main(number: int = FILES) -> int:
    """Measure with ``number`` files; return 1 if a figure fails the run, else 0."""
    questionnaire = load_bundled("kickoff")
    with tempfile.TemporaryDirectory() as name:
        few, many = Path(name, "few"), Path(name, "many")
        for folder in (few, many):
            folder.mkdir()
        paths = written(many, questionnaire, number)
        for path in paths[:FEW]:
            (few / path.name).hardlink_to(path)
        size = statistics.mean(path.stat().st_size for path in paths)
        print(f"{number} files of {ANSWERS} answers, {size:.0f} bytes each")
        lines = [
            speed(paths, questionnaire),
            *growth(few, many, number),
            *cores(many),
            *analysis(questionnaire),
        ]
    print(*lines, sep="\n")
    return int(not all(line.within_tolerance for line in lines))


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
