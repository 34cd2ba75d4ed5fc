"""A wheel is built with compiled files, and the build leaves no temporary files."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent

pytest.importorskip("hatchling", reason="needs hatchling to build a wheel")


def test_built_wheel_has_compiled_files_and_leaves_no_temporary_files(tmp_path):
    temporary, target = tmp_path / "tmp", tmp_path / "dist"
    temporary.mkdir()
    folders = {name: str(temporary) for name in ("TMPDIR", "TEMP", "TMP")}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d"]

    subprocess.run(
        [*command, str(target)],
        cwd=ROOT,
        env={**os.environ, **folders},
        check=True,
        capture_output=True,
    )

    (wheel,) = target.iterdir()
    with ZipFile(wheel) as archive:
        names = archive.namelist()
    assert list(temporary.iterdir()) == []
    assert "mlready/questionnaires/kickoff.json" in names
    assert any(name.startswith("mlready/compiled/") for name in names)
