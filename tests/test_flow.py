"""Interviews with one voice, from the first step to the plan."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from mlready.assessment.advice import advice_if_confirmed
from mlready.assessment.assess import assess
from mlready.assessment.diagnosis import Verdict
from mlready.assessment.next_questions import next_questions
from mlready.assessment.staffing import HoldReason
from mlready.interview.changed_words import (
    ChangedWords,
    asked_again,
    changed_topics,
    reopened_topics,
)
from mlready.interview.drafts import interview_steps
from mlready.interview.flow import (
    ENDS_REST,
    GO_ON_WITH_PLAN,
    HIRE_BUT_NOBODY,
    IN_POST,
    NO_HIRE_BUT,
    NO_PLAN,
    NOTHING_TO_UNDO,
    NOW_OPEN_ANSWERS,
    NOW_READS,
    NOW_SETTLED,
    OPENED,
    PLAN_PROMPT_LINES,
    ROLE_MEANT,
    STAYS_CONTRADICTORY,
    STAYS_SAME,
    STAYS_SO_FAR,
    STILL_CONTRADICTS,
    STILL_FITS,
    WRITE_PLAN,
    Interview,
    left_without_room,
    no_room,
)
from mlready.interview.interview_agenda import MOST_LINES, InterviewAgenda
from mlready.interview.navigation import (
    REVIEW,
    ROUND_TO,
    Again,
    FieldReply,
    GoTo,
    Guide,
    Move,
    Remark,
    Replies,
    Reply,
    StepPosition,
    apply_reply,
    ask_steps,
    review_steps,
)
from mlready.interview.order import order
from mlready.interview.owner_and_date import (
    NO_SUCH_DATE,
    WITHOUT_NAME,
    WRITE_DATE,
    WRITE_ONLY_DATE,
    WRITE_STEP,
    WRITE_YEAR,
    refusal,
    taken_by,
)
from mlready.interview.pace import Pace
from mlready.interview.plan_steps import (
    assignable_items,
    kept_proposals,
    plan_steps,
    to_assign,
    what_to_do,
)
from mlready.interview.steps import PEOPLE, Step, StepKind, steps
from mlready.interview.text_wrapping import indented, lines_taken
from mlready.model.answers import (
    EXPRESS,
    FULL,
    Answer,
    AnswerSheet,
    PlanStep,
    Timing,
    Voice,
    empty_sheet,
    questions_for,
)
from mlready.model.questionnaire import Questionnaire
from mlready.report.markdown import advice_changes, markdown, picture, summary
from mlready.report.options import Reader
from mlready.report.sponsor_page_left_out import LeftOut, left_out
from mlready.storage.answers_file import dump, read
from tests.samples import NAMES, example

GO_ON, TODAY = "Go on?", "2026-11-30"
NO_ROOM_FOR = re.compile("No room in the plan for")
no_date = NO_SUCH_DATE.format
WOULD_TEST = " questions check layers you rated 2 or better, or add next steps."
UNLESS = "This advice stands, unless one of the next "
MEANT_ANALYST = ROLE_MEANT.format("analyst")
IN_THE_PAST = "2026-01-01 is in the past. Keep it?"
LEND, WHAT = "background.lend", "Scan the cards of last year"
START = datetime(2026, 11, 29, 9, 0)  # noqa: DTZ001 - a local time, as in the file


class Team:
    """A team that answers as ``source``, and skips contradictions and optional steps.

    ``replies`` holds other replies, by step id. Each reply takes ``seconds``; after
    ``most`` replies the team leaves. ``accepts`` joins the texts of all offers to which
    the team says yes. With ``rest`` the team also accepts the offer of more questions.
    """

    def __init__(
        self,
        source: AnswerSheet,
        replies: dict[str, Reply] | None = None,
        *,
        most: int = 1000,
        rest: bool = False,
        accepts: str = "",
        seconds: float = 20,
    ) -> None:
        self.source = source
        self.replies = replies or {}
        self.most = most
        self.rest = rest
        self.accepts = accepts
        self.seconds = seconds
        self.slows_after = 0  # steps; 0 for never
        self.now = START
        self.asked: list[str] = []
        self.lines: list[str] = []
        self.said: list[str] = []
        self.pictures: list[str] = []
        self.offered: list[str] = []
        self.defaults: list[bool] = []  # of the offers
        self.saved: list[AnswerSheet] = []

    def ask(self, step: Step, position: StepPosition) -> Reply:
        if len(self.asked) >= self.most:
            raise EOFError
        self.now += timedelta(seconds=self.seconds)
        if self.slows_after and len(self.asked) == self.slows_after:
            self.seconds *= 25
        self.asked.append(step.id)
        self.lines.append(position.line(step))
        if step.id in self.replies:
            return self.replies.pop(step.id)
        if step.fields:
            return Replies(tuple(str(self._said(field)) for field in step.fields))
        return self._said(step)

    def _said(self, step: Step) -> Reply:
        if step.kind in {StepKind.LINE, StepKind.CONTRADICTION} or step.is_optional:
            return Move.SKIP
        if step.question:
            answer = self.source.answer(step.id)
            return answer if answer.given else Answer(unknown=True)
        kind, _, id_ = step.id.partition(".")
        if kind == "available":
            return f"{self.source.available.get(id_, 0):g}"
        if kind == "project":
            return "Churn"
        return self.source.profile.get(id_) or next(iter(step.choices), "3")

    def choose(self, steps: Sequence[Step]) -> Step | Move | None:
        return None

    def confirm(self, question: str, *, default: bool = False) -> bool:
        self.offered.append(question)
        self.defaults.append(default)
        offer = WRITE_PLAN if question == GO_ON_WITH_PLAN else question
        return offer in self.accepts or (self.rest and question.endswith(GO_ON))

    def echo(self, step: Step, reply: str) -> None:
        self.said.append(f"{step.topic}: {step.reply_text(reply)}")

    def say(self, text: str, *, once: bool = False) -> None:
        self.said.append(text)

    def show(self, picture: str) -> None:
        self.said.append(picture)

    def present(self, picture: str) -> None:
        self.pictures.append(picture)


def run(
    questionnaire: Questionnaire,
    team: Team,
    sheet: AnswerSheet | None = None,
    *,
    express: bool = False,
    in_words: bool = False,
) -> AnswerSheet:
    """Run an interview with a team, from ``sheet`` on; return the sheet at the end."""
    begun = sheet or empty_sheet(questionnaire, EXPRESS)
    pace = Pace(questionnaire.constants.seconds_per_question, lambda: team.now)
    interview = Interview(
        questionnaire, begun, team, team.saved.append, pace, in_words=in_words
    )
    try:
        return interview.run(express=express)
    except EOFError:
        return team.saved[-1]


def no_ml(name: str) -> AnswerSheet:
    """Return an example of a team that needs no ML: a simple rule reaches its aim."""
    sheet = example(name)
    return sheet._replace(profile={**sheet.profile, "simple_way": "reaches"})


def details(questionnaire: Questionnaire, asked: Sequence[str]) -> list[str]:
    """Return the ids of the details among the steps that were asked."""
    return [id_ for id_ in asked if id_ in order(questionnaire).details]


def test_core_asks_about_the_project_then_each_layer_upwards_then_the_team(
    kickoff,
):
    core = order(kickoff).core
    wholes = [id_ for id_ in core if id_.endswith("-00")]
    assert wholes == [
        "COL-00", "MOV-00", "EXP-00", "AGG-00", "LRN-00", "MON-00", "ORG-00",
    ]  # fmt: skip
    in_order = [
        "project.name", "profile.approach", "CTX-01", "background.decides",
        *wholes, PEOPLE, "profile.stops", "profile.hands",
    ]  # fmt: skip
    assert [id_ for id_ in core if id_ in in_order] == in_order
    assert core.index("background.result") == core.index("LRN-00") + 1
    assert core.index("background.built_now") == core.index("profile.stops") + 1


@pytest.mark.parametrize("name", NAMES)
def test_interview_asks_the_core_then_details_and_no_question_twice(kickoff, name):
    team = Team(example(name))
    sheet = run(kickoff, team)
    asked = [id_ for id_ in team.asked if not id_.startswith("note.")]
    assert len(asked) == len({*asked})
    first = next(at for at, id_ in enumerate(asked) if id_ in order(kickoff).details)
    assert not details(kickoff, asked[:first])
    core = [each.id for each in questions_for(kickoff, sheet) if each.express]
    assert {*core} <= {*asked[:first]}
    assert (sheet.scope, sheet.next) == (EXPRESS, REVIEW)
    assert team.offered[0].endswith(GO_ON)
    assert WOULD_TEST in team.pictures[0] or UNLESS in team.pictures[0]


@pytest.mark.parametrize("name", NAMES)
def test_picture_and_next_progress_line_give_the_same_number_of_questions_to_come(
    kickoff, name
):
    team = Team(example(name))
    run(kickoff, team)
    first = next(
        at for at, id_ in enumerate(team.asked) if id_ in details(kickoff, team.asked)
    )
    counted = r"(\d+) (?:questions|answers contradicts)\b(?! check| not asked)"
    number = re.search(counted, team.pictures[0])
    assert number
    assert re.search(rf" · (at least )?{number[1]} to go", team.lines[first])


def test_picture_counts_a_question_that_the_team_left_by_a_jump_as_still_to_come(
    kickoff,
):
    simple = "profile.simple_way"
    first = Team(example("stilts"))
    run(kickoff, first)
    jumped_from = next(i for i in first.asked if i in details(kickoff, first.asked))
    team = Team(example("stilts"), {jumped_from: GoTo(simple)}, accepts="Change it?")
    begun = Team(example("stilts"), most=first.asked.index(jumped_from))
    sheet = run(kickoff, begun)
    team.replies[simple] = "reaches"
    run(kickoff, team, sheet)
    number = re.search(r"one of the next (\d+) answers", team.pictures[-1])
    assert number
    at = max(n for n, id_ in enumerate(team.asked) if id_ == jumped_from)
    assert f" · {number[1]} to go" in team.lines[at]


def test_picture_counts_a_question_whose_answer_was_taken_back_as_still_to_come(
    kickoff,
):
    class TakesBack(Team):
        """Goes to a fact after it took back the second detail, and changes the fact."""

        undone = False

        def ask(self, step: Step, position: StepPosition) -> Reply:
            reply = super().ask(step, position)
            asked = details(kickoff, self.asked)
            if len(asked) == 2 and not self.undone:
                self.undone = True
                return Move.UNDO
            if self.undone and step.id == asked[0]:
                self.replies["profile.simple_way"] = "reaches"
                return GoTo("profile.simple_way") if self.pictures[1:] == [] else reply
            return reply

    team = TakesBack(example("stilts"), accepts="Change it?")
    run(kickoff, team)
    at = team.asked.index("profile.simple_way", len(details(kickoff, team.asked)))
    number = re.search(r"one of the next (\d+) answers", team.pictures[1])
    assert number
    assert f" · {number[1]} to go" in team.lines[at + 1]


def test_progress_line_says_how_many_questions_a_new_wording_has_opened_again(kickoff):
    stilts, approach = example("stilts"), "profile.approach"
    full = stilts._replace(profile={**stilts.profile, "approach": "train"})
    first = Team(full)
    run(kickoff, first)
    jumped_from = next(i for i in first.asked if i in details(kickoff, first.asked))
    begun = Team(full, most=first.asked.index(jumped_from))
    sheet = run(kickoff, begun)
    changes: dict[str, Reply] = {jumped_from: GoTo(approach), approach: "bought"}

    class Changes(Team):
        def confirm(self, question: str, *, default: bool = False) -> bool:
            self.offered.append(question)
            return "asked again" in question

    team = Changes(full, changes)
    run(kickoff, team, sheet)
    offer = next(each for each in team.offered if "asked again" in each)
    number = int(offer.split()[0])
    line = team.lines[team.asked.index(approach) + 1]
    assert number > 1
    assert f" to go, {number} asked again" in line
    assert not any(text.endswith(OPENED.format(number)) for text in team.said)


@pytest.mark.parametrize("name", NAMES)
def test_interview_with_express_option_ends_with_the_pyramid_after_the_core(
    kickoff, name
):
    team = Team(example(name))
    sheet = run(kickoff, team, express=True)
    assert details(kickoff, team.asked) == []
    assert kickoff.layers[0].name in team.pictures[0]
    assert WOULD_TEST not in team.pictures[0]
    assert (sheet.scope, sheet.next) == (EXPRESS, REVIEW)
    assert not any(GO_ON in question for question in team.offered)


def test_interview_on_a_finished_express_sheet_asks_no_question_again(
    kickoff,
):
    team = Team(example("stilts"))
    sheet = run(kickoff, team, express=True)
    further = Team(example("stilts"))
    run(kickoff, further, sheet)
    assert further.asked
    assert not {*further.asked} & {*team.asked}
    assert run(kickoff, Team(example("stilts")), sheet, express=True) == sheet


def test_express_option_on_a_full_form_asks_only_open_core_questions(
    kickoff,
):
    full = example("stilts")
    answers = {id_: each for id_, each in full.answers.items() if id_ != "COL-00"}
    for id_ in details(kickoff, [*answers])[:3]:
        del answers[id_]
    sheet = full._replace(answers=answers, next=REVIEW, name="Churn", slice="Letters")
    team = Team(full)
    after = run(kickoff, team, sheet, express=True)
    assert team.asked[0] == "COL-00"
    assert not details(kickoff, team.asked)
    assert after.scope == FULL


def test_full_form_asks_questions_in_the_order_of_the_questionnaire(kickoff):
    team = Team(example("stilts"))
    sheet = run(kickoff, team, empty_sheet(kickoff, FULL))
    asked = [id_ for id_ in team.asked if id_ in sheet.answers]
    assert asked == [each.id for each in questions_for(kickoff, sheet)]
    assert team.asked.count(PEOPLE) == 1


@pytest.fixture(scope="module")
def asked_of_ready(kickoff):
    """Return the ids of the steps of an interview about example "ready"."""
    whole = Team(example("ready"))
    run(kickoff, whole)
    return whole.asked


@pytest.mark.parametrize("stop", [3, 15, 30, 40])
def test_interview_continues_at_the_step_where_the_team_left(
    kickoff, asked_of_ready, stop
):
    first = Team(example("ready"), most=stop)
    sheet = run(kickoff, first)
    second = Team(example("ready"))
    run(kickoff, second, sheet)
    assert [*first.asked, *second.asked] == asked_of_ready


def test_interview_asks_all_applicable_questions_if_the_team_accepts_the_offer_of_more(
    kickoff,
):
    team = Team(example("assistant"), rest=True)
    sheet = run(kickoff, team)
    assert sheet.scope == FULL
    assert {each.id for each in questions_for(kickoff, sheet)} <= {*team.asked}
    facts = [id_ for id_ in team.asked if id_.startswith("profile.")]
    assert {"profile.acts", "profile.reach", "profile.labels"} <= {*facts}


def test_full_form_asks_every_applicable_question_and_never_whether_to_go_on(kickoff):
    team = Team(example("assistant"))
    sheet = run(kickoff, team, empty_sheet(kickoff, FULL))
    assert not any(GO_ON in question for question in team.offered)
    assert all(sheet.answer(each.id).given for each in questions_for(kickoff, sheet))


def test_fact_needed_only_by_details_is_asked_just_before_the_first_of_them(
    kickoff,
):
    team = Team(example("assistant"), rest=True)
    run(kickoff, team)
    assert team.asked[team.asked.index("profile.acts") + 1].startswith("PRD-")


def test_each_detail_says_why_it_is_asked(kickoff):
    team = Team(example("stilts"))
    run(kickoff, team)
    lines = dict(zip(team.asked, team.lines, strict=True))
    for id_ in details(kickoff, team.asked):
        assert any(
            words in lines[id_]
            for words in ("change the advice", " would not stop you", "next steps")
        )


def test_progress_line_of_a_detail_names_the_layer_whose_good_rating_the_detail_checks(
    kickoff,
):
    team = Team(example("ready"))
    run(kickoff, team)
    tests = {
        id_: line.partition(" · checks that ")[2]
        for id_, line in zip(team.asked, team.lines, strict=True)
        if " · checks that " in line
    }
    names = {s.id: s.section for s in interview_steps(kickoff, example("ready"))}
    assert tests
    assert tests == {id_: f"{names[id_]} would not stop you" for id_ in tests}


@pytest.mark.parametrize(
    ("skipped", "most"),
    [
        pytest.param("profile.simple_way", 1000, id="in one session"),
        pytest.param("profile.simple_way", 12, id="in two sessions"),
    ],
)
def test_skipped_question_is_marked_as_skipped_when_asked_again(kickoff, skipped, most):
    team = Team(example("stilts"), {skipped: Move.SKIP}, most=most)
    sheet = run(kickoff, team)
    later = Team(example("stilts"))
    run(kickoff, later, sheet)
    again = [*zip(team.asked, team.lines, strict=True)]
    again += zip(later.asked, later.lines, strict=True)
    lines = [line for id_, line in again if id_ == skipped]
    assert ["skipped before" in line for line in lines] == [False, True]


def test_resumed_interview_says_how_many_questions_are_answered(kickoff):
    first, second = Team(example("stilts"), most=6), Team(example("stilts"))
    sheet = run(kickoff, first)
    assert not any("are answered" in text for text in first.said)
    run(kickoff, second, sheet)
    assert second.said[0] == "4 of 21 questions are answered, in 2 min."


@pytest.mark.parametrize("seconds", [20, 90])
@pytest.mark.parametrize("most", [7, 12, 17])
def test_resumed_interview_shows_about_the_same_remaining_time_as_without_a_break(
    kickoff, most, seconds
):
    whole = Team(example("stilts"), seconds=seconds)
    run(kickoff, whole)
    first = Team(example("stilts"), most=most, seconds=seconds)
    second = Team(example("stilts"), seconds=seconds)
    run(kickoff, second, run(kickoff, first))
    before, after = (
        int(line.partition("about ")[2].partition(" min")[0])
        for line in (whole.lines[most], second.lines[0])
    )
    assert abs(after - before) <= 0.2 * before


def test_pyramid_is_shown_again_when_an_answer_changes_the_advice(kickoff):
    ready = example("ready")
    low = {
        each.id: Answer(0) for each in kickoff.questions if each.id.startswith("COL-")
    }
    low["COL-00"] = ready.answer("COL-00")
    team = Team(ready._replace(answers={**ready.answers, **low}))
    run(kickoff, team)
    assert len(team.pictures) > 1
    assert team.pictures[-1] != team.pictures[0]
    assert re.match(
        "Your (last answers have|answer to .+ has) changed the ", team.pictures[-1]
    )


def test_reason_for_a_picture_in_words_is_a_message_of_its_own(kickoff):
    source = example("ready")
    unknown = {"EXP-00": Answer(unknown=True)}
    team = Team(source._replace(answers={**source.answers, **unknown}))
    run(kickoff, team, in_words=True)
    reasons = [each for each in team.said if each.strip() == NOW_OPEN_ANSWERS]
    begun = {each.partition(",")[0] for each in team.pictures}
    assert (len(reasons), begun) == (1, {"The layers from the bottom up"})


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        pytest.param(
            {"first_hire": None},
            "the first hire (before: data engineer; now: nobody):",
            id="the hire has gone",
        ),
        pytest.param(
            {"verdict": Verdict.UNPROVEN, "priority_layer": None},
            "the verdict (before: not yet) and the layer to fix first (before: Move"
            " and store):",
            id="verdict and layer",
        ),
    ],
)
def test_new_picture_names_what_the_last_answers_have_changed(kickoff, changed, line):
    result = assess(kickoff, example("stilts"))
    before = advice_if_confirmed(result.inputs)
    said = advice_changes(result, before, before._replace(**changed))
    assert said == f"Your last answers have changed {line}"


@pytest.mark.parametrize(
    ("unknown", "before"),
    [
        pytest.param([], "Collect", id="it was to be fixed"),
        pytest.param(["COL-00", "COL-04"], "not settled", id="it was only asked about"),
    ],
)
def test_new_picture_says_which_layer_the_previous_picture_said_to_fix_first(
    kickoff, unknown, before
):
    ready = example("ready")
    low = {"COL-00": Answer(0), "COL-04": Answer(0)}
    low |= dict.fromkeys(unknown, Answer(unknown=True))
    source = ready._replace(answers={**ready.answers, **low})
    chosen = ["MOV-00", *low]
    replies: dict[str, Reply] = {"MOV-00": Answer(0)}
    replies |= dict.fromkeys(low, Answer(4))
    team = Team(source, replies)

    def choose(steps: Sequence[Step]) -> Step | None:
        these = (step for step in steps if [step.id] == chosen[:1] and chosen.pop(0))
        return next(these, None)

    team.choose = choose  # type: ignore[method-assign]
    run(kickoff, team, source._replace(next=REVIEW))
    said = [each for each in team.pictures if "the layer to fix first (" in each]
    assert f"the layer to fix first (before: {before})" in said[0]


def test_picture_with_an_undecided_layer_to_fix_first_says_if_that_layer_has_changed(
    kickoff,
):
    open_ = {each.id: Answer(unknown=True) for each in kickoff.questions}
    result = assess(kickoff, example("ready")._replace(answers=open_))
    now = advice_if_confirmed(result.inputs)
    before = now._replace(priority_layer=kickoff.layers[-1])
    said = advice_changes(result, before, now, asked=True)
    layer = f"the layer to ask about first (before: {kickoff.layers[-1].name}):"
    assert said == f"Your last answers have changed {layer}"


@pytest.mark.parametrize(
    ("topics", "brief", "line"),
    [
        pytest.param(
            ["Wait for access"],
            False,
            'Your answer to "Wait for access" has changed the first hire (before: data'
            " engineer; now: nobody, because open answers could change who is needed):",
            id="one answer",
        ),
        pytest.param(
            ["Wait for access"],
            True,
            "Your last answer has changed the first hire (before: data engineer; now:"
            " nobody):",
            id="one answer, little room",
        ),
        pytest.param(
            ["Harm", "Wait for access"],
            False,
            'Your answers to "Harm" and "Wait for access" have changed the first hire'
            " (before: data engineer; now: nobody, because open answers could change"
            " who is needed):",
            id="two answers",
        ),
        pytest.param(
            ["Harm", "Wait for access", "Freedom to stop"],
            False,
            "Your last answers have changed the first hire (before: data engineer; now:"
            " nobody, because open answers could change who is needed):",
            id="more answers than have room",
        ),
    ],
)
def test_new_picture_says_which_answers_changed_the_advice_and_why_nobody_is_hired(
    kickoff, topics, brief, line
):
    result = assess(kickoff, example("stilts"))
    held = result.staffing._replace(hold_reason=HoldReason.UNPROVEN)
    before = advice_if_confirmed(result.inputs)
    said = advice_changes(
        result._replace(staffing=held),
        before,
        before._replace(first_hire=None),
        topics=topics,
        brief=brief,
    )
    assert said == line


@pytest.mark.parametrize(
    ("still_open", "line"),
    [
        pytest.param(True, "", id="between the same layers"),
        pytest.param(
            False,
            "Your last answers have changed the layer to fix first (before: not"
            " settled):",
            id="now settled",
        ),
    ],
)
def test_layer_that_was_asked_about_is_no_change_while_the_same_layers_are_possible(
    kickoff, still_open, line
):
    result = assess(kickoff, example("stilts"))
    now = advice_if_confirmed(result.inputs)
    before = now._replace(priority_layer=kickoff.layers[-1])
    said = advice_changes(result, before, now, asked=True, still_open=still_open)
    assert said == line


@pytest.mark.parametrize(
    ("changed", "topics"),
    [
        pytest.param({"answers": {"MOV-03": Answer(2)}}, ["MOV-03"], id="a level"),
        pytest.param(
            {"answers": {"MOV-03": Answer(unknown=True)}}, ["MOV-03"], id="don't know"
        ),
        pytest.param({"answers": {"MOV-03": Answer()}}, [], id="an answer undone"),
        pytest.param(
            {"profile": {"stakes": "trial"}, "answers": {"MOV-03": Answer(2)}},
            ["stakes", "MOV-03"],
            id="a fact and a level",
        ),
        pytest.param({"available": {"analyst": 7.0}}, [], id="numbers of people"),
        pytest.param({"answers": {}}, [], id="nothing"),
    ],
)
def test_topics_of_changed_answers_are_those_that_explain_a_change_of_the_advice(
    kickoff, changed, topics
):
    before = example("stilts")
    before = before._replace(answers={**before.answers, "MOV-03": Answer(0)})
    parts: dict[str, Any] = {
        name: {**getattr(before, name), **changed[name]} for name in changed
    }
    found = changed_topics(kickoff, before, before._replace(**parts))
    named = {each.id: each.topic for each in kickoff.profile}
    named |= {each.id: each.topic for each in kickoff.questions}
    assert found == [named[id_] for id_ in topics]


@pytest.mark.parametrize(
    ("people", "line"),
    [
        pytest.param(("1", "1200"), "one person as data engineer and analyst", id="up"),
        pytest.param(("1200", "1"), "data engineer", id="down"),
    ],
)
def test_picture_is_shown_again_if_one_hire_must_now_fill_two_roles_or_no_longer(
    kickoff, finished, people, line
):
    before, now = people
    profile = {**finished.profile, "headcount": before}
    team = CorrectsNumbers(FieldReply(HEADCOUNT, now))
    fact = next(each for each in kickoff.profile if each.id == "headcount")
    run(kickoff, team, finished._replace(profile=profile))
    changed = 'Your answer to "{}" has changed the first hire (before: {}):'
    assert team.pictures[-1].startswith(changed.format(fact.topic, line))


@pytest.mark.parametrize(
    ("before", "now", "line"),
    [
        pytest.param(True, False, "(before: not yet):", id="no ML any more"),
        pytest.param(
            False,
            True,
            "(before: no machine learning is needed):",
            id="ML again",
        ),
    ],
)
def test_new_picture_names_the_verdict_as_the_only_change_if_the_need_for_ml_changes(
    kickoff, before, now, line
):
    result = assess(kickoff, example("stilts"))
    advice = advice_if_confirmed(result.inputs)
    said = advice_changes(result, advice if before else None, advice if now else None)
    assert said == f"Your last answers have changed the verdict {line}"


def test_picture_is_not_shown_again_for_a_new_layer_to_fix_first_if_no_ml_is_needed(
    kickoff,
):
    source = no_ml("stilts")
    whole = next(
        layer.sections[0]
        for layer in kickoff.layers
        if layer is not assess(kickoff, source).diagnosis.priority_layer
    )
    changed = f"{whole}-00"
    team = Team(source, {changed: Answer(0)})
    chosen = [changed]
    team.choose = lambda steps: next(  # type: ignore[method-assign]
        (step for step in steps if [step.id] == chosen and chosen.pop()), None
    )
    sheet = run(kickoff, team, source._replace(next=REVIEW, scope=EXPRESS))
    layers = [
        assess(kickoff, each).diagnosis.priority_layer for each in (source, sheet)
    ]
    assert layers[0] is not layers[1]
    assert len(team.pictures) == 1  # at the start


def test_advice_that_no_ml_is_needed_rests_on_no_open_answer(kickoff):
    open_ = dict.fromkeys(("COL-00", "MOV-00"), Answer(unknown=True))
    source = no_ml("stilts")
    team = Team(source._replace(answers={**source.answers, **open_}))
    run(kickoff, team)
    (shown,) = team.pictures
    assert "Provisional" not in shown
    assert "fix first" not in shown
    assert "layer to fix" not in shown
    assert not any("could change the advice" in line for line in team.lines)


@pytest.mark.parametrize(
    ("unknown", "rest"),
    [
        pytest.param(4, "", id="no line for a single question more"),
        pytest.param(5, "- and 2 more", id="two more"),
    ],
)
def test_list_of_open_questions_in_the_picture_never_ends_with_and_1_more(
    kickoff, unknown, rest
):
    wholes = ("COL-00", "MOV-00", "EXP-00", "AGG-00", "LRN-00")[:unknown]
    answers = {each.id: Answer(3) for each in kickoff.questions if each.express}
    answers |= dict.fromkeys(wholes, Answer(unknown=True))
    sheet = example("ready")._replace(scope=EXPRESS, answers=answers)
    result = assess(kickoff, sheet)
    assert len(result.certainty.deciding) == unknown
    in_words = picture(result, in_words=True).splitlines()
    shown = [line for line in in_words if line.startswith("- ")]
    assert [line for line in shown if "more" in line] == list(filter(None, [rest]))
    assert len(shown) == 4
    assert picture(result).count("\n- ") == unknown


def test_picture_and_closing_screen_name_both_layers_that_may_be_first_to_fix(kickoff):
    low = dict.fromkeys(("COL-00", "EXP-00"), Answer(0)) | {"CTX-01": Answer(1)}
    core = {each.id for each in kickoff.questions if each.express}
    said = {id_: each for id_, each in example("ready").answers.items() if id_ in core}
    said |= low | {"COL-04": Answer(unknown=True)}
    sheet = example("ready")._replace(scope=EXPRESS, answers=said)
    between = next_questions(kickoff, sheet).between
    shown = picture(assess(kickoff, sheet), not_asked=3, between=between)
    advice = shown.split("\n\n")[-1]
    at_the_end = summary(
        assess(kickoff, sheet),
        not_asked=3,
        between=between,
        open=False,
        answers="a.yaml",
        command="a.yaml",
        interview="a.yaml",
    )
    assert advice.partition(". ")[0] in at_the_end
    assert "To go on:     a.yaml\n" in at_the_end
    assert advice.startswith(
        "So far not ready: find out first. Modelling must wait. So far, the"
        " layer to fix first is Collect. "
    )
    assert (
        "\nThe layer to fix first could still be Explore and transform. That depends on"
        " 3 questions not answered yet, and on 1 open answer:\n" in advice
    )


@pytest.mark.parametrize(
    ("name", "express", "said"),
    [
        pytest.param(
            "assistant", True, " as long as your answers hold.", id="nothing is asked"
        ),
        pytest.param(
            "ready",
            False,
            ", unless one of the next ",
            id="answers are still tested",
        ),
    ],
)
def test_interview_says_when_no_further_question_can_change_the_advice(
    kickoff, name, express, said
):
    team = Team(example(name))
    run(kickoff, team, express=express)
    shown = "".join([*team.said, *team.pictures])
    assert f"This advice stands{said}" in shown


@pytest.mark.parametrize(
    ("name", "settled"),
    [
        pytest.param("ready", NOW_OPEN_ANSWERS, id="only open answers decide"),
        pytest.param("assistant", NOW_SETTLED, id="nothing open decides"),
    ],
)
def test_each_new_picture_begins_with_the_reason_to_show_it_again(
    kickoff, name, settled
):
    source = example(name)
    unknown = {"EXP-00": Answer(unknown=True)}
    team = Team(source._replace(answers={**source.answers, **unknown}))
    run(kickoff, team)
    reasons = [each.partition("\n")[0] for each in team.pictures[1:]]
    assert reasons.pop() == settled
    assert [each for each in reasons if " changed the " not in each] == []


def test_interview_asks_for_evidence_after_answers_that_decide_the_advice(kickoff):
    stilts = example("stilts")
    levels = {id_: Answer(each.level) for id_, each in stilts.answers.items()}
    source = stilts._replace(answers={**levels, "MOV-00": Answer(0)})
    skips, tells = Team(source), Team(source, {"note.MOV-00": "a week late in May"})
    assert run(kickoff, skips).answer("MOV-00").note == ""
    assert skips.asked[skips.asked.index("note.MOV-00") - 1] == "MOV-00"
    lines = [id_ for id_ in skips.asked if id_.startswith(("note.", "background."))]
    assert len(lines) <= MOST_LINES
    assert run(kickoff, tells).answer("MOV-00").note == "a week late in May"


def test_background_line_is_saved_as_typed(kickoff):
    team = Team(example("stilts"), {"background.goal": "14 % today, 10 % wanted"})
    assert run(kickoff, team).background == {"goal": "14 % today, 10 % wanted"}


def test_numbers_of_people_are_asked_in_one_step(kickoff):
    team = Team(example("stilts"))
    sheet = run(kickoff, team, express=True)
    assert team.asked.count(PEOPLE) == 1
    assert sheet.available == example("stilts").available
    assert sheet.profile["headcount"] == "30"


HEADCOUNT, ANALYST = "profile.headcount", "available.analyst"


def in_file(questionnaire: Questionnaire, sheet: AnswerSheet) -> AnswerSheet:
    """Return a sheet as the next session reads it from its file."""
    return read(dump(sheet, questionnaire).encode(), "a.yaml", questionnaire)


def test_number_of_people_left_empty_on_purpose_is_not_asked_again(kickoff):
    some = Replies(("30", "0.5", "", "", "0", "no", "2"))
    team = Team(example("stilts"), {PEOPLE: some}, most=45)
    sheet = in_file(kickoff, run(kickoff, team))
    assert team.asked.count(PEOPLE) == 1
    assert team.pictures  # the core ended
    again = Team(example("stilts"))
    sheet = run(kickoff, again, sheet)
    assert PEOPLE not in again.asked
    form = next(s for s in interview_steps(kickoff, sheet) if s.id == PEOPLE)
    assert form.is_open  # so the list of what is open has it
    assert "data engineer don't know, " in form.row()
    assert form.text.startswith("Still unknown: data engineer, ")


@pytest.mark.parametrize(
    "replies",
    [
        pytest.param([FieldReply(HEADCOUNT, "30")], id="interrupted"),
        pytest.param(
            [FieldReply(HEADCOUNT, "30"), FieldReply(ANALYST, "1"), Move.SKIP],
            id="the rest was skipped",
        ),
        pytest.param([Move.SKIP], id="all was skipped"),
    ],
)
def test_next_session_asks_for_numbers_of_people_that_were_skipped_or_not_yet_asked(
    kickoff, replies
):
    given: Iterator[Reply] = iter(replies)
    team = Team(example("stilts"))
    begun = empty_sheet(kickoff, EXPRESS)._replace(next=PEOPLE, name="A", slice="B")
    saved = [begun]

    def ask(step: Step, _: StepPosition) -> Reply:
        if step.id == PEOPLE and (reply := next(given, None)):
            return reply
        raise EOFError

    with pytest.raises(EOFError):
        ask_steps(
            kickoff, begun, ask, saved.append, Guide(interview_steps, interview_steps)
        )
    again = in_file(kickoff, saved[-1])
    run(kickoff, team, again)
    assert PEOPLE in team.asked


def test_remaining_time_shown_depends_on_the_pace_of_the_team(kickoff):
    slow, quick = (
        Team(example("stilts"), seconds=seconds, most=20) for seconds in (60, 5)
    )
    for team in (slow, quick):
        run(kickoff, team)
    left = [int(team.lines[-1].split("about ")[1].split()[0]) for team in (slow, quick)]
    assert left[0] > 5 * left[1]


def test_remaining_time_shown_falls_by_less_than_two_thirds_after_six_quick_answers(
    kickoff,
):
    team = Team(example("stilts"), seconds=3, most=12)
    run(kickoff, team)
    counted = [line for line in team.lines if " min left" in line]
    left = [shown_left(line, " min") for line in counted]
    assert left[6] > left[0] / 3


def shown_left(line: str, unit: str) -> int:
    """Return the number before a unit, such as " min", in a progress line."""
    return int(line.partition(unit)[0].split()[-1])


def within_a_part(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return pairs of successive progress lines within the core or the details."""
    counted = [line for line in lines if " to go" in line and " min" in line]
    return [
        (before, line)
        for before, line in pairwise(counted)
        if shown_left(before, " to go") > 1 or shown_left(line, " to go") == 1
    ]


