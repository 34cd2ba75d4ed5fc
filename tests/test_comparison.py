"""Comparisons of two assessments, and of a team at several points in time."""

from collections.abc import Container, Mapping
from typing import Any

import pytest
from hypothesis import Phase, given, settings, strategies as st

from mlready.assessment.assess import assess
from mlready.assessment.comparison import (
    AnswerChange,
    Comparison,
    HireReason,
    StepChange,
    StepState,
    compare,
    fallen_answers,
)
from mlready.assessment.staffing import Horizon
from mlready.assessment.timeline import Ordering, PointInTime, Timeline, timeline
from mlready.assessment.voices import combine
from mlready.model.answers import Answer, AnswerSheet, PlanStep
from mlready.model.questionnaire import Questionnaire
from mlready.model.step_keys import key_with_text
from tests.samples import KICKOFF, answered_by, example, sheets_of_voices
from tests.year import points, year

TODAY = "2026-12-20"
STILTS = example("stilts")


def changed(old: AnswerSheet, new: AnswerSheet) -> Comparison:
    return compare(assess(KICKOFF, old), assess(KICKOFF, new))


def answering(sheet: AnswerSheet, **answers: Answer) -> AnswerSheet:
    named = {id_.replace("_", "-"): each for id_, each in answers.items()}
    return sheet._replace(answers={**sheet.answers, **named})


def point(sheet: AnswerSheet, date: str = "", version: int = 0) -> PointInTime:
    return PointInTime(date or "a", date, sheet, version or KICKOFF.version)


def the_year() -> Timeline:
    return timeline(KICKOFF, points(), TODAY)


# Without shrinking: two sheets of 80 answers would take minutes to shrink.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=25, phases=PHASES)
@given(sheets_of_voices())
def test_comparison_of_answers_with_themselves_finds_no_change(sheet: AnswerSheet):
    assert changed(sheet, sheet).is_empty


@pytest.mark.slow
@settings(max_examples=25, phases=PHASES)
@given(sheets_of_voices(), sheets_of_voices())
def test_swapping_two_assessments_swaps_old_and_new_values_in_their_comparison(
    one: AnswerSheet, other: AnswerSheet
):
    there, back = changed(one, other), changed(other, one)

    assert there.is_empty == back.is_empty
    assert [each[:3] for each in there.layers] == [
        (each.layer, each.new, each.old) for each in back.layers
    ]
    assert [(each.held, each.holds) for each in there.layers] == [
        (each.holds, each.held) for each in back.layers
    ]
    assert {(each.question.id, each.old, each.new) for each in there.answers} == {
        (each.question.id, each.new, each.old) for each in back.answers
    }
    assert ids(there.asked) == ids(back.no_longer_asked)
    assert {(each.question.id, each.blocks) for each in there.blockers} == {
        (each.question.id, not each.blocks) for each in back.blockers
    }
    assert {(each.role.id, each.was, each.now) for each in there.hires} == {
        (each.role.id, each.now, each.was) for each in back.hires
    }
    assert {(each.key, each.old, each.new) for each in there.steps} == {
        (each.key, each.new, each.old) for each in back.steps
    }
    assert [each[:2] for each in there.values] == [each[:2] for each in back.values]
    assert [each[2:] for each in there.values] == [
        (each.new, each.old) for each in back.values
    ]


def ids(questions) -> set[str]:
    return {question.id for question in questions}


@pytest.mark.parametrize(
    ("before", "after", "claimed"),
    [
        pytest.param(Answer(1), Answer(3), True, id="no note"),
        pytest.param(
            Answer(unknown=True), Answer(2), True, id="answer was unknown before"
        ),
        pytest.param(Answer(1), Answer(3, note="seen"), False, id="a note"),
        pytest.param(Answer(1), Answer(3, evidence="wiki"), False, id="evidence"),
        pytest.param(Answer(1, note="x"), Answer(3, note="x"), True, id="an old note"),
        pytest.param(Answer(1, note="x"), Answer(3, note="y"), False, id="a new note"),
        pytest.param(Answer(3), Answer(1), False, id="lower"),
        pytest.param(Answer(na="none"), Answer(3), False, id="did not apply before"),
        pytest.param(
            Answer(1),
            Answer(1, accepted="x"),
            False,
            id="accepted without a higher level",
        ),
    ],
)
def test_comparison_flags_a_raised_answer_that_has_no_new_note_or_evidence(
    before: Answer, after: Answer, *, claimed: bool
):
    found = changed(
        answering(STILTS, MOV_01=before), answering(STILTS, MOV_01=after)
    ).claimed

    assert ids(each.question for each in found) == ({"MOV-01"} if claimed else set())


