"""Signals, closed windows, pastes and unusual keys at each kind of interview screen.

In every case the file has all confirmed answers, the modes of the terminal are
restored, and no traceback is shown. Ctrl-Z is ignored.
"""

import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from mlready.interview.navigation import REVIEW
from mlready.model.answers import Answer, AnswerSheet
from mlready.model.questionnaire import Questionnaire
from tests.terminal import (
    ASKED,
    DATED,
    HINT,
    LEFT,
    SHELL_MODES,
    Kept,
    Modes,
    Open,
    Terminal,
    at,
    leave,
    start_small,
)

pytestmark = [
    pytest.mark.terminal,
    # pytest-xdist runs threads; from 3.12 on, Python warns if such a process forks.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]

NOTE = "Ask Ana"
ONLY_ASCII = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
LINES = "2\r3\rd\r"  # three lines that would each answer a question if typed
NO_PASTE = "are taken for a paste and ignored"


class Screen(NamedTuple):
    """A screen of an interview, with the keys that open and answer the screen."""

    begins: AnswerSheet  # saved before the interview
    confirms: tuple[str, ...]  # keys of an answer saved before the screen opens
    opens: tuple[str, ...]  # keys
    shows: str
    kept: AnswerSheet  # saved while the screen is shown
    answers: tuple[str, ...]  # keys
    next: str  # a text on the next screen
    after: AnswerSheet  # saved once the screen is answered
    hint: str = HINT  # last text of the screen; once shown, keys are accepted
    asks: str = ""  # what is asked before ``opens``, if not the next step of ``kept``


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
ANA = DATED._replace(name="Ana")
ROLE = Screen(
    begins=at("voice.name"),
    confirms=("Ana", "enter"),
    opens=(),
    shows=ASKED["voice.role"],
    kept=at("voice.role", voice=ANA),
    answers=("1", "enter"),
    next=ASKED["project.slice"],
    after=at("project.slice", voice=ANA._replace(role="analyst")),
)
NOTE_FIELD = QUESTION._replace(
    opens=("n",),
    shows='Note on "Kept"',
    hint="enter keeps",
    answers=(NOTE, "enter"),
    next=f"note: {NOTE}",
    after=at("COL-02", answers={"COL-01": Answer(2), "COL-02": Answer(note=NOTE)}),
)
CHANGED = at(REVIEW, answers={"MOV-01": Answer(4)})
REVIEW_SCREEN = Screen(
    begins=at(REVIEW),
    confirms=("mov", "enter", "4", "enter"),  # find and answer a question
    opens=(),
    shows="Finish and sh",  # a search hides this row
    kept=CHANGED,
    answers=("your", "enter"),
    next=ASKED["voice.name"],
    after=CHANGED,
)
SCREENS = {
    "question": QUESTION,
    "text": TEXT,
    "role": ROLE,
    "note": NOTE_FIELD,
    "review": REVIEW_SCREEN,
}
PLAIN = {
    "question": QUESTION,
    "text": TEXT,
    "role": ROLE,
    "note": NOTE_FIELD._replace(
        opens=("n", "enter"), shows="Note", hint="changes nothing):"
    ),
    "review": REVIEW_SCREEN._replace(
        confirms=("go mov", "enter"),
        asks=ASKED["MOV-01"],
        opens=("4", "enter"),
        shows="MOV-01 Arrives: 4",
        hint="leave:",
        answers=("1", "enter"),
    ),
}
ALL_SCREENS = [
    *(pytest.param(screen, (), id=name) for name, screen in SCREENS.items()),
    *(
        pytest.param(screen, ("--plain",), id=f"plain {name}")
        for name, screen in PLAIN.items()
    ),
]
at_every_screen = pytest.mark.parametrize(("screen", "arguments"), ALL_SCREENS)


class Outcome(NamedTuple):
    code: int
    kept: AnswerSheet
    message: str  # the end of the last line on the screen
    modes: Modes
    files: list[str]  # all names in the folder


OutcomeOf = Callable[[Terminal], Outcome]


@pytest.fixture
def reach(begin: Open, file: Path) -> Open:
    """Return a function that starts an interview and goes to a given ``Screen``.

    The fixture ``begin`` starts the interview. ``file`` is the answers file; temporary
    files of the interview are written to the same folder.
    """

    def open_screen(
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
            terminal.until(screen.asks or ASKED[screen.kept.next], HINT)
            terminal.send(*screen.opens)
        terminal.until(screen.shows, screen.hint)
        return terminal

    return open_screen


@pytest.fixture(scope="module")
def shared_question(
    tmp_path_factory: pytest.TempPathFactory, small: Questionnaire
) -> Iterator[Terminal]:
    """A terminal with a question, shared by tests that leave the answers unchanged."""
    file = tmp_path_factory.mktemp("shared_question") / "answers.yaml"
    terminal = start_small(file, at("COL-02"), small)
    before = file.read_bytes()
    yield terminal
    terminal.send("ctrl-c")
    assert (terminal.ended(), file.read_bytes()) == (130, before)
    terminal.close()


@pytest.fixture
def outcome(file: Path, kept: Kept) -> OutcomeOf:
    def outcome_of(terminal: Terminal) -> Outcome:
        code, lines = terminal.ended(), terminal.text().splitlines()
        assert "Traceback" not in terminal.text(), terminal.text()
        files = sorted(path.name for path in file.parent.iterdir())
        # Only the end of the last line is compared, because at ctrl-c the system may
        # drop the end of the previous line, or echo it late.
        message = lines[-1][-len(LEFT) :]
        return Outcome(code, kept(), message, terminal.modes(), files)

    return outcome_of


@pytest.fixture
def answered(outcome: OutcomeOf) -> Callable[[Terminal, Screen], Outcome]:
    """Return a function that replies to a screen and leaves at the next screen.

    The function returns the ``Outcome`` of leaving, which the fixture ``outcome``
    reads from the terminal and the answers file.
    """

    def answer_and_leave(terminal: Terminal, screen: Screen) -> Outcome:
        terminal.clear()
        terminal.send(*screen.answers)
        terminal.until(screen.next, HINT)
        leave(terminal, "ctrl-c")
        return outcome(terminal)

    return answer_and_leave


def left(code: int, kept: AnswerSheet) -> Outcome:
    return Outcome(code, kept, LEFT, SHELL_MODES, ["answers.yaml"])


LEAVING = {
    "ctrl-c": ("ctrl-c", 130),
    "ctrl-d": ("ctrl-d", 130),
    "SIGINT": (signal.SIGINT, 130),
    "SIGTERM": (signal.SIGTERM, 143),
    "SIGHUP": (signal.SIGHUP, 129),
}


def ways_to_leave(*elsewhere: str, without: str = "") -> list[Any]:
    """Return test parameters that pair each screen with ways to leave the interview.

    A way is a key such as "ctrl-c", or a signal. A question is paired with all ways,
    any other screen with those in ``elsewhere``. No screen is paired with ``without``.
    """
    return [
        pytest.param(screen, arguments, *LEAVING[way], id=f"{label} {way}".strip())
        for arguments, screens in (((), SCREENS), (("--plain",), PLAIN))
        for name, screen in screens.items()
        for label in [f"plain {name}" if arguments else name]
        for way in (LEAVING if name == "question" else elsewhere)
        if way != without
    ]


@pytest.mark.parametrize(
    ("screen", "arguments", "way", "code"), ways_to_leave("ctrl-c", "SIGTERM")
)
def test_leaving_the_interview_keeps_confirmed_answers(
    reach, outcome, screen, arguments, way, code
):
    terminal = reach(screen, *arguments)
    leave(terminal, way)
    assert outcome(terminal) == left(code, screen.kept)


@pytest.mark.parametrize(
    ("screen", "arguments", "way", "code"), ways_to_leave("ctrl-c", without="ctrl-d")
)
def test_repeated_key_or_signal_to_leave_has_the_same_outcome_as_a_single_one(
    reach, outcome, screen, arguments, way, code
):
    terminal = reach(screen, *arguments)
    leave(terminal, way)
    leave(terminal, way)
    # The last line is not compared: at the second ctrl-c, the system drops output that
    # is not shown yet.
    assert outcome(terminal)._replace(message=LEFT) == left(code, screen.kept)


@at_every_screen
def test_closing_the_window_keeps_confirmed_answers(
    reach, file, kept, screen, arguments
):
    terminal = reach(screen, *arguments)
    terminal.hang_up()
    assert terminal.ended() == 129
    assert (kept(), list(file.parent.iterdir())) == (screen.kept, [file])


@at_every_screen
def test_keys_without_a_function_are_ignored(reach, answered, screen, arguments):
    terminal = reach(screen, *arguments)
    terminal.send("ctrl-z", "nul", "bell")
    terminal.paste(b"\xff")
    terminal.send("escape")
    assert answered(terminal, screen) == left(130, screen.after)


@at_every_screen
def test_interview_continues_after_its_process_was_stopped_and_resumed(
    reach, answered, screen, arguments
):
    terminal = reach(screen, *arguments)
    terminal.stop()
    terminal.clear()
    terminal.signal(signal.SIGCONT)
    if not arguments:
        terminal.until(screen.shows, screen.hint)
    assert answered(terminal, screen) == left(130, screen.after)


@at_every_screen
def test_shrinking_the_window_does_not_change_answers(
    reach, outcome, screen, arguments
):
    terminal = reach(screen, *arguments)
    for columns in (20, 5, 1):
        terminal.resize(columns)
        if columns == 20 and not arguments:
            terminal.until(screen.shows)
    *typed, last = screen.answers
    terminal.send(*typed)
    # Before the last key, or the next question may be wrapped to one column, and longer
    # than the screen.
    terminal.resize(200, rows=60)
    terminal.send(last)
    terminal.until(screen.next, HINT)
    leave(terminal, "ctrl-c")
    assert outcome(terminal) == left(130, screen.after)


@pytest.mark.parametrize(
    ("screen", "arguments", "env"),
    [
        pytest.param(QUESTION, (), {"LC_ALL": "C"}, id="question LC_ALL=C"),
        *(
            pytest.param(screen, arguments, ONLY_ASCII, id=f"{name} ASCII")
            for name, screen, arguments in [
                *((name, screen, ()) for name, screen in SCREENS.items()),
                *((f"plain {n}", screen, ("--plain",)) for n, screen in PLAIN.items()),
            ]
        ),
    ],
)
def test_locale_does_not_change_saved_answers(reach, answered, screen, arguments, env):
    terminal = reach(screen, *arguments, env=env)
    assert answered(terminal, screen) == left(130, screen.after)


@pytest.mark.parametrize(
    ("env", "colours"),
    [
        pytest.param({}, {"default", "cyan", "brightblack"}, id="default"),
        pytest.param({"NO_COLOR": "1"}, {"default"}, id="NO_COLOR"),
    ],
)
def test_no_colours_are_shown_if_the_variable_no_color_is_set(reach, env, colours):
    terminal = reach(QUESTION, env=env)
    terminal.send("1")
    terminal.until("» 1")
    screen = terminal.screen
    shown = {cell.fg for line in screen.buffer.values() for cell in line.values()}
    assert shown == colours


@pytest.mark.parametrize(
    "screen", [PLAIN["question"], PLAIN["review"]], ids=["question", "review"]
)
def test_dumb_terminal_gets_plain_prompts(reach, answered, screen):
    terminal = reach(screen, term="dumb")
    assert answered(terminal, screen) == left(130, screen.after)


PLAIN_SCREENS = [
    pytest.param(screen, ("--plain",), id=f"plain {name}")
    for name, screen in PLAIN.items()
]
LISTS = [pytest.param(SCREENS[name], (), id=name) for name in ("question", "review")]


PASTES = {
    "lines": LINES,
    "bracketed lines": f"\x1b[200~{LINES}\x1b[201~",
    # The program reads 1024 bytes at a time, so the last part looks like a typed line.
    "many lines": "2\r" * 1025,
    "many bracketed lines": f"\x1b[200~{LINES * 500}\x1b[201~",
}


@pytest.mark.parametrize(
    ("screen", "arguments", "pasted"),
    [
        pytest.param(*each.values, pasted, id=f"{each.id} {kind}")
        for each in [*LISTS, *PLAIN_SCREENS]
        for kind, pasted in PASTES.items()
        if kind == "lines" or "question" in str(each.id)
    ],
)
def test_pasted_lines_answer_no_question(reach, answered, screen, arguments, pasted):
    terminal = reach(screen, *arguments)
    terminal.clear()
    terminal.paste(pasted)
    terminal.until(NO_PASTE, *([screen.hint] if arguments else []))
    assert answered(terminal, screen) == left(130, screen.after)


@pytest.mark.parametrize(
    "pasted",
    [
        "since May, says Ana",  # contains the letters s and n, which are command keys
        "2\r3\r",
        "s\n",
        "nn",
        "\x1b[D\x1b[D",
        "\x1b[1;5D\x1b[Zs",
        "\r\n",
        "\x1b[200~s\x1b[201~\r",
        "データ",
        "👩\u200d🔬",
    ],
)
def test_pasted_text_does_not_act_as_command_keys(shared_question, pasted):
    terminal = shared_question
    # This key press removes the message about the previous paste from the screen.
    terminal.send("1")
    terminal.until("» 1")
    terminal.until_gone(NO_PASTE)
    terminal.paste(pasted)
    message = "Text is no answer here and was not kept." if " " in pasted else NO_PASTE
    terminal.until("» 1", message, ASKED["COL-02"])


def test_text_pasted_into_the_review_does_not_act_as_command_keys(reach, answered):
    terminal = reach(REVIEW_SCREEN)
    terminal.paste("\x1b[B\r")
    terminal.until(NO_PASTE)
    assert answered(terminal, REVIEW_SCREEN) == left(130, REVIEW_SCREEN.after)


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        pytest.param([LINES], "2 3 d", id="lines"),
        pytest.param([f"\x1b[200~{LINES}\x1b[201~"], "2 3 d", id="bracketed lines"),
        pytest.param(["in", "voices\rwe pay\r"], "invoices we pay", id="in pieces"),
        pytest.param(
            ["\x1b[200~a\tb\r\n\x1b[201~\r"], "a b", id="bracketed, then enter"
        ),
    ],
)
@pytest.mark.parametrize("name", ["text", "note"])
def test_paste_into_a_text_field_waits_for_enter(
    reach, answered, kept, name, pieces, text
):
    screen = SCREENS[name]
    terminal = reach(screen)
    for piece in pieces:
        terminal.paste(piece)
        terminal.until(
            piece.strip("\r").replace("\r", " ") if len(pieces) > 1 else text
        )
    hint = screen.hint if name == "note" else "ctrl-c leave without this line"
    terminal.until(screen.shows, text, "Pasted; enter confirms it.", hint)
    assert kept() == screen.kept
    answers = {"COL-01": Answer(2), "COL-02": Answer(note=text)}
    pasted = (
        screen._replace(answers=("enter",), after=at("profile.headcount", slice=text))
        if name == "text"
        else screen._replace(
            answers=("enter",),
            next=f"note: {text}",
            after=at("COL-02", answers=answers),
        )
    )
    assert answered(terminal, pasted) == left(130, pasted.after)


