"""The form: one HTML page that works without a network and with any text."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings

from mlready.model.answers import EXPRESS, FULL, AnswerSheet, empty_sheet
from mlready.model.questionnaire import Questionnaire
from mlready.report.ask import ask_sheet
from mlready.report.form import form_page, in_script
from mlready.storage.answers_file import dump
from mlready.storage.questionnaire_file import load
from tests.samples import KICKOFF, TEXTS, example, with_every_text

LARGEST = 400_000  # bytes
EVERYTHING = load(Path(__file__).parent / "data" / "everything.yaml")


def page(questionnaire: Questionnaire = KICKOFF, scope: str = FULL) -> str:
    return page_of(questionnaire, empty_sheet(questionnaire, scope))


def page_of(questionnaire: Questionnaire, sheet: AnswerSheet) -> str:
    return form_page(questionnaire, sheet, dump(sheet, questionnaire))


def parsed(text: str) -> Any:
    """Parse a page as a browser does; fail on an HTML error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(text)


def elements(text: str) -> list[tuple[str, list[str]]]:
    """Return each element of a page with the names of its attributes."""
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    return [(each.tag, sorted(each.attrib)) for each in tree.iter()]


def test_content_security_policy_allows_only_the_style_and_script_of_the_page():
    text = page()
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    style, script = (
        re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        for name in ("style", "script")
    )
    hashes = [
        b64encode(sha256(each.encode()).digest()).decode() for each in style + script
    ]

    nothing = "default-src 'none'; base-uri 'none'; form-action 'none'"
    own = f"style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'"
    assert len(hashes) == 2
    assert [each.replace("&#39;", "'") for each in policy] == [f"{nothing}; {own}"]


@pytest.mark.parametrize("scope", [FULL, EXPRESS])
def test_form_page_loads_no_other_files(scope):
    text = page(scope=scope)
    tree = parsed(text)
    outside = [
        (each.tag, name)
        for each in tree.iter()
        for name in each.attrib
        if name in {"src", "href", "action", "srcset", "style"} or name[:2] == "on"
    ]

    assert outside == [("a", "href")]  # to the questions, further down
    assert re.findall(r"url\(|@import|https?://", text) == []


def test_form_page_is_identical_each_time_and_below_its_size_limit():
    assert page() == page()
    assert len(page().encode()) < LARGEST
    assert len(page(scope=EXPRESS).encode()) < len(page().encode()) / 2


def test_form_has_every_text_and_choice_of_the_questionnaire():
    tree = parsed(page())
    text = "".join(tree.itertext())
    radios = {
        (each.get("name"), each.get("value"))
        for each in tree.iter("input")
        if each.get("type") == "radio"
    }
    answers = [*"01234", "unknown", "na"]

    assert radios == {
        *(
            (f"fact-{fact.id}", value)
            for fact in KICKOFF.profile
            for value in fact.choices
        ),
        *((each.id, answer) for each in KICKOFF.questions for answer in answers),
    }
    for question in KICKOFF.questions:
        changed = [each.changes for each in question.wordings]
        levels = [question.levels, *(c["levels"] for c in changed if "levels" in c)]
        for said in (question.text, question.why, *(one for o in levels for one in o)):
            assert said in text


def test_short_form_has_exactly_the_questions_of_the_core():
    tree = parsed(page(scope=EXPRESS))
    shown = {each.get("data-id") for each in tree.iter("fieldset")}
    short = {
        question.id
        for question in KICKOFF.questions
        if question.express or any(w.changes.get("express") for w in question.wordings)
    }

    assert shown - {fact.id for fact in KICKOFF.profile} == short


@settings(max_examples=25)
@given(TEXTS)
def test_hostile_texts_add_no_html_elements_to_the_form(text):
    sheet = empty_sheet(EVERYTHING)
    plain = with_every_text(EVERYTHING, "x")
    hostile = with_every_text(EVERYTHING, text)

    found = elements(form_page(hostile, sheet, text))
    assert found == elements(form_page(plain, sheet, "x"))


@settings(max_examples=200)
@given(TEXTS)
def test_text_in_script_data_is_unchanged_and_cannot_end_the_script_element(text):
    found = in_script({"text": text})

    assert json.loads(found) == {"text": text}
    assert re.findall(r"[<>&\u2028\u2029]", found) == []


def test_form_made_for_an_answers_file_starts_with_its_answers():
    sheet = example("stilts")
    data = re.findall(r'id="data">(.*?)</script>', page_of(KICKOFF, sheet))

    assert json.loads(data[0])["start"] == dump(sheet, KICKOFF)


@pytest.mark.parametrize("role", ["analyst", "owner"])
def test_form_for_a_question_list_has_only_its_questions_and_no_answers(role):
    said = example("ready")
    noted = {
        id_: each._replace(note=f"secret {id_}") for id_, each in said.answers.items()
    }
    sheet = ask_sheet(KICKOFF, said._replace(answers=noted), role)
    assert sheet is not None
    text = page_of(KICKOFF, sheet)
    tree = parsed(text)

    shown = [each.get("data-id") for each in tree.iter("fieldset")]
    data = json.loads(re.findall(r'id="data">(.*?)</script>', text)[0])
    assert sorted(shown) == sorted(set(sheet.asked) - {"headcount", "openings"})
    assert 0 < len(sheet.asked) <= 12
    assert data["start"] == dump(sheet, KICKOFF)
    assert data["start"].endswith("answers: {}\n")
    assert "secret" not in text
    assert KICKOFF.roles[role].name in text
    assert [e for e in tree.iter() if {"checked", "selected"} & e.attrib.keys()] == []
