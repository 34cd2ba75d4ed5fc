"""Ask interview steps as numbered lines, for screen readers and simple terminals."""

import re
import sys
import textwrap
from collections.abc import Sequence

from mlready.escaping import for_terminal
from mlready.input_limits import LONGEST_TEXT
from mlready.interview.navigation import (
    REMARK_KEYS,
    Again,
    Move,
    Remark,
    Reply,
    StepPosition,
)
from mlready.interview.prompter import ask_each_field
from mlready.interview.steps import DONT_KNOW, KEEP, NOT_APPLICABLE, Step, said_line
from mlready.interview.text_wrapping import break_line
from mlready.interview.typeahead import (
    PIECE_SECONDS,
    TOO_LONG,
    drain_paste,
    has_pending_input,
)
from mlready.platform_support import discard_typeahead, wait_for_input

WIDTH = 72
IGNORED_LINES = (
    "Several lines at once are taken for a paste and ignored; type them one by one."
)
MOVES = {"b": Move.BACK, "s": Move.SKIP}
REMARK_PROMPTS = {
    key: f"{field.capitalize()} (empty: leave it)" for key, field in REMARK_KEYS.items()
}
HINT_QUESTION = (
    "0-4, d don't know, x not applicable, b back, s skip, n note, e evidence,"
    " h help, ctrl-c save and leave"
)
HINT_ROLE = (
    "a number, another role in your words, or empty to leave it out; b back, s skip,"
    " h help, ctrl-c save and leave"
)
HINT_CHOICE = "a number, b back, s skip, h help, ctrl-c save and leave"
LEFT_OUT = {DONT_KNOW: "We don't know.", NOT_APPLICABLE: "Does not apply to us."}
HINT_TEXT = "your answer, or empty to skip; :b back, :h help, ctrl-c save and leave"


class PlainPrompter:
    """A Prompter that prints each interview step as lines and reads a typed line."""

    def ask(self, step: Step, position: StepPosition) -> Reply:
        """Ask a step; if the reply is invalid, print what is wrong and ask again."""
        _print_step(step, position)
        match step.kind:
            case "question":
                return _ask_level(step)
            case "choice":
                return _ask_choice(step)
            case "contradiction":
                return _ask_contradiction(step)
            case "role":
                return _ask_role(step)
            case "people":
                return ask_each_field(self, step, position)
            case _:
                return _ask_text(step)

    def choose(self, steps: Sequence[Step]) -> Step | None:
        """List all steps; return the one that the user wants to change, or None."""
        _print("")
        rows = {str(number): step for number, step in enumerate(steps, 1)}
        for number, step in rows.items():
            _print(f"{number}. {step.row()}")
        while True:
            line = _read("A number to change that line, or empty to finish")
            if not line:
                return None
            if line in rows:
                return rows[line]
            _print_invalid(line)

    def say(self, text: str) -> None:
        """Print a message to the team."""
        _print(*text.splitlines())

    def confirm(self, question: str) -> bool:
        """Ask a yes or no question; any reply other than yes counts as no."""
        return _read(f"{for_terminal(question)} (yes or no)").lower() in {"y", "yes"}


def _print_step(step: Step, position: StepPosition) -> None:
    _print("", *position.line(step).splitlines())
    _print(f"{step.id}: {step.text}" if step.question else step.text)
    for number, (key, text) in enumerate(step.choices.items(), 1):
        names = step.said_by(key)
        who = f" ({names})" if names else ""
        _print(f"{key if step.question else number}. {text}{who}")
    for key, text in LEFT_OUT.items():
        if names := step.said_by(key) if step.question else "":
            _print(f"{key}. {text} ({names})")
    if step.said and not step.choices:
        _print(said_line(step))
    if step.question and step.question.hint:
        _print(step.question.hint)
    for field in REMARK_KEYS.values():
        if remark := getattr(step.answer, field):
            _print(f"{field}: {remark}")
    if before := step.current_text():
        if step.drafted:
            _print(f"Drafted, not confirmed: {before.rstrip('.')}. Empty confirms it.")
        else:
            _print(f"Said before: {before.rstrip('.')}. Empty keeps it.")


