"""The order of steps in an interview, and what each reply saves."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, strategies as st

from mlready.interview.navigation import (
    ASKED_AGAIN,
    DETAILS,
    REVIEW,
    RULE,
    SKIPPED,
    WHERE_YOU_WERE,
    GoTo,
    Guide,
    Move,
    RefusedReplyError,
    Remark,
    Reply,
    StepPosition,
    ask_steps,
    review_steps,
)
from mlready.interview.steps import Step, line_steps, note_step, steps
from mlready.model.answers import Answer, AnswerSheet, empty_sheet
from mlready.model.questionnaire import Questionnaire
from mlready.storage.answers_file import dump, read

BACK, SKIP, UNDO = Move.BACK, Move.SKIP, Move.UNDO
LEVELS = tuple(Answer(level=level) for level in range(5))
TRAIN = ("Churn", "Letters", "12", "train", "0.5")
BOUGHT = ("Churn", "Letters", "12", "bought", "restricted", "0.5")


class ScriptedTeam:
    """A team that gives the listed replies, then leaves the interview."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[str] = []
        self.lines: list[str] = []
        self.saved: list[AnswerSheet] = []

    def ask(self, step: Step, position: StepPosition) -> Reply:
        self.asked.append(step.id)
        self.lines.append(position.line(step))
        if not self.replies:
            raise EOFError
        return self.replies.pop(0)

    def save(self, sheet: AnswerSheet) -> None:
        self.saved.append(sheet)


Interview = Callable[..., ScriptedTeam]


@pytest.fixture
def interview(small: Questionnaire) -> Interview:
    def run(*replies: Reply, sheet: AnswerSheet | None = None) -> ScriptedTeam:
        team = ScriptedTeam(*replies)
        try:
            ask_steps(small, sheet or empty_sheet(small), team.ask, team.save)
        except EOFError:
            assert not team.replies
        return team

    return run


def test_each_step_shows_how_many_steps_and_minutes_are_left(interview):
    team = interview(*TRAIN, *LEVELS[:3])
    assert team.lines == [
        "About the project · 8 to go · about 4 min left",
        "About the project · 7 to go · about 4 min left",
        "About the project · 6 to go · about 3 min left",
        "About the project · 5 to go · about 3 min left",
        "About the project · 4 to go · about 2 min left",
        f"Collect · 3 to go · about 2 min left\n{RULE}",
        "Collect · 2 to go · about 1 min left",
        "Move · 1 to go · about 1 min left",
    ]


@pytest.mark.parametrize(
    ("replies", "marked"),
    [
        pytest.param([BACK, BACK, "Mail", "12"], ["profile.headcount"], id="two steps"),
        pytest.param([BACK, "Bills", "12"], [], id="one step, with nothing between"),
    ],
)
def test_progress_line_says_back_where_you_were_only_after_two_steps_back(
    interview, replies, marked
):
    team = interview("Churn", "Letters", *replies)
    shown = zip(team.asked, team.lines, strict=True)
    assert [id_ for id_, line in shown if line.startswith(WHERE_YOU_WERE)] == marked


def test_skipped_background_line_is_asked_again_after_the_team_goes_back(small):
    asked = []
    replies = iter([BACK, BACK, SKIP, SKIP])

    def ask(step: Step, _: StepPosition) -> Reply:
        asked.append(step.id)
        if not (reply := next(replies, None)):
            raise EOFError
        return reply

    sheet = empty_sheet(small)
    listed = [*line_steps(small, sheet), note_step(steps(small, sheet)[0])]
    sheet = sheet._replace(next=listed[-1].id)
    with suppress(EOFError):
        ask_steps(small, sheet, ask, lambda _: None, Guide(lambda *_: listed))
    assert asked[-3:] == [step.id for step in listed[-3:]]


