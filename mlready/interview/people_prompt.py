"""Ask on one screen for numbers of people, such as available data engineers."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import Layout

from mlready.display_width import cut
from mlready.escaping import for_terminal
from mlready.input_limits import LONGEST_TEXT
from mlready.interview import hints, key_bindings
from mlready.interview.key_bindings import Controls, HintLine
from mlready.interview.navigation import FieldReply, Move, Replies, StepPosition
from mlready.interview.people_rows import FieldRows, typed_answer
from mlready.interview.screen import (
    GO_TO,
    STYLE,
    blank_line,
    hint_line,
    message,
    say_change,
)
from mlready.interview.steps import (
    FREE_FOR,
    Step,
    StepKind,
    doubt_about_number,
    texts_of_fields,
)
from mlready.interview.text_prompts import say_not_kept
from mlready.interview.text_wrapping import is_small_terminal
from mlready.interview.typeahead import TOO_LONG, TypingPace

RESULTS = {
    "pageup": Move.BACK,
    "pagedown": Move.SKIP,
    "c-z": Move.UNDO,
    "c-g": GO_TO,
}
MOST_QUOTED = 60  # columns of a text that a message repeats
OF_NUMBERS, BETWEEN_THOUSANDS = {*"0123456789.,"}, {*" '"}
HERE = "Here: {}."


class PeoplePrompt:
    """Asks for several numbers of people on one screen, each in a field of its own.

    The prompt ends after each changed number, so that the number can be saved. The next
    prompt for the same step continues with the next field.
    """

    def __init__(self, typing_pace: TypingPace, confirm: Callable[[str], bool]) -> None:
        self._typing_pace = typing_pace
        self._confirm = confirm  # asks a yes-or-no question
        self._begun: Step | None = None  # the step before its first new number
        self._next = ""  # id of the field to continue with

    def ask(self, step: Step, position: StepPosition) -> Any:
        """Show the fields of a step; return the reply.

        The reply is a ``FieldReply`` if the number in one field is to be saved, and
        ``Replies`` once all fields are confirmed. The reply can also be a ``Move``, or
        ``GO_TO`` to list the steps to which the team can go.
        """
        begun = self._begun or step
        self._begun = None
        form = _Form(step, begun, self._next)
        reply = self._run(form, position)
        while (question := form.doubt(reply)) and not self._is_sure(form, question):
            form = _Form(step, begun, form.focused_id)
            reply = self._run(form, position)
        self._next = form.next_id
        if isinstance(reply, FieldReply):
            self._begun = begun
        elif isinstance(reply, Replies):
            _say_numbers(begun, form.answered(reply.texts), always=True)
        elif reply is not Move.UNDO:
            _say_numbers(begun, step.fields)
        return reply

    def _is_sure(self, form: "_Form", question: str) -> bool:
        """Ask about the number at the cursor; if the team leaves, say it is lost."""
        try:
            return self._confirm(question)
        except (KeyboardInterrupt, EOFError):
            say_not_kept(*form.typed_and_saved())
            raise

    def _run(self, form: "_Form", position: StepPosition) -> Any:
        controls = Controls(
            lambda: f"{message(form.step, position)}{blank_line()}",
            form.hint_line,
            results=RESULTS,
            actions={
                "enter": form.confirm,
                **dict.fromkeys(("tab", "down"), form.next),
                **dict.fromkeys(("s-tab", "up"), form.back),
            },
            typing=True,
            explains=True,
            body=form.body,
        )
        reply: Any = None
        try:
            reply = key_bindings.run(form.app, controls, self._typing_pace)
        finally:
            if not isinstance(reply, FieldReply | Replies):
                say_not_kept(*form.typed_and_saved())
        return reply


def _say_numbers(begun: Step, fields: Sequence[Step], *, always: bool = False) -> None:
    """Print each changed number of people.

    ``begun`` is the step as it was before the changes; ``fields`` has the numbers now.
    If no number has changed, ``always`` says whether to print all numbers.
    """
    before = {each.id: each for each in begun.fields}
    pairs = [(each, before.get(each.id, each._replace(value=""))) for each in fields]
    changed = [(now, then) for now, then in pairs if _said(now) != _said(then)]
    if not (changed or always):
        return
    shown, earlier = zip(*(changed or pairs), strict=True)
    now = texts_of_fields(shown)
    empty = ", ".join(each.topic for each in fields if not any(_said(each)))
    rest = f"; still empty: {empty}" if now and empty else ""
    say_change(begun.topic, texts_of_fields(earlier), now, rest)


def _said(field: Step) -> tuple[str, bool]:
    return field.value, field.nobody_knows


class _Form:
    """A form with one row for each field: its label, and a place to type.

    ``step`` has the numbers of people that are saved so far. ``begun`` is the same step
    as it was before the first of these numbers was typed. The cursor begins in the
    field with the id ``begin_at``, or in the first empty field.
    """

    def __init__(self, step: Step, begun: Step, begin_at: str) -> None:
        # What is not filled in yet changes with each number.
        self.step = step if begun.value else step._replace(text=begun.text)
        self.next_id = ""  # id of the field to which the last key leads
        self._refused_word = ""  # a text without a digit that Enter did not accept
        asked = {each.id for each in begun.fields_to_ask}
        self._to_ask = [at for at, each in enumerate(step.fields) if each.id in asked]
        self._rows = FieldRows(step.fields, self._focused)
        self.areas = self._rows.areas
        for area in self.areas:
            area.buffer.on_text_changed += lambda _: self._check_typed()
        self.body = self._rows.pane()
        ids = [each.id for each in step.fields]
        empty = [n for n, each in enumerate(step.fields) if not each.value]
        new = [n for n in empty if not step.fields[n].nobody_knows]
        first = ids.index(begin_at) if begin_at in ids else [*new, *empty, 0][0]
        self.app: Application[Any] = Application(
            Layout(self.body, focused_element=self.areas[first]),
            key_bindings=self._typing(),
            style=STYLE,
        )
        self.hint_line: HintLine = hint_line(self._hint, self._help)

    def confirm(self) -> None:
        """On Enter, go to the next field to ask; from the last, confirm all fields."""
        at = self._focused()
        self._go_on(next((each for each in self._to_ask if each > at), None))

    def next(self) -> None:
        """On Tab, go to the next field; from the last, confirm all fields."""
        at = self._focused() + 1
        self._go_on(at if at < len(self.areas) else None)

    def _go_on(self, to: int | None) -> None:
        """Go to field number ``to``, from 0; if ``to`` is None, confirm all fields."""
        if to is not None:
            self._leave_for(to)
        elif self._accepts_number():
            texts = [self._reply(each) for each in range(len(self.areas))]
            self.app.exit(result=Replies(tuple(texts)))

    def back(self) -> None:
        """Go to the previous field; from the first field, to the step before."""
        at = self._focused()
        if at:
            self._leave_for(at - 1)
        else:
            self.app.exit(result=Move.BACK)

    def typed_and_saved(self) -> tuple[str, str]:
        """Return the typed text and the saved answer of the field with the cursor."""
        at = self._focused()
        saved = typed_answer(self.step.fields[at])
        return for_terminal(self.areas[at].text.strip()), saved

    @property
    def focused_id(self) -> str:
        """The id of the field with the cursor."""
        return self.step.fields[self._focused()].id

    def doubt(self, reply: Any) -> str:
        """Return a question if the number at the cursor may be a mistake, else ""."""
        if not isinstance(reply, FieldReply | Replies):
            return ""
        at = self._focused()
        return doubt_about_number(self.step, self.step.fields[at], self._reply(at))

    def answered(self, texts: Sequence[str]) -> list[Step]:
        """Return each field with its text in ``texts`` as the answer.

        The text "" means that nobody knows the number.
        """
        return [
            field._replace(value=field.as_number(text), nobody_knows=not text)
            for field, text in zip(self.step.fields, texts, strict=True)
        ]

    def _leave_for(self, to: int) -> None:
        """Save a new number in this field, and go to another field.

        The number of an empty field that is passed is saved as unknown.
        """
        if not self._accepts_number():
            return
        at = self._focused()
        field, reply = self.step.fields[at], self._reply(at)
        is_passed = to > at and not (reply or field.nobody_knows)
        if is_passed or field.is_news(reply):
            self.next_id = self.step.fields[to].id
            self.app.exit(result=FieldReply(field.id, reply))
        else:
            self._focus(to)

    def _accepts_number(self) -> bool:
        """Return whether the number at the cursor is valid; if not, say which are."""
        self.hint_line.uncover()
        at = self._focused()
        if not (is_valid := self._is_valid(at)):
            text = self.areas[at].text
            # A number, such as "1.", may only lack its end.
            self._refused_word = "" if re.search("[0-9]", text) else text
            text = for_terminal(text.strip())
            shown = cut(text, MOST_QUOTED)
            said = f"{shown}…" if shown != text else text
            self.hint_line.message = hints.DOES_NOT_FIT.format(said, self._takes(at))
        return is_valid

    def _typing(self) -> KeyBindings:
        # A field takes any characters, so that a text with a number in it is never
        # mistaken for the number.
        bindings = KeyBindings()

        @bindings.add("<any>")
        def _(event: KeyPressEvent) -> None:
            at, buffer = self._focused(), event.current_buffer
            if self.step.fields[at].choices and re.fullmatch(
                "[0-9]{2}", buffer.text + event.data
            ):
                buffer.text = ""  # the digit replaces the number of a choice
            if event.data.isdigit() and buffer.text == self._refused_word:
                buffer.text = ""  # "half" is refused, then 0.5 is typed
            if len(buffer.text) >= LONGEST_TEXT:
                self.hint_line.message = TOO_LONG
            elif event.data.isprintable():
                buffer.insert_text(event.data)

        return bindings

    def _check_typed(self) -> None:
        """Close the help, and check the text that was typed into the current field.

        If the text is no number, say what can be typed.
        """
        self.hint_line.uncover()
        at = self._focused()
        is_whole = self.step.fields[at].kind is StepKind.WHOLE
        signs = OF_NUMBERS | BETWEEN_THOUSANDS if is_whole else OF_NUMBERS
        if not {*self.areas[at].text.strip()} <= signs:
            self.hint_line.message = self._takes(at)

    def _focused(self) -> int:
        return next(
            at for at, area in enumerate(self.areas) if self.app.layout.has_focus(area)
        )

    def _focus(self, at: int) -> None:
        self.app.layout.focus(self.areas[at])
        area = self.areas[at]
        area.buffer.cursor_position = len(area.text)

    def _is_valid(self, at: int) -> bool:
        text, field = self.areas[at].text.strip(), self.step.fields[at]
        if text in {"", typed_answer(field)}:
            return True
        if field.choices:
            return text in map(str, range(1, len(field.choices) + 1))
        return field.accepts(text)

    def _takes(self, at: int) -> str:
        return HERE.format(self.step.fields[at].expected)

    def _reply(self, at: int) -> str:
        """Return the text in field number ``at``, or the key of the chosen choice."""
        text, keys = self.areas[at].text.strip(), list(self.step.fields[at].choices)
        return keys[int(text) - 1] if keys and text else text

    def _hint(self) -> str:
        keys = hints.PEOPLE_SMALL if is_small_terminal() else hints.PEOPLE
        field = self.step.fields[self._focused()]
        return hints.of_fact(self.step, keys.replace(hints.EXPECTED, field.expected))

    def _help(self) -> str:
        field = self.step.fields[self._focused()]
        topic = field.topic.removeprefix(FREE_FOR)
        own = f"{topic}: {field.help}" if field.help else ""
        counts_time = field.topic.startswith(FREE_FOR)
        about = "\n".join(filter(None, [self.step.help if counts_time else "", own]))
        step = self.step._replace(help=about, why=field.why, knows=field.knows)
        short = self.hint_line.covering
        keys = hints.ALL_PEOPLE_SHORT if short else hints.ALL_PEOPLE
        return hints.help_with_fact(
            step, keys.replace(hints.EXPECTED, field.expected), short=short
        )
