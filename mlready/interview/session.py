"""Run an interview in the terminal and save every answer to the answers file."""

import errno
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from shutil import get_terminal_size
from typing import NamedTuple

from mlready import platform_support
from mlready.assessment.assess import assess
from mlready.assessment.next_questions import NextQuestions
from mlready.assessment.voices import completed_by_voices
from mlready.display_width import display_width
from mlready.errors import (
    ConflictError,
    ExitCode,
    LeftError,
    StorageError,
    UsageError,
    shortened,
)
from mlready.interview import key_bindings, meeting
from mlready.interview.answer_dates import in_session
from mlready.interview.drafts import interview_steps
from mlready.interview.flow import Interview
from mlready.interview.interview_agenda import NOTHING_LEFT, InterviewAgenda
from mlready.interview.meeting import MeetingAgenda, meeting_steps
from mlready.interview.navigation import (
    DETAILS,
    REVIEW,
    Guide,
    RefusedReplyError,
    Reply,
    Save,
    StepPosition,
    ask_steps,
    review_steps,
)
from mlready.interview.pace import Clock, Pace
from mlready.interview.plain_prompts import PlainPrompter
from mlready.interview.prompter import Prompter
from mlready.interview.prompts import TerminalPrompter
from mlready.interview.steps import Step
from mlready.interview.text_wrapping import (
    fit_pyramid,
    is_narrow_terminal,
    legend_forms,
    lines_taken,
    list_as_ids,
    wrap,
)
from mlready.model.answers import EXPRESS, FULL, AnswerSheet, empty_sheet, progress
from mlready.model.questionnaire import Questionnaire
from mlready.model.typed_names import plain_project
from mlready.report.markdown import summary
from mlready.storage import answers_file, atomic_file, file_lock, yaml_text
from mlready.storage.atomic_file import Digest

# Errors of a save caused by the file's name or folder: trying again cannot help.
PERMANENT = {errno.ENAMETOOLONG, errno.EXDEV, errno.EBUSY, errno.ELOOP, errno.EINVAL}
SPACED, TIGHT = "\n\n", "\n"  # between the parts of the closing screen
UNSAVED = "what you said last is not saved, all before it is"


class _Terminated(BaseException):
    """Raised when the program gets SIGHUP or SIGTERM."""

    def __init__(self, signal_number: int) -> None:
        super().__init__()
        is_request = signal_number == signal.SIGTERM
        self.exit_code = ExitCode.TERMINATED if is_request else ExitCode.HANGUP


class _Autosave:
    """Saves the answer sheet after each reply; can ask to repeat a failed save."""

    def __init__(
        self, path: Path, questionnaire: Questionnaire, last: Digest, prompter: Prompter
    ) -> None:
        self.path = path
        self.questionnaire = questionnaire
        self.last = last  # the digest of the file when last saved or read
        self.prompter = prompter

    def save(self, sheet: AnswerSheet) -> None:
        """Save the answer sheet to the answers file.

        Raises:
            RefusedReplyError: the program could not read the new file; the old file
                stays.
            StorageError: the file cannot be written.

        """
        try:
            data = answers_file.dump(sheet, self.questionnaire).encode()
        except StorageError as error:
            self.prompter.say(f"Not saved: {error}. The answer before it was kept.")
            raise RefusedReplyError from None
        while True:
            try:
                self.last = atomic_file.save(self.path, data, last=self.last)
            except ConflictError:
                raise
            except StorageError as error:
                if not (_is_correctable(error) and self._try_again(error)):
                    raise StorageError(f"{error}; {UNSAVED}") from None
            else:
                return

    def _try_again(self, error: StorageError) -> bool:
        try:
            return bool(self.prompter.confirm(f"{error}; {UNSAVED}. Try again?"))
        except (KeyboardInterrupt, EOFError, _Terminated, OSError):
            return False  # the caller reports that the last reply was not saved


def _is_correctable(error: StorageError) -> bool:
    return getattr(error.__cause__, "errno", None) not in PERMANENT


class Options(NamedTuple):
    """The options of an interview, besides its answers file."""

    chosen: Path | None = None  # the questionnaire file given with -q
    express: bool = False  # whether to ask only the core
    plain: bool = False  # whether to print numbered lines, without cursor keys
    voices: tuple[AnswerSheet, ...] = ()  # of a meeting
    everything: bool = False  # whether to ask all steps that apply
    today: str = ""  # the date of the interview, as YYYY-MM-DD
    clock: Clock = datetime.now  # returns the local time


