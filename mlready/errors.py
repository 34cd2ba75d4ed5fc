"""What can go wrong that a person can put right.

* MlreadyError
  - UsageError      the command cannot be carried out as it was given
  - DocumentError   a questionnaire or an answers file says something we cannot use
  - TemplateError   a template cannot be rendered
  - StorageError    a file cannot be read, written or locked
    - ConflictError   somebody else changed it meanwhile; our version lies beside it
  - LeftError       somebody left an interview before its end

Anything else that is raised is a bug of ours.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

# Exit codes of what is no problem of anybody: a reader who has left, and Ctrl-C.
BROKEN_PIPE, INTERRUPTED = 141, 130
SHOWN = 20
LONGEST = 400  # characters of a problem, which may quote a whole file


class MlreadyError(Exception):
    """A problem the person at the keyboard can put right; its text is the message."""

    exit_code = 70


class UsageError(MlreadyError):
    """The command cannot be carried out as it was given."""

    exit_code = 2


class Problem(NamedTuple):
    """One thing wrong in a document; line and column count from 1."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        text = "␊".join(self.text.splitlines())  # one problem is one line
        text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        return f"{self.file}:{self.line}:{self.column}: {text}"


class DocumentError(MlreadyError):
    """A document cannot be used as it stands; carries every problem found in it."""

    exit_code = 3

    def __init__(self, *problems: Problem) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: each[1:3]))
        super().__init__(_summary(self.problems))


class TemplateError(MlreadyError):
    """A template cannot be rendered."""

    exit_code = 4


class StorageError(MlreadyError):
    """A file cannot be read, written or locked."""

    exit_code = 5


class ConflictError(StorageError):
    """Somebody else changed a file meanwhile; our version lies beside it."""


class StorageWarning(UserWarning):
    """Something was done, but the system could not do it in the safest way."""


class LeftError(MlreadyError):
    """Somebody left an interview; carries the exit code of how they did."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def _summary(problems: tuple[Problem, ...]) -> str:
    lines = [str(problem) for problem in problems[:SHOWN]]
    if len(problems) > SHOWN:
        lines.append(f"... and {len(problems) - SHOWN} more")
    return "\n".join(lines)


def suggestions(
    words: Iterable[str], known: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield each unknown word, and ``; did you mean 'x'?`` for as many as are shown.

    To look for all would take seconds in a file of nothing but mistakes.
    """
    for number, word in enumerate(each for each in words if each not in known):
        yield word, did_you_mean(word, known) if number < SHOWN else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest known word, or nothing."""
    from difflib import get_close_matches

    by_lower_case = {each.lower(): each for each in known}
    near = get_close_matches(word.lower(), by_lower_case, n=1, cutoff=0.66)
    return f"; did you mean '{by_lower_case[near[0]]}'?" if near else ""
