"""Interviews in a pseudo-terminal: keys, text fields, review, saving, screen sizes."""

import errno
import itertools
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mlready.assessment.assess import assess
from mlready.assessment.next_questions import Reason, next_questions
from mlready.errors import LeftError
from mlready.input_limits import LIMIT
from mlready.interview.navigation import REVIEW, SKIPPED, Move, Reply
from mlready.interview.session import Options, run_interview
from mlready.interview.steps import Step, StepKind, steps
from mlready.interview.typeahead import REACTION_SECONDS
from mlready.model.answers import (
    EXPRESS,
    FULL,
    NO_TIMING,
    Answer,
    AnswerSheet,
    PlanStep,
    empty_sheet,
)
from mlready.model.questionnaire import Questionnaire
from mlready.report.markdown import summary
from mlready.storage.answers_file import dump, read
from tests.terminal import (
    ASKED,
    COMPLETE,
    DATED,
    HINT,
    SHELL_MODES,
    SMALL,
    Open,
    Terminal,
    at,
    follow,
    go_on,
)

pytestmark = [
    pytest.mark.terminal,
    # pytest-xdist runs threads; from 3.12 on, Python warns if such a process forks.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]

WHY = "Why does it not apply?"
ODD = "why? sxdne b"  # a text with every letter that is a command key at a question
SHORT = "0-4, enter · d don't know · ? keys"  # the hint on a small terminal
WHY_ASKED = (
    "  Why we ask: What is not written down cannot be learned from. (Rogati 2017)"
)
KEYS = [
    "  ↑↓ or 0-4 choose · enter confirm · d don't know · x does not apply (asks",
    "  why) · n note · e evidence · a accept this gap for now (asks why) · s skip ·",
    "  ← back · u undo the last answer · / go to a question · ctrl-c save and leave",
]
FACT_KEYS = [
    "  ↑↓ or 1-2 choose · enter confirm · s skip · ← back · u undo the last answer",
    "  · / go to a question · ctrl-c save and leave",
]
TEXT_KEYS = (
    " · shift-tab back · in an empty line: / go to a question, ? these keys · ctrl-c"
    " save and leave"
)
CHOOSE_FIRST = "Nothing is chosen yet: press the key of an answer first."
ONLY_ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
NOTHING = "mlready: nothing was answered yet"
PRETRAINED = {"approach": "pretrained", "own_content": "yes"}


def dated(questionnaire: Questionnaire, scope: str = FULL) -> AnswerSheet:
    return empty_sheet(questionnaire, scope)._replace(voice=DATED)


def team(**facts: str) -> Callable[[Step], Reply]:
    """Return a function that replies to each step of an interview.

    Keywords give replies to facts, such as ``approach="train"``. Without a keyword, the
    reply to a fact is the first choice.
    """
    levels = [Answer(level) for level in range(5)]
    answers = itertools.cycle([*levels, Answer(unknown=True), Answer(na="not ours")])

    def reply_to(step: Step) -> Reply:
        if step.kind is StepKind.CONTRADICTION:
            return Move.SKIP
        if step.question:
            return next(answers)
        if step.choices:
            return facts.get(step.id.removeprefix("profile."), next(iter(step.choices)))
        return "About it" if step.kind in {StepKind.TEXT, StepKind.LINE} else "2"

    return reply_to


@pytest.mark.parametrize(
    ("options", "facts"),
    [
        pytest.param([], PRETRAINED | {"reach": "outside"}, id="with details"),
        pytest.param(["--express"], {"approach": "train"}, id="express"),
    ],
)
def test_completed_interview_ends_with_the_result_of_the_assessment(
    kickoff, file, run, options, facts
):
    terminal = run(*options)
    sheet = follow(
        kickoff,
        dated(kickoff, EXPRESS),
        terminal,
        team(**facts),
        express=bool(options),
    )
    terminal.send("enter")
    assert terminal.ended() == 0
    assert file.read_text() == dump(sheet, kickoff)
    details = next_questions(kickoff, sheet)
    closing = summary(
        assess(kickoff, sheet),
        answers="answers.yaml",
        open=False,
        took=f"less than a minute for {sheet.timing.answers} answers",
        not_asked=sum(each.reason is Reason.DECIDES for each in details.to_ask),
        interview="mlready interview answers.yaml",
        command="mlready report answers.yaml -o report.md",
    )
    # Line breaks are ignored, because the program wraps lines between words.
    assert " ".join(terminal.text().split()).endswith(" ".join(closing.split()))
    assert (terminal.modes(), list(file.parent.iterdir())) == (SHELL_MODES, [file])


@pytest.fixture
def closed(begin: Open) -> str:
    """Return the text of the last screen of an interview that left a question open.

    The fixture ``begin`` starts the interview.
    """
    sheet = at(REVIEW, answers={"COL-01": Answer(0), "COL-02": Answer(0)})
    answers = {id_: each for id_, each in sheet.answers.items() if id_ != "MOV-01"}
    terminal = begin(sheet._replace(next="MOV-01", answers=answers), columns=200)
    terminal.send("s")
    terminal.until(ASKED["background.promise"])
    terminal.send("enter")
    terminal.until(ASKED["background.reader"])
    terminal.send("enter")
    terminal.until(SKIPPED)
    terminal.send("s")
    go_on(terminal)
    terminal.until("Write your plan")
    terminal.send("n", "enter")
    terminal.until(ASKED[REVIEW])
    terminal.send("enter")
    assert terminal.ended() == 0
    return f"{terminal.text()}\n"


def test_closing_screen_shown_in_a_terminal_matches_golden_file(closed, golden):
    golden("terminal-closing.txt", closed.replace(SMALL, "small.yaml"))


def test_last_screen_of_an_interview_joins_lines_of_the_legend_in_a_small_terminal(
    begin,
):
    terminal = begin(at(REVIEW), columns=60, rows=22)
    terminal.until(ASKED[REVIEW])
    terminal.send("home", "enter")
    assert terminal.ended() == 0
    assert terminal.shows("0 1 2 3 4")
    assert terminal.shows("The report:")
    assert terminal.shows("| good enough from here · # score")


def test_last_screen_of_an_interview_shows_the_advice_if_not_all_has_room(
    file, run, small
):
    sheet = at(REVIEW, answers={"COL-02": Answer(unknown=True)})
    file.write_text(dump(sheet, small))
    terminal = run("-q", SMALL, columns=40, rows=16)
    terminal.until("Write your plan")
    terminal.send("n", "enter")
    terminal.until(ASKED[REVIEW])
    terminal.send("home", "enter")
    assert terminal.ended() == 0
    assert terminal.shows("1 open answer could change it (COL-02).")
    assert not terminal.shows("- Kept")
    assert terminal.shows("Conditional: ")


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param({}, id="no plan"),
        pytest.param(
            {"own-1": PlanStep("Hire Ed.", owner="Ana", due="2027-01-15")},
            id="a step of its own",
        ),
        pytest.param({"COL-01": PlanStep(owner="Ana")}, id="only an owner"),
    ],
)
def test_closing_screen_names_the_sponsors_page_if_the_team_has_a_plan(begin, plan):
    terminal = begin(at(REVIEW, steps=plan))
    terminal.until(ASKED[REVIEW])
    terminal.send("home", "enter")
    assert terminal.ended() == 0
    assert terminal.shows("--for sponsor -o sponsor.md") is bool(plan)


