"""Draw the pyramid of layers and the badge as SVG images.

This module computes all positions; the templates only insert them.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from mlready.assessment.assess import Assessment
from mlready.assessment.diagnosis import Diagnosis
from mlready.assessment.scoring import HIGHEST, LayerScore
from mlready.escaping import for_terminal, for_xml
from mlready.model.questionnaire import Placement
from mlready.report.template_context import context
from mlready.report.templating import render

# Dimensions of the pyramid drawing, in pixels when it is not scaled. Each layer has a
# row, with a slab of the pyramid on the left, and a bar and its score on the right.
WIDTH = 400.0
MARGIN = 8.0  # empty space at the left and right edges
BARS = 108.0  # x position of level 0 on the bars
LEVEL = 53.0  # width of one level on the bars
FIRST = 34.0  # y position of the first row
ROW = 40.0
FRAME = 5.0  # from the frame around the layer to mend first to its bar
SLAB_GAP = 3.0  # distance between two slabs
SIDE_GAP = 22.0  # vertical distance from the pyramid to the layers beside it
MIDDLE = 60.0  # x position of the pyramid's vertical axis
NARROW, WIDE = 6.0, 38.0  # half the width of the pyramid at its top and its bottom
PILLARS_LEFT, PILLARS = 6.0, 14.0  # left edge and total width of all pillars
PILLAR_GAP = 2.0
NAME_SIZE = 15.0
MARKED, UNMARKED = 176.0, 284.0  # room for a layer's name, with and without a mark

# Vertical offsets in pixels: NAME to FIGURES from the top of a row; SIDE_LABEL from the
# bottom of the pyramid; SIGNS, CAPTIONS and the end of the LEGEND from its top.
NAME, BAR_MARK, BAR, WHISKER, FIGURES = 14.0, 18.0, 20.0, 26.0, 31.0
SIDE_LABEL = 18.0
SIGNS = {"solid": 14.0, "hatched": 34.0, "empty": 54.0, "whisker": 60.0, "bar": 72.0}
CAPTIONS = {"solid": 24.0, "hatched": 44.0, "empty": 64.0, "whisker": 64.0, "bar": 84.0}
LEGEND = 96.0
CAVEAT_TEXT, CAVEAT = 10.0, 20.0  # the line below the legend: its text, its height
LEGEND_CAPTION = 30.0  # from the left edge of a symbol in the legend to its caption
LEGEND_BAR = 12.0  # from the left edge of a symbol in the legend to its middle

BADGE_TEXT = 11.0
BADGE_MARGIN = 6.0
BADGE_CORNER = 3


class Fill(StrEnum):
    """How the slab of a layer in the pyramid drawing is filled.

    The slab is solid if the layer holds and the layers below support it, hatched if the
    layer holds without their support, and empty if the layer does not hold.
    """

    SOLID = "solid"
    HATCHED = "hatched"
    EMPTY = "empty"


class Row(NamedTuple):
    """The positions in the drawing of one layer, in pixels from the upper left corner.

    ``top``, ``name``, ``mark``, ``bar``, ``whisker`` and ``figures`` are y positions.
    The bar that shows the score has three parts. They end at the x positions
    ``carried`` (the supported score), ``low`` and ``high`` (the bounds of the score).
    ``solid`` and ``hatched`` are the widths of the first two parts. ``slab`` are the
    corners of the layer's slab or pillar. ``room`` is the width to which the layer's
    name must be condensed, 0 if the name fits. ``first`` says whether the layer is the
    first to mend.
    """

    score: LayerScore
    beside: bool
    first: bool
    fill: Fill
    slab: str
    top: float
    name: float
    mark: float
    bar: float
    whisker: float
    figures: float
    carried: float
    low: float
    high: float
    solid: float
    hatched: float
    room: float


class Picture(NamedTuple):
    """The positions in the drawing of the whole pyramid, in pixels, top layer first.

    ``floor`` is the y position of the bottom of the pyramid. ``side_label`` is the y
    position of the heading above the layers beside the pyramid. ``signs`` and
    ``captions`` map the entries of the legend to the y positions of their symbols and
    of their texts. ``caveat`` is the y position of the text below the legend.
    """

    pyramid: tuple[Row, ...]
    beside: tuple[Row, ...]
    floor: float
    side_label: float
    signs: dict[str, float]
    captions: dict[str, float]
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
        across=_across(result.inputs.questionnaire.constants.holds),
    )


def badge_svg(result: Assessment) -> str:
    """Draw an SVG badge for a README, with the verdict and the layer to mend first."""
    known = context(result)
    message = render("_badge.svg.j2", for_terminal, **known).strip()
    return render("badge.svg.j2", for_xml, **known, badge=_badge(message))


def picture(diagnosis: Diagnosis, *, caveat: bool = False) -> Picture:
    """Compute all positions in the drawing of the pyramid from the layers' scores.

    ``caveat`` says whether a line of text stands below the legend.
    """
    stacked = [
        s
        for s in reversed(diagnosis.scores)
        if s.layer.placement is not Placement.BESIDE
    ]
    others = [s for s in diagnosis.scores if s.layer.placement is Placement.BESIDE]
    floor = FIRST + ROW * len(stacked)
    bottom = floor + (SIDE_GAP + ROW * len(others) if others else 0)
    slabs = [_slab(place, len(stacked)) for place in range(len(stacked))]
    pillars = [_pillar(place, len(others), floor) for place in range(len(others))]
    return Picture(
        tuple(_rows(diagnosis, stacked, FIRST, slabs)),
        tuple(_rows(diagnosis, others, floor + SIDE_GAP, pillars)),
        floor,
        floor + SIDE_LABEL,
        {sign: bottom + down for sign, down in SIGNS.items()},
        {sign: bottom + down for sign, down in CAPTIONS.items()},
        bottom + LEGEND + CAVEAT_TEXT,
        bottom + LEGEND + (CAVEAT if caveat else 0),
    )


def across(score: float) -> float:
    """Convert a score from 0 to 4 to its x position on the bars, in pixels."""
    return BARS + LEVEL * score


def text_width(text: str, size: float) -> float:
    """Estimate the most width that a text takes in a common sans-serif font.

    ``size`` is the font size; the width has the same unit.
    """
    return size * sum(_share(character) for character in text)


def _across(holds: float) -> dict[str, object]:
    """Return the x positions and widths that are the same for every layer's row."""
    return {
        "width": WIDTH,
        "margin": MARGIN,
        "caption": MARGIN + LEGEND_CAPTION,
        "legend_bar": MARGIN + LEGEND_BAR,
        "second": WIDTH / 2,
        "second_caption": WIDTH / 2 + LEGEND_CAPTION,
        "levels": [(level, across(level)) for level in range(HIGHEST + 1)],
        "left": BARS,
        "right": WIDTH - MARGIN,
        "track": LEVEL * HIGHEST,
        "holds": across(holds),
        "frame": BARS - FRAME,
        "frame_width": WIDTH - BARS + 2,
    }


