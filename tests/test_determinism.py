"""The same answers give a report with the same bytes on every machine."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mlready.report.options import Format
from tests.program import Program

EXAMPLES = Path(__file__).parent.parent / "questionnaires" / "examples"
MERMAID = ("--format", "md", "--diagrams", "mermaid", "--explain", "--heading", "3")
FORMAT_OPTIONS = {
    **{each.value: ("--format", each.value) for each in Format},
    "mermaid": MERMAID,
}


def turkish_locale() -> str:
    """Return the name of a Turkish locale, or "C.UTF-8" if none is installed.

    In a Turkish locale, the capital of i is not I.
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


@pytest.fixture(scope="module")
def machines() -> Iterator[list[Program]]:
    """Yield one list: for each item of MACHINES, a program that runs mlready.

    Each program has the environment variables of its item.
    """
    with ExitStack() as started:
        yield [started.enter_context(Program(each)) for each in MACHINES]


def output_on(machine: Program, variables: dict[str, str], *args: str) -> str:
    done = machine.run(*args, env={**os.environ, **variables})
    assert (done.code, done.err) == (0, "")
    return done.out


@pytest.mark.parametrize(
    "args",
    [
        *(
            pytest.param(
                ["report", f"{example}.yaml", *options], id=f"{name}-{example}"
            )
            for example in ("assistant", "ready", "stilts")
            for name, options in FORMAT_OPTIONS.items()
        ),
        pytest.param(["steps", "stilts.yaml", "--format", "ics"], id="calendar"),
        pytest.param(["steps", "stilts.yaml", "--for", "linear"], id="tracker"),
    ],
)
def test_document_does_not_depend_on_locale_or_time_zone_or_hash_seed(
    machines, args, monkeypatch
):
    monkeypatch.chdir(EXAMPLES)

    pairs = zip(machines, MACHINES, strict=True)
    outputs = {output_on(machine, variables, *args) for machine, variables in pairs}

    assert len(outputs) == 1
    assert all(outputs)


@pytest.mark.parametrize("options", [(), ("--anonymous",), ("--redact",)])
@pytest.mark.parametrize("format_name", FORMAT_OPTIONS)
def test_order_of_answers_files_does_not_change_a_report(
    machines, format_name, options, tmp_path, monkeypatch
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
    command = ["report", *options, *FORMAT_OPTIONS[format_name]]
    monkeypatch.chdir(tmp_path)
    outputs = {
        output_on(machine, {}, *command, *order)
        for machine, order in zip(machines, orders, strict=False)
    }

    assert len(outputs) == 1
    assert all(outputs)
