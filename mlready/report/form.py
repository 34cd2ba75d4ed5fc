"""Render the form: an HTML page in which people without a terminal give answers.

The page's script shows the questions that apply, and saves an answers file.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from mlready.escaping import YAML_WORDS, Escaped, for_html
from mlready.input_limits import LIMIT, LONGEST_LINE
from mlready.model.answers import EXPRESS, PEOPLE, AnswerSheet, Voice
from mlready.model.applicability import decision_order, needs
from mlready.model.questionnaire import (
    Fact,
    Question,
    Questionnaire,
    Section,
)
from mlready.model.step_keys import reserved_keys
from mlready.report.templating import Words, render
from mlready.resources import bundled

_BASE = "base"


class Variant(NamedTuple):
    """How one text of a question, such as its topic, reads in one wording."""

    # "" for all wordings, "base" for no special wording, or a number from 0.
    wording: str
    text: str
    first: bool  # whether the text is shown before the script chooses a wording


Variants = tuple[Variant, ...]


class AskedQuestion(NamedTuple):
    """A question with its texts in all wordings."""

    id: str
    topic: Variants
    text: Variants
    hint: Variants
    levels: tuple[Variants, ...]
    why: Variants
    source: Variants
    knows: Variants


class AskedSection(NamedTuple):
    """A section with the questions that the form asks."""

    id: str
    name: str
    about: str
    questions: tuple[AskedQuestion, ...]


def form_page(questionnaire: Questionnaire, sheet: AnswerSheet, start: str) -> str:
    """Return the form as an HTML page; equal arguments always give the same text.

    ``sheet`` has the answers to start with; ``start`` is the text of their file. An
    express sheet gives the short form.
    """
    facts = [fact for fact in questionnaire.profile if _is_asked(fact, sheet)]
    style, script = (_asset(name) for name in ("form.css", "form.js"))
    return render(
        "form.html.j2",
        for_html,
        title=questionnaire.title,
        language=questionnaire.language,
        about=questionnaire.about,
        project=questionnaire.project,
        roles=questionnaire.roles.values(),
        people=[
            role
            for role in questionnaire.roles.values()
            if role.available and sheet.asks(f"{PEOPLE}{role.id}")
        ],
        background=() if sheet.asked else questionnaire.background,
        first=[fact for fact in facts if not fact.last],
        last=[fact for fact in facts if fact.last],
        sections=list(_sections(questionnaire, sheet)),
        asked_of=_role_name(questionnaire, sheet) if sheet.asked else "",
        project_name=sheet.name,
        style=Escaped(style),
        script=Escaped(script),
        data=Escaped(in_script(script_data(questionnaire, sheet, start))),
        policy=_policy(style, script),
    )


def _is_asked(fact: Fact, sheet: AnswerSheet) -> bool:
    is_core = sheet.scope != EXPRESS or not fact.only_for_details
    return fact.id in sheet.asked or (is_core and sheet.asks(fact.id))


def _asset(name: str) -> str:
    return (bundled("templates") / name).read_text(encoding="utf-8")


def in_script(value: Any) -> str:
    """Return a value as JSON that is safe inside a script element."""
    text = json.dumps(value, separators=(",", ":"))  # only ASCII characters
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _policy(style: str, script: str) -> str:
    """Return a Content-Security-Policy that allows only this style and script."""
    nothing = "default-src 'none'; base-uri 'none'; form-action 'none'"
    return f"{nothing}; style-src {_hash(style)}; script-src {_hash(script)}"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _role_name(questionnaire: Questionnaire, sheet: AnswerSheet) -> str:
    role = sheet.voice.role
    return questionnaire.roles[role].name if role in questionnaire.roles else role


def _sections(
    questionnaire: Questionnaire, sheet: AnswerSheet
) -> Iterator[AskedSection]:
    """Yield the sections with all questions that the form may show."""
    express = sheet.scope == EXPRESS
    for section in questionnaire.sections:
        asked = tuple(
            _in_all_wordings(question)
            for question in section.questions
            if sheet.asks(question.id) and (not express or _can_be_express(question))
        )
        if asked:
            yield AskedSection(section.id, section.name, section.about, asked)


def _can_be_express(question: Question) -> bool:
    changed = (wording.changes.get("express") for wording in question.wordings)
    return question.express or any(changed)


def _in_all_wordings(question: Question) -> AskedQuestion:
    levels = [
        tuple(wording.changes.get("levels", question.levels))
        for wording in question.wordings
    ]
    return AskedQuestion(
        question.id,
        **{
            field: _variants(
                getattr(question, field),
                [
                    wording.changes.get(field, getattr(question, field))
                    for wording in question.wordings
                ],
            )
            for field in ("topic", "text", "hint", "why", "source", "knows")
        },
        levels=tuple(
            _variants(text, [each[number] for each in levels])
            for number, text in enumerate(question.levels)
        ),
    )


def _variants(base: str, others: Iterable[str]) -> Variants:
    """Return one text of a question, such as its topic, in each wording.

    ``base`` is the text without a special wording; ``others`` are the texts of the
    special wordings. If all are the same, the result has this text only once.
    """
    texts = [base, *others]
    if len({*texts}) == 1:
        return (Variant("", base, first=True),) if base else ()
    names = [_BASE, *map(str, range(len(texts) - 1))]
    return tuple(
        Variant(name, text, first=name == _BASE)
        for name, text in zip(names, texts, strict=True)
        if text
    )


def script_data(
    questionnaire: Questionnaire, sheet: AnswerSheet, start: str
) -> dict[str, Any]:
    """Return the data that the page's script needs.

    ``start`` is the text of the answers file to start with.
    """
    roles = questionnaire.roles.values()
    return {
        "id": questionnaire.id,
        "version": str(questionnaire.version),
        "extends": questionnaire.based_on,
        "scope": sheet.scope,
        "ask": " ".join(sheet.asked),
        "start": start,
        "order": [*decision_order(needs(questionnaire))],
        "entries": _entries(questionnaire),
        "facts": {fact.id: [*fact.choices] for fact in questionnaire.profile},
        "background": [line.id for line in questionnaire.background],
        "people": [role.id for role in roles if role.available],
        "roles": {role.id: role.name for role in roles},
        "reserved": [*reserved_keys(questionnaire)],
        **_history(questionnaire),
        "sections": [
            [section.name, [question.id for question in section.questions]]
            for section in questionnaire.sections
        ],
        "voice": Voice._fields,
        "yaml_words": sorted(YAML_WORDS),
        "limit": LIMIT,
        "longest_line": LONGEST_LINE,
        "words": Words("_form_words.j2", str, {}).table("messages"),
    }


def _history(questionnaire: Questionnaire) -> dict[str, Any]:
    """Return what the form's script needs to read answers to an older questionnaire.

    These data are the extended questionnaires, former ids, changed meanings, and the
    ids of what is switched off.
    """
    entries: list[Fact | Question] = [*questionnaire.profile, *questionnaire.questions]
    changes = {each.id: [*questionnaire.meaning_changes(each)] for each in entries}
    return {
        "bases": questionnaire.bases,
        "was": {each.id: each.was for each in entries if each.was},
        "changes": {id_: each for id_, each in changes.items() if each},
        "off": [id_ for each in questionnaire.off for id_ in each.ids],
    }


def _entries(questionnaire: Questionnaire) -> dict[str, Mapping[str, Any]]:
    """Return the conditions and wordings of all facts and questions, by id."""
    facts = {fact.id: _fact_entry(fact) for fact in questionnaire.profile}
    return facts | {
        question.id: _question_entry(section, question)
        for section in questionnaire.sections
        for question in section.questions
    }


def _fact_entry(fact: Fact) -> dict[str, Any]:
    return {"when": [fact.when], "assumed": fact.assumed}


def _question_entry(section: Section, question: Question) -> dict[str, Any]:
    return {
        "when": [section.when, question.when],
        "express": question.express,
        "wordings": [
            {
                "when": wording.when,
                "express": wording.changes.get("express", question.express),
            }
            for wording in question.wordings
        ],
    }
