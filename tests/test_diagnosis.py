import pytest

from mlready.assessment.diagnosis import diagnose
from mlready.model.answers import Answer, assessment_input
from tests.towers import Said, surveyed, tower

UNKNOWN = Answer(unknown=True)


@pytest.mark.parametrize(
    ("own", "mend", "verdict"),
    [
        pytest.param([2, 2, 2], None, "ready", id="all hold exactly"),
        pytest.param([1, 3, 3], "aaa", "not_yet", id="the foundation is broken"),
        pytest.param([3, 1, 3], "bbb", "not_yet", id="a middle layer is broken"),
        pytest.param([1, 1, 3], "aaa", "not_yet", id="foundations win ties"),
        pytest.param([1, 0, 3], "bbb", "not_yet", id="a much weaker higher layer wins"),
        pytest.param([3, 3, 0], "ccc", "conditional", id="only going live is broken"),
        pytest.param(
            [2, 1, 0], "ccc", "not_yet", id="going live is worst but not alone"
        ),
    ],
)
def test_the_layer_to_mend_first_and_the_verdict(own, mend, verdict):
    found = diagnose(surveyed(own, live_only="ccc"))

    assert (
        found.priority_layer.id if found.priority_layer else None,
        found.verdict,
    ) == (mend, verdict)


@pytest.mark.parametrize(
    ("tilted", "mend"),
    [
        pytest.param(
            [[1, 1, 2, 1, 1], [1, 1, 1, 1, 2]], "aaa", id="a tie goes to the lower"
        ),
        pytest.param(
            [[1, 1, 2, 1, 2], [1, 1, 1, 1, 2]], "bbb", id="0.2 weaker wins one step up"
        ),
    ],
)
def test_a_higher_layer_must_be_weaker_by_more_than_the_tilt(tilted, mend):
    first, *_ = diagnose(surveyed([*tilted, 3])).failing_layers

    assert first.id == mend


@pytest.mark.parametrize(
    ("room", "own", "order"),
    [
        pytest.param(
            "nothing", [1.0, 1.5, 3], ["aaa", "bbb"], id="the room names nothing"
        ),
        pytest.param(
            "bbb", [1.0, 1.25, 3], ["bbb", "aaa"], id="the room decides near-ties"
        ),
        pytest.param(
            "bbb", [1.0, 1.5, 3], ["aaa", "bbb"], id="and no more than near-ties"
        ),
        pytest.param(
            "ccc", [1.0, 1.5, 3], ["aaa", "bbb"], id="what holds is not mended"
        ),
    ],
)
def test_the_room_decides_between_layers_that_are_close(room, own, order):
    rows = [[int(points)] * 3 + [int(points) + int(points % 1 * 4)] for points in own]
    found = diagnose(surveyed(rows, profile={"stops": room}))

    assert [layer.id for layer in found.failing_layers] == order


def test_the_room_decides_as_far_as_the_layers_are_called_close():
    near = [1] * 13 + [2] * 7  # a mean of 1.35: half a level off, the tilt included
    found = diagnose(surveyed([1, near, 3], profile={"stops": "bbb"}))

    assert [layer.id for layer in found.failing_layers] == ["bbb", "aaa"]


@pytest.mark.parametrize(
    ("room", "quarters", "verdict"),
    [
        pytest.param("nothing", 7, "not_yet", id="it names nothing"),
        pytest.param("aaa", 7, "not_yet", id="it names this layer"),
        pytest.param("bbb", 7, "conditional", id="it names another"),
        pytest.param("bbb", 6, "conditional", id="another, and this is just near"),
        pytest.param("bbb", 5, "not_yet", id="another, and this is far"),
    ],
)
def test_a_layer_that_is_nearly_there_stops_nothing_if_the_room_names_another(
    room, quarters, verdict
):
    row = [1] * (8 - quarters) + [2] * (quarters - 4)
    found = diagnose(surveyed([row, 3, 3], profile={"stops": room}))

    assert ([layer.id for layer in found.failing_layers], found.verdict) == (
        ["aaa"],
        verdict,
    )


@pytest.mark.parametrize(
    ("room", "beside", "verdict"),
    [
        pytest.param("nothing", 0, "conditional", id="not named"),
        pytest.param("aaa", 0, "conditional", id="another is named"),
        pytest.param("eee", 0, "not_yet", id="named and does not hold"),
        pytest.param("eee", 1, "not_yet", id="named and is nearly there"),
        pytest.param("eee", 2, "ready", id="named and holds"),
    ],
)
def test_what_stands_beside_stops_modelling_only_if_the_room_names_it(
    room, beside, verdict
):
    found = diagnose(surveyed([3, 3, 3, 3, beside], profile={"stops": room}))

    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("own", "verdict"),
    [
        pytest.param([3, 0, 3], "conditional", id="one of them"),
        pytest.param([3, 0, 0], "not_yet", id="both of them"),
        pytest.param([0, 0, 3], "not_yet", id="one, and the foundation"),
    ],
)
def test_a_single_layer_that_only_going_live_needs_does_not_stop_a_start(own, verdict):
    found = diagnose(surveyed(own, live_only="ccc", profile={"proof": "use"}))

    assert found.verdict == verdict


