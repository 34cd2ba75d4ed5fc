"""The steps of an interview, with their wording and the answers so far."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.display_width import cut, display_width
from mlready.interview import owner_and_date
from mlready.interview.typeahead import STRAY_KEY, says_nothing
from mlready.model.answers import (
    LEFT,
    NO_ANSWER,
    NO_STEP,
    Answer,
    AnswerSheet,
    applicable_to,
)
from mlready.model.applicability import decision_order, needs
from mlready.model.profile_facts import EngineFact
from mlready.model.questionnaire import (
    FREE,
    BackgroundLine,
    Fact,
    Question,
    Questionnaire,
    Role,
)
from mlready.model.role_names import role_named, similar_role


class StepKind(StrEnum):
    """The kind of answer that a step asks for, such as a level or a line of text."""

    QUESTION = "question"  # with a level
    CHOICE = "choice"
    ROLE = "role"  # with a choice, or in free text
    TEXT = "text"
    LINE = "line"  # with one line of text, which may be left empty
    WHOLE = "whole"  # with a whole number
    NUMBER = "number"
    PEOPLE = "people"  # with several fields, which are asked on one screen
    CONTRADICTION = "contradiction"  # with the id of a step to answer again


# The ids of some kinds of steps begin with these.
VOICE, BACKGROUND, NOTE, PLAN = "voice.", "background.", "note.", "plan."
EVIDENCE = "evidence."  # before the id of a question whose evidence may be changed
OWN_STEP = "own."  # before the key of a step of the plan that the team writes itself
# Before the key of a step of the plan that has an owner but no date, or the reverse.
DUE, OWNER = "due.", "owner."
CONTRADICTION = "contradiction."
PEOPLE = "people"  # id of the step with all numbers of people
IN_PLAN = "Plan ("  # before what is to be done, in the topic of a step of the plan
FEWEST_COLUMNS = 8  # for what is to be done, in a row of a list
# How a row marks the remarks on an answer.
_MARKS = {"note": "note", "evidence": "evidence", "accepted": "accepted gap"}
FEWEST_FIELDS = 3  # of a step with several fields
DONT_KNOW, NOT_APPLICABLE = "d", "x"  # keys of the answers that are not a level
KEEP = "keep"  # the choice to keep both answers of a contradiction
_SETTLED, _NOT_SETTLED = "you left it so", "not settled"
_VOICE_STEPS = {
    "name": ("Your name", StepKind.TEXT, "Who answers? One name, or several."),
    "role": ("Your role", StepKind.ROLE, "What is your role?"),
}
_WHOSE_VIEW = (
    "Whose view",
    StepKind.ROLE,
    "Whose view do these answers give? For a whole group, leave it out.",
)
_ABOUT_VOICE = "The report says who answered."
_ABOUT_ROLE = f"{_ABOUT_VOICE} Take the role that comes nearest, or leave it out."
_PRESENT = ("Present", StepKind.TEXT, "Who is present?")
_ABOUT_MEETING = "The report says who settled what the voices differ about."
# The facts asked together with the numbers of people, before and after them.
_PEOPLE_FACTS = (
    (EngineFact.HEADCOUNT,),
    (EngineFact.PROMISED, EngineFact.OPENINGS),
)
_HEADCOUNT = f"profile.{EngineFact.HEADCOUNT}"
_ASK_PEOPLE = "Who has time for this project, and who could be hired?"
_ASK_REST, _STILL_UNKNOWN = "Not filled in yet: {}.", "Still unknown: {}."
_NOBODY = " Nobody has time? Type 0."
DONT_KNOW_TEXT = "don't know"
FREE_FOR = "With time for it: "
_PEOPLE_HELP = (
    "Half a person is 0.5. Count only people who have been given time for it, from its"
    " first month, and go by their skills, not their title."
)
_ASK_SHOWN = (
    'On "{}" you said: "{}"\nWhat makes you say so? One sentence, with a number, a'
    " name or something that happened."
)
MOST_KNOW = 2  # most roles to name that could find out a fact
OR_UNKNOWN = "or empty if you don't know"
_A_NUMBER = {StepKind.WHOLE: "a whole number", StepKind.NUMBER: "a number"}
_NUMBERS = {
    StepKind.WHOLE: "[0-9]{1,9}|[1-9][0-9]{0,2}([., '][0-9]{3}){1,2}",
    # With three digits after the comma, 1,200 could mean 1.2 or 1200; 0,125 could not.
    StepKind.NUMBER: "[0-9]{1,6}([.,][0-9]{1,2})?|0[.,][0-9]{3}",
}
_UNCLEAR = "[1-9][0-9]{0,2}[.,][0-9]{3}"
_MORE_THAN_ALL = "{} {}, but {} {}. Is that right?"


def _refusal_of_remark(text: str, _: str) -> str:
    """Return why a text is no note or evidence; "" if it is one."""
    return STRAY_KEY if says_nothing(text) else ""


_REFUSALS = {
    NOTE: _refusal_of_remark,
    EVIDENCE: _refusal_of_remark,
    PLAN: owner_and_date.refusal,
    DUE: owner_and_date.refusal_of_date,
    OWNER: owner_and_date.refusal_of_owner,
    OWN_STEP: owner_and_date.refusal_of_step,
}


_OPEN = {
    PLAN: "nobody yet",
    DUE: "no date",
    OWNER: "no owner",
    VOICE: "left out",
}


class VoiceReply(NamedTuple):
    """The answer of one voice to a step."""

    name: str  # of the voice
    # a level, "d" for "don't know", "x" for "does not apply", or the value of a fact
    key: str


class Step(NamedTuple):
    """One thing that the interview asks."""

    id: str
    topic: str
    text: str
    kind: StepKind
    value: str  # the current answer as one line of text, "" if there is none
    section: str = ""
    about: str = ""
    help: str = ""
    # key or value of an answer -> its text; in a contradiction, the keys are the ids of
    # the steps to answer again, and ``KEEP``
    choices: Mapping[str, str] = {}
    question: Question | None = None
    answer: Answer = NO_ANSWER  # the current answer to a question
    default: str = ""  # the choice that the rules assume until the team chooses
    said: tuple[VoiceReply, ...] = ()  # the answers of the voices of a meeting
    counts: str = ""  # the answer that counts until a meeting settles a difference
    drafted: str = ""  # who drafted the answer; "" if confirmed or not a draft
    minutes: int = 0  # planned for the step in a meeting
    fields: tuple["Step", ...] = ()  # the steps that this step asks on one screen
    why: str = ""  # why the team is asked for a fact
    knows: str = ""  # who could find out a fact
    holding: str = ""  # in a contradiction, which of the two scores is good enough
    nobody_knows: bool = False  # whether the team has left this number empty on purpose
    typed: str = ""  # a text that is not saved, but stands in the line to be completed
    today: str = ""  # the date of the interview, in a step that asks for a date

    @property
    def fields_to_ask(self) -> tuple["Step", ...]:
        """The fields that the team is asked to fill in.

        If only some fields have an answer, these are the empty fields. Fields left
        empty on purpose are then left out, unless there are no other empty fields. In
        all other cases, and always if the answers are drafted, these are all fields.
        """
        empty = tuple(each for each in self.fields if not each.value)
        is_begun = empty and len(empty) < len(self.fields) and not self.drafted
        return (_without_unknown(empty) or empty) if is_begun else self.fields

    @property
    def answered(self) -> bool:
        """Whether this step has an answer that is not a draft."""
        if self.fields:
            return all(each.answered for each in self.fields)
        return bool(self.value) and not self.drafted

    @property
    def is_not_taken(self) -> bool:
        """Whether this step asks for an owner and a date, and one is missing."""
        if not self.id.startswith(PLAN):
            return False
        taken = owner_and_date.taken_by(self.value, NO_STEP)
        return not (taken.owner and taken.due)

    @property
    def is_optional(self) -> bool:
        """Whether the step may stay without an answer."""
        return self.kind is StepKind.LINE or self.id.startswith(VOICE)

    @property
    def is_open(self) -> bool:
        """Whether an answer is still needed, or a draft must be confirmed."""
        must_be_answered = (
            not self.is_optional and self.kind is not StepKind.CONTRADICTION
        )
        return not self.answered and (must_be_answered or bool(self.drafted))

    @property
    def is_left_open(self) -> bool:
        """Whether all empty fields of this step were left empty on purpose."""
        if not self.fields or self.answered or self.drafted:
            return False
        return all(each.answered or each.nobody_knows for each in self.fields)

    @property
    def is_to_ask(self) -> bool:
        """Whether the step is open, and was not left empty on purpose."""
        return self.is_open and not self.is_left_open

    @property
    def is_unsettled(self) -> bool:
        """Whether this is a contradiction about which the team has not decided yet."""
        return self.kind is StepKind.CONTRADICTION and not self.value

    @property
    def is_unfinished(self) -> bool:
        """Whether the step is open, or a contradiction that is not decided."""
        return self.is_open or self.is_unsettled

    def said_by(self, reply: str | Answer) -> str:
        """Return the names of the voices that gave this reply, separated by commas."""
        key = reply_key(reply)
        return ", ".join(each.name for each in self.said if each.key == key)

    def accepts(self, text: str) -> bool:
        """Return whether a text is a valid answer to this step.

        This is only for steps that ask for a text or a number.
        """
        return not self.refusal(text)

    def refusal(self, text: str) -> str:
        """Return why a text is no valid answer to this step; "" for a valid text."""
        for kind, refusal in _REFUSALS.items():
            if self.id.startswith(kind):
                return refusal(text, self.today)
        pattern = _NUMBERS.get(self.kind, "")
        if not pattern or re.fullmatch(pattern, text):
            return ""
        if self.kind is StepKind.NUMBER and re.fullmatch(_UNCLEAR, text):
            decimal = round(float(text.replace(",", ".")), 2)
            return f"Write {re.sub('[.,]', '', text)} or {decimal:g}."
        return f"{self.expected[0].upper()}{self.expected[1:]}."

    def as_number(self, text: str) -> str:
        """Return a typed number as in the file: "1200" for "1,200", "0.5" for "0,5"."""
        if self.kind is StepKind.NUMBER:
            return text.replace(",", ".")
        return re.sub("[^0-9]", "", text) if self.kind is StepKind.WHOLE else text

    @property
    def expected(self) -> str:
        """What can be typed here: "1 to 3, or empty if you don't know"."""
        one = f"1 to {len(self.choices)}" if self.choices else _A_NUMBER[self.kind]
        return f"{one}, {OR_UNKNOWN}"

    def role_named(self, text: str) -> str:
        """Return the id of the role whose id or name is ``text``.

        Only the roles among the choices of this step count. If ``text`` is none of
        these roles, ``text`` itself is returned.
        """
        return role_named(text, self.choices)

    def role_meant(self, reply: object) -> str:
        """Return the id of the role that a new reply seems to misspell, or "".

        Only the roles among the choices of this step count.
        """
        own = self.kind is StepKind.ROLE and reply not in {"", self.value}
        if not (own and isinstance(reply, str)) or reply in self.choices:
            return ""
        return similar_role(reply, self.choices)

    def is_news(self, text: str) -> bool:
        """Return whether a reply changes the answer, or confirms a drafted one."""
        return text != self.value or bool(self.drafted)

    def row(self, room: int = 0) -> str:
        """Return this step and its current answer as one line of a list of steps.

        Args:
            room: the most columns of the line if this step asks who does a step of the
                plan; 0 for no limit. Other lines have no limit.

        """
        # A list cuts a long row at its end, where owner and date stand.
        if self.id.startswith(PLAN):
            return self._row_of_plan(room)
        if self.kind is StepKind.CONTRADICTION:
            return f"{self.topic} ({_SETTLED if self.value else _NOT_SETTLED})"
        said = self.current_text() or self._open()
        name = f"{self.id} {self.topic}" if self.question else self.topic
        draft = " (drafted, not confirmed)" if self.drafted else ""
        return f"{name}: {said}{remarks_given(self.answer)}{draft}"

    def _row_of_plan(self, room: int) -> str:
        taken = owner_and_date.in_short(self.value) if self.value else self._open()
        what = self.topic.removeprefix(IN_PLAN).removesuffix(")")
        left = max(room - display_width(f"…: {taken}"), FEWEST_COLUMNS)
        if room and display_width(f"{what}: {taken}") > room:
            what = f"{cut(what, left)}…"
        end = "" if what.endswith(("?", "!")) else ":"
        return f"{what}{end} {taken}"

    def _open(self) -> str:
        if self.counts:
            return f"not settled; counts as {self.counts}"
        said = (text for kind, text in _OPEN.items() if self.id.startswith(kind))
        return next(said, "not answered")

    def current_text(self) -> str:
        """Return the current answer to this step in words; "" if there is none."""
        if not self.value:
            return ""
        if self.fields:
            return texts_of_fields(self.fields)
        return self.reply_text(self.answer if self.question else self.value)

    def reply_text(self, reply: str | Answer) -> str:
        """Return a reply to this step in words."""
        if isinstance(reply, str):
            if reply and self.id.startswith(PLAN):
                return owner_and_date.in_words(reply)
            if self.id.startswith(DUE):
                return owner_and_date.date_in_words(reply)
            return self.choices.get(reply, self.as_number(reply))
        if reply.level is None:
            return DONT_KNOW_TEXT if reply.unknown else f"does not apply: {reply.na}"
        return f"{reply.level}: {self.choices[str(reply.level)]}"


def steps(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[Step, ...]:
    """Return the steps that apply to an answer sheet, in the order to ask them."""
    asked = applicable_to(questionnaire, sheet)
    roles = [role for role in questionnaire.roles.values() if role.available]
    listed = (
        *(_text_step(id_, text, sheet) for id_, text in questionnaire.project.items()),
        *(
            _fact_step(questionnaire, fact, sheet)
            for fact in asked.facts
            if not fact.last
        ),
        *(_role_step(role, sheet) for role in roles),
        *(
            _question_step(questionnaire, question, sheet)
            for question in asked.questions
        ),
        *(_fact_step(questionnaire, fact, sheet) for fact in asked.facts if fact.last),
    )
    by_id = {step.id: step for step in listed}
    return tuple(by_id[id_] for id_ in _order(questionnaire) if id_ in by_id)


def voice_steps(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[Step, ...]:
    """Return the steps on who answers: name and role, or the people at a meeting."""
    listed = {"present": _PRESENT} if sheet.voices else {**_VOICE_STEPS}
    if "role" in listed and sheet.voice.has_several_names:
        listed["role"] = _WHOSE_VIEW
    about = {"present": _ABOUT_MEETING, "role": _ABOUT_ROLE}
    roles = {role.id: role.name for role in questionnaire.roles.values()}
    return tuple(
        Step(
            id=f"{VOICE}{id_}",
            topic=topic,
            text=text,
            kind=kind,
            value=getattr(sheet.voice, id_),
            section="About you",
            help=about.get(id_, _ABOUT_VOICE),
            choices=roles if kind is StepKind.ROLE else {},
        )
        for id_, (topic, kind, text) in listed.items()
    )


def _order(questionnaire: Questionnaire) -> Iterator[str]:
    """Yield the ids of all steps, each after the ids on which its condition depends."""
    roles = questionnaire.roles.values()
    step_ids = {
        **{f"{FREE}{role.id}": f"available.{role.id}" for role in roles},
        **{fact.id: f"profile.{fact.id}" for fact in questionnaire.profile},
        **{question.id: question.id for question in questionnaire.questions},
    }
    last = [fact.id for fact in questionnaire.profile if fact.last]
    first = [fact.id for fact in questionnaire.profile if not fact.last]
    names = [*first, *(name for name in step_ids if name not in {*first, *last}), *last]
    required = needs(questionnaire)
    yield from (f"project.{id_}" for id_ in questionnaire.project)
    yield from decision_order(
        {
            step_ids[name]: [step_ids[n] for n in required.get(name, ())]
            for name in names
        }
    )


def line_steps(
    questionnaire: Questionnaire, sheet: AnswerSheet, *, in_plan: bool = False
) -> tuple[Step, ...]:
    """Return the steps that ask for background lines.

    Args:
        questionnaire: the questionnaire.
        sheet: the answers.
        in_plan: True for the lines that are asked with the plan, False for all others.

    """
    return tuple(
        _line_step(line, sheet)
        for line in questionnaire.background
        if line.in_plan == in_plan
    )


def note_step(step: Step) -> Step:
    """Return a step that asks for a note on the answer to ``step``."""
    said = step.choices.get(str(step.answer.level), step.reply_text(step.answer))
    return step._replace(
        id=f"{NOTE}{step.id}",
        topic=f"What shows it ({step.topic})",
        text=_ASK_SHOWN.format(step.topic, as_sentence(said)),
        help="",
        kind=StepKind.LINE,
        choices={},
        value=step.answer.note,
        question=None,
        answer=Answer(),
    )


def changed_remark_step(step: Step, field: str) -> Step:
    """Return a step to change a note or evidence after a change of the answer.

    Args:
        step: the question whose answer has changed.
        field: "note" or "evidence".

    """
    return note_step(step)._replace(
        id=f"{field}.{step.id}",
        topic=f'{field.capitalize()} on "{step.topic}"',
        text=f'{field.capitalize()} on "{step.topic}": what shows your new answer?',
        value=getattr(step.answer, field),
    )


def people_fields(listed: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps in ``listed`` that ask for numbers of people, in order.

    Facts on the size of the organisation and on hires are included.
    """
    by_id = {step.id: step for step in listed}
    before, after = (
        [f"profile.{id_}" for id_ in facts if f"profile.{id_}" in by_id]
        for facts in _PEOPLE_FACTS
    )
    free = [id_ for id_ in by_id if id_.startswith("available.")]
    return tuple(by_id[id_] for id_ in (*before, *free, *after))