@pytest.mark.parametrize("seconds", [8, 90], ids=["quick", "slow"])
def test_remaining_time_shown_is_about_the_same_after_a_break(kickoff, seconds):
    first = Team(example("stilts"), seconds=seconds, most=24)
    sheet = run(kickoff, first)
    second = Team(example("stilts"), seconds=seconds, most=1)
    run(kickoff, second, sheet)
    left = shown_left(second.lines[0], " min")
    assert first.lines[-1] != second.lines[0]
    assert abs(left - shown_left(first.lines[-1], " min")) <= ROUND_TO


@pytest.mark.parametrize("name", NAMES)
def test_progress_line_says_how_many_questions_were_added_or_dropped(kickoff, name):
    team = Team(example(name), rest=True)
    run(kickoff, team)
    for before, line in within_a_part(team.lines):
        step = shown_left(line, " to go") - shown_left(before, " to go")
        new = shown_left(line, " new") if " new" in line else 0
        fewer = shown_left(line, " fewer") if " fewer" in line else 0
        assert step == new - fewer - 1, (before, line)


def test_skipped_details_are_not_counted_among_the_questions_left(kickoff):
    team = Team(example("stilts"))
    team.replies = dict.fromkeys(order(kickoff).details, Move.SKIP)
    run(kickoff, team)
    last = [line for line in team.lines if " to go" in line][-1]
    assert shown_left(last, " to go") == 1


