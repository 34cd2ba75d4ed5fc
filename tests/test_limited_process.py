"""A function runs in a subprocess with limits on its time, memory and files."""

import json
import os
import sys

import pytest

from mlready.user_templates.limited_process import Limits, run_limited

WORK_MODULE = """
import json, os, time
from mlready.user_templates.limited_process import TimeUpError

def upper(request):
    return request.upper()

def environment(request):
    return json.dumps(sorted(os.environ)).encode()

def returns_at_timeout(request):
    try:
        while True:
            try:
                time.sleep(9)
            except Exception:
                pass
    except TimeUpError:
        return b"late"

def sleeps(request):
    time.sleep(9)

def ignores_timeout(request):
    while True:
        try:
            time.sleep(9)
        except BaseException:
            pass

def uses_memory(request):
    return b"x" * 10**9

def is_killed(request):
    os.kill(os.getpid(), 9)

def fails(request):
    raise ValueError(request.decode())

def writes(request):
    with open(request, "wb") as stream:
        stream.write(b"x")

def lists_open_files(request):
    return b"" if len(os.listdir("/proc/self/fd")) == 4 else b"more"
"""
SHORT = Limits(seconds=1)
LONG = Limits(seconds=300)
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such limits")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such limits")


@pytest.fixture(autouse=True)
def _work(tmp_path, monkeypatch):
    (tmp_path / "work.py").write_text(WORK_MODULE)
    monkeypatch.syspath_prepend(tmp_path)


def test_function_in_the_subprocess_gets_the_request_and_returns_a_result():
    assert run_limited("work.upper", b"a\r\n" * 99999, LONG) == b"A\r\n" * 99999


def test_environment_variables_are_not_passed_to_the_subprocess(monkeypatch):
    monkeypatch.setenv("SECRET", "x")
    names = {"LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT"}

    assert set(json.loads(run_limited("work.environment", b"", LONG))) <= names


@linux
def test_open_files_are_not_passed_to_the_subprocess(tmp_path):
    with (tmp_path / "secret").open("w") as stream:
        os.set_inheritable(stream.fileno(), True)  # noqa: FBT003 - positional only

        assert run_limited("work.lists_open_files", b"", LONG) == b""


@posix
def test_result_that_arrives_at_the_time_limit_is_accepted():
    assert run_limited("work.returns_at_timeout", b"", SHORT) == b"late"


@pytest.mark.parametrize("function", ["sleeps", "ignores_timeout"])
def test_endless_function_in_the_subprocess_is_stopped_at_the_time_limit(
    function,
):
    with pytest.raises(TimeoutError):
        run_limited(f"work.{function}", b"", SHORT)


@linux
def test_memory_error_is_raised_if_the_subprocess_uses_too_much_memory():
    with pytest.raises(MemoryError):
        run_limited("work.uses_memory", b"", LONG)


@posix
def test_memory_error_is_raised_if_the_subprocess_is_killed():
    with pytest.raises(MemoryError):
        run_limited("work.is_killed", b"", LONG)


@posix
def test_function_in_the_subprocess_cannot_write_a_file(tmp_path):
    with pytest.raises(RuntimeError, match="File too large"):
        run_limited("work.writes", os.fsencode(tmp_path / "file"), LONG)


def test_exception_in_the_subprocess_is_reported_with_its_message():
    with pytest.raises(RuntimeError, match="ValueError: reason"):
        run_limited("work.fails", b"reason", LONG)
