"""A vulnerable dependency fails the audit, unless the vulnerability is accepted.

The audit is skipped if pip-audit or a trusted service of advisories is missing.
"""

import re

import pytest

from tests.faults import dependencies
from tests.faults.dependencies import Audited, UnreachableError

# Sample output in the JSON format of pip-audit 2.10.
VULNERABILITY = """{"id": "CVE-2025-27516", "fix_versions": ["3.1.6"],
"aliases": ["GHSA-cpwx-vrp4-4pq7"], "description": "x"}"""
OUTPUT = f"""{{"dependencies": [
{{"name": "pyyaml", "version": "6.0.3", "vulns": []}},
{{"name": "jinja2", "version": "3.1.5", "vulns": [{VULNERABILITY}]}},
{{"name": "ours", "skip_reason": "not found on PyPI"}}], "fixes": []}}"""
IDS = "CVE-2025-27516, GHSA-cpwx-vrp4-4pq7"
FOUND = [
    Audited("pyyaml", "6.0.3"),
    Audited("jinja2", "3.1.5", (frozenset({"CVE-2025-27516", "GHSA-cpwx-vrp4-4pq7"}),)),
    Audited("ours", "", (), "not found on PyPI"),
]


def test_pip_audit_output_is_parsed_into_packages_with_their_vulnerabilities():
    assert dependencies.parsed(OUTPUT, "") == FOUND


@pytest.mark.parametrize(
    ("stderr", "error"),
    [
        pytest.param(
            "a\nrequests.exceptions.ConnectionError: x\n",
            UnreachableError("requests.exceptions.ConnectionError: x"),
            id="no network",
        ),
        pytest.param(
            "ERROR: Could not connect to PyPI's vulnerability feed",
            UnreachableError("ERROR: Could not connect to PyPI's vulnerability feed"),
            id="unreachable service",
        ),
        pytest.param(
            "no such option", RuntimeError("no such option"), id="usage error"
        ),
    ],
)
def test_audit_tells_an_unreachable_service_from_other_failures(stderr, error):
    with pytest.raises(type(error), match=f"^{re.escape(str(error))}$"):
        dependencies.parsed("", stderr)


@pytest.mark.parametrize(
    ("accepted", "status", "code"),
    [
        pytest.param({}, "NOT ACCEPTED", 1, id="vulnerability not accepted"),
        pytest.param(
            {"CVE-2025-27516": "no filter attr"}, "accepted: no filter attr", 0,
            id="accepted vulnerability",
        ),
        pytest.param(
            {"CVE-1": "other"}, "NOT ACCEPTED", 1, id="another vulnerability accepted"
        ),
    ],
)  # fmt: skip
def test_dependency_audit_prints_one_line_for_each_dependency(
    monkeypatch, capsys, accepted, status, code
):
    monkeypatch.setattr(dependencies, "ACCEPTED", accepted)
    monkeypatch.setattr(dependencies, "ask", lambda _: FOUND)

    assert dependencies.main([]) == code
    assert capsys.readouterr().out.splitlines() == [
        f"jinja2                   3.1.5        {IDS}: {status}",
        "ours                                  not found on PyPI",
        "pyyaml                   6.0.3        nothing known",
        "dependencies: 3 requested, 2 audited",
    ]


@pytest.mark.parametrize(
    ("old", "why"),
    [
        pytest.param(
            Audited("jinja2", "", (), "not found"), "not found", id="unknown package"
        ),
        pytest.param(
            Audited("jinja2", "3.1.5"),
            "it is reported as safe",
            id="unknown vulnerability",
        ),
    ],
)
def test_dependency_audit_is_skipped_if_the_service_misses_a_well_known_vulnerability(
    monkeypatch, capsys, old, why
):
    monkeypatch.setattr(dependencies, "find_spec", lambda _: True)
    monkeypatch.setattr(dependencies, "audit", lambda _: [old])
    message = (
        f"skipped: the service does not know CVE-2025-27516 in jinja2==3.1.5: {why}"
    )

    assert dependencies.main([]) == 0
    assert capsys.readouterr().out == f"dependencies: {message}\n"


def test_dependency_audit_is_skipped_if_pip_audit_is_not_installed(monkeypatch, capsys):
    monkeypatch.setattr(dependencies, "find_spec", lambda _: None)
    message = "skipped: pip-audit is not installed; the extra 'faults' has it"

    assert dependencies.main([]) == 0
    assert capsys.readouterr().out == f"dependencies: {message}\n"


def test_dependency_audit_includes_direct_and_indirect_dependencies():
    found = {pin.partition("==")[0] for pin in dependencies.installed([])}

    assert found >= {"jinja2", "markupsafe", "pyyaml", "typer", "wcwidth"}
    assert found.isdisjoint({"mlready", "pytest"})
