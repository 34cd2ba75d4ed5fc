"""Ask interview steps as numbered lines, for screen readers and simple terminals."""

import re
import time
from collections.abc import Callable, Container, Sequence
from shutil import get_terminal_size

from mlready.errors import did_you_mean
from mlready.escaping import for_terminal
from mlready.interview import hints
from mlready.interview.line_input import (
    LineInput,
    height,
    print_lines,
    print_rows,
)
from mlready.interview.navigation import (
    REMARK_KEYS,
    TO_END,
    Again,
    GoTo,
    Move,
    Remark,
    Reply,
    StepPosition,
)
from mlready.interview.prompter import FieldsInTurn
from mlready.interview.step_search import (
    in_answers,
    is_only_in_answers,
    matching_steps,
    only_match,
)
from mlready.interview.steps import (
    DONT_KNOW,
    KEEP,
    NOT_APPLICABLE,
    NOTE,
    OR_UNKNOWN,
    Step,
    StepKind,
    as_sentence,
    said_line,
)
from mlready.interview.stray_text import ONLY_ONE
from mlready.interview.typeahead import (
    EACH_SECONDS,
    LOOK_SECONDS,
    REACTION_SECONDS,
    STRAY_KEY,
    is_stray_key,
    says_nothing,
)
from mlready.model.answers import Answer
from mlready.platform_support import discard_typeahead

