"""Line-by-line prompts, for screen readers and simple terminals."""

import io
import itertools
import re
import textwrap
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from mlready.interview.drafts import interview_steps
from mlready.interview.hints import ALL_LEVELS, ALL_LEVELS_SHORT
from mlready.interview.navigation import (
    REMARK_KEYS,
    GoTo,
    Guide,
    Move,
    Remark,
    Reply,
    StepPosition,
    ask_steps,
)
from mlready.interview.plain_prompts import (
    ALSO_NEW,
    LEVEL_REPLIES,
    MOVED,
    MOVES,
    OF_LIST,
    REMARK_PROMPTS,
    SKIPPED,
    PlainPrompter,
)
from mlready.interview.plan_steps import plan_steps
from mlready.interview.prompts import REMARK_QUESTIONS
from mlready.interview.steps import (
    KEEP,
    PEOPLE as FORM,
    PLAN,
    Step,
    StepKind,
    note_step,
    people_step,
    steps,
    voice_steps,
)
from mlready.interview.stray_text import ONLY_ONE
from mlready.model.answers import EXPRESS, Answer, AnswerSheet, Voice, empty_sheet
from mlready.model.questionnaire import Questionnaire
from tests.samples import example

HERE = StepPosition(2, 3, 1, first=False)
LEVELS = """
Collect · 2 to go · about 1 min left
COL-01: Is what happens recorded?
0. Not at all.
1. Sometimes.
2. By hand.
3. As routine.
4. With checks.
Choose for the worst part.
"""
LEVEL = (
    "0-4, d don't know, x does not apply, s skip, n note, b back, ? all\n"
    "replies, ctrl-c save and leave: "
)
CHOICES = """
About the project · 2 to go · about 1 min left
Where does the model come from?
1. We train it
2. We buy it
"""
CHOICE = "a number, s skip, b back, ? all replies, ctrl-c save and leave: "
MOVING = """\
u  undo the last answer
/ and part of a name or its id or number  go to a question
:open  list what is open
b  back, s  skip, h or ?  this help, ctrl-c  save and leave
"""
PEOPLE = """
About the project · 2 to go · about 1 min left
How many people work here?
"""
TEXT = "your answer, or empty to skip; b back, ? all replies, ctrl-c save and\nleave: "
NUMBER_HINT = (
    "a whole number, or empty if you don't know; b back, ? all replies, ctrl-c save and"
    " leave"
)
NUMBER = f"{textwrap.fill(NUMBER_HINT, 72)}: "
NO_WHOLE = "A whole number, or empty if you don't know."
SHORT_TEXT = "your answer, or empty to skip; ? all replies: "
SHORT_LEVEL = "0-4, d, x, s, n, b, ? all replies: "
WHY = "Why does it not apply? (empty changes nothing): "
NOTE = "Note (empty changes nothing): "
AGAIN = "Note (empty changes nothing, - deletes it): "
ACCEPTED = "We accept this gap for now, because (empty changes nothing): "
FOUND = "6. COL-01 Recorded: not answered\n7. COL-02 Kept: not answered\n"
FOUND_HERE = "1. COL-01 Recorded: not answered\n2. COL-02 Kept: not answered\n"
OPEN = """\
1. Project name: not answered
2. Project slice: not answered
3. People: not answered
4. Model: not answered
5. With time for it: analyst: not answered
6. COL-01 Recorded: not answered
7. COL-02 Kept: not answered
8. MOV-01 Arrives: not answered
"""
HERE_ROLE = "Here: 1-2, another role in your words, or empty"
ARABIC_ONE = "\u0661"
HERE_LEVELS = "Here: 0-4, d or x; n for a note; s to skip."
HERE_CHOICES = "Here: 1-2; s to skip."
EVIDENCE = "Evidence (empty changes nothing): "
ALL = "Everything you said. Change a line, or finish."
ROWS = """
Everything you said. Change a line, or finish.
1. Project name: Churn
2. Project slice: not answered
3. People: not answered
4. Model: not answered
5. With time for it: analyst: not answered
6. COL-01 Recorded: 1: Sometimes. (with note)
7. COL-02 Kept: not answered
8. MOV-01 Arrives: not answered
"""
REVIEW = (
    "a number to change that line, empty to finish, ? all replies, ctrl-c\n"
    "save and leave: "
)
WIDE = (
    "\n".join(textwrap.wrap(f"'{'9' * 5000}' is none of these. {OF_LIST}", 72)) + "\n"
)


def refused(line: str, possible: str) -> str:
    """Return the message after a line that is no valid reply."""
    said = f"'{line}' is none of these. {possible}"
    return f"{textwrap.fill(said, 72, break_on_hyphens=False)}\n"


HELP = f"""\
Why we ask: What is not written down cannot be learned from. (Rogati
2017)
Who could find out: the clerk.
0 to 4  the level, d  we don't know
x  does not apply to us (asks why), or at once: x because ...
n  a note, e  evidence, a  we accept this gap for now, because ...
n and a text  a note at once, for example: n Ask Ana
n -  deletes the note; e and a likewise
{MOVING}"""
CHOICE_HELP = f"the number of an answer\n{MOVING}"
NUMBER_HELP = """\
A rough number will do.
a whole number, or empty if you don't know
-  deletes what was said before
u  undo the last answer
/ and part of a name or its id or number  go to a question
:open  list what is open
b  back, s  skip, ?  this help, ctrl-c  save and leave
"""
NO_REASON = "Nothing changed: no reason was given.\n"
FEW_WORDS = "A few words are needed, not one letter or a bare number.\n"
STAY = "a number goes to that line, empty stays here: "

TypeLines = Callable[..., tuple[Any, str]]


@pytest.fixture
def type_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> TypeLines:
    """Return a function that types lines at a prompt; it returns reply and output."""

    def call_with_input(prompt: Callable[..., Any], *lines: str) -> tuple[Any, str]:
        typed = io.StringIO("".join(f"{line}\n" for line in lines))
        monkeypatch.setattr("sys.stdin", typed)
        reply = prompt()
        assert typed.read() == ""
        return reply, capsys.readouterr().out

    return call_with_input


@pytest.fixture
def ask(
    small: Questionnaire, type_lines: TypeLines
) -> Callable[..., tuple[Reply, str]]:
    """Return a function that asks the step with an id, and types lines in reply."""

    def ask_step(id_: str, *lines: str, **changes: Any) -> tuple[Reply, str]:
        sheet = AnswerSheet("small", 1, **changes)
        step = next(step for step in steps(small, sheet) if step.id == id_)
        here = HERE._replace(steps=steps(small, sheet))
        return type_lines(lambda: PlainPrompter().ask(step, here), *lines)

    return ask_step


