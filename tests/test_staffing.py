from collections.abc import Sequence
from typing import Any

import pytest

from mlready.assessment.diagnosis import Gap, diagnose
from mlready.assessment.staffing import Staffing, Vacancy, staff
from mlready.model.answers import Answer
from tests.towers import Said, surveyed

READY, UNKNOWN = [3, 3, 3, 3], Answer(unknown=True)


def staffed(own: Sequence[Said | Sequence[Said]], **team: Any) -> Staffing:
    asked = surveyed(own, live_only="ccc", **team)
    return staff(diagnose(asked))


def told(staffing: Staffing) -> dict[str, list[str]]:
    return {
        "hire": [f"{v.horizon}: {v.position.role.id}" for v in staffing.vacancies],
        "assign": [place.role.id for place in staffing.assigned],
        "ml": [staffing.ml_vacancy],
    }


@pytest.mark.parametrize(
    ("own", "available", "advice"),
    [
        pytest.param(
            [1, 3, 3, 3], {},
            {"hire": ["now: data_engineer"], "assign": [], "ml": ["locked"]},
            id="the role of the weakest layer",
        ),
        pytest.param(
            [0, 1, 1, 3], {},
            {
                "hire": ["now: data_engineer", "next: analyst", "later: devops"],
                "assign": [],
                "ml": ["locked"],
            },
            id="first, second and later, in the order to mend",
        ),
        pytest.param(
            [0, 1, 3, 3], {"data_engineer": 2},
            {
                "hire": ["next: analyst"],
                "assign": ["data_engineer"],
                "ml": ["locked"],
            },
            id="people who are there are given the work",
        ),
        pytest.param(
            [0, 3, 3, 3], {"data_engineer": 1.5},
            {"hire": ["now: data_engineer"], "assign": [], "ml": ["locked"]},
            id="half a crew is not enough",
        ),
        pytest.param(
            [3, 3, 1, 3], {},
            {"hire": ["now: devops"], "assign": [], "ml": ["locked"]},
            id="conditional does not open the ML vacancy",
        ),
        pytest.param(
            READY, {},
            {"hire": ["now: ml"], "assign": [], "ml": ["open"]},
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
        pytest.param(
            {"approach": "pretrained", "hands": "ml"}, "open", id="the room misses one"
        ),
        pytest.param({"hands": "nobody"}, "not_needed", id="no hands are missing"),
    ],
)
def test_an_ml_vacancy_opens_only_where_there_is_something_to_train(profile, ml):
    assert staffed(READY, profile=profile).ml_vacancy == ml


@pytest.mark.parametrize(
    ("gate", "ml", "after"),
    [
        pytest.param(0, "locked", ["AAA-00"], id="wholly absent"),
        pytest.param(UNKNOWN, "locked", ["AAA-00"], id="unknown"),
        pytest.param(1, "open", ["AAA-00"], id="half there: settled meanwhile"),
        pytest.param(2, "open", [], id="there"),
    ],
)
def test_a_blocker_and_the_vacancy_on_top(gate, ml, after):
    found = staffed([[gate, 4, 4, 4], 3, 3, 3], gates={"AAA-00": "always"})

    assert (found.ml_vacancy, [question.id for question in found.ml_blockers]) == (
        ml,
        after,
    )


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
        pytest.param(
            [1, 3, 3, 3], {"hands": "nobody"}, "room", id="the room misses no hands"
        ),
        pytest.param([1, 3, 3, 3], {"openings": "0"}, "no_post", id="no post is paid"),
        pytest.param(
            [1, 3, 3, 3], {"simple_way": "reaches"}, "no_ml", id="no need for ML"
        ),
        pytest.param([1, 3, 3, 3], {"origin": "machines"}, "", id="nothing holds it"),
    ],
)
def test_a_vacancy_is_held(own, profile, held):
    staffing = staffed(own, profile=profile)

    assert staffing.hold_reason == held
    assert (staffing.first_hire is None) == bool(held)


