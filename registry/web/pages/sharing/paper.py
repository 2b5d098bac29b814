"""The handover list of a transfer, for A4 paper."""

from __future__ import annotations

from flask import render_template, url_for

import labels
from registry.access.permissions import Permission
from registry.kernel.clock import now
from registry.labelling.rules import payload
from registry.sharing.queries.transfers import lines_of, transfer_of
from registry.web.base.routes import guarded
from registry.web.base.sessions import caller, current_actor
from registry.web.base.settings import current_settings
from registry.web.pages.sharing.blueprints import transfers


@transfers.get("/<int:transfer_id>/list")
@guarded(Permission.TRANSFER_SEE)
def handover_list(transfer_id: int) -> str:
    """What changes hands, with codes to scan and room to sign."""
    actor = current_actor()
    found = transfer_of(actor, transfer_id)
    house = caller().house
    public = current_settings().public_url.rstrip("/")
    base = (house.label_url if house else "") or public
    address = public + url_for("transfers.show", transfer_id=found.id)
    lines = [line for line in lines_of(actor, found) if not _is_out(line.state)]
    return render_template(
        "sharing/handover_list.html",
        transfer=found,
        lines=lines,
        symbols={
            line.id: labels.symbol_path(payload(base, line.asset.code))
            for line in lines
        },
        symbol=labels.symbol_path(address),
        printed_at=now(),
        paper="portrait",
        back_url=url_for("transfers.show", transfer_id=found.id),
    )


def _is_out(state: str) -> bool:
    """Whether a thing does not change hands after all."""
    return state in {"refused", "cancelled", "lapsed"}