@pytest.mark.parametrize(
    ("after", "lines", "said"),
    [
        pytest.param([0.8], [""], "", id="an empty line continues"),
        pytest.param([0.1, 1], ["", ""], "soon: an empty", id="empty line too soon"),
        pytest.param([0.6, 1], ["3", ""], "soon: 3", id="an answer typed ahead"),
        pytest.param([1, 1], ["/c1", ""], "soon: /c1", id="a command typed ahead"),
        pytest.param([0.8, 1], ["3", ""], "Only an empty", id="a late answer"),
        pytest.param([0.8, 1], ["?", ""], "Each layer", id="a question mark"),
        pytest.param([0.8, 1], ["h", ""], "Each layer", id="the word for help"),
        pytest.param([0.3, 1], ["?", ""], "Each layer", id="early question mark"),
    ],
)
def test_line_typed_at_the_picture_never_answers_the_next_question(
    small, type_lines, after, lines, said
):
    times = itertools.chain.from_iterable((0, seconds) for seconds in after)
    listed = steps(small, AnswerSheet("small", 1))
    step = next(step for step in listed if step.id == "COL-02")
    prompter = PlainPrompter(clock=lambda: next(times))

    def asked() -> Reply:
        prompter.present("Pyramid\n\nLegend\n\nReady. So start.\nIt is firm.")
        return prompter.ask(step, HERE._replace(steps=listed))

    given, shown = type_lines(asked, *lines, "2")
    assert given == Answer(2)
    assert shown.startswith("\nPyramid\n\nLegend\n\nReady. So start.\nIt is firm.\n")
    assert said in shown


@pytest.mark.parametrize(
    ("lines", "reply", "shown"),
    [
        pytest.param(["0"], Answer(0), LEVEL, id="the lowest level"),
        pytest.param([" 4 "], Answer(4), LEVEL, id="the highest level, with spaces"),
        pytest.param(
            ["\x1b4\x07"], Answer(4), LEVEL, id="level with control characters"
        ),
        pytest.param(["d"], Answer(unknown=True), LEVEL, id="unknown"),
        pytest.param(["D"], Answer(unknown=True), LEVEL, id="capital D for unknown"),
        pytest.param(
            ["x", "none"],
            Answer(na="none"),
            f"{LEVEL}{WHY}Your answer: does not apply: none\n",
            id="not applicable",
        ),
        pytest.param(
            ["x", "", "2"],
            Answer(2),
            f"{LEVEL}{WHY}{NO_REASON}{LEVEL}",
            id="not applicable without a reason",
        ),
        pytest.param(
            ["x", "2", "no mail"],
            Answer(na="no mail"),
            f"{LEVEL}{WHY}{FEW_WORDS}{WHY}Your answer: does not apply: no mail\n",
            id="not applicable, with a reason after a bare number",
        ),
        pytest.param(
            ["n", "", "2"],
            Answer(2),
            f"{LEVEL}{NOTE}{LEVEL}",
            id="a note without a text",
        ),
        pytest.param(
            ["2,3", "2"],
            Answer(2),
            f"{LEVEL}{refused('2,3', f'{ONLY_ONE} {HERE_LEVELS}')}{LEVEL}",
            id="two levels",
        ),
        pytest.param(
            ["x no mail"],
            Answer(na="no mail"),
            f"{LEVEL}Your answer: does not apply: no mail\n",
            id="not applicable, at once",
        ),
        pytest.param(
            ["n Ask Ana"], Remark("note", "Ask Ana"), LEVEL, id="note at once"
        ),
        pytest.param(
            ["n -", "2"],
            Answer(2),
            f"{LEVEL}There is nothing to delete.\n{LEVEL}",
            id="no note to delete",
        ),
        pytest.param(
            ["a", "no money"],
            Remark("accepted", "no money"),
            f"{LEVEL}{ACCEPTED}",
            id="accepted with a reason",
        ),
        pytest.param(["undo"], Move.UNDO, LEVEL, id="undo"),
        pytest.param(["?", "2"], Answer(2), f"{LEVEL}{HELP}{LEVEL}", id="all replies"),
        pytest.param(["go mov"], GoTo("MOV-01"), LEVEL, id="go to a part of an id"),
        pytest.param(["go 5"], GoTo("available.analyst"), LEVEL, id="go to a number"),
        pytest.param(
            ["go col", "2"],
            GoTo("COL-02"),
            f"{LEVEL}{FOUND_HERE}{STAY}",
            id="go to a name that several steps match",
        ),
        pytest.param(
            ["open", "", "2"],
            Answer(2),
            f"{LEVEL}{OPEN}{STAY}{LEVELS}{LEVEL}",
            id="list what is open",
        ),
        pytest.param(
            ["n", "sxdne b"], Remark("note", "sxdne b"), f"{LEVEL}{NOTE}", id="a note"
        ),
        pytest.param(
            ["e", "wiki/log"],
            Remark("evidence", "wiki/log"),
            f"{LEVEL}{EVIDENCE}",
            id="evidence",
        ),
        pytest.param(["b"], Move.BACK, LEVEL, id="back"),
        pytest.param(["s"], Move.SKIP, f"{LEVEL}{SKIPPED}\n", id="skip"),
        pytest.param(["h", "2"], Answer(2), f"{LEVEL}{HELP}{LEVEL}", id="help"),
        pytest.param(
            ["5", "yes", "2"],
            Answer(2),
            f"{LEVEL}{refused('5', HERE_LEVELS)}"
            f"{LEVEL}{refused('yes', HERE_LEVELS)}{LEVEL}",
            id="no such level or command",
        ),
    ],
)
def test_question_with_levels_is_answered_by_typed_lines(ask, lines, reply, shown):
    assert ask("COL-01", *lines) == (reply, LEVELS + shown)


@pytest.mark.parametrize(("key", "field"), REMARK_KEYS.items())
def test_each_kind_of_remark_has_a_key_and_a_question_and_a_help_text(key, field):
    assert field in Answer._fields
    assert field in REMARK_QUESTIONS
    assert field in REMARK_PROMPTS
    assert f"{key}  " in "".join(LEVEL_REPLIES)
    assert f" {key} " in ALL_LEVELS
    assert f" {key} " in ALL_LEVELS_SHORT
    assert key not in MOVES


@pytest.mark.parametrize(
    ("previous", "described"),
    [
        pytest.param(Answer(3), "3: As routine", id="a level"),
        pytest.param(Answer(unknown=True), "don't know", id="unknown"),
        pytest.param(Answer(na="2"), "does not apply: 2", id="not applicable"),
    ],
)
def test_empty_line_keeps_the_previous_answer_to_a_question(ask, previous, described):
    previous = previous._replace(note="ask Ana", evidence="wiki/log")
    before = (
        "note: ask Ana\nevidence: wiki/log\n"
        f"Said before: {described}. Empty keeps it.\n"
    )
    shown = f"{LEVELS}{before}{LEVEL}"
    assert ask("COL-01", "", answers={"COL-01": previous}) == (previous, shown)


