"""Add key bindings and a hint line to a prompt of ``questionary``.

While a text is being typed, letter keys insert letters; otherwise they are commands.
"""

import asyncio
import math
import re
import time
from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

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
from prompt_toolkit.layout import (
    ConditionalContainer,
    Container as Part,
    HSplit,
    Layout,
    ScrollablePane,
    Window,
)
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.renderer import CPR_Support

from mlready.input_limits import LONGEST_TEXT
from mlready.interview.messages_above import Cover
from mlready.interview.stray_text import ONLY_ONE, StrayText
from mlready.interview.text_wrapping import split_at_sentences, wrap
from mlready.interview.typeahead import (
    EACH_SECONDS,
    LOOK_SECONDS,
    PIECE_SECONDS,
    TOO_LONG,
    TypingPace,
    drain_paste,
    has_pending_input,
)
from mlready.platform_support import discard_typeahead

IGNORED_KEYS = (
    "Several keys at once are taken for a paste and ignored; press them one by one."
)
NO_TEXT = "Text is no answer here and was not kept."
PAUSE = "Wait, then press one key."
TOO_SOON = "Not used, because it came too soon."
REST = "? shows the rest · {} of {}"
WRONG_KEY = "That key is no answer."  # the keys that are follow
CONFIRM_PASTE = "Pasted; enter confirms it."
# Keys that type nothing, so that they also leave a text that was begun.
CONTROL_KEYS = {"s-tab", "pageup", "pagedown", "c-g", "c-z"}
CURSOR_KEYS = {Keys.Up, Keys.Down}
ERASE_KEYS = {Keys.Backspace, Keys.Delete}
EDIT_KEYS = CURSOR_KEYS | {Keys.Left, Keys.Right} | ERASE_KEYS
AT_ONCE = 3  # most keys of answers that a busy computer delivers together
MANY = 64  # this many keys in one read are a paste, not keys typed ahead
HELP = "?"  # key that explains a prompt; in a line of text, if it is empty
SEARCH = "/"  # key that lists the steps to go to
ENTER = KeyPress(Keys.Enter, "\r")
# Keys that can end a text prompt.
LEAVE_KEYS = CURSOR_KEYS | {
    *(Keys.Enter, Keys.Tab, Keys.BackTab, Keys.Left, Keys.PageUp, Keys.PageDown),
    *(Keys.ControlG, Keys.ControlZ),
}

Application_ = Application[Any]


class Controls(NamedTuple):
    """The keys, texts and functions that are added to a prompt."""

    message: Callable[[], str]  # returns the text above the prompt
    hint_line: "HintLine"
    # a key that ends the prompt -> the result of the prompt
    results: Mapping[str, Any] = MappingProxyType({})
    # a key that does not end the prompt -> the function to call
    actions: Mapping[str, Callable[[], None]] = MappingProxyType({})
    answers: Container[str] = ()  # the keys that choose an answer
    # notes which row of the list is selected; returns a function to select it again
    choose_again: Callable[[], Callable[[], None]] = lambda: lambda: None
    refusal: Callable[[], str] = str  # returns why Enter cannot confirm yet, or ""
    first_empty: str = ""  # the message on the first Enter in an empty line of text
    deselects: bool = False  # whether a wrong key takes back a default of the list
    possible: str = ""  # the message after a key without a meaning
    typing: bool = False  # whether keys insert text
    explains: bool = False  # whether "?" explains even if the line has a text
    searching: bool = False  # whether characters filter a list
    discards: bool = False  # whether keys typed before the prompt are discarded
    # whether the team expects another prompt, so that keys typed too soon do nothing
    unexpected: bool = False
    stays: bool = False  # whether the message stays on the screen, and is not bold
    # the part of the prompt to show; None for the whole prompt
    body: Window | ScrollablePane | None = None