@pytest.mark.parametrize(
    ("old", "new", "by"),
    [
        pytest.param(Answer(1), Answer(3), 2, id="higher level"),
        pytest.param(
            Answer(3), Answer(unknown=True), -3, id="answer is no longer known"
        ),
        pytest.param(Answer(3), Answer(na="none"), 0, id="does not apply any more"),
        pytest.param(Answer(na="none"), Answer(3), 0, id="applies since then"),
    ],
)
def test_change_of_an_answer_counts_unknown_as_level_0_and_not_applicable_as_no_change(
    old: Answer, new: Answer, by: int
):
    assert AnswerChange(next(KICKOFF.questions), old, new).by == by


OPEN, DONE = PlanStep(owner="Ana", due="2026-03-01"), PlanStep(done="2026-02-01")


@pytest.mark.parametrize(
    ("old", "new", "closed", "state"),
    [
        pytest.param(OPEN, DONE, False, StepState.DONE, id="done"),
        pytest.param(None, DONE, False, StepState.DONE, id="added and done"),
        pytest.param(OPEN, OPEN, True, StepState.DONE, id="its answer is high enough"),
        pytest.param(DONE, OPEN, False, StepState.UNDONE, id="no longer done"),
        pytest.param(None, OPEN, False, StepState.ADDED, id="added"),
        pytest.param(
            OPEN, OPEN._replace(due="2026-04-01"), False, StepState.MOVED, id="put off"
        ),
        pytest.param(
            OPEN, OPEN._replace(owner="Bo"), False, StepState.MOVED, id="handed over"
        ),
        pytest.param(OPEN, None, False, StepState.GONE, id="dropped"),
        pytest.param(
            PlanStep(), None, False, StepState.SAME, id="only suggested by the program"
        ),
        pytest.param(DONE, None, False, StepState.SAME, id="done before"),
    ],
)
def test_comparison_says_if_a_step_is_done_or_added_or_changed_or_dropped(
    old: PlanStep | None, new: PlanStep | None, state: StepState, *, closed: bool
):
    assert StepChange("x", None, "", None, old, new, closed).state is state


@pytest.mark.parametrize(
    ("step", "date", "overdue"),
    [
        pytest.param(OPEN, "2026-03-02", True, id="the day after"),
        pytest.param(OPEN, "2026-03-01", False, id="on the day"),
        pytest.param(OPEN, "", False, id="no date given"),
        pytest.param(DONE._replace(due="2026-01-01"), TODAY, False, id="done"),
        pytest.param(PlanStep(owner="Ana"), TODAY, False, id="no due date"),
    ],
)
def test_step_is_overdue_after_its_due_date_until_it_is_done(
    step: PlanStep, date: str, *, overdue
):
    assert StepChange("x", None, "", None, step, step).overdue(date) is overdue


def test_step_stays_open_if_the_level_of_its_question_rose_without_a_new_note():
    steps = {"MOV-01": OPEN}
    old = answering(STILTS, MOV_01=Answer(1))._replace(steps=steps)
    claimed = changed(old, answering(old, MOV_01=Answer(3)))
    shown = changed(old, answering(old, MOV_01=Answer(3, note="seen in March")))

    states = [
        [each.state for each in found.steps if each.key == "MOV-01"]
        for found in (claimed, shown)
    ]
    assert states == [[StepState.SAME], [StepState.DONE]]


def test_plan_step_counts_as_unchanged_if_its_answer_was_high_enough_before_and_after():
    old = answering(STILTS, MOV_01=Answer(3, note="x"))._replace(steps={"MOV-01": OPEN})
    found = changed(old, old)

    assert [each.state for each in found.steps if each.key == "MOV-01"] == [
        StepState.SAME
    ]


