"""Finding steps of an interview by a part of their name, or by their number."""

import pytest

from mlready.interview.step_search import found
from mlready.interview.steps import steps
from mlready.model.answers import Answer, AnswerSheet

SHEET = AnswerSheet("small", 1, name="Caf\u00e9", answers={"COL-01": Answer(3)})


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        pytest.param("mov", ["MOV-01"], id="part of an id"),
        pytest.param("col1", ["COL-01"], id="id without hyphen and zero"),
        pytest.param("Kept", ["COL-02"], id="topic"),
        pytest.param("6", ["COL-01"], id="number"),
        pytest.param("cafe", ["project.name"], id="answer, without its accent"),
        pytest.param(
            "rec", ["COL-01"], id="the beginning of a topic before other parts"
        ),
        pytest.param("arrive place", ["MOV-01"], id="words of the question"),
        pytest.param("where the mod", ["profile.approach"], id="words of a fact"),
        pytest.param("nowhere", [], id="nothing"),
    ],
)
def test_steps_are_found_by_a_part_of_their_name_or_number(small, typed, ids):
    assert [step.id for step in found(steps(small, SHEET), typed)] == ids


def test_only_open_steps_are_found_if_wanted(small):
    ids = {step.id for step in found(steps(small, SHEET), "", only_open=True)}
    assert "COL-02" in ids
    assert not ids & {"COL-01", "project.name"}
