"""The diagnosis of a team: layer to fix first, verdict, and blocking questions."""

import pytest
from hypothesis import given, strategies as st

from mlready.assessment.diagnosis import (
    Gap,
    RankedLayer,
    blocking_questions,
    causes,
    details_below,
    diagnose,
    mostly_low,
    thresholds_for,
)
from mlready.model.answers import Answer, AssessmentInput, assessment_input
from tests.sample_questionnaires import FACTS, Level, sample_inputs, sample_team

UNKNOWN = Answer(unknown=True)


@pytest.mark.parametrize(
    ("levels", "layer", "verdict"),
    [
        pytest.param([2, 2, 2], None, "ready", id="every layer at the threshold"),
        pytest.param([1, 3, 3], "aaa", "not_yet", id="the lowest layer fails"),
        pytest.param([3, 1, 3], "bbb", "not_yet", id="a middle layer fails"),
        pytest.param([1, 1, 3], "aaa", "not_yet", id="the lower of two equal layers"),
        pytest.param(
            [1, 0, 3], "bbb", "not_yet", id="a higher layer that is much weaker"
        ),
        pytest.param(
            [3, 3, 0], "ccc", "conditional", id="only a layer needed to go live fails"
        ),
        pytest.param(
            [2, 1, 0],
            "ccc",
            "not_yet",
            id="the layer needed to go live is the weakest of two",
        ),
    ],
)
def test_levels_of_answers_decide_the_verdict_and_the_layer_to_fix_first(
    levels, layer, verdict
):
    found = diagnose(sample_inputs(levels, live_only="ccc"))

    assert (
        found.priority_layer.id if found.priority_layer else None,
        found.verdict,
    ) == (layer, verdict)


@pytest.mark.parametrize(
    ("tilted", "layer"),
    [
        pytest.param(
            [[1, 1, 2, 1, 1], [1, 1, 1, 1, 2]],
            "aaa",
            id="equal scores: the lower layer",
        ),
        pytest.param(
            [[1, 1, 2, 1, 2], [1, 1, 1, 1, 2]],
            "bbb",
            id="one step higher and 0.2 weaker: the higher layer",
        ),
    ],
)
def test_higher_layer_is_fixed_first_only_if_its_score_is_clearly_lower(tilted, layer):
    first, *_ = diagnose(sample_inputs([*tilted, 3])).failing_layers

    assert first.id == layer


@pytest.mark.parametrize(
    ("named", "levels", "order"),
    [
        pytest.param(
            "nothing", [1.0, 1.5, 3], ["aaa", "bbb"], id="the team names no layer"
        ),
        pytest.param(
            "bbb",
            [1.0, 1.25, 3],
            ["bbb", "aaa"],
            id="the named layer leads within the tie margin",
        ),
        pytest.param(
            "bbb",
            [1.0, 1.5, 3],
            ["aaa", "bbb"],
            id="the named layer is outside the tie margin",
        ),
        pytest.param(
            "ccc", [1.0, 1.5, 3], ["aaa", "bbb"], id="the named layer is not failing"
        ),
    ],
)
def test_layer_named_as_obstacle_by_the_team_is_fixed_first_only_if_nearly_the_lowest(
    named, levels, order
):
    rows = [
        [int(points)] * 3 + [int(points) + int(points % 1 * 4)] for points in levels
    ]
    found = diagnose(sample_inputs(rows, profile={"stops": named}))

    assert [layer.id for layer in found.failing_layers] == order


def test_scores_that_differ_by_exactly_the_tolerated_margin_count_as_close():
    # Named layer: score 1.35 + tilt 0.15. Other layer: score 1 + tie margin 0.5.
    at_margin = [1] * 13 + [2] * 7
    found = diagnose(sample_inputs([1, at_margin, 3], profile={"stops": "bbb"}))

    assert [layer.id for layer in found.failing_layers] == ["bbb", "aaa"]


