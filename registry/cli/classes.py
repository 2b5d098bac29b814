"""The starting tree of asset classes that comes with the registry."""

from __future__ import annotations

import csv
from importlib.resources import files

from registry.catalogue.actions import ClassRow


def starting_classes() -> list[ClassRow]:
    """The classes of ``classes.csv``, parents first."""
    text = files("registry.catalogue").joinpath("classes.csv").read_text("utf-8")
    return [
        ClassRow(
            edition=row["edition"],
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            parent_code=row["parent"],
            service_life_months=int(row["service_life_months"])
            if row["service_life_months"]
            else None,
        )
        for row in csv.DictReader(text.splitlines())
    ]