def test_answer_and_enter_key_that_arrive_together_are_accepted(reach, outcome):
    # A terminal multiplexer or a slow connection can send several keys together.
    terminal = reach(QUESTION)
    terminal.paste("3\r")
    terminal.until("MOV-01")
    terminal.send("n")
    terminal.until('Note on "Arrives"')
    terminal.paste("by hand\r")
    terminal.until("note: by hand")
    leave(terminal, "ctrl-c")
    answers = {
        "COL-01": Answer(2),
        "COL-02": Answer(3),
        "MOV-01": Answer(note="by hand"),
    }
    assert outcome(terminal) == left(130, at("MOV-01", answers=answers))


def test_keys_typed_before_the_next_question_appears_are_not_lost(reach, kept, outcome):
    terminal = reach(QUESTION)
    # Each key is sent as soon as the program has read the previous key.
    terminal.send("3", "enter", "4", "enter")
    terminal.until(ASKED["AIM-01"])
    leave(terminal, "ctrl-c")
    answers = {"COL-01": Answer(2), "COL-02": Answer(3), "MOV-01": Answer(4)}
    assert outcome(terminal) == left(130, at("AIM-01", answers=answers))


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
def test_terminal_is_never_asked_for_its_cursor_position(reach, answered, screen):
    terminal = reach(screen)
    answered(terminal, screen)
    assert b"\x1b[6n" not in terminal.received
