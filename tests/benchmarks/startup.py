"""Compare the start-up time of mlready's commands with the time of other programs.

Run it with the Python of an environment in which mlready is installed from a wheel:

    python tests/benchmarks/startup.py [ROUNDS] [FOLDER]

Prints medians of ROUNDS ratios:

* each command, compared with Python running an empty program;
* the interview until its first question, compared with importing questionary;
* a report, compared with the main job of four other programs (peers). The peers are
  installed from PyPI into an environment in FOLDER.

With 0 rounds, only installs the peers. Exits with 1 only if a ratio is above 1.5 times
its limit, because the machine may be busy.
"""

import os
import pty
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

BIN = Path(sys.executable).parent
PROGRAM = str(BIN / "mlready")
EXAMPLE = str(Path(__file__).parents[2] / "questionnaires" / "examples" / "stilts.yaml")
FIRST_QUESTION = b"Who answers? One name, or several."
PATIENCE = 30.0  # seconds to wait for the first question of the interview
TOLERANCE = 1.5  # a figure above this multiple of its limit fails the run

Timed = Callable[[], float]


class Row(NamedTuple):
    """A row of a table: a comparison of mlready with another program."""

    name: str
    ours: Timed  # runs mlready
    theirs: Timed  # runs the other program
    bar: float | None = None  # the highest ratio allowed


class Peer(NamedTuple):
    """Another program, whose run time is compared with that of ``mlready report``."""

    name: str
    packages: tuple[str, ...]  # to be installed from PyPI
    arguments: tuple[str, ...]  # with which the program does its main job
    bar: float | None = None  # the highest ratio of mlready's time to the peer's time


PEERS = (
    Peer("deon", ("deon",), (), 0.75),
    Peer(
        "copier",
        ("copier",),
        ("copy", "-q", "--defaults", "--overwrite", "one", "made"),
        0.3,
    ),
    Peer("cookiecutter", ("cookiecutter",), ("--no-input", "-f", "-o", "made", "two")),
    Peer("repo-review", ("repo-review", "sp-repo-review"), ("three",)),
)
# For each peer that needs a project, the files of the smallest one it can be run on.
PROJECTS = {
    "one/copier.yml": "name: {type: str, default: demo}\n",
    "one/readme.txt.jinja": "{{ name }}\n",
    "two/cookiecutter.json": '{"name": "demo"}\n',
    "two/{{cookiecutter.name}}/readme.txt": "{{ cookiecutter.name }}\n",
    "three/pyproject.toml": '[project]\nname = "demo"\nversion = "1"\n',
}


def whole(
    *command: str, folder: str | None = None, fine: Sequence[int] = (0,)
) -> Timed:
    """Return a function that runs a command and returns the time in seconds.

    The function raises RuntimeError for an exit code that is not in ``fine``.
    """

    def timed() -> float:
        start = time.perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        took = time.perf_counter() - start
        if done.returncode not in fine:
            raise RuntimeError(f"{command} failed: {done.stderr.decode()[-500:]}")
        return took

    return timed