def test_next_steps_are_ordered_by_kind_then_blockers_then_layer_then_level():
    remedies = {
        "AAA-00": "hire", "AAA-01": "borrow", "AAA-02": "decide",
        "BBB-00": "decide", "BBB-01": "train", "BBB-02": "decide", "BBB-03": "hire",
        "CCC-00": "decide", "CCC-01": "reorganise", "CCC-02": "borrow",
        "CCC-03": "decide", "DDD-00": "decide",
    }  # fmt: skip
    found = staffed(
        [[0, 0, 1], [1, 1, 0, 1], [1, 1, 1, 2], 3],
        remedies=remedies,
        gates={"CCC-00": "always"},
    )

    assert [gap.question.id for gap in found.remedies] == [
        "CCC-00", "AAA-02", "BBB-02", "BBB-00", "CCC-01", "BBB-01", "AAA-01", "CCC-02",
        "AAA-00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("own", "profile", "before"),
    [
        pytest.param([1, 3, 3, 3], {"origin": "outside"}, "sign a contract", id="it"),
        pytest.param([1, 3, 3, 3], {"origin": "machines"}, "", id="not at this team"),
        pytest.param([3, 1, 3, 3], {"origin": "outside"}, "", id="not at this layer"),
        pytest.param(READY, {"origin": "outside"}, "", id="all holds"),
    ],
)
def test_what_comes_before_any_vacancy(own, profile, before):
    assert staffed(own, profile=profile).before_hiring == before


def test_the_place_on_top_and_the_layers_it_waits_for():
    found = staffed([3, 1, 0, 3], available={"ml": 1.5})

    assert found.top_position
    assert (
        found.top_position.role.id,
        [layer.id for layer in found.top_position.layers],
        found.top_position.available,
        found.top_position.missing,
        [layer.id for layer in found.ml_locked_by],
    ) == ("ml", ["ddd"], 1.5, 0.5, ["ccc", "bbb"])


@pytest.mark.parametrize(
    ("own", "team", "headline"),
    [
        pytest.param([1, 3, 3, 3], {}, "hire", id="somebody is missing"),
        pytest.param(
            [1, 3, 3, 3], {"available": {"data_engineer": 2}}, "proceed",
            id="the people are there",
        ),
        pytest.param(
            [1, 3, 3, 3], {"profile": {"origin": "outside"}}, "borrow",
            id="the right to the data is missing",
        ),
        pytest.param(
            [1, 3, 3, 3], {"profile": {"hands": "nobody"}}, "borrow",
            id="a purchase does more than hands",
        ),
        pytest.param(
            [1, 3, 3, 3],
            {"profile": {"hands": "nobody"}, "available": {"data_engineer": 2}},
            "proceed",
            id="no hands are missing, and they are there",
        ),
        pytest.param(
            [1, 3, 3, 3], {"profile": {"openings": "0"}}, "borrow",
            id="no post can be paid",
        ),
        pytest.param(
            [1, 3, 3, 3, 0], {"profile": {"stops": "eee"}}, "reorganise",
            id="the organisation would stop it",
        ),
        pytest.param(
            [[0, 4, 4], 3, 3, 3], {"gates": {"AAA-00": "always"}}, "reorganise",
            id="all holds, and a decision is missing",
        ),
        pytest.param(
            [[UNKNOWN, 4, 4], 3, 3, 3], {"gates": {"AAA-00": "always"}},
            "find_out", id="all holds, and a gate is unknown",
        ),
        pytest.param([UNKNOWN, 3, 3, 3], {}, "find_out", id="nobody knows"),
        pytest.param(
            [UNKNOWN, 3, 3, 3], {"profile": {"simple_way": "reaches"}}, "no_ml",
            id="the simple way suffices, whatever is open",
        ),
        pytest.param(
            READY, {"profile": {"hands": "nobody"}}, "proceed",
            id="all holds and no hands are missing",
        ),
    ],
)  # fmt: skip
def test_the_one_thing_to_do_first(own, team, headline):
    assert staffed(own, **team).headline == headline


@pytest.mark.parametrize(
    ("hands", "own", "hired"),
    [
        pytest.param("analyst", [1, 3, 3, 3], "analyst", id="a role that can mend it"),
        pytest.param("ml", [1, 3, 3, 3], "data_engineer", id="a role that cannot"),
        pytest.param("analyst", [3, 3, 1, 3], "devops", id="not of another layer"),
        pytest.param("unsure", [1, 3, 3, 3], "data_engineer", id="nobody can say"),
    ],
)
def test_the_room_says_whose_hands_are_missing(hands, own, hired):
    first = staffed(own, profile={"hands": hands}).first_hire

    assert first is not None
    assert first.id == hired


