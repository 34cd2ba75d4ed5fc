"""Write a report to a file, to standard output or into another document."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mlready.assessment.assess import Assessment
from mlready.errors import StorageError, UsageError
from mlready.escaping import for_terminal, shown_path
from mlready.input_limits import LIMIT
from mlready.output.document_writer import refuse_overwriting_input, write_document
from mlready.output.formats import ReportRequest, render_document
from mlready.output.line_endings import same_lines, with_newlines
from mlready.report.options import Format, Reader
from mlready.storage import atomic_file

Options = Mapping[str, Any]  # field of ReportRequest -> its value, given in a marker

_OPTION_NAMES = {
    "reader": "--for",
    "explain": "--explain",
    "date": "--date",
    "diagrams": "--diagrams",
    "heading": "--heading",
    "since": "--since",
}
_DEFAULTS = ReportRequest()._asdict()
# The command-line options that affect each format, or a user template.
_OPTIONS: Mapping[Format, set[str]] = {
    Format.MD: {*_OPTION_NAMES},
    Format.HTML: {"reader", "explain", "date", "since"},
    Format.JSON: {"date", "since"},
    Format.CSV: set(),
    Format.SVG: {"date"},
    Format.BADGE: {"date"},
}
_TEMPLATE_OPTIONS = {"date", "since"}
# The formats that a report in Markdown is taken for if its file has such an ending.
_ENDINGS = {f".{each}": each for each in Format if each is not Format.MD}


class Target(NamedTuple):
    """Where a command writes a document; by default, to standard output."""

    output: Path | None = None  # a file to write
    inject: Path | None = None  # a document with blocks to fill
    check: bool = False  # whether to compare with the file, and write nothing
    inputs: tuple[Path | None, ...] = ()  # files that must not be overwritten

    def refuse_contradictions(self) -> None:
        """Raise UsageError for options that exclude each other."""
        if self.inject and self.output:
            raise UsageError("--inject: writes to the document itself; leave out -o")
        if self.check and not (self.inject or self.output):
            raise UsageError("--check: nothing to compare with; add -o or --inject")


def write_report(
    result: Assessment, request: ReportRequest, target: Target
) -> list[str]:
    """Write a report to ``target``; with ``target.check``, return a diff instead.

    The diff is escaped for a terminal. Differences in line endings or Markdown
    formatting do not count.

    Raises:
        UsageError: options exclude each other, or the output is also an input.
        DocumentError: the blocks of a document cannot be filled.
        StorageError: a document is or would become too large.

    """
    _refuse(request, target)

    def rendered(given: Options) -> str:
        return render_document(result, request._replace(**given))

    return write_rendered(rendered, target)


def write_rendered(
    rendered: Callable[[Options], str], target: Target, command: str = "report"
) -> list[str]:
    """Write a document to ``target``; with ``target.check``, return a diff instead.

    Diff and errors are as in ``write_report``. ``rendered`` gets options, and returns
    the document. The options are those in a marker of the target, such as
    ``<!-- mlready:begin for=sponsor -->``. Without a marker, the options are empty.
    ``command`` is the command whose blocks are filled.
    """
    path = target.inject or target.output
    if path is None or not (target.inject or target.check):
        write_document(rendered({}), target.output, target.inputs)
        return []
    refuse_overwriting_input(path, target.inputs, "document")
    if target.inject:
        old: bytes | None = _read_target(path)
        new = _injected(old or b"", rendered, path, command)
    else:
        new = rendered({}).encode()
        old = _existing(path, 2 * len(new))  # twice the size: CRLF adds bytes
    if old is not None and _is_same(old, new, path):
        return []
    if target.check:
        return list(_differences(path, old, new))
    atomic_file.save(path, new, last=atomic_file.digest(old or b""))
    return []


def _refuse(request: ReportRequest, target: Target) -> None:
    """Raise UsageError for options that exclude each other or have no effect."""
    target.refuse_contradictions()
    if target.inject and request.format != Format.MD:
        text = f"--inject: fills in Markdown; leave out --format {request.format}"
        raise UsageError(text)
    if target.inject and request.template:
        raise UsageError("--inject: fills in our own report; leave out --template")
    if request.template and request.format != Format.MD:
        text = "--template: decides on the format itself; leave out --format"
        raise UsageError(f"{text} {request.format}")
    _refuse_ending(request, target)
    if request.since and request.reader is Reader.RECRUITER:
        raise UsageError("--since: has no effect with --for recruiter; leave it out")
    used = _TEMPLATE_OPTIONS if request.template else _OPTIONS[request.format]
    what = "--template" if request.template else f"--format {request.format}"
    for field, option in _OPTION_NAMES.items():
        if field not in used and getattr(request, field) != _DEFAULTS[field]:
            raise UsageError(f"{option}: has no effect with {what}; leave it out")


def _refuse_ending(request: ReportRequest, target: Target) -> None:
    """Raise UsageError if Markdown would be written to a file such as ``x.html``."""
    if request.format is not Format.MD or request.template or not target.output:
        return
    if ending := _ENDINGS.get(target.output.suffix.lower()):
        name = for_terminal(target.output.name)
        text = f"-o {name}: this would be Markdown; add --format {ending}"
        raise UsageError(f"{text}, or end the name with .md")


def _injected(
    old: bytes, rendered: Callable[[Options], str], path: Path, command: str
) -> bytes:
    from mlready.output.inject import inject_report, syntax_of

    new = inject_report(old, shown_path(path), rendered, syntax_of(path), command)
    if len(new) > LIMIT:  # mlready could not read this document again
        text = f"{shown_path(path)}: would become larger than 1 MiB"
        raise StorageError(f"{text}; write the report to a file of its own with -o")
    return new


def _is_same(old: bytes, new: bytes, path: Path) -> bool:
    """Return whether two documents are equal apart from line endings and formatting."""
    if same_lines(old, new):
        return True
    from mlready.output.inject import MARKDOWN, SYNTAXES
    from mlready.output.markdown_host import is_same_page

    return SYNTAXES.get(path.suffix.lower()) == MARKDOWN and is_same_page(
        old.decode(errors="backslashreplace"), new.decode(errors="backslashreplace")
    )


def _read_target(path: Path) -> bytes:
    data = atomic_file.read_bytes(path)
    if len(data) > LIMIT:  # the end was not read, and would be lost
        raise StorageError(f"{path}: larger than 1 MiB; choose another document")
    return data


def _existing(path: Path, size: int) -> bytes | None:
    """Return the content of the file ``path``, or None if it does not exist.

    Raises StorageError if the file has more bytes than both ``size`` and ``LIMIT``.
    """
    if not atomic_file.exists(path):
        return None
    data = atomic_file.read_bytes(path, limit := max(size, LIMIT))
    if len(data) > limit:
        raise StorageError(f"{path}: larger than the report; choose another document")
    return data


def _differences(path: Path, old: bytes | None, new: bytes) -> Iterator[str]:
    """Yield a unified diff, then a line on how to update the target."""
    from mlready.output.report_diff import unified_diff

    before, name = "/dev/null" if old is None else str(path), str(path)
    for line in unified_diff(_lines(old or b""), _lines(new), before, name):
        yield for_terminal(line)
    yield f"{shown_path(path)}: out of date; run the same command without --check"


def _lines(data: bytes) -> list[str]:
    """Split a document into lines, and escape bytes that are not UTF-8."""
    return [
        line.decode(errors="backslashreplace")
        for line in with_newlines(data).splitlines(keepends=True)
    ]
