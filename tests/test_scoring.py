"""Scores of layers, and the fewest level changes that make a layer good enough."""

from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import example, given, strategies as st

from mlready.assessment.scoring import (
    LayerPart,
    LevelChange,
    Score,
    counted_questions,
    details_low,
    enough,
    fewest_steps_to_hold,
    layer_part,
    layer_scores,
    number_unasked,
    score,
    score_bounds,
    weights,
)
from mlready.model.answers import Answer, AssessmentInput, assessment_input
from mlready.model.questionnaire import Layer, Question
from tests.sample_questionnaires import (
    WHOLE,
    make_question,
    make_sheet,
    sample_inputs,
    sample_team,
)


def with_overall_question(
    details: Sequence[int | Answer], whole: int | Answer
) -> AssessmentInput:
    """Return a team that answered the details and overall question of one layer."""
    questionnaire, sheet = sample_team([[*details]])
    first, *rest = questionnaire.sections
    id_ = f"{first.id}{WHOLE}"
    asked = first._replace(questions=(*first.questions, make_question(id_)))
    answers = whole if isinstance(whole, Answer) else Answer(level=whole)
    return assessment_input(
        questionnaire._replace(sections=(asked, *rest)),
        sheet._replace(answers={**sheet.answers, id_: answers}),
    )


def score_of(
    questions: Sequence[Question],
    answers: Mapping[str, Answer],
    *,
    weight: float = 0.5,
    stakes: str = "live",
) -> Score:
    """Return the score of questions; the ``weight`` of overall questions is 0 to 1."""
    inputs = sample_inputs([3])
    constants = inputs.questionnaire.constants._replace(whole_layer_weight=weight)
    asked = inputs._replace(
        questionnaire=inputs.questionnaire._replace(constants=constants),
        sheet=make_sheet(answers=answers),
        facts={"stakes": stakes},
    )
    return score(asked, questions)


def levels(*given: int) -> list[Answer]:
    return [Answer(level=level) for level in given]


UNKNOWN = Answer(unknown=True)
NO_ANSWER = Answer()
NOTED = Answer(note="we will see")
NOT_APPLICABLE = Answer(na="all our own")


@pytest.mark.parametrize(
    ("answers", "low", "high"),
    [
        pytest.param(levels(1, 2, 3), 2.0, 2.0, id="the mean of known levels"),
        pytest.param(
            [*levels(2, 2), UNKNOWN], 4 / 3, 8 / 3, id="unknown counts as 0 and as 4"
        ),
        pytest.param(
            [*levels(2, 2), NO_ANSWER], 4 / 3, 8 / 3, id="no answer counts like unknown"
        ),
        pytest.param(
            [*levels(2, 2), NOTED], 4 / 3, 8 / 3, id="a note counts like unknown"
        ),
        pytest.param(
            [*levels(2, 3), NOT_APPLICABLE],
            2.5,
            2.5,
            id="not applicable does not count",
        ),
        pytest.param([UNKNOWN, UNKNOWN], 0.0, 4.0, id="all unknown: from 0 to 4"),
    ],
)
def test_score_bounds_count_open_questions_as_level_0_and_as_level_4(
    answers, low, high
):
    questions = [make_question(f"COL-{n:02}") for n in range(len(answers))]
    answers = dict(zip((q.id for q in questions), answers, strict=True))

    found = score_of(questions, answers)

    assert [found.low, found.high] == pytest.approx([low, high])


def test_score_records_which_questions_are_answered_or_open_or_inapplicable():
    questions = [make_question(f"COL-{n:02}") for n in range(4)]
    answers = {"COL-00": Answer(level=3), "COL-01": UNKNOWN, "COL-02": NOT_APPLICABLE}

    found = score_of(questions, answers)

    assert found == Score(
        1.0, 3.666666667, ("COL-00",), ("COL-01", "COL-03"), ("COL-02",)
    )


