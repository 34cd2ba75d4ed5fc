"""Hold an interview: the questions in front of people, the answers on the disk."""

import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from mlready.assessment.assess import assess
from mlready.errors import (
    INTERRUPTED,
    ConflictError,
    LeftError,
    StorageError,
    UsageError,
)
from mlready.interview import key_bindings, plain_prompts, prompts
from mlready.interview.navigation import review_steps, walk_steps
from mlready.interview.text_width import wrap
from mlready.model.answers import EXPRESS, FULL, AnswerSheet, empty_sheet, progress
from mlready.model.questionnaire import Questionnaire
from mlready.report.markdown import summary
from mlready.storage import answers_file, atomic_file
from mlready.storage.atomic_file import Digest

UNSAVED = "what you said last is not saved, all before it is"
HANGUP, TERMINATED = 129, 143


class _Ended(BaseException):
    """The terminal hung up, or somebody asked the program to stop."""

    def __init__(self, signal_number: int) -> None:
        super().__init__()
        self.exit_code = TERMINATED if signal_number == signal.SIGTERM else HANGUP


class _Autosave:
    """Saves a sheet after every reply, and remembers which version is on the disk.

    Where a save fails, the team may put right what is in the way and save once more:
    what they said last is nowhere else.
    """

    def __init__(
        self, path: Path, questionnaire: Questionnaire, last: Digest, front: Any
    ) -> None:
        self.path = path
        self.questionnaire = questionnaire
        self.last = last
        self.front = front

    def keep(self, sheet: AnswerSheet) -> None:
        data = answers_file.dump(sheet, self.questionnaire).encode()
        while True:
            try:
                self.last = atomic_file.save(self.path, data, last=self.last)
            except ConflictError:
                raise
            except StorageError as error:
                if not self._again(error):
                    raise StorageError(f"{error}; {UNSAVED}") from None
            else:
                return

    def _again(self, error: StorageError) -> bool:
        try:
            return bool(self.front.confirm(f"{error}; {UNSAVED}. Try again?"))
        except (KeyboardInterrupt, EOFError, _Ended, OSError):
            return False  # leaving must not say that everything is saved


def run_interview(
    questionnaire: Questionnaire,
    path: Path,
    chosen: Path | None,
    *,
    express: bool,
    plain: bool,
) -> str:
    """Interview a team to the end, and return the screen that closes it.

    Raises UsageError, with nothing written, where there is no terminal, and LeftError
    when somebody leaves or the terminal does; what was confirmed is on the disk then.
    Raises StorageError where a save failed for good, and says what was not saved.
    """
    _require_terminal(path)
    try:
        with atomic_file.locked(path), _terminal_restored():
            sheet = _run_session(
                questionnaire, path, EXPRESS if express else FULL, _front(plain=plain)
            )
    except (KeyboardInterrupt, EOFError):
        raise _left(path, INTERRUPTED) from None
    except _Ended as ended:
        raise _left(path, ended.exit_code) from None
    except OSError:
        raise _left(path, HANGUP) from None  # the terminal is gone
    return _closing(questionnaire, sheet, path, chosen)


def _run_session(
    questionnaire: Questionnaire, path: Path, scope: str, front: Any
) -> AnswerSheet:
    data = atomic_file.read_bytes(path) if atomic_file.exists(path) else None
    sheet = _begun(questionnaire, path, data, scope)
    if data is not None:
        _warn_of_comments(questionnaire, path, data, sheet, front)
    last = None if data is None else atomic_file.digest(data)
    keep = _Autosave(path, questionnaire, last, front).keep
    sheet = walk_steps(questionnaire, sheet, front.ask, keep)
    return review_steps(questionnaire, sheet, front.choose, front.ask, keep)


def _front(*, plain: bool) -> Any:
    """Return the prompts to use; a dumb terminal cannot move its cursor."""
    return plain_prompts if plain or os.environ.get("TERM") == "dumb" else prompts


