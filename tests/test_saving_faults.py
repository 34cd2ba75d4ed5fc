"""Saving answers if the disk is full, or if the file or folder cannot be written.

Other faults of saving are tested in ``faults/``, ``test_terminal.py``,
``test_file_metadata.py`` and ``test_atomic_file.py``.
"""

import errno
import io
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path

import pytest

from mlready import platform_support
from mlready.errors import StorageError
from mlready.interview.navigation import REVIEW
from mlready.model.answers import Answer, AnswerSheet
from mlready.model.questionnaire import Questionnaire
from mlready.storage import atomic_file
from mlready.storage.answers_file import dump
from mlready.storage.atomic_file import digest, save, write
from mlready.storage.file_lock import locked
from tests.commands import contents
from tests.faults import races
from tests.faults.injected import injector
from tests.faults.sessions import run_session, set_up, team
from tests.terminal import DATED, Terminal, at

pytestmark = [
    pytest.mark.terminal,
    # pytest-xdist runs threads; from 3.12 on, Python warns if such a process forks.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]

SMALL = str(Path(__file__).parent / "data" / "small.yaml")
OLD, NEW = b"old\n", b"new\n" * 5000
PAGE = 4096
BEFORE = AnswerSheet("small", 1, next="COL-01", name="Churn", voice=DATED)
AFTER = BEFORE._replace(next="COL-02", answers={"COL-01": Answer(2)})
UNSAVED = "what you said last is not saved, all before it is"
PROGRAM = """
from pathlib import Path
from mlready.errors import StorageError
from mlready.storage.atomic_file import write
from mlready.storage.file_lock import locked
path = Path("a.yaml")
try:
    {action}
except StorageError as error:
    print(error)
"""

Open = Callable[..., Terminal]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The folder of a mounted file system of 16 KiB."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={4 * PAGE}", "tmpfs", str(tmp_path)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system may be mounted here")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Open]:
    opened: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        opened.append(Terminal(tmp_path, "a.yaml", "-q", SMALL, *arguments))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


@pytest.fixture
def run_unprivileged(here: Path) -> Iterator[Run]:
    """Return a function that runs Python with the given command-line arguments.

    Python must obey the permissions of files, even if root runs the tests.
    """
    confine = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    program = [*(confine if os.geteuid() == 0 else []), sys.executable]
    if not shutil.which(program[0]):
        pytest.skip("root without setpriv may read and write everything")
    yield lambda *arguments: subprocess.run(
        [*program, *arguments], check=False, capture_output=True, text=True
    )
    here.chmod(0o700)


def refusal(action, *args, **options):
    with pytest.raises(StorageError) as caught:
        action(*args, **options)
    return str(caught.value)


def lock_and_unlock(path: Path) -> None:
    with locked(path):
        pass


def failing(*_: object, **__: object) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


@contextmanager
def file_size_limited(pid: int) -> Iterator[None]:
    """Limit each file that a process writes to ten bytes, as `ulimit -f` does."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


needs_limits = pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="only Linux can limit a process afterwards"
)


@pytest.mark.parametrize(
    ("modes", "action", "reason"),
    [
        pytest.param(
            (0o755, 0o444),
            "write(path, b'new')",
            "it is not a file that may be written",
            id="write to a read-only file",
        ),
        pytest.param(
            (0o755, 0o444),
            "locked(path).__enter__()",
            "it is read-only",
            id="interview on a read-only file",
        ),
        pytest.param(
            (0o555, 0o644),
            "write(path, b'new')",
            "permission denied",
            id="write in a read-only folder",
        ),
        pytest.param(
            (0o555, 0o644),
            "locked(path).__enter__()",
            "permission denied",
            id="interview in a read-only folder",
        ),
    ],
)
def test_writing_and_locking_are_refused_if_the_file_or_its_folder_is_read_only(
    here, run_unprivileged, modes, action, reason
):
    Path("a.yaml").write_bytes(OLD)
    Path("a.yaml").chmod(modes[1])
    here.chmod(modes[0])
    done = run_unprivileged("-c", PROGRAM.format(action=action))
    assert (done.stdout, done.stderr) == (f"a.yaml: cannot write: {reason}\n", "")
    assert contents(here) == {"a.yaml": OLD}


def test_commands_exit_with_5_if_the_answers_file_is_unreadable(run_unprivileged):
    Path("a.yaml").touch(mode=0o200)
    for command in ("validate", "report"):
        done = run_unprivileged("-m", "mlready", command, "a.yaml")
        assert (done.returncode, done.stdout, done.stderr) == (
            5, "", "mlready: a.yaml: cannot read: permission denied\n"
        )  # fmt: skip


def test_saving_a_file_with_hard_links_updates_the_content_under_all_names(here):
    Path("a.yaml").write_bytes(OLD)
    Path("b.yaml").hardlink_to("a.yaml")
    save(Path("a.yaml"), NEW, last=digest(OLD))
    assert contents(here) == {"a.yaml": NEW, "b.yaml": NEW}
    assert Path("a.yaml").samefile("b.yaml")


@pytest.mark.parametrize(
    "before", [{"a.yaml": OLD}, {}], ids=["existing file", "no file"]
)
def test_failed_write_to_a_full_disk_changes_no_file(small_disk, before):
    for name, data in before.items():
        (small_disk / name).write_bytes(data)
    path = small_disk / "a.yaml"
    assert refusal(write, path, NEW) == (
        f"{path}: cannot write: no space left on device"
    )
    assert contents(small_disk) == before


@needs_limits
def test_write_beyond_the_file_size_limit_changes_no_file(here):
    Path("a.yaml").write_bytes(OLD)
    with file_size_limited(os.getpid()):
        message = refusal(write, Path("a.yaml"), NEW)
    assert message == "a.yaml: cannot write: file too large"
    assert contents(here) == {"a.yaml": OLD}


class ShortWrites(io.FileIO):
    """A file whose method ``write`` writes at most seven bytes in each call."""

    def write(self, data):
        return super().write(bytes(data[:7]))


def test_write_continues_until_all_bytes_are_written(here, monkeypatch):
    monkeypatch.setattr(
        atomic_file,
        "open",
        lambda *args: io.BufferedWriter(ShortWrites(*args)),
        raising=False,
    )
    write(Path("a.yaml"), NEW)
    assert contents(here) == {"a.yaml": NEW}


def test_save_can_be_repeated_if_it_failed_after_renaming_the_temporary_file(
    here, monkeypatch
):
    Path("a.yaml").write_bytes(OLD)
    with monkeypatch.context() as patch:
        patch.setattr(platform_support, "flush_folder", failing)
        assert refusal(save, Path("a.yaml"), NEW, last=digest(OLD)) == (
            "a.yaml: cannot write: input/output error"
        )
    assert save(Path("a.yaml"), NEW, last=digest(OLD)) == digest(NEW)
    assert contents(here) == {"a.yaml": NEW}


def test_locking_is_refused_if_listing_the_folder_fails_with_an_io_error(
    here, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", failing)
        assert refusal(lock_and_unlock, Path("a.yaml")) == (
            "a.yaml: cannot write: input/output error"
        )
    assert contents(here) == {}


def test_leftover_lock_file_does_not_prevent_the_next_lock(here, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", failing)
        lock_and_unlock(Path("a.yaml"))
    assert contents(here).keys() == {".a.yaml.lock"}
    lock_and_unlock(Path("a.yaml"))
    assert contents(here) == {}


@pytest.fixture
def begin(tmp_path: Path, small: Questionnaire, run: Open) -> Open:
    """Return a function that starts an interview and waits for the first question."""

    def start(*arguments: str) -> Terminal:
        (tmp_path / "a.yaml").write_text(dump(BEFORE, small))
        terminal = run(*arguments)
        terminal.until("Is what happens recorded?", "ctrl-c save and leave")
        return terminal

    return start


def without_time(text: str) -> str:
    """Return an answers file without the duration of the interview."""
    return re.sub(r"(?m)^interview: .*\n", "", text)


@needs_limits
@pytest.mark.parametrize(
    ("options", "yes"),
    [
        pytest.param([], ["down", "enter"], id="keys"),
        pytest.param(["--plain"], ["yes", "enter"], id="plain"),
    ],
)
def test_interview_offers_to_retry_a_failed_save(tmp_path, small, begin, options, yes):
    terminal = begin(*options)
    with file_size_limited(terminal.child.pid):
        for keys in (["2", "enter"], yes):
            terminal.clear()
            terminal.send(*keys)
            terminal.until(f"a.yaml: cannot write: file too large; {UNSAVED}. Try")
        assert contents(tmp_path)["a.yaml"] == dump(BEFORE, small).encode()
    terminal.send(*yes)
    terminal.until("Is it kept?")
    assert without_time((tmp_path / "a.yaml").read_text()) == dump(AFTER, small)


@needs_limits
@pytest.mark.parametrize(
    "options", [pytest.param([], id="keys"), pytest.param(["--plain"], id="plain")]
)
@pytest.mark.parametrize(
    "way",
    [
        pytest.param("enter", id="answer no"),
        pytest.param("ctrl-d", id="ctrl-d"),
        pytest.param(signal.SIGTERM, id="SIGTERM"),
    ],
)
def test_leaving_after_a_failed_save_reports_the_unsaved_answer(
    tmp_path, small, begin, options, way
):
    terminal = begin(*options)
    with file_size_limited(terminal.child.pid):
        terminal.send("2", "enter")
        terminal.until("Try again?")
        terminal.clear()
    (terminal.send if isinstance(way, str) else terminal.signal)(way)
    assert terminal.ended() == 5
    assert terminal.shows(f"mlready: a.yaml: cannot write: file too large; {UNSAVED}")
    assert not terminal.shows("your answers are saved")
    assert contents(tmp_path) == {"a.yaml": dump(BEFORE, small).encode()}


def test_interview_continues_when_space_is_freed_on_a_full_disk(
    small_disk, small, begin
):
    terminal = begin()
    ballast = small_disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as stream:
        while stream.write(bytes(PAGE)):
            continue
    terminal.send("2", "enter")
    terminal.until(f"a.yaml: cannot write: no space left on device; {UNSAVED}. Try")
    ballast.unlink()
    terminal.send("down", "enter")
    terminal.until("Is it kept?")
    terminal.send("ctrl-d")
    assert terminal.ended() == 130
    [saved] = contents(small_disk).values()
    assert without_time(saved.decode()) == dump(AFTER, small)


def test_next_question_appears_only_after_the_answer_is_flushed_to_disk(
    kickoff, tmp_path
):
    _, command, in_kernel = injector()
    if not in_kernel:
        pytest.skip("only strace records the order of system calls")
    folder, half = tmp_path / "folder", team(kickoff, "half", 2)
    folder.mkdir()
    set_up(half, folder)
    run_session(command(tmp_path / "log", None), folder, half.lines)
    saved = [
        "open draft", "write draft", "fsync draft", "rename", "fsync folder", "print",
    ]  # fmt: skip
    assert calls_in_order(tmp_path / "log", folder) == ["print", *saved, *saved]


def calls_in_order(log: Path, folder: Path) -> list[str]:
    """Return the kinds of system calls in a log of strace, such as "fsync folder".

    Equal kinds in a row appear once. In "fsync draft", the draft is a temporary file.
    """
    path = re.escape(str(folder))
    draft = rf"{path}/\.answers\.yaml\.[^/.]+\.mlready-draft"
    kinds = {
        rf'openat\(.*"{draft}", O_RDWR\|O_CREAT\|O_EXCL': "open draft",
        rf"write\(\d+<{draft}>": "write draft",
        rf"fsync\(\d+<{draft}>": "fsync draft",
        rf'renameat2\(.*"{draft}", .*"{path}/answers\.yaml", .*\) = 0': "rename",
        rf"fsync\(\d+<{path}>": "fsync folder",
        r"write\(\d+</dev/(pts|tty)": "print",
    }
    calls = [
        kind
        for line in log.read_text().splitlines()
        for pattern, kind in kinds.items()
        if re.match(pattern, line)
    ]
    return [kind for kind, _ in groupby(calls)]


@pytest.mark.parametrize("kind", races.KINDS)
def test_saving_loses_no_file_version_written_by_another_process(kind):
    assert races.race(kind, 40).lost == 0


@pytest.mark.parametrize(
    "arguments", [pytest.param([], id="keys"), pytest.param(["--plain"], id="plain")]
)
def test_interview_accepts_a_file_whose_name_is_not_utf_8(tmp_path, small, arguments):
    name = os.fsdecode(b"\xff a.yaml")
    (tmp_path / name).write_text(dump(at(REVIEW), small))
    terminal = Terminal(tmp_path, name, "-q", SMALL, *arguments)
    terminal.until("finish")
    terminal.send("enter")
    assert terminal.ended() == 0
    # Bash, zsh and ksh read this quoted form as a file name that is not UTF-8.
    assert terminal.shows(r"mlready report $'\xff a.yaml' -q")
    terminal.close()
