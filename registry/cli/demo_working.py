"""Much done at once in the demo school: a bulk change, labels, a dead printer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from registry.access.actor import Actor
from registry.jobs.actions import enqueue
from registry.jobs.running import run_next
from registry.kernel.clock import today
from registry.labelling.actions import add_printer
from registry.labelling.rules import Choice
from registry.labelling.running import KIND as LABELS
from registry.labelling.running import arguments_of
from registry.ledger.actions.bulk import confirm_bulk, plan_bulk
from registry.ledger.queries import Filter, list_assets
from registry.organisation import queries as organisation

OFFICE, KEEPER = "shen_an", "zhang_ku"
COOLERS = "空调机"


class DemoWorking:
    """Tells the part of the story in which much is done at once, or takes its time."""

    def __init__(
        self,
        system: Actor,
        places: Mapping[str, int],
        people: Mapping[str, int],
        base_url: str,
    ) -> None:
        self.system = system
        self.places = places
        self.people = people
        self.base_url = base_url

    def tell(self) -> None:
        """The contract for all coolers is renewed; labels are drawn, others are not."""
        self._contract()
        self._labels()

    def _as(self, key: str) -> Actor:
        """A person with just their own rights: long work asks for them again."""
        return organisation.actor_of_person(
            self.system.institution_id, self.people[key], self.system.door
        )

    def _contract(self) -> None:
        until = date(today("Asia/Shanghai").year + 2, 8, 31)
        planned = plan_bulk(
            self._as(OFFICE),
            "amend",
            {"changes": {"warranty_until": until}},
            Filter(text=COOLERS, states=("in_use", "idle")),
            title=f"保修截止：{until.year}年{until.month}月{until.day}日",
            source=f"q={COOLERS}&state=in_use&state=idle",
        )
        confirm_bulk(self._as(OFFICE), planned.id)

    def _labels(self) -> None:
        """Of what lies in the store: as a file, and to a printer that is off."""
        keeper = self._as(KEEPER)
        lying = Filter(place_ids=(self.places["ku"],), states=("idle",))
        ids = [each.id for each in list_assets(keeper, lying, size=24).rows]
        printer = add_printer(self.system, "库房标签机", "127.0.0.1", port=9)
        for title, key in (
            (f"打印 {len(ids)} 张标签", None),
            (f"在“{printer.name}”上打印 {len(ids)} 张标签", printer.id),
        ):
            told = arguments_of("assets", ids, Choice(), self.base_url, key)
            enqueue(keeper, LABELS, title=title, arguments=told)
        while run_next():
            pass