def test_answer_sheet_is_saved_after_every_reply(small, interview):
    kept = []
    sheet = empty_sheet(small)
    for change in (
        {"next": "project.slice", "name": "Churn"},
        {"next": "profile.headcount", "slice": "Letters"},
        {"next": "profile.approach", "profile": {"headcount": "12"}},
        {
            "next": "available.analyst",
            "profile": {"headcount": "12", "approach": "train"},
        },
        {"next": "COL-01", "available": {"analyst": 0.5}},
        {"next": "COL-02", "answers": {"COL-01": LEVELS[1]}},
        {"next": "MOV-01"},
        # The skipped question comes once more before the end.
        {"next": "COL-02", "answers": {"COL-01": LEVELS[1], "MOV-01": LEVELS[4]}},
        {"next": REVIEW},
    ):
        sheet = sheet._replace(**change)
        kept.append(sheet)
    assert interview(*TRAIN, LEVELS[1], SKIP, LEVELS[4], SKIP).saved == kept


@pytest.mark.parametrize(
    ("replies", "asked"),
    [
        pytest.param([BACK, BACK], ["name", "name", "name"], id="back at the first"),
        pytest.param(["Churn", BACK], ["name", "slice", "name"], id="back"),
        pytest.param([SKIP, SKIP], ["name", "slice", "headcount"], id="skip"),
        pytest.param(
            [SKIP, Remark("note", "who?")], ["name", "slice", "slice"], id="a remark"
        ),
        pytest.param(
            ["Churn", "Letters", "12", BACK, BACK, "Bills"],
            [
                "name",
                "slice",
                "headcount",
                "approach",
                "headcount",
                "slice",
                "approach",
            ],
            id="after going back, no answered step comes again",
        ),
        pytest.param(
            ["Churn", "Letters", GoTo("project.name"), "Stay"],
            ["name", "slice", "headcount", "name", "headcount"],
            id="interview continues after a step that the team went to",
        ),
        pytest.param(
            ["Churn", "Letters", GoTo("project.name"), BACK],
            ["name", "slice", "headcount", "name", "headcount"],
            id="back from a step that the team went to",
        ),
        pytest.param(
            ["Churn", "Letters", GoTo("project.name"), "Stay", BACK],
            ["name", "slice", "headcount", "name", "headcount", "name"],
            id="back to a step that the team went to and answered last",
        ),
        pytest.param(
            ["Churn", "Letters", GoTo("project.name"), "Stay", BACK, BACK, BACK],
            [*["name", "slice", "headcount"], *["name", "headcount"] * 2, "slice"],
            id="back once more from there",
        ),
        pytest.param(
            ["Churn", "Letters", UNDO, UNDO, UNDO],
            ["name", "slice", "headcount", "slice", "name", "name"],
            id="undo goes to the step of the answer",
        ),
    ],
)
def test_reply_decides_which_step_is_asked_next(interview, replies, asked):
    ids = [id_.partition(".")[2] for id_ in interview(*replies).asked]
    assert ids == asked


def test_skipped_steps_are_asked_once_more_before_the_review(interview):
    team = interview("Churn", SKIP, *TRAIN[2:], SKIP, SKIP, LEVELS[2], SKIP, SKIP, SKIP)
    assert team.asked[-3:] == ["project.slice", "COL-01", "COL-02"]
    assert all(line.endswith(SKIPPED) for line in team.lines[-3:])
    assert team.saved[-1].next == REVIEW


NOTED = Remark("note", "ask Ana")


@pytest.mark.parametrize(
    ("replies", "asked"),
    [
        pytest.param(
            [NOTED, GoTo("MOV-01"), LEVELS[1]],
            ["COL-01", "COL-01", "MOV-01", "COL-01"],
            id="going to another question",
        ),
        pytest.param(
            [LEVELS[1], NOTED, BACK, LEVELS[2]],
            ["COL-01", "COL-02", "COL-02", "COL-01", "COL-02"],
            id="going back",
        ),
    ],
)
def test_skipped_question_is_asked_again_until_it_has_more_than_a_note(
    interview, replies, asked
):
    team = interview(*TRAIN, SKIP, SKIP, SKIP, *replies)
    assert team.asked[len(TRAIN) + 3 :] == asked


def test_going_on_from_the_review_asks_an_open_question_until_it_has_more_than_a_note(
    small, interview
):
    sheet = interview(*TRAIN, *[SKIP] * 6).saved[-1]
    team = ScriptedTeam(NOTED, GoTo("MOV-01"), LEVELS[1])
    with suppress(EOFError):
        review_steps(small, sheet, lambda _: Move.GO_ON, team.ask, team.save)
    assert team.asked == ["COL-01", "COL-01", "MOV-01", "COL-01"]


