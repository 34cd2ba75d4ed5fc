"""Ask the steps of an interview in order, without depending on a terminal."""

import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from mlready.interview.answer_dates import given_now
from mlready.interview.changed_words import ChangedWords, asked_again
from mlready.interview.drafts import confirm, without_draft
from mlready.interview.owner_and_date import taken_by
from mlready.interview.steps import (
    BACKGROUND,
    CONTRADICTION,
    DUE,
    EVIDENCE,
    NOTE,
    OWN_STEP,
    OWNER,
    PLAN,
    VOICE,
    Step,
    StepKind,
    steps,
)
from mlready.model.answers import LEFT, NO_STEP, Answer, AnswerSheet
from mlready.model.questionnaire import Questionnaire
from mlready.model.step_keys import EARLIER_STEP, REMOVED

RULE = "Choose the highest level of which every word is true today."
# Values of ``AnswerSheet.next`` once the core, and once all steps were asked.
DETAILS, REVIEW = "details", "review"
AGAIN = "asked again"  # said of questions that a new wording opens
ASKED_AGAIN = "asked again, because the words of the answers have changed"
OPTIONAL = "optional"
SKIPPED = "skipped before"
WHERE_YOU_WERE = "Back where you were"
ROUND_TO = 5  # minutes
# An estimate of the time left may rise only if it is so many times the one shown.
MUCH_LONGER = 1.5
# Maps the key that the user presses to the field of ``Answer`` that it edits.
REMARK_KEYS = {"n": "note", "e": "evidence", "a": "accepted"}
REMARK_NAMES = {
    "note": "The note",
    "evidence": "The evidence",
    "accepted": "The acceptance",
}
UNKNOWN = "unknown"  # in an answers file, a number that nobody knows
TO_END = "plan"  # what the team types after / to end the steps that it was offered
ENDS_THESE = f"/{TO_END} ends these"
NO_END = (
    f"Not yet{{}}: answer or skip these questions first; /{TO_END} works after that."
)


class Move(Enum):
    """A reply without an answer, such as going back or skipping the step."""

    BACK = "back"
    SKIP = "skip"
    UNDO = "undo"  # of the last change
    GO_ON = "go on"  # from the review with the open steps
    END = "end"  # the steps that the team was offered, which may be left out


class Remark(NamedTuple):
    """A reply with a note, evidence, or the reason for accepting a gap."""

    field: str  # of ``Answer``, such as "note"
    text: str


class Again(NamedTuple):
    """A reply to a contradiction: answer another step again, then come back."""

    step: str  # the id of the other step


class GoTo(NamedTuple):
    """A reply that keeps the answer to this step and goes to another step."""

    step: str  # the id of the other step


class Replies(NamedTuple):
    """The replies to all fields of a step, in order; "" for an empty field."""

    texts: tuple[str, ...]
    skipped: frozenset[str] = frozenset()  # ids of fields to ask again another time


class FieldReply(NamedTuple):
    """A reply to one field of a step, saved before all fields are confirmed."""

    field: str  # the id of the field
    text: str  # "" if nobody knows


class RefusedReplyError(Exception):
    """Raised by a ``Save`` function if a reply cannot be saved.

    The interview then asks the step again.
    """


