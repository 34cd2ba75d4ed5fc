import pytest
from hypothesis import assume, example, given, strategies as st

from mlready.interview.navigation import apply_reply
from mlready.interview.steps import steps
from mlready.model.answers import Answer, AnswerSheet, empty_sheet
from mlready.storage.answers_file import dump, read

SAID = AnswerSheet(
    "small",
    1,
    name="Churn",
    profile={"headcount": "12", "approach": "bought"},
    available={"analyst": 0.5},
)


@pytest.mark.parametrize(
    ("answer", "row"),
    [
        pytest.param(Answer(), "COL-01 Recorded: not answered", id="nothing said"),
        pytest.param(Answer(2), "COL-01 Recorded: 2: By hand.", id="a level"),
        pytest.param(
            Answer(2, note="Ana"),
            "COL-01 Recorded: 2: By hand. (note)",
            id="a note too",
        ),
        pytest.param(
            Answer(note="Ana"), "COL-01 Recorded: not answered (note)", id="only a note"
        ),
        pytest.param(
            Answer(unknown=True), "COL-01 Recorded: don't know", id="not knowing"
        ),
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
def test_row_of_a_question_has_its_answer(small, answer, row):
    sheet = empty_sheet(small)._replace(answers={"COL-01": answer})
    assert [step.row() for step in steps(small, sheet) if step.id == "COL-01"] == [row]


def test_rows_of_the_profile_have_answers_in_words(small):
    rows = [step.row() for step in steps(small, SAID) if not step.question]
    assert rows == [
        "Project name: Churn",
        "Project slice: not answered",
        "People: 12",
        "Model: We buy it",
        "Readers: not answered",
        "Free for it: analyst: 0.5",
    ]


def test_last_facts_are_asked_after_the_questions(small):
    waits = small._replace(
        profile=tuple(
            fact._replace(last=fact.id == "headcount") for fact in small.profile
        )
    )
    assert [step.id for step in steps(waits, SAID)] == [
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
        pytest.param("0", True, True, id="none"),
        pytest.param("12", True, True, id="a dozen"),
        pytest.param("0.5", False, True, id="a half"),
        pytest.param("0,5", False, True, id="a half with a comma"),
        pytest.param(".5", False, False, id="a half without its nought"),
        pytest.param("1.000,5", False, False, id="two marks"),
        pytest.param("-1", False, False, id="less than none"),
        pytest.param("1e3", False, False, id="an exponent"),
        pytest.param("٣", False, False, id="a digit of another script"),
        pytest.param("²", False, False, id="a raised digit"),
        pytest.param("a few", False, False, id="words"),
        pytest.param("9" * 9, True, False, id="as many as can be people"),
        pytest.param("9" * 10, False, False, id="more than can be"),
        pytest.param("", False, False, id="nothing"),
    ],
)
def test_number_takes_plain_digits_only(small, text, whole, number):
    todo = {step.id: step for step in steps(small, SAID)}
    assert todo["profile.headcount"].accepts(text) == whole
    assert todo["available.analyst"].accepts(text) == number


@given(text=st.from_regex("[0-9]{1,7}([.,][0-9]{1,4})?", fullmatch=True))
@example(text="999999.9")
@example(text="999999999")
@pytest.mark.parametrize("id_", ["profile.headcount", "available.analyst"])
def test_accepted_number_is_read_back_unchanged(small, id_, text):
    step = next(step for step in steps(small, SAID) if step.id == id_)
    assume(step.accepts(text))
    sheet = apply_reply(SAID, step, text)
    assert read(dump(sheet, small).encode(), "", small) == sheet
