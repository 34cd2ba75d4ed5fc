"""Write a document to a file or to standard output, but never over an input file."""

from pathlib import Path

from mlready.errors import StorageError, UsageError
from mlready.escaping import shown_path
from mlready.output.line_endings import same_lines, with_endings_of
from mlready.storage import atomic_file, standard_streams

# What a file holds -> the keys at the beginning of lines by which it is recognised.
_NEVER_OVERWRITTEN = (
    ("answers", (b"questionnaire:", b"version:", b"answers:")),
    ("a questionnaire", (b"extends:", b"id:", b"version:")),
    ("a questionnaire", (b"sections:", b"id:", b"version:")),
)


def write_document(
    text: str, output: Path | None, inputs: tuple[Path | None, ...]
) -> None:
    """Write a document to a file, or to standard output if ``output`` is None.

    An existing file keeps its line endings.

    Raises:
        UsageError: ``output`` is one of ``inputs``, or contains the answers of a team
            or a questionnaire.

    """
    if output is None:
        standard_streams.write_output(text)
        return
    refuse_overwriting_input(output, inputs, "output")
    old, new = _existing(output), text.encode()
    for content, keys in _NEVER_OVERWRITTEN:
        if _has_keys(old, keys):
            text = f"{shown_path(output)}: holds {content}; choose another output"
            raise UsageError(text)
    data = old if same_lines(old, new) else with_endings_of(old, new)
    atomic_file.write(output, data)


def refuse_existing(output: Path | None) -> None:
    """Raise UsageError if ``output`` exists: a blank sheet must not replace a file."""
    if output and output.exists():
        text = f"{shown_path(output)}: exists; a blank file must not replace answers"
        raise UsageError(text)


def _existing(path: Path) -> bytes:
    try:
        return atomic_file.read_bytes(path)
    except StorageError:  # no file yet, or writing will report the error
        return b""


def _has_keys(data: bytes, keys: tuple[bytes, ...]) -> bool:
    lines = data.splitlines()
    return all(any(line.startswith(key) for line in lines) for key in keys)


def refuse_overwriting_input(
    target: Path, inputs: tuple[Path | None, ...], what: str
) -> None:
    """Raise UsageError if ``target`` is one of ``inputs`` or looks like an option.

    ``what`` is the word for the target in the message, such as "document".
    """
    # If the user forgot the value of ``-o``, the parser takes the next option for it.
    if str(target) == "-" or str(target).startswith("--"):
        text = f"{shown_path(target)}: taken for the name of the {what}; name a file"
        raise UsageError(f"{text}, or put its whole path")
    if any(standard_streams.is_same(path, target) for path in inputs if path):
        text = f"{shown_path(target)}: is also what is read; choose another {what}"
        raise UsageError(text)