class StepPosition(NamedTuple):
    """What the progress line says about a step, and where the team can go."""

    number: int  # from 1, among the steps that need an answer; 0 for other steps
    total: int  # of the steps that need an answer
    minutes_left: int
    first: bool  # whether the line also says how to choose a level
    confirmed: int | None = None  # answers of a draft; None if there is no draft
    steps: Sequence[Step] = ()  # the steps to which the team can go
    asked: Container[str] | None = None  # ids of the steps to ask; None for all
    why: str = ""  # why the step is asked
    optional: str = OPTIONAL  # shown in place of the number 0
    # How many steps are asked again, added or removed since the last number, such as
    # "2 new".
    change: str = ""
    new: int = 0  # how many steps were added; below 0 if steps were removed
    to_come: frozenset[str] = frozenset()  # ids of the steps that are to go
    slower: bool = False  # whether more time is left because the team became slower
    may_end: bool = False  # whether the team may end these steps at once
    to_list: bool = False  # whether the list of all answers follows these steps
    at_least: bool = False  # whether an answer is likely to add further steps
    in_form: bool = False  # whether the step is a field, which may be left empty
    went_here: bool = False  # whether the team went to this step itself
    # after an undo, the steps skipped since, which are asked again
    unskipped: Sequence[Step] = ()
    # whether the team is asked if it is sure of a reply to a step
    doubts: Callable[[Step, Any], bool] = lambda *_: False

    def misses_plan(self, typed: str) -> bool:
        """Return whether a search asks for the plan while the plan cannot be reached.

        ``typed`` is the text searched for, without a slash before it.
        """
        is_word = typed.strip().casefold() == TO_END
        planned = any(step.id.startswith(PLAN) for step in self.steps)
        return is_word and not (self.may_end or planned)

    @property
    def no_end(self) -> str:
        """Why a search for the plan does not go there, and what is left before."""
        return NO_END.format(f", at least {self._left} to go" if self.number else "")

    @property
    def _left(self) -> int:
        return self.total - self.number + 1

    def line(self, step: Step) -> str:
        """Return the progress line of a step.

        If the field ``first`` is true, a second line says how to choose a level.
        """
        # Not "3 of 8": people would type 3 to go there, but the list has other numbers.
        number = f"at least {self._left}" if self.at_least else f"{self._left}"
        to_go = ", ".join(filter(None, [f"{number} to go", self.change]))
        place = to_go if self.number else self.optional
        parts = [step.section or "About the project", place]
        if self.minutes_left:
            pace = " at your pace" if self.slower else ""
            parts.append(f"about {self.minutes_left} min left{pace}")
        if self.confirmed is not None:
            parts.append(f"draft, {self.confirmed or 'none'} confirmed")
        # At the end of a long line the return would be overlooked.
        at = 0 if self.why == WHERE_YOU_WERE else len(parts)
        parts.insert(at, self.why)
        parts.append(ENDS_THESE if self.may_end else "")
        line = " · ".join(filter(None, parts))
        return f"{line}\n{RULE}" if self.first else line


Reply = str | Answer | Remark | Replies | FieldReply | Move | Again | GoTo
Ask = Callable[[Step, StepPosition], Reply]
Save = Callable[[AnswerSheet], None]
List = Callable[[Questionnaire, AnswerSheet], Sequence[Step]]
Choose = Callable[[Sequence[Step]], Step | Move | None]


class Guide(NamedTuple):
    """The functions with which an interview controls the order of its steps."""

    listed: List = steps  # the steps to ask; called again after every reply
    everything: List = steps  # all steps to which the team can go
    why: Callable[[Step], str] = lambda _: ""  # why a step is asked
    # the time for a step; None for the estimate of the questionnaire
    seconds: Callable[[Step], float] | None = None
    # the ids of the steps to ask before a step to which the team goes
    before: Callable[[Questionnaire, AnswerSheet, Step], Iterable[str]] = lambda *_: ()
    end: str = REVIEW  # the value of ``AnswerSheet.next`` after all steps
    again: bool = True  # whether skipped steps are asked once more at the end
    may_end: bool = False  # whether the team may leave the remaining steps unasked
    # whether answers to steps now listed are likely to add further steps
    may_grow: Callable[[], bool] = lambda: False


GUIDE = Guide()


class _State(NamedTuple):
    """The answers so far, and which steps to ask next."""

    sheet: AnswerSheet
    rest: tuple[str, ...]  # ids of the steps still to ask, from the current step on
    keep: bool = True  # whether to ask the current step even if it is answered
    left: bool = False  # whether the current step was answered or skipped
    detours: tuple[str, ...] = ()  # ids of the steps to ask before the current step
    # the detours to ask only while they need an answer; to all other detours, the team
    # went itself
    must: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()  # ids of the steps answered or skipped
    visited: str = ""  # the step that the team went to and has just answered
    back_from: str = ""  # the step at which the team began to go back


class _Progress(NamedTuple):
    """The data of the progress line of a step."""

    step: str  # the id of the step
    ids: frozenset[str]  # of all steps that still needed an answer
    change: str  # as in ``StepPosition``
    new: int  # as in ``StepPosition``
    minutes: int  # the time left
    slower: bool  # as in ``StepPosition``


def ask_steps(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    ask: Ask,
    save: Save,
    guide: Guide = GUIDE,
) -> AnswerSheet:
    """Ask the steps from ``sheet.next`` on, and save the sheet after each reply.

    The step ``sheet.next`` is asked even if it is answered; later answered steps are
    left out. If ``save`` raises RefusedReplyError, the step is asked again.
    """
    run = _Run(questionnaire, sheet, guide)
    while step := run.step():
        run.reply(step, ask(step, run.position(step)))
        try:
            save(run.sheet)
        except RefusedReplyError:
            run.refuse()
    return run.sheet


