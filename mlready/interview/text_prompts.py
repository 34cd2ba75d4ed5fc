"""Ask for one line of text: an answer, or a remark on an answer."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from mlready.input_limits import LONGEST_TEXT
from mlready.interview import hints, key_bindings
from mlready.interview.key_bindings import Controls
from mlready.interview.navigation import Move, StepPosition
from mlready.interview.prompter import NOT_KEPT
from mlready.interview.screen import GO_TO, hint_line, message, say, text_prompt
from mlready.interview.steps import Step, StepKind
from mlready.interview.text_wrapping import wrap
from mlready.interview.typeahead import (
    STRAY_KEY,
    STRAY_KEY_DELETES,
    TOO_LONG,
    TypingPace,
    is_stray_key,
    says_nothing,
)

BACK = {"left": Move.BACK, "s-tab": Move.BACK}


class Unfinished(NamedTuple):
    """A text that was typed, but not confirmed with Enter, when the interview ended."""

    text: str
    reason: BaseException  # what ended the interview, such as KeyboardInterrupt


def ask_text(step: Step, position: StepPosition, typing_pace: TypingPace) -> Any:
    """Ask for the text or number of a step; return the reply.

    The reply is the typed text, also if it is a number. After other keys, the reply is
    a ``Move``, or ``GO_TO`` to list the steps to which the team can go.
    """

    def keys() -> str:
        return hints.of_text(step, key_bindings.typed_text())

    controls = Controls(
        lambda: message(step, position),
        hint_line(
            lambda: hints.of_fact(step, keys()),
            lambda: hints.help_with_text(step),
        ),
        results={**BACK, "/": GO_TO},
        typing=True,
    )

    stray = STRAY_KEY_DELETES if step.value else STRAY_KEY  # an empty line deletes

    def valid(text: str) -> bool | str:
        refusal = step.refusal(text).replace(STRAY_KEY, stray)
        return text in {"", step.value} or refusal or True

    def refused(text: str) -> str:
        is_text = step.kind in {StepKind.TEXT, StepKind.LINE}
        return stray if is_text and is_stray_key(text) else ""

    begin = step.typed or step.value
    reply = _ask_line(controls, begin, valid, typing_pace, refused=refused)
    if isinstance(reply, Unfinished):
        say_not_kept(reply.text, step.value)
        raise reply.reason
    if not isinstance(reply, str):
        return reply
    text = " ".join(reply.split())
    return text if text or step.value else Move.SKIP


def ask_remark(
    question: str, before: str, typing_pace: TypingPace, *, deletes: bool = True
) -> str | Move | Unfinished:
    """Ask for one line of text about a question, such as a note.

    Returns a ``Move`` if the team goes back, ``Unfinished`` if the team leaves.

    Args:
        question: the text above the line.
        before: the present text.
        typing_pace: tells typed keys from a paste.
        deletes: whether an empty line deletes the present text.

    """
    again = hints.REMARK_AGAIN if deletes else hints.REASON_AGAIN
    keys = again if before else hints.REMARK
    explained = hints.ALL_REMARK_AGAIN if before and deletes else hints.ALL_REMARK
    controls = Controls(
        lambda: wrap(question, " "),
        hint_line(lambda: keys, lambda: explained),
        results=BACK,
        typing=True,
        # The key that opened this line needs no Enter, but many people press it.
        first_empty="" if before else hints.EMPTY_REMARK,
    )

    def few_words(text: str) -> str:
        return hints.FEW_WORDS if says_nothing(text) else ""

    reply: str | Move | Unfinished = _ask_line(
        controls, before, bool, typing_pace, refused=few_words
    )
    return reply


def _ask_line(
    controls: Controls,
    before: str,
    valid: Callable[[str], bool | str],
    typing_pace: TypingPace,
    *,
    refused: Callable[[str], str] = lambda _: "",
) -> Any:
    prompt = text_prompt(
        before,
        lambda text: (
            TOO_LONG if len(text) > LONGEST_TEXT else valid(text.strip()) or True
        ),
    )
    app = prompt.application

    def refusal() -> str:
        text = app.current_buffer.text.strip()
        return "" if text == before else refused(text)

    try:
        reply = key_bindings.run(app, controls._replace(refusal=refusal), typing_pace)
    except BaseException as reason:  # noqa: BLE001 - Ctrl-C, Ctrl-D or a signal
        return Unfinished(_clean(app.current_buffer.text), reason)
    if isinstance(reply, str):
        return _clean(reply)
    say_not_kept(_clean(app.current_buffer.text), before)
    return reply


def say_not_kept(text: str, before: str) -> None:
    """Say that a typed text is not kept, unless the text is "" or ``before``."""
    if text not in {"", before}:
        say(NOT_KEPT.format(text))


def _clean(reply: str) -> str:
    """Remove control characters from a reply, and print how many were removed."""
    clean = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", reply)
    if clean != reply:
        say(f"Control characters were left out: {len(reply) - len(clean)}.")
    return clean.strip()
