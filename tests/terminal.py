"""Run interviews in a pseudo-terminal, and read what its screen shows."""

import ctypes
import os
import re
import select
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer
from types import MappingProxyType
from typing import Any, NamedTuple

import pexpect
import pyte
import pytest

from mlready.interview.flow import Interview
from mlready.interview.navigation import REVIEW, Move, Replies, Reply, StepPosition
from mlready.interview.pace import Pace
from mlready.interview.steps import Step
from mlready.model.answers import NO_TIMING, Answer, AnswerSheet, Voice
from mlready.model.questionnaire import Questionnaire
from mlready.storage.answers_file import dump, read

SMALL = str(Path(__file__).parent / "data" / "small.yaml")
PATIENCE = 60.0  # seconds after which a wait for the program fails
ENDED = os.WEXITED | os.WNOHANG | os.WNOWAIT
POLL = 0.005  # seconds between checks of whether the program has read its input
KEYS = {
    "enter": "\r",
    "left": "\x1b[D",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "shift-tab": "\x1b[Z",
    "backspace": "\x7f",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "page down": "\x1b[6~",
    "page up": "\x1b[5~",
    "tab": "\t",
    "ctrl-c": "\x03",
    "ctrl-d": "\x04",
    "ctrl-z": "\x1a",
    "escape": "\x1b",
    "nul": "\x00",
    "bell": "\x07",
}
DATE, EPOCH = "2026-11-22", "1795348800"  # when all interviews of the tests are held
DATED = Voice(date=DATE)
NOW = datetime.fromtimestamp(int(EPOCH), UTC)
ASKED = {
    "voice.name": "Who answers? One name, or several.",
    "voice.role": "What is your role?",
    "voice.present": "Who is present?",
    "project.name": "What is it called?",
    "project.slice": "Which part of it?",
    "profile.headcount": "How many people work here?",
    "profile.approach": "Where does the model come from?",
    "profile.readers": "Who may read its sources?",
    "available.analyst": "How many analysts are free for it?",
    "COL-01": "Is what happens recorded?",
    "COL-02": "Is it kept?",
    "MOV-01": "Does it arrive in one place?",
    "AIM-01": "Is there a simple way to compare with?",
    "background.promise": "What was promised?",
    "background.reader": "Who will read it?",
    "note.COL-01": "What makes you say so?",
    REVIEW: "Everything you said. Change a line, or finish.",
}
COMPLETE: Mapping[str, Any] = {
    "slice": "Letters",
    "profile": {"headcount": "12", "approach": "train"},
    "available": {"analyst": 0.5},
}
LEVELS = {id_: Answer(3) for id_ in ("COL-01", "COL-02", "MOV-01", "AIM-01")}
GO_ON = "Enter or space goes on · ? explains."
HINT = "ctrl-c save and leave"  # the last text that is drawn for a question
LEFT = "mlready: your answers are saved in answers.yaml; run the same command to go on"


class Modes(NamedTuple):
    """How a terminal treats what is typed."""

    echo: bool  # whether the terminal shows what is typed
    # Whether the program gets the input line by line instead of key by key.
    lines: bool


SHELL_MODES = Modes(echo=True, lines=True)


