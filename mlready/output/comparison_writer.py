"""Write a comparison to a file, to standard output or into another document."""

from mlready.assessment.timeline import Timeline
from mlready.errors import UsageError
from mlready.output.report_writer import Options, Target, write_rendered
from mlready.report.options import ComparisonFormat


def write_comparison(
    found: Timeline, form: ComparisonFormat, target: Target
) -> list[str]:
    """Write a comparison to ``target``; with ``target.check``, return a diff instead.

    Raises the same errors as ``report_writer.write_report``.
    """
    target.refuse_contradictions()
    if target.inject and form is not ComparisonFormat.MD:
        raise UsageError(f"--inject: fills in Markdown; leave out --format {form}")

    def rendered(given: Options) -> str:
        return render_comparison(found, form, given.get("heading", 1))

    return write_rendered(rendered, target, "compare")


def render_comparison(found: Timeline, form: ComparisonFormat, heading: int = 1) -> str:
    """Render a comparison in the format ``form``.

    ``heading`` is the level of the title in Markdown, from 1 to 6.
    """
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
