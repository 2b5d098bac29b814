"""Whatever the house refuses, it has a sentence for, with the facts it fills."""

import ast
from functools import cache

from registry.words import known_codes
from registry.words.extraction import placeholders
from registry.words.refusals import SENTENCES
from tests.harness.sources import modules

ROOTS = {"Refused", "LabelError"}
FILLED_IN_LATER = {"incident"}


@cache
def _nodes():
    """Every class and every call of what is shipped: the code is walked once."""
    found = [
        node
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef | ast.Call)
    ]
    classes = [node for node in found if isinstance(node, ast.ClassDef)]
    return classes, [node for node in found if isinstance(node, ast.Call)]


def _name(node):
    return getattr(node, "id", getattr(node, "attr", ""))


@cache
def _refusals():
    """The classes that descend from a refusal, whichever module they stand in."""
    found = set(ROOTS)
    while True:
        more = {
            each.name for each in _nodes()[0] if found & {_name(b) for b in each.bases}
        }
        if more <= found:
            return found
        found |= more


@cache
def _class_codes():
    """The code a refusal has by its class."""
    found = {}
    for each in _nodes()[0]:
        if each.name in _refusals():
            for line in each.body:
                if isinstance(line, ast.Assign) and _name(line.targets[0]) == "code":
                    found[each.name] = line.value.value
    return found


@cache
def _calls():
    """(code, facts) of every refusal whose code is written where it is raised."""
    return [
        (code, _facts_given(node))
        for node in _nodes()[1]
        if (code := _code_given(node))
    ]


def _codes():
    return {*_class_codes().values(), *(code for code, _ in _calls())}


def _code_given(call):
    """The code of Refusal(), Refusal("code"), Refusal.field(name, "code"), Problem."""
    owner = _name(getattr(call.func, "value", None))
    name = _name(call.func)
    if name == "field" and owner in _refusals():
        return _written(call.args[1])
    if name not in {"Problem", *_refusals()}:
        return None
    if not call.args:
        return _class_codes().get(name) if call.keywords else None
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


def test_refusals_are_found_at_all():
    assert {"missing", "code_mistyped", "photo_heic", "required"} <= _codes()
    assert len(_codes()) > 50


def test_every_code_that_is_raised_has_its_sentence():
    assert _codes() - set(known_codes()) == set()


def test_a_sentence_fills_only_facts_that_are_given():
    faults = [
        (code, sorted(wanted - facts))
        for code, facts in _calls()
        if code in SENTENCES
        and None not in facts
        and not (wanted := _wanted(code)) <= facts | FILLED_IN_LATER
    ]
    assert faults == []


def _wanted(code):
    return {each.partition(":")[0] for each in placeholders(SENTENCES[code])}
