"""Only one interview at a time may lock an answers file, on any file system."""

import errno
import fcntl
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlready.errors import ConflictError, StorageError, StorageWarning
from mlready.storage.atomic_file import (
    TEMPORARY,
    check_writable,
    digest,
    save,
    sibling,
    write,
)
from mlready.storage.file_lock import locked
from tests.commands import contents

HOST = platform.node()
HOLD_LOCK = """
import sys
from pathlib import Path
from mlready.storage.file_lock import locked
with locked(Path("a.yaml")):
    print("held", flush=True)
    sys.stdin.read()
"""
needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="needs root to run a program as another user"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(params=["ENOSYS", "ENOLCK", "EOPNOTSUPP", "EINVAL", "no module"])
def without_locks(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Make the system refuse file locks, or hide Python's module for locks."""
    if request.param == "no module":
        monkeypatch.setitem(sys.modules, "fcntl", None)
        return
    number = getattr(errno, request.param)

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory that every user may read and write."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        monkeypatch.chdir(name)
        yield Path(name)


@pytest.fixture
def as_other_user(monkeypatch) -> list[str]:
    """The beginning of a command that runs a program as another user."""
    # That user may not write the results of coverage.
    for name in [name for name in os.environ if name.startswith("COV")]:
        monkeypatch.delenv(name)
    command = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"]
    imports = [*command, sys.executable, "-c", "import mlready.storage.file_lock"]
    if subprocess.run(imports, capture_output=True, check=False).returncode:
        pytest.skip("the other user may not read this checkout or its environment")
    return command


def refusal() -> str:
    """Return the message with which a lock on a.yaml is refused."""
    with pytest.raises(StorageError) as caught, locked(Path("a.yaml")):
        pass
    return str(caught.value)


def finished_process() -> int:
    """Return the id of a process that has ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_refusal_of_a_second_lock_names_the_process_with_the_first_lock(here):
    with locked(Path("a.yaml")):
        assert contents(here) == {".a.yaml.lock": f"{os.getpid()} {HOST}\n".encode()}
        assert refusal() == (
            "a.yaml: another interview has this file open "
            f"(process {os.getpid()} on {HOST})"
        )
    assert contents(here) == {}


def test_lock_gives_one_warning_if_file_locks_are_unsupported(here, without_locks):
    with pytest.warns(StorageWarning) as warned, locked(Path("a.yaml")):
        assert refusal() == (
            "a.yaml: another interview has this file open "
            f"(process {os.getpid()} on {HOST}); if that one is over, delete "
            f"{here / '.a.yaml.lock'}"
        )
    (line,) = [str(each.message) for each in warned]
    assert line.startswith("a.yaml: its folder has no file locks (")
    assert line.endswith(
        "while .a.yaml.lock exists, mlready refuses a second interview"
    )
    assert contents(here) == {}


def test_lock_file_from_another_host_is_kept_if_file_locks_are_unsupported(
    here, without_locks
):
    Path(".a.yaml.lock").write_bytes(b"7 faraway\n")
    assert refusal() == (
        "a.yaml: another interview has this file open (process 7 on faraway); "
        f"if that one is over, delete {here / '.a.yaml.lock'}"
    )
    assert contents(here) == {".a.yaml.lock": b"7 faraway\n"}


@pytest.mark.parametrize("text", [b"", b"faraway", b"x" * 1000, b"\xff\x00", b"1\n"])
def test_lock_file_that_names_no_process_is_kept_if_file_locks_are_unsupported(
    here, without_locks, text
):
    Path(".a.yaml.lock").write_bytes(text)
    assert refusal() == (
        "a.yaml: cannot tell whether another interview has this file open; "
        f"if none has, delete {here / '.a.yaml.lock'}"
    )
    assert contents(here) == {".a.yaml.lock": text}


@pytest.mark.filterwarnings("ignore::mlready.errors.StorageWarning")
def test_lock_file_of_an_ended_process_is_reused_if_file_locks_are_unsupported(
    here, without_locks
):
    Path(".a.yaml.lock").write_text(f"{finished_process()} {HOST}\n")
    with locked(Path("a.yaml")):
        assert contents(here) == {".a.yaml.lock": f"{os.getpid()} {HOST}\n".encode()}
    assert contents(here) == {}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"7 faraway\n", id="names another host"),
        pytest.param(b"7\nfaraway\n", id="on two lines"),
    ],
)
def test_lock_file_that_no_process_holds_is_taken_over(here, text):
    Path(".a.yaml.lock").write_bytes(text)
    with locked(Path("a.yaml")):
        assert contents(here) == {".a.yaml.lock": f"{os.getpid()} {HOST}\n".encode()}
    assert contents(here) == {}


@needs_root
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o600, 0o444], ids=oct)
def test_lock_file_of_another_user_is_taken_over_only_if_readable(
    shared, as_other_user, mode
):
    lock = shared / ".a.yaml.lock"
    lock.write_bytes(b"7 faraway\n")
    lock.chmod(mode)
    command = [*as_other_user, sys.executable, "-c", HOLD_LOCK]
    done = subprocess.run(command, input=b"", capture_output=True, check=False)
    if mode & 0o004:
        assert (done.stdout, done.stderr) == (b"held\n", b"")
        assert contents(shared) == {}
    else:
        assert done.stderr.decode().splitlines()[-1] == (
            "mlready.errors.StorageError: a.yaml: cannot tell whether another "
            f"interview has this file open, because {lock} belongs to root; "
            "if none has, delete it"
        )
        assert contents(shared) == {".a.yaml.lock": b"7 faraway\n"}


@needs_root
@pytest.mark.parametrize("mode", [0o644, 0o600], ids=oct)
def test_locking_is_refused_while_another_user_holds_the_lock(
    shared, as_other_user, mode
):
    before = os.umask(0o777 & ~mode)
    try:
        with locked(Path("a.yaml")):
            command = [*as_other_user, sys.executable, "-c", HOLD_LOCK]
            done = subprocess.run(command, input=b"", capture_output=True, check=False)
    finally:
        os.umask(before)
    assert done.stdout == b""
    assert done.returncode == 1


@pytest.mark.parametrize(
    "create",
    [
        pytest.param(lambda lock: lock.symlink_to("victim"), id="link"),
        pytest.param(lambda lock: lock.symlink_to("missing"), id="dangling link"),
        pytest.param(lambda lock: lock.symlink_to(lock.name), id="link to itself"),
        pytest.param(lambda lock: lock.hardlink_to("victim"), id="hard link"),
        pytest.param(os.mkfifo, id="pipe"),
        pytest.param(Path.mkdir, id="folder"),
        pytest.param(
            lambda lock: lock.write_bytes(b"my work\n"), id="file without a process id"
        ),
    ],
)
def test_lock_refuses_a_link_or_other_file_in_place_of_its_lock_file(here, create):
    Path("victim").write_bytes(b"7 victim\n")
    lock = here / ".a.yaml.lock"
    create(lock)
    assert refusal() == (
        f"a.yaml: cannot write: {lock} exists but is not an interview lock; "
        "move it away"
    )
    assert Path("victim").read_bytes() == b"7 victim\n"
    assert os.path.lexists(lock)
    assert not Path("missing").exists()


def test_releasing_a_lock_keeps_the_lock_file_of_another_interview(here):
    lock = Path(".a.yaml.lock")
    with locked(Path("a.yaml")):
        lock.unlink()  # `git clean` also removes lock files
        lock.write_text(f"1 {HOST}\n", encoding="utf-8")

    assert lock.read_text(encoding="utf-8") == f"1 {HOST}\n"


def test_lock_file_is_created_again_if_removed_during_locking(here, monkeypatch):
    flock, calls = fcntl.flock, []

    def slow(handle: int, operation: int) -> None:
        flock(handle, operation)
        calls.append(handle)
        if len(calls) < 3:
            Path(".a.yaml.lock").unlink()

    monkeypatch.setattr(fcntl, "flock", slow)
    with locked(Path("a.yaml")):
        assert len(calls) == 3
        assert contents(here).keys() == {".a.yaml.lock"}
    assert contents(here) == {}


NAMES = [
    pytest.param("a" * length, id=f"{length} letters")
    for length in (200, 233, 240, 255)
] + [
    pytest.param("é" * 127, id="254 bytes of two-byte letters"),
    pytest.param("😀" * 63, id="252 bytes of four-byte characters"),
    pytest.param(os.fsdecode(b"\xff" * 250), id="250 bytes that are not UTF-8"),
]


@pytest.mark.parametrize("name", NAMES)
def test_file_with_a_long_name_is_locked_and_saved(here, name):
    path = Path(name)
    check_writable(path)
    with locked(path):
        last = save(path, b"1", last=None)
        last = save(path, b"2", last=last)
        write(path, b"3")
        assert len(contents(here)) == 2
    for _ in range(2):
        with pytest.raises(ConflictError):
            save(path, b"4", last=digest(b"2"))
    assert sorted(contents(here).values()) == [b"3", b"4", b"4"]


def test_locking_a_file_keeps_temporary_files_of_another_file_with_a_similar_long_name(
    here,
):
    names = ["a" * 250 + "1", "a" * 250 + "2"]
    files = [sibling(here / name, f".0123abcd{TEMPORARY}") for name in names]
    for file in files:
        file.touch()
    assert files[0] != files[1]
    with locked(Path(names[0])):
        pass
    assert list(contents(here)) == [files[1].name]


@needs_root
def test_locking_is_refused_in_a_read_only_folder_that_has_a_lock_file(
    shared, as_other_user
):
    (shared / ".a.yaml.lock").touch()
    (shared / "a.yaml").touch()
    (shared / "a.yaml").chmod(0o666)
    shared.chmod(0o755)
    done = subprocess.run(
        [*as_other_user, sys.executable, "-c", HOLD_LOCK],
        input=b"",
        capture_output=True,
        check=False,
    )
    assert done.stderr.decode().splitlines()[-1] == (
        "mlready.errors.StorageError: a.yaml: cannot write: permission denied"
    )