@pytest.mark.parametrize(
    ("key", "old", "new", "states"),
    [
        pytest.param(
            "a",
            PlanStep("Save the log.", "Ana"),
            PlanStep("Order a cake.", "Ana"),
            {"Order a cake.": StepState.ADDED, "Save the log.": StepState.GONE},
            id="other words under a key of the team's own",
        ),
        pytest.param(
            "COL-01",
            PlanStep("Save the log.", "Ana", "", "2026-03-01"),
            PlanStep("Order a cake.", "Ana"),
            {"Order a cake.": StepState.ADDED, "Save the log.": StepState.SAME},
            id="other words on a question, after the step was done",
        ),
        pytest.param(
            "a",
            PlanStep("Save the log.", "Ana"),
            PlanStep("save  the log.", "Ana"),
            {"save  the log.": StepState.SAME},
            id="only case and spaces differ",
        ),
        pytest.param(
            key_with_text("a", "Save the log."),
            PlanStep("Save the log.", "Ana"),
            PlanStep("Save the log.", "Bo"),
            {"Save the log.": StepState.MOVED},
            id="the same words under a key that names them",
        ),
    ],
)
def test_step_with_other_words_is_another_step_when_plans_are_compared(
    key, old, new, states
):
    before, after = (STILTS._replace(steps={key: step}) for step in (old, new))
    found = changed(before, after).steps
    own = {each.step.what: each.state for each in found if each.step.what}

    assert own == states


def test_step_keeps_its_state_when_a_second_voice_makes_its_key_longer():
    step = PlanStep("Save the log.", "Ana")
    longer = {key_with_text("a", step.what): step}
    found = changed(STILTS._replace(steps={"a": step}), STILTS._replace(steps=longer))

    assert [each.state for each in found.steps if each.step.what] == [StepState.SAME]


def test_done_step_keeps_the_text_it_had_before_its_answer_was_raised():
    grave = STILTS._replace(profile={**STILTS.profile, "stakes": "high_stakes"})
    old = answering(grave, MON_01=Answer(2))._replace(steps={"MON-01": OPEN})
    new = answering(old, MON_01=Answer(3, note="x"))
    steps = [
        next(each for each in found.steps if each.key == "MON-01")
        for found in (changed(old, old), changed(old, new))
    ]

    assert [each.state for each in steps] == [StepState.SAME, StepState.DONE]
    assert steps[0].what == steps[1].what != ""


def test_vacancy_for_a_layer_closes_when_the_layer_is_good_enough():
    hires = the_year().comparison.hires

    assert [(each.role.id, each.was, each.now) for each in hires] == [
        ("data_engineer", Horizon.NOW, None)
    ]
    assert hires[0].reason is HireReason.FINISHED
    assert [layer.id for layer in hires[0].layers] == ["move"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param(
            {"MOV": 1, "AGG": 1},
            {"AGG": 1},
            HireReason.RELEASED,
            id="layer became good enough",
        ),
        pytest.param({}, {"AGG": 1}, HireReason.NEEDED, id="layer became too weak"),
        pytest.param(
            {"AGG": 1},
            {"MOV": 1, "AGG": 1},
            HireReason.WAITS,
            id="lower layer became weak",
        ),
        pytest.param(
            {"AGG": 1}, {}, HireReason.FINISHED, id="layer is good enough again"
        ),
    ],
)
def test_comparison_gives_the_reason_for_a_vacancy_change_if_a_layer_changed(
    old: dict[str, int], new: dict[str, int], reason: HireReason
):
    found = changed(*(_with_layers(each) for each in (old, new)))

    assert [each.reason for each in found.hires if each.role.id == "analyst"] == [
        reason
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param({"analyst": 0}, {"analyst": 3}, HireReason.FILLED, id="hired"),
        pytest.param({"analyst": 3}, {"analyst": 0}, HireReason.PEOPLE_LEFT, id="left"),
        pytest.param({}, {"hands": "nobody"}, HireReason.HELD, id="nobody is missing"),
    ],
)
def test_comparison_gives_the_reason_for_a_vacancy_change_if_no_layer_changed(
    old: dict[str, int], new: dict[str, int], reason: HireReason
):
    sheet = _with_layers({"AGG": 1})
    found = changed(
        *(
            sheet._replace(
                available={**sheet.available, **_only(each, KICKOFF.roles)},
                profile={**sheet.profile, **_only(each, {"hands"})},
            )
            for each in (old, new)
        )
    )

    assert [each.reason for each in found.hires if each.role.id == "analyst"] == [
        reason
    ]


