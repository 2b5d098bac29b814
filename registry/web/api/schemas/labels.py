"""Labels, printers and sheets as the API takes and shows them."""

from __future__ import annotations

import marshmallow as ma

from registry.labelling.actions.printing import MOST_BLANKS
from registry.labelling.rules import FIELDS, MOST_FIELDS
from registry.lists.of.printing import PRINT_RUNS
from registry.web.api.schemas.listing import ListPage
from registry.web.base.fields import (
    Choice,
    Key,
    Line,
    Many,
    Moment,
    StrictSchema,
    Whole,
)
from registry.web.base.lists import list_schema

MOST_AT_ONCE = 200
MOST = 5_000


def _medium() -> Line:
    help_text = "A sheet (L7160), an own one (own:3) or a roll (roll:60x40)"
    about = {"example": "L7160", "description": help_text}
    return Line(load_default="L7160", most=80, metadata=about)


class LabelLook(StrictSchema):
    """On what labels are printed, and what stands on them."""

    medium = _medium()
    start_cell = Whole(least=1, most=600, load_default=1, metadata={"example": 1})
    copies = Whole(least=1, most=20, load_default=1)
    fields_ = Many(
        Choice(FIELDS), load_default=list, most=MOST_FIELDS, data_key="fields"
    )


class LabelsIn(LabelLook):
    """Labels of assets, or door labels of places, as a file."""

    asset_ids = Many(Key(), load_default=list, most=MOST_AT_ONCE)
    place_ids = Many(
        Key(), load_default=list, most=MOST_AT_ONCE, metadata={"example": []}
    )
    form = Choice(("pdf", "png", "zpl", "tspl"), load_default="pdf")


class ManyLabelsIn(LabelLook):
    """More labels than one waits for, or labels for a printer."""

    asset_ids = Many(Key(), load_default=list, most=MOST)
    place_ids = Many(Key(), load_default=list, most=MOST, metadata={"example": []})
    printer_id = Key(load_default=None, allow_none=True, metadata={"example": None})


class PreviewQuery(LabelLook):
    """Which assets' labels are looked at."""

    asset_ids = Many(Key(), required=True, most=100)


class BlanksIn(StrictSchema):
    """How many blank labels, on what."""

    count = Whole(least=1, most=MOST_BLANKS, required=True)
    medium = _medium()
    start_cell = Whole(least=1, most=600, load_default=1)


class MediumQuery(StrictSchema):
    """For which sheet."""

    medium = _medium()


class PrintRunOut(StrictSchema):
    """One act of printing."""

    id = Key(required=True)
    person_id = Key(required=True, allow_none=True)
    at = Moment(required=True)
    kind = Line(required=True, metadata={"example": "asset"})
    medium = Line(required=True, metadata={"example": "L7160"})
    start_cell = Whole(required=True)
    count = Whole(required=True)
    printer_id = Key(required=True, allow_none=True)


class PrintRunPage(ListPage):
    """A page of what was printed."""

    items = Many(ma.fields.Nested(PrintRunOut), required=True)


PrintRunQuery = list_schema("PrintRun", PRINT_RUNS)
"""What the history of printing is narrowed to, and from where on."""


class PrinterIn(StrictSchema):
    """A label printer on the network."""

    name = Line(required=True, most=100, metadata={"example": "总务处标签机"})
    host = Line(required=True, most=200, metadata={"example": "10.0.8.20"})
    port = Whole(least=1, most=65_535, load_default=9100)
    language = Choice(("zpl", "tspl"), load_default="zpl")
    dpi = Whole(
        least=203, most=600, load_default=203, metadata={"enum": [203, 300, 600]}
    )
    width_mm = Whole(least=15, most=220, load_default=60)
    height_mm = Whole(least=10, most=300, load_default=40)


class PrinterOut(StrictSchema):
    """A label printer; its address is for who manages printers."""

    id = Key(required=True)
    name = Line(required=True, most=100, metadata={"example": "总务处标签机"})
    language = Choice(("zpl", "tspl"), required=True)
    dpi = Whole(required=True, metadata={"example": 203})
    width_mm = ma.fields.Float(required=True, metadata={"example": 60})
    height_mm = ma.fields.Float(required=True, metadata={"example": 40})


class PrinterList(StrictSchema):
    """The printers one may print to."""

    items = Many(ma.fields.Nested(PrinterOut), required=True, most=10_000)


def _millimetres(least: int, most: int, **options: object) -> ma.fields.Float:
    bounds = ma.validate.Range(least, most)
    return ma.fields.Float(validate=bounds, **options)  # type: ignore[arg-type]


class SheetMeasures(StrictSchema):
    """A sheet of labels as somebody measured it, in millimetres."""

    name = Line(required=True, most=80, metadata={"example": "70×37 三列"})
    page = Choice(("A4", "Letter"), load_default="A4")
    columns = Whole(least=1, most=50, required=True, metadata={"example": 3})
    rows = Whole(least=1, most=100, required=True, metadata={"example": 8})
    width = _millimetres(1, 300, required=True, metadata={"example": 70})
    height = _millimetres(1, 300, required=True, metadata={"example": 37})
    left = _millimetres(0, 300, required=True, metadata={"example": 0})
    top = _millimetres(0, 300, required=True, metadata={"example": 0.5})
    pitch_x = _millimetres(1, 300, metadata={"example": 70})
    pitch_y = _millimetres(1, 300, metadata={"example": 37})
    offset_x = _millimetres(-20, 20, load_default=0.0)
    offset_y = _millimetres(-20, 20, load_default=0.0)


class SheetOut(StrictSchema):
    """An own sheet; ``own:<id>`` is its name where a medium is asked for."""

    id = Key(required=True)
    name = Line(required=True, most=80, metadata={"example": "70×37 三列"})
    measures = ma.fields.Dict(required=True)
    offset_x = ma.fields.Float(required=True)
    offset_y = ma.fields.Float(required=True)


class MediaOut(StrictSchema):
    """Everything one can print on, by the name a medium is asked for with."""

    sheets = Many(Line(), required=True, metadata={"example": ["L7160"]})
    rolls = Many(Line(), required=True, metadata={"example": ["roll:60x40"]})
    own = Many(ma.fields.Nested(SheetOut), required=True)
