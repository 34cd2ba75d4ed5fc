"""The pyramid and a badge drawn as SVG: all positions are worked out here."""

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

# The drawing of the pyramid, in pixels at its natural size: slabs at the left, a bar
# for each layer to the right of them, and the score in figures.
WIDTH = 400.0
MARGIN = 8.0  # at the left and the right
BARS = 108.0  # where level 0 is
LEVEL = 53.0  # from one level to the next
FIRST = 34.0  # the upper edge of the first row
ROW = 40.0
FRAME = 5.0  # from the frame of the layer to mend first to its bar
SLAB_GAP = 3.0  # between a slab and the one beneath
SIDE_GAP = 22.0  # between the pyramid and the layers beside it
MIDDLE = 60.0  # of the slabs, which are symmetrical
NARROW, WIDE = 6.0, 38.0  # from the middle to the edge of the uppermost, the lowest
PILLARS_LEFT, PILLARS = 6.0, 14.0  # the layers beside the pyramid share that width
PILLAR_GAP = 2.0
NAME_SIZE = 15.0
MARKED, UNMARKED = 176.0, 284.0  # the room a name has

# Down from the upper edge of a row, from the floor, and from the edge of the legend.
NAME, BAR_MARK, BAR, WHISKER, FIGURES = 14.0, 18.0, 20.0, 26.0, 31.0
SIDE_LABEL = 18.0
SIGNS = {"solid": 14.0, "hatched": 34.0, "empty": 54.0, "whisker": 60.0, "bar": 72.0}
CAPTIONS = {"solid": 24.0, "hatched": 44.0, "empty": 64.0, "whisker": 64.0, "bar": 84.0}
LEGEND = 96.0
LEGEND_CAPTION = 30.0  # from a sign to its caption
LEGEND_BAR = 12.0  # from the left edge of the signs to the middle of one

BADGE_TEXT = 11.0
BADGE_MARGIN = 6.0
BADGE_CORNER = 3


class Fill(StrEnum):
    """How a slab is filled: it is carried, holds without that, or does not hold."""

    SOLID = "solid"
    HATCHED = "hatched"
    EMPTY = "empty"


class Row(NamedTuple):
    """One layer as it is drawn, in pixels from the upper left.

    ``top``, ``name``, ``mark``, ``bar``, ``whisker`` and ``figures`` are heights.
    ``carried``, ``low`` and ``high`` are where those parts of its bar end; ``solid``
    and ``hatched`` are the widths of the first two. ``slab`` are the corners of its
    slab or pillar. ``room`` is what its name must be squeezed into, 0 where it fits.
    ``first`` is to be mended first.
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
    """The whole pyramid as it is drawn, the top first, in pixels.

    ``floor`` is where it stands, ``side_label`` where the layers beside it are named.
    The legend has the heights of its ``signs`` and ``captions``.
    """

    pyramid: tuple[Row, ...]
    beside: tuple[Row, ...]
    floor: float
    side_label: float
    signs: dict[str, float]
    captions: dict[str, float]
    height: float


class BadgePart(NamedTuple):
    """One of the two texts of a badge: its width, its middle, and the room for it."""

    text: str
    width: float
    middle: float
    room: float


class Badge(NamedTuple):
    """A badge, in pixels; ``straight`` is what its label has without the corners."""

    label: BadgePart
    message: BadgePart
    width: float
    straight: float


def pyramid_svg(result: Assessment) -> str:
    """Return the pyramid as an SVG that stands alone or within a page."""
    return render(
        "pyramid.svg.j2",
        for_xml,
        **context(result),
        picture=picture(result.diagnosis),
        across=_across(result.inputs.questionnaire.constants.holds),
    )


def badge_svg(result: Assessment) -> str:
    """Return a badge of one line for a README: the verdict, and the layer to mend."""
    known = context(result)
    message = render("_badge.svg.j2", for_terminal, **known).strip()
    return render("badge.svg.j2", for_xml, **known, badge=_badge(message))


def picture(diagnosis: Diagnosis) -> Picture:
    """Work out where everything is drawn."""
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
        bottom + LEGEND,
    )


def across(score: float) -> float:
    """Return where a score from 0 to 4 is on the bars."""
    return BARS + LEVEL * score


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in a common sans-serif font, never much less."""
    return size * sum(_share(character) for character in text)


def _across(holds: float) -> dict[str, object]:
    """Return all that is the same in each row and in the legend, from the left."""
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
    """Return the corners of a slab, narrower towards the top, with a gap beneath."""
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
    """Return the corners of a pillar beside the pyramid, down to its own row."""
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
    """Return the width of a character in shares of the size of its font."""
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 1
    if character in "ijlIft.,:;'|!()[] ":
        return 0.36
    return 0.8 if character.isupper() or character in "mwMW@%" else 0.6
