"""The texts below a prompt: hint and remarks, and the keys to press.

The most used keys come first. The key "?" shows all keys.
"""

from collections.abc import Container, Sequence
from itertools import takewhile
from shutil import get_terminal_size

from mlready.interview.navigation import REMARK_KEYS
from mlready.interview.steps import OR_UNKNOWN, Step, StepKind
from mlready.interview.text_wrapping import (
    MARGIN,
    is_narrow_terminal,
    is_small_terminal,
    truncate,
    wrap,
)

LEAVE = "ctrl-c save and leave"
LEAVE_LINE = "ctrl-c leave without this line"  # while a text is typed
KEYS, SHOWS_MORE = "? keys", "? hint and keys"  # the latter if a hint has no room
MORE = "u undo the last answer · / go to a question"
LEVELS = (
    "0-4 choose, enter confirm · d don't know · n note · s skip · ← back · ? keys"
    f" · {LEAVE}"
)
ALL_LEVELS = (
    "↑↓ or 0-4 choose · enter confirm · d don't know · x does not apply (asks why)"
    " · n note · e evidence · a accept this gap for now (asks why) · s skip · ← back"
    f" · {MORE} · {LEAVE}"
)
ALL_LEVELS_SHORT = (
    "0-4 choose · d don't know · x does not apply · n note · e evidence"
    " · a accept this gap for now · s skip · ← back · u undo · / go to a question"
    " · ctrl-c leave"
)
WHY, KNOWS = "Why we ask: {}", "Who could find out: {}."
OR_SUCH = "or whoever does that work"  # after the names of roles
LEVELS_SMALL = f"0-4, enter · d don't know · {KEYS}"
ANY_CHOICE = "1-9"  # replaced with the keys that there are
CHOICE = f"{ANY_CHOICE} choose, enter confirm · s skip · ← back · ? keys · {LEAVE}"
ALL_CHOICE = (
    f"↑↓ or {ANY_CHOICE} choose · enter confirm · s skip · ← back · {MORE} · {LEAVE}"
)
TEXT_KEYS = "? in an empty line: keys"
TEXT = f"enter confirm, empty skips · shift-tab back · {KEYS} · {LEAVE}"
TEXT_AGAIN = f"enter keep, empty deletes · shift-tab back · {TEXT_KEYS} · {LEAVE}"
ALL_TEXT = (
    "enter confirms; an empty line skips · shift-tab back"
    f" · in an empty line: / go to a question, ? these keys · {LEAVE}"
)
ALL_TEXT_AGAIN = ALL_TEXT.replace("line skips", "line deletes what was there")
DOES_NOT_FIT = "'{}' does not fit. {}"
EXPECTED = f"a number, {OR_UNKNOWN}"  # replaced with what the field takes
PEOPLE = (
    f"{EXPECTED} · enter next · ↑ back · page down skip the rest · ? keys · {LEAVE}"
)
ALL_PEOPLE = (
    f"{EXPECTED} · enter, tab or ↓ next, saves it · shift-tab or ↑ back · page up the"
    " question before · page down skip the rest · ctrl-z undo the last answer"
    f" · ctrl-g go to a question · {LEAVE}"
)
ALL_PEOPLE_SHORT = (
    f"{EXPECTED} · enter, tab or ↓ next · shift-tab or ↑ back · page up question before"
    " · page down skip the rest · ctrl-z undo · ctrl-g go to a question · ctrl-c leave"
)
CHOICE_SMALL = f"{ANY_CHOICE}, enter · s skip · ? keys"
PEOPLE_SMALL = f"{EXPECTED} · enter next · ↑ back · page down skip the rest · {KEYS}"
# Lines on the screen besides question and hint: progress, rule, two more answers...
OTHER_LINES, OTHER_LINES_NARROW = 6, 8
HIDE, TO_ANSWERS = "? hides this", "? back to the answers"
DRAFT = "Not confirmed yet: enter or y confirms it, another answer replaces it."
DRAFT_TEXT = "Not confirmed yet: enter confirms it, another text replaces it."
DRAFT_SMALL = f"y confirms the draft · {KEYS}"
REMARK = (
    f"enter keeps it, empty changes nothing · shift-tab back to the question · {KEYS}"
)
REASON_AGAIN = REMARK.replace(KEYS, TEXT_KEYS)
REMARK_AGAIN = (
    f"enter keeps it, empty deletes it · shift-tab back to the question · {TEXT_KEYS}"
)
ALL_REMARK = (
    "enter keeps it; an empty line changes nothing"
    f" · shift-tab back to the question · {LEAVE}"
)
ALL_REMARK_AGAIN = ALL_REMARK.replace("changes nothing", "deletes what was there")
FEW_WORDS = "A few words are needed, not one letter or a bare number."
EMPTY_REMARK = "A few words are needed; Enter again goes back."
CONFIRM = f"n or y, enter confirm · {KEYS}"
ALL_CONFIRM = (
    f"n or y, or ↑↓ choose · enter confirm · {LEAVE}: your answers so far are saved"
)
OPEN_ONLY, ALL_AGAIN = "tab shows open ones", "tab shows all"
SEARCH = f"type to search · {OPEN_ONLY} · enter go there · shift-tab back"
ALL_SEARCH = (
    "type part of a name, a number from the list, or an id,"
    " then enter · tab shows only open ones, or all · shift-tab back"
)
REVIEW = f"type to search · {OPEN_ONLY} · enter change · {LEAVE}"
ALL_REVIEW = (
    "enter: on the first line, finish and see the result; on an answer, change it"
    " · home goes to the first line · ↑↓, page up, page down and end choose · type part"
    " of a name, a number from the list, or an id to find a line ·"
    f" tab shows only open ones, or all · {LEAVE}"
)
GO_ON = "Enter or space goes on · ? explains."
GO_TO_LIST = "Enter or space shows all you said."  # below a message before the list
GO_TO_MORE = (
    "Enter or space: more · {} of {}"  # likewise, if more comes before the list
)
# Not longer than ``GO_ON``, in whose place they stand.
TOO_SOON = "Too soon, not used. Enter goes on."
ONLY_GO_ON = "Only Enter, space and ? work here."
ONLY_ENTER = "Only Enter and space work here."
TOO_SOON_IN_WORDS = "Not used, because it came too soon: {}."
ONLY_EMPTY_GOES_ON = "Only an empty line goes on; ? explains the picture."
WAITING = "waits"  # the word or sign of a layer that is good enough, but waits
WAITS = f" A layer that {WAITING} is good enough itself, but a layer below is not."
# The word that marks the first layer of a picture, with what it means and why.
MARKS = {
    "FIX": "> FIX: fix this layer first: {}.",
    "FIX?": "> FIX?: fix this layer first: {}. Later answers may change that.",
    "ASK": "> ASK: ask about this layer first: {}.",
}
LOWEST = "it has the lowest score"  # the reason of a layer for which none is given
PICTURE = (
    "Each row is a layer that needs those below it. The number is its score, up to 4;"
    " ## is one point, / is not counted, because a lower one is weaker or open, and ."
    " or ? depends on open answers. A bar ending left of | is not good enough"
    f" yet.{WAITS}"
)
PICTURE_IN_WORDS = (
    "Each layer needs those below it. The layer to fix first is the one with the lowest"
    " score; in a near tie the one further down, or the one that you chose as what"
    " would stop you. A score combines your answer on the whole layer with those on its"
    " details. A score with two numbers depends on open answers, and so may the layer"
    " to fix first."
)
PICTURE_KEYS = f"enter or space goes on · {LEAVE}\n{HIDE}"
MAY_LEAVE = f"{LEAVE}; your answers are enough for a report"
CHOICE_UNDONE = "Your choice is undone. Press u again to undo the last answer."
_NAMED_KEYS = {"n": "n for a note", "s": "s to skip"}
CHOOSE_FIRST = "Nothing is chosen yet: press the key of an answer first."


