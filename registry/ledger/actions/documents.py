"""One act on many assets: all of them change under one document, or none does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from registry.access.actor import Actor
from registry.kernel.clock import now, today
from registry.kernel.errors import Invalid, Refused
from registry.kernel.text import clean_line
from registry.ledger.actions.registering import next_number
from registry.ledger.errors import NothingChanges
from registry.ledger.models import Document
from registry.organisation import queries as organisation
from registry.store.transaction import transaction

MOST_AT_ONCE = 1_000
PREFIXES = {
    "import": "DR",
    "basket": "PL",
    "bulk": "PL",
    "transfer": "DB",
    "receipt": "YS",
    "allocation": "HZ",
    "audit": "PC",
}


class SomeRefused(Invalid):
    """Some of the assets cannot be changed so; ``refused`` says which and why."""

    code = "some_refused"


def open_document(actor: Actor, kind: str, title: str = "") -> Document:
    """A numbered document that entries can name as their cause."""
    with transaction() as session:
        zone = organisation.institution(actor.institution_id).time_zone
        series = f"{PREFIXES[kind]}{today(zone).year}"
        made = Document(
            institution_id=actor.institution_id,
            number=next_number(actor.institution_id, series),
            kind=kind,
            title=clean_line(title),
            person_id=actor.person_id,
            created_at=now(),
        )
        session.add(made)
        session.flush()
        return made


def act_on_many(
    actor: Actor,
    asset_ids: Sequence[int],
    act: Callable[..., Any],
    *,
    title: str = "",
    **how: Any,
) -> Document:
    """Do the same to many assets under one document, all or none.

    ``act`` is an action of this package that takes (actor, asset_id, **how). Assets for
    which nothing changes are passed over. Raises SomeRefused with each refusal.
    """
    with transaction() as session:
        ids = list(dict.fromkeys(asset_ids))
        if not 1 <= len(ids) <= MOST_AT_ONCE:
            raise Invalid.field("assets", "out_of_range", least=1, most=MOST_AT_ONCE)
        document = open_document(actor, "basket", title)
        refused: list[dict[str, Any]] = []
        for asset_id in sorted(ids):
            try:
                act(actor, asset_id, document=document.number, **how)
                document.count += 1
            except NothingChanges:
                continue
            except Refused as refusal:
                refused.append(
                    {"asset_id": asset_id, "code": refusal.code, "facts": refusal.facts}
                )
        if refused:
            raise SomeRefused(refused=refused)
        session.flush()
        return document
