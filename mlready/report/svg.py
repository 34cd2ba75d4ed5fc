"""Draw the pyramid of layers and the badge as SVG images.

This module computes all positions; the templates only insert them.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Diagnosis
from mlready.assessment.scoring import LayerScore
from mlready.escaping import for_terminal, for_xml
from mlready.model.questionnaire import Placement
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
    """The positions in the drawing of one layer, in pixels from the upper left corner.

    ``top``, ``name``, ``words`` and ``sign`` are the y positions of the upper edge, the
    layer's name, the state in words and the sign. ``slab`` are the corners of the slab
    or pillar, ``middle`` is the x position of its middle. ``room`` is the width to
    which the layer's name must be condensed, 0 if the name fits. ``first`` says whether
    the layer is the first to mend.
    """

    score: LayerScore
    state: LayerState
    beside: bool
    first: bool
    slab: str
    middle: float
    top: float
    name: float
    words: float
    sign: float
    room: float


class Picture(NamedTuple):
    """The positions in the drawing of the whole pyramid, in pixels, top layer first.

    ``floor`` is the y position of the bottom of the pyramid. ``side_label`` is the y
    position of the heading above the layers beside the pyramid. ``scale`` and
    ``caveat`` are the y positions of the lines of text below all layers.
    """

    pyramid: tuple[DrawnLayer, ...]
    beside: tuple[DrawnLayer, ...]
    floor: float
    side_label: float
    scale: float
    caveat: float
    height: float


class BadgePart(NamedTuple):
    """One of the two parts of a badge, with its text and its positions in pixels.

    ``middle`` is the x position of the middle of this part, ``room`` the width that is
    available for the text.
    """

    text: str
    width: float
    middle: float
    room: float


class Badge(NamedTuple):
    """The two parts of a badge, and its dimensions in pixels.

    ``straight`` is the width of the label without its rounded corners.
    """

    label: BadgePart
    message: BadgePart
    width: float
    straight: float


def pyramid_svg(result: Assessment) -> str:
    """Draw the pyramid of layers as SVG, for a file or for an HTML page."""
    known = context(result)
    return render(
        "pyramid.svg.j2",
        for_xml,
        **known,
        picture=picture(result.diagnosis, caveat=bool(known["phrase"].caveat)),
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
    """Draw an SVG badge for a README, with the verdict and the layer to mend first."""
    known = context(result)
    message = render("_badge.svg.j2", for_terminal, **known).strip()
    return render("badge.svg.j2", for_xml, **known, badge=_badge(message))


def picture(diagnosis: Diagnosis, *, caveat: bool = False) -> Picture:
    """Compute all positions in the drawing of the pyramid from the layers' scores.

    ``caveat`` says whether there is a line of text below the line on the scale.
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
        tuple(_rows(diagnosis, stacked, MARGIN, slabs)),
        tuple(_rows(diagnosis, others, floor + SIDE_GAP, pillars)),
        floor,
        floor + SIDE_LABEL,
        bottom + SCALE,
        bottom + CAVEAT,
        bottom + FOOT + (CAVEAT_HEIGHT if caveat else 0),
    )


def text_width(text: str, size: float) -> float:
    """Estimate the largest width of a text in a common sans-serif font.

    ``size`` is the font size; the width has the same unit.
    """
    return size * sum(_share(character) for character in text)


def _rows(
    diagnosis: Diagnosis,
    scores: Sequence[LayerScore],
    top: float,
    shapes: Sequence[tuple[str, float]],
) -> Iterator[DrawnLayer]:
    """Yield the row of each layer; ``top`` is the y position of the first row.

    ``shapes`` has the corners and the middle of each layer's shape.
    """
    for place, (score, (slab, middle)) in enumerate(zip(scores, shapes, strict=True)):
        y = top + ROW * place
        name = score.layer.name
        yield DrawnLayer(
            score=score,
            state=layer_state(diagnosis, score),
            beside=score.layer.placement is Placement.BESIDE,
            first=score.layer == diagnosis.priority_layer,
            slab=slab,
            middle=middle,
            top=y,
            name=y + NAME,
            words=y + STATE,
            sign=y + SIGN,
            room=NAME_WIDTH if text_width(name, NAME_SIZE) > NAME_WIDTH else 0,
        )


def _slab(place: int, number: int) -> str:
    """Return the corners of a layer's slab, which is narrower at the top.

    ``place`` counts the slabs from 0 at the top, ``number`` is the number of slabs.
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
    """Return the corners and the middle of the pillar for a layer beside the pyramid.

    The pillar begins at the top of the pyramid and ends at the row of its layer.
    ``place`` counts the pillars from 0 at the left, ``number`` is their number.
    """
    wide = PILLARS / number
    left = PILLARS_LEFT + wide * place
    right = left + wide - PILLAR_GAP
    bottom = floor + SIDE_GAP + ROW * (place + 1) - SLAB_GAP
    corners = (left, MARGIN), (right, MARGIN), (right, bottom), (left, bottom)
    return _corners(*corners), (left + right) / 2


def _corners(*points: tuple[float, float]) -> str:
    """Return points as text for the attribute of a polygon."""
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
