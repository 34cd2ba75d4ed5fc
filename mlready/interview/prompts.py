"""Ask one step in the terminal with questionary, and keys it does not have."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import questionary
from questionary.prompts.common import InquirerControl

from mlready.interview import key_bindings
from mlready.interview.navigation import ASIDES, Move, Remark, Reply, StepPosition
from mlready.interview.steps import Step
from mlready.interview.text_width import is_small_terminal, truncate, wrap
from mlready.model.answers import Answer

DONT_KNOW, NOT_APPLICABLE, FINISH = "d", "x", "finish"
BACK = {"left": Move.BACK, "s-tab": Move.BACK}
LEAVING_LEVELS = {**ASIDES, NOT_APPLICABLE: NOT_APPLICABLE}
BESIDE_LEVELS = {
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
HINT_TEXT = "enter confirm (empty: skip) · shift-tab back · ctrl-c save and leave"
HINT_ASIDE = "enter keep · shift-tab back to the question"
HINT_CONFIRM = "↑↓ choose · enter confirm"
HINT_REVIEW = "↑↓ choose · enter change · ctrl-c save and leave"
STYLE = questionary.Style(
    [
        ("question", "bold"),
        ("pointer", "fg:ansicyan bold"),
        ("highlighted", "bold"),
        ("hint", "fg:ansibrightblack"),
        ("help", "fg:ansiyellow"),
    ]
)


# Where the pointer was when a remark was made: the step is put again at once, and must
# not have moved under somebody's hands.
_left_at: dict[str, str] = {}


def ask(step: Step, position: StepPosition) -> Reply:
    """Put a step to the team, starting from what they said before.

    Raises KeyboardInterrupt on Ctrl-C and EOFError on Ctrl-D; what was confirmed
    before has been kept by then.
    """
    match step.kind:
        case "question":
            reply = _ask_level(step, position)
        case "choice":
            reply = _ask_choice(step, position)
        case _:
            reply = _ask_text(step, position)
    if isinstance(reply, str | Answer):
        now, before = step.told(reply), _before(step)
        # What is above on the screen says otherwise, and must not be believed.
        changed = f" (instead of: {before})" if before not in {"", now} else ""
        _say(f"{step.topic}: {now}{changed}")
    return reply


def _before(step: Step) -> str:
    return step.told(step.answer if step.question else step.said) if step.done else ""


def choose(steps: Sequence[Step]) -> Step | None:
    """Show everything that was said, and return what is to be changed, if anything."""
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
    chosen = _run(prompt, {}, _beneath(HINT_REVIEW))
    return next((step for step in steps if step.id == chosen), None)


def confirm(question: str) -> bool:
    """Ask whether to go on; no is under the cursor."""
    prompt = questionary.select(
        wrap(question), ["no", "yes"], instruction=" ", qmark="", style=STYLE
    )
    return bool(_run(prompt, {}, _beneath(HINT_CONFIRM)) == "yes")


def _ask_level(step: Step, position: StepPosition) -> Reply:
    rows = {**step.choices, **BESIDE_LEVELS}
    pointed = _left_at.pop(step.id, "") or _pointed_first(step)
    # What was noted stays, whatever is answered.
    blank = step.answer._replace(level=None, unknown=False, na="")
    while True:
        reply, pointed = _select(step, position, rows, pointed)
        if isinstance(reply, Move):
            return reply
        if reply == DONT_KNOW:
            return blank._replace(unknown=True)
        if reply in step.choices:
            return blank._replace(level=int(reply))
        if reply == NOT_APPLICABLE:
            reason = _aside("Why does it not apply?", step.answer.na)
            if isinstance(reason, str) and reason:
                return blank._replace(na=reason)
        else:
            said = getattr(step.answer, reply)
            text = _aside(f"{reply.capitalize()} for {step.id}", said)
            if isinstance(text, str):
                _left_at[step.id] = pointed
                return Remark(reply, text)


def _pointed_first(step: Step) -> str:
    if step.answer.na:
        return NOT_APPLICABLE
    # Enter pressed in a hurry must not be an answer about the team.
    return DONT_KNOW if step.answer.level is None else str(step.answer.level)


def _ask_choice(step: Step, position: StepPosition) -> str | Move:
    values = list(step.choices)
    rows = {str(n): text for n, text in enumerate(step.choices.values(), 1)}
    # Who presses enter in a hurry says no more than who says nothing.
    first = values.index(step.said or step.assumed) + 1
    reply, _ = _select(step, position, rows, str(first))
    return reply if isinstance(reply, Move) else values[int(reply) - 1]


def _select(
    step: Step, position: StepPosition, rows: dict[str, str], pointed: str
) -> tuple[Any, str]:
    """Return the row chosen, or what a key left with, and where the pointer was."""
    prompt = questionary.select(
        _message(step, position),
        [questionary.Choice(_label(key, text), key) for key, text in rows.items()],
        default=pointed,
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

    reply = _run(
        prompt,
        {**BACK, "s": Move.SKIP, **(LEAVING_LEVELS if step.question else {})},
        _beneath(HINT_LEVELS if step.question else HINT_CHOICE, step),
        {key: jump_to(row) for row, key in enumerate(rows) if key != NOT_APPLICABLE},
    )
    return reply, list(rows)[control.pointed_at]


def _ask_text(step: Step, position: StepPosition) -> str | Move:
    prompt = questionary.text(
        _message(step, position),
        default=step.said,
        validate=lambda text: not text or step.takes(text) or "A number, please.",
        qmark="",
        style=STYLE,
    )
    said = _typed(_run(prompt, BACK, _beneath(HINT_TEXT, step), typing=True))
    return said if isinstance(said, Move) else " ".join(said.split()) or Move.SKIP


def _aside(message: str, before: str) -> str | Move:
    """Ask for a line beside the question, such as a note."""
    prompt = questionary.text(message, default=before, qmark="", style=STYLE)
    return _typed(_run(prompt, BACK, _beneath(HINT_ASIDE), typing=True))


def _typed(reply: str | Move) -> str | Move:
    """Leave out control characters that were typed or pasted, and say so."""
    if isinstance(reply, Move):
        return reply
    clean = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", reply)
    if clean != reply:
        _say(f"Control characters were left out: {len(reply) - len(clean)}.")
    return clean.strip()


def _run(
    prompt: questionary.Question,
    leaving: dict[str, Any],
    beneath: key_bindings.HintLine,
    jumps: dict[str, Callable[[], None]] | None = None,
    *,
    typing: bool = False,
) -> Any:
    """Run a prompt with our keys and the line beneath."""
    key_bindings.extend(
        prompt.application, leaving, beneath, jumps=jumps, typing=typing
    )
    key_bindings.forget_typeahead(prompt.application)
    return prompt.unsafe_ask()


def _beneath(hint: str, step: Step | None = None) -> key_bindings.HintLine:
    return key_bindings.HintLine(
        lambda: wrap(_hint(step, hint)), lambda: wrap(_explanation(step, hint))
    )


def _message(step: Step, position: StepPosition) -> str:
    text = f"{step.id}  {step.text}" if step.question else step.text
    return f"{wrap(position.line(step), ' ').lstrip()}\n{wrap(text, ' ')}\n"


def _hint(step: Step | None, hint: str) -> str:
    """Return the keys, and above them what there is to know for this question."""
    if not step:
        return hint
    if not step.question:
        return f"{hint} · {HINT_HELP}" if step.help else hint
    return HINT_SHORT if is_small_terminal() else "\n".join([*_known(step), hint])


def _explanation(step: Step | None, hint: str) -> str:
    if not step or not step.help:
        return ""
    if not step.question:
        return f"{step.help}\n? hides this"
    knows = f"Who could find out: {step.question.knows}."
    moved_here = [*_known(step), hint] if is_small_terminal() else []
    return "\n".join([step.help, knows, *moved_here, "? hides this"])


def _known(step: Step) -> list[str]:
    """Return the question's own hint, and what was noted so far."""
    remarks = [(field, getattr(step.answer, field)) for field in ASIDES.values()]
    own = [step.question.hint] if step.question and step.question.hint else []
    return [*own, *(f"{field}: {text}" for field, text in remarks if text)]


def _label(key: str, text: str) -> str:
    return f"{key}  {wrap(text, '      ').lstrip()}"


def _say(text: str) -> None:
    questionary.print(wrap(text))
