"""Ask interview steps with cursor keys, in a terminal that can move its cursor."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from shutil import get_terminal_size
from typing import Any, NamedTuple

from mlready.interview import (
    hints,
    key_bindings,
    messages_above,
    picture_pause,
    step_list,
)
from mlready.interview.key_bindings import Controls, HintLine
from mlready.interview.navigation import (
    REMARK_KEYS,
    Again,
    GoTo,
    Move,
    Remark,
    Reply,
    StepPosition,
)
from mlready.interview.people_prompt import PeoplePrompt
from mlready.interview.screen import (
    GO_TO,
    NO_ROW,
    arrow_keys,
    blank_line,
    hint_line,
    list_prompt,
    list_window,
    message,
    question_text,
    retitle,
    say,
    say_change,
)
from mlready.interview.step_list import Place
from mlready.interview.steps import (
    DONT_KNOW,
    KEEP,
    NOT_APPLICABLE,
    Step,
    StepKind,
    remarks_given,
)
from mlready.interview.text_prompts import BACK, Unfinished, ask_remark, ask_text
from mlready.interview.text_wrapping import PROMPT_LINES, fit_picture, pages, wrap
from mlready.interview.typeahead import TypingPace
from mlready.model.answers import Answer
from mlready.platform_support import discard_typeahead

REASON, CONFIRM = "reason", "confirm"  # results of keys
OTHER, NONE = "o", "0"  # keys of the rows for a role in free text, and for no role
RESULTS = {**BACK, "s": Move.SKIP, "u": Move.UNDO, "/": GO_TO}
LEVEL_RESULTS = {**REMARK_KEYS, NOT_APPLICABLE: REASON}
ROLE_ROWS = {OTHER: "Another role (asks which).", NONE: "Leave it out."}
MORE_ROWS = {
    DONT_KNOW: "We don't know.",
    NOT_APPLICABLE: "Does not apply to us (asks why).",
}
REMARK_QUESTIONS = {
    "note": 'Note on "{}": a number, a name, something that happened.',
    "evidence": 'Evidence for "{}": what shows your answer?',
    "accepted": "We accept this gap for now, because",
}
KEPT = 'What you were typing is kept as the {} on "{}".'
LOST = "What you were typing was not kept."
NO_REASON = "Nothing changed: no reason was given."
SKIPPED, NOT_CONFIRMED = "skipped", "Not kept, because Enter was not pressed: {}"
YES_OR_NO = {"n": "no", "y": "yes"}


class Leaving(NamedTuple):
    """The error that ends an interview as soon as an unfinished remark is saved."""

    reason: BaseException  # what to raise after the save
    message: str  # what to say before that


class TerminalPrompter:
    """A Prompter that asks interview steps with questionary prompts."""

    def __init__(self) -> None:
        # The last selected row of a step, by step id: after the user has entered a
        # remark, the step is asked again with the same row selected.
        self._last_row: dict[str, str] = {}
        self._place = Place()
        self._leaving: Leaving | None = None
        self._said = ""  # since the last prompt
        self._pace = TypingPace()
        self._people = PeoplePrompt(self._pace, self.confirm)
        messages_above.forget()
        discard_typeahead()

    def ask(self, step: Step, position: StepPosition) -> Reply:
        """Ask a step with its current answer selected; print and return the reply."""
        self._said = ""
        while True:
            self._leave_if_asked()
            reply: Reply = self._ask(step, position)
            if reply != GO_TO:
                break
            if place := step_list.go_to(position, step.id, self._pace):
                return Move.END if place.row == step_list.END else GoTo(place.row)
        if position.doubts(step, reply):
            return reply  # shown once the team is sure
        if reply == KEEP and step.kind is StepKind.CONTRADICTION:
            say(step._replace(value=KEEP).row())
        elif isinstance(reply, str | Answer):
            self.echo(step, reply)
        elif reply is Move.SKIP and not step.answered:
            say(f"{step.topic}: {SKIPPED}", needed=False)
        return reply

    def choose(self, steps: Sequence[Step]) -> Step | Move | None:
        """List all steps; return the step that the user will change, None to finish.

        Returns ``Move.GO_ON`` to ask all open steps.
        """
        self._leave_if_asked()
        # Messages above a list that fills the screen would not be visible.
        hidden = self._said if len(steps) >= get_terminal_size().lines else ""
        if hidden:
            messages_above.forget()
        self._said = ""
        if not step_list.has_room(hidden):
            parts = pages(hidden, PROMPT_LINES)
            for number, page in enumerate(parts, 1):
                more = hints.GO_TO_MORE.format(number, len(parts))
                go_on = hints.GO_TO_LIST if page is parts[-1] else more
                picture_pause.show_message(page, self._pace, go_on=go_on)
            hidden = ""
        self._place = step_list.review(steps, self._place, self._pace, above=hidden)
        if self._place.row == step_list.GO_ON:
            return Move.GO_ON
        return next((step for step in steps if step.id == self._place.row), None)

    def say(self, text: str, *, once: bool = False) -> None:
        """Print a message to the team above the next prompt.

        If ``once`` is true, the message is gone after that prompt.
        """
        if once:
            messages_above.note_once(text)
            return
        self._said = f"{self._said}\n{text}".strip()
        say(text)

    def show(self, picture: str) -> None:
        """Print the pyramid and the advice above the next prompt."""
        say(fit_picture(picture), needed=False)

    def present(self, picture: str) -> None:
        """Show the pyramid and the advice until the user presses a key to go on."""
        self._said = ""
        self._leave_if_asked()
        picture_pause.show(picture, self._pace)

    def echo(self, step: Step, reply: str | Answer) -> None:
        """Print a reply; a changed answer also stands above the next list of steps."""
        self._said = _say_reply(step, reply)

    def confirm(self, question: str, *, default: bool = False) -> bool:
        """Ask a yes-or-no question, with the default selected; return True for yes."""
        self._said = ""
        self._leave_if_asked()
        controls = Controls(
            lambda: wrap(question, " "),
            hint_line(
                lambda: hints.CONFIRM, lambda: f"{hints.ALL_CONFIRM}\n{hints.HIDE}"
            ),
            discards=True,
            deselects=True,
        )
        first = "y" if default else "n"
        return bool(_select(YES_OR_NO, first, controls, self._pace)[0] == "y")

    def _leave_if_asked(self) -> None:
        """End the interview if Ctrl-C, for example, was pressed while typing a remark.

        The unfinished remark has been saved since.
        """
        if self._leaving:
            say(self._leaving.message)
            raise self._leaving.reason

    def _ask(self, step: Step, position: StepPosition) -> Any:
        match step.kind:
            case StepKind.QUESTION:
                return self._ask_level(step, position)
            case StepKind.CHOICE | StepKind.CONTRADICTION:
                return self._ask_choice(step, position)
            case StepKind.ROLE:
                return self._ask_role(step, position)
            case StepKind.PEOPLE:
                return self._people.ask(step, position)
            case _:
                return ask_text(step, position, self._pace)

    def _ask_level(self, step: Step, position: StepPosition) -> Any:
        rows = _with_voices(step, {**step.choices, **MORE_ROWS})
        row = self._last_row.pop(step.id, "") or _row_of_answer(step)
        # A new answer keeps the fields note, evidence and accepted of the earlier one.
        blank = step.answer._replace(level=None, unknown=False, na="")
        controls = _question_controls(step, position)
        while True:
            reply, row = _select(rows, row, controls, self._pace)
            if reply == CONFIRM or (reply == NOT_APPLICABLE and step.drafted):
                return step.answer
            if reply == DONT_KNOW:
                return blank._replace(unknown=True)
            if reply in step.choices:
                return blank._replace(level=int(reply))
            if reply in {NOT_APPLICABLE, REASON}:
                if reason := self._ask_reason(step):
                    return blank._replace(na=reason)
            elif reply in REMARK_QUESTIONS:
                self._last_row[step.id] = row
                if remark := self._ask_remark(step, reply):
                    return remark
                row = self._last_row.pop(step.id)
            else:
                return reply

    def _ask_reason(self, step: Step) -> str:
        """Ask why a question does not apply; return "" if no reason is given."""
        question = f"{step.text}\nWhy does it not apply?"
        reply = ask_remark(question, step.answer.na, self._pace, deletes=False)
        if isinstance(reply, Unfinished):
            say(LOST)
            raise reply.reason
        if isinstance(reply, str) and reply:
            return reply
        say(NO_REASON)
        return ""

    def _ask_remark(self, step: Step, field: str) -> Remark | None:
        """Ask for a remark on an answer; return None if the team cancels the remark."""
        before = getattr(step.answer, field)
        # The question is repeated, because this prompt takes its place on the screen.
        question = f"{step.text}\n{REMARK_QUESTIONS[field].format(step.topic)}"
        reply = ask_remark(question, before, self._pace)
        if not isinstance(reply, Unfinished):
            return None if isinstance(reply, Move) else Remark(field, reply)
        if reply.text in {"", before}:
            raise reply.reason
        # The interview ends as soon as this remark is saved.
        self._leaving = Leaving(reply.reason, KEPT.format(field, step.topic))
        return Remark(field, reply.text)

    def _ask_choice(self, step: Step, position: StepPosition) -> Any:
        values = list(step.choices)
        texts = {str(n): text for n, text in enumerate(step.choices.values(), 1)}
        keys = {value: key for key, value in zip(texts, values, strict=True)}
        rows = _with_voices(step, texts, values)
        row = keys.get(step.value, "")
        # A contradiction comes in place of the question that the team expects.
        controls = _fact_controls(step, position)._replace(
            unexpected=step.kind is StepKind.CONTRADICTION
        )
        reply, _ = _select(rows, row, controls, self._pace)
        if reply == CONFIRM:
            return step.value
        if reply not in rows:
            return reply
        value = values[int(reply) - 1]
        if step.kind is StepKind.CONTRADICTION:
            return value if value == KEEP else Again(value)
        return value

    def _ask_role(self, step: Step, position: StepPosition) -> Any:
        ids = list(step.choices)
        rows = {str(n): text for n, text in enumerate(step.choices.values(), 1)}
        own = OTHER if step.value else ""  # without an answer, no row is selected
        first = str(ids.index(step.value) + 1) if step.value in ids else own
        controls = _fact_controls(step, position)
        reply, _ = _select({**rows, **ROLE_ROWS}, first, controls, self._pace)
        if reply == OTHER:
            before = "" if step.value in ids else step.value
            own_words = ask_remark("Which role?", before, self._pace, deletes=False)
            if isinstance(own_words, Unfinished):
                say(LOST)
                raise own_words.reason
            if not isinstance(own_words, str):
                return own_words
            return step.role_named(own_words) or Move.SKIP
        if reply == CONFIRM:
            return step.value
        if reply == NONE:
            return ""
        return ids[int(reply) - 1] if reply in rows else reply


def _row_of_answer(step: Step) -> str:
    """Return the key of the row that shows the current answer, such as "3" or "d".

    The result is "" if the question has no answer.
    """
    if step.answer.na:
        return NOT_APPLICABLE
    if step.answer.unknown:
        return DONT_KNOW
    return "" if step.answer.level is None else str(step.answer.level)


def _select(
    rows: Mapping[str, str], row: str, controls: Controls, typing_pace: TypingPace
) -> tuple[Any, str]:
    """Show a list; return the reply, and the key of the row selected at the end.

    The reply is the key of the row that was confirmed, or, after another key that ends
    the list, the value of this key in ``controls.results``. ``rows`` maps keys to
    texts. ``row`` is the key of the row selected at first. The key "" stands for no
    row.
    """
    reply, chosen = _show_list(rows, row, controls, typing_pace)
    # Undo first takes back a choice that Enter has not confirmed.
    while reply is Move.UNDO and chosen != row:
        controls.hint_line.message = hints.CHOICE_UNDONE
        reply, chosen = _show_list(rows, row, controls, typing_pace)
    return reply, chosen


def _show_list(
    rows: Mapping[str, str], row: str, controls: Controls, typing_pace: TypingPace
) -> tuple[Any, str]:
    """Show a list; return the reply, and the key of the row selected at the end.

    ``rows`` maps keys to texts. ``row`` is the key of the row selected at first. The
    key "" stands for no row.
    """
    keys = list(rows)
    prompt = list_prompt({key: _label(key, text) for key, text in rows.items()}, row)
    window, control = list_window(prompt)
    if not row:
        control.pointed_at = NO_ROW
    start, chosen = control.pointed_at, set[int]()
    point_at = partial(_pointer, control, controls.hint_line, chosen)

    def choose_again() -> Callable[[], None]:
        if controls.deselects and control.pointed_at == start and not chosen:
            control.pointed_at = NO_ROW
        return point_at(control.pointed_at)

    prompt.application.before_render += lambda _: retitle(
        control, [_label(key, text) for key, text in rows.items()]
    )
    free = {key: at for at, key in enumerate(keys) if key not in controls.results}
    changed = controls._replace(
        actions={key: point_at(at) for key, at in free.items()}
        | arrow_keys(control, controls.hint_line),
        answers=frozenset(free),
        refusal=lambda: hints.CHOOSE_FIRST if control.pointed_at == NO_ROW else "",
        choose_again=choose_again,
        possible=_possible(rows, controls),
        body=window,
    )
    try:
        reply = key_bindings.run(prompt.application, changed, typing_pace)
    except (KeyboardInterrupt, EOFError):
        _say_if_moved([*rows.values()], start, control.pointed_at)
        raise
    return reply, "" if control.pointed_at == NO_ROW else keys[control.pointed_at]


def _possible(rows: Mapping[str, str], controls: Controls) -> str:
    """Return the message that lists the keys of a list."""
    # The list of roles has a row to skip it.
    others = () if OTHER in rows else controls.results
    return hints.possible([*rows], others=others)


def _pointer(
    control: Any, hint_line: HintLine, chosen: set[int], at: int
) -> Callable[[], None]:
    """Return a function that selects row ``at`` and adds it to ``chosen``."""

    def point() -> None:
        control.pointed_at = at
        chosen.add(at)
        hint_line.uncover()

    return point


def _say_if_moved(texts: Sequence[str], start: int, at: int) -> None:
    """Say that the selected row is not kept, after Ctrl-C or Ctrl-D in a list.

    ``texts`` are the rows of the list. Row ``start`` was selected when the list was
    shown, and row ``at`` is selected now. Nothing is said if both are the same row, or
    if no row is selected now.
    """
    if NO_ROW != at != start:
        say(NOT_CONFIRMED.format(texts[at]))


def _question_controls(step: Step, position: StepPosition) -> Controls:
    below = hint_line(
        lambda: hints.of_question(step),
        lambda: hints.help_with_question(step, short=below.covering),
    )
    return Controls(
        lambda: _shown_message(step, position, below),
        below,
        results={**RESULTS, **LEVEL_RESULTS, **_confirming(step)},
    )


def _fact_controls(step: Step, position: StepPosition) -> Controls:
    below = hint_line(
        lambda: hints.of_fact(step, hints.CHOICE),
        lambda: hints.help_with_fact(step, hints.ALL_CHOICE, short=below.covering),
    )
    return Controls(
        lambda: _shown_message(step, position, below),
        below,
        results={**RESULTS, **_confirming(step)},
    )


def _shown_message(step: Step, position: StepPosition, below: HintLine) -> str:
    """Return the text above a list; while help hides the list, only the question."""
    if below.covering:
        return question_text(step)
    return f"{message(step, position)}{blank_line()}"


def _confirming(step: Step) -> Mapping[str, str]:
    """Return the key "y", which confirms a drafted answer; no key without a draft."""
    return {"y": CONFIRM} if step.drafted else {}


def _with_voices(
    step: Step, rows: Mapping[str, str], values: Sequence[str] = ()
) -> Mapping[str, str]:
    """Add to each row the names of the voices with that answer.

    ``values`` lists the answer in each row; by default, these are the keys of ``rows``.
    """
    names = [step.said_by(value) for value in values or rows]
    return {
        key: f"{text} ← {who}" if who else text
        for (key, text), who in zip(rows.items(), names, strict=True)
    }


def _say_reply(step: Step, reply: str | Answer) -> str:
    """Print a reply; return the printed text if an answer has changed, else ""."""
    given = remarks_given(reply) if isinstance(reply, Answer) else ""
    return say_change(step.topic, step.current_text(), step.reply_text(reply), given)


def _label(key: str, text: str) -> str:
    return f"{key}  {wrap(text, '      ').lstrip()}"