class Terminal:
    """An interview in its own pseudo-terminal, with an emulated screen."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        columns: int = 80,
        rows: int = 30,
        term: str = "xterm-256color",
        program: tuple[str, ...] = ("-m", "mlready"),
        env: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        # These variables hold the size of the terminal that the tests run in.
        sizes = {"COLUMNS", "LINES"}
        environment = {k: value for k, value in os.environ.items() if k not in sizes}
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.received = b""
        self.child = pexpect.spawn(
            sys.executable,
            [*program, "interview", *arguments],
            cwd=str(folder),
            env={**environment, "TERM": term, "SOURCE_DATE_EPOCH": EPOCH, **env},
            dimensions=(rows, columns),
        )
        # The C function is called because os.ptsname exists only since Python 3.13.
        name = ctypes.CDLL(None).ptsname
        name.restype = ctypes.c_char_p
        self.slave: bytes = name(self.child.child_fd)
        self.child.delaybeforesend = None
        self.child.ptyproc.delayafterclose = 0

    def text(self) -> str:
        """Return the text on the screen, without spaces at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def shows(self, text: str) -> bool:
        """Return whether a text is on the screen; spaces and line breaks may differ."""
        lines = (re.sub(r" {2,}[↑↓]$", "", line) for line in self.text().splitlines())
        shown = "".join("".join(lines).split())
        wanted = "".join(text.split())
        return wanted in shown or wanted in "".join(self.text().split())

    def until(self, *texts: str) -> None:
        """Wait until all of ``texts`` are on the screen."""
        end = time.monotonic() + PATIENCE
        while missing := [text for text in texts if not self.shows(text)]:
            if not self._read(end):
                raise AssertionError(f"{missing} is not on the screen:\n{self.text()}")

    def until_gone(self, text: str) -> None:
        """Wait until a text is no longer on the screen."""
        end = time.monotonic() + PATIENCE
        while self.shows(text):
            if not self._read(end):
                raise AssertionError(f"{text} is still on the screen:\n{self.text()}")

    def until_waiting(self) -> None:
        """Wait until the program waits for input; do nothing if /proc is missing."""
        state, end = Path(f"/proc/{self.child.pid}/stat"), time.monotonic() + PATIENCE
        while state.exists() and ") S " not in state.read_text():
            self._read(min(time.monotonic() + POLL, end))
            assert time.monotonic() < end, f"not waiting:\n{self.text()}"

    def send(self, *keys: str) -> None:
        """Press keys, such as "enter", or type texts; wait until all is read."""
        for key in keys:
            self.child.send(KEYS.get(key, key))
            self._until_read()

    def paste(self, text: str | bytes) -> None:
        """Send a text all at once, as a terminal does when somebody pastes."""
        self.until_waiting()
        self.child.send(text)
        self._until_read()

    def clear(self) -> None:
        """Clear the emulated screen, so that it shows only later output."""
        self.screen.reset()

    def resize(self, columns: int, rows: int = 30) -> None:
        """Change the size of the terminal window, and clear the emulated screen."""
        self.screen.reset()
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def signal(self, number: int) -> None:
        self.child.kill(number)

    def stop(self) -> None:
        """Suspend the program, and make the terminal echo keys and pass on whole lines.

        A shell does the same to a terminal after ctrl-z.
        """
        self.signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.child.pid, os.WSTOPPED | os.WNOWAIT)
        modes = termios.tcgetattr(self.child.child_fd)
        modes[0] |= termios.ICRNL
        modes[3] |= termios.ECHO | termios.ICANON | termios.ISIG
        termios.tcsetattr(self.child.child_fd, termios.TCSANOW, modes)

    def hang_up(self) -> None:
        """Close the terminal, as closing its window does."""
        self.child.ptyproc.fileobj.close()
        self.child.closed = True

    def ended(self) -> int:
        """Wait until the program ends; return its exit code, negative for a signal."""
        process, end = self.child.ptyproc, time.monotonic() + PATIENCE
        killer = Timer(PATIENCE, os.kill, [process.pid, signal.SIGKILL])
        killer.start()
        while not self.child.closed and self._read(end):
            pass
        process.wait()
        killer.cancel()
        return int(
            -process.signalstatus if process.signalstatus else process.exitstatus
        )

    def modes(self) -> Modes:
        flags = termios.tcgetattr(self.child.child_fd)[3]
        return Modes(bool(flags & termios.ECHO), bool(flags & termios.ICANON))

    def close(self) -> None:
        if self.child.isalive():
            self.signal(signal.SIGKILL)
            self.child.ptyproc.wait()
        self.child.close()

    def _until_read(self) -> None:
        """Wait until the program has read everything typed, or has ended."""
        end = time.monotonic() + PATIENCE
        while self._unread():
            if not self._read(min(time.monotonic() + POLL, end)):
                assert time.monotonic() < end, f"nothing is read:\n{self.text()}"

    def _unread(self) -> bool:
        """Return whether the program runs and has not yet read everything typed."""
        if self.child.ptyproc.terminated or os.waitid(os.P_PID, self.child.pid, ENDED):
            return False
        slave = os.open(self.slave, os.O_RDWR | os.O_NOCTTY)
        try:
            return bool(select.select([slave], [], [], 0)[0])
        finally:
            os.close(slave)

    def _read(self, end: float) -> bool:
        patience = max(end - time.monotonic(), 0)
        try:
            data = self.child.read_nonblocking(1 << 16, patience)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.received += data
        self.stream.feed(data)
        return True


def follow(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    terminal: Terminal,
    reply_to: Callable[[Step], Reply],
    most: int = 1000,
    *,
    express: bool = False,
) -> AnswerSheet:
    """Type replies in a terminal, and give them to the same interview in memory.

    Fails unless each question is fully on the screen. Returns the sheet of the
    interview in memory, which the answers file should then contain.

    Args:
        questionnaire: the questionnaire of both interviews.
        sheet: the sheet with which both interviews begin.
        terminal: the terminal to type into.
        reply_to: returns the reply to a step of the interview.
        most: after how many replies to stop.
        express: whether only the core is asked.

    """
    typist, kept = _Typist(terminal, reply_to, most), [sheet]
    pace = Pace(questionnaire.constants.seconds_per_question, lambda: NOW)
    interview = Interview(questionnaire, sheet, typist, kept.append, pace)
    with suppress(EOFError):
        interview.run(express=express)
    return kept[-1]


