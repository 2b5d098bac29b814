"""Drawn photos of what lies idle in the demo school, by item type."""

from __future__ import annotations

from importlib.resources import files

PICTURES = {
    "projector_yf420": "projector",
    "projector_qm35": "projector",
    "screen_100": "screen",
    "board_smart": "board",
    "doccam_old": "doccam",
    "tv_42": "tv",
    "pc_xq3": "pc",
    "notebook_old": "notebook",
    "notebook_14": "notebook",
    "switch_24": "switch",
    "printer_a4": "printer",
    "mfp": "printer",
    "scanner": "scanner",
    "desk_student_old": "desk",
    "chair_student_old": "chair",
    "cabinet_file": "cabinet",
    "bed_bunk": "bed",
    "ac_wall": "aircon",
    "washer": "washer",
    "multimeter": "multimeter",
    "piano_electric": "piano",
}
"""Which drawing shows things of a type; types without one have no photo."""


def picture_of(item_type: str) -> bytes | None:
    """A photo of things of an item type, as a camera's file; None without one."""
    name = PICTURES.get(item_type)
    if name is None:
        return None
    return (files("registry.demo") / "photos" / f"{name}.jpg").read_bytes()
