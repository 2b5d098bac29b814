"""What every list promises of its rows: only what one may see, once, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.audits.models import Audit
from registry.auth.models import ApiToken
from registry.interchange.models import Import
from registry.jobs.actions import enqueue
from registry.kernel.clock import now, today
from registry.kernel.errors import Forbidden
from registry.labelling.models import PrintRun
from registry.ledger.actions import report_from_label
from registry.ledger.models import LabelReport
from registry.ledger.queries.reports import HANDLERS, report_rows
from registry.lists import queries
from registry.lists.exporting import columns_named, export
from registry.lists.of import LISTINGS
from registry.lists.of.reports import REPORTS
from registry.organisation.models import Department, Institution, Person
from registry.store.db import session
from registry.store.paging import order_names
from registry.store.transaction import transaction
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_institution,
    make_person,
    make_place,
)

ROWS = 4
OWN = ("imports", "jobs", "tokens")
"""Lists of what is one's own."""
EVERYBODY = ("people", "types", "classes", "places", "departments")


def _furnish(
    house: Institution, person: Person, home: Department, rows: int = ROWS
) -> None:
    """Some rows of each list, a person's own and others'."""
    mark = "甲乙丙丁"[person.id % 4]
    for number in range(rows):
        place = make_place(house, f"{number}号楼{mark}", is_store=number == 2)
        kind = make_type(house, f"投影仪{number}{mark}")
        asset = make_asset(
            house, item_type_id=kind.id, place_id=place.id, department_id=home.id
        )
        report_from_label(
            Actor.stranger(house.id), asset, kind="problem", words=f"坏了 {number}"
        )
        make_department(house, f"科室{number}{mark}", parent=home)
        make_person(house, department=home, name="孙悟" + "空能净戒"[number])
        enqueue(actor_of(person), "labels", title=f"打印 {number}")
        _bring_in(house, person, number)


def _bring_in(house: Institution, person: Person, number: int) -> None:
    """An import and a token of somebody's own."""
    owner = {"institution_id": house.id, "person_id": person.id, "created_at": now()}
    with transaction() as writing:
        writing.add(
            PrintRun(
                institution_id=house.id,
                person_id=person.id,
                at=now(),
                kind="place" if number else "asset",
                medium="L7160",
                count=number + 1,
            )
        )
        writing.add(
            Audit(
                institution_id=house.id,
                number=f"PD{house.id}-{person.id}-{number}",
                title=f"第 {number} 次盘点",
                state="cancelled" if number == 1 else "planned",
                baseline_on=today("Asia/Shanghai") - timedelta(days=number),
                scope={},
                department_id=person.department_id,
                lead_id=person.id,
                made_at=now(),
                ended_at=now() if number == 1 else None,
            )
        )
        writing.add(
            Import(
                **owner,
                kind="people",
                file_name=f"名单{number}.xlsx",
                content=b"x",
                sha256=str(number) * 64,
                state="checked",
            )
        )
        writing.add(
            ApiToken(
                **owner,
                name=f"对账{number}",
                hint="abc",
                token_hash=f"{house.id}-{person.id}-{number}".ljust(64, "0"),
                scopes=["read"],
                expires_at=now() + timedelta(days=number - 1),
            )
        )


@pytest.fixture
def office(institution: Institution) -> Person:
    return make_colleague(institution, Role.ASSET_OFFICE)


@pytest.fixture
def other(institution: Institution, office: Person) -> Person:
    """Two institutions, in the first of which two people have things of their own."""
    home = make_department(institution, "信息中心")
    other = make_colleague(institution, Role.ADMINISTRATOR)
    for person in (office, other):
        _furnish(institution, person, home)
    abroad = make_institution("abroad")
    head = make_colleague(abroad, Role.ASSET_OFFICE)
    _furnish(abroad, head, make_department(abroad, "教务处"), rows=1)
    return other


def _ids(name: str, actor: Actor, **values: Any) -> set[int]:
    """The rows of a list, which its count and its file agree with."""
    listing = LISTINGS[name]
    shown = queries.show(listing, actor, values, sort=listing.usual, size=200)
    assert shown.page.total == len(shown.page.rows) == len(set(shown.page.rows))
    columns = columns_named(actor, listing, ["all"])
    assert len(
        list(export(actor, listing, values, sort=listing.usual, columns=columns)[1])
    ) == (shown.page.total)
    assert {row.institution_id for row in shown.page.rows} <= {actor.institution_id}
    return {row.id for row in shown.page.rows}


