"""How firm the advice is, held against trying out everything there is."""

import random
from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import given, strategies as st

from mlready.answers import Answer, Survey
from mlready.certainty import Certainty, certainty
from mlready.diagnosis import Verdict, diagnose
from mlready.flip import changed, flip
from mlready.questionnaire import Role
from mlready.scoring import Raise, score, shortest_way
from mlready.staffing import staff
from mlready.tracks import Changes
from tests.towers import LAYERS, Said, surveyed

UNKNOWN = Answer(unknown=True)
ALL, NONE, MEND_OPEN = (True,) * 3, (False,) * 3, (True, False, False)
MOST = 3  # changes tried out: beyond it there are too many
TOWERS = 40


def advice(team: Survey) -> tuple[Verdict, Role | None]:
    diagnosis = diagnose(team)
    return diagnosis.verdict, staff(team, diagnosis).first


def firmness(team: Survey) -> Certainty:
    diagnosis = diagnose(team)
    return certainty(team, diagnosis, staff(team, diagnosis))


def random_team(chance: random.Random, unknown: float) -> Survey:
    base = chance.randint(0, 4)

    def said() -> Said:
        near = min(4, max(0, base + chance.choice((-1, 0, 0, 1))))
        return UNKNOWN if chance.random() < unknown else near

    gates = [id_ for id_ in ("AAA-00", "BBB-00") if chance.random() < 0.4]
    return surveyed(
        [[said() for _ in range(chance.randint(1, 2))] for _ in LAYERS],
        live_only=chance.choice(("", "ccc", "eee")),
        gates=dict.fromkeys(gates, "always"),
        profile={
            "stops": chance.choice(("nothing", "aaa", "bbb", "ccc", "eee")),
            "approach": chance.choice(("train", "pretrained")),
            "origin": chance.choice(("machines", "outside")),
            "hands": chance.choice(("unsure", "unsure", "analyst", "nobody")),
        },
        available={
            role: chance.choice((0, 0, 2))
            for role in ("data_engineer", "analyst", "devops", "ml")
        },
    )


def every_way(team: Survey, number: int) -> Iterator[Changes]:
    """Yield every set of so many answers changed by one level."""
    levels = [(q, team.sheet.answer(q.id).level) for q in team.questions]
    known = [(question, level) for question, level in levels if level is not None]
    for chosen in combinations(known, number):
        for steps in product((-1, 1), repeat=number):
            way = [
                Raise(question, level, level + step)
                for (question, level), step in zip(chosen, steps, strict=True)
            ]
            if all(0 <= change.to <= 4 for change in way):
                yield tuple(way)


@pytest.mark.parametrize("unknown", [0.0, 0.25], ids=["all known", "some open"])
def test_no_smaller_set_of_answers_turns_the_advice(unknown):
    chance, turned = random.Random(20261124), 0
    for _ in range(TOWERS):
        team = random_team(chance, unknown)
        diagnosis, now = diagnose(team), advice(team)
        found = flip(team, diagnosis, staff(team, diagnosis))
        fewest = next(
            (
                number
                for number in range(1, MOST + 1)
                for way in every_way(team, number)
                if advice(changed(team, way)) != now
            ),
            None,
        )
        size = len(found.changes) if found else None
        assert (size if size and size <= MOST else None) == fewest
        if found:
            turned += 1
            assert advice(changed(team, found.changes)) == (found.verdict, found.first)
    assert turned > TOWERS / 2


@pytest.mark.parametrize(
    ("own", "certain"),
    [
        pytest.param([1, 3, 3, 3], ALL, id="all known"),
        pytest.param([UNKNOWN, 3, 3, 3], NONE, id="all hangs on it"),
        pytest.param([1, UNKNOWN, 3, 3], MEND_OPEN, id="another may be first"),
        pytest.param([0, UNKNOWN, 3, 3], ALL, id="nothing can be weaker"),
        pytest.param([3, 3, 3, UNKNOWN], ALL, id="what stands on top"),
        pytest.param([[3, 3, UNKNOWN], 3, 3, 3], ALL, id="it holds anyway"),
    ],
)
def test_what_open_answers_cannot_change(own, certain):
    found = firmness(surveyed(own))

    assert (found.verdict, found.mend, found.hire) == certain
    assert found.all is (certain == ALL)
    assert bool(found.deciding) is not found.all


def test_what_decides_most_leads():
    team = surveyed([[UNKNOWN, 2], [UNKNOWN, 2, 2, 2], 3, 3])

    assert [(each.question.id, each.width) for each in firmness(team).deciding] == [
        ("AAA-00", 2.0),
        ("BBB-00", 1.0),
    ]


rows = st.lists(st.one_of(st.integers(0, 4), st.just(UNKNOWN)), min_size=1, max_size=5)


@given(row=rows)
def test_the_shortest_way_leads_to_a_layer_that_holds(row: list[Said]):
    team = surveyed([row, [3], [3], [3]])
    layer, holds = team.questionnaire.layers[0], team.questionnaire.constants.holds
    way = shortest_way(team, layer, holds)
    after = changed(team, way)
    inside = after.within(layer.sections)
    lowest = min((after.sheet.answer(q.id).level or 0) for q in inside)

    assert score(inside, after.sheet, 0.5).low >= holds
    assert all(each.to > each.level for each in way)
    # Nothing is raised above the bar while something else is below it.
    assert lowest >= holds or all(each.to <= holds for each in way)
    if score(team.within(layer.sections), team.sheet, 0.5).low >= holds:
        assert way == ()
