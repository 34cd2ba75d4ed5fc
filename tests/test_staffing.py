"""Which vacancies open and when, reasons not to hire, and remedies before hiring."""

from collections.abc import Sequence
from typing import Any

import pytest

from mlready.assessment.diagnosis import Gap, diagnose
from mlready.assessment.staffing import Staffing, Vacancy, staff
from mlready.model.answers import Answer
from tests.sample_questionnaires import Level, said_twice, sample_inputs

READY, UNKNOWN = [3, 3, 3, 3], Answer(unknown=True)


def staffing_for(own: Sequence[Level | Sequence[Level]], **team: Any) -> Staffing:
    inputs = sample_inputs(own, live_only="ccc", **team)
    return staff(diagnose(said_twice(inputs)))


def summary_of(staffing: Staffing) -> dict[str, list[str]]:
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
            id="the role for the weakest layer",
        ),
        pytest.param(
            [0, 1, 1, 3], {},
            {
                "hire": ["now: data_engineer", "next: analyst", "later: devops"],
                "assign": [],
                "ml": ["locked"],
            },
            id="now, next and later in fixing order",
        ),
        pytest.param(
            [0, 1, 3, 3], {"data_engineer": 2},
            {
                "hire": ["next: analyst"],
                "assign": ["data_engineer"],
                "ml": ["locked"],
            },
            id="available people are assigned",
        ),
        pytest.param(
            [0, 3, 3, 3], {"data_engineer": 1.5},
            {"hire": ["now: data_engineer"], "assign": [], "ml": ["locked"]},
            id="half a person too few",
        ),
        pytest.param(
            [3, 3, 1, 3], {},
            {"hire": ["now: devops"], "assign": [], "ml": ["locked"]},
            id="no ML vacancy while the verdict is conditional",
        ),
        pytest.param(
            READY, {},
            {"hire": ["now: ml"], "assign": [], "ml": ["open"]},
            id="every layer reaches the threshold",
        ),
        pytest.param(
            READY, {"ml": 3}, {"hire": [], "assign": ["ml"], "ml": ["open"]},
            id="every layer reaches the threshold, modellers are available",
        ),
    ],
)  # fmt: skip
def test_layer_scores_decide_whether_a_vacancy_is_for_now_or_next_or_later(
    own, available, advice
):
    assert summary_of(staffing_for(own, available=available)) == advice


@pytest.mark.parametrize(
    ("profile", "ml"),
    [
        pytest.param({"approach": "train"}, "open", id="a model to train"),
        pytest.param({"approach": "pretrained"}, "not_needed", id="a ready-made model"),
        pytest.param(
            {"simple_way": "reaches"}, "not_needed", id="the simple way is good enough"
        ),
        pytest.param(
            {"approach": "pretrained", "hands": "ml"},
            "open",
            id="ready-made, and the team misses a modeller",
        ),
        pytest.param({"hands": "nobody"}, "not_needed", id="the team misses nobody"),
    ],
)
def test_ml_vacancy_opens_only_if_a_modeller_is_needed(profile, ml):
    assert staffing_for(READY, profile=profile).ml_vacancy == ml


@pytest.mark.parametrize(
    ("own", "available", "claimed", "ml"),
    [
        pytest.param(READY, {}, "ml", "claimed", id="a modeller is missing"),
        pytest.param(READY, {"ml": 3}, None, "claimed", id="modellers are available"),
        pytest.param(
            [2, 2, 2, 2], {"ml": 0.5, "data_engineer": 1}, "ml", "claimed",
            id="engineers are too few only with one more modeller",
        ),
    ],
)  # fmt: skip
def test_ml_vacancy_is_claimed_and_not_open_until_a_second_voice_confirms_the_claims(
    own, available, claimed, ml
):
    found = staff(diagnose(sample_inputs(own, available=available)))

    assert summary_of(found) == {"hire": [], "assign": [], "ml": [ml]}
    assert (found.headline, found.hold_reason) == ("confirm", "claimed")
    assert (found.claimed.id if found.claimed else None) == claimed
    assert found.capacity_warning is None


def test_warning_of_too_few_data_engineers_is_given_even_while_claims_are_unconfirmed():
    found = staff(diagnose(sample_inputs([2, 2, 2, 2], available={"ml": 3})))

    assert found.capacity_warning == (0, 3)


