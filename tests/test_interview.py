"""The order of steps in an interview, and what is saved after each reply."""

import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, strategies as st

from mlready.interview.navigation import (
    REVIEW,
    RULE,
    Move,
    RefusedReplyError,
    Remark,
    Reply,
    StepPosition,
    ask_steps,
    review_steps,
)
from mlready.interview.steps import Step, steps
from mlready.model.answers import (
    EXPRESS,
    FULL,
    Answer,
    AnswerSheet,
    empty_sheet,
    progress,
)
from mlready.model.questionnaire import Questionnaire
from mlready.storage.answers_file import dump, read

BACK, SKIP = Move.BACK, Move.SKIP
LEVELS = tuple(Answer(level=level) for level in range(5))
TRAIN = ("Churn", "Letters", "12", "train", "0.5")
BOUGHT = ("Churn", "Letters", "12", "bought", "restricted", "0.5")


class ScriptedTeam:
    """A team that gives the listed replies and then leaves the interview.

    It records the steps it is asked and the answer sheets that are saved.
    """

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[str] = []
        self.lines: list[str] = []
        self.saved: list[AnswerSheet] = []

    def ask(self, step: Step, position: StepPosition) -> Reply:
        self.asked.append(f"{step.id} {position.number}/{position.total}")
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


def test_applicable_steps_are_asked_in_order_with_their_number_and_time_left(interview):
    team = interview(*TRAIN, *LEVELS[:3])
    assert team.lines == [
        "About the project · 1 of 5 · about 4 min left",
        "About the project · 2 of 5 · about 4 min left",
        "About the project · 3 of 5 · about 3 min left",
        "About the project · 4 of 5 · about 3 min left",
        "About the project · 5 of 5 · about 2 min left",
        f"Collect · 1 of 3 · about 2 min left\nIs it written down? {RULE}",
        "Collect · 2 of 3 · about 1 min left",
        f"Move · 3 of 3 · about 1 min left\nDoes it arrive? {RULE}",
    ]


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
        {"next": REVIEW, "answers": {"COL-01": LEVELS[1], "MOV-01": LEVELS[4]}},
    ):
        sheet = sheet._replace(**change)
        kept.append(sheet)
    assert interview(*TRAIN, LEVELS[1], SKIP, LEVELS[4]).saved == kept


@pytest.mark.parametrize(
    ("replies", "asked"),
    [
        pytest.param(
            [BACK, BACK],
            ["project.name 1/5", "project.name 1/5", "project.name 1/5"],
            id="back at the first step stays there",
        ),
        pytest.param(
            ["Churn", BACK],
            ["project.name 1/5", "project.slice 2/5", "project.name 1/5"],
            id="back goes to the previous step",
        ),
        pytest.param(
            [SKIP, SKIP],
            ["project.name 1/5", "project.slice 2/5", "profile.headcount 3/5"],
            id="skip goes to the next step",
        ),
        pytest.param(
            [SKIP, Remark("note", "who?")],
            ["project.name 1/5", "project.slice 2/5", "project.slice 2/5"],
            id="a remark stays at its step",
        ),
    ],
)
def test_reply_decides_which_step_is_asked_next(interview, replies, asked):
    assert interview(*replies).asked == asked


def test_replies_back_and_skip_change_no_answer(small, interview):
    kept = interview(SKIP, SKIP, BACK, SKIP, SKIP, SKIP, SKIP, SKIP, BACK).saved
    assert kept[-1] == empty_sheet(small)._replace(next="COL-01")


def test_note_or_evidence_is_saved_immediately_and_kept(small, interview):
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