def test_new_answer_keeps_the_remarks_of_the_previous_answer(ask):
    previous = Answer(na="none", note="ask Ana", accepted="for now")
    reply, _ = ask("COL-01", "d", answers={"COL-01": previous})
    assert reply == previous._replace(na="", unknown=True)


def test_empty_line_at_the_note_prompt_keeps_the_existing_note(ask):
    previous = Answer(note="ask Ana")
    assert ask("COL-01", "n", "", "2", answers={"COL-01": previous}) == (
        Answer(2, note="ask Ana"),
        f"{LEVELS}note: ask Ana\n{LEVEL}{AGAIN}{LEVEL}",
    )


def test_empty_line_is_refused_if_there_is_no_previous_answer(ask):
    _, shown = ask("COL-01", "", "2")
    assert shown == f"{LEVELS}{LEVEL}Nothing was typed.\n{LEVEL}"


@pytest.mark.parametrize(
    ("lines", "reply", "shown"),
    [
        pytest.param(["1"], "train", CHOICE, id="first choice"),
        pytest.param(["2"], "bought", CHOICE, id="last choice"),
        pytest.param(["b"], Move.BACK, CHOICE, id="back"),
        pytest.param(["S"], Move.SKIP, f"{CHOICE}{SKIPPED}\n", id="skip"),
        pytest.param(
            ["h", "2"],
            "bought",
            f"{CHOICE}{CHOICE_HELP}{CHOICE}",
            id="question without help",
        ),
        pytest.param(
            ["0", "3", "train", "2"],
            "bought",
            f"{CHOICE}{refused('0', HERE_CHOICES)}{CHOICE}{refused('3', HERE_CHOICES)}"
            f"{CHOICE}{refused('train', HERE_CHOICES)}{CHOICE}",
            id="no choice with this number",
        ),
        *(
            pytest.param(
                [typed, "2"],
                "bought",
                f"{CHOICE}{refused(typed, f'{ONLY_ONE} {HERE_CHOICES}')}{CHOICE}",
                id=f"several choices: {typed}",
            )
            for typed in ("1,2", "1 + 2", "1 2")
        ),
        pytest.param(
            [ARABIC_ONE, "2"],
            "bought",
            f"{CHOICE}{refused(ARABIC_ONE, HERE_CHOICES)}{CHOICE}",
            id="a digit of another script",
        ),
    ],
)
def test_question_with_choices_is_answered_by_typed_lines(ask, lines, reply, shown):
    assert ask("profile.approach", *lines) == (reply, CHOICES + shown)


def test_empty_line_keeps_the_previously_made_choice(ask):
    before = "Said before: We buy it. Empty keeps it.\n"
    shown = f"{CHOICES}{before}{CHOICE}"
    assert ask("profile.approach", "", profile={"approach": "bought"}) == (
        "bought",
        shown,
    )


@pytest.mark.parametrize(
    ("lines", "reply", "shown"),
    [
        pytest.param(["12"], "12", NUMBER, id="a number"),
        pytest.param([""], Move.SKIP, f"{NUMBER}{SKIPPED}\n", id="empty line"),
        pytest.param([":b"], Move.BACK, NUMBER, id="back"),
        pytest.param(
            [":h", "12"],
            "12",
            f"{NUMBER}{NUMBER_HELP}{NUMBER}",
            id="help",
        ),
        pytest.param(
            ["half", "0.5", "12"],
            "12",
            f"{NUMBER}'half' does not fit. {NO_WHOLE}\n"
            f"{NUMBER}'0.5' does not fit. {NO_WHOLE}\n{NUMBER}",
            id="not a whole number",
        ),
    ],
)
def test_prompt_for_a_number_takes_a_number_or_move_and_repeats_after_help_or_a_mistake(
    ask, lines, reply, shown
):
    assert ask("profile.headcount", *lines) == (reply, PEOPLE + shown)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param([""], "", id="empty line"),
        pytest.param(
            ["half", ""],
            "'half' does not fit. A whole number, or empty to keep it.\n",
            id="no number",
        ),
        pytest.param(
            [":h", ""],
            NUMBER_HELP.replace("if you don't know", "to keep it"),
            id="help",
        ),
    ],
)
def test_empty_line_keeps_the_previously_given_number(ask, lines, said):
    hint = NUMBER_HINT.replace("if you don't know", "to keep it")
    again = f"{textwrap.fill(hint, 72)}: "
    before = "Said before: 12. Empty keeps it, - deletes it.\n"
    shown = f"{PEOPLE}{before}{again}{said}{again if said else ''}"
    found = ask("profile.headcount", *lines, profile={"headcount": "12"})
    assert found == ("12", shown)


def test_list_of_open_steps_leaves_out_steps_that_this_interview_does_not_ask(
    small, type_lines
):
    listed = steps(small, AnswerSheet("small", 1))
    step = next(each for each in listed if each.id == "COL-01")
    here = HERE._replace(steps=listed, asked={"COL-01", "COL-02"})
    reply, shown = type_lines(lambda: PlainPrompter().ask(step, here), "open", "2")
    assert reply == GoTo("COL-02")
    assert shown.endswith(f"{LEVEL}{FOUND_HERE}{STAY}")


def test_help_on_a_fact_says_why_we_ask_and_who_could_find_out(kickoff, type_lines):
    listed = steps(kickoff, empty_sheet(kickoff))
    step = next(each for each in listed if each.id == "profile.stakes")
    _, shown = type_lines(lambda: PlainPrompter().ask(step, HERE), "?", "2")
    assert "Why we ask: The worse a mistake, the more must be in place" in shown
    knows = "decision owner, legal and privacy, or whoever does that work."
    assert f"Who could find out: {knows}" in " ".join(shown.split())


def test_role_typed_in_own_words_is_accepted_and_shown(type_lines, small):
    sheet = AnswerSheet("small", 1)
    step = next(each for each in voice_steps(small, sheet) if each.id == "voice.role")
    reply, shown = type_lines(lambda: PlainPrompter().ask(step, HERE), "the planner")
    assert reply == "the planner"
    assert shown.endswith("Your role: the planner\n")


@pytest.mark.parametrize("line", ["Analyst", "ML  engineer", "ML-ENGINEER", "ml"])
def test_typing_the_name_of_a_listed_role_chooses_that_role(type_lines, small, line):
    sheet = AnswerSheet("small", 1)
    step = next(each for each in voice_steps(small, sheet) if each.id == "voice.role")
    reply, _ = type_lines(lambda: PlainPrompter().ask(step, HERE), line)
    assert reply == ("analyst" if line == "Analyst" else "ml")


