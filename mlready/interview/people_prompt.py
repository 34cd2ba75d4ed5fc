"""Ask for several numbers of people on one screen."""

from collections.abc import Iterator
from shutil import get_terminal_size
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.layout import HSplit, Layout, ScrollablePane, VSplit, Window
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.widgets import TextArea

from mlready.display_width import display_width
from mlready.interview import hints, key_bindings
from mlready.interview.key_bindings import Controls, HintLine
from mlready.interview.navigation import Move, Replies, StepPosition
from mlready.interview.screen import GO_TO, STYLE, blank_line, hint_line, message
from mlready.interview.steps import FREE_FOR, NO_NUMBER, Step
from mlready.interview.text_wrapping import break_line, is_small_terminal, wrap
from mlready.interview.typeahead import TypingPace

RESULTS = {"s": Move.SKIP, "u": Move.UNDO, "/": GO_TO}
WIDTH = 8  # columns of a field


def ask_people(step: Step, position: StepPosition, typing_pace: TypingPace) -> Any:
    """Ask for all fields of a step on one screen.

    Returns the replies to the fields, a Move, or the result of another key. An empty
    field has no answer. If all fields are empty and were empty before, the step is
    skipped.
    """
    form = _Form(step)
    controls = Controls(
        lambda: f"{message(step, position)}{blank_line()}",
        form.hint_line,
        results=RESULTS,
        actions={
            **dict.fromkeys(("enter", "tab", "down"), form.next),
            **dict.fromkeys(("s-tab", "up"), form.back),
        },
        typing=True,
        numbers=True,
        possible=NO_NUMBER,
        body=form.body,
    )
    reply = key_bindings.run(form.app, controls, typing_pace)
    nothing = isinstance(reply, Replies) and not any(reply.texts)
    empty = nothing and not any(field.value for field in step.fields)
    return Move.SKIP if empty else reply


class _Form:
    """A form with one row for each field: its label, and a place to type.

    Enter in the last row confirms all fields. In a field with choices, the user types
    the number of a choice; the choices are listed below the row.
    """

    def __init__(self, step: Step) -> None:
        self.step = step
        self.areas = [
            TextArea(_typed(field), multiline=False, width=WIDTH, height=1)
            for field in step.fields
        ]
        rows: list[Any] = []
        for field, area in zip(step.fields, self.areas, strict=True):
            rows += self._row(field, area)
            area.buffer.on_text_changed += lambda _: self.hint_line.uncover()
            if field.choices:
                area.buffer.on_text_changed += _keep_last_key
                rows.append(_choices(field))
        # If the terminal has too few lines, the field with the cursor is visible.
        self.body = ScrollablePane(HSplit(rows), show_scrollbar=False)
        # Of a form that is partly filled in, an empty field has the cursor.
        first = next((n for n, each in enumerate(step.fields) if not each.value), 0)
        self.app: Application[Any] = Application(
            Layout(self.body, focused_element=self.areas[first]),
            key_bindings=KeyBindings(),
            style=STYLE,
        )
        self.hint_line: HintLine = hint_line(self._hint, self._help)

    def next(self) -> None:
        """Go to the next field, or from the last field confirm all fields.

        While a field has no valid number, the cursor goes to this field instead.
        """
        self.hint_line.uncover()
        at = self._focused()
        if not self._is_valid(at):
            self.hint_line.remark = self._expected(at)
        elif at + 1 < len(self.areas):
            self._focus(at + 1)
        else:
            wrong = [n for n in range(len(self.areas)) if not self._is_valid(n)]
            if wrong:
                self._focus(wrong[0])
                self.hint_line.remark = self._expected(wrong[0])
            else:
                self.app.exit(result=Replies(tuple(self._replies())))

    def back(self) -> None:
        """Go to the previous field, or from the first field to the step before."""
        self.hint_line.uncover()
        at = self._focused()
        if at:
            self._focus(at - 1)
        else:
            self.app.exit(result=Move.BACK)

    def _focused(self) -> int:
        """Return the index of the field with the cursor."""
        return next(
            at for at, area in enumerate(self.areas) if self.app.layout.has_focus(area)
        )

    def _focus(self, at: int) -> None:
        self.app.layout.focus(self.areas[at])
        area = self.areas[at]
        area.buffer.cursor_position = len(area.text)

    def _is_valid(self, at: int) -> bool:
        text, field = self.areas[at].text.strip(), self.step.fields[at]
        if field.choices and text:
            return text in map(str, range(1, len(field.choices) + 1))
        return not text or field.accepts(text)

    def _expected(self, at: int) -> str:
        choices = len(self.step.fields[at].choices)
        return f"1 to {choices}, please." if choices else NO_NUMBER

    def _replies(self) -> Iterator[str]:
        for area, field in zip(self.areas, self.step.fields, strict=True):
            text = area.text.strip()
            keys = list(field.choices)
            yield keys[int(text) - 1] if keys and text else text

    def _hint(self) -> str:
        keys = hints.PEOPLE_SMALL if is_small_terminal() else hints.PEOPLE
        # The label is short; the whole question says what counts.
        question = self.step.fields[self._focused()].text
        return f"{question}\n{hints.of_fact(self.step, keys)}"

    def _help(self) -> str:
        field = self.step.fields[self._focused()]
        topic = field.topic.removeprefix(FREE_FOR)
        own = f"{topic}: {field.help}" if field.help else ""
        about = "\n".join(filter(None, [self.step.help, own]))
        step = self.step._replace(help=about, why=field.why, knows=field.knows)
        return hints.help_with_fact(
            step, hints.ALL_PEOPLE, short=self.hint_line.covering
        )

    def _row(self, field: Step, area: TextArea) -> list[Any]:
        """Return a row of the form: the label, and the field after its last line.

        A long label is broken between words.
        """

        def width() -> Dimension:
            widest = max(display_width(each.topic) for each in self.step.fields) + 2
            return Dimension.exact(min(widest, get_terminal_size().columns - WIDTH))

        def lines() -> list[str]:
            columns = width().preferred - 2  # a blank before and after it
            return [f" {line}" for line in break_line(field.topic, columns)]

        first = Window(
            FormattedTextControl(lambda: "\n".join(lines()[:-1])),
            height=lambda: Dimension.exact(len(lines()) - 1),
        )
        last = Window(FormattedTextControl(lambda: lines()[-1]), width=width)
        return [first, VSplit([last, area])]


def _keep_last_key(buffer: Buffer) -> None:
    """Keep only the digit typed last, so that a new choice replaces the old one."""
    if len(buffer.text) > 1:
        buffer.text = buffer.document.char_before_cursor
        buffer.cursor_position = 1


def _typed(field: Step) -> str:
    """Return the current answer to a field as it is typed: for a choice, its number."""
    if field.choices and field.value:
        return str([*field.choices].index(field.value) + 1)
    return field.value


def _choices(field: Step) -> Window:
    rows = " · ".join(f"{n} {text}" for n, text in enumerate(field.choices.values(), 1))
    text = FormattedTextControl(lambda: [("class:hint", wrap(rows, "   "))])
    return Window(text, dont_extend_height=True)
