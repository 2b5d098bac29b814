"""Printing: what is drawn can be read, what was printed is on record."""

from __future__ import annotations

import io
import socket
import threading

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.codes.queries import find as find_code
from registry.kernel.errors import Forbidden, Invalid, Missing
from registry.labelling import actions, queries
from registry.labelling.errors import LabelNotDrawn, MediumUnknown, PrinterUnreachable
from registry.labelling.rules import Choice
from registry.ledger import queries as ledger
from registry.organisation.actions import change_institution
from registry.organisation.models import Institution
from tests.factories.ledger import make_asset, make_assets
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_place,
)
from tests.harness.reading import pdf_pages, qr_texts

BASE = "https://zc.school.edu.cn"


def texts_on_pdf(document: bytes) -> list[str]:
    """What every symbol of a printed document says."""
    return [text for page in pdf_pages(document) for text in qr_texts(page)]


def test_every_label_leads_to_its_asset(
    institution: Institution, system: Actor
) -> None:
    assets = make_assets(institution, 25)
    printed = actions.print_assets(system, [a.id for a in assets], Choice(), BASE)
    read = texts_on_pdf(printed.content)
    assert sorted(read) == sorted(
        f"HTTPS://ZC.SCHOOL.EDU.CN/A/{a.code}" for a in assets
    )
    for text in read:
        assert ledger.find_scanned(system, text).asset is not None


def test_an_institutions_own_address_stands_on_its_labels(
    institution: Institution, system: Actor, context: Session
) -> None:
    change_institution(system, institution.version, label_url="https://gm.edu.cn")
    asset = make_asset(institution)
    printed = actions.print_assets(system, [asset.id], Choice(), BASE)
    assert texts_on_pdf(printed.content) == [f"HTTPS://GM.EDU.CN/A/{asset.code}"]


def test_what_was_printed_is_on_record_and_a_reprint_is_told_apart(
    institution: Institution, system: Actor
) -> None:
    asset = make_asset(institution)
    for _ in range(2):
        actions.print_assets(system, [asset.id], Choice(medium="roll:60x40"), BASE)
    history = queries.printed(institution.id, [asset.code])
    assert [label.is_reprint for label, _ in history] == [True, False]
    assert find_code(asset.code).printed_at is not None


def test_blanks_are_codes_that_name_nothing_yet(
    institution: Institution, system: Actor
) -> None:
    printed = actions.print_blanks(system, 5, Choice(), BASE)
    codes = [text.rpartition("/")[2] for text in texts_on_pdf(printed.content)]
    assert len(set(codes)) == 5
    assert all(find_code(code).kind == "blank" for code in codes)


def test_a_door_keeps_its_code(institution: Institution, system: Actor) -> None:
    place = make_place(institution)
    once, again = (
        texts_on_pdf(actions.print_places(system, [place.id], Choice(), BASE).content)
        for _ in range(2)
    )
    assert once == again
    assert ledger.find_scanned(system, once[0]).place.id == place.id


def test_one_prints_the_labels_of_ones_own_department_only(
    institution: Institution,
) -> None:
    home, other = make_department(institution), make_department(institution)
    officer = actor_of(
        make_colleague(institution, Role.DEPARTMENT_ASSET_OFFICER, department=home)
    )
    own = make_asset(institution, department_id=home.id)
    others = make_asset(institution, department_id=other.id)
    actions.print_assets(officer, [own.id], Choice(), BASE)
    with pytest.raises(Forbidden):
        actions.print_assets(officer, [own.id, others.id], Choice(), BASE)
    assert len(queries.print_runs(officer)) == 1


@pytest.mark.parametrize(
    ("choice", "refusal"),
    [
        (Choice(medium="nothing"), MediumUnknown),
        (Choice(medium="roll:0x0"), MediumUnknown),
        (Choice(medium="roll:1e9x1"), MediumUnknown),
        (Choice(medium="own:1"), Missing),
        (Choice(medium="own:999999999999"), MediumUnknown),
        (Choice(start_cell=10**9), LabelNotDrawn),
        (Choice(copies=10**9), LabelNotDrawn),
        (Choice(fields=("cost",)), Invalid),
        (Choice(form="exe", medium="roll:60x40"), Invalid),
        (Choice(form="zpl"), Invalid),
    ],
)
def test_what_cannot_be_printed_is_refused_and_not_recorded(
    institution: Institution, system: Actor, choice: Choice, refusal: type[Exception]
) -> None:
    asset = make_asset(institution)
    with pytest.raises(refusal):
        actions.print_assets(system, [asset.id], choice, BASE)
    assert queries.print_runs(system) == []


def test_the_preview_records_nothing(institution: Institution, system: Actor) -> None:
    asset = make_asset(institution)
    picture = actions.preview(system, [asset.id], Choice(), BASE)
    assert picture.startswith(b"\x89PNG")
    assert queries.print_runs(system) == []


def test_a_printer_gets_what_it_understands(
    institution: Institution, system: Actor
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        received: list[bytes] = []

        def listen() -> None:
            connection, _ = server.accept()
            with connection:
                while piece := connection.recv(65_536):
                    received.append(piece)

        listener = threading.Thread(target=listen)
        listener.start()
        port = server.getsockname()[1]
        printer = actions.add_printer(system, "仓库", "127.0.0.1", port=port)
        asset = make_asset(institution)
        printed = actions.print_assets(
            system, [asset.id], Choice(), BASE, printer=printer
        )
        listener.join(timeout=10)
    sent = b"".join(received)
    assert sent.startswith(b"^XA")
    assert sent == printed.content


def test_a_printer_that_is_off_is_told_of(
    institution: Institution, system: Actor
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    printer = actions.add_printer(system, "关着的", "127.0.0.1", port=port)
    asset = make_asset(institution)
    with pytest.raises(PrinterUnreachable):
        actions.print_assets(system, [asset.id], Choice(), BASE, printer=printer)
    assert queries.print_runs(system) == []


def test_only_administrators_say_where_printers_are(institution: Institution) -> None:
    keeper = actor_of(make_colleague(institution, Role.WAREHOUSE_KEEPER))
    with pytest.raises(Forbidden):
        actions.add_printer(keeper, "x", "127.0.0.1")


@pytest.mark.parametrize(
    "host", ["", "http://x", "a b", "x/y", "-x", "x\n", "x" * 300, "[::1]/"]
)
def test_what_is_no_address_of_a_printer_is_refused(system: Actor, host: str) -> None:
    with pytest.raises(Invalid):
        actions.add_printer(system, "x", host)


def test_one_bit_pictures_read_too(institution: Institution, system: Actor) -> None:
    asset = make_asset(institution)
    choice = Choice(medium="roll:60x40", form="png")
    printed = actions.print_assets(system, [asset.id], choice, BASE)
    picture = Image.open(io.BytesIO(printed.content)).convert("L")
    [read] = qr_texts(picture)
    assert read.endswith(asset.code)
