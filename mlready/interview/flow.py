"""Lead one voice through an interview: core, picture, details, plan and review.

The picture is shown after the core, and again when an answer changes the advice.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mlready.assessment.advice import (
    Advice,
    advice_if_confirmed,
    other_roles_of_first_hire,
)
from mlready.assessment.assess import assess
from mlready.assessment.plan import PlanItem, PlanReason, own_keys
from mlready.assessment.staffing import simple_way_is_enough
from mlready.display_width import display_width
from mlready.interview.changed_words import (
    asked_again,
    changed_topics,
    reopened_topics,
)
from mlready.interview.drafts import interview_steps
from mlready.interview.interview_agenda import MOST_LINES, InterviewAgenda
from mlready.interview.navigation import (
    DETAILS,
    REMARK_KEYS,
    REMARK_NAMES,
    REVIEW,
    Again,
    FieldReply,
    GoTo,
    Guide,
    List,
    Move,
    Remark,
    Reply,
    Save,
    StepPosition,
    apply_reply,
    ask_steps,
    review_steps,
    rounded_minutes,
)
from mlready.interview.order import order
from mlready.interview.owner_and_date import taken_by
from mlready.interview.pace import Pace, number_of_answers
from mlready.interview.plan_steps import (
    is_taken,
    kept_proposals,
    plan_steps,
    replaced_proposals,
    taken_proposals,
    to_assign,
    what_to_do,
)
from mlready.interview.prompter import NOT_KEPT, Prompter, confirm_reply
from mlready.interview.steps import (
    BACKGROUND,
    DUE,
    NOTE,
    OWN_STEP,
    OWNER,
    PLAN,
    VOICE,
    Step,
    StepKind,
    as_sentence,
    changed_remark_step,
    line_steps,
    quoted,
    reply_key,
)
from mlready.interview.text_wrapping import (
    cut_words,
    fit_list,
    fit_names,
    is_narrow_terminal,
    room_for_message,
)
from mlready.model.answers import (
    EXPRESS,
    FULL,
    NO_STEP,
    Answer,
    AnswerSheet,
    assessment_input,
    empty_sheet,
    questions_for,
)
from mlready.model.questionnaire import Questionnaire, Role
from mlready.report.markdown import (
    advice_changes,
    advice_line,
    asks_about_layer,
    hiring_line,
    picture,
    rests_on_open_answers,
)
from mlready.report.template_filters import vowel_sound

if TYPE_CHECKING:
    from mlready.report.sponsor_page_left_out import LeftOut

SO_FAR = "Your plan so far: {} of your own, and {} of {} optional lines."
NOT_TAKEN = "Nobody has these steps yet:"
WRITE_PLAN = "Write your plan now (your own steps, with names and dates)?"
GO_ON_WITH_PLAN = "Go on with your plan (your own steps, with names and dates)?"
OFFER_REST = (
    "{} would only add next steps to the report, unless an answer contradicts an"
    " earlier one; about {} min. Go on?"
)
ENDS_REST = "Type /plan to go on to the plan early."  # in one line of 40 columns
PROPOSED = "Next steps that mlready proposes; up to four of your own can replace some"
# No reason: a near tie, or the layer that the team chose, can decide it as well.
FIRST_SO_FAR = ". Of the layers, {} comes first so far"
PERMISSION_FIRST = ". Permission comes first. Of the layers, {} comes first so far"
KEEPS_PROPOSED = "Stays, beside your own steps:"  # in one line of 40 columns
REPLACES_PROPOSED = "No room in the plan for:"
PLAN_PROMPT_LINES = 13  # the most lines of a prompt for an owner, at 40 columns
WHY_ADVICE = f"{BACKGROUND}because"  # the line of the plan that asks why
WHO_WORKS = f"{BACKGROUND}lend"  # the line of the plan that asks whom to hire
OFFER_LINES = 6  # of the terminal, for the question below the proposed steps
NO_PLAN = "There is no plan to write for this advice."
STILL_CONTRADICTS = (
    "{} is now {}. That changes too little: the answers still contradict each other."
)
STAYS_CONTRADICTORY = (
    "{} stays {}, so the answers still contradict each other. The list of all answers"
    " names this at the end."
)
STAYS_SAME = "The advice stays the same."
STAYS_SO_FAR = "The advice stays the same so far."  # later questions could change it
# The end of the picture says what could still change it.
NOW_SETTLED = "The same advice as before, now settled:"
OTHERWISE_SETTLED = "The advice, now settled:"  # in other words than before
NOW_OPEN_ANSWERS = "The same advice as before; only open answers could still change it."
OTHERWISE_OPEN = "This is the advice now; only open answers could still change it."
NOW_READS = "The advice now reads: {}"  # if only its words have changed
# Not only "drops": that was read as answers thrown away. In one line of 40 columns.
OPENED, DROPPED = "adds {} questions.", "drops {} questions to come."
LONGEST_NAMED = 60  # the most columns of a step that a message only recalls
MOST_NAMED = 3  # questions to be asked again that the offer of a change names
MANY_NEW = 5  # so many questions that an answer opens or drops are explained
# The same words as those of `mlready report --for sponsor`.
NO_ROOM = "No room on the sponsor's page for: {}. {}"
ROOM_FOR_ALL = "The sponsor's page now has room for all that you wrote."
STEP_CHANGED = (
    '"{}" has become "{}", still for: {}. If that is wrong, change it in the list of'
    " all answers."
)
STEP_GONE = 'No longer in the plan, but kept in your file: "{}", for: {}.'
REPLACED = (
    "On the sponsor's page, your own reasons and steps are printed instead of: {}."
)
IN_POST = (
    "The sponsor's page turns the promised post for {} into one for {}. If another"
    ' post was promised, change "Hire promised", asked with who has time and who could'
    ' be hired ("People" in the list of all answers).'
)
NO_HIRE_BUT = (
    "Your line says that nobody will be hired, but the sponsor's page asks to hire {}"
    " now. If you keep both, explain why in your line."
)
HIRE_BUT_NOBODY = (
    "Your line asks for a hire, but the sponsor's page asks for none now. If you keep"
    " both, explain in your line why, or when to hire."
)
STILL_FITS = (
    'The {0} on "{1}" is: {2} Does it still fit your answer? If not, you can change'
    " the {0}."
)
FITS_ANSWER = ("note", "evidence")  # the fields of an answer that must fit its level

NOTHING_TO_UNDO = (
    "There is nothing to take back here. Go back to change an earlier answer."
)
OTHER_WORDS = (
    "{} that you have answered will be reworded and asked again: {}. If you change"
    " back, your old answers count again. There may be new questions, too. Change it?"
)
ROLE_MEANT = 'Did you mean "{}"? If not, your words stay.'
YOUR_WORDS = "Your words were: {}"
SKIPPED_SINCE = "{} that you skipped since will be asked again."


class _AdviceState(NamedTuple):
    advice: Advice | None  # None if no machine learning is needed
    settled: bool  # whether no further question is expected to change the advice
    also_hired: tuple[Role, ...] = ()  # further roles of the person to hire first
    between: frozenset[str] = frozenset()  # ids of layers that could be first to fix

    def leaves_open(self, before: "_AdviceState") -> bool:
        """Whether the layer to fix first is still open between layers of ``before``."""
        first = self.advice.priority_layer if self.advice else None
        is_among = first is not None and first.id in before.between
        return is_among and len(self.between) > 1 and self.between <= before.between


class _SaidOfPage(NamedTuple):
    """What was said last about the sponsor's page."""

    sheet: AnswerSheet | None = None  # the answers then
    lacks: Sequence[str] = ()  # notes on what the page leaves out
    post: Sequence[str] = ()  # at most one note on whom the page asks to hire