class _Typist:
    """A prompter that gives the same replies to two interviews.

    One interview runs in memory and asks this prompter. The prompter types each reply
    into the terminal of the other interview.
    """

    def __init__(
        self, terminal: Terminal, reply_to: Callable[[Step], Reply], most: int
    ) -> None:
        self.terminal = terminal
        self.reply_to = reply_to
        self.most = most

    def ask(self, step: Step, position: StepPosition) -> Reply:
        self.terminal.until(position.line(step), step.text, *step.choices.values())
        self.most -= 1
        if self.most < 0:
            raise EOFError
        if step.fields:
            return self._fill_in(step.fields)
        reply = self.reply_to(step)
        give(self.terminal, step, reply)
        return reply

    def _fill_in(self, fields: Sequence[Step]) -> Replies:
        replies = [str(self.reply_to(field)) for field in fields]
        for field, reply in zip(fields, replies, strict=True):
            number = str([*field.choices].index(reply) + 1) if field.choices else reply
            self.terminal.send(*["backspace"] * len(field.value), number, "enter")
        return Replies(tuple(replies))

    def choose(self, steps: Sequence[Step]) -> Step | Move | None:
        self.terminal.until(ASKED[REVIEW])
        return None

    def confirm(self, question: str, *, default: bool = False) -> bool:
        self.terminal.until(question)
        self.terminal.send("enter")
        return False

    def echo(self, step: Step, reply: str) -> None:
        """Ignore the reply: the interview in the terminal shows the same reply."""

    def say(self, text: str, *, once: bool = False) -> None:
        """Ignore the text: the interview in the terminal shows the same text."""

    def show(self, picture: str) -> None:
        """Ignore the picture: the interview in the terminal shows the same picture."""

    def present(self, picture: str) -> None:
        go_on(self.terminal)


def go_on(terminal: Terminal) -> None:
    """Press space at the picture after the core; wait until the picture is gone."""
    terminal.until(GO_ON)
    terminal.send(" ")
    terminal.until_gone(GO_ON)


def give(terminal: Terminal, step: Step, reply: Reply) -> None:
    """Type the reply to a step of an interview into a terminal."""
    match reply:
        case Move.SKIP:
            terminal.send("s")
        case Answer(na=reason) if reason:
            terminal.send("x")
            terminal.until("Why does it not apply?")
            terminal.send(reason, "enter")
        case Answer(level=level):
            terminal.send("d" if level is None else str(level), "enter")
        case _ if step.choices:
            terminal.send(str([*step.choices].index(str(reply)) + 1), "enter")
        case _:
            terminal.send(str(reply), "enter")


Open = Callable[..., Terminal]
Kept = Callable[[], AnswerSheet]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "answers.yaml"


@pytest.fixture
def run(file: Path) -> Iterator[Open]:
    """Return a function that starts an interview in a terminal."""
    opened: list[Terminal] = []

    def start(*arguments: str, **options: Any) -> Terminal:
        opened.append(Terminal(file.parent, file.name, *arguments, **options))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


@pytest.fixture
def begin(file: Path, run: Open, small: Questionnaire) -> Open:
    """Return a function that saves an answer sheet and continues its interview.

    The function waits until the next step of the sheet is on the screen.
    """

    def start(
        sheet: AnswerSheet,
        *arguments: str,
        hint: str = HINT,
        asked: str = "",
        pictured: bool = False,
        **options: Any,
    ) -> Terminal:
        file.write_text(dump(sheet, small))
        terminal = run("-q", SMALL, *arguments, **options)
        if pictured:
            go_on(terminal)
        terminal.until(ASKED[asked or sheet.next], hint)
        return terminal

    return start


@pytest.fixture
def kept(file: Path, small: Questionnaire) -> Kept:
    def without_time() -> AnswerSheet:
        """Return the sheet in the answers file without the times of the interview."""
        sheet = read(file.read_bytes(), file.name, small)
        return sheet._replace(timing=NO_TIMING)

    return without_time


def start_small(file: Path, sheet: AnswerSheet, small: Questionnaire) -> Terminal:
    """Save a sheet for small.yaml, and continue its interview in a terminal."""
    file.write_text(dump(sheet, small))
    terminal = Terminal(file.parent, file.name, "-q", SMALL)
    terminal.until(ASKED[sheet.next], HINT)
    return terminal


def at(next_: str, answer: Answer | None = None, **changes: Any) -> AnswerSheet:
    """Return an answer sheet for small.yaml whose interview continues at a step.

    Args:
        next_: the id of the step. For REVIEW, the sheet answers all questions.
        answer: the answer to question COL-01, None if there is none.
        changes: new values of fields of the sheet, by name. For REVIEW, the value of
            ``answers`` is added to the other answers instead of replacing them.

    """
    answers = {"COL-01": answer} if answer else {}
    sheet = AnswerSheet(
        "small", 1, next=next_, name="Churn", answers=answers, voice=DATED
    )
    if next_ == REVIEW:
        given = {**answers, **changes.pop("answers", {})}
        sheet = sheet._replace(**COMPLETE, answers={**LEVELS, **given})
    return sheet._replace(**changes)


def leave(terminal: Terminal, way: str | int) -> None:
    """Leave the interview by pressing a key (a name) or sending a signal (a number)."""
    if isinstance(way, str):
        terminal.send(way)
    else:
        terminal.signal(way)
