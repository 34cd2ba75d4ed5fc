"""A team's answers about one project, and the questions that the team is asked."""

import re
from collections.abc import Container, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar

from mlready.model.applicability import (
    Applicable,
    Identity,
    applicable,
    questions_in_conditions,
)
from mlready.model.questionnaire import (
    FREE,
    FREE_LEVELS,
    Fact,
    Facts,
    InShort,
    Layer,
    LayerInShort,
    Question,
    Questionnaire,
)
from mlready.model.typed_names import plain

Value = TypeVar("Value")

EXPRESS, FULL = "express", "full"
LEVELS = "01234"  # the levels as text, as conditions name them
# Before the id of a question, in AnswerSheet.earlier: an answer to another wording.
OTHER_WORDS = "answer-"
# Before the id of a step of the interview, in AnswerSheet.earlier: a number that nobody
# knows, or a contradiction that the team has decided to leave.
LEFT = "left-"
_BARE_WORDS = {"yes", "no", "true", "false"}
PEOPLE = "available-"  # before the id of a role: how many of its people are available


class Answer(NamedTuple):
    """The answer to one question: a level, "don't know" or "does not apply".

    An answer with none of the three has only remarks.
    """

    level: int | None = None  # from 0 to 4
    unknown: bool = False  # "don't know": 0 in a lower bound, 4 in an upper bound
    na: str = ""  # the reason why the question does not apply
    accepted: str = ""  # the reason for not closing the gap yet
    note: str = ""
    evidence: str = ""
    by: str = ""  # the person who answered
    date: str = ""  # as in the file, usually YYYY-MM-DD

    @property
    def given(self) -> bool:
        """Whether the answer is a level, "don't know" or "does not apply"."""
        return self.level is not None or self.unknown or bool(self.na)

    @property
    def is_open(self) -> bool:
        """Whether the answer is missing or "don't know"."""
        return self.level is None and not self.na


NO_ANSWER = Answer()


def is_bare_word(text: str) -> bool:
    """Return whether a text is only a word such as "yes", which shows nothing."""
    return text.strip(" .!").casefold() in _BARE_WORDS


def is_supported(answer: Answer) -> bool:
    """Return whether an answer has a note or evidence, even if the answer is too old.

    A text such as "yes" does not count. ``AnswerSheet.is_supported`` returns False for
    an answer that is too old.
    """
    texts = answer.note, answer.evidence
    return any(text and not is_bare_word(text) for text in texts)


class Voice(NamedTuple):
    """Who gave the answers of a sheet: one person, or the people at a meeting."""

    name: str = ""
    role: str = ""  # the id of a role in the questionnaire, or free text
    present: str = ""  # the people at a meeting; "" for one person
    date: str = ""  # of the interview, as YYYY-MM-DD
    drafted: str = ""  # who or what drafted the answers, such as an assistant
    # ids of interview steps whose drafts a person confirmed, with spaces between them
    confirmed: str = ""

    @property
    def has_several_names(self) -> bool:
        """Whether the name looks like several names, such as "Ana, Bo and Cy"."""
        return bool(re.search(r"\w\W*([,;/&+]|\s(and|und|et|y)\s)\W*\w", self.name))

    def is_same(self, other: "Voice") -> bool:
        """Return whether two voices have the same name and role.

        Names and roles are compared as in ``who``. Voices without name and role are
        never the same.
        """
        return self.who == other.who != ("", "")

    @property
    def who(self) -> tuple[str, str]:
        """Name and role in lower case, with spaces for hyphens and underscores."""
        return plain(self.name), plain(self.role)


NO_VOICE = Voice()


class PlanStep(NamedTuple):
    """A step of the team's plan."""

    what: str = ""  # what to do; "" if the questionnaire says that
    owner: str = ""
    due: str = ""  # YYYY-MM-DD, or ""
    done: str = ""  # the day on which the step was done, or ""


NO_STEP = PlanStep()


class Timing(NamedTuple):
    """When an interview was held, and how long all its sessions took."""

    start: str = ""  # local time, as YYYY-MM-DD HH:MM
    end: str = ""  # likewise
    minutes: int = 0  # without breaks
    answers: int = 0  # the number of answers given


NO_TIMING = Timing()


class Ages(NamedTuple):
    """Which answers of a sheet are too old to rely on."""

    # the day of the check, as YYYY-MM-DD; "" if the ages were not checked
    date: str = ""
    # id of a question or fact, or ``available-ROLE`` -> date of the answer
    aged: Mapping[str, str] = {}
    undated: tuple[str, ...] = ()  # the ids of answers without a date