class _Taken:
    """The proposals that somebody took, and what each said when it was last looked at.

    The answers file has only their owners and dates, while answers decide their texts.
    """

    def __init__(self, questionnaire: Questionnaire, sheet: AnswerSheet) -> None:
        self.questionnaire = questionnaire
        self.texts = taken_proposals(questionnaire, sheet)  # by key
        self._gone: set[str] = set()  # from the plan

    def changes(self, sheet: AnswerSheet, no_room: Sequence[str]) -> Iterator[str]:
        """Yield a sentence on each proposal that has changed, or has left the plan.

        ``no_room`` are proposals of which the team knows that they have left.
        """
        before, now = self.texts, taken_proposals(self.questionnaire, sheet)
        taken = {key: step for key, step in sheet.steps.items() if is_taken(step)}
        gone = {key for key in before if key in taken and key not in now}
        for key, text in before.items():
            was = cut_words(text.rstrip("."), LONGEST_NAMED)
            who = ", ".join(filter(None, taken.get(key, NO_STEP)[1:3]))
            if now.get(key, text) != text:
                yield STEP_CHANGED.format(was, now[key].rstrip("."), who)
            elif key in gone - self._gone and text not in no_room:
                yield STEP_GONE.format(was, who)
        self.texts = {**{key: before[key] for key in before if key in gone}, **now}
        self._gone = gone


