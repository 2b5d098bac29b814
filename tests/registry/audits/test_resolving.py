"""What is read on a walk names what the scan box would find, many at once."""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry.audits.queries.resolving import Named, resolve
from registry.kernel.errors import Refused
from registry.ledger.queries import find_scanned
from tests.factories.audits import Campus
from tests.factories.ledger import make_asset
from tests.factories.organisation import make_institution
from tests.harness.plans import noting

TEXTS = [
    "GZ-7",  # a whole number that ends like one with a sub-number
    "GZ-8",  # the eighth of GZ
    "GZ-08",
    "GZ",  # several
    " SET-2 ",
    "SET",
    "SN 4411",
    "twice",  # the serial of two
    "K7Q4M2XN9",  # looks like a code
    "nothing",
    "-3",
    "theirs",
]


def test_texts_name_what_the_scan_box_finds(campus: Campus, context: Session) -> None:
    system = campus.system
    for number, sub in (("GZ-7", 0), ("GZ", 8), ("GZ", 9), ("SET", 1), ("SET", 2)):
        make_asset(campus.institution, asset_number=number, sub_number=sub)
    make_asset(campus.institution, asset_number="K7Q4M2XN9")
    for serial in ("SN 4411", "twice", "twice"):
        make_asset(campus.institution, serial=serial)
    make_asset(make_institution("beside"), asset_number="theirs")
    audit = campus.begin()
    code = campus.things[0].code
    wanted = {code: Named(asset_id=campus.things[0].id)}
    for text in TEXTS:
        try:
            asset = find_scanned(system, text).asset
        except Refused:
            asset = None
        wanted[text] = Named(asset_id=asset.id) if asset is not None else Named()
    assert sum(each.asset_id is not None for each in wanted.values()) == 7
    assert resolve(system, audit.id, [code, *TEXTS]) == wanted


def test_sixty_numbers_are_found_by_few_statements(
    campus: Campus, context: Session
) -> None:
    made = {}
    for n in range(30):
        for number, sub in ((f"A{n}", 0), ("B", n + 1)):
            asset = make_asset(campus.institution, asset_number=number, sub_number=sub)
            made[asset.number] = Named(asset_id=asset.id)
    audit = campus.begin()
    sent: list[str] = []
    with noting(context.get_bind(), lambda text, _values: sent.append(text)):
        assert resolve(campus.system, audit.id, list(made)) == made
    assert len(sent) <= 4
