import pytest
from hypothesis import assume, example, given, strategies as st

from mlready.answers import Answer, Sheet, empty
from mlready.answers_file import dump, read
from mlready.interview import answered
from mlready.steps import steps

SAID = Sheet(
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
        pytest.param(Answer(2), "COL-01 Recorded: By hand.", id="a level"),
        pytest.param(
            Answer(2, note="Ana"), "COL-01 Recorded: By hand. (note)", id="a note too"
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
def test_the_row_of_a_question_says_what_was_answered(small, answer, row):
    sheet = empty(small)._replace(answers={"COL-01": answer})
    assert [step.row() for step in steps(small, sheet) if step.id == "COL-01"] == [row]


def test_the_rows_of_the_profile_say_what_was_said_in_words(small):
    rows = [step.row() for step in steps(small, SAID) if not step.question]
    assert rows == [
        "Project name: Churn",
        "Project slice: not answered",
        "People: 12",
        "Model: We buy it",
        "Readers: not answered",
        "Free for it: analyst: 0.5",
    ]


@given(text=st.from_regex(r"\d{1,7}([.,]\d{1,4})?", fullmatch=True))
@example(text="٣")
@example(text="999999.9")
@pytest.mark.parametrize("id_", ["profile.headcount", "available.analyst"])
def test_whatever_a_number_takes_can_be_saved_and_comes_back(small, id_, text):
    step = next(step for step in steps(small, SAID) if step.id == id_)
    assume(step.takes(text))
    sheet = answered(SAID, step, text)
    assert read(dump(sheet, small).encode(), "", small) == sheet