def _only(values: Mapping[str, Any], keys: Container[str]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key in keys}


def test_ml_vacancy_opens_once_a_second_voice_confirms_the_answers():
    alone = answered_by(example("ready"), "Ana", "data_engineer")
    both = combine(KICKOFF, [alone, answered_by(example("ready"), "Bo", "owner")])
    (hire,) = changed(alone, both).hires

    assert (hire.was, hire.now, hire.reason) == (
        None,
        Horizon.NOW,
        HireReason.CONFIRMED,
    )


def _with_layers(levels: dict[str, int]) -> AnswerSheet:
    sheet = example("stilts")
    return sheet._replace(
        profile={**sheet.profile, "hands": "unknown", "stops": "nothing"},
        answers={
            question.id: Answer(levels.get(question.section, 3), note="seen")
            for question in KICKOFF.questions
        },
    )


def test_setback_names_the_lowered_answers_and_the_date_of_recovery():
    found = the_year()
    (setback,) = found.setbacks

    assert found.points[setback.at].date == "2026-06-08"
    assert setback.until is not None
    assert found.points[setback.until].date == "2026-08-10"
    assert [layer.id for layer in setback.layers] == ["move"]
    assert setback.verdict_fell
    assert ids(each.question for each in setback.answers) >= {"MOV-01", "MOV-06"}


def test_setback_ends_only_when_the_verdict_is_as_good_as_before():
    good, low = {"MON": 3}, {"MOV": 1}
    sheets = [_with_layers(each) for each in (good, low, {"AGG": 1}, good)]
    found = timeline(
        KICKOFF, [point(each, f"2026-0{n}-01") for n, each in enumerate(sheets, 1)]
    )

    assert [(each.at, each.until) for each in found.setbacks] == [(1, 3), (2, 3)]


def test_setback_lists_no_layer_if_only_the_verdict_got_worse():
    ana = answered_by(example("ready"), "Ana", "data_engineer", date="2026-01-01")
    both = combine(KICKOFF, [ana, answered_by(ana, "Bo", "owner", date="2026-01-01")])
    found = timeline(KICKOFF, [point(both, "2026-01-01"), point(ana, "2026-02-01")])

    assert [(each.layers, each.verdict_fell) for each in found.setbacks] == [((), True)]


def test_setback_lists_lowered_details_before_the_overall_question():
    layers = [each for each in KICKOFF.layers if each.id == "move"]
    old, new = (
        assess(KICKOFF, answering(STILTS, MOV_00=whole, MOV_01=detail)).inputs
        for whole, detail in ((Answer(4), Answer(3)), (Answer(0), Answer(2)))
    )

    found = [each.question.id for each in fallen_answers(old, new, layers)]
    assert found == ["MOV-01", "MOV-00"]


def test_done_step_stays_done_if_a_later_file_lacks_it():
    sheets = [
        answered_by(STILTS._replace(steps=steps), "Ana", date=f"2026-0{month}-01")
        for month, steps in enumerate(
            [{"x": PlanStep("Ask")}, {"x": PlanStep("Ask", done="2026-02-01")}, {}], 1
        )
    ]
    found = timeline(KICKOFF, [point(each, each.voice.date) for each in sheets])

    (step,) = (each for each in found.comparison.steps if each.key == "x")
    assert (step.state, step.what) == (StepState.DONE, "Ask")


@given(st.permutations(range(12)))
@settings(max_examples=5)
def test_order_of_dated_points_in_time_does_not_change_a_comparison(
    order: list[int],
):
    shuffled = [points()[each] for each in order]

    assert timeline(KICKOFF, shuffled, TODAY) == the_year()