def test_profile_decides_which_steps_are_asked_and_counted(interview):
    team = interview(*TRAIN[:4], BACK, *BOUGHT[3:], LEVELS[2], SKIP, SKIP, SKIP, SKIP)
    assert team.asked == [
        "project.name 1/5",
        "project.slice 2/5",
        "profile.headcount 3/5",
        "profile.approach 4/5",
        "available.analyst 5/5",
        "profile.approach 4/5",
        "profile.readers 5/6",
        "available.analyst 6/6",
        "COL-01 1/4",
        "COL-02 2/5",
        "MOV-01 3/5",
        "MOV-02 4/5",
        "AIM-01 5/5",
    ]


def test_answers_to_steps_that_no_longer_apply_are_kept(small, interview):
    sheet = interview(*BOUGHT, *LEVELS[2:3] * 5).saved[-1]
    team = interview("train", sheet=sheet._replace(next="profile.approach"))
    assert team.asked[-1] == "available.analyst 5/5"
    assert team.saved == [
        sheet._replace(
            next="available.analyst", profile={**sheet.profile, "approach": "train"}
        )
    ]
    back = interview(
        "bought", SKIP, sheet=team.saved[-1]._replace(next="profile.approach")
    )
    assert back.saved[-1] == sheet._replace(next="available.analyst")
    assert "MOV-02" in {
        step.id for step in steps(small, back.saved[-1]) if step.answered
    }


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        pytest.param({}, ["project.name 1/5"], id="empty sheet"),
        pytest.param({"name": "Churn"}, ["project.slice 2/5"], id="first open step"),
        pytest.param({"next": "MOV-01"}, ["MOV-01 3/3"], id="saved step"),
        pytest.param(
            {"next": "project.name", "name": "Churn"},
            ["project.name 1/5"],
            id="saved step although answered",
        ),
        pytest.param(
            {"next": "MOV-02", "name": "Churn"},
            ["project.slice 2/5"],
            id="first open step if the saved one does not apply",
        ),
        pytest.param({"next": REVIEW}, [], id="no step if all were asked"),
    ],
)
def test_interview_resumes_at_the_saved_step_or_else_at_the_first_open_step(
    small, interview, change, asked
):
    assert interview(sheet=empty_sheet(small)._replace(**change)).asked == asked


def test_full_interview_after_an_express_interview_asks_only_open_steps(
    small, interview
):
    express = interview(*TRAIN, LEVELS[2], LEVELS[3], sheet=empty_sheet(small, EXPRESS))
    assert express.asked[-2:] == ["COL-01 1/2", "MOV-01 2/2"]
    full = express.saved[-1]._replace(scope=FULL, next="")
    team = interview(LEVELS[1], LEVELS[0], sheet=full)
    assert team.asked == ["COL-02 2/4", "AIM-01 4/4"]
    assert team.saved[-1].answers == {
        "COL-01": LEVELS[2], "MOV-01": LEVELS[3],
        "COL-02": LEVELS[1], "AIM-01": LEVELS[0],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("id_", "reply", "change"),
    [
        pytest.param("project.name", "Stay", {"name": "Stay"}, id="the name"),
        pytest.param("project.slice", "Bills", {"slice": "Bills"}, id="the slice"),
        pytest.param(
            "profile.approach",
            "bought",
            {"profile": {"headcount": "12", "approach": "bought"}},
            id="a fact",
        ),
        pytest.param(
            "available.analyst", "1,5", {"available": {"analyst": 1.5}}, id="a number"
        ),
        pytest.param(
            "COL-01",
            Answer(na="no records"),
            {"answers": {"COL-01": Answer(na="no records"), "COL-02": LEVELS[1]}},
            id="an answer",
        ),
        pytest.param(
            "COL-02",
            Remark("note", "since May"),
            {"answers": {"COL-01": LEVELS[0], "COL-02": Answer(1, note="since May")}},
            id="a note",
        ),
    ],
)
def test_reply_in_the_review_changes_the_chosen_answer(
    small, interview, id_, reply, change
):
    sheet = interview(*TRAIN, *LEVELS[:2], SKIP).saved[-1]
    team, expected = ScriptedTeam(reply), sheet._replace(**change)
    assert review_steps(small, sheet, choosing(id_), team.ask, team.save) == expected
    assert (team.saved, len(team.asked)) == ([expected], 1)


