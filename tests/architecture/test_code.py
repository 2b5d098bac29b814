"""What the shipped code does not do, wherever it stands."""

from __future__ import annotations

import ast
import re

from tests.harness.sources import ROOT, called_name, functions, listed, modules

RUNS_SQL = {"execute", "executemany", "exec_driver_sql", "scalar", "scalars", "text"}
SQL_IS_BUILT_HERE = {
    "registry.store.db",  # BEGIN DEFERRED or IMMEDIATE: chosen from two words
    "registry.store.copying",  # tables whose names come from the database, quoted
    "registry.store.holding",  # schemas: their names are no values
}
TEMPLATES = ROOT / "registry" / "web" / "pages" / "templates"
SCRIPTS = ROOT / "registry" / "web" / "pages" / "static"
NAMES_OF_NOTHING = {"utils", "helpers", "common", "misc", "manager", "data", "info"}


def _templates():
    return sorted(TEMPLATES.rglob("*.html"))


def test_every_module_says_what_it_owns():
    silent = [
        module.name
        for module in modules("registry", "labels", "migrations", "tests")
        if not ast.get_docstring(module.tree) and module.text.strip()
    ]
    assert not silent, listed(silent)


def test_no_module_is_named_for_nothing():
    vague = [
        module.name
        for module in modules()
        if module.name.rpartition(".")[2] in NAMES_OF_NOTHING
    ]
    assert not vague, listed(vague)


def test_every_public_function_is_annotated():
    bare = [
        f"{module.place(function)} {function.name}"
        for module in modules()
        for function in functions(module.tree)
        if not function.name.startswith("_") and function.returns is None
    ]
    assert not bare, listed(bare)


def test_no_sql_is_put_together_from_texts():
    built = [
        module.place(node)
        for module in modules("registry")
        if module.name not in SQL_IS_BUILT_HERE
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and called_name(node) in RUNS_SQL
        and node.args
        and _is_put_together(node.args[0])
    ]
    assert not built, listed(built)


def _is_put_together(node: ast.expr) -> bool:
    """A text made by an f-string, ``%``, ``+`` or ``format``."""
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right)
        return any(isinstance(each, ast.Constant | ast.JoinedStr) for each in sides)
    return isinstance(node, ast.Call) and called_name(node) == "format"


def test_no_text_becomes_markup_or_a_template():
    trusted = [
        module.place(node)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and called_name(node) in {"render_template_string", "from_string", "Markup"}
        and not (node.args and isinstance(node.args[0], ast.Constant))
    ]
    assert not trusted, listed(trusted)


def test_no_template_trusts_a_text_or_turns_escaping_off():
    trusting = [
        path.name
        for path in _templates()
        if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text("utf-8"))
    ]
    assert not trusting, listed(trusting)


def test_no_page_holds_a_script_or_a_style_of_its_own():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]{3,}=[\"']|javascript:", re.I
    )
    found = [
        f"{path.relative_to(TEMPLATES)}: {match[0]}"
        for path in _templates()
        for match in inline.finditer(path.read_text("utf-8"))
    ]
    assert not found, listed(found)


def test_no_page_or_script_names_another_machine():
    outside = re.compile(r"""["'(]\s*(?:https?:)?//(?![\s"'{])[\w.-]+""")
    allowed = re.compile(r"//(www\.w3\.org|127\.0\.0\.1|localhost|example\.)")
    sources = [*_templates(), *SCRIPTS.rglob("*.js"), *SCRIPTS.rglob("*.css")]
    found = [
        f"{path.name}: {match[0]}"
        for path in sources
        for match in outside.finditer(path.read_text("utf-8"))
        if not allowed.search(match[0])
    ]
    assert not found, listed(found)


def test_no_script_writes_markup_or_evaluates_text():
    risky = re.compile(
        r"\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|document\.write|\beval\("
        r"|new Function\("
    )
    found = [
        f"{path.name}: {match[0]}"
        for path in SCRIPTS.rglob("*.js")
        for match in risky.finditer(path.read_text("utf-8"))
    ]
    assert not found, listed(found)


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        module.name
        for module in modules("registry", "labels", "migrations")
        if marks.search(module.text)
    ]
    assert not found, listed(found)


def test_every_silenced_warning_says_which_and_why():
    bare = re.compile(r"#\s*noqa(?!:\s*[A-Z]+\d+.*\s-\s\S)|#\s*type:\s*ignore(?!\[)")
    found = [
        f"{module.name}: {line.strip()}"
        for module in modules("registry", "labels", "migrations")
        for line in module.text.splitlines()
        if bare.search(line)
    ]
    assert not found, listed(found)


def test_only_the_clock_asks_what_time_it_is():
    asked = [
        module.place(node)
        for module in modules("registry")
        if module.name != "registry.kernel.clock"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func)
        in {"datetime.now", "datetime.utcnow", "date.today", "datetime.today"}
    ]
    assert not asked, listed(asked)