@pytest.mark.parametrize(
    ("named", "quarters", "verdict"),
    [
        pytest.param(
            "nothing", 6, "conditional", id="none is named, 0.5 below the threshold"
        ),
        pytest.param(
            "nothing", 5, "not_yet", id="none is named, 0.75 below the threshold"
        ),
        pytest.param("aaa", 7, "not_yet", id="the failing layer is named"),
        pytest.param(
            "bbb", 7, "conditional", id="another is named, 0.25 below the threshold"
        ),
        pytest.param(
            "bbb", 6, "conditional", id="another is named, 0.5 below the threshold"
        ),
        pytest.param(
            "bbb", 5, "not_yet", id="another is named, 0.75 below the threshold"
        ),
    ],
)
def test_slightly_low_layer_stops_modelling_only_if_the_team_names_it_as_obstacle(
    named, quarters, verdict
):
    row = [1] * (8 - quarters) + [2] * (quarters - 4)
    found = diagnose(sample_inputs([row, 3, 3], profile={"stops": named}))

    assert ([layer.id for layer in found.failing_layers], found.verdict) == (
        ["aaa"],
        verdict,
    )


@pytest.mark.parametrize(
    ("named", "level", "verdict"),
    [
        pytest.param("nothing", 0, "conditional", id="not named"),
        pytest.param("aaa", 0, "conditional", id="another is named"),
        pytest.param("eee", 0, "not_yet", id="named and at 0"),
        pytest.param("eee", 1, "not_yet", id="named and at 1"),
        pytest.param("eee", 2, "ready", id="named and at 2"),
    ],
)
def test_layer_beside_the_pyramid_stops_modelling_only_if_the_team_names_it_as_obstacle(
    named, level, verdict
):
    found = diagnose(sample_inputs([3, 3, 3, 3, level], profile={"stops": named}))

    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("levels", "verdict"),
    [
        pytest.param([3, 0, 3], "conditional", id="one layer needed to go live fails"),
        pytest.param([3, 0, 0], "not_yet", id="two layers needed to go live fail"),
        pytest.param(
            [0, 0, 3], "not_yet", id="the lowest layer and one needed to go live fail"
        ),
    ],
)
def test_single_low_layer_needed_only_to_go_live_does_not_stop_modelling(
    levels, verdict
):
    found = diagnose(sample_inputs(levels, live_only="ccc", profile={"proof": "use"}))

    assert found.verdict == verdict


def test_verdict_is_unproven_if_no_question_applies():
    found = diagnose(sample_inputs([Answer(na="not here")] * 3))

    assert (found.scores, found.failing_layers, found.verdict) == ((), (), "unproven")


@pytest.mark.parametrize(
    ("named", "level", "order", "verdict"),
    [
        pytest.param(
            "nothing", 1, ["aaa", "eee"], "not_yet", id="equal scores: comes last"
        ),
        pytest.param(
            "nothing", 0, ["eee", "aaa"], "not_yet", id="much lower: comes first"
        ),
        pytest.param("eee", 1, ["eee", "aaa"], "not_yet", id="named: comes first"),
        pytest.param("eee", 2, ["aaa"], "not_yet", id="named and at 2"),
    ],
)
def test_equally_low_layer_beside_the_pyramid_is_fixed_last_unless_it_stops_the_project(
    named, level, order, verdict
):
    found = diagnose(
        sample_inputs([1, 3, 3, 3, level], live_only="eee", profile={"stops": named})
    )

    assert ([layer.id for layer in found.failing_layers], found.verdict) == (
        order,
        verdict,
    )


def test_equally_low_layers_are_fixed_bottom_up_then_those_beside_the_pyramid():
    inputs = sample_inputs([1, 1, 1, 3, 1])
    aaa, bbb, ccc, ddd, eee = inputs.questionnaire.layers
    layers = (ccc, eee, aaa, bbb, ddd)
    questionnaire = inputs.questionnaire._replace(layers=layers)
    found = diagnose(inputs._replace(questionnaire=questionnaire))

    assert found.failing_layers == (ccc, aaa, bbb, eee)


def test_layer_beside_the_pyramid_is_fixed_first_if_it_stops_the_project():
    found = diagnose(sample_inputs([0, 3, 3, 3, 1], profile={"stops": "eee"}))

    assert [layer.id for layer in found.failing_layers] == ["eee", "aaa"]


