"""Ask one step as numbered lines, for screen readers and terminals without a cursor."""

import re
import sys
import textwrap
from collections.abc import Sequence

from mlready.escaping import for_terminal
from mlready.interview.key_bindings import (
    NO_PASTE,
    forget_typed,
    has_more_typed,
    rest_of_paste,
)
from mlready.interview.navigation import ASIDES, Move, Remark, Reply, StepPosition
from mlready.interview.steps import Step

WIDTH = 72
MOVES = {"b": Move.BACK, "s": Move.SKIP}
ASKS = {key: f"{field.capitalize()} (empty: leave it)" for key, field in ASIDES.items()}
HINT_QUESTION = (
    "0-4, d don't know, x not applicable, b back, s skip, n note, e evidence,"
    " h help, ctrl-c save and leave"
)
HINT_CHOICE = "a number, b back, s skip, h help, ctrl-c save and leave"
HINT_TEXT = "your answer, or empty to skip; :b back, :h help, ctrl-c save and leave"


def ask(step: Step, position: StepPosition) -> Reply:
    """Put a step to the team; a wrong key is named and asked for again."""
    _show(step, position)
    match step.kind:
        case "question":
            return _ask_level(step)
        case "choice":
            return _ask_choice(step)
        case _:
            return _ask_text(step)


def choose(steps: Sequence[Step]) -> Step | None:
    """List everything that was said, and return what is to be changed, if anything."""
    _say("")
    rows = {str(number): step for number, step in enumerate(steps, 1)}
    for number, step in rows.items():
        _say(f"{number}. {step.row()}")
    while True:
        line = _read("A number to change that line, or empty to finish")
        if not line:
            return None
        if line in rows:
            return rows[line]
        _wrong(line)


def confirm(question: str) -> bool:
    """Ask whether to go on; anything but yes is no."""
    return _read(f"{for_terminal(question)} (yes or no)").lower() in {"y", "yes"}


def _show(step: Step, position: StepPosition) -> None:
    _say("", *position.line(step).splitlines())
    _say(f"{step.id}: {step.text}" if step.question else step.text)
    for number, (key, text) in enumerate(step.choices.items(), 1):
        _say(f"{key if step.question else number}. {text}")
    if step.question and step.question.hint:
        _say(step.question.hint)
    for field in ASIDES.values():
        if said := getattr(step.answer, field):
            _say(f"{field}: {said}")
    if step.said:
        said = step.told(step.answer if step.question else step.said)
        _say(f"Said before: {said.rstrip('.')}. Empty keeps it.")


def _ask_level(step: Step) -> Reply:
    blank = step.answer._replace(level=None, unknown=False, na="")
    while True:
        line = _read(HINT_QUESTION)
        match line.lower():
            case "" if step.answer.given:
                return step.answer
            case level if level in step.choices:
                return blank._replace(level=int(level))
            case "d" | "?":
                return blank._replace(unknown=True)
            case "x" if reason := _read("Why does it not apply? (empty: leave it)"):
                return blank._replace(na=reason)
            case "n" | "e" as key if said := _read(ASKS[key]):
                return Remark(ASIDES[key], said)
            case "x" | "n" | "e":
                continue
            case "b" | "s" as key:
                return MOVES[key]
            case "h":
                _help(step)
            case _:
                _wrong(line)


def _ask_choice(step: Step) -> Reply:
    keys = {str(number): key for number, key in enumerate(step.choices, 1)}
    while True:
        line = _read(HINT_CHOICE)
        if not line and step.said:
            return step.said
        if line in keys:
            return keys[line]
        if line.lower() in MOVES:
            return MOVES[line.lower()]
        if line.lower() == "h":
            _help(step)
        else:
            _wrong(line)


def _ask_text(step: Step) -> Reply:
    while True:
        line = _read(HINT_TEXT)
        if not line:
            return step.said or Move.SKIP
        if line == ":b":
            return Move.BACK
        if line == ":h":
            _help(step)
        elif not step.takes(line):
            _say("A number, please.")
        else:
            return line


def _help(step: Step) -> None:
    _say(step.help or "No more is known about this one.")
    if step.question:
        _say(f"Who could find out: {step.question.knows}.")


def _wrong(line: str) -> None:
    _say(f"'{line}' is none of these.")


def _read(hint: str) -> str:
    while True:
        line = _line(f"{textwrap.fill(hint, WIDTH)}: ")
        if not has_more_typed():
            return re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "", line).strip()
        rest_of_paste()
        _say(NO_PASTE)


def _line(prompt: str) -> str:
    """Return the next line with its end; the built-in ``input`` would stop at a NUL."""
    forget_typed()
    print(prompt, end="", flush=True)  # noqa: T201 - a terminal's edge
    line = ""
    try:
        line = sys.stdin.readline()
    finally:
        if not line:  # somebody leaves, and what is said next begins a line
            _say("")
    if not line:
        raise EOFError
    return line


def _say(*lines: str) -> None:
    for line in lines:
        print(textwrap.fill(for_terminal(line), WIDTH))  # noqa: T201 - a terminal's edge
