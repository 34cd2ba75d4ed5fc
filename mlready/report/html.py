"""Render the report as one HTML file, without scripts or external resources.

Templates render the answers last, because each answer links back to its citations.
"""

import re
from base64 import b64encode
from collections.abc import Container, Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from mlready.assessment.assess import Assessment
from mlready.escaping import Escaped, for_html
from mlready.report.options import Reader
from mlready.report.report_variables import report_variables
from mlready.report.svg import pyramid_svg
from mlready.report.templating import render

if TYPE_CHECKING:
    from mlready.assessment.timeline import Timeline

CONTENTS = 2  # the level of the headings in the table of contents
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


class Anchor(NamedTuple):
    """A place in an HTML page: its id, and the text of links to the place."""

    anchor: str
    title: Escaped


class Citations:
    """Collects the headings of an HTML page, and where the page cites questions.

    ``answers`` are the ids of the questions whose answers the page shows. A citation of
    such a question is a link to the answer.
    """

    def __init__(self, answers: Container[str]) -> None:
        self._answers = answers
        self._sections: dict[str, Anchor] = {}
        self._section: Anchor | None = None
        self._cited: dict[str, list[Anchor]] = {}

    def heading(self, anchor: str, title: Escaped, level: int = 2) -> Escaped:
        """Return the HTML of a heading; later citations count as below this heading.

        Args:
            anchor: the HTML id of the heading.
            title: the text of the heading.
            level: from 2 to 6; the table of contents lists only level 2.

        """
        self._section = Anchor(anchor, title)
        if level == CONTENTS:
            self._sections[anchor] = self._section
        return Escaped(f'<h{level} id="{anchor}">{title}</h{level}>')

    def cite(self, id_: str, text: str = "") -> str:
        """Return a question's id as HTML, as a link if the page shows the answer.

        ``text`` is escaped text to show instead of the id.
        """
        if id_ not in self._answers:
            return text or f'<span class="id">{id_}</span>'
        citing = self._cited.setdefault(id_, [])
        style = "" if text else 'class="id" '
        link = f'{style}href="#{id_}">{text or id_}</a>'
        if not self._section:
            return f"<a {link}"
        place = self._section._replace(anchor=f"{self._section.anchor}-{id_}")
        if place in citing:
            return f"<a {link}"
        citing.append(place)
        return f'<a id="{place.anchor}" {link}'

    def citing(self, id_: str) -> list[Anchor]:
        """Return where a page cites a question: the first place below each heading."""
        return self._cited.get(id_, [])

    def contents(self, order: Iterable[str]) -> list[Anchor]:
        """Return the entries of the table of contents, in the order of ``order``.

        ``order`` has ids of headings. A heading that was not rendered yet is left out.
        """
        return [self._sections[id_] for id_ in order if id_ in self._sections]


def html_page(
    result: Assessment,
    date: str = "",
    reader: Reader = Reader.TEAM,
    *,
    explain: bool = False,
    since: "Timeline | None" = None,
) -> str:
    """Return a report as an HTML page; equal arguments always give the same text.

    If ``explain`` is true, the report says how the answers lead to the advice.
    If ``since`` is given, the report includes this comparison with earlier answers.
    ``date`` is the date of the report in any format, or "".
    """
    drawing = pyramid_svg(result)
    # A page for a sponsor or a recruiter shows no answers, so it must not link to
    # answers.
    full = reader in {Reader.ALL, Reader.TEAM}
    answers = {question.id for question in result.inputs.questions} if full else set()
    page = Citations(answers)
    return render(
        f"{reader}.html.j2",
        for_html,
        **report_variables(result, date, reader, explain=explain, since=since),
        drawing=Escaped(drawing.strip()),
        policy=style_policy(render("_style.html.j2", for_html) + drawing),
        anchors=answers,
        cite=page.cite,
        said=quoted,
        page=page,
    )


def quoted(text: str) -> str:
    """Mark up escaped text from the answers as a quotation in HTML."""
    return f'<span class="said">{text}</span>'


def style_policy(styles: str, script: str = "") -> str:
    """Return a Content-Security-Policy that allows only a page's styles and script.

    Args:
        styles: HTML that contains all style elements of the page.
        script: the text of the page's only script, "" if there is none.

    """
    hashes = " ".join(map(_hash, _STYLE.findall(styles)))
    nothing = "default-src 'none'; base-uri 'none'; form-action 'none'"
    scripts = f"; script-src {_hash(script)}" if script else ""
    return f"{nothing}; style-src {hashes}{scripts}"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
