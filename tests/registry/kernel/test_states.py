"""The machine of assets, over its whole table: states × verbs."""

from __future__ import annotations

import itertools

import pytest

from registry.kernel.errors import WrongState
from registry.ledger.states import ASSET, AssetState

S = AssetState
ALLOWED = {
    (S.IN_USE, "mark_idle"): S.IDLE,
    (S.IN_USE, "send_to_repair"): S.UNDER_REPAIR,
    (S.IN_USE, "report_missing"): S.MISSING,
    (S.IN_USE, "propose_disposal"): S.PENDING_DISPOSAL,
    (S.IDLE, "put_in_use"): S.IN_USE,
    (S.IDLE, "send_to_repair"): S.UNDER_REPAIR,
    (S.IDLE, "report_missing"): S.MISSING,
    (S.IDLE, "propose_disposal"): S.PENDING_DISPOSAL,
    (S.UNDER_REPAIR, "put_in_use"): S.IN_USE,
    (S.UNDER_REPAIR, "mark_idle"): S.IDLE,
    (S.UNDER_REPAIR, "report_missing"): S.MISSING,
    (S.UNDER_REPAIR, "propose_disposal"): S.PENDING_DISPOSAL,
    (S.MISSING, "put_in_use"): S.IN_USE,
    (S.MISSING, "mark_idle"): S.IDLE,
    (S.MISSING, "propose_disposal"): S.PENDING_DISPOSAL,
    (S.PENDING_DISPOSAL, "mark_idle"): S.IDLE,
    (S.PENDING_DISPOSAL, "report_missing"): S.MISSING,
    (S.PENDING_DISPOSAL, "dispose"): S.DISPOSED,
}
TABLE = list(itertools.product(AssetState, ASSET.moves))


@pytest.mark.parametrize(("state", "verb"), TABLE)
def test_a_verb_leads_where_the_table_says_or_nowhere(
    state: AssetState, verb: str
) -> None:
    if (state, verb) in ALLOWED:
        assert ASSET.after(state, verb) == ALLOWED[state, verb]
        assert verb in ASSET.open_verbs(state)
    else:
        assert verb not in ASSET.open_verbs(state)
        with pytest.raises(WrongState):
            ASSET.after(state, verb)
