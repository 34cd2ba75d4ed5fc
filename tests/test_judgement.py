from tests.benchmarks.judgement import (
    BARS,
    READERS,
    advice,
    agreement,
    between_readers,
    majority,
    sheets,
)


def test_the_advice_agrees_with_people_who_judged_the_same_teams(kickoff):
    for reader in READERS:
        ours = {team: advice(kickoff, sheet) for team, sheet in sheets(kickoff, reader)}

        same = agreement(ours, majority())

        assert len(ours) == 18
        assert [
            part
            for part, bar, n in zip(BARS, BARS.values(), same, strict=True)
            if n < bar
        ] == []


def test_two_people_answer_alike(kickoff):
    count, equal, near = between_readers(kickoff)

    assert count > 1000
    assert equal / count > 0.85
    assert near / count > 0.99
