"""Interviews killed at every call they make on the folder of their file.

    python tests/faults/kills.py [how many, evenly chosen; all unless told] [shim]

A team types five answers and leaves. A first run, traced, says which calls touch the
file, its folder, the drafts and the lock; then the same interview is held once for each
of these calls, and killed by SIGKILL when it makes it. For three sizes of the file:

* what was confirmed is there: the file is, byte for byte, what it was after the last
  answer that was followed by another question, or after the one that was just typed;
* the next interview goes on at the right question, saves one more answer, and leaves
  nothing but the file in the folder.

Prints for each size how many kills came before the typed answer was saved and how many
after, and how many left a draft or a lock for the next interview to remove. Exits with
1 when a promise is broken. ``shim`` kills from within Python, as it happens by itself
where strace may not trace.
"""

import signal
import sys
import time
from typing import NamedTuple

from mlready.storage.questionnaire_file import load_bundled
from tests.faults.injected import KILL, Call, Command, Fault, calls, evenly, injector
from tests.faults.sessions import (
    SIZES,
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

REPLIES = 5
SEED = 20261126


class Kill(NamedTuple):
    """One interview that was killed, and what came of it."""

    size: str
    saved: bool  # whether the answer just typed was in the file already
    strays: bool
    broken: bool


def main(number: str = "0", shim: str = "") -> int:
    """Print what came of the kills; the exit code says whether every promise held."""
    how, command, _ = injector(shim=bool(shim))
    begin, questionnaire = time.monotonic(), load_bundled("kickoff")
    teams = [team(questionnaire, size, REPLIES) for size in SIZES]
    with place() as at:
        points = [(each, call) for each in teams for call in traced(each, command, at)]
        chosen = evenly(points, int(number), SEED)
        kills = [_killed(each, call, command, at) for each, call in chosen]
    for each in teams:
        print(_row(each, [kill for kill in kills if kill.size == each.size]))
    bad, seconds = sum(each.broken for each in kills), time.monotonic() - begin
    print(f"{len(kills)} of {len(points)} calls, {how}, {seconds:.0f} s, broken: {bad}")
    return int(bool(bad))


def _killed(team: Team, call: Call, command: Command, at: Place) -> Kill:
    lay(team, at.folder)
    outcome = hold(command(at.log, Fault(call, KILL)), at.folder, team.lines)
    saved = kept(at.folder) in team.files[outcome.confirmed + 1 :][:1]
    left = bool(strays(at.folder))
    last = [each[:2] for each in calls(at.log, at.folder)][-1:]
    if (outcome.code, last) == (-signal.SIGKILL, [call[:2]]):
        bad = list(broken(team, at.folder, outcome.confirmed))
    else:
        bad = ["it is killed at that very call"]
    for promise in bad:
        print(f"broken: {promise}: {team.size}, {call}, {outcome.shown[-1]!r}")
    return Kill(team.size, saved, left, bool(bad))


def _row(team: Team, kills: list[Kill]) -> str:
    size, saved = len(team.files[-1] or b""), sum(each.saved for each in kills)
    swept = sum(each.strays for each in kills)
    return (
        f"{team.size:6} {size:6} bytes {len(kills):4} kills:"
        f" {len(kills) - saved:4} before the save, {saved:4} after;"
        f" {swept:4} left a draft or a lock"
    )


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