def review_steps(  # noqa: PLR0913, PLR0917 - as ask_steps, and how a step is chosen
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    choose: Choose,
    ask: Ask,
    save: Save,
    guide: Guide = GUIDE,
) -> AnswerSheet:
    """Let the team choose steps to answer again, until the team finishes.

    Steps that need an answer only after a change are asked, too. ``choose`` returns
    None to finish.
    """
    guide = guide._replace(again=False)
    while chosen := choose(guide.listed(questionnaire, sheet)):
        run = _Run(questionnaire, sheet._replace(next=REVIEW), guide)
        run.begin_review(chosen)
        while step := run.step():
            before = run.sheet
            run.reply(step, ask(step, run.position(step)))
            try:
                if run.sheet != before:
                    save(run.sheet)
            except RefusedReplyError:
                run.refuse()
                break
        sheet = run.sheet
    return sheet


class _Run:
    """One pass through the steps of an interview.

    A detour is a step that is asked out of order; the pass then continues as before.
    """

    def __init__(
        self, questionnaire: Questionnaire, sheet: AnswerSheet, guide: Guide
    ) -> None:
        self.questionnaire = questionnaire
        self.guide = guide
        self._queue = guide.listed(questionnaire, sheet)
        at = _first(self._queue, sheet)
        passed = self._queue[:at] if sheet.next else ()
        self._state = _State(
            sheet,
            tuple(step.id for step in self._queue[at:]),
            # An optional line that was skipped in an earlier run is not asked again.
            seen=frozenset(step.id for step in passed if not step.is_to_ask),
        )
        self._skipped_earlier = frozenset(step.id for step in passed if step.is_to_ask)
        self._words = ChangedWords(questionnaire, sheet)
        self._changes: list[_State] = []  # the states before each change, for undo
        self._before = self._state  # the state before the last reply
        self._put_again: frozenset[str] = frozenset()  # skipped steps asked once more
        self._rule_shown = False
        self._last_progress: _Progress | None = None
        # that of the last step with a number, with which the next number is compared
        self._last_number: _Progress | None = None
        self._shown: set[str] = set()  # the ids of the steps that were asked
        self._again = ""  # the step that a contradiction has asked again
        self._asked_by = ""  # that contradiction
        self._in_review = False
        self._unskipped: frozenset[str] = frozenset()  # as in ``StepPosition``

    @property
    def sheet(self) -> AnswerSheet:
        return self._state.sheet

    def begin_review(self, chosen: Step | Move) -> None:
        """Plan the steps to ask after the team has chosen a row of the review.

        These are the step ``chosen`` or, for ``Move.GO_ON``, all open steps and all
        undecided contradictions.
        """
        self._in_review = True
        self._last_number = None  # the list was on the screen since
        if isinstance(chosen, Step):
            self._go_to(chosen.id)
        else:
            self._detour([step.id for step in self._queue if step.is_unfinished])

    def step(self) -> Step | None:
        """Return the next step to ask, None at the end."""
        if step := self._next_detour():
            return step
        at = self._next_index()
        self._state = self._state._replace(
            rest=tuple(step.id for step in self._queue[at:]), left=False
        )
        if at < len(self._queue):
            return self._queue[at]
        skipped = [step.id for step in self._queue if step.is_to_ask]
        if self.guide.again and not self._put_again.issuperset(skipped):
            self._detour([id_ for id_ in skipped if id_ not in self._put_again])
            self._put_again |= {*skipped}
            return self._next_detour()
        return None

    def reply(self, step: Step, reply: Reply) -> None:
        """Process the reply to a step: change the answers, and find the next step."""
        self._before, self._unskipped = self._state, frozenset()
        self._rule_shown = self._rule_shown or _has_cumulative_levels(step)
        match reply:
            case Move.UNDO:
                self._undo()
            case Move.BACK:
                self._go_back(step)
            case Move.END if self._may_end(step):
                self._state = self._state._replace(rest=(), keep=False, detours=())
            case Again() | GoTo():
                if (
                    step.id not in self._state.must
                ):  # a step in ``must`` is still to be answered
                    self._end_detour(step)
                self._go_to(reply.step)
                self._again = reply.step if isinstance(reply, Again) else ""
                self._asked_by = step.id
            case Remark():
                self._change(_add_remark(self.sheet, step, reply))
                self._stay(step)
            case FieldReply():
                self._fill_in(step, reply)
            case Move():
                self._mark_done(step)
            case _:
                self._answer(step, reply)
        self._queue = self.guide.listed(self.questionnaire, self.sheet)
        following = self.step()
        next_ = following.id if following else self.guide.end
        if not self._in_review:
            self._state = self._state._replace(sheet=self.sheet._replace(next=next_))

    def _answer(self, step: Step, reply: str | Answer | Replies) -> None:
        changed = apply_reply(self.sheet, step, reply)
        self._mark_done(step)
        if changed == self.sheet and step.id == self._again:
            self._drop_contradiction()
        self._change(without_draft(self.questionnaire, changed))
        if step.id.startswith(OWN_STEP) and step.value and not reply:
            self._ask_for_another()
        elif step.id.startswith(OWN_STEP) and self._in_review and reply != step.value:
            self._ask_who_does(step)

    def _ask_who_does(self, step: Step) -> None:
        """Ask for owner and date of a changed step of the plan if one is missing."""
        id_ = step.id.replace(OWN_STEP, PLAN, 1)
        listed = self.guide.everything(self.questionnaire, self.sheet)
        if any(each.id == id_ and each.is_not_taken for each in listed):
            self._go_to(id_)

    def _fill_in(self, step: Step, reply: FieldReply) -> None:
        """Record the reply to one of ``step.fields``, and ask the whole step again."""
        changed = self.sheet
        for field in (each for each in step.fields if each.id == reply.field):
            unknown = {} if reply.text else {field.id: UNKNOWN}
            changed = _with_left(apply_reply(changed, field, reply.text), unknown)
        self._change(without_draft(self.questionnaire, changed))
        self._stay(step)

    def _ask_for_another(self) -> None:
        """Ask for another step of the team's own, after the team has removed one."""
        at = _index(self._queue, self._state.rest)
        for number, step in enumerate(self._queue):
            if step.id.startswith(OWN_STEP) and not step.value:
                ids = tuple(each.id for each in self._queue[min(number, at) :])
                seen = self._state.seen - {step.id}
                self._state = self._state._replace(rest=ids, left=False, seen=seen)

    def refuse(self) -> None:
        """Discard the last reply, which cannot be saved, and ask the step again."""
        if self._changes and self._changes[-1] is self._before:
            self._changes.pop()
        self._restore(self._before)

    def position(self, step: Step) -> StepPosition:
        counted = [
            each
            for each in self._queue
            if not each.is_optional and each.kind is not StepKind.CONTRADICTION
        ]
        progress = self._progress(step)
        left = len(progress.ids)
        drafted = any(each.drafted for each in self._queue)
        went_here = self._went_to(step)
        is_counted = step.id in progress.ids
        is_visit = went_here and step.answered  # not one of those to go
        number = max(len(counted) - left, 0) + 1
        return StepPosition(
            number=number if is_counted and not is_visit else 0,
            total=max(len(counted), left),
            minutes_left=0 if is_visit else progress.minutes,
            first=_has_cumulative_levels(step) and not self._rule_shown,
            confirmed=sum(each.answered for each in self._queue) if drafted else None,
            steps=self.guide.everything(self.questionnaire, self.sheet),
            asked={each.id for each in self._queue},
            why=self._why(step),
            optional="" if is_counted else self._optional(step),
            change=progress.change,
            new=progress.new,
            to_come=progress.ids - ({step.id} if is_visit else set()),
            slower=progress.slower,
            may_end=self._may_end(step),
            to_list=self._in_review,
            at_least=self.guide.may_grow(),
            went_here=went_here,
            unskipped=[
                each
                for each in self._queue
                if each.id in self._unskipped - {step.id} and self._is_next(each)
            ],
        )

    def _went_to(self, step: Step) -> bool:
        return step.id in {*self._state.detours} - self._state.must

    def _may_end(self, step: Step) -> bool:
        """Return whether the team may leave this step and the remaining ones unasked.

        In the review, these are the steps that a change or the row to go on has added.
        """
        return self.guide.may_end or (self._in_review and step.id in self._state.must)

    def _progress(self, step: Step) -> "_Progress":
        to_come = self._to_come(step)
        ids = frozenset(
            each.id
            for each in to_come
            if not each.is_optional and each.kind is not StepKind.CONTRADICTION
        )
        before = self._last_progress
        if before and before.step == step.id and before.ids == ids:
            return before
        is_return = step.answered or step.id in self._shown
        # Questions that a new wording opens again are not new to the team.
        shown = self._last_number
        again = asked_again(self.sheet) & ids - shown.ids if shown else set()
        new = (
            _number_of_new(shown, step, ids - again, is_return=is_return)
            if shown
            else 0
        )
        self._shown.add(step.id)
        change = _change(len(again), new)
        seconds = sum(map(self._seconds, to_come))
        minutes, slower = rounded_minutes(seconds), False
        if before and new <= 0 and minutes > before.minutes:
            slower = seconds > MUCH_LONGER * 60 * before.minutes
            minutes = minutes if slower else before.minutes
        progress = _Progress(step.id, ids, change, new, minutes, slower)
        self._last_progress = progress
        has_number = step.id in ids and not (step.answered and self._went_to(step))
        if has_number or not self._last_number:
            self._last_number = progress
        return progress

    def _to_come(self, step: Step) -> list[Step]:
        """Return the current step and all steps still to ask."""
        rest, detours = {*self._state.rest}, {*self._state.detours}

        def comes(each: Step) -> bool:
            if each.id == step.id:
                return True
            if each.id in detours:
                return each.is_open or each.id not in self._state.must
            if self._in_review:
                return False
            again = self.guide.again and each.is_to_ask
            return (each.id in rest and self._is_next(each)) or (
                again and each.id not in self._put_again
            )

        listed = [] if any(each.id == step.id for each in self._queue) else [step]
        return [*listed, *(each for each in self._queue if comes(each))]

    def _seconds(self, step: Step) -> float:
        each = self.questionnaire.constants.seconds_per_question
        estimate = self.guide.seconds or (lambda _: each)
        return step.minutes * 60 or estimate(step)

    def _optional(self, step: Step) -> str:
        """Return the text for an optional step, such as "line 2 of 5, optional"."""
        listed = [*self.guide.everything(self.questionnaire, self.sheet), *self._queue]
        ids = dict.fromkeys(each.id for each in listed)
        for kind in self._lines(ids):
            if step.id in kind:
                return f"line {kind.index(step.id) + 1} of {len(kind)}, {OPTIONAL}"
        # Proposals are not counted: their number changes when somebody takes one.
        is_proposal = step.id.startswith(PLAN) and step.id.removeprefix(PLAN) not in {
            id_.removeprefix(OWN_STEP) for id_ in ids if id_.startswith(OWN_STEP)
        }
        return f"mlready's proposal, {OPTIONAL}" if is_proposal else OPTIONAL

    def _lines(self, ids: Iterable[str]) -> list[list[str]]:
        """Return the ids of the lines about the background, and of those of the plan.

        ``ids`` are the ids of all steps.
        """
        background = self.questionnaire.background
        of_plan = {f"{BACKGROUND}{each.id}" for each in background if each.in_plan}
        lines = [id_ for id_ in ids if id_.startswith(BACKGROUND)]
        return [
            [id_ for id_ in lines if id_ not in of_plan],
            [id_ for id_ in lines if id_ in of_plan],
        ]

    def _why(self, step: Step) -> str:
        if step.is_open and step.id in asked_again(self.sheet):
            return ASKED_AGAIN
        if self._jumps_ahead_to(step):
            return WHERE_YOU_WERE
        before = self._state.seen | self._skipped_earlier
        skipped = step.id in self._put_again and step.id in before
        # What an answer could change is said before it is given.
        why = "" if step.answered else self.guide.why(step)
        return SKIPPED if skipped else why

    def _jumps_ahead_to(self, step: Step) -> bool:
        """Return whether the team comes from an earlier step to ``step`` in one jump.

        This happens after the team went back from ``step`` and answered another step.
        """
        ids = [each.id for each in self._queue]
        last = self._before.rest[:1]
        if step.id != self._state.back_from or not {step.id, *last} <= {*ids}:
            return False
        return bool(last) and ids.index(step.id) - ids.index(last[0]) > 1

    def _next_detour(self) -> Step | None:
        if not self._state.detours:
            return None
        listed = self.guide.everything(self.questionnaire, self.sheet)
        queue = {step.id: step for step in self._queue}
        by_id = {step.id: step for step in listed} | queue
        must = self._state.must
        for at, id_ in enumerate(self._state.detours):
            # A later answer may have made a question needless that an answer opened.
            step = (queue if id_ in must else by_id).get(id_)
            if step and (_is_needed(step) or id_ not in must):
                self._state = self._state._replace(detours=self._state.detours[at:])
                return step
        self._state = self._state._replace(detours=())
        return None

    def _next_index(self) -> int:
        """Return the index in ``_queue`` of the next step, or ``len(_queue)``."""
        rest, queue = self._state.rest, self._queue
        at = _index(queue, rest)
        is_place = at < len(queue) and queue[at].id == rest[0]
        if is_place and self._state.keep and not self._state.left:
            return at
        at += is_place and self._state.left
        while at < len(queue) and not self._is_next(queue[at]):
            at += 1
        return at

    def _is_next(self, step: Step) -> bool:
        """Return whether to ask a step: it is open, or optional and not asked yet."""
        is_done = step.answered or step.is_left_open or step.id in self._state.seen
        return step.is_to_ask or not is_done

    def _mark_done(self, step: Step) -> None:
        """Record that a step was answered or skipped."""
        rest, before = self._state.rest, self._state
        is_visit = step.id in before.detours and step.id not in before.must
        self._end_detour(step)
        self._state = self._state._replace(
            left=self._state.left or bool(rest and rest[0] == step.id),
            keep=False,
            seen=self._state.seen | {step.id},
            visited=step.id if is_visit else "",
            back_from="" if step.id == before.back_from else before.back_from,
        )

    def _end_detour(self, step: Step) -> None:
        self._state = self._state._replace(
            detours=tuple(id_ for id_ in self._state.detours if id_ != step.id),
            must=self._state.must - {step.id},
        )

    def _stay(self, step: Step) -> None:
        """Ask a step again, even if the step is answered.

        The last reply was only a remark, or filled in only one field of the step.
        """
        if step.id not in self._state.detours:
            self._state = self._state._replace(keep=True)
        elif not any(each.id == step.id and _is_needed(each) for each in self._queue):
            must = self._state.must - {step.id}
            self._state = self._state._replace(must=must)

    def _go_to(self, id_: str) -> None:
        listed = self.guide.everything(self.questionnaire, self.sheet)
        for step in listed:
            if step.id == id_:
                before = self.guide.before(self.questionnaire, self.sheet, step)
                detours = dict.fromkeys([*before, id_, *self._state.detours])
                self._state = self._state._replace(detours=tuple(detours))

    def _go_back(self, step: Step) -> None:
        ids = [each.id for each in self._queue]
        visited = self._state.visited
        self._state = self._state._replace(visited="")
        if step.id not in self._state.detours and visited:
            self._go_to(visited)  # the team has just come back from there
        elif step.id not in self._state.detours:
            at = _index(self._queue, self._state.rest) - 1
            self._state = self._state._replace(
                rest=tuple(ids[max(at, 0) :]),
                keep=True,
                # The team has not decided to leave this step empty.
                seen=self._state.seen - {step.id},
                back_from=self._state.back_from or step.id if at >= 0 else "",
            )
        elif step.id in self._state.must and step.id in ids:
            self._go_to(ids[max(ids.index(step.id) - 1, 0)])
        else:  # the team went to this step itself: back to where it was
            self._end_detour(step)

    def _detour(self, ids: Iterable[str]) -> None:
        """Ask the steps with these ``ids`` before the current step.

        Other steps that wait to be asked before the current step come first. A step
        that needs no answer when its turn comes is left out.
        """
        detours = tuple(dict.fromkeys([*self._state.detours, *ids]))
        self._state = self._state._replace(
            detours=detours, must=self._state.must.union(ids)
        )

    def _change(self, sheet: AnswerSheet) -> None:
        """Replace the answer sheet, and ask earlier steps that now need an answer."""
        if sheet == self.sheet:
            return
        self._changes.append(self._before)
        listed = {step.id for step in self._queue}
        before = {step.id for step in self._queue if _must_be_asked(step)}
        sheet = self._words.reopened(sheet)
        self._queue = self.guide.listed(self.questionnaire, sheet)
        removed = listed.difference(step.id for step in self._queue)
        self._state = self._state._replace(sheet=_without_left(sheet, removed))
        at = _index(self._queue, self._state.rest)
        opened = [
            step.id
            for step in self._queue[:at]
            if _must_be_asked(step) and step.id not in before
        ]
        self._detour(opened)

    def _drop_contradiction(self) -> None:
        """Ask no more about a contradiction.

        The team answered one of the contradicting questions again, and did not change
        the answer.
        """
        id_, state = self._asked_by, self._state
        self._state = state._replace(
            detours=tuple(each for each in state.detours if each != id_),
            seen=state.seen | {id_},
            left=state.left or (id_ not in state.detours and id_ in state.rest[:1]),
        )

    def _undo(self) -> None:
        if self._changes:
            seen = self._state.seen
            self._restore(self._changes.pop()._replace(keep=True))
            self._unskipped = seen - self._state.seen

    def _restore(self, state: _State) -> None:
        self._state = state
        self._words.note(state.sheet)
        self._queue = self.guide.listed(self.questionnaire, state.sheet)


