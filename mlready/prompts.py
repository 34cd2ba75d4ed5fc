"""Ask one step in the terminal, with keys for going back, notes and help.

questionary keeps the prompt_toolkit application it builds at ``Question.application``.
Before running it we add our keys to its bindings and a line beneath its layout; nothing
else of questionary is touched.
"""

import re
import textwrap
from collections.abc import Callable, Sequence
from contextlib import suppress
from shutil import get_terminal_size
from typing import Any

import questionary
from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.layout import ConditionalContainer, HSplit, Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.shortcuts import print_formatted_text
from questionary.prompts.common import InquirerControl

from mlready.answers import Answer
from mlready.escape import for_terminal
from mlready.interview import ASIDES, Move, Position, Remark, Reply, Step

DONT_KNOW, NOT_APPLICABLE, FINISH = "d", "x", "finish"
KEYS = {"left": Move.BACK, "s-tab": Move.BACK}
HINT_LEVELS = (
    "↑↓ or 0-4 choose · d don't know · x not applicable · enter confirm\n"
    "← back · s skip · n note · e evidence · ? why we ask · ctrl-c save and leave"
)
HINT_CHOICE = (
    "↑↓ choose · enter confirm · ← back · s skip · ? why we ask · ctrl-c save and leave"
)
HINT_TEXT = (
    "enter confirm (empty: skip) · shift-tab back · ? help · ctrl-c save and leave"
)
HINT_ASIDE = "enter keep · shift-tab back to the question"
STYLE = questionary.Style(
    [
        ("qmark", "fg:ansicyan"),
        ("question", "bold"),
        ("pointer", "fg:ansicyan bold"),
        ("highlighted", "bold"),
        ("hint", "fg:ansibrightblack"),
        ("help", "fg:ansiyellow"),
    ]
)


def ask(step: Step, position: Position) -> Reply:
    """Put a step to the team, starting from what they said before.

    Raises KeyboardInterrupt on Ctrl-C and EOFError on Ctrl-D; what was confirmed
    before has been kept by then.
    """
    if step.about and _begins(step):
        _say(f"\n{step.section}: {step.about}")
    match step.kind:
        case "question":
            reply = _ask_level(step, position)
        case "choice":
            reply = _ask_choice(step, position)
        case _:
            reply = _ask_text(step, position)
    if isinstance(reply, str | Answer):
        _say(f"{step.topic}: {step.told(reply)}")
    return reply


def choose(steps: Sequence[Step]) -> Step | None:
    """Show everything that was said, and return what is to be changed, if anything."""
    rows = [questionary.Choice("Finish and show the result", FINISH)]
    rows += [questionary.Choice(_cut(step.row()), step.id) for step in steps]
    prompt = questionary.select(
        "Everything you said; enter changes the line under the cursor, type to search",
        rows,
        instruction=" ",
        use_jk_keys=False,
        use_search_filter=True,
        style=STYLE,
    )
    _extend(prompt, HINT_ASIDE.split(" · ", maxsplit=1)[0], "", KeyBindings())
    chosen = _run(prompt)
    return next((step for step in steps if step.id == chosen), None)


def confirm(question: str) -> bool:
    """Ask whether to go on; no is under the cursor."""
    prompt = questionary.select(question, ["no", "yes"], instruction=" ", style=STYLE)
    _extend(prompt, "↑↓ choose · enter confirm", "", KeyBindings())
    return bool(_run(prompt) == "yes")


def _begins(step: Step) -> bool:
    return bool(step.question and step.question.id.endswith("-01"))


def _ask_level(step: Step, position: Position) -> Reply:
    pointed = _pointed_first(step)
    while True:
        rows = {
            **step.choices,
            DONT_KNOW: "We don't know.",
            NOT_APPLICABLE: "Does not apply to us (asks why).",
        }
        reply, pointed = _select(step, position, rows, pointed, HINT_LEVELS)
        if reply in ASIDES.values():
            text = _aside(
                f"{reply.capitalize()} for {step.id}", getattr(step.answer, reply)
            )
            if isinstance(text, str):
                return Remark(reply, text)
        elif reply == NOT_APPLICABLE:
            reason = _aside("Why does it not apply?", step.answer.na)
            if isinstance(reason, str) and reason:
                return _blank(step)._replace(na=reason)
        elif isinstance(reply, Move):
            return reply
        elif reply == DONT_KNOW:
            return _blank(step)._replace(unknown=True)
        else:
            return _blank(step)._replace(level=int(reply))


def _blank(step: Step) -> Answer:
    """Return the answer without its level, so that what was noted stays."""
    return step.answer._replace(level=None, unknown=False, na="")


def _pointed_first(step: Step) -> str:
    if step.answer.unknown:
        return DONT_KNOW
    if step.answer.na:
        return NOT_APPLICABLE
    return str(step.answer.level or 0)


def _ask_choice(step: Step, position: Position) -> Reply:
    first = step.said or next(iter(step.choices))
    reply, _ = _select(step, position, dict(step.choices), first, HINT_CHOICE)
    return reply  # type: ignore[no-any-return]  # a key of the rows, or a Move


def _select(
    step: Step, position: Position, rows: dict[str, str], pointed: str, hint: str
) -> tuple[Any, str]:
    """Return what was chosen, or a Move or an aside, and where the pointer was."""
    prompt = questionary.select(
        _message(step, position),
        [questionary.Choice(_label(key, text), key) for key, text in rows.items()],
        default=pointed,
        instruction=" ",
        qmark="",
        use_emacs_keys=False,
        use_jk_keys=False,
        style=STYLE,
    )
    control = _control(prompt)
    keys = _leaving(s=Move.SKIP, **(ASIDES if step.question else {}))
    for at, key in enumerate(rows):
        if len(key) == 1:

            @keys.add(key, eager=True)
            def _(_: KeyPressEvent, at: int = at) -> None:
                control.pointed_at = at

    _extend(prompt, _hint(step, hint), _help(step), keys)
    reply = _run(prompt)
    return reply, list(rows)[control.pointed_at]


