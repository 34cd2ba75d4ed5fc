"""Interview steps about details that contradict the layer as a whole."""

from contextlib import suppress

import pytest

from mlready.interview.drafts import interview_steps
from mlready.interview.meeting import MeetingAgenda, meeting_steps, starting_sheet
from mlready.interview.navigation import (
    REVIEW,
    Again,
    GoTo,
    Guide,
    Move,
    Remark,
    Reply,
    StepPosition,
    ask_steps,
    review_steps,
)
from mlready.interview.step_search import matching_steps
from mlready.interview.steps import CONTRADICTION, KEEP, Step, StepKind
from mlready.model.answers import Answer, AnswerSheet, Voice
from mlready.model.questionnaire import Questionnaire
from mlready.storage.answers_file import dump, read
from tests.samples import example

GUIDE = Guide(listed=interview_steps, everything=interview_steps)
FINE, SHORT = Answer(3), Answer(0)
COLLECT = f"{CONTRADICTION}collect"
OPEN = "MON-05"  # the only question without an answer


@pytest.fixture
def sheet(kickoff: Questionnaire) -> AnswerSheet:
    """Return a sheet whose bottom layer has level 3 as a whole, but details at 0."""
    ready = example("ready")
    details = {id_: SHORT for id_ in ready.answers if id_.startswith("COL-")}
    answers = {**ready.answers, **details, "COL-00": FINE, OPEN: Answer()}
    background = {line.id: "known" for line in kickoff.background}
    return ready._replace(answers=answers, next=COLLECT, background=background)


def interview(
    questionnaire: Questionnaire, sheet: AnswerSheet, *replies: Reply
) -> tuple[list[str], list[AnswerSheet]]:
    """Run an interview; return the ids of the steps asked, and a list of sheets.

    The list has ``sheet``, followed by each sheet that the interview saved.
    """
    asked, saved = list[str](), [sheet]

    def ask(step: Step, _: StepPosition) -> Reply:
        asked.append(step.id)
        if len(asked) > len(replies):
            raise EOFError
        return replies[len(asked) - 1]

    with suppress(EOFError):
        ask_steps(
            questionnaire,
            sheet,
            ask,
            saved.append,
            GUIDE,
        )
    return asked, saved


def test_contradiction_step_follows_the_last_question_of_the_layer(kickoff, sheet):
    ids = [step.id for step in interview_steps(kickoff, sheet)]
    at = ids.index(COLLECT)
    assert ids[at - 1].startswith("COL-")
    assert not any(id_.startswith("COL-") for id_ in ids[at:])


def test_interview_step_on_a_contradiction_lists_the_overall_answer_and_the_low_details(
    kickoff, sheet
):
    steps = interview_steps(kickoff, sheet)
    step = next(step for step in steps if step.id == COLLECT)
    first, *details, last = step.choices
    assert (first, last) == ("COL-00", KEEP)
    assert step.choices["COL-00"] == (
        "COL-00 Collect as a whole: 3: No, it causes no trouble."
    )
    assert {"COL-01", "COL-03"} <= {*details}
    assert step.row() == "Collect: whole and details differ (not settled)"


def test_interview_step_on_a_contradiction_names_no_detail_that_is_good_enough(
    kickoff, sheet
):
    details = [
        id_ for id_ in sheet.answers if id_.startswith("COL-") and id_ != "COL-00"
    ]
    low = dict.fromkeys(details, Answer(na="not here"))
    low |= {"COL-01": SHORT, "COL-02": Answer(2), "COL-04": Answer(1)}
    by_hand = {**sheet.answers, **low, "COL-00": Answer(2)}
    step = next(
        step
        for step in interview_steps(kickoff, sheet._replace(answers=by_hand))
        if step.id == COLLECT
    )
    assert step.text == (
        "You said this layer is good enough; its details, below, say no."
        " Which answer is wrong, if any?"
    )
    assert [*step.choices] == ["COL-00", "COL-01", "COL-04", KEEP]


def test_question_on_a_contradiction_does_not_list_gaps_that_the_team_accepts(
    kickoff, sheet: AnswerSheet
):
    def accepted(*ids: str) -> AnswerSheet:
        given = {id_: SHORT._replace(accepted="no money") for id_ in ids}
        return sheet._replace(answers={**sheet.answers, **given})

    details = [
        id_ for id_ in sheet.answers if id_.startswith("COL-") and id_ != "COL-00"
    ]
    by_id = {step.id: step for step in interview_steps(kickoff, accepted("COL-03"))}
    assert "COL-01" in by_id[COLLECT].choices
    assert "COL-03" not in by_id[COLLECT].choices
    assert "COL-03" not in by_id[COLLECT].text
    all_accepted = interview_steps(kickoff, accepted(*details))
    assert COLLECT not in {step.id for step in all_accepted}


