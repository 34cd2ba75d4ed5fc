"""Write a comparison to a file, a document or standard output, or compare the two.

Implements the output options of the command ``compare``.
"""

from pathlib import Path

from mlready.assessment.timeline import Timeline
from mlready.errors import UsageError
from mlready.output.report_writer import Options, write_rendered
from mlready.report.options import ComparisonFormat


def write_comparison(  # noqa: PLR0913 - one parameter for each option
    found: Timeline,
    form: ComparisonFormat,
    output: Path | None,
    inject: Path | None,
    *,
    check: bool,
    inputs: tuple[Path | None, ...],
) -> list[str]:
    """Write a comparison to its target; with ``check`` return a diff instead.

    Raises the same errors as ``report_writer.write_report``.
    """
    if inject and output:
        raise UsageError("--inject: writes to the document itself; leave out -o")
    if inject and form is not ComparisonFormat.MD:
        raise UsageError(f"--inject: fills in Markdown; leave out --format {form}")
    if check and not (inject or output):
        raise UsageError("--check: nothing to compare with; add -o or --inject")

    def rendered(given: Options) -> str:
        return render_comparison(found, form, given.get("heading", 1))

    return write_rendered(rendered, output, inject, check=check, inputs=inputs)


def render_comparison(found: Timeline, form: ComparisonFormat, heading: int = 1) -> str:
    """Render a comparison as a document, importing only the necessary modules."""
    if form is ComparisonFormat.JSON:
        from mlready.report.comparison_json import comparison_text

        return comparison_text(found)
    if form is ComparisonFormat.SVG:
        from mlready.report.comparison_svg import trend_svg

        return trend_svg(found)
    if form is ComparisonFormat.HTML:
        from mlready.report.comparison_html import html_comparison

        return html_comparison(found)
    from mlready.report.comparison import markdown_comparison

    return markdown_comparison(found, heading)