def test_commands_on_the_closing_screen_write_the_report_and_resume_the_interview(
    closed, file, run
):
    named = re.findall(r"^(To go on|The report): +mlready (.*)$", closed, re.MULTILINE)
    commands = {title: shlex.split(command) for title, command in named}
    report = [sys.executable, "-m", "mlready", *commands["The report"]]
    assert subprocess.run(report, cwd=file.parent, check=False).returncode == 0
    assert file.with_name("report.md").read_text().startswith("# Churn")
    assert commands["To go on"][:2] == ["interview", file.name]
    run(*commands["To go on"][2:]).until(ASKED["MOV-01"])


def test_interview_on_a_finished_express_sheet_continues_with_details(begin, kept):
    answers = {"COL-01": Answer(1), "MOV-01": Answer(2)}
    express = at("details", scope=EXPRESS, answers=answers, **COMPLETE)
    terminal = begin(express, asked="COL-02", pictured=True)
    terminal.send("2", "enter")
    terminal.until("Write your plan")
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    assert kept().answers == {**answers, "COL-02": Answer(2)}


@pytest.mark.parametrize("option", ["--express", "--all"])
def test_express_or_all_option_keeps_the_answers_of_a_complete_file(
    begin, kept, option
):
    terminal = begin(at(REVIEW), option)
    terminal.send("enter")
    assert terminal.ended() == 0
    assert kept() == at(REVIEW)


