"""Reading, saving and locking files."""

import errno
import fcntl
import os
import platform
import re
import signal
import stat
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from mlready import platform_support
from mlready.errors import StorageError
from mlready.input_limits import LIMIT
from mlready.storage import atomic_file
from mlready.storage.atomic_file import (
    COPY,
    TEMPORARY,
    bounded,
    check_writable,
    digest,
    digest_of,
    read_bytes,
    save,
    sibling,
    write,
)
from mlready.storage.file_lock import locked
from tests.commands import contents

HOLD_LOCK = """
from pathlib import Path
from mlready.storage.file_lock import locked
with locked(Path("a.yaml")):
    print("held", flush=True)
    input()
"""
DIE_WHILE_WRITING = """
import os, signal
from pathlib import Path
from mlready.storage.atomic_file import write
from mlready.storage.file_lock import locked
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
with locked(Path("a.yaml")):
    write(Path("a.yaml"), b"half of it")
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_python(text: str) -> "subprocess.Popen[bytes]":
    """Run source text in a new Python process whose input and output are pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", text], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def refusal(action, *args, **options):
    """Return the message of the StorageError that a call must raise."""
    with pytest.raises(StorageError) as caught:
        action(*args, **options)
    return str(caught.value)


def lock_and_release(path: Path) -> None:
    with locked(path):
        pass


@pytest.mark.parametrize("action", [read_bytes, digest_of])
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_reading_refuses_a_folder_or_a_pipe(here, make, action):
    make("a.yaml")
    assert refusal(action, Path("a.yaml")) == "a.yaml: not a regular file"


def test_reading_refuses_a_device():
    assert refusal(read_bytes, Path("/dev/zero")) == "/dev/zero: not a regular file"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("none", "no such file or directory", id="missing file"),
        pytest.param("none/a", "no such file or directory", id="missing folder"),
        pytest.param("file/a", "not a directory", id="path below a file"),
        pytest.param("loop", "too many levels of symbolic links", id="link to itself"),
        pytest.param("a" * 300, "file name too long", id="long name"),
        pytest.param(
            "--check",
            "no such file or directory; options stand before --",
            id="option after --",
        ),
        pytest.param(
            "-o",
            "no such file or directory; options stand before --",
            id="short option after --",
        ),
        pytest.param("-", "no such file or directory", id="lone hyphen"),
    ],
)
def test_error_gives_the_reason_why_a_file_cannot_be_read(here, name, reason):
    Path("file").touch()
    Path("loop").symlink_to("loop")
    assert refusal(read_bytes, Path(name)) == f"{name}: cannot read: {reason}"


def test_reading_refuses_a_file_name_with_a_null_character(here):
    # The error message's wording varies with the Python version.
    message = refusal(read_bytes, Path("a\0b"))
    assert re.fullmatch(
        "a\0b: cannot read: .*embedded null (byte|character.*)", message
    )


def test_error_gives_the_reason_why_the_existence_of_a_file_cannot_be_checked(
    here, monkeypatch
):
    monkeypatch.setattr(Path, "exists", disk_full)
    assert refusal(digest_of, Path("a.yaml")) == (
        "a.yaml: cannot read: no space left on device"
    )


def test_reading_stops_one_byte_after_the_size_limit(here):
    Path("a.yaml").write_bytes(b"x" * (2 * LIMIT + 7))
    assert len(read_bytes(Path("a.yaml"))) == LIMIT + 1
    assert len(read_bytes(Path("a.yaml"), 2 * LIMIT)) == 2 * LIMIT + 1


def test_short_stream_is_read_in_a_single_call():
    class CountingStream(BytesIO):
        """A byte stream that counts the calls of its read method."""

        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            return super().read(size)

    stream = CountingStream(b"version: 1")

    assert (bounded(stream), stream.reads) == (b"version: 1", 1)


