import re

import pytest

from tests.faults import dependencies
from tests.faults.dependencies import Audited, UnreachableError

# As pip-audit 2.10 writes it.
HOLE = """{"id": "CVE-2025-27516", "fix_versions": ["3.1.6"],
"aliases": ["GHSA-cpwx-vrp4-4pq7"], "description": "x"}"""
ANSWER = f"""{{"dependencies": [
{{"name": "pyyaml", "version": "6.0.3", "vulns": []}},
{{"name": "jinja2", "version": "3.1.5", "vulns": [{HOLE}]}},
{{"name": "ours", "skip_reason": "not found on PyPI"}}], "fixes": []}}"""
IDS = "CVE-2025-27516, GHSA-cpwx-vrp4-4pq7"
FOUND = [
    Audited("pyyaml", "6.0.3"),
    Audited("jinja2", "3.1.5", (frozenset({"CVE-2025-27516", "GHSA-cpwx-vrp4-4pq7"}),)),
    Audited("ours", "", (), "not found on PyPI"),
]


def test_output_of_pip_audit_is_parsed():
    assert dependencies.parsed(ANSWER, "") == FOUND


@pytest.mark.parametrize(
    ("complaint", "error"),
    [
        pytest.param(
            "a\nrequests.exceptions.ConnectionError: x\n",
            UnreachableError("requests.exceptions.ConnectionError: x"),
            id="no network",
        ),
        pytest.param(
            "ERROR: Could not connect to PyPI's vulnerability feed",
            UnreachableError("ERROR: Could not connect to PyPI's vulnerability feed"),
            id="no service",
        ),
        pytest.param("no such option", RuntimeError("no such option"), id="a mistake"),
    ],
)
def test_an_audit_that_failed_is_skipped_only_for_want_of_a_service(complaint, error):
    with pytest.raises(type(error), match=f"^{re.escape(str(error))}$"):
        dependencies.parsed("", complaint)


@pytest.mark.parametrize(
    ("accepted", "said", "code"),
    [
        pytest.param({}, "NOT ACCEPTED", 1, id="a hole"),
        pytest.param(
            {"CVE-2025-27516": "no filter attr"}, "accepted: no filter attr", 0,
            id="one that does no harm",
        ),
        pytest.param({"CVE-1": "other"}, "NOT ACCEPTED", 1, id="another one accepted"),
    ],
)  # fmt: skip
def test_an_audit_says_what_is_known(monkeypatch, capsys, accepted, said, code):
    monkeypatch.setattr(dependencies, "ACCEPTED", accepted)
    monkeypatch.setattr(dependencies, "ask", lambda _: FOUND)

    assert dependencies.main([]) == code
    assert capsys.readouterr().out.splitlines() == [
        f"jinja2                   3.1.5        {IDS}: {said}",
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
            Audited("jinja2", "3.1.5"), "it is reported as safe", id="unknown hole"
        ),
    ],
)
def test_a_service_that_knows_nothing_is_none(monkeypatch, capsys, old, why):
    monkeypatch.setattr(dependencies, "find_spec", lambda _: True)
    monkeypatch.setattr(dependencies, "audit", lambda _: [old])
    told = f"skipped: the service does not know CVE-2025-27516 in jinja2==3.1.5: {why}"

    assert dependencies.main([]) == 0
    assert capsys.readouterr().out == f"dependencies: {told}\n"


def test_without_pip_audit_it_is_skipped(monkeypatch, capsys):
    monkeypatch.setattr(dependencies, "find_spec", lambda _: None)
    told = "skipped: pip-audit is not installed; the extra 'faults' has it"

    assert dependencies.main([]) == 0
    assert capsys.readouterr().out == f"dependencies: {told}\n"


def test_what_is_audited_is_all_that_is_installed_for_us():
    found = {pin.partition("==")[0] for pin in dependencies.installed([])}

    assert found >= {"jinja2", "markupsafe", "pyyaml", "typer", "wcwidth"}
    assert found.isdisjoint({"mlready", "pytest"})
