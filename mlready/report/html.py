"""The report as one HTML file: no script, nothing loaded, all advice with its answers.

Advice links to the answers behind it; those are known only once the page is written, so
the ways back are filled in afterwards.
"""

import re
from base64 import b64encode
from collections.abc import Container, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.explanation import explain_layers
from mlready.escaping import Escaped, for_html
from mlready.report.options import Reader
from mlready.report.svg import pyramid_svg
from mlready.report.template_context import context
from mlready.report.templating import render

# People's text cannot be mistaken for these: it is escaped.
_SECTION = re.compile(r'(?=<h2 id=")')
_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>')
_CITED = re.compile(r'<a href="#([A-Z]{3}-\d\d)">')
_WAYS_BACK = re.compile(r"<!-- back from ([A-Z]{3}-\d\d) -->")
_CONTENTS = "<!-- contents -->"
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


class Anchor(NamedTuple):
    """Somewhere in the page to go to, and what stands there."""

    anchor: str
    title: str


def html_page(
    result: Assessment,
    date: str = "",
    reader: Reader = Reader.ALL,
    *,
    explain: bool = False,
) -> str:
    """Return the report as HTML; the same result gives the same text."""
    drawing = pyramid_svg(result)
    known = context(result)
    # A sponsor and a recruiter read no answers: nothing to link to.
    full = reader in {Reader.ALL, Reader.TEAM}
    anchors = {question.id for question in known["questions"]} if full else set()
    page = render(
        f"{reader}.html.j2",
        for_html,
        **known,
        date=date,
        explain=explain,
        steps=explain_layers(result.diagnosis) if explain else (),
        drawing=Escaped(drawing.strip()),
        policy=_policy(render("_style.html.j2", for_html) + drawing),
        anchors=anchors,
        cite=partial(_cite, anchors),
    )
    return _with_ways_back(page)


def _cite(anchors: Container[str], id_: str) -> str:
    """Write the id of a question as a link to its answer, where the page has it."""
    if id_ in anchors:
        return f'<a href="#{id_}">{id_}</a>'
    return f'<span class="id">{id_}</span>'


def _policy(styles: str) -> str:
    """Return what a page with these styles may load: them, and nothing else."""
    hashes = " ".join(
        f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
        for style in _STYLE.findall(styles)
    )
    nothing = "default-src 'none'; base-uri 'none'; form-action 'none'"
    return f"{nothing}; style-src {hashes}"


def _with_ways_back(page: str) -> str:
    """Link each answer to the places that cite it, and the page to its sections."""
    sections = _SECTION.split(page)
    found = [_places(section) for section in sections]
    page = "".join(
        _anchored(section, places)
        for section, places in zip(sections, found, strict=True)
    )
    page = _WAYS_BACK.sub(lambda answer: _ways_back(found, answer[1]), page)
    headings = [
        Anchor(anchor, Escaped(title)) for anchor, title in _HEADING.findall(page)
    ]
    contents = render("_contents.html.j2", for_html, headings=headings)
    return page.replace(_CONTENTS, contents.strip())


def _places(section: str) -> dict[str, Anchor]:
    """Return where a section first cites each answer."""
    heading = _HEADING.match(section)
    if not heading:
        return {}
    return {
        id_: Anchor(f"{heading[1]}-{id_}", Escaped(heading[2]))
        for id_ in _CITED.findall(section)
    }


def _anchored(section: str, places: Mapping[str, Anchor]) -> str:
    for id_, place in places.items():
        link = f'<a href="#{id_}">'
        section = section.replace(link, f'<a id="{place.anchor}" {link[3:]}', 1)
    return section


def _ways_back(found: Sequence[Mapping[str, Anchor]], id_: str) -> str:
    places = [places[id_] for places in found if id_ in places]
    return render("_back.html.j2", for_html, places=places).strip()