def apply_reply(
    sheet: AnswerSheet, step: Step, reply: str | Answer | Replies
) -> AnswerSheet:
    """Return the answer sheet with a reply to a step.

    An empty text removes the answer. In a draft, the reply confirms the answer.
    """
    if isinstance(reply, Replies):
        return _with_fields(sheet, step, reply)
    sheet = confirm(sheet, step)
    if isinstance(reply, Answer):
        given = given_now(sheet, reply)
        return sheet._replace(answers={**sheet.answers, step.id: given})
    if step.id.startswith((NOTE, EVIDENCE, PLAN, DUE, OWNER, OWN_STEP, CONTRADICTION)):
        return _with_text_about(sheet, step, reply)
    kind, _, id_ = step.id.partition(".")
    change: dict[str, Any] = {id_: reply}
    if kind == "project":
        return sheet._replace(**change)
    if step.id.startswith(VOICE):
        return sheet._replace(voice=sheet.voice._replace(**change))
    return _with_value(sheet, kind, id_, step.as_number(reply))


def _with_fields(sheet: AnswerSheet, step: Step, reply: Replies) -> AnswerSheet:
    """Return the sheet with the replies to all fields of a step.

    ``reply`` has one text for each field. An empty text records that nobody knows the
    answer. A field in ``reply.skipped`` gets no such record, so that the interview asks
    this field again.
    """
    skipped = {f"{LEFT}{id_}" for id_ in reply.skipped}
    kept = {key: text for key, text in sheet.earlier.items() if key not in skipped}
    sheet, unknown = sheet._replace(earlier=kept), {}
    for field, text in zip(step.fields, reply.texts, strict=True):
        sheet = apply_reply(sheet, field, text)
        if not text and field.id not in reply.skipped:
            unknown[field.id] = UNKNOWN
    return _with_left(sheet, unknown)


