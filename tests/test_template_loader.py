"""The loader of user templates reads only files in the folder of the template."""

import os
from pathlib import Path

import pytest

from mlready.user_templates.loader import OutsideError, opened, read

pytestmark = pytest.mark.skipif(
    os.open not in os.supports_dir_fd, reason="Windows cannot open a path step by step"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that the loader may read, beside a folder that it must not read."""
    for name, text in [("in", "allowed"), ("out", "secret")]:
        (tmp_path / name / "folder").mkdir(parents=True)
        (tmp_path / name / "folder" / "file").write_text(text)
    return Path(os.path.realpath(tmp_path / "in"))


@pytest.mark.parametrize(
    "target", ["../out", "."], ids=["link out of the folder", "link within the folder"]
)
@pytest.mark.parametrize(
    ("link", "parts"),
    [
        pytest.param("link", ("link", "folder", "file"), id="in place of a folder"),
        pytest.param("folder/link", ("folder", "link", "file"), id="in a subfolder"),
        pytest.param("link", ("link",), id="in place of the file"),
    ],
)
def test_loader_does_not_follow_a_symbolic_link_added_after_a_path_is_resolved(
    link, parts, target, folder
):
    (folder / link).symlink_to(target)

    with pytest.raises(OSError, match=r"symbolic links|Not a directory"):
        opened(folder, parts)


def test_template_loader_closes_its_files_after_success_and_failure(folder):
    (folder / "link").symlink_to("../out/folder/file")
    before = sorted(Path("/dev/fd").iterdir())

    assert read(folder, "folder/file") == b"allowed"
    for name in ["folder", "folder/no", "folder/file/x", "link"]:
        with pytest.raises((OutsideError, FileNotFoundError)):
            read(folder, name)
    assert sorted(Path("/dev/fd").iterdir()) == before