def test_progress_line_mentions_the_pace_if_the_remaining_time_grows(
    kickoff,
):
    team = Team(example("stilts"), seconds=10)
    team.slows_after = 12
    run(kickoff, team, express=True)
    assert any("at your pace" in line for line in team.lines)
    for before, line in pairwise(team.lines):
        if shown_left(line, " min") > shown_left(before, " min"):
            assert "at your pace" in line


def test_progress_lines_of_proposed_steps_do_not_count_them_when_somebody_takes_one(
    kickoff,
):
    taken: dict[str, Reply] = {"plan.own-1": "Ana, 2027-01-15"}
    replies = {"own.own-1": "Scan the cards of 2019.", **taken}
    team = Team(example("stilts"), replies, accepts=WRITE_PLAN)
    run(kickoff, team, example("stilts")._replace(next=REVIEW))
    proposed = [line for line in team.lines if "proposal" in line]
    assert {*proposed} == {"Plan · mlready's proposal, optional"}


def test_progress_lines_of_plan_steps_show_no_remaining_time(kickoff):
    team = Team(example("stilts"), accepts=WRITE_PLAN)
    run(kickoff, team, example("stilts")._replace(next=REVIEW))
    assert any(line.startswith("Plan ") for line in team.lines)
    assert not any(" min left" in line for line in team.lines)


def test_answers_file_records_the_total_duration_of_all_sessions_of_an_interview(
    kickoff,
):
    team = Team(example("stilts"), most=11, seconds=60)
    sheet = run(kickoff, team)
    assert sheet.timing == Timing("2026-11-29 09:00", "2026-11-29 09:11", 11, 6)
    team = Team(example("stilts"), seconds=60)
    team.now += timedelta(days=1)
    again = run(kickoff, team, sheet, express=True)
    assert again.timing.start == "2026-11-29 09:00"
    assert again.timing.end.startswith("2026-11-30 09:")
    assert again.timing.minutes == 11 + len(team.asked)
    given = [*again.profile, *again.available, *again.answers]
    assert again.timing.answers == len(given)


def test_break_is_not_counted_in_the_duration_of_an_interview(kickoff):
    team = Team(example("stilts"), most=8, seconds=400)
    assert run(kickoff, team).timing.minutes == 0


def test_interview_asks_for_no_owner_of_hiring_and_confirmation_steps(
    kickoff,
):
    dated = {"confirms": PlanStep(due="2027-01-15"), "hires-analyst": PlanStep()}
    sheet = example("ready")._replace(voice=Voice("Ana"), steps=dated)

    assert [item for item in to_assign(kickoff, sheet) if not item.what] == []


def test_owner_of_a_plan_step_is_saved_and_not_asked_for_again(kickoff):
    team = Team(example("stilts"), accepts=WRITE_PLAN)
    run(kickoff, team)
    keys = [id_.removeprefix("plan.") for id_ in team.asked if id_.startswith("plan.")]
    assert len(keys) == 3
    replies: dict[str, Reply] = {f"plan.{keys[0]}": "Ana, 2027-01-15"}
    sheet = run(kickoff, Team(example("stilts"), replies, accepts=WRITE_PLAN))
    assert sheet.steps == {keys[0]: PlanStep(owner="Ana", due="2027-01-15")}
    assert [item.key for item in to_assign(kickoff, sheet)] == keys[1:]


@pytest.mark.parametrize(
    ("what", "owners"),
    [
        pytest.param("You decide by 15 January.", [], id="the reader's step"),
        pytest.param("Younger cards are scanned.", ["own-1"], id="somebody's step"),
    ],
)
def test_plan_step_that_addresses_its_reader_as_you_needs_no_owner(
    kickoff, what, owners
):
    sheet = example("stilts")._replace(steps={"own-1": PlanStep(what)})
    keys = [item.key for item in to_assign(kickoff, sheet)]
    assert [key for key in keys if key.startswith("own-")] == owners


@pytest.mark.parametrize("sure", [True, False])
def test_reply_that_reopens_questions_is_printed_only_if_the_team_confirms_the_reply(
    kickoff, monkeypatch, sure
):
    replies: dict[str, Reply] = {"profile.approach": "pretrained"}
    begun = example("stilts")._replace(scope=EXPRESS, next="profile.approach")
    team = Team(example("stilts"), replies, most=2)
    monkeypatch.setattr(team, "confirm", lambda *_, **__: sure)
    run(kickoff, team, begun._replace(profile={**begun.profile, "approach": "train"}))
    assert any("ready model" in text for text in team.said) is sure


def test_team_can_add_plan_steps_and_name_an_owner_for_each(kickoff):
    replies: dict[str, Reply] = {
        "own.own-1": "Scan last year's 400 cards.",
        "plan.own-1": "Ana, 2027-01-15",
        "own.own-2": "Ask the bank for one more month.",
    }
    team = Team(example("stilts"), replies, accepts=WRITE_PLAN)
    sheet = run(kickoff, team)
    assert [*sheet.steps.values()] == [
        PlanStep("Scan last year's 400 cards.", "Ana", "2027-01-15"),
        PlanStep("Ask the bank for one more month."),
    ]
    asked = [id_ for id_ in team.asked if id_.startswith(("own.", "plan.own-"))]
    assert asked == [
        "own.own-1", "plan.own-1", "own.own-2", "plan.own-2", "own.own-3"
    ]  # fmt: skip
    assert {*asked} <= {item.id for item in plan_steps(kickoff, sheet)}


@pytest.mark.parametrize(
    ("reply", "due"),
    [
        pytest.param("15 March 2027", "2027-03-15", id="date given"),
        pytest.param("", "", id="date left empty"),
    ],
)
def test_due_date_is_asked_for_once_if_only_an_owner_was_typed(kickoff, reply, due):
    replies: dict[str, Reply] = {
        "own.own-1": "Scan 400 cards.", "plan.own-1": "Sol", "due.own-1": reply
    }  # fmt: skip
    team = Team(example("stilts"), replies, accepts=WRITE_PLAN)
    sheet = run(kickoff, team)
    assert sheet.steps == {"own-1": PlanStep("Scan 400 cards.", "Sol", due)}
    at = team.asked.index("plan.own-1")
    assert team.asked[at : at + 3] == ["plan.own-1", "due.own-1", "own.own-2"]
    assert team.asked.count("due.own-1") == 1


@pytest.mark.parametrize(
    ("reply", "taken"),
    [
        pytest.param("Sol", PlanStep("Scan.", "Sol", "2027-03-15"), id="owner given"),
        pytest.param(
            "Sol, 2027-04-01",
            PlanStep("Scan.", "Sol", "2027-04-01"),
            id="owner and another date given",
        ),
        pytest.param("", PlanStep("Scan.", "", "2027-03-15"), id="owner left empty"),
    ],
)
def test_missing_owner_is_asked_for_only_once_after_a_reply_with_only_a_due_date(
    kickoff, reply, taken
):
    replies: dict[str, Reply] = {
        "own.own-1": "Scan.", "plan.own-1": "15 March 2027", "owner.own-1": reply
    }  # fmt: skip
    team = Team(example("stilts"), replies, accepts=WRITE_PLAN)
    sheet = run(kickoff, team)
    assert sheet.steps == {"own-1": taken}
    at = team.asked.index("plan.own-1")
    assert team.asked[at : at + 3] == ["plan.own-1", "owner.own-1", "own.own-2"]
    assert team.asked.count("owner.own-1") == 1