@pytest.mark.parametrize(
    ("before", "line", "message", "given"),
    [
        pytest.param("", "0", "", "", id="no role"),
        pytest.param("clerk", "0", "", "", id="no role any more"),
        pytest.param(
            "", "11", f"{HERE_ROLE} to leave it out.", Move.SKIP, id="unknown"
        ),
        pytest.param(
            "clerk",
            "11",
            f"{HERE_ROLE} to keep it, 0 to leave it out.",
            "clerk",
            id="unknown, with a role",
        ),
    ],
)
def test_message_after_a_number_outside_the_list_of_roles_says_what_to_type_instead(
    small, type_lines, before, line, message, given
):
    sheet = AnswerSheet("small", 1, voice=Voice(role=before))
    step = next(each for each in voice_steps(small, sheet) if each.id == "voice.role")
    lines = [line, ""] if message else [line]
    reply, shown = type_lines(lambda: PlainPrompter().ask(step, HERE), *lines)
    assert reply == given
    assert message in " ".join(shown.split())


def test_role_left_out_with_0_is_shown_as_left_out(small, type_lines):
    listed = voice_steps(small, AnswerSheet("small", 1))
    step = next(each for each in listed if each.id == "voice.role")
    _, shown = type_lines(lambda: PlainPrompter().ask(step, HERE), "0")
    assert shown.endswith("Your answer: left out\n")


@pytest.mark.parametrize("line", ["", "s", "-"])
def test_line_that_was_skipped_is_named_as_skipped(ask, line):
    assert ask("project.name", line)[1].endswith(f"{SKIPPED}\n")
    kept = ask("project.name", "s", name="Churn")[1]
    assert SKIPPED not in kept


def test_help_on_a_role_does_not_repeat_the_keys_of_the_prompt(small, type_lines):
    sheet = AnswerSheet("small", 1)
    step = next(each for each in voice_steps(small, sheet) if each.id == "voice.role")
    _, shown = type_lines(lambda: PlainPrompter().ask(step, HERE), "?", "")
    assert shown.count("save and") == len(["prompt", "help", "prompt again"])
    assert shown.count("another role in your words") == len(["prompt", "prompt again"])


def test_hyphen_deletes_a_note_or_a_text_or_a_number(ask):
    noted = {"COL-01": Answer(1, note="ask Ana")}
    assert ask("COL-01", "n -", answers=noted)[0] == Remark("note", "")
    assert ask("COL-01", "n", "-", answers=noted)[0] == Remark("note", "")
    assert ask("project.name", "-", name="Churn")[0] == ""
    assert ask("profile.headcount", "-", profile={"headcount": "12"})[0] == ""
    assert ask("project.name", "-")[0] == Move.SKIP


@pytest.mark.parametrize(
    ("id_", "line", "said"),
    [
        pytest.param("project.name", "b2 Mail", "b2 Mail", id="a text"),
        pytest.param("COL-01", "x no mail", "does not apply: no mail", id="a reason"),
        pytest.param(
            "project.name",
            "so " * 30,
            f"{'so ' * 19}so\n{'so ' * 9}so",
            id="a long text",
        ),
    ],
)
def test_typed_answer_is_printed_back_in_full_even_if_it_fills_several_lines(
    ask, id_, line, said
):
    _, shown = ask(id_, line)
    assert shown.endswith(f": Your answer: {said}\n")


def test_typed_owner_and_due_date_are_shown_as_the_program_reads_them(
    kickoff, type_lines
):
    step = next(
        each
        for each in plan_steps(kickoff, example("stilts"))
        if each.id == f"{PLAN}MOV-01"
    )
    _, shown = type_lines(lambda: PlainPrompter().ask(step, HERE), "5 February 2027")
    assert shown.endswith(
        "Your answer: no owner, due 5 February 2027\nInstead of: owner Ana, no date\n"
    )


@pytest.mark.parametrize(
    ("line", "note"),
    [
        pytest.param("n Petra counted", "Petra counted", id="as at the question"),
        pytest.param("Nobody counted", "Nobody counted", id="a word"),
    ],
)
def test_note_command_repeated_at_the_note_prompt_is_left_out_of_the_note(
    small, type_lines, line, note
):
    sheet = AnswerSheet("small", 1, answers={"COL-01": Answer(1)})
    asked = next(each for each in steps(small, sheet) if each.id == "COL-01")
    reply, shown = type_lines(lambda: PlainPrompter().ask(note_step(asked), HERE), line)
    assert reply == note
    assert shown.endswith(f"Your answer: {note}\n")


def test_text_is_not_shown_again_if_an_empty_line_keeps_it(ask):
    _, shown = ask("project.name", "", name="Churn")
    assert "Your answer" not in shown
    assert ask("project.name", "-", name="Churn")[1].endswith(
        "What was said before is deleted.\n"
    )


@pytest.mark.parametrize("key", ["d", "k", "2", "Y"])
def test_text_that_is_only_a_command_key_is_refused(ask, key):
    reply, shown = ask("project.name", key, "Churn")
    assert reply == "Churn"
    assert shown.count("Type a few words, or leave it empty to skip.") == 1


def test_refused_key_says_that_an_empty_line_keeps_the_text_if_there_is_one(ask):
    shown = ask("project.name", "2", "", name="Churn")[1]
    assert "Type a few words, or leave it empty to keep what was said." in shown
    assert "to skip" not in shown.rpartition("Type a few words")[2]


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        pytest.param("s", Move.SKIP, id="s skips as everywhere"),
        pytest.param("b", Move.BACK, id="b goes back as everywhere"),
        pytest.param("U", Move.UNDO, id="u undoes as everywhere"),
        pytest.param("/col-02", GoTo("COL-02"), id="a slash goes to a step"),
        pytest.param(": b", ": b", id="no command"),
        pytest.param("undo", Move.UNDO, id="undo in full"),
        pytest.param("Back", Move.BACK, id="back in full"),
        pytest.param("skip", Move.SKIP, id="skip in full"),
        pytest.param("back pain", "back pain", id="a text that begins with a command"),
        pytest.param("\u674e", "\u674e", id="a name of one character"),
    ],
)
def test_text_prompt_reads_a_line_as_text_unless_it_is_exactly_a_command(
    ask, line, reply
):
    assert ask("project.name", line)[0] == reply


def test_prompt_wraps_long_lines_and_makes_control_characters_visible(ask):
    previous = Answer(note=f"{'so ' * 30}\x1b[2J")
    _, shown = ask("COL-01", "2", answers={"COL-01": previous})
    note = f"note:{' so' * 22}\n{'so ' * 8}␛[2J\n"
    assert shown == f"{LEVELS}{note}{LEVEL}"


def test_prompt_prints_a_line_break_and_raises_eoferror_if_the_input_has_ended(
    ask, capsys
):
    with pytest.raises(EOFError):
        ask("COL-01")
    assert capsys.readouterr().out == f"{LEVELS}{LEVEL}\n"


