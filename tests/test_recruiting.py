import pytest

from mlready.diagnosis import diagnose
from mlready.recruiting import Card, cards
from mlready.staffing import staff
from tests.towers import Said, surveyed


def written(own: list[list[Said]], **team: object) -> tuple[Card, ...]:
    asked = surveyed(own, **team)
    diagnosis = diagnose(asked)
    return cards(asked, diagnosis, staff(asked, diagnosis))


def week(card: Card) -> dict[str, int]:
    return {section.id: share for section, share in card.week}


@pytest.mark.parametrize(
    ("own", "shares"),
    [
        pytest.param([[3, 3], [1, 1], [3], [3]], {"BBB": 100}, id="one thing to do"),
        pytest.param(
            [[1, 3], [1, 1], [2], [3]],
            {"AAA": 30, "BBB": 60, "CCC": 10},
            id="by what is missing up to routine",
        ),
        pytest.param(
            [[2, 3, 3], [0, 0], [2], [2]],
            {"AAA": 10, "BBB": 70, "CCC": 10, "DDD": 10},
            id="the largest remainder is rounded up",
        ),
    ],
)
def test_an_honest_week_follows_the_gaps_and_adds_up(own, shares):
    (card, *_) = written(own, profile={"hands": "analyst"})

    assert week(card) == shares
    assert sum(shares.values()) == 100


def test_the_interview_is_about_the_vacancy_s_own_layers_first():
    (card,) = written([[2, 2, 2], [0, 1, 1, 2], [2], [2]])

    assert [gap.question.id for gap in card.gaps] == ["BBB-00", "BBB-01", "BBB-02"]


def test_there_is_a_card_for_now_and_next_only():
    own: list[list[Said]] = [[0, 0], [1, 1], [1, 1], [3]]
    roles = [card.vacancy.place.role.id for card in written(own)]
    one_post = written(own, profile={"openings": "1"})

    assert roles == ["data_engineer", "analyst"]
    assert [card.vacancy.place.role.id for card in one_post] == ["data_engineer"]


def test_whoever_is_free_stands_beside_and_nobody_else():
    (card,) = written([[3], [1, 1], [3], [3]], available={"ml": 1, "devops": 0})

    assert [role.id for role in card.beside] == ["ml"]
