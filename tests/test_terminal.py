import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mlready.answers import EXPRESS, FULL, Answer, Sheet, empty
from mlready.answers_file import dump
from mlready.interview import Position, Reply, interview
from mlready.questionnaire import Questionnaire
from mlready.report import judge, summary
from mlready.steps import Step
from tests.terminal import Modes, Terminal

pytestmark = [
    pytest.mark.terminal,
    # From 3.12 on Python warns of a fork beside a thread, and pytest-xdist has threads.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]

SMALL = str(Path(__file__).parent / "data" / "small.yaml")
SHEET = """\
questionnaire: small
version: 1
next: "{next}"
project:
  name: "Churn"
{answers}
"""
LEFT = "mlready: your answers are saved in answers.yaml; run the same command to go on"
AT_EASE = Modes(echo=True, lines=True)
NAME, SLICE, PEOPLE = "What is it called?", "Which part of it?", "How many people"
MODEL, FREE = "Where does the model come from?", "How many analysts are free for it?"
COL_01, COL_02 = "Is what happens recorded?", "Is it kept?"
REVIEWING = "Everything you said. Change a line, or finish."
SAID = "  Recorded: 2: By hand.\n"
ODD = "why? sxdne b"  # every key of ours, typed as a letter

Open = Callable[..., Terminal]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "answers.yaml"


@pytest.fixture
def run(file: Path) -> Iterator[Open]:
    """Start an interview, as often as a test likes; what is left open is closed."""
    opened: list[Terminal] = []

    def start(*arguments: str, **options: Any) -> Terminal:
        opened.append(Terminal(file.parent, file.name, *arguments, **options))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


@pytest.fixture
def begin(file: Path, run: Open) -> Open:
    """Start the small interview, with this text in its file."""

    def start(text: str = "", *arguments: str, **options: Any) -> Terminal:
        if text:
            file.write_text(text)
        return run("-q", SMALL, *arguments, **options)

    return start


def saved(next_: str, *answers: str) -> str:
    """Return the file of a small interview that goes on there."""
    lines = "".join(f"\n  {each}" for each in answers)
    block = f"answers:\n  # Collect{lines}" if answers else "answers: {}"
    return SHEET.format(next=next_, answers=block)


def follow(
    questionnaire: Questionnaire,
    sheet: Sheet,
    terminal: Terminal,
    replies: Callable[[Step], Reply],
    many: int = 1000,
) -> Sheet:
    """Hold the same interview on a sheet of our own, and type it into the terminal.

    Stops after so many replies, with the next question on the screen.
    """
    kept = [sheet]

    def ask(step: Step, position: Position) -> Reply:
        terminal.until(position.line(step), step.text, *step.choices.values())
        if len(kept) > many:
            raise EOFError
        reply = replies(step)
        give(terminal, step, reply)
        return reply

    with suppress(EOFError):
        interview(questionnaire, sheet, ask, kept.append)
    return kept[-1]


def give(terminal: Terminal, step: Step, reply: Reply) -> None:
    match reply:
        case str() if step.choices:
            keys = list(step.choices)
            down = keys.index(reply) - keys.index(step.said or keys[0])
            terminal.send(*["down"] * down, "enter")
        case Answer(na=reason) if reason:
            terminal.send("x", "enter")
            terminal.until("Why does it not apply?")
            terminal.send(reason, "enter")
        case Answer(level=level):
            terminal.send("d" if level is None else str(level), "enter")
        case _:
            terminal.send(str(reply), "enter")


def team(**facts: str) -> Callable[[Step], Reply]:
    """Return what a team says that is like this, and answers all there is."""
    levels = [Answer(level) for level in range(5)]
    answers = itertools.cycle([*levels, Answer(unknown=True), Answer(na="not ours")])

    def reply(step: Step) -> Reply:
        if step.question:
            return next(answers)
        if step.choices:
            return facts.get(step.id.removeprefix("profile."), next(iter(step.choices)))
        return "About it" if step.kind == "text" else "2"

    return reply


def closing(questionnaire: Questionnaire, sheet: Sheet) -> str:
    return summary(
        judge(questionnaire, sheet),
        answers="answers.yaml",
        open=False,
        interview="mlready interview answers.yaml",
        command="mlready report answers.yaml -o report.md",
    )


READY_MADE = {"approach": "pretrained", "own_content": "yes"}


@pytest.mark.parametrize("scope", [FULL, EXPRESS])
@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"approach": "train"}, id="trained"),
        pytest.param(READY_MADE, id="ready-made with own content"),
        pytest.param(READY_MADE | {"readers": "restricted"}, id="restricted readers"),
        pytest.param(READY_MADE | {"acts": "acts"}, id="acts by itself"),
        pytest.param(READY_MADE | {"reach": "outside"}, id="reached from outside"),
    ],
)
def test_a_whole_interview_ends_with_the_result(kickoff, file, run, scope, facts):
    terminal = run(*(["--express"] if scope == EXPRESS else []))
    sheet = follow(kickoff, empty(kickoff, scope), terminal, team(**facts))
    terminal.until(REVIEWING)
    terminal.send("enter")
    assert terminal.ended() == 0
    assert file.read_text() == dump(sheet, kickoff)
    assert terminal.shows(closing(kickoff, sheet))
    assert (terminal.modes(), list(file.parent.iterdir())) == (AT_EASE, [file])


