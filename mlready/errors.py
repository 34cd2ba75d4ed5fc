"""Errors that the user can correct, and the exit codes of the program.

Any other exception is a bug in mlready.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

SHOWN = 20  # most problems that most commands print; further ones are only counted
MOST_SHOWN = 1000  # most that a command prints whose purpose is to name them all
LONGEST = 400  # most characters printed of one problem, which may quote a file


class ExitCode(IntEnum):
    """The exit codes of the program.

    A code above 128 is 128 plus the number of a signal.
    """

    SUCCESS = 0
    NOT_MET = 1  # ``--check`` found a difference, or a threshold is not met
    USAGE = 2
    DOCUMENT = 3
    TEMPLATE = 4
    STORAGE = 5
    BUG = 70
    HANGUP = 129
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


class MlreadyError(Exception):
    """An error that the user can correct, with a message to print."""

    exit_code: int = ExitCode.BUG  # with which the program ends after this error


class UsageError(MlreadyError):
    """The options or arguments of a command cannot be used."""

    exit_code = ExitCode.USAGE


class Problem(NamedTuple):
    """One mistake in a file, with line and column counted from 1."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        file, text = one_line(self.file), one_line(self.text)
        text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        return f"{file}:{self.line}:{self.column}: {text}"

    @property
    def warning(self) -> str:
        """The problem as a line that says that it keeps nothing from being read."""
        return str(self._replace(text=f"warning: {self.text}"))


class DocumentError(MlreadyError):
    """Input files have mistakes; ``problems`` are sorted by file and position.

    ``command`` is the command that prints all of them, "" if there is none.
    """

    exit_code = ExitCode.DOCUMENT

    def __init__(self, *problems: Problem, command: str = "") -> None:
        self.problems = tuple(sorted(problems, key=lambda each: each[:3]))
        self.command = command
        super().__init__("\n".join(self.lines(SHOWN)))

    def lines(self, most: int) -> list[str]:
        """Return the first ``most`` problems, and a line on how many follow."""
        lines = [str(problem) for problem in self.problems[:most]]
        if (more := len(self.problems) - most) > 0:
            is_partial = self.command and most < MOST_SHOWN
            all_ = f"; {self.command} names all" if is_partial else ""
            lines.append(f"... and {more} more{all_}")
        return lines


class SeveralErrors(MlreadyError):  # noqa: N818 - holds errors, is not one of them
    """One or more errors, reported together.

    The exit code is the highest exit code of these errors.
    """

    def __init__(self, *errors: MlreadyError) -> None:
        self.errors = errors
        self.exit_code = max(error.exit_code for error in errors)
        super().__init__("\n".join(map(str, errors)))


class TemplateError(MlreadyError):
    """A template cannot be rendered."""

    exit_code = ExitCode.TEMPLATE


class StorageError(MlreadyError):
    """A file cannot be read, written or locked."""

    exit_code = ExitCode.STORAGE


class ConflictError(StorageError):
    """Another program changed a file, so the new data was saved to another file."""


class StorageWarning(UserWarning):
    """A warning about a file that was read or saved."""


class LeftError(MlreadyError):
    """An interview was left; ``exit_code`` depends on the cause, such as a signal."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def first_names(names: Sequence[str], most: int = 10) -> str:
    """Return the first ``most`` names, separated by commas, and how many follow."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def shortened(text: str, most: int = 40) -> str:
    """Return the first ``most`` characters of a text, with "…" in place of the rest."""
    return text if len(text) <= most else f"{text[:most]}…"


def one_line(text: str) -> str:
    """Replace the line breaks in a text by a visible symbol."""
    return "␊".join(text.splitlines())


def suggestions(
    words: Iterable[str], known: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield each unknown word with a hint such as ``; did you mean 'x'?``.

    Only the first ``SHOWN`` words get a hint, and only if a known word is similar; else
    the hint is "".
    """
    # Finding similar words for a thousand unknown words would take seconds.
    for number, word in enumerate([each for each in words if each not in known]):
        yield word, did_you_mean(word, known) if number < SHOWN else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint such as ``; did you mean 'x'?``, or "" if no word is similar."""
    from difflib import get_close_matches

    by_lower_case = {each.lower(): each for each in known}
    typed = word.lower()
    near = get_close_matches(typed, by_lower_case, len(by_lower_case) or 1, cutoff=0.66)
    if not near or _is_other_number(typed, nearest := _nearest(typed, near)):
        return ""
    return f"; did you mean '{by_lower_case[nearest]}'?"


def _is_other_number(typed: str, near: str) -> bool:
    """Return whether two ids, such as col-99 and col-08, have no digit in common."""
    import re

    numbers = [re.fullmatch("[a-z]+-?([0-9]{2})", each) for each in (typed, near)]
    digits = [{*each[1]} for each in numbers if each]
    return len(digits) == len(numbers) and digits[0].isdisjoint(digits[1])


def _nearest(typed: str, near: Sequence[str]) -> str:
    """Return the word in ``near`` that the user most likely meant.

    This is the first word, unless both ``typed`` and the first word look like ids, such
    as col-03. Of several ids, the id that differs least from ``typed`` is returned. The
    letters of an id count most, then the order of the letters, then the number.
    """
    import re
    from collections import Counter

    def missing(word: str, of: str) -> int:
        return (Counter(of) - Counter(word)).total()

    ids = [each for each in near if re.fullmatch("[a-z]+-[0-9]+", each)]
    parts = re.fullmatch("([a-z]+)-?([0-9]+)", typed)
    if not parts or ids[:1] != [*near[:1]]:
        return near[0]
    letters, number = parts.groups()

    def differences(id_: str) -> tuple[int, ...]:
        own, _, digits = id_.partition("-")
        apart = abs(int(number) - int(digits))
        in_letters = missing(letters, own), letters != own
        return *in_letters, apart > 0, missing(number, digits), apart

    return min(ids, key=differences)