class Interview:
    """Asks one voice the steps of an interview, and shows the advice so far.

    Args:
        in_words: whether to describe the pyramid in words, in place of a drawing, and
            to leave lists longer than the screen.

    """

    def __init__(  # noqa: PLR0913 - all that an interview needs
        self,
        questionnaire: Questionnaire,
        sheet: AnswerSheet,
        prompter: Prompter,
        save: Save,
        pace: Pace,
        *,
        in_words: bool = False,
    ) -> None:
        self.questionnaire = questionnaire
        self._sheet = self._begun = sheet
        self._prompter, self._save_file = prompter, save
        self._pace = pace
        self._in_words = in_words
        self._agenda = InterviewAgenda()
        # None until the core is complete.
        self._shown_advice: _AdviceState | None = None
        # With which answers, and whether that picture said what to ask about first.
        self._shown_sheet, self._shown_asks = sheet, False
        self._shown_picture = ""  # without the number of questions to come
        self._planned: tuple[AnswerSheet, tuple[Step, ...]] | None = None
        self._rule_shown = self._deepens = self._is_revised = self._is_planning = False
        # The question answered last and its remarks, if a new answer may not fit them.
        self._changed: tuple[Step, tuple[str, ...]] | None = None
        self._left_at = ""  # the step of the plan at which the team left
        self._unfitting = "", ""  # the question and the field of the remark to change
        # The answers before the last reply, if that reply was to undo the one before.
        self._before_undo: AnswerSheet | None = None
        self._lacks_plan = self._in_form = False  # no plan was due; in a step's fields
        self._replaced: set[str] = set()  # the proposals named last as without room
        self._said_of_page: _SaidOfPage | None = None  # None before the plan
        self._taken = _Taken(questionnaire, sheet)
        # The levels of the answers when a contradiction was asked last, by its id.
        self._contradicting: dict[str, dict[str, int | None]] = {}
        self._again = ""  # the question that a contradiction has asked again
        self._answered = ""  # the topic of the question or fact that was asked last
        self._opened_at = ""  # the step at which many new questions were explained
        self._typed: dict[str, str] = {}  # the last text typed at a step, by step id
        self._new_remarks: set[str] = set()  # since a question was asked; unchecked

    def run(self, *, express: bool) -> AnswerSheet:
        """Ask the open steps, let the team review its answers, and return the answers.

        Args:
            express: whether to leave out the details.

        """
        begun_at = self._begin_at()
        self._resume_pace(begun_at)
        self._agenda.note_unfinished(begun_at)
        if self._is_of_plan(begun_at):
            self._left_at, begun_at = begun_at, REVIEW
            self._sheet = self._sheet._replace(next=REVIEW)
        self._deepens = self._sheet.scope == EXPRESS and not express
        if self._sheet.asked:
            self._ask(self._guide())
        else:
            if self._left_at:  # in the plan, the team has seen the picture
                self._shown_advice = self._current_advice()
                self._shown_sheet = self._sheet
            else:
                self._ask_before_plan(begun_at, express=express)
            self._offer_plan()
        self._finish_asking()
        self._replaced = {*self._without_room()}  # the review names only others
        sheet = review_steps(
            self.questionnaire,
            self._sheet,
            self._choose,
            self._prompt,
            self._save,
            self._review_guide(express=express),
        )
        if self._lacks_plan and self._plan_steps(sheet):  # a change made it due
            self._offer_plan()
            self._finish_asking()
            sheet = self._sheet
        return self._pace.timed(sheet, self._begun)

    def _ask_before_plan(self, begun_at: str, *, express: bool) -> None:
        """Ask the core, show the picture, ask useful details, and offer the rest.

        In the full form, all questions are asked before the picture. With ``express``,
        only the core is asked.
        """
        if self._sheet.scope == FULL and not express:
            self._ask(self._guide())
        else:
            self._ask_core(begun_at)
        self._show_advice(waits=self._deepens or begun_at != REVIEW)
        if self._deepens:
            self._ask_details(begun_at)
            self._offer_rest()

    def _begin_at(self) -> str:
        """Store and return the id of the step to begin with."""
        # A team that left at a note or evidence is first asked the question again.
        field, _, id_ = self._sheet.next.partition(".")
        if field in FITS_ANSWER and getattr(self._sheet.answer(id_), field):
            self._sheet = self._sheet._replace(next=id_)
        return self._sheet.next

    def _resume_pace(self, begun_at: str) -> None:
        """Take the times of earlier sessions into the measured pace."""
        sheet = self._sheet
        listed = interview_steps(self.questionnaire, sheet)
        ids = [step.id for step in listed]
        at = ids.index(begun_at) if begun_at in ids else len(ids) * bool(begun_at)
        passed = [
            step
            for n, step in enumerate(listed)
            if step.answered or (step.is_optional and n < at)
        ]
        given = number_of_answers(sheet, empty_sheet(self.questionnaire, sheet.scope))
        share = min(sheet.timing.answers / given, 1.0) if given else 1.0
        self._pace.resume(sheet.timing, passed, share)

    def _guide(self) -> Guide:
        listed = self._agenda.steps
        if self._sheet.scope == FULL:
            listed = self._agenda.full_form
        if self._sheet.asked:
            listed = interview_steps
        return Guide(
            listed=listed,
            everything=self._everything,
            why=self._agenda.why,
            seconds=self._seconds,
            before=self._agenda.before,
        )

    def _seconds(self, step: Step) -> float:
        """Return how long a step will take, in seconds; 0 for a step of the plan."""
        # How fast a team answers questions does not tell how fast it agrees on a plan.
        return 0.0 if self._is_of_plan(step.id) else self._pace.seconds(step)

    def _everything(
        self, questionnaire: Questionnaire, sheet: AnswerSheet
    ) -> tuple[Step, ...]:
        listed = interview_steps(questionnaire, sheet)
        id_, field = self._unfitting
        again = [changed_remark_step(s, field) for s in listed if s.id == id_]
        return (*listed, *again)

    def _review_guide(self, *, express: bool) -> Guide:
        """Return the functions that control the steps of the review.

        The review also lists the steps of the plan, except in a question list.
        ``express`` says whether details are left out; the review of a short form then
        lists only the core.
        """
        guide = self._guide()
        if self._sheet.asked:
            return guide
        if express and self._sheet.scope == EXPRESS:
            guide = guide._replace(listed=self._agenda.core)

        def with_plan(listed: List) -> List:
            return lambda _, sheet: [
                *listed(self.questionnaire, sheet),
                *self._plan_steps(sheet),
            ]

        return guide._replace(
            listed=with_plan(guide.listed),
            everything=with_plan(guide.everything),
            may_grow=self._may_grow,
        )

    def _plan_steps(self, sheet: AnswerSheet) -> tuple[Step, ...]:
        said = _without_next(sheet)
        if self._planned is None or self._planned[0] != said:
            self._planned = said, plan_steps(self.questionnaire, said)
        return self._planned[1]

    def _ask(self, guide: Guide) -> None:
        self._sheet = ask_steps(
            self.questionnaire, self._sheet, self._prompt, self._save, guide
        )

    def _ask_core(self, begun_at: str) -> None:
        """Ask the open questions of the core, unless the interview is past the core."""
        details = {*order(self.questionnaire).details}
        if begun_at.removeprefix(NOTE) in details:
            self._sheet = self._sheet._replace(next=DETAILS)
        if opening := self._resumed() if begun_at else self._opening():
            self._prompter.say(opening)
        self._ask(self._guide()._replace(listed=self._agenda.core, end=DETAILS))

    def _resumed(self) -> str:
        """Return the message on how much of the core is answered; "" after the core."""
        if self._sheet.next in {DETAILS, REVIEW}:
            return ""
        core = self._agenda.core(self.questionnaire, self._sheet)
        asked = [step.answered for step in core if not step.is_optional]
        minutes = self._sheet.timing.minutes
        took = f", in {minutes} min" if minutes else ""
        return f"{sum(asked)} of {len(asked)} questions are answered{took}."

    def _opening(self) -> str:
        """Return the message on how many questions will come; "" if none will."""
        core = self._agenda.core(self.questionnaire, self._sheet)
        asked = [step for step in core if step.is_to_ask and not step.is_optional]
        lines = [step for step in core if step.id.startswith(BACKGROUND)]
        if not asked:
            return ""
        number = f"{len(asked)} questions come" if asked[1:] else "1 question comes"
        opening = f"{number} first, then a picture of where you are."
        if not lines:
            return opening
        notes = MOST_LINES - len(lines)
        return (
            f"{opening} Between them come {len(lines)} lines about the background, and"
            f" up to {notes} that ask for proof of an answer. Enter skips a line."
        )

    def _ask_details(self, begun_at: str, *, may_end: bool = False) -> None:
        """Ask the open details, beginning with ``begun_at`` if that is one of them."""
        ids = [step.id for step in self._details_to_ask(begun_at)]
        if ids:
            first = begun_at if begun_at in ids else ids[0]
            self._sheet = self._sheet._replace(next=first)
            guide = self._guide()._replace(may_grow=self._may_grow)
            self._ask(guide._replace(again=False, may_end=may_end))

    def _may_grow(self) -> bool:
        """Return whether a question to come could change what is asked after it."""
        return not self._agenda.next_questions(self.questionnaire, self._sheet).settled

    def _details_to_ask(self, begun_at: str = "") -> list[Step]:
        """Return the open or unsettled steps after the core.

        The step with the id ``begun_at``, at which the interview begins, is returned
        even if answered.
        """
        core = {*order(self.questionnaire).core}
        return [
            step
            for step in self._guide().listed(self.questionnaire, self._sheet)
            if step.id.removeprefix(NOTE) not in core
            and not step.id.startswith(VOICE)
            and (step.is_to_ask or step.is_unsettled or step.id == begun_at)
        ]

    def _offer_rest(self) -> None:
        """Offer the details that would only add next steps to the report."""
        if not self._agenda.offered(self.questionnaire, self._sheet):
            return
        self._agenda.with_rest = True  # also counts the facts asked before details
        left = [
            s for s in self._details_to_ask() if s.kind is not StepKind.CONTRADICTION
        ]
        self._agenda.with_rest = False
        seconds = sum(self._pace.seconds(step) for step in left)
        self._show_change()
        more = "1 more question" if len(left) == 1 else f"{len(left)} more questions"
        self._agenda.with_rest = self._prompter.confirm(
            OFFER_REST.format(more, rounded_minutes(seconds))
        )
        if self._agenda.with_rest:
            self._prompter.say(ENDS_REST)
            self._ask_details("", may_end=True)

    def _offer_plan(self) -> None:
        """Offer to write the plan if the plan is empty or a step has no owner."""
        self._say_if_taken_changed()
        items = to_assign(self.questionnaire, self._sheet)
        steps = self._plan_steps(self._sheet)
        self._lacks_plan = not steps
        if not steps:
            inputs = assessment_input(self.questionnaire, self._sheet)
            if simple_way_is_enough(inputs.facts):
                self._prompter.say(NO_PLAN)
            return
        written = any(step.value for step in steps if not step.id.startswith(PLAN))
        if written and not (items or self._left_at):
            return
        rows = [f"{n}. {what_to_do(item)}" for n, item in enumerate(items, 1)]
        so_far = _so_far(steps)
        proposed = "".join([PROPOSED, *self._why_work(items), ":"])
        heading = [NOT_TAKEN if so_far else proposed] if rows else []
        above = "\n".join(["", *so_far, *heading])
        whole = "\n".join([above, *rows])  # plain lines scroll, so that none is cut
        listed = whole if self._in_words else fit_list(above, rows, OFFER_LINES)
        self._prompter.say(listed)
        offer = GO_ON_WITH_PLAN if so_far else WRITE_PLAN
        if not self._prompter.confirm(offer, default=bool(self._left_at)):
            return
        self._sheet = self._sheet._replace(next=self._left_at)
        guide = self._guide()._replace(
            listed=lambda _, sheet: self._plan_steps(sheet), again=False
        )
        self._is_planning = True
        self._ask(guide)
        self._is_planning = False
        self._say_if_replaced()
        self._said_of_page = _SaidOfPage()
        self._explain_page()

    def _why_work(self, items: Sequence[PlanItem]) -> list[str]:
        """Return which layer comes first if open answers can change that, else []."""
        first = assess(self.questionnaire, self._sheet).diagnosis
        works = any(each.reason is PlanReason.MENDS for each in items)
        if first.certain or not (works and first.priority_layer):
            return []
        is_allowed = items[0].reason is not PlanReason.FORBIDS
        why = FIRST_SO_FAR if is_allowed else PERMISSION_FIRST
        return [why.format(first.priority_layer.name)]

    def _say_before(self, step: Step) -> None:
        """Say what the team must know about its plan to reply to ``step``."""
        if self._follows_own_steps(step):
            self._say_if_replaced()
        if step.id == WHY_ADVICE:  # the picture with the advice was many screens ago
            self._prompter.say(self._advice_line())
        if step.id == WHO_WORKS:  # no picture says whether to hire
            hires = hiring_line(assess(self.questionnaire, self._sheet))
            if hires:
                self._prompter.say(hires)

    def _say_if_replaced(self) -> None:
        """Name the proposals for which the team's own steps leave no room."""
        gone = self._without_room()
        if {*gone} - self._replaced:
            items = kept_proposals(self.questionnaire, self._sheet)
            kept = [*map(what_to_do, items)]
            self._prompter.say(left_without_room(gone, kept, whole=self._in_words))
        self._replaced = {*gone}

    def _say_if_taken_changed(self) -> None:
        """Name the steps that somebody took and that say something else now, or left.

        A step that left because it has no room is not named here.
        """
        no_room = self._without_room() if self._taken.texts else []
        for change in self._taken.changes(self._sheet, no_room):
            self._prompter.say(change)

    def _without_room(self) -> list[str]:
        """Return the proposals for which the team's own steps leave no room."""
        items = replaced_proposals(self.questionnaire, self._sheet)
        return [what_to_do(item) for item in items]

    def _follows_own_steps(self, step: Step) -> bool:
        """Return whether the plan asks this step after all of the team's own steps."""
        if not self._is_planning:
            return False
        if step.id.startswith(BACKGROUND):
            return True
        own = own_keys(self.questionnaire, self._sheet)
        return step.id.startswith(PLAN) and step.id.removeprefix(PLAN) not in own

    def _explain_page(self) -> None:
        """After the plan, and after each change, say what the sponsor's page lacks."""
        if self._said_of_page is None:
            return
        before, sheet = self._said_of_page, _without_next(self._sheet)
        if before.sheet == sheet:
            return
        now = self._notes_on_page()._replace(sheet=sheet)
        for note in (
            *now.lacks,
            *(each for each in now.post if each not in before.post),
        ):
            self._prompter.say(note)
        if before.lacks and not now.lacks:
            self._prompter.say(ROOM_FOR_ALL)
        self._said_of_page = now

    def _notes_on_page(self) -> _SaidOfPage:
        """Return what the sponsor's page leaves out, and whom the page asks to hire."""
        from mlready.report.sponsor_page_hiring import planned_post
        from mlready.report.sponsor_page_left_out import left_out

        result = assess(self.questionnaire, self._sheet)
        left = left_out(result)
        promised, role = result.staffing.top_position, planned_post(result)
        lacks = [
            *([no_room(left)] if left.no_room else []),
            *([replaced(left.replaced)] if left.replaced else []),
        ]
        post = [turned_post(promised.role, role)] if promised and role else []
        return _SaidOfPage(lacks=lacks, post=post)

    def _is_of_plan(self, step: str) -> bool:
        lines = line_steps(self.questionnaire, self._sheet, in_plan=True)
        return step.startswith((PLAN, DUE, OWNER, OWN_STEP)) or step in {
            each.id for each in lines
        }

    def _finish_asking(self) -> None:
        sheet = self._sheet._replace(next=REVIEW)
        # A short form becomes a full form if all questions of a full form are answered.
        full = sheet._replace(scope=FULL)
        if not sheet.asked and all(
            sheet.answer(each.id).given
            for each in questions_for(self.questionnaire, full)
        ):
            sheet = full
        if sheet != self._sheet:
            self._sheet = sheet
            self._save(sheet)

    def _prompt(self, step: Step, position: StepPosition) -> Reply:
        question, field = self._unfitting
        is_remark = step.id == f"{field}.{question}"
        if not is_remark and (unfitting := self._unfitting_remark()):
            return GoTo(unfitting.id)
        is_asked_on = is_remark or self._in_form
        if not is_asked_on and step.id not in asked_again(self._sheet):
            # asked first: what a change opened
            self._show_change(position.to_come, position.change)
        self._say_before(step)
        self._agenda.note_asked(step)
        self._pace.begin()
        first = position.first and not self._rule_shown
        self._rule_shown = self._rule_shown or first
        if self._before_undo:
            said = self._after_undo(self._before_undo, step, position.steps)
            self._prompter.say(" ".join([*said, *_unskipped(position.unskipped)]))
        if step.kind is StepKind.CONTRADICTION:
            self._say_if_unsolved(step)
        self._say_if_many_new(step, position)
        reply = self._ask_until_sure(step, position._replace(first=first))
        self._say_about(step, reply)
        self._before_undo = self._sheet if reply is Move.UNDO else None
        if isinstance(reply, str) and step.kind in {StepKind.TEXT, StepKind.LINE}:
            self._typed[step.id] = reply
        self._record_remarks_to_check(step, reply)
        self._is_revised |= position.went_here and _changes_answer(step, reply)
        if is_remark:
            self._unfitting = "", ""
            reply = GoTo(question) if reply is Move.BACK else reply
        if reply is Move.END:
            self._agenda.end_rest(step)
        self._in_form = isinstance(reply, FieldReply)
        moves = isinstance(reply, Remark | FieldReply | GoTo | Again) or reply in {
            Move.BACK,
            Move.UNDO,
            Move.END,
        }
        self._pace.reply(step, completes=not moves)
        return reply

    def _to_list(self, position: StepPosition) -> list[Step]:
        """Return the steps to go to, without contradictions that were not asked yet.

        Nobody knows of them. The list of all answers names every one.
        """
        return [
            step
            for step in position.steps
            if position.to_list
            or not step.is_unsettled
            or step.id in self._contradicting
        ]

    def _say_if_unsolved(self, step: Step) -> None:
        """Say which changed answers have not solved the contradiction in ``step``.

        An answer has changed if its level was another when ``step`` was asked last.
        """
        before = self._contradicting.get(step.id, {})
        now = {id_: self._sheet.answer(id_).level for id_ in step.choices}
        self._contradicting[step.id] = now
        for id_, level in now.items():
            if level != before.get(id_, level):
                self._prompter.say(STILL_CONTRADICTS.format(id_, level))

    def _say_about(self, step: Step, reply: Reply) -> None:
        """Say what still contradicts a reply."""
        self._say_if_kept(step, reply)
        self._say_if_hire_differs(step, reply)

    def _say_if_kept(self, step: Step, reply: Reply) -> None:
        """Say that answers still contradict each other if the team changes neither."""
        if isinstance(reply, Again):
            self._again = reply.step
        elif not isinstance(reply, Remark):
            is_asked_again, self._again = step.id == self._again, ""
            if is_asked_again and isinstance(reply, Answer):
                is_kept = apply_reply(self._sheet, step, reply) == self._sheet
                level = step.answer.level
                if is_kept and level is not None:
                    self._prompter.say(STAYS_CONTRADICTORY.format(step.id, level))

    def _say_if_hire_differs(self, step: Step, reply: Reply) -> None:
        """Say that a new line on who does the work and the page's advice differ."""
        if step.id != WHO_WORKS or not isinstance(reply, str) or reply == step.value:
            return
        from mlready.report.sponsor_page_hiring import asks_for_other_hire, denied_hire

        result = assess(self.questionnaire, self._sheet)
        if role := denied_hire(result, reply):
            self._prompter.say(NO_HIRE_BUT.format(_one(role)))
        elif asks_for_other_hire(result, reply):
            self._prompter.say(HIRE_BUT_NOBODY)

    def _say_if_many_new(self, step: Step, position: StepPosition) -> None:
        """Say that the last answer opened or dropped many questions.

        The progress line says it, too, such as "10 new". The offer of the change has
        named the questions that are asked again.
        """
        topic = self._answered
        if step.question or step.kind is StepKind.CHOICE:
            self._answered = step.topic
        may_say = not self._before_undo and step.id != self._opened_at
        if may_say and position.number and abs(position.new) >= MANY_NEW:
            self._opened_at = step.id
            said = (OPENED if position.new > 0 else DROPPED).format(abs(position.new))
            named = f"{topic}: saved; {said}"
            # In one line, because a message without room is cut.
            fits = topic and display_width(named) <= room_for_message()
            self._prompter.say(named if fits else f"Saved; {said}", once=True)

    def _ask_until_sure(self, step: Step, position: StepPosition) -> Reply:
        """Ask a step until the team is sure of its reply."""

        def doubts(asked: Step, reply: Reply) -> bool:
            is_whole = asked.id == step.id  # not one of its fields
            question = self._confirmation_question(step, reply)
            return is_whole and bool(question or step.role_meant(reply))

        listed = self._to_list(position)
        position = position._replace(doubts=doubts, steps=listed)
        asked, reply = step, self._prompter.ask(step, position)
        if meant := step.role_meant(reply):
            return self._meant_role(step, str(reply), meant)
        while question := self._confirmation_question(step, reply):
            said = step.reply_text(str(reply))
            if confirm_reply(self._prompter, question, said):
                self._prompter.echo(asked, str(reply))
                break
            before = step.current_text()
            stays = f"Not changed. {step.topic}: {as_sentence(before)}"
            kept = stays if before else NOT_KEPT.format(said)
            self._prompter.say(kept)
            asked = _to_complete(step, reply)
            reply = self._prompter.ask(asked, position._replace(first=False))
        return reply

    def _meant_role(self, step: Step, words: str, meant: str) -> str:
        """Ask whether the role ``meant`` was misspelt; return it, or the words."""
        question = ROLE_MEANT.format(step.choices[meant])
        is_meant = confirm_reply(self._prompter, question, words, default=True)
        role = meant if is_meant else words
        self._prompter.echo(step, role)
        return role

    def _after_undo(
        self, before: AnswerSheet, step: Step, steps: Iterable[Step]
    ) -> Iterator[str]:
        """Yield sentences on what an undo has changed.

        ``before`` is the sheet before the undo, ``step`` the step to ask now, and
        ``steps`` are all steps.
        """
        if _without_next(before) == _without_next(self._sheet):
            yield NOTHING_TO_UNDO
            return
        yield "Taken back."
        if remarks := [*_changed_remarks(before, step, steps)]:
            yield from remarks
            return
        now = step.current_text()
        empty = "empty again" if step.is_optional else "open again"
        stands = f"is again: {now}" if now else f"is {empty}"
        yield f'"{step.topic}" {as_sentence(stands)}'
        words = self._typed.get(step.id, "")
        if words not in {"", step.value}:
            yield YOUR_WORDS.format(quoted(words))
        if step.id in self._typed:  # for a further undo
            self._typed[step.id] = step.value

    def _confirmation_question(self, step: Step, reply: Reply) -> str:
        """Return a yes-or-no question if the reply may be a mistake; "" if not."""
        if not isinstance(reply, str):
            return ""
        if step.id.startswith((PLAN, DUE, OWNER)):
            due, today = taken_by(reply, NO_STEP).due, self._sheet.voice.date
            return f"{due} is in the past. Keep it?" if "" < due < today else ""
        if not step.value or step.kind is StepKind.LINE:
            return ""
        changed = apply_reply(self._sheet, step, reply)
        again = reopened_topics(self.questionnaire, self._sheet, changed)
        if not again:
            return ""
        number = f"{len(again)} questions" if again[1:] else "1 question"
        rest = len(again) - MOST_NAMED
        more = [f"and {rest} more"] if rest > 0 else []
        return OTHER_WORDS.format(number, ", ".join([*again[:MOST_NAMED], *more]))

    def _record_remarks_to_check(self, step: Step, reply: Reply) -> None:
        """Remember the note and evidence of a changed answer for a later check."""
        if isinstance(reply, Remark):
            self._new_remarks.add(reply.field)
            return
        new, self._new_remarks = self._new_remarks, set()
        if not isinstance(reply, Answer):
            return
        is_other = step.answer.given and reply_key(reply) != reply_key(step.answer)
        if is_other or step.id in asked_again(self._sheet):
            old = (field for field in FITS_ANSWER if field not in new)
            fields = (field for field in old if getattr(reply, field))
            self._changed = step._replace(answer=reply), tuple(fields)

    def _unfitting_remark(self) -> Step | None:
        """Ask whether the note and evidence of a changed answer still fit.

        Returns a step to change the first text that does not fit, or None.
        """
        while self._changed and self._changed[1]:
            step, (field, *rest) = self._changed
            self._changed = step, tuple(rest)
            text = getattr(step.answer, field)
            question = STILL_FITS.format(field, step.topic, quoted(text))
            if not self._prompter.confirm(question, default=True):
                self._unfitting = step.id, field
                return changed_remark_step(step, field)
        return None

    def _choose(self, steps: Sequence[Step]) -> Step | Move | None:
        if unfitting := self._unfitting_remark():
            return unfitting
        self._show_change()
        self._say_if_replaced()
        self._say_if_taken_changed()
        self._explain_page()
        # A note is shown with its answer, and changed there.
        rows = [step for step in steps if not step.id.startswith(NOTE)]
        return self._prompter.choose(rows)

    def _save(self, sheet: AnswerSheet) -> None:
        self._save_file(self._pace.timed(sheet, self._begun))
        self._sheet = sheet

    def _show_change(
        self, to_come: frozenset[str] = frozenset(), change: str = ""
    ) -> None:
        """Show the advice again if the advice has changed or become settled.

        The advice is settled when no further detail is expected to change the advice.
        ``to_come`` has the ids of the steps that the next progress line counts, and
        ``change`` says how many of them are new: "4 new".
        """
        is_revised, self._is_revised = self._is_revised, False
        if not self._shown_advice:
            return
        now = self._current_advice()
        before = self._shown_advice
        if changes := self._changes(before, now):
            self._show_advice(before=f"{changes}\n", to_come=to_come, change=change)
        elif now.settled and not self._shown_advice.settled:
            if self._picture() == self._shown_picture:
                # The picture may no longer be on the screen, so the advice is repeated.
                self._prompter.say(self._shown_picture.rpartition("\n\n")[2])
            else:  # the last picture is not the settled one
                reason = self._now_settled()
                self._show_advice(before=f"{reason}\n", to_come=to_come, change=change)
        elif now.advice != before.advice:
            return  # not worth a picture; later changes are told from the one shown
        elif is_revised:
            self._say_if_reworded(STAYS_SAME if now.settled else STAYS_SO_FAR)
        self._shown_advice, self._shown_sheet = now, self._sheet

    def _say_if_reworded(self, stays: str) -> None:
        """Say the advice if its words have changed, else the message ``stays``."""
        sentence, before = _sentence(self._picture()), _sentence(self._shown_picture)
        if not before or _is_same_advice(sentence, before):
            self._prompter.say(stays)
        else:
            self._prompter.say(NOW_READS.format(sentence))
            self._shown_picture = self._picture()

    def _now_settled(self) -> str:
        """Return the line that says that no question to come changes the advice."""
        result = assess(self.questionnaire, self._sheet)
        sentences = _sentence(self._picture()), _sentence(self._shown_picture)
        is_same = _is_same_advice(*sentences)
        if rests_on_open_answers(result):
            return NOW_OPEN_ANSWERS if is_same else OTHERWISE_OPEN
        return NOW_SETTLED if is_same else OTHERWISE_SETTLED

    def _changes(self, before: _AdviceState, now: _AdviceState) -> str:
        """Return the line that says what changed in the advice, "" if nothing did."""
        if (now.advice, now.also_hired) == (before.advice, before.also_hired):
            return ""
        return advice_changes(
            assess(self.questionnaire, self._sheet),
            before.advice,
            now.advice,
            asked=self._shown_asks,
            still_open=now.leaves_open(before),
            also=(before.also_hired, now.also_hired),
            topics=changed_topics(self.questionnaire, self._shown_sheet, self._sheet),
            brief=not self._in_words and is_narrow_terminal(),
        )

    def _show_advice(
        self,
        *,
        waits: bool = True,
        before: str = "",
        to_come: frozenset[str] = frozenset(),
        change: str = "",
    ) -> None:
        """Show the pyramid, the advice so far and how certain the advice is.

        If ``waits`` is true, the interview goes on only after a key press. ``before``
        is a text to show above the pyramid. ``to_come`` has the ids of the steps that
        the next progress line counts, if known; the text counts them, too, and repeats
        ``change``, such as "4 new".
        """
        self._shown_advice, self._shown_sheet = self._current_advice(), self._sheet
        self._shown_asks = asks_about_layer(assess(self.questionnaire, self._sheet))
        self._shown_picture = self._picture()
        plan = self._agenda.next_questions(self.questionnaire, self._sheet)
        deciding = plan.deciding
        to_come |= self._agenda.to_come(self.questionnaire, self._sheet)
        # A question that was skipped is none of the next ones.
        are_next = self._deepens and deciding <= to_come
        others = len(to_come - deciding) if are_next else 0
        text = self._picture(len(deciding), others, change)
        if before and self._in_words:  # a long picture is followed by its reason again
            self._prompter.say(f"\n{before.rstrip()}")
        else:
            text = f"{before}{text}"
        if waits:
            self._prompter.present(text)
        else:
            self._prompter.show(text)

    def _picture(self, not_asked: int = 0, to_test: int = 0, change: str = "") -> str:
        """Return the pyramid and the advice as one text.

        ``not_asked`` counts the questions to come that could change the advice,
        ``to_test`` those that only check earlier answers or add next steps. ``change``
        says how many of all these are new.
        """
        result = assess(self.questionnaire, self._sheet)
        between = self._agenda.next_questions(self.questionnaire, self._sheet).between
        text = picture(
            result,
            not_asked=not_asked,
            to_test=to_test,
            change=change,
            between=between,
            in_words=self._in_words,
        )
        return text.strip("\n")

    def _advice_line(self) -> str:
        between = self._agenda.next_questions(self.questionnaire, self._sheet).between
        return advice_line(assess(self.questionnaire, self._sheet), between)

    def _current_advice(self) -> _AdviceState:
        inputs = assessment_input(self.questionnaire, self._sheet)
        plan = self._agenda.next_questions(self.questionnaire, self._sheet)
        if simple_way_is_enough(inputs.facts):
            return _AdviceState(None, plan.settled)
        also = other_roles_of_first_hire(inputs)
        between = frozenset(each.layer for each in plan.between)
        return _AdviceState(advice_if_confirmed(inputs), plan.settled, also, between)


