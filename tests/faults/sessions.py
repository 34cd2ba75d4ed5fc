"""Scripted interviews in plain mode, with the expected content of their file.

There are four teams: one that begins, one that is halfway and takes notes, one that
changes a complete sheet with very long notes, and one like the second whose file has a
hard link elsewhere, so that it is overwritten instead of replaced.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pexpect

from mlready.interview.navigation import Reply, StepPosition, apply_reply, ask_steps
from mlready.interview.steps import Step, steps
from mlready.model.answers import Answer, AnswerSheet, empty_sheet
from mlready.model.questionnaire import Questionnaire
from mlready.storage.answers_file import dump
from tests.faults.injected import Call, Command, calls

NAME = "answers.yaml"
MLREADY = [sys.executable, "-m", "mlready"]
STORAGE = 5  # the exit code if a file cannot be read or saved
LEFT = 130  # the exit code of an interview that was left
PATIENCE = 60  # seconds to wait for a prompt before the session counts as hung
ENDS, PROMPT, AGAIN = pexpect.EOF, r"save\s+and\s+leave: ", r"\(yes\s+or\s+no\): "
LEAVE = "\x04"  # ctrl-d; a ctrl-c between prompt and read could be lost
LINKED = "linked"  # like "half", but the file has two hard links
SIZES = ("empty", "half", "full", LINKED)
COPY = f".{NAME}.mlready-copy"
OTHER_NAME = "other name"  # the second hard link, outside the folder
QUESTIONS_OF_HALF = 30
STEPS_LEFT_OF_FULL = 12
NOTES = {
    LINKED: "They said so, and Ana knows. ",
    "half": "They said so, and Ana knows. ",
    "full": "They said so, at length. " * 80,
}


class Team(NamedTuple):
    """A scripted interview.

    ``lines`` are typed, one per question. ``asked`` and ``files`` have one item more:
    the question shown before the first line and after each line, and the content of the
    file at that time, None if there is no file yet.
    """

    size: str
    lines: tuple[str, ...]
    asked: tuple[str, ...]
    files: tuple[bytes | None, ...]


class Workspace(NamedTuple):
    """The folder of the answers file, and the path of the call log outside of it."""

    folder: Path
    log: Path


class Outcome(NamedTuple):
    """How an interview ended.

    ``shown`` is the output before each prompt and after the last one; ``code`` is the
    exit code, negative after a signal; ``again`` is how often the interview asked
    whether to try saving again.
    """

    shown: tuple[str, ...]
    code: int
    again: int

    @property
    def begun(self) -> bool:
        """Whether a question was asked."""
        return len(self.shown) > 1

    @property
    def confirmed(self) -> int:
        """How many lines were typed and followed by another prompt."""
        return max(len(self.shown) - 2, 0)


def team(questionnaire: Questionnaire, size: str, replies: int) -> Team:
    """Return a scripted interview of one of the SIZES with this number of replies."""
    sheet, asked = _first_sheet(questionnaire, size), list[Step]()
    saved = [sheet]

    def ask(step: Step, _: StepPosition) -> Reply:
        asked.append(step)
        if len(asked) > replies:
            raise EOFError
        return _reply(step, 3)

    try:
        ask_steps(questionnaire, sheet, ask, saved.append)
    except EOFError:
        files = [dump(each, questionnaire).encode() for each in saved]
        lines = tuple(_typed(_reply(step, 3), step) for step in asked[:-1])
        before = None if size == "empty" else files[0]
        return Team(size, lines, tuple(map(_shown, asked)), (before, *files[1:]))
    raise ValueError(f"{replies} replies are more than a {size} sheet has questions")


def run_session(command: Sequence[str], folder: Path, lines: Sequence[str]) -> Outcome:
    """Run an interview: type a line at each prompt, then leave at the next one.

    The question whether to try saving again is answered with yes.
    """
    program, *arguments = [*command, "interview", "--plain", str(folder / NAME)]
    child = pexpect.spawn(
        program,
        arguments,
        env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=PATIENCE,
        encoding="utf-8",
    )
    child.delaybeforesend = None
    child.ptyproc.delayafterclose = 0
    queue, shown, again = [*lines, LEAVE], [""], 0
    while matched := child.expect([ENDS, PROMPT, AGAIN]):
        shown[-1] += child.before
        if matched == 1:
            shown.append("")
        again += matched == 2
        child.send("yes\r" if matched == 2 else _line(queue.pop(0)))
    shown[-1] += child.before
    child.ptyproc.wait()
    ended, killed = child.ptyproc.exitstatus, child.ptyproc.signalstatus
    return Outcome(tuple(shown), -killed if killed else ended, again)


@contextmanager
def workspace() -> Iterator[Workspace]:
    """Yield a temporary folder and log, and remove them afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "folder")
        folder.mkdir()
        yield Workspace(folder, Path(name, "log"))


