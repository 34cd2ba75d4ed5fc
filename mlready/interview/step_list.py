"""List the steps of an interview, to go to a step or to change its answer.

Typing filters the list.
"""

from collections.abc import Callable, Mapping, Sequence
from shutil import get_terminal_size
from typing import Any, NamedTuple

from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings

from mlready.errors import did_you_mean
from mlready.interview import hints, key_bindings
from mlready.interview.key_bindings import Controls, HintLine
from mlready.interview.navigation import TO_END, StepPosition
from mlready.interview.screen import (
    NO_ROW,
    arrow_keys,
    hint_line,
    list_prompt,
    list_rows,
    list_window,
    retitle,
)
from mlready.interview.step_search import (
    in_answers,
    is_only_in_answers,
    matching_steps,
)
from mlready.interview.steps import Step
from mlready.interview.text_wrapping import room_for_row, truncate, wrap
from mlready.interview.typeahead import TypingPace

# Values of the rows of the review that are not steps.
FINISH, GO_ON = "", "go on"
END = "end"  # value of a row of the search that ends the steps offered
END_ROW = "End these questions, and go on to the plan"
LIST_ROW = "End these questions, and go to the list of all answers"
KEYWORDS = {FINISH: "result", GO_ON: "open"}  # also find these rows
ALL = "Everything you said. Change a line, or finish."
NOT_ANSWERED = "Go on: {} not answered ({})"
OPEN = 'No answer, "don\'t know", or an empty line ({}). Answer a line, or finish.'
WHERE_TO, WHERE_TO_OPEN = "Go to which question?", "Go to which open question? ({})"
NOTHING = "Nothing matches; backspace widens the search."
NOTHING_OPEN = "Nothing is open; tab shows all."
NO_ROWS = {"": ""}  # a list needs a row
PAGE = 10  # rows of a page until the height of the window is known


class Place(NamedTuple):
    """The selected row of a list of steps, and whether only open steps are listed."""

    row: str = FINISH  # the id of a step, ``FINISH``, ``GO_ON`` or ``END``
    only_open: bool = False


class _Keys(NamedTuple):
    """The texts on the keys of a list: the hint, and what the key "?" explains."""

    hint: str
    all: str


def go_to(position: StepPosition, here: str, typing_pace: TypingPace) -> Place | None:
    """Let the team choose a row of a list of steps; return the row's place.

    The result is None if the team stays at the current step. The row is ``END`` if the
    team ends the questions to go on to the plan.

    Args:
        position: the data of the current step, with the ``steps`` to list.
        here: the id of the current step.
        typing_pace: tells typed keys from a paste.

    """
    keys = _Keys(hints.SEARCH, hints.ALL_SEARCH)
    end = LIST_ROW if position.to_list else END_ROW
    first = {END: end} if position.may_end else {}
    listing = _Listing(position.steps, first, Place(here), keys, position)
    back: dict[str, Any] = dict.fromkeys(("left", "s-tab"))
    reply = listing.run(listing.where_to, back, typing_pace)
    return listing.place(reply) if isinstance(reply, str) else None


def has_room(above: str) -> bool:
    """Return whether a message above the review leaves half the lines for the list."""
    taken = wrap(f"{above}\n{ALL}", " ").count("\n") + 1
    return not above or taken <= get_terminal_size().lines // 2


def review(
    steps: Sequence[Step], place: Place, typing_pace: TypingPace, *, above: str = ""
) -> Place:
    """Let the team choose a step to change; return its place in the list.

    The row of the place is ``FINISH`` to end the review, or ``GO_ON`` to ask all open
    steps.

    Args:
        steps: the steps to list.
        place: the row to select at first.
        typing_pace: tells typed keys from a paste.
        above: a message to show above the list.

    """
    left = [_name_of_open(step) for step in steps if step.is_unfinished]
    go_on = {GO_ON: NOT_ANSWERED.format(len(left), "; ".join(left))} if left else {}
    first = {FINISH: "Finish and show the result", **go_on}
    listing = _Listing(steps, first, place, _Keys(hints.REVIEW, hints.ALL_REVIEW))

    def text() -> str:
        heading = OPEN.format(listing.number()) if listing.only_open else ALL
        return f"{above}\n{heading}".strip()

    return listing.place(listing.run(text, {}, typing_pace))


def _name_of_open(step: Step) -> str:
    """Return the topic of an open step, or of its fields that are still empty.

    Of "With time for it: Analyst" only the role is named: a narrow list cuts the row.
    """
    empty = [field.topic for field in step.fields if not field.value]
    return ", ".join(each.rpartition(": ")[2] for each in empty) or step.topic


