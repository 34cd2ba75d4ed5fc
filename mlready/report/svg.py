"""Draw the pyramid of layers and the badge as SVG images.

This module computes all positions; the templates only insert the positions.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Diagnosis
from mlready.assessment.scoring import LayerScore
from mlready.escaping import for_terminal, for_xml
from mlready.model.questionnaire import Layer, Placement
from mlready.report.team_report import LayerState, layer_state
from mlready.report.template_context import context
from mlready.report.templating import render

# Dimensions of the pyramid drawing, in pixels when it is not scaled. Each layer has a
# row, with a slab of the pyramid on the left, and its name and state on the right.
WIDTH = 400.0
MARGIN = 8.0  # empty space at the edges
ROW = 42.0
SLAB_GAP = 3.0  # distance between two slabs
SIDE_GAP = 24.0  # vertical distance from the pyramid to the layers beside it
MIDDLE = 92.0  # x position of the pyramid's vertical axis
NARROW, WIDE = 10.0, 64.0  # half the width of the pyramid at its top and its bottom
PILLARS_LEFT, PILLARS = 6.0, 16.0  # left edge and total width of all pillars
PILLAR_GAP = 2.0
TEXT = 172.0  # x position of the names
NAME_SIZE = 15.0
NAME_WIDTH = WIDTH - TEXT - MARGIN  # of the longest layer name that fits

# Vertical offsets in pixels: NAME and STATE from the top of a row, SIDE_LABEL from the
# bottom of the pyramid, SCALE and CAVEAT from the bottom of the last row.
NAME, STATE, SIGN = 17.0, 33.0, 25.0
SIDE_LABEL = 18.0
SCALE, CAVEAT = 16.0, 34.0
FOOT = 26.0  # height of the line on the scale
CAVEAT_HEIGHT = 18.0

BADGE_TEXT = 11.0
BADGE_MARGIN = 6.0
BADGE_CORNER = 3


class DrawnLayer(NamedTuple):
    """The positions of one layer in the drawing, in pixels from the upper left."""

    score: LayerScore
    state: LayerState
    beside: bool
    first: bool  # whether the layer is the first to fix
    slab: str  # corners of the slab or pillar
    middle: float  # x position of the middle of the slab or pillar
    top: float  # y position of the upper edge
    name: float  # y position of the layer's name
    words: float  # y position of the state in words
    sign: float  # y position of the sign
    room: float  # width to which the name must be condensed, 0 if the name fits


class Picture(NamedTuple):
    """All positions in the drawing of the pyramid, in pixels, top layer first."""

    pyramid: tuple[DrawnLayer, ...]
    beside: tuple[DrawnLayer, ...]
    floor: float  # y position of the bottom of the pyramid
    side_label: float  # y position of the heading of the layers beside the pyramid
    scale: float  # y position of the line on the scale
    caveat: float  # y position of the caveat
    height: float


class BadgePart(NamedTuple):
    """One of the two parts of a badge: its text, and its measures in pixels."""

    text: str
    width: float
    middle: float  # x position of the middle
    room: float  # width that is available for the text


class Badge(NamedTuple):
    """The two parts of a badge, with the widths of badge and label in pixels."""

    label: BadgePart
    message: BadgePart
    width: float
    straight: float  # width of the label without rounded corners


def pyramid_svg(result: Assessment) -> str:
    """Draw the pyramid of layers as SVG."""
    known = context(result)
    return render(
        "pyramid.svg.j2",
        for_xml,
        **known,
        picture=picture(
            result.diagnosis,
            result.layer_to_fix_first,
            caveat=bool(known["phrase"].caveat),
        ),
        across={
            "width": WIDTH,
            "margin": MARGIN,
            "text": TEXT,
            "frame": TEXT - MARGIN,
            "frame_width": WIDTH - TEXT + MARGIN - 2,
            "frame_height": ROW - SLAB_GAP,
        },
    )


def badge_svg(result: Assessment) -> str:
    """Draw an SVG badge with the verdict and the layer to fix first."""
    known = context(result)
    message = render("_badge.svg.j2", for_terminal, **known).strip()
    return render("badge.svg.j2", for_xml, **known, badge=_badge(message))


def picture(
    diagnosis: Diagnosis, first: Layer | None = None, *, caveat: bool = False
) -> Picture:
    """Compute all positions in the drawing of the pyramid.

    ``first`` is the layer to mark as the first to fix. If ``caveat`` is true, there is
    room for one more line of text at the bottom.
    """
    stacked = [
        s
        for s in reversed(diagnosis.scores)
        if s.layer.placement is not Placement.BESIDE
    ]
    others = [s for s in diagnosis.scores if s.layer.placement is Placement.BESIDE]
    floor = MARGIN + ROW * len(stacked)
    bottom = floor + (SIDE_GAP + ROW * len(others) if others else 0)
    slabs = [(_slab(place, len(stacked)), MIDDLE) for place in range(len(stacked))]
    pillars = [_pillar(place, len(others), floor) for place in range(len(others))]
    return Picture(
        tuple(_rows(diagnosis, first, stacked, MARGIN, slabs)),
        tuple(_rows(diagnosis, first, others, floor + SIDE_GAP, pillars)),
        floor,
        floor + SIDE_LABEL,
        bottom + SCALE,
        bottom + CAVEAT,
        bottom + FOOT + (CAVEAT_HEIGHT if caveat else 0),
    )


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text in a sans-serif font, in the unit of ``size``."""
    return size * sum(_share(character) for character in text)