def test_digest_depends_on_the_content_and_is_none_for_a_missing_file(here):
    Path("a").write_bytes(b"1")
    Path("b").write_bytes(b"1")
    Path("empty").touch()
    digests = [digest_of(Path(name)) for name in ("a", "b", "empty", "none")]
    assert digests == [digest(b"1"), digest(b"1"), digest(b""), None]
    assert len(set(digests)) == 3


def test_write_replaces_all_content_of_a_file_and_leaves_no_temporary_file(here):
    write(Path("a.yaml"), b"long and old\n")
    write(Path("a.yaml"), b"new\n")
    assert contents(here) == {"a.yaml": b"new\n"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("none/a", "no such file or directory", id="missing folder"),
        pytest.param("file/a", "not a directory", id="path below a file"),
        pytest.param("folder", "it is not a file that may be written", id="folder"),
        pytest.param("pipe", "it is not a file that may be written", id="pipe"),
        pytest.param("loop", "too many levels of symbolic links", id="link to itself"),
        pytest.param("a" * 300, "file name too long", id="long name"),
    ],
)
def test_error_gives_the_reason_why_a_file_cannot_be_written(here, name, reason):
    Path("file").touch()
    Path("folder").mkdir()
    os.mkfifo("pipe")
    Path("loop").symlink_to("loop")
    before = sorted(here.iterdir())
    assert refusal(write, Path(name), b"new") == f"{name}: cannot write: {reason}"
    assert sorted(here.iterdir()) == before


def test_writing_and_locking_a_read_only_file_are_refused(here, monkeypatch):
    Path("a.yaml").write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert refusal(write, Path("a.yaml"), b"new") == (
        "a.yaml: cannot write: it is not a file that may be written"
    )
    assert (
        refusal(lock_and_release, Path("a.yaml"))
        == "a.yaml: cannot write: it is read-only"
    )
    assert contents(here) == {"a.yaml": b"old"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("action", [lambda path: write(path, b"new"), lock_and_release])
def test_writing_and_locking_in_a_read_only_folder_are_refused(here, action):
    Path("a.yaml").write_bytes(b"old")
    here.chmod(0o555)
    assert refusal(action, Path("a.yaml")) == "a.yaml: cannot write: permission denied"
    assert contents(here) == {"a.yaml": b"old"}


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize(
    "before", [{"a.yaml": b"old"}, {}], ids=["existing file", "new file"]
)
def test_failed_write_changes_no_file(here, monkeypatch, call, before):
    for name, data in before.items():
        Path(name).write_bytes(data)
    monkeypatch.setattr(os, call, disk_full)
    assert refusal(write, Path("a.yaml"), b"new") == (
        "a.yaml: cannot write: no space left on device"
    )
    assert contents(here) == before


def disk_full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_interrupted_write_changes_no_file(here, monkeypatch):
    Path("a.yaml").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", keyboard_interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(Path("a.yaml"), b"new")
    assert contents(here) == {"a.yaml": b"old"}


def keyboard_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_new_file_is_removed_if_its_mode_cannot_be_read(monkeypatch, tmp_path):
    def fstat(_handle: int) -> os.stat_result:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fstat", fstat)
        with pytest.raises(PermissionError):
            atomic_file.create(tmp_path / "new")

    assert contents(tmp_path) == {}


def test_write_error_is_reported_even_if_removing_the_temporary_file_fails(
    here, monkeypatch
):
    monkeypatch.setattr(os, "fsync", disk_full)
    monkeypatch.setattr(os, "unlink", permission_denied)
    assert refusal(write, Path("a.yaml"), b"new") == (
        "a.yaml: cannot write: no space left on device"
    )


def permission_denied(*_: object) -> None:
    raise OSError(errno.EACCES, os.strerror(errno.EACCES))


def test_write_flushes_the_file_then_renames_it_then_flushes_its_folder(
    here, monkeypatch
):
    flush, rename, calls, folders = os.fsync, os.replace, [], []

    def fsync(handle: int) -> None:
        flushed = os.fstat(handle)
        if stat.S_ISDIR(flushed.st_mode):
            folders.append(handle)
        calls.append("folder" if folders else f"{flushed.st_size} bytes")
        flush(handle)

    def replace(temporary: str, target: Path) -> None:
        calls.append(f"name {target.name}")
        rename(temporary, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    write(Path("a.yaml"), b"new")
    assert calls == ["3 bytes", "name a.yaml", "folder"]
    # The descriptor through which the folder was flushed is closed.
    with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
        os.fstat(folders[0])


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755], ids=oct)
def test_write_keeps_the_permissions_of_an_existing_file(here, mode):
    Path("a.yaml").touch()
    Path("a.yaml").chmod(mode)
    write(Path("a.yaml"), b"new")
    assert stat.S_IMODE(Path("a.yaml").stat().st_mode) == mode


