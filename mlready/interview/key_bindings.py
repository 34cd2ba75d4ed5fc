"""Give a prompt keys of our own, and a line beneath that names or explains them.

Works on the prompt_toolkit application of any prompt: our bindings are added to its
own, and its layout gets one more window. While something is being typed our keys are
letters like any other; only keys that type nothing still leave.
"""

import os
import select
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from prompt_toolkit.application import Application, get_app, get_app_or_none
from prompt_toolkit.filters import Condition, Filter, is_done, to_filter
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import (
    KeyBindings,
    KeyPress,
    KeyPressEvent,
    merge_key_bindings,
)
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import ConditionalContainer, HSplit, Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl

NO_PASTE = "Several lines at once are a paste, and no answer."
QUIET, LONGEST = 0.1, 5.0  # seconds: when a paste has ended, and when nobody waits more
TYPES_NOTHING = {"s-tab"}

Application_ = Application[Any]


def extend(
    app: Application_,
    keys: Mapping[str, Any],
    beneath: "HintLine",
    *,
    jumps: Mapping[str, Callable[[], None]] | None = None,
    typing: bool = False,
) -> None:
    """Let keys leave the prompt with their result, and jumps move within it.

    A paste is no answer: where something is typed it becomes one line that is still
    to be confirmed, and elsewhere nothing but a remark beneath.
    """
    free = Condition(lambda: not (typing and get_app().current_buffer.text))
    ours = [
        _leaving(keys, free),
        _jumping(jumps or {}),
        _stopping(free),
        beneath.toggle(free),
        _pasting(None if typing else beneath),
    ]
    app.key_bindings = merge_key_bindings([*filter(None, [app.key_bindings]), *ours])
    app.key_processor.before_key_press += lambda _: setattr(beneath, "remark", "")
    app.erase_when_done = True
    for window in app.layout.find_all_windows():
        # What was broken for a wider terminal is broken again, not cut off.
        window.wrap_lines = to_filter(True)  # noqa: FBT003 - the library's way to say so
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
    app.loop.call_soon_threadsafe(lambda: _exit(app, error))
    return True


def resume() -> None:
    """Draw the prompt that is running anew, and take its keys one by one again.

    A shell that was in front meanwhile has left the terminal in its own modes.
    """
    app = get_app_or_none()
    if app and app.loop and app.is_running:
        app.loop.call_soon_threadsafe(_draw_anew, app)


def _draw_anew(app: Application_) -> None:
    # Never left by itself: what the terminal was before is known to whoever began.
    app.input.raw_mode().__enter__()
    app.renderer.clear()
    app.invalidate()


def _exit(app: Application_, error: BaseException | type[BaseException]) -> None:
    # The library raises no less where the prompt has ended already, by another signal.
    with suppress(Exception):
        app.exit(exception=error)


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


def has_more_typed(within: float = 0) -> bool:
    """Return whether more has been typed than was asked for, or is in some seconds."""
    with suppress(OSError):  # Windows can tell of sockets only
        return os.isatty(0) and bool(select.select([0], [], [], within)[0])
    return False


def rest_of_paste() -> str:
    """Take what still comes, until nothing has come for a moment."""
    rest, end = b"", time.monotonic() + LONGEST
    with suppress(OSError):  # the terminal may go away
        while time.monotonic() < end and has_more_typed(QUIET):
            if not (more := os.read(0, 1 << 16)):
                break
            rest += more
    return rest.decode(errors="replace")


class HintLine:
    """The line beneath a prompt: the hint, or after '?' the explanation.

    Both are asked for their text whenever the prompt is drawn.
    """

    def __init__(self, hint: Callable[[], str], explanation: Callable[[], str]) -> None:
        self.hint = hint
        self.explanation = explanation
        self.explaining = False
        self.remark = ""

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
        remark = [("class:help", f"  {self.remark}\n")] if self.remark else []
        if self.explaining:
            return [*remark, ("class:help", self.explanation())]
        return [*remark, ("class:hint", self.hint())]


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


def _pasting(beneath: HintLine | None) -> KeyBindings:
    """Tell lines that are pasted from keys that are pressed.

    A terminal that does not mark pastes sends their lines at once: something waits
    behind an enter then, as it does not when somebody types.
    """
    bindings = KeyBindings()

    def take(event: KeyPressEvent, pasted: str) -> None:
        if beneath:
            beneath.remark = NO_PASTE
        elif pasted.strip():  # two quick enters are no text
            event.current_buffer.insert_text(" ".join(pasted.splitlines()))

    @bindings.add("enter", eager=True, filter=Condition(_has_more_keys))
    def _(event: KeyPressEvent) -> None:
        waiting = event.key_processor.empty_queue()
        pressed = "".join(map(_typed, [*event.key_sequence, *waiting]))
        take(event, pressed + rest_of_paste())

    @bindings.add("<bracketed-paste>", eager=True)
    def _(event: KeyPressEvent) -> None:
        take(event, event.data)

    return bindings


def _has_more_keys() -> bool:
    return bool(get_app().key_processor.input_queue) or has_more_typed()


def _typed(press: KeyPress) -> str:
    """Return what a key writes: a letter, a space, the end of a line, or nothing."""
    if isinstance(press.key, Keys):
        return {Keys.Enter: "\n", Keys.ControlJ: "\n", Keys.Tab: " "}.get(press.key, "")
    return press.data


def _stopping(free: Filter) -> KeyBindings:
    """End on Ctrl-C, on Ctrl-D and on the signal, which a list would ignore."""
    bindings = KeyBindings()

    @bindings.add("<sigint>", eager=True)
    @bindings.add("c-c", eager=True)
    def _(event: KeyPressEvent) -> None:
        _exit(event.app, KeyboardInterrupt)

    # Alone, an escape would begin an argument or a meta key, and eat what is typed
    # next; NUL would begin a selection, and Ctrl-Z stand in a text as a sign.
    @bindings.add("escape", eager=True)
    @bindings.add("c-@", eager=True)
    @bindings.add("c-z", eager=True)
    def _(_: KeyPressEvent) -> None:
        """Let nothing happen."""

    @bindings.add("c-d", eager=True, filter=free)
    def _(event: KeyPressEvent) -> None:
        _exit(event.app, EOFError)

    return bindings