def first_question() -> float:
    """Start an interview; return the seconds until the first question is shown."""
    ours, theirs = pty.openpty()
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with subprocess.Popen(
            [PROGRAM, "interview"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
        ) as process:
            shown = b""
            while FIRST_QUESTION not in shown:
                if time.perf_counter() - start > PATIENCE:
                    raise RuntimeError(f"no first question: {shown!r}")
                shown += os.read(ours, 1 << 16)
            took = time.perf_counter() - start
            process.kill()
    os.close(ours)
    os.close(theirs)
    return took


def ratio(row: Row, rounds: int) -> float:
    """Return the median of ``rounds`` ratios: mlready's time to the other program's."""
    row.ours()
    row.theirs()
    return statistics.median(row.ours() / row.theirs() for _ in range(rounds))


def our_rows() -> list[Row]:
    """Return rows that compare the time of each command with that of bare Python.

    Bare Python is Python that runs an empty program.
    """
    bare = whole(sys.executable, "-I", "-c", "pass")
    commands: list[tuple[str, tuple[str, ...], float | None]] = [
        ("--version", ("--version",), 1.2),
        ("--help", ("--help",), 5.5),
        ("validate", ("validate", EXAMPLE), None),
        ("report", ("report", EXAMPLE), 9.0),
        ("report --format html", ("report", "--format", "html", EXAMPLE), None),
        ("report --format json", ("report", "--format", "json", EXAMPLE), None),
        ("demo", ("demo",), None),
        ("blank", ("blank",), None),
    ]
    return [Row(name, whole(PROGRAM, *rest), bare, bar) for name, rest, bar in commands]


def interview_row() -> Row:
    """Return the row for the time until an interview shows its first question.

    The row compares this time with the time to import the library questionary.
    """
    library = whole(sys.executable, "-c", "import questionary")
    return Row("interview, first question", first_question, library, 2.5)


def peer_rows(folder: Path) -> list[Row]:
    """Return a row for each program in PEERS, to compare with mlready's report.

    ``folder`` is the environment in which the programs are installed.
    """
    for name, text in PROJECTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    report = whole(PROGRAM, "report", EXAMPLE)
    return [
        Row(
            f"{peer.name} {_version(folder, peer.packages[0])}",
            report,
            # repo-review exits with 3 if a project fails its checks.
            whole(
                str(folder / "bin" / peer.name),
                *peer.arguments,
                folder=str(folder),
                fine=(0, 3),
            ),
            peer.bar,
        )
        for peer in PEERS
    ]


def installed(folder: Path) -> Path:
    """Install the programs in PEERS into an environment in ``folder``.

    Nothing is installed if the last of PEERS is there already. Returns ``folder``.
    """
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    if not (folder / "bin" / PEERS[-1].name).exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        packages = [package for peer in PEERS for package in peer.packages]
        # The console scripts that an old pip writes import more modules, so they start
        # more slowly.
        subprocess.run([*pip, "--upgrade", "pip"], check=True)
        subprocess.run([*pip, *packages], check=True)
    return folder


def _version(folder: Path, package: str) -> str:
    code = f"from importlib.metadata import version; print(version({package!r}))"
    run = [str(folder / "bin" / "python"), "-c", code]
    return subprocess.run(
        run, check=True, capture_output=True, text=True
    ).stdout.strip()


def mark(times: float, bar: float | None) -> str:
    """Return the mark for a ratio: ABOVE if above the limit, FAILED if far above.

    ``times`` is the ratio of mlready's time to another program's time. ``bar`` is the
    limit, None for no limit. Far above is above ``bar`` times ``TOLERANCE``. The mark
    is "" if the ratio is not above the limit.
    """
    if bar is None or times <= bar:
        return ""
    return "  ABOVE" if times <= TOLERANCE * bar else "  FAILED"


def table(title: str, rows: Sequence[Row], rounds: int) -> int:
    """Print each row with its measured ratio: mlready's time to the other program's.

    Return how many ratios are above ``TOLERANCE`` times their limit.
    """
    print(f"\n{title:<32}{'median':>8}{'bar':>7}")
    failed = 0
    for row in rows:
        times = ratio(row, rounds)
        ending = mark(times, row.bar)
        failed += ending.endswith("FAILED")
        print(f"{row.name:<32}{times:>8.2f}{row.bar or '':>7}{ending}", flush=True)
    return failed


def main(rounds: str = "15", folder: str = "") -> int:
    """Print tables of the ratios of mlready's times to those of other programs.

    Return 1 if a ratio is above ``TOLERANCE`` times its limit, else 0.
    """
    versions = [f"{name} {metadata.version(name)}" for name in ("mlready", "typer")]
    print(f"Python {sys.version.split()[0]}, {', '.join(versions)}, {rounds} pairs")
    with tempfile.TemporaryDirectory() as spare:
        peers = installed(Path(folder or spare).absolute())
        if not int(rounds):
            return 0
        failed = table("in bare interpreters", our_rows(), int(rounds))
        failed += table("in imports of questionary", [interview_row()], int(rounds))
        failed += table("our report, in runs of theirs", peer_rows(peers), int(rounds))
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
