"""Write the question list for a role as an answers file or as a Markdown page."""

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
    """A question list for one person."""

    questionnaire: Questionnaire
    sheet: AnswerSheet  # to fill in
    role: Role  # of the person
    facts: tuple[Fact, ...]  # to ask
    questions: tuple[Question, ...]  # to ask
    # Facts that the sheet already contains, with their values.
    known: tuple[tuple[Fact, str], ...]

    @property
    def express(self) -> bool:
        """Whether the sheet to fill in is an express sheet."""
        return self.sheet.scope == EXPRESS

    @property
    def minutes(self) -> int:
        """How many minutes the answers will take, rounded up."""
        number = len(self.facts) + len(self.questions)
        seconds = number * self.questionnaire.constants.seconds_per_question
        return math.ceil(seconds / _SECONDS)


def short_list(
    questionnaire: Questionnaire, sheet: AnswerSheet, role: str
) -> ShortList | None:
    """Return the question list for a role, None if the list is empty.

    ``sheet`` has the answers so far, of one voice or combined. ``role`` is an id.
    """
    asked = tuple(each.id for each in questions_to_ask(questionnaire, sheet, role))
    if not asked:
        return None
    return _short_list(questionnaire, sheet, asked, questionnaire.roles[role])


def assigned_list(questionnaire: Questionnaire, sheet: AnswerSheet) -> ShortList | None:
    """Return the question list that the voice of a sheet was given.

    The result is None if the sheet has no question list, or if the role is unknown.
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
    """Return a sheet to fill in, with the known facts on which ``asked`` depends."""
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
    """Return the ids of the roles whose question list is not empty."""
    roles = questionnaire.roles
    return [role for role in roles if questions_to_ask(questionnaire, sheet, role)]


def ask_sheet(
    questionnaire: Questionnaire, sheet: AnswerSheet, role: str
) -> AnswerSheet | None:
    """Return a role's question list as a sheet to fill in, None if nothing is asked."""
    found = short_list(questionnaire, sheet, role)
    return found.sheet if found else None


def _needed(questionnaire: Questionnaire, asked: Iterable[str]) -> set[str]:
    """Return the ids of the facts and questions that decide whether ``asked`` apply."""
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

    ``scalar`` writes a text as a YAML scalar.
    """
    return render("ask.yaml.j2", for_terminal_line, asked=asked, scalar=scalar)


def questions_page(asked: ShortList) -> str:
    """Return a question list as a Markdown page."""
    return render("ask.md.j2", for_markdown, asked=asked)