def test_no_contradiction_step_is_asked_if_the_answers_agree(kickoff):
    kinds = {step.kind for step in interview_steps(kickoff, example("ready"))}
    assert StepKind.CONTRADICTION not in kinds


@pytest.mark.parametrize(
    ("replies", "asked"),
    [
        pytest.param([Move.SKIP], [COLLECT, OPEN], id="left as it is"),
        pytest.param([Again("COL-00"), SHORT], [COLLECT, "COL-00", OPEN], id="changed"),
        pytest.param(
            [Again("COL-00"), FINE],
            [COLLECT, "COL-00", OPEN],
            id="answered as before",
        ),
        pytest.param(
            [Again("COL-00"), Move.BACK, Again("COL-01"), Move.SKIP],
            [COLLECT, "COL-00", COLLECT, "COL-01", COLLECT],
            id="not answered",
        ),
        pytest.param(
            [Again("COL-00"), Remark("note", "Ana was not asked"), SHORT],
            [COLLECT, "COL-00", "COL-00", OPEN],
            id="a note first",
        ),
    ],
)
def test_contradiction_step_lets_the_team_change_an_answer(
    kickoff, sheet, replies, asked
):
    assert interview(kickoff, sheet, *replies)[0] == asked


@pytest.mark.parametrize(
    ("replies", "asked"),
    [
        pytest.param([KEEP], [COLLECT, OPEN], id="left as it is"),
        pytest.param(
            [Again("COL-01"), SHORT], [COLLECT, "COL-01", OPEN], id="answered as before"
        ),
        pytest.param([Move.SKIP], [COLLECT, OPEN], id="skipped"),
        pytest.param(
            [Again("COL-00"), SHORT], [COLLECT, "COL-00", OPEN], id="changed back"
        ),
    ],
)
def test_contradiction_is_asked_at_once_if_it_arises_after_a_jump_to_a_question(
    kickoff, sheet, replies, asked
):
    agrees = {**sheet.answers, "COL-00": SHORT}
    begun = sheet._replace(answers=agrees, next=OPEN)
    found, _ = interview(kickoff, begun, GoTo("COL-00"), FINE, *replies)
    assert found == [OPEN, "COL-00", *asked]


def test_contradiction_that_arises_in_the_review_is_asked_at_once(kickoff, sheet):
    begun = sheet._replace(answers={**sheet.answers, "COL-00": SHORT}, next=REVIEW)
    chosen, asked = iter(["COL-00", ""]), list[str]()

    def choose(listed):
        wanted = next(chosen)
        return next((step for step in listed if step.id == wanted), None)

    def ask(step: Step, _: StepPosition) -> Reply:
        asked.append(step.id)
        return KEEP if step.id == COLLECT else FINE

    review_steps(kickoff, begun, choose, ask, lambda _: None, GUIDE)
    assert asked == ["COL-00", COLLECT]


@pytest.mark.parametrize(
    ("changed", "row"),
    [
        pytest.param({}, "you left it so", id="nothing changed"),
        pytest.param(
            {"COL-00": FINE, "COL-01": Answer(1)},
            "you left it so",
            id="a detail changed",
        ),
        pytest.param(
            {"COL-00": SHORT, "COL-01": FINE, "COL-03": FINE, "COL-04": FINE},
            "not settled",
            id="the other way round",
        ),
    ],
)
def test_row_of_a_contradiction_says_in_later_sessions_if_the_team_kept_both_answers(
    kickoff, sheet, changed, row
):
    _, saved = interview(kickoff, sheet, KEEP)
    kept = read(dump(saved[-1], kickoff).encode(), "a.yaml", kickoff)
    ids = [id_ for id_ in kept.answers if id_.startswith("COL-")]
    if changed:
        given = dict.fromkeys(ids, Answer(na="not here")) | changed
        kept = kept._replace(answers={**kept.answers, **given})
    step = next(s for s in interview_steps(kickoff, kept) if s.id == COLLECT)
    assert step.row() == f"Collect: whole and details differ ({row})"
    assert matching_steps([step], "", only_open=True) == (
        [step] if row == "not settled" else []
    )


def test_contradiction_is_asked_again_after_a_jump_from_it_to_another_contradiction(
    kickoff, sheet
):
    short = {id_: SHORT for id_ in sheet.answers if id_.startswith("MOV-")}
    both = sheet._replace(answers={**sheet.answers, **short, "MOV-00": FINE})
    move = f"{CONTRADICTION}move"
    asked, _ = interview(kickoff, both, GoTo(move), Again("MOV-00"), FINE, KEEP)
    assert asked[:5] == [COLLECT, move, "MOV-00", COLLECT, OPEN]


