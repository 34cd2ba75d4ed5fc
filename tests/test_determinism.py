"""The same answers give the same bytes on every machine."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlready.report.options import Format

EXAMPLES = Path(__file__).parent.parent / "questionnaires" / "examples"
MERMAID = ("--format", "md", "--diagrams", "mermaid", "--explain", "--heading", "3")
FORMS = {
    **{form.value: ("--format", form.value) for form in Format},
    "mermaid": MERMAID,
}


def _turkish() -> str:
    """Return a locale with other rules for upper case, or UTF-8 if it is missing."""
    if not shutil.which("locale"):
        return "C.UTF-8"
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True)
    return next((name for name in known.stdout.split() if "tr_TR" in name), "C.UTF-8")


MACHINES = (
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "1", "LC_ALL": _turkish(), "TZ": "Asia/Tokyo"},
    # Without UTF-8 mode and locale coercion, the C locale means ASCII.
    {
        "PYTHONHASHSEED": "random",
        "LC_ALL": "C",
        "TZ": "Asia/Tokyo",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
    },
    {"PYTHONHASHSEED": "random", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
)


@pytest.mark.parametrize("example", ["assistant", "ready", "stilts"])
@pytest.mark.parametrize("form", FORMS)
def test_environment_does_not_change_the_bytes(form, example):
    command = [sys.executable, "-m", "mlready", "report", f"{example}.yaml"]
    made = {
        subprocess.run(
            [*command, *FORMS[form]],
            cwd=EXAMPLES,
            env={**os.environ, **machine},
            capture_output=True,
            check=True,
        ).stdout
        for machine in MACHINES
    }

    assert len(made) == 1
    assert all(made)
