"""The parts that prompts with cursor keys share: style, message, lists and hints.

Only this module imports questionary, so that all prompts look the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate

import questionary
from prompt_toolkit.filters import to_filter
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import ScrollOffsets, Window
from prompt_toolkit.layout.containers import WindowRenderInfo
from prompt_toolkit.layout.controls import UIContent
from prompt_toolkit.layout.margins import Margin
from questionary.prompts.common import InquirerControl

from mlready.display_width import display_width
from mlready.escaping import for_terminal
from mlready.interview import messages_above
from mlready.interview.hidden_characters import ShowHiddenCharacters
from mlready.interview.key_bindings import HintLine
from mlready.interview.navigation import StepPosition
from mlready.interview.steps import Step, said_line
from mlready.interview.text_wrapping import (
    cut_words,
    indented,
    is_small_terminal,
    room_for_message,
    wrap,
)

LEFT_OUT = "left out"
GO_TO = "go to"  # result of the key that lists the steps to go to
NO_ROW = -1  # no row of a list is selected
TEXT_INDENT = "  "  # before each row of a text that is being typed
SHOW_HIDDEN = ShowHiddenCharacters(len(TEXT_INDENT))
STYLE = questionary.Style(
    [
        ("question", "bold"),
        ("pointer", "fg:ansicyan bold"),
        ("highlighted", "bold"),
        ("hint", "fg:ansibrightblack"),
        ("help", "fg:ansiyellow"),
    ]
)


class _MoreMargin(Margin):
    """A column with arrows if a list has more rows above or below."""

    def get_width(self, get_ui_content: Callable[[], UIContent]) -> int:
        del get_ui_content
        return 1

    def create_margin(
        self, window_render_info: WindowRenderInfo, width: int, height: int
    ) -> StyleAndTextTuples:
        del width
        shown = window_render_info
        above = " " if shown.top_visible else "↑"
        below = " " if shown.bottom_visible else "↓"
        if height == 1:
            return [("class:pointer", below if below.strip() else above)]
        return [("class:pointer", f"{above}{chr(10) * (height - 1)}{below}")]


def message(step: Step, position: StepPosition) -> str:
    """Return the text above the prompt for a step, wrapped to the terminal's width."""
    parts = [wrap(position.line(step), " "), question_text(step)]
    said = "" if step.choices else said_line(step)
    return "\n".join([*parts, *([wrap(said, " ")] if said else [])])


def question_text(step: Step) -> str:
    """Return the text of a step, wrapped to the terminal's width."""
    return wrap(f"{step.id}  {step.text}" if step.question else step.text, " ")


def blank_line() -> str:
    """Return a line end to put between message and list; "" in a small terminal."""
    return "" if is_small_terminal() else "\n"


def hint_line(hint: Callable[[], str], help_: Callable[[], str] = str) -> HintLine:
    """Return the lines below a prompt, wrapped to the terminal's width.

    Args:
        hint: returns the hint, which is shown first.
        help_: returns the explanation, which the key "?" shows instead.

    """
    return HintLine(lambda: wrap(hint()), help_)


def say(text: str, *, needed: bool = True, in_short: str = "") -> None:
    """Print a message to the team above the next prompt.

    If ``needed`` is true, its beginning is shown even if the prompt needs all lines, or
    ``in_short`` if that is not "".
    """
    questionary.print(indented(text))
    messages_above.note(text, needed=needed, in_short=in_short)


def say_change(topic: str, before: str, now: str, rest: str = "") -> str:
    """Print an answer, such as "Labels: 3 (instead of: 2)".

    Returns the printed text if the answer replaces another one, else "".

    ``rest`` is a text to add at the end, such as "; still empty: Data engineer".
    """
    changed = f" (instead of: {before})" if before not in {"", now} else ""
    text = f"{topic}: {now or LEFT_OUT}{changed}{rest}"
    say(text, needed=bool(changed), in_short=_in_one_line(topic, now or LEFT_OUT))
    return text if changed else ""