@pytest.mark.parametrize(
    ("lines", "chosen", "shown"),
    [
        pytest.param([""], None, "", id="empty line"),
        pytest.param(["1"], "project.name", "", id="the first row"),
        pytest.param(["8"], "MOV-01", "", id="the last row"),
        pytest.param(
            ["0", "9", ""],
            None,
            f"{refused('0', OF_LIST)}{REVIEW}{refused('9', OF_LIST)}{REVIEW}",
            id="no row with this number",
        ),
        pytest.param(
            [ARABIC_ONE, "9" * 5000, ""],
            None,
            f"{refused(ARABIC_ONE, OF_LIST)}{REVIEW}{WIDE}{REVIEW}",
            id="a digit of another script, and too many digits",
        ),
    ],
)
def test_row_of_the_review_is_chosen_only_by_its_number(
    small, type_lines, lines, chosen, shown
):
    sheet = AnswerSheet(
        "small", 1, name="Churn", answers={"COL-01": Answer(1, note="Ana")}
    )
    step, out = type_lines(lambda: PlainPrompter().choose(steps(small, sheet)), *lines)
    assert (step.id if step else None, out) == (chosen, f"{ROWS}{REVIEW}{shown}")


@pytest.mark.parametrize(
    ("asked", "also"),
    [
        pytest.param("COL-02", "", id="the team changed it"),
        pytest.param("COL-01", "This also changed:\n", id="another change led to it"),
    ],
)
def test_only_changed_rows_of_the_review_are_printed_again(
    small, type_lines, asked, also
):
    prompter, before = PlainPrompter(), AnswerSheet("small", 1, name="Churn")
    after = before._replace(answers={"COL-02": Answer(1)})
    listed = steps(small, before)
    step = next(each for each in listed if each.id == asked)
    type_lines(lambda: prompter.choose(listed), "7")
    type_lines(lambda: prompter.ask(step, HERE), "1")
    _, out = type_lines(lambda: prompter.choose(steps(small, after)), "")
    assert out == f"\n{also}7. COL-02 Kept: 1: For a week.\n{REVIEW}"


def test_new_row_of_the_review_is_called_new_and_the_change_of_numbers_is_named(
    small, type_lines
):
    prompter = PlainPrompter()
    listed = steps(small, AnswerSheet("small", 1, name="Churn"))
    without = [each for each in listed if each.id != "COL-01"]
    type_lines(lambda: prompter.choose(without), "")
    _, out = type_lines(lambda: prompter.choose(listed), "")
    number = [each.id for each in listed].index("COL-01") + 1
    row = next(each.row() for each in listed if each.id == "COL-01")
    assert out == f"\n{ALSO_NEW}\n{number}. {row}\n{MOVED}\n{REVIEW}"


def test_hint_names_fewer_keys_after_the_first_five_steps(small, type_lines):
    listed = steps(small, AnswerSheet("small", 1))
    text, level = (
        next(each for each in listed if each.id == id_)
        for id_ in ("project.name", "COL-01")
    )
    prompter = PlainPrompter()
    for _ in range(5):
        _, shown = type_lines(lambda: prompter.ask(level, HERE), "1")
        assert shown.endswith(LEVEL)
    assert type_lines(lambda: prompter.ask(level, HERE), "1")[1].endswith(SHORT_LEVEL)
    assert SHORT_TEXT in type_lines(lambda: prompter.ask(text, HERE), "Mail")[1]


def test_hint_on_levels_is_complete_the_first_time(small, type_lines):
    listed = {each.id: each for each in steps(small, AnswerSheet("small", 1))}
    prompter = PlainPrompter()
    for _ in range(7):
        type_lines(lambda: prompter.ask(listed["project.name"], HERE), "Mail")
    _, shown = type_lines(lambda: prompter.ask(listed["COL-01"], HERE), "1")
    assert "d don't know, x does not apply" in " ".join(shown.split())
    _, shown = type_lines(lambda: prompter.ask(listed["COL-02"], HERE), "1")
    assert shown.endswith(SHORT_LEVEL)


@pytest.mark.parametrize("line", ["", "finish"])
def test_empty_line_or_the_word_finish_ends_the_review(small, type_lines, line):
    listed = steps(small, AnswerSheet("small", 1))
    assert type_lines(lambda: PlainPrompter().choose(listed), line)[0] is None


def test_second_line_of_a_long_review_row_is_indented(small, type_lines):
    listed = steps(small, AnswerSheet("small", 1, slice="a letter " * 9))
    _, out = type_lines(lambda: PlainPrompter().choose(listed), "")
    rows = out.partition(ALL)[2].partition("a number to change")[0].splitlines()[1:]
    assert [row for row in rows if not row[0].isdigit()] == [
        "   letter a letter a letter a letter"
    ]


@pytest.mark.parametrize(
    ("id_", "before", "line", "said"),
    [
        pytest.param(
            "COL-01",
            {"answers": {"COL-01": Answer(1)}},
            "d",
            "Recorded: don't know\nInstead of: 1: Sometimes.\n",
            id="a level",
        ),
        pytest.param(
            "profile.approach",
            {"profile": {"approach": "train"}},
            "2",
            "Model: We buy it\nInstead of: We train it\n",
            id="a choice",
        ),
        pytest.param(
            "profile.headcount",
            {"profile": {"headcount": "12"}},
            "14",
            "People: 14\nInstead of: 12\n",
            id="a number",
        ),
        pytest.param("COL-01", {}, "d", "", id="a first answer"),
        pytest.param("COL-01", {"answers": {"COL-01": Answer(1)}}, "1", "", id="kept"),
    ],
)
def test_changed_answer_is_shown_together_with_the_previous_answer(
    ask, id_, before, line, said
):
    _, shown = ask(id_, line, **before)
    assert shown.endswith(f"leave: {said}")


LONG = "As 2, each one " + "with its time and " * 6 + "checked"


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param("1", "2", id="the answer before"),
        pytest.param("2", "1", id="the new answer"),
    ],
)
def test_long_answer_is_shown_whole_when_it_is_changed(type_lines, before, now):
    choices = {"1": LONG, "2": "No"}
    step = Step("a", "Recorded", "How?", StepKind.CHOICE, before, choices=choices)
    _, shown = type_lines(lambda: PlainPrompter().ask(step, HERE), now)
    said = " ".join(shown.partition("leave: ")[2].split())
    assert LONG in said


@pytest.mark.parametrize(
    ("lines", "reply"),
    [
        pytest.param(["/", "kept"], GoTo("COL-02"), id="a name, asked for after /"),
        pytest.param(["/", "all", "7"], GoTo("COL-02"), id="all steps on request"),
        pytest.param(["/", "", "2"], Answer(2), id="nothing to search for"),
        pytest.param(["/col", "7", "2"], GoTo("COL-02"), id="a number not shown"),
    ],
)
def test_search_lists_all_steps_on_request_and_accepts_only_shown_numbers(
    ask, lines, reply
):
    given, shown = ask("COL-01", *lines)
    assert given == reply
    assert ("Project name" in shown) == ("all" in lines)
    assert ("Here: a number shown above." in shown) == (lines[0] == "/col")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(
            "/plann",
            "'/plann' is in answers, not in any name; did you mean '/plan'?",
            id="almost a command",
        ),
        pytest.param(
            "/night", "'/night' is in answers, not in any name.", id="no command"
        ),
    ],
)
def test_search_goes_to_no_step_that_has_the_typed_words_only_in_its_answer(
    small, type_lines, line, said
):
    listed = steps(small, AnswerSheet("small", 1, name="Dana, the night planner"))
    step = next(each for each in listed if each.id == "COL-01")
    here = HERE._replace(steps=listed)
    reply, shown = type_lines(lambda: PlainPrompter().ask(step, here), line, "", "2")
    assert reply == Answer(2)
    assert f"{said}\n1. Project name: Dana, the night planner\n" in shown