@pytest.mark.parametrize(
    ("keys", "after"),
    [
        pytest.param(["0", "enter"], at("note.COL-01", Answer(0)), id="0"),
        pytest.param(["1", "enter"], at("note.COL-01", Answer(1)), id="1"),
        pytest.param(["2", "enter"], at("COL-02", Answer(2)), id="2"),
        pytest.param(["3", "enter"], at("COL-02", Answer(3)), id="3"),
        pytest.param(["4", "enter"], at("COL-02", Answer(4)), id="4"),
        pytest.param(
            ["1", "down", "down", "up", "enter"], at("COL-02", Answer(2)), id="arrows"
        ),
        pytest.param(
            ["0", "up", "up", "enter"],
            at("COL-02", Answer(unknown=True)),
            id="up from the first row wraps to the last",
        ),
        pytest.param(
            ["d", "enter"], at("COL-02", Answer(unknown=True)), id="d is unknown"
        ),
        pytest.param(
            ["5", "q", "j", "enter", "1", "enter"],
            at("note.COL-01", Answer(1)),
            id="other keys do nothing, and enter alone chooses no level",
        ),
        pytest.param(
            ["down", "enter"], at("note.COL-01", Answer(0)), id="down to the first row"
        ),
        pytest.param(
            ["up", "up", "enter"],
            at("COL-02", Answer(unknown=True)),
            id="up to the row before the last",
        ),
        pytest.param(["left"], at("available.analyst"), id="left is back"),
        pytest.param(["shift-tab"], at("available.analyst"), id="shift-tab is back"),
        pytest.param(["s"], at("COL-02"), id="s skips"),
    ],
)
def test_keys_answer_or_skip_a_question_or_go_back(begin, kept, keys, after):
    terminal = begin(at("COL-01"))
    terminal.send(*keys)
    terminal.until(ASKED[after.next])
    assert kept() == after


@pytest.mark.parametrize(
    ("keys", "prompt", "typed", "shown", "after"),
    [
        pytest.param(
            ["x"],
            WHY,
            [ODD, "enter"],
            ASKED["COL-02"],
            at("COL-02", Answer(na=ODD)),
            id="a reason",
        ),
        pytest.param(
            ["x"], WHY, ["enter", "enter"], HINT, at("COL-01"), id="no reason"
        ),
        pytest.param(
            ["x"],
            WHY,
            ["half", "shift-tab"],
            HINT,
            at("COL-01"),
            id="a reason cancelled",
        ),
        pytest.param(
            ["3", "n"],
            'Note on "Recorded"',
            [ODD, "enter"],
            f"note: {ODD}",
            at("COL-01", Answer(note=ODD)),
            id="a note",
        ),
        pytest.param(
            ["n"],
            'Note on "Recorded"',
            ["? b", "left", "s", "enter"],
            "note: ? sb",
            at("COL-01", Answer(note="? sb")),
            id="a note that begins with a question mark",
        ),
        pytest.param(
            ["n"],
            'Note on "Recorded"',
            ["half", "shift-tab"],
            HINT,
            at("COL-01"),
            id="a note cancelled",
        ),
        pytest.param(
            ["e"],
            'Evidence for "Recorded"',
            [ODD, "enter"],
            f"evidence: {ODD}",
            at("COL-01", Answer(evidence=ODD)),
            id="evidence",
        ),
    ],
)
def test_keys_open_a_text_field_for_a_reason_or_a_note_or_evidence(
    begin, kept, keys, prompt, typed, shown, after
):
    terminal = begin(at("COL-01"))
    terminal.send(*keys)
    terminal.until(prompt)
    terminal.send(*typed)
    terminal.until(shown)
    assert kept() == after


def test_note_and_evidence_are_shown_and_kept_with_the_answer(begin, kept):
    terminal = begin(at("COL-01", Answer(note="ask Ana", evidence="wiki/log")))
    terminal.until("note: ask Ana", "evidence: wiki/log")
    terminal.send("n")
    terminal.until("something that happened. ask Ana")
    terminal.send(" and Bo", "enter")
    terminal.until("note: ask Ana and Bo", "evidence: wiki/log")
    terminal.send("2", "enter")
    terminal.until(ASKED["COL-02"])
    answer = Answer(2, note="ask Ana and Bo", evidence="wiki/log")
    assert kept() == at("COL-02", answer)


def test_chosen_level_stays_chosen_after_a_note_is_entered(begin, kept):
    terminal = begin(at("COL-01"))
    terminal.send("3", "n")
    terminal.until('Note on "Recorded"')
    terminal.send("ask Ana", "enter")
    terminal.until("» 3", "note: ask Ana")
    terminal.send("enter")
    terminal.until(ASKED["COL-02"])
    assert kept() == at("COL-02", Answer(3, note="ask Ana"))


@pytest.mark.parametrize(
    ("next_", "help_"),
    [
        pytest.param(
            "COL-01",
            [
                WHY_ASKED,
                "  Who could find out: the clerk.",
                *KEYS,
                "  ? hides this",
            ],
            id="at a question",
        ),
        pytest.param(
            "profile.readers",
            ["  Files of one team are not for everyone.", *FACT_KEYS, "  ? hides this"],
            id="at a choice",
        ),
    ],
)
def test_question_mark_key_shows_and_hides_the_explanation(begin, next_, help_):
    terminal = begin(at(next_, profile={"approach": "bought"}))
    before = terminal.text()
    terminal.send("?")
    terminal.until("? hides this")
    assert terminal.text().splitlines()[-len(help_) :] == help_
    terminal.send("?")
    terminal.until_gone("? hides this")
    terminal.until(before)