@pytest.mark.parametrize(
    ("dates", "order", "ordering"),
    [
        pytest.param(["2026-02-01", "2026-01-01"], [1, 0], Ordering.DATED, id="dated"),
        pytest.param(
            ["2026-02-01", ""],
            [0, 1],
            Ordering.NAMED,
            id="one point in time has no date",
        ),
        pytest.param(["2026-01-01"] * 2, [0, 1], Ordering.TIED, id="the same date"),
    ],
)
def test_points_in_time_are_sorted_only_if_their_dates_all_differ(
    dates: list[str], order: list[int], ordering: Ordering
):
    named = [
        PointInTime(str(number), date, STILTS, KICKOFF.version)
        for number, date in enumerate(dates)
    ]
    found = timeline(KICKOFF, named)

    assert [int(each.name) for each in found.points] == order
    assert found.ordering is ordering


def test_comparison_lists_answers_that_are_too_old_only_if_a_date_is_given():
    old = answering(STILTS, MOV_01=Answer(3, note="seen", date="2025-01-01"))
    named = [point(old, "2025-01-02"), point(old, "2025-01-03")]

    assert timeline(KICKOFF, named).comparison.aged == ()
    change = timeline(KICKOFF, named, "2027-12-31").comparison
    assert "MOV-01" in ids(change.aged)
    assert not change.is_empty
    late = [each._replace(date="2027-12-30") for each in named]
    assert "MOV-01" not in ids(timeline(KICKOFF, late, "2027-12-31").comparison.aged)


def newer(questionnaire: Questionnaire, changed_id: str, new_id: str) -> Questionnaire:
    """Return the next version of a questionnaire, with a changed and a new question."""
    version = questionnaire.version + 1
    sections = []
    for section in questionnaire.sections:
        questions = [
            each._replace(changed=version) if each.id == changed_id else each
            for each in section.questions
        ]
        if section.id == "MOV":
            new = questions[0]._replace(id=new_id, topic="New one", since=version)
            questions.append(new)
        sections.append(section._replace(questions=tuple(questions)))
    return questionnaire._replace(version=version, sections=tuple(sections))


def test_comparison_across_questionnaire_versions_uses_only_common_questions():
    now = newer(KICKOFF, "MOV-02", "MOV-99")
    kept = {id_: each for id_, each in STILTS.answers.items() if id_ != "MOV-02"}
    old = STILTS._replace(
        version=now.version,
        answers=kept,
        earlier={
            "MOV-02": "1",
            "GONE-1": "2",
            "answer-COL-01-1a2b3c4d": "3",
            "step-own-1": "removed",
        },
    )
    new = answering(STILTS, MOV_99=Answer(0))._replace(version=now.version)
    found = timeline(
        now,
        [
            point(old, "2026-01-01", KICKOFF.version),
            point(new, "2026-02-01", now.version),
        ],
    )
    change = found.comparison

    assert not [each for each in change.layers if each.changed]
    assert change.answers == ()
    assert ids(change.asked) == {"MOV-99"}
    assert ids(found.again) == {"MOV-02"}
    assert found.dropped == ("GONE-1",)
    assert "MOV-99" in ids(found.latest.inputs.questions)


def test_comparison_calls_no_question_new_that_the_earlier_questionnaire_version_had():
    now = newer(KICKOFF, "MOV-02", "MOV-99")
    kept = {id_: each for id_, each in STILTS.answers.items() if id_ != "MOV-03"}
    old = STILTS._replace(version=now.version, answers=kept)
    new = STILTS._replace(version=now.version)
    found = timeline(
        now,
        [
            point(old, "2026-01-01", KICKOFF.version),
            point(new, "2026-02-01", now.version),
        ],
    )

    assert ids(found.comparison.asked) == {"MOV-99"}
    assert [each.question.id for each in found.comparison.answers] == ["MOV-03"]


def test_redaction_does_not_change_which_answers_count_as_raised_without_new_evidence():
    ages = [point(sheet, sheet.voice.date) for sheet in year()]

    def hide(sheet: AnswerSheet) -> AnswerSheet:
        answers = {
            id_: each._replace(note="x", evidence="x")
            for id_, each in sheet.answers.items()
        }
        return sheet._replace(answers=answers)

    hidden = timeline(KICKOFF, ages, TODAY, hide).comparison
    assert ids(each.question for each in hidden.claimed) == ids(
        each.question for each in the_year().comparison.claimed
    )