def run_interview(questionnaire: Questionnaire, path: Path, options: Options) -> str:
    """Ask a team all steps of an interview; return the text of the closing screen.

    Raises:
        UsageError: there is no terminal, or the file cannot be used.
        StorageError: a save failed.
        LeftError: Ctrl-C, Ctrl-D, a signal or a closed terminal ended the interview.

    """
    _require_terminal(path)
    # TERM=dumb means that the terminal cannot move its cursor.
    plain = options.plain or os.environ.get("TERM") == "dumb"
    try:
        with (
            file_lock.locked(path),
            platform_support.terminal_modes_restored(echo=plain),
        ):
            prompter = PlainPrompter() if plain else TerminalPrompter()
            sheet = _run_session(questionnaire, path, options, prompter)
    except (KeyboardInterrupt, EOFError):
        raise _left_error(path, ExitCode.INTERRUPTED) from None
    except _Terminated as terminated:
        raise _left_error(path, terminated.exit_code) from None
    except OSError:  # the terminal is closed
        raise _left_error(path, ExitCode.HANGUP) from None
    return _closing_screen(questionnaire, sheet, path, options.chosen, in_words=plain)


def _run_session(
    questionnaire: Questionnaire, path: Path, options: Options, prompter: Prompter
) -> AnswerSheet:
    data = atomic_file.read_bytes(path) if atomic_file.exists(path) else None
    sheet = _starting_sheet(questionnaire, path, data, options)
    if data is not None:
        _warn_of_comments(questionnaire, path, data, sheet, prompter)
    last = None if data is None else atomic_file.digest(data)
    save = _Autosave(path, questionnaire, last, prompter).save
    if options.voices:
        sheet = _with_voices(questionnaire, path, sheet, options.voices, prompter)
    sheet = in_session(sheet, options.today)
    if sheet.voice.drafted:  # begin with the first answer that nobody has confirmed
        sheet = sheet._replace(next="")
    pace = Pace(questionnaire.constants.seconds_per_question, options.clock)
    if sheet.voices:
        return _hold_meeting(questionnaire, sheet, options, prompter, save, pace)
    in_words = isinstance(prompter, PlainPrompter)
    interview = Interview(questionnaire, sheet, prompter, save, pace, in_words=in_words)
    return interview.run(express=options.express)


def _hold_meeting(  # noqa: PLR0913, PLR0917 - all that a meeting needs
    questionnaire: Questionnaire,
    begun: AnswerSheet,
    options: Options,
    prompter: Prompter,
    save: Save,
    pace: Pace,
) -> AnswerSheet:

    def save_timed(sheet: AnswerSheet) -> None:
        save(pace.timed(sheet, begun))

    sheet = _ask_meeting(questionnaire, begun, options, prompter, save_timed)
    guide = Guide(listed=meeting_steps, everything=meeting_steps)
    sheet = review_steps(
        questionnaire, sheet, prompter.choose, prompter.ask, save_timed, guide
    )
    return pace.timed(sheet, begun)


def _with_voices(
    questionnaire: Questionnaire,
    path: Path,
    sheet: AnswerSheet,
    voices: Sequence[AnswerSheet],
    prompter: Prompter,
) -> AnswerSheet:
    """Return the sheet of a new or resumed meeting of ``voices``."""
    if not sheet.voices:
        if sheet.answers or sheet.profile or sheet.available:
            raise UsageError(
                f"{path}: holds the answers of one voice; a meeting needs a file of "
                "its own: name a new file first, then --with and the voices"
            )
        return meeting.starting_sheet(questionnaire, voices)
    _refuse_other_project(path, sheet, voices)
    news = meeting.changes(questionnaire, sheet, voices)
    if news and prompter.confirm(
        f"Since this meeting began: {news}. Use that from now on? "
        "What the room has settled stays."
    ):
        return meeting.with_changed_voices(questionnaire, sheet, voices)
    return sheet


def _refuse_other_project(
    path: Path, sheet: AnswerSheet, voices: Sequence[AnswerSheet]
) -> None:
    """Raise UsageError if voices name another project than the file of a meeting."""
    names = [each.name for each in voices if each.name.strip()]
    if not (sheet.name.strip() and names):
        return
    if plain_project(names[0]) != plain_project(sheet.name):
        raise UsageError(
            f"{path}: the meeting is about '{shortened(sheet.name)}', its voices about "
            f"'{shortened(names[0])}'; if that is one project, write the same name in "
            "all, else name a new file first"
        )


def _ask_meeting(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    options: Options,
    prompter: Prompter,
    save: Save,
) -> AnswerSheet:
    agenda = MeetingAgenda()

    def ask(step: Step, position: StepPosition) -> Reply:
        agenda.note_asked(step)
        return prompter.ask(step, position)

    if options.everything:
        sheet = sheet._replace(next="")
    elif sheet.next != REVIEW:
        prompter.say(agenda.opening(questionnaire, sheet))
        sheet = sheet._replace(next=sheet.next or agenda.first(questionnaire, sheet))
    listed = meeting_steps if options.everything else agenda.steps
    guide = Guide(listed=listed, everything=meeting_steps, again=False)
    return ask_steps(questionnaire, sheet, ask, save, guide)


