"""Behaviour on systems that lack some modules, system calls or file operations."""

import errno
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from mlready import platform_support
from mlready.errors import StorageWarning
from mlready.storage.atomic_file import digest, save, write
from mlready.storage.file_lock import locked
from tests.commands import contents

OLD, NEW = b"old\n", b"new\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_bytes(OLD)
    return tmp_path


def fail_with(number: int):
    def call(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


def save_and_write() -> None:
    """Save an answers file as an interview does, and write a report file."""
    with locked(Path("a.yaml")):
        save(Path("a.yaml"), NEW, last=digest(OLD))
    write(Path("r.md"), NEW)


@pytest.mark.parametrize("module", ["ctypes", "pwd", "resource", "termios"])
def test_files_are_saved_even_if_an_optional_standard_module_is_missing(
    here, monkeypatch, module
):
    monkeypatch.setitem(sys.modules, module, None)
    save_and_write()
    assert contents(here) == {"a.yaml": NEW, "r.md": NEW}


@pytest.mark.filterwarnings("ignore::mlready.errors.StorageWarning")
def test_files_are_saved_even_if_the_system_has_no_file_locks(here, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    save_and_write()
    assert contents(here) == {"a.yaml": NEW, "r.md": NEW}


@pytest.mark.parametrize(
    "name", ["fchmod", "fchown", "listxattr", "pathconf", "O_NOFOLLOW", "O_NONBLOCK"]
)
def test_files_are_saved_even_if_module_os_lacks_a_function_or_a_flag(
    here, monkeypatch, name
):
    monkeypatch.delattr(os, name)
    save_and_write()
    assert contents(here) == {"a.yaml": NEW, "r.md": NEW}


def test_new_file_is_saved_even_if_hard_links_are_refused(here, monkeypatch):
    monkeypatch.setattr(os, "link", fail_with(errno.EPERM))
    save(Path("new.yaml"), NEW, last=None)
    assert contents(here) == {"a.yaml": OLD, "new.yaml": NEW}


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EINVAL, errno.ENOTSUP])
def test_file_is_saved_even_if_the_system_cannot_exchange_two_files(
    here, monkeypatch, number
):
    import ctypes

    def library_without_exchange(*_: object, **__: object) -> SimpleNamespace:
        ctypes.set_errno(number)
        return SimpleNamespace(renameat2=lambda *_: -1)

    monkeypatch.setattr(ctypes, "CDLL", library_without_exchange)
    save(Path("a.yaml"), NEW, last=digest(OLD))
    assert contents(here) == {"a.yaml": NEW}


@pytest.mark.parametrize(
    ("call", "number"),
    [
        pytest.param("fsync", errno.EINVAL, id="flushing a folder unknown"),
        pytest.param("fsync", errno.ENOTSUP, id="flushing a folder not supported"),
        pytest.param("fsync", errno.EACCES, id="flushing a folder not allowed"),
        pytest.param("fsync", errno.EBADF, id="folder open for reading only"),
        pytest.param("open", errno.EACCES, id="folder not readable"),
        pytest.param("open", errno.EPERM, id="folder cannot be opened"),
    ],
)
def test_file_is_saved_with_a_warning_if_its_folder_cannot_be_flushed(
    here, monkeypatch, call, number
):
    real = getattr(os, call)

    def fail_for_folders(target, *args, **kwargs):
        is_folder = os.path.isdir(target)  # noqa: PTH112 - path or file descriptor
        return fail_with(number)() if is_folder else real(target, *args, **kwargs)

    monkeypatch.setattr(os, call, fail_for_folders)
    with pytest.warns(StorageWarning) as caught:
        save(Path("a.yaml"), NEW, last=digest(OLD))
    (line,) = [str(each.message) for each in caught]
    assert line == (
        "a.yaml: written, but this system cannot say whether it would survive "
        "a power cut"
    )
    assert contents(here) == {"a.yaml": NEW}


def test_saving_on_macos_flushes_the_cache_of_the_drive(here, monkeypatch):
    import fcntl

    calls = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "fcntl", lambda _, command: calls.append(command))
    write(Path("a.yaml"), NEW)
    assert calls == [51, 51]  # 51 is F_FULLFSYNC: for the file, then its folder


def test_saving_on_macos_uses_fsync_if_the_drive_refuses_a_full_flush(
    here, monkeypatch
):
    import fcntl

    flushed: list[int] = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "fcntl", fail_with(errno.ENOTSUP))
    monkeypatch.setattr(os, "fsync", flushed.append)
    write(Path("a.yaml"), NEW)
    assert len(flushed) == 2


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend to run on Windows, and make ``time.sleep`` return at once."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("time.sleep", lambda _: None)


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("times", [1, 19])
def test_saving_on_windows_is_retried_while_an_editor_has_the_file_open(
    here, monkeypatch, times
):
    replace, calls = os.replace, []

    def replace_once_free(source, target):
        calls.append(target)
        if len(calls) <= times:
            fail_with(errno.EACCES)()
        replace(source, target)

    monkeypatch.setattr(os, "replace", replace_once_free)
    write(Path("a.yaml"), NEW)
    assert (len(calls), contents(here)) == (times + 1, {"a.yaml": NEW})


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(
    ("number", "closed"), [(errno.EINVAL, True), (errno.ENOSPC, False)]
)
def test_error_code_einval_means_a_closed_pipe_on_windows(number, closed):
    assert platform_support.is_closed_pipe(OSError(number, "x")) is closed


