"""Work in a process of its own, on work that does what it must not."""

import json
import os
import sys

import pytest

from mlready.user_templates.limited_process import Limits, run_limited

WORK = """
import json, os, time
from mlready.user_templates.limited_process import TimeUpError

def told(request):
    return request.upper()

def environment(request):
    return json.dumps(sorted(os.environ)).encode()

def stubborn(request):
    try:
        while True:
            try:
                time.sleep(9)
            except Exception:
                pass
    except TimeUpError:
        return b"late"

def speechless(request):
    time.sleep(9)

def deaf(request):
    while True:
        try:
            time.sleep(9)
        except BaseException:
            pass

def grows(request):
    return b"x" * 10**9

def dies(request):
    os.kill(os.getpid(), 9)

def fails(request):
    raise ValueError(request.decode())

def writes(request):
    with open(request, "wb") as stream:
        stream.write(b"x")

def held(request):
    return b"" if len(os.listdir("/proc/self/fd")) == 4 else b"more"
"""
BRIEF = Limits(seconds=1)
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such limits")
linux = pytest.mark.skipif(sys.platform != "linux", reason="as only Linux has it")


@pytest.fixture(autouse=True)
def _work(tmp_path, monkeypatch):
    (tmp_path / "work.py").write_text(WORK)
    monkeypatch.syspath_prepend(tmp_path)


def test_work_is_done_on_what_is_asked():
    assert run_limited("work.told", b"a\r\n" * 99999, BRIEF) == b"A\r\n" * 99999


def test_no_secret_of_the_environment_is_there(monkeypatch):
    monkeypatch.setenv("SECRET", "x")
    names = {"LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT"}

    assert set(json.loads(run_limited("work.environment", b"", BRIEF))) <= names


@linux
def test_no_file_of_ours_is_open(tmp_path):
    with (tmp_path / "secret").open("w") as stream:
        os.set_inheritable(stream.fileno(), True)  # noqa: FBT003 - as os has it

        assert run_limited("work.held", b"", BRIEF) == b""


@posix
def test_work_that_is_late_can_say_so():
    assert run_limited("work.stubborn", b"", BRIEF) == b"late"


@pytest.mark.parametrize("work", ["speechless", "deaf"])
def test_work_that_does_not_end_is_ended(work):
    with pytest.raises(TimeoutError):
        run_limited(f"work.{work}", b"", BRIEF)


@linux
def test_memory_is_limited():
    with pytest.raises(MemoryError):
        run_limited("work.grows", b"", BRIEF)


@posix
def test_work_that_was_killed_had_no_memory():
    with pytest.raises(MemoryError):
        run_limited("work.dies", b"", BRIEF)


@posix
def test_no_file_can_be_written(tmp_path):
    with pytest.raises(RuntimeError, match="File too large"):
        run_limited("work.writes", os.fsencode(tmp_path / "file"), BRIEF)


def test_a_bug_is_told_whole():
    with pytest.raises(RuntimeError, match="ValueError: told"):
        run_limited("work.fails", b"told", BRIEF)