@pytest.mark.parametrize(
    ("mask", "mode"),
    [
        pytest.param(0o022, 0o644, id="readable by all"),
        pytest.param(0o027, 0o640, id="readable by the group"),
        pytest.param(0o077, 0o600, id="readable by the owner"),
    ],
)
def test_permissions_of_a_new_file_follow_the_umask(here, mask, mode):
    before = os.umask(mask)
    try:
        write(Path("a.yaml"), b"new")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path("a.yaml").stat().st_mode) == mode


@pytest.mark.parametrize(
    "old", [b"old", None], ids=["link to a file", "link to a missing file"]
)
def test_save_replaces_the_target_of_a_link_and_keeps_the_link(here, old):
    Path("far").mkdir()
    if old is not None:
        Path("far/a.yaml").write_bytes(old)
    Path("link").symlink_to("far/a.yaml")
    with locked(Path("link")):
        save(Path("link"), b"new", last=None if old is None else digest(old))
    assert Path("link").readlink() == Path("far/a.yaml")
    assert contents(Path("far")) == {"a.yaml": b"new"}


def test_save_accepts_the_digest_that_the_previous_save_returned(here):
    last = None
    for data in (b"1", b"1\n2", b"", b"", b"3"):
        last = save(Path("a.yaml"), data, last=last)
        assert last == digest_of(Path("a.yaml")) == digest(data)
    assert contents(here) == {"a.yaml": b"3"}


@pytest.mark.parametrize(
    ("last", "theirs"),
    [
        pytest.param(digest(b"old"), {"a.yaml": b"theirs"}, id="file changed"),
        pytest.param(digest(b"old"), {}, id="file removed"),
        pytest.param(None, {"a.yaml": b""}, id="file created"),
    ],
)
def test_save_refuses_a_file_that_changed_since_it_was_read(here, last, theirs):
    for name, data in theirs.items():
        Path(name).write_bytes(data)
    assert refusal(save, Path("a.yaml"), b"ours", last=last) == (
        "a.yaml: changed on disk meanwhile, so it was not overwritten; "
        f"your version is in {here / 'a.yaml.conflict'}"
    )
    assert contents(here) == {**theirs, "a.yaml.conflict": b"ours"}


@pytest.mark.parametrize("edits", [1, 2])
def test_save_keeps_another_programs_version_and_writes_ours_to_a_conflict_file(
    here, monkeypatch, edits
):
    path, saved = Path("a.yaml"), list[bytes]()
    path.write_bytes(b"old")

    def exchange(temporary: Path, target: Path) -> bool:
        if len(saved) < edits:  # another program saves just before
            saved.append(b"theirs %d" % len(saved))
            target.write_bytes(saved[-1])
        ours, theirs = temporary.read_bytes(), target.read_bytes()
        temporary.write_bytes(theirs)
        target.write_bytes(ours)
        return True

    monkeypatch.setattr(platform_support, "exchange_files", exchange)
    assert "changed on disk" in refusal(save, path, b"ours", last=digest(b"old"))
    assert contents(here) == {"a.yaml": saved[-1], "a.yaml.conflict": b"ours"}