@pytest.mark.parametrize(
    ("next_", "help_", "value", "enter"),
    [
        pytest.param(
            "profile.headcount",
            "A rough number will do.",
            "",
            "an empty line skips",
            id="number",
        ),
        pytest.param(
            "project.name",
            "",
            "Churn",
            "an empty line deletes what was there",
            id="text that was given before",
        ),
    ],
)
def test_question_mark_in_an_empty_text_field_shows_the_explanation(
    begin, kept, next_, help_, value, enter
):
    terminal = begin(at(next_, name=value or "Mail"))
    terminal.send(*["backspace"] * len(value), "?")
    terminal.until(value, f"{help_}enter confirms; {enter}{TEXT_KEYS}")
    terminal.send("?")
    terminal.until_gone("? these keys")
    terminal.send("1", "enter")
    terminal.until(ASKED["profile.approach" if help_ else "project.slice"])
    assert kept().name == (f"{value}1" if value else "Mail")


@pytest.mark.parametrize(
    ("columns", "rows", "hint"),
    [
        pytest.param(60, 28, HINT, id="just large enough"),
        pytest.param(59, 28, SHORT, id="too narrow"),
        pytest.param(60, 27, SHORT, id="too few rows"),
    ],
)
def test_small_terminal_shows_a_short_hint_instead_of_all_keys(
    begin, columns, rows, hint
):
    terminal = begin(at("COL-01"), hint=hint, columns=columns, rows=rows)
    assert terminal.shows(SHORT) == (hint == SHORT)
    assert terminal.shows(HINT) == (hint == HINT)


def test_question_mark_key_shows_all_keys_on_a_small_terminal(begin):
    terminal = begin(at("COL-01"), hint=SHORT, rows=24)
    levels = terminal.text().partition("  Choose for")[0]
    terminal.send("?")
    terminal.until("? hides this")
    assert terminal.text().removeprefix(levels).splitlines() == [
        "  Choose for the worst part.",
        WHY_ASKED,
        "  Who could find out: the clerk.",
        *KEYS,
        "  ? hides this",
    ]
    terminal.send("?")
    terminal.until(SHORT)
    assert not terminal.shows(HINT)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 20)])
def test_note_and_evidence_are_shown_below_the_question_on_a_small_terminal(
    begin, columns, rows
):
    noted = Answer(note="ask Ana", evidence="wiki/log", accepted="no money")
    terminal = begin(at("COL-01", noted), hint=SHORT, columns=columns, rows=rows)
    terminal.until("note: ask Ana", "evidence: wiki/log", "accepted: no money")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 20)])
def test_long_note_takes_one_line_below_the_question_on_a_small_terminal(
    begin, columns, rows
):
    noted = Answer(note="in May three of eight " * 9)
    terminal = begin(at("COL-01", noted), hint=SHORT, columns=columns, rows=rows)
    terminal.until("note: in May three", "…")
    lines = terminal.screen.display
    assert "…" in next(line for line in lines if "note: in May" in line)


@pytest.mark.parametrize(
    ("keys", "after"),
    [
        pytest.param(
            [ODD, "enter"], at("profile.headcount", slice=ODD), id="command letters"
        ),
        pytest.param(
            ["? unclear", "enter"],
            at("profile.headcount", slice="? unclear"),
            id="question mark",
        ),
        pytest.param(
            ["ab", "left", "c", "enter"],
            at("profile.headcount", slice="acb"),
            id="left moves the cursor",
        ),
        pytest.param(["enter"], at("profile.headcount"), id="empty skips"),
        pytest.param(["left"], at("project.name"), id="left at the beginning is back"),
        pytest.param(["half", "shift-tab"], at("project.name"), id="shift-tab is back"),
    ],
)
def test_keys_at_a_text_field_edit_the_text_or_skip_the_step_or_go_back(
    begin, kept, keys, after
):
    terminal = begin(at("project.slice"))
    terminal.send(*keys)
    terminal.until(ASKED[after.next])
    assert terminal.shows("Not kept: half") == ("half" in keys)
    assert kept() == after


def test_prompt_for_a_number_is_repeated_until_the_number_is_valid(begin, kept):
    terminal = begin(at("available.analyst"))
    terminal.send("half", "enter")
    terminal.until("or empty if you don't know.")
    terminal.send(*["backspace"] * 4, "0,5", "enter")
    terminal.until(ASKED["COL-01"])
    assert kept() == at("COL-01", available={"analyst": 0.5})


