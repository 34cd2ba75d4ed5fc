"""Saving a file keeps its owner, group, mode, access list and attributes."""

import errno
import os
import resource
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mlready import platform_support
from mlready.errors import ConflictError, StorageError
from mlready.input_limits import LIMIT
from mlready.storage import atomic_file, file_metadata
from mlready.storage.atomic_file import (
    COPY,
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

OLD, NEW = b"old\n", b"new and longer\n"
OTHER_USER, GROUP = 1000, 1001
# A POSIX access control list in binary form: the owner, user 1000 and the mask may read
# and write; all others may only read.
ACCESS_LIST = bytes.fromhex(
    "02000000"
    "01000600ffffffff"
    "02000600e8030000"
    "04000400ffffffff"
    "10000600ffffffff"
    "20000400ffffffff"
)
needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can change the owner of a file"
)
ways_to_save = pytest.mark.parametrize(
    "store",
    [
        pytest.param(lambda path: save(path, NEW, last=digest(OLD)), id="save"),
        pytest.param(lambda path: write(path, NEW), id="write"),
    ],
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_bytes(OLD)
    return tmp_path


@pytest.fixture
def mounted(here: Path) -> Iterator[Path]:
    """Mount another file over a.yaml, as Docker does."""
    Path("far").write_bytes(OLD)
    try:
        subprocess.run(
            ["mount", "--bind", "far", "a.yaml"], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting is not allowed")
    yield here / "a.yaml"
    subprocess.run(["umount", "--lazy", "a.yaml"], check=True)


def attributes(path: Path) -> dict[str, bytes]:
    return {name: os.getxattr(path, name) for name in os.listxattr(path)}


def set_attribute(name: str, value: bytes) -> None:
    try:
        os.setxattr("a.yaml", name, value)
    except OSError:
        pytest.skip("this file system has no such attributes")


def raising(number: int) -> Callable[..., None]:
    def call(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


@ways_to_save
@needs_root
@pytest.mark.parametrize(
    ("owner", "group"), [(OTHER_USER, 0), (0, GROUP), (OTHER_USER, GROUP)]
)
def test_saving_a_file_as_root_keeps_its_owner_and_group(here, store, owner, group):
    os.chown("a.yaml", owner, group)
    store(Path("a.yaml"))
    status = Path("a.yaml").stat()
    assert (status.st_uid, status.st_gid) == (owner, group)
    assert contents(here) == {"a.yaml": NEW}


@ways_to_save
@needs_root
@pytest.mark.parametrize("mode", [0o600, 0o664, 0o4755, 0o2775, 0o1644], ids=oct)
def test_saving_keeps_all_mode_bits_of_another_users_file(here, store, mode):
    os.chown("a.yaml", OTHER_USER, GROUP)
    Path("a.yaml").chmod(mode)
    store(Path("a.yaml"))
    assert stat.S_IMODE(Path("a.yaml").stat().st_mode) == mode


@ways_to_save
@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("user.comment", b"kept", id="attribute"),
        pytest.param("user.empty", b"", id="empty attribute"),
        pytest.param("user.bytes", bytes(range(256)), id="attribute with all bytes"),
        pytest.param(
            "trusted.note", b"kept", id="attribute only root can set", marks=needs_root
        ),
        pytest.param("system.posix_acl_access", ACCESS_LIST, id="access list"),
    ],
)
def test_saving_a_file_keeps_its_extended_attributes(here, store, name, value):
    set_attribute(name, value)
    before = attributes(Path("a.yaml"))
    store(Path("a.yaml"))
    assert attributes(Path("a.yaml")) == before
    assert contents(here) == {"a.yaml": NEW}


@ways_to_save
def test_saving_does_not_give_a_file_the_access_list_of_its_folder(here, store):
    try:
        os.setxattr(".", "system.posix_acl_default", ACCESS_LIST)
    except OSError:
        pytest.skip("this file system has no access lists")
    store(Path("a.yaml"))
    assert attributes(Path("a.yaml")) == {}


def test_new_file_gets_the_default_access_list_of_its_folder(here):
    try:
        os.setxattr(".", "system.posix_acl_default", ACCESS_LIST)
    except OSError:
        pytest.skip("this file system has no access lists")
    write(Path("new.yaml"), NEW)
    Path("other.yaml").touch()
    assert attributes(Path("new.yaml")) == attributes(Path("other.yaml"))
    assert Path("new.yaml").stat().st_mode == Path("other.yaml").stat().st_mode


@needs_root
def test_new_file_gets_the_group_of_a_shared_folder(here):
    os.chown(here, OTHER_USER, GROUP)
    here.chmod(0o2775)
    for store in (write, lambda path, data: save(path, data, last=None)):
        store(Path("new.yaml"), NEW)
        assert Path("new.yaml").stat().st_gid == GROUP
        Path("new.yaml").unlink()


@pytest.mark.parametrize(
    ("call", "number"),
    [
        pytest.param("fchown", errno.EPERM, id="setting the owner not permitted"),
        pytest.param("fchmod", errno.EPERM, id="setting the mode not permitted"),
        pytest.param("setxattr", errno.EPERM, id="setting attributes not permitted"),
        pytest.param("setxattr", errno.ENOTSUP, id="attributes not supported"),
        pytest.param("setxattr", errno.ENOSPC, id="no space for attributes"),
        pytest.param("listxattr", errno.EIO, id="attributes cannot be listed"),
        pytest.param("getxattr", errno.EACCES, id="attribute cannot be read"),
    ],
)
@ways_to_save
def test_file_is_overwritten_in_place_if_its_metadata_cannot_be_copied(
    here, monkeypatch, store, call, number
):
    set_attribute("user.comment", b"kept")
    if os.geteuid() == 0:
        os.chown("a.yaml", OTHER_USER, GROUP)
    elif call == "fchown":
        pytest.skip("only root can change the owner of a file")
    before = Path("a.yaml").stat()
    with monkeypatch.context() as patch:
        patch.setattr(os, call, raising(number))
        store(Path("a.yaml"))
    after = Path("a.yaml").stat()
    assert (before.st_ino, before.st_uid, before.st_mode) == (
        after.st_ino, after.st_uid, after.st_mode,
    )  # fmt: skip
    assert attributes(Path("a.yaml")) == {"user.comment": b"kept"}
    assert contents(here) == {"a.yaml": NEW}


@ways_to_save
def test_file_is_overwritten_in_place_if_setting_its_mode_has_no_effect(
    here, monkeypatch, store
):
    Path("a.yaml").chmod(0o664)
    before = Path("a.yaml").stat()
    monkeypatch.setattr(os, "fchmod", lambda *_: None)
    store(Path("a.yaml"))
    assert Path("a.yaml").stat().st_ino == before.st_ino
    assert stat.S_IMODE(Path("a.yaml").stat().st_mode) == 0o664


@ways_to_save
def test_file_is_saved_even_if_the_system_lacks_attributes_and_owners(
    here, monkeypatch, store
):
    for name in ("listxattr", "getxattr", "setxattr", "fchown", "fchmod"):
        monkeypatch.delattr(os, name)
    store(Path("a.yaml"))
    assert contents(here) == {"a.yaml": NEW}


@ways_to_save
def test_file_that_is_a_mount_point_is_overwritten_in_place(mounted, store):
    check_writable(mounted)
    with locked(mounted):
        store(mounted)
    assert (mounted.read_bytes(), Path("far").read_bytes()) == (NEW, NEW)
    assert contents(mounted.parent).keys() == {"a.yaml", "far"}


@ways_to_save
@pytest.mark.parametrize("number", [errno.EBUSY, errno.EXDEV, errno.EPERM])
@pytest.mark.parametrize("old", [OLD, b"old and very much longer than the new\n"])
def test_file_that_cannot_be_replaced_is_overwritten_in_place(
    here, monkeypatch, store, number, old
):
    Path("a.yaml").write_bytes(old)
    for name in ("exchange_files", "replace_file"):
        real = getattr(platform_support, name)

        def call(source, target, real=real):
            if target.name == "a.yaml":
                raising(number)()
            return real(source, target)

        monkeypatch.setattr(platform_support, name, call)
    if old == OLD:
        store(Path("a.yaml"))
    else:
        write(Path("a.yaml"), NEW)
    assert contents(here) == {"a.yaml": NEW}


@pytest.fixture
def overwriting(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which a.yaml has two hard links, so it is overwritten in place."""
    (here / "b.yaml").hardlink_to(here / "a.yaml")
    return here


class FailingDisk:
    """A disk that raises ``error`` at each flush whose number is in ``fails``.

    The first flush has number 1.
    """

    def __init__(self, fails: range, error: BaseException) -> None:
        self.calls, self.fails, self.error = 0, fails, error

    def flush(self, handle: int) -> None:
        self.calls += 1
        if self.calls in self.fails:
            raise self.error


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), id="full disk"),
        pytest.param(OSError(errno.EIO, os.strerror(errno.EIO)), id="broken disk"),
        pytest.param(KeyboardInterrupt(), id="interrupt"),
    ],
)
@ways_to_save
def test_failed_overwrite_of_a_file_is_undone(overwriting, monkeypatch, store, error):
    # The first flush writes the backup copy to disk, the second the file itself.
    disk = FailingDisk(range(2, 3), error)
    monkeypatch.setattr(platform_support, "flush_file", disk.flush)
    monkeypatch.setattr(platform_support, "flush_folder", lambda _: True)
    with pytest.raises((StorageError, KeyboardInterrupt)):
        store(Path("a.yaml"))
    assert contents(overwriting) == {"a.yaml": OLD, "b.yaml": OLD}


@ways_to_save
def test_backup_copy_is_reported_if_a_failed_overwrite_cannot_be_undone(
    overwriting, monkeypatch, store
):
    error = OSError(errno.EIO, os.strerror(errno.EIO))
    monkeypatch.setattr(
        platform_support, "flush_file", FailingDisk(range(2, 9), error).flush
    )
    monkeypatch.setattr(platform_support, "flush_folder", lambda _: True)
    copy = overwriting / ".a.yaml.mlready-copy"
    with pytest.raises(StorageError) as caught:
        store(Path("a.yaml"))
    assert str(caught.value) == (
        "a.yaml: cannot write: Input/output error; it may be incomplete, and the "
        f"version before is in {copy}"
    )
    assert copy.read_bytes() == OLD


@ways_to_save
def test_file_is_not_overwritten_if_its_backup_copy_cannot_be_written(
    overwriting, monkeypatch, store
):
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    disk = FailingDisk(range(1, 2), error)
    monkeypatch.setattr(platform_support, "flush_file", disk.flush)
    monkeypatch.setattr(platform_support, "flush_folder", lambda _: True)
    with pytest.raises(StorageError) as caught:
        store(Path("a.yaml"))
    assert str(caught.value) == "a.yaml: cannot write: no space left on device"
    assert contents(overwriting) == {"a.yaml": OLD, "b.yaml": OLD}


@ways_to_save
def test_backup_copy_is_on_the_disk_before_the_file_is_overwritten(
    overwriting, monkeypatch, store
):
    flushed = []

    def flush_folder(folder: Path) -> bool:
        flushed.append(contents(folder))
        return True

    monkeypatch.setattr(platform_support, "flush_folder", flush_folder)
    store(Path("a.yaml"))
    before = {"a.yaml": OLD, "b.yaml": OLD, f".a.yaml{COPY}": OLD}
    assert flushed == [before, {"a.yaml": NEW, "b.yaml": NEW}]


@ways_to_save
def test_overwrite_that_fills_the_disk_is_undone(overwriting, store):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(NEW) - 5, before[1]))
    try:
        with pytest.raises(StorageError) as caught:
            store(Path("a.yaml"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert str(caught.value) == "a.yaml: cannot write: file too large"
    assert contents(overwriting) == {"a.yaml": OLD, "b.yaml": OLD}


@pytest.mark.parametrize(
    "saving", [True, False], ids=["save reports it", "write does not compare"]
)
def test_file_put_in_place_by_another_program_during_an_overwrite_is_kept(
    overwriting, monkeypatch, saving
):
    flushed = []

    def flush_file(handle: int) -> None:
        flushed.append(handle)
        if len(flushed) == 2:  # the first flush is that of the backup copy
            Path("c.yaml").write_bytes(b"theirs\n")
            Path("c.yaml").replace("a.yaml")

    monkeypatch.setattr(platform_support, "flush_file", flush_file)
    wanted = {"a.yaml": b"theirs\n", "b.yaml": NEW}
    if saving:
        with pytest.raises(ConflictError):
            save(Path("a.yaml"), NEW, last=digest(OLD))
        wanted["a.yaml.conflict"] = NEW
    else:
        write(Path("a.yaml"), NEW)
    assert contents(overwriting) == wanted


def test_file_above_the_size_limit_can_be_overwritten_if_unchanged_since_it_was_read(
    overwriting,
):
    Path("a.yaml").write_bytes(b"x" * (LIMIT + 2))
    save(Path("a.yaml"), NEW, last=digest_of(Path("a.yaml")))
    assert contents(overwriting) == {"a.yaml": NEW, "b.yaml": NEW}


def test_only_the_owner_can_read_the_temporary_file_and_the_backup_copy(
    here, monkeypatch
):
    modes = []

    def record(handle: int) -> None:
        modes.append(stat.S_IMODE(os.fstat(handle).st_mode))

    def copy_metadata(_: int, draft: int) -> bool:
        record(draft)
        return False  # so that the file is overwritten in place

    Path("a.yaml").chmod(0o644)
    monkeypatch.setattr(file_metadata, "copy_metadata", copy_metadata)
    monkeypatch.setattr(platform_support, "flush_file", record)
    monkeypatch.setattr(platform_support, "flush_folder", lambda _: True)
    write(Path("a.yaml"), NEW)
    assert modes == [0o600, 0o600, 0o644]  # temporary file, backup copy, file


@ways_to_save
def test_saving_closes_every_file_it_opens(here, store):
    store(Path("a.yaml"))
    Path("a.yaml").write_bytes(OLD)
    before = len(list(Path("/dev/fd").iterdir()))
    store(Path("a.yaml"))
    assert len(list(Path("/dev/fd").iterdir())) == before


ACTIONS = [
    pytest.param(read_bytes, id="read"),
    pytest.param(check_writable, id="check"),
    pytest.param(lambda path: write(path, NEW), id="write"),
    pytest.param(lambda path: save(path, NEW, last=digest(OLD)), id="save"),
    pytest.param(lambda path: locked(path).__enter__(), id="interview"),
]


@pytest.mark.parametrize("action", ACTIONS)
def test_backup_copy_left_by_a_killed_save_is_reported(here, action):
    Path("a.yaml").write_bytes(b"new and")
    Path(".a.yaml.mlready-copy").write_bytes(OLD)
    Path("link").symlink_to("a.yaml")
    for name in ("a.yaml", "link"):
        with pytest.raises(StorageError) as caught:
            action(Path(name))
        assert str(caught.value) == (
            f"{name}: a save was interrupted, so this file may be incomplete; the "
            f"version before it is in {here / '.a.yaml.mlready-copy'}. Keep the right "
            f"one under the name {name}, delete the copy, and run the same command "
            "again"
        )
    assert contents(here)["a.yaml"] == b"new and"
    assert contents(here)[".a.yaml.mlready-copy"] == OLD
    assert not Path(".a.yaml.lock").exists()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a.yaml", id="short name"),
        pytest.param("a" * 30, id="name of 30 letters"),
        pytest.param("a" * 250, id="name at the limit of the file system"),
    ],
)
def test_reading_reports_a_leftover_backup_copy_in_another_folder(here, name):
    path = Path("far", name)
    path.parent.mkdir()
    path.write_bytes(b"new and")
    sibling(path, COPY).write_bytes(OLD)
    with pytest.raises(StorageError, match="a save was interrupted"):
        read_bytes(path)


@pytest.mark.parametrize("action", ACTIONS[:4])
def test_leftover_backup_copy_of_an_unchanged_file_is_removed(here, action):
    Path(".a.yaml.mlready-copy").write_bytes(OLD)
    action(Path("a.yaml"))
    assert contents(here).keys() == {"a.yaml"}


def test_save_does_not_overwrite_a_file_that_is_edited_while_it_is_backed_up(
    overwriting, monkeypatch
):
    make = atomic_file.make_copy

    def edited(target: Path, old: bytes) -> Path:
        copy = make(target, old)
        Path("a.yaml").write_bytes(b"theirs\n")
        return copy

    monkeypatch.setattr(atomic_file, "make_copy", edited)
    with pytest.raises(ConflictError):
        save(Path("a.yaml"), NEW, last=digest(OLD))
    assert contents(overwriting) == {
        "a.yaml": b"theirs\n", "b.yaml": b"theirs\n", "a.yaml.conflict": NEW,
    }  # fmt: skip


@ways_to_save
@pytest.mark.parametrize("flag", ["d", "A", "S"])
def test_saving_keeps_file_flags_set_by_chattr(here, store, flag):
    def flags() -> str:
        listed = subprocess.run(["lsattr", "a.yaml"], capture_output=True, check=True)
        return listed.stdout.decode().split()[0]

    if not shutil.which("chattr"):
        pytest.skip("no chattr here")
    if subprocess.run(["chattr", f"+{flag}", "a.yaml"], check=False).returncode:
        pytest.skip("no flags here")
    before = flags()

    store(Path("a.yaml"))

    assert flag in before
    assert flags() == before
    assert contents(here) == {"a.yaml": NEW}


@pytest.mark.parametrize("mask", [0o777, 0o477, 0o277, 0o077, 0])
def test_owner_can_read_and_write_new_files_under_any_umask(here, mask):
    before = os.umask(mask)
    try:
        with locked(Path("b.yaml")):
            lock_mode = Path(".b.yaml.lock").stat().st_mode
            save(Path("b.yaml"), NEW, last=None)
            write(Path("b.md"), NEW)
            with pytest.raises(ConflictError):
                save(Path("b.yaml"), OLD, last=digest(b"other"))
    finally:
        os.umask(before)

    new = [Path(name).stat().st_mode for name in ("b.yaml", "b.md", "b.yaml.conflict")]
    wanted = stat.S_IFREG | 0o600 | 0o666 & ~mask
    assert [*new, lock_mode] == [wanted] * 4


def test_writing_to_an_immutable_file_is_refused(here):
    if not shutil.which("chattr"):
        pytest.skip("chattr is not installed")
    done = subprocess.run(["chattr", "+i", "a.yaml"], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("this file system has no immutable files")
    try:
        with pytest.raises(StorageError, match="it is read-only"):
            check_writable(Path("a.yaml"))
        with (
            pytest.raises(StorageError, match="it is read-only"),
            locked(Path("a.yaml")),
        ):
            pass
        with pytest.raises(StorageError, match="not a file that may be written"):
            write(Path("a.yaml"), NEW)
    finally:
        subprocess.run(["chattr", "-i", "a.yaml"], check=True)
    assert contents(here) == {"a.yaml": OLD}


def test_copy_metadata_returns_false_for_a_closed_file_handle(here):
    with Path("a.yaml").open("rb") as stream:
        handle = stream.fileno()
    assert not file_metadata.copy_metadata(handle, handle)