def test_headline_asks_for_a_second_voice_even_if_no_modeller_is_needed():
    found = staff(diagnose(sample_inputs(READY, profile={"approach": "pretrained"})))

    assert (found.headline, found.ml_vacancy) == ("confirm", "not_needed")


@pytest.mark.parametrize(
    ("answer", "ml", "blockers"),
    [
        pytest.param(0, "locked", ["AAA-00"], id="absent"),
        pytest.param(UNKNOWN, "locked", ["AAA-00"], id="unknown"),
        pytest.param(1, "open", ["AAA-00"], id="partial"),
        pytest.param(2, "open", [], id="in place"),
    ],
)
def test_ml_vacancy_is_locked_if_a_blocking_question_is_unknown_or_at_level_0(
    answer, ml, blockers
):
    found = staffing_for([[answer, 4, 4, 4], 3, 3, 3], blockers={"AAA-00": "always"})

    assert (found.ml_vacancy, [question.id for question in found.ml_blockers]) == (
        ml,
        blockers,
    )


@pytest.mark.parametrize(
    ("own", "profile", "reason"),
    [
        pytest.param(
            [UNKNOWN, 3, 3, 3],
            {},
            "unproven",
            id="open answers could change the verdict",
        ),
        pytest.param(
            [1, UNKNOWN, 3, 3], {}, "unproven", id="open answers could change the layer"
        ),
        pytest.param(
            [1, 3, 3, 3],
            {"origin": "outside"},
            "decide",
            id="no role can fix the layer",
        ),
        pytest.param(
            [1, 3, 3, 3], {"hands": "nobody"}, "room", id="the team misses nobody"
        ),
        pytest.param(
            [1, 3, 3, 3], {"openings": "0"}, "no_post", id="no post can be paid"
        ),
        pytest.param(
            [1, 3, 3, 3],
            {"simple_way": "reaches"},
            "no_ml",
            id="no machine learning is needed",
        ),
        pytest.param([1, 3, 3, 3], {"origin": "machines"}, "", id="no reason to hold"),
    ],
)
def test_reason_not_to_hire_is_given_exactly_if_there_is_no_first_hire(
    own, profile, reason
):
    staffing = staffing_for(own, profile=profile)

    assert staffing.hold_reason == reason
    assert (staffing.first_hire is None) == bool(reason)


@pytest.mark.parametrize(
    "own",
    [
        pytest.param([[0, 1, 4], 1, 3, 3], id="two layers fail"),
        pytest.param([2, 2, 2, 2], id="every layer reaches the threshold"),
    ],
)
def test_vacancies_and_headline_are_the_same_if_computed_without_explanations(own):
    diagnosis = diagnose(said_twice(sample_inputs(own, available={"ml": 1})))
    short, full = staff(diagnosis, explained=False), staff(diagnosis)
    vacancies = (each._replace(because=(), removed_by=()) for each in full.vacancies)

    assert full.remedies or full.capacity_warning
    assert short == full._replace(
        vacancies=tuple(vacancies), remedies=(), capacity_warning=None
    )


def test_gap_at_level_2_is_not_among_the_gaps_to_close_before_hiring():
    inputs = sample_inputs([[1, 2], 3, 3, 3])
    first, second, *rest = inputs.questions
    second = second._replace(enough={"live": 3})
    found = diagnose(inputs._replace(questions=(first, second, *rest)))

    assert [gap.level for gap in found.gaps] == [1, 2]
    assert [gap.level for gap in staff(found).remedies] == [1]


def test_team_is_assumed_to_train_a_model_if_the_approach_is_unknown():
    inputs = said_twice(sample_inputs(READY))._replace(facts={})

    assert staff(diagnose(inputs)).ml_vacancy == "open"