@pytest.mark.parametrize(
    "replies",
    [
        pytest.param(["Churn", "Letters"], id="texts"),
        pytest.param([*TRAIN[:3], BACK, "14"], id="an answer changed"),
        pytest.param([*TRAIN, Remark("note", "ask Ana")], id="a note"),
        pytest.param([*TRAIN, LEVELS[2], Answer(na="none")], id="levels"),
    ],
)
def test_undo_restores_the_answers_as_they_were_before_the_last_reply(
    small, interview, replies
):
    team = interview(*replies, UNDO)
    changes = [empty_sheet(small), *team.saved[:-1]]
    before = [
        each for each in changes if each._replace(next="") != last_but_one_saved(team)
    ]
    assert before
    assert team.saved[-1]._replace(next="") == before[-1]._replace(next="")


def last_but_one_saved(team: ScriptedTeam) -> AnswerSheet:
    """Return the last but one sheet of ``team.saved``, without the step to ask next."""
    return team.saved[-2]._replace(next="")


def test_going_back_or_skipping_changes_no_answer(small, interview):
    kept = interview(SKIP, SKIP, BACK, SKIP, SKIP, SKIP, SKIP, SKIP, BACK).saved
    assert kept[-1] == empty_sheet(small)._replace(next="COL-01")


def test_note_and_evidence_are_saved_at_once_and_never_lost(small, interview):
    resumed = empty_sheet(small)._replace(next="COL-01")
    note, evidence = Remark("note", "ask Ana"), Remark("evidence", "wiki/log")
    team = interview(note, evidence, SKIP, BACK, sheet=resumed)
    both = {"COL-01": Answer(note="ask Ana", evidence="wiki/log")}
    assert [sheet.answers for sheet in team.saved] == [
        {"COL-01": Answer(note="ask Ana")}, both, both, both,
    ]  # fmt: skip
    assert [sheet.next for sheet in team.saved] == [
        "COL-01", "COL-01", "COL-02", "COL-01",
    ]  # fmt: skip


def test_facts_decide_which_steps_are_asked(interview):
    team = interview(*TRAIN[:4], BACK, *BOUGHT[3:], LEVELS[2], *[SKIP] * 6)
    assert team.asked == [
        *("project.name", "project.slice", "profile.headcount", "profile.approach"),
        *("available.analyst", "profile.approach", "profile.readers"),
        *("available.analyst", "COL-01", "COL-02", "MOV-01", "MOV-02", "AIM-01"),
        *("COL-02", "MOV-01", "MOV-02"),
    ]


def test_newly_applicable_step_is_asked_at_once_after_a_changed_answer(interview):
    team = interview(*TRAIN, LEVELS[1], GoTo("profile.approach"), "bought", "everyone")
    assert team.asked[-4:] == [
        "COL-02", "profile.approach", "profile.readers", "COL-02",
    ]  # fmt: skip


def test_interview_keeps_answers_to_steps_that_no_longer_apply(small, interview):
    sheet = interview(*BOUGHT, *LEVELS[2:3] * 5).saved[-1]
    team = interview("train", sheet=sheet._replace(next="profile.approach"))
    assert team.asked == ["profile.approach"]
    changed = sheet._replace(profile={**sheet.profile, "approach": "train"})
    assert team.saved == [changed]
    back = interview("bought", sheet=changed._replace(next="profile.approach"))
    assert back.saved == [sheet]
    assert "MOV-02" in {
        step.id for step in steps(small, back.saved[-1]) if step.answered
    }


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        pytest.param({}, ["project.name"], id="empty sheet"),
        pytest.param({"name": "Churn"}, ["project.slice"], id="first open step"),
        pytest.param({"next": "MOV-01"}, ["MOV-01"], id="saved step"),
        pytest.param(
            {"next": "project.name", "name": "Churn"},
            ["project.name"],
            id="saved step although answered",
        ),
        pytest.param(
            {"next": "MOV-02", "name": "Churn"},
            ["project.slice"],
            id="first open step if the saved one does not apply",
        ),
        pytest.param(
            {"next": REVIEW, "name": "Churn"}, ["project.slice"], id="open after review"
        ),
        pytest.param(
            {"next": DETAILS, "name": "Churn"}, ["project.slice"], id="open after core"
        ),
    ],
)
def test_interview_resumes_at_an_applicable_saved_step_or_else_at_the_first_open_step(
    small, interview, change, asked
):
    assert interview(sheet=empty_sheet(small)._replace(**change)).asked == asked