def _rows(
    diagnosis: Diagnosis,
    first: Layer | None,
    scores: Sequence[LayerScore],
    top: float,
    shapes: Sequence[tuple[str, float]],
) -> Iterator[DrawnLayer]:
    """Yield the drawn layers, one in each row.

    ``top`` is the y position of the upper edge of the first row. ``shapes`` has two
    values for each layer: the corners of the slab or pillar, and the x position of the
    middle.
    """
    for place, (score, (slab, middle)) in enumerate(zip(scores, shapes, strict=True)):
        y = top + ROW * place
        name = score.layer.name
        yield DrawnLayer(
            score=score,
            state=layer_state(diagnosis, score),
            beside=score.layer.placement is Placement.BESIDE,
            first=score.layer == first,
            slab=slab,
            middle=middle,
            top=y,
            name=y + NAME,
            words=y + STATE,
            sign=y + SIGN,
            room=NAME_WIDTH if text_width(name, NAME_SIZE) > NAME_WIDTH else 0,
        )


def _slab(place: int, number: int) -> str:
    """Return the corners of a slab, which draws a layer of the pyramid.

    ``place`` counts the ``number`` slabs from 0 at the top.
    """
    upper, lower = (
        NARROW + (WIDE - NARROW) * edge / number for edge in (place, place + 1)
    )
    top, bottom = MARGIN + ROW * place, MARGIN + ROW * (place + 1) - SLAB_GAP
    return _corners(
        (MIDDLE - upper, top),
        (MIDDLE + upper, top),
        (MIDDLE + lower, bottom),
        (MIDDLE - lower, bottom),
    )


def _pillar(place: int, number: int, floor: float) -> tuple[str, float]:
    """Return the corners of a pillar, and the x position of its middle.

    A pillar draws a layer beside the pyramid. ``place`` counts the ``number`` pillars
    from 0 at the left. ``floor`` is the y position of the bottom of the pyramid.
    """
    wide = PILLARS / number
    left = PILLARS_LEFT + wide * place
    right = left + wide - PILLAR_GAP
    bottom = floor + SIDE_GAP + ROW * (place + 1) - SLAB_GAP
    corners = (left, MARGIN), (right, MARGIN), (right, bottom), (left, bottom)
    return _corners(*corners), (left + right) / 2


def _corners(*points: tuple[float, float]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _badge(message: str) -> Badge:
    label = _badge_part("mlready", 0)
    part = _badge_part(message, label.width)
    return Badge(label, part, label.width + part.width, label.width - BADGE_CORNER)


def _badge_part(text: str, left: float) -> BadgePart:
    width = round(text_width(text, BADGE_TEXT) + 2 * BADGE_MARGIN)
    return BadgePart(text, width, left + width / 2, width - 2 * BADGE_MARGIN)


def _share(character: str) -> float:
    """Estimate the width of a character as a fraction of the font size."""
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 1
    if character in "ijlIft.,:;'|!()[] ":
        return 0.36
    return 0.8 if character.isupper() or character in "mwMW@%" else 0.6