def _rows(
    diagnosis: Diagnosis, scores: Sequence[LayerScore], top: float, slabs: list[str]
) -> Iterator[Row]:
    for place, (score, slab) in enumerate(zip(scores, slabs, strict=True)):
        yield _row(diagnosis, score, top + ROW * place, slab)


def _row(diagnosis: Diagnosis, score: LayerScore, top: float, slab: str) -> Row:
    first = score.layer == diagnosis.priority_layer
    room = MARKED if first else UNMARKED
    carried, low = across(score.supported), across(score.own.low)
    return Row(
        score=score,
        beside=score.layer.placement is Placement.BESIDE,
        first=first,
        fill=_fill(score, diagnosis.inputs.questionnaire.constants.holds),
        slab=slab,
        top=top,
        name=top + NAME,
        mark=top + BAR_MARK,
        bar=top + BAR,
        whisker=top + WHISKER,
        figures=top + FIGURES,
        carried=carried,
        low=low,
        high=across(score.own.high),
        solid=carried - BARS,
        hatched=low - carried,
        room=room if text_width(score.layer.name, NAME_SIZE) > room else 0,
    )


def _fill(score: LayerScore, holds: float) -> Fill:
    if score.supported >= holds:
        return Fill.SOLID
    return Fill.HATCHED if score.own.low >= holds else Fill.EMPTY


def _slab(place: int, number: int) -> str:
    """Return the corners of a layer's slab, which is narrower at the top.

    ``place`` counts the slabs from 0 at the top, ``number`` is the number of slabs.
    """
    upper, lower = (
        NARROW + (WIDE - NARROW) * edge / number for edge in (place, place + 1)
    )
    top, bottom = FIRST + ROW * place, FIRST + ROW * (place + 1) - SLAB_GAP
    return _corners(
        (MIDDLE - upper, top),
        (MIDDLE + upper, top),
        (MIDDLE + lower, bottom),
        (MIDDLE - lower, bottom),
    )


def _pillar(place: int, number: int, floor: float) -> str:
    """Return the corners of the pillar for a layer beside the pyramid.

    The pillar begins at the top of the pyramid and ends at the row of its layer.
    ``place`` counts the pillars from 0 at the left, ``number`` is their number.
    """
    wide = PILLARS / number
    left = PILLARS_LEFT + wide * place
    right = left + wide - PILLAR_GAP
    bottom = floor + SIDE_GAP + ROW * (place + 1) - SLAB_GAP
    return _corners((left, FIRST), (right, FIRST), (right, bottom), (left, bottom))


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