@pytest.mark.parametrize(
    ("sheet", "line", "next_"),
    [
        pytest.param(
            at("COL-01", Answer(3)), " » 3  As routine.", "COL-02", id="a level"
        ),
        pytest.param(
            at("COL-01", Answer(0)), " » 0  Not at all.", "note.COL-01", id="the lowest"
        ),
        pytest.param(
            at("COL-01", Answer(unknown=True)),
            " » d  We don't know.",
            "COL-02",
            id="unknown",
        ),
        pytest.param(
            at("profile.approach", profile={"approach": "bought"}),
            " » 2  We buy it",
            "profile.readers",
            id="a choice",
        ),
        pytest.param(
            at("profile.headcount", profile={"headcount": "12"}),
            "  12",
            "profile.approach",
            id="a number",
        ),
        pytest.param(at("project.name"), "  Churn", "project.slice", id="a text"),
    ],
)
def test_enter_key_keeps_the_current_answer(begin, kept, sheet, line, next_):
    terminal = begin(sheet)
    assert line in terminal.text().splitlines()
    terminal.send("enter")
    terminal.until(ASKED[next_])
    assert kept() == sheet._replace(next=next_)


@pytest.mark.parametrize(
    ("sheet", "after"),
    [
        pytest.param(at("COL-01"), at("note.COL-01", Answer(1)), id="a level"),
        pytest.param(
            at("profile.readers", profile={"approach": "bought"}),
            at(
                "available.analyst",
                profile={"approach": "bought", "readers": "everyone"},
            ),
            id="a choice",
        ),
    ],
)
def test_enter_key_records_nothing_before_an_answer_is_chosen(
    begin, kept, sheet, after
):
    terminal = begin(sheet)
    terminal.send("enter")
    terminal.until(CHOOSE_FIRST, ASKED[sheet.next])
    assert kept() == sheet
    terminal.send("1", "enter")
    terminal.until(ASKED[after.next])
    assert kept() == after


def test_reason_why_a_question_does_not_apply_can_be_edited(begin, kept):
    terminal = begin(at("COL-01", Answer(na="no cases")))
    assert " » x  Does not apply to us (asks why)." in terminal.text().splitlines()
    terminal.send("enter")
    terminal.until(f"{WHY} no cases")
    terminal.send(" yet", "enter")
    terminal.until(ASKED["COL-02"])
    assert kept() == at("COL-02", Answer(na="no cases yet"))


@pytest.mark.parametrize(
    ("sheet", "keys", "shown"),
    [
        pytest.param(
            at("COL-01", Answer(1)),
            ["3", "enter"],
            "Recorded: 3: As routine. (instead of: 1: Sometimes.)",
            id="a level",
        ),
        pytest.param(
            at("project.name"),
            [" 2", "enter"],
            "Project name: Churn 2 (instead of: Churn)",
            id="a text",
        ),
        pytest.param(
            at("COL-01", Answer(1)),
            ["enter"],
            "Recorded: 1: Sometimes.",
            id="unchanged",
        ),
        pytest.param(
            at("COL-01"), ["1", "enter"], "Recorded: 1: Sometimes.", id="first answer"
        ),
    ],
)
def test_message_after_a_changed_answer_shows_the_earlier_answer(
    begin, sheet, keys, shown
):
    terminal = begin(sheet)
    terminal.send(*keys)
    terminal.until(shown, HINT)
    assert terminal.text().splitlines()[0] == f"  {shown}"


def test_review_lists_all_steps_and_lets_answers_be_changed(begin, kept):
    terminal = begin(at(REVIEW, Answer(3, note="ask Ana")))
    lines = terminal.text().splitlines()
    assert lines[lines.index(" Everything you said. Change a line, or finish.") :] == [
        " Everything you said. Change a line, or finish.",
        " » Finish and show the result",
        "    1  Your name: left out",
        "    2  Your role: left out",
        "    3  Project name: Churn",
        "    4  Project slice: Letters",
        "    5  People: 12",
        "    6  Model: We train it",
        "    7  With time for it: analyst: 0.5",
        "    8  COL-01 Recorded: 3: As routine. (with note)",
        "    9  COL-02 Kept: 3: For good.",
        "   10  MOV-01 Arrives: 3: Nightly.",
        "   11  AIM-01 Baseline: 3: Running.",
        "   12  Promise: not answered",
        "   13  Reader: not answered",
        "  type to search · tab shows open ones · enter change · ctrl-c save and leave",
    ]
    terminal.send(*["down"] * 4, "enter")
    terminal.until(ASKED["project.slice"])
    terminal.send(*["backspace"] * 7, ODD, "enter")
    terminal.until(f"»  4  Project slice: {ODD}", "Finish and show")
    terminal.send(*["down"] * 5, "enter")
    terminal.until(ASKED["COL-02"])
    terminal.send("4", "enter")
    terminal.until("»  9  COL-02 Kept: 4: With copies.", "Finish and show")
    terminal.send("home", "enter")
    assert terminal.ended() == 0
    answers = {"COL-01": Answer(3, note="ask Ana"), "COL-02": Answer(4)}
    assert kept() == at(REVIEW, slice=ODD, answers=answers)


