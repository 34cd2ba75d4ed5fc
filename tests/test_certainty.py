"""How firm the advice is, held against every way in which it could come out."""

import random
from collections.abc import Iterator, Mapping
from itertools import combinations, product

import pytest

from mlready.assessment.certainty import Certainty, certainty
from mlready.assessment.diagnosis import diagnose
from mlready.assessment.staffing import staff
from mlready.model.answers import Answer, AssessmentInput, assessment_input
from mlready.model.questionnaire import Condition, Questionnaire
from tests.towers import (
    FACTS,
    LAYERS,
    ROLES,
    surveyed,
)

UNKNOWN, SET_ASIDE, READY = Answer(unknown=True), Answer(na="not here"), [3, 3, 3, 3]
LEVELS, TEAMS, MOST_OPEN, MOST_MOVED = range(5), 60, 3, 4
PROFILE = {
    **FACTS,
    "headcount": ("5", "100"),
    "openings": ("0", "1", "3"),
    "simple_way": ("unknown", "unknown", "unknown", "reaches"),
}


def certain(asked: AssessmentInput) -> Certainty:
    diagnosis = diagnose(asked)
    return certainty(diagnosis, staff(diagnosis))


def advice(asked: AssessmentInput) -> tuple[str, str, str]:
    """Return the verdict, the first hire and the layer to mend first."""
    diagnosis = diagnose(asked)
    mend, first = diagnosis.priority_layer, staff(diagnosis).first_hire
    return diagnosis.verdict, first.id if first else "", mend.id if mend else ""


def answered(asked: AssessmentInput, levels: Mapping[str, int]) -> AssessmentInput:
    said = {id_: Answer(level=level) for id_, level in levels.items()}
    sheet = asked.sheet._replace(answers={**asked.sheet.answers, **said})
    return asked._replace(sheet=sheet)


def teams(most_open: int) -> Iterator[AssessmentInput]:
    """Yield small random towers around one level, with some answers open."""
    chance, height = random.Random(7), len(LAYERS)
    for _ in range(TEAMS):
        base, number = chance.randint(0, 4), chance.randint(height, 2 * height + 1)
        near = [min(max(base + step, 0), 4) for step in (-1, 0, 0, 1)]
        said = [Answer(level=chance.choice(near)) for _ in range(number)]
        for _ in range(most_open):
            said[chance.randrange(number)] = UNKNOWN
        gates = [f"{layer.upper()}-00" for layer in LAYERS if chance.random() < 0.3]
        asked = surveyed(
            [said[layer::height] for layer in range(height)],
            live_only=chance.choice(["", "ccc", "eee"]),
            gates=dict.fromkeys(gates, "always"),
            profile={fact: chance.choice(said) for fact, said in PROFILE.items()},
            available={role: chance.choice((0, 0, 0.5, 2)) for role in ROLES},
        )
        whole = [q._replace(overall=q.id.endswith("02")) for q in asked.questions]
        yield asked._replace(questions=tuple(whole))


def moves(asked: AssessmentInput, number: int) -> Iterator[dict[str, int]]:
    """Yield every way in which so many answers move by one level."""
    single = [
        [(id_, to) for to in (said.level - 1, said.level + 1) if to in LEVELS]
        for id_, said in asked.sheet.answers.items()
        if said.level is not None
    ]
    for some in combinations(single, number):
        yield from map(dict, product(*some))


def fewest(asked: AssessmentInput) -> int | None:
    """Return how many answers must move to turn the advice, found by trying all."""
    now = advice(asked)[:2]
    return next(
        (
            number
            for number in range(1, MOST_MOVED + 1)
            for moved in moves(asked, number)
            if advice(answered(asked, moved))[:2] != now
        ),
        None,
    )


@pytest.mark.parametrize(
    "most_open",
    [
        pytest.param(0, id="all is answered"),
        pytest.param(MOST_OPEN, id="some answers are open"),
    ],
)
def test_a_flip_is_the_fewest_answers_that_turn_the_advice(most_open):
    numbers = set()
    for asked in teams(most_open):
        flip, number = certain(asked).minimal_change, fewest(asked)
        numbers.add(number)
        if flip is None:
            assert number is None, asked.sheet
            continue
        moved = {change.question.id: change.to for change in flip.changes}
        first = flip.first_hire.id if flip.first_hire else ""

        assert number == len(moved) or (number is None and len(moved) > MOST_MOVED)
        assert {abs(change.to - change.level) for change in flip.changes} == {1}
        assert advice(answered(asked, moved))[:2] == (flip.verdict, first)

    assert {None, 1, 2} <= numbers


