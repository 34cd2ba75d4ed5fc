from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given, strategies as st

from mlready.assessment.scoring import (
    LevelChange,
    Score,
    fewest_steps_to_hold,
    layer_scores,
    score,
    weights,
)
from mlready.model.answers import Answer, AssessmentInput, assessment_input
from tests.towers import WHOLE, make_question, make_sheet, surveyed, tower


def whole(details: Sequence[int | Answer], whole: int | Answer) -> AssessmentInput:
    """Return a pyramid of one layer, with a question about it as a whole."""
    questionnaire, sheet = tower([[*details]])
    first, *rest = questionnaire.sections
    id_ = f"{first.id}{WHOLE}"
    asked = first._replace(questions=(*first.questions, make_question(id_)))
    said = whole if isinstance(whole, Answer) else Answer(level=whole)
    return assessment_input(
        questionnaire._replace(sections=(asked, *rest)),
        sheet._replace(answers={**sheet.answers, id_: said}),
    )


def levels(*given: int) -> list[Answer]:
    return [Answer(level=level) for level in given]


UNKNOWN = Answer(unknown=True)
NOT_REACHED = Answer()
NOTED = Answer(note="we will see")
SET_ASIDE = Answer(na="all our own")


@pytest.mark.parametrize(
    ("answers", "low", "high"),
    [
        pytest.param(levels(1, 2, 3), 2.0, 2.0, id="the plain mean of what is known"),
        pytest.param(
            [*levels(2, 2), UNKNOWN], 4 / 3, 8 / 3, id="unknown counts as 0 and as 4"
        ),
        pytest.param(
            [*levels(2, 2), NOT_REACHED], 4 / 3, 8 / 3, id="silence counts like unknown"
        ),
        pytest.param([*levels(2, 2), NOTED], 4 / 3, 8 / 3, id="a note is no answer"),
        pytest.param(
            [*levels(2, 3), SET_ASIDE],
            2.5,
            2.5,
            id="what does not apply leaves the mean",
        ),
        pytest.param(
            [UNKNOWN, UNKNOWN], 0.0, 4.0, id="nothing known is the whole range"
        ),
    ],
)
def test_a_score_is_the_mean_with_an_interval(answers, low, high):
    questions = [make_question(f"COL-{n:02}") for n in range(len(answers))]
    said = dict(zip((q.id for q in questions), answers, strict=True))

    found = score(questions, make_sheet(answers=said), whole_layer_weight=0.5)

    assert [found.low, found.high] == pytest.approx([low, high])


def test_every_question_of_a_score_can_be_followed():
    questions = [make_question(f"COL-{n:02}") for n in range(4)]
    said = {"COL-00": Answer(level=3), "COL-01": UNKNOWN, "COL-02": SET_ASIDE}

    found = score(questions, make_sheet(answers=said), whole_layer_weight=0.5)

    assert found == Score(
        1.0, 3.666666667, ("COL-00",), ("COL-01", "COL-03"), ("COL-02",)
    )


@pytest.mark.parametrize(
    ("details", "whole", "low", "high"),
    [
        pytest.param(
            [1, 1, 4], 3, 2.5, 2.5, id="the whole counts as much as all details"
        ),
        pytest.param([1, 1, 4], UNKNOWN, 1.0, 3.0, id="the whole is not known"),
        pytest.param([1, UNKNOWN], 3, 1.75, 2.75, id="a detail is not known"),
        pytest.param([1, 1, 4], SET_ASIDE, 2.0, 2.0, id="the whole does not apply"),
        pytest.param([SET_ASIDE], 3, 3.0, 3.0, id="no detail applies"),
    ],
)
def test_half_of_a_score_is_the_layer_as_a_whole(details, whole, low, high):
    levels = [each if isinstance(each, Answer) else Answer(each) for each in details]
    said = {f"COL-{n:02}": answer for n, answer in enumerate(levels)}
    said[f"COL{WHOLE}"] = whole if isinstance(whole, Answer) else Answer(whole)
    questions = [make_question(id_) for id_ in said]

    found = score(questions, make_sheet(answers=said), whole_layer_weight=0.5)

    assert [found.low, found.high] == pytest.approx([low, high])


def test_a_layer_is_scored_with_the_question_about_it_as_a_whole():
    (found,) = layer_scores(whole([1, 1, 4], UNKNOWN))

    assert (found.own.low, found.own.high) == (1.0, 3.0)