@pytest.mark.parametrize(
    ("error", "saved"),
    [
        *((each, True) for each in (errno.EPERM, errno.EACCES, errno.EMLINK)),
        (errno.EIO, False),
    ],
)
def test_new_file_is_saved_even_if_hard_links_are_not_permitted(
    here, monkeypatch, error, saved
):
    def link(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "link", link)
    if saved:
        save(Path("a.yaml"), b"ours", last=None)
    else:
        assert "cannot write" in refusal(save, Path("a.yaml"), b"ours", last=None)
    assert contents(here) == ({"a.yaml": b"ours"} if saved else {})


@pytest.mark.parametrize(
    ("old", "linked"), [(b"old", False), (None, False), (None, True)]
)
def test_save_never_overwrites_another_programs_version_if_two_files_cannot_be_swapped(
    here, monkeypatch, old, linked
):
    path, link_files = Path("a.yaml"), os.link
    if old:
        path.write_bytes(old)

    def exchange(_temporary: Path, target: Path) -> bool:
        target.write_bytes(b"theirs")  # another program saves just before
        return False

    def link(temporary: Path, target: Path) -> None:
        target.write_bytes(b"theirs")
        if not linked:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))
        link_files(temporary, target)

    monkeypatch.setattr(platform_support, "exchange_files", exchange)
    monkeypatch.setattr(os, "link", link)
    last = digest(old) if old else None
    assert "changed on disk" in refusal(save, path, b"ours", last=last)
    assert contents(here) == {"a.yaml": b"theirs", "a.yaml.conflict": b"ours"}


def test_save_does_not_recreate_a_file_that_another_program_removed_meanwhile(
    here, monkeypatch
):
    Path("a.yaml").write_bytes(b"old")

    def flush(_: int) -> None:
        Path("a.yaml").unlink(missing_ok=True)

    monkeypatch.setattr(platform_support, "flush_file", flush)
    message = refusal(save, Path("a.yaml"), b"ours", last=digest(b"old"))
    assert "changed on disk" in message
    assert contents(here) == {"a.yaml.conflict": b"ours"}


def test_file_is_unchanged_if_the_disk_fails_during_its_replacement(here, monkeypatch):
    Path("a.yaml").write_bytes(b"old")
    monkeypatch.setattr(platform_support, "exchange_files", disk_full)
    assert refusal(save, Path("a.yaml"), b"ours", last=digest(b"old")) == (
        "a.yaml: cannot write: no space left on device"
    )
    assert contents(here) == {"a.yaml": b"old"}


def test_full_disk_leaves_no_half_written_second_file_beside_the_answers_file(
    here, monkeypatch
):
    Path("a.yaml").write_bytes(b"theirs")
    monkeypatch.setattr(os, "fsync", disk_full)
    assert refusal(save, Path("a.yaml"), b"ours", last=None) == (
        "a.yaml: cannot write: no space left on device"
    )
    assert contents(here) == {"a.yaml": b"theirs"}


@pytest.mark.parametrize(
    "action", [check_writable, lambda path: write(path, b"ours"), lock_and_release]
)
def test_writing_and_locking_are_refused_for_a_file_that_cannot_be_opened_for_writing(
    here, monkeypatch, action
):
    Path("a.yaml").write_bytes(b"old")
    real_open = os.open

    def refuse_writing(path: Path, flags: int, *mode: int) -> int:
        # The server of a network drive may refuse what os.access allows.
        if Path(path).name == "a.yaml" and flags & (os.O_WRONLY | os.O_RDWR):
            permission_denied()
        return real_open(path, flags, *mode)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse_writing)
        message = refusal(action, Path("a.yaml"))
    assert message == "a.yaml: cannot write: permission denied"
    assert contents(here) == {"a.yaml": b"old"}