def of_question(step: Step) -> str:
    """Return the text below a question: its hint, its remarks and the keys to press."""
    if is_small_terminal():
        keys = DRAFT_SMALL if step.drafted else LEVELS_SMALL
        remarks = _remarks(step, short=True)
        own = step.question.hint if step.question else ""
        whole = [own, *remarks, keys] if own else [*remarks, keys]
        if not own or _fits(step, whole):
            return "\n".join(whole)
        more = keys.replace(KEYS, SHOWS_MORE).replace(", enter", "")
        return "\n".join([*remarks, more])
    return "\n".join([*_remarks(step), LEVELS])


def _fits(step: Step, hint: Sequence[str]) -> bool:
    """Return whether a question and the lines of its hint fit the terminal."""
    rows = [f"{key}  {text}" for key, text in step.choices.items()]
    wrapped = [wrap(f"{step.id}  {step.text}"), *(wrap(row, "     ") for row in rows)]
    shown = "\n".join([*wrapped, *map(wrap, hint)])
    others = OTHER_LINES_NARROW if is_narrow_terminal() else OTHER_LINES
    return shown.count("\n") + 1 + others <= get_terminal_size().lines


def help_with_question(step: Step, *, short: bool = False) -> str:
    """Return why a question is asked, who can answer it, and all keys.

    If ``short`` is true, reason and keys have fewer words, and the last line says how
    to get back to the levels. This is for a screen without room for text and levels.
    """
    question = step.question
    why = question.why if short and question else step.help
    knows = [KNOWS.format(question.knows)] if question else []
    moved_here = _remarks(step) if is_small_terminal() else []
    keys = ALL_LEVELS_SHORT if short else ALL_LEVELS
    end = TO_ANSWERS if short else HIDE
    return "\n".join([*moved_here, WHY.format(why), *knows, keys, end])


