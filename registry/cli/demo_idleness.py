"""What seems to lie idle in the demo school: seen, asked about, answered, gone up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.demo import School
from registry.demo.pictures import picture_of
from registry.images import clean_photo
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.sharing import actions
from registry.sharing.actions import Reply
from registry.sharing.queries.questions import open_questions_about
from registry.store.db import session

COUNT = "期中清查"
"""The count in which somebody saw that these were not used."""

SEEN = (
    "mingde.302/camera_ptz/2",
    "mingde.302/camera_ptz/3",
    "mingde.302/mic_wireless/1",
    "mingde.301/notebook_14/1",
    "ku.1/tricycle/1",
    "qiuzhen.101/airtrack/1",
    "qiuzhen.101/airtrack/2",
)
"""Things that were seen unused, by the keys of the demo's data."""

SOON_WITHOUT_KEEPER = ("qiuzhen.101/airtrack/1", "qiuzhen.101/airtrack/2")
"""Asked of somebody who leaves without answering, so that others are asked."""

ANSWERS: Mapping[str, tuple[str, Reply]] = {
    "ku.1/tricycle/1": (
        "zhang_ku",
        Reply("in_use", reason="daily", words="每天送货用"),
    ),
    "mingde.301/notebook_14/1": (
        "jiang_wen",
        Reply("idle", words="阅卷换了新机，这台不用了", condition="good"),
    ),
}
"""Who answered what."""

USED_STORES = ("yiti.102",)
"""Stores from which things are taken every day."""


class DemoIdleness:
    """Tells the part of the demo's story that is about idle things."""

    def __init__(
        self,
        system: Actor,
        school: School,
        assets: Mapping[str, int],
        places: Mapping[str, int],
        as_person: Callable[[str], Actor],
    ) -> None:
        self.system = system
        self.school = school
        self.assets = assets
        self.places = places
        self.as_person = as_person

    def before_the_leaving(self) -> None:
        """Photos, what was seen in a count, the first questions and their answers."""
        self._photos()
        here = self.system.institution_id
        stores = [self.places[key] for key in USED_STORES]
        actions.change_policy(self.system, 1, used_places=stores)
        for key in SEEN:
            actions.seen_unused(here, self.assets[key], COUNT)
        actions.find_suspects(here)
        actions.ask(self.system, [self.assets[key] for key in SEEN])
        for key, (person, reply) in ANSWERS.items():
            asked = open_questions_about([self.assets[key]])
            ids = [each.id for each in asked.values()]
            actions.answer(self.as_person(person), ids, _with_photo(reply, key))

    def after_the_leaving(self) -> None:
        """What those who left still keep is suspected from now on."""
        actions.find_suspects(self.system.institution_id)

    def _photos(self) -> None:
        """One photo of something idle of each type that has a picture."""
        for item_type, asset_ids in self._idle_by_type().items():
            picture = picture_of(item_type)
            if picture is not None:
                ledger.add_photo(self.system, asset_ids[0], clean_photo(picture))

    def _idle_by_type(self) -> dict[str, Sequence[int]]:
        idle = set(
            session().scalars(
                sa.select(Asset.id).where(
                    Asset.institution_id == self.system.institution_id,
                    Asset.state == "idle",
                )
            )
        )
        found: dict[str, list[int]] = {}
        for asset in self.school.assets:
            if self.assets[asset.key] in idle:
                found.setdefault(asset.item_type, []).append(self.assets[asset.key])
        return dict(found)


def _with_photo(reply: Reply, key: str) -> Reply:
    """The same with a picture of the thing, where it lies idle and there is one."""
    picture = picture_of(key.split("/")[1])
    if reply.answer != "idle" or picture is None:
        return reply
    return replace(reply, photo=clean_photo(picture))