@pytest.mark.parametrize("missing", [False, True], ids=["refused", "missing"])
def test_new_file_is_written_even_if_its_mode_cannot_be_set(here, monkeypatch, missing):
    if missing:
        monkeypatch.delattr(os, "fchmod")
    else:
        monkeypatch.setattr(os, "fchmod", permission_denied)
    before = os.umask(0o277)
    try:
        write(Path("a.yaml"), b"ours")
    finally:
        os.umask(before)
    assert contents(here) == {"a.yaml": b"ours"}


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        pytest.param(241, "." + "a" * 241 + COPY, id="just short enough"),
        pytest.param(
            243, "." + "a" * 224 + "~{}" + COPY, id="cut to the longest name allowed"
        ),
    ],
)
def test_name_of_a_backup_copy_is_shortened_only_if_too_long(
    here, monkeypatch, length, expected
):
    monkeypatch.setattr(platform_support, "longest_name", lambda _: 255)
    name = "a" * length
    copy = sibling(here / name, COPY).name
    assert copy == expected.format(str(digest(name.encode()))[:16])
    assert len(copy) == 255


def test_lock_removes_leftover_temporary_files_beside_the_locked_file(here):
    Path("far").mkdir()
    Path(f"far/.a.yaml.0123abcd{TEMPORARY}").touch()
    lock_and_release(Path("far/a.yaml"))
    assert contents(Path("far")) == {}


def test_conflict_file_never_replaces_an_earlier_conflict_file(here):
    Path("a.yaml").write_bytes(b"theirs")
    for data in (b"1", b"2", b"3"):
        refusal(save, Path("a.yaml"), data, last=None)
    assert contents(here) == {
        "a.yaml": b"theirs",
        "a.yaml.conflict": b"1",
        "a.yaml.conflict.2": b"2",
        "a.yaml.conflict.3": b"3",
    }


@pytest.mark.parametrize(
    "last",
    [None, digest(b"old")],
    ids=["no file when last read", "a file when last read"],
)
def test_save_refuses_a_symbolic_link_to_itself(here, last):
    Path("loop").symlink_to("loop")
    assert refusal(save, Path("loop"), b"new", last=last) == (
        "loop: cannot write: too many levels of symbolic links"
    )


def test_second_lock_on_the_same_file_is_refused(here):
    with run_python(HOLD_LOCK) as first:
        assert first.stdout
        assert first.stdout.readline() == b"held\n"
        assert refusal(lock_and_release, Path("a.yaml")) == (
            "a.yaml: another interview has this file open "
            f"(process {first.pid} on {platform.node()})"
        )
        with locked(Path("b.yaml")):
            pass
        first.communicate(b"\n")
    assert first.returncode == 0
    lock_and_release(Path("a.yaml"))
    assert contents(here) == {}


def test_killed_write_keeps_the_old_file_and_the_next_lock_cleans_up(
    here,
):
    Path("a.yaml").write_bytes(b"old")
    with run_python(DIE_WHILE_WRITING) as first:
        first.communicate()
    assert first.returncode == -signal.SIGKILL
    files = contents(here)
    assert (files["a.yaml"], len(files)) == (b"old", 3)
    with locked(Path("a.yaml")):
        pass
    assert contents(here) == {"a.yaml": b"old"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(".a.yaml.swp", id="swap file of an editor"),
        pytest.param("a.yaml~", id="backup of an editor"),
        pytest.param("a.yaml.conflict", id="conflict file"),
        pytest.param(
            ".b.yaml.0123abcd.mlready-draft", id="temporary file of another file"
        ),
        pytest.param(
            ".a.yaml.bak.0123abcd.mlready-draft",
            id="temporary file of another file with a longer name",
        ),
    ],
)
def test_lock_removes_no_files_but_leftover_temporary_files_of_the_locked_file(
    here, name
):
    Path(name).write_bytes(b"theirs")
    lock_and_release(Path("a.yaml"))
    assert contents(here) == {name: b"theirs"}