def test_more_hands_of_a_kind_that_is_there_are_hired_if_the_room_misses_them():
    team = {"profile": {"hands": "analyst"}, "available": {"analyst": 3}}

    assert told(staffed([3, 1, 3, 3], **team))["hire"] == ["now: analyst"]


@pytest.mark.parametrize(
    ("profile", "hires"),
    [
        pytest.param(
            {"headcount": "19"},
            ["now: data_engineer and analyst and devops for aaa, bbb, ccc"],
            id="small",
        ),
        pytest.param(
            {"headcount": "20"},
            [
                "now: data_engineer for aaa",
                "next: analyst for bbb",
                "later: devops for ccc",
            ],
            id="large enough",
        ),
        pytest.param(
            {"openings": "1"},
            [
                "now: data_engineer for aaa",
                "later: analyst for bbb",
                "later: devops for ccc",
            ],
            id="one post",
        ),
    ],
)
def test_size_and_money_limit_the_vacancies(profile, hires):
    def said(vacancy: Vacancy) -> str:
        roles = " and ".join(
            r.id for r in (vacancy.position.role, *vacancy.position.also)
        )
        layers = ", ".join(layer.id for layer in vacancy.position.layers)
        return f"{vacancy.horizon}: {roles} for {layers}"

    found = staffed([0, 1, 1, 3], profile=profile).vacancies

    assert [said(vacancy) for vacancy in found] == hires


@pytest.mark.parametrize(
    ("own", "senior"),
    [
        pytest.param([1, 3, 3, 3], False, id="a foundation"),
        pytest.param([3, 3, 1, 3], True, id="going live"),
        pytest.param(READY, True, id="all holds"),
    ],
)
def test_seniority_runs_backwards(own, senior):
    assert [vacancy.senior for vacancy in staffed(own).vacancies] == [senior]


def test_a_vacancy_can_be_followed_and_ended():
    (vacancy,) = staffed([[0, 1, 3], 3, 3, 3]).vacancies

    assert [gap.level for gap in vacancy.because if isinstance(gap, Gap)] == [0, 1]
    assert [(each.question.id, each.to) for each in vacancy.removed_by] == [
        ("AAA-00", 2)
    ]
    assert vacancy.exit == "aaa is mended"


@pytest.mark.parametrize(
    ("own", "available", "starving"),
    [
        pytest.param([2, 2, 2, 2], {"ml": 3}, (0, 3), id="nobody brings the data"),
        pytest.param(
            [2, 2, 2, 2],
            {"ml": 2, "data_engineer": 4},
            None,
            id="two for each modeller",
        ),
        pytest.param([1, 1, 2, 2], {"ml": 0.5}, None, id="the hired count"),
        pytest.param([3, 3, 2, 2], {"ml": 3}, None, id="the roads are routine"),
        pytest.param([2, 2, 2, 2], {}, None, id="no modellers"),
    ],
)
def test_modellers_starve_without_those_who_bring_the_data(own, available, starving):
    profile = {"hands": "nobody"} if min(own) > 1 else {}

    assert (
        staffed(own, available=available, profile=profile).capacity_warning == starving
    )


@pytest.mark.parametrize(
    ("available", "hands", "missing"),
    [
        pytest.param(1.49, "unsure", [0.51], id="just over half a person"),
        pytest.param(1.51, "unsure", [], id="less than half a person"),
        pytest.param(4, "data_engineer", [1.0], id="there, and still too few"),
        pytest.param(4.1, "data_engineer", [], id="more than twice the crew"),
    ],
)
def test_nobody_is_hired_for_crumbs_or_beside_a_crowd(available, hands, missing):
    found = staffed(
        [1, 3, 3, 3],
        available={"data_engineer": available},
        profile={"hands": hands},
    )

    assert [v.position.missing for v in found.vacancies] == pytest.approx(missing)
