"""Combining answer sheets of several voices: which answers count."""

import random
from itertools import permutations

import pytest

from mlready.assessment.diagnosis import diagnose
from mlready.assessment.voices import (
    SameVoiceError,
    accepted_value,
    combine,
    completed_by_voices,
    differences,
    is_meeting,
    lower_answer,
)
from mlready.model.answers import (
    EXPRESS,
    FULL,
    Answer,
    AnswerSheet,
    PlanStep,
    Voice,
    assessment_input,
    empty_sheet,
)
from mlready.model.questionnaire import Questionnaire
from tests.samples import KICKOFF, example

ANA = Voice("Ana", "data_engineer", date="2026-11-01")
BO = Voice("Bo", "owner", date="2026-11-02")
CY = Voice("Cy", "a friend of the team")
FACTS = {fact.id: fact for fact in KICKOFF.profile}


def sheet(voice: Voice, **said) -> AnswerSheet:
    """Return an empty kickoff sheet of ``voice``; keywords set further fields."""
    return empty_sheet(KICKOFF)._replace(voice=voice, **said)


def answered(voice: Voice, id_: str, answer: Answer) -> AnswerSheet:
    return sheet(voice, answers={id_: answer})


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([Answer(3), Answer(1)], Answer(1), id="lower level"),
        pytest.param(
            [Answer(unknown=True), Answer(3)], Answer(3), id="level before don't know"
        ),
        pytest.param(
            [Answer(na="not ours"), Answer(3)], Answer(3), id="level before n/a"
        ),
        pytest.param(
            [Answer(na="not ours"), Answer(unknown=True)],
            Answer(unknown=True),
            id="don't know before n/a",
        ),
        pytest.param(
            [Answer(na="not ours"), Answer(na="bought")],
            Answer(na="not ours; bought"),
            id="both reasons for n/a",
        ),
        pytest.param(
            [Answer(1, note="by hand"), Answer(3, note="seen", evidence="a log")],
            Answer(1, note="by hand"),
            id="what shows the higher level does not show the lower one",
        ),
        pytest.param(
            [Answer(1, note="by hand"), Answer(3, accepted="later")],
            Answer(1, accepted="later", note="by hand"),
            id="reason of any voice for accepting the gap",
        ),
        pytest.param(
            [Answer(1, note="by hand"), Answer(1, evidence="a log")],
            Answer(1, note="by hand", evidence="a log"),
            id="texts of all voices with the lowest level are kept",
        ),
        pytest.param(
            [Answer(2, note="ask Ben"), Answer(2, note="ask Ben")],
            Answer(2, note="ask Ben"),
            id="equal texts are kept once",
        ),
        pytest.param([Answer(note="ask Ben")], Answer(note="ask Ben"), id="note only"),
    ],
)
def test_lower_answer_of_several_voices_counts_and_keeps_its_texts(answers, expected):
    assert lower_answer(answers) == expected


@pytest.mark.parametrize(
    ("fact", "said", "expected"),
    [
        pytest.param("stakes", ["live", "high_stakes"], "high_stakes", id="stakes"),
        pytest.param("proof", ["past", "no_better"], "no_better", id="weaker proof"),
        pytest.param(
            "simple_way", ["falls_short", "unknown"], "unknown", id="simple way unknown"
        ),
        pytest.param(
            "simple_way", ["unknown", "reaches"], "reaches", id="simple way reaches"
        ),
        pytest.param("openings", ["10", "9"], "9", id="fewer openings"),
        pytest.param("headcount", ["40", "400"], "40", id="smaller headcount"),
        pytest.param(
            "hands", ["ml", "data_engineer", "ml"], "ml", id="more voices decide"
        ),
        pytest.param(
            "hands",
            ["unsure", "ml", "unsure"],
            "ml",
            id="one voice is unsure who is missing",
        ),
        pytest.param(
            "hands",
            ["unsure", "unsure"],
            "unsure",
            id="all voices are unsure who is missing",
        ),
        pytest.param(
            "reach", ["outside", "team"], "team", id="tie: first in the questionnaire"
        ),
    ],
)
def test_strictest_value_of_a_fact_counts_or_the_most_frequent_if_values_have_no_order(
    fact, said, expected
):
    voices = [Voice(f"voice {n}", "sponsor") for n in range(len(said))]
    for values in permutations(said):
        pairs = list(zip(voices, values, strict=True))
        assert accepted_value(FACTS[fact], pairs) == expected


