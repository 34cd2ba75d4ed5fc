import pytest

from mlready.answers import Answer, survey
from mlready.diagnosis import Verdict, diagnose
from tests.towers import surveyed, tower

UNKNOWN = Answer(unknown=True)


@pytest.mark.parametrize(
    ("own", "mend", "verdict"),
    [
        pytest.param([2, 2, 2], None, Verdict.READY, id="all hold exactly"),
        pytest.param([1, 3, 3], "aaa", Verdict.NOT_YET, id="the foundation is broken"),
        pytest.param([3, 1, 3], "bbb", Verdict.NOT_YET, id="a middle layer is broken"),
        pytest.param([1, 1, 3], "aaa", Verdict.NOT_YET, id="foundations win ties"),
        pytest.param(
            [1, 0, 3], "bbb", Verdict.NOT_YET, id="a much weaker higher layer wins"
        ),
        pytest.param(
            [3, 3, 0], "ccc", Verdict.CONDITIONAL, id="only going live is broken"
        ),
        pytest.param(
            [2, 1, 0], "ccc", Verdict.NOT_YET, id="going live is worst but not alone"
        ),
    ],
)
def test_the_layer_to_mend_first_and_the_verdict(own, mend, verdict):
    found = diagnose(surveyed(own, live_only="ccc"))

    assert (found.mend.id if found.mend else None, found.verdict) == (mend, verdict)


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
    first, *_ = diagnose(surveyed([*tilted, 3])).broken

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

    assert [layer.id for layer in found.broken] == order


@pytest.mark.parametrize(
    ("room", "beside", "order", "verdict"),
    [
        pytest.param("nothing", 0, ["aaa", "eee"], Verdict.NOT_YET, id="it comes last"),
        pytest.param(
            "eee", 0, ["eee", "aaa"], Verdict.NOT_YET, id="unless the room says so"
        ),
        pytest.param("eee", 2, ["aaa"], Verdict.NOT_YET, id="and it does not hold"),
    ],
)
def test_what_stands_beside_the_pyramid(room, beside, order, verdict):
    found = diagnose(
        surveyed([1, 3, 3, 3, beside], live_only="eee", profile={"stops": room})
    )

    assert ([layer.id for layer in found.broken], found.verdict) == (order, verdict)


@pytest.mark.parametrize(
    ("own", "verdict", "rivals"),
    [
        pytest.param(
            [UNKNOWN, 3, 3], Verdict.UNPROVEN, ["aaa"], id="one open layer decides all"
        ),
        pytest.param(
            [1, UNKNOWN, 3], Verdict.NOT_YET, ["aaa", "bbb"], id="two could be first"
        ),
        pytest.param(
            [0, UNKNOWN, 3], Verdict.NOT_YET, ["aaa"], id="nothing can be weaker"
        ),
        pytest.param(
            [3, 3, UNKNOWN], Verdict.CONDITIONAL, ["ccc"], id="known enough to start"
        ),
        pytest.param(
            [UNKNOWN] * 3, Verdict.UNPROVEN, ["aaa", "bbb", "ccc"], id="nobody knows"
        ),
    ],
)
def test_open_questions_make_the_diagnosis_uncertain(own, verdict, rivals):
    found = diagnose(surveyed(own, live_only="ccc"))

    assert found.verdict is verdict
    assert [layer.id for layer in found.rivals] == rivals
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

    found = diagnose(survey(questionnaire, sheet))

    assert [question.id for question in found.unsettled] == ["AAA-00"]
    assert found.blockers == ()


def test_gaps_lead_with_the_lowest_and_name_the_next_step():
    found = diagnose(surveyed([[4, 3], [2, 0], 1]))

    assert [(gap.question.id, gap.level, gap.action) for gap in found.gaps] == [
        ("BBB-01", 0, "leave 0 or 1"),
        ("CCC-00", 1, "leave 0 or 1"),
        ("BBB-00", 2, "leave 2"),
        ("AAA-01", 3, "leave 3"),
    ]
