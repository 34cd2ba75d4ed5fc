"""Certain advice and the minimal change, checked by trying all possible answers."""

import random
from collections.abc import Iterator, Mapping
from itertools import combinations, product

import pytest

from mlready.assessment.certainty import Certainty, certainty
from mlready.assessment.diagnosis import diagnose
from mlready.assessment.staffing import staff
from mlready.assessment.voices import with_agreed_answers
from mlready.model.answers import Answer, AssessmentInput, assessment_input
from mlready.model.questionnaire import Condition, Questionnaire
from tests.sample_questionnaires import (
    FACTS,
    LAYERS,
    ROLES,
    said_twice,
    sample_inputs,
)

UNKNOWN, NOT_APPLICABLE = Answer(unknown=True), Answer(na="not here")
SHARE_SAID_TWICE = 0.7  # of the teams; the other teams have a single voice
LEVELS, TEAMS, MOST_OPEN, MOST_MOVED = range(5), 60, 3, 4
PROFILE = {
    **FACTS,
    "headcount": ("5", "100"),
    "openings": ("0", "1", "3"),
    "simple_way": ("unknown", "unknown", "unknown", "reaches"),
}


def certainty_of(inputs: AssessmentInput) -> Certainty:
    diagnosis = diagnose(inputs)
    return certainty(diagnosis, staff(diagnosis))


def advice(inputs: AssessmentInput) -> tuple[str, str, str]:
    """Return the verdict and the ids of first hire and layer to fix first."""
    diagnosis = diagnose(inputs)
    layer, first = diagnosis.priority_layer, staff(diagnosis).first_hire
    return diagnosis.verdict, first.id if first else "", layer.id if layer else ""


def answered(inputs: AssessmentInput, levels: Mapping[str, int]) -> AssessmentInput:
    """Return the inputs with new levels, but with the same questions asked."""
    answers = {id_: Answer(level=level) for id_, level in levels.items()}
    return with_agreed_answers(inputs, answers)


def teams(most_open: int) -> Iterator[AssessmentInput]:
    """Yield random teams with at most ``most_open`` open answers."""
    rng, height = random.Random(7), len(LAYERS)
    for _ in range(TEAMS):
        base, number = rng.randint(0, 4), rng.randint(height, 2 * height + 1)
        nearby = [min(max(base + step, 0), 4) for step in (-1, 0, 0, 1)]
        answers = [Answer(level=rng.choice(nearby)) for _ in range(number)]
        for _ in range(most_open):
            answers[rng.randrange(number)] = UNKNOWN
        blockers = [f"{layer.upper()}-00" for layer in LAYERS if rng.random() < 0.3]
        inputs = sample_inputs(
            [answers[layer::height] for layer in range(height)],
            live_only=rng.choice(["", "ccc", "eee"]),
            blockers=dict.fromkeys(blockers, "always"),
            profile={fact: rng.choice(given) for fact, given in PROFILE.items()},
            available={role: rng.choice((0, 0, 0.5, 2)) for role in ROLES},
        )
        whole = [q._replace(overall=q.id.endswith("02")) for q in inputs.questions]
        team = inputs._replace(questions=tuple(whole))
        yield said_twice(team) if rng.random() < SHARE_SAID_TWICE else team


def moves(inputs: AssessmentInput, number: int) -> Iterator[dict[str, int]]:
    """Yield each way to raise or lower ``number`` answers by one level."""
    single = [
        [(id_, to) for to in (answer.level - 1, answer.level + 1) if to in LEVELS]
        for id_, answer in inputs.sheet.answers.items()
        if answer.level is not None
    ]
    for some in combinations(single, number):
        yield from map(dict, product(*some))


def fewest_changes(inputs: AssessmentInput) -> int | None:
    """Return how many answers must change by one level to change verdict or first hire.

    The result is None if ``MOST_MOVED`` changes are not enough.
    """
    now = advice(inputs)[:2]
    return next(
        (
            number
            for number in range(1, MOST_MOVED + 1)
            for changed in moves(inputs, number)
            if advice(answered(inputs, changed))[:2] != now
        ),
        None,
    )


@pytest.mark.parametrize(
    "most_open",
    [
        pytest.param(0, id="no open answers"),
        pytest.param(MOST_OPEN, id="open answers"),
    ],
)
def test_minimal_change_has_no_more_answers_than_needed_to_change_the_advice(most_open):
    numbers = set()
    for inputs in teams(most_open):
        change, number = certainty_of(inputs).minimal_change, fewest_changes(inputs)
        numbers.add(number)
        if change is None:
            assert number is None, inputs.sheet
            continue
        changed = {change.question.id: change.to for change in change.changes}
        first = change.first_hire.id if change.first_hire else ""

        assert number == len(changed) or (number is None and len(changed) > MOST_MOVED)
        assert {abs(change.to - change.level) for change in change.changes} == {1}
        assert advice(answered(inputs, changed))[:2] == (change.verdict, first)
        now, then = (
            diagnose(each).priority_layer
            for each in (inputs, answered(inputs, changed))
        )
        assert change.other_priority == (then if then != now else None)

    assert {None, 1, 2} <= numbers


