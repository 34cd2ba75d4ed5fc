"""The same answers give a report with the same bytes on every machine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mlready.report.options import Format

EXAMPLES = Path(__file__).parent.parent / "questionnaires" / "examples"
MERMAID = ("--format", "md", "--diagrams", "mermaid", "--explain", "--heading", "3")
FORMAT_OPTIONS = {
    **{each.value: ("--format", each.value) for each in Format},
    "mermaid": MERMAID,
}


def turkish_locale() -> str:
    """Return the name of a Turkish locale, or C.UTF-8 if none is installed.

    Turkish changes letters to upper and lower case by rules of its own.
    """
    if not shutil.which("locale"):
        return "C.UTF-8"
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True)
    return next((name for name in known.stdout.split() if "tr_TR" in name), "C.UTF-8")


MACHINES = (
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "1", "LC_ALL": turkish_locale(), "TZ": "Asia/Tokyo"},
    # With UTF-8 mode and locale coercion off, Python uses ASCII in the C locale.
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
@pytest.mark.parametrize("format_name", FORMAT_OPTIONS)
def test_report_has_the_same_bytes_under_every_locale_time_zone_and_hash_seed(
    format_name, example
):
    command = [sys.executable, "-m", "mlready", "report", f"{example}.yaml"]
    outputs = {
        subprocess.run(
            [*command, *FORMAT_OPTIONS[format_name]],
            cwd=EXAMPLES,
            env={**os.environ, **machine},
            capture_output=True,
            check=True,
        ).stdout
        for machine in MACHINES
    }

    assert len(outputs) == 1
    assert all(outputs)


@pytest.mark.parametrize("options", [("--format", "ics"), ("--for", "linear")])
def test_steps_have_the_same_bytes_under_every_locale_time_zone_and_hash_seed(options):
    command = [sys.executable, "-m", "mlready", "steps", "stilts.yaml", *options]
    outputs = {
        subprocess.run(
            command,
            cwd=EXAMPLES,
            env={**os.environ, **machine},
            capture_output=True,
            check=True,
        ).stdout
        for machine in (MACHINES[0], MACHINES[2])
    }

    assert len(outputs) == 1
    assert all(outputs)


@pytest.mark.parametrize("options", [(), ("--anonymous",), ("--redact",)])
@pytest.mark.parametrize("format_name", FORMAT_OPTIONS)
def test_order_of_answers_files_does_not_change_a_report(
    format_name, options, tmp_path
):
    text = (EXAMPLES / "ready.yaml").read_text(encoding="utf-8")
    for name in ("Ana", "Bo", "Cy"):
        voice = f"voice: {{name: {name}, role: {name} does it}}\nproject:"
        changed = re.sub(
            r"(?m)^  COL-0(\d): .*$", rf"  COL-0\1: {ord(name[0]) % 5}", text
        )
        (tmp_path / name).write_text(
            changed.replace("project:", voice, 1), encoding="utf-8"
        )
    orders = [("Ana", "Bo", "Cy"), ("Cy", "Ana", "Bo"), ("Bo", "Cy", "Ana")]
    command = [sys.executable, "-m", "mlready", "report", *options]
    outputs = {
        subprocess.run(
            [*command, *order, *FORMAT_OPTIONS[format_name]],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed, order in enumerate(orders)
    }

    assert len(outputs) == 1
    assert all(outputs)
