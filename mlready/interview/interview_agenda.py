"""Choose the steps of an interview with one voice: the core, then useful details.

``assessment.next_questions`` chooses the details again after each answer.
"""

from collections.abc import Iterator, Sequence

from mlready.assessment.diagnosis import blocking_questions
from mlready.assessment.next_questions import (
    NextQuestion,
    NextQuestions,
    Reason,
    next_questions,
)
from mlready.interview.changed_words import asked_again
from mlready.interview.contradictions import with_contradictions
from mlready.interview.drafts import interview_steps, marked_steps
from mlready.interview.order import facts_before, order
from mlready.interview.steps import (
    NOTE,
    VOICE,
    Step,
    StepKind,
    line_steps,
    note_step,
)
from mlready.model.answers import EXPRESS, AnswerSheet, assessment_input
from mlready.model.questionnaire import Questionnaire

MOST_LINES = 12  # lines of text, on the background and as notes, before the plan
# Of these, so many are kept for notes on answers that fall short.
KEPT_FOR_LOW = 2
LOW, HIGH = 1, 3  # the highest low level and the lowest high level
_REASONS = {
    Reason.DECIDES: "could change the advice",
    Reason.CLAIM: "checks that {} would not stop you",  # the layer
    Reason.WORK: "adds to the next steps",
    Reason.REST: "adds to the next steps",
}
_FACT = "decides what is asked next"
_OPENED = "you opened this before"
NOTHING_LEFT = NextQuestions((), ())


