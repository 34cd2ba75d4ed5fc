"""The data model of a team's answers to a questionnaire: one sheet per project."""

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
    Question,
    Questionnaire,
)

Value = TypeVar("Value")

EXPRESS, FULL = "express", "full"
LEVELS = "01234"  # the levels as text, as conditions name them
# Before the id of a question, in AnswerSheet.earlier: an answer to another wording.
OTHER_WORDS = "answer-"
PEOPLE = "available-"  # before the id of a role: how many of its people are available


class Answer(NamedTuple):
    """The answer to one question.

    An answer has a ``level`` from 0 to 4, or is ``unknown`` ("don't know"), or gives in
    ``na`` the reason why the question does not apply. An answer without any of these is
    only a note. An unknown answer counts as 0 in the lower bound of a score and as 4 in
    the upper bound. ``accepted`` is the team's reason for not closing the gap yet.
    ``by`` is the person who answered. ``date`` is the date of the answer, as it was
    written: usually YYYY-MM-DD.
    """

    level: int | None = None
    unknown: bool = False
    na: str = ""
    accepted: str = ""
    note: str = ""
    evidence: str = ""
    by: str = ""
    date: str = ""

    @property
    def given(self) -> bool:
        """Whether the question is answered, even if only with "don't know"."""
        return self.level is not None or self.unknown or bool(self.na)

    @property
    def is_open(self) -> bool:
        """Whether the question is open: not answered, or answered "don't know"."""
        return self.level is None and not self.na


NO_ANSWER = Answer()


def is_supported(answer: Answer) -> bool:
    """Return whether an answer has a note or evidence, however old the answer is."""
    return bool(answer.note or answer.evidence)


class Voice(NamedTuple):
    """Who gave the answers of a sheet: one person, or the people at a meeting.

    ``role`` is the id of a role of the questionnaire, or free text. ``present`` is a
    text that says who was at the meeting; "" if the voice is one person. ``date`` is
    the date of the interview, as YYYY-MM-DD. ``drafted`` says who or what drafted the
    answers from notes, for example an assistant; such answers are not those of any
    person until somebody confirms them. ``confirmed`` lists, separated by spaces, the
    ids of the interview steps whose drafts a person has confirmed.
    """

    name: str = ""
    role: str = ""
    present: str = ""
    date: str = ""
    drafted: str = ""
    confirmed: str = ""

    @property
    def has_several_names(self) -> bool:
        """Whether the name looks like several names, such as "Ana, Bo and Cy"."""
        return bool(re.search(r"\w\W*([,;/&+]|\s(and|und|et|y)\s)\W*\w", self.name))

    def is_same(self, other: "Voice") -> bool:
        """Return whether two voices have the same name and role.

        Returns False if both names and both roles are empty.
        """
        return (self.name, self.role) == (other.name, other.role) != ("", "")


NO_VOICE = Voice()


class PlanStep(NamedTuple):
    """A step of the team's plan: who does the step, by when, and when it was done.

    ``what`` says what to do; ``what`` is empty for the next step of a question, because
    its text is in the questionnaire. ``due`` and ``done`` are dates, as YYYY-MM-DD, or
    "".
    """

    what: str = ""
    owner: str = ""
    due: str = ""
    done: str = ""


class Timing(NamedTuple):
    """The duration of an interview, in all its sessions.

    ``start`` and ``end`` are local times, as YYYY-MM-DD HH:MM. ``minutes`` is the time
    spent on the interview, without breaks; ``answers`` is the number of answers given.
    """

    start: str = ""
    end: str = ""
    minutes: int = 0
    answers: int = 0


NO_TIMING = Timing()


class Ages(NamedTuple):
    """Which answers of a sheet were too old to rely on, on one day.

    ``date`` is that day, as YYYY-MM-DD, or "" if the ages were not checked. ``aged``
    has the answers that were too old: it maps the ids of questions and facts, and
    ``available-ROLE``, to the dates of the answers. ``undated`` are the ids of the
    answers without a date.
    """

    date: str = ""
    aged: Mapping[str, str] = {}
    undated: tuple[str, ...] = ()