def test_resumed_interview_does_not_ask_answered_steps_again(small, interview):
    sheet = interview(*TRAIN, LEVELS[0], LEVELS[1], LEVELS[2]).saved[-1]
    assert interview(sheet=sheet).asked == []
    left = {**sheet.answers}
    del left["COL-02"]
    assert interview(sheet=sheet._replace(answers=left)).asked == ["COL-02"]


@pytest.mark.parametrize(
    ("id_", "reply", "change"),
    [
        pytest.param("project.name", "Stay", {"name": "Stay"}, id="the name"),
        pytest.param("project.slice", "Bills", {"slice": "Bills"}, id="the slice"),
        pytest.param(
            "profile.headcount",
            "14",
            {"profile": {"headcount": "14", "approach": "train"}},
            id="a fact",
        ),
        pytest.param(
            "available.analyst", "1,5", {"available": {"analyst": 1.5}}, id="a number"
        ),
        pytest.param(
            "COL-01",
            Answer(na="no records"),
            {"answers": {"COL-01": Answer(na="no records")}},
            id="an answer",
        ),
    ],
)
def test_reply_in_the_review_changes_the_chosen_answer(
    small, interview, id_, reply, change
):
    sheet = interview(*TRAIN, *LEVELS[:2], LEVELS[3]).saved[-1]
    team = ScriptedTeam(reply)
    if "answers" in change:
        change = {"answers": {**sheet.answers, **change["answers"]}}
    expected = sheet._replace(**change)
    choose = choosing(id_)
    assert review_steps(small, sheet, choose, team.ask, team.save) == expected
    assert (team.saved, len(team.asked)) == ([expected], 1)


def test_question_in_the_review_is_asked_again_after_a_note_on_it(small, interview):
    sheet = interview(*TRAIN, *LEVELS[:2], LEVELS[3]).saved[-1]
    noted = Answer(1, note="since May")
    team = ScriptedTeam(Remark("note", "since May"), noted)
    choose = choosing("COL-02")
    changed = review_steps(small, sheet, choose, team.ask, team.save)
    assert team.asked == ["COL-02", "COL-02"]
    assert changed == sheet._replace(answers={**sheet.answers, "COL-02": noted})


@pytest.mark.parametrize("move", [BACK, SKIP])
def test_moving_around_in_the_review_changes_no_answer(small, move):
    sheet, team = empty_sheet(small)._replace(next=REVIEW), ScriptedTeam(move)
    assert review_steps(small, sheet, choosing("COL-01"), team.ask, team.save) == sheet
    assert (team.saved, team.asked) == ([], ["COL-01"])


def test_undo_in_the_review_asks_the_same_step_if_nothing_can_be_undone(small):
    sheet, team = empty_sheet(small)._replace(next=REVIEW), ScriptedTeam(UNDO, BACK)
    assert review_steps(small, sheet, choosing("COL-01"), team.ask, team.save) == sheet
    assert (team.saved, team.asked) == ([], ["COL-01", "COL-01"])


def test_newly_applicable_questions_are_asked_after_a_change_in_the_review(
    small, interview
):
    sheet = interview(*TRAIN, *LEVELS[2:4], LEVELS[3], LEVELS[2]).saved[-1]
    team = ScriptedTeam("bought", "restricted", LEVELS[4])
    choose = choosing("profile.approach")
    changed = review_steps(small, sheet, choose, team.ask, team.save)
    assert team.asked == ["profile.approach", "profile.readers", "MOV-02"]
    assert changed == sheet._replace(
        profile={**sheet.profile, "approach": "bought", "readers": "restricted"},
        answers={**sheet.answers, "MOV-02": LEVELS[4]},
    )


