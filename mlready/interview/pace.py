"""Measure how long a team's answers take, and how long an interview took."""

from collections.abc import Callable, Sequence
from datetime import datetime
from types import MappingProxyType

from mlready.interview.steps import Step, StepKind
from mlready.model.answers import AnswerSheet, Timing

ENOUGH = 10  # steps after which only the team's own pace counts
BREAK = 300.0  # seconds; somebody who takes longer for one answer had a break
LEAST = 15.0  # seconds; stands for 0 minutes in a file, which is under half a minute
# How long the kinds of steps take, compared with a question. Estimated, not measured.
RELATIVE_TIME = MappingProxyType(
    {
        StepKind.PEOPLE: 2.0,
        StepKind.CHOICE: 0.5,
        StepKind.TEXT: 0.5,
        StepKind.LINE: 0.5,
        StepKind.ROLE: 0.3,
        StepKind.WHOLE: 0.3,
    }
)
Clock = Callable[[], datetime]


class Pace:
    """Measures how long the steps of one interview take.

    Args:
        seconds_each: the estimate for one question, until enough steps were measured.

    """

    def __init__(self, seconds_each: float, clock: Clock) -> None:
        self._estimate = seconds_each
        self._clock = clock
        self._begun = self._last = clock()
        self._spent = 0.0  # seconds in this session, without breaks
        self._measured: list[float] = []  # the relative time of each measured step
        self._measured_seconds = 0.0  # that these steps took

    def resume(self, timing: Timing, steps: Sequence[Step], share: float) -> None:
        """Start from the times of earlier sessions.

        Args:
            timing: how long the earlier sessions took.
            steps: the steps that were answered or skipped before this session.
            share: which part of these steps the earlier sessions timed, from 0 to 1.

        """
        if timing.answers or timing.minutes:
            self._measured = [_relative_time(step) * share for step in steps]
            self._measured_seconds = max(timing.minutes * 60, LEAST)

    def begin(self) -> None:
        """Record that a step is asked now."""
        self._pass_time()

    def reply(self, step: Step, *, completes: bool) -> None:
        """Record that somebody replied to a step now.

        ``completes`` is True if the step was answered or skipped, False after a remark.
        """
        seconds = self._pass_time()
        if 0 <= seconds <= BREAK:
            self._measured_seconds += seconds
            self._measured += [_relative_time(step)] if completes else []

    def seconds(self, step: Step) -> float:
        """Return how long a step will take, in seconds."""
        usual = sum(self._measured) * self._estimate
        ratio = self._measured_seconds / usual if usual else 1.0
        # The ratio counts only in part until ``ENOUGH`` steps were measured.
        part = min(len(self._measured) / ENOUGH, 1.0)
        return _relative_time(step) * self._estimate * (part * ratio + 1 - part)

    def timed(self, sheet: AnswerSheet, begun: AnswerSheet) -> AnswerSheet:
        """Return a sheet with the duration of its interview, earlier sessions included.

        ``begun`` is the sheet at the start of this session.
        """
        self._pass_time()
        return with_timing(sheet, begun, (self._begun, self._last), self._spent)

    def _pass_time(self) -> float:
        now = self._clock()
        seconds = (now - self._last).total_seconds()
        self._last = now
        self._spent += seconds if 0 <= seconds <= BREAK else 0
        return seconds


def with_timing(
    sheet: AnswerSheet,
    begun: AnswerSheet,
    session: tuple[datetime, datetime],
    seconds: float = 0,
) -> AnswerSheet:
    """Return a sheet with the duration of its interview.

    If nothing was answered in this session, the sheet is returned unchanged.

    Args:
        sheet: the answers now.
        begun: the sheet at the start of this session, with the timing until then.
        session: the start of this session, and the present time.
        seconds: the time spent in this session, without breaks.

    """
    before = begun.timing
    if sheet._replace(next=begun.next, voice=begun.voice, timing=before) == begun:
        return sheet
    answers = before.answers + number_of_answers(sheet, begun)
    start, end = (f"{time:%Y-%m-%d %H:%M}" for time in session)
    minutes = before.minutes + round(seconds / 60)
    return sheet._replace(timing=Timing(before.start or start, end, minutes, answers))


def number_of_answers(sheet: AnswerSheet, begun: AnswerSheet) -> int:
    """Return how many facts, numbers of people and questions were newly answered.

    ``begun`` is the sheet at the start of the session.
    """
    facts = {*sheet.profile} - {*begun.profile}
    people = {*sheet.available} - {*begun.available}
    questions = [
        id_
        for id_, answer in sheet.answers.items()
        if answer.given and not begun.answer(id_).given
    ]
    return len(facts) + len(people) + len(questions)


def _relative_time(step: Step) -> float:
    return RELATIVE_TIME.get(step.kind, 1.0)
