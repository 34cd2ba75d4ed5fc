"""Limits of time, memory, files and processes on a function in a subprocess."""

import json
import os
import sys

import pytest

from mlready.user_templates.limited_process import Limits, run_limited

WORK = """
import json, os, time
from mlready.user_templates.limited_process import TimeUpError

def upper(request):
    return request.upper()

def environment(request):
    return json.dumps(sorted(os.environ)).encode()

def reports_the_end(request):
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

def ignores_the_end(request):
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
BRIEF = Limits(seconds=1)
PATIENT = Limits(seconds=300)
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such limits")
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such limits")


@pytest.fixture(autouse=True)
def _work(tmp_path, monkeypatch):
    (tmp_path / "work.py").write_text(WORK)
    monkeypatch.syspath_prepend(tmp_path)


def test_function_is_called_with_the_request():
    assert run_limited("work.upper", b"a\r\n" * 99999, PATIENT) == b"A\r\n" * 99999


def test_environment_is_not_passed_on(monkeypatch):
    monkeypatch.setenv("SECRET", "x")
    names = {"LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT"}

    assert set(json.loads(run_limited("work.environment", b"", PATIENT))) <= names


@linux
def test_open_files_are_not_passed_on(tmp_path):
    with (tmp_path / "secret").open("w") as stream:
        os.set_inheritable(stream.fileno(), True)  # noqa: FBT003 - as os has it

        assert run_limited("work.lists_open_files", b"", PATIENT) == b""


@posix
def test_function_can_answer_when_the_time_is_up():
    assert run_limited("work.reports_the_end", b"", BRIEF) == b"late"


@pytest.mark.parametrize("work", ["sleeps", "ignores_the_end"])
def test_function_that_does_not_end_is_stopped(work):
    with pytest.raises(TimeoutError):
        run_limited(f"work.{work}", b"", BRIEF)


@linux
def test_memory_is_limited():
    with pytest.raises(MemoryError):
        run_limited("work.uses_memory", b"", PATIENT)


@posix
def test_killed_process_counts_as_out_of_memory():
    with pytest.raises(MemoryError):
        run_limited("work.is_killed", b"", PATIENT)


@posix
def test_no_file_can_be_written(tmp_path):
    with pytest.raises(RuntimeError, match="File too large"):
        run_limited("work.writes", os.fsencode(tmp_path / "file"), PATIENT)


def test_exception_is_passed_on_with_its_message():
    with pytest.raises(RuntimeError, match="ValueError: reason"):
        run_limited("work.fails", b"reason", PATIENT)
