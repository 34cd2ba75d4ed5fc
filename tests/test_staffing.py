from collections.abc import Sequence
from typing import Any

import pytest

from mlready.answers import Answer
from mlready.diagnosis import diagnose
from mlready.staffing import Staffing, staff
from tests.towers import Said, tower

READY, UNKNOWN = [3, 3, 3, 3], Answer(unknown=True)


def staffed(own: Sequence[Said | Sequence[Said]], **team: Any) -> Staffing:
    questionnaire, sheet = tower(own, live_only="ccc", **team)
    return staff(questionnaire, sheet, diagnose(questionnaire, sheet))


def told(staffing: Staffing) -> dict[str, list[str]]:
    return {
        "hire": [f"{v.horizon}: {v.place.role.id}" for v in staffing.vacancies],
        "assign": [place.role.id for place in staffing.assigned],
        "ml": [staffing.ml],
    }


@pytest.mark.parametrize(
    ("own", "available", "advice"),
    [
        pytest.param(
            [1, 3, 3, 3], {},
            {"hire": ["first: data_engineer"], "assign": [], "ml": ["locked"]},
            id="the role of the weakest layer",
        ),
        pytest.param(
            [0, 1, 1, 3], {},
            {
                "hire": ["first: data_engineer", "second: analyst", "later: devops"],
                "assign": [],
                "ml": ["locked"],
            },
            id="first, second and later, in the order to mend",
        ),
        pytest.param(
            [0, 1, 3, 3], {"data_engineer": 2},
            {
                "hire": ["second: analyst"],
                "assign": ["data_engineer"],
                "ml": ["locked"],
            },
            id="people who are there are given the work",
        ),
        pytest.param(
            [0, 3, 3, 3], {"data_engineer": 1.5},
            {"hire": ["first: data_engineer"], "assign": [], "ml": ["locked"]},
            id="half a crew is not enough",
        ),
        pytest.param(
            [3, 3, 1, 3], {},
            {"hire": ["first: devops"], "assign": [], "ml": ["locked"]},
            id="conditional does not open the ML vacancy",
        ),
        pytest.param(
            READY, {},
            {"hire": ["first: ml"], "assign": [], "ml": ["open"]},
            id="all holds",
        ),
        pytest.param(
            READY, {"ml": 3}, {"hire": [], "assign": ["ml"], "ml": ["open"]},
            id="all holds and the modellers are there",
        ),
    ],
)  # fmt: skip
def test_whom_to_hire(own, available, advice):
    assert told(staffed(own, available=available)) == advice


@pytest.mark.parametrize(
    ("profile", "ml"),
    [
        pytest.param({"approach": "train"}, "open", id="something to train"),
        pytest.param({"approach": "pretrained"}, "not_needed", id="a ready model"),
        pytest.param(
            {"simple_way": "reaches"}, "not_needed", id="the simple way suffices"
        ),
    ],
)
def test_an_ml_vacancy_opens_only_where_there_is_something_to_train(profile, ml):
    assert staffed(READY, profile=profile).ml == ml


def test_an_open_blocker_keeps_the_ml_vacancy_closed():
    own: list[int | list[int]] = [[1, 4, 4, 4], 3, 3, 3]

    assert staffed(own, gates={"AAA-00": "always"}).ml == "locked"


@pytest.mark.parametrize(
    ("own", "profile", "held"),
    [
        pytest.param([UNKNOWN, 3, 3, 3], {}, "unproven", id="the verdict could change"),
        pytest.param(
            [1, UNKNOWN, 3, 3], {}, "unproven", id="another layer could be first"
        ),
        pytest.param(
            [1, 3, 3, 3], {"origin": "outside"}, "decide", id="no hire mends a right"
        ),
        pytest.param([1, 3, 3, 3], {"origin": "machines"}, "", id="nothing holds it"),
    ],
)
def test_a_vacancy_is_held(own, profile, held):
    staffing = staffed(own, profile=profile)

    assert staffing.held == held
    assert (staffing.first is None) == bool(held)


def test_what_needs_no_vacancy_is_ordered_by_kind_then_blockers_then_layer():
    remedies = {
        "AAA-00": "hire", "AAA-01": "borrow", "BBB-00": "decide", "BBB-01": "train",
        "CCC-00": "decide", "CCC-01": "reorganise",
    }  # fmt: skip
    found = staffed(
        [[0, 0], [1, 1], [1, 1], 3], remedies=remedies, gates={"CCC-00": "always"}
    )

    assert [gap.question.id for gap in found.remedies] == [
        "CCC-00", "BBB-00", "CCC-01", "BBB-01", "AAA-01",
    ]  # fmt: skip
