"""Ask whether a hole is known in anything that mlready is built on.

    python tests/faults/dependencies.py [EXTRA ...]

Audits what is installed here of mlready's dependencies and theirs, with those of the
extras named, such as ``dev``. It needs pip-audit and a service of advisories; where one
is missing it says why it is skipped, and exits with 0. A service that does not even
know of a well-known old hole is none: a mirror of packages may answer and know nothing.
Exits with 1 where a hole is known that ACCEPTED does not name.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = "mlready"
OLD, OLD_HOLE = "jinja2==3.1.5", "CVE-2025-27516"
# Holes without a mend, by their id, and why they do no harm here.
ACCEPTED: dict[str, str] = {}

_UNREACHABLE = re.compile(
    r"^.*(?:[Cc]onnect|timed out|Timeout|HTTPError|ServiceError).*$", re.MULTILINE
)


class UnreachableError(Exception):
    """There is nobody to ask; says why."""


class Audited(NamedTuple):
    """A dependency, the ids of each of its holes, and why it could not be audited."""

    name: str
    version: str
    holes: tuple[frozenset[str], ...] = ()
    skipped: str = ""


def installed(extras: Sequence[str]) -> Iterator[str]:
    """Yield what is installed of our dependencies and theirs, as ``name==version``."""
    seen = {OURS}
    waiting = list(_needed(OURS, extras))
    while waiting:
        needed = waiting.pop(0)
        name = canonicalize_name(needed.name)
        if name in seen:
            continue
        seen.add(name)
        yield f"{name}=={metadata.version(name)}"
        waiting += _needed(name, sorted(needed.extras))


def _needed(name: str, extras: Sequence[str]) -> Iterator[Requirement]:
    for needed in map(Requirement, metadata.requires(name) or ()):
        marker = needed.marker
        if not marker or any(marker.evaluate({"extra": e}) for e in ("", *extras)):
            yield needed


def audit(pins: Iterable[str]) -> list[Audited]:
    """Ask pip-audit about exactly these; raises UnreachableError."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "requirements.txt")
        wanted.write_text("\n".join(pins), encoding="utf-8")
        options = ["--no-deps", "--disable-pip", "--progress-spinner=off", "-f", "json"]
        done = subprocess.run(
            [sys.executable, "-m", "pip_audit", *options, "-r", str(wanted)],
            capture_output=True,
            text=True,
            check=False,
        )
    return understood(done.stdout, done.stderr)


def understood(output: str, complaint: str) -> list[Audited]:
    """Return what pip-audit found; raises UnreachableError where it reached nobody.

    Raises RuntimeError where something else was wrong with it.
    """
    try:
        dependencies = json.loads(output)["dependencies"]
    except ValueError:
        if found := _UNREACHABLE.findall(complaint):
            raise UnreachableError(found[-1].strip()) from None
        raise RuntimeError(complaint) from None
    return [
        Audited(
            each["name"],
            each.get("version", ""),
            tuple(frozenset({h["id"], *h["aliases"]}) for h in each.get("vulns", ())),
            each.get("skip_reason", ""),
        )
        for each in dependencies
    ]


def ask(extras: Sequence[str]) -> list[Audited]:
    """Audit everything; raises UnreachableError where nobody knows of any hole."""
    if not find_spec("pip_audit"):
        raise UnreachableError("pip-audit is not installed; the extra 'faults' has it")
    (old,) = audit([OLD])
    if not any(OLD_HOLE in hole for hole in old.holes):
        why = old.skipped or "it is said to have no hole"
        raise UnreachableError(f"nobody tells of {OLD_HOLE} in {OLD}: {why}")
    return audit(installed(extras))


def lines(found: Iterable[Audited]) -> Iterator[str]:
    """Yield a line for each dependency and each of its holes."""
    for each in sorted(found):
        if each.skipped or not each.holes:
            yield f"{each.name:24} {each.version:12} {each.skipped or 'nothing known'}"
        for hole in each.holes:
            why = "; ".join(ACCEPTED[id_] for id_ in sorted(hole & ACCEPTED.keys()))
            told = f"accepted: {why}" if why else "NOT ACCEPTED"
            yield f"{each.name:24} {each.version:12} {', '.join(sorted(hole))}: {told}"


def broken(found: Iterable[Audited]) -> bool:
    """Return whether there is a hole that nobody has accepted."""
    return any(not hole & ACCEPTED.keys() for each in found for hole in each.holes)


def main(extras: Sequence[str]) -> int:
    """Audit, say what was found, and return the exit code."""
    try:
        found = ask(extras)
    except UnreachableError as reason:
        print(f"dependencies: skipped: {reason}")
        return 0
    print(*lines(found), sep="\n")
    print(f"dependencies: {len(found)} asked for, {sum(map(_known, found))} audited")
    return int(broken(found))


def _known(each: Audited) -> bool:
    return not each.skipped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
