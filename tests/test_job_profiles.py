"""How a job profile divides a week among sections, and which gaps it discusses."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from mlready.assessment.checklist import needed_level
from mlready.assessment.diagnosis import diagnose
from mlready.assessment.job_profiles import JobProfile, job_profiles
from mlready.assessment.staffing import Horizon, Staffing, staff
from mlready.model.answers import AssessmentInput, assessment_input
from mlready.storage.questionnaire_file import load_bundled
from tests.sample_questionnaires import Level, said_twice, sample_inputs
from tests.samples import LEVELS, example, sheets

KICKOFF = load_bundled("kickoff")
ROUTINE, PEOPLE = 3, (0, 0.5, 1, 3)
NO_OTHERS: Mapping[str, str] = {}


def staffing_and_profiles(
    inputs: AssessmentInput,
) -> tuple[Staffing, tuple[JobProfile, ...]]:
    diagnosis = diagnose(inputs)
    staffing = staff(diagnosis)
    return staffing, job_profiles(diagnosis, staffing)


def team_of(
    levels: Sequence[Level | Sequence[Level]],
    others: Mapping[str, str] = NO_OTHERS,
    **team: Any,
) -> AssessmentInput:
    """Return a team; ``others`` names by section the role that closes the gaps there.

    A data engineer closes the gaps in all other sections.
    """
    inputs = said_twice(sample_inputs(levels, **team))
    questions = [
        question._replace(roles=(others.get(question.section, "data_engineer"),))
        for question in inputs.questions
    ]
    return inputs._replace(questions=tuple(questions))


@pytest.mark.parametrize(
    ("levels", "others", "week"),
    [
        pytest.param([1, 3, 3, 3], {}, {"AAA": 100}, id="gaps of one section"),
        pytest.param(
            [0, [2, 4], 3, 3], {}, {"AAA": 80, "BBB": 20},
            id="in proportion to missing levels"
        ),
        pytest.param(
            [1, [1, 4], [1, 4], 3], {}, {"AAA": 40, "BBB": 30, "CCC": 30},
            id="rounding remainder goes to the position's layer",
        ),
        pytest.param(
            [[0] * 8, [2, 4], 3, 3], {}, {"AAA": 100}, id="shares below ten are dropped"
        ),
        pytest.param(
            [[0, 3], [3, 4], 4, 3], {}, {"AAA": 100}, id="gaps at level 3 do not count"
        ),
        pytest.param(
            [1, [0, 4], 3, 3], {"BBB": "analyst"}, {"AAA": 100},
            id="gaps of another role do not count"
        ),
        pytest.param([1, 3, 3, 3], {"AAA": "analyst"}, {}, id="no gap of this role"),
    ],
)  # fmt: skip
def test_job_profile_splits_the_week_in_proportion_to_missing_levels(
    levels, others, week
):
    _, (job, *_) = staffing_and_profiles(team_of(levels, others))

    assert {section.id: share for section, share in job.week} == week


@pytest.mark.parametrize(
    ("levels", "others", "asked"),
    [
        pytest.param(
            [[1, 2, 0], [0, 4], 3, 3], {}, ["AAA-02", "AAA-00", "BBB-00"],
            id="the position's layer first, lowest first",
        ),
        pytest.param(
            [1, [2, 1, 4], [0, 4], 3], {}, ["AAA-00", "CCC-00", "BBB-01"],
            id="then the other layers, lowest first",
        ),
        pytest.param(
            [1, [0, 4], 3, 3], {"BBB": "analyst"}, ["AAA-00"],
            id="no gaps of another role"
        ),
    ],
)  # fmt: skip
def test_job_interview_begins_with_gaps_of_the_layer_that_needs_the_position(
    levels, others, asked
):
    _, (job, *_) = staffing_and_profiles(team_of(levels, others))

    assert [gap.question.id for gap in job.gaps] == asked


@pytest.mark.parametrize(
    ("levels", "profile", "roles"),
    [
        pytest.param(
            [0, 1, 1, 3], {}, ["data_engineer", "analyst"], id="two vacancies"
        ),
        pytest.param(
            [0, 1, 1, 3], {"openings": "1"}, ["data_engineer"], id="one vacancy"
        ),
        pytest.param(
            [0, 1, 1, 3], {"headcount": "5"}, ["data_engineer"], id="small organisation"
        ),
        pytest.param([0, 1, 1, 3], {"openings": "0"}, [], id="no opening"),
        pytest.param(
            [1, 3, 3, 3], {"hands": "nobody"}, [], id="no role is missing"
        ),
        pytest.param([3, 3, 3, 3], {}, ["ml"], id="hire once all layers pass"),
    ],
)  # fmt: skip
def test_only_vacancies_to_fill_now_or_next_get_a_job_profile(levels, profile, roles):
    _, found = staffing_and_profiles(team_of(levels, profile=profile))

    assert [job.vacancy.position.role.id for job in found] == roles


def test_job_profile_for_two_roles_includes_the_work_of_both_roles():
    small = {"headcount": "5"}
    inputs = team_of([0, (1, 4, 0), 3, 3], {"BBB": "analyst"}, profile=small)
    _, (job,) = staffing_and_profiles(inputs)

    assert {section.id: share for section, share in job.week} == {"AAA": 40, "BBB": 60}


@pytest.mark.parametrize(
    ("available", "colleagues"),
    [
        pytest.param({}, [], id="no one is available"),
        pytest.param({"analyst": 0, "devops": 0.5}, ["devops"], id="half a person"),
        pytest.param({"data_engineer": 1, "ml": 2}, ["ml"], id="not the role itself"),
    ],
)
def test_colleagues_in_a_job_profile_are_the_available_people_of_other_roles(
    available, colleagues
):
    _, (job, *_) = staffing_and_profiles(team_of([1, 3, 3, 3], available=available))

    assert [role.id for role in job.colleagues] == colleagues


HIRED_ROLES = [id_ for id_, role in KICKOFF.roles.items() if role.available]


@given(
    sheet=sheets(LEVELS),
    people=st.dictionaries(st.sampled_from(HIRED_ROLES), st.sampled_from(PEOPLE)),
)
def test_job_profiles_of_random_teams_match_their_vacancies_and_gaps(sheet, people):
    inputs = assessment_input(KICKOFF, sheet._replace(available=people))
    staffing, found = staffing_and_profiles(inputs)
    assume(found)

    assert [job.vacancy for job in found] == [
        each for each in staffing.vacancies if each.horizon is not Horizon.LATER
    ]
    for job in found:
        position = job.vacancy.position
        roles = {role.id for role in (position.role, *position.also)}
        own = {section for layer in position.layers for section in layer.sections}
        gaps = {
            question.id: (question.section not in own, level)
            for question in inputs.questions
            for level in [inputs.sheet.answer(question.id).level or 0]
            if level < ROUTINE and roles & {*question.roles} and not question.overall
        }
        missing = sum(ROUTINE - level for _, level in gaps.values())
        week = {section.id: share for section, share in job.week}

        assert sum(week.values()) == (100 if gaps else 0)
        assert all(share > 0 == share % 10 for share in week.values())
        for section in KICKOFF.sections:
            own_gaps = [gaps[q.id][1] for q in section.questions if q.id in gaps]
            exact = 100 * sum(ROUTINE - level for level in own_gaps) / max(missing, 1)
            assert abs(week.get(section.id, 0) - exact) < 10
        asked = {question.id: question for question in inputs.questions}
        short = [
            gap
            for id_, gap in gaps.items()
            if gap[1] < needed_level(inputs, asked[id_])
        ]
        discussed = [gaps[gap.question.id] for gap in job.gaps]
        assert discussed == sorted(short or gaps.values())[:3]
        assert {role.id for role in job.colleagues} == {
            id_ for id_, free in people.items() if free and id_ != position.role.id
        }


def test_advertisement_omits_each_gap_that_the_legal_role_can_close():
    _, (job, *_) = staffing_and_profiles(
        assessment_input(KICKOFF, example("assistant"))
    )

    assert "MOV-07" in {gap.question.id for gap in job.gaps}
    assert job.missing
    assert "MOV-07" not in {gap.question.id for gap in job.missing}


def test_advertisement_does_not_list_good_enough_answers_as_missing():
    inputs = assessment_input(KICKOFF, example("assistant"))
    _, (job, *_) = staffing_and_profiles(inputs)

    assert [
        gap.question.id
        for gap in job.missing
        if gap.level >= needed_level(inputs, gap.question)
    ] == []
