"""The project's own sources as trees, for tests that hold it to its rules."""

from __future__ import annotations

import ast
import configparser
import gc
import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("registry", "labels")


@dataclass(frozen=True)
class Module:
    """One source file: its dotted name, path, text and tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    def place(self, node: ast.AST) -> str:
        """Where a node stands, as an editor would open it."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"

    @property
    def feature(self) -> str:
        """The package of the floors it belongs to: ``registry.web.api``, ``labels``."""
        parts = self.name.split(".")
        deep = 3 if parts[:2] == ["registry", "web"] else 2
        return ".".join(parts[: deep if parts[0] == "registry" else 1])


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """Every module of these packages, by default of all that is shipped.

    Their trees are millions of objects that stay: the collector leaves them alone.
    """
    found = tuple(
        _read(path)
        for package in packages or PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    )
    gc.freeze()
    return found


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return Module(
        dotted.removesuffix(".__init__"), path, text, ast.parse(text, str(path))
    )


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function in a tree, methods and inner ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(module: Module) -> Iterator[tuple[str, ast.stmt]]:
    """What a module imports: each ``from`` name as ``package.name``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            dots = "." * node.level
            yield from (
                (f"{dots}{node.module or ''}.{alias.name}", node)
                for alias in node.names
            )


def listed(found: Iterable[object]) -> str:
    """What was found, one a line, for the message of a failed assertion."""
    return "\n".join(["", *map(str, found)])


def called_name(call: ast.Call) -> str:
    """The last part of what is called: ``execute`` of ``session().execute(…)``."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


@cache
def floors() -> dict[str, int]:
    """Each package and the number of its floor, as setup.cfg has them; 1 is lowest."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    layers = parser["importlinter:contract:floors"]["layers"].strip().splitlines()
    return {
        f"registry.{name}": floor
        for floor, layer in enumerate(reversed(layers), start=1)
        for name in re.findall(r"[\w.]+", layer)
    } | {"labels": 1}


def load_every_model() -> None:
    """Import every module that maps a table, so that the metadata is whole."""
    for module in modules("registry"):
        if "Mapped[" in module.text:
            importlib.import_module(module.name)