@pytest.mark.parametrize("text", ["2027-03-15", "Ana, by March", "Ana, 31.2.27"])
def test_owner_is_refused_if_the_reply_contains_a_date_or_month(kickoff, text):
    said = {"own-1": PlanStep("Scan the cards.", due="2027-01-15")}
    listed = plan_steps(kickoff, example("stilts")._replace(steps=said))
    step = next(each for each in listed if each.id == "owner.own-1")
    assert step.refusal(text)
    assert step.accepts("Ana")
    assert step.row().endswith(": no owner")


def test_review_asks_for_the_due_date_after_a_new_owner_is_typed(kickoff):
    said = {"own-1": PlanStep("Scan 400 cards.", "Ana", "2027-01-15")}
    sheet = example("stilts")._replace(steps=said, next=REVIEW)
    chosen = iter([next(s for s in plan_steps(kickoff, sheet) if s.id == "plan.own-1")])
    replies = {"plan.own-1": "Sol", "due.own-1": "2027-03-15"}
    guide = Guide(listed=plan_steps, everything=plan_steps)
    changed = review_steps(
        kickoff,
        sheet,
        lambda _: next(chosen, None),
        lambda step, _: replies[step.id],
        lambda _: None,
        guide,
    )
    assert changed.steps == {"own-1": PlanStep("Scan 400 cards.", "Sol", "2027-03-15")}


@pytest.mark.parametrize(
    ("taken", "asked"),
    [
        pytest.param(PlanStep("Scan."), ["own.own-1", "plan.own-1"], id="nobody"),
        pytest.param(PlanStep("Scan.", "Sol", "2027-01-15"), ["own.own-1"], id="taken"),
    ],
)
def test_review_asks_who_does_a_changed_step_if_it_has_no_owner(kickoff, taken, asked):
    sheet = example("stilts")._replace(steps={"own-1": taken}, next=REVIEW)
    chosen = iter([next(s for s in plan_steps(kickoff, sheet) if s.id == "own.own-1")])
    replies = {"own.own-1": "Scan all.", "plan.own-1": "Sol, 2027-01-15"}
    seen = []

    def ask(step: Step, _: StepPosition) -> Reply:
        seen.append(step.id)
        return replies[step.id]

    changed = review_steps(
        kickoff,
        sheet,
        lambda _: next(chosen, None),
        ask,
        lambda _: None,
        Guide(listed=plan_steps, everything=plan_steps),
    )
    assert seen == asked
    assert changed.steps == {"own-1": PlanStep("Scan all.", "Sol", "2027-01-15")}


@pytest.mark.parametrize(
    ("taken", "room", "row"),
    [
        pytest.param(
            PlanStep(WHAT, "Ana", "2027-01-15"),
            0,
            f"{WHAT}: Ana, 2027-01-15",
            id="no limit",
        ),
        pytest.param(
            PlanStep(WHAT, "Ana", "2027-01-15"),
            30,
            "Scan the car…: Ana, 2027-01-15",
            id="cut",
        ),
        pytest.param(PlanStep(WHAT), 30, "Scan the cards of…: nobody yet", id="nobody"),
        pytest.param(PlanStep("Who may?"), 0, "Who may? nobody yet", id="a question"),
        pytest.param(PlanStep("Scan", "Ana"), 0, "Scan: Ana, no date", id="no date"),
    ],
)
def test_row_of_a_proposal_ends_with_owner_and_date_even_if_shortened(
    kickoff, taken, room, row
):
    sheet = example("stilts")._replace(steps={"COL-04": taken})
    step = next(each for each in plan_steps(kickoff, sheet) if each.id == "plan.COL-04")
    assert step.row(room) == row
    assert not room or len(step.row(room)) <= room


@pytest.mark.parametrize(
    ("taken", "rows"),
    [
        pytest.param(PlanStep(WHAT), ["Who does your step 1: nobody yet"], id="nobody"),
        pytest.param(
            PlanStep(WHAT, "Ana", "2027-01-15"),
            ["Who does your step 1: Ana, 2027-01-15"],
            id="owner and date",
        ),
        pytest.param(
            PlanStep(WHAT, "Ana"),
            [
                "Who does your step 1: Ana, no date",
                "By when (your step 1): no date",
            ],
            id="no date",
        ),
    ],
)
def test_words_of_an_own_step_are_listed_once_and_then_who_does_it(
    kickoff, taken, rows
):
    sheet = example("stilts")._replace(steps={"own-1": taken})
    listed = [s.row() for s in plan_steps(kickoff, sheet) if s.id.endswith(".own-1")]
    assert listed == [f"Your step 1: {WHAT}", *rows]


def test_due_date_is_shown_with_its_month_as_a_word(kickoff):
    said = {"own-1": PlanStep("Scan the cards.", "Sol")}
    listed = plan_steps(kickoff, example("stilts")._replace(steps=said))
    step = next(each for each in listed if each.id == "due.own-1")
    assert step.reply_text("11.12.2026") == "11 December 2026"


@pytest.mark.parametrize("text", ["15 March", "2027-03-15", "by March", "15/3/2027"])
def test_plan_step_is_refused_if_its_text_is_only_a_date(kickoff, text):
    step = next(each for each in plan_steps(kickoff, example("stilts")))
    assert step.id == "own.own-1"
    assert step.refusal(text) == WRITE_STEP
    assert not step.refusal(f"Scan the cards {text}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("15 March", WRITE_YEAR.format("2027-03-15"), id="no year"),
        pytest.param("15.3.", WRITE_YEAR.format("2027-03-15"), id="no year, with dots"),
        pytest.param("30 February", WRITE_ONLY_DATE, id="no year and no such day"),
        pytest.param("15.13.", WRITE_ONLY_DATE, id="no year and no such month"),
        pytest.param("15.3", WRITE_ONLY_DATE, id="a number"),
        pytest.param("Ana", WRITE_ONLY_DATE, id="a name"),
        pytest.param(
            "Ana, 2027-03-15", WITHOUT_NAME.format("2027-03-15"), id="a name before it"
        ),
        pytest.param("30 February 2027", no_date("2027-02-30"), id="no such day"),
    ],
)
def test_due_date_is_refused_unless_it_is_one_complete_date(kickoff, text, message):
    said = {"own-1": PlanStep("Scan the cards.", "Sol")}
    team = example("stilts")._replace(steps=said, voice=Voice(date=TODAY))
    step = next(s for s in plan_steps(kickoff, team) if s.id == "due.own-1")
    assert step.refusal(text) == message
    assert step.accepts("15 March 2027")


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        pytest.param("May we use it?", "May we use it?\nWho does it", id="a question"),
        pytest.param("Scan it", "Scan it.\nWho does it", id="without a full stop"),
        pytest.param("Scan it.", "Scan it.\nWho does it", id="with a full stop"),
    ],
)
def test_text_of_a_plan_step_ends_with_one_punctuation_mark(kickoff, what, asked):
    sheet = example("stilts")._replace(steps={"own-1": PlanStep(what)})
    step = next(s for s in plan_steps(kickoff, sheet) if s.id == "plan.own-1")
    assert step.text.startswith(asked)


def test_background_lines_about_the_plan_are_asked_for_only_if_a_plan_is_written(
    kickoff,
):
    lines = [f"background.{each.id}" for each in kickoff.background if each.in_plan]
    said = "By 1 March the first shop."
    team = Team(example("stilts"), {"background.instead": said}, accepts=WRITE_PLAN)
    sheet = run(kickoff, team)
    assert [id_ for id_ in team.asked if id_ in lines] == lines
    assert team.asked.index(lines[0]) > max(
        n for n, id_ in enumerate(team.asked) if id_.partition("-")[0].isupper()
    )
    assert sheet.background == {"instead": said}
    left = Team(example("stilts"))
    run(kickoff, left)
    assert not {*lines} & {*left.asked}


@pytest.mark.parametrize(
    ("next_", "first"),
    [
        pytest.param("own.own-1", "own.own-1", id="at a step"),
        pytest.param("plan.own-1", "own.own-1", id="at the owner of no step"),
        pytest.param("background.instead", "background.instead", id="at a line"),
    ],
)
def test_interview_offers_to_continue_the_plan_where_the_team_left(
    kickoff, next_, first
):
    done = run(kickoff, Team(example("stilts")))
    team = Team(example("stilts"), accepts=WRITE_PLAN)
    run(kickoff, team, done._replace(next=next_))
    assert team.offered == [WRITE_PLAN]
    assert team.defaults == [True]
    assert team.asked[0] == first


@pytest.mark.parametrize(
    ("own", "texts"),
    [
        pytest.param({}, ["Your next step, "], id="no step yet"),
        pytest.param(
            {"own-1": PlanStep("Scan it.", "Ana", "2027-03-15")},
            ["Your next step, ", 'After "Scan it": your next step, '],
            id="one step",
        ),
        pytest.param(
            {"own-1": PlanStep("Scan each of last year's 400 return cards.")},
            [
                "Your next step, ",
                'After "Scan each of last year\'s 400 return…": your next step, ',
            ],
            id="one long step",
        ),
    ],
)
def test_prompt_for_a_further_step_of_the_plan_differs_from_the_first(
    kickoff, own, texts
):
    listed = plan_steps(kickoff, example("stilts")._replace(steps=own))
    asked = [step.text for step in listed if step.id.startswith("own.")]
    assert [text[: text.index(",") + 2] for text in asked] == texts


@pytest.mark.parametrize(
    ("unknown", "permission", "first"),
    [
        pytest.param(
            ["EXP-00", "EXP-01"],
            4,
            ". Of the layers, Explore and transform comes first so far:",
            id="open answers decide on the layer",
        ),
        pytest.param(
            ["EXP-00", "EXP-01"],
            1,
            ". Permission comes first. Of the layers, Explore and transform comes first"
            " so far:",
            id="and permission is missing",
        ),
        pytest.param([], 4, " can replace some:", id="no answer is open"),
    ],
)
def test_heading_of_the_proposed_steps_says_what_comes_first_if_open_answers_decide(
    kickoff, unknown, permission, first
):
    source = example("stilts")
    answers = {id_: Answer(unknown=True) for id_ in unknown}
    answers["COL-04"] = Answer(permission)
    team = Team(source._replace(answers={**source.answers, **answers}))
    run(kickoff, team)
    (heading,) = [
        text.strip().partition("\n")[0]
        for text in team.said
        if "Next steps that mlready" in text
    ]
    assert heading.endswith(first)


def test_resumed_interview_says_how_much_of_the_plan_is_written(kickoff):
    replies: dict[str, Reply] = {
        "own.own-1": "Scan.", "plan.own-1": "Ana, 2027-03-15", "background.save": "Log."
    }  # fmt: skip
    asked = Team(example("stilts"), {**replies}, accepts=WRITE_PLAN)
    run(kickoff, asked)
    left = Team(
        example("stilts"), replies, accepts=WRITE_PLAN, most=asked.asked.index(LEND)
    )
    sheet = run(kickoff, left)
    team = Team(example("stilts"), accepts=WRITE_PLAN)
    run(kickoff, team, sheet)
    assert team.offered[-1] == GO_ON_WITH_PLAN
    assert "step of your own, and 1 of 7 optional lines." in "".join(team.said)
    assert team.asked[0] == LEND


@pytest.mark.parametrize("skips", [True, False], ids=["skips a question", "skips none"])
@pytest.mark.parametrize("goes_on", [True, False])
def test_interview_left_during_the_plan_offers_at_the_next_start_to_go_on_with_the_plan(
    kickoff, skips, goes_on
):
    source = example("assistant")
    skipped: dict[str, Reply] = {"CTX-01": Move.SKIP} if skips else {}
    asked = Team(source, {**skipped}, accepts=WRITE_PLAN)
    run(kickoff, asked)
    at = asked.asked.index(LEND)
    sheet = run(kickoff, Team(source, skipped, accepts=WRITE_PLAN, most=at))
    assert sheet.next == LEND
    team = Team(source, accepts=WRITE_PLAN if goes_on else "")
    run(kickoff, team, sheet)
    assert (team.offered, team.defaults) == ([WRITE_PLAN], [True])
    assert team.pictures == []
    assert team.asked[:1] == ([LEND] if goes_on else [])


def test_team_can_end_the_optional_questions_and_go_on_to_the_plan(kickoff):
    every = Team(example("assistant"), rest=True)
    run(kickoff, every)
    few = Team(example("assistant"))
    run(kickoff, few)
    extra = [id_ for id_ in details(kickoff, every.asked) if id_ not in few.asked]
    team = Team(
        example("assistant"), {extra[1]: Move.END}, rest=True, accepts=WRITE_PLAN
    )
    run(kickoff, team)
    assert extra[0] in team.asked
    assert not {*extra[2:]} & {*team.asked}
    assert team.offered[-1] == WRITE_PLAN
    assert ENDS_REST in team.said


def test_question_at_which_the_team_ends_the_rest_is_not_listed_as_open(kickoff):
    listed: list[str] = []

    class Reader(Team):
        def choose(self, steps: Sequence[Step]) -> None:
            listed.extend(step.id for step in steps)

    every = Team(example("assistant"), rest=True)
    run(kickoff, every)
    few = Team(example("assistant"))
    run(kickoff, few)
    extra = [id_ for id_ in details(kickoff, every.asked) if id_ not in few.asked]
    run(kickoff, Reader(example("assistant"), {extra[1]: Move.END}, rest=True))
    assert extra[0] in listed
    assert extra[1] not in listed


def test_interview_says_so_when_there_is_no_plan_to_write(kickoff):
    team = Team(no_ml("stilts"), accepts=WRITE_PLAN)
    run(kickoff, team)
    assert NO_PLAN in team.said
    assert WRITE_PLAN not in team.offered


def test_interview_does_not_mention_the_plan_if_every_step_of_the_plan_is_done(
    kickoff,
):
    source = example("stilts")._replace(background={}, next=REVIEW)
    while items := assignable_items(kickoff, source):
        done = {
            each.key: source.steps.get(each.key, PlanStep())._replace(done="2026-11-01")
            for each in items
        }
        source = source._replace(steps={**source.steps, **done})
    team = Team(source, accepts=WRITE_PLAN)
    run(kickoff, team, source)
    assert not plan_steps(kickoff, source)
    assert NO_PLAN not in team.said
    assert WRITE_PLAN not in team.offered