@pytest.mark.parametrize(
    ("details", "whole", "low", "high"),
    [
        pytest.param(
            [1, 1, 4],
            3,
            2.5,
            2.5,
            id="the whole-layer answer counts as much as all details",
        ),
        pytest.param(
            [1, 1, 4], UNKNOWN, 0.9, 2.9, id="the whole-layer answer is unknown"
        ),
        pytest.param([1, UNKNOWN], 2, 1.25, 2.25, id="a detail is unknown"),
        pytest.param([0, 1], 4, 1.4, 1.4, id="at most 0.9 above the details"),
        pytest.param([4, 4], 0, 0.9, 0.9, id="at most 0.9 above the whole"),
        pytest.param([0, UNKNOWN], 4, 0.9, 2.9, id="both bounds are limited"),
        pytest.param(
            [1, 1, 4],
            NOT_APPLICABLE,
            2.0,
            2.0,
            id="the question on the whole layer does not apply",
        ),
        pytest.param([NOT_APPLICABLE], 3, 3.0, 3.0, id="no detail applies"),
    ],
)
def test_overall_question_counts_with_its_weight_in_the_layer_score(
    details, whole, low, high
):
    levels = [each if isinstance(each, Answer) else Answer(each) for each in details]
    answers = {f"COL-{n:02}": answer for n, answer in enumerate(levels)}
    answers[f"COL{WHOLE}"] = whole if isinstance(whole, Answer) else Answer(whole)
    questions = [make_question(id_) for id_ in answers]

    found = score_of(questions, answers)

    assert [found.low, found.high] == pytest.approx([low, high])


@pytest.mark.parametrize(
    ("details", "whole", "weight", "expected"),
    [
        pytest.param([4, 4], 0, 0, 4, id="all weight on the details"),
        pytest.param([0, 0], 4, 1, 4, id="all weight on the whole layer"),
        pytest.param([], 3, 0, 3, id="all weight on the details, but there are none"),
    ],
)
def test_weight_0_removes_details_or_the_overall_question_from_the_score(
    details, whole, weight, expected
):
    answers = {f"COL-{n:02}": Answer(level) for n, level in enumerate(details)}
    answers[f"COL{WHOLE}"] = Answer(whole)
    questions = [make_question(id_) for id_ in answers]

    assert score_of(questions, answers, weight=weight).low == expected


@pytest.mark.parametrize(
    ("enough", "counted"),
    [
        pytest.param(0, [2, 2.5, 3, 3.5, 4], id="0 is enough"),
        pytest.param(1, [0, 2, 8 / 3, 10 / 3, 4], id="1 is enough"),
        pytest.param(2, [0, 1, 2, 3, 4], id="2 is enough"),
        pytest.param(3, [0, 2 / 3, 4 / 3, 2, 4], id="3 is enough"),
    ],
)
@pytest.mark.parametrize("id_", ["COL-00", f"COL{WHOLE}"], ids=["detail", "whole"])
def test_level_declared_as_enough_gives_a_score_that_is_just_good_enough(
    enough, counted, id_
):
    question = make_question(id_)._replace(enough={"live": enough})
    scores = [score_of([question], {id_: Answer(level)}) for level in range(5)]

    assert [each.low for each in scores] == pytest.approx(counted)


def test_score_of_an_answer_is_higher_if_the_fact_stakes_makes_a_lower_level_enough():
    question = make_question("COL-00")._replace(enough={"exploratory": 1, "live": 3})
    found = [
        score_of([question], {"COL-00": Answer(1)}, stakes=stakes).low
        for stakes in ("exploratory", "live", "high_stakes")
    ]

    assert found == pytest.approx([2, 2 / 3, 1])


@pytest.mark.parametrize("enough", range(4))
def test_score_bounds_of_an_unknown_answer_are_the_scores_of_levels_0_and_4(enough):
    question = make_question("COL-00")._replace(enough={"live": enough})
    low, unknown, high = (
        score_of([question], {"COL-00": answer})
        for answer in (Answer(0), UNKNOWN, Answer(4))
    )

    assert (unknown.low, unknown.high) == (low.low, high.high)


def test_score_of_a_layer_is_higher_if_a_lower_level_is_enough_for_what_is_at_stake():
    bars = {"exploratory": 1, "live": 3}
    inputs = one_layer([Answer(1)], None)
    (question,) = inputs.questions
    question = question._replace(enough=bars)
    teams = [
        inputs._replace(questions=(question,), facts={"stakes": stakes})
        for stakes in ("exploratory", "live", "high_stakes")
    ]

    assert [layer_scores(team)[0].own.low for team in teams] == pytest.approx(
        [2, 2 / 3, 1]
    )
    assert [enough(team, question) for team in teams] == [1, 3, 2]


@pytest.mark.parametrize(("to", "raised"), [(2, True), (0, False)])
def test_level_change_is_a_raise_only_if_the_new_level_is_higher(to, raised):
    assert LevelChange(make_question("COL-00"), 1, to).raised is raised