def test_search_that_finds_nothing_names_the_command_that_is_nearly_the_same(ask):
    assert (
        "Nothing matches 'plann'; did you mean '/plan'?"
        in ask("COL-01", "/plann", "2")[1]
    )


def test_typing_slash_plan_leaves_out_the_remaining_optional_questions(
    small, type_lines
):
    listed = steps(small, AnswerSheet("small", 1))
    step = next(each for each in listed if each.id == "COL-01")
    here = HERE._replace(steps=listed, may_end=True)
    assert type_lines(lambda: PlainPrompter().ask(step, here), "/plan")[0] is Move.END


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(3, "Not yet, at least 12 to go", id="counted"),
        pytest.param(0, "Not yet", id="not counted"),
    ],
)
def test_typing_slash_plan_says_what_is_left_when_it_ends_no_questions(
    small, type_lines, number, expected
):
    step = next(s for s in steps(small, AnswerSheet("small", 1)) if s.id == "COL-01")
    here = HERE._replace(number=number, total=14)
    _, shown = type_lines(lambda: PlainPrompter().ask(step, here), "/plan", "2")
    said = f"{expected}: answer or skip these questions first; /plan"
    assert said in " ".join(shown.split())


def test_typing_slash_plan_goes_to_no_question_with_this_word_in_it(small, type_lines):
    step, *others = reversed(steps(small, AnswerSheet("small", 1)))
    here = HERE._replace(steps=[others[0]._replace(topic="Planned work"), step])
    given, shown = type_lines(lambda: PlainPrompter().ask(step, here), "/plan", "2")
    assert given == Answer(2)
    assert "Not yet" in shown


@pytest.mark.parametrize("mark", ["", ":"], ids=["word", "as in a text"])
def test_review_has_commands_to_find_and_list_steps_and_to_ask_the_open_ones(
    small, type_lines, mark
):
    listed = steps(small, AnswerSheet("small", 1, name="Churn"))
    lines = "/col", f"{mark}open", f"{mark}list", "?", "/", f"{mark}on"
    chosen, out = type_lines(lambda: PlainPrompter().choose(listed), *lines)
    rows = OPEN.replace("name: not answered", "name: Churn")
    still_open = rows.partition("\n")[2]
    assert chosen is Move.GO_ON
    parts = out.removeprefix(f"\n{ALL}\n{rows}").split(REVIEW)[1:]
    assert parts[:3] == [FOUND, still_open, rows]
    assert parts[3].startswith("the number of a line to change it")
    assert parts[4] == "Type / and a part of a name.\n"


@pytest.mark.parametrize(
    ("line", "confirmed"),
    [("yes", True), ("Y", True), ("", False), ("no", False), ("N", False)],
)
def test_yes_or_no_question_is_answered_by_a_word_or_its_first_letter(
    type_lines, line, confirmed
):
    assert type_lines(lambda: PlainPrompter().confirm("Go on?"), line) == (
        confirmed,
        "Go on? (yes or no, empty is no): ",
    )


@pytest.mark.parametrize(("line", "confirmed"), [("", True), ("n", False)])
def test_empty_line_means_yes_if_that_is_the_default(type_lines, line, confirmed):
    reply = type_lines(lambda: PlainPrompter().confirm("Go on?", default=True), line)
    assert reply == (confirmed, "Go on? (yes or no, empty is yes): ")


@pytest.mark.parametrize("doubts", [False, True])
def test_changed_answer_that_must_be_confirmed_is_printed_only_after_it_is_confirmed(
    small, type_lines, doubts
):
    sheet = AnswerSheet("small", 1, profile={"approach": "train"})
    step = next(s for s in steps(small, sheet) if s.id == "profile.approach")
    here = HERE._replace(steps=(step,), doubts=lambda *_: doubts)
    prompter = PlainPrompter()
    reply, shown = type_lines(lambda: prompter.ask(step, here), "2")
    assert ("Instead of: " in shown) is not doubts
    _, shown = type_lines(lambda: prompter.echo(step, reply))
    assert "Instead of: " in shown


@pytest.mark.parametrize("default", [False, True])
def test_yes_or_no_question_takes_no_empty_line_after_a_reply_that_is_neither(
    type_lines, default
):
    empty, other = ("yes", "n") if default else ("no", "y")
    reply, shown = type_lines(
        lambda: PlainPrompter().confirm("Go on?", default=default),
        *("?", "maybe", "", "?", other),
    )
    assert reply is not default
    hint, again = f"yes or no, empty is {empty}", "type yes or no: "
    assert shown == (
        f"Go on? ({hint}): {hint}: "
        f"'maybe' is neither yes nor no.\n{again}Nothing was typed.\n{again}{again}"
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(Answer(3), "Nothing is open.\n", id="nothing is open"),
        pytest.param(
            Answer(unknown=True),
            "All questions were asked. Still open; type a number to answer one:\n"
            "1. COL-01 Recorded: don't know\n",
            id="an answer is unknown",
        ),
    ],
)
def test_command_to_ask_open_steps_says_if_none_is_open_or_all_were_asked(
    small, type_lines, answer, said
):
    listed = steps(small, AnswerSheet("small", 1, answers={"COL-01": answer}))
    answered = [step for step in listed if step.id == "COL-01"]
    chosen, out = type_lines(lambda: PlainPrompter().choose(answered), "on", "")
    assert chosen is None
    assert said in out


@pytest.mark.parametrize(
    ("value", "goes_on"),
    [pytest.param("", True, id="undecided"), pytest.param(KEEP, False, id="decided")],
)
def test_command_to_ask_open_steps_includes_a_contradiction_only_if_it_is_undecided(
    type_lines, value, goes_on
):
    step = Step("contradiction.collect", "Collect", "", StepKind.CONTRADICTION, value)
    lines = ["on"] if goes_on else ["on", ""]
    chosen, out = type_lines(lambda: PlainPrompter().choose([step]), *lines)
    assert chosen is (Move.GO_ON if goes_on else None)
    assert ("Nothing is open." in out) != goes_on


def test_yes_or_no_question_makes_control_characters_visible(type_lines):
    assert type_lines(
        lambda: PlainPrompter().confirm("Overwrite \x1b[2Ja.yaml?"), ""
    ) == (
        False,
        "Overwrite ␛[2Ja.yaml? (yes or no, empty is no): ",
    )


