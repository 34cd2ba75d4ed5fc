"""List what an answers file leaves open, and who could answer."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mlready.escaping import for_terminal_line
from mlready.model.answers import EXPRESS, PEOPLE, AnswerSheet, applicable_to
from mlready.model.questionnaire import Questionnaire
from mlready.report.templating import render


class OpenItem(NamedTuple):
    """Something that is not answered yet."""

    kind: str  # question, fact, people or background
    id: str  # the key in the answers file; for people, the id of the role
    topic: str
    knows: str  # who could answer, "" if the questionnaire does not say


def open_items(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> tuple[OpenItem, ...]:
    """Return what a sheet leaves open; "don't know" leaves a question open.

    For an express sheet, facts that only details need are left out.
    """
    return (
        *_facts(questionnaire, sheet),
        *_people(questionnaire, sheet),
        *_background(questionnaire, sheet),
        *(
            OpenItem("question", each.id, each.topic, each.knows)
            for each in applicable_to(questionnaire, sheet).questions
            if sheet.asks(each.id) and sheet.answer(each.id).is_open
        ),
    )


def _facts(questionnaire: Questionnaire, sheet: AnswerSheet) -> Iterator[OpenItem]:
    for fact in applicable_to(questionnaire, sheet).facts:
        is_core = sheet.scope != EXPRESS or not fact.only_for_details
        if is_core and sheet.asks(fact.id) and not sheet.profile.get(fact.id):
            knows = _names(questionnaire, fact.known_by)
            yield OpenItem("fact", fact.id, fact.topic, knows)


def _people(questionnaire: Questionnaire, sheet: AnswerSheet) -> Iterator[OpenItem]:
    for role in questionnaire.roles.values():
        is_asked = role.available and sheet.asks(f"{PEOPLE}{role.id}")
        if is_asked and role.id not in sheet.available:
            yield OpenItem("people", role.id, role.name, "")


def _background(questionnaire: Questionnaire, sheet: AnswerSheet) -> Iterator[OpenItem]:
    for line in () if sheet.asked else questionnaire.background:
        if not sheet.background.get(line.id):
            knows = _names(questionnaire, line.known_by)
            yield OpenItem("background", line.id, line.topic, knows)


def _names(questionnaire: Questionnaire, roles: Iterable[str]) -> str:
    return ", ".join(questionnaire.roles[role].name for role in roles)


def list_open(file: str, questionnaire: Questionnaire, sheet: AnswerSheet) -> str:
    """Return what an answers file leaves open, as lines for a terminal.

    ``file`` is the name of the answers file, ``sheet`` the content.
    """
    items = open_items(questionnaire, sheet)
    counts = Counter(item.kind for item in items)
    return render(
        "open.txt.j2", for_terminal_line, file=file, items=items, counts=counts
    )