def test_plan_is_offered_before_the_end_when_a_change_in_the_review_makes_it_due(
    kickoff,
):
    source, chosen = no_ml("stilts"), ["profile.simple_way"]
    team = Team(source, {"profile.simple_way": "falls_short"}, accepts=WRITE_PLAN)
    team.choose = lambda steps: next(  # type: ignore[method-assign]
        (step for step in steps if [step.id] == chosen and chosen.pop()), None
    )
    sheet = run(kickoff, team, source._replace(next=REVIEW))
    assert team.offered.count(WRITE_PLAN) == 1
    assert any(id_.startswith("own.") for id_ in team.asked)
    assert (sheet.next, team.saved[-1].next) == (REVIEW, REVIEW)


def test_plan_is_offered_once_even_if_every_step_already_has_an_owner(kickoff):
    sheet = run(kickoff, Team(example("stilts")))
    taken = {item.key: PlanStep(owner="Ana") for item in to_assign(kickoff, sheet)}
    team = Team(
        example("stilts"),
        {"background.instead": "The first shop."},
        accepts=WRITE_PLAN,
    )
    sheet = run(kickoff, team, sheet._replace(steps=taken))
    assert sheet.background == {"instead": "The first shop."}
    again = Team(example("stilts"))
    run(kickoff, again, sheet)
    assert not {WRITE_PLAN, GO_ON_WITH_PLAN} & {*again.offered}


@pytest.mark.parametrize("writes", [True, False])
def test_interview_names_lines_that_the_sponsors_page_has_no_room_for(kickoff, writes):
    team = Team(example("stilts"), accepts=WRITE_PLAN * writes)
    run(kickoff, team, example("stilts")._replace(next=REVIEW))
    said = "No room on the sponsor's page for: Where to start small; Last time. Cut "
    assert any(each.startswith(said) for each in team.said) == writes


@pytest.mark.parametrize(
    ("left", "said"),
    [
        pytest.param(
            LeftOut(("Goal", "Scan all cards."), 86, "Scan all cards.", 14),
            "Goal; Scan all cards. Cut about 14 words from your lines or steps, and"
            ' "Scan all cards" fits; cut about 86, and all of it fits.',
            id="one line fits before the others",
        ),
        pytest.param(
            LeftOut(("Goal", "Last time"), 44, "Goal", 3, ("Start",)),
            'Goal; Last time. Cut about 3 words from your lines or steps, and "Goal"'
            ' fits in place of "Start"; cut about 44, and all of it fits.',
            id="one line takes the place of another",
        ),
        pytest.param(
            LeftOut(("Goal",), 44, "Goal", 3, ("Start", "Last time")),
            'Goal. Cut about 3 words from your lines or steps, and "Goal" fits in place'
            " of 2 others; cut about 44, and all of it fits.",
            id="one line takes the place of several",
        ),
        pytest.param(
            LeftOut(("Goal", "Last time"), 9),
            "Goal; Last time. Cut about 9 words from your lines or steps, and all of"
            " it fits.",
            id="all lines fit together",
        ),
        pytest.param(
            LeftOut(("Goal",), 9),
            "Goal. Cut about 9 words from your lines or steps, and it fits.",
            id="a single line",
        ),
        pytest.param(
            LeftOut(("Goal", "Last time"), 4, "Goal", 1),
            'Goal; Last time. Cut about 1 word from your lines or steps, and "Goal"'
            " fits; cut about 4, and all of it fits.",
            id="a single word",
        ),
    ],
)
def test_notice_on_room_says_first_how_much_to_cut_for_the_next_line(left, said):
    assert no_room(left) == f"No room on the sponsor's page for: {said}"


@pytest.mark.parametrize(
    "changes", [False, True], ids=["as planned", "a line made longer in the list"]
)
def test_last_notice_on_room_has_the_same_number_of_words_as_the_report(
    kickoff, monkeypatch, changes
):
    line, begun = "background.last_time", example("stilts")._replace(next=REVIEW)
    longer = f"{begun.background['last_time']} We counted this twice."
    team = Team(begun, {line: longer}, accepts=WRITE_PLAN)
    chosen = [line] if changes else []

    def choose(steps: Sequence[Step]) -> Step | None:
        return {each.id: each for each in steps}[chosen.pop()] if chosen else None

    monkeypatch.setattr(team, "choose", choose)
    left = left_out(assess(kickoff, run(kickoff, team, begun)))
    notices = [each for each in team.said if each.startswith("No room")]
    assert len(notices) == 1 + changes
    assert notices[-1] == no_room(left)


ASKS_FOR_ENGINEER = NO_HIRE_BUT.format("a data engineer")


@pytest.mark.parametrize(
    ("openings", "line", "said"),
    [
        pytest.param(
            "1", "No hire now; Ana is freed.", ASKS_FOR_ENGINEER, id="no hire, but one"
        ),
        pytest.param(
            "1", "Turn the post into a data engineer.", "", id="a hire, and one"
        ),
        pytest.param(
            "0", "Turn the post into a clerk.", HIRE_BUT_NOBODY, id="a hire, but nobody"
        ),
        pytest.param(
            "0",
            "Ana is freed. We hire a modeller in spring.",
            HIRE_BUT_NOBODY,
            id="a hire in the second sentence, but nobody",
        ),
        pytest.param("0", "No hire now; Ana is freed.", "", id="no hire, and nobody"),
        pytest.param(
            "0", "Hold the ML post; Ana is freed.", "", id="a post that is not filled"
        ),
    ],
)
def test_interview_says_that_line_on_who_does_the_work_and_page_disagree_on_a_hire(
    kickoff, openings, line, said
):
    stilts = example("stilts")
    sheet = stilts._replace(
        next=REVIEW, profile={**stilts.profile, "openings": openings}
    )
    team = Team(stilts, {LEND: line}, accepts=WRITE_PLAN)
    run(kickoff, team, sheet)
    notes = {ASKS_FOR_ENGINEER, HIRE_BUT_NOBODY}
    assert [each for each in team.said if each in notes] == [said] * bool(said)


@pytest.mark.parametrize(
    ("promised", "steps", "said"),
    [
        pytest.param("ml", {"own-1": PlanStep("Hire a clerk.")}, True, id="own step"),
        pytest.param("ml", {}, False, id="no plan of the team's own"),
        pytest.param(
            "other", {"own-1": PlanStep("Hire a clerk.")}, False, id="another post"
        ),
    ],
)
def test_interview_says_which_role_should_fill_a_promised_ml_post(
    kickoff, promised, steps, said
):
    stilts = example("stilts")
    sheet = stilts._replace(
        next=REVIEW, steps=steps, profile={**stilts.profile, "promised": promised}
    )
    team = Team(stilts, accepts=WRITE_PLAN)
    run(kickoff, team, sheet)
    message = IN_POST.format("an ML engineer", "a data engineer")
    assert (message in team.said) == said


def test_drafted_background_line_of_the_plan_stays_open_until_confirmed(kickoff):
    drafted = example("stilts")._replace(
        background={"instead": "The first shop."}, voice=Voice(drafted="by notes")
    )
    step = next(
        each
        for each in interview_steps(kickoff, drafted)
        if each.id == "background.instead"
    )
    assert step.is_open


def test_plan_step_is_removed_if_its_text_is_deleted(kickoff):
    said = {"own-1": PlanStep("Scan the cards.", "Ana", "2027-01-15")}
    sheet = example("stilts")._replace(steps=said)
    step = next(each for each in plan_steps(kickoff, sheet) if each.value)
    assert apply_reply(sheet, step, "").steps == {}


def test_key_of_a_removed_plan_step_is_not_reused_in_a_later_interview(kickoff):
    said = {f"own-{n}": PlanStep(f"Scan shelf {n}.") for n in (1, 2)}
    sheet = example("stilts")._replace(steps=said)
    removed = apply_reply(sheet, own_steps_asked(kickoff, sheet)[1], "")
    data = dump(removed, kickoff).encode()
    later = read(data, "answers.yaml", kickoff)
    assert [each.id for each in own_steps_asked(kickoff, later)] == [
        "own.own-1", "own.own-3"
    ]  # fmt: skip


def own_steps_asked(kickoff: Questionnaire, sheet: AnswerSheet) -> list[Step]:
    """Return the interview steps that ask the team to write plan steps."""
    return [each for each in plan_steps(kickoff, sheet) if each.id.startswith("own.")]


@pytest.mark.parametrize(
    ("number", "replies", "then"),
    [
        pytest.param(3, {"own.own-1": ""}, "own.own-4", id="the first of three"),
        pytest.param(3, {"own.own-3": ""}, "own.own-4", id="the last of three"),
        pytest.param(
            1,
            {"background.instead": GoTo("own.own-1"), "own.own-1": ""},
            "own.own-2",
            id="the only answer left after a skip",
        ),
    ],
)
def test_interview_asks_for_a_new_plan_step_after_the_team_removes_one(
    kickoff: Questionnaire, number: int, replies: dict[str, Reply], then: str
) -> None:
    said = {f"own-{n}": PlanStep(f"Scan shelf {n}.") for n in range(1, number + 1)}
    begin = next(iter(replies))
    sheet = example("stilts")._replace(steps=said, background={}, next=begin)
    asked: list[str] = []

    def ask(step: Step, _: StepPosition) -> Reply:
        asked.append(step.id)
        return replies.pop(step.id, Move.SKIP)

    guide = Guide(listed=plan_steps, everything=plan_steps, again=False)
    ask_steps(kickoff, sheet, ask, lambda _: None, guide)
    assert then in asked


@pytest.mark.parametrize(
    ("words", "accepts", "offered", "role"),
    [
        pytest.param("analist", MEANT_ANALYST, True, "analyst", id="yes"),
        pytest.param("analist", "", True, "analist", id="no"),
        pytest.param("the planner", "", False, "the planner", id="unlike any role"),
    ],
)
def test_team_that_misspells_a_role_is_asked_whether_it_meant_that_role(
    kickoff, words, accepts, offered, role
):
    team = Team(example("stilts"), {"voice.role": words}, accepts=accepts, most=9)
    sheet = run(kickoff, team)
    assert (MEANT_ANALYST in team.offered) is offered
    assert sheet.voice.role == role
    again = Team(example("stilts"), {"voice.role": role}, most=1)
    run(kickoff, again, sheet._replace(next="voice.role"))
    assert MEANT_ANALYST not in again.offered


@pytest.mark.parametrize(
    ("step", "reply", "text"),
    [
        pytest.param("voice.role", "analist", "analist", id="misspelt role"),
        pytest.param(
            "profile.approach", "pretrained", "a ready model", id="changed fact"
        ),
    ],
)
def test_reply_is_named_as_not_kept_if_the_team_leaves_when_asked_whether_it_is_sure(
    kickoff, step, reply, text
):
    class Leaver(Team):
        def confirm(self, question: str, *, default: bool = False) -> bool:
            raise EOFError

    begun = example("stilts")._replace(scope=EXPRESS, next=step, voice=Voice())
    begun = begun._replace(profile={**begun.profile, "approach": "train"})
    team = Leaver(example("stilts"), {step: reply})
    with suppress(IndexError):  # nothing was saved
        run(kickoff, team, begun)
    assert team.asked == [step]
    assert team.said[-1].startswith("Not kept: ")
    assert text in team.said[-1]
    assert not team.saved


@pytest.mark.parametrize("kept", [True, False])
def test_due_date_in_the_past_is_saved_only_if_the_team_confirms_it(kickoff, kept):
    first = to_assign(kickoff, run(kickoff, Team(example("stilts"))))[0].key
    replies: dict[str, Reply] = {f"plan.{first}": "Ana, 2026-01-01"}
    accepts = WRITE_PLAN + IN_THE_PAST * kept
    team = Team(example("stilts"), replies, accepts=accepts)
    begun = empty_sheet(kickoff, EXPRESS)._replace(voice=Voice(date="2026-11-29"))
    sheet = run(kickoff, team, begun)
    assert IN_THE_PAST in team.offered
    assert team.asked.count(f"plan.{first}") == 2 - kept
    taken = {first: PlanStep(owner="Ana", due="2026-01-01")}
    assert sheet.steps == (taken if kept else {})


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("Ana, 2026-01-01", id="a comma before the date"),
        pytest.param("Ana by 2026-01-01", id="a word before the date"),
        pytest.param("2026-01-01 Ana", id="the date first"),
    ],
)
def test_prompt_keeps_the_typed_owner_if_the_team_does_not_confirm_a_past_due_date(
    kickoff, reply
):
    first = to_assign(kickoff, run(kickoff, Team(example("stilts"))))[0].key
    begun: list[tuple[str, str]] = []

    class Planner(Team):
        def ask(self, step: Step, position: StepPosition) -> Reply:
            if step.id == f"plan.{first}":
                begun.append((step.value, step.typed))
            return super().ask(step, position)

    replies: dict[str, Reply] = {f"plan.{first}": reply}
    team = Planner(example("stilts"), replies, accepts=WRITE_PLAN)
    run(
        kickoff,
        team,
        empty_sheet(kickoff, EXPRESS)._replace(voice=Voice(date="2026-11-29")),
    )
    assert begun == [("", ""), ("", "Ana ")]
    assert "Not kept: owner Ana, due 1 January 2026" in team.said


@pytest.mark.parametrize(
    ("answered", "is_first"),
    [
        pytest.param(False, True, id="the question is open"),
        pytest.param(True, False, id="the answer is only to be corrected"),
    ],
)
def test_open_fact_is_asked_before_a_detail_to_which_the_team_goes_only_if_it_is_open(
    kickoff, answered, is_first
):
    facts = {each.id for each in kickoff.profile if each.only_for_details}
    full = example("stilts")
    known = {id_: text for id_, text in full.profile.items() if id_ not in facts}
    sheet = full._replace(profile=known, answers=full.answers if answered else {})
    agenda = InterviewAgenda()
    agenda.with_rest = True
    listed = [step for step in steps(kickoff, sheet) if step.answered == answered]
    before = {id_ for step in listed for id_ in agenda.before(kickoff, sheet, step)}
    assert bool(before) == is_first


def test_offer_of_a_change_names_the_questions_that_will_be_asked_again(kickoff):
    full = example("stilts")
    before = full._replace(profile={**full.profile, "approach": "train"})
    after = before._replace(profile={**before.profile, "approach": "pretrained"})
    topics = reopened_topics(kickoff, before, after)
    team = Team(full, {"profile.approach": "pretrained"})
    run(kickoff, team, before._replace(scope=EXPRESS, next="profile.approach"))
    offer = next(each for each in team.offered if "asked again" in each)
    assert [topic for topic in topics if topic in offer] == topics[:3]
    assert f"{len(topics)} questions" in offer
    assert f"and {len(topics) - 3} more" in offer


def test_offer_of_a_change_names_questions_as_the_team_has_read_them(kickoff):
    full = example("stilts")._replace(scope=FULL)
    before = full._replace(profile={**full.profile, "approach": "train"})
    after = before._replace(profile={**before.profile, "approach": "pretrained"})
    read_before = {each.topic for each in questions_for(kickoff, before)}
    topics = reopened_topics(kickoff, before, after)
    assert "Data in one place" in topics
    assert {*topics} <= read_before


