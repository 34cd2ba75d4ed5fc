"""Ask interview steps with questionary prompts that have extra keys, such as skip."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import questionary
from questionary.prompts.common import InquirerControl

from mlready.input_limits import LONGEST_TEXT
from mlready.interview import key_bindings
from mlready.interview.hidden_characters import ShowHiddenCharacters
from mlready.interview.navigation import (
    REMARK_KEYS,
    Again,
    Move,
    Remark,
    Reply,
    StepPosition,
)
from mlready.interview.prompter import ask_each_field
from mlready.interview.steps import DONT_KNOW, KEEP, NOT_APPLICABLE, Step, said_line
from mlready.interview.text_wrapping import is_small_terminal, truncate, wrap
from mlready.interview.typeahead import TOO_LONG
from mlready.model.answers import Answer
from mlready.platform_support import discard_typeahead

FINISH, REASON, CONFIRM = "finish", "reason", "confirm"  # results of keys
OTHER, NONE = "o", "0"  # keys of the rows for a role in free text, and for no role
BACK_KEYS = {"left": Move.BACK, "s-tab": Move.BACK}
LEAVING_KEYS = {**REMARK_KEYS, NOT_APPLICABLE: REASON}
ROLE_ROWS = {OTHER: "Another role (asks which).", NONE: "Leave it out."}
MORE_ROWS = {
    DONT_KNOW: "We don't know.",
    NOT_APPLICABLE: "Does not apply to us (asks why).",
}
HINT_LEVELS = (
    "↑↓ or 0-4 choose · d don't know · x not applicable · enter confirm\n"
    "← back · s skip · n note · e evidence · ? why we ask · ctrl-c save and leave"
)
HINT_CHOICE = (
    "↑↓ or 1-9 choose · enter confirm · ← back · s skip · ctrl-c save and leave"
)
HINT_HELP = "? help"
HINT_SHORT = "? why we ask, and the keys"
HINT_DRAFT = "Not confirmed yet: enter or y confirms it, another answer replaces it."
HINT_DRAFT_TEXT = "Not confirmed yet: enter confirms it, another text replaces it."
HINT_DRAFT_SHORT = "y confirms the draft"
HINT_TEXT = "enter confirm (empty: skip) · shift-tab back · ctrl-c save and leave"
HINT_REMARK = "enter keep · shift-tab back to the question"
HINT_CONFIRM = "↑↓ choose · enter confirm"
HINT_REVIEW = "↑↓ choose · enter change · ctrl-c save and leave"
SHOW_HIDDEN = ShowHiddenCharacters()
STYLE = questionary.Style(
    [
        ("question", "bold"),
        ("pointer", "fg:ansicyan bold"),
        ("highlighted", "bold"),
        ("hint", "fg:ansibrightblack"),
        ("help", "fg:ansiyellow"),
    ]
)


class TerminalPrompter:
    """A Prompter that asks interview steps with questionary prompts."""

    def __init__(self) -> None:
        # The last selected row of a step, by step id: after the user has entered a
        # remark, the step is asked again with the same row selected.
        self._last_row: dict[str, str] = {}
        discard_typeahead()

    def ask(self, step: Step, position: StepPosition) -> Reply:
        """Ask a step with its current answer selected; print and return the reply."""
        match step.kind:
            case "question":
                reply = self._ask_level(step, position)
            case "choice":
                reply = _ask_choice(step, position)
            case "contradiction":
                return _ask_contradiction(step, position)
            case "role":
                reply = _ask_role(step, position)
            case "people":
                return ask_each_field(self, step, position)
            case _:
                reply = _ask_text(step, position)
        if isinstance(reply, str | Answer):
            now, before = step.reply_text(reply), step.current_text()
            # The earlier answer may still be visible in a line further up the screen.
            changed = f" (instead of: {before})" if before not in {"", now} else ""
            _print(f"{step.topic}: {now or 'left out'}{changed}")
        return reply

    def choose(self, steps: Sequence[Step]) -> Step | None:
        """List all steps; return the one that the user wants to change, or None."""
        discard_typeahead()
        rows = [questionary.Choice("Finish and show the result", FINISH)]
        rows += [questionary.Choice(truncate(step.row()), step.id) for step in steps]
        prompt = questionary.select(
            "Everything you said. Change a line, or finish.",
            rows,
            instruction=" ",
            qmark="",
            use_jk_keys=False,
            style=STYLE,
        )
        chosen = _run(prompt, {}, _hint_line(HINT_REVIEW))
        return next((step for step in steps if step.id == chosen), None)

    def say(self, text: str) -> None:
        """Print a message to the team above the next prompt."""
        _print(text)

    def confirm(self, question: str) -> bool:
        """Ask a yes or no question, with no preselected; return True for yes."""
        # Keys typed ahead were intended for another question.
        discard_typeahead()
        prompt = questionary.select(
            wrap(question), ["no", "yes"], instruction=" ", qmark="", style=STYLE
        )
        return bool(_run(prompt, {}, _hint_line(HINT_CONFIRM)) == "yes")

    def _ask_level(self, step: Step, position: StepPosition) -> Reply:
        rows = {
            key: _with_voices(step, key, text)
            for key, text in {**step.choices, **MORE_ROWS}.items()
        }
        row = self._last_row.pop(step.id, "") or _first_row(step)
        # A new answer keeps the fields note, evidence and accepted of the earlier one.
        blank = step.answer._replace(level=None, unknown=False, na="")
        while True:
            reply, row = _select(step, position, rows, row)
            if isinstance(reply, Move):
                return reply
            if reply == DONT_KNOW:
                return blank._replace(unknown=True)
            if reply in step.choices:
                return blank._replace(level=int(reply))
            if reply == CONFIRM or (reply == NOT_APPLICABLE and step.drafted):
                return step.answer
            if reply in {NOT_APPLICABLE, REASON}:
                reason = _ask_remark("Why does it not apply?", step.answer.na)
                if isinstance(reason, str) and reason:
                    return blank._replace(na=reason)
                _print("No reason was given, so nothing changed.")
            else:
                before = getattr(step.answer, reply)
                text = _ask_remark(f"{reply.capitalize()} for {step.id}", before)
                if isinstance(text, str):
                    self._last_row[step.id] = row
                    return Remark(reply, text)


def _first_row(step: Step) -> str:
    if step.answer.na:
        return NOT_APPLICABLE
    # If there is no answer yet, Enter must not choose a level.
    return DONT_KNOW if step.answer.level is None else str(step.answer.level)


def _ask_choice(step: Step, position: StepPosition) -> str | Move:
    values = list(step.choices)
    rows = {
        str(n): _with_voices(step, key, text)
        for n, (key, text) in enumerate(step.choices.items(), 1)
    }
    # If there is no answer yet, Enter chooses the default.
    first = values.index(step.value or step.default) + 1
    reply, _ = _select(step, position, rows, str(first))
    if isinstance(reply, Move):
        return reply
    return step.value if reply == CONFIRM else values[int(reply) - 1]


def _ask_contradiction(step: Step, position: StepPosition) -> Reply:
    ids = list(step.choices)
    rows = {str(n): text for n, text in enumerate(step.choices.values(), 1)}
    reply, _ = _select(step, position, rows, str(len(rows)))
    if isinstance(reply, Move):
        return reply
    return Move.SKIP if ids[int(reply) - 1] == KEEP else Again(ids[int(reply) - 1])


def _ask_role(step: Step, position: StepPosition) -> str | Move:
    ids = list(step.choices)
    rows = {str(n): text for n, text in enumerate(step.choices.values(), 1)}
    own = OTHER if step.value else NONE
    first = str(ids.index(step.value) + 1) if step.value in ids else own
    reply, _ = _select(step, position, {**rows, **ROLE_ROWS}, first)
    if reply == OTHER:
        before = "" if step.value in ids else step.value
        reply = _ask_remark("Which role?", before) or Move.SKIP
    if isinstance(reply, Move):
        return reply
    if reply in {CONFIRM, NONE}:
        return step.value if reply == CONFIRM else ""
    return ids[int(reply) - 1] if reply in rows else reply


def _select(
    step: Step, position: StepPosition, rows: dict[str, str], row: str
) -> tuple[Any, str]:
    """Show a list prompt; return its result, and the row selected when it ended.

    The result is the chosen row, or the result of another key, such as a Move.
    """
    prompt = questionary.select(
        _message(step, position),
        [questionary.Choice(_label(key, text), key) for key, text in rows.items()],
        default=row,
        instruction=" ",
        qmark="",
        use_emacs_keys=False,
        use_jk_keys=False,
        style=STYLE,
    )
    windows = prompt.application.layout.find_all_windows()
    control = next(w.content for w in windows if isinstance(w.content, InquirerControl))

    def jump_to(row: int) -> Callable[[], None]:
        return lambda: setattr(control, "pointed_at", row)

    leaving = {
        **BACK_KEYS,
        "s": Move.SKIP,
        **(LEAVING_KEYS if step.question else {}),
        **({"y": CONFIRM} if step.drafted else {}),
    }
    reply = _run(
        prompt,
        leaving,
        _hint_line(HINT_LEVELS if step.question else HINT_CHOICE, step),
        {key: jump_to(row) for row, key in enumerate(rows) if key not in leaving},
    )
    return reply, list(rows)[control.pointed_at]


def _ask_text(step: Step, position: StepPosition) -> str | Move:
    prompt = questionary.text(
        _message(step, position),
        default=step.value,
        validate=lambda text: (
            TOO_LONG
            if len(text) > LONGEST_TEXT
            else not text or step.accepts(text.strip()) or "A number, please."
        ),
        qmark="",
        style=STYLE,
    )
    reply = _clean(_run(prompt, BACK_KEYS, _hint_line(HINT_TEXT, step), typing=True))
    if isinstance(reply, Move):
        return reply
    if step.is_optional and not reply and step.value:
        return ""
    return " ".join(reply.split()) or Move.SKIP


def _ask_remark(message: str, before: str) -> str | Move:
    """Ask the user for one line of text about a question, such as a note."""
    prompt = questionary.text(
        message,
        default=before,
        validate=lambda text: len(text) <= LONGEST_TEXT or TOO_LONG,
        qmark="",
        style=STYLE,
        input_processors=[SHOW_HIDDEN],
    )
    return _clean(_run(prompt, BACK_KEYS, _hint_line(HINT_REMARK), typing=True))


def _clean(reply: str | Move) -> str | Move:
    """Remove control characters from a reply, and print how many were removed."""
    if isinstance(reply, Move):
        return reply
    clean = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", reply)
    if clean != reply:
        _print(f"Control characters were left out: {len(reply) - len(clean)}.")
    return clean.strip()


def _run(
    prompt: questionary.Question,
    leaving: dict[str, Any],
    hint_line: key_bindings.HintLine,
    jumps: dict[str, Callable[[], None]] | None = None,
    *,
    typing: bool = False,
) -> Any:
    """Run a questionary prompt with extra keys and a hint line; return its result."""
    key_bindings.extend(
        prompt.application, leaving, hint_line, jumps=jumps, typing=typing
    )
    return prompt.unsafe_ask()


def _hint_line(hint: str, step: Step | None = None) -> key_bindings.HintLine:
    return key_bindings.HintLine(
        lambda: wrap(_hint(step, hint)), lambda: wrap(_explanation(step, hint))
    )


def _message(step: Step, position: StepPosition) -> str:
    text = f"{step.id}  {step.text}" if step.question else step.text
    lines = [position.line(step), text, *([] if step.choices else [said_line(step)])]
    wrapped = "\n".join(wrap(line, " ") for line in lines if line)
    return f"{wrapped.lstrip()}\n"


def _with_voices(step: Step, key: str, text: str) -> str:
    """Return the text of a row, followed by the names of the voices that chose it."""
    names = step.said_by(key)
    return f"{text} ← {names}" if names else text


def _hint(step: Step | None, hint: str) -> str:
    """Return the hint below a prompt: remarks on the question, and available keys."""
    if not step:
        return hint
    if not step.question:
        # In a text field, y is a letter of the text.
        kept = HINT_DRAFT if step.choices else HINT_DRAFT_TEXT
        draft = [kept] if step.drafted else []
        return "\n".join([*draft, f"{hint} · {HINT_HELP}" if step.help else hint])
    if is_small_terminal():
        return f"{HINT_DRAFT_SHORT} · {HINT_SHORT}" if step.drafted else HINT_SHORT
    return "\n".join([*_remarks(step), hint])


def _explanation(step: Step | None, hint: str) -> str:
    if not step or not step.help:
        return ""
    if not step.question:
        return f"{step.help}\n? hides this"
    knows = f"Who could find out: {step.question.knows}."
    moved_here = [*_remarks(step), hint] if is_small_terminal() else []
    return "\n".join([step.help, knows, *moved_here, "? hides this"])


def _remarks(step: Step) -> list[str]:
    """Return the hint, note and evidence of a question, as far as it has them."""
    remarks = [(field, getattr(step.answer, field)) for field in REMARK_KEYS.values()]
    own = [step.question.hint] if step.question and step.question.hint else []
    own += [HINT_DRAFT] if step.drafted else []
    return [*own, *(f"{field}: {text}" for field, text in remarks if text)]


def _label(key: str, text: str) -> str:
    return f"{key}  {wrap(text, '      ').lstrip()}"


def _print(text: str) -> None:
    questionary.print(wrap(text))