def people_step(fields: Sequence[Step]) -> Step:
    """Return one step that asks for several numbers of people on one screen."""
    value = "; ".join(each.value for each in fields if each.value)
    drafted = next((each.drafted for each in fields if each.drafted), "")
    empty = [each for each in fields if not each.value]
    text = _ask_rest(empty) if value and empty else _ASK_PEOPLE
    return Step(
        PEOPLE,
        "People",
        text,
        StepKind.PEOPLE,
        value,
        help=_PEOPLE_HELP,
        fields=tuple(fields),
        drafted=drafted,
    )


def doubt_about_number(step: Step, field: Step, text: str) -> str:
    """Return a question if a role has more people than the organisation; else "".

    ``text`` is a new reply to ``field``, one of the fields of ``step``.
    """
    if not text or not field.is_news(text):
        return ""
    now = field._replace(value=field.as_number(text))
    fields = [now if each.id == field.id else each for each in step.fields]
    everybody = next((each for each in fields if each.id == _HEADCOUNT), None)
    if not everybody or not everybody.value:
        return ""
    for each in fields if field.id == _HEADCOUNT else [now]:
        is_role = each.kind is StepKind.NUMBER and each.value
        if is_role and float(each.value) > int(everybody.value):
            topic = each.topic.removeprefix(FREE_FOR)
            numbers = everybody.topic, everybody.value, topic, each.value
            return _MORE_THAN_ALL.format(*numbers)
    return ""


