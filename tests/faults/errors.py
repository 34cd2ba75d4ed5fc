"""Make each system call that saves an interview fail with each of several errors.

    python tests/faults/errors.py [number of calls, evenly chosen; default all] [shim]

In each interview, two answers are typed. A first interview lists the system calls on
the folder of the answers file. Then one interview is run for each call and each error.
All this is done twice: for an answers file that is replaced, and for one that is
overwritten in place. Checked:

* The interview continues and both typed answers are in the file, or it ends with exit
  code 5 and one line that says why.
* An interruption (EINTR) has no effect.
* Every confirmed answer is in the file. No other file is left, unless removing the
  file or taking the lock failed.
* The next interview continues, saves one more answer, and leaves no other file.

Exits with 1 when a check fails. With ``shim``, or if strace cannot trace, calls of
Python functions fail instead of system calls.
"""

import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

from mlready.errors import StorageError
from mlready.storage.atomic_file import TEMPORARY
from mlready.storage.questionnaire_file import load_bundled
from tests.faults.injected import TRIES, Command, Fault, calls, evenly, injector
from tests.faults.sessions import (
    COPY,
    LEFT,
    LINKED,
    NAME,
    Outcome,
    Team,
    Workspace,
    failed_checks,
    file_content,
    other_files,
    run_session,
    set_up,
    team,
    traced,
    workspace,
)

LOCK = f".{NAME}.lock"
# The shim cannot inject EINTR, because Python itself handles this error.
INTERRUPTION = "EINTR"
ERRORS = ("ENOSPC", "EIO", "EACCES", "EROFS")
# System calls that a signal can interrupt. A signal cannot interrupt listing a folder
# or renaming a file.
INTERRUPTED = {"openat", "read", "write", "fsync", "fchmod", "flock"}
REPLIES = 2
SEED = 20261126


class Failure(NamedTuple):
    """The result of one interview in which one system call failed."""

    error: str  # the name of the error, such as EIO
    outcome: Outcome
    broken: bool  # whether a check failed


def main(number: str = "0", shim: str = "") -> int:
    """Run interviews in each of which a system call fails, and check what is saved.

    ``number`` says how many interviews are run; "0" means one for each call and each
    error. If ``shim`` is not "", calls of Python functions fail instead. Print a row
    for each error, such as EIO. Return 1 if a check failed, else 0.
    """
    how, command, in_kernel = injector(shim=bool(shim))
    begin, questionnaire = time.monotonic(), load_bundled("kickoff")
    teams = [team(questionnaire, kind, REPLIES) for kind in ("half", LINKED)]
    errors = [*ERRORS, *([INTERRUPTION] if in_kernel else [])]
    with workspace() as at:
        points = [
            (each, Fault(call, f"error={error}"))
            for each in teams
            for call in traced(each, command, at)
            for error in errors
        ]
        chosen = evenly(points, int(number), SEED)
        failures = [_failed(each, fault, command, at) for each, fault in chosen]
    for error in errors:
        print(_row(error, [each for each in failures if each.error == error]))
    bad, seconds = sum(each.broken for each in failures), time.monotonic() - begin
    print(
        f"{len(chosen)} of {len(points)} calls, {how}, {seconds:.0f} s, broken: {bad}"
    )
    return int(bool(bad))


def _failed(team: Team, fault: Fault, command: Command, at: Workspace) -> Failure:
    outcome = _run(team, fault, command, at)
    for _ in range(TRIES - 1):
        if not [*_missed(fault, at)]:
            break
        outcome = _run(team, fault, command, at)
    bad = [
        *_missed(fault, at),
        *_ended_badly(team, fault, outcome, at),
        *failed_checks(team, at.folder, outcome.confirmed),
    ]
    for check in bad:
        print(f"broken: {check}: {fault}, {outcome.code}, {outcome.shown[-1]!r}")
    return Failure(fault.does.removeprefix("error="), outcome, bool(bad))


def _run(team: Team, fault: Fault, command: Command, at: Workspace) -> Outcome:
    set_up(team, at.folder)
    return run_session(command(at.log, fault), at.folder, team.lines)


def _missed(fault: Fault, at: Workspace) -> Iterator[str]:
    if fault.call[:2] not in [call[:2] for call in calls(at.log, at.folder)]:
        yield "the chosen call fails"


def _ended_badly(
    team: Team, fault: Fault, outcome: Outcome, at: Workspace
) -> Iterator[str]:
    messages = [line for line in outcome.shown[-1].splitlines() if "mlready: " in line]
    if outcome.code not in {LEFT, StorageError.exit_code} or len(messages) != 1:
        yield "it continues, or says why not in one line"
    if outcome.code == LEFT and file_content(at.folder) != team.files[-1]:
        yield "an interview that continues saves everything"
    if _interrupts(fault) and (outcome.code != LEFT or outcome.again):
        yield "an interruption has no effect"
    may_stay = fault.call.name == "unlink" or not outcome.begun
    # A file may remain if the call that failed was to remove it; the next interview
    # removes a temporary file. The copy made before overwriting may also remain if the
    # call that failed was to restore the file.
    others = [
        name
        for name in other_files(at.folder)
        if not may_stay or (name != COPY and not name.endswith(TEMPORARY))
    ]
    if others not in ([], [LOCK] if may_stay else []):
        yield "no other file is left"


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
