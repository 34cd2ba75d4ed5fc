"""What several tests need."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from mlready.model.questionnaire import Questionnaire
from mlready.storage.questionnaire_file import load, load_bundled

DATA = Path(__file__).parent / "data"
GOLDEN = Path(__file__).parent / "golden"

# Windows has no pseudo-terminals that pexpect could drive, and other pipes.
TERMINALS = [
    "test_saving_faults.py",
    "test_security.py",
    "test_streams.py",
    "test_terminal.py",
    "test_terminal_faults.py",
]
if sys.platform == "win32":
    collect_ignore = TERMINALS
else:
    pytest_plugins = ["tests.terminal"]

# That a machine is busy says nothing about the code.
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


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
        help="write the golden files anew; read the difference before you commit it",
    )
    parser.addoption(
        "--screenshots",
        metavar="FOLDER",
        help="keep what the browser shows there, to be looked at",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Hold a whole document against the one that was read and found good."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.write_bytes(text.encode())
        assert text == path.read_text(encoding="utf-8")

    return check
