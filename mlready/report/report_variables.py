"""Prepare the template variables that Markdown and HTML reports share.

Modules that only some reports need are imported only when needed.
"""

from typing import TYPE_CHECKING, Any

from mlready.assessment.assess import Assessment
from mlready.report.options import Reader
from mlready.report.template_context import context, iso_date

if TYPE_CHECKING:
    from mlready.assessment.timeline import Timeline


def report_variables(
    result: Assessment,
    date: str,
    reader: Reader,
    *,
    explain: bool,
    since: "Timeline | None",
) -> dict[str, Any]:
    """Return the template variables of a report.

    Args:
        result: the assessment.
        date: the date of the report in any format, or "".
        reader: the reader of the report.
        explain: whether the report says how the answers led to the advice.
        since: the comparison with earlier answers that the report includes, or None.

    """
    return {
        **context(result),
        "brief": _sponsor_page(result, date, reader),
        "date": date,
        "due_by": iso_date(date),
        "explain": explain,
        "explanation": _explanation(result) if explain else None,
        "since": bool(since),
        **(_comparison(since, reader) if since else {}),
    }


def _sponsor_page(result: Assessment, date: str, reader: Reader) -> Any:
    """Return the page for a sponsor, None if the reader does not get that page."""
    if reader not in {Reader.ALL, Reader.SPONSOR}:
        return None
    from mlready.report.sponsor_page import sponsor_page

    return sponsor_page(result, date)


def _explanation(result: Assessment) -> Any:
    from mlready.report.explanation_context import explanation

    return explanation(result)


def _comparison(since: "Timeline", reader: Reader) -> dict[str, Any]:
    from mlready.report.comparison import variables

    return variables(since, brief=reader is Reader.SPONSOR)