def test_raising_the_sum_of_levels_adds_the_same_amount_to_lower_and_upper_bound():
    before = LayerPart(low=2.0, high=6.0, number=3)

    assert before.raised(1.5) == LayerPart(3.5, 7.5, 3)


def test_layer_score_includes_the_overall_question():
    (found,) = layer_scores(with_overall_question([1, 1, 4], UNKNOWN))

    assert (found.own.low, found.own.high) == (0.9, 2.9)


@pytest.mark.parametrize(
    ("details", "whole", "weight"),
    [
        pytest.param(
            [0, 0, 0, 2, 3, 3, 3], [3], 0.3, id="2 computed as 1.9999999999999998"
        ),
        pytest.param([2], [2], 0.33, id="equal levels"),
        pytest.param([2], [1, 3], 0.5, id="two questions on the whole layer"),
    ],
)
def test_score_of_exactly_2_has_no_rounding_error(details, whole, weight):
    answers = {
        **{f"COL-{n:02}": Answer(level) for n, level in enumerate(details)},
        **{f"DEV-{n:02}": Answer(level) for n, level in enumerate(whole)},
    }
    questions = [
        make_question(id_)._replace(overall=id_.startswith("DEV")) for id_ in answers
    ]

    assert score_of(questions, answers, weight=weight).low == 2.0


def test_equal_scores_of_two_layers_differ_by_exactly_0_despite_rounding():
    inputs = sample_inputs([[1, 1, 2, 1], [0, 0, 1, 2]])
    questions = [q._replace(overall=q.id.endswith("03")) for q in inputs.questions]
    lower, upper = layer_scores(inputs._replace(questions=tuple(questions)))

    assert (lower.own.low, upper.own.low) == (1.166666667, 1.166666667)
    assert upper.unsupported == 0


def test_score_without_any_question_has_bounds_of_0_and_is_marked_as_not_known():
    found = score_of([], {})

    assert (found, found.known) == (Score(0.0, 0.0, (), (), ()), False)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(
            ["00", "01", "99"],
            {"00": 0.35, "01": 0.35, "99": 0.3},
            id="details and the whole layer",
        ),
        pytest.param(["00", "01"], {"00": 0.5, "01": 0.5}, id="details only"),
        pytest.param(["99"], {"99": 1.0}, id="the whole layer only"),
    ],
)
def test_weight_of_a_question_is_its_share_in_the_layer_score(asked, expected):
    found = weights([make_question(f"COL-{n}") for n in asked], whole_layer_weight=0.3)

    assert found == pytest.approx({f"COL-{n}": each for n, each in expected.items()})


@pytest.mark.parametrize(
    ("details", "whole_layer", "steps"),
    [
        pytest.param([2, 2], 2, [], id="already at the threshold"),
        pytest.param([1, 1], 1, ["-99 from 1 to 2", "-00 from 1 to 2",
            "-01 from 1 to 2"], id="the greatest weight first, up to the threshold"),
        pytest.param([0, 4], 1, ["-99 from 1 to 2"], id="no more than needed"),
        pytest.param([1, 0, 4], 2, ["-01 from 0 to 1"], id="equal weights: the lowest"),
        pytest.param([0, 0], 2, ["-00 from 0 to 2", "-01 from 0 to 2"],
            id="none above the threshold while one is below"),
        pytest.param([UNKNOWN, 2], 2, ["-00 from 0 to 2"], id="unknown counts as 0"),
        pytest.param([NOT_APPLICABLE, 1], 2, ["-01 from 1 to 2"],
            id="no step if not applicable"),
        pytest.param([0, 3], NOT_APPLICABLE, ["-00 from 0 to 1"],
            id="the whole-layer question does not apply"),
        pytest.param([NOT_APPLICABLE], NOT_APPLICABLE, [], id="no question applies"),
    ],
)  # fmt: skip
def test_suggested_level_changes_are_the_fewest_that_make_a_layer_good_enough(
    details, whole_layer, steps
):
    team = with_overall_question(details, whole_layer)
    found = fewest_steps_to_hold(team, team.questionnaire.layers[0])

    assert sorted(
        f"{each.question.id[3:]} from {each.level} to {each.to}" for each in found
    ) == sorted(steps)