@pytest.mark.parametrize(
    ("levels_by_layer", "team", "expected"),
    [
        pytest.param(
            [1, 3, 3, 3], {}, ({"AAA-00": 2}, "ready", "ml"),
            id="the lowest layer reaches the threshold"
        ),
        pytest.param(
            [2, 4, 4, 4], {}, ({"AAA-00": 1}, "not_yet", "data_engineer"),
            id="the lowest layer drops below the threshold",
        ),
        pytest.param(
            [0, 0, 4, 4], {}, ({"AAA-00": 1}, "not_yet", "analyst"),
            id="another layer becomes the weakest",
        ),
        pytest.param(
            [[1, 4, 4], 4, 4, 4], {"blockers": {"AAA-00": "always"}},
            ({"AAA-00": 0}, "ready", ""), id="a blocking answer drops",
        ),
        pytest.param(
            [3, 4, UNKNOWN, 3, [3, UNKNOWN]],
            {"live_only": "ccc", "profile": {"stops": "ccc"}},
            ({"EEE-00": 4}, "conditional", "devops"),
            id="the priority layer reaches the threshold",
        ),
        pytest.param(
            [[0, 4, 4], 4, 4, 4], {"blockers": {"AAA-00": "always"}},
            ({"AAA-00": 1}, "ready", "ml"), id="a blocking answer rises",
        ),
        pytest.param(
            [4, [1, 1, 2, 2], [1, 1, 2, 2], 4],
            {
                "live_only": "ccc",
                "profile": {"stops": "aaa", "proof": "use", "approach": "pretrained"},
                "available": {"analyst": 2, "devops": 2},
            },
            ({"BBB-00": 0, "CCC-00": 0}, "not_yet", ""), id="two layers drop below",
        ),
        pytest.param([0, 4, 4, 4], {}, None, id="no change alters the advice"),
    ],
)  # fmt: skip
def test_minimal_change_lists_the_changed_answers_and_the_resulting_advice(
    levels_by_layer, team, expected
):
    change = certainty_of(
        said_twice(sample_inputs(levels_by_layer, **team))
    ).minimal_change

    assert expected == (
        change
        and (
            {change.question.id: change.to for change in change.changes},
            change.verdict,
            change.first_hire.id if change.first_hire else "",
        )
    )


def test_advice_is_certain_only_if_no_open_answer_could_change_it():
    for inputs in teams(MOST_OPEN):
        open_ = [question.id for question in diagnose(inputs).open]
        advice_for = {
            levels: advice(answered(inputs, dict(zip(open_, levels, strict=True))))
            for levels in product(LEVELS, repeat=len(open_))
        }
        relevant = {
            id_
            for n, id_ in enumerate(open_)
            for levels, found in advice_for.items()
            if found != advice_for[(*levels[:n], 0, *levels[n + 1 :])]
        }
        verdicts, hires, layers = (
            set(each) for each in zip(*advice_for.values(), strict=True)
        )
        found = certainty_of(inputs)

        assert (found.verdict, found.priority_layer, found.first_hire) == (
            len(verdicts) == 1, len(layers) == 1, len(hires) == 1,
        ), inputs.sheet  # fmt: skip
        assert relevant <= {each.question.id for each in found.deciding}, inputs.sheet