@pytest.mark.parametrize(
    ("own", "is_said"),
    [
        pytest.param(0, False, id="no step of its own"),
        pytest.param(2, True, id="some steps of its own"),
        pytest.param(4, True, id="as many as there can be"),
    ],
)
def test_proposals_that_stay_beside_the_steps_of_the_team_and_the_others_are_named(
    kickoff, own, is_said
):
    proposed = to_assign(kickoff, run(kickoff, Team(example("stilts"))))
    replies: dict[str, Reply] = {f"own.own-{n}": f"Do {n}" for n in range(1, own + 1)}
    team = Team(example("stilts"), replies, accepts=WRITE_PLAN)
    run(kickoff, team)
    said = "".join(each for each in team.said if NO_ROOM_FOR.search(each))
    stay, _, left = (part.splitlines() for part in said.rpartition("No room"))
    kept = [f"- {what_to_do(item)}" in stay for item in proposed]
    named = [f"- {what_to_do(item)}" in left for item in proposed]
    asked = [f"plan.{item.key}" in team.asked for item in proposed]
    assert named == [not each for each in asked]
    assert kept == [each and bool(said) for each in asked]
    assert any(named) == any(kept) == is_said


def test_owners_of_proposals_are_asked_for_between_own_steps_and_lines(kickoff):
    replies: dict[str, Reply] = {"own.own-1": "Scan the cards."}
    team = Team(example("stilts"), replies, accepts=WRITE_PLAN)
    run(kickoff, team)
    in_plan = team.asked[team.asked.index("own.own-1") :]
    kinds = [id_.partition(".")[0] for id_ in in_plan if "own-" not in id_]
    assert kinds == sorted(kinds, key=["plan", "background"].index)
    assert {*kinds} == {"plan", "background"}


@pytest.mark.parametrize(
    ("own", "is_said"),
    [
        pytest.param("", False, id="no step of its own"),
        pytest.param("Scan the cards.", True, id="a step of its own"),
    ],
)
def test_team_reads_that_a_proposal_without_owner_is_not_printed_beside_its_own_steps(
    kickoff, own, is_said
):
    result = run(kickoff, Team(example("stilts")))
    steps = {"own-1": PlanStep(own)} if own else {}
    result = result._replace(steps=steps)
    item = kept_proposals(kickoff, result)[0]
    asked = next(s for s in plan_steps(kickoff, result) if s.id == f"plan.{item.key}")
    assert ("Empty: nobody yet" in asked.text) == is_said
    page = markdown(assess(kickoff, result), reader=Reader.SPONSOR)
    assert (item.what.rstrip(".") not in page) == is_said


def test_empty_line_has_no_second_meaning_beside_an_earlier_owner_or_step(kickoff):
    result = run(kickoff, Team(example("stilts")))
    own = {"own-1": PlanStep("Scan the cards."), "own-2": PlanStep("Ask the shops.")}
    key = kept_proposals(kickoff, result._replace(steps=own))[0].key
    taken = {**own, key: PlanStep(owner="Devi")}
    said = plan_steps(kickoff, result._replace(steps=taken))
    texts = {step.id: step.text for step in said if step.value}
    assert {f"plan.{key}", "own.own-2"} <= {*texts}
    assert not any("Empty" in text for text in texts.values())


@pytest.mark.parametrize(
    ("levels", "says"),
    [
        pytest.param({}, "to hire a data engineer first.", id="a hire"),
        pytest.param(dict.fromkeys(("COL-00", "MOV-00")), "Hire nobody", id="no hire"),
    ],
)
def test_advice_on_hiring_stands_above_the_question_who_does_the_work(
    kickoff, levels, says
):
    source = example("stilts")
    unknown = {id_: Answer(unknown=True) for id_ in source.answers if id_[-2:] == "00"}
    answers = {**source.answers, **(unknown if levels else {})}
    team = Team(source._replace(answers=answers), accepts=WRITE_PLAN)
    run(kickoff, team)
    assert any(says in each for each in team.said if "advice so far" in each)


@pytest.mark.parametrize(
    ("level", "start"),
    [
        pytest.param(1, '"Find out: ', id="it says something else now"),
        pytest.param(3, "No longer in the plan", id="there is nothing left to do"),
        pytest.param(None, "", id="it stays as it was"),
    ],
)
def test_owner_of_a_proposal_is_named_once_if_a_later_answer_changes_the_proposal(
    kickoff, level, start
):
    source = example("stilts")
    answers = {**source.answers, "COL-04": Answer(unknown=True)}
    begun = run(kickoff, Team(source._replace(answers=answers)))
    begun = begun._replace(steps={"COL-04": PlanStep(owner="Tomas", due="2026-12-24")})
    assert "COL-04" in {each.key for each in kept_proposals(kickoff, begun)}
    now = {**source.answers, "COL-04": Answer(level)}
    team = Team(source._replace(answers=now))
    chosen = ["COL-04", "COL-04"] if level is not None else []
    team.choose = lambda steps: (  # type: ignore[method-assign]
        {each.id: each for each in steps}[chosen.pop()] if chosen else None
    )
    run(kickoff, team, begun)
    said = [each for each in team.said if "Tomas, 2026-12-24" in each]
    assert [each[: len(start)] for each in said] == ([start] if start else [])


def test_no_proposal_is_cut_off_the_message_of_a_small_terminal(kickoff, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "20")
    names = [f"Proposal {n} {'with many words ' * 6}at its end" for n in range(5)]
    text = indented(left_without_room(names[:2], names[2:]))
    rows = [row for row in text.split("\n") if row.startswith("- ")]
    assert [row[: len("- Proposal 0")] for row in rows] == [
        f"- Proposal {n}" for n in (2, 3, 4, 0, 1)
    ]
    assert text.count("\n") < 20 - PLAN_PROMPT_LINES
    whole = left_without_room(names[:2], names[2:], whole=True)
    assert all(each in whole for each in names)


@pytest.mark.parametrize(
    ("promise", "shown"),
    [
        pytest.param("A pilot by March.", True, id="a promise"),
        pytest.param("no", False, id="no promise"),
        pytest.param("", False, id="nothing said"),
    ],
)
def test_question_what_to_promise_instead_shows_the_promise_that_it_replaces(
    kickoff, promise, shown
):
    sheet = example("stilts")._replace(background={"promise": promise})
    asked = {each.id: each for each in plan_steps(kickoff, sheet)}
    text = asked["background.instead"].text
    assert text.startswith(f'Promised so far: "{promise}"\n') == shown
    assert text.endswith("What can you promise now instead, and by when?")
    assert not any("Promised so far" in each.text for each in steps(kickoff, sheet))


def test_question_why_this_advice_is_asked_below_the_advice(kickoff):
    team = Team(example("stilts"), accepts=WRITE_PLAN)
    said_before: dict[str, str] = {}
    ask = team.ask

    def noting(step: Step, position: StepPosition) -> Reply:
        said_before[step.id] = team.said[-1] if team.said else ""
        return ask(step, position)

    team.ask = noting  # type: ignore[method-assign]
    run(kickoff, team)
    assert said_before["background.because"] == (
        "The advice so far: Not ready: the first hire is a data engineer."
        " Layer to fix first: Move and store."
    )


class PlansInList(Team):
    """A team that writes ``number`` steps of its own in the list of all answers."""

    def __init__(self, number: int) -> None:
        self.ids = [f"own.own-{each}" for each in range(1, number + 1)]
        super().__init__(example("stilts"), {id_: f"Do {id_}" for id_ in self.ids})

    def choose(self, steps: Sequence[Step]) -> Step | Move | None:
        own = [step for step in steps if step.id in self.replies]
        return own[0] if own else None


@pytest.mark.parametrize(
    ("own", "is_named"),
    [
        pytest.param(0, False, id="no step of its own"),
        pytest.param(4, True, id="as many as there can be"),
    ],
)
def test_proposals_without_room_are_named_once_if_own_steps_are_written_in_the_list(
    kickoff, own, is_named
):
    team = PlansInList(own)
    planned = run(kickoff, team)
    later = Team(example("stilts"))
    run(kickoff, later, planned)
    said = [
        [each for each in t.said if NO_ROOM_FOR.search(each)] for t in (team, later)
    ]
    assert [bool(each) for each in said] == [is_named, False]
    assert len({*said[0]}) == len(said[0])


@pytest.mark.parametrize(
    ("in_words", "is_whole"),
    [
        pytest.param(True, True, id="plain lines scroll"),
        pytest.param(False, False, id="the list is cut to fit the screen"),
    ],
)
def test_steps_before_the_plan_are_not_cut_to_the_screen_if_the_lines_are_plain(
    kickoff, monkeypatch, in_words, is_whole
):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "12")
    own = f"Scan the cards {'of all the shops ' * 12}in May."
    begun = run(kickoff, Team(example("stilts")))
    begun = begun._replace(steps={"own-1": PlanStep(own)})
    team = Team(example("stilts"))
    run(kickoff, team, begun, in_words=in_words)
    assert (own in "\n".join(team.said)) == is_whole


def test_each_session_offers_the_plan_until_all_steps_have_an_owner(kickoff):
    sheet = run(kickoff, Team(example("stilts")))
    again = Team(example("stilts"))
    run(kickoff, again, sheet)
    assert (again.asked, again.offered[-1]) == ([], WRITE_PLAN)
    keys = [item.key for item in to_assign(kickoff, sheet)]
    replies: dict[str, Reply] = {f"plan.{key}": "Ana, team 2" for key in keys}
    replies["background.instead"] = "The first shop."
    done = run(kickoff, Team(example("stilts"), replies, accepts=WRITE_PLAN), sheet)
    last = Team(example("stilts"))
    run(kickoff, last, done)
    assert not {WRITE_PLAN, GO_ON_WITH_PLAN} & {*last.offered}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(
            "Ana, 2027-01-15", "owner Ana, due 15 January 2027", id="owner and date"
        ),
        pytest.param("Ana, team 2", "owner Ana, team 2, no date", id="no date"),
        pytest.param("2027-01-15", "no owner, due 15 January 2027", id="no owner"),
    ],
)
def test_owner_and_due_date_are_shown_as_the_program_understood_them(
    kickoff, text, shown
):
    listed = plan_steps(kickoff, example("stilts"))
    step = next(each for each in listed if each.id.startswith("plan."))
    assert step.reply_text(text) == shown


@pytest.mark.parametrize(
    ("text", "owner", "due"),
    [
        pytest.param("Ana, 2027-01-15", "Ana", "2027-01-15", id="owner and date"),
        pytest.param("Bo and Cy 2027-01-15 ", "Bo and Cy", "2027-01-15", id="no comma"),
        pytest.param("Bo by 2027-01-15", "Bo", "2027-01-15", id="by"),
        pytest.param("Bo, due by: 15.1.2027", "Bo", "2027-01-15", id="several words"),
        pytest.param("By the 15th of May 2027", "", "2027-05-15", id="by and no name"),
        pytest.param("due by the 15.1.2027", "", "2027-01-15", id="several, no name"),
        pytest.param("Nguyen The 2027-01-15", "Nguyen The", "2027-01-15", id="The"),
        pytest.param("Sales On, 2027-01-15", "Sales On", "2027-01-15", id="On"),
        pytest.param("Mr. Due 2027-02-28", "Mr. Due", "2027-02-28", id="Due"),
        pytest.param("staff on, 2027-01-15", "staff on", "2027-01-15", id="on, comma"),
        pytest.param("Due, 2027-01-15", "Due", "2027-01-15", id="name Due alone"),
        pytest.param(
            "Ana not before 2027-02-28", "Ana not before", "2027-02-28", id="not before"
        ),
        pytest.param(
            "Bo, not due by 2027-02-28", "Bo, not due by", "2027-02-28", id="not due by"
        ),
        pytest.param("Toby 2027-01-15", "Toby", "2027-01-15", id="name ends with by"),
        pytest.param("Bo and Till 2027-01-15", "Bo and Till", "2027-01-15", id="Till"),
        pytest.param("Ana", "Ana", "", id="no date"),
        pytest.param("2027-01-15", "", "2027-01-15", id="only a date"),
        pytest.param("2027-01-15 Dr. Ott", "Dr. Ott", "2027-01-15", id="date first"),
        pytest.param("2027-01-15, Ana", "Ana", "2027-01-15", id="date first, comma"),
        pytest.param("Ana, 15.1.2027", "Ana", "2027-01-15", id="with dots"),
        pytest.param("15th of May 2027, Bo", "Bo", "2027-05-15", id="month in words"),
        pytest.param("Ana, 3 Sept. 2027", "Ana", "2027-09-03", id="month shortened"),
        pytest.param("Ana, 15/01/2027", "Ana", "2027-01-15", id="slashes, day first"),
        pytest.param("Ana, 01/15/2027", "Ana", "2027-01-15", id="slashes, month first"),
        pytest.param("Ana, 3/3/2027", "Ana", "2027-03-03", id="slashes, same number"),
        pytest.param("Ana, 2027-13-45", "Ana, 2027-13-45", "", id="no such date"),
        pytest.param("", "", "", id="date deleted"),
    ],
)
def test_owner_and_due_date_are_read_from_one_line(text, owner, due):
    before = PlanStep("Ask", "Di", "2026-12-01", "")
    assert taken_by(text, before) == PlanStep("Ask", owner, due, "")


@pytest.mark.parametrize(
    "taken",
    [
        pytest.param(PlanStep(owner="Nguyen The", due="2027-01-15"), id="The"),
        pytest.param(PlanStep(owner="staff on", due="2027-01-15"), id="on"),
        pytest.param(PlanStep(owner="Ana by 2027-01-15"), id="date in the name"),
    ],
)
def test_confirming_owner_and_date_again_changes_neither(kickoff, taken):
    sheet = example("stilts")
    step = next(s for s in plan_steps(kickoff, sheet) if s.id.startswith("plan."))
    sheet = sheet._replace(steps={step.id.removeprefix("plan."): taken})
    step = next(s for s in plan_steps(kickoff, sheet) if s.id == step.id)
    assert apply_reply(sheet, step, step.value) == sheet


def test_pyramid_gives_the_number_of_open_answers(
    kickoff,
):
    team = Team(example("stilts"), {"MOV-00": Answer(unknown=True)})
    run(kickoff, team, express=True)
    assert "1 open answer" in team.pictures[0]


