import pytest

from mlready.answers import Answer, survey
from mlready.scoring import Score, layer_scores, score
from tests.towers import WHOLE, make_question, make_sheet, surveyed, tower


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

    found = score(questions, make_sheet(answers=said), overall=0.5)

    assert [found.low, found.high] == pytest.approx([low, high])


def test_every_question_of_a_score_can_be_followed():
    questions = [make_question(f"COL-{n:02}") for n in range(4)]
    said = {"COL-00": Answer(level=3), "COL-01": UNKNOWN, "COL-02": SET_ASIDE}

    found = score(questions, make_sheet(answers=said), overall=0.5)

    assert found == Score(1.0, 11 / 3, ("COL-00",), ("COL-01", "COL-03"), ("COL-02",))


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

    found = score(questions, make_sheet(answers=said), overall=0.5)

    assert [found.low, found.high] == pytest.approx([low, high])


def test_what_stands_beside_neither_carries_nor_is_carried():
    found = layer_scores(surveyed([1, 3, 3, 3, 2]))

    assert [(each.layer.id, each.carried) for each in found][-2:] == [
        ("ddd", 1),
        ("eee", 2),
    ]


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

    assert [each.carried for each in found] == carried
    assert [each.stilts for each in found] == stilts


def test_a_layer_nothing_applies_to_is_left_out():
    questionnaire, sheet = tower([3, 3, 3])
    said = {
        id_: Answer(na="not here") for id_ in sheet.answers if id_.startswith("BBB")
    }
    answers = {**sheet.answers, **said}
    found = layer_scores(survey(questionnaire, sheet._replace(answers=answers)))

    assert [each.layer.id for each in found] == ["aaa", "ccc"]