def of_fact(step: Step, keys: str) -> str:
    """Return the text below a fact: whether its value is a draft, and the keys.

    ``ANY_CHOICE`` in ``keys`` is replaced by the digits of the choices.
    """
    if is_small_terminal() and step.choices:
        keys = CHOICE_SMALL
    if step.kind is StepKind.ROLE:  # the list has a row to skip it
        keys = keys.replace(" · s skip", "")
    keys = keys.replace(ANY_CHOICE, _numbers(step))
    # In a text field, y is a letter of the text.
    kept = DRAFT if step.choices else DRAFT_TEXT
    return "\n".join([*([kept] if step.drafted else []), keys])


def possible(keys: Sequence[str], *, others: Container[str] = ()) -> str:
    """Return the message "Here: 0-4, d or x.", which lists ``keys`` in their order.

    The keys "n" and "s" are mentioned, too, if ``others`` has them.
    """
    single = [key for key in keys if len(key) == 1]
    digits = [*takewhile(str.isdigit, single)]
    span = [f"{digits[0]}-{digits[-1]}"] if len(digits) > 1 else digits
    *first, last = [*span, *single[len(digits) :]]
    here = f"Here: {', '.join(first)} or {last}" if first else f"Here: {last}"
    named = [text for key, text in _NAMED_KEYS.items() if key in others]
    return f"{'; '.join([here, *named])}."


def of_text(step: Step, typed: str) -> str:
    """Return the hint below a text prompt: the keys that the prompt takes.

    ``typed`` is what the line contains now.
    """
    keys = TEXT_AGAIN if step.value else TEXT
    is_kept = typed.strip() in {"", step.value}
    return keys if is_kept else keys.replace(LEAVE, LEAVE_LINE)


def help_with_fact(step: Step, keys: str, *, short: bool = False) -> str:
    """Return what a fact means, why it is asked, who knows it, and all keys.

    ``ANY_CHOICE`` in ``keys`` is replaced by the digits of the choices. If ``short`` is
    true, the last line says how to get back to the choices. This is for a screen
    without room for text and choices.
    """
    keys = keys.replace(ANY_CHOICE, _numbers(step))
    end = TO_ANSWERS if short else HIDE
    return "\n".join([*about_fact(step), keys, end])


def about_fact(step: Step) -> list[str]:
    """Return what a fact means, why it is asked, and who could find out its value."""
    why = WHY.format(step.why) if step.why else ""
    knows = KNOWS.format(f"{step.knows}, {OR_SUCH}") if step.knows else ""
    return [line for line in (step.help, why, knows) if line]


def help_with_text(step: Step) -> str:
    """Return the explanation of a step that asks for a line of text, and all keys."""
    keys = ALL_TEXT_AGAIN if step.value else ALL_TEXT
    return "\n".join([*about_fact(step), keys])


def _numbers(step: Step) -> str:
    """Return the keys of a step's choices, such as "1-3" or "1-8, o or 0"."""
    others = ", o or 0" if step.kind is StepKind.ROLE else ""
    return f"1-{len(step.choices)}{others}"


def _remarks(step: Step, *, short: bool = False) -> list[str]:
    """Return the hint and remarks of a question; if ``short``, one line per remark."""
    remarks = [
        f"{field}: {text}"
        for field in REMARK_KEYS.values()
        if (text := getattr(step.answer, field))
    ]
    if short:
        return [truncate(remark, 2 + MARGIN) for remark in remarks]
    own = [step.question.hint] if step.question and step.question.hint else []
    own += [DRAFT] if step.drafted else []
    return [*own, *remarks]