def _with_left(sheet: AnswerSheet, left: Mapping[str, str]) -> AnswerSheet:
    """Return the sheet with a record of what the team left empty or unchanged.

    ``left`` maps the id of each such step to the text to record. For an empty field,
    the text is "unknown". In a contradiction, either the score of a layer as a whole or
    the score of its details is good enough; the text says which: "whole" or "details".
    """
    kept = {f"{LEFT}{id_}": text for id_, text in left.items()}
    return sheet._replace(earlier={**sheet.earlier, **kept})


def _without_left(sheet: AnswerSheet, removed: Iterable[str]) -> AnswerSheet:
    """Return the sheet without records of contradictions that are now solved.

    A record says that the team kept a contradiction unchanged. ``removed`` are the ids
    of steps that the interview no longer has. A contradiction is solved if ``removed``
    has the id of its step.
    """
    gone = {f"{LEFT}{id_}" for id_ in removed if id_.startswith(CONTRADICTION)}
    if gone.isdisjoint(sheet.earlier):
        return sheet
    kept = {key: text for key, text in sheet.earlier.items() if key not in gone}
    return sheet._replace(earlier=kept)


def _with_text_about(sheet: AnswerSheet, step: Step, text: str) -> AnswerSheet:
    """Return the sheet with ``text`` recorded as the reply to ``step``.

    ``step`` asks for a note, for evidence or for a part of the plan. ``step`` can also
    be a contradiction. Then ``text`` is ``KEEP``, and the sheet records that the team
    leaves the contradiction unchanged.
    """
    field, _, id_ = step.id.partition(".")
    if step.kind is StepKind.CONTRADICTION:
        return _with_left(sheet, {step.id: step.holding})
    if step.id.startswith((NOTE, EVIDENCE)):
        return _add_remark(sheet, step._replace(id=id_), Remark(field, text))
    before = sheet.steps.get(id_, NO_STEP)
    if step.id.startswith(OWN_STEP):
        changed = before._replace(what=text) if text else NO_STEP
        if before.what and not text:
            # So no other step gets the key of the removed step.
            earlier = {**sheet.earlier, f"{EARLIER_STEP}{id_}": REMOVED}
            sheet = sheet._replace(earlier=earlier)
    elif step.id.startswith(DUE):
        changed = before._replace(due=taken_by(text, before).due)
    elif step.id.startswith(OWNER):
        taken = taken_by(text, before)
        changed = taken._replace(due=taken.due or before.due)
    elif text != step.value:
        changed = taken_by(text, before)
    else:
        return sheet
    if id_ in sheet.steps and changed != NO_STEP:  # keep the order of the steps
        return sheet._replace(steps={**sheet.steps, id_: changed})
    kept = {key: each for key, each in sheet.steps.items() if key != id_}
    added = {id_: changed} if changed != NO_STEP else {}
    return sheet._replace(steps={**kept, **added})