def left_without_room(
    gone: Sequence[str], kept: Sequence[str], *, whole: bool = False
) -> str:
    """Return the message that own steps leave no room in the plan for proposals.

    The message also names the proposals that the plan keeps, each in a row of its own.
    Unless ``whole`` is true, each proposal is cut until the message fits the terminal:
    a message cut at its end would not name the last ones.
    """

    def text(most: int) -> str:
        stay, left = (
            [f"- {cut_words(each, most)}" for each in names] for names in (kept, gone)
        )
        first = [KEEPS_PROPOSED, *stay] if kept else []
        return "\n".join([*first, REPLACES_PROPOSED, *left])

    longest = max(map(display_width, (*gone, *kept)))
    return text(longest) if whole else fit_names(text, longest, PLAN_PROMPT_LINES)


def no_room(left: "LeftOut") -> str:
    """Return the message that the sponsor's page has no room for some lines."""

    def shown(name: str) -> str:
        return cut_words(name, LONGEST_NAMED)

    return NO_ROOM.format(_listed(left.no_room), left.to_cut(shown))


def turned_post(promised: Role, role: Role) -> str:
    """Return the message that the post promised for a role becomes one for another."""
    return IN_POST.format(_one(promised), _one(role))


def _one(role: Role) -> str:
    """Return the name of a role with its article, such as "an analyst"."""
    return f"{'an' if vowel_sound(role.name) else 'a'} {role.name}"