def _ask_rest(empty: Sequence[Step]) -> str:
    """Return the text that asks for the empty fields of a step."""
    new = _without_unknown(empty)
    topics = [each.topic for each in new or empty]
    listed = ", ".join(each.removeprefix(FREE_FOR) for each in topics)
    counts_time = any(each.startswith(FREE_FOR) for each in topics)
    text = (_ASK_REST if new else _STILL_UNKNOWN).format(listed)
    return f"{text}{_NOBODY if counts_time else ''}"


def _without_unknown(fields: Iterable[Step]) -> tuple[Step, ...]:
    """Return ``fields`` without those that the team has left empty on purpose."""
    return tuple(each for each in fields if not each.nobody_knows)


def _line_step(line: BackgroundLine, sheet: AnswerSheet) -> Step:
    return Step(
        f"{BACKGROUND}{line.id}",
        line.topic,
        line.text,
        StepKind.LINE,
        sheet.background.get(line.id, ""),
        help=f"For example: {line.example}" if line.example else "",
    )


def _text_step(id_: str, text: str, sheet: AnswerSheet) -> Step:
    return Step(
        f"project.{id_}", f"Project {id_}", text, StepKind.TEXT, getattr(sheet, id_)
    )


def _fact_step(questionnaire: Questionnaire, fact: Fact, sheet: AnswerSheet) -> Step:
    known_by = [questionnaire.roles[role].name for role in fact.known_by]
    return Step(
        f"profile.{fact.id}",
        fact.topic,
        fact.text,
        StepKind.CHOICE if fact.choices else StepKind.WHOLE,
        sheet.profile.get(fact.id, ""),
        help=fact.help,
        choices=fact.choices,
        default=fact.assumed,
        why=fact.why,
        knows=", ".join(known_by[:MOST_KNOW]),
        nobody_knows=f"{LEFT}profile.{fact.id}" in sheet.earlier,
    )


