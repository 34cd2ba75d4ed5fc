"""Hold an interview: the questions in front of people, the answers on the disk."""

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mlready import answers_file, files, plain as plain_prompts, prompts
from mlready.answers import EXPRESS, FULL, Sheet, empty, questions_for
from mlready.errors import UsageError
from mlready.files import Digest
from mlready.interview import interview, review
from mlready.questionnaire import Questionnaire
from mlready.report import judge, summary


class _Keeper:
    """Saves a sheet after every reply, and remembers which version is on the disk."""

    def __init__(self, path: Path, questionnaire: Questionnaire, last: Digest) -> None:
        self.path = path
        self.questionnaire = questionnaire
        self.last = last

    def keep(self, sheet: Sheet) -> None:
        data = answers_file.dump(sheet, self.questionnaire).encode()
        self.last = files.save(self.path, data, last=self.last)


def hold(
    questionnaire: Questionnaire, path: Path, *, express: bool, plain: bool
) -> str:
    """Interview a team to the end, and return the screen that closes it.

    Raises KeyboardInterrupt or EOFError when somebody leaves; everything confirmed is
    on the disk by then.
    """
    front: Any = plain_prompts if plain or os.environ.get("TERM") == "dumb" else prompts
    with files.locked(path):
        data = files.read_bytes(path) if path.exists() else None
        sheet = _begun(questionnaire, path, data, EXPRESS if express else FULL)
        if data is not None:
            _warn_of_comments(questionnaire, path, data, sheet, front)
        keeper = _Keeper(
            path, questionnaire, None if data is None else files.digest(data)
        )
        with _terminal_restored():
            sheet = interview(questionnaire, sheet, front.ask, keeper.keep)
            sheet = review(questionnaire, sheet, front.choose, front.ask, keeper.keep)
    return _closing(questionnaire, sheet, path)


def _begun(
    questionnaire: Questionnaire, path: Path, data: bytes | None, scope: str
) -> Sheet:
    """Return the sheet to go on with; a full interview deepens an express one."""
    if data is None or not data.strip():
        return empty(questionnaire, scope)
    sheet = answers_file.read(data, str(path), questionnaire)
    if sheet.scope == scope:
        return sheet
    if scope == EXPRESS:
        raise UsageError(
            f"{path}: holds a full interview; leave out --express to go on with it"
        )
    return sheet._replace(scope=FULL, next="")


def _warn_of_comments(
    questionnaire: Questionnaire, path: Path, data: bytes, sheet: Sheet, front: Any
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


def _closing(questionnaire: Questionnaire, sheet: Sheet, path: Path) -> str:
    """Return the last screen: picture, verdict, first hire, files, next command."""
    file = shlex.quote(str(path))
    asked = questions_for(questionnaire, sheet)
    return summary(
        judge(questionnaire, sheet),
        answers=str(path),
        open=any(not sheet.answer(question.id).given for question in asked),
        interview=f"mlready interview {file}",
        command=f"mlready report {file} -o report.md",
    )


@contextmanager
def _terminal_restored() -> Iterator[None]:
    """Give the terminal back as it was, however the interview ends."""
    try:
        import termios
    except ImportError:
        yield
        return
    before = termios.tcgetattr(0)
    try:
        yield
    finally:
        # Where the terminal is gone, its modes are gone with it.
        with suppress(termios.error):
            termios.tcsetattr(0, termios.TCSANOW, before)
