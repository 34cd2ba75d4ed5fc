"""Render the question list for a role, as an answers file or as a Markdown page."""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

from mlready.assessment.questions_to_ask import questions_to_ask
from mlready.escaping import for_markdown, for_terminal_line
from mlready.model.answers import (
    EXPRESS,
    AnswerSheet,
    Voice,
    applicable_to,
    empty_sheet,
)
from mlready.model.applicability import needs
from mlready.model.questionnaire import FREE, Fact, Question, Questionnaire, Role
from mlready.report.templating import render

_SECONDS = 60


class ShortList(NamedTuple):
    """A question list for one person, without other people's answers to it.

    ``sheet`` is the answer sheet to fill in. ``role`` is the role of the person.
    ``facts`` and ``questions`` are what the list asks, worded for the team. ``known``
    are the facts that the sheet already contains, each with its value. The conditions
    of the questions depend on these facts.
    """

    questionnaire: Questionnaire
    sheet: AnswerSheet
    role: Role
    facts: tuple[Fact, ...]
    questions: tuple[Question, ...]
    known: tuple[tuple[Fact, str], ...]

    @property
    def express(self) -> bool:
        """Whether the sheet to fill in is an express sheet."""
        return self.sheet.scope == EXPRESS

    @property
    def minutes(self) -> int:
        """The number of minutes that it takes to answer the list."""
        number = len(self.facts) + len(self.questions)
        seconds = number * self.questionnaire.constants.seconds_per_question
        return math.ceil(seconds / _SECONDS)


def short_list(
    questionnaire: Questionnaire, sheet: AnswerSheet, role: str
) -> ShortList | None:
    """Return the few questions on which the advice rests and that a role can answer.

    Args:
        questionnaire: the questionnaire that was answered.
        sheet: the answers so far, of one voice or of several combined.
        role: the id of the role to ask.

    Returns:
        None if the advice rests on nothing that the role can answer.

    """
    asked = tuple(each.id for each in questions_to_ask(questionnaire, sheet, role))
    if not asked:
        return None
    return _short_list(questionnaire, sheet, asked, questionnaire.roles[role])


def assigned_list(questionnaire: Questionnaire, sheet: AnswerSheet) -> ShortList | None:
    """Return the question list that a voice was given, according to its sheet.

    Returns None if the sheet does not say which questions its voice was given, or if
    the role of the voice is not in the questionnaire.
    """
    role = questionnaire.roles.get(sheet.voice.role)
    if not role or not sheet.asked:
        return None
    return _short_list(questionnaire, sheet, sheet.asked, role)


def _short_list(
    questionnaire: Questionnaire,
    sheet: AnswerSheet,
    asked: tuple[str, ...],
    role: Role,
) -> ShortList:
    applicable = applicable_to(questionnaire, sheet)
    blank = _blank_sheet(questionnaire, sheet, asked)
    return ShortList(
        questionnaire,
        blank._replace(voice=Voice(role=role.id)),
        role,
        tuple(each for each in applicable.facts if each.id in asked),
        tuple(each for each in applicable.questions if each.id in asked),
        tuple(
            (each, blank.profile[each.id])
            for each in applicable.facts
            if each.id in blank.profile
        ),
    )


def _blank_sheet(
    questionnaire: Questionnaire, sheet: AnswerSheet, asked: tuple[str, ...]
) -> AnswerSheet:
    """Return a sheet to fill in, with the facts that decide which questions apply.

    ``asked`` are the ids of the questions and facts to ask.
    """
    needed = _needed(questionnaire, asked) - {*asked}
    people = sheet.available.items()
    return empty_sheet(questionnaire, sheet.scope)._replace(
        name=sheet.name,
        slice=sheet.slice,
        profile={id_: text for id_, text in sheet.profile.items() if id_ in needed},
        available={id_: each for id_, each in people if f"{FREE}{id_}" in needed},
        asked=asked,
    )


def roles_to_ask(questionnaire: Questionnaire, sheet: AnswerSheet) -> list[str]:
    """Return the ids of the roles whose question list about a sheet is not empty."""
    roles = questionnaire.roles
    return [role for role in roles if questions_to_ask(questionnaire, sheet, role)]


def ask_sheet(
    questionnaire: Questionnaire, sheet: AnswerSheet, role: str
) -> AnswerSheet | None:
    """Return the question list for a role as a sheet to fill in, None if empty."""
    found = short_list(questionnaire, sheet, role)
    return found.sheet if found else None


def _needed(questionnaire: Questionnaire, asked: Iterable[str]) -> set[str]:
    """Return the ids of the facts and questions that decide whether ``asked`` apply.

    ``asked`` are ids of questions and facts. If a condition contains a fact, the
    conditions of this fact are searched too, and so on. The number of people available
    in a role has the id ``free.ROLE``.
    """
    all_needs = needs(questionnaire)
    found: set[str] = set()
    waiting = list(asked)
    while waiting:
        new = set(all_needs.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found


def answers_to_fill_in(asked: ShortList, scalar: Callable[[str], str]) -> str:
    """Return the text of an answers file to fill in, with the questions as comments.

    ``scalar`` is a function that writes a text as a YAML scalar.
    """
    return render("ask.yaml.j2", for_terminal_line, asked=asked, scalar=scalar)


def questions_page(asked: ShortList) -> str:
    """Render a question list as Markdown, to send to others or to print."""
    return render("ask.md.j2", for_markdown, asked=asked)
