"""Scripted interviews in plain mode, and what the answers file must then contain.

The kinds of interview are:

* ``empty`` begins a new sheet.
* ``half`` begins with a sheet that has thirty answers with notes.
* ``full`` begins with a sheet that lacks only a few answers, and has very long notes.
* ``linked`` is like ``half``, but its answers file has a second hard link, so that
  mlready overwrites the file in place.
* ``meeting`` settles the differences of two voices.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pexpect

from mlready.interview.drafts import interview_steps
from mlready.interview.flow import Interview
from mlready.interview.meeting import MeetingAgenda, meeting_steps, starting_sheet
from mlready.interview.navigation import (
    Guide,
    Move,
    Replies,
    Reply,
    StepPosition,
    apply_reply,
    ask_steps,
)
from mlready.interview.pace import Pace
from mlready.interview.prompter import FieldsInTurn
from mlready.interview.steps import Step, StepKind, steps
from mlready.model.answers import (
    EXPRESS,
    FULL,
    Answer,
    AnswerSheet,
    Voice,
    empty_sheet,
)
from mlready.model.questionnaire import Questionnaire
from mlready.storage.answers_file import dump
from tests.faults.injected import Call, Command, calls

NAME = "answers.yaml"
VOICE = Voice(date="2026-11-22")  # who is interviewed, on a fixed date
NOW = datetime.fromtimestamp(1795348800, UTC)
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "SOURCE_DATE_EPOCH": "1795348800",
}
MLREADY = [sys.executable, "-m", "mlready"]
STORAGE = 5  # exit code of mlready if a file cannot be read or saved
LEFT = 130  # exit code of an interview that the user has left
PATIENCE = 60  # seconds to wait for a prompt before the interview counts as hung
# A long and, from the sixth step on, a short prompt; a question with yes or no.
PROMPT = r"(?:save\s+and\s+leave|\?\s+all\s+replies): "
ENDS, AGAIN = pexpect.EOF, r"\(yes\s+or\s+no,\s+empty\s+is\s+no\): "
TRIES = 3  # how often a save that fails is tried again
LEAVE = "\x04"  # ctrl-d, since a ctrl-c between the prompt and its read could be lost
LINKED = "linked"  # like "half", but its answers file has two hard links
MEETING = "meeting"  # settles what two voices differ about
KINDS = ("empty", "half", "full", LINKED, MEETING)
COPY = f".{NAME}.mlready-copy"
OTHER_NAME = "other name"  # second hard link to the answers file, outside its folder
QUESTIONS_OF_HALF = 30
STEPS_LEFT_OF_FULL = 12
NOTES = {
    LINKED: "They said so, and Ana knows. ",
    "half": "They said so, and Ana knows. ",
    "full": "They said so, at length. " * 80,
}


class Team(NamedTuple):
    """A team that types fixed lines, with what the interview must ask and save."""

    kind: str  # of interview; one of ``KINDS``
    lines: tuple[str, ...]  # to type, one per question
    asked: tuple[str, ...]  # questions before the first line and after each line
    # Contents of the answers file at the same moments, None if there is no file yet.
    files: tuple[bytes | None, ...]


class Workspace(NamedTuple):
    """The folder with the answers file, and the path of the log of system calls."""

    folder: Path
    log: Path


class Outcome(NamedTuple):
    """How a scripted interview ended."""

    shown: tuple[str, ...]  # the output before each prompt and after the last prompt
    code: int  # the exit code, or minus the signal that killed the interview
    again: int  # how often the interview asked whether to try saving again

    @property
    def begun(self) -> bool:
        """Whether the interview asked at least one question."""
        return len(self.shown) > 1

    @property
    def confirmed(self) -> int:
        """How many of the typed lines were each followed by another prompt.

        These lines must be saved.
        """
        return max(len(self.shown) - 2, 0)


def team(questionnaire: Questionnaire, kind: str, replies: int) -> Team:
    """Return a team that types fixed lines in a scripted interview.

    ``replies`` is the number of lines. ``kind`` is the kind of interview, one of
    ``KINDS``.
    """
    sheet = _first_sheet(questionnaire, kind)
    script = _Script(questionnaire, sheet, replies)
    pace = Pace(questionnaire.constants.seconds_per_question, lambda: NOW)
    try:
        if kind == MEETING:
            _hold_meeting(script, sheet, pace)
        else:
            Interview(questionnaire, sheet, script, script.save, pace).run(
                express=False
            )
    except EOFError:
        lines = tuple(_typed(_reply(step, 3), step) for step in script.asked[:-1])
        before = None if kind == "empty" else script.files[0]
        files = (before, *script.files[1:])
        return Team(kind, lines, tuple(map(_shown, script.asked)), files)
    raise ValueError(f"{replies} replies are more than a {kind} sheet has questions")


class _Script:
    """Replies to an interview, and records the answers file before each reply."""

    def __init__(
        self, questionnaire: Questionnaire, sheet: AnswerSheet, replies: int
    ) -> None:
        self.questionnaire = questionnaire
        self.replies = replies
        self.asked: list[Step] = []
        self.files: list[bytes] = []  # the answers file before each reply
        self.fields = FieldsInTurn()
        self.save(sheet)

    def save(self, sheet: AnswerSheet) -> None:
        self.now = dump(sheet, self.questionnaire).encode()

    def ask(self, step: Step, position: StepPosition) -> Reply:
        if step.fields:
            return self.fields.ask(self, step, position)
        self.asked.append(step)
        self.files.append(self.now)
        if len(self.asked) > self.replies:
            raise EOFError
        return Move.SKIP if step.kind is StepKind.CONTRADICTION else _reply(step, 3)

    def choose(self, steps: Sequence[Step]) -> Step | Move | None:
        return None

    def confirm(self, question: str, *, default: bool = False) -> bool:
        return True  # as ``run_session`` answers

    def echo(self, step: Step, reply: str) -> None:
        """Ignore the reply: a script has no screen."""

    def say(self, text: str, *, once: bool = False) -> None:
        """Ignore the text: a script has no screen."""

    def show(self, picture: str) -> None:
        """Ignore the picture: a script has no screen."""

    def present(self, picture: str) -> None:
        """Ignore the picture: a script has no screen."""


def _hold_meeting(script: _Script, begun: AnswerSheet, pace: Pace) -> None:
    agenda = MeetingAgenda()

    def ask(step: Step, position: StepPosition) -> Reply:
        agenda.note_asked(step)
        return script.ask(step, position)

    def save(sheet: AnswerSheet) -> None:
        script.save(pace.timed(sheet, begun))

    guide = Guide(listed=agenda.steps, everything=meeting_steps, again=False)
    ask_steps(script.questionnaire, begun, ask, save, guide)


def run_session(command: Sequence[str], folder: Path, lines: Sequence[str]) -> Outcome:
    """Run an interview: type one line at each prompt, then leave.

    A save that fails is tried again, at most ``TRIES`` times.
    """
    program, *arguments = [*command, "interview", "--plain", str(folder / NAME)]
    child = pexpect.spawn(
        program,
        arguments,
        env={**os.environ, **ENVIRONMENT},
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
        reply = "yes\r" if again <= TRIES else "no\r"
        child.send(reply if matched == 2 else _line(queue.pop(0)))
    shown[-1] += child.before
    child.ptyproc.wait()
    ended, killed = child.ptyproc.exitstatus, child.ptyproc.signalstatus
    return Outcome(tuple(shown), -killed if killed else ended, again)


@contextmanager
def workspace() -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "folder")
        folder.mkdir()
        yield Workspace(folder, Path(name, "log"))


def traced(team: Team, command: Command, at: Workspace) -> list[Call]:
    """Run an interview without a fault; return its calls on the folder ``at.folder``.

    The calls, also those on the files of the folder, are system calls. If ``command``
    uses the shim, they are calls of Python functions.
    """
    set_up(team, at.folder)
    outcome = run_session(command(at.log, None), at.folder, team.lines)
    if (outcome.code, file_content(at.folder)) != (LEFT, team.files[-1]):
        raise ValueError(f"without a fault an interview ended with {outcome}")
    return list(calls(at.log, at.folder))


def set_up(team: Team, folder: Path) -> None:
    """Restore the folder to its state before the team types its first line."""
    (folder.parent / OTHER_NAME).unlink(missing_ok=True)
    for path in folder.iterdir():
        path.unlink()
    if team.files[0] is not None:
        (folder / NAME).write_bytes(team.files[0])
    if team.kind == LINKED:
        (folder.parent / OTHER_NAME).hardlink_to(folder / NAME)


def file_content(folder: Path) -> bytes | None:
    path = folder / NAME
    return path.read_bytes() if path.exists() else None


def failed_checks(team: Team, folder: Path, confirmed: int) -> Iterator[str]:
    """Yield each check that fails after an interview.

    The answers file must have the first ``confirmed`` of the lines that were typed.
    """
    if (folder / COPY).exists():
        yield from _copy_not_named(folder)
        _use_copy(team, folder)
    content = file_content(folder)
    # The line after the confirmed lines may be in the file or not.
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
    if team.kind == LINKED and not other.samefile(folder / NAME):
        yield "both names are still names of one file"


def _copy_not_named(folder: Path) -> Iterator[str]:
    """Yield a failed check if an interview does not name the leftover backup copy."""
    # The copy need not be named if it equals the answers file.
    same = (folder / COPY).read_bytes() == file_content(folder)
    after = run_session(MLREADY, folder, [])
    shown = _letters(after.shown[-1])
    if not same and (after.code != STORAGE or _letters(COPY) not in shown):
        yield "the next interview names the copy that was left"


def _use_copy(team: Team, folder: Path) -> None:
    """Replace an incomplete answers file by its backup copy, as mlready advises."""
    copy = folder / COPY
    if not copy.exists():
        return
    if file_content(folder) not in team.files:
        (folder / NAME).write_bytes(copy.read_bytes())
    copy.unlink()


def other_files(folder: Path) -> list[str]:
    """Return the names of the files in a folder, except the answers file."""
    return sorted(path.name for path in folder.iterdir() if path.name != NAME)


def _letters(text: str) -> str:
    return "".join(text.split())


def _line(text: str) -> str:
    return text if text == LEAVE else f"{text}\r"


def _first_sheet(questionnaire: Questionnaire, kind: str) -> AnswerSheet:
    scope = EXPRESS if kind == "empty" else FULL
    sheet = empty_sheet(questionnaire, scope)._replace(voice=VOICE)
    if kind == MEETING:
        return _meeting(questionnaire, sheet)
    if kind == "empty":
        return sheet
    done = 0
    while open_ := [
        step
        for step in interview_steps(questionnaire, sheet)
        if not step.answered and step.kind is not StepKind.CONTRADICTION
    ]:
        done += bool(open_[0].question)
        if kind in {"half", LINKED} and done > QUESTIONS_OF_HALF:
            return sheet._replace(next=open_[0].id)
        sheet = apply_reply(sheet, open_[0], _reply(open_[0], 2, NOTES[kind]))
    left = [*sheet.answers][-STEPS_LEFT_OF_FULL:]
    answers = {id_: each for id_, each in sheet.answers.items() if id_ not in left}
    return sheet._replace(answers=answers, next=left[0])


def _meeting(questionnaire: Questionnaire, sheet: AnswerSheet) -> AnswerSheet:
    """Return the sheet of a meeting of two voices that differ on every question."""
    listed = steps(questionnaire, sheet)
    for step in (step for step in listed if not step.question):
        sheet = apply_reply(sheet, step, _reply(step, 2))
    asked = [step.id for step in steps(questionnaire, sheet) if step.question]
    low, high = (
        sheet._replace(voice=Voice(name), answers={id_: Answer(level) for id_ in asked})
        for name, level in (("Ana", 1), ("Bo", 4))
    )
    room = starting_sheet(questionnaire, [low, high])
    room = room._replace(voice=VOICE._replace(present="Ana, Bo"))
    return room._replace(next=MeetingAgenda().first(questionnaire, room))


def _reply(step: Step, level: int, note: str = "") -> str | Answer | Replies:
    if step.fields:
        return Replies(tuple(str(_reply(field, level)) for field in step.fields))
    if step.question:
        answer = step.answer._replace(level=level)
        return answer._replace(note=note, evidence=note) if note else answer
    is_text = step.kind in {StepKind.TEXT, StepKind.LINE}
    return next(iter(step.choices), "Calls in time" if is_text else "3")


def _typed(reply: str | Answer | Replies, step: Step) -> str:
    if step.kind is StepKind.CONTRADICTION:
        return "s"
    if isinstance(reply, Answer):
        return str(reply.level)
    text = str(reply)
    return str([*step.choices].index(text) + 1) if step.choices else text


def _shown(step: Step) -> str:
    return f"{step.id}: {step.text}" if step.question else step.text