def test_one_lists_counts_and_exports_what_one_may_see(
    institution: Institution, office: Person, other: Person
) -> None:
    _settle_what_one_may(institution)
    actor, admin = actor_of(office), actor_of(other)
    for name in OWN:
        mine, theirs = _ids(name, actor), _ids(name, admin)
        assert len(mine) == len(theirs) == ROWS, name
        assert not mine & theirs, name
    assert len(_ids("jobs", admin, everybody=True)) == 2 * ROWS
    assert _ids("jobs", actor, everybody=True) == _ids("jobs", actor)
    for name in EVERYBODY:
        assert _ids(name, actor) == _ids(name, admin), name
    somebody = actor_of(make_person(institution))
    for name in ("people", "imports", "reports"):
        with pytest.raises(Forbidden):
            _ids(name, somebody)
    keys = {"count", "sign_in"}
    assert not keys & {
        column.key
        for name in ("types", "people")
        for column in LISTINGS[name].columns_for(somebody)
    }


def _pages(name: str, actor: Actor, sort: str, *, way: str) -> Iterator[list[int]]:
    """The pages of a list, three rows each, from its beginning or back from its end."""
    cursor, forwards = None, []
    while True:
        shown = queries.show(
            LISTINGS[name], actor, {}, sort=sort, cursor=cursor, size=3
        ).page
        forwards.append([row.id for row in shown.rows])
        if shown.next_cursor is None:
            break
        cursor = shown.next_cursor
    if way == "on":
        yield from forwards
        return
    while True:
        yield [row.id for row in shown.rows]
        if shown.previous_cursor is None:
            return
        shown = queries.show(
            LISTINGS[name],
            actor,
            {},
            sort=sort,
            cursor=shown.previous_cursor,
            size=3,
        ).page


def _turn_pages(actor: Actor) -> None:
    """Pages hold every row once, in every order, both ways."""
    for name in (*OWN, *EVERYBODY, "reports", "print_runs", "audits", "waits"):
        whole = _ids(name, actor)
        for sort in order_names(LISTINGS[name].orders):
            on = [key for page in _pages(name, actor, sort, way="on") for key in page]
            back = list(_pages(name, actor, sort, way="back"))
            assert len(on) == len(whole), (name, sort)
            assert set(on) == whole, (name, sort)
            assert [key for page in reversed(back) for key in page] == on, (name, sort)


FOUND = {
    "people": ({"q": "swk"}, 2),
    "types": ({"q": "投影仪 3"}, 2),
    "places": ({"q": "3号楼", "store": False}, 2),
    "departments": ({"q": "科室1"}, 2),
    "imports": ({"q": "名单3", "state": ["checked"]}, 1),
    "jobs": ({"q": "打印 2", "kind": ["labels"]}, 1),
    "reports": ({"q": "坏了 投影仪3"}, 2),
    "tokens": ({"state": ["expired"], "q": "对账"}, 2),
    "print_runs": ({"kind": ["asset"], "mine": True}, 1),
    "audits": ({"q": "次盘点", "state": ["cancelled"], "mine": True}, 1),
    "waits": ({"q": "反映 投影仪3", "step": "settle_report"}, 2),
}
"""What narrows each list, and how many rows that leaves."""
LEAVES_NONE: dict[str, dict[str, Any]] = {
    "people": {"role": ["auditor"]},
    "types": {"class_code": ["A99"]},
    "places": {"within": [987_654]},
    "departments": {"within": [987_654]},
    "imports": {"kind": ["classes"]},
    "jobs": {"state": ["failed"]},
    "reports": {"state": "settled"},
    "tokens": {"state": ["revoked"]},
    "print_runs": {"kind": ["blank"]},
    "audits": {"state": ["closed"]},
    "waits": {"overdue": True},
}


def test_every_list_is_paged_searched_and_narrowed(
    office: Person, other: Person
) -> None:
    actor = actor_of(office)
    _turn_pages(actor)
    for name, (values, count) in FOUND.items():
        assert len(_ids(name, actor, **values)) == count, name
    for name, values in LEAVES_NONE.items():
        assert _ids(name, actor, **values) == set(), name
    assert len(_ids("people", actor, role=["administrator"])) == 1
    assert len(_ids("reports", actor, state="all")) == 2 * ROWS


def _settle_what_one_may(institution: Institution) -> None:
    """Reports are listed for those who may settle them, and for nobody else."""
    below = session().scalars(
        sa.select(Department).where(
            Department.institution_id == institution.id, Department.name == "信息中心"
        )
    )
    homes = (below.one(), make_department(institution, "总务处"), None)
    every = session().query(LabelReport).filter_by(institution_id=institution.id)
    wanted = REPORTS.narrowed_to({"state": "all"})
    for role in (*HANDLERS, Role.FINANCE):
        for home in homes:
            actor = actor_of(make_colleague(institution, role, department=home))
            rows = report_rows(actor, wanted, "made").select
            seen = {row.id for row in session().scalars(rows)}
            may = {row.id for row in every if actor.may(Permission.REPORT_HANDLE, row)}
            assert seen == may, (role, home)
