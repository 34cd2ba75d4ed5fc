"""The rows of the form for numbers of people: labels, and places to type."""

from collections.abc import Callable, Sequence
from shutil import get_terminal_size

from prompt_toolkit.filters import Condition, to_filter
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import (
    Container,
    HSplit,
    ScrollablePane,
    ScrollOffsets,
    VSplit,
    Window,
)
from prompt_toolkit.layout.controls import FormattedTextControl
from prompt_toolkit.layout.dimension import Dimension
from prompt_toolkit.layout.mouse_handlers import MouseHandlers
from prompt_toolkit.layout.processors import AfterInput, ConditionalProcessor
from prompt_toolkit.layout.screen import Char, Screen, WritePosition
from prompt_toolkit.widgets import TextArea

from mlready.display_width import display_width
from mlready.interview.steps import DONT_KNOW_TEXT, Step
from mlready.interview.text_wrapping import break_line, is_narrow_terminal, wrap

WIDTH = 11  # least columns of a field: for the longest number, and the cursor
ARROWS = 1  # columns for arrows to hidden rows


class FieldRows:
    """One row for each field: a label, a place to type, and lines below.

    Below the row with the cursor, these lines are the question and its choices.
    """

    def __init__(self, fields: Sequence[Step], focused: Callable[[], int]) -> None:
        self._fields, self._focused = fields, focused
        self.areas = [self._area(at) for at in range(len(fields))]

    def pane(self) -> ScrollablePane:
        """Return all rows in a pane, which scrolls to the row with the cursor.

        All lines of this row are visible, with the question below the label.
        """
        parts = [part for at in range(len(self._fields)) for part in self._row(at)]
        whole_row = ScrollOffsets(
            top=lambda: len(self._label(self._focused())) - 1,
            bottom=lambda: len(self._below(self._focused())),
        )
        return _PaneWithArrows(
            HSplit(parts), show_scrollbar=False, scroll_offsets=whole_row
        )

    def _area(self, at: int) -> TextArea:
        """Return the input of a field, with the cursor at the end."""
        left = AfterInput(DONT_KNOW_TEXT, "class:hint")
        area = TextArea(
            typed_answer(self._fields[at]),
            multiline=False,
            width=Dimension(min=WIDTH),
            input_processors=[
                ConditionalProcessor(left, Condition(lambda: self._is_left(at)))
            ],
        )
        # A long text takes several lines, so that all of it is visible.
        area.window.height, area.window.dont_extend_height = None, to_filter(True)  # noqa: FBT003 - as required
        area.buffer.cursor_position = len(area.text)
        return area

    def _is_left(self, at: int) -> bool:
        """Return whether a field was left empty because nobody knows the number."""
        passed = at < self._focused() or self._fields[at].nobody_knows
        return passed and not self.areas[at].text

    def _row(self, at: int) -> list[Container]:
        """Return the parts of the row of field number ``at``, from the top down.

        These are the label without its last line, the last line of the label with the
        input beside this line, and the lines of ``_below``.
        """
        first = Window(
            FormattedTextControl(lambda: self._styled(at, self._label(at)[:-1])),
            height=lambda: Dimension.exact(len(self._label(at)) - 1),
        )
        last = Window(
            FormattedTextControl(lambda: self._styled(at, self._label(at)[-1:])),
            width=self._width,
        )
        below = Window(
            FormattedTextControl(lambda: "\n".join(self._below(at))),
            style="class:hint",
            height=lambda: Dimension.exact(len(self._below(at))),
        )
        return [first, VSplit([last, self.areas[at]]), below]

    def _width(self) -> Dimension:
        topics = [display_width(each.topic) for each in self._fields]
        widest = max(topics) + len(_mark()) + 1  # a blank
        room = get_terminal_size().columns - WIDTH - ARROWS
        return Dimension.exact(min(widest, room))

    def _label(self, at: int) -> list[str]:
        """Return the lines of a label, with a mark if the field has the cursor."""
        mark = _mark() if at == self._focused() else ""
        columns = self._width().preferred - len(_mark()) - 1
        first, *more = break_line(self._fields[at].topic, columns)
        indent = len(_mark())
        return [f"{mark:{indent}}{first}", *(f"{'':{indent}}{each}" for each in more)]

    def _styled(self, at: int, lines: Sequence[str]) -> StyleAndTextTuples:
        style = "class:highlighted" if at == self._focused() else ""
        return [(style, "\n".join(lines))]

    def _below(self, at: int) -> list[str]:
        """Return the lines of text to show below the row of a field.

        In the row with the cursor, these are the question and its choices. In any other
        row, only the choice is shown whose number was typed.
        """
        field = self._fields[at]
        choices = [f"{n} {text}" for n, text in enumerate(field.choices.values(), 1)]
        # A narrow terminal shows each choice on a line of its own.
        listed = ("\n" if is_narrow_terminal() else " · ").join(choices)
        # The label is short; the whole question says what counts.
        text = f"{field.text}\n{listed}".strip()
        if at != self._focused():
            typed = self.areas[at].text
            text = next((each for each in choices if each.split()[0] == typed), "")
        return wrap(text, " " * (len(_mark()) + 2)).splitlines()


class _PaneWithArrows(ScrollablePane):
    """Rows that scroll, with arrows at the right if rows are hidden."""

    def write_to_screen(  # noqa: PLR0913, PLR0917 - as in the base class
        self,
        screen: Screen,
        mouse_handlers: MouseHandlers,
        write_position: WritePosition,
        parent_style: str,
        erase_bg: bool,  # noqa: FBT001 - as in the base class
        z_index: int | None,
    ) -> None:
        at = write_position
        rows = WritePosition(at.xpos, at.ypos, at.width - ARROWS, at.height)
        super().write_to_screen(
            screen, mouse_handlers, rows, parent_style, erase_bg, z_index
        )
        lines = self.content.preferred_height(rows.width, self.max_available_height)
        hidden = lines.preferred - self.vertical_scroll - at.height
        for line, arrow, shown in (
            (at.ypos, "↑", self.vertical_scroll > 0),
            (at.ypos + at.height - 1, "↓", hidden > 0),
        ):
            if shown:
                arrows = screen.data_buffer[line]
                arrows[at.xpos + rows.width] = Char(arrow, "class:pointer")


def _mark() -> str:
    """Return the mark of the row with the cursor."""
    return "»" if is_narrow_terminal() else "» "


def typed_answer(field: Step) -> str:
    """Return what a user types for a field's answer, such as "2" for a choice."""
    if field.choices and field.value:
        return str([*field.choices].index(field.value) + 1)
    return field.value