def replaced(lines: Sequence[str]) -> str:
    """Return the message that a page has the team's own argument instead of lines."""
    return REPLACED.format(_listed(lines))


def _sentence(picture: str) -> str:
    """Return the advice in a picture, without the layer to fix first and the reason.

    The reason also changes with answers that change nothing that the team should do.
    """
    advice = picture.rpartition("\n\n")[2].partition("\n")[0]
    return as_sentence(". ".join(advice.split(". ")[:2])) if advice else ""


def _is_same_advice(*sentences: str) -> bool:
    """Return whether sentences differ at most in the words "so far"."""
    return len({each.casefold().removeprefix("so far ") for each in sentences}) == 1


def _listed(names: Iterable[str]) -> str:
    """Join names with "; ", each without its full stop."""
    return "; ".join(name.rstrip(".") for name in names)


def _so_far(steps: Sequence[Step]) -> list[str]:
    """Return one sentence on how much of the plan is written, [] if nothing is.

    ``steps`` are the interview's steps about the plan. The sentence counts the steps
    that the team wrote itself and the background lines, which are optional.
    """
    own = sum(bool(step.value) for step in steps if step.id.startswith(OWN_STEP))
    lines = [step for step in steps if step.id.startswith(BACKGROUND)]
    written = sum(bool(step.value) for step in lines)
    number = "1 step" if own == 1 else f"{own} steps"
    return [SO_FAR.format(number, written, len(lines))] if own or written else []