def test_gaps_to_close_before_hiring_rank_by_cost_then_blocker_then_layer_then_level():
    remedies = {
        "AAA-00": "hire", "AAA-01": "borrow", "AAA-02": "decide",
        "BBB-00": "decide", "BBB-01": "train", "BBB-02": "decide", "BBB-03": "hire",
        "CCC-00": "decide", "CCC-01": "reorganise", "CCC-02": "borrow",
        "CCC-03": "decide", "DDD-00": "decide",
    }  # fmt: skip
    found = staffing_for(
        [[0, 0, 1], [1, 1, 0, 1], [1, 1, 1, 2], 3],
        remedies=remedies,
        blockers={"CCC-00": "always"},
    )

    assert [gap.question.id for gap in found.remedies] == [
        "CCC-00", "AAA-02", "BBB-02", "BBB-00", "CCC-01", "BBB-01", "AAA-01", "CCC-02",
        "AAA-00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("own", "profile", "remedy"),
    [
        pytest.param(
            [1, 3, 3, 3],
            {"origin": "outside"},
            "sign a contract",
            id="condition met",
        ),
        pytest.param([1, 3, 3, 3], {"origin": "machines"}, "", id="condition not met"),
        pytest.param([3, 1, 3, 3], {"origin": "outside"}, "", id="another layer fails"),
        pytest.param(
            READY, {"origin": "outside"}, "", id="every layer reaches the threshold"
        ),
    ],
)
def test_action_before_hiring_is_advised_only_if_it_fits_the_facts_and_layer_to_fix(
    own, profile, remedy
):
    assert staffing_for(own, profile=profile).before_hiring == remedy


def test_result_names_the_layers_that_modellers_must_wait_for():
    found = staffing_for([3, 1, 0, 3], available={"ml": 1.5})

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
        pytest.param([1, 3, 3, 3], {}, "hire", id="a role is missing"),
        pytest.param(
            [1, 3, 3, 3], {"available": {"data_engineer": 2}}, "proceed",
            id="enough people are available",
        ),
        pytest.param(
            [1, 3, 3, 3], {"profile": {"origin": "outside"}}, "borrow",
            id="no role can fix the layer",
        ),
        pytest.param(
            [1, 3, 3, 3], {"profile": {"hands": "nobody"}}, "borrow",
            id="the team misses nobody, but people are missing",
        ),
        pytest.param(
            [1, 3, 3, 3],
            {"profile": {"hands": "nobody"}, "available": {"data_engineer": 2}},
            "proceed",
            id="the team misses nobody, and nobody is missing",
        ),
        pytest.param(
            [1, 3, 3, 3], {"profile": {"openings": "0"}}, "borrow",
            id="no post can be paid",
        ),
        pytest.param(
            [1, 3, 3, 3, 0], {"profile": {"stops": "eee"}}, "reorganise",
            id="the team names the cross-cutting layer",
        ),
        pytest.param(
            [[0, 4, 4], 3, 3, 3], {"blockers": {"AAA-00": "always"}}, "reorganise",
            id="every layer reaches the threshold, a blocking question is absent",
        ),
        pytest.param(
            [[UNKNOWN, 4, 4], 3, 3, 3], {"blockers": {"AAA-00": "always"}},
            "find_out",
            id="every layer reaches the threshold, a blocking question is unknown",
        ),
        pytest.param([UNKNOWN, 3, 3, 3], {}, "find_out", id="the verdict is unproven"),
        pytest.param(
            [UNKNOWN, 3, 3, 3], {"profile": {"simple_way": "reaches"}}, "no_ml",
            id="the simple way is good enough, with open answers",
        ),
        pytest.param(
            READY, {"profile": {"hands": "nobody"}}, "proceed",
            id="every layer reaches the threshold, the team misses nobody",
        ),
    ],
)  # fmt: skip
def test_staffing_headline_is_chosen_by_answers_and_facts_and_available_people(
    own, team, headline
):
    assert staffing_for(own, **team).headline == headline


@pytest.mark.parametrize(
    ("hands", "own", "hired"),
    [
        pytest.param(
            "analyst", [1, 3, 3, 3], "analyst", id="a role that can fix the layer"
        ),
        pytest.param(
            "ml", [1, 3, 3, 3], "data_engineer", id="a role that cannot fix the layer"
        ),
        pytest.param(
            "analyst",
            [3, 3, 1, 3],
            "devops",
            id="a role that can fix another layer only",
        ),
        pytest.param("unsure", [1, 3, 3, 3], "data_engineer", id="the team is unsure"),
    ],
)
def test_role_that_the_team_says_it_lacks_is_hired_first_if_fit_for_the_layer_to_fix(
    hands, own, hired
):
    first = staffing_for(own, profile={"hands": hands}).first_hire

    assert first is not None
    assert first.id == hired


def test_role_that_the_team_says_it_lacks_is_hired_even_if_three_people_have_the_role():
    team = {"profile": {"hands": "analyst"}, "available": {"analyst": 3}}

    assert summary_of(staffing_for([3, 1, 3, 3], **team))["hire"] == ["now: analyst"]