@pytest.mark.parametrize(
    ("own", "team", "turned"),
    [
        pytest.param(
            [1, 3, 3, 3], {}, ({"AAA-00": 2}, "ready", "ml"), id="all comes to hold"
        ),
        pytest.param(
            [2, 4, 4, 4], {}, ({"AAA-00": 1}, "not_yet", "data_engineer"),
            id="a foundation gives way",
        ),
        pytest.param(
            [0, 0, 4, 4], {}, ({"AAA-00": 1}, "not_yet", "analyst"),
            id="another layer becomes the weakest",
        ),
        pytest.param(
            [[1, 4, 4], 4, 4, 4], {"gates": {"AAA-00": "always"}},
            ({"AAA-00": 0}, "ready", ""), id="a gate closes",
        ),
        pytest.param(
            [3, 4, UNKNOWN, 3, [3, UNKNOWN]],
            {"live_only": "ccc", "profile": {"stops": "ccc"}},
            ({"EEE-00": 4}, "conditional", "devops"), id="a rival comes to hold",
        ),
        pytest.param(
            [[0, 4, 4], 4, 4, 4], {"gates": {"AAA-00": "always"}},
            ({"AAA-00": 1}, "ready", "ml"), id="a gate opens",
        ),
        pytest.param(
            [4, [1, 1, 2, 2], [1, 1, 2, 2], 4],
            {
                "live_only": "ccc",
                "profile": {"stops": "aaa", "proof": "use", "approach": "pretrained"},
                "available": {"analyst": 2, "devops": 2},
            },
            ({"BBB-00": 0, "CCC-00": 0}, "not_yet", ""), id="two layers give way",
        ),
        pytest.param([0, 4, 4, 4], {}, None, id="nothing is near"),
    ],
)  # fmt: skip
def test_what_turns_the_advice(own, team, turned):
    flip = certain(surveyed(own, **team)).minimal_change

    assert turned == (
        flip
        and (
            {change.question.id: change.to for change in flip.changes},
            flip.verdict,
            flip.first_hire.id if flip.first_hire else "",
        )
    )


def test_what_is_certain_is_the_same_in_every_world_and_what_decides_is_named():
    for asked in teams(MOST_OPEN):
        open_ = [question.id for question in diagnose(asked).open]
        worlds = {
            levels: advice(answered(asked, dict(zip(open_, levels, strict=True))))
            for levels in product(LEVELS, repeat=len(open_))
        }
        matter = {
            id_
            for n, id_ in enumerate(open_)
            for levels, found in worlds.items()
            if found != worlds[(*levels[:n], 0, *levels[n + 1 :])]
        }
        verdicts, hires, mends = (
            set(each) for each in zip(*worlds.values(), strict=True)
        )
        found = certain(asked)

        assert (found.verdict, found.priority_layer, found.first_hire) == (
            len(verdicts) == 1, len(mends) == 1, len(hires) == 1,
        ), asked.sheet  # fmt: skip
        assert matter <= {each.question.id for each in found.deciding}, asked.sheet