def _changes_answer(step: Step, reply: Reply) -> bool:
    """Return whether a reply replaces an answer on which the advice can depend."""
    if isinstance(reply, Answer):
        return step.answer.given and reply_key(reply) != reply_key(step.answer)
    is_fact = isinstance(reply, str) and step.id.startswith("profile.")
    return is_fact and step.value not in {"", reply}


def _to_complete(step: Step, reply: Reply) -> Step:
    """Put the owner from a reply into the line, so that only the date is missing."""
    if not (step.id.startswith((PLAN, OWNER)) and isinstance(reply, str)):
        return step
    owner = taken_by(reply, NO_STEP).owner
    return step._replace(typed=f"{owner} ") if owner else step


def _changed_remarks(
    before: AnswerSheet, step: Step, steps: Iterable[Step]
) -> Iterator[str]:
    """Yield sentences on each remark that an undo has changed.

    A remark on another question than ``step`` is named with that question. A remark
    that ``step`` itself asks for is left out.
    """
    for each in (each for each in steps if each.question):
        about = "" if each.id == step.id else f' on "{each.topic}"'
        old = before.answer(each.id)
        for field in REMARK_KEYS.values():
            text, words = getattr(each.answer, field), getattr(old, field)
            if text != words and step.id != f"{field}.{each.id}":
                stands = f"is back: {quoted(text)}" if text else "is gone again."
                yield f"{REMARK_NAMES[field]}{about} {stands}"
                if words:
                    yield YOUR_WORDS.format(quoted(words))


def _unskipped(steps: Sequence[Step]) -> Iterator[str]:
    """Yield a sentence saying that skipped steps will be asked again.

    ``steps`` are the steps that the team skipped after the answer that was undone.
    Nothing is yielded if there are none.
    """
    if steps:
        all_lines = all(step.kind is StepKind.LINE for step in steps)
        kind = "line" if all_lines else "question"
        number = f"The {len(steps)} {kind}s" if steps[1:] else f"The {kind}"
        yield SKIPPED_SINCE.format(number)


def _without_next(sheet: AnswerSheet) -> AnswerSheet:
    """Return the sheet without ``next``, the step at which the interview continues.

    Two sheets without ``next`` differ only in what the team has answered.
    """
    return sheet._replace(next="")
