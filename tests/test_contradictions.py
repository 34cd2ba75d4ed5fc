"""Layers whose details contradict the answer on the layer as a whole."""

from collections.abc import Sequence
from itertools import product

import pytest

from mlready.assessment.assess import assess
from mlready.assessment.contradictions import (
    HoldingScore,
    layer_contradiction,
    layer_contradictions,
)
from mlready.assessment.diagnosis import diagnose
from mlready.model.answers import (
    Answer,
    AssessmentInput,
    assessment_input,
    is_supported,
)
from mlready.report.json_export import as_data
from mlready.report.markdown import markdown
from mlready.report.options import Reader
from tests.sample_questionnaires import WHOLE, Level, make_question, sample_team
from tests.samples import KICKOFF, example

UNKNOWN = Answer(unknown=True)
NOT_APPLICABLE = Answer(na="not here")


def team_with_lowest_layer(details: Sequence[Level], whole: Level) -> AssessmentInput:
    """Return a team with given answers in the bottom layer of the pyramid.

    ``details`` answers the details of this layer, and ``whole`` the question on the
    layer as a whole.
    """
    questionnaire, sheet = sample_team([[*details, whole], 3])
    first, *rest = questionnaire.sections
    *asked, last = first.questions
    asked.append(make_question(f"AAA{WHOLE}"))
    answers = {**sheet.answers, f"AAA{WHOLE}": sheet.answers[last.id]}
    return assessment_input(
        questionnaire._replace(
            sections=(first._replace(questions=tuple(asked)), *rest)
        ),
        sheet._replace(answers=answers),
    )


@pytest.mark.parametrize(
    ("details", "whole", "fine"),
    [
        pytest.param([1, 1], 2, "whole", id="details one level too low"),
        pytest.param([0, 2], 4, "whole", id="mean of the details one level too low"),
        pytest.param([1, 2], 4, None, id="details half a level too low"),
        pytest.param([2, 3], 1, "details", id="whole-layer answer one level too low"),
        pytest.param([1, 1], 1, None, id="both scores are too low"),
        pytest.param([3, 3], 3, None, id="both scores are good enough"),
        pytest.param([0, 0, UNKNOWN], 3, None, id="an open detail could be at level 4"),
        pytest.param(
            [0, 0, 0, UNKNOWN],
            3,
            "whole",
            id="contradiction remains with the open detail at level 4",
        ),
        pytest.param([0, 0], UNKNOWN, None, id="whole-layer answer is open"),
        pytest.param([NOT_APPLICABLE], 3, None, id="no detail applies"),
        pytest.param([0, 0], NOT_APPLICABLE, None, id="no question on the whole layer"),
    ],
)
def test_good_details_contradict_an_overall_answer_one_level_too_low_and_vice_versa(
    details, whole, fine
):
    inputs = team_with_lowest_layer(details, whole)
    found = layer_contradiction(inputs, inputs.questionnaire.layers[0])

    assert (found.holding if found else None) == fine


def test_layer_with_contradictory_answers_is_never_good_enough():
    levels = range(5)
    for first, second, whole in product(levels, levels, levels):
        inputs = team_with_lowest_layer([first, second], whole)
        lowest = inputs.questionnaire.layers[0]
        if layer_contradiction(inputs, lowest):
            assert lowest in diagnose(inputs).failing_layers


def test_contradiction_names_the_overall_question_and_the_low_details():
    inputs = team_with_lowest_layer([1, 2, 0, 0], 3)
    (found,) = layer_contradictions(inputs)

    assert found.holding is HoldingScore.WHOLE
    assert [(gap.question.id, gap.level) for gap in found.because] == [
        ("AAA-99", 3),
        ("AAA-02", 0),
        ("AAA-03", 0),
        ("AAA-00", 1),
    ]


def test_details_at_a_level_that_is_enough_do_not_contradict_the_overall_answer():
    inputs = team_with_lowest_layer([1, 1], 3)
    questions = [
        each if each.overall else each._replace(enough={"live": 1})
        for each in inputs.questions
    ]

    assert layer_contradictions(inputs._replace(questions=tuple(questions))) == ()


def test_layer_with_contradictory_answers_is_listed_in_team_report_and_json():
    sheet = example("ready")
    answers = {
        id_: answer._replace(level=0)
        if id_.startswith("EXP") and id_ != "EXP-00"
        else answer
        for id_, answer in sheet.answers.items()
    }
    result = assess(KICKOFF, sheet._replace(answers=answers))
    (found,) = [
        each
        for each in as_data(result)["contradictions"]
        if each["id"] == "explore_whole_called_fine"
    ]

    assert found["because"][0] == {"fact": "EXP-00", "value": "3"}
    assert {each["value"] for each in found["because"][1:]} == {"0"}
    report = markdown(result, reader=Reader.TEAM)
    assert "- You called *Explore and transform* good enough" in report


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        pytest.param(Answer(level=3), False, id="a level without note or evidence"),
        pytest.param(Answer(level=3, note="seen on Monday"), True, id="a note"),
        pytest.param(Answer(level=3, evidence="the run book"), True, id="evidence"),
        pytest.param(Answer(level=3, note="Yes."), False, id="a note of one yes"),
        pytest.param(Answer(level=3, evidence="false"), False, id="evidence of one no"),
        pytest.param(
            Answer(level=3, note="yes", evidence="t.md"), True, id="yes, and evidence"
        ),
    ],
)
def test_answer_with_a_note_or_evidence_counts_as_supported(answer, shown):
    assert is_supported(answer) is shown
