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