class InterviewAgenda:
    """The steps of an interview, chosen again after each answer."""

    def __init__(self) -> None:
        # Whether to ask also the details that would only add next steps to the report.
        self.with_rest = False
        self._asked: dict[str, None] = {}  # the ids of the steps asked, in order
        self._noted: set[str] = set()  # the questions for which a note was asked
        self._reasons: dict[str, str] = {}
        self._of: AnswerSheet | None = None
        self._next = NOTHING_LEFT

    def note_asked(self, step: Step) -> None:
        """Record that a step is asked now."""
        self._asked[step.id] = None

    def end_rest(self, step: Step) -> None:
        """Ask no more of the optional details, nor the one at which the team ends."""
        self.with_rest = False
        self._asked.pop(step.id, None)

    def note_unfinished(self, step: str) -> None:
        """Record a question as asked if the team left at the note on its answer.

        ``step`` is the id of the step at which the team left the interview. Nothing is
        recorded if this step does not ask for such a note.
        """
        if step.startswith(NOTE):
            self._asked[step.removeprefix(NOTE)] = None

    def core(self, questionnaire: Questionnaire, sheet: AnswerSheet) -> Sequence[Step]:
        """Return the steps of the core, and further steps that ask for notes.

        The first steps ask who answers.
        """
        core = {*order(questionnaire).core}
        listed = [
            step
            for step in marked_steps(questionnaire, sheet)
            if step.id in core or step.id.startswith(VOICE)
        ]
        return [*self._with_notes(questionnaire, sheet, listed)]

    def steps(self, questionnaire: Questionnaire, sheet: AnswerSheet) -> Sequence[Step]:
        """Return the steps of the core, of details asked so far, and of details to ask.

        Details that an earlier session asked are included. So are steps that ask for
        notes, and steps on contradictions.
        """
        by_id = {step.id: step for step in marked_steps(questionnaire, sheet)}
        core = [step for step in self.core(questionnaire, sheet) if step.id in by_id]
        begun = [
            id_ for id_, step in by_id.items() if step.value or id_ in sheet.answers
        ]
        begun += [id_ for id_ in asked_again(sheet) if id_ in by_id]
        ids = dict.fromkeys([*self._asked, *begun])
        ids |= dict.fromkeys(self._to_ask(questionnaire, sheet, by_id))
        in_core = {step.id for step in core}
        details = [by_id[id_] for id_ in ids if id_ in by_id and id_ not in in_core]
        for step in details:
            self._reasons.setdefault(step.id, _OPENED)
        listed = [*self._with_notes(questionnaire, sheet, [*core, *details])]
        return with_contradictions(questionnaire, sheet, listed)

    def full_form(
        self, questionnaire: Questionnaire, sheet: AnswerSheet
    ) -> Sequence[Step]:
        """Return all steps that apply, and further steps that ask for notes."""
        listed = interview_steps(questionnaire, sheet)
        return [*self._with_notes(questionnaire, sheet, listed)]

    def why(self, step: Step) -> str:
        """Return in a few words why a step is asked; "" for a step of the core."""
        return self._reasons.get(step.id, "")

    def before(
        self, questionnaire: Questionnaire, sheet: AnswerSheet, step: Step
    ) -> Iterator[str]:
        """Yield the ids of the open facts to ask before a detail that has no answer."""
        if step.answered:  # it is only to be corrected
            return
        by_id = {each.id: each for each in marked_steps(questionnaire, sheet)}
        yield from self._facts_before(questionnaire, step, by_id)

    def next_questions(
        self, questionnaire: Questionnaire, sheet: AnswerSheet
    ) -> NextQuestions:
        """Return the details to ask, and the optional ones that are only offered.

        Details that the team skipped are included.
        """
        said = sheet._replace(next="", scope=EXPRESS)
        if said != self._of:
            self._next = next_questions(questionnaire, said)
            self._of = said
        return self._next

    def offered(
        self, questionnaire: Questionnaire, sheet: AnswerSheet
    ) -> list[NextQuestion]:
        """Return the details to offer that the interview has not asked yet."""
        offered = self.next_questions(questionnaire, sheet).offered
        return [each for each in offered if each.question.id not in self._asked]

    def to_come(self, questionnaire: Questionnaire, sheet: AnswerSheet) -> set[str]:
        """Return the ids of the details to ask, and of the facts to ask first."""
        by_id = {step.id: step for step in marked_steps(questionnaire, sheet)}
        return {*self._to_ask(questionnaire, sheet, by_id)}

    def _to_ask(
        self,
        questionnaire: Questionnaire,
        sheet: AnswerSheet,
        by_id: dict[str, Step],
    ) -> Iterator[str]:
        """Yield the ids of the details to ask, and of the open facts to ask first.

        The facts that decide about a detail come just before the detail.
        """
        plan = self.next_questions(questionnaire, sheet)
        for each in (*plan.to_ask, *plan.offered):
            id_ = each.question.id
            # Other answers may have changed why a question passed over is asked.
            if id_ in self._asked and self._reasons.get(id_, _OPENED) != _OPENED:
                self._reasons[id_] = _reason(each)
        for each in (*plan.to_ask, *(plan.offered if self.with_rest else ())):
            step = by_id.get(each.question.id)
            if step and step.id not in self._asked:
                for id_ in self._facts_before(questionnaire, step, by_id):
                    self._reasons[id_] = _FACT
                    yield id_
                self._reasons[step.id] = _reason(each)
                yield step.id

    def _facts_before(
        self, questionnaire: Questionnaire, step: Step, by_id: dict[str, Step]
    ) -> Iterator[str]:
        question, every = step.question, self.with_rest
        if not question or question.express:
            return
        for fact in facts_before(questionnaire, question, by_id, every=every):
            id_ = f"profile.{fact}"
            if id_ in by_id and by_id[id_].is_open:
                yield id_

    def _with_notes(
        self, questionnaire: Questionnaire, sheet: AnswerSheet, listed: Sequence[Step]
    ) -> Iterator[Step]:
        """Yield each step of ``listed``; after some, a step that asks for a note.

        The note says what shows that the answer is right. A note is asked for high and
        low answers, as ``_needs_note`` decides.
        """
        blocking = {
            each.id
            for each in blocking_questions(assessment_input(questionnaire, sheet))
        }
        left = MOST_LINES - len(line_steps(questionnaire, sheet))
        for step in listed:
            yield step
            needs_note = _needs_note(step, blocking, left)
            left -= needs_note or bool(step.answer.note)
            is_new = step.id in self._noted or not step.answer.note
            if needs_note and is_new and step.id in self._asked:
                self._noted.add(step.id)
                yield note_step(step)


def _reason(chosen: NextQuestion) -> str:
    layer = chosen.layer.name if chosen.layer else "this"
    return _REASONS[chosen.reason].format(layer)


def _needs_note(step: Step, blocking: set[str], left: int) -> bool:
    """Return whether to ask for a note on the answer to a step.

    ``blocking`` has the ids of the blocking questions. ``left`` is how many lines of
    text the interview may still ask for.
    """
    question, level = step.question, step.answer.level
    if not question or level is None or step.kind is StepKind.CONTRADICTION:
        return False
    if level <= LOW:
        return left > 0 and (question.overall or question.id in blocking)
    return left > KEPT_FOR_LOW and question.overall and level >= HIGH