def _in_one_line(topic: str, now: str) -> str:
    """Return an answer in one line, in which the name is cut rather than the value.

    A name keeps half of the line: a long value says enough with its first words.
    """
    line = room_for_message()
    name = cut_words(topic, max(line - display_width(now) - len(": "), line // 2))
    return cut_words(for_terminal(f"{name}: {now}"), line)


def list_prompt(rows: Mapping[str, str], selected: str) -> questionary.Question:
    """Return a prompt to choose one row of a list.

    Args:
        rows: maps the value of each row to its text.
        selected: the value of the row selected at first; "" for the first row.

    """
    return questionary.select(
        "",
        list_rows(rows),
        default=selected or None,
        instruction=" ",
        qmark="",
        use_emacs_keys=False,
        use_jk_keys=False,
        style=STYLE,
    )


def list_rows(rows: Mapping[str, str]) -> list[questionary.Choice]:
    """Return the rows of a list prompt.

    Args:
        rows: maps the value of each row to its text.

    """
    return [questionary.Choice(text, value) for value, text in rows.items()]


def text_prompt(
    default: str, validate: Callable[[str], bool | str]
) -> questionary.Question:
    """Return a prompt for one line of text, with hidden characters and whole words.

    Args:
        default: the text to begin with.
        validate: returns True for a valid text, or what is wrong with the text.

    """

    def validated(text: str) -> bool | str:
        wrong = validate(text)
        return wrap(wrong) if isinstance(wrong, str) else wrong

    return questionary.text(
        "",
        default=default,
        validate=validated,
        qmark="",
        style=STYLE,
        input_processors=[SHOW_HIDDEN],
        prompt_continuation=TEXT_INDENT,
    )


def list_window(prompt: questionary.Question) -> tuple[Window, InquirerControl]:
    """Return the window of a list prompt, and the control with the rows."""
    for window in prompt.application.layout.find_all_windows():
        if isinstance(window.content, InquirerControl):
            _scroll_whole_rows(window, window.content)
            return window, window.content
    raise LookupError("a list prompt without a list")


def retitle(control: InquirerControl, titles: Iterable[str]) -> None:
    """Replace the texts of the rows of a list by ``titles``, in the same order."""
    for choice, title in zip(control.choices, titles, strict=False):
        choice.title = title


def arrow_keys(
    control: InquirerControl, below: HintLine
) -> dict[str, Callable[[], None]]:
    """Return the functions of the keys up and down, which select another row.

    If the explanation hides the list, the keys only show the list again.
    """

    def move(by: int) -> None:
        if below.covering:
            below.uncover()
        else:
            before = control.pointed_at
            first = max(before, 0) if by < 0 else before
            control.pointed_at = (first + by) % len(control.choices)

    return {"up": lambda: move(-1), "down": lambda: move(1)}


def _scroll_whole_rows(window: Window, control: InquirerControl) -> None:
    """Let a list scroll by whole rows, and show arrows to hidden rows."""
    create = control.create_content

    def lines() -> list[int]:
        titles = [choice.title for choice in control.choices]
        return [title.count("\n") + 1 for title in titles if isinstance(title, str)]

    def lines_below() -> int:
        return lines()[max(control.pointed_at, 0)] - 1

    def create_content(width: int, height: int | None) -> UIContent:
        if height:
            selected, scrolled = max(control.pointed_at, 0), window.vertical_scroll
            window.vertical_scroll = _first_line(lines(), selected, scrolled, height)
        return create(width, height)

    # It is called with the height just before the window scrolls.
    vars(control)["create_content"] = create_content
    window.allow_scroll_beyond_bottom = to_filter(True)  # noqa: FBT003 - as required
    window.scroll_offsets = ScrollOffsets(bottom=lines_below)
    window.right_margins = [_MoreMargin()]


def _first_line(lines: Sequence[int], selected: int, scrolled: int, height: int) -> int:
    """Return the index of the line to show first, where a row must begin.

    Args:
        lines: how many lines each row has.
        selected: the index of the row to show whole.
        scrolled: the index of the line that is shown first now.
        height: how many lines there is room for.

    """
    starts = [0, *accumulate(lines)]
    first = max(scrolled, starts[selected + 1] - height)
    first = min(first, starts[selected], max(starts[-1] - height, 0))
    return next(start for start in starts if start >= first)
