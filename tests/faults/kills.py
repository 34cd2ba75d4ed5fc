"""Kill an interview at each system call on the folder of its answers file.

    python tests/faults/kills.py [number of calls, evenly chosen; default all] [shim]

Each team of sessions.py types five answers and leaves. A first run lists the system
calls on the folder. Then the interview is repeated for each call, and killed at that
call. Checked after each kill:

* The file contains every confirmed answer, byte for byte. An answer is confirmed as
  soon as the next question is shown.
* If a file that is overwritten in place is incomplete, a backup copy contains
  these answers, and the next interview names this copy.
* The next interview continues at the right question, saves one more answer, and
  leaves only the file in the folder.

Exits with 1 when a check fails. With ``shim``, or if strace cannot trace, the interview
is killed at calls of Python functions.
"""

import signal
import sys
import time
from typing import NamedTuple

from mlready.storage.questionnaire_file import load_bundled
from tests.faults.injected import (
    KILL,
    TRIES,
    Call,
    Command,
    Fault,
    calls,
    evenly,
    injector,
)
from tests.faults.sessions import (
    KINDS,
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

REPLIES = 5
SEED = 20261126


class Kill(NamedTuple):
    """The result of one interview that was killed at a system call."""

    kind: str  # of interview; one of ``KINDS``
    saved: bool  # whether the answer typed last was in the file
    strays: bool  # whether other files were left
    broken: bool  # whether a check failed


def main(number: str = "0", shim: str = "") -> int:
    """Kill interviews, check what is saved, and print a row for each kind of interview.

    Each interview is killed at one system call. ``number`` says how many interviews
    are run; "0" means one for each call. If ``shim`` has any text, the interviews are
    killed at calls of Python functions instead. Return 1 if a check failed, else 0.
    """
    how, command, _ = injector(shim=bool(shim))
    begin, questionnaire = time.monotonic(), load_bundled("kickoff")
    teams = [team(questionnaire, kind, REPLIES) for kind in KINDS]
    with workspace() as at:
        points = [(each, call) for each in teams for call in traced(each, command, at)]
        chosen = evenly(points, int(number), SEED)
        kills = [_killed(each, call, command, at) for each, call in chosen]
    for each in teams:
        print(_row(each, [kill for kill in kills if kill.kind == each.kind]))
    bad, seconds = sum(each.broken for each in kills), time.monotonic() - begin
    print(f"{len(kills)} of {len(points)} calls, {how}, {seconds:.0f} s, broken: {bad}")
    return int(bool(bad))


def _killed(team: Team, call: Call, command: Command, at: Workspace) -> Kill:
    outcome, hit = _run(team, call, command, at)
    for _ in range(TRIES - 1):
        if hit:
            break
        outcome, hit = _run(team, call, command, at)
    saved = file_content(at.folder) in team.files[outcome.confirmed + 1 :][:1]
    left = bool(other_files(at.folder))
    if hit:
        bad = list(failed_checks(team, at.folder, outcome.confirmed))
    else:
        bad = ["the interview is killed at that call"]
    for check in bad:
        print(f"broken: {check}: {team.kind}, {call}, {outcome.shown[-1]!r}")
    return Kill(team.kind, saved, left, bool(bad))


def _run(
    team: Team, call: Call, command: Command, at: Workspace
) -> tuple[Outcome, bool]:
    """Run an interview that is to be killed at the system call ``call``.

    Return the outcome, and whether the kill came at that call.
    """
    set_up(team, at.folder)
    outcome = run_session(command(at.log, Fault(call, KILL)), at.folder, team.lines)
    last = [each[:2] for each in calls(at.log, at.folder)][-1:]
    return outcome, (outcome.code, last) == (-signal.SIGKILL, [call[:2]])


def _row(team: Team, kills: list[Kill]) -> str:
    size, saved = len(team.files[-1] or b""), sum(each.saved for each in kills)
    with_others = sum(each.strays for each in kills)
    return (
        f"{team.kind:6} {size:6} bytes {len(kills):4} kills:"
        f" {len(kills) - saved:4} before the save, {saved:4} after;"
        f" {with_others:4} left a draft, a lock or a copy"
    )


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