@pytest.mark.parametrize(
    ("own", "team", "same", "deciding"),
    [
        pytest.param(
            [1, 3, 3, 3], {}, "verdict, layer, hire", {}, id="nothing is open"
        ),
        pytest.param([UNKNOWN, 3, 3, 3], {}, "", {"AAA-00": 4}, id="all is"),
        pytest.param(
            [0, [4, 4, UNKNOWN], 3, 3], {}, "verdict, layer, hire", {},
            id="what is open holds in any case",
        ),
        pytest.param(
            [UNKNOWN, [4, 4, UNKNOWN], 3, 3], {}, "", {"AAA-00": 4},
            id="only one of two decides",
        ),
        pytest.param(
            [[3, UNKNOWN, 0], UNKNOWN, [UNKNOWN, 2], 3], {}, "",
            {"BBB-00": 4, "CCC-00": 2, "AAA-01": 4 / 3}, id="what moves most leads",
        ),
        pytest.param(
            [[SET_ASIDE, UNKNOWN], 3, 3, 3], {}, "", {"AAA-01": 4},
            id="what does not apply takes no share",
        ),
        pytest.param(
            [0, UNKNOWN, 3, 3], {}, "verdict, layer, hire", {}, id="nothing is weaker"
        ),
        pytest.param(
            [1, UNKNOWN, 3, 3], {}, "verdict", {"BBB-00": 4},
            id="another layer could be the first",
        ),
        pytest.param(
            [1, [UNKNOWN, 0, 0], 3, 3], {}, "verdict", {"BBB-00": 4 / 3},
            id="though it does not hold either way",
        ),
        pytest.param(
            [1, UNKNOWN, 3, 3], {"profile": {"hands": "analyst"}}, "verdict, hire",
            {"BBB-00": 4}, id="the same role would mend either",
        ),
        pytest.param(
            [[UNKNOWN, 0, 0], UNKNOWN, UNKNOWN, 3], {"profile": {"hands": "analyst"}},
            "verdict", {"BBB-00": 4, "CCC-00": 4, "AAA-00": 4 / 3},
            id="a third layer needs another role",
        ),
        pytest.param(
            [UNKNOWN, 3, 3, 3],
            {"available": {"data_engineer": 2}, "profile": {"approach": "pretrained"}},
            "hire", {"AAA-00": 4}, id="nobody is hired either way",
        ),
        pytest.param(
            [3, 3, UNKNOWN, 3], {"live_only": "ccc"}, "", {"CCC-00": 4},
            id="one may start, and perhaps go live",
        ),
        pytest.param(
            [[UNKNOWN, 4, 4], 3, 3, 3], {"gates": {"AAA-00": "always"}},
            "verdict, layer", {"AAA-00": 4 / 3}, id="a gate",
        ),
        pytest.param(
            [3, 3, 3, [UNKNOWN, 3]], {"gates": {"DDD-00": "always"}},
            "verdict, layer", {"DDD-00": 0}, id="a gate on top moves no layer",
        ),
    ],
)  # fmt: skip
def test_what_open_answers_can_change(own, team, same, deciding):
    found = certain(surveyed(own, **team))
    widths = {each.question.id: each.width for each in found.deciding}

    certain_of = {
        "verdict": found.verdict,
        "layer": found.priority_layer,
        "hire": found.first_hire,
    }
    assert ", ".join(name for name, sure in certain_of.items() if sure) == same
    assert found.all == (same == "verdict, layer, hire")
    assert list(widths) == list(deciding)
    assert widths == pytest.approx(deciding)


def conditional_teams() -> Iterator[AssessmentInput]:
    """Yield random teams of a questionnaire in which answers decide what is asked."""
    chance = random.Random(11)
    for inputs in teams(MOST_OPEN):
        candidates = chance.choice([diagnose(inputs).open, inputs.questions])
        asker = chance.choice(candidates).id
        others = [q.id for q in inputs.questions if q.id != asker]
        asked, live = chance.sample(others, 2)
        wanted = tuple(map(str, chance.sample(LEVELS, 2)))
        yield assessment_input(
            conditional(inputs.questionnaire, asked, {asker: wanted}, live),
            inputs.sheet,
        )


def conditional(
    questionnaire: Questionnaire, asked: str, when: Condition, live: str
) -> Questionnaire:
    """Return the questionnaire with conditions on answers.

    One question is asked only under ``when``; a layer is needed only to go live where
    question ``live`` is at 0 or 1.
    """
    sections = tuple(
        section._replace(
            questions=tuple(
                q._replace(when=when) if q.id == asked else q for q in section.questions
            )
        )
        for section in questionnaire.sections
    )
    layers = tuple(
        layer._replace(live_when={live: ("0", "1")}) if layer.id == "bbb" else layer
        for layer in questionnaire.layers
    )
    return questionnaire._replace(sections=sections, layers=layers)


def again(inputs: AssessmentInput, levels: Mapping[str, int]) -> AssessmentInput:
    """Return the inputs of the same team after it answers so, from the beginning."""
    return assessment_input(inputs.questionnaire, answered(inputs, levels).sheet)


def test_minimal_change_holds_where_answers_decide_what_is_asked():
    found = [
        (inputs, change)
        for inputs in conditional_teams()
        for change in [certain(inputs).minimal_change]
        if change
    ]
    assert len(found) > TEAMS / 3
    for inputs, change in found:
        levels = {each.question.id: each.to for each in change.changes}
        first = change.first_hire.id if change.first_hire else ""

        assert advice(again(inputs, levels))[:2] == (change.verdict, first)
        assert advice(inputs)[:2] != (change.verdict, first)


def test_certain_advice_stays_where_answers_decide_what_is_asked():
    for inputs in conditional_teams():
        found = certain(inputs)
        open_ = [question.id for question in diagnose(inputs).open]
        possible = [
            advice(again(inputs, dict(zip(open_, levels, strict=True))))
            for levels in product(LEVELS, repeat=len(open_))
        ]
        verdicts, hires, layers = (set(each) for each in zip(*possible, strict=True))

        assert len(verdicts) == 1 or not found.verdict, inputs.sheet
        assert len(hires) == 1 or not found.first_hire, inputs.sheet
        assert len(layers) == 1 or not found.priority_layer, inputs.sheet
