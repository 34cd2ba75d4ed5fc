"""Several processes give the same results as one, and all end after an error."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from multiprocessing import active_children, parent_process
from pathlib import Path

import pytest

from mlready.cli import portfolio_files, worker_processes
from mlready.cli.portfolio_files import Settings, read_teams
from mlready.errors import StorageError
from mlready.storage import answers_file
from tests.samples import ANCHORS, KICKOFF, answered_by, example, read_sheet

PATIENCE = 60.0  # seconds after which a wait fails

pytestmark = [
    # pytest-xdist runs threads; from 3.12 on, Python warns if such a process forks.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
    pytest.mark.skipif(sys.platform == "win32", reason="starts each process anew"),
]


def power(exponent: int, number: int) -> int:
    return int(number**exponent)


def die(number: int) -> int:
    if parent_process():
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def fail(number: int) -> int:
    if parent_process():
        raise ZeroDivisionError(number)
    return number


def wait(number: int) -> int:
    time.sleep(PATIENCE * (number > 0))
    return number


def process(number: int) -> int:
    time.sleep(0.01)
    return os.getpid() + 0 * number


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    end = time.monotonic() + PATIENCE
    while active_children():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_of_several_processes_are_in_the_order_of_their_inputs(processes: int):
    found = worker_processes.results(partial(power, 2), range(7), processes)

    assert list(found) == [0, 1, 4, 9, 16, 25, 36]


def test_main_process_does_a_share_of_the_work():
    found = set(worker_processes.results(process, range(20), 3))

    assert len(found) == 3
    assert os.getpid() in found


def test_error_is_raised_if_a_worker_process_is_killed():
    with pytest.raises(StorageError, match="ended from outside"):
        list(worker_processes.results(die, [1, 2, 3], 2))


def test_error_in_a_worker_process_is_raised_in_the_main_process():
    with pytest.raises(ZeroDivisionError):
        list(worker_processes.results(fail, [1, 2, 3], 2))


def test_interrupt_ends_all_worker_processes():
    found = iter(worker_processes.results(wait, [0, 1, 2], 2))
    next(found)
    with pytest.raises(KeyboardInterrupt):
        found.throw(KeyboardInterrupt)  # type: ignore[attr-defined] # it is a generator


def test_main_process_does_the_work_if_no_other_process_can_be_started(
    monkeypatch: pytest.MonkeyPatch,
):
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)

    assert list(worker_processes.results(partial(power, 2), [2, 3], 2)) == [4, 9]


def test_number_of_processes_does_not_change_which_teams_a_portfolio_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(portfolio_files, "CHUNK", 2)
    for number, path in enumerate(ANCHORS[:5]):
        for folder in ("a", "b"):
            sheet = answered_by(read_sheet(path), folder)._replace(name=str(number))
            text = answers_file.dump(sheet, KICKOFF)
            (tmp_path / f"{folder}{number}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text("questionnaire: kickoff\nversion: x\n")
    one, two, three = (
        read_teams([tmp_path], Settings(KICKOFF), processes) for processes in (1, 2, 3)
    )

    assert one == two == three
    assert [len(team.files) for team in one.teams] == [2] * 5
    assert len(one.bad) == 1


def test_ctrl_c_ends_the_program_and_all_its_processes(tmp_path: Path):
    # A note makes each file slow to read: another layout than the usual one.
    slow = "\n".join(f"# {'x' * 70}" for _ in range(10_000))
    text = f"{slow}\n{answers_file.dump(example('stilts'), KICKOFF)}".replace(
        ": ", ":  "
    )
    for number in range(portfolio_files.MANY):
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mlready", "portfolio", str(tmp_path)]
    program = subprocess.Popen(
        command, start_new_session=True, stdout=-1, stderr=-1, text=True
    )
    end = time.monotonic() + PATIENCE
    while worker_processes.cores() > 1 and not _children(program.pid):
        assert time.monotonic() < end
        time.sleep(0.05)
    os.killpg(program.pid, signal.SIGINT)
    out, err = program.communicate(timeout=PATIENCE)

    assert (program.returncode, out, err) == (130, "", "")
    with pytest.raises(ProcessLookupError):  # nobody is left in its process group
        os.killpg(program.pid, 0)


def _children(process: int) -> str:
    path = Path(f"/proc/{process}/task/{process}/children")
    return path.read_text() if path.exists() else "unknown"