def test_decision_to_keep_both_answers_ends_once_a_new_answer_removes_the_contradiction(
    kickoff, sheet
):
    replies = (KEEP, GoTo("COL-00"), SHORT, GoTo("COL-00"), FINE)
    _, saved = interview(kickoff, sheet, *replies)
    assert saved[1].earlier
    step = next(s for s in interview_steps(kickoff, saved[-1]) if s.id == COLLECT)
    assert step.is_unfinished


def test_undo_deletes_the_record_that_the_team_kept_both_contradictory_answers(
    kickoff, sheet
):
    _, saved = interview(kickoff, sheet, KEEP, Move.UNDO)
    assert [bool(each.earlier) for each in saved] == [False, True, False]


def test_every_reply_to_a_contradiction_step_is_saved(kickoff, sheet):
    note = Remark("note", "Ana was not asked")
    _, saved = interview(kickoff, sheet, Again("COL-00"), note, SHORT)
    whole = [each.answer("COL-00") for each in saved]
    noted = FINE._replace(note="Ana was not asked")
    assert whole == [FINE, FINE, noted, SHORT]
    assert [each.next for each in saved] == [COLLECT, "COL-00", "COL-00", OPEN]


def test_answer_that_causes_a_contradiction_can_be_changed_in_the_review(
    kickoff, sheet
):
    chosen = iter([COLLECT, ""])

    def choose(listed):
        wanted = next(chosen)
        return next((step for step in listed if step.id == wanted), None)

    def ask(step: Step, _: StepPosition) -> Reply:
        return Again("COL-00") if step.id == COLLECT else SHORT

    after = review_steps(kickoff, sheet, choose, ask, lambda _: None, GUIDE)
    assert after.answer("COL-00") == SHORT


@pytest.mark.parametrize(
    ("decided", "asked"),
    [
        pytest.param(False, [COLLECT, OPEN], id="undecided"),
        pytest.param(True, [OPEN], id="left as it is"),
    ],
)
def test_going_on_from_the_review_asks_a_contradiction_unless_both_answers_were_kept(
    kickoff, sheet, decided, asked
):
    if decided:
        sheet = interview(kickoff, sheet, KEEP)[1][-1]
    chosen, put = iter([Move.GO_ON, None]), list[str]()

    def ask(step: Step, _: StepPosition) -> Reply:
        put.append(step.id)
        return KEEP if step.id == COLLECT else FINE

    review_steps(kickoff, sheet, lambda _: next(chosen), ask, lambda _: None, GUIDE)
    assert put == asked


def test_meeting_is_asked_about_a_contradiction_after_all_agenda_items(kickoff, sheet):
    voices = [sheet._replace(voice=Voice(name)) for name in ("Ana", "Bo")]
    room = starting_sheet(kickoff, voices)
    room = room._replace(voice=Voice(present="Ana, Bo"), next="voice.present")
    agenda, asked = MeetingAgenda(), list[str]()

    def ask(step: Step, _: StepPosition) -> Reply:
        agenda.note_asked(step)
        asked.append(step.id)
        if step.id == COLLECT:
            return Again("COL-00")
        return SHORT if step.id == "COL-00" else Move.SKIP

    after = ask_steps(
        kickoff,
        room,
        ask,
        lambda _: None,
        Guide(listed=agenda.steps, everything=meeting_steps, again=False),
    )
    assert asked[-2:] == [COLLECT, "COL-00"]
    assert after.answer("COL-00") == SHORT


@pytest.mark.parametrize(
    ("rated", "named"),
    [
        pytest.param(["COL-01"], "its detail, below, says", id="one detail"),
        pytest.param(
            ["COL-01", "COL-03", "COL-04"],
            "its details, below, say",
            id="three details",
        ),
    ],
)
def test_contradiction_step_names_the_high_details_if_the_overall_answer_is_low(
    kickoff, sheet, rated, named
):
    ids = [id_ for id_ in sheet.answers if id_.startswith("COL-")]
    given = dict.fromkeys(ids, Answer(na="not here")) | dict.fromkeys(rated, FINE)
    answers = {**sheet.answers, **given, "COL-00": SHORT}
    steps = interview_steps(kickoff, sheet._replace(answers=answers))
    step = next(step for step in steps if step.id == COLLECT)
    assert step.text.startswith(f"You said this layer would stop you; {named} no.")
    assert [*step.choices] == ["COL-00", *rated, KEEP]


def test_contradiction_step_offers_at_most_nine_choices(kickoff, sheet):
    sections = next(each.sections for each in kickoff.layers if each.id == "operate")
    given = {each.id for each in kickoff.questions if each.section in sections}
    low = dict.fromkeys(given & {*sheet.answers}, SHORT)
    answers = {**sheet.answers, **low, "MON-00": FINE}
    assert len(low) > len("123456789")
    steps = interview_steps(kickoff, sheet._replace(answers=answers))
    choices = [step.choices for step in steps if step.id == f"{CONTRADICTION}operate"]
    assert [len(each) for each in choices] == [len("123456789")]