@pytest.mark.parametrize(
    ("levels", "verdict", "candidates"),
    [
        pytest.param(
            [UNKNOWN, 3, 3],
            "unproven",
            ["aaa"],
            id="the only layer that may fail is open",
        ),
        pytest.param(
            [1, UNKNOWN, 3],
            "not_yet",
            ["aaa", "bbb"],
            id="either of two layers may have priority",
        ),
        pytest.param(
            [0, UNKNOWN, 3], "not_yet", ["aaa"], id="the open layer cannot be weaker"
        ),
        pytest.param(
            [3, 3, UNKNOWN],
            "conditional",
            ["ccc"],
            id="an open layer needed only to go live",
        ),
        pytest.param(
            [UNKNOWN] * 3, "unproven", ["aaa", "bbb", "ccc"], id="all layers are open"
        ),
        pytest.param(
            [1, 0, UNKNOWN],
            "not_yet",
            ["bbb"],
            id="the open layer cannot have priority",
        ),
    ],
)
def test_layer_is_a_priority_candidate_if_open_answers_could_make_it_first_to_fix(
    levels, verdict, candidates
):
    found = diagnose(sample_inputs(levels, live_only="ccc"))

    assert found.verdict == verdict
    assert [layer.id for layer in found.priority_candidates] == candidates
    assert found.certain is (len(candidates) == 1)


@pytest.mark.parametrize(
    ("stakes", "blocking"),
    [
        pytest.param("exploratory", ["AAA-00"], id="exploratory"),
        pytest.param("live", ["AAA-00", "BBB-00"], id="live"),
        pytest.param("high_stakes", ["AAA-00", "BBB-00", "CCC-00"], id="high stakes"),
    ],
)
def test_blocking_questions_depend_on_the_stakes_of_the_project(stakes, blocking):
    blockers = {"AAA-00": "always", "BBB-00": "live", "CCC-00": "high_stakes"}
    team = sample_inputs([1, 1, 1], blockers=blockers, profile={"stakes": stakes})
    found = diagnose(team._replace(unasked=team.questions))

    assert sorted(gap.question.id for gap in found.blockers) == blocking
    assert [question.id for question in found.unasked_blockers] == blocking


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(UNKNOWN, id="unknown"),
        pytest.param(Answer(), id="not reached"),
        pytest.param(Answer(na="we are special"), id="not applicable"),
    ],
)
def test_blocking_question_stays_open_if_its_answer_has_no_level(answer):
    questionnaire, sheet = sample_team([[3, 3], 3, 3], blockers={"AAA-00": "always"})
    sheet = sheet._replace(answers={**sheet.answers, "AAA-00": answer})

    found = diagnose(assessment_input(questionnaire, sheet))

    assert [question.id for question in found.unsettled_blockers] == ["AAA-00"]
    assert found.blockers == ()


def with_enough(inputs: AssessmentInput, **levels: int) -> AssessmentInput:
    """Return the inputs with another ``enough`` for some questions.

    For example, ``AAA_00=1`` makes level 1 enough for question AAA-00.
    """
    by_id = {id_.replace("_", "-"): level for id_, level in levels.items()}
    questions = [
        q._replace(enough=dict.fromkeys(FACTS["stakes"], by_id[q.id]))
        if q.id in by_id
        else q
        for q in inputs.questions
    ]
    return inputs._replace(questions=tuple(questions))


def test_gaps_are_listed_lowest_level_first_with_their_next_steps():
    team = sample_inputs([[4, 2, 1], [2, Answer(level=0, note="soon")], [1, 0]])
    found = diagnose(with_enough(team, AAA_01=3, AAA_02=1, CCC_01=0))

    assert [(gap.question.id, *gap[1:]) for gap in found.gaps] == [
        ("BBB-01", 0, Answer(level=0, note="soon"), "leave 0 or 1"),
        ("CCC-00", 1, Answer(level=1), "leave 0 or 1"),
        ("AAA-01", 2, Answer(level=2), "leave 2"),
    ]


def test_answer_with_a_reason_to_accept_a_gap_is_listed_with_gaps_even_if_good_enough():
    accepted = Answer(level=2, accepted="next year")
    found = diagnose(sample_inputs([[accepted, 3], 3]))

    assert [gap.answer for gap in found.gaps] == [accepted]
    assert causes(found, found.inputs.questionnaire.layers[0]) == []


def test_blocking_question_stops_the_project_only_if_answered_below_level_2():
    blockers = {"AAA-01": "live", "AAA-02": "live"}
    team = sample_inputs([[3, 1, 2], 3, 3], blockers=blockers)
    found = diagnose(with_enough(team, AAA_01=1, AAA_02=3))

    assert [gap.question.id for gap in found.gaps] == ["AAA-01", "AAA-02"]
    assert [gap.question.id for gap in found.blockers] == ["AAA-01"]