@pytest.mark.parametrize("move", Move)
def test_replies_back_and_skip_in_the_review_change_no_answer(small, move):
    sheet, team = empty_sheet(small)._replace(next=REVIEW), ScriptedTeam(move)
    assert review_steps(small, sheet, choosing("COL-01"), team.ask, team.save) == sheet
    assert (team.saved, team.asked) == ([], ["COL-01 1/3"])


def test_review_lists_steps_that_a_changed_answer_makes_applicable(small):
    sheet, team = (
        empty_sheet(small)._replace(next=REVIEW),
        ScriptedTeam("bought", LEVELS[4]),
    )
    choose = choosing("profile.approach", "MOV-02")
    changed = review_steps(small, sheet, choose, team.ask, team.save)
    assert team.asked == ["profile.approach 4/5", "MOV-02 4/4"]
    assert changed == sheet._replace(
        profile={"approach": "bought"}, answers={"MOV-02": LEVELS[4]}
    )


def test_step_is_asked_again_if_its_reply_cannot_be_saved(small):
    team = ScriptedTeam("Churn", "too long", BACK, "Stay")

    def save(sheet: AnswerSheet) -> None:
        if sheet.slice == "too long":
            raise RefusedReplyError
        team.save(sheet)

    with suppress(EOFError):
        ask_steps(small, empty_sheet(small), team.ask, save)
    asked = [each.split()[0] for each in team.asked]
    assert asked == [
        "project.name", "project.slice", "project.slice", "project.name",
        "project.slice",
    ]  # fmt: skip
    assert (team.saved[-1].name, team.saved[-1].slice) == ("Stay", "")


def test_review_keeps_the_old_answer_if_the_new_one_cannot_be_saved(small):
    sheet, team = (
        empty_sheet(small)._replace(next=REVIEW, name="Churn"),
        ScriptedTeam("Stay"),
    )

    def save(_: AnswerSheet) -> None:
        raise RefusedReplyError

    choose = choosing("project.name")
    assert review_steps(small, sheet, choose, team.ask, save) == sheet


READY_MADE = {"approach": "pretrained", "own_content": "yes"}


@pytest.mark.parametrize("scope", [FULL, EXPRESS])
@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"approach": "train"}, id="model trained in house"),
        pytest.param(READY_MADE, id="ready-made with own content"),
        pytest.param(
            READY_MADE | {"readers": "restricted"},
            id="ready-made with restricted readers",
        ),
        pytest.param(
            READY_MADE | {"acts": "acts"}, id="ready-made model that acts by itself"
        ),
        pytest.param(
            READY_MADE | {"reach": "outside"},
            id="ready-made model reached from outside",
        ),
    ],
)
def test_every_step_of_the_kickoff_questionnaire_is_asked_once_and_saved(
    kickoff, facts, scope
):
    answers = itertools.cycle(ANSWERS)
    asked: list[str] = []
    saved: list[AnswerSheet] = []

    def ask(step: Step, position: StepPosition) -> Reply:
        asked.append(step.id)
        if step.question:
            return next(answers)
        if step.choices:
            return str(facts.get(step.id[len("profile.") :], next(iter(step.choices))))
        return "About it" if step.kind == "text" else "2"

    def save(sheet: AnswerSheet) -> None:
        assert read(dump(sheet, kickoff).encode(), "", kickoff) == sheet
        saved.append(sheet)

    sheet = ask_steps(kickoff, empty_sheet(kickoff, scope), ask, save)
    assert asked == [step.id for step in steps(kickoff, sheet)]
    assert (len(saved), saved[-1], sheet.next) == (len(asked), sheet, REVIEW)
    assert progress(kickoff, sheet) == (len(sheet.answers),) * 2


