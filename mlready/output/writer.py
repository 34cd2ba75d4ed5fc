"""Write a document to a file or to standard output."""

from pathlib import Path

from mlready.errors import StorageError, UsageError
from mlready.escaping import shown_path
from mlready.storage import atomic_file, standard_streams


def write_document(
    text: str, output: Path | None, inputs: tuple[Path | None, ...]
) -> None:
    """Write a document to a file, or to standard output.

    Raises UsageError when the file is also one of the inputs, or holds answers: a
    document can be made again, answers cannot.
    """
    if output is None:
        standard_streams.write_output(text)
        return
    refuse_overwriting_input(output, inputs, "output")
    if _holds_answers(output):
        text = f"{shown_path(output)}: holds answers; choose another output"
        raise UsageError(text)
    atomic_file.write(output, text.encode())


def _holds_answers(path: Path) -> bool:
    try:
        lines = atomic_file.read_bytes(path).splitlines()
    except StorageError:  # there is none, or writing it will say what is wrong
        return False
    return all(
        any(line.startswith(key) for line in lines)
        for key in (b"questionnaire:", b"version:", b"answers:")
    )


def refuse_overwriting_input(
    target: Path, inputs: tuple[Path | None, ...], what: str
) -> None:
    """Raise UsageError where what would be written is also what is read."""
    if any(standard_streams.is_same(path, target) for path in inputs if path):
        text = f"{shown_path(target)}: is also what is read; choose another {what}"
        raise UsageError(text)