def test_error_code_einval_does_not_mean_a_closed_pipe_on_systems_other_than_windows():
    assert not platform_support.is_closed_pipe(OSError(errno.EINVAL, "x"))
    assert platform_support.is_closed_pipe(BrokenPipeError())


@pytest.mark.usefixtures("windows")
def test_file_lock_on_windows_covers_one_byte_far_beyond_the_text(here, monkeypatch):
    calls = []
    msvcrt = ModuleType("msvcrt")
    msvcrt.__dict__["LK_NBLCK"] = 2
    msvcrt.__dict__["locking"] = lambda handle, how, size: calls.append(
        (os.lseek(handle, 0, os.SEEK_CUR), how, size)
    )
    monkeypatch.setitem(sys.modules, "msvcrt", msvcrt)
    with Path("a.yaml").open("rb") as stream:
        assert platform_support.try_lock(stream.fileno())
        assert calls == [(1 << 30, 2, 1)]
        msvcrt.__dict__["locking"] = fail_with(errno.EACCES)
        assert not platform_support.try_lock(stream.fileno())


@pytest.mark.usefixtures("windows")
def test_lock_file_is_removed_after_closing_if_it_cannot_be_removed_while_open(
    here, monkeypatch
):
    monkeypatch.setattr(platform_support, "try_lock", lambda _: True)
    monkeypatch.setattr(sys, "platform", "linux")
    unlink, removed = Path.unlink, []

    def fail_once(path: Path, **kwargs: bool) -> None:
        removed.append(path.name)
        if len(removed) == 1:
            fail_with(errno.EACCES)()
        unlink(path, **kwargs)

    with locked(Path("a.yaml")):
        monkeypatch.setattr(Path, "unlink", fail_once)
    assert removed == [".a.yaml.lock", ".a.yaml.lock"]
    assert contents(here) == {"a.yaml": OLD}


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        pytest.param("answers.yaml", "answers.yaml", id="plain name"),
        pytest.param(r"C:\kick\a.yaml", r"C:\kick\a.yaml", id="backslashes"),
        pytest.param("my file.yaml", '"my file.yaml"', id="space"),
        pytest.param("a&b.yaml", '"a&b.yaml"', id="shell operator"),
        pytest.param("it's.yaml", '"it\'s.yaml"', id="apostrophe"),
        pytest.param("", '""', id="empty name"),
    ],
)
def test_file_names_are_quoted_for_cmd_on_windows(text, quoted):
    assert platform_support.quote_for_shell(text) == quoted


@pytest.mark.parametrize(
    "name",
    [
        b"plain.yaml",
        b"my file.yaml",
        b"it's.yaml",
        b"$(date).yaml",
        "żółw.yaml".encode(),
        b"\xff.yaml",
        b"it's \\ \xe9\x80.yaml",
        b"a\nb.yaml",
        b"\x1b[31m.yaml",
        "\u202e.yaml".encode(),
        b"\xff1.yaml",
    ],
)
def test_bash_reads_a_quoted_file_name_unchanged(name):
    quoted = platform_support.quote_for_shell(os.fsdecode(name))
    assert quoted.isprintable()
    done = subprocess.run(
        ["bash", "-c", f"printf %s {quoted}"], capture_output=True, check=True
    )
    assert done.stdout == name


def test_ordinary_file_name_is_quoted_as_shlex_quote_does():
    for text in ("a.yaml", "my file.yaml", "it's"):
        assert platform_support.quote_for_shell(text) == shlex.quote(text)


def test_signal_handlers_are_set_only_for_signals_that_the_system_has(monkeypatch):
    calls = []
    monkeypatch.setattr(signal, "signal", lambda number, _: calls.append(number))
    monkeypatch.delattr(signal, "SIGHUP")
    platform_support.handle_signals(None, "SIGTERM", "SIGHUP", "SIGNOTHING")
    assert calls == [signal.SIGTERM]


@pytest.mark.usefixtures("windows")
def test_timers_and_limits_and_memory_measurement_do_nothing_on_windows(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.delattr(signal, "setitimer")
    platform_support.start_timer(1, None)
    platform_support.stop_timer()
    platform_support.limit_resource("RLIMIT_CPU", 1)
    assert platform_support.memory_in_use() is None
    assert not platform_support.is_out_of_time(-24)


def test_setting_a_resource_limit_that_the_system_lacks_does_nothing():
    platform_support.limit_resource("RLIMIT_NOTHING", 1)


def test_terminal_settings_are_left_alone_if_module_termios_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "termios", None)
    with platform_support.terminal_modes_restored():
        platform_support.discard_typeahead()


def test_process_of_another_user_counts_as_running(monkeypatch):
    monkeypatch.setattr(os, "kill", fail_with(errno.EPERM))
    assert platform_support.is_alive(1)


def test_user_id_without_a_user_name_is_shown_as_a_number():
    assert platform_support.user_name(987654) == "user 987654"