def test_advice_is_not_said_to_stand_if_decisive_questions_were_skipped(kickoff):
    team = Team(example("ready"))
    skips = {each.id: Move.SKIP for each in kickoff.questions if not each.express}
    team.replies = dict[str, Reply](skips)
    run(kickoff, team)
    assert "could change it" in team.pictures[0]
    assert "This advice stands" not in "".join([*team.said, *team.pictures])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("Ana, 3/4/2027", WRITE_DATE, id="day and month not certain"),
        pytest.param(
            "Ana, 31.2.2027", no_date("2027-02-31"), id="no such day, with dots"
        ),
        pytest.param(
            "Ana, 31/2/2027", no_date("2027-02-31"), id="no such day, with slashes"
        ),
        pytest.param("Ana, 15/16/2027", no_date("2027-15-16"), id="no such month"),
        pytest.param(
            "15th of March", WRITE_YEAR.format("2027-03-15"), id="no year, next year"
        ),
        pytest.param("Ana, 1 Dec", WRITE_YEAR.format("Ana, 2026-12-01"), id="no year"),
        pytest.param(
            "Ana, 1 Dec.", WRITE_YEAR.format("Ana, 2026-12-01"), id="with a stop"
        ),
        pytest.param("Ana, 30.11.", WRITE_YEAR.format("Ana, 2026-11-30"), id="today"),
        pytest.param(
            "Ana, 29.11.", WRITE_YEAR.format("Ana, 2027-11-29"), id="yesterday"
        ),
        pytest.param("29 February", WRITE_YEAR.format("2028-02-29"), id="a leap day"),
        pytest.param("Ana, 1 Dec 27", WRITE_DATE, id="a year of two digits"),
        pytest.param("Ana, 31 June", WRITE_DATE, id="no year and no such day"),
        pytest.param("Ana, 40 may", WRITE_DATE, id="no year and no such number"),
        pytest.param("Bo, 2026-12-32", no_date("2026-12-32"), id="no such day"),
        pytest.param("2027-13-45 Ana", no_date("2027-13-45"), id="no such day, first"),
        pytest.param("2027-01-15 to 2027-02-15", WRITE_DATE, id="two dates"),
        pytest.param("next Friday", WRITE_DATE, id="words"),
        pytest.param(
            "Dr. Ott by 15 December",
            WRITE_YEAR.format("Dr. Ott, 2026-12-15"),
            id="words after the owner",
        ),
        pytest.param("April May, 2027-01-15", "", id="names of months"),
        pytest.param("Ana, Bo", "", id="two owners"),
        pytest.param("Ana, team 2", "", id="a numbered team"),
        pytest.param("Ana (room 3.12), 2027-01-15", "", id="a numbered room"),
        pytest.param("Ana, 15", WRITE_DATE, id="a day without its month"),
        pytest.param("Ana, 2027", WRITE_DATE, id="a year"),
        pytest.param("Ana, 1st", WRITE_DATE, id="an ordinal number"),
        pytest.param("Ana, 5 Arpil", WRITE_DATE, id="a misspelt month"),
        pytest.param("Ana, end of line", "", id="words like the end of a month"),
        pytest.param("Bea, end of life care, 2027-01-15", "", id="these and a date"),
        pytest.param("Ana, end of Agust", WRITE_DATE, id="the end of a misspelt month"),
        pytest.param("Ana, Augusta and Jule", "", id="names like months"),
    ],
)
def test_unreadable_date_is_refused_and_not_taken_as_an_owner(text, message):
    assert refusal(text, TODAY) == message


@pytest.mark.parametrize(
    "text", ["1 Dec", "15th of March", "15.12.", "3. 4.", "2 Sept."]
)
def test_example_with_the_missing_year_is_read_as_a_date(text):
    example_ = refusal(text, TODAY).partition("like this: ")[2].removesuffix(".")
    due = taken_by(f"Ana, {example_}", PlanStep()).due
    assert TODAY <= due <= "2027-11-30"


def test_answer_set_aside_by_a_new_wording_counts_again_if_the_old_wording_returns(
    kickoff,
):
    full = example("stilts")
    known = {**full.profile, "approach": "train"}
    sheet = full._replace(profile=known)
    words = ChangedWords(kickoff, sheet)
    other = sheet._replace(profile={**known, "approach": "pretrained"})
    reopened = words.reopened(other)
    lost = reopened_topics(kickoff, sheet, other)
    assert len(lost) == len(asked_again(reopened)) == len(reopened.earlier) > 0
    resumed = read(dump(reopened, kickoff).encode(), "", kickoff)
    assert asked_again(resumed) == asked_again(reopened)
    back = ChangedWords(kickoff, resumed).reopened(resumed._replace(profile=known))
    assert back.answers == sheet.answers
    assert back.earlier == {}


def test_resumed_interview_asks_for_a_note_if_the_team_left_when_asked_for_it(kickoff):
    stilts = example("stilts")
    levels = {id_: Answer(each.level) for id_, each in stilts.answers.items()}
    source = stilts._replace(answers={**levels, "MOV-00": Answer(0)})
    whole = Team(source)
    run(kickoff, whole)
    at = whole.asked.index("note.MOV-00")
    left = run(kickoff, Team(source, most=at))
    further = Team(source)
    run(kickoff, further, left)
    assert further.asked[0] == "note.MOV-00"


def test_owner_is_asked_for_if_a_plan_step_has_only_a_due_date(kickoff):
    finished = run(kickoff, Team(example("stilts")))
    first = to_assign(kickoff, finished)[0].key
    team = Team(example("stilts"), accepts=WRITE_PLAN)
    run(kickoff, team, finished._replace(steps={first: PlanStep(due="2027-01-15")}))

    assert f"owner.{first}" in team.asked
    assert f"plan.{first}" not in team.asked


class RepliesOnce(Team):
    """A team that first replies to ``step`` with each of ``first`` in turn.

    Its other replies are those of example "stilts".
    """

    def __init__(self, step: str, *first: Reply) -> None:
        super().__init__(example("stilts"), most=20)
        self.step, self.first = step, [*first]

    def ask(self, step: Step, position: StepPosition) -> Reply:
        if step.id == self.step and self.first:
            return self.first.pop(0)
        return super().ask(step, position)


@pytest.mark.parametrize(
    ("step", "replies", "said"),
    [
        pytest.param("project.name", [], NOTHING_TO_UNDO, id="nothing to undo"),
        pytest.param(
            "project.slice",
            [],
            'Taken back. "Project name" is open again. Your words were: "Churn".',
            id="a text",
        ),
        pytest.param(
            "CTX-01",
            [Remark("accepted", "no money")],
            'Taken back. The acceptance is gone again. Your words were: "no money".',
            id="an acceptance",
        ),
        pytest.param(
            "CTX-01",
            [Remark("note", "ask Ana"), Remark("note", "")],
            'Taken back. The note is back: "ask Ana".',
            id="the removal of a note",
        ),
    ],
)
def test_undo_says_which_reply_it_takes_back(kickoff, step, replies, said):
    team = RepliesOnce(step, *replies, Move.UNDO)
    run(kickoff, team)

    assert said in team.said


@pytest.mark.parametrize(
    ("undone_at", "said"),
    [
        pytest.param("save", "", id="none skipped"),
        pytest.param(
            "instead",
            " The line that you skipped since will be asked again.",
            id="one line skipped",
        ),
        pytest.param(
            "lend",
            " The 2 lines that you skipped since will be asked again.",
            id="two lines skipped",
        ),
    ],
)
def test_undo_of_a_background_line_quotes_it_and_counts_later_lines_the_team_skipped(
    kickoff, undone_at, said
):
    replies: dict[str, Reply] = {
        "background.because": "Late.",
        f"background.{undone_at}": Move.UNDO,
    }
    team = Team(example("stilts"), replies, accepts=WRITE_PLAN)
    run(kickoff, team)

    taken_back = (
        'Taken back. "Why, in your figures" is empty again. Your words were: "Late."'
    )
    assert f"{taken_back}{said}" in team.said
    assert team.asked.count("background.because") == 2


def test_two_undos_restore_a_deleted_line_then_remove_it_again_and_print_its_text(
    kickoff,
):
    team = RepliesOnce("background.because", "Late.", "", Move.UNDO)
    team.accepts, team.most = WRITE_PLAN, 1000
    team.replies = {"background.save": Move.BACK, "background.instead": Move.UNDO}
    run(kickoff, team)
    first, second = [each for each in team.said if "Taken back" in each]
    line = 'Taken back. "Why, in your figures" is'
    since = "The line that you skipped since will be asked again."
    assert first == f"{line} again: Late. {since}"
    assert second == f'{line} empty again. Your words were: "Late."'


NOTED = Answer(2, note="nobody asked", evidence="wiki/log")


@pytest.fixture(scope="module")
def finished(kickoff):
    """Return the sheet after an interview with the answers of example "stilts"."""
    return run(kickoff, Team(example("stilts")))


class Changer(Team):
    """A team that changes the level of MOV-00.

    ``fits`` says whether each remark still fits the new level, in the order asked.
    """

    def __init__(self, fits: Sequence[bool], **replies: Reply) -> None:
        changed = NOTED._replace(level=1)
        super().__init__(example("stilts"), {"MOV-00": changed} | replies)
        self.fits = [*fits]
        self.lines_shown: dict[str, str] = {}
        self.undoes_after = ""  # the id of a step; "" for never

    def ask(self, step: Step, position: StepPosition) -> Reply:
        self.lines_shown[step.id] = step.value
        if self.undoes_after and self.undoes_after in self.asked:
            self.undoes_after = ""
            return Move.UNDO
        return super().ask(step, position)

    def confirm(self, question: str, *, default: bool = False) -> bool:
        if "still fit" not in question:
            return super().confirm(question)
        self.offered.append(question)
        return self.fits.pop(0)


@pytest.mark.parametrize(
    ("fits", "replies", "after"),
    [
        pytest.param(
            [True, True],
            {},
            Answer(1, note="nobody asked", evidence="wiki/log"),
            id="both remarks are kept",
        ),
        pytest.param(
            [False, True],
            {"note.MOV-00": ""},
            Answer(1, evidence="wiki/log"),
            id="the note is deleted",
        ),
        pytest.param(
            [True, False],
            {"evidence.MOV-00": "wiki/new"},
            Answer(1, note="nobody asked", evidence="wiki/new"),
            id="the evidence is changed",
        ),
        pytest.param(
            [False, False],
            {"note.MOV-00": Move.SKIP, "evidence.MOV-00": Move.SKIP},
            Answer(1, note="nobody asked", evidence="wiki/log"),
            id="both remarks are left as they are",
        ),
    ],
)
@pytest.mark.parametrize("in_review", [True, False])
def test_team_is_asked_whether_note_and_evidence_still_fit_a_new_level(
    kickoff, finished, in_review, fits, replies, after
):
    begun = finished._replace(
        answers={**finished.answers, "MOV-00": NOTED},
        next=REVIEW if in_review else "MOV-00",
    )
    team = Changer(fits, **replies)
    chosen = ["MOV-00"] if in_review else []
    team.choose = lambda steps: next(  # type: ignore[method-assign]
        (step for step in steps if [step.id] == chosen and chosen.pop()), None
    )
    assert run(kickoff, team, begun).answer("MOV-00")._replace(date="") == after
    assert team.fits == []
    asked = STILL_FITS.format("note", "Move and store as a whole", '"nobody asked".')
    assert asked in team.offered
    for id_ in replies:
        assert team.lines_shown[id_] in {"nobody asked", "wiki/log"}


def test_answered_question_is_not_counted_as_to_go_when_the_team_goes_back_to_it(
    kickoff,
):
    team = RepliesOnce("COL-00", GoTo("profile.stakes"))
    run(kickoff, team)
    at = team.asked.index("profile.stakes", team.asked.index("COL-00") - 1)
    assert team.asked[at : at + 2] == ["profile.stakes", "COL-00"]
    there, again = team.lines[at : at + 2]
    assert there == "About the project"
    assert " to go" in again


def test_answer_changed_from_the_list_of_all_answers_is_not_counted_as_to_go(
    kickoff, finished
):
    class Changes(Team):
        def choose(self, steps: Sequence[Step]) -> Step | Move | None:
            to_change = [] if self.asked else steps
            return next(
                (each for each in to_change if each.id == "profile.stakes"), None
            )

    team = Changes(example("stilts"))
    run(kickoff, team, finished)
    assert (team.asked, team.lines) == (["profile.stakes"], ["About the project"])


def test_note_and_evidence_are_kept_when_the_team_takes_the_preset_answer(
    kickoff, finished
):
    class Hurried(Changer):
        def confirm(self, question: str, *, default: bool = False) -> bool:
            is_check = "still fit" in question
            return default if is_check else super().confirm(question, default=default)

    begun = finished._replace(
        answers={**finished.answers, "MOV-00": NOTED}, next="MOV-00"
    )
    team = Hurried([])
    answer = run(kickoff, team, begun).answer("MOV-00")
    assert answer._replace(date="") == NOTED._replace(level=1)
    assert not {"note.MOV-00", "evidence.MOV-00"} & {*team.asked}


@pytest.mark.parametrize(
    ("text", "end"),
    [
        pytest.param("Ana asked", '"Ana asked". Does it', id="no full stop"),
        pytest.param("Ana asked.", '"Ana asked." Does it', id="full stop"),
        pytest.param("Who asked?", '"Who asked?" Does it', id="question mark"),
    ],
)
def test_quoted_note_ends_with_one_sign_before_the_question_whether_it_still_fits(
    kickoff, finished, text, end
):
    noted = Answer(2, note=text)
    begun = finished._replace(
        answers={**finished.answers, "MOV-00": noted}, next="MOV-00"
    )
    team = Changer([True], **{"MOV-00": noted._replace(level=1)})
    run(kickoff, team, begun)
    assert [end in each for each in team.offered if "still fit" in each] == [True]


@pytest.mark.parametrize(
    ("corrected", "said"),
    [
        pytest.param(
            "note",
            'Taken back. The note on "Move and store as a whole" is back:'
            ' "nobody asked". Your words were: "Ana asked".',
            id="a note",
        ),
        pytest.param(
            "evidence",
            'Taken back. The evidence on "Move and store as a whole" is back:'
            ' "wiki/log". Your words were: "Ana asked".',
            id="evidence",
        ),
    ],
)
def test_undo_at_the_step_after_a_corrected_remark_says_that_the_old_remark_is_back(
    kickoff, finished, corrected, said
):
    begun = finished._replace(
        answers={**finished.answers, "MOV-00": NOTED}, next="MOV-00"
    )
    remark = f"{corrected}.MOV-00"
    team = Changer([corrected != "note", corrected == "note"], **{remark: "Ana asked"})
    team.undoes_after = remark
    run(kickoff, team, begun)
    assert [each for each in team.said if "Taken back" in each] == [said]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Answer(2, note="nobody asked"), id="the same level"),
        pytest.param(Remark("note", "Ana asked"), id="a new note"),
    ],
)
def test_team_is_not_asked_whether_a_remark_fits_an_unchanged_level(
    kickoff, finished, reply
):
    noted = {"MOV-00": Answer(2, note="nobody asked")}
    begun = finished._replace(answers={**finished.answers, **noted}, next="MOV-00")
    team = Team(begun, {"MOV-00": reply})
    run(kickoff, team, begun)
    assert not any("still fit" in question for question in team.offered)


