"""The program's advice often agrees with people who judged the same teams."""

import pytest

from tests.benchmarks.judgement import (
    AGREEMENT,
    KAPPA,
    LEAST,
    READERS,
    advice,
    answered_twice,
    cases,
    kappa,
    shares,
)
from tests.benchmarks.sheets import campaign


@pytest.mark.parametrize("reader", READERS)
def test_advice_agrees_with_people_who_judged_the_same_teams(kickoff, reader):
    teams = list(cases(kickoff, reader))
    found = shares([advice(kickoff, case.sheet) for case in teams], teams)

    assert len(teams) == 50
    assert [
        part
        for (part, least), share in zip(LEAST.items(), found, strict=True)
        if share < least
    ] == []


def test_two_people_who_judge_the_same_team_answer_each_question_similarly(kickoff):
    pairs = answered_twice(*(list(cases(kickoff, reader)) for reader in READERS))

    assert {id_ for id_, each in pairs.items() if kappa(each) < KAPPA} == set()
    assert kappa([pair for each in pairs.values() for pair in each]) >= AGREEMENT


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param([(0, 0), (4, 4), (2, 2)], 1.0, id="full agreement"),
        pytest.param([(1, 1), (1, 1)], 1.0, id="one level only"),
        pytest.param([(0, 4), (4, 0)], -1.0, id="always opposite"),
        pytest.param([(0, 0), (0, 2), (2, 0), (2, 2)], 0.0, id="agreement by chance"),
    ],
)
def test_kappa_measures_the_agreement_of_pairs_of_levels(pairs, expected):
    assert kappa(pairs) == expected


def test_assessments_of_random_answer_sheets_violate_no_invariant():
    verdicts, broken = campaign(2000, seed=7)

    assert broken == {}
    assert all(verdicts.values())