def _with_value(sheet: AnswerSheet, kind: str, id_: str, text: str) -> AnswerSheet:
    """Return the sheet with a new fact, background line or number of people.

    The text "" removes the entry ``id_`` in the field ``kind``.
    """
    values: dict[str, Any] = {**getattr(sheet, kind)}
    values.pop(id_, None)
    if text:
        values[id_] = float(text) if kind == "available" else text
    change: dict[str, Any] = {kind: values}
    if text and f"{LEFT}{kind}.{id_}" in sheet.earlier:
        kept = {**sheet.earlier}
        del kept[f"{LEFT}{kind}.{id_}"]
        change["earlier"] = kept
    return sheet._replace(**change)


def _add_remark(sheet: AnswerSheet, step: Step, remark: Remark) -> AnswerSheet:
    change: dict[str, Any] = {remark.field: remark.text}
    answer = sheet.answer(step.id)._replace(**change)
    return sheet._replace(answers={**sheet.answers, step.id: answer})


def _number_of_new(
    before: _Progress, step: Step, ids: frozenset[str], *, is_return: bool
) -> int:
    """Return how many steps the replies since ``before`` added, or removed: below 0.

    Args:
        before: the progress of the last step that had a number.
        step: the current step.
        ids: the ids of the steps that need an answer now.
        is_return: whether the current step was asked or answered before.

    """
    # Expected are the steps of before, except the step that the reply has settled.
    passed_over = before.step in ids and before.step != step.id
    expected = before.ids if passed_over else before.ids - {before.step}
    if step.id in ids and (passed_over or is_return):
        expected |= {step.id}
    return len(ids) - len(expected)