@pytest.mark.parametrize("key", ["x", "n", "e"])
@pytest.mark.parametrize("word", ["back", "Skip", "undo", ":back"])
def test_word_back_or_skip_or_undo_typed_at_a_remark_prompt_changes_no_remark(
    ask, key, word
):
    previous = Answer(1, note="ask Ana", evidence="wiki/log")
    reply, shown = ask("COL-01", key, word, "2", answers={"COL-01": previous})
    assert reply == previous._replace(level=2)
    assert shown.count(LEVEL) == 2


@pytest.mark.parametrize(
    ("lines", "reply"),
    [
        pytest.param(["n", "help", "by Ana"], Remark("note", "by Ana"), id="help"),
        pytest.param(["n", "?", "ask Ana"], Remark("note", "ask Ana"), id="a note"),
        pytest.param(["x", "?", "not ours"], Answer(na="not ours"), id="a reason"),
    ],
)
def test_single_question_mark_at_a_text_prompt_shows_the_explanation(ask, lines, reply):
    given, shown = ask("COL-01", *lines)
    assert given == reply
    assert "one line of text" in shown


FillIn = Callable[..., tuple[list[AnswerSheet], str]]


@pytest.fixture
def fill_in(kickoff: Questionnaire, type_lines: TypeLines) -> FillIn:
    """Return a function that types lines into the form for numbers of people."""
    guide = Guide(listed=interview_steps, everything=interview_steps)

    def type_in_form(*lines: str, **changes: Any) -> tuple[list[AnswerSheet], str]:
        begun, prompter = empty_sheet(kickoff, EXPRESS), PlainPrompter()
        begun = begun._replace(next=FORM, **changes)
        saved: list[AnswerSheet] = []

        def ask() -> None:
            with suppress(EOFError):
                ask_steps(kickoff, begun, prompter.ask, saved.append, guide)

        return saved, type_lines(ask, *lines)[1]

    return type_in_form


def numbers(sheet: AnswerSheet) -> dict[str, str | float]:
    return {**sheet.profile, **sheet.available}


def test_form_for_numbers_of_people_saves_each_number_before_asking_for_the_next(
    fill_in,
):
    saved, shown = fill_in("340", "0.5", "2 or 3")
    assert [*map(numbers, saved)] == [
        {"headcount": "340"},
        {"headcount": "340", "analyst": 0.5},
    ]
    assert "A number, or empty if you don't know." in shown
    assert shown.count("part 3 of 7") == 1


@pytest.mark.parametrize(
    ("lines", "found", "part"),
    [
        pytest.param(
            ["340", "0.5", "b", "1"],
            {"headcount": "340", "analyst": 1.0},
            "3 of 7",
            id="back to a number that was given",
        ),
        pytest.param(
            ["340", "", "b", "b", "350"],
            {"headcount": "350"},
            "2 of 7",
            id="back past a number that was left empty",
        ),
        pytest.param(
            ["340", "0.5", "u", "1"],
            {"headcount": "340", "analyst": 1.0},
            "2 of 6",
            id="undo",
        ),
        pytest.param(
            ["340", "0.5", "/goal", "", "2"],
            {"headcount": "340", "analyst": 0.5, "data_engineer": 2.0},
            "2 of 5",
            id="to another question and back",
        ),
    ],
)
def test_moving_in_the_form_for_numbers_of_people_keeps_each_number_not_typed_again(
    fill_in, lines, found, part
):
    saved, shown = fill_in(*lines)
    assert numbers(saved[-1]) == found
    assert shown.rpartition(" · part ")[2].startswith(part)


def test_going_back_to_the_step_before_the_form_for_numbers_of_people_keeps_the_numbers(
    fill_in,
):
    saved, _ = fill_in("340", "0.5", "b", "b", "b", "Letters")
    assert numbers(saved[-1]) == {"headcount": "340", "analyst": 0.5}


def test_form_for_numbers_of_people_ends_after_the_last_number(fill_in, kickoff):
    saved, _ = fill_in("340", *["1"] * 6)
    assert numbers(saved[-1]) == {
        "headcount": "340",
        **dict.fromkeys(("analyst", "data_engineer", "devops", "ml"), 1.0),
        "promised": "no",
        "openings": "1",
    }
    assert saved[-1].next != FORM
    assert saved[-2].next == FORM


def test_partly_filled_form_for_numbers_of_people_asks_only_for_empty_fields(fill_in):
    begun = {"profile": {"headcount": "12", "promised": "no"}}
    saved, shown = fill_in("2", "3", "4", "5", available={"analyst": 1.0}, **begun)
    assert numbers(saved[-1]) == {
        "headcount": "12",
        "promised": "no",
        "analyst": 1.0,
        "data_engineer": 2.0,
        "devops": 3.0,
        "ml": 4.0,
        "openings": "5",
    }
    assert [f"part {number} of 4" in shown for number in range(1, 6)] == [True] * 4 + [
        False
    ]
    assert shown.count("Not filled in yet: data engineer") == 1


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        pytest.param(["1", "", "1", "1", "1"], {"available.data_engineer"}, id="empty"),
        pytest.param(["1", "-", "1", "1", "1"], {"available.data_engineer"}, id="-"),
        pytest.param(["1", "s", "1", "1", "1"], set(), id="skipped"),
        pytest.param(
            ["1", "s", "", "1", "1"], {"available.devops"}, id="one skipped, one empty"
        ),
        pytest.param(
            ["1", "s", "b", "", "1", "1", "1"],
            {"available.data_engineer"},
            id="back and left empty",
        ),
        pytest.param(["1", "", "b", "s", "1", "1", "1"], set(), id="back and skipped"),
        pytest.param(["1", "1", "1", "1", "s"], set(), id="choice skipped"),
        pytest.param(
            ["1", "1", "1", "1", ""], {"profile.promised"}, id="choice left empty"
        ),
    ],
)
def test_number_of_people_is_recorded_as_unknown_only_if_its_field_is_left_empty(
    fill_in, lines, left
):
    saved, _ = fill_in("340", *lines, "1")

    assert {key for key in saved[-1].earlier if "left-" in key} == {
        f"left-{id_}" for id_ in left
    }


def test_number_of_people_left_empty_is_recorded_as_unknown_if_the_team_then_leaves(
    fill_in,
):
    saved, shown = fill_in("340", "", "0")

    assert numbers(saved[-1]) == {"headcount": "340", "data_engineer": 0.0}
    assert saved[1].earlier == saved[2].earlier == {"left-available.analyst": "unknown"}
    assert shown.count("part 3 of 7") == 1


@pytest.mark.parametrize(("line", "unknown"), [("", 7), ("s", 0)])
def test_numbers_of_people_are_unknown_after_empty_lines_but_asked_again_after_skipping(
    fill_in, kickoff, line, unknown
):
    # Only a further answer saves the sheet if all numbers were skipped.
    saved, _ = fill_in(*[line] * 7, "1", name="Churn", slice="Letters")
    assert sum(key.startswith("left-") for key in saved[-1].earlier) == unknown
    form = next(e for e in interview_steps(kickoff, saved[-1]) if e.id == FORM)
    assert form.is_to_ask == (not unknown)


