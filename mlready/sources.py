"""Where a command's documents come from, and where they go.

What is not needed is not loaded: every command pays only for what it does.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from mlready.errors import StorageError, UsageError

if TYPE_CHECKING:
    from mlready.answers import Sheet
    from mlready.questionnaire import Questionnaire


def questionnaire_from(chosen: Path | None) -> "Questionnaire":
    """Return the questionnaire chosen, or the one for kickoffs."""
    from mlready import questionnaire_file

    return (
        questionnaire_file.load(chosen)
        if chosen
        else questionnaire_file.load_bundled("kickoff")
    )


def sheet_from(source: Path, questionnaire: "Questionnaire") -> "Sheet":
    """Read an answers file, or standard input for ``-``."""
    from mlready import answers_file, files, streams

    if source == Path("-"):
        return answers_file.read(streams.read_input(), "standard input", questionnaire)
    return answers_file.read(files.read_bytes(source), shown(source), questionnaire)


def write(text: str, output: Path | None, inputs: tuple[Path | None, ...]) -> None:
    """Write a document to a file, or to standard output.

    Raises UsageError when the file is also one of the inputs, or holds answers: a
    document can be made again, answers cannot.
    """
    from mlready import files, streams

    if output is None:
        streams.write_output(text)
        return
    refuse_input(output, inputs, "output")
    if _holds_answers(output):
        text = f"{shown(output)}: holds answers; choose another output"
        raise UsageError(text)
    files.write(output, text.encode())


def _holds_answers(path: Path) -> bool:
    from mlready import files

    try:
        lines = files.read_bytes(path).splitlines()
    except StorageError:  # there is none, or writing it will say what is wrong
        return False
    return all(
        any(line.startswith(key) for line in lines)
        for key in (b"questionnaire:", b"version:", b"answers:")
    )


def refuse_input(target: Path, inputs: tuple[Path | None, ...], what: str) -> None:
    """Raise UsageError where what would be written is also what is read."""
    from mlready.streams import is_same

    if any(is_same(path, target) for path in inputs if path):
        text = f"{shown(target)}: is also what is read; choose another {what}"
        raise UsageError(text)


def shown(path: Path) -> str:
    """Return a path as it may be shown on a terminal."""
    from mlready.escape import for_terminal

    return for_terminal(str(path))
