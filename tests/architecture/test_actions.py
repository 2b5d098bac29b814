"""Use cases ask first: nobody acts without a permission, and one function records."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.harness.sources import Module, called_name, functions, modules

BEFORE_ANYONE_CAN_SIGN_IN = {
    "registry.organisation.actions.found_institution",
}
"""What a command does while there is nobody yet who could be asked for."""

CALLERS_HAVE_ASKED = {"registry.codes", "registry.journal", "registry.jobs"}
"""Low floors, where the one who writes has already been let in."""


def _actions() -> Iterator[tuple[Module, ast.FunctionDef]]:
    """Every public function of every feature's actions."""
    for module in modules("registry"):
        if module.feature in CALLERS_HAVE_ASKED or ".actions" not in module.name:
            continue
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield module, node


def _asks(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call) and called_name(node) in {"require", "may"}
        for node in ast.walk(function)
    )


def _callees(function: ast.FunctionDef) -> set[str]:
    return {
        called_name(node) for node in ast.walk(function) if isinstance(node, ast.Call)
    }


def test_every_action_asks_whether_the_actor_may():
    actions = list(_actions())
    asking = {function.name for _, function in actions if _asks(function)}
    silent = [
        module.place(function) + f" {function.name}"
        for module, function in actions
        if f"{module.name}.{function.name}" not in BEFORE_ANYONE_CAN_SIGN_IN
        and not _asks(function)
        and not _callees(function) & asking
        and not _private_asks(module, function)
    ]
    assert silent == []


def _private_asks(module: Module, function: ast.FunctionDef) -> bool:
    """Whether a private function of the same module that it calls asks."""
    asking = {each.name for each in functions(module.tree) if _asks(each)}
    return bool(_callees(function) & asking)


def test_every_action_that_changes_something_is_one_transaction():
    loose = [
        module.place(function) + f" {function.name}"
        for module, function in _actions()
        if _callees(function) & {"add", "flush", "delete", "record"}
        and "transaction" not in _callees(function)
    ]
    assert loose == []


def test_only_the_journal_writes_entries():
    written = [
        module.place(node)
        for module in modules("registry")
        if not module.name.startswith("registry.journal")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _writes(node, "Entry")
    ]
    assert written == []


def _writes(call: ast.Call, model: str) -> bool:
    """``Entry(…)``, ``insert(Entry)``, ``update(Entry)`` or ``delete(Entry)``."""
    if called_name(call) == model:
        return True
    names = {each.id for each in call.args if isinstance(each, ast.Name)}
    return called_name(call) in {"insert", "update", "delete"} and model in names


def test_only_the_transaction_commits_and_rolls_back():
    ended = [
        module.place(node)
        for module in modules("registry")
        if not module.name.startswith("registry.store")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "begin", "begin_nested"}
        and "connection" not in ast.unparse(node.func.value)
    ]
    assert ended == []
