"""Fixtures and command-line options that all tests share."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from mlready.model.questionnaire import Questionnaire
from mlready.storage.questionnaire_file import load, load_bundled
from tests.precompiled import link_package
from tests.program import Program

DATA = Path(__file__).parent / "data"
GOLDEN = Path(__file__).parent / "golden"

# Tests that are left out on Windows, where pexpect has no pseudo-terminals and pipes
# behave differently.
TERMINALS = [
    "test_saving_faults.py",
    "test_security.py",
    "test_streams.py",
    "test_terminal.py",
    "test_terminal_faults.py",
    "test_terminal_meeting.py",
]
if sys.platform == "win32":
    collect_ignore = TERMINALS
else:
    pytest_plugins = ["tests.terminal"]

# Test files that start the program, a terminal or another tool, run whole interviews,
# render or read hundreds of documents, or run a large part of a campaign in
# `tests/faults` or `tests/benchmarks`. They take most of the time of a test run, and
# `-m "not slow"` leaves them out.
SLOW = {
    "test_action.py",
    "test_agenda_document.py",
    "test_ask.py",
    "test_browser.py",
    "test_certainty.py",
    "test_cli.py",
    "test_comparison_document.py",
    "test_conditions.py",
    "test_csv_export.py",
    "test_determinism.py",
    "test_docs.py",
    "test_flow.py",
    "test_form.py",
    "test_form_in_browser.py",
    "test_fuzz_targets.py",
    "test_report_diff.py",
    "test_hooks.py",
    "test_hostile_notes.py",
    "test_html.py",
    "test_job_profiles.py",
    "test_json_export.py",
    "test_judgement.py",
    "test_limited_process.py",
    "test_markdown_host.py",
    "test_mutants.py",
    "test_pipelines.py",
    "test_portfolio_document.py",
    "test_prompt_keys.py",
    "test_properties.py",
    "test_report_writer.py",
    "test_redaction.py",
    "test_saving_faults.py",
    "test_security.py",
    "test_sponsor_page.py",
    "test_start_up.py",
    "test_streams.py",
    "test_terminal.py",
    "test_terminal_faults.py",
    "test_terminal_meeting.py",
    "test_terminal_prompts.py",
    "test_typed_texts.py",
    "test_user_templates.py",
    "test_wheel_build.py",
    "test_worker_processes.py",
}


# A shell starts background jobs with Ctrl-C ignored, and all programs started by the
# tests would inherit that: tests that press Ctrl-C would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Mark slow tests; with --update-golden, keep only tests with golden files."""
    for item in items:
        if item.path.name in SLOW:
            item.add_marker(pytest.mark.slow)
    if config.getoption("--update-golden"):
        others = [item for item in items if not _can_update_golden(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if _can_update_golden(item)]


def _can_update_golden(item: pytest.Item) -> bool:
    return "update_golden" in getattr(item, "fixturenames", ())


# Test files with a fixture that takes seconds, such as an installation: one worker
# runs all tests of such a file, and has to make the fixture only once. Tests in a
# browser are not listed: each worker can start one in a fraction of their time.
ON_ONE_WORKER = {
    "test_action.py",
    "test_determinism.py",
    "test_start_up.py",
}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Run all tests of each file in ``ON_ONE_WORKER`` on one worker."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if Path(file).name in ON_ONE_WORKER else nodeid

    return Scheduling(config, log)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Precompile the templates for programs that slow tests start."""
    slow = any(item.get_closest_marker("slow") for item in session.items)
    if slow and sys.platform != "win32" and find_spec("hatchling"):
        folder = tempfile.TemporaryDirectory(prefix="mlready-tests-")
        session.config.add_cleanup(folder.cleanup)
        Path(folder.name).chmod(0o755)  # some programs run as another user
        link_package(Path(folder.name))
        os.environ["PYTHONPATH"] = folder.name
        if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
            # Each program would compile all of mlready, which takes half of its time.
            os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder.name) / "cache")


# A busy machine can make an example slow; hypothesis must not fail the test for that.
# With 25 examples the tests kill nearly all mutants (tests/faults/mutants.py); the
# campaigns in tests/faults and tests/benchmarks try more.
settings.register_profile(
    "patient",
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def program() -> Iterator[Program]:
    """Return a server that runs ``mlready`` without starting Python for each run."""
    with Program() as server:
        yield server


@pytest.fixture(scope="session")
def kickoff() -> Questionnaire:
    return load_bundled("kickoff")


@pytest.fixture(scope="session")
def small() -> Questionnaire:
    return load(DATA / "small.yaml")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="update the golden files; review the diff before you commit it",
    )
    parser.addoption(
        "--screenshots",
        metavar="FOLDER",
        help="keep screenshots of the browser tests in this folder",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Return whether tests write golden files instead of comparing with them."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def golden(*, update_golden: bool) -> Callable[[str, str], None]:
    """Return a function that compares a document with its golden (expected) file.

    With --update-golden, the function first writes the document to that file.
    """

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if update_golden:
            path.write_bytes(text.encode())
        assert text == path.read_text(encoding="utf-8")

    return check