def test_continuing_from_the_review_asks_the_open_steps(small):
    sheet, team = empty_sheet(small)._replace(next=REVIEW), ScriptedTeam(*TRAIN)
    with suppress(EOFError):
        review_steps(small, sheet, lambda _: Move.GO_ON, team.ask, team.save)
    assert team.asked == [
        "project.name", "project.slice", "profile.headcount", "profile.approach",
        "available.analyst", "COL-01",
    ]  # fmt: skip


REWORDED = "COL-02"  # the question whose levels have other words for a bought model


@pytest.fixture
def reworded(small: Questionnaire) -> Questionnaire:
    """Return small.yaml with other texts of the levels of COL-02 for a bought model."""
    sections = [
        section._replace(
            questions=tuple(
                question._replace(
                    wordings=tuple(
                        wording._replace(
                            changes={**wording.changes, "levels": tuple("abcde")}
                        )
                        for wording in question.wordings
                    )
                )
                for question in section.questions
            )
        )
        for section in small.sections
    ]
    return small._replace(sections=tuple(sections))


def answered(*replies: Reply, questionnaire: Questionnaire) -> ScriptedTeam:
    """Return a team that answered all questions but the last, then gave ``replies``."""
    team = ScriptedTeam(*TRAIN, *LEVELS[2:4], LEVELS[4], *replies)
    with suppress(EOFError):
        ask_steps(questionnaire, empty_sheet(questionnaire), team.ask, team.save)
    return team


def test_question_is_asked_again_if_a_changed_fact_rewords_its_levels(reworded):
    go_back: list[Reply] = [GoTo("profile.approach"), "bought", "everyone", LEVELS[0]]
    team = answered(*go_back, questionnaire=reworded)
    assert team.asked[-4:] == [
        "profile.approach",
        "profile.readers",
        REWORDED,
        "AIM-01",
    ]
    assert team.lines[-2].endswith(ASKED_AGAIN)
    levels = [sheet.answer(REWORDED).level for sheet in team.saved[-4:]]
    assert levels == [3, None, None, 0]


def test_answer_counts_again_if_the_question_regains_its_earlier_wording(
    reworded,
):
    there: list[Reply] = [GoTo("profile.approach"), "bought"]
    back: list[Reply] = [GoTo("profile.approach"), "train"]
    team = answered(*there, *back, questionnaire=reworded)
    assert team.saved[-1].answer(REWORDED) == LEVELS[3]
    undone = answered(*there, UNDO, questionnaire=reworded)
    assert undone.saved[-1].answer(REWORDED) == LEVELS[3]


def test_note_is_kept_if_the_wording_of_its_question_changes(reworded):
    note: list[Reply] = [GoTo(REWORDED), LEVELS[1]._replace(note="May")]
    team = answered(*note, GoTo("profile.approach"), "bought", questionnaire=reworded)
    assert team.saved[-1].answer(REWORDED) == Answer(note="May")


def test_step_is_asked_again_if_its_reply_cannot_be_saved(small):
    team = ScriptedTeam("Churn", "too long", BACK, "Stay")

    def save(sheet: AnswerSheet) -> None:
        if sheet.slice == "too long":
            raise RefusedReplyError
        team.save(sheet)

    with suppress(EOFError):
        ask_steps(small, empty_sheet(small), team.ask, save)
    assert team.asked == [
        "project.name", "project.slice", "project.slice", "project.name",
        "project.slice",
    ]  # fmt: skip
    assert (team.saved[-1].name, team.saved[-1].slice) == ("Stay", "")


def test_review_keeps_the_old_answer_if_the_new_answer_cannot_be_saved(small):
    sheet, team = (
        empty_sheet(small)._replace(next=REVIEW, name="Churn"),
        ScriptedTeam("Stay"),
    )

    def save(_: AnswerSheet) -> None:
        raise RefusedReplyError

    choose = choosing("project.name")
    assert review_steps(small, sheet, choose, team.ask, save) == sheet


def choosing(*ids: str) -> Callable[[Sequence[Step]], Step | None]:
    """Return a function that chooses the step of each of ``ids`` in turn, then none."""
    left = [*ids, ""]

    def choose(listed: Sequence[Step]) -> Step | None:
        wanted = left.pop(0)
        return next((step for step in listed if step.id == wanted), None)

    return choose