def run(app: Application_, controls: Controls, typing_pace: TypingPace) -> Any:
    """Run the prompt ``app`` and return its result.

    ``controls`` has keys, texts and functions to add to the prompt. ``typing_pace``
    helps to tell a paste from typed keys. A paste never answers a prompt: text prompts
    insert pastes, lists ignore pastes.
    """
    hint_line, typing = controls.hint_line, controls.typing
    in_line = typing and not controls.explains
    empty = Condition(lambda: not (typing and get_app().current_buffer.text))
    bindings = [
        _stop_bindings(empty),
        _leave_bindings(controls.results, empty),
        _action_bindings(controls.actions),
        _enter_binding(controls),
        _first_empty_binding(controls),
        _help_in_text(app, hint_line) if in_line else hint_line.toggle(),
        _paste_bindings(controls),
        *([_wrong_key_bindings(controls)] if controls.possible else []),
        *([_too_soon_bindings(app, controls)] if controls.unexpected else []),
    ]
    app.key_bindings = merge_key_bindings(
        [*filter(None, [app.key_bindings]), *bindings]
    )
    app.key_processor.before_key_press += lambda _: hint_line.end_message()
    if in_line:
        app.current_buffer.on_text_changed += lambda _: hint_line.hide()
    _mark_pastes(app, controls, typing_pace)
    # Otherwise prompt_toolkit warns in terminals that do not report the cursor.
    app.renderer.cpr_support = CPR_Support.NOT_SUPPORTED
    app.erase_when_done = not controls.stays
    _arrange(app, controls)
    if controls.discards:
        discard_typeahead()
        clear_typeahead(app.input)
    return app.run()


