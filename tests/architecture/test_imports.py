"""Imports stand at the top, in full, and keep to what a neighbour offers."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.harness.sources import floors, functions, imports, listed, modules

PURE = (
    "labels",
    "registry.config",
    "registry.images",
    "registry.kernel",
    "registry.matching",
    "registry.words",
)
HEAVY = ("flask", "sqlalchemy", "werkzeug")


def test_no_import_hides_inside_a_function():
    hidden = [
        module.place(node)
        for module in modules()
        for function in functions(module.tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden, listed(hidden)


def test_every_import_is_absolute():
    relative = [
        module.place(node)
        for module in modules("registry", "labels", "migrations")
        for name, node in imports(module)
        if name.startswith(".")
    ]
    assert not relative, listed(relative)


def test_no_feature_decides_by_the_rules_of_another():
    """Their plain values, such as drafts, one may hand over; a door shows them all."""
    borrowed = [
        module.place(node)
        for module in modules("registry")
        for name, node in imports(module)
        if name.startswith("registry.")
        and ".rules." in f"{name}."
        and not name.startswith(f"{module.feature}.")
        and not name.rpartition(".")[2][0].isupper()
        and floors().get(module.feature, 0) < floors()["registry.cli"]
    ]
    assert not borrowed, listed(borrowed)


def test_no_module_takes_a_private_name_of_another_package():
    taken = [
        f"{module.place(node)} {name}"
        for module in modules()
        for name, node in imports(module)
        if name.startswith(("registry.", "labels."))
        and name.rpartition(".")[2].startswith("_")
        and not name.endswith("._")
        and not name.startswith(f"{module.feature}.")
    ]
    assert not taken, listed(taken)


def test_only_the_shipped_code_is_imported_by_the_shipped_code():
    foreign = [
        module.place(node)
        for module in modules()
        for name, node in imports(module)
        if name.split(".")[0] in {"tests", "bench"}
    ]
    assert not foreign, listed(foreign)


def test_every_package_stands_on_a_floor():
    homeless = {module.feature for module in modules("registry")} - set(floors())
    assert homeless <= {"registry", "registry.web"}


def test_importing_the_package_costs_nothing():
    loaded = _loaded_by("registry", deeply=False)
    assert loaded - set(sys.stdlib_module_names) == {"registry"}


@pytest.mark.parametrize("name", PURE)
def test_the_lowest_floor_knows_no_web_and_no_database(name):
    assert _loaded_by(name).isdisjoint(HEAVY)


@pytest.mark.parametrize("door", ["registry.web.pages", "registry.web.api"])
def test_a_door_can_be_opened_without_the_others(door):
    """Whichever module comes first, every table it refers to is known by then."""
    assert door in _loaded_by(door, deeply=False)


def test_the_product_runs_where_there_is_no_driver_of_postgresql():
    """``make run`` installs none: it wants nothing but Python."""
    script = "import sys; sys.modules['psycopg'] = None; import registry.cli.commands"
    script += ", registry.app; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert "registry.app" in ran.stdout.split()


def _loaded_by(name: str, *, deeply: bool = True) -> set[str]:
    """The modules that importing one, and all below it, brings with it."""
    script = (
        "import importlib, pkgutil, sys; before = set(sys.modules)\n"
        f"top = importlib.import_module({name!r})\n"
        f"below = getattr(top, '__path__', []) if {deeply} else []\n"
        "for found in pkgutil.walk_packages(below, top.__name__ + '.'):\n"
        "    importlib.import_module(found.name)\n"
        "print(*(set(sys.modules) - before))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    return set(ran.stdout.split())