REPLIES = {
    "project.name": ["Churn", "Stay", ""],
    "project.slice": ["Letters", "Bills"],
    "profile.headcount": ["1", "12"],
    "profile.approach": ["train", "bought"],
    "profile.readers": ["everyone", "restricted"],
    "available.analyst": ["0", "0.5", ""],
}
ANSWERS = (*LEVELS, Answer(unknown=True), Answer(na="none"))
ACTIONS = st.tuples(
    st.sampled_from(
        ["answer", "answer", "answer", "back", "skip", "undo", "go to", "note"]
    ),
    st.integers(0, 20),
)


def chosen(step: Step, listed: Sequence[Step], action: tuple[str, int]) -> Reply:
    kind, number = action
    if kind == "go to":
        return GoTo(listed[number % len(listed)].id)
    if kind in {"back", "skip", "undo"}:
        return Move(kind)
    if not step.question:
        return REPLIES[step.id][number % len(REPLIES[step.id])]
    if kind != "answer":
        return Remark(kind, f"remark {number}")
    answer = ANSWERS[number % len(ANSWERS)]
    return answer._replace(note=step.answer.note, evidence=step.answer.evidence)


def values_by_step(sheet: AnswerSheet) -> dict[str, str | Answer]:
    values: dict[str, str | Answer] = {
        "project.name": sheet.name,
        "project.slice": sheet.slice,
        **{f"profile.{id_}": value for id_, value in sheet.profile.items()},
        **{
            f"available.{id_}": f"{number:g}" for id_, number in sheet.available.items()
        },
        **sheet.answers,
    }
    return {id_: value for id_, value in values.items() if value}


class Model:
    """The answers expected in the file, by step id.

    ``before`` holds the answers before each change, oldest first, for undo.
    """

    def __init__(self) -> None:
        self.values: dict[str, str | Answer] = {}
        self.before: list[dict[str, str | Answer]] = []

    def reply(self, step: Step, reply: Reply) -> None:
        values = {**self.values}
        match reply:
            case Move.UNDO:
                self.values = self.before.pop() if self.before else self.values
                return
            case Remark(field, text):
                change: dict[str, Any] = {field: text}
                values[step.id] = step.answer._replace(**change)
            case str() | Answer():
                values[step.id] = reply
            case _:
                return
        values = {id_: value for id_, value in values.items() if value}
        if values != self.values:
            self.before.append(self.values)
        self.values = values


@given(st.lists(st.lists(ACTIONS, max_size=30), max_size=4))
def test_interview_with_random_replies_keeps_every_answer_as_given(small, sessions):
    said, kept = Model(), [empty_sheet(small)]
    guide = Guide(listed=steps, everything=steps)
    for session in sessions:
        left = list(session)
        said.before.clear()  # a new interview cannot undo what an earlier one saved

        def ask(step: Step, position: StepPosition, left: list[Any] = left) -> Reply:
            assert (said.values.get(step.id) or Answer()) in {step.value, step.answer}
            is_visit = position.went_here and step.answered
            assert (position.number == 0) is is_visit
            assert position.number <= position.total
            if not left:
                raise EOFError
            reply = chosen(step, position.steps, left.pop(0))
            said.reply(step, reply)
            return reply

        def save(sheet: AnswerSheet) -> None:
            kept.append(sheet)
            assert values_by_step(sheet) == said.values
            assert read(dump(sheet, small).encode(), "", small) == sheet

        with suppress(EOFError):
            ask_steps(small, kept[-1], ask, save, guide)
            assert kept[-1].next in {REVIEW, ""}


@given(st.lists(ACTIONS, max_size=40))
def test_every_step_is_asked_even_if_the_team_jumps_around_at_random(small, actions):
    left, asked = list(actions), set[str]()

    def ask(step: Step, position: StepPosition) -> Reply:
        asked.add(step.id)
        action = left.pop(0) if left else ("answer", 1)
        return chosen(step, position.steps, action)

    sheet = ask_steps(small, empty_sheet(small), ask, lambda _: None)
    assert {step.id for step in steps(small, sheet) if step.is_open} <= asked
