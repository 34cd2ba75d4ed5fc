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
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mlready.questionnaire_file import load_bundled
from tests.faults.injected import KILL, Call, Command, Fault, calls, evenly, injector
from tests.faults.sessions import SIZES, Team, broken, hold, kept, lay, strays, team

REPLIES = 5
SEED = 20261126


class Kill(NamedTuple):
    """One interview that was killed, and what came of it."""

    size: str
    saved: bool  # whether the answer just typed was in the file already
    strays: tuple[str, ...]
    broken: tuple[str, ...]


def main(number: str = "0", shim: str = "") -> int:
    """Print what came of the kills; the exit code says whether every promise held."""
    how, command = injector(shim=bool(shim))
    begin, questionnaire = time.monotonic(), load_bundled("kickoff")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "folder").mkdir()
        teams = [team(questionnaire, size, REPLIES) for size in SIZES]
        points = [
            (each, call) for each in teams for call in _points(each, command, place)
        ]
        chosen = evenly(points, int(number), SEED)
        kills = [_killed(each, call, command, place) for each, call in chosen]
    for each in teams:
        print(_row(each, [kill for kill in kills if kill.size == each.size]))
    bad = sum(bool(kill.broken) for kill in kills)
    seconds = time.monotonic() - begin
    print(f"{len(kills)} of {len(points)} calls, {how}, {seconds:.0f} s, broken: {bad}")
    return int(bool(bad))


def _points(team: Team, command: Command, place: Path) -> Iterator[Call]:
    lay(team, place / "folder")
    outcome = hold(command(place / "log", None), place / "folder", team.lines)
    if kept(place / "folder") != team.files[-1]:
        raise ValueError(f"an interview without a fault ended with {outcome}")
    return calls(place / "log", place / "folder")


def _killed(team: Team, call: Call, command: Command, place: Path) -> Kill:
    folder = place / "folder"
    lay(team, folder)
    outcome = hold(command(place / "log", Fault(call, KILL)), folder, team.lines)
    saved = kept(folder) != team.files[outcome.confirmed]
    left = tuple(strays(folder))
    met = [each[:2] for each in calls(place / "log", folder)][-1:]
    if (outcome.code, met) != (-signal.SIGKILL, [call[:2]]):
        bad: tuple[str, ...] = ("it is killed at that very call",)
    else:
        bad = tuple(broken(team, folder, outcome.confirmed))
    for promise in bad:
        print(f"broken: {promise}: {team.size}, {call}, {outcome.shown[-1]!r}")
    return Kill(team.size, saved, left, bad)


def _row(team: Team, kills: list[Kill]) -> str:
    size, saved = len(team.files[-1] or b""), sum(each.saved for each in kills)
    swept = sum(bool(each.strays) for each in kills)
    return (
        f"{team.size:6} {size:6} bytes {len(kills):4} kills:"
        f" {len(kills) - saved:4} before the save, {saved:4} after;"
        f" {swept:4} left a draft or a lock"
    )


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
