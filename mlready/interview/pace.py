"""Measure how long a team's answers take, and how long an interview took."""

from collections.abc import Callable
from datetime import datetime
from statistics import median

from mlready.interview.steps import Step
from mlready.model.answers import AnswerSheet, Timing

ENOUGH = 5  # answers after which the team's speed is known
BREAK = 300.0  # seconds; somebody who takes longer for one answer had a break
Clock = Callable[[], datetime]


class Pace:
    """Measures how long the steps of one interview take.

    ``seconds_each`` is the estimate for one step until enough answers were measured.
    """

    def __init__(self, seconds_each: float, clock: Clock) -> None:
        self._estimate = seconds_each
        self._clock = clock
        self._begun = self._last = clock()
        self._spent = 0.0
        self._taken: dict[str, list[float]] = {}

    def begin(self) -> None:
        """Record that a step is asked now."""
        self._pass_time()

    def reply(self, step: Step) -> None:
        """Record that the last step asked has been answered."""
        seconds = self._pass_time()
        if seconds <= BREAK:
            self._taken.setdefault(step.kind, []).append(seconds)

    def seconds(self, step: Step) -> float:
        """Return how long a step will take, in seconds.

        This is the median of the steps of its kind so far; the estimate, if only a few
        steps or none of its kind were answered.
        """
        known = sum(map(len, self._taken.values())) >= ENOUGH
        taken = self._taken.get(step.kind)
        return median(taken) if known and taken else self._estimate

    def timed(self, sheet: AnswerSheet, begun: AnswerSheet) -> AnswerSheet:
        """Return a sheet with its interview's duration, including earlier sessions.

        Args:
            sheet: the answers now.
            begun: the answers at the start of this session.

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
        begun: the answers at the start of this session; its time is added.
        session: the start of this session, and the present time.
        seconds: the time spent in this session, without breaks.

    """
    before = begun.timing
    if sheet._replace(next=begun.next, voice=begun.voice, timing=before) == begun:
        return sheet
    answers = before.answers + _number_of_answers(sheet, begun)
    start, end = (f"{time:%Y-%m-%d %H:%M}" for time in session)
    minutes = before.minutes + round(seconds / 60)
    return sheet._replace(timing=Timing(before.start or start, end, minutes, answers))


def _number_of_answers(sheet: AnswerSheet, begun: AnswerSheet) -> int:
    """Return how many facts, numbers of people and questions were newly answered."""
    facts = {*sheet.profile} - {*begun.profile}
    people = {*sheet.available} - {*begun.available}
    questions = [
        id_
        for id_, answer in sheet.answers.items()
        if answer.given and not begun.answer(id_).given
    ]
    return len(facts) + len(people) + len(questions)
