"""Add key bindings and a hint line to a questionary prompt.

Works on the prompt_toolkit application of any prompt: our bindings are merged with its
own, and its layout gets one more window. While a text is being typed our letter keys
type their letters.
"""

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

from mlready.interview.typeahead import (
    NO_PASTE,
    drain_paste,
    has_pending_input,
)
from mlready.platform_support import discard_typeahead

CONTROL_KEYS = {"s-tab"}

Application_ = Application[Any]


def extend(
    app: Application_,
    keys: Mapping[str, Any],
    hint_line: "HintLine",
    *,
    jumps: Mapping[str, Callable[[], None]] | None = None,
    typing: bool = False,
) -> None:
    """Add our bindings and the hint line to a prompt.

    ``keys`` end the prompt with their result, ``jumps`` move within it. A paste never
    answers: in a text (``typing``) it is inserted as one line that Enter confirms, in a
    list it only shows a remark.
    """
    empty = Condition(lambda: not (typing and get_app().current_buffer.text))
    bindings = [
        _leave_bindings(keys, empty),
        _jump_bindings(jumps or {}),
        _stop_bindings(empty),
        hint_line.toggle(empty),
        _paste_bindings(None if typing else hint_line),
    ]
    app.key_bindings = merge_key_bindings(
        [*filter(None, [app.key_bindings]), *bindings]
    )
    app.key_processor.before_key_press += lambda _: setattr(hint_line, "remark", "")
    app.erase_when_done = True
    for window in app.layout.find_all_windows():
        # Text broken for a wider terminal is wrapped again, not cut off.
        window.wrap_lines = to_filter(True)  # noqa: FBT003 - the library's way to say so
    app.layout = Layout(
        HSplit([app.layout.container, hint_line.window()]),
        focused_element=app.layout.current_window,
    )


def interrupt(error: BaseException) -> bool:
    """End the running prompt with this error; return whether there is one."""
    app = get_app_or_none()
    if not app or not app.loop or not app.is_running:
        return False
    # An exception raised here, in a signal handler, could interrupt drawing.
    app.loop.call_soon_threadsafe(lambda: _exit(app, error))
    return True


def resume() -> None:
    """Redraw the running prompt and set raw mode again, after SIGCONT.

    A shell in the foreground meanwhile leaves the terminal in its own modes.
    """
    app = get_app_or_none()
    if app and app.loop and app.is_running:
        app.loop.call_soon_threadsafe(_redraw, app)


def _redraw(app: Application_) -> None:
    # Not exited here: the prompt restores the modes it found when it started.
    app.input.raw_mode().__enter__()
    app.renderer.clear()
    app.invalidate()


def _exit(app: Application_, error: BaseException | type[BaseException]) -> None:
    # The library raises an error when another signal has ended the prompt already.
    with suppress(Exception):
        app.exit(exception=error)


def discard_keys(app: Application_) -> None:
    """Drop the keys typed before a prompt: they cannot answer a question not shown."""
    clear_typeahead(app.input)
    discard_typeahead()


class HintLine:
    """The line below a prompt: the hint, or the explanation after '?' was pressed.

    Both are functions, called at each drawing, since the terminal may change its size.
    """

    def __init__(self, hint: Callable[[], str], explanation: Callable[[], str]) -> None:
        self.hint = hint
        self.explanation = explanation
        self.showing_help = False
        self.remark = ""

    def toggle(self, empty: Filter) -> KeyBindings:
        """Return the binding of '?', active only if there is an explanation."""
        bindings = KeyBindings()

        @bindings.add("?", eager=True, filter=empty & Condition(self._explains))
        def _(_: KeyPressEvent) -> None:
            self.showing_help = not self.showing_help

        return bindings

    def window(self) -> ConditionalContainer:
        """Return the window below the prompt."""
        control = FormattedTextControl(self._text)
        line = Window(control, dont_extend_height=True, wrap_lines=True)
        return ConditionalContainer(line, filter=~is_done)

    def _explains(self) -> bool:
        return bool(self.explanation())

    def _text(self) -> StyleAndTextTuples:
        remark = [("class:help", f"  {self.remark}\n")] if self.remark else []
        if self.showing_help:
            return [*remark, ("class:help", self.explanation())]
        return [*remark, ("class:hint", self.hint())]


def _leave_bindings(keys: Mapping[str, Any], empty: Filter) -> KeyBindings:
    bindings = KeyBindings()
    for key, result in keys.items():
        allowed = Condition(lambda: True) if key in CONTROL_KEYS else empty

        @bindings.add(key, eager=True, filter=allowed)
        def _(event: KeyPressEvent, result: Any = result) -> None:
            event.app.exit(result=result)

    return bindings


def _jump_bindings(jumps: Mapping[str, Callable[[], None]]) -> KeyBindings:
    bindings = KeyBindings()
    for key, jump in jumps.items():

        @bindings.add(key, eager=True)
        def _(_: KeyPressEvent, jump: Callable[[], None] = jump) -> None:
            jump()

    return bindings


def _paste_bindings(hint_line: HintLine | None) -> KeyBindings:
    """Tell pasted lines from pressed keys.

    A terminal that does not mark pastes sends their lines at once, so more input
    follows an Enter immediately.
    """
    bindings = KeyBindings()

    def take(event: KeyPressEvent, pasted: str) -> None:
        if hint_line:
            hint_line.remark = NO_PASTE
        elif pasted.strip():  # two quick Enters
            event.current_buffer.insert_text(" ".join(pasted.splitlines()))

    @bindings.add("enter", eager=True, filter=Condition(_more_keys_follow))
    def _(event: KeyPressEvent) -> None:
        waiting = event.key_processor.empty_queue()
        pressed = "".join(map(_key_text, [*event.key_sequence, *waiting]))
        take(event, pressed + drain_paste())

    @bindings.add("<bracketed-paste>", eager=True)
    def _(event: KeyPressEvent) -> None:
        take(event, event.data)

    return bindings


def _more_keys_follow() -> bool:
    return bool(get_app().key_processor.input_queue) or has_pending_input()


def _key_text(press: KeyPress) -> str:
    """Return the text of a key: a letter, a space, a line end, or nothing."""
    if isinstance(press.key, Keys):
        return {Keys.Enter: "\n", Keys.ControlJ: "\n", Keys.Tab: " "}.get(press.key, "")
    return press.data


def _stop_bindings(empty: Filter) -> KeyBindings:
    """End on Ctrl-C, on Ctrl-D and on SIGINT, which a list would ignore."""
    bindings = KeyBindings()

    @bindings.add("<sigint>", eager=True)
    @bindings.add("c-c", eager=True)
    def _(event: KeyPressEvent) -> None:
        _exit(event.app, KeyboardInterrupt)

    # Escape would start a meta key and take the next key with it, NUL would start a
    # selection, and Ctrl-Z would be inserted into a text.
    @bindings.add("escape", eager=True)
    @bindings.add("c-@", eager=True)
    @bindings.add("c-z", eager=True)
    def _(_: KeyPressEvent) -> None:
        """Ignore the key."""

    @bindings.add("c-d", eager=True, filter=empty)
    def _(event: KeyPressEvent) -> None:
        _exit(event.app, EOFError)

    return bindings