@pytest.mark.parametrize(
    ("profile", "hires"),
    [
        pytest.param(
            {"headcount": "19"},
            ["now: data_engineer and analyst and devops for aaa, bbb, ccc"],
            id="small organisation",
        ),
        pytest.param(
            {"headcount": "20"},
            [
                "now: data_engineer for aaa",
                "next: analyst for bbb",
                "later: devops for ccc",
            ],
            id="large enough organisation",
        ),
        pytest.param(
            {"openings": "1"},
            [
                "now: data_engineer for aaa",
                "later: analyst for bbb",
                "later: devops for ccc",
            ],
            id="one post can be paid",
        ),
    ],
)
def test_headcount_and_number_of_affordable_posts_limit_the_vacancies(profile, hires):
    def line(vacancy: Vacancy) -> str:
        roles = " and ".join(
            r.id for r in (vacancy.position.role, *vacancy.position.also)
        )
        layers = ", ".join(layer.id for layer in vacancy.position.layers)
        return f"{vacancy.horizon}: {roles} for {layers}"

    found = staffing_for([0, 1, 1, 3], profile=profile).vacancies

    assert [line(vacancy) for vacancy in found] == hires


@pytest.mark.parametrize(
    ("own", "senior"),
    [
        pytest.param([1, 3, 3, 3], False, id="not yet"),
        pytest.param([3, 3, 1, 3], True, id="conditional"),
        pytest.param(READY, True, id="every layer reaches the threshold"),
    ],
)
def test_vacancy_is_senior_only_if_modelling_may_start(own, senior):
    assert [vacancy.senior for vacancy in staffing_for(own).vacancies] == [senior]


def test_vacancy_lists_its_causes_and_the_changes_that_would_remove_it():
    (vacancy,) = staffing_for([[0, 1, 3], 3, 3, 3]).vacancies

    assert [gap.level for gap in vacancy.because if isinstance(gap, Gap)] == [0, 1]
    assert [(each.question.id, each.to) for each in vacancy.removed_by] == [
        ("AAA-00", 2)
    ]
    assert vacancy.exit == "aaa is mended"


@pytest.mark.parametrize(
    ("own", "available", "warning"),
    [
        pytest.param([2, 2, 2, 2], {"ml": 3}, (0, 3), id="no engineers"),
        pytest.param(
            [2, 2, 2, 2],
            {"ml": 2, "data_engineer": 4},
            None,
            id="two engineers for each modeller",
        ),
        pytest.param([1, 1, 2, 2], {"ml": 0.5}, None, id="engineers to be hired count"),
        pytest.param([3, 3, 2, 2], {"ml": 3}, None, id="the lowest layers are routine"),
        pytest.param([2, 2, 2, 2], {}, None, id="no modellers"),
    ],
)
def test_warning_is_given_only_if_there_are_too_few_data_engineers_for_the_modellers(
    own, available, warning
):
    profile = {"hands": "nobody"} if min(own) > 1 else {}

    assert (
        staffing_for(own, available=available, profile=profile).capacity_warning
        == warning
    )


@pytest.mark.parametrize(
    ("available", "hands", "missing"),
    [
        pytest.param(1.49, "unsure", [0.51], id="more than half a person missing"),
        pytest.param(1.51, "unsure", [], id="less than half a person missing"),
        pytest.param(
            4,
            "data_engineer",
            [1.0],
            id="twice the people needed, and the team misses more",
        ),
        pytest.param(4.1, "data_engineer", [], id="more than twice the people needed"),
    ],
)
def test_vacancy_opens_only_if_at_least_half_a_person_is_missing(
    available, hands, missing
):
    found = staffing_for(
        [1, 3, 3, 3],
        available={"data_engineer": available},
        profile={"hands": hands},
    )

    assert [v.position.missing for v in found.vacancies] == pytest.approx(missing)


def test_number_of_missing_people_has_no_rounding_error():
    inputs = sample_inputs([1, 3, 3, 3], available={"data_engineer": 0.9})
    constants = inputs.questionnaire.constants._replace(people_per_role=1.4)
    team = inputs._replace(
        questionnaire=inputs.questionnaire._replace(constants=constants)
    )

    (vacancy,) = staff(diagnose(team)).vacancies

    # Python computes 1.4 - 0.9 as 0.4999999999999999.
    assert vacancy.position.missing == 0.5