@pytest.mark.parametrize(
    ("order", "beside", "supported"),
    [
        pytest.param(
            "aaa bbb ddd eee",
            4,
            [3, 2, 2, 4],
            id="high score, listed after the pyramid",
        ),
        pytest.param(
            "aaa bbb eee ddd",
            4,
            [3, 2, 4, 2],
            id="high score, listed within the pyramid",
        ),
        pytest.param(
            "aaa eee bbb ddd",
            1,
            [3, 1, 2, 2],
            id="low score, listed within the pyramid",
        ),
        pytest.param(
            "eee aaa bbb ddd",
            1,
            [1, 3, 2, 2],
            id="low score, listed before the pyramid",
        ),
    ],
)
def test_layer_beside_the_pyramid_does_not_limit_the_scores_of_other_layers(
    order, beside, supported
):
    team = sample_inputs([3, 2, 0, 4, beside])
    layers = {layer.id: layer for layer in team.questionnaire.layers}
    asked = team.questionnaire._replace(
        layers=tuple(layers[id_] for id_ in order.split())
    )
    found = layer_scores(team._replace(questionnaire=asked))

    assert [each.layer.id for each in found] == order.split()
    assert [each.supported for each in found] == supported


@pytest.mark.parametrize(
    ("own", "supported", "unsupported"),
    [
        pytest.param([3, 3, 3], [3, 3, 3], [0, 0, 0], id="equal layers"),
        pytest.param([1, 3, 2], [1, 1, 1], [0, 2, 1], id="a weak lowest layer"),
        pytest.param([4, 1, 3], [4, 1, 1], [0, 0, 2], id="only lower layers count"),
        pytest.param([0, 4, 4], [0, 0, 0], [0, 4, 4], id="the lowest layer at 0"),
    ],
)
def test_score_limited_by_lower_layers_is_the_least_score_of_the_layer_and_those_below(
    own, supported, unsupported
):
    found = layer_scores(sample_inputs(own))

    assert [each.supported for each in found] == supported
    assert [each.unsupported for each in found] == unsupported


def test_layer_without_applicable_questions_gets_no_score():
    questionnaire, sheet = sample_team([3, 3, 3])
    answers = {
        id_: Answer(na="not here") for id_ in sheet.answers if id_.startswith("BBB")
    }
    answers = {**sheet.answers, **answers}
    found = layer_scores(
        assessment_input(questionnaire, sheet._replace(answers=answers))
    )

    assert [each.layer.id for each in found] == ["aaa", "ccc"]


known_levels = st.integers(0, 4).map(lambda level: Answer(level=level))
any_answers = st.one_of(
    known_levels, known_levels, st.sampled_from([UNKNOWN, Answer(), NOT_APPLICABLE])
)


@given(
    details=st.lists(any_answers, min_size=1, max_size=3),
    whole=st.one_of(st.none(), known_levels, st.just(UNKNOWN)),
    holds=st.sampled_from([1.0, 1.5, 2.0, 2.5, 3.0, 4.0]),
    bars=st.lists(st.none() | st.integers(0, 3), min_size=3, max_size=3),
    weight=st.sampled_from([0.3, 0.5]),
    unasked=st.integers(0, 2),
)
@example(levels(0, 2), Answer(1), 1.5, [1, None], 0.3, 0).via("only a detail to raise")
def test_exhaustive_search_confirms_fewest_level_changes_to_make_a_layer_good_enough(
    details, whole, holds, bars, weight, unasked
):
    inputs = one_layer(
        details, whole, holds=holds, weight=weight, bars=bars, unasked=unasked
    )
    before = {
        question.id: inputs.sheet.answer(question.id).level or 0
        for question in counted_questions(inputs, lowest_layer(inputs))
    }
    all_ways = [
        dict(zip(before, after, strict=True))
        for after in product(*(range(level, 5) for level in before.values()))
    ]
    steps = [
        sum(after.values())
        for after in all_ways
        if makes_layer_good_enough(inputs, before, after)
    ]
    found = {**before, **{each.question.id: each.to for each in steps_to_hold(inputs)}}

    assert not before or (
        makes_layer_good_enough(inputs, before, found)
        and sum(found.values()) == min(steps)
    )