def _change(again: int, new: int) -> str:
    """Say how many steps are asked again, and how many are new or no longer asked."""
    number = f"{new} new" if new > 0 else f"{-new} fewer" if new else ""
    return ", ".join(filter(None, [f"{again} {AGAIN}" if again else "", number]))


def rounded_minutes(seconds: float) -> int:
    """Return a time in minutes, rounded up; above five minutes in steps of five."""
    minutes = math.ceil(seconds / 60)
    return minutes if minutes <= ROUND_TO else ROUND_TO * math.ceil(minutes / ROUND_TO)


def _is_needed(step: Step) -> bool:
    """Return whether a step still needs a reply.

    Such a step is open, is a contradiction that the team has not decided, or asks for
    the missing owner or date of a step of the plan.
    """
    return step.is_unfinished or step.id.startswith((DUE, OWNER))


def _must_be_asked(step: Step) -> bool:
    """Return whether a step lacks a reply and was not left empty on purpose."""
    return _is_needed(step) and not step.is_left_open


def _has_cumulative_levels(step: Step) -> bool:
    """Return whether ``step`` has levels that each include the level below."""
    return step.question is not None and not step.question.overall


def _first(queue: Sequence[Step], sheet: AnswerSheet) -> int:
    """Return the index in ``queue`` of the first step to ask, or ``len(queue)``."""
    if sheet.next in {DETAILS, REVIEW}:
        return len(queue)
    ids = [step.id for step in queue]
    if sheet.next in ids:
        return ids.index(sheet.next)
    done = (each.answered or each.is_left_open for each in queue)
    return next((at for at, is_done in enumerate(done) if not is_done), len(queue))


def _index(queue: Sequence[Step], ids: Sequence[str]) -> int:
    """Return the place in ``queue`` of the first id in ``ids`` that ``queue`` has.

    The place is an index, or ``len(queue)`` if ``queue`` has none of ``ids``.
    """
    places = {step.id: at for at, step in enumerate(queue)}
    return next((places[id_] for id_ in ids if id_ in places), len(queue))
