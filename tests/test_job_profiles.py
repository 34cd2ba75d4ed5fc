"""What a vacancy's advertisement tells, and what is asked at the interview."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from mlready.assessment.diagnosis import diagnose
from mlready.assessment.job_profiles import JobProfile, job_profiles
from mlready.assessment.staffing import Horizon, Staffing, staff
from mlready.model.answers import AssessmentInput, assessment_input
from mlready.storage.questionnaire_file import load_bundled
from tests.sample_questionnaires import Level, sample_inputs
from tests.samples import LEVELS, sheets

KICKOFF = load_bundled("kickoff")
ROUTINE, PEOPLE = 3, (0, 0.5, 1, 3)
NOTHING: Mapping[str, str] = {}


def advised(asked: AssessmentInput) -> tuple[Staffing, tuple[JobProfile, ...]]:
    diagnosis = diagnose(asked)
    staffing = staff(diagnosis)
    return staffing, job_profiles(diagnosis, staffing)


def tower_of(
    own: Sequence[Level | Sequence[Level]],
    others: Mapping[str, str] = NOTHING,
    **team: Any,
) -> AssessmentInput:
    """Return a tower in which all is a data engineer's work but what others do."""
    asked = sample_inputs(own, **team)
    questions = [
        question._replace(roles=(others.get(question.section, "data_engineer"),))
        for question in asked.questions
    ]
    return asked._replace(questions=tuple(questions))


@pytest.mark.parametrize(
    ("own", "others", "week"),
    [
        pytest.param([1, 3, 3, 3], {}, {"AAA": 100}, id="one kind of work"),
        pytest.param(
            [0, [2, 4], 3, 3], {}, {"AAA": 80, "BBB": 20}, id="the lower, the more"
        ),
        pytest.param(
            [1, [1, 4], [1, 4], 3], {}, {"AAA": 40, "BBB": 30, "CCC": 30},
            id="thirds: what is left over goes to the vacancy's own layer",
        ),
        pytest.param(
            [[0] * 8, [2, 4], 3, 3], {}, {"AAA": 100}, id="too little to be told"
        ),
        pytest.param(
            [[0, 3], [3, 4], 4, 3], {}, {"AAA": 100}, id="nothing beyond routine"
        ),
        pytest.param(
            [1, [0, 4], 3, 3], {"BBB": "analyst"}, {"AAA": 100}, id="no work of others"
        ),
        pytest.param([1, 3, 3, 3], {"AAA": "analyst"}, {}, id="none of it theirs"),
    ],
)  # fmt: skip
def test_a_week_follows_the_gaps(own, others, week):
    _, (card, *_) = advised(tower_of(own, others))

    assert {section.id: share for section, share in card.week} == week


@pytest.mark.parametrize(
    ("own", "others", "asked"),
    [
        pytest.param(
            [[1, 2, 0], [0, 4], 3, 3], {}, ["AAA-02", "AAA-00", "AAA-01"],
            id="their own layer first, the lowest leading",
        ),
        pytest.param(
            [1, [2, 1, 4], [0, 4], 3], {}, ["AAA-00", "CCC-00", "BBB-01"],
            id="then the lowest of the rest",
        ),
        pytest.param(
            [1, [0, 4], 3, 3], {"BBB": "analyst"}, ["AAA-00"], id="no work of others"
        ),
    ],
)  # fmt: skip
def test_the_interview_asks_for_the_lowest_gaps(own, others, asked):
    _, (card, *_) = advised(tower_of(own, others))

    assert [gap.question.id for gap in card.gaps] == asked


@pytest.mark.parametrize(
    ("own", "profile", "roles"),
    [
        pytest.param([0, 1, 1, 3], {}, ["data_engineer", "analyst"], id="now and next"),
        pytest.param(
            [0, 1, 1, 3], {"openings": "1"}, ["data_engineer"], id="the rest is later"
        ),
        pytest.param(
            [0, 1, 1, 3], {"headcount": "5"}, ["data_engineer"], id="one for all"
        ),
        pytest.param([0, 1, 1, 3], {"openings": "0"}, [], id="all of it is later"),
        pytest.param(
            [1, 3, 3, 3], {"hands": "nobody"}, [], id="no hands are missing"
        ),
        pytest.param([3, 3, 3, 3], {}, ["ml"], id="the one on top"),
    ],
)  # fmt: skip
def test_who_gets_a_card(own, profile, roles):
    _, found = advised(tower_of(own, profile=profile))

    assert [card.vacancy.position.role.id for card in found] == roles


def test_whoever_stands_in_for_others_does_their_work_too():
    small = {"headcount": "5"}
    asked = tower_of([0, (1, 4, 0), 3, 3], {"BBB": "analyst"}, profile=small)
    _, (card,) = advised(asked)

    assert {section.id: share for section, share in card.week} == {"AAA": 40, "BBB": 60}


@pytest.mark.parametrize(
    ("available", "beside"),
    [
        pytest.param({}, [], id="nobody is free"),
        pytest.param({"analyst": 0, "devops": 0.5}, ["devops"], id="half a person is"),
        pytest.param({"data_engineer": 1, "ml": 2}, ["ml"], id="not the same again"),
    ],
)
def test_who_is_there_already(available, beside):
    _, (card, *_) = advised(tower_of([1, 3, 3, 3], available=available))

    assert [role.id for role in card.colleagues] == beside


HIRED_ROLES = [id_ for id_, role in KICKOFF.roles.items() if role.available]


@given(
    sheet=sheets(LEVELS),
    people=st.dictionaries(st.sampled_from(HIRED_ROLES), st.sampled_from(PEOPLE)),
)
def test_what_every_card_keeps_to(sheet, people):
    asked = assessment_input(KICKOFF, sheet._replace(available=people))
    staffing, found = advised(asked)
    assume(found)

    assert [card.vacancy for card in found] == [
        each for each in staffing.vacancies if each.horizon is not Horizon.LATER
    ]
    for card in found:
        place = card.vacancy.position
        roles = {role.id for role in (place.role, *place.also)}
        own = {section for layer in place.layers for section in layer.sections}
        gaps = {
            question.id: (question.section not in own, level)
            for question in asked.questions
            for level in [asked.sheet.answer(question.id).level or 0]
            if level < ROUTINE and roles & {*question.roles} and not question.overall
        }
        missing = sum(ROUTINE - level for _, level in gaps.values())
        week = {section.id: share for section, share in card.week}

        assert sum(week.values()) == (100 if gaps else 0)
        assert all(share > 0 == share % 10 for share in week.values())
        for section in KICKOFF.sections:
            theirs = [gaps[q.id][1] for q in section.questions if q.id in gaps]
            exact = 100 * sum(ROUTINE - level for level in theirs) / max(missing, 1)
            assert abs(week.get(section.id, 0) - exact) < 10
        told = [gaps[gap.question.id] for gap in card.gaps]
        assert told == sorted(gaps.values())[:3]
        assert {role.id for role in card.colleagues} == {
            id_ for id_, free in people.items() if free and id_ != place.role.id
        }