def test_diagnosis_without_explanations_lists_fewer_gaps_but_gives_the_same_advice():
    blockers = {"AAA-00": "always", "AAA-01": "always", "BBB-00": "always"}
    team = sample_inputs([[1, UNKNOWN, 0], [3, 0], UNKNOWN], blockers=blockers)
    short, full = diagnose(team, explained=False), diagnose(team)
    only_explained = ("gaps", "open", "blockers_without_evidence")

    assert [gap.question.id for gap in short.gaps] == ["AAA-00"]
    assert [question.id for question in short.open] == ["AAA-01"]
    assert short.blockers_without_evidence == ()
    assert [len(getattr(full, name)) for name in only_explained] == [3, 2, 1]
    assert short == full._replace(
        **{name: getattr(short, name) for name in only_explained}
    )


def test_details_below_a_given_level_are_listed_lowest_first_no_matter_what_is_enough():
    team = sample_inputs([[2, 1, 3, UNKNOWN], [0, 1]])
    inputs = with_overall(with_enough(team, AAA_01=0), "BBB-01")

    assert [gap.question.id for gap in details_below(inputs, 3)] == [
        "BBB-00", "AAA-01", "AAA-00",
    ]  # fmt: skip
    assert [gap.question.id for gap in details_below(inputs, 1)] == ["BBB-00"]


def test_question_missing_from_the_answer_sheet_is_open():
    team = sample_inputs([[3, 3], 3], blockers={"AAA-01": "always"})
    found = diagnose(team._replace(sheet=team.sheet._replace(answers={})))

    assert found.open == team.questions
    assert [question.id for question in found.unsettled_blockers] == ["AAA-01"]
    assert found.blockers_without_evidence == ()


def test_question_is_open_if_unanswered_or_answered_with_unknown():
    answers: list[Level] = [
        0,
        4,
        UNKNOWN,
        Answer(),
        Answer(note="?"),
        Answer(na="none"),
    ]

    found = diagnose(sample_inputs([answers]))

    assert [question.id for question in found.open] == ["AAA-02", "AAA-03", "AAA-04"]


def test_note_counts_as_evidence_for_a_high_answer_to_a_blocking_question():
    answers: list[Level] = [3, Answer(level=3, note="n"), Answer(level=4, evidence="e")]
    blockers = {f"AAA-{n:02}": "always" for n in range(3)}

    found = diagnose(sample_inputs([answers], blockers=blockers))

    assert [question.id for question in found.blockers_without_evidence] == ["AAA-00"]


def test_diagnosis_lists_blocking_questions_with_a_high_level_but_no_note_or_evidence():
    answers: list[Level] = [2, 3, 4, Answer(level=3, evidence="a link"), UNKNOWN, 4]
    blockers = {f"AAA-{n:02}": "always" for n in range(5)}

    found = diagnose(sample_inputs([answers], blockers=blockers))

    assert [question.id for question in found.blockers_without_evidence] == [
        "AAA-01",
        "AAA-02",
    ]


@given(
    layers=st.lists(
        st.tuples(st.booleans(), st.integers(0, 12)), min_size=1, max_size=5
    ),
    named=st.integers(0, 9),
)
def test_layer_to_fix_first_also_comes_first_if_compared_with_any_single_other_layer(
    layers, named
):
    thresholds = thresholds_for(sample_inputs([3, 3, 3], profile={"stops": "aaa"}))
    ranked = [
        RankedLayer(quarters / 4, height, cross_cutting, height == named)
        for height, (cross_cutting, quarters) in enumerate(layers)
    ]

    first, *others = thresholds.mending_order(ranked)

    for other in others:
        assert thresholds.mending_order([other, first])[0] == first


def with_overall(inputs: AssessmentInput, *ids: str) -> AssessmentInput:
    """Return the inputs with ``overall`` true for the questions with the given ids.

    For all other questions, ``overall`` is false.
    """
    questions = [q._replace(overall=q.id in ids) for q in inputs.questions]
    return inputs._replace(questions=tuple(questions))