def one_layer(
    details: Sequence[Answer],
    whole: Answer | None,
    *,
    holds: float = 2.0,
    weight: float = 0.5,
    bars: Sequence[int | None] = (None,) * 9,
    unasked: int = 0,
) -> AssessmentInput:
    """Return a team to which only questions on the lowest layer of the pyramid apply.

    Args:
        details: the answers to the details that were asked.
        whole: the answer to the overall question, None if it was not asked.
        holds: the lowest score that is good enough.
        weight: the weight of the overall question, 0 to 1.
        bars: the level that is enough for each detail, None for the default.
        unasked: the number of details that apply but were not asked.
    """
    answers = {f"AAA-{n:02}": answer for n, answer in enumerate(details)}
    if whole:
        answers[f"AAA{WHOLE}"] = whole
    inputs = sample_inputs([3, 3, 3, 3])
    constants = inputs.questionnaire.constants._replace(
        holds=holds, whole_layer_weight=weight
    )
    return inputs._replace(
        questionnaire=inputs.questionnaire._replace(constants=constants),
        sheet=make_sheet(answers),
        questions=tuple(
            make_question(id_)._replace(enough={} if bar is None else {"live": bar})
            for id_, bar in zip(answers, [*bars[: len(details)], None], strict=False)
        ),
        unasked=tuple(make_question(f"AAA-5{n}") for n in range(unasked)),
    )


def lowest_layer(inputs: AssessmentInput) -> Layer:
    return inputs.questionnaire.layers[0]


@given(
    details=st.lists(any_answers, max_size=3),
    whole=st.one_of(known_levels, st.just(UNKNOWN)),
    unasked=st.integers(0, 3),
    weight=st.sampled_from([0.0, 0.25, 0.5, 1.0]),
)
def test_unasked_details_count_like_the_answer_to_the_overall_question(
    details, whole, unasked, weight
):
    asked = one_layer([*details, *[whole] * unasked], whole, weight=weight)
    not_asked = one_layer(details, whole, weight=weight, unasked=unasked)
    answered, guessed = score_and_weights(asked), score_and_weights(not_asked)

    assert guessed[:-1] == answered[:-1]
    for id_, share in guessed[-1].items():
        counted = unasked if id_.endswith(WHOLE) else 0
        like_whole = [
            answered[-1][f"AAA-{len(details) + n:02}"] for n in range(counted)
        ]
        assert share == pytest.approx(answered[-1][id_] + sum(like_whole))


@pytest.mark.parametrize(
    ("details", "whole", "unasked", "mean"),
    [
        pytest.param([*levels(1, 1, 4)], Answer(0), 0, 2, id="all were asked"),
        pytest.param([*levels(1, 1, 4), UNKNOWN], Answer(0), 0, 1.5, id="one is open"),
        pytest.param([*levels(2, 2)], Answer(4), 2, 3, id="two were not asked"),
        pytest.param([*levels(2, 2)], None, 2, 2, id="no question on the whole layer"),
        pytest.param([], Answer(4), 0, 0, id="there are no details"),
    ],
)
def test_mean_counts_open_details_as_0_and_unasked_details_as_the_overall_answer(
    details, whole, unasked, mean
):
    inputs = one_layer(details, whole, unasked=unasked)

    assert details_low(inputs, lowest_layer(inputs)) == mean


def score_and_weights(
    inputs: AssessmentInput,
) -> tuple[float, float, float, dict[str, float]]:
    """Return four results of scoring the lowest layer of the pyramid.

    The results are the lower bound of the score, the upper bound of the score, the
    lower bound of the mean of the details, and the weight of each question by id.
    """
    layer, (found,) = lowest_layer(inputs), layer_scores(inputs)
    weight = inputs.questionnaire.constants.whole_layer_weight
    counted, unasked = counted_questions(inputs, layer), number_unasked(inputs, layer)
    whole, details = (
        layer_part(inputs, [q for q in counted if q.overall is kind])
        for kind in (True, False)
    )
    assert score_bounds(whole, details, unasked, weight) == found.own[:2]
    shares = weights(counted, weight, unasked)
    return found.own.low, found.own.high, details_low(inputs, layer), shares


def steps_to_hold(inputs: AssessmentInput) -> tuple[LevelChange, ...]:
    return fewest_steps_to_hold(inputs, lowest_layer(inputs))


def makes_layer_good_enough(
    inputs: AssessmentInput, before: Mapping[str, int], after: Mapping[str, int]
) -> bool:
    holds = inputs.questionnaire.constants.holds
    bars = {question.id: enough(inputs, question) for question in inputs.questions}
    sheet = make_sheet(
        {**inputs.sheet.answers, **{id_: Answer(to) for id_, to in after.items()}}
    )
    # No level may be raised beyond the level that is enough for its question.
    above = any(to > before[id_] and to - 1 >= bars[id_] for id_, to in after.items())
    unasked = number_unasked(inputs, lowest_layer(inputs))
    raised = score(inputs._replace(sheet=sheet), inputs.questions, unasked)
    return not above and raised.low >= holds