@pytest.mark.parametrize("key", ["left", "shift-tab"])
def test_back_key_at_the_review_does_not_finish_the_interview(begin, key):
    terminal = begin(at(REVIEW))
    terminal.send(key, "down", "enter")
    terminal.until(ASKED["voice.name"])


@pytest.mark.parametrize("plain", [[], ["--plain"]], ids=["keys", "plain"])
def test_leaving_an_interview_before_the_first_answer_writes_no_file(run, file, plain):
    terminal = run("-q", SMALL, *plain)
    terminal.until(ASKED["voice.name"], HINT)
    terminal.send("half", "ctrl-c")
    assert terminal.ended() == 130
    assert terminal.text().splitlines()[-1] == NOTHING
    assert list(file.parent.iterdir()) == []


def test_killed_interviews_lose_no_confirmed_answer(kickoff, run, file):
    rng, reply_to = random.Random(7), team(approach="train")
    sheet = dated(kickoff, EXPRESS)
    for _ in range(4):
        terminal = run()
        sheet = follow(kickoff, sheet, terminal, reply_to, most=rng.randint(1, 3))
        terminal.signal(signal.SIGKILL)
        assert terminal.ended() == -signal.SIGKILL
        assert file.read_text() == dump(sheet, kickoff)
    terminal = run()
    follow(kickoff, sheet, terminal, reply_to, most=0)
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    assert (read(file.read_bytes(), "", kickoff), list(file.parent.iterdir())) == (
        sheet,
        [file],
    )


def test_interview_killed_while_saving_leaves_the_old_or_the_new_file(
    begin, kept, file
):
    for _ in range(2):
        terminal = begin(at("COL-01"))
        terminal.send("2", "enter")
        terminal.until("Recorded: 2: By hand.")
        terminal.signal(signal.SIGKILL)
        assert terminal.ended() == -signal.SIGKILL
        assert kept() in [at("COL-01"), at("COL-02", Answer(2))]
    terminal = begin(at("COL-01"))
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    assert list(file.parent.iterdir()) == [file]


def test_second_interview_on_the_same_file_is_refused(begin, run, kept):
    terminal = begin(at("COL-01"))
    second = run("-q", SMALL)
    assert second.ended() == 5
    refusal = "mlready: answers.yaml: another interview has this file open"
    assert " ".join(second.text().split()).startswith(refusal)
    terminal.send("2", "enter")
    terminal.until(ASKED["COL-02"])
    assert kept() == at("COL-02", Answer(2))


def test_file_edited_during_an_interview_is_not_overwritten(begin, kept, file, small):
    terminal = begin(at("COL-01"))
    edited = dump(at("MOV-01", Answer(4)), small)
    file.write_text(edited)
    terminal.send("2", "enter")
    assert terminal.ended() == 5
    conflict = file.with_name("answers.yaml.conflict")
    assert terminal.shows(
        "mlready: answers.yaml: changed on disk meanwhile, so it was not overwritten; "
        f"your version is in {conflict}"
    )
    assert file.read_text() == edited
    mine = read(conflict.read_bytes(), "", small)
    assert mine._replace(timing=NO_TIMING) == at("COL-02", Answer(2))
    assert terminal.modes() == SHELL_MODES


@pytest.mark.parametrize("plain", [[], ["--plain"]], ids=["keys", "plain"])
def test_user_must_accept_the_loss_of_comments_before_a_file_is_saved(
    run, file, small, plain
):
    commented = dump(at("COL-01"), small) + "# Ana was not there\n"
    file.write_text(commented)
    terminal = run("-q", SMALL, *plain)
    terminal.until("Comments in answers.yaml (line 9) will not be kept. Go on?")
    terminal.send("enter")
    assert terminal.ended() == 2
    refusal = "answers.yaml: left as it is; keep a copy, then run the same command"
    assert terminal.text().splitlines()[-1] == f"mlready: {refusal}"
    assert file.read_text() == commented
    again = run("-q", SMALL, *plain)
    again.until("Go on?")
    again.send("yes" if plain else "down", "enter")
    again.until(ASKED["COL-01"])
    assert file.read_text() == commented


@pytest.mark.parametrize(("columns", "rows"), [(40, 24), (20, 30)])
def test_complete_interview_on_a_narrow_terminal_saves_all_answers(
    begin, small, kept, columns, rows
):
    sheet = at("project.name", name="")
    terminal = begin(sheet, columns=columns, rows=rows)
    after = follow(small, sheet, terminal, team(approach="bought"))
    terminal.until("» Finish")
    terminal.send("enter")
    assert terminal.ended() == 0
    assert kept() == after._replace(timing=NO_TIMING)