@pytest.mark.parametrize(
    ("details", "whole", "weight"),
    [
        pytest.param([3], [0, 1], 0.4, id="2 is 1.9999999999999998 in binary"),
        pytest.param([3, 3, 3], [1, 0], 0.4, id="the same from more answers"),
        pytest.param([2, 3, 3, 3, 3, 2, 2, 2, 3], [1, 0, 0], 0.25, id="thirds, ninths"),
        pytest.param([2], [2], 0.33, id="twice the same"),
    ],
)
def test_score_of_exactly_2_has_no_binary_noise(details, whole, weight):
    answers = {
        **{f"COL-{n:02}": Answer(level) for n, level in enumerate(details)},
        **{f"DEV-{n:02}": Answer(level) for n, level in enumerate(whole)},
    }
    questions = [
        make_question(id_)._replace(overall=id_.startswith("DEV")) for id_ in answers
    ]

    assert score(questions, make_sheet(answers), weight).low == 2.0


def test_layer_scored_like_the_one_below_is_supported_in_full():
    inputs = surveyed([[1, 1, 2, 1], [0, 0, 1, 2]])
    questions = [q._replace(overall=q.id.endswith("03")) for q in inputs.questions]
    lower, upper = layer_scores(inputs._replace(questions=tuple(questions)))

    assert (lower.own.low, upper.own.low) == (1.166666667, 1.166666667)
    assert upper.unsupported == 0


def test_nothing_to_score_is_not_known():
    found = score([], make_sheet(answers={}), whole_layer_weight=0.5)

    assert (found, found.known) == (Score(0.0, 0.0, (), (), ()), False)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(
            ["00", "01", "99"], {"00": 0.35, "01": 0.35, "99": 0.3}, id="both"
        ),
        pytest.param(["00", "01"], {"00": 0.5, "01": 0.5}, id="details"),
        pytest.param(["99"], {"99": 1.0}, id="the whole"),
    ],
)
def test_by_how_much_an_answer_raises_a_score(asked, expected):
    found = weights([make_question(f"COL-{n}") for n in asked], whole_layer_weight=0.3)

    assert found == pytest.approx({f"COL-{n}": each for n, each in expected.items()})


@pytest.mark.parametrize(
    ("details", "as_a_whole", "way"),
    [
        pytest.param([2, 2], 2, [], id="it holds"),
        pytest.param([1, 1], 1, ["-99 from 1 to 2", "-00 from 1 to 2",
            "-01 from 1 to 2"], id="the weightiest first, and as many as it takes"),
        pytest.param([0, 4], 1, ["-99 from 1 to 2"], id="and no more than it takes"),
        pytest.param([1, 0, 4], 2, ["-01 from 0 to 1"], id="of equal ones the lowest"),
        pytest.param([0, 0], 2, ["-00 from 0 to 2", "-01 from 0 to 2"],
            id="nothing rises above the bar while another is below"),
        pytest.param([UNKNOWN, 2], 2, ["-00 from 0 to 2"], id="what is open is 0"),
        pytest.param([SET_ASIDE, 1], 2, ["-01 from 1 to 2"],
            id="what does not apply is left alone"),
        pytest.param([0, 3], SET_ASIDE, ["-00 from 0 to 1"],
            id="as a whole it does not apply"),
    ],
)  # fmt: skip
def test_the_fewest_steps_to_hold_to_a_layer_that_holds(details, as_a_whole, way):
    team = whole(details, as_a_whole)
    found = fewest_steps_to_hold(team, team.questionnaire.layers[0])

    assert sorted(
        f"{each.question.id[3:]} from {each.level} to {each.to}" for each in found
    ) == sorted(way)


@pytest.mark.parametrize(
    ("order", "beside", "carried"),
    [
        pytest.param("aaa bbb ddd eee", 4, [3, 2, 2, 4], id="firm, after the pyramid"),
        pytest.param("aaa bbb eee ddd", 4, [3, 2, 4, 2], id="firm, between its layers"),
        pytest.param("aaa eee bbb ddd", 1, [3, 1, 2, 2], id="weak, between its layers"),
        pytest.param("eee aaa bbb ddd", 1, [1, 3, 2, 2], id="weak, before it"),
    ],
)
def test_what_stands_beside_neither_carries_nor_is_carried(order, beside, carried):
    team = surveyed([3, 2, 0, 4, beside])
    layers = {layer.id: layer for layer in team.questionnaire.layers}
    asked = team.questionnaire._replace(
        layers=tuple(layers[id_] for id_ in order.split())
    )
    found = layer_scores(team._replace(questionnaire=asked))

    assert [each.layer.id for each in found] == order.split()
    assert [each.supported for each in found] == carried