def test_voice_whose_role_knows_the_fact_decides_a_tie():
    fact = FACTS["approach"]._replace(known_by=("data_engineer",))
    said = [(BO, "train"), (ANA, "pretrained")]

    assert accepted_value(fact, said) == "pretrained"


@pytest.mark.parametrize("role", ["data_engineer", "Data engineer", " data-engineer"])
def test_role_of_a_voice_may_be_given_by_name_or_id(role):
    ana = sheet(Voice("Ana", role), profile={"hands": "devops"})
    bo = sheet(BO, profile={"hands": "analyst"})

    assert combine(KICKOFF, [ana, bo]).profile == {"hands": "devops"}


def test_difference_need_not_be_settled_if_one_of_two_voices_is_unsure():
    ana, bo = (
        sheet(voice, profile={"hands": value})
        for voice, value in ((ANA, "unsure"), (BO, "ml"))
    )
    (found,) = differences(KICKOFF, combine(KICKOFF, [ana, bo]))

    assert found.must_be_settled is False


def test_single_sheet_is_not_changed_by_combining():
    alone = example("stilts")

    assert combine(KICKOFF, [alone]) is alone


def test_lowest_number_of_available_people_that_a_voice_gives_for_a_role_counts():
    ana = sheet(ANA, available={"ml": 2.0, "devops": 0.5})
    bo = sheet(BO, available={"ml": 0.5})
    both = combine(KICKOFF, [bo, ana])

    assert both.available == {"ml": 0.5, "devops": 0.5}
    assert both.each_voice == (ana, bo)


def test_project_name_given_by_most_voices_is_used():
    named = [
        sheet(voice, name=name)
        for voice, name in zip((ANA, BO, CY), "bab", strict=True)
    ]

    assert combine(KICKOFF, named).name == "b"


def test_combining_uses_the_answered_details_of_an_express_sheet():
    detail = next(q.id for q in KICKOFF.questions if not q.express)
    whole = next(q.id for q in KICKOFF.questions if q.overall)
    short = sheet(ANA, scope=EXPRESS, answers={detail: Answer(0), whole: Answer(1)})
    full = sheet(BO, answers={detail: Answer(3), whole: Answer(3)})
    both = combine(KICKOFF, [short, full])

    assert both.scope == FULL
    assert (both.answer(detail).level, both.answer(whole).level) == (0, 1)
    assert combine(KICKOFF, [short, short._replace(voice=BO)]).scope == EXPRESS


@pytest.mark.parametrize("order", [1, -1])
def test_later_sheet_of_the_same_voice_counts(order):
    early = answered(ANA, "COL-00", Answer(1))
    late = answered(ANA._replace(date="2026-11-09"), "COL-00", Answer(3))

    assert combine(KICKOFF, [early, late][::order]) == late


@pytest.mark.parametrize(
    "dates",
    [
        pytest.param(("", ""), id="no dates"),
        pytest.param(("", "2026-11-02"), id="one date"),
        pytest.param(("2026-11-02", "2026-11-02"), id="the same date"),
    ],
)
def test_two_sheets_of_one_voice_are_refused_if_neither_sheet_is_later(dates):
    twice = [sheet(ANA._replace(date=date)) for date in dates]

    with pytest.raises(SameVoiceError, match="Ana, data_engineer"):
        combine(KICKOFF, twice)


def test_two_sheets_without_names_count_as_two_voices():
    both = combine(KICKOFF, [sheet(Voice()), example("ready")])

    assert len(both.each_voice) == 2