@pytest.fixture
def longest(kickoff: Questionnaire, file: Path) -> Step:
    """Save a sheet whose interview begins at the longest question; return that step."""
    step = max(
        (step for step in steps(kickoff, empty_sheet(kickoff)) if step.question),
        key=lambda step: len(step.text) + sum(map(len, step.choices.values())),
    )
    file.write_text(dump(empty_sheet(kickoff)._replace(next=step.id), kickoff))
    return step


def test_longest_question_fits_a_terminal_of_80_columns_and_24_rows(run, longest):
    terminal = run(columns=80, rows=24)
    terminal.until(longest.text, *longest.choices.values(), SHORT)


@pytest.mark.parametrize(("columns", "rows"), [(40, 24), (20, 30)])
def test_narrow_terminal_can_scroll_to_every_level_of_a_question(
    run, longest, columns, rows
):
    terminal = run(columns=columns, rows=rows)
    terminal.until("0 ")
    terminal.send("0")
    # A level that is cut off at the bottom of the screen is shown completely once the
    # pointer is on it.
    for key, text in longest.choices.items():
        terminal.until(f"» {key}", text)
        terminal.send("down")


def test_longest_question_fits_a_window_that_has_shrunk(run, longest):
    terminal = run(columns=120, rows=60)
    terminal.until(HINT)
    terminal.resize(50, 60)
    terminal.until(longest.text, *longest.choices.values(), SHORT)


def test_long_name_of_wide_characters_takes_one_row_of_the_review(begin):
    name = "顧客が解約する可能性を予測する仕組み" * 4
    terminal = begin(at(REVIEW, name=name))
    lines = terminal.text().splitlines()
    row, after = lines[lines.index(" » Finish and show the result") + 3 :][:2]
    assert row.startswith("    3  Project name: 顧")
    assert row.endswith("…")
    assert after == "    4  Project slice: Letters"


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        pytest.param("Ana\u202esays", "Ana⟨U+202E⟩says", id="right-to-left override"),
        pytest.param("\u200bAna\u2066", "⟨U+200B⟩Ana⟨U+2066⟩", id="at both ends"),
        pytest.param("Ana\U000e0041", "Ana⟨U+E0041⟩", id="tag"),
    ],
)
def test_hidden_characters_are_shown_while_a_note_is_edited(begin, kept, note, shown):
    terminal = begin(at("COL-01", Answer(note=note)))
    terminal.send("n")
    terminal.until(f"something that happened. {shown}", "enter keeps")
    terminal.send("!")
    terminal.until(f"something that happened. {shown}!")
    terminal.send("enter")
    terminal.until(f"note: {shown}!", HINT)
    assert kept() == at("COL-01", Answer(note=f"{note}!"))


@pytest.mark.parametrize("plain", [[], ["--plain"]], ids=["keys", "plain"])
def test_step_is_asked_again_if_its_reply_makes_the_file_too_large(begin, kept, plain):
    full = "x" * (LIMIT - 400)
    sheet = at("project.slice", slice="Bills", answers={"MOV-01": Answer(note=full)})
    terminal = begin(sheet, *plain)
    terminal.send("L" * 300)
    if not plain:
        terminal.until("Pasted; enter confirms it.")
    terminal.send("enter")
    terminal.until("Not saved: the answers would take 1.0 MiB", HINT)
    terminal.until(ASKED["project.slice"])
    assert kept() == sheet
    if not plain:
        terminal.send(*["backspace"] * 5)
    terminal.send("Post", "enter")
    terminal.until(ASKED["profile.headcount"])
    assert kept() == sheet._replace(next="profile.headcount", slice="Post")


@pytest.mark.parametrize(
    "marks",
    [("", ""), ("\x1b[200~", "\x1b[201~")],
    ids=["plain paste", "bracketed paste"],
)
def test_paste_larger_than_the_file_limit_is_refused(begin, kept, marks):
    terminal = begin(at("project.slice"))
    terminal.paste(f"{marks[0]}{'word ' * 220_000}\r{marks[1]}")
    terminal.until("At most 10,000 characters, please.", HINT)
    terminal.send("Letters", "enter")
    terminal.until(ASKED["profile.headcount"])
    assert kept() == at("profile.headcount", slice="Letters")


