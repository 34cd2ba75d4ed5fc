"""Render a comparison as one HTML page, without scripts or external resources."""

from mlready.assessment.timeline import Timeline
from mlready.escaping import Escaped, for_html
from mlready.report.comparison import document_variables
from mlready.report.comparison_svg import trend_svg
from mlready.report.html import quoted, style_policy
from mlready.report.templating import render


def html_comparison(found: Timeline) -> str:
    """Return a comparison as an HTML page with the drawing of the trend."""
    drawing = trend_svg(found)
    parts = ("_style.html.j2", "_comparison_style.html.j2")
    styles = "".join(render(part, for_html) for part in parts) + drawing
    return render(
        "comparison.html.j2",
        for_html,
        **document_variables(found),
        drawing=Escaped(drawing.strip()),
        policy=style_policy(styles),
        said=quoted,
    )
