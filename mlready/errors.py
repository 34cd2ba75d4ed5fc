"""Errors that the user can correct, and the exit codes of the program.

* MlreadyError
  - UsageError      the options or arguments cannot be used
  - DocumentError   a questionnaire or an answers file has errors
  - TemplateError   a template cannot be rendered
  - StorageError    a file cannot be read, written or locked
    - ConflictError   another program changed the file, so a new file was saved
  - LeftError       an interview was left
  - SeveralErrors   more than one input file cannot be used

Any other exception is a bug in mlready.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

SHOWN = 20  # at most so many problems are printed, further ones only counted
LONGEST = 400  # most characters printed of one problem, which may quote a file


class ExitCode(IntEnum):
    """Exit codes of the program; a code above 128 is 128 plus a signal number."""

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
    """An error that the user can correct; its text is the message to print.

    ``exit_code`` is the exit code of the program after this error.
    """

    exit_code: int = ExitCode.BUG


class UsageError(MlreadyError):
    """The options or arguments of a command cannot be used."""

    exit_code = ExitCode.USAGE


class Problem(NamedTuple):
    """One error in a file, with its line and column, both counted from 1."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        file, text = one_line(self.file), one_line(self.text)
        text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        return f"{file}:{self.line}:{self.column}: {text}"


class DocumentError(MlreadyError):
    """Input files have errors; ``problems`` lists them, sorted by file and position."""

    exit_code = ExitCode.DOCUMENT

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: each[:3]))
        super().__init__(_summary(self.problems))


class SeveralErrors(MlreadyError):  # noqa: N818 - holds errors, is not one of them
    """Several input files cannot be used; ``errors`` has an error for each of them.

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
    """A file was read or saved, but something about it may be a mistake or unsafe."""


class LeftError(MlreadyError):
    """An interview was left; ``exit_code`` depends on the cause, such as a signal."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def _summary(problems: tuple[Problem, ...]) -> str:
    lines = [str(problem) for problem in problems[:SHOWN]]
    if len(problems) > SHOWN:
        lines.append(f"... and {len(problems) - SHOWN} more")
    return "\n".join(lines)


def first_names(names: Sequence[str], most: int = 10) -> str:
    """Return the first ``most`` names, separated by commas, and how many follow."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def shortened(text: str, most: int = 40) -> str:
    """Return the first ``most`` characters of a text, and "…" in place of the rest."""
    return text if len(text) <= most else f"{text[:most]}…"


def one_line(text: str) -> str:
    """Return a text, such as a file name, on one line; symbols replace line breaks."""
    return "␊".join(text.splitlines())


def suggestions(
    words: Iterable[str], known: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield each word that is not known, and a hint such as ``; did you mean 'x'?``.

    Only the first ``SHOWN`` of these words get a hint; for the rest, it is "". Finding
    a similar known word for each of a thousand words would take seconds.
    """
    for number, word in enumerate([each for each in words if each not in known]):
        yield word, did_you_mean(word, known) if number < SHOWN else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` with the known word most like ``word``, or ""."""
    from difflib import get_close_matches

    by_lower_case = {each.lower(): each for each in known}
    near = get_close_matches(word.lower(), by_lower_case, n=1, cutoff=0.66)
    return f"; did you mean '{by_lower_case[near[0]]}'?" if near else ""