@pytest.mark.parametrize("env", [{}, ONLY_ASCII], ids=["UTF-8", "ASCII"])
@pytest.mark.parametrize("plain", [[], ["--plain"]], ids=["keys", "plain"])
def test_interview_accepts_paths_that_are_not_utf_8(tmp_path, small, plain, env):
    folder = tmp_path / os.fsdecode(b"d\xe9partement")
    folder.mkdir()
    file, questions = (
        folder / os.fsdecode(name) for name in (b"a\xff\xc3\xa9", b"q\xe9")
    )
    file.write_text(dump(at(REVIEW, slice="Letters"), small))
    shutil.copy(SMALL, questions)
    terminal = Terminal(
        tmp_path,
        str(file.relative_to(tmp_path)),
        *("-q", str(questions.relative_to(tmp_path))),
        *plain,
        columns=200,
        env=env,
    )
    terminal.until("finish")
    terminal.send("enter")
    assert terminal.ended() == 0
    terminal.close()
    command = re.search(
        r"The report: +mlready (report .*)$", terminal.text(), re.MULTILINE
    )
    assert command
    shell = f"{shlex.quote(sys.executable)} -m mlready {command[1]}"
    subprocess.run(["bash", "-c", shell], cwd=tmp_path, check=True)
    assert (tmp_path / "report.md").read_text(encoding="utf-8").startswith("# Churn")


PLAIN_SESSION = [
    ("leave:", "Ana"),
    ("leave:", "9"),
    ("leave:", "1"),
    ("leave:", "Churn"),
    ("leave:", ""),
    ("leave:", "half"),
    ("leave:", ":h"),
    ("leave:", "12"),
    ("? all replies:", "3"),
    ("? all replies:", "h"),
    ("? all replies:", "b"),
    ("? all replies:", ""),
    ("? all replies:", "2"),
    ("? all replies:", "s"),
    ("? all replies:", ":b"),
    ("? all replies:", "2"),
    ("? all replies:", "0,5"),
    ("? all replies:", "5"),
    ("? all replies:", "h"),
    ("? all replies:", "n"),
    ("Note (empty changes nothing):", ODD),
    ("? all replies:", "e"),
    ("Evidence (empty changes nothing):", "wiki/log"),
    ("? all replies:", "2"),
    ("? all replies:", "d"),
    ("? all replies:", "b"),
    ("? all replies:", ""),
    ("? all replies:", "x"),
    ("Why does it not apply? (empty changes nothing):", "one place only"),
    ("? all replies:", "s"),
    ("? all replies:", "4"),
    ("? all replies:", ""),
    ("? all replies:", ""),
    ("? all replies:", "Bills"),
    ("? all replies:", "s"),
    ("empty goes on, ? explains the picture, ctrl-c save and leave:", ""),
    ("(yes or no, empty is no):", ""),
    ("save and leave:", "99"),
    ("save and leave:", "4"),
    ("? all replies:", "Letters"),
    ("save and leave:", ""),
]


def run_plain_session(terminal: Terminal) -> str:
    """Type the replies in ``PLAIN_SESSION``; return all that was shown."""
    shown = []
    for prompt, line in PLAIN_SESSION:
        terminal.until(prompt)
        shown.append(terminal.text())
        terminal.clear()
        time.sleep(REACTION_SECONDS if "the picture" in prompt else 0)
        terminal.send(line, "enter")
    assert terminal.ended() == 0
    return " ".join([*shown, terminal.text()]) + "\n"


@pytest.mark.parametrize(
    ("arguments", "term"),
    [
        pytest.param(["--plain"], "xterm-256color", id="option --plain"),
        pytest.param([], "dumb", id="dumb terminal"),
    ],
)
def test_screens_of_a_plain_interview_match_golden_file(
    run, kept, golden, arguments, term
):
    terminal = run("-q", SMALL, "--all", *arguments, columns=200, term=term)
    shown = run_plain_session(terminal)
    golden("terminal-plain.txt", shown.replace(SMALL, "small.yaml"))
    assert kept() == AnswerSheet(
        "small",
        1,
        next=REVIEW,
        name="Churn",
        slice="Letters",
        profile={"headcount": "12", "approach": "bought", "readers": "restricted"},
        available={"analyst": 0.5},
        voice=DATED._replace(name="Ana", role="analyst"),
        answers={
            "COL-01": Answer(2, note=ODD, evidence="wiki/log"),
            "COL-02": Answer(unknown=True),
            "MOV-01": Answer(na="one place only"),
            "AIM-01": Answer(4),
        },
    )


def test_closing_the_terminal_at_the_start_counts_as_leaving_the_interview(
    kickoff, file, monkeypatch
):
    def fail(handle: int) -> None:
        raise termios.error(errno.EIO, "Input/output error")

    monkeypatch.setattr(
        "mlready.interview.session._require_terminal", lambda path: None
    )
    monkeypatch.setattr("termios.tcgetattr", fail)
    with pytest.raises(LeftError) as left:
        run_interview(kickoff, file, Options(plain=True))

    assert (str(left.value), left.value.exit_code) == ("nothing was answered yet", 129)
    assert list(file.parent.iterdir()) == []
