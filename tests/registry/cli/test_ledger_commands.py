"""``registry verify`` finds what was changed behind the ledger's back."""

from __future__ import annotations

import ast
import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.organisation.models import Institution
from registry.words.findings import FINDINGS
from tests.factories.ledger import make_assets
from tests.harness.sources import called_name, modules
from tests.registry.cli.conftest import Run

UNLOCK = {
    "sqlite": ["DROP TRIGGER entries_no_update", "DROP TRIGGER entries_no_delete"],
    "postgresql": ["ALTER TABLE entries DISABLE TRIGGER USER"],
}
TAMPERING = {
    "a word of an entry": (
        "UPDATE entries SET verb = 'move' WHERE subject_kind = 'asset'"
        " AND subject_id = (SELECT max(id) FROM assets)",
        "entry_changed",
    ),
    "an entry taken out": (
        "DELETE FROM entries WHERE subject_kind = 'asset'"
        " AND subject_id = (SELECT min(id) FROM assets)",
        "position_gap",
    ),
    "a row without an entry": (
        "UPDATE assets SET serial = 'SN-1' WHERE id = (SELECT max(id) FROM assets)",
        "row_differs",
    ),
}


@pytest.fixture
def ledger(institution: Institution, context: Session) -> Institution:
    make_assets(institution, 5)
    context.commit()
    return institution


def tamper(context: Session, statement: str) -> None:
    for each in [*UNLOCK[context.get_bind().dialect.name], statement]:
        context.execute(sa.text(each))
    context.commit()


def test_a_ledger_nobody_touched_is_found_whole(
    registry: Run, ledger: Institution
) -> None:
    ran = registry("verify")
    assert ran.code == 0
    assert "核验无误" in ran.out


@pytest.mark.parametrize("case", TAMPERING)
def test_tampering_is_named_and_leaves_one(
    registry: Run, ledger: Institution, context: Session, case: str
) -> None:
    statement, code = TAMPERING[case]
    tamper(context, statement)
    told = registry("verify", "--all")
    assert told.code == 1
    assert code in told.out
    assert "核验无误" not in told.out
    [report] = json.loads(registry("verify", "--all", "--json").out)
    assert code in {finding["code"] for finding in report["findings"]}


def test_only_the_first_finding_is_told_unless_all_are_asked_for(
    registry: Run, ledger: Institution, context: Session
) -> None:
    tamper(context, "UPDATE assets SET serial = 'SN-1'")
    [report] = json.loads(registry("verify", "--json").out)
    [whole] = json.loads(registry("verify", "--json", "--all").out)
    assert (len(report["findings"]), report["wrong"]) == (1, 5)
    assert "共 5 处" in registry("verify").out
    assert len(whole["findings"]) == 5


def test_the_seal_is_shown_and_found_again(registry: Run, ledger: Institution) -> None:
    sealed = registry("seal").out
    [report] = json.loads(registry("verify", "--json").out)
    assert report["seal"] in sealed
    assert report["seal"] in registry("seal").out


def test_without_any_institution_nothing_is_wrong(registry: Run) -> None:
    assert registry("verify").code == 0
    assert registry("seal").code == 0


def test_every_finding_has_words() -> None:
    found = {
        node.args[0].value
        for module in modules("registry")
        if module.name.endswith(".verifying")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and called_name(node) == "Finding"
        if isinstance(node.args[0], ast.Constant)
    }
    assert found
    assert found - set(FINDINGS) == set()
