"""Steps of an interview: order, rows in the review, and numbers a prompt accepts."""

import pytest
from hypothesis import assume, example, given, strategies as st

from mlready.interview.navigation import apply_reply
from mlready.interview.steps import note_step, steps, voice_steps
from mlready.model.answers import Answer, AnswerSheet, Voice, empty_sheet
from mlready.storage.answers_file import dump, read

SHEET = AnswerSheet(
    "small",
    1,
    name="Churn",
    profile={"headcount": "12", "approach": "bought"},
    available={"analyst": 0.5},
)


@pytest.mark.parametrize(
    ("answer", "row"),
    [
        pytest.param(Answer(), "COL-01 Recorded: not answered", id="no answer"),
        pytest.param(Answer(2), "COL-01 Recorded: 2: By hand.", id="a level"),
        pytest.param(
            Answer(2, note="Ana"),
            "COL-01 Recorded: 2: By hand. (with note)",
            id="a level and a note",
        ),
        pytest.param(
            Answer(note="Ana"),
            "COL-01 Recorded: not answered (with note)",
            id="only a note",
        ),
        pytest.param(
            Answer(0, evidence="wiki", accepted="no money"),
            "COL-01 Recorded: 0: Not at all. (with evidence, accepted gap)",
            id="evidence and an accepted gap",
        ),
        pytest.param(Answer(unknown=True), "COL-01 Recorded: don't know", id="unknown"),
        pytest.param(
            Answer(na="no cases"),
            "COL-01 Recorded: does not apply: no cases",
            id="not applicable",
        ),
        pytest.param(
            Answer(na="2"),
            "COL-01 Recorded: does not apply: 2",
            id="not applicable for a reason that looks like a level",
        ),
    ],
)
def test_review_row_of_a_question_shows_its_answer(small, answer, row):
    sheet = empty_sheet(small)._replace(answers={"COL-01": answer})
    assert [step.row() for step in steps(small, sheet) if step.id == "COL-01"] == [row]


def test_prompt_for_a_note_repeats_the_answer_in_words(small):
    sheet = SHEET._replace(answers={"COL-01": Answer(2)})
    step = next(each for each in steps(small, sheet) if each.id == "COL-01")
    shown = 'On "Recorded" you said: "By hand."\nWhat makes you say so?'
    assert note_step(step).text.startswith(shown)


def test_review_rows_of_profile_facts_show_answers_in_words(small):
    rows = [step.row() for step in steps(small, SHEET) if not step.question]
    assert rows == [
        "Project name: Churn",
        "Project slice: not answered",
        "People: 12",
        "Model: We buy it",
        "Readers: not answered",
        "With time for it: analyst: 0.5",
    ]


def test_profile_facts_marked_as_last_are_asked_after_the_questions(small):
    questionnaire = small._replace(
        profile=tuple(
            fact._replace(last=fact.id == "headcount") for fact in small.profile
        )
    )
    assert [step.id for step in steps(questionnaire, SHEET)] == [
        "project.name",
        "project.slice",
        "profile.approach",
        "profile.readers",
        "available.analyst",
        "COL-01",
        "COL-02",
        "MOV-01",
        "MOV-02",
        "profile.headcount",
    ]


@pytest.mark.parametrize(
    ("text", "whole", "number"),
    [
        pytest.param("0", True, True, id="zero"),
        pytest.param("12", True, True, id="a dozen"),
        pytest.param("0.5", False, True, id="a half"),
        pytest.param("0,5", False, True, id="a half with a comma"),
        pytest.param(".5", False, False, id="no digit before the point"),
        pytest.param("1.000,5", False, False, id="two separators"),
        pytest.param("-1", False, False, id="negative"),
        pytest.param("1e3", False, False, id="an exponent"),
        pytest.param("٣", False, False, id="a digit of another script"),
        pytest.param("²", False, False, id="superscript digit"),
        pytest.param("a few", False, False, id="words"),
        pytest.param("9" * 9, True, False, id="greatest number"),
        pytest.param("9" * 10, False, False, id="above the greatest number"),
        pytest.param("", False, False, id="empty"),
    ],
)
def test_number_prompt_accepts_only_ascii_digits_and_at_most_one_decimal_separator(
    small, text, whole, number
):
    by_id = {step.id: step for step in steps(small, SHEET)}
    assert by_id["profile.headcount"].accepts(text) == whole
    assert by_id["available.analyst"].accepts(text) == number


@given(text=st.from_regex("[0-9]{1,7}([.,][0-9]{1,4})?", fullmatch=True))
@example(text="999999.9")
@example(text="999999999")
@pytest.mark.parametrize("id_", ["profile.headcount", "available.analyst"])
def test_number_of_people_that_the_prompt_accepts_is_saved_and_read_back_unchanged(
    small, id_, text
):
    step = next(step for step in steps(small, SHEET) if step.id == id_)
    assume(step.accepts(text))
    sheet = apply_reply(SHEET, step, text)
    assert read(dump(sheet, small).encode(), "", small) == sheet


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        pytest.param("Ana", "What is your role?", id="one"),
        pytest.param("Ana-Lena d'Or", "What is your role?", id="one with marks"),
        pytest.param("", "What is your role?", id="none"),
        pytest.param("Ana, Bo", "Whose view do these answers give?", id="comma"),
        pytest.param("Ana and Bo", "Whose view do these answers give?", id="and"),
        pytest.param("Ana & Bo", "Whose view do these answers give?", id="sign"),
    ],
)
def test_role_prompt_asks_whose_view_the_answers_give_if_the_name_lists_several_people(
    small, name, asked
):
    voice = Voice(name, "Sponsor")
    _, role = voice_steps(small, empty_sheet(small)._replace(voice=voice))
    assert role.text.startswith(asked)
    assert voice.has_several_names == asked.startswith("Whose")
