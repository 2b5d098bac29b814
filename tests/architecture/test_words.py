"""What the ledger keeps as a code has words for whoever reads it."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator

from registry.kernel.states import StateMachine
from registry.words.terms import VERBS
from tests.harness.sources import called_name, listed, modules

VERB = 3
"""Which argument says what was done: after who, the kind of subject, and its id."""


def _verbs() -> Iterator[tuple[str, str]]:
    """Verbs that are written down in so many letters, and those of tables of moves."""
    for module in modules("registry"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and called_name(node) == "record":
                for said in node.args[VERB : VERB + 1]:
                    if isinstance(said, ast.Constant):
                        yield str(said.value), module.place(node)
        if module.name.endswith(".states") and module.name != "registry.kernel.states":
            for name, found in vars(importlib.import_module(module.name)).items():
                if isinstance(found, StateMachine):
                    yield from ((verb, f"{module.name}.{name}") for verb in found.moves)


def test_whatever_is_done_has_a_word_in_histories_and_refusals() -> None:
    found = set(_verbs())
    assert len(found) > 100
    silent = sorted(f"{where}: {verb}" for verb, where in found if verb not in VERBS)
    assert not silent, listed(silent)
