"""Check mlready's dependencies for known vulnerabilities with pip-audit.

    python tests/faults/dependencies.py [EXTRA ...]

Checks the installed direct and indirect dependencies of mlready, including those of the
named extras, such as ``dev``. This needs pip-audit and an advisory service, which lists
vulnerabilities. If one of the two is missing, prints the reason and exits with 0. A
service is not trusted if it does not know a well-known old vulnerability: some package
mirrors answer without having any list. Exits with 1 if a vulnerability is found that is
not in ``ACCEPTED``.
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
    """What pip-audit found about one package.

    Args:
        name: the name of the package.
        version: its installed version.
        holes: a set of identifiers for each known vulnerability, such as
            CVE-2025-27516.
        skipped: why pip-audit could not check the package, "" if it could.
    """

    name: str
    version: str
    holes: tuple[frozenset[str], ...] = ()
    skipped: str = ""


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
    """Check packages with pip-audit.

    ``pins`` are packages with versions, as ``name==version``. Raises UnreachableError
    if no advisory service can be reached.
    """
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
    """Return what pip-audit found, read from what it printed.

    ``output`` is its standard output, ``errors`` its error output. Raises
    UnreachableError if pip-audit could not reach an advisory service, and RuntimeError
    if it failed for another reason.
    """
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
    """Check mlready's dependencies, and those of its ``extras``, with pip-audit.

    Raises UnreachableError if pip-audit is missing or no advisory service is trusted.
    """
    if not find_spec("pip_audit"):
        raise UnreachableError("pip-audit is not installed; the extra 'faults' has it")
    (old,) = audit([OLD])
    if not any(OLD_HOLE in hole for hole in old.holes):
        why = old.skipped or "it is reported as safe"
        raise UnreachableError(f"the service does not know {OLD_HOLE} in {OLD}: {why}")
    return audit(installed(extras))


def lines(found: Iterable[Audited]) -> Iterator[str]:
    """Yield a line to print for each vulnerability and each package without any."""
    for each in sorted(found):
        if each.skipped or not each.holes:
            yield f"{each.name:24} {each.version:12} {each.skipped or 'nothing known'}"
        for hole in each.holes:
            why = "; ".join(ACCEPTED[id_] for id_ in sorted(hole & ACCEPTED.keys()))
            status = f"accepted: {why}" if why else "NOT ACCEPTED"
            ids = ", ".join(sorted(hole))
            yield f"{each.name:24} {each.version:12} {ids}: {status}"


def broken(found: Iterable[Audited]) -> bool:
    """Return whether a package has a vulnerability that is not in ``ACCEPTED``."""
    return any(not hole & ACCEPTED.keys() for each in found for hole in each.holes)


def main(extras: Sequence[str]) -> int:
    """Check the dependencies and print what was found; return the exit code."""
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
