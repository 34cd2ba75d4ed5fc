"""What can befall an interview in a terminal, at each kind of screen it has.

Whatever happens, the file holds what was confirmed before, the terminal gets its modes
back, and nobody sees a traceback. Ctrl-Z does nothing: who presses it by mistake before
a room full of people must not find the questions gone.
"""

import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from mlready.interview.navigation import REVIEW
from mlready.model.answers import Answer, AnswerSheet
from tests.terminal import (
    ASKED,
    AT_EASE,
    HINT,
    LEFT,
    Kept,
    Modes,
    Open,
    Terminal,
    at,
    leave,
)

pytestmark = [
    pytest.mark.terminal,
    # From 3.12 on Python warns of a fork beside a thread, and pytest-xdist has threads.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]

NOTE = "Ask Ana"
ONLY_ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
LINES = "2\r3\rd\r"  # each of them would answer a question
NO_PASTE = "Several lines at once are a paste, and no answer."


class Screen(NamedTuple):
    """A screen, how to get there, and what answers it."""

    begins: AnswerSheet
    confirms: tuple[str, ...]  # keys that have been kept when the screen is there
    opens: tuple[str, ...]
    shows: str
    kept: AnswerSheet
    answers: tuple[str, ...]
    next: str
    after: AnswerSheet
    hint: str = HINT  # ends what is drawn, so that it is there to be answered


QUESTION = Screen(
    begins=at("COL-01"),
    confirms=("2", "enter"),
    opens=(),
    shows=ASKED["COL-02"],
    kept=at("COL-02", Answer(2)),
    answers=("3", "enter"),
    next=ASKED["MOV-01"],
    after=at("MOV-01", answers={"COL-01": Answer(2), "COL-02": Answer(3)}),
)
TEXT = Screen(
    begins=at("project.name", name=""),
    confirms=("Churn", "enter"),
    opens=(),
    shows=ASKED["project.slice"],
    kept=at("project.slice"),
    answers=("Letters", "enter"),
    next=ASKED["profile.headcount"],
    after=at("profile.headcount", slice="Letters"),
)
ASIDE = QUESTION._replace(
    opens=("n",),
    shows="Note for COL-02",
    hint="enter keep",
    answers=(NOTE, "enter"),
    next=f"note: {NOTE}",
    after=at("COL-02", answers={"COL-01": Answer(2), "COL-02": Answer(note=NOTE)}),
)
OVERVIEW = Screen(
    begins=at("MOV-01", Answer(1)),
    confirms=("4", "enter"),
    opens=(),
    shows=ASKED[REVIEW],
    kept=at(REVIEW, answers={"COL-01": Answer(1), "MOV-01": Answer(4)}),
    answers=("down", "enter"),
    next=ASKED["project.name"],
    after=at(REVIEW, answers={"COL-01": Answer(1), "MOV-01": Answer(4)}),
)
SCREENS = {"question": QUESTION, "text": TEXT, "note": ASIDE, "review": OVERVIEW}
PLAIN = {
    "question": QUESTION,
    "text": TEXT,
    "note": ASIDE._replace(opens=("n", "enter"), shows="Note", hint="leave it):"),
    "review": OVERVIEW._replace(
        shows="8. MOV-01", hint="to finish:", answers=("1", "enter")
    ),
}
FRONTS = [
    *(pytest.param(screen, (), id=name) for name, screen in SCREENS.items()),
    *(
        pytest.param(screen, ("--plain",), id=f"plain {name}")
        for name, screen in PLAIN.items()
    ),
]
at_every_screen = pytest.mark.parametrize(("screen", "arguments"), FRONTS)


class Outcome(NamedTuple):
    """How an interview ended, and what it left behind."""

    code: int
    kept: AnswerSheet
    said: str
    modes: Modes
    files: list[str]


End = Callable[[Terminal], Outcome]


@pytest.fixture
def reach(begin: Open, file: Path) -> Open:
    """Go to a screen, in a terminal whose interview would leave a log in our folder."""

    def reached(
        screen: Screen,
        *arguments: str,
        env: Mapping[str, str] = MappingProxyType({}),
        **options: Any,
    ) -> Terminal:
        env = {"TMPDIR": str(file.parent), **env}
        options = {"env": env, "columns": 200, **options}
        terminal = begin(screen.begins, *arguments, **options)
        terminal.clear()
        terminal.send(*screen.confirms)
        if screen.opens:
            terminal.until(ASKED[screen.kept.next], HINT)
            terminal.send(*screen.opens)
        terminal.until(screen.shows, screen.hint)
        return terminal

    return reached


@pytest.fixture
def outcome(file: Path, kept: Kept) -> End:
    def ended(terminal: Terminal) -> Outcome:
        code, lines = terminal.ended(), terminal.text().splitlines()
        assert "Traceback" not in terminal.text(), terminal.text()
        files = sorted(path.name for path in file.parent.iterdir())
        # At Ctrl-C the system may drop the end of the line before, or echo it late.
        said = lines[-1][-len(LEFT) :]
        return Outcome(code, kept(), said, terminal.modes(), files)

    return ended


@pytest.fixture
def answered(outcome: End) -> Callable[[Terminal, Screen], Outcome]:
    """Answer the screen as ever, and leave at the next one."""

    def gone_on(terminal: Terminal, screen: Screen) -> Outcome:
        terminal.clear()
        terminal.send(*screen.answers)
        terminal.until(screen.next, HINT)
        leave(terminal, "ctrl-c")
        return outcome(terminal)

    return gone_on


def left(code: int, kept: AnswerSheet) -> Outcome:
    """Return what is promised to whoever leaves."""
    return Outcome(code, kept, LEFT, AT_EASE, ["answers.yaml"])


@pytest.mark.parametrize(
    ("way", "code"),
    [
        pytest.param("ctrl-c", 130, id="ctrl-c"),
        pytest.param("ctrl-d", 130, id="ctrl-d"),
        pytest.param(signal.SIGINT, 130, id="SIGINT"),
        pytest.param(signal.SIGTERM, 143, id="SIGTERM"),
        pytest.param(signal.SIGHUP, 129, id="SIGHUP"),
    ],
)
@at_every_screen
def test_leaving(reach, outcome, screen, arguments, way, code):
    terminal = reach(screen, *arguments)
    leave(terminal, way)
    assert outcome(terminal) == left(code, screen.kept)


@pytest.mark.parametrize(
    ("way", "code"),
    [("ctrl-c", 130), (signal.SIGINT, 130), (signal.SIGTERM, 143)],
)
@at_every_screen
def test_leaving_twice_is_leaving(reach, outcome, screen, arguments, way, code):
    terminal = reach(screen, *arguments)
    leave(terminal, way)
    leave(terminal, way)
    # At the second Ctrl-C the system drops what the terminal has not shown yet.
    assert outcome(terminal)._replace(said=LEFT) == left(code, screen.kept)


@at_every_screen
def test_a_terminal_that_is_gone(reach, file, kept, screen, arguments):
    terminal = reach(screen, *arguments)
    terminal.hang_up()
    assert terminal.ended() == 129
    assert (kept(), list(file.parent.iterdir())) == (screen.kept, [file])


@pytest.mark.parametrize(
    "happens",
    [
        pytest.param(lambda terminal: terminal.send("ctrl-z"), id="ctrl-z"),
        pytest.param(lambda terminal: terminal.send("escape"), id="ESC"),
        pytest.param(lambda terminal: terminal.send("nul"), id="NUL"),
        pytest.param(lambda terminal: terminal.send("bell"), id="BEL"),
        pytest.param(lambda terminal: terminal.child.send(b"\xff"), id="not UTF-8"),
    ],
)
@at_every_screen
def test_what_happens_is_no_answer_and_the_interview_goes_on(
    reach, answered, screen, arguments, happens
):
    terminal = reach(screen, *arguments)
    happens(terminal)
    assert answered(terminal, screen) == left(130, screen.after)


@at_every_screen
def test_who_was_stopped_goes_on(reach, answered, screen, arguments):
    terminal = reach(screen, *arguments)
    terminal.stop()
    terminal.clear()
    terminal.signal(signal.SIGCONT)
    if not arguments:
        terminal.until(screen.shows, screen.hint)
    assert answered(terminal, screen) == left(130, screen.after)


@pytest.mark.parametrize("columns", [20, 5, 1])
@at_every_screen
def test_a_window_that_shrinks(reach, outcome, screen, arguments, columns):
    terminal = reach(screen, *arguments)
    terminal.resize(columns)
    if columns == 20 and not arguments:
        terminal.until(screen.shows)
    terminal.send(*screen.answers)
    terminal.resize(200)
    terminal.until(screen.next, HINT)
    leave(terminal, "ctrl-c")
    assert outcome(terminal) == left(130, screen.after)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"env": {"NO_COLOR": "1"}}, id="NO_COLOR"),
        pytest.param({"env": {"LC_ALL": "C"}}, id="LC_ALL=C"),
        pytest.param({"env": ONLY_ASCII}, id="nothing but ASCII"),
    ],
)
@at_every_screen
def test_surroundings_change_nothing(reach, answered, screen, arguments, options):
    terminal = reach(screen, *arguments, **options)
    assert answered(terminal, screen) == left(130, screen.after)