def choosing(*ids: str) -> Callable[[Sequence[Step]], Step | None]:
    """Return a function that picks the step with each id in turn, and then no step."""
    left = [*ids, ""]

    def choose(listed: Sequence[Step]) -> Step | None:
        wanted = left.pop(0)
        return next((step for step in listed if step.id == wanted), None)

    return choose


ORDER = (
    "project.name", "project.slice", "profile.headcount", "profile.approach",
    "profile.readers", "available.analyst",
    "COL-01", "COL-02", "MOV-01", "MOV-02", "AIM-01",
)  # fmt: skip
REPLIES = {
    "project.name": ["Churn", "Stay"],
    "project.slice": ["Letters", "Bills"],
    "profile.headcount": ["1", "12"],
    "profile.approach": ["train", "bought"],
    "profile.readers": ["everyone", "restricted"],
    "available.analyst": ["0", "0.5"],
}
ANSWERS = (*LEVELS, Answer(unknown=True), Answer(na="none"))
ACTIONS = st.tuples(
    st.sampled_from(["answer", "answer", "back", "skip", "note", "evidence"]),
    st.integers(0, 20),
)


class Model:
    """A simple model of an interview, with the conditions of small.yaml hard-coded."""

    def __init__(self) -> None:
        self.at = ORDER[0]
        self.answers: dict[str, str | Answer] = {}

    def applicable(self) -> list[str]:
        """Return the ids of the steps that apply to the current answers."""
        hidden = set()
        if self.answers.get("profile.approach") != "bought":
            hidden |= {"profile.readers", "MOV-02"}
        if self.answers.get("profile.readers") == "everyone":
            hidden |= {"MOV-02"}
        if self.answer("COL-01").level not in {2, 3, 4}:
            hidden |= {"AIM-01"}
        return [id_ for id_ in ORDER if id_ not in hidden]

    def answer(self, id_: str) -> Answer:
        value = self.answers.get(id_, Answer())
        return value if isinstance(value, Answer) else Answer()

    def reply(self, id_: str, reply: Reply) -> None:
        here = ORDER.index(id_)
        match reply:
            case Move.BACK:
                before = [each for each in ORDER[:here] if each in self.applicable()]
                self.at = before[-1] if before else id_
                return
            case Remark(field, text):
                change: dict[str, Any] = {field: text}
                self.answers[id_] = self.answer(id_)._replace(**change)
                return
            case str() | Answer():
                self.answers[id_] = reply
            case _:
                pass
        after = ORDER[here + 1 :]
        self.at = next((each for each in after if each in self.applicable()), REVIEW)

    def count(self, id_: str) -> tuple[int, int]:
        same_kind = [
            each for each in self.applicable() if each.islower() == id_.islower()
        ]
        return same_kind.index(id_) + 1, len(same_kind)


def chosen(step: Step, action: tuple[str, int]) -> Reply:
    kind, number = action
    if kind in {"back", "skip"}:
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


@given(st.lists(st.lists(ACTIONS, max_size=30), max_size=4))
def test_random_interview_sessions_agree_with_a_simple_model(small, sessions):
    model, kept = Model(), [empty_sheet(small)]
    for session in sessions:
        left = list(session)

        def ask(step: Step, position: StepPosition, left: list[Any] = left) -> Reply:
            assert step.id == model.at
            assert (position.number, position.total) == model.count(step.id)
            assert (model.answers.get(step.id) or Answer()) in {step.value, step.answer}
            if not left:
                raise EOFError
            reply = chosen(step, left.pop(0))
            model.reply(step.id, reply)
            return reply

        def save(sheet: AnswerSheet) -> None:
            kept.append(sheet)
            assert (values_by_step(sheet), sheet.next) == (model.answers, model.at)

        with suppress(EOFError):
            ask_steps(small, kept[-1], ask, save)
        assert not left or model.at == REVIEW