NO_AGES = Ages()


class AnswerSheet(NamedTuple):
    """All answers of one team about one project."""

    questionnaire: str
    version: int
    scope: str = FULL  # ``FULL`` or ``EXPRESS``
    next: str = ""  # the step at which the interview continues
    name: str = ""
    slice: str = ""  # the part of the project that the answers are about
    profile: Mapping[str, str] = {}
    # id of a role -> number of people, counted as full-time people
    available: Mapping[str, float] = {}
    answers: Mapping[str, Answer] = {}
    redacted: bool = False  # whether people's texts were removed
    # answers that no longer count, the keys of removed steps, and what the team has
    # left open on purpose
    earlier: Mapping[str, str | Mapping[str, str]] = {}
    voice: Voice = NO_VOICE
    # the sheets that were combined into this sheet, or with which a meeting began
    voices: "tuple[AnswerSheet, ...]" = ()
    # ids that a meeting left open; for these, the sheet has the combined answers of the
    # voices
    unsettled: frozenset[str] = frozenset()
    anonymous: bool = False  # whether names and roles of voices were removed
    # the only ids that this voice is asked, such as ``available-ROLE``; empty if the
    # voice is asked everything that applies
    asked: tuple[str, ...] = ()
    background: Mapping[str, str] = {}  # id of a background line -> its text
    # key of a step -> the step; for the next step of a question, the key is the id of
    # the question
    steps: Mapping[str, PlanStep] = {}
    timing: Timing = NO_TIMING
    # id of a fact, or ``available-ROLE`` -> date of a value that is older than the
    # interview; never in an answers file
    dates: Mapping[str, str] = {}
    ages: Ages = NO_AGES  # never in an answers file
    # a number, from 1, in place of a removed name; two sheets with the same number are
    # by the same person
    person: int = 0

    def asks(self, id_: str) -> bool:
        """Return whether the voice of this sheet is asked a question or fact.

        ``id_`` can also be ``available-ROLE``, which stands for the question how many
        people with this role are available.
        """
        return not self.asked or id_ in self.asked

    @property
    def each_voice(self) -> "tuple[AnswerSheet, ...]":
        """The sheets of the single voices; only this sheet if ``voices`` is empty."""
        return self.voices or (self,)

    @property
    def only_drafts(self) -> bool:
        """Whether no person has confirmed any of the answers."""
        return all(each.voice.drafted for each in self.each_voice)

    def answer(self, question: str) -> Answer:
        """Return the answer to the question with this id, or ``NO_ANSWER``."""
        return self.answers.get(question, NO_ANSWER)

    def is_aged(self, id_: str) -> bool:
        """Return whether the answer to a question or fact is too old to rely on."""
        return id_ in self.ages.aged

    def is_supported(self, question: str) -> bool:
        """Return whether an answer has a note or evidence and is not too old."""
        return is_supported(self.answer(question)) and not self.is_aged(question)


class AssessmentInput(NamedTuple):
    """A team's answers, limited to the facts and questions that apply to the team."""

    questionnaire: Questionnaire
    sheet: AnswerSheet  # without answers to what the team is not asked
    facts: Facts  # the values of all names in conditions; see ``Applicable.known``
    questions: tuple[Question, ...]  # in the wording for the team
    # ids of all questions that conditions name
    conditional_on: frozenset[str] = frozenset()
    # questions that apply, but that the team is not asked; in an express sheet, the
    # details without an answer
    unasked: tuple[Question, ...] = ()

    def within(self, sections: Container[str]) -> tuple[Question, ...]:
        """Return the questions in these sections that apply to the team."""
        return tuple(each for each in self.questions if each.section in sections)

    def in_short(self, question: Question) -> InShort | None:
        """Return the short wording of a question for this team, if there is one."""
        return self.questionnaire.short(question.id, self.facts)

    def layer_in_short(self, layer: Layer) -> LayerInShort:
        """Return the short wording of a layer for this team.

        If the questionnaire has none, the result has only the layer's name and, as
        ``watch``, the test that shows that the layer is fixed.
        """
        return self.questionnaire.layer_in_short(layer, self.facts)


