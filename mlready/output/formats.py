"""Render an assessment as a document in any format."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlready.assessment.assess import Assessment
from mlready.report.options import Diagrams, Format, Reader

if TYPE_CHECKING:
    from mlready.assessment.timeline import Timeline


class ReportRequest(NamedTuple):
    """The options of ``mlready report`` that determine the document."""

    reader: Reader = Reader.TEAM
    format: Format = Format.MD
    date: str = ""
    explain: bool = False
    diagrams: Diagrams = Diagrams.TEXT
    heading: int = 1  # the level of the first heading, from 1 to 6
    template: Path | None = None  # a user template, used instead of the format
    since: "Timeline | None" = None  # a comparison with earlier answers


def render_document(result: Assessment, request: ReportRequest) -> str:
    """Render an assessment as the requested document."""
    if request.template:
        from mlready.report.json_export import as_data
        from mlready.user_templates.render import render_user_template

        data = as_data(result, request.date, request.since)
        return render_user_template(data, request.template)
    return RENDERERS[request.format](result, request)


def _markdown(result: Assessment, request: ReportRequest) -> str:
    from mlready.report.markdown import markdown

    text = markdown(
        result,
        request.date,
        request.reader,
        explain=request.explain,
        diagrams=request.diagrams,
        since=request.since,
    )
    if request.heading == 1:
        return text
    from mlready.report.headings import shift_headings

    return shift_headings(text, request.heading)


def _html(result: Assessment, request: ReportRequest) -> str:
    from mlready.report.html import html_page

    return html_page(
        result,
        request.date,
        request.reader,
        explain=request.explain,
        since=request.since,
    )


def _json(result: Assessment, request: ReportRequest) -> str:
    from mlready.report.json_export import json_text

    return json_text(result, request.date, request.since)


def _csv(result: Assessment, _: ReportRequest) -> str:
    from mlready.report.csv_export import csv_text

    return csv_text(result)


def _svg(result: Assessment, _: ReportRequest) -> str:
    from mlready.report.svg import pyramid_svg

    return pyramid_svg(result)


def _badge(result: Assessment, _: ReportRequest) -> str:
    from mlready.report.svg import badge_svg

    return badge_svg(result)


RENDERERS: Mapping[Format, Callable[[Assessment, ReportRequest], str]] = {
    Format.MD: _markdown,
    Format.HTML: _html,
    Format.JSON: _json,
    Format.CSV: _csv,
    Format.SVG: _svg,
    Format.BADGE: _badge,
}