def _ask_text(step: Step, position: Position) -> Reply:
    said = _one_line(
        _message(step, position),
        step.said,
        HINT_TEXT,
        _help(step),
        lambda text: not text or step.takes(text) or "A number, please.",
    )
    return said if isinstance(said, Move) or said else Move.SKIP


def _aside(message: str, before: str) -> str | Move:
    """Ask for a line beside the question, such as a note."""
    return _one_line(message, before, HINT_ASIDE, "", lambda _: True)


def _one_line(
    message: str, before: str, hint: str, help_: str, valid: Callable[[str], bool | str]
) -> str | Move:
    prompt = questionary.text(
        message, default=before, validate=valid, qmark="", style=STYLE
    )
    _extend(prompt, hint, help_, _leaving(), typing=True)
    reply = _run(prompt)
    return reply if isinstance(reply, Move) else _cleaned(str(reply)).strip()


def _cleaned(text: str) -> str:
    """Leave out control characters that were typed or pasted, and say so."""
    clean = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", text)
    if clean != text:
        _say(f"  {len(text) - len(clean)} control characters were left out")
    return clean


def _leaving(**keys: Move | str) -> KeyBindings:
    """Return bindings that leave the prompt with a result of ours."""
    bindings = KeyBindings()
    for key, result in {**KEYS, **keys}.items():

        @bindings.add(key, eager=True)
        def _(event: KeyPressEvent, result: Move | str = result) -> None:
            event.app.erase_when_done = True
            event.app.exit(result=result)

    return bindings


def _extend(
    prompt: questionary.Question,
    hint: str,
    help_: str,
    keys: KeyBindings,
    *,
    typing: bool = False,
) -> None:
    """Add our keys and a line beneath that names them, or explains on '?'.

    While something is being typed our keys are letters like any other; only shift-tab
    still leaves, because it types nothing.
    """
    app = prompt.application
    free = Condition(lambda: not typing or not get_app().current_buffer.text)
    explaining = False
    ours = KeyBindings()

    @ours.add("?", eager=True, filter=free & Condition(lambda: bool(help_)))
    def _(_: KeyPressEvent) -> None:
        nonlocal explaining
        explaining = not explaining

    @ours.add("<sigint>", eager=True)
    @ours.add("c-c", eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    @ours.add("c-d", eager=True, filter=free)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError)

    for binding in keys.bindings:
        always = typing and binding.keys != ("left",)
        allowed = Condition(lambda: True) if always else free
        ours.add(*binding.keys, eager=True, filter=allowed)(binding.handler)

    def beneath() -> StyleAndTextTuples:
        style, text = ("class:help", help_) if explaining else ("class:hint", hint)
        return [(style, _wrapped(text, "  "))]

    line = Window(
        FormattedTextControl(beneath), dont_extend_height=True, wrap_lines=True
    )
    app.key_bindings = merge_key_bindings([*filter(None, [app.key_bindings]), ours])
    app.erase_when_done = True
    app.layout = Layout(
        HSplit([app.layout.container, ConditionalContainer(line, filter=~is_done)]),
        focused_element=app.layout.current_window,
    )


def _run(prompt: questionary.Question) -> Any:
    """Run a prompt; what was typed or pasted ahead of it must not answer it."""
    _flush_typeahead()
    clear_typeahead(prompt.application.input)
    return prompt.unsafe_ask()


def _flush_typeahead() -> None:
    try:
        import termios
    except ImportError:
        return  # there is none on Windows
    with suppress(OSError, ValueError, termios.error):
        termios.tcflush(0, termios.TCIFLUSH)


def _control(prompt: questionary.Question) -> InquirerControl:
    windows = prompt.application.layout.find_all_windows()
    return next(w.content for w in windows if isinstance(w.content, InquirerControl))


def _message(step: Step, position: Position) -> str:
    text = f"{step.id}  {step.text}" if step.question else step.text
    return f"{position.line(step)}\n{_wrapped(text, ' ')}\n"


def _hint(step: Step, hint: str) -> str:
    said = [
        f"{field}: {getattr(step.answer, field)}"
        for field in ASIDES.values()
        if getattr(step.answer, field)
    ]
    extra = [step.question.hint] if step.question and step.question.hint else []
    return "\n".join([*extra, *said, hint])


def _help(step: Step) -> str:
    knows = f"\nWho could find out: {step.question.knows}." if step.question else ""
    return f"{step.help}{knows}\n? hides this" if step.help else ""


def _label(key: str, text: str) -> str:
    if len(key) > 1:
        return _wrapped(text, "     ").lstrip()
    return f"{key}  {_wrapped(text, '      ').lstrip()}"


def _wrapped(text: str, indent: str) -> str:
    """Break text at words, to the width there is, every line indented alike."""
    width = max(get_terminal_size().columns - len(indent) - 1, 10)
    lines = [
        line
        for part in text.splitlines()
        for line in textwrap.wrap(for_terminal(part), width) or [""]
    ]
    return "\n".join(indent + line for line in lines)


def _cut(text: str) -> str:
    width = max(get_terminal_size().columns - 6, 10)
    text = for_terminal(text)
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _say(text: str) -> None:
    print_formatted_text(_wrapped(text, "  "))