def _require_terminal(path: Path) -> None:
    """Raise UsageError if there is no terminal; else prepare streams and signals.

    ``path`` is the answers file. The error message says to fill in this file instead.
    """
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "replace")):
        if not isinstance(stream, TextIOWrapper) or not stream.isatty():
            raise UsageError(f"an interview needs a terminal; {_file_to_fill_in(path)}")
        # A character that the terminal's encoding lacks must not raise an error.
        stream.reconfigure(errors=errors)
    platform_support.handle_signals(_on_termination, "SIGTERM", "SIGHUP")
    platform_support.handle_signals(lambda *_: key_bindings.resume(), "SIGCONT")


def _file_to_fill_in(path: Path) -> str:
    file = platform_support.quote_for_shell(str(path))
    with suppress(OSError):
        if path.is_file():  # `mlready blank` never replaces a file
            return f"fill in the file instead: {file}"
    return f"fill in a file instead: mlready blank -o {file}"


def _on_termination(signal_number: int, _: object) -> None:
    terminated = _Terminated(signal_number)
    if not key_bindings.interrupt(terminated):
        raise terminated


def _left_error(path: Path, code: int) -> LeftError:
    saved = f"your answers are saved in {path}; run the same command to go on"
    return LeftError(
        saved if atomic_file.exists(path) else "nothing was answered yet", code
    )


def _starting_sheet(
    questionnaire: Questionnaire, path: Path, data: bytes | None, options: Options
) -> AnswerSheet:
    """Return the answer sheet in the file ``path``.

    ``data`` is the content of the file, None if there is no file. If ``data`` is None
    or empty, the sheet has no answers. ``options.everything`` asks for the full form,
    which a meeting and a question list do not have.
    """
    if data is None or not data.strip():
        return empty_sheet(questionnaire, FULL if options.everything else EXPRESS)
    sheet = answers_file.read(data, str(path), questionnaire)
    asks_all = options.everything and not (sheet.voices or sheet.asked)
    if asks_all and sheet.scope != FULL:
        return sheet._replace(scope=FULL, next=sheet.next and DETAILS)
    return sheet


def _warn_of_comments(
    questionnaire: Questionnaire,
    path: Path,
    data: bytes,
    sheet: AnswerSheet,
    prompter: Prompter,
) -> None:
    """If a save would remove comments, ask whether to go on.

    Raises UsageError if the team does not want to go on.
    """
    lines = answers_file.foreign_comments(data, sheet, questionnaire)
    if sheet.asked:
        lines = _not_written_by_ask(questionnaire, sheet, data, lines)
    if not lines:
        return
    where = ", ".join(map(str, lines[:5])) + (", ..." if len(lines) > 5 else "")  # noqa: PLR2004 - five lines are enough
    if not prompter.confirm(
        f"Comments in {path} (line {where}) will not be kept. Go on?"
    ):
        raise UsageError(
            f"{path}: left as it is; keep a copy, then run the same command"
        )


def _not_written_by_ask(
    questionnaire: Questionnaire, sheet: AnswerSheet, data: bytes, lines: list[int]
) -> list[int]:
    """Return the numbers in ``lines`` of lines that ``mlready ask`` did not write.

    ``lines`` are numbers of lines in ``data``, the content of an answers file.
    """
    # Losing questions does no harm, because the interview asks them.
    from mlready.report.ask import answers_to_fill_in, assigned_list

    if not (made := assigned_list(questionnaire, sheet)):
        return lines
    ours = {*answers_to_fill_in(made, yaml_text.scalar).splitlines()}
    text = data.decode("utf-8-sig").split("\n")
    return [number for number in lines if text[number - 1].rstrip("\r") not in ours]


def _closing_screen(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    path: Path,
    chosen: Path | None,
    *,
    in_words: bool,
) -> str:
    """Return the closing screen: pyramid, verdict, first hire, files, next command.

    ``chosen`` is the questionnaire file given with -q.
    """
    file = platform_support.quote_for_shell(str(path))
    other = f" -q {platform_support.quote_for_shell(str(chosen))}" if chosen else ""
    if sheet.asked:
        return _closing_of_list(questionnaire, sheet, path, f"{file}{other}")
    sheet = completed_by_voices(questionnaire, sheet)
    not_asked = _not_asked(questionnaire, sheet)
    # A narrow terminal has no room for one more command.
    room = in_words or not is_narrow_terminal()
    screen = summary(
        assess(questionnaire, sheet),
        answers=str(path),
        open=_is_open(questionnaire, sheet),
        took=_took(sheet),
        not_asked=len(not_asked.deciding),
        between=not_asked.between,
        in_words=in_words,
        interview=f"mlready interview {file}{other}{' --plain' if in_words else ''}",
        ask=f"mlready ask {file}{other} --of",
        command=f"mlready report {file}{other} -o report.md",
        page=f"mlready report {file}{other} --for sponsor -o sponsor.md"
        if room and _has_plan(questionnaire, sheet)
        else "",
    )
    return _wrapped_closing(screen) if in_words else _fit_closing(screen)


