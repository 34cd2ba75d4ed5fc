"""Put a document where it belongs: standard output, a file, another document."""

from collections.abc import Iterator
from pathlib import Path

from mlready.assessment.assess import Assessment
from mlready.errors import StorageError, UsageError
from mlready.escaping import shown_path
from mlready.input_limits import LIMIT
from mlready.output.formats import ReportRequest, render_document
from mlready.output.writer import refuse_overwriting_input, write_document
from mlready.report.options import Format
from mlready.storage import atomic_file


def publish(  # noqa: PLR0913 - what a command was given, each by its name
    result: Assessment,
    request: ReportRequest,
    output: Path | None,
    inject: Path | None,
    *,
    check: bool,
    inputs: tuple[Path | None, ...],
) -> list[str]:
    """Write the document, or with ``check`` say in lines how it differs; never both.

    The lines are fit for a terminal, and there are none where nothing differs. Raises
    UsageError for options that do not go together and for an output that is also read,
    DocumentError for a document whose blocks cannot be filled.
    """
    _refuse(request, output, inject, check=check)
    target = inject or output
    if target is None or not (inject or check):
        write_document(render_document(result, request), output, inputs)
        return []
    refuse_overwriting_input(target, inputs, "document")
    old = _read_target(target) if inject or atomic_file.exists(target) else None
    new = _filled(old or b"", result, request, inject)
    if new == old:
        return []
    if check:
        return list(_differences(target, old, new))
    atomic_file.save(target, new, last=atomic_file.digest(old or b""))
    return []


def _refuse(
    request: ReportRequest, output: Path | None, inject: Path | None, *, check: bool
) -> None:
    """Refuse what does not go together."""
    if inject and output:
        raise UsageError("--inject: writes to the document itself; leave out -o")
    if inject and request.format != Format.MD:
        text = f"--inject: fills in Markdown; leave out --format {request.format}"
        raise UsageError(text)
    if inject and request.template:
        raise UsageError("--inject: fills in our own report; leave out --template")
    if request.format != Format.MD and request.heading != 1:
        raise UsageError("--heading: fits Markdown into a document; leave it out")
    if check and not (inject or output):
        raise UsageError("--check: nothing to compare with; add -o or --inject")


def _filled(
    old: bytes, result: Assessment, request: ReportRequest, inject: Path | None
) -> bytes:
    if inject is None:
        return render_document(result, request).encode()
    from mlready.output.inject import inject_report

    return inject_report(
        old,
        shown_path(inject),
        lambda given: render_document(result, request._replace(**given)),
    )


def _read_target(path: Path) -> bytes:
    data = atomic_file.read_bytes(path)
    if len(data) > LIMIT:  # what is beyond was not read, and would be lost
        raise StorageError(f"{path}: larger than 1 MiB; choose another document")
    return data


def _differences(path: Path, old: bytes | None, new: bytes) -> Iterator[str]:
    """Yield a unified diff, and a line that says what to do."""
    from difflib import unified_diff

    from mlready.escaping import for_terminal

    before, name = "/dev/null" if old is None else str(path), str(path)
    for line in unified_diff(_lines(old or b""), _lines(new), before, name):
        yield for_terminal(line.removesuffix("\n"))
        if not line.endswith(("\n", "\r")):
            yield r"\ No newline at end of file"
    yield f"{shown_path(path)}: out of date; run the same command without --check"


def _lines(data: bytes) -> list[str]:
    """Return lines as they may be compared; what is not UTF-8 is shown as numbers."""
    return [
        line.decode(errors="backslashreplace")
        for line in data.splitlines(keepends=True)
    ]