def _arrange(app: Application_, controls: Controls) -> None:
    """Put the message above the prompt and the hint line below the prompt."""
    hint_line = controls.hint_line
    always = to_filter(True)  # noqa: FBT003 - as prompt_toolkit requires
    for window in app.layout.find_all_windows():
        # After the terminal becomes narrower, lines are wrapped again, not cut off.
        window.wrap_lines = always
        if isinstance(window.content, FormattedTextControl) and window.height == 1:
            # What is wrong with a text can take several lines, too.
            window.height, window.dont_extend_height = None, always
    style = "" if controls.stays else "class:question"
    message = FormattedTextControl(lambda: [(style, controls.message())])

    def height() -> Dimension:
        # A list can scroll, but not the question; half the lines remain for the list.
        lines = controls.message().count("\n") + 1
        return Dimension(min=min(lines, app.output.get_size().rows // 2))

    above = Window(message, height=height, dont_extend_height=True, wrap_lines=True)
    body = controls.body
    listed = body or app.layout.container

    def hide_body_if_needed(_: Application_) -> None:
        """Hide the list if list and help of the key "?" do not fit the terminal."""
        size, hint_line.covering, hint_line.room = app.output.get_size(), False, None
        if not hint_line.showing_help:
            return
        rows = listed.preferred_height(size.columns, size.rows).preferred
        above = controls.message().count("\n") + 1
        hint_line.covering = bool(body) and above + rows + hint_line.lines() > size.rows
        above = controls.message().count("\n") + 1  # may be shorter now
        hint_line.room = size.rows - above - (0 if hint_line.covering else rows)

    app.before_render += hide_body_if_needed
    shown = ConditionalContainer(listed, Condition(lambda: not hint_line.covering))
    parts = [above, shown, hint_line.window()]
    app.layout = Layout(
        HSplit([_cover(app, controls, parts), *parts]),
        focused_element=body if isinstance(body, Window) else app.layout.current_window,
    )


def _cover(
    app: Application_,
    controls: Controls,
    parts: Sequence[Part],
) -> ConditionalContainer:
    """Return the window above ``parts``, with the messages that they scroll off."""
    cover = Cover()

    def lines() -> list[str]:
        columns, rows = (size := app.output.get_size()).columns, size.rows
        taken = (each.preferred_height(columns, rows).preferred for each in parts)
        # A picture and an explanation need all lines.
        insists = not (controls.stays or controls.hint_line.showing_help)
        return cover.lines(rows - sum(taken), insists=insists)

    window = Window(
        FormattedTextControl(lambda: "\n".join(lines())),
        height=lambda: Dimension.exact(len(lines())),
    )
    return ConditionalContainer(window, Condition(lambda: bool(lines())) & ~is_done)


def typed_text() -> str:
    """Return the text that is being typed in the running prompt."""
    return get_app().current_buffer.text


def interrupt(error: BaseException) -> bool:
    """End the running prompt with ``error``; return whether a prompt was running."""
    app = get_app_or_none()
    if not app or not app.loop or not app.is_running:
        return False
    # The error is not raised here, in a signal handler, which may interrupt drawing.
    app.loop.call_soon_threadsafe(lambda: _exit(app, error))
    return True


def resume() -> None:
    """Draw the running prompt again after the program was stopped and continued."""
    app = get_app_or_none()
    if app and app.loop and app.is_running:
        app.loop.call_soon_threadsafe(_redraw, app)


def _redraw(app: Application_) -> None:
    # The shell sets its own terminal modes while the program is stopped.
    # Not a ``with`` block: the prompt itself restores the terminal when it ends.
    app.input.raw_mode().__enter__()
    app.renderer.clear()
    app.invalidate()


def _exit(app: Application_, error: BaseException | type[BaseException]) -> None:
    # prompt_toolkit raises an error if another signal has already ended the prompt.
    with suppress(Exception):
        app.exit(exception=error)


class HintLine:
    """The lines below a prompt: a hint, or an explanation after the key "?"."""

    def __init__(self, hint: Callable[[], str], explanation: Callable[[], str]) -> None:
        # Both are called at each redraw, because the size of the terminal may change.
        self.hint = hint
        self.explanation = explanation
        self.covering = False  # whether the explanation hides a list
        self.room: int | None = None  # most lines of the explanation; None for any
        self.message = ""  # until the next key, above hint or explanation
        self.last_message = ""  # the one until this key
        self._part = 0  # of the explanation that is shown, 0 for the hint

    @property
    def showing_help(self) -> bool:
        """Whether the explanation is shown instead of the hint."""
        return bool(self._part)

    def toggle(self) -> KeyBindings:
        """Return a key binding with which "?" shows and hides the explanation."""
        bindings = KeyBindings()

        @bindings.add("?", eager=True, filter=Condition(self._explains))
        def _(_: KeyPressEvent) -> None:
            self.turn()

        return bindings

    def turn(self) -> None:
        """Show the next part of the explanation, or the hint after the last part."""
        self._part = (self._part + 1) % (len(self._parts()) + 1)

    def window(self) -> ConditionalContainer:
        """Return the window of the hint or explanation, below the prompt."""
        control = FormattedTextControl(self._text)
        line = Window(control, dont_extend_height=True, wrap_lines=True)
        return ConditionalContainer(line, filter=~is_done)

    def lines(self) -> int:
        """Return how many lines ``text`` has."""
        return self.text().count("\n") + 1

    def text(self) -> str:
        """Return the text to show: the message, then the hint or the explanation."""
        return "".join(text for _, text, *_ in self._text())

    def end_message(self) -> None:
        """Show no message any more, because a key is pressed."""
        self.last_message, self.message = self.message, ""

    def uncover(self) -> None:
        """Show the prompt's list again if the prompt's explanation hides the list."""
        if self.covering:
            self.hide()
            self.covering = False

    def hide(self) -> None:
        """Hide the prompt's explanation, so that the hint is shown again."""
        self._part = 0

    def _explains(self) -> bool:
        return bool(self.explanation())

    def _text(self) -> StyleAndTextTuples:
        message = [("class:help", f"{wrap(self.message)}\n")] if self.message else []
        if self.showing_help:
            parts = self._parts()
            return [*message, ("class:help", parts[min(self._part, len(parts)) - 1])]
        return [*message, ("class:hint", self.hint())]

    def _parts(self) -> list[str]:
        """Return the prompt's explanation in parts that each fit the terminal."""
        text = self.explanation()
        whole = wrap(text)
        if self.room is None:
            return [whole]
        # A message takes lines of the same room.
        room = self.room - len(wrap(self.message).splitlines())
        if whole.count("\n") < room:
            return [whole]
        # The last line of the explanation says how to hide it.
        text, _, end = text.rpartition("\n")
        parts = split_at_sentences(text, max(room - 1, 1))
        total = len(parts)
        ends = [*(REST.format(n, total) for n in range(1, total)), end]
        return [f"{part}\n{wrap(e)}" for part, e in zip(parts, ends, strict=True)]


def _leave_bindings(keys: Mapping[str, Any], empty: Filter) -> KeyBindings:
    bindings = KeyBindings()
    for key, result in keys.items():
        allowed = Condition(lambda: True) if key in CONTROL_KEYS else empty

        @bindings.add(key, eager=True, filter=allowed)
        def _(event: KeyPressEvent, result: Any = result) -> None:
            event.app.exit(result=result)

    return bindings


def _action_bindings(actions: Mapping[str, Callable[[], None]]) -> KeyBindings:
    bindings = KeyBindings()
    for key, action in actions.items():

        @bindings.add(key, eager=True)
        def _(_: KeyPressEvent, action: Callable[[], None] = action) -> None:
            action()

    return bindings


def _enter_binding(controls: Controls) -> KeyBindings:
    """Return a key binding: Enter shows ``Controls.refusal``, unless that is empty."""
    bindings = KeyBindings()

    @bindings.add(
        "enter", eager=True, filter=Condition(lambda: bool(controls.refusal()))
    )
    def _(event: KeyPressEvent) -> None:
        line, possible = controls.hint_line, controls.possible
        # Somebody may press a wrong key and Enter at once.
        was_wrong = possible and line.last_message == possible
        line.message = f"{WRONG_KEY} {possible}" if was_wrong else controls.refusal()
        if line.last_message.startswith(NO_TEXT):
            # A paste and Enter can come at once, so that nobody has read this yet.
            line.message = line.last_message
        line.uncover()
        if controls.typing:
            # Otherwise the next key would be added, and both accepted as a text.
            event.current_buffer.reset()

    return bindings


def _first_empty_binding(controls: Controls) -> KeyBindings:
    """Return a key binding: the first Enter in an empty line shows a message."""
    bindings, shown = KeyBindings(), [not controls.first_empty]

    @bindings.add(
        "enter",
        eager=True,
        filter=Condition(lambda: not (shown[0] or typed_text().strip())),
    )
    def _(event: KeyPressEvent) -> None:
        shown[0] = True
        controls.hint_line.message = controls.first_empty
        event.current_buffer.reset()

    return bindings


def _help_in_text(app: Application_, hint_line: HintLine) -> KeyBindings:
    """Return bindings with which "?" in an empty line of text shows the explanation."""
    bindings, before, asked_at = KeyBindings(), app.current_buffer.text, [-math.inf]

    def asks() -> bool:
        return hint_line.showing_help or not get_app().current_buffer.text

    def types_on() -> bool:
        # Nobody can have looked at the explanation so soon.
        return time.monotonic() - asked_at[0] < EACH_SECONDS

    @bindings.add(HELP, eager=True, filter=Condition(asks))
    def _(event: KeyPressEvent) -> None:
        asked_at[0] = -math.inf if hint_line.showing_help else time.monotonic()
        if not event.current_buffer.text:
            # The line gets back the text with which the prompt began.
            event.current_buffer.text = before
            event.current_buffer.cursor_position = len(before)
        hint_line.turn()

    @bindings.add("<any>", eager=True, filter=Condition(types_on))
    def _(event: KeyPressEvent) -> None:
        asked_at[0] = -math.inf
        if event.data.isprintable():
            # The "?" and this character are the beginning of a text.
            event.current_buffer.text = f"{HELP}{event.data}"
            event.current_buffer.cursor_position = len(event.current_buffer.text)

    @bindings.add("enter", eager=True, filter=Condition(types_on))
    def _(_: KeyPressEvent) -> None:
        """Ignore Enter so soon after "?" that nobody can have read the explanation."""

    return bindings


def _too_soon_bindings(app: Application_, controls: Controls) -> KeyBindings:
    """Return bindings that ignore keys until somebody can have read the prompt."""
    bindings, until = KeyBindings(), list[float]()

    def drawn(_: Application_) -> None:
        if not until:
            until.append(time.monotonic() + LOOK_SECONDS)

    def is_too_soon() -> bool:
        return not until or time.monotonic() < until[0]

    def refuse(_: KeyPressEvent) -> None:
        controls.hint_line.message = TOO_SOON
        if until:  # the next key belongs to the same reply
            until[0] = max(until[0], time.monotonic() + EACH_SECONDS)

    app.after_render += drawn
    for key in ("<any>", "enter", *controls.results, *controls.actions):
        bindings.add(key, eager=True, filter=Condition(is_too_soon))(refuse)
    return bindings


def _refusal(controls: Controls, stray: StrayText, *, is_first: bool = False) -> str:
    """Return the message after a wrong key, which can be the first of a text."""
    if stray.is_several:
        return f"{ONLY_ONE} {controls.possible}"
    # A single space also counts as a text.
    if stray.is_text and not is_first:
        return f"{NO_TEXT} {controls.possible} {PAUSE}"
    return controls.possible


def _wrong_key_bindings(controls: Controls) -> KeyBindings:
    """Return bindings that show the possible keys if another key is pressed."""
    bindings, stray = KeyBindings(), StrayText(controls.choose_again)
    keys = {*controls.results, *controls.actions}

    def refuse(*, is_first: bool = False) -> None:
        message = _refusal(controls, stray, is_first=is_first)
        controls.hint_line.message = message

    @bindings.add("<any>")
    def _(event: KeyPressEvent) -> None:
        if event.data and event.data.isprintable():
            is_first = not stray.goes_on
            stray.add(event.data)
            refuse(is_first=is_first)

    for each in (key for key in keys if len(key) == 1):

        @bindings.add(each, eager=True, filter=Condition(lambda: stray.goes_on))
        def _(_: KeyPressEvent, key: str = each) -> None:
            if key not in controls.actions:
                stray.add(key, command=True)
            elif stray.accepts():
                controls.actions[key]()
                controls.hint_line.message = ONLY_ONE if stray.is_several else ""
                return
            refuse()

    wrong = Condition(lambda: stray.is_text or stray.is_several)

    @bindings.add("enter", eager=True, filter=wrong)
    def _(_: KeyPressEvent) -> None:
        refuse()
        stray.end()

    return bindings


def _paste_bindings(controls: Controls) -> KeyBindings:
    hint_line, possible = controls.hint_line, controls.possible
    bindings = KeyBindings()

    @bindings.add("<bracketed-paste>", eager=True)
    def _(event: KeyPressEvent) -> None:
        text = re.sub(r"[\t\n\r]+", " ", event.data.lstrip())
        if not controls.typing:
            lines = event.data.splitlines()
            is_text = possible and any(" " in line.strip() for line in lines)
            ignored = NO_TEXT if is_text else IGNORED_KEYS
            hint_line.message = f"{ignored} {possible}".rstrip()
        elif len(event.current_buffer.text) + len(text) > LONGEST_TEXT:
            hint_line.message = TOO_LONG
        elif text.strip():
            event.current_buffer.insert_text(text)
            hint_line.message = CONFIRM_PASTE

    return bindings


def _mark_pastes(
    app: Application_, controls: Controls, typing_pace: TypingPace
) -> None:
    """Treat keys as a paste if the keys arrive faster than anybody types.

    This is for terminals that do not mark a paste.
    """
    feed, typed_ahead = app.key_processor.feed_multiple, [True]

    def feed_keys(presses: list[KeyPress], *args: Any) -> None:
        # Between prompts the terminal sends the other line end for Enter.
        presses = [ENTER if key.key == Keys.ControlJ else key for key in presses]
        if typed_ahead.pop() if typed_ahead else not presses:
            # The first keys are those that were left over by the previous prompt.
            feed(presses, *args)
            return
        feed(_as_typed(presses, controls, typing_pace.read()), *args)
        asyncio.get_running_loop().call_soon(typing_pace.note_waiting)

    def wait(_: Application_) -> None:
        if not app.is_done:
            typing_pace.note_waiting()

    def start() -> None:
        app.create_background_task(_beat(typing_pace))

    typing_pace.note_busy()
    app.after_render += wait
    app.pre_run_callables.append(start)
    # Only ``feed_multiple`` receives all keys of one read together, so it is replaced.
    vars(app.key_processor)["feed_multiple"] = feed_keys


async def _beat(typing_pace: TypingPace) -> None:
    while True:  # noqa: ASYNC110 - it waits for time to pass, not for an event
        await asyncio.sleep(typing_pace.beat())


def _as_typed(
    presses: list[KeyPress], controls: Controls, possible: int
) -> list[KeyPress]:
    """Return typed keys unchanged, or pasted keys as one ``Keys.BracketedPaste``.

    ``presses`` are key presses that arrived together. ``controls`` says what keys do in
    the running prompt. ``possible`` is how many keys somebody can have typed since the
    program last read. Keys after Ctrl-C, and a paste before Ctrl-C, are left out.
    """
    at = next((n for n, key in enumerate(presses) if key.key == Keys.ControlC), None)
    if at is not None and len(presses) > 1:  # keys after Ctrl-C are left out
        before, stop = presses[:at], presses[at : at + 1]
        return [*(before if _were_typed(before, controls, possible) else []), *stop]
    if _were_typed(presses, controls, possible):
        return presses
    text = "".join(map(_key_text, presses))
    return [KeyPress(Keys.BracketedPaste, text + drain_paste(len(text)))]


def _were_typed(presses: list[KeyPress], controls: Controls, possible: int) -> bool:
    """Return whether key presses that arrived together were typed, not pasted.

    ``controls`` says what keys do in the running prompt. ``possible`` is how many keys
    somebody can have typed since the program last read.
    """
    typing, keys = controls.typing, {press.key for press in presses}
    # prompt_toolkit delivers Escape, which is ignored, together with the next key.
    number = sum(press.key != Keys.Escape for press in presses)
    if number <= 1:
        return True
    if Keys.BracketedPaste in keys:
        return False
    # Repeats of one cursor key: the key was held down.
    held_down = len(keys) == 1 and keys <= (EDIT_KEYS if typing else CURSOR_KEYS)
    # Keys after the key that opens the search are text to search for.
    opens = presses[0].key == SEARCH and SEARCH in controls.results
    # A busy computer may not let the program read in time.
    few = number <= possible + AT_ONCE
    answers = few and (typing or _are_answers(presses, controls.answers))
    letters = not any(isinstance(key, Keys) for key in keys - {Keys.Escape})
    searched = (controls.searching or opens) and letters
    # A paste would only be inserted, as typed keys are.
    safe = searched or (typing and not keys & LEAVE_KEYS and number < MANY)
    typed = number <= possible or held_down or answers or safe
    return typed or ((typing or controls.searching) and _is_line(presses))


def _are_answers(presses: list[KeyPress], answers: Container[str]) -> bool:
    """Return whether the keys are answers and Enter in turn, such as 2, Enter, d."""
    confirms = [press.key == Keys.Enter for press in presses]
    return all(confirm != before for before, confirm in pairwise(confirms)) and all(
        press.key == Keys.Enter or press.key in answers for press in presses
    )


def _is_line(presses: list[KeyPress]) -> bool:
    """Return whether keys that arrived together are a text and then Enter.

    The result is False if more input follows. Over a slow connection, typed keys can
    arrive together. A pasted line can, too, so True does not exclude a paste.
    """
    *before, last = (press.key for press in presses)
    if last != Keys.Enter:
        return False
    if any(isinstance(key, Keys) and key not in ERASE_KEYS for key in before):
        return False
    return not has_pending_input(PIECE_SECONDS)


def _key_text(press: KeyPress) -> str:
    """Return the text that a key press inserts; "" for keys without a text."""
    if isinstance(press.key, Keys) and press.key != Keys.BracketedPaste:
        return {Keys.Enter: "\n", Keys.Tab: " "}.get(press.key, "")
    return press.data


def _stop_bindings(empty: Filter) -> KeyBindings:
    """Return key bindings that end the prompt on Ctrl-C, Ctrl-D and SIGINT.

    Ctrl-D ends the prompt only if no text was typed, as ``empty`` says.
    """
    bindings = KeyBindings()

    @bindings.add("<sigint>", eager=True)
    @bindings.add("c-c", eager=True)
    def _(event: KeyPressEvent) -> None:
        _exit(event.app, KeyboardInterrupt)

    # Otherwise Escape would combine with the next key to a meta key, NUL would start a
    # selection, and Ctrl-Z would be inserted into a text.
    @bindings.add("escape", eager=True)
    @bindings.add("c-@", eager=True)
    @bindings.add("c-z", eager=True)
    def _(_: KeyPressEvent) -> None:
        """Ignore Escape, Ctrl-@ and Ctrl-Z."""

    @bindings.add("c-d", eager=True, filter=empty)
    def _(event: KeyPressEvent) -> None:
        _exit(event.app, EOFError)

    return bindings
