"""Give a prompt keys of our own, and a line beneath that names or explains them.

Works on the prompt_toolkit application of any prompt: our bindings are added to its
own, and its layout gets one more window. While something is being typed our keys are
letters like any other; only keys that type nothing still leave.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from prompt_toolkit.application import Application, get_app, get_app_or_none
from prompt_toolkit.filters import Condition, Filter, is_done
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.layout import ConditionalContainer, HSplit, Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl

TYPES_NOTHING = {"s-tab"}

Application_ = Application[Any]


def extend(
    app: Application_,
    keys: Mapping[str, Any],
    beneath: "Beneath",
    *,
    jumps: Mapping[str, Callable[[], None]] | None = None,
    typing: bool = False,
) -> None:
    """Let keys leave the prompt with their result, and jumps move within it.

    Where nothing is typed, a paste is no answer.
    """
    free = Condition(lambda: not (typing and get_app().current_buffer.text))
    ours = [
        _leaving(keys, free),
        _jumping(jumps or {}),
        _stopping(free),
        beneath.toggle(free),
        KeyBindings() if typing else _deaf_to_pastes(),
    ]
    app.key_bindings = merge_key_bindings([*filter(None, [app.key_bindings]), *ours])
    app.erase_when_done = True
    app.layout = Layout(
        HSplit([app.layout.container, beneath.window()]),
        focused_element=app.layout.current_window,
    )


def interrupt(error: BaseException) -> bool:
    """End the prompt that is running with this error; return whether there is one."""
    app = get_app_or_none()
    if not app or not app.loop or not app.is_running:
        return False
    # Raising here would cut the drawing of the prompt in two.
    app.loop.call_soon_threadsafe(lambda: app.exit(exception=error))
    return True


def forget_typeahead(app: Application_) -> None:
    """Drop what was typed or pasted before a prompt; it must not answer it."""
    clear_typeahead(app.input)
    forget_typed()


def forget_typed() -> None:
    """Drop what the terminal holds ready although nobody has been asked yet."""
    try:
        import termios
    except ImportError:
        return  # there is none on Windows
    with suppress(OSError, ValueError, termios.error):
        termios.tcflush(0, termios.TCIFLUSH)


class Beneath:
    """The line beneath a prompt: the hint, or after '?' the explanation.

    Both are asked for their text whenever the prompt is drawn.
    """

    def __init__(self, hint: Callable[[], str], explanation: Callable[[], str]) -> None:
        self.hint = hint
        self.explanation = explanation
        self.explaining = False

    def toggle(self, free: Filter) -> KeyBindings:
        """Return the binding of '?'; without an explanation it is a letter."""
        bindings = KeyBindings()

        @bindings.add("?", eager=True, filter=free & Condition(self._explains))
        def _(_: KeyPressEvent) -> None:
            self.explaining = not self.explaining

        return bindings

    def window(self) -> ConditionalContainer:
        """Return the window to put beneath the prompt."""
        control = FormattedTextControl(self._text)
        line = Window(control, dont_extend_height=True, wrap_lines=True)
        return ConditionalContainer(line, filter=~is_done)

    def _explains(self) -> bool:
        return bool(self.explanation())

    def _text(self) -> StyleAndTextTuples:
        if self.explaining:
            return [("class:help", self.explanation())]
        return [("class:hint", self.hint())]


def _leaving(keys: Mapping[str, Any], free: Filter) -> KeyBindings:
    bindings = KeyBindings()
    for key, result in keys.items():
        allowed = Condition(lambda: True) if key in TYPES_NOTHING else free

        @bindings.add(key, eager=True, filter=allowed)
        def _(event: KeyPressEvent, result: Any = result) -> None:
            event.app.exit(result=result)

    return bindings


def _jumping(jumps: Mapping[str, Callable[[], None]]) -> KeyBindings:
    bindings = KeyBindings()
    for key, jump in jumps.items():

        @bindings.add(key, eager=True)
        def _(_: KeyPressEvent, jump: Callable[[], None] = jump) -> None:
            jump()

    return bindings


def _deaf_to_pastes() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("<bracketed-paste>", eager=True)
    def _(_: KeyPressEvent) -> None:
        """Let nothing happen."""

    return bindings


def _stopping(free: Filter) -> KeyBindings:
    """End on Ctrl-C, on Ctrl-D and on the signal, which a list would ignore."""
    bindings = KeyBindings()

    @bindings.add("<sigint>", eager=True)
    @bindings.add("c-c", eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    # Alone, it would begin an argument or a meta key, and eat what is typed next.
    @bindings.add("escape", eager=True)
    def _(_: KeyPressEvent) -> None:
        """Let nothing happen."""

    @bindings.add("c-d", eager=True, filter=free)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError)

    return bindings
