"""Find the lines of a team for which the page for its sponsor has no room."""

from collections.abc import Iterator
from typing import Any

from mlready.assessment.assess import Assessment
from mlready.report.sponsor_page import sponsor_page, whole_page
from mlready.report.sponsor_page_length import rendered
from mlready.report.sponsor_page_parts import SponsorPage
from mlready.report.template_context import context


def left_out(result: Assessment, date: str = "") -> tuple[str, ...]:
    """Return what the page leaves out because it would become too long.

    These are the topics of background lines, and the team's own steps. A line that
    other lines replace, or that does not belong to this advice, is not among them.

    Args:
        result: the assessment of the team.
        date: the date of the report, as YYYY-MM-DD or "".

    """
    typed = {name: _letters(line) for name, line in _typed(result)}
    if not typed:
        return ()
    variables = context(result)
    whole = _text(variables, whole_page(result, date))
    page = _text(variables, sponsor_page(result, date))
    return tuple(
        name for name, line in typed.items() if line in whole and line not in page
    )


def _typed(result: Assessment) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each line and of each step of the team's own."""
    sheet = result.inputs.sheet
    for line in result.inputs.questionnaire.background:
        if text := sheet.background.get(line.id, ""):
            yield line.topic, text
    for step in sheet.steps.values():
        if step.what and not step.done:
            yield step.what, step.what


def _text(variables: dict[str, Any], page: SponsorPage) -> str:
    return _letters(rendered(page, variables))


def _letters(text: str) -> str:
    """Return the lower-case letters and digits of a text, to find a line on the page.

    The page escapes lines and adds full stops.
    """
    return "".join(filter(str.isalnum, text.casefold()))
