"""Sheets and rolls: known geometries fit their page, own ones are checked."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import labels
from labels.errors import RollRefused, RunRefused, SheetRefused

A4 = {"L7160", "L7162", "L7163", "L7165", "L4770", "3474", "3475", "3490", "3651"}
LETTER = {"5160", "5260", "5520", "5267"}
OWN = {
    "name": "自备",
    "page": "A4",
    "columns": 2,
    "rows": 5,
    "width": 90,
    "height": 50.0,
    "left": 10,
    "top": 20,
    "pitch_x": 95,
    "pitch_y": 52,
}
ASKED_FOR = {
    "L7160",
    "L7162",
    "L7163",
    "L7165",
    "L4770",
    "3474",
    "3475",
    "3490",
    "3651",
    "5160",
    "5260",
    "5520",
    "5267",
}


def test_the_common_sheets_and_rolls_are_known():
    assert set(labels.sheets()) >= A4 | LETTER
    assert {"50x30", "60x40", "70x50"} <= set(labels.rolls())


@pytest.mark.parametrize("name", labels.sheets())
def test_a_known_sheet_fits_its_page_with_even_margins(name):
    sheet = labels.sheets()[name]
    assert sheet.name == name
    x, y = sheet.corner(sheet.cells)
    right = sheet.page_width - x - sheet.width
    bottom = sheet.page_height - y - sheet.height
    assert right == pytest.approx(sheet.left, abs=0.6)
    assert bottom == pytest.approx(sheet.top, abs=1.01)


@pytest.mark.parametrize(
    ("name", "cells", "size"),
    [
        ("L7160", 21, (63.5, 38.1)),
        ("L7162", 16, (99.1, 33.9)),
        ("L7163", 14, (99.1, 38.1)),
        ("L4770", 40, (45.7, 25.4)),
        ("3474", 24, (70, 37)),
        ("3475", 24, (70, 36)),
        ("3651", 40, (52.5, 29.7)),
        ("5160", 30, (66.675, 25.4)),
        ("5267", 80, (44.45, 12.7)),
    ],
)
def test_a_known_sheet_has_as_many_labels_of_the_size_as_on_its_packet(
    name, cells, size
):
    sheet = labels.sheets()[name]
    assert sheet.cells == cells
    assert (sheet.width, sheet.height) == size


def test_compatible_sheets_are_known_under_each_name():
    known = labels.sheets()
    assert known["5260"].corner(30) == known["5160"].corner(30)
    assert known["5260"].name == "5260"


def test_cells_are_counted_row_by_row_from_one():
    sheet = labels.read_sheet(OWN)
    assert sheet.corner(1) == (10, 20)
    assert sheet.corner(2) == (105, 20)
    assert sheet.corner(3) == (10, 72)
    assert sheet.corner(10) == (105, 228)


@given(st.data())
def test_every_cell_of_an_own_sheet_lies_on_the_page_apart_from_the_others(data):
    whole = st.integers(1, 8)
    measure = st.floats(10, 100)
    given_measures = {
        "page": data.draw(st.sampled_from(["A4", "Letter"])),
        "columns": data.draw(whole),
        "rows": data.draw(whole),
        "width": data.draw(measure),
        "height": data.draw(measure),
        "left": data.draw(st.floats(0, 30)),
        "top": data.draw(st.floats(0, 30)),
        "pitch_x": data.draw(measure),
        "pitch_y": data.draw(measure),
    }
    try:
        sheet = labels.read_sheet(given_measures)
    except SheetRefused:
        reject()
    corners = [sheet.corner(cell) for cell in range(1, sheet.cells + 1)]
    assert len(set(corners)) == sheet.cells
    for x, y in corners:
        assert x >= 0
        assert x + sheet.width <= sheet.page_width + 0.05
        assert y >= 0
        assert y + sheet.height <= sheet.page_height + 0.05
    if sheet.columns > 1:
        assert sheet.pitch_x >= sheet.width - 0.05
    if sheet.rows > 1:
        assert sheet.pitch_y >= sheet.height - 0.05


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"page": "A5"}, "sheet_page_unknown", "page"),
        ({"page": ["A4"]}, "sheet_page_unknown", "page"),
        ({"page_width": 100}, "sheet_page_given_twice", "page_width"),
        ({"colour": 3}, "sheet_field_unknown", "colour"),
        ({"width": None}, "sheet_field_missing", "width"),
        ({"width": "90"}, "sheet_number_expected", "width"),
        ({"columns": 2.5}, "sheet_number_expected", "columns"),
        ({"columns": True}, "sheet_number_expected", "columns"),
        ({"rows": 0}, "sheet_number_out_of_range", "rows"),
        ({"rows": 10**30}, "sheet_number_out_of_range", "rows"),
        ({"width": math.nan}, "sheet_number_out_of_range", "width"),
        ({"height": math.inf}, "sheet_number_out_of_range", "height"),
        ({"left": -1}, "sheet_number_out_of_range", "left"),
        ({"pitch_x": 89}, "sheet_cells_overlap", "pitch_x"),
        ({"pitch_y": 49.9}, "sheet_cells_overlap", "pitch_y"),
        ({"columns": 3}, "sheet_off_page", "columns"),
        ({"rows": 6}, "sheet_off_page", "rows"),
        ({"top": 45}, "sheet_off_page", "rows"),
        ({"name": "x" * 81}, "sheet_name_refused", "name"),
        ({"columns": 40, "rows": 20}, "sheet_too_many_cells", "rows"),
    ],
)
def test_own_measures_are_refused_with_the_field_that_is_wrong(change, code, field):
    with pytest.raises(SheetRefused) as refusal:
        labels.read_sheet(OWN | change)
    assert refusal.value.code == code
    assert refusal.value.facts["field"] == field


def test_how_far_off_the_page_an_own_sheet_is_can_be_told():
    with pytest.raises(SheetRefused) as refusal:
        labels.read_sheet(OWN | {"left": 30})
    assert refusal.value.facts["edge"] == "right"
    assert refusal.value.facts["by"] == pytest.approx(5)


def test_labels_that_touch_need_no_pitch():
    touching = {
        "page_width": 100,
        "page_height": 150,
        "columns": 2,
        "rows": 5,
        "width": 50,
        "height": 30,
        "left": 0,
        "top": 0,
    }
    assert labels.read_sheet(touching).corner(10) == (50, 120)


@pytest.mark.parametrize("cell", [0, -1, 22, 10**9])
def test_a_cell_that_is_not_there_is_refused(cell):
    with pytest.raises(RunRefused):
        labels.sheets()["L7160"].corner(cell)


@pytest.mark.parametrize(
    "measures",
    [
        (0, 40),
        (60, 0),
        (14, 40),
        (221, 40),
        (60, 301),
        (math.nan, 40),
        (60, math.inf),
        ("60", 40),
        (True, 40),
        (60, 40, -1),
        (60, 40, 31),
    ],
)
def test_a_roll_of_impossible_measures_is_refused(measures):
    with pytest.raises(RollRefused) as refusal:
        labels.Roll(*measures)
    assert refusal.value.code == "roll_out_of_range"
    assert set(refusal.value.facts) == {"field", "least", "most"}


def test_a_roll_is_named_for_its_size():
    assert labels.Roll(60, 40).name == "60x40"
    assert labels.Roll(62.5, 29).name == "62.5x29"