@pytest.mark.parametrize(
    ("keys", "next_", "answers"),
    [
        pytest.param(["0", "enter"], "COL-02", ["COL-01: 0"], id="0"),
        pytest.param(["1", "enter"], "COL-02", ["COL-01: 1"], id="1"),
        pytest.param(["2", "enter"], "COL-02", ["COL-01: 2"], id="2"),
        pytest.param(["3", "enter"], "COL-02", ["COL-01: 3"], id="3"),
        pytest.param(["4", "enter"], "COL-02", ["COL-01: 4"], id="4"),
        pytest.param(["5q\t", "enter"], "COL-02", ["COL-01: 0"], id="no key of ours"),
        pytest.param(
            ["down", "down", "up", "enter"], "COL-02", ["COL-01: 1"], id="arrows"
        ),
        pytest.param(
            ["up", "up", "enter"], "COL-02", ["COL-01: unknown"], id="round the end"
        ),
        pytest.param(["d", "enter"], "COL-02", ["COL-01: unknown"], id="don't know"),
        pytest.param(["left"], "available.analyst", [], id="left is back"),
        pytest.param(["shift-tab"], "available.analyst", [], id="shift-tab is back"),
        pytest.param(["s"], "COL-02", [], id="skip"),
    ],
)
def test_a_key_at_a_question(begin, file, keys, next_, answers):
    terminal = begin(saved("COL-01"))
    terminal.until(COL_01)
    terminal.send(*keys)
    terminal.until({"COL-02": COL_02, "available.analyst": FREE}[next_])
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    assert file.read_text() == saved(next_, *answers)


@pytest.mark.parametrize(
    ("keys", "asks", "typed", "seen", "after"),
    [
        pytest.param(
            ["x", "enter"],
            "Why does it not apply?",
            [ODD, "enter"],
            COL_02,
            saved("COL-02", f'COL-01: {{na: "{ODD}"}}'),
            id="a reason",
        ),
        pytest.param(
            ["x", "enter"],
            "Why does it not apply?",
            ["enter"],
            COL_01,
            saved("COL-01"),
            id="no reason",
        ),
        pytest.param(
            ["x", "enter"],
            "Why does it not apply?",
            ["half", "shift-tab"],
            COL_01,
            saved("COL-01"),
            id="a reason taken back",
        ),
        pytest.param(
            ["3", "n"],
            "Note for COL-01",
            [ODD, "enter"],
            f"note: {ODD}",
            saved("COL-01", f'COL-01: {{note: "{ODD}"}}'),
            id="a note",
        ),
        pytest.param(
            ["n"],
            "Note for COL-01",
            ["? b", "left", "left", "left", "s", "enter"],
            "note: ?s b",
            saved("COL-01", 'COL-01: {note: "?s b"}'),
            id="a note that begins with a question mark, mended with arrows",
        ),
        pytest.param(
            ["n"],
            "Note for COL-01",
            ["half", "shift-tab"],
            COL_01,
            saved("COL-01"),
            id="a note taken back",
        ),
        pytest.param(
            ["e"],
            "Evidence for COL-01",
            [ODD, "enter"],
            f"evidence: {ODD}",
            saved("COL-01", f'COL-01: {{evidence: "{ODD}"}}'),
            id="evidence",
        ),
    ],
)
def test_a_key_that_asks_for_words(begin, file, keys, asks, typed, seen, after):
    terminal = begin(saved("COL-01"))
    terminal.until(COL_01)
    terminal.send(*keys)
    terminal.until(asks)
    terminal.send(*typed)
    terminal.until(seen)
    terminal.send("ctrl-c")
    assert terminal.ended() == 130
    assert file.read_text() == after