def test_team_is_not_asked_whether_a_note_written_along_with_the_new_level_still_fits(
    kickoff, finished
):
    begun = finished._replace(
        answers={**finished.answers, "MOV-00": NOTED}, next="MOV-00"
    )
    changed = NOTED._replace(level=1, note="Ana asked")
    team = RepliesOnce("MOV-00", Remark("note", "Ana asked"), changed)
    run(kickoff, team, begun)
    checked = [each.split()[1] for each in team.offered if "still fit" in each]
    assert checked == ["evidence"]


def test_team_is_asked_whether_a_note_fits_the_answer_to_a_reworded_question(kickoff):
    full = example("stilts")
    trained, ready_made = (
        full._replace(profile={**full.profile, "approach": approach})
        for approach in ("train", "pretrained")
    )
    reopened = ChangedWords(kickoff, trained).reopened(ready_made)
    id_ = min(asked_again(reopened))
    noted = Answer(note="nobody asked")
    begun = reopened._replace(answers={**reopened.answers, id_: noted}, next=id_)
    team = RepliesOnce(id_, noted._replace(level=2))
    run(kickoff, team, begun)
    assert any('"nobody asked". Does it still fit' in each for each in team.offered)


def test_note_can_be_deleted_when_its_answer_is_changed_to_unknown(kickoff, finished):
    begun = finished._replace(
        answers={**finished.answers, "MOV-00": NOTED}, next="MOV-00"
    )
    unknown = Answer(unknown=True, note="nobody asked")
    replies: dict[str, Reply] = {"MOV-00": unknown, "note.MOV-00": ""}
    team = Changer([False], **replies)
    after = run(kickoff, team, begun).answer("MOV-00")
    assert after._replace(date="") == Answer(unknown=True)


def test_interview_left_at_a_remark_resumes_at_the_question_of_the_remark(
    kickoff, finished
):
    begun = finished._replace(
        answers={**finished.answers, "MOV-00": NOTED}, next="evidence.MOV-00"
    )
    team = Team(begun)
    run(kickoff, team, begun)
    assert team.asked[0] == "MOV-00"


def test_offer_to_go_on_says_how_many_questions_follow_and_what_they_could_change(
    kickoff,
):
    team = Team(example("stilts"), rest=True)
    run(kickoff, team)
    offer = next(each for each in team.offered if each.endswith(GO_ON))
    rest = [line for line in team.lines if line.endswith(" · /plan ends these")]

    assert "unless an answer contradicts an earlier one" in offer
    assert any("adds to the next steps" in line for line in rest)
    assert not any("/plan" in line for line in team.lines[: -len(rest)])
    assert any(f"{offer.split()[0]} to go" in line for line in team.lines)
    assert rest


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        pytest.param(
            empty_sheet,
            "21 questions come first, then a picture of where you are. Between them"
            " come 10 lines about the background, and up to 2 that ask for proof of an"
            " answer."
            " Enter skips a line.",
            id="new interview",
        ),
        pytest.param(
            lambda *_: example("ready")._replace(scope=EXPRESS),
            "",
            id="all questions answered",
        ),
    ],
)
def test_interview_begins_with_the_number_of_questions_that_follow(
    kickoff, sheet, said
):
    team = Team(example("ready"), most=1)
    begun = sheet(kickoff, EXPRESS)._replace(voice=Voice(name="Ana", role="owner"))
    team.saved.append(begun)
    run(kickoff, team, begun, express=True)
    assert (team.said or [""])[0] == said


def test_each_background_line_shows_its_number_and_the_total(kickoff):
    team = Team(example("ready"))
    run(kickoff, team, express=True)
    lines = [line for line in team.lines if ", optional" in line]
    assert [line.split(" · ")[1] for line in lines] == [
        f"line {number} of 10, optional" for number in range(1, 11)
    ]


class CorrectsNumbers(Team):
    """A team that changes numbers of people in the review, one after the other."""

    def __init__(self, *numbers: FieldReply) -> None:
        super().__init__(example("stilts"))
        self.numbers = [*numbers]
        self.shown: list[int] = []

    def choose(self, steps: Sequence[Step]) -> Step | Move | None:
        if self.shown:
            return None
        return next(each for each in steps if each.id == PEOPLE)

    def ask(self, step: Step, position: StepPosition) -> Reply:
        if step.id != PEOPLE:
            return super().ask(step, position)
        self.shown.append(len(self.pictures))
        if self.numbers:
            return self.numbers.pop(0)
        return Replies(tuple(field.value for field in step.fields))


def test_correcting_numbers_of_people_shows_a_new_picture_only_after_the_last_number(
    kickoff, finished
):
    free = [f"available.{role}" for role in ("analyst", "data_engineer", "devops")]
    team = CorrectsNumbers(*(FieldReply(field, "9") for field in free))
    run(kickoff, team, finished)
    saved = [each.available for each in team.saved[-3:]]
    assert [sum(number == 9 for number in each.values()) for each in saved] == [1, 2, 3]
    assert team.shown == [team.shown[0]] * 4
    assert len(team.pictures) > team.shown[0]


def test_interview_says_that_answers_still_contradict_each_other_if_one_is_kept(
    kickoff,
):
    ready = example("ready")
    low = {id_: Answer(0) for id_ in ready.answers if id_.startswith("COL-")}
    source = ready._replace(answers={**ready.answers, **low, "COL-00": Answer(4)})
    team = Team(source, {"contradiction.collect": Again("COL-00")})
    run(kickoff, team, source._replace(next="contradiction.collect", scope=FULL))
    assert team.said.count(STAYS_CONTRADICTORY.format("COL-00", 4)) == 1


def test_interview_explains_many_more_or_fewer_questions_by_the_last_answer(kickoff):
    team = Team(example("ready"), {"PRD-01": Answer(0)})
    run(kickoff, team)
    numbers = "adds 7 questions.", "drops 7 questions to come."
    explained = [text for text in team.said if text.endswith(numbers)]
    released = next(q for q in kickoff.questions if q.id == "PRD-01").topic
    assert explained[0] == f"{released}: saved; {numbers[0]}"
    assert explained[1].endswith(numbers[1])
    assert len(explained) == 2


def test_contradiction_can_be_gone_to_only_once_it_was_asked(kickoff):
    ready = example("ready")
    low = {id_: Answer(0) for id_ in ready.answers if id_.startswith("COL-")}
    source = ready._replace(answers={**ready.answers, **low, "COL-00": Answer(4)})
    listed: list[tuple[bool, bool]] = []

    class Looks(Team):
        def ask(self, step: Step, position: StepPosition) -> Reply:
            collect = "contradiction.collect"
            is_listed = collect in {each.id for each in position.steps}
            listed.append((is_listed, collect in {*self.asked, step.id}))
            return super().ask(step, position)

    run(kickoff, Looks(source))
    assert {*listed} == {(False, False), (True, True)}


@pytest.mark.parametrize(
    ("columns", "named"),
    [pytest.param("80", True, id="wide"), pytest.param("40", False, id="narrow")],
)
def test_message_on_many_new_questions_names_the_answer_whole_or_not_at_all(
    kickoff, monkeypatch, columns, named
):
    monkeypatch.setenv("COLUMNS", columns)
    team = Team(example("ready"), {"PRD-01": Answer(0)})
    run(kickoff, team)
    topic = next(q for q in kickoff.questions if q.id == "PRD-01").topic
    said = next(text for text in team.said if text.endswith(OPENED.format(7)))
    assert said.startswith(f"{topic}: saved;" if named else "Saved;")
    assert lines_taken(indented(said)) == 1


@pytest.mark.parametrize(
    ("name", "whole", "between"),
    [
        pytest.param("stilts", "MOV-00", "contradiction.", id="contradiction"),
        pytest.param("ready", "AGG-00", "note.", id="note"),
    ],
)
def test_number_after_a_step_without_one_is_compared_with_the_last_number_shown(
    kickoff, name, whole, between
):
    class Changes(Team):
        def ask(self, step: Step, position: StepPosition) -> Reply:
            reply = super().ask(step, position)
            is_asked = step.kind is StepKind.CONTRADICTION and whole in step.choices
            return Again(whole) if is_asked else reply

    source = example(name)
    low = {id_: Answer(0) for id_ in source.answers if id_.startswith(whole[:4])}
    answers = {**source.answers, **low, whole: Answer(1)}
    team = Changes(source._replace(answers=answers), {whole: Answer(4)})
    run(kickoff, team)
    assert any(id_.startswith(between) for id_ in team.asked)
    for before, line in within_a_part(team.lines):
        step = shown_left(line, " to go") - shown_left(before, " to go")
        new = shown_left(line, " new") if " new" in line else 0
        fewer = shown_left(line, " fewer") if " fewer" in line else 0
        assert step == new - fewer - 1, (before, line)


def test_picture_with_another_number_of_questions_says_how_many_are_new(kickoff):
    team = Team(example("stilts"), {"COL-00": Answer(unknown=True)})
    run(kickoff, team)
    said = [re.search(r"next (\d+) questions \((.+?)\)", p) for p in team.pictures]
    number, new = next(filter(None, said)).groups()
    assert any(f"{number} to go, {new}" in line for line in team.lines)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ENDS_REST, id="how to end optional questions"),
    ],
)
def test_message_that_the_progress_line_repeats_takes_one_line_in_a_narrow_terminal(
    monkeypatch, text
):
    monkeypatch.setenv("COLUMNS", "40")
    assert lines_taken(indented(text)) == 1


def test_number_of_questions_to_go_is_exact_unless_it_says_at_least(kickoff):
    team = Team(example("ready"), {"PRD-01": Answer(0)})
    run(kickoff, team)
    at = {id_: n for n, id_ in enumerate(team.asked) if id_ in order(kickoff).details}
    lines = [team.lines[n] for n in at.values()]
    open_ended = [line for line in lines if "at least" in line]
    assert open_ended
    assert len(open_ended) < len(lines)
    for line in lines:
        assert ("at least" in line) >= ("could change the advice" in line)


@pytest.mark.parametrize(
    ("id_", "reply", "said"),
    [
        pytest.param(
            "profile.stakes", "exploratory", [STAYS_SAME], id="fact without effect"
        ),
        pytest.param("AGG-00", Answer(2), [STAYS_SAME], id="answer without effect"),
        pytest.param("MOV-00", Answer(4), [], id="answer that changes the advice"),
        pytest.param("profile.stakes", "live", [], id="the same fact again"),
        pytest.param(
            "profile.approach",
            "pretrained",
            [
                NOW_READS.format(
                    "Not ready: the first hire is a data engineer. Follow the plan;"
                    " do not release the system to users yet."
                )
            ],
            id="fact that only changes the words",
        ),
    ],
)
def test_team_reads_that_a_changed_answer_leaves_the_advice_as_it_is(
    kickoff, finished, id_, reply, said
):
    class ChangesOnce(Team):
        def choose(self, steps: Sequence[Step]) -> Step | Move | None:
            return next((each for each in steps if each.id in self.replies), None)

        def confirm(self, question: str, *, default: bool = False) -> bool:
            is_accepted = super().confirm(question, default=default)
            return is_accepted or "asked again" in question

    assert finished.profile["stakes"] == "live"
    team = ChangesOnce(example("stilts"), {id_: reply})
    run(kickoff, team, finished)
    stays, now_reads = {STAYS_SAME, STAYS_SO_FAR}, NOW_READS.partition("{}")[0]
    found = [each for each in team.said if each in stays or each.startswith(now_reads)]
    assert found == said
    assert (len(team.pictures) > 1) != (bool(said) or reply == "live")


@pytest.mark.parametrize("ends", [True, False], ids=["ends them", "answers them"])
def test_team_can_end_the_questions_that_a_change_in_the_list_of_answers_opened(
    kickoff, finished, ends
):
    class Ends(Team):
        listed = 0

        def choose(self, steps: Sequence[Step]) -> Step | Move | None:
            self.listed += 1
            return next((s for s in steps if s.id in self.replies), None)

        def ask(self, step: Step, position: StepPosition) -> Reply:
            reply = super().ask(step, position)
            return Move.END if ends and position.may_end else reply

        def confirm(self, question: str, *, default: bool = False) -> bool:
            return question.endswith("Change it?")

    team = Ends(example("stilts"), {"profile.approach": "pretrained"})
    run(kickoff, team, finished)
    assert team.listed == 2
    assert team.asked[0] == "profile.approach"
    assert (len(team.asked) == 2) == ends


def test_question_opened_in_the_review_is_not_asked_once_an_answer_makes_it_needless(
    kickoff, finished
):
    needed = []

    class Changes(Team):
        def choose(self, steps: Sequence[Step]) -> Step | Move | None:
            return next((s for s in steps if s.id in self.replies), None)

        def ask(self, step: Step, position: StepPosition) -> Reply:
            reply = super().ask(step, position)
            needed.append(step.id in (position.asked or ()))
            return Answer(0) if step.question and not step.answered else reply

    team = Changes(example("stilts"), {"COL-00": Answer(0)})
    run(kickoff, team, finished)
    assert len(team.asked) > 3
    assert all(needed)


def test_interview_says_that_a_change_is_too_small_when_a_contradiction_stays(kickoff):
    ready = example("ready")
    low = {id_: Answer(0) for id_ in ready.answers if id_.startswith("COL-")}
    source = ready._replace(answers={**ready.answers, **low, "COL-00": Answer(4)})
    again = iter([Again("COL-00")])
    levels = iter([Answer(3)])

    class Corrector(Team):
        def ask(self, step: Step, position: StepPosition) -> Reply:
            reply = super().ask(step, position)
            if step.id == "contradiction.collect":
                return next(again, reply)
            return next(levels, reply) if step.id == "COL-00" else reply

    team = Corrector(source)
    run(kickoff, team, source._replace(next="contradiction.collect", scope=FULL))
    assert team.said.count(STILL_CONTRADICTS.format("COL-00", 3)) == 1


def test_reason_why_a_detail_is_asked_is_updated_if_the_overall_answer_is_lowered(
    kickoff,
):
    core = {each.id for each in kickoff.questions if each.express}
    ready = example("ready")
    answers = {id_: each for id_, each in ready.answers.items() if id_ in core}
    sheet = ready._replace(scope=EXPRESS, answers=answers)
    agenda = InterviewAgenda()
    detail = next(
        step
        for step in agenda.steps(kickoff, sheet)
        if agenda.why(step).startswith("checks that Explore")
    )
    agenda.note_asked(detail)  # and passed over, to lower the layer as a whole
    low = sheet._replace(answers={**answers, "EXP-00": Answer(1)})
    agenda.steps(kickoff, low)
    assert agenda.why(detail)
    assert not agenda.why(detail).startswith("checks")
