"""Save a file while another process changes it, and check that no version is lost.

    python tests/faults/races.py [runs of each kind, default 500]

The other process acts at a random time before, during or after the save. The kinds of
race are:

* ``editor``: the process replaces the file.
* ``created``: the process creates the file, which does not exist before the race.
* ``link``: the file is a symbolic link, and the process makes the link point to
  another document, which must not change.

The change that the process makes must be kept, whether it comes before or after the
save: in kind ``link``, the link must point to the other document at the end. No
temporary file of the save may be left. Exits with 1 if a race ends otherwise.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from mlready.errors import ConflictError
from mlready.storage.atomic_file import digest, save

OLD, OURS, THEIRS = b"old\n", b"ours\n", b"theirs\n"
KINDS = ("editor", "created", "link")
SEED = 20261129
EDITOR = """
import os, sys, time
for line in sys.stdin:
    delay, source, target = line.rstrip("\\n").split("\\t")
    end = time.perf_counter() + float(delay)
    while time.perf_counter() < end:
        pass
    os.replace(source, target)
    print(flush=True)
"""


class Count(NamedTuple):
    """How many saves were refused, and how many races were lost.

    A race is lost if the save undoes the change that the other process made. A race
    whose save leaves a temporary file behind is lost, too.
    """

    refused: int
    lost: int


def race(kind: str, runs: int) -> Count:
    """Run ``runs`` races of a save with another process; return how these ended.

    ``kind``, one of ``KINDS``, says what the other process does to the file.
    """
    rng, refused, lost = random.Random(SEED), 0, 0
    with (
        tempfile.TemporaryDirectory() as name,
        subprocess.Popen(
            [sys.executable, "-c", EDITOR],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as editor,
    ):
        duration = _duration(Path(name, "timed"))
        for number in range(runs):
            folder = Path(name, str(number))
            folder.mkdir()
            done = _run(kind, folder, rng.uniform(-0.2, 1.2) * duration, editor)
            refused, lost = refused + done.refused, lost + done.lost
        assert editor.stdin
        editor.stdin.close()
    return Count(refused, lost)


def _duration(path: Path) -> float:
    """Return the median duration of a save in seconds."""
    path.write_bytes(OLD)
    times = []
    for number in range(21):
        start = time.perf_counter()
        save(path, str(number).encode(), last=digest(path.read_bytes()))
        times.append(time.perf_counter() - start)
    return sorted(times)[10]


def _run(
    kind: str, folder: Path, delay: float, editor: "subprocess.Popen[str]"
) -> Count:
    path, other, prepared = folder / "a.md", folder / "other.md", folder / "prepared"
    other.write_bytes(THEIRS)
    if kind == "link":
        path.symlink_to("first.md")
        (folder / "first.md").write_bytes(OLD)
        prepared.symlink_to("other.md")
    else:
        prepared.write_bytes(THEIRS)
        if kind == "editor":
            path.write_bytes(OLD)
    assert editor.stdin
    assert editor.stdout
    print(max(delay, 0), prepared, path, sep="\t", file=editor.stdin, flush=True)
    time.sleep(max(-delay, 0))
    try:
        save(path, OURS, last=None if kind == "created" else digest(OLD))
        refused = False
    except ConflictError:
        refused = True
    editor.stdout.readline()
    kept = path.read_bytes() == other.read_bytes() == THEIRS
    left = {each for each in os.listdir(folder) if each.endswith("-draft")}  # noqa: PTH208 - names only
    return Count(int(refused), int(not kept or bool(left)))


def main(runs: str = "500") -> int:
    """Print the results of each kind of race; return 1 if a race is lost, else 0."""
    counts = {kind: race(kind, int(runs)) for kind in KINDS}
    for kind, count in counts.items():
        print(f"{kind:8} {runs} runs: {count.refused:4} refused, {count.lost} lost")
    return int(any(count.lost for count in counts.values()))


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