@pytest.mark.parametrize(
    ("env", "colours"),
    [
        pytest.param({}, {"default", "cyan", "brightblack"}, id="as ever"),
        pytest.param({"NO_COLOR": "1"}, {"default"}, id="NO_COLOR"),
    ],
)
def test_no_colours_are_used_where_none_are_wanted(reach, env, colours):
    screen = reach(QUESTION, env=env).screen
    shown = {sign.fg for line in screen.buffer.values() for sign in line.values()}
    assert shown == colours


@pytest.mark.parametrize("screen", PLAIN.values(), ids=PLAIN)
def test_a_dumb_terminal_asks_in_plain_lines(reach, answered, screen):
    terminal = reach(screen, term="dumb")
    assert answered(terminal, screen) == left(130, screen.after)


NOTHING_TYPED = [
    *(pytest.param(SCREENS[name], (), id=name) for name in ("question", "review")),
    *(
        pytest.param(screen, ("--plain",), id=f"plain {name}")
        for name, screen in PLAIN.items()
    ),
]


@pytest.mark.parametrize(
    "pasted",
    [
        pytest.param(LINES, id="pasted"),
        pytest.param(f"\x1b[200~{LINES}\x1b[201~", id="pasted with marks"),
        # Read by 1024 bytes, so that the end of it looks like one line that is typed.
        pytest.param("2\r" * 1025, id="many lines"),
        pytest.param(f"\x1b[200~{LINES * 500}\x1b[201~", id="many lines with marks"),
    ],
)
@pytest.mark.parametrize(("screen", "arguments"), NOTHING_TYPED)
def test_a_paste_is_no_answer(reach, answered, screen, arguments, pasted):
    terminal = reach(screen, *arguments)
    terminal.clear()
    terminal.send(pasted)
    terminal.until(NO_PASTE, *([screen.hint] if arguments else []))
    assert answered(terminal, screen) == left(130, screen.after)


PASTED = {
    "text": TEXT._replace(
        answers=("enter",), after=at("profile.headcount", slice="2 3 d")
    ),
    "note": ASIDE._replace(
        answers=("enter",),
        next="note: 2 3 d",
        after=at(
            "COL-02", answers={"COL-01": Answer(2), "COL-02": Answer(note="2 3 d")}
        ),
    ),
}


@pytest.mark.parametrize(
    "pasted",
    [
        pytest.param(LINES, id="pasted"),
        pytest.param(f"\x1b[200~{LINES}\x1b[201~", id="pasted with marks"),
    ],
)
@pytest.mark.parametrize("screen", PASTED.values(), ids=PASTED)
def test_a_paste_is_one_line_of_text_still_to_be_confirmed(
    reach, answered, kept, screen, pasted
):
    terminal = reach(screen)
    terminal.send(pasted)
    terminal.until(screen.shows, "2 3 d", screen.hint)
    assert kept() == screen.kept
    assert answered(terminal, screen) == left(130, screen.after)