@pytest.mark.parametrize(
    ("own", "carried", "stilts"),
    [
        pytest.param([3, 3, 3], [3, 3, 3], [0, 0, 0], id="a firm tower"),
        pytest.param(
            [1, 3, 2], [1, 1, 1], [0, 2, 1], id="a weak foundation carries little"
        ),
        pytest.param([4, 1, 3], [4, 1, 1], [0, 0, 2], id="only layers beneath carry"),
        pytest.param([0, 4, 4], [0, 0, 0], [0, 4, 4], id="nothing carries anything"),
    ],
)
def test_no_layer_is_more_solid_than_what_carries_it(own, carried, stilts):
    found = layer_scores(surveyed(own))

    assert [each.supported for each in found] == carried
    assert [each.unsupported for each in found] == stilts


def test_a_layer_nothing_applies_to_is_left_out():
    questionnaire, sheet = tower([3, 3, 3])
    said = {
        id_: Answer(na="not here") for id_ in sheet.answers if id_.startswith("BBB")
    }
    answers = {**sheet.answers, **said}
    found = layer_scores(
        assessment_input(questionnaire, sheet._replace(answers=answers))
    )

    assert [each.layer.id for each in found] == ["aaa", "ccc"]


known_levels = st.integers(0, 4).map(lambda level: Answer(level=level))
any_answers = st.one_of(
    known_levels, known_levels, st.sampled_from([UNKNOWN, Answer(), SET_ASIDE])
)


@given(
    details=st.lists(any_answers, min_size=1, max_size=3),
    whole=st.one_of(st.none(), known_levels, st.just(UNKNOWN)),
    holds=st.sampled_from([1.0, 1.5, 2.0, 2.5, 3.0, 4.0]),
)
def test_fewest_steps_to_hold_are_the_fewest_of_all_ways(details, whole, holds):
    inputs = one_layer(details, whole, holds)
    before = {
        id_: answer.level or 0
        for id_, answer in inputs.sheet.answers.items()
        if not answer.na
    }
    every = [
        dict(zip(before, after, strict=True))
        for after in product(*(range(level, 5) for level in before.values()))
    ]
    steps = [sum(after.values()) for after in every if fits(inputs, before, after)]
    found = {**before, **{each.question.id: each.to for each in steps_to_hold(inputs)}}

    assert not before or (
        fits(inputs, before, found) and sum(found.values()) == min(steps)
    )


def one_layer(
    details: Sequence[Answer], whole: Answer | None, holds: float
) -> AssessmentInput:
    """Return a team that was asked only about its lowest layer."""
    answers = {f"AAA-{n:02}": answer for n, answer in enumerate(details)}
    if whole:
        answers[f"AAA{WHOLE}"] = whole
    inputs = surveyed([3, 3, 3, 3])
    constants = inputs.questionnaire.constants._replace(holds=holds)
    return inputs._replace(
        questionnaire=inputs.questionnaire._replace(constants=constants),
        sheet=make_sheet(answers),
        questions=tuple(make_question(id_) for id_ in answers),
    )


def steps_to_hold(inputs: AssessmentInput) -> tuple[LevelChange, ...]:
    return fewest_steps_to_hold(inputs, inputs.questionnaire.layers[0])


def fits(
    inputs: AssessmentInput, before: Mapping[str, int], after: Mapping[str, int]
) -> bool:
    """Return whether the layer holds after these changes, without detours.

    A detour is a level above the threshold while another answer is below it.
    """
    holds = inputs.questionnaire.constants.holds
    sheet = make_sheet(
        {**inputs.sheet.answers, **{id_: Answer(to) for id_, to in after.items()}}
    )
    some_below = any(level < holds for level in after.values())
    some_above = any(to > before[id_] and to - 1 >= holds for id_, to in after.items())
    enough = score(inputs.questions, sheet, whole_layer_weight=0.5).low >= holds
    return enough and not (some_below and some_above)
