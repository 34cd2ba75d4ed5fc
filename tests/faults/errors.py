"""Interviews whose calls on the folder of their file fail, each with several errors.

    python tests/faults/errors.py [how many, evenly chosen; all unless told] [shim]

A team half through types two answers and leaves. A first run, traced, says which calls
touch the file, its folder, the drafts and the lock; then the same interview is held
once for each of these calls and each error, and the call fails with it. Whoever is
asked whether to save once more says yes.

* The interview goes on and ends like any other, with both answers in the file; or it
  ends with exit code 5, and one line that says why;
* of an interruption (EINTR) where the system has them, nobody hears;
* what was confirmed is there, as it was written, and nothing stray is left, unless it
  is the removing that failed, or the lock that could not be taken;
* the next interview goes on, saves one more answer, and leaves nothing stray.

Prints for each error how many interviews went on, how many of them after a second try,
and how many were given up. Exits with 1 when a promise is broken. ``shim`` fails from
within Python, as it happens by itself where strace may not trace.
"""

import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

from mlready.errors import StorageError
from mlready.storage.questionnaire_file import load_bundled
from tests.faults.injected import Command, Fault, calls, evenly, injector
from tests.faults.sessions import (
    LEFT,
    NAME,
    Outcome,
    Place,
    Team,
    broken,
    hold,
    kept,
    lay,
    place,
    strays,
    team,
    traced,
)

LOCK = f".{NAME}.lock"
INTERRUPTION = "EINTR"  # Python itself takes care of it, out of sight of the shim
ERRORS = ("ENOSPC", "EIO", "EACCES", "EROFS")
# What a signal can interrupt: listing a folder or renaming a file is not among them.
INTERRUPTED = {"openat", "read", "write", "fsync", "fchmod", "flock"}
REPLIES = 2
SEED = 20261126


class Failure(NamedTuple):
    """One interview with a call that failed, and what came of it."""

    error: str
    outcome: Outcome
    broken: bool


def main(number: str = "0", shim: str = "") -> int:
    """Print what came of the errors; the exit code says whether every promise held."""
    how, command, in_kernel = injector(shim=bool(shim))
    begin, half = time.monotonic(), team(load_bundled("kickoff"), "half", REPLIES)
    errors = [*ERRORS, *([INTERRUPTION] if in_kernel else [])]
    with place() as at:
        points = [
            Fault(call, f"error={error}")
            for call in traced(half, command, at)
            for error in errors
        ]
        chosen = evenly(points, int(number), SEED)
        failures = [_failed(half, fault, command, at) for fault in chosen]
    for error in errors:
        print(_row(error, [each for each in failures if each.error == error]))
    bad, seconds = sum(each.broken for each in failures), time.monotonic() - begin
    print(
        f"{len(chosen)} of {len(points)} calls, {how}, {seconds:.0f} s, broken: {bad}"
    )
    return int(bool(bad))


def _failed(team: Team, fault: Fault, command: Command, at: Place) -> Failure:
    lay(team, at.folder)
    outcome = hold(command(at.log, fault), at.folder, team.lines)
    bad = [
        *_missed(fault, at),
        *_ended_badly(team, fault, outcome, at),
        *broken(team, at.folder, outcome.confirmed),
    ]
    for promise in bad:
        print(f"broken: {promise}: {fault}, {outcome.code}, {outcome.shown[-1]!r}")
    return Failure(fault.does.removeprefix("error="), outcome, bool(bad))


def _missed(fault: Fault, at: Place) -> Iterator[str]:
    if fault.call[:2] not in [call[:2] for call in calls(at.log, at.folder)]:
        yield "that very call fails"


def _ended_badly(
    team: Team, fault: Fault, outcome: Outcome, at: Place
) -> Iterator[str]:
    said = [line for line in outcome.shown[-1].splitlines() if "mlready: " in line]
    if outcome.code not in {LEFT, StorageError.exit_code} or len(said) != 1:
        yield "it goes on, or says why not in one line"
    if outcome.code == LEFT and kept(at.folder) != team.files[-1]:
        yield "what goes on has saved everything"
    if _interrupts(fault) and (outcome.code != LEFT or outcome.again):
        yield "nobody hears of an interruption"
    may_stay = fault.call.name == "unlink" or not outcome.begun
    if strays(at.folder) not in ([], [LOCK] if may_stay else []):
        yield "nothing stray is left"


def _interrupts(fault: Fault) -> bool:
    return (
        fault.does == f"error={INTERRUPTION}"
        and fault.call.name in INTERRUPTED
        and "O_DIRECTORY" not in fault.call.line
    )


def _row(error: str, failures: list[Failure]) -> str:
    on = [each for each in failures if each.outcome.code == LEFT]
    again = sum(bool(each.outcome.again) for each in on)
    return (
        f"{error:7} {len(failures):4} calls: {len(on):4} interviews went on,"
        f" {again:4} of them by a second try; {len(failures) - len(on):4} given up"
    )


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