NO_AGES = Ages()


class AnswerSheet(NamedTuple):
    """All answers of one team about one project.

    ``slice`` is the part of the project that the answers are about. ``available`` maps
    role ids to the number of people available for the project, counted as full-time
    people. ``next`` is the step at which the interview continues. ``redacted`` says
    whether free text was removed from the sheet. ``earlier`` contains answers that no
    longer count, such as those to older versions of the questionnaire, and the keys of
    removed steps. ``voice`` is who gave the answers. ``voices`` are the sheets that
    were combined into this one, or with which a meeting began; ``voices`` is empty for
    answers that one voice gave alone. ``unsettled`` are the ids of questions, facts and
    roles to which the meeting gave no answer; the combined answers of its voices then
    stand in the sheet. ``anonymous`` says whether the voices' names and roles were
    removed from the sheet. ``asked`` are the ids of the only questions and facts that
    this voice is asked, and ``available-ROLE`` for numbers of people; if ``asked`` is
    empty, the voice is asked everything that applies. ``background`` maps ids of
    background lines to what was typed for them. ``steps`` maps keys to steps of the
    plan; the key of a question's next step is the question's id, other keys are those
    of steps that the team wrote itself. ``timing`` is how long the interview took.
    ``dates`` maps ids of facts, and ``available-ROLE``, to the date of the value if the
    voice gave it before the date of its interview. ``ages`` says which answers are too
    old to rely on. Answers files contain neither ``dates`` nor ``ages``. ``person`` is
    a number, from 1, that stands for a removed name; two sheets with the same number
    are by the same person.
    """

    questionnaire: str
    version: int
    scope: str = FULL
    next: str = ""
    name: str = ""
    slice: str = ""
    profile: Mapping[str, str] = {}
    available: Mapping[str, float] = {}
    answers: Mapping[str, Answer] = {}
    redacted: bool = False
    earlier: Mapping[str, str | Mapping[str, str]] = {}
    voice: Voice = NO_VOICE
    voices: "tuple[AnswerSheet, ...]" = ()
    unsettled: frozenset[str] = frozenset()
    anonymous: bool = False
    asked: tuple[str, ...] = ()
    background: Mapping[str, str] = {}
    steps: Mapping[str, PlanStep] = {}
    timing: Timing = NO_TIMING
    dates: Mapping[str, str] = {}
    ages: Ages = NO_AGES
    person: int = 0

    def asks(self, id_: str) -> bool:
        """Return whether this voice is asked for an answer.

        ``id_`` is the id of a question or fact, or ``available-ROLE`` for a number of
        people.
        """
        return not self.asked or id_ in self.asked

    @property
    def each_voice(self) -> "tuple[AnswerSheet, ...]":
        """The sheets of the single voices, or only this sheet if one voice gave it."""
        return self.voices or (self,)

    def answer(self, question: str) -> Answer:
        """Return the answer to a question, an empty answer if the sheet has none.

        ``question`` is the id of the question.
        """
        return self.answers.get(question, NO_ANSWER)

    def is_aged(self, id_: str) -> bool:
        """Return whether the answer to a question or fact is too old to rely on.

        ``id_`` is the id of the question or fact.
        """
        return id_ in self.ages.aged

    def is_supported(self, question: str) -> bool:
        """Return whether an answer has a note or evidence and is not too old.

        ``question`` is the id of the question.
        """
        return is_supported(self.answer(question)) and not self.is_aged(question)


class AssessmentInput(NamedTuple):
    """A team's answers, limited to the facts and questions that apply to the team.

    ``facts`` maps ids of facts to their values, and also all other names in conditions,
    such as ids of questions (see ``Applicable.known``). ``questions`` are the questions
    that apply, worded for the team. ``sheet`` contains only the profile facts, numbers
    of people and answers that this team is asked for, so that other entries of its
    answers file cannot change a document. ``conditional_on`` are the ids of all
    questions to which a condition of a fact, section, question or layer refers.
    ``unasked`` are further questions that would apply, but that the team is not asked;
    in an express sheet these are the details that the team has not answered.
    """

    questionnaire: Questionnaire
    sheet: AnswerSheet
    facts: Facts
    questions: tuple[Question, ...]
    conditional_on: frozenset[str] = frozenset()
    unasked: tuple[Question, ...] = ()

    def within(self, sections: Container[str]) -> tuple[Question, ...]:
        """Return the questions of the given sections that apply to the team."""
        return tuple(each for each in self.questions if each.section in sections)