@pytest.mark.parametrize(
    ("levels_by_layer", "team", "parts", "deciding"),
    [
        pytest.param(
            [1, 3, 3, 3], {}, "verdict, layer, hire", {}, id="no open answers"
        ),
        pytest.param(
            [UNKNOWN, 3, 3, 3], {}, "", {"AAA-00": 4},
            id="the only answer of a layer is open",
        ),
        pytest.param(
            [0, [4, 4, UNKNOWN], 3, 3], {}, "verdict, layer, hire", {},
            id="the layer with an open answer passes in any case",
        ),
        pytest.param(
            [UNKNOWN, [4, 4, UNKNOWN], 3, 3], {}, "", {"AAA-00": 4},
            id="one of two open answers decides",
        ),
        pytest.param(
            [[3, UNKNOWN, 0], UNKNOWN, [UNKNOWN, 2], 3], {}, "",
            {"BBB-00": 4, "CCC-00": 2, "AAA-01": 4 / 3}, id="widest range first",
        ),
        pytest.param(
            [[NOT_APPLICABLE, UNKNOWN], 3, 3, 3], {}, "", {"AAA-01": 4},
            id="answer not applicable has no weight",
        ),
        pytest.param(
            [0, UNKNOWN, 3, 3], {}, "verdict, layer, hire", {},
            id="the layer with an open answer cannot be weaker"
        ),
        pytest.param(
            [1, UNKNOWN, 3, 3], {}, "verdict", {"BBB-00": 4},
            id="the layer with an open answer may have priority",
        ),
        pytest.param(
            [1, [UNKNOWN, 0, 0], 3, 3], {}, "verdict", {"BBB-00": 4 / 3},
            id="the layer with an open answer fails in any case",
        ),
        pytest.param(
            [1, UNKNOWN, 3, 3], {"profile": {"hands": "analyst"}}, "verdict, hire",
            {"BBB-00": 4}, id="both layers need the same role",
        ),
        pytest.param(
            [[UNKNOWN, 0, 0], UNKNOWN, UNKNOWN, 3], {"profile": {"hands": "analyst"}},
            "verdict", {"BBB-00": 4, "CCC-00": 4, "AAA-00": 4 / 3},
            id="a third layer needs another role",
        ),
        pytest.param(
            [UNKNOWN, 3, 3, 3],
            {"available": {"data_engineer": 2}, "profile": {"approach": "pretrained"}},
            "hire", {"AAA-00": 4}, id="no hire in any case",
        ),
        pytest.param(
            [3, 3, UNKNOWN, 3], {"live_only": "ccc"}, "", {"CCC-00": 4},
            id="the layer with an open answer is needed to go live",
        ),
        pytest.param(
            [[UNKNOWN, 4, 4], 3, 3, 3], {"blockers": {"AAA-00": "always"}},
            "verdict, layer", {"AAA-00": 4 / 3}, id="an open blocking question",
        ),
        pytest.param(
            [3, 3, 3, [UNKNOWN, 3]], {"blockers": {"DDD-00": "always"}},
            "verdict, layer", {"DDD-00": 0},
            id="an open blocking question in the top layer",
        ),
    ],
)  # fmt: skip
def test_certainty_says_which_advice_is_certain_and_which_open_questions_decide(
    levels_by_layer, team, parts, deciding
):
    found = certainty_of(said_twice(sample_inputs(levels_by_layer, **team)))
    widths = {each.question.id: each.width for each in found.deciding}

    certain_of = {
        "verdict": found.verdict,
        "layer": found.priority_layer,
        "hire": found.first_hire,
    }
    assert ", ".join(name for name, sure in certain_of.items() if sure) == parts
    assert found.all == (parts == "verdict, layer, hire")
    assert list(widths) == list(deciding)
    assert widths == pytest.approx(deciding)


def conditional_teams() -> Iterator[AssessmentInput]:
    """Yield random teams, each with a conditional question and a conditional layer.

    The function ``conditional`` makes the two conditions.
    """
    rng = random.Random(11)
    for inputs in teams(MOST_OPEN):
        candidates = rng.choice([diagnose(inputs).open, inputs.questions])
        asking = rng.choice(candidates).id
        others = [q.id for q in inputs.questions if q.id != asking]
        asked, deciding = rng.sample(others, 2)
        wanted = tuple(map(str, rng.sample(LEVELS, 2)))
        yield assessment_input(
            conditional(inputs.questionnaire, asked, {asking: wanted}, deciding),
            inputs.sheet,
        )


def conditional(
    questionnaire: Questionnaire, asked: str, when: Condition, deciding: str
) -> Questionnaire:
    """Return the questionnaire with a conditional question and a conditional layer.

    The question ``asked`` is asked on the condition ``when``. If the answer to the
    question ``deciding`` has level 0 or 1, layer bbb is needed only for going live.
    Otherwise layer bbb is needed for modelling.
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
        layer._replace(live_when={deciding: ("0", "1")}) if layer.id == "bbb" else layer
        for layer in questionnaire.layers
    )
    return questionnaire._replace(sections=sections, layers=layers)


def with_levels(inputs: AssessmentInput, levels: Mapping[str, int]) -> AssessmentInput:
    """Return the inputs with new levels, which may change the questions asked."""
    return assessment_input(inputs.questionnaire, answered(inputs, levels).sheet)


def test_minimal_change_changes_the_advice_even_if_questions_have_conditions():
    found = [
        (inputs, change)
        for inputs in conditional_teams()
        for change in [certainty_of(inputs).minimal_change]
        if change
    ]
    assert len(found) > TEAMS / 3
    for inputs, change in found:
        levels = {each.question.id: each.to for each in change.changes}
        first = change.first_hire.id if change.first_hire else ""

        assert advice(with_levels(inputs, levels))[:2] == (change.verdict, first)
        assert advice(inputs)[:2] != (change.verdict, first)


def test_no_open_answer_changes_certain_advice_even_if_questions_have_conditions():
    for inputs in conditional_teams():
        found = certainty_of(inputs)
        open_ = [question.id for question in diagnose(inputs).open]
        possible = [
            advice(with_levels(inputs, dict(zip(open_, levels, strict=True))))
            for levels in product(LEVELS, repeat=len(open_))
        ]
        verdicts, hires, layers = (set(each) for each in zip(*possible, strict=True))

        assert len(verdicts) == 1 or not found.verdict, inputs.sheet
        assert len(hires) == 1 or not found.first_hire, inputs.sheet
        assert len(layers) == 1 or not found.priority_layer, inputs.sheet