def _ask_level(step: Step) -> Reply:
    blank = step.answer._replace(level=None, unknown=False, na="")
    while True:
        line = _read(HINT_QUESTION)
        match line.lower():
            case "" | "y" if _keeps(step, line):
                return step.answer
            case level if level in step.choices:
                return blank._replace(level=int(level))
            case "d" | "?":
                return blank._replace(unknown=True)
            case "x" if reason := _read("Why does it not apply? (empty: leave it)"):
                return blank._replace(na=reason)
            case "n" | "e" as key if text := _read(REMARK_PROMPTS[key]):
                return Remark(REMARK_KEYS[key], text)
            case "x" | "n" | "e":
                continue
            case "b" | "s" as key:
                return MOVES[key]
            case "h":
                _print_help(step)
            case _:
                _print_invalid(line)


def _keeps(step: Step, line: str) -> bool:
    """Return whether a line keeps the current answer, or confirms a drafted one."""
    return bool(step.value and (not line or (step.drafted and line.lower() == "y")))


def _ask_choice(step: Step) -> Reply:
    keys = {str(number): key for number, key in enumerate(step.choices, 1)}
    while True:
        line = _read(HINT_CHOICE)
        if _keeps(step, line):
            return step.value
        if line in keys:
            return keys[line]
        if line.lower() in MOVES:
            return MOVES[line.lower()]
        if line.lower() == "h":
            _print_help(step)
        else:
            _print_invalid(line)


def _ask_contradiction(step: Step) -> Reply:
    reply = _ask_choice(step)
    if not isinstance(reply, str):
        return reply
    return Move.SKIP if reply == KEEP else Again(reply)


def _ask_role(step: Step) -> Reply:
    keys = {str(number): key for number, key in enumerate(step.choices, 1)}
    while True:
        line = _read(HINT_ROLE)
        match line.lower():
            case "" | "y" if _keeps(step, line):
                return step.value
            case "":
                return Move.SKIP
            case "b" | "s" as key:
                return MOVES[key]
            case "h":
                _print_help(step)
            case number if number in keys:
                return keys[number]
            case number if number.isdigit():
                _print_invalid(line)
            case _:
                return line


def _ask_text(step: Step) -> Reply:
    while True:
        line = _read(HINT_TEXT)
        if _keeps(step, line):
            return step.value
        if not line:
            return Move.SKIP
        if line == ":b":
            return Move.BACK
        if line == ":h":
            _print_help(step)
        elif not step.accepts(line):
            _print("A number, please.")
        else:
            return line


def _print_help(step: Step) -> None:
    _print(step.help or "No more is known about this one.")
    if step.question:
        _print(f"Who could find out: {step.question.knows}.")


def _print_invalid(line: str) -> None:
    _print(f"'{line}' is none of these.")


def _read(hint: str) -> str:
    while True:
        line = _line(f"{textwrap.fill(hint, WIDTH)}: ")
        if len(line) > LONGEST_TEXT:
            _print(TOO_LONG)
        elif not has_pending_input(PIECE_SECONDS):
            return re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "", line).strip()
        else:
            drain_paste()
            _print(IGNORED_LINES)


def _line(prompt: str) -> str:
    """Return the next line that the user types, with its line end.

    The built-in function ``input`` is not used, because it fails on a NUL character.
    """
    discard_typeahead()
    print(prompt, end="", flush=True)  # noqa: T201 - prints to the terminal
    line = ""
    try:
        wait_for_input(0)  # a Ctrl-C just before readline would wait for the next line
        line = sys.stdin.readline()
    finally:
        if not line:  # Ctrl-C or end of file leaves the cursor after the prompt
            _print("")
    if not line:
        raise EOFError
    return line


def _print(*lines: str) -> None:
    for line in lines:
        print("\n".join(break_line(line, WIDTH)))  # noqa: T201 - prints to the terminal