def test_order_of_voices_does_not_change_the_combined_sheet(kickoff: Questionnaire):
    chance = random.Random(1)
    voices = [
        sheet(
            voice,
            profile={
                fact.id: chance.choice([*fact.choices] or ["3", "30"])
                for fact in kickoff.profile
            },
            answers={
                question.id: Answer(chance.randint(0, 4), note=voice.name)
                for question in kickoff.questions
            },
        )
        for voice in (ANA, BO, CY, Voice())
    ]
    combined = [combine(kickoff, each) for each in permutations(voices)]

    assert len({repr(each) for each in combined}) == 1
    assert len({diagnose(assessment_input(kickoff, s)).verdict for s in combined}) == 1


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        pytest.param(Answer(1), Answer(3), [True], id="two levels apart"),
        pytest.param(Answer(2), Answer(3), [False], id="one level apart"),
        pytest.param(Answer(2), Answer(na="bought"), [True], id="level against n/a"),
        pytest.param(Answer(2), Answer(unknown=True), [False], id="level and unknown"),
        pytest.param(Answer(2), Answer(2, note="seen"), [], id="the same level"),
        pytest.param(
            Answer(2), Answer(note="ask Ben"), [], id="one voice gives no answer"
        ),
    ],
)
def test_different_answers_of_two_voices_are_listed_as_a_difference(one, other, found):
    voices = [answered(ANA, "COL-00", one), answered(BO, "COL-00", other)]
    listed = differences(KICKOFF, combine(KICKOFF, voices))

    assert [each.must_be_settled for each in listed] == found
    for each in listed:
        assert [said.answer for said in each.statements] == [one, other]


def test_differences_in_facts_are_listed_before_those_in_numbers_of_available_people():
    ana = sheet(ANA, profile={"hands": "devops", "openings": "1"}, available={"ml": 1})
    bo = sheet(BO, profile={"hands": "ml", "openings": "2"}, available={"ml": 0})
    listed = differences(KICKOFF, combine(KICKOFF, [ana, bo]))

    assert [
        (each.fact.id if each.fact else each.role, each.must_be_settled)
        for each in listed
    ] == [("openings", False), ("hands", True), ("ml", False)]


def test_difference_need_not_be_settled_again_after_a_meeting_settled_it():
    ana, bo = (answered(v, "COL-00", Answer(n)) for v, n in ((ANA, 1), (BO, 3)))
    room = answered(Voice(present="Ana, Bo"), "COL-00", Answer(2))._replace(
        voices=(ana, bo)
    )

    assert is_meeting(room)
    assert [each.must_be_settled for each in differences(KICKOFF, room)] == [False]
    assert not is_meeting(combine(KICKOFF, [ana, bo]))


def test_background_line_is_taken_from_the_voice_with_the_most_fitting_role():
    line = next(each for each in KICKOFF.background if each.id == "promise")
    said = {"ml": "A: soon", line.known_by[1]: "Z: by May", line.known_by[0]: "Z: June"}
    voices = [
        sheet(Voice(role, role), background={"promise": text})
        for role, text in said.items()
    ]
    for order in permutations(voices):
        assert combine(KICKOFF, order).background == {"promise": "Z: June"}
    assert combine(KICKOFF, voices[:2]).background == {"promise": "Z: by May"}


def test_background_line_of_a_draft_is_kept_only_if_no_person_gave_one():
    draft = sheet(
        Voice("Notes", "owner", drafted="an assistant"),
        background={"promise": "A", "reader": "A"},
    )
    person = sheet(Voice("Bo", "ml"), background={"promise": "B"})
    for order in permutations([draft, person]):
        assert combine(KICKOFF, order).background == {"promise": "B", "reader": "A"}