def test_where_nothing_applies_nothing_is_proven():
    found = diagnose(surveyed([Answer(na="not here")] * 3))

    assert (found.scores, found.failing_layers, found.verdict) == ((), (), "unproven")


@pytest.mark.parametrize(
    ("room", "beside", "order", "verdict"),
    [
        pytest.param("nothing", 0, ["aaa", "eee"], "not_yet", id="it comes last"),
        pytest.param("eee", 0, ["eee", "aaa"], "not_yet", id="unless the room says so"),
        pytest.param("eee", 2, ["aaa"], "not_yet", id="and it does not hold"),
    ],
)
def test_what_stands_beside_the_pyramid(room, beside, order, verdict):
    found = diagnose(
        surveyed([1, 3, 3, 3, beside], live_only="eee", profile={"stops": room})
    )

    assert ([layer.id for layer in found.failing_layers], found.verdict) == (
        order,
        verdict,
    )


@pytest.mark.parametrize(
    ("own", "verdict", "rivals"),
    [
        pytest.param(
            [UNKNOWN, 3, 3], "unproven", ["aaa"], id="one open layer decides all"
        ),
        pytest.param(
            [1, UNKNOWN, 3], "not_yet", ["aaa", "bbb"], id="two could be first"
        ),
        pytest.param([0, UNKNOWN, 3], "not_yet", ["aaa"], id="nothing can be weaker"),
        pytest.param(
            [3, 3, UNKNOWN], "conditional", ["ccc"], id="known enough to start"
        ),
        pytest.param(
            [UNKNOWN] * 3, "unproven", ["aaa", "bbb", "ccc"], id="nobody knows"
        ),
        pytest.param(
            [1, 0, UNKNOWN], "not_yet", ["bbb"], id="known to be weaker than the rest"
        ),
    ],
)
def test_open_questions_make_the_diagnosis_uncertain(own, verdict, rivals):
    found = diagnose(surveyed(own, live_only="ccc"))

    assert found.verdict == verdict
    assert [layer.id for layer in found.priority_candidates] == rivals
    assert found.certain is (len(rivals) == 1)


@pytest.mark.parametrize(
    ("stakes", "blocking"),
    [
        pytest.param("exploratory", ["AAA-00"], id="an answer for ourselves"),
        pytest.param("live", ["AAA-00", "BBB-00"], id="in daily use"),
        pytest.param("high_stakes", ["AAA-00", "BBB-00", "CCC-00"], id="high stakes"),
    ],
)
def test_what_blocks_depends_on_the_stakes(stakes, blocking):
    gates = {"AAA-00": "always", "BBB-00": "live", "CCC-00": "high_stakes"}
    found = diagnose(surveyed([1, 1, 1], gates=gates, profile={"stakes": stakes}))

    assert sorted(gap.question.id for gap in found.blockers) == blocking


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(UNKNOWN, id="unknown"),
        pytest.param(Answer(), id="not reached"),
        pytest.param(Answer(na="we are special"), id="set aside as not applicable"),
    ],
)
def test_a_gate_without_a_level_stays_unsettled(answer):
    questionnaire, sheet = tower([[3, 3], 3, 3], gates={"AAA-00": "always"})
    sheet = sheet._replace(answers={**sheet.answers, "AAA-00": answer})

    found = diagnose(assessment_input(questionnaire, sheet))

    assert [question.id for question in found.unsettled_blockers] == ["AAA-00"]
    assert found.blockers == ()


def test_gaps_lead_with_the_lowest_and_name_the_next_step():
    found = diagnose(surveyed([[4, 3], [2, Answer(level=0, note="soon")], 1]))

    assert [(gap.question.id, *gap[1:]) for gap in found.gaps] == [
        ("BBB-01", 0, Answer(level=0, note="soon"), "leave 0 or 1"),
        ("CCC-00", 1, Answer(level=1), "leave 0 or 1"),
        ("BBB-00", 2, Answer(level=2), "leave 2"),
        ("AAA-01", 3, Answer(level=3), "leave 3"),
    ]


def test_what_is_open_has_no_answer_and_could_have_one():
    said: list[Said] = [0, 4, UNKNOWN, Answer(), Answer(note="?"), Answer(na="none")]

    found = diagnose(surveyed([said]))

    assert [question.id for question in found.open] == ["AAA-02", "AAA-03", "AAA-04"]


def test_a_gate_that_is_routine_wants_evidence():
    said: list[Said] = [2, 3, 4, Answer(level=3, evidence="a link"), UNKNOWN, 4]
    gates = {f"AAA-{n:02}": "always" for n in range(5)}

    found = diagnose(surveyed([said], gates=gates))

    assert [question.id for question in found.blockers_without_evidence] == [
        "AAA-01",
        "AAA-02",
    ]