def traced(team: Team, command: Command, at: Workspace) -> list[Call]:
    """Run an interview without a fault; return its calls on the folder and its files.

    Raises ValueError if that interview fails.
    """
    set_up(team, at.folder)
    outcome = run_session(command(at.log, None), at.folder, team.lines)
    if (outcome.code, file_content(at.folder)) != (LEFT, team.files[-1]):
        raise ValueError(f"without a fault an interview ended with {outcome}")
    return list(calls(at.log, at.folder))


def set_up(team: Team, folder: Path) -> None:
    """Reset the folder to the team's file as it is before the first line is typed."""
    (folder.parent / OTHER_NAME).unlink(missing_ok=True)
    for path in folder.iterdir():
        path.unlink()
    if team.files[0] is not None:
        (folder / NAME).write_bytes(team.files[0])
    if team.size == LINKED:
        (folder.parent / OTHER_NAME).hardlink_to(folder / NAME)


def file_content(folder: Path) -> bytes | None:
    """Return the content of the answers file, or None if there is none."""
    path = folder / NAME
    return path.read_bytes() if path.exists() else None


def failed_checks(team: Team, folder: Path, confirmed: int) -> Iterator[str]:
    """Yield each check that fails after ``confirmed`` lines were confirmed.

    The file must have its content after these lines, or after one more. The next
    interview must then run without a problem.
    """
    if (folder / COPY).exists():
        yield from _copy_not_named(folder)
        _use_copy(team, folder)
    content = file_content(folder)
    if content not in team.files[confirmed : confirmed + 2]:
        yield "every confirmed answer is in the file"
        return
    at = team.files.index(content)
    lines = team.lines[at : at + 1]
    after = run_session(MLREADY, folder, lines)
    if _letters(team.asked[at]) not in _letters(after.shown[0]):
        yield "the next interview continues at the next question"
    if (after.code, file_content(folder)) != (LEFT, team.files[at + len(lines)]):
        yield "the next interview saves one more answer"
    if other_files(folder):
        yield "the next interview leaves no other files"
    other = folder.parent / OTHER_NAME
    if team.size == LINKED and not other.samefile(folder / NAME):
        yield "both names are still names of one file"


def _copy_not_named(folder: Path) -> Iterator[str]:
    """Yield a failed check unless the next interview reports the leftover copy.

    It must remove a copy that equals the file instead.
    """
    same = (folder / COPY).read_bytes() == file_content(folder)
    after = run_session(MLREADY, folder, [])
    shown = _letters(after.shown[-1])
    if not same and (after.code != STORAGE or _letters(COPY) not in shown):
        yield "the next interview names the copy that was left"


def _use_copy(team: Team, folder: Path) -> None:
    """Do what the message advises: keep the complete version and delete the copy."""
    copy = folder / COPY
    if not copy.exists():
        return
    if file_content(folder) not in team.files:
        (folder / NAME).write_bytes(copy.read_bytes())
    copy.unlink()


def other_files(folder: Path) -> list[str]:
    """Return the names of all files in the folder except the answers file."""
    return sorted(path.name for path in folder.iterdir() if path.name != NAME)


def _letters(text: str) -> str:
    return "".join(text.split())


def _line(text: str) -> str:
    return text if text == LEAVE else f"{text}\r"


def _first_sheet(questionnaire: Questionnaire, size: str) -> AnswerSheet:
    """Return a sheet of one of the SIZES, filled in step by step."""
    sheet = empty_sheet(questionnaire)
    if size == "empty":
        return sheet
    done = 0
    while open_ := [step for step in steps(questionnaire, sheet) if not step.answered]:
        done += bool(open_[0].question)
        if size in {"half", LINKED} and done > QUESTIONS_OF_HALF:
            return sheet._replace(next=open_[0].id)
        sheet = apply_reply(sheet, open_[0], _reply(open_[0], 2, NOTES[size]))
    return sheet._replace(next=steps(questionnaire, sheet)[-STEPS_LEFT_OF_FULL].id)


def _reply(step: Step, level: int, note: str = "") -> str | Answer:
    if step.question:
        answer = step.answer._replace(level=level)
        return answer._replace(note=note, evidence=note) if note else answer
    return next(iter(step.choices), "3" if step.kind != "text" else "Calls in time")


def _typed(reply: str | Answer, step: Step) -> str:
    if isinstance(reply, Answer):
        return str(reply.level)
    return str([*step.choices].index(reply) + 1) if step.choices else reply


def _shown(step: Step) -> str:
    return f"{step.id}: {step.text}" if step.question else step.text
