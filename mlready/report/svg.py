"""The pyramid and a badge drawn as SVG: where everything stands is worked out here."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Diagnosis
from mlready.assessment.scoring import HIGHEST, LayerScore
from mlready.escaping import for_terminal, for_xml
from mlready.model.questionnaire import Placement
from mlready.report.template_context import context
from mlready.report.templating import render

# The drawing of the pyramid, in pixels at its natural size: slabs at the left, a bar
# for each layer beside them, and what is known about it in figures.
WIDTH = 400.0
BARS = 108.0  # where level 0 is
LEVEL = 53.0  # from one level to the next
FIRST = 34.0  # the upper edge of the first row
ROW = 40.0
BAR = 20.0  # from the upper edge of a row to that of its bar
APART = 22.0  # between the pyramid and what stands beside it
LEGEND = 96.0
MIDDLE = 60.0  # of the slabs, which are symmetrical
NARROW, WIDE = 6.0, 38.0  # from the middle to the edge of the uppermost, the lowest
PILLARS = 14.0  # all that stands beside shares this much of the left edge
NAME = 15.0  # the size of a layer's name
MARKED, UNMARKED = 176.0, 284.0  # the room a name has

BADGE_TEXT = 11.0
BADGE_MARGIN = 6.0


class Row(NamedTuple):
    """One layer as it is drawn.

    ``top`` is its upper edge; ``carried``, ``low`` and ``high`` are where those parts
    of its bar end. ``slab`` are the corners of its slab or pillar. ``room`` is what its
    name must be squeezed into, 0 where it fits. ``first`` is to be mended first.
    """

    score: LayerScore
    top: float
    carried: float
    low: float
    high: float
    slab: str
    room: float
    first: bool


class Picture(NamedTuple):
    """The whole pyramid as it is drawn, the top first.

    ``floor`` is where it stands; ``legend`` is the part of ``height`` left for that.
    """

    pyramid: tuple[Row, ...]
    beside: tuple[Row, ...]
    floor: float
    legend: float
    height: float


class Badge(NamedTuple):
    """The words of a badge, and the width of its label and of them."""

    message: str
    left: float
    right: float


def pyramid_svg(result: Assessment) -> str:
    """Return the pyramid as an SVG that stands alone or within a page."""
    return render(
        "pyramid.svg.j2",
        for_xml,
        **context(result),
        picture=picture(result.diagnosis),
        levels=[(level, across(level)) for level in range(HIGHEST + 1)],
        bar=across(result.inputs.questionnaire.constants.holds),
        width=WIDTH,
    )


def badge_svg(result: Assessment) -> str:
    """Return a badge of one line for a README: the verdict, and the layer to mend."""
    message = render("_badge.svg.j2", for_terminal, **context(result)).strip()
    return render("badge.svg.j2", for_xml, badge=_badge(message), **context(result))


def picture(diagnosis: Diagnosis) -> Picture:
    """Work out where everything is drawn."""
    stacked = [
        s for s in reversed(diagnosis.scores) if s.layer.placement != Placement.BESIDE
    ]
    others = [s for s in diagnosis.scores if s.layer.placement == Placement.BESIDE]
    floor = FIRST + ROW * len(stacked)
    bottom = floor + (APART + ROW * len(others) if others else 0)
    slabs = [_slab(place, len(stacked)) for place in range(len(stacked))]
    pillars = [_pillar(place, len(others), floor) for place in range(len(others))]
    return Picture(
        tuple(_rows(diagnosis, stacked, FIRST, slabs)),
        tuple(_rows(diagnosis, others, floor + APART, pillars)),
        floor,
        LEGEND,
        bottom + LEGEND,
    )


def across(score: float) -> float:
    """Return where a score from 0 to 4 is on the bars."""
    return BARS + LEVEL * score


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in a common sans-serif font, never much less."""
    return size * sum(_share(character) for character in text)


def _rows(
    diagnosis: Diagnosis, scores: Sequence[LayerScore], top: float, slabs: list[str]
) -> Iterator[Row]:
    for place, (score, slab) in enumerate(zip(scores, slabs, strict=True)):
        first = score.layer == diagnosis.priority_layer
        room = MARKED if first else UNMARKED
        yield Row(
            score,
            top + ROW * place,
            across(score.supported),
            across(score.own.low),
            across(score.own.high),
            slab,
            room if text_width(score.layer.name, NAME) > room else 0,
            first,
        )


def _slab(place: int, number: int) -> str:
    """Return the corners of a slab, narrower towards the top, with a gap beneath."""
    upper, lower = (
        NARROW + (WIDE - NARROW) * edge / number for edge in (place, place + 1)
    )
    top, bottom = FIRST + ROW * place, FIRST + ROW * (place + 1) - 3
    return _corners(
        (MIDDLE - upper, top),
        (MIDDLE + upper, top),
        (MIDDLE + lower, bottom),
        (MIDDLE - lower, bottom),
    )


def _pillar(place: int, number: int, floor: float) -> str:
    """Return the corners of a pillar beside the pyramid, down to its own row."""
    wide = PILLARS / number
    left, right = 6 + wide * place, 6 + wide * (place + 1) - 2
    bottom = floor + APART + ROW * (place + 1) - 3
    return _corners((left, FIRST), (right, FIRST), (right, bottom), (left, bottom))


def _corners(*points: tuple[float, float]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _badge(message: str) -> Badge:
    left, right = (
        round(text_width(text, BADGE_TEXT) + 2 * BADGE_MARGIN)
        for text in ("mlready", message)
    )
    return Badge(message, left, right)


def _share(character: str) -> float:
    """Return the width of a character in shares of the size of its font."""
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 1
    if character in "ijlIft.,:;'|!()[] ":
        return 0.36
    return 0.8 if character.isupper() or character in "mwMW@%" else 0.6