def _role_step(role: Role, sheet: AnswerSheet) -> Step:
    return Step(
        f"available.{role.id}",
        f"{FREE_FOR}{role.name}",
        role.available,
        StepKind.NUMBER,
        # As it was typed: the format "g" would round it.
        str(sheet.available.get(role.id, "")).removesuffix(".0"),
        help=role.does,
        nobody_knows=f"{LEFT}available.{role.id}" in sheet.earlier,
    )


def _question_step(
    questionnaire: Questionnaire, question: Question, sheet: AnswerSheet
) -> Step:
    section = questionnaire.section(question.section)
    answer = sheet.answer(question.id)
    value = "unknown" if answer.unknown else answer.na or str(answer.level)
    return Step(
        id=question.id,
        topic=question.topic,
        section=(questionnaire.layer_of(section.id) or section).name,
        about=section.about,
        text=question.text,
        help=f"{question.why} ({question.source})",
        kind=StepKind.QUESTION,
        choices={str(level): text for level, text in enumerate(question.levels)},
        value=value if answer.given else "",
        question=question,
        answer=answer,
    )


def texts_of_fields(fields: Iterable[Step]) -> str:
    """Return the topics and answers of all fields that have an answer.

    An example is "Staff 340; With time for it: analyst 0.5, data engineer 1". A field
    that the team left empty on purpose has the answer "don't know".
    """
    said, follows = "", False
    for each in fields:
        text = each.current_text() or (DONT_KNOW_TEXT if each.nobody_knows else "")
        if text:
            on_role, gap = each.topic.startswith(FREE_FOR), ":" if each.choices else ""
            topic = each.topic.removeprefix(FREE_FOR) if follows else each.topic
            said += f"{', ' if on_role and follows else '; '}{topic}{gap} {text}"
            follows = on_role
    return said.removeprefix("; ")


def reply_key(reply: str | Answer) -> str:
    """Return the text that stands for a reply in ``VoiceReply.key``.

    This is a level, "d" for "don't know", "x" for "does not apply", or the value of a
    fact.
    """
    if isinstance(reply, str):
        return reply
    if reply.level is None:
        return DONT_KNOW if reply.unknown else NOT_APPLICABLE
    return str(reply.level)


def remarks_given(answer: Answer) -> str:
    """Return which remarks an answer has, such as " (with note, evidence)", or ""."""
    marks = [mark for field, mark in _MARKS.items() if getattr(answer, field)]
    return f" (with {', '.join(marks)})" if marks else ""


def as_sentence(text: str) -> str:
    """Return a text with a full stop at its end, unless it ends with "?" or "!"."""
    text = text.rstrip(".")
    return text if text.endswith(("?", "!")) else f"{text}."


def quoted(text: str) -> str:
    """Return a text in quotes, with a full stop unless the text ends a sentence."""
    return f'"{text}"' if text.endswith((".", "?", "!")) else f'"{text}".'


def said_line(step: Step) -> str:
    """Return the answers of the voices to a step without choices, on one line."""
    return " · ".join(f"{each.name}: {each.key}" for each in step.said)