def assessment_input(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> AssessmentInput:
    """Return a sheet's answers, limited to the facts and questions that apply."""
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
    """Return a team's answers after adding or replacing some of them.

    ``answers`` maps the ids of questions to the new answers. Which questions apply is
    determined again, because that depends on answers.
    """
    sheet = inputs.sheet._replace(answers={**inputs.sheet.answers, **answers})
    added = any(question.id in answers for question in inputs.unasked)
    if not added and inputs.conditional_on.isdisjoint(answers):
        return inputs._replace(sheet=sheet)
    return assessment_input(inputs.questionnaire, sheet)


def applicable_to(questionnaire: Questionnaire, sheet: AnswerSheet) -> Applicable:
    """Return the facts and questions that apply to the team of an answer sheet.

    In an express sheet these are the questions of the core, and the other questions
    that the team has answered.
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
def _available_roles(key: Identity[Questionnaire]) -> tuple[tuple[str, str], ...]:
    """Return, for each role that can be hired, its id and the name ``free.ROLE``.

    Conditions use this name for the people available in the role. ``key`` contains the
    questionnaire.
    """
    roles = key.value.roles.values()
    return tuple((role.id, f"{FREE}{role.id}") for role in roles if role.available)


def _only_asked(
    questionnaire: Questionnaire, sheet: AnswerSheet, asked_now: Applicable
) -> AnswerSheet:
    roles = {id_ for id_, _ in _available_roles(Identity(questionnaire))}
    profile = _within(sheet.profile, _ids(Identity(asked_now.facts)))
    available = _within(sheet.available, roles)
    answers = _within(sheet.answers, _ids(Identity(asked_now.questions)))
    return sheet._replace(profile=profile, available=available, answers=answers)


@lru_cache(maxsize=256)
def _ids(
    asked: Identity[tuple[Fact, ...]] | Identity[tuple[Question, ...]],
) -> set[str]:
    """Return the ids of facts or questions; cached, because many teams share them."""
    return {each.id for each in asked.value}


def _within(entries: Mapping[str, Value], ids: set[str]) -> Mapping[str, Value]:
    """Return the entries with keys in ``ids``: the mapping itself if all keys are."""
    if entries.keys() <= ids:
        return entries
    return {id_: entry for id_, entry in entries.items() if id_ in ids}


def ids_to_ask(questionnaire: Questionnaire) -> list[str]:
    """Return the ids of all facts, numbers of people and questions to ask for."""
    roles = questionnaire.roles.values()
    return [
        *(fact.id for fact in questionnaire.profile),
        *(f"{PEOPLE}{each.id}" for each in roles if each.available),
        *(question.id for question in questionnaire.questions),
    ]


def empty_sheet(questionnaire: Questionnaire, scope: str = FULL) -> AnswerSheet:
    """Return an answer sheet without any answers.

    ``scope`` is ``FULL`` for the full form, ``EXPRESS`` for the short form.
    """
    return AnswerSheet(questionnaire.id, questionnaire.version, scope)


def availability_level(people: float) -> str:
    """Return "none" for 0 people, "part" below one full-time person, else "full"."""
    return FREE_LEVELS[(people > 0) + (people >= 1)]


def questions_for(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> tuple[Question, ...]:
    """Return the questions that apply to a team, with the wording for that team."""
    return applicable_to(questionnaire, sheet).questions


def progress(questionnaire: Questionnaire, sheet: AnswerSheet) -> tuple[int, int]:
    """Return how many questions a voice has answered, and how many it is asked.

    "Don't know" does not count as an answer here, because reports also call a question
    with this answer open. Facts are counted only for a voice that is asked a list of
    questions and facts.
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