def test_what_was_noted_is_shown_again_and_stays_with_the_answer(begin, file):
    said = 'COL-01: {note: "ask Ana", evidence: "wiki/log"}'
    terminal = begin(saved("COL-01", said))
    terminal.until(COL_01, "note: ask Ana", "evidence: wiki/log")
    terminal.send("n")
    terminal.until("Note for COL-01 ask Ana")
    terminal.send(" and Bo", "enter")
    terminal.until("note: ask Ana and Bo", "evidence: wiki/log")
    terminal.send("2", "enter")
    terminal.until(COL_02)
    answer = 'COL-01: {level: 2, note: "ask Ana and Bo", evidence: "wiki/log"}'
    assert file.read_text() == saved("COL-02", answer)


@pytest.mark.parametrize(
    ("next_", "shown", "help_"),
    [
        pytest.param(
            "COL-01",
            COL_01,
            [
                "  What is not written down cannot be learned from. (Rogati 2017)",
                "  Who could find out: the clerk.",
                "  ? hides this",
            ],
            id="at a question",
        ),
        pytest.param(
            "profile.readers",
            "Who may read its sources?",
            ["  Files of one team are not for everyone.", "  ? hides this"],
            id="at a choice",
        ),
        pytest.param(
            "profile.headcount",
            PEOPLE,
            ["  A rough number will do.", "  ? hides this"],
            id="at a number",
        ),
    ],
)
def test_a_question_mark_explains_and_hides_again(begin, next_, shown, help_):
    terminal = begin(
        saved(next_).replace("answers:", "profile: {approach: bought}\nanswers:")
    )
    terminal.until(shown, "ctrl-c save and leave")
    before = terminal.text()
    terminal.send("?")
    terminal.until("? hides this")
    assert terminal.text().splitlines()[-len(help_) :] == help_
    terminal.send("?")
    terminal.until("ctrl-c save and leave")
    assert terminal.text() == before


@pytest.mark.parametrize(
    ("typed", "seen", "next_", "slice_"),
    [
        pytest.param([ODD, "enter"], PEOPLE, "profile.headcount", ODD, id="letters"),
        pytest.param(
            ["? not known", "enter"],
            PEOPLE,
            "profile.headcount",
            "? not known",
            id="a question mark where there is no help",
        ),
        pytest.param(["enter"], PEOPLE, "profile.headcount", "", id="nothing: skip"),
        pytest.param(["left"], NAME, "project.name", "", id="left when empty: back"),
        pytest.param(
            ["ab", "left", "c", "enter"],
            PEOPLE,
            "profile.headcount",
            "acb",
            id="left in a text",
        ),
        pytest.param(
            ["half", "shift-tab"], NAME, "project.name", "", id="shift-tab: back"
        ),
    ],
)
def test_a_line_of_text(begin, file, typed, seen, next_, slice_):
    terminal = begin(saved("project.slice"))
    terminal.until(SLICE)
    terminal.send(*typed)
    terminal.until(seen)
    said = (
        f'project:\n  name: "Churn"\n  slice: "{slice_}"'
        if slice_
        else 'project:\n  name: "Churn"'
    )
    assert file.read_text() == saved(next_).replace('project:\n  name: "Churn"', said)


def test_a_number_is_asked_for_until_it_is_one(begin, file):
    terminal = begin(saved("available.analyst"))
    terminal.until(FREE)
    terminal.send("half", "enter")
    terminal.until("A number, please.")
    terminal.send(*["backspace"] * 4, "0,5", "enter")
    terminal.until(COL_01)
    answer = "profile:\n  available: {analyst: 0.5}\nanswers:"
    assert file.read_text() == saved("COL-01").replace("answers:", answer)


@pytest.mark.parametrize(
    ("next_", "said", "line"),
    [
        pytest.param("COL-01", "COL-01: 3", " » 3  As routine.", id="a level"),
        pytest.param("COL-01", "COL-01: 0", " » 0  Not at all.", id="the lowest level"),
        pytest.param(
            "COL-01", "COL-01: unknown", " » d  We don't know.", id="not knowing"
        ),
        pytest.param(
            "COL-01",
            'COL-01: {na: "none"}',
            " » x  Does not apply to us (asks why).",
            id="not applicable",
        ),
        pytest.param(
            "profile.approach", "approach: bought", " » We buy it", id="a choice"
        ),
        pytest.param(
            "profile.headcount",
            "headcount: 12",
            " How many people work here? 12",
            id="a number",
        ),
        pytest.param("project.name", "", " What is it called? Churn", id="a text"),
    ],
)
def test_what_was_said_comes_back_and_enter_keeps_it(begin, file, next_, said, line):
    before = (
        saved(next_, said)
        if said.startswith("COL")
        else saved(next_).replace(
            "answers:", f"profile:\n  {said}\nanswers:" if said else "answers:"
        )
    )
    terminal = begin(before)
    terminal.until(line, "ctrl-c save and leave")
    assert line in terminal.text().splitlines()