def test_lock_does_not_treat_brackets_in_a_file_name_as_a_pattern(
    here,
):
    Path(".a.yaml.0123abcd.mlready-draft").touch()
    Path(".[a].yaml.0123abcd.mlready-draft").touch()
    lock_and_release(Path("[a].yaml"))
    assert contents(here) == {".a.yaml.0123abcd.mlready-draft": b""}


def test_lock_raises_no_error_if_files_that_it_removes_are_already_gone(
    here, monkeypatch
):
    gone = here / ".a.yaml.0123abcd.mlready-draft"
    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", lambda _: [gone.name])
        with locked(Path("a.yaml")):
            Path(".a.yaml.lock").unlink()
    assert contents(here) == {}


def test_locking_and_saving_need_no_permission_to_list_the_folder(here, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", permission_denied)
        with locked(Path("a.yaml")):
            save(Path("a.yaml"), b"new", last=None)
    assert contents(here) == {"a.yaml": b"new"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("none/a", "no such file or directory", id="missing folder"),
        pytest.param("file/a", "not a directory", id="path below a file"),
        pytest.param("folder", "it is not a file that may be written", id="folder"),
        pytest.param("loop", "too many levels of symbolic links", id="link to itself"),
    ],
)
def test_checking_if_a_path_is_writable_refuses_unwritable_ones_and_changes_no_file(
    here, name, reason
):
    Path("file").touch()
    Path("folder").mkdir()
    Path("loop").symlink_to("loop")
    before = sorted(here.iterdir())
    assert refusal(check_writable, Path(name)) == f"{name}: cannot write: {reason}"
    check_writable(Path("file"))
    check_writable(Path("new"))
    assert sorted(here.iterdir()) == before


def test_failure_to_release_a_lock_raises_no_error(here, monkeypatch):
    with locked(Path("a.yaml")):
        monkeypatch.setattr(os, "unlink", permission_denied)
        monkeypatch.setattr(fcntl, "flock", permission_denied)
    assert contents(here).keys() == {".a.yaml.lock"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_lock_is_released_after_any_exception(here, error):
    with pytest.raises(error), locked(Path("a.yaml")):
        raise error
    lock_and_release(Path("a.yaml"))
    assert contents(here) == {}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("none/a.yaml", "no such file or directory", id="missing folder"),
        pytest.param("file/a.yaml", "not a directory", id="path below a file"),
        pytest.param("loop", "too many levels of symbolic links", id="link to itself"),
    ],
)
def test_lock_refuses_a_path_where_nothing_can_be_saved(here, name, reason):
    Path("file").touch()
    Path("loop").symlink_to("loop")
    before = sorted(here.iterdir())
    assert refusal(lock_and_release, Path(name)) == f"{name}: cannot write: {reason}"
    assert sorted(here.iterdir()) == before


@pytest.mark.parametrize("times", [1, 2, 3])
def test_save_succeeds_after_an_earlier_save_failed_to_remove_its_backup_copy(
    tmp_path, monkeypatch, times
):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"old")
    (tmp_path / "other name").hardlink_to(path)  # so it is overwritten in place
    unlink = Path.unlink
    failures = [OSError(errno.ENOSPC, "no space left") for _ in range(times)]

    def failing_first(self, *, missing_ok=False):
        if self.name.endswith(atomic_file.COPY) and failures:
            raise failures.pop()
        unlink(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", failing_first)
    with pytest.raises(StorageError, match="no space left"):
        atomic_file.save(path, b"new", last=atomic_file.digest(b"old"))
    assert (path.read_bytes(), len(failures)) == (b"old", max(times - 2, 0))

    atomic_file.save(path, b"new", last=atomic_file.digest(b"old"))
    assert path.read_bytes() == b"new"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.yaml", "other name"]
