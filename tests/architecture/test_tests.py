"""Tests are sentences, stand where their subject does, and attack the real thing."""

from __future__ import annotations

import ast

from tests.harness.sources import ROOT, functions, listed, modules


def _tests():
    for module in modules("tests"):
        for function in functions(module.tree):
            if function.name.startswith("test_"):
                yield module, function


def test_the_name_of_a_test_is_a_sentence():
    terse = [
        f"{module.place(function)} {function.name}"
        for module, function in _tests()
        if len(function.name.split("_")) < 3
    ]
    assert not terse, listed(terse)


def test_no_test_replaces_our_own_code():
    """Fakes stand at the edge only: another machine, a printer, the clock."""
    mocking = [
        module.place(node)
        for module in modules("tests")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and "mock" in ast.unparse(node)
    ]
    assert not mocking, listed(mocking)


def test_no_test_is_passed_over_for_good():
    given_up = [
        module.place(node)
        for module in modules("tests")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "pytest.mark.skip"
    ]
    assert not given_up, listed(given_up)


def test_tests_of_a_feature_stand_under_its_name():
    features = {
        path.name for path in (ROOT / "registry").iterdir() if path.is_dir()
    } | {path.stem for path in (ROOT / "registry").glob("*.py")}
    lost = {
        path.name for path in (ROOT / "tests" / "registry").iterdir() if path.is_dir()
    } - features
    assert lost <= {"__pycache__"}
