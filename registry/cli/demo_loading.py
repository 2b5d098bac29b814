"""Bringing the demo school to life: its data turned into real actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.catalogue.actions import (
    TypeDraft,
    add_alias,
    ensure_types,
    load_starting_classes,
)
from registry.catalogue.queries import class_by_code
from registry.cli.demo_asking import DemoAsking
from registry.cli.demo_counting import DemoCounting
from registry.cli.demo_idleness import DemoIdleness
from registry.cli.demo_passing import DemoPassing
from registry.cli.demo_working import DemoWorking
from registry.config.robots import PUBLIC_HOSTS
from registry.demo import School
from registry.demo.shapes import Asset, Event, Person, Verb
from registry.ledger import actions as ledger
from registry.ledger import queries as ledger_queries
from registry.ledger.rules.drafts import AssetDraft
from registry.notifications.actions import add_robot, pause_robot
from registry.organisation import actions as organisation
from registry.organisation import queries as found
from registry.organisation.models import FactorFor
from registry.store.transaction import transaction

MOVES = {
    Verb.MARK_IDLE: "mark_idle",
    Verb.PUT_TO_USE: "put_in_use",
    Verb.SEND_TO_REPAIR: "send_to_repair",
    Verb.RETURN_FROM_REPAIR: "put_in_use",
    Verb.MARK_MISSING: "report_missing",
    Verb.MARK_FOUND: "put_in_use",
    Verb.PROPOSE_DISPOSAL: "propose_disposal",
    Verb.DISPOSE: "dispose",
}


class DemoLoader:
    """Loads one demo school into an empty installation; ids by the data's keys."""

    def __init__(self, school: School, base_url: str) -> None:
        self.school = school
        self.base_url = base_url
        self.departments: dict[str, int] = {}
        self.places: dict[str, int] = {}
        self.people: dict[str, int] = {}
        self.types: dict[str, int] = {}
        self.assets: dict[str, int] = {}
        self.names = {person.key: person.name for person in school.people}
        self.sign_ins = {each.sign_in for each in school.demo_sign_ins}
        self.attributes = {
            kind.key: dict(kind.attributes) for kind in school.item_types
        }

    def load(self, credential: Callable[[Actor, int, str], Any]) -> int:
        """Load everything; ``credential`` gives a person a way to sign in.

        Returns the institution's id.
        """
        home = self.school.institution
        made = organisation.found_institution(
            home.code, home.name, contact=home.contact, factor_for=FactorFor.NOBODY
        )
        self.actor = Actor.system(made.id)
        with transaction():
            load_starting_classes(self.actor)
            self._departments()
            self._places()
            self._people(credential)
            self._types()
        self._assets()
        self._happenings()
        idleness = DemoIdleness(
            self.actor, self.school, self.assets, self.places, self._as_person
        )
        idleness.before_the_leaving()
        self._leavers()
        idleness.after_the_leaving()
        DemoPassing(self.actor, self.places, self.people, self._as_person).tell()
        DemoAsking(self.school, self.places, self._as_person).tell()
        DemoCounting(self.actor, self.places, self.people, self._as_person).tell()
        DemoWorking(self.actor, self.places, self.people, self.base_url).tell()
        self._robot()
        return made.id

    def _robot(self) -> None:
        """One that shows what a robot looks like, and says nothing: it is paused."""
        robot = add_robot(
            self.actor,
            PUBLIC_HOSTS,
            name="总务处工作群",
            webhook=f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={'0' * 32}",
        )
        pause_robot(self.actor, robot.id)

    def _departments(self) -> None:
        for each in self.school.departments:
            if each.parent is None:
                root = found.root_department(self.actor.institution_id)
                self.departments[each.key] = root.id
                continue
            made = organisation.add_department(
                self.actor, each.name, parent_id=self.departments[each.parent]
            )
            self.departments[each.key] = made.id

    def _places(self) -> None:
        for each in self.school.places:
            made = organisation.add_place(
                self.actor,
                each.name,
                kind=each.kind,
                parent_id=self.places.get(each.parent or ""),
                department_id=self.departments.get(each.department or ""),
                is_store=each.store,
            )
            self.places[each.key] = made.id

    def _people(self, credential: Callable[[Actor, int, str], Any]) -> None:
        for each in self.school.people:
            made = organisation.add_person(
                self.actor,
                organisation.PersonDraft(
                    name=each.name,
                    department_id=self.departments[each.department],
                    phone=each.phone,
                    email=each.email,
                ),
            )
            self.people[each.key] = made.id
            self._roles(each)
            if each.sign_in and each.sign_in in self.sign_ins:
                credential(self.actor, made.id, each.sign_in)

    def _roles(self, person: Person) -> None:
        for held in person.roles:
            if held.role in set(Role) - {Role.STAFF}:
                organisation.grant_role(
                    self.actor,
                    self.people[person.key],
                    held.role,
                    self.departments[held.department],
                    ends_on=held.until,
                )

    def _types(self) -> None:
        drafts = []
        for each in self.school.item_types:
            asset_class = class_by_code(self.actor, each.class_code)
            drafts.append(
                TypeDraft(
                    name=each.name,
                    brand=each.brand,
                    model=each.model,
                    specification=each.specification,
                    unit=each.unit,
                    class_id=asset_class.id if asset_class else None,
                    replacement_price_fen=each.replacement_fen,
                    is_labelled=each.labelled,
                )
            )
        ids = ensure_types(self.actor, drafts)
        for kind, type_id in zip(self.school.item_types, ids, strict=True):
            self.types[kind.key] = type_id
            for alias in kind.aliases:
                add_alias(self.actor, type_id, alias)

    def _assets(self) -> None:
        drafts = [self._draft(asset) for asset in self.school.assets]
        ids = ledger.register_many(self.actor, drafts)
        keys = [asset.key for asset in self.school.assets]
        self.assets = dict(zip(keys, ids, strict=True))

    def _draft(self, asset: Asset) -> AssetDraft:
        return AssetDraft(
            item_type_id=self.types[asset.item_type],
            department_id=self.departments[asset.department],
            asset_number=asset.asset_number,
            sub_number=asset.sub_number,
            custodian_id=self.people[asset.custodian],
            user_id=self.people[asset.user] if asset.user else None,
            place_id=self.places[asset.place],
            serial=asset.serial,
            condition=asset.condition,
            cost_fen=asset.cost_fen,
            acquired_on=asset.acquired_on,
            method=asset.method,
            funding=asset.funding,
            warranty_until=asset.warranty_until,
            restrictions=asset.restrictions,
            attributes=self.attributes[asset.item_type],
            note=asset.note,
        )

    def _happenings(self) -> None:
        for event, keys in self.school.happenings():
            with transaction():
                self._happen(event, [self.assets[key] for key in keys])

    def _leavers(self) -> None:
        """Those who have left, with what is still in their custody."""
        for each in self.school.people:
            if each.left_on is not None:
                person = found.person(self.actor, self.people[each.key])
                organisation.leave(
                    self.actor, person.id, person.version, hand_over_later=True
                )

    def _as_person(self, key: str) -> Actor:
        """The installation acting for somebody: it may all, and their name is kept."""
        name = self.names.get(key, "")
        return replace(self.actor, person_id=self.people.get(key), name=name)

    def _happen(self, event: Event, asset_ids: Sequence[int]) -> None:
        """One event as its own act, by the person it says."""
        actor = self._as_person(event.by)
        for asset_id in asset_ids:
            self._act(actor, event, asset_id)
            if event.condition:
                self._wear(actor, event, asset_id)

    def _act(self, actor: Actor, event: Event, asset_id: int) -> None:
        how: dict[str, Any] = {
            "effective_on": event.on,
            "document": event.document[:60] or None,
        }
        if event.verb in MOVES:
            verb = MOVES[event.verb]
            ledger.change_state(actor, asset_id, verb, reason=event.note, **how)
        elif event.verb is Verb.MOVE:
            ledger.move(actor, asset_id, self.places[event.place or ""], **how)
        elif event.verb is Verb.HAND_OVER:
            custodian = self.people[event.custodian or ""]
            ledger.assign(actor, asset_id, custodian_id=custodian, user_id=None, **how)
        elif event.verb is Verb.REASSIGN:
            self._reassign(actor, event, asset_id)
        elif event.verb is Verb.LEND:
            self._lend(actor, event, asset_id, how)
        elif event.verb is Verb.GIVE_BACK:
            ledger.end_loan(actor, asset_id, **how)

    def _wear(self, actor: Actor, event: Event, asset_id: int) -> None:
        """Note the condition in which a thing was found on that occasion."""
        asset = ledger_queries.asset(actor, asset_id)
        if asset.condition != event.condition and asset.state != "disposed":
            changes = {"condition": event.condition}
            ledger.amend(
                actor, asset_id, None, changes, document=event.document or None
            )

    def _reassign(self, actor: Actor, event: Event, asset_id: int) -> None:
        ledger.reassign(
            actor,
            asset_id,
            self.departments[event.department or ""],
            custodian_id=self.people.get(event.custodian or ""),
            place_id=self.places.get(event.place or ""),
            reason=event.note,
            document=event.document[:60] or None,
        )

    def _lend(
        self, actor: Actor, event: Event, asset_id: int, how: dict[str, Any]
    ) -> None:
        until = (
            datetime.combine(event.due, time(18), UTC)
            if event.due is not None
            else None
        )
        ledger.lend(
            actor,
            asset_id,
            person_id=self.people.get(event.borrower or ""),
            holder=self.names.get(event.borrower or "", event.borrower or ""),
            until=until,
            **how,
        )