def test_causes_of_a_low_layer_are_low_answers_and_then_open_questions():
    team = sample_inputs([[1, 2, 0, UNKNOWN, 1, UNKNOWN, 2], [1, UNKNOWN], 3])
    inputs = with_overall(team, "AAA-04", "AAA-05", "AAA-06")
    whole, open_detail, open_whole = (inputs.questions[n] for n in (4, 3, 5))
    lowest, low = diagnose(inputs).gaps[:2]

    assert (lowest.question.id, low.question.id) == ("AAA-02", "AAA-00")
    assert causes(diagnose(inputs), inputs.questionnaire.layers[0]) == [
        Gap(whole, 1, Answer(level=1), ""),
        lowest,
        low,
        open_detail,
        open_whole,
    ]


@pytest.mark.parametrize(
    ("details", "threshold", "mostly"),
    [
        pytest.param([1, 3], 2.0, True, id="half of the details"),
        pytest.param([1, 3, 3], 2.0, False, id="a third of the details"),
        pytest.param([3, 3], 2.0, False, id="none of the details"),
        pytest.param([2, 3], 2.0, False, id="a level at the threshold is not low"),
        pytest.param([UNKNOWN, 3], 1.0, False, id="an open question is not low"),
        pytest.param([Answer(na="no")] * 2 + [3], 2.0, False, id="not applicable"),
    ],
)
def test_layer_is_mostly_low_if_at_least_half_of_its_details_are_low(
    details, threshold, mostly
):
    team = with_overall(sample_inputs([[0, *details], [0, 0], 3]), "AAA-00")
    constants = team.questionnaire.constants._replace(holds=threshold)
    inputs = team._replace(
        questionnaire=team.questionnaire._replace(constants=constants)
    )

    assert mostly_low(inputs, inputs.questionnaire.layers[0]) is mostly


def test_layer_without_applicable_questions_does_not_count_as_mostly_answered_low():
    inputs = sample_inputs([[Answer(na="no")] * 2, 3])

    assert not mostly_low(inputs, inputs.questionnaire.layers[0])


def test_blocking_questions_are_those_of_a_live_project_if_the_stakes_are_not_stated():
    blockers = {"AAA-00": "always", "BBB-00": "live", "CCC-00": "high_stakes"}
    inputs = sample_inputs([1, 1, 1], blockers=blockers)._replace(facts={})

    assert [q.id for q in blocking_questions(inputs)] == ["AAA-00", "BBB-00"]


@pytest.mark.parametrize(
    ("threshold", "margin", "score"),
    [
        pytest.param(2.0, 0.1, 1.9, id="2 - 0.1"),
        pytest.param(2.4, 0.3, 2.1, id="2.4 - 0.3"),
        pytest.param(1.1, 0.2, 0.9, id="1.1 - 0.2 is 0.9 only when rounded"),
    ],
)
def test_score_too_low_by_exactly_the_tolerated_margin_does_not_stop_modelling(
    threshold, margin, score
):
    inputs = sample_inputs([3, 3, 3], profile={"stops": "bbb"})
    constants = inputs.questionnaire.constants._replace(
        holds=threshold, tie_margin=margin
    )
    thresholds = thresholds_for(inputs)._replace(constants=constants)

    assert not thresholds.stops(inputs.questionnaire.layers[0], score)
    assert [thresholds.fails(each) for each in (score, threshold)] == [True, False]


@pytest.mark.parametrize(
    ("tilt", "margin", "first", "height"),
    [
        pytest.param(0.1, 0.3, 0.0, 3, id="3 x 0.1 against 0.3"),
        pytest.param(0.15, 0.5, 0.7, 1, id="0.7 + 0.5 against 1.05 + 0.15"),
        pytest.param(0.1, 0.2, 0.1, 3, id="0.1 + 0.2 against 3 x 0.1"),
    ],
)
def test_rounding_errors_do_not_change_which_layer_is_fixed_first(
    tilt, margin, first, height
):
    inputs = sample_inputs([3, 3, 3, 3], profile={"stops": "bbb"})
    constants = inputs.questionnaire.constants._replace(tilt=tilt, tie_margin=margin)
    thresholds = thresholds_for(inputs)._replace(constants=constants)
    aaa, bbb, *_ = inputs.questionnaire.layers
    lower = thresholds.ranked(aaa, first, 0)
    named = thresholds.ranked(bbb, round(first + margin - tilt * height, 2), height)

    assert thresholds.mending_order([lower, named])[0] == named