MOST_FOUND = 9  # most steps that a search lists
MOVES = {
    **dict.fromkeys(("b", "back"), Move.BACK),
    **dict.fromkeys(("s", "skip"), Move.SKIP),
    **dict.fromkeys(("u", "undo"), Move.UNDO),
}
SEVERAL = re.compile(r"\d+(\s*([\s,;+&/]|and|or)\s*\d+)+")  # such as "1, 4"
AS_NOTE = re.compile(r"n\s+(\S.*)", re.IGNORECASE)  # as at a question with levels
REMARKS = {
    **REMARK_KEYS,
    **{name: name for name in REMARK_KEYS.values()},
    "accept": REMARK_KEYS["a"],
}
HELP = {"h", "help", "?"}
ALL = "all"  # reply that lists all steps
SEARCHES = (f"/{TO_END}", f"/{ALL}")  # that are commands
YES, NO = {"y", "yes"}, {"n", "no"}
TEXT_HELP = {"?", ":?"}
# Where a note or a reason is typed, single letters are text.
REMARK_HELP, LEAVE_REMARK = {*TEXT_HELP, "help", ":help"}, {"back", "skip", "undo"}
TAKE_BACK = "-"  # reply that deletes what was said before
HINT_QUESTION = (
    "0-4, d don't know, x does not apply, s skip, n note, b back, ? all replies, ctrl-c"
    " save and leave"
)
LEAVE_IT_OUT = "to leave it out"
NO_ROLE = "0"  # reply that leaves the role out, as in the other mode
HERE_ROLE = f"another role in your words, or empty {LEAVE_IT_OUT}"
REPLY_ROLE = f"a number, {HERE_ROLE}"
HINT_ROLE = f"{REPLY_ROLE}; b back, ? all replies, ctrl-c save and leave"
CHOICE_KEYS = "s skip, b back, ? all replies, ctrl-c save and leave"
HINT_CHOICE = f"a number, {CHOICE_KEYS}"
ANSWER = "your answer, or empty to skip"  # in the hint, a number replaces this
HINT_TEXT = f"{ANSWER}; b back, ? all replies, ctrl-c save and leave"
OR_KEEP = "or empty to keep it"  # replaces OR_UNKNOWN if there is a number
STRAY_KEY_KEEPS = "Type a few words, or leave it empty to keep what was said."
HINT_AGAIN = HINT_TEXT.replace("to skip", "to keep it")
KEEP_IT = f"to keep it, {NO_ROLE} {LEAVE_IT_OUT}"  # if there is a role
HINT_ROLE_AGAIN = HINT_ROLE.replace(LEAVE_IT_OUT, KEEP_IT)
SHORT_HINT_QUESTION = "0-4, d, x, s, n, b, ? all replies"
FULL_HINTS = 5  # steps after which the hints name fewer keys
LEFT_OUT_OF_HINTS = ("b back, ", ", ctrl-c save and leave")
HINT_REVIEW = (
    "a number to change that line, empty to finish, ? all replies, ctrl-c save and"
    " leave"
)
KNOWN = "You may leave now: your answers are enough for a report."
GO_ON = "empty goes on, ? explains the picture, ctrl-c save and leave"
REVIEW = "Everything you said. Change a line, or finish."
MOVING = (
    "u  undo the last answer",
    "/ and part of a name or its id or number  go to a question",
    ":open  list what is open",
    "b  back, s  skip, h or ?  this help, ctrl-c  save and leave",
)
LEVEL_REPLIES = (
    "0 to 4  the level, d  we don't know",
    "x  does not apply to us (asks why), or at once: x because ...",
    "n  a note, e  evidence, a  we accept this gap for now, because ...",
    "n and a text  a note at once, for example: n Ask Ana",
    "n -  deletes the note; e and a likewise",
    *MOVING,
)
TEXT_REPLIES = (
    "your answer, empty skips or keeps what was said before",
    "-  deletes what was said before",
    *MOVING[:3],
    "b  back, s  skip, ?  this help, ctrl-c  save and leave",
)
REMARK_REPLIES = (
    "one line of text; empty, back, skip or undo  changes nothing",
    "ctrl-c  save and leave, without this text",
)
CHOICE_REPLIES = ("the number of an answer", *MOVING)
REVIEW_REPLIES = (
    "the number of a line to change it, empty  finish",
    ":list  all lines again, :open  only those that are open",
    "/ and part of a name  find a line",
    ":on  ask the open questions",
)
LEFT_OUT = {DONT_KNOW: "We don't know.", NOT_APPLICABLE: "Does not apply to us."}
STAY = "a number goes to that line, empty stays here"
WHERE_TO = "a part of a name, a number or an id; all lists them, empty stays here"
TO_FIND = "Type / and a part of a name."
OF_LIST, OF_SHOWN = "Here: a number of the list.", "Here: a number shown above."
NO_REASON = "Nothing changed: no reason was given."
WHY_NOT = "Why does it not apply? (empty changes nothing)"
NOTHING_OPEN = "Nothing is open."
ALL_ASKED = "All questions were asked. Still open; type a number to answer one:"
YES_OR_NO = "yes or no, empty is {}"
ONLY_YES_OR_NO = "type yes or no"  # after an invalid reply
NOTHING_TYPED = "Nothing was typed."
EMPTY_LINE = "an empty line"
NOTHING_TO_DELETE = "There is nothing to delete."
REMARK_PROMPTS = {
    "note": "Note",
    "evidence": "Evidence",
    "accepted": "We accept this gap for now, because",
}
SKIPPED, LEFT_OUT_NOW = "Skipped.", "Your answer: left out"
SAID, DELETED = "Your answer: ", "What was said before is deleted."
INSTEAD, ALSO_CHANGED = "Instead of: ", "This also changed:"
ALSO_NEW = "This is new in the list:"
MOVED = "Other lines now have other numbers; :list shows them all."
# How an earlier answer is introduced, and what an empty line does with it.
SAID_BEFORE = ("Said before", "keeps")
DRAFTED = ("Drafted, not confirmed", "confirms")
DONE: Reply = ""  # a command was executed; the step is asked again


