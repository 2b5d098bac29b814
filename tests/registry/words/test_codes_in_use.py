"""Whatever the house refuses, it has a sentence for, with the facts it fills."""

import ast
from pathlib import Path

import pytest

from registry.words import known_codes
from registry.words.extraction import placeholders
from registry.words.refusals import SENTENCES

ROOT = Path(__file__).parents[3]
MODULES = [
    ast.parse(path.read_text("utf-8"), str(path.relative_to(ROOT)))
    for package in ("registry", "labels")
    for path in sorted((ROOT / package).rglob("*.py"))
]
ROOTS = {"Refused", "LabelError"}
FILLED_IN_LATER = {"incident"}


def _name(node):
    return getattr(node, "id", getattr(node, "attr", ""))


def _classes():
    for module in MODULES:
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef):
                yield node


def _refusals():
    """The classes that descend from a refusal, whichever module they stand in."""
    found = set(ROOTS)
    while True:
        more = {
            each.name for each in _classes() if found & {_name(b) for b in each.bases}
        }
        if more <= found:
            return found
        found |= more


REFUSALS = _refusals()


def _class_codes():
    """The code a refusal has by its class."""
    found = {}
    for each in _classes():
        if each.name in REFUSALS:
            for line in each.body:
                if isinstance(line, ast.Assign) and _name(line.targets[0]) == "code":
                    found[each.name] = line.value.value
    return found


CLASS_CODES = _class_codes()


def _calls():
    """(code, facts) of every refusal whose code is written where it is raised."""
    for module in MODULES:
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and (code := _code_given(node)):
                yield code, _facts_given(node)


def _code_given(call):
    """The code of Refusal(), Refusal("code"), Refusal.field(name, "code"), Problem."""
    owner = _name(getattr(call.func, "value", None))
    name = _name(call.func)
    if name == "field" and owner in REFUSALS:
        return _written(call.args[1])
    if name not in {"Problem", *REFUSALS}:
        return None
    if not call.args:
        return CLASS_CODES.get(name) if call.keywords else None
    return _written(call.args[0])


def _written(node):
    return node.value if isinstance(node, ast.Constant) else None


def _facts_given(call):
    """The names of the facts; None among them stands for some not written here."""
    facts = {keyword.arg for keyword in call.keywords}
    for each in call.args[1:]:
        if isinstance(each, ast.Dict):
            facts |= {key.value for key in each.keys}
    return facts


CALLS = list(_calls())
CODES = {*CLASS_CODES.values(), *(code for code, _ in CALLS)}


def test_refusals_are_found_at_all():
    assert {"missing", "code_mistyped", "photo_heic", "required"} <= CODES
    assert len(CODES) > 50


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_that_is_raised_has_its_sentence(code):
    assert code in known_codes()


@pytest.mark.parametrize("code", sorted(CODES & known_codes()))
def test_a_sentence_fills_only_facts_that_are_given(code):
    wanted = {each.partition(":")[0] for each in placeholders(SENTENCES[code])}
    for given, facts in CALLS:
        if given == code and None not in facts:
            assert wanted <= facts | FILLED_IN_LATER