def _fit_closing(screen: str) -> str:
    """Return the closing screen, shortened to fit the terminal."""
    pyramid, legend, *rest = screen.lstrip("\n").split("\n\n")
    pyramid, short = fit_pyramid(pyramid), [*map(_without_items, rest)]
    legends = legend_forms(legend)

    def form(signs: str, texts: Sequence[str], gap: str) -> str:
        start = "" if gap == TIGHT else "\n"
        parts = filter(None, [pyramid, signs, *texts])
        return _wrapped_closing(f"{start}{gap.join(parts)}")

    # The team has seen pyramid and legend with the picture; the report has the lists.
    forms = (
        form(signs, texts, gap)
        for texts in (rest, short)
        for gap in (SPACED, TIGHT)
        for signs in legends
    )
    # Without room for all, the beginning scrolls off; the verdict must not.
    least = _wrapped_closing(TIGHT.join([*short[1:], *short[:1]]))
    room = get_terminal_size().lines  # each form ends with the line of the shell
    return next((each for each in forms if lines_taken(each) <= room), least)


def _without_items(paragraph: str) -> str:
    """Replace a list by "see the report", but a list of open answers by their ids."""
    heading, *items = paragraph.strip("\n").split("\n")
    if items and all(each.startswith("- ") for each in items):
        return f"{heading} see the report."
    return list_as_ids(paragraph)


def _wrapped_closing(screen: str) -> str:
    return "\n".join([*map(_closing_line, screen.splitlines()), ""])


def _closing_line(line: str) -> str:
    # Users copy a command, so it is not broken.
    label, gap, command = line.partition("  mlready ")
    if not gap:
        return wrap(line, "")
    if display_width(line) <= get_terminal_size().columns:
        return line
    return f"{label.rstrip()}\n{gap.strip()} {command}"


def _not_asked(questionnaire: Questionnaire, sheet: AnswerSheet) -> NextQuestions:
    """Return the details that the interview has not asked; none for a meeting."""
    if sheet.voices or sheet.scope == FULL:
        return NOTHING_LEFT
    return InterviewAgenda().next_questions(questionnaire, sheet)


def _is_open(questionnaire: Questionnaire, sheet: AnswerSheet) -> bool:
    """Return whether an interview on this sheet would still ask open questions."""
    if sheet.voices:
        answered, total = progress(questionnaire, sheet)
        return answered < total
    full = sheet.scope == FULL
    listed = interview_steps if full else InterviewAgenda().core
    return any(step.is_open for step in listed(questionnaire, sheet))


def _has_plan(questionnaire: Questionnaire, sheet: AnswerSheet) -> bool:
    """Return whether the team has written anything down for its plan.

    This is a step of its own, an owner or a date, or a line asked with the plan.
    """
    lines = (each.id for each in questionnaire.background if each.in_plan)
    steps = sheet.steps.values()
    return any(map(any, steps)) or any(sheet.background.get(id_) for id_ in lines)


def _took(sheet: AnswerSheet) -> str:
    """Return how long the interview took, "9 min for 31 answers"; "" if unknown."""
    _, _, minutes, answers = sheet.timing
    if not answers:
        return ""
    time = f"{minutes} min" if minutes else "less than a minute"
    return f"{time} for {answers} answer{'s' if answers > 1 else ''}"


def _closing_of_list(
    questionnaire: Questionnaire, sheet: AnswerSheet, path: Path, arguments: str
) -> str:
    """Return the closing screen for a voice that was asked a question list.

    The screen shows a command ``mlready report`` with ``arguments``. These are the
    answers file and, if the questionnaire was given with ``-q``, this option.
    """
    listed = interview_steps(questionnaire, sheet)
    asked = [
        each.answered
        for step in listed
        for each in (step.fields or (step,))
        if not step.is_optional
    ]
    said = f"{sum(asked)} of {len(asked)} answered. They are one more voice."
    return (
        f"{wrap(said, '')}\n\n{wrap(f'Your answers: {path}', '')}\n"
        f"The report:   mlready report {arguments} OTHERS... -o report.md\n"
    )