class PlainPrompter:
    """A Prompter that prints each step as lines and reads a typed line."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._listed: dict[str, str] = {}  # the rows of the review, as printed last
        self._asked: list[str] = []  # the ids of the steps, since the review
        self._hints = 0  # how many steps had a hint
        self._knows_levels = False  # whether the hint on levels was shown in full
        self._clock = clock
        self._input = LineInput()
        self._fields = FieldsInTurn()
        self._said = ""  # since the last prompt
        discard_typeahead()

    def ask(self, step: Step, position: StepPosition) -> Reply:
        """Ask a step until the reply is valid, and return the reply."""
        self._said = ""
        if step.fields:
            return self._fields.ask(self, step, position)
        _print_step(step, position)
        self._asked.append(step.id)
        self._hints += 1
        reply = self._ask_step(step, position)
        if reply is Move.SKIP and not step.answered:
            print_lines(SKIPPED)
        elif step.kind is StepKind.ROLE and not (reply or step.value):
            print_lines(LEFT_OUT_NOW)
        elif not position.doubts(step, reply):
            _print_said(step, reply)
        return reply

    def echo(self, step: Step, reply: str) -> None:
        """Print a reply after the team has confirmed it."""
        _print_said(step, reply)

    def _ask_step(self, step: Step, position: StepPosition) -> Reply:
        match step.kind:
            case StepKind.QUESTION:
                return self._ask_level(step, position)
            case StepKind.CHOICE:
                return self._ask_choice(step, position)
            case StepKind.CONTRADICTION:
                return self._ask_contradiction(step, position)
            case StepKind.ROLE:
                return self._ask_role(step, position)
            case _:
                return self._ask_text(step, position)

    def choose(self, steps: Sequence[Step]) -> Step | Move | None:
        """List all steps; return the step that the user will change, None to finish.

        Returns ``Move.GO_ON`` to ask all open steps. After a change, only changed lines
        are listed.
        """
        numbered = {str(number): step for number, step in enumerate(steps, 1)}
        discard_typeahead()  # an empty line typed ahead would end the interview
        print_lines("", *([] if self._listed else [REVIEW]))
        self._print_changed(steps)
        while True:
            line = self._input.read(HINT_REVIEW)
            command, _, rest = (
                re.sub("^:?/", "go ", line).removeprefix(":").partition(" ")
            )
            match command.lower() if line else "finish":
                case "finish" if not rest:
                    return None
                case number if line in numbered:
                    return numbered[number]
                case "list":
                    _print_rows(steps, steps)
                case "on" if any(step.is_unfinished for step in steps):
                    return Move.GO_ON
                case "on" | "open":
                    _print_open(steps)
                case "go":
                    if step := _find(steps, rest.strip()):
                        return step
                case command if command in HELP:
                    print_lines(*REVIEW_REPLIES)
                case _:
                    _print_invalid(line, OF_LIST)

    def _print_changed(self, steps: Sequence[Step]) -> None:
        """Print new and changed rows of the review; the steps just asked come first.

        If the rows fill the screen, the messages printed just before the rows are
        printed again below the rows.
        """
        rows, before = {step.id: step.row() for step in steps}, self._listed
        changed = [step for step in steps if before.get(step.id) != rows[step.id]]
        asked = [s for s in changed if not before or _is_asked(s, self._asked)]
        others = [step for step in changed if step not in asked]
        _print_rows(steps, asked)
        _print_under(ALSO_CHANGED, steps, [s for s in others if s.id in before])
        _print_under(ALSO_NEW, steps, [s for s in others if s.id not in before])
        if _are_moved([*before], [*rows]):
            print_lines(MOVED)
        if self._said and len(changed) >= get_terminal_size().lines:
            print_lines("", *self._said.splitlines())
        self._listed, self._asked, self._said = rows, [], ""

    def say(self, text: str, *, once: bool = False) -> None:
        """Print a message to the team; printed lines stay even if ``once`` is true."""
        del once
        self._said = f"{self._said}\n{text}".strip()
        print_lines(*text.splitlines())

    def show(self, picture: str) -> None:
        """Print the pyramid and the advice."""
        print_lines("", *picture.splitlines(), "")

    def present(self, picture: str) -> None:
        """Print the pyramid and the advice, and wait for an empty line.

        A line typed too soon to be meant for the picture is not used.
        A message just before a picture that moves it off the screen is printed again.
        """
        _print_picture(picture.splitlines(), self._said.splitlines())
        self._said = ""
        while line := self._read_in_time(GO_ON, to_help=TEXT_HELP):
            explains = line.lower().removeprefix(":") in HELP
            print_lines(
                hints.PICTURE_IN_WORDS if explains else hints.ONLY_EMPTY_GOES_ON
            )

    def confirm(self, question: str, *, default: bool = False) -> bool:
        """Ask a yes-or-no question until the reply is valid.

        An empty line is the default, but not after an invalid reply.
        """
        self._said = ""
        hint = YES_OR_NO.format("yes" if default else "no")
        # Lines typed ahead were intended for another question.
        discard_typeahead()
        line = self._input.read(f"{for_terminal(question)} ({hint})")
        while line.lower() not in {*YES, *NO}:
            if not line and hint != ONLY_YES_OR_NO:
                return default
            if line not in TEXT_HELP:
                refused = f"'{line}' is neither yes nor no."
                print_lines(refused if line else NOTHING_TYPED)
                hint = ONLY_YES_OR_NO
            line = self._input.read(hint)
        return line.lower() in YES

    def _read_in_time(self, hint: str, *, to_help: Container[str] = ()) -> str:
        """Return the next line that somebody who has read the screen can have typed.

        Call this where the team expects something else, so that a reply to the expected
        question answers nothing here. ``to_help`` has lines that count at any time.
        """
        while True:
            shown = self._clock()
            line = self._input.read(hint)
            if not _is_too_soon(line, self._clock() - shown) or line in to_help:
                return line
            print_lines(hints.TOO_SOON_IN_WORDS.format(line or EMPTY_LINE))

    def _read(self, hint: str) -> str:
        """Print ``hint``, shorter after ``FULL_HINTS`` steps; return the next line."""
        # A screen reader reads out each hint, one word after the other.
        is_known = hint == HINT_QUESTION and self._knows_levels
        self._knows_levels = self._knows_levels or hint == HINT_QUESTION
        if self._hints > FULL_HINTS:
            hint = SHORT_HINT_QUESTION if is_known else hint
            for words in LEFT_OUT_OF_HINTS:
                hint = hint.replace(words, "")
        return self._input.read(hint)

    def _ask_level(self, step: Step, position: StepPosition) -> Reply:
        while True:
            line = self._read(HINT_QUESTION)
            if _keeps(step, line):
                return step.answer
            command, _, rest = line.partition(" ")
            reply: Reply | None = _level(step, line.lower())
            if reply is None and command.lower() == NOT_APPLICABLE:
                reply = self._ask_reason(step, rest.strip())
            elif reply is None and command.lower() in REMARKS:
                reply = self._ask_remark(step, REMARKS[command.lower()], rest.strip())
            elif reply is None:
                reply = self._commanded(step, position, line, LEVEL_REPLIES)
            if reply:
                return reply
            if reply is None:
                keys = [*step.choices, *LEFT_OUT]
                _print_invalid(line, hints.possible(keys, others={*REMARKS, *MOVES}))

    def _ask_reason(self, step: Step, reason: str) -> Reply:
        """Return the answer "does not apply", or ``DONE`` if no reason is given.

        If no ``reason`` was typed after "x", the prompt asks for a reason.
        """
        reason = _if_words(reason)
        if reason := reason or self._ask(WHY_NOT, step.answer.na):
            return step.answer._replace(level=None, unknown=False, na=reason)
        print_lines(NO_REASON)
        return DONE

    def _ask_remark(self, step: Step, field: str, text: str) -> Reply:
        """Return a remark on the answer to a step, or ``DONE`` to change nothing.

        If no ``text`` was typed after the key, such as "n", the prompt asks for a text.
        """
        before = getattr(step.answer, field)
        text = _if_words(text, before, TAKE_BACK)
        if not text:
            delete = f", {TAKE_BACK} deletes it" if before else ""
            hint = f"{REMARK_PROMPTS[field]} (empty changes nothing{delete})"
            text = self._ask(hint, before, TAKE_BACK)
        if text == TAKE_BACK:
            if before:
                return Remark(field, "")
            print_lines(NOTHING_TO_DELETE)
            return DONE
        return Remark(field, text) if text else DONE

    def _ask(self, hint: str, *allowed: str) -> str:
        """Ask for a remark; return "" to change nothing.

        The texts in ``allowed`` need not be words.
        """
        try:
            while True:
                text = self._input.read(hint)
                if text.lower() in REMARK_HELP:
                    print_lines(*REMARK_REPLIES)
                elif not text or _if_words(text, *allowed):
                    break
        except KeyboardInterrupt:
            print_lines("What you were typing was not kept.")
            raise
        return "" if text.lower().removeprefix(":") in LEAVE_REMARK else text

    def _commanded(
        self, step: Step, position: StepPosition, line: str, replies: Sequence[str]
    ) -> Reply | None:
        """Execute a command such as "b"; return None if ``line`` is no command.

        Returns a ``Move``, or a ``GoTo`` if the team goes to another step. A command
        such as "?" is done at once; it returns ``DONE``, and the step is asked again.
        ``replies`` are the lines that "?" prints.
        """
        command, _, rest = line.lower().removeprefix(":").partition(" ")
        if command in MOVES and not rest:
            return MOVES[command]
        if command in HELP and not rest:
            _print_help(step, replies)
            return DONE
        if command == "open" and not rest:
            return self._go_to(step, position, "", only_open=True)
        if command == "go" and rest:
            return self._go_to(step, position, rest)
        if line.lower().removeprefix(":").startswith("/"):
            return self._go_to(
                step, position, line.lower().removeprefix(":")[1:].strip()
            )
        return None

    def _go_to(
        self, step: Step, position: StepPosition, typed: str, *, only_open: bool = False
    ) -> Reply:
        """Let the team choose one of the steps that match ``typed``.

        Returns ``DONE`` if the team stays at the current step.
        """
        steps = position.steps
        if not (typed or only_open):
            typed = self._input.read(WHERE_TO).removeprefix("/")
            if not typed:
                _print_step(step, position)
                return DONE
        if position.may_end and typed.casefold() == TO_END:
            return Move.END
        if position.misses_plan(typed):
            print_lines(position.no_end)
            return DONE
        typed = "" if typed.casefold() == ALL else typed
        if typed and (found := only_match(steps, typed)):
            return GoTo(found.id)
        listed = matching_steps(steps, typed, only_open=only_open, asked=position.asked)
        if is_only_in_answers(steps, listed, typed):
            print_lines(in_answers(f"/{typed}", SEARCHES))
        # Their numbers among all steps would say nothing here.
        shown = _print_found(listed, typed, listed, SEARCHES)
        numbered = {str(n): each for n, each in enumerate(shown, 1)}
        while listed:
            line = self._input.read(STAY)
            if line in numbered:
                return GoTo(numbered[line].id)
            if not line:
                _print_step(step, position)
                break
            _print_invalid(line, OF_SHOWN)
        return DONE

    def _ask_choice(
        self,
        step: Step,
        position: StepPosition,
        *,
        read: Callable[[str], str] | None = None,
    ) -> Reply:
        """Ask to choose an answer; ``read`` prints a hint and returns the next line."""
        keys = {str(number): key for number, key in enumerate(step.choices, 1)}
        hint = _field_hint(step) if position.in_form else HINT_CHOICE
        while True:
            line = (read or self._read)(hint)
            if _keeps(step, line):
                return step.value
            if not line and position.in_form:
                return ""
            if line in keys:
                return keys[line]
            reply = self._commanded(step, position, line, CHOICE_REPLIES)
            if reply:
                return reply
            if reply is None:
                _print_invalid(line, hints.possible([*keys], others=MOVES))

    def _ask_contradiction(self, step: Step, position: StepPosition) -> Reply:
        # A contradiction comes in place of the question that the team expects.
        reply = self._ask_choice(step, position, read=self._read_in_time)
        if not isinstance(reply, str):
            return reply
        return reply if reply == KEEP else Again(reply)

    def _ask_role(self, step: Step, position: StepPosition) -> Reply:
        keys = {str(number): key for number, key in enumerate(step.choices, 1)}
        while True:
            line = self._read(HINT_ROLE_AGAIN if step.value else HINT_ROLE)
            if _keeps(step, line):
                return step.value
            if not line:
                return Move.SKIP
            if line in {TAKE_BACK, NO_ROLE}:
                return ""
            if line in keys:
                return keys[line]
            reply = self._commanded(step, position, line, MOVING)
            if reply:
                return reply
            is_wrong = line.isdigit() or is_stray_key(line) or SEVERAL.fullmatch(line)
            if reply is None and not is_wrong:
                return step.role_named(line)
            if reply is None:
                others = HERE_ROLE.replace(
                    LEAVE_IT_OUT, KEEP_IT if step.value else LEAVE_IT_OUT
                )
                _print_invalid(line, f"Here: 1-{len(keys)}, {others}.")

    def _ask_text(self, step: Step, position: StepPosition) -> Reply:
        is_number = step.kind in {StepKind.WHOLE, StepKind.NUMBER}
        takes = _or_keep(step, step.expected) if is_number else TEXT_REPLIES[0]
        replies = (takes, *TEXT_REPLIES[1:])
        while True:
            line = self._read(_text_hint(step, position))
            if _keeps(step, line):
                return step.value
            if not line or (line == TAKE_BACK and not step.value):
                # Nobody knows an empty field; a skipped field is asked another time.
                return "" if position.in_form else Move.SKIP
            if line == TAKE_BACK:
                return ""
            reply: Reply | None = None
            if is_number or _is_command(line):
                reply = self._commanded(step, position, line, replies)
            if reply:
                return reply
            if reply is None:
                as_note = step.id.startswith(NOTE) and AS_NOTE.fullmatch(line)
                line = as_note[1] if as_note else line
                if not is_number and is_stray_key(line):
                    print_lines(_or_keep(step, STRAY_KEY))
                elif step.accepts(line):
                    return line
                else:
                    refused = _or_keep(step, step.refusal(line))
                    fits_not = hints.DOES_NOT_FIT.format(line, refused)
                    print_lines(fits_not if is_number else refused)


def _text_hint(step: Step, position: StepPosition) -> str:
    if position.in_form:
        return _field_hint(step)
    if step.kind in {StepKind.WHOLE, StepKind.NUMBER}:
        return HINT_TEXT.replace(ANSWER, _or_keep(step, step.expected))
    return HINT_AGAIN if step.value else HINT_TEXT


def _field_hint(step: Step) -> str:
    return f"{_or_keep(step, step.expected)}; {CHOICE_KEYS}"


def _or_keep(step: Step, text: str) -> str:
    """Return a text on what can be typed, changed if the step has an answer.

    Then "or empty if you don't know" becomes "or empty to keep it", for example.
    """
    kept = text.replace(OR_UNKNOWN, OR_KEEP).replace(STRAY_KEY, STRAY_KEY_KEEPS)
    return kept if step.value else text


def _is_too_soon(line: str, seconds: float) -> bool:
    """Return whether a line was begun before anybody can have read the screen.

    ``seconds`` is the time from the last text on the screen to the end of the line.
    """
    if not line:
        return seconds < REACTION_SECONDS
    return seconds < LOOK_SECONDS + EACH_SECONDS * (len(line) - 1)


def _if_words(text: str, *allowed: str) -> str:
    """Return a remark; if it is no words and not in ``allowed``, say so, return ""."""
    if text in allowed or not says_nothing(text):
        return text
    print_lines(hints.FEW_WORDS)
    return ""


def _is_command(line: str) -> bool:
    return line.lower() in {*MOVES, *HELP} or line.startswith((":", "/"))


def _print_picture(picture: Sequence[str], said: Sequence[str]) -> None:
    """Print a picture; if it moves what was said off the screen, say that again."""
    above = [] if said else [""]  # the message has a blank line above it
    print_lines(*above, *picture)
    below = [KNOWN, GO_ON]
    if height(*said, *picture, *below) > get_terminal_size().lines:
        print_lines(*(re.sub(":$", ".", line) for line in said))
    print_lines(KNOWN)


def _print_step(step: Step, position: StepPosition) -> None:
    print_lines("", *position.line(step).splitlines())
    text = f"{step.id}: {step.text}" if step.question else step.text
    print_lines(*text.splitlines())
    for number, (key, text) in enumerate(step.choices.items(), 1):
        names = step.said_by(key)
        who = f" ({names})" if names else ""
        print_rows(f"{key if step.question else number}. {text}{who}")
    for key, text in LEFT_OUT.items():
        if names := step.said_by(key) if step.question else "":
            print_lines(f"{key}. {text} ({names})")
    if step.said and not step.choices:
        print_lines(said_line(step))
    if step.question and step.question.hint:
        print_lines(step.question.hint)
    for field in REMARK_KEYS.values():
        if remark := getattr(step.answer, field):
            print_lines(f"{field}: {remark}")
    if before := step.current_text():
        can_delete = not (step.question or step.kind is StepKind.CHOICE)
        delete = f", {TAKE_BACK} deletes it" if can_delete else ""
        said, keeps = DRAFTED if step.drafted else SAID_BEFORE
        print_lines(f"{said}: {as_sentence(before)} Empty {keeps} it{delete}.")


def _level(step: Step, line: str) -> Answer | None:
    """Return the answer for a level or "d" (don't know), None for other lines."""
    # The remarks of the earlier answer stay.
    blank = step.answer._replace(level=None, unknown=False, na="")
    if line in step.choices:
        return blank._replace(level=int(line))
    return blank._replace(unknown=True) if line == DONT_KNOW else None


def _keeps(step: Step, line: str) -> bool:
    """Return whether a line keeps the current answer, or confirms a drafted answer."""
    return bool(step.value and (not line or (step.drafted and line.lower() == "y")))


def _print_rows(steps: Sequence[Step], listed: Sequence[Step]) -> None:
    numbers = {step.id: number for number, step in enumerate(steps, 1)}
    print_rows(*(f"{numbers[step.id]}. {step.row()}" for step in listed))


def _print_under(heading: str, steps: Sequence[Step], listed: Sequence[Step]) -> None:
    """Print the rows of ``listed`` below a heading; nothing if there are none."""
    if listed:
        print_lines(heading)
        _print_rows(steps, listed)


def _are_moved(before: Sequence[str], now: Sequence[str]) -> bool:
    """Return whether the place in a list has changed for an id that is still in it."""
    places = {id_: at for at, id_ in enumerate(before)}
    return any(places.get(id_, at) != at for at, id_ in enumerate(now))


def _is_asked(step: Step, asked: Sequence[str]) -> bool:
    return any(each.id in asked for each in (step, *step.fields))


def _print_said(step: Step, reply: Reply) -> None:
    """Print a typed or changed answer for the team to check."""
    if not isinstance(reply, str | Answer):
        return
    if step.kind is StepKind.CONTRADICTION:
        print_lines(step._replace(value=KEEP).row())
        return
    before, now = step.current_text(), step.reply_text(reply)
    is_text = step.kind in {StepKind.TEXT, StepKind.LINE}
    is_reason = isinstance(reply, Answer) and bool(reply.na)
    is_own_role = step.kind is StepKind.ROLE and reply not in step.choices
    is_number = step.kind in {StepKind.WHOLE, StepKind.NUMBER}
    is_rewritten = is_number and now != reply  # such as 1200 for "1.200"
    if now == before:
        return
    if not now:
        print_lines(DELETED)
    elif is_text or (not before and (is_reason or is_rewritten)):
        print_lines(f"{SAID}{now}")
    elif before or is_own_role:
        print_lines(f"{step.topic}: {now}")
    if before and now:
        print_lines(f"{INSTEAD}{before}")


def _print_found(
    steps: Sequence[Step],
    typed: str,
    listed: Sequence[Step],
    commands: Sequence[str] = (),
) -> Sequence[Step]:
    """Print the steps in ``listed``, and return the printed steps.

    After a search for the text ``typed``, at most ``MOST_FOUND`` steps are printed.
    The order of ``steps`` gives the numbers. If nothing matches, one of ``commands``
    that is nearly the same is suggested.
    """
    if not listed:
        meant = did_you_mean(f"/{typed}", commands) or "."
        print_lines(f"Nothing matches '{typed}'{meant}" if typed else NOTHING_OPEN)
    shown = listed[:MOST_FOUND] if typed else listed
    _print_rows(steps, shown)
    if len(listed) > len(shown):
        print_lines(f"... and {len(listed) - len(shown)} more; type more of the name.")
    return shown


def _find(steps: Sequence[Step], typed: str) -> Step | None:
    """Return the only matching step; if there is not exactly one, print the matches."""
    if not typed:
        print_lines(TO_FIND)
    elif step := only_match(steps, typed):
        return step
    else:
        found = matching_steps(steps, typed)
        if is_only_in_answers(steps, found, typed):
            print_lines(in_answers(f"/{typed}", ()))
        _print_found(steps, typed, found)
    return None


def _print_open(steps: Sequence[Step]) -> None:
    """Print the open steps; say if the interview has already asked all steps."""
    listed = matching_steps(steps, "", only_open=True)
    if listed and not any(step.is_unfinished for step in steps):
        print_lines(ALL_ASKED)
    _print_found(steps, "", listed)


def _print_help(step: Step, replies: Sequence[str]) -> None:
    if step.question:
        why, knows = hints.WHY.format(step.help), step.question.knows
        print_lines(why, hints.KNOWS.format(knows))
    else:
        print_lines(*hints.about_fact(step))
    print_lines(*replies)


def _print_invalid(line: str, possible: str) -> None:
    if SEVERAL.fullmatch(line):
        possible = f"{ONLY_ONE} {possible}"
    print_lines(f"'{line}' is none of these. {possible}" if line else NOTHING_TYPED)