class _Listing:
    """A list of steps that is filtered by typing."""

    def __init__(
        self,
        steps: Sequence[Step],
        first: Mapping[str, str],
        place: Place,
        keys: _Keys,
        position: StepPosition | None = None,
    ) -> None:
        self.steps, self.first, self.position = steps, first, position
        self.typed, self.only_open = "", place.only_open
        self.numbers = {step.id: number for number, step in enumerate(steps, 1)}
        row = place.row if place.row in self._rows() else ""
        self.prompt = list_prompt(self._rows() or NO_ROWS, row)
        self.window, self.control = list_window(self.prompt)
        self.hint_line: HintLine = hint_line(
            lambda: self._hint(keys.hint),
            # In a search, "?" is a character to search for.
            lambda: "" if self.typed else f"{keys.all}\n{hints.HIDE}",
        )

    def run(
        self,
        text: Callable[[], str],
        results: Mapping[str, Any],
        typing_pace: TypingPace,
    ) -> Any:
        """Run the prompt; return the id of the chosen row, or a value of ``results``.

        ``text`` returns what is shown above the list. ``results`` maps each further key
        that ends the prompt to a value.
        """
        app = self.prompt.application
        app.key_bindings = merge_key_bindings(
            [*filter(None, [app.key_bindings]), self._search_keys()]
        )
        app.before_render += lambda _: self._fit_rows()

        controls = Controls(
            lambda: wrap(text(), " "),
            self.hint_line,
            results=results,
            actions=self._moves(),
            refusal=self._refusal,
            searching=True,
            # Keys typed before the review was shown were not meant for it.
            discards=FINISH in self.first,
            body=self.window,
        )
        return key_bindings.run(app, controls, typing_pace)

    def number(self) -> int:
        return len(self._listed())

    def where_to(self) -> str:
        return WHERE_TO_OPEN.format(self.number()) if self.only_open else WHERE_TO

    def _hint(self, keys: str) -> str:
        keys = (
            keys.replace(hints.OPEN_ONLY, hints.ALL_AGAIN) if self.only_open else keys
        )
        # After Enter, the remark says it.
        none = "" if self._rows() or self.hint_line.message else self._nothing()
        search = f"Search: {self.typed}" if self.typed else ""
        return "\n".join(filter(None, [search, none, self._in_answers(), keys]))

    def _in_answers(self) -> str:
        """Return the message that only answers have the typed words, "" if names do."""
        is_only = is_only_in_answers(self.steps, self._listed(), self.typed)
        return wrap(in_answers(self._wanted(), self._commands())) if is_only else ""

    def _commands(self) -> Sequence[str]:
        return [TO_END] if self.position else []

    def place(self, row: str) -> Place:
        return Place(row, self.only_open)

    def _rows(self) -> dict[str, str]:
        """Return the texts of the rows to list, by step id."""
        listed = self._listed()
        first = {
            row: text for row, text in self.first.items() if self._begins(row, text)
        }
        if FINISH in first and self.only_open and not (self.typed or listed):
            first = {**first, FINISH: f"{first[FINISH]} (nothing is open)"}
        width = len(str(len(self.steps)))
        room = room_for_row() - width - 2
        return {
            **first,
            **{
                step.id: f"{self.numbers[step.id]:{width}}  {step.row(room)}"
                for step in listed
            },
            # Somebody may look for a step with this word, so it is not the first row.
            **{
                row: text
                for row, text in self.first.items()
                if row not in first and self._is_keyword(row)
            },
        }

    def _begins(self, row: str, text: str) -> bool:
        """Return whether ``text``, the text of a row, begins with what was typed.

        For the row ``END``, the word in ``TO_END`` can be typed, too.
        """
        typed = self._wanted()
        return text.casefold().startswith(typed) or (row == END and typed == TO_END)

    def _is_keyword(self, row: str) -> bool:
        """Return whether the keyword of a row was typed.

        For example, "open" is the keyword of ``GO_ON``, the row to ask all open steps.
        """
        return KEYWORDS.get(row) == self._wanted()

    def _wanted(self) -> str:
        """Return the text typed, in lower case, without a slash before it."""
        return self.typed.casefold().strip().removeprefix("/")

    def _listed(self) -> list[Step]:
        if self._misses_plan():
            return []  # a question with this word would be taken for the plan
        asked = self.position.asked if self.position else None
        return matching_steps(
            self.steps, self.typed, only_open=self.only_open, asked=asked
        )

    def _misses_plan(self) -> bool:
        """Return whether the team searches for the plan, but cannot go there yet."""
        return bool(self.position and self.position.misses_plan(self._wanted()))

    def _fit_rows(self) -> None:
        rows = self._rows()
        retitle(self.control, map(truncate, rows.values()))
        if not rows:
            self.control.pointed_at = NO_ROW

    def _list(self, row: str | None = None) -> None:
        """List the rows again; select ``row`` if listed, the first row if not."""
        rows = self._rows()
        self.control.choices = list_rows(rows or NO_ROWS)
        self.control.pointed_at = [*rows].index(row) if row in rows else 0

    def _refusal(self) -> str:
        return "" if self._rows() else self._nothing()

    def _nothing(self) -> str:
        if self.position and self._misses_plan():
            return self.position.no_end
        if not self.typed:
            return NOTHING_OPEN
        meant = did_you_mean(self._wanted(), self._commands())
        return f"Nothing matches{meant}" if meant else NOTHING

    def _moves(self) -> dict[str, Callable[[], None]]:
        def page() -> int:
            info = self.window.render_info
            return max(info.window_height - 1, 1) if info else PAGE

        def move(by: Callable[[], int]) -> Callable[[], None]:
            def to() -> None:
                if self.hint_line.covering:
                    self.hint_line.uncover()
                    return
                last = len(self.control.choices) - 1
                at = self.control.pointed_at + by()
                self.control.pointed_at = min(max(at, 0), last)

            return to

        most = len(self.steps) + 1
        return {
            **arrow_keys(self.control, self.hint_line),
            "pagedown": move(page),
            "pageup": move(lambda: -page()),
            "home": move(lambda: -most),
            "end": move(lambda: most),
            "tab": self._toggle_open,
            "backspace": lambda: self._search(self.typed[:-1]),
            "c-u": lambda: self._search(""),
        }

    def _toggle_open(self) -> None:
        row = self.control.get_pointed_at().value
        self.only_open = not self.only_open
        self._list(row)

    def _search(self, typed: str) -> None:
        self.typed = typed
        self.hint_line.hide()
        self._list()

    def _search_keys(self) -> KeyBindings:
        bindings = KeyBindings()

        @bindings.add("<any>")
        def _(event: KeyPressEvent) -> None:
            if event.data.isprintable() and len(event.data) == 1:
                self._search(self.typed + event.data)

        return bindings