def test_background_line_given_in_a_meeting_replaces_the_lines_of_the_voices():
    voices = [
        sheet(Voice(name), background={"promise": name, "reader": name})
        for name in ("Ana", "Bo")
    ]
    room = combine(KICKOFF, voices)._replace(
        background={"promise": "settled"}, voice=Voice(present="Ana, Bo")
    )
    assert completed_by_voices(KICKOFF, room).background == {
        "promise": "settled",
        "reader": "Ana",
    }


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        pytest.param(
            {"COL-01": PlanStep(owner="Ana", due="2026-12-15")},
            {"COL-01": PlanStep(owner="Cy", due="2026-11-20", done="2026-11-14")},
            {"COL-01": PlanStep("", "Cy", "2026-11-20", "2026-11-14")},
            id="the newer owner, day and done day",
        ),
        pytest.param(
            {"COL-01": PlanStep(due="2026-12-01", done="2026-11-30")},
            {"COL-01": PlanStep(owner="Cy")},
            {"COL-01": PlanStep("", "Cy", "2026-12-01", "2026-11-30")},
            id="what the newer one leaves out, such as done",
        ),
        pytest.param(
            {"COL-01": PlanStep(owner="Ana", done="2026-11-08")},
            {"COL-01": PlanStep("Buy a server.", "Bo", "2026-12-20")},
            {
                "COL-01": PlanStep(owner="Ana", done="2026-11-08"),
                "COL-01-80a45bd2": PlanStep("Buy a server.", "Bo", "2026-12-20"),
            },
            id="a proposal that is done, and newer own words instead of it",
        ),
        pytest.param(
            {"COL-01": PlanStep("Buy a server.", "Bo", done="2026-11-08")},
            {"COL-01": PlanStep(due="2026-12-20")},
            {
                "COL-01": PlanStep(due="2026-12-20"),
                "COL-01-80a45bd2": PlanStep("Buy a server.", "Bo", done="2026-11-08"),
            },
            id="own words that are done, and a proposal that is newer",
        ),
        pytest.param(
            {"ask": PlanStep("Ask legal.", "Bo")},
            {"ask": PlanStep("Ask the works council.", "Di")},
            {
                "ask-800b852c": PlanStep("Ask legal.", "Bo"),
                "ask-d9a325ee": PlanStep("Ask the works council.", "Di"),
            },
            id="two different steps of the team under one key",
        ),
        pytest.param(
            {"ask": PlanStep("Ask  legal", "Bo")},
            {"ask": PlanStep("ask legal", due="2026-12-01")},
            {"ask": PlanStep("ask legal", "Bo", "2026-12-01")},
            id="one step, whatever its case and spaces",
        ),
        pytest.param(
            {"COL-01": PlanStep("First this.", done="2026-11-30")},
            {"COL-01": PlanStep("Then that.", "Cy")},
            {
                "COL-01": PlanStep("Then that.", "Cy"),
                "COL-01-f0052a2a": PlanStep("First this.", done="2026-11-30"),
            },
            id="an older text on a question, as a step of its own",
        ),
        pytest.param(
            {"k" * 64: PlanStep("One.")},
            {"k" * 64: PlanStep("Two.")},
            {
                f"{'k' * 55}-13ca7f87": PlanStep("One."),
                f"{'k' * 55}-931fa19a": PlanStep("Two."),
            },
            id="two steps under the longest key that a file can have",
        ),
    ],
)
def test_steps_of_two_voices_are_combined_field_by_field_the_newest_first(
    older, newer, expected
):
    voices = [
        sheet(Voice(name, date=date), steps=steps)
        # The dates decide, not the names.
        for name, date, steps in (
            ("Cy", "2026-10-01", older),
            ("Bo", "2026-10-02", newer),
        )
    ]
    for order in permutations(voices):
        assert combine(KICKOFF, order).steps == expected


def test_steps_of_a_question_list_are_added_when_its_voice_answered_before():
    before = sheet(Voice("Ana", date="2026-10-01"), steps={"COL-01": PlanStep("", "A")})
    listed = sheet(
        Voice("Ana", date="2026-11-01"), steps={"COL-01": PlanStep(done="2026-10-30")}
    )
    found = combine(KICKOFF, [before, listed._replace(asked=("COL-02",))])
    assert found.steps == {"COL-01": PlanStep("", "A", done="2026-10-30")}


def test_steps_of_two_voices_are_both_kept_if_their_keys_are_equal():
    voices = [
        empty_sheet(KICKOFF, FULL)._replace(
            voice=Voice(name),
            steps={f"own-{n}": PlanStep(f"{name}'s step {n}.") for n in (1, 2)},
        )
        for name in ("Ana", "Bo")
    ]
    combined = combine(KICKOFF, voices)
    assert {each.what for each in combined.steps.values()} == {
        f"{name}'s step {n}." for name in ("Ana", "Bo") for n in (1, 2)
    }
    assert combined.steps == combine(KICKOFF, voices[::-1]).steps
    more = {**voices[0].steps, "own-3": PlanStep("A further step.")}
    later = combine(KICKOFF, [voices[0]._replace(steps=more), voices[1]])
    assert later.steps == {**combined.steps, "own-3": PlanStep("A further step.")}
