"""Draw the trend of the layers over several points in time, as SVG.

This module computes all positions; the template only inserts the positions.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlready.assessment.timeline import Timeline
from mlready.escaping import for_xml
from mlready.model.questionnaire import Placement
from mlready.report.comparison import Cell, Moment, Outcome, document_variables
from mlready.report.svg import MARGIN, NAME_SIZE, text_width
from mlready.report.team_report import LayerState
from mlready.report.templating import render

# Dimensions in pixels when the drawing is not scaled. The layers are rows, with the
# names on the left; the points in time are columns.
NAMES = 172.0  # width of the column of names
COLUMN = 52.0
ROW = 34.0
GAP = 3.0  # between two slabs
SIDE_GAP = 14.0  # between the pyramid and the layers beside it
HEAD_GAP = 12.0  # between the row of the advice and the layers
FOOT = 64.0  # height of the dates and the notes below
LEAST_WIDTH = 420.0  # so that the notes fit
FEWEST = 3  # columns are wider if there are fewer points

NAME = 20.0  # y position of the texts in a row

# How the slab of the advice is drawn.
OUTCOME_STATES = {
    Outcome.NO_ML: LayerState.GOOD,
    Outcome.NOT_YET: LayerState.SHORT,
    Outcome.UNPROVEN: LayerState.OPEN,
    Outcome.CONDITIONAL: LayerState.WAITS,
    Outcome.CLAIMED: LayerState.WAITS,
    Outcome.AGED: LayerState.WAITS,
    Outcome.SETTLE: LayerState.WAITS,
    Outcome.CLAIMED_SETTLE: LayerState.WAITS,
    Outcome.READY: LayerState.GOOD,
}


class TrendSlab(NamedTuple):
    """A rectangle in the drawing: a layer, or the advice, at one point in time."""

    x: float
    middle: float
    state: str  # decides the colour; "" draws no rectangle
    cell: Cell | None  # None for the advice

    @property
    def striped(self) -> bool:
        """Whether the slab has stripes; numbers on stripes need a plain background."""
        return self.state == LayerState.WAITS


class TrendRow(NamedTuple):
    """A row of the drawing: a layer or the advice."""

    top: float
    text: float  # y position of the texts
    cell: Cell | None  # the layer at the first point in time, None for the advice
    room: float  # width to which the name must be condensed, 0 if the name fits
    slabs: Sequence[TrendSlab]


class Column(NamedTuple):
    """A column of the drawing: one point in time."""

    middle: float
    moment: Moment
    day: str  # month and day, or the number of a point without a date
    year: str  # "" if the column to the left has the same year


class Trend(NamedTuple):
    """All positions in the drawing, in pixels."""

    advice: TrendRow
    rows: Sequence[TrendRow]
    columns: Sequence[Column]
    slab_width: float
    slab_height: float
    bottom: float  # y position of the lower edge of the last row
    width: float
    height: float


def trend_svg(found: Timeline) -> str:
    """Draw as SVG how the layers and the advice developed."""
    known = document_variables(found)
    return render("trend.svg.j2", for_xml, **known, trend=trend(known["moments"]))


def trend(moments: Sequence[Moment]) -> Trend:
    """Compute all positions in the drawing of the trend."""
    column = max(COLUMN, (LEAST_WIDTH - NAMES - MARGIN) / max(len(moments), FEWEST))
    middles = [NAMES + column * (place + 0.5) for place in range(len(moments))]
    rows = [*_rows(moments, middles, column)]
    bottom = rows[-1].top + ROW - GAP if rows else MARGIN + ROW
    advice = [
        TrendSlab(
            middle - (column - GAP) / 2, middle, OUTCOME_STATES[each.outcome], None
        )
        for middle, each in zip(middles, moments, strict=True)
    ]
    return Trend(
        TrendRow(MARGIN, MARGIN + NAME, None, 0, advice),
        rows,
        [*_columns(moments, middles)],
        column - GAP,
        ROW - GAP,
        bottom,
        max(NAMES + column * len(moments) + MARGIN, LEAST_WIDTH),
        bottom + FOOT + MARGIN,
    )


def _rows(
    moments: Sequence[Moment], middles: Sequence[float], column: float
) -> Iterator[TrendRow]:
    top, beside = MARGIN + ROW + HEAD_GAP, False
    for place, cell in enumerate(moments[0].cells):
        if cell.layer.placement is Placement.BESIDE and not beside:
            top, beside = top + SIDE_GAP, True
        name, room = cell.layer.name, NAMES - 2 * MARGIN
        cells = [moment.cells[place] for moment in moments]
        yield TrendRow(
            top,
            top + NAME,
            cell,
            room if text_width(name, NAME_SIZE) > room else 0,
            [
                TrendSlab(middle - (column - GAP) / 2, middle, each.state or "", each)
                for middle, each in zip(middles, cells, strict=True)
            ],
        )
        top += ROW


def _columns(moments: Sequence[Moment], middles: Sequence[float]) -> Iterator[Column]:
    last = ""
    for moment, middle in zip(moments, middles, strict=True):
        date = moment.point.date
        year, day = (date[:4], date[5:]) if date else ("", str(moment.number))
        yield Column(middle, moment, day, year if year != last else "")
        last = year