def test_number_of_people_that_was_skipped_is_asked_again_but_an_unknown_one_is_not(
    fill_in, kickoff
):
    saved, _ = fill_in("340", "1", "s", "", "1", "1", "1")

    form = next(e for e in interview_steps(kickoff, saved[-1]) if e.id == FORM)
    assert [each.id for each in form.fields_to_ask] == ["available.data_engineer"]


MORE_THAN_ALL = "People in the organisation 1, but {} {}. Is that right?"


@pytest.mark.parametrize(
    ("lines", "found", "question"),
    [
        pytest.param(
            ["1", "12", "yes", "0"],
            {"headcount": "1", "analyst": 12.0, "data_engineer": 0.0},
            MORE_THAN_ALL.format("analyst", 12),
            id="kept",
        ),
        pytest.param(
            ["1", "12", "no", "1"],
            {"headcount": "1", "analyst": 1.0},
            MORE_THAN_ALL.format("analyst", 12),
            id="typed again",
        ),
        pytest.param(
            ["340", "12", "b", "b", "1", "no", "13"],
            {"headcount": "13", "analyst": 12.0},
            MORE_THAN_ALL.format("analyst", "12"),
            id="size of the organisation",
        ),
    ],
)
def test_team_is_asked_whether_a_role_has_more_people_than_the_organisation(
    fill_in, lines, found, question
):
    saved, shown = fill_in(*lines)
    assert numbers(saved[-1]) == found
    assert " ".join(shown.split()).count(question) == 1


def test_number_is_named_as_not_kept_if_the_team_leaves_when_asked_whether_it_is_right(
    fill_in,
):
    saved, shown = fill_in("1", "12")
    assert shown.endswith("Not kept: 12\n")
    assert numbers(saved[-1]) == {"headcount": "1"}


@pytest.mark.parametrize("line", ["1,200", "1.200", "1 200", "1'200", "1200"])
def test_whole_number_is_accepted_with_its_thousands_set_apart(fill_in, line):
    assert numbers(fill_in(line)[0][-1]) == {"headcount": "1200"}


@pytest.mark.parametrize(
    ("before", "line", "said"),
    [
        pytest.param("", "1.200", "Your answer: 1200\n", id="a point is left out"),
        pytest.param("", "1200", "", id="written as typed"),
        pytest.param(
            "90", "1.200", "{}: 1200\nInstead of: 90\n", id="a changed number"
        ),
        pytest.param("1200", "1.200", "", id="the same number"),
    ],
)
def test_number_is_printed_back_as_it_is_kept_if_typed_otherwise(
    kickoff, type_lines, before, line, said
):
    listed = interview_steps(kickoff, empty_sheet(kickoff, EXPRESS))
    fields = (field for each in listed for field in each.fields)
    step = next(each for each in fields if each.kind is StepKind.WHOLE)
    step = step._replace(value=before)
    _, shown = type_lines(lambda: PlainPrompter().ask(step, HERE), line)
    assert shown.partition(" leave: ")[2] == said.format(step.topic)


@pytest.mark.parametrize("line", ["about 60", "1,20", "1,2000", "0.5", "0,200"])
def test_refusal_of_a_number_quotes_what_was_typed(fill_in, line):
    saved, shown = fill_in(line)
    assert f"'{line}' does not fit. A whole number, or empty" in shown
    assert saved == []


@pytest.mark.parametrize(
    ("line", "people"),
    [
        pytest.param("1,5", 1.5, id="comma"),
        pytest.param("0.25", 0.25, id="point"),
        pytest.param("0,125", 0.125, id="an eighth"),
        pytest.param("1,200", None, id="could mean 1.2 or 1200"),
        pytest.param("1.200", None, id="the same with a point"),
    ],
)
def test_number_of_free_people_is_refused_if_it_could_have_set_apart_thousands(
    fill_in, line, people
):
    saved, shown = fill_in("3400", line)
    assert saved[-1].available.get("analyst") == people
    assert (f"'{line}' does not fit. Write 1200 or 1.2." in shown) == (people is None)


def test_going_to_the_numbers_of_people_asks_for_all_even_if_one_is_unknown(fill_in):
    first = ["1", "", "0", "0", "0", "1", "1"]
    (number,) = re.findall(r"([0-9]+)\. People: ", fill_in(*first, "/people")[1])
    saved, shown = fill_in(*first, "/people", number, "1200")
    assert "Said before: 1." in shown.rpartition("part 1 of 7")[2]
    assert numbers(saved[-1])["headcount"] == "1200"
    assert "analyst" not in saved[-1].available


@pytest.mark.parametrize("more_lines", [0, 1])
def test_message_is_repeated_below_a_list_that_moves_it_off_the_screen(
    small, type_lines, monkeypatch, more_lines
):
    listed = steps(small, AnswerSheet("small", 1))
    monkeypatch.setenv("LINES", str(len(listed) + more_lines))
    prompter = PlainPrompter()
    prompter.say("Hire a data engineer instead.")
    _, shown = type_lines(lambda: prompter.choose(listed), "")
    assert shown.count("Hire a data engineer instead.") == 2 - more_lines


@pytest.mark.parametrize(
    ("rows", "times"),
    [
        pytest.param(7, 1, id="all is on the screen"),
        pytest.param(6, 2, id="the message has scrolled off"),
    ],
)
def test_reason_for_a_picture_is_repeated_below_a_picture_that_moves_it_off_the_screen(
    type_lines, monkeypatch, rows, times
):
    monkeypatch.setenv("LINES", str(rows))
    prompter = PlainPrompter(clock=itertools.count().__next__)
    prompter.say("The first hire has changed (before: nobody):")
    _, shown = type_lines(
        lambda: prompter.present("Collect: 1\n\nNot ready.\nFirm."), ""
    )
    above, *below = shown.split("Firm.\n")
    assert above.startswith("The first hire has changed (before: nobody):\nCollect")
    assert shown.count("The first hire has changed") == times
    repeated = "The first hire has changed (before: nobody).\nYou may leave now"
    assert below[0].startswith(repeated) == (times > 1)


@pytest.mark.parametrize("line", ["/plan", "/Plan", "/people"])
def test_slash_command_in_the_form_for_numbers_of_people_leaves_the_form_at_once(
    kickoff, monkeypatch, line
):
    numbers = ("profile.headcount", "available.analyst")
    asked = {step.id: step for step in steps(kickoff, empty_sheet(kickoff))}
    form = people_step([asked[id_] for id_ in numbers])
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{line}\n"))
    reply = PlainPrompter().ask(form, HERE._replace(steps=(form,), may_end=True))

    assert reply == (GoTo(form.id) if line == "/people" else Move.END)
