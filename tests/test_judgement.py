"""How often the program's advice agrees with people who judged the same teams."""

import random

import pytest

from tests.benchmarks import sheets, voices
from tests.benchmarks.judgement import (
    AGREEMENT,
    BARS,
    KAPPA,
    READERS,
    all_voices,
    answered_twice,
    at_random,
    cases,
    kappa,
    misses_of_less,
    outcome,
    reader_misses,
    unconfirmed_by_asking,
)


@pytest.mark.parametrize("reader", READERS)
def test_advice_agrees_with_people_who_judged_the_same_teams(kickoff, reader):
    teams = list(cases(kickoff, reader))

    assert len(teams) == 50
    assert list(reader_misses(kickoff, teams)) == []


def test_advice_without_some_facts_or_answers_agrees_with_people_who_judged_the_teams(
    kickoff,
):
    teams = [case for reader in READERS for case in cases(kickoff, reader)]

    assert list(misses_of_less(kickoff, teams)) == []


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
def test_kappa_is_1_for_equal_and_0_for_random_and_minus_1_for_opposite_levels(
    pairs, expected
):
    assert kappa(pairs) == expected


def test_assessments_of_random_answer_sheets_violate_no_invariant():
    verdicts, broken = sheets.campaign(1000, seed=7)

    assert broken == {}
    assert all(verdicts.values())


def test_advice_to_random_sets_of_voices_violates_no_invariant():
    verdicts, violations = voices.campaign(200, seed=7)

    assert violations == {}
    assert {"not_yet", "conditional", "ready", "ready, not confirmed"} <= set(verdicts)


@pytest.fixture(scope="module")
def outcomes(kickoff):
    """Return how often the advice from each set of voices is right.

    The keys are those of ``BARS``, such as "champion and engineer". Advice is right if
    most of the people who judged the team agree with it.
    """
    return {
        name: outcome(kickoff, sheets) for name, sheets in all_voices(kickoff).items()
    }


@pytest.mark.parametrize("name", BARS)
def test_advice_from_answers_of_each_set_of_voices_is_wrong_about_few_enough_teams(
    outcomes, name
):
    assert outcomes[name].misses(BARS[name]) == []


def test_one_voice_alone_never_confirms_a_ready_verdict(outcomes):
    alone = outcomes["champion"]

    assert len(alone.claimed_ready) >= 15
    assert (alone.false_ready, alone.false_ml, alone.confirmed) == ([], [], [])


def test_answers_to_question_lists_confirm_the_verdict_of_every_ready_team(outcomes):
    assert len(outcomes["champion and engineer"].confirmed) == 4
    assert unconfirmed_by_asking(outcomes) == set()


def test_question_lists_improve_the_advice_far_more_than_random_questions_do(
    kickoff, outcomes
):
    (random_one,) = at_random(kickoff, random.Random(1), trials=1)
    chosen = outcomes["champion, asked of the engineer"]

    assert chosen.shares[0] >= random_one.shares[0] + 0.2
    assert len(chosen.claimed_ready) + 5 < len(random_one.claimed_ready)