def _require_terminal(path: Path) -> None:
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "replace")):
        if not isinstance(stream, TextIOWrapper) or not stream.isatty():
            raise UsageError(f"an interview needs a terminal; {_instead(path)}")
        # A sign that the terminal's encoding does not have is no reason to end.
        stream.reconfigure(errors=errors)
    _on_signals(_end, "SIGTERM", "SIGHUP")
    _on_signals(lambda *_: key_bindings.resume(), "SIGCONT")


def _instead(path: Path) -> str:
    file = shlex.quote(str(path))
    with suppress(OSError):
        if path.is_file():  # another would be refused: it must not replace answers
            return f"fill in the file instead: {file}"
    return f"fill in a file instead: mlready blank -o {file}"


def _on_signals(handler: Any, *names: str) -> None:
    for name in names:
        if hasattr(signal, name):  # Windows has no SIGHUP and no SIGCONT
            signal.signal(getattr(signal, name), handler)


def _end(signal_number: int, _: object) -> None:
    ended = _Ended(signal_number)
    if not key_bindings.interrupt(ended):
        raise ended


def _left(path: Path, code: int) -> LeftError:
    saved = f"your answers are saved in {path}; run the same command to go on"
    return LeftError(
        saved if atomic_file.exists(path) else "nothing was answered yet", code
    )


def _begun(
    questionnaire: Questionnaire, path: Path, data: bytes | None, scope: str
) -> AnswerSheet:
    """Return the sheet to go on with; a full interview deepens an express one."""
    if data is None or not data.strip():
        return empty_sheet(questionnaire, scope)
    sheet = answers_file.read(data, str(path), questionnaire)
    if sheet.scope == scope:
        return sheet
    if scope == EXPRESS:
        raise UsageError(
            f"{path}: holds a full interview; leave out --express to go on with it"
        )
    return sheet._replace(scope=FULL, next="")


def _warn_of_comments(
    questionnaire: Questionnaire,
    path: Path,
    data: bytes,
    sheet: AnswerSheet,
    front: Any,
) -> None:
    """Say beforehand that comments somebody wrote into the file would not be kept."""
    lines = answers_file.foreign_comments(data, sheet, questionnaire)
    if not lines:
        return
    where = ", ".join(map(str, lines[:5])) + (", ..." if len(lines) > 5 else "")  # noqa: PLR2004 - enough to find them
    if not front.confirm(f"Comments in {path} (line {where}) will not be kept. Go on?"):
        raise UsageError(
            f"{path}: left as it is; keep a copy, then run the same command"
        )


def _closing(
    questionnaire: Questionnaire, sheet: AnswerSheet, path: Path, chosen: Path | None
) -> str:
    """Return the last screen: picture, verdict, first hire, files, next command."""
    file = shlex.quote(str(path))
    other = f" -q {shlex.quote(str(chosen))}" if chosen else ""
    given, asked = progress(questionnaire, sheet)
    screen = summary(
        assess(questionnaire, sheet),
        answers=str(path),
        open=given < asked,
        interview=f"mlready interview {file}{other}",
        command=f"mlready report {file}{other} -o report.md",
    )
    # A command that is broken over two lines cannot be copied.
    lines = [
        line if "  mlready " in line else wrap(line, "") for line in screen.splitlines()
    ]
    return "\n".join([*lines, ""])


@contextmanager
def _terminal_restored() -> Iterator[None]:
    """Give the terminal back as it was, however the interview ends."""
    try:
        import termios
    except ImportError:
        yield
        return
    try:
        before = termios.tcgetattr(0)
    except termios.error as error:
        raise OSError(*error.args) from error  # it is gone already
    try:
        yield
    except BaseException:
        # Who presses Ctrl-C twice must not interrupt the tidying up.
        _on_signals(signal.SIG_IGN, "SIGINT", "SIGTERM", "SIGHUP")
        raise
    finally:
        # Where the terminal is gone, its modes are gone with it.
        with suppress(termios.error):
            termios.tcsetattr(0, termios.TCSANOW, before)
