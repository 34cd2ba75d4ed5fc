"""Check mlready's dependencies for known vulnerabilities with pip-audit.

    python tests/faults/dependencies.py [EXTRA ...]

Checks all installed dependencies of mlready and of the named extras. Exits with 1 if a
vulnerability is not in ``ACCEPTED``. If pip-audit or a trusted advisory service is
missing, prints the reason and exits with 0.
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
# Known vulnerabilities without a fix, by id, each with the reason why it does not
# affect mlready.
ACCEPTED: dict[str, str] = {}

_UNREACHABLE = re.compile(
    r"^.*(?:[Cc]onnect|timed out|Timeout|HTTPError|ServiceError).*$", re.MULTILINE
)


class UnreachableError(Exception):
    """Nothing can be checked: pip-audit or a trusted advisory service is missing."""


class Audited(NamedTuple):
    """What pip-audit found about one package."""

    name: str
    version: str
    # For each known vulnerability, its ids, such as CVE-2025-27516.
    holes: tuple[frozenset[str], ...] = ()
    skipped: str = ""  # why the package was not checked, "" if it was


def installed(extras: Sequence[str]) -> Iterator[str]:
    """Yield mlready's direct and indirect dependencies, as ``name==version``."""
    seen = {OURS}
    queue = list(_requirements(OURS, extras))
    while queue:
        requirement = queue.pop(0)
        name = canonicalize_name(requirement.name)
        if name in seen:
            continue
        seen.add(name)
        yield f"{name}=={metadata.version(name)}"
        queue += _requirements(name, sorted(requirement.extras))


def _requirements(name: str, extras: Sequence[str]) -> Iterator[Requirement]:
    for requirement in map(Requirement, metadata.requires(name) or ()):
        marker = requirement.marker
        if not marker or any(marker.evaluate({"extra": e}) for e in ("", *extras)):
            yield requirement


def audit(pins: Iterable[str]) -> list[Audited]:
    """Return what pip-audit finds about packages, given as ``name==version``."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "requirements.txt")
        file.write_text("\n".join(pins), encoding="utf-8")
        options = ["--no-deps", "--disable-pip", "--progress-spinner=off", "-f", "json"]
        done = subprocess.run(
            [sys.executable, "-m", "pip_audit", *options, "-r", str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
    return parsed(done.stdout, done.stderr)


def parsed(output: str, errors: str) -> list[Audited]:
    """Return what pip-audit found, read from its standard output and error output."""
    try:
        dependencies = json.loads(output)["dependencies"]
    except ValueError:
        if found := _UNREACHABLE.findall(errors):
            raise UnreachableError(found[-1].strip()) from None
        raise RuntimeError(errors) from None
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
    """Return what pip-audit finds about the dependencies of mlready and ``extras``.

    Raises ``UnreachableError`` if nothing can be checked.
    """
    if not find_spec("pip_audit"):
        raise UnreachableError("pip-audit is not installed; the extra 'faults' has it")
    # Some package mirrors answer without having any list of vulnerabilities.
    (old,) = audit([OLD])
    if not any(OLD_HOLE in hole for hole in old.holes):
        why = old.skipped or "it is reported as safe"
        raise UnreachableError(f"the service does not know {OLD_HOLE} in {OLD}: {why}")
    return audit(installed(extras))


def lines(found: Iterable[Audited]) -> Iterator[str]:
    """Yield lines with what pip-audit found about each package in ``found``.

    A line names one known vulnerability, says that none is known, or says why the
    package was not checked.
    """
    for each in sorted(found):
        if each.skipped or not each.holes:
            yield f"{each.name:24} {each.version:12} {each.skipped or 'nothing known'}"
        for hole in each.holes:
            why = "; ".join(ACCEPTED[id_] for id_ in sorted(hole & ACCEPTED.keys()))
            status = f"accepted: {why}" if why else "NOT ACCEPTED"
            ids = ", ".join(sorted(hole))
            yield f"{each.name:24} {each.version:12} {ids}: {status}"


def broken(found: Iterable[Audited]) -> bool:
    """Return whether a package in ``found`` has a vulnerability not in ``ACCEPTED``."""
    return any(not hole & ACCEPTED.keys() for each in found for hole in each.holes)


def main(extras: Sequence[str]) -> int:
    """Print what pip-audit finds about the dependencies; return the exit code."""
    try:
        found = ask(extras)
    except UnreachableError as reason:
        print(f"dependencies: skipped: {reason}")
        return 0
    print(*lines(found), sep="\n")
    audited = sum(not each.skipped for each in found)
    print(f"dependencies: {len(found)} requested, {audited} audited")
    return int(broken(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