def assessment_input(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> AssessmentInput:
    """Limit a sheet to the facts and questions that apply to the team."""
    asked_now = applicable_to(questionnaire, sheet)
    return AssessmentInput(
        questionnaire,
        _only_asked(questionnaire, sheet, asked_now),
        asked_now.known,
        asked_now.questions,
        questions_in_conditions(questionnaire),
        asked_now.unasked,
    )


def with_answers(
    inputs: AssessmentInput, answers: Mapping[str, Answer]
) -> AssessmentInput:
    """Add or replace answers, and decide again which questions apply.

    ``answers`` maps ids of questions to the new answers.
    """
    sheet = inputs.sheet._replace(answers={**inputs.sheet.answers, **answers})
    added = any(question.id in answers for question in inputs.unasked)
    if not added and inputs.conditional_on.isdisjoint(answers):
        return inputs._replace(sheet=sheet)
    return assessment_input(inputs.questionnaire, sheet)


def applicable_to(questionnaire: Questionnaire, sheet: AnswerSheet) -> Applicable:
    """Return the facts and questions that apply to the team of a sheet.

    In an express sheet, a question outside the core counts only if it is answered.
    """
    levels = {
        id_: LEVELS[answer.level]
        for id_, answer in sheet.answers.items()
        if answer.level is not None
    }
    free = {
        name: availability_level(sheet.available.get(id_, 0.0))
        for id_, name in _available_roles(Identity(questionnaire))
    }
    found = applicable(questionnaire, {**sheet.profile, **levels}, free)
    if sheet.scope != EXPRESS:
        return found
    asked = {
        each.id: each.express or sheet.answer(each.id).given for each in found.questions
    }
    return found._replace(
        questions=tuple(each for each in found.questions if asked[each.id]),
        unasked=tuple(each for each in found.questions if not asked[each.id]),
    )


@lru_cache(maxsize=4)
def _available_roles(
    questionnaire: Identity[Questionnaire],
) -> tuple[tuple[str, str], ...]:
    """Return the roles whose available people a team is asked to count.

    Each role is a pair: its id and its name in conditions, such as ("ml", "free.ml").
    """
    roles = questionnaire.value.roles.values()
    return tuple((role.id, f"{FREE}{role.id}") for role in roles if role.available)


def _only_asked(
    questionnaire: Questionnaire, sheet: AnswerSheet, asked_now: Applicable
) -> AnswerSheet:
    roles = {id_ for id_, _ in _available_roles(Identity(questionnaire))}
    profile = _within(sheet.profile, _ids(Identity(asked_now.facts)))
    available = _within(sheet.available, roles)
    answers = _within(sheet.answers, _ids(Identity(asked_now.questions)))
    return sheet._replace(profile=profile, available=available, answers=answers)


@lru_cache(maxsize=256)  # many teams share the same facts and questions
def _ids(
    asked: Identity[tuple[Fact, ...]] | Identity[tuple[Question, ...]],
) -> set[str]:
    return {each.id for each in asked.value}


def _within(entries: Mapping[str, Value], ids: set[str]) -> Mapping[str, Value]:
    if entries.keys() <= ids:
        return entries
    return {id_: entry for id_, entry in entries.items() if id_ in ids}


def ids_to_ask(questionnaire: Questionnaire) -> list[str]:
    """Return the ids of all facts and questions, and ``available-ROLE`` for people."""
    roles = questionnaire.roles.values()
    return [
        *(fact.id for fact in questionnaire.profile),
        *(f"{PEOPLE}{each.id}" for each in roles if each.available),
        *(question.id for question in questionnaire.questions),
    ]


def empty_sheet(questionnaire: Questionnaire, scope: str = FULL) -> AnswerSheet:
    """Return an answer sheet without answers.

    ``scope`` is ``FULL`` or ``EXPRESS``.
    """
    return AnswerSheet(questionnaire.id, questionnaire.version, scope)


def availability_level(people: float) -> str:
    """Return "none" for 0 people, "part" for less than 1, "full" from 1 on."""
    return FREE_LEVELS[(people > 0) + (people >= 1)]


def questions_for(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> tuple[Question, ...]:
    """Return the questions that apply to a team, in the wording for this team."""
    return applicable_to(questionnaire, sheet).questions


def progress(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[int, int]:
    """Return two numbers: the questions answered and the questions asked.

    "Don't know" does not count as answered. A fact counts only if the sheet's question
    list names the fact.
    """
    applicable = applicable_to(questionnaire, sheet)
    answered = [
        *(
            fact.id in sheet.profile
            for fact in applicable.facts
            if fact.id in sheet.asked
        ),
        *(
            not sheet.answer(question.id).is_open
            for question in applicable.questions
            if sheet.asks(question.id)
        ),
    ]
    return sum(answered), len(answered)
