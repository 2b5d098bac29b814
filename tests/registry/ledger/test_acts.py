"""Acts on assets: what they record, what they refuse, and that entries replay."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.catalogue.actions import merge_types
from registry.codes.actions import issue
from registry.codes.errors import CodeRetired, CodeTaken, CodeUnknown
from registry.codes.models import CodeKind
from registry.kernel.checkcodes import CodeMistyped, new_code
from registry.kernel.errors import Invalid, Missing, StaleVersion, WrongState
from registry.ledger import actions, queries
from registry.ledger.errors import (
    AlreadyClaimed,
    AssetEnded,
    NotCorrectable,
    NothingChanges,
    NumberTaken,
)
from registry.ledger.models import Asset, Claim
from registry.ledger.rules.drafts import AssetDraft
from registry.ledger.verifying import verify
from registry.organisation.models import Institution
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset, make_assets
from tests.factories.organisation import (
    make_department,
    make_institution,
    make_person,
    make_place,
)


@pytest.fixture(autouse=True)
def whole(context: Session, institution: Institution, system: Actor):
    """After every story the ledger must be whole: replay = rows, chains, positions."""
    yield
    context.rollback()
    assert list(verify(system)) == []


def verbs(system: Actor, asset: Asset) -> list[str]:
    return [line.verb for line in queries.history(system, asset)][::-1]


def test_a_batch_shares_a_number_and_its_cost_to_the_fen(
    institution: Institution,
) -> None:
    assets = make_assets(institution, 3, cost_fen=10_000, serial="S1")
    assert [each.sub_number for each in assets] == [1, 2, 3]
    assert len({each.asset_number for each in assets}) == 1
    assert [each.cost_fen for each in assets] == [3_334, 3_333, 3_333]
    assert [each.serial for each in assets] == ["S1", "", ""]


def test_numbers_given_by_the_ledger_are_never_given_twice(
    institution: Institution,
) -> None:
    numbers = [make_asset(institution).asset_number for _ in range(5)]
    assert len(set(numbers)) == 5


def test_a_number_another_asset_bears_is_refused_and_nothing_is_written(
    institution: Institution, system: Actor
) -> None:
    first = make_asset(institution, asset_number="ZC1")
    draft = AssetDraft(first.item_type_id, first.department_id, asset_number="ZC1")
    before = queries.count_assets(system, queries.Filter())
    with pytest.raises(NumberTaken) as refused:
        actions.register(system, draft)
    assert refused.value.facts["number"] == "ZC1"
    assert queries.count_assets(system, queries.Filter()) == before


def test_moving_is_one_entry_with_old_and_new(
    institution: Institution, system: Actor
) -> None:
    asset = make_asset(institution, place_id=make_place(institution, "旧仓库").id)
    target = make_place(institution, "新仓库")
    actions.move(system, asset.id, target.id, effective_on=date(2026, 9, 1))
    line = queries.history(system, queries.asset(system, asset.id))[0]
    assert (line.verb, line.effective_on) == ("move", date(2026, 9, 1))
    [change] = line.changes
    assert (change.field, change.before, change.after) == ("place", "旧仓库", "新仓库")


def test_moving_to_where_it_stands_says_that_nothing_changes(
    institution: Institution, system: Actor
) -> None:
    asset = make_asset(institution, place_id=make_place(institution).id)
    with pytest.raises(NothingChanges):
        actions.move(system, asset.id, asset.place_id)


def test_a_place_of_another_institution_is_not_there(
    institution: Institution, system: Actor
) -> None:

    foreign = make_place(make_institution())
    asset = make_asset(institution)
    with pytest.raises(Missing):
        actions.move(system, asset.id, foreign.id)
    draft = AssetDraft(asset.item_type_id, asset.department_id, place_id=foreign.id)
    with pytest.raises(Invalid):
        actions.register(system, draft)


def test_the_second_of_two_editors_is_told(
    institution: Institution, system: Actor
) -> None:
    asset = make_asset(institution)
    version = asset.version
    actions.amend(system, asset.id, version, {"note": "第一个人写的"})
    with pytest.raises(StaleVersion):
        actions.amend(system, asset.id, version, {"note": "第二个人写的"})
    assert queries.asset(system, asset.id).note == "第一个人写的"


def test_repair_opens_a_claim_and_its_end_closes_it(
    institution: Institution, system: Actor, context: Session
) -> None:
    asset = make_asset(institution)
    actions.change_state(system, asset.id, "send_to_repair", reason="灯泡坏了")
    assert queries.asset(system, asset.id).claim.kind == "repair"
    actions.change_state(system, asset.id, "put_in_use")
    live = context.scalars(sa.select(Claim).where(Claim.ended_at.is_(None))).all()
    assert live == []


def test_what_is_lent_cannot_be_sent_to_repair_or_disposed_of(
    institution: Institution, system: Actor
) -> None:
    asset = make_asset(institution, is_lent=True)
    for verb in ("send_to_repair", "propose_disposal"):
        with pytest.raises(AlreadyClaimed):
            actions.change_state(system, asset.id, verb)


def test_a_thing_has_one_claim_at_most(institution: Institution, system: Actor) -> None:
    asset = make_asset(institution)
    borrower = make_person(institution)
    actions.lend(system, asset.id, person_id=borrower.id)
    with pytest.raises(AlreadyClaimed):
        actions.lend(system, asset.id, holder="别人")
    actions.end_loan(system, asset.id)
    actions.lend(system, asset.id, holder="别人")


def test_what_is_disposed_of_changes_no_more(
    institution: Institution, system: Actor
) -> None:
    asset = make_asset(institution)
    actions.change_state(system, asset.id, "propose_disposal")
    actions.change_state(system, asset.id, "dispose")
    with pytest.raises(AssetEnded):
        actions.move(system, asset.id, None)
    with pytest.raises(AssetEnded):
        actions.change_state(system, asset.id, "mark_idle")


def test_a_move_the_machine_does_not_know_is_refused(
    institution: Institution, system: Actor
) -> None:
    asset = make_asset(institution)
    with pytest.raises(WrongState):
        actions.change_state(system, asset.id, "dispose")
    with pytest.raises(Invalid):
        actions.change_state(system, asset.id, "explode")


class TestCorrecting:
    def test_an_entry_is_taken_back_by_a_new_one_that_names_it(
        self, institution: Institution, system: Actor
    ) -> None:
        place = make_place(institution)
        asset = make_asset(institution, place_id=place.id)
        actions.move(system, asset.id, make_place(institution).id)
        actions.correct(system, asset.id, 2, reason="搬错了")
        found = queries.asset(system, asset.id)
        assert found.place_id == place.id
        line = queries.history(system, found)[0]
        assert (line.verb, line.corrects, line.reason) == ("correct", 2, "搬错了")

    def test_what_was_changed_again_since_stays(
        self, institution: Institution, system: Actor
    ) -> None:
        asset = make_asset(institution)
        actions.amend(system, asset.id, None, {"note": "一", "serial": "A"})
        actions.amend(system, asset.id, None, {"note": "二"})
        actions.correct(system, asset.id, 2, reason="写错了")
        found = queries.asset(system, asset.id)
        assert (found.note, found.serial) == ("二", "")

    def test_a_disposal_can_be_taken_back(
        self, institution: Institution, system: Actor
    ) -> None:
        asset = make_asset(institution)
        actions.change_state(system, asset.id, "propose_disposal")
        actions.change_state(system, asset.id, "dispose")
        actions.correct(system, asset.id, 3, reason="批错了")
        assert queries.asset(system, asset.id).state == "pending_disposal"

    def test_a_repair_taken_back_ends_its_claim(
        self, institution: Institution, system: Actor
    ) -> None:
        asset = make_asset(institution)
        actions.change_state(system, asset.id, "send_to_repair")
        actions.correct(system, asset.id, 2, reason="没坏")
        found = queries.asset(system, asset.id)
        assert (found.state, found.claim) == ("in_use", None)

    def test_the_end_of_a_repair_taken_back_opens_it_again(
        self, institution: Institution, system: Actor
    ) -> None:
        asset = make_asset(institution)
        actions.change_state(system, asset.id, "send_to_repair")
        actions.change_state(system, asset.id, "put_in_use")
        actions.correct(system, asset.id, 3, reason="还没修好")
        found = queries.asset(system, asset.id)
        assert (found.state, found.claim.kind) == ("under_repair", "repair")

    @pytest.mark.parametrize("number", [0, 1, 2, 99])
    def test_entries_that_hold_nothing_to_take_back_are_refused(
        self, institution: Institution, system: Actor, number: int
    ) -> None:
        asset = make_asset(institution)
        with pytest.raises(NotCorrectable):
            actions.correct(system, asset.id, number, reason="试试")


class TestLabels:
    def test_a_blank_becomes_the_label_and_the_former_code_points_to_it(
        self, institution: Institution, system: Actor
    ) -> None:
        asset = make_asset(institution)
        former = asset.code
        [blank] = issue(institution.id, CodeKind.BLANK, [None])
        actions.take_blank(system, asset.id, blank.lower())
        assert queries.asset(system, asset.id).code == blank
        with pytest.raises(CodeRetired) as gone:
            queries.find_scanned(system, former)
        assert gone.value.facts["successor"] == blank

    def test_a_code_names_one_thing_for_ever(
        self, institution: Institution, system: Actor
    ) -> None:
        first, second = make_asset(institution), make_asset(institution)
        with pytest.raises(CodeTaken):
            actions.take_blank(system, second.id, first.code)

    def test_a_blank_of_nobody_is_unknown(
        self, institution: Institution, system: Actor
    ) -> None:

        with pytest.raises(CodeUnknown):
            actions.take_blank(system, make_asset(institution).id, new_code())

    def test_a_mistyped_code_never_leads_to_another_asset(
        self, institution: Institution, system: Actor
    ) -> None:
        asset = make_asset(institution)
        last = "A" if asset.code[-1] != "A" else "B"
        with pytest.raises(CodeMistyped):
            queries.find_scanned(system, asset.code[:-1] + last)


class TestFinding:
    @pytest.fixture
    def asset(self, institution: Institution) -> Asset:
        return make_asset(institution, asset_number="ZC2026001", serial="SN-77")

    @pytest.mark.parametrize(
        "shape",
        [
            "{code}",
            "{lower}",
            "{code4}-{code8}",
            "HTTPS://ZC.SCHOOL.EDU.CN/A/{code}",
            "http://old-host.example/a/{lower}?from=wechat",
            "https://anything.example/deep/path/A/{code}#x",
            "ZC2026001",
            "SN-77",
        ],
    )
    def test_every_way_to_name_it_leads_to_it(
        self, asset: Asset, system: Actor, shape: str
    ) -> None:
        text = shape.format(
            code=asset.code,
            lower=asset.code.lower(),
            code4=asset.code[:4],
            code8=asset.code[4:],
        )
        found = queries.find_scanned(system, text)
        assert found.asset is not None
        assert found.asset.id == asset.id

    def test_several_with_one_number_are_all_shown(
        self, institution: Institution, system: Actor
    ) -> None:
        batch = make_assets(institution, 3, asset_number="B7")
        found = queries.find_scanned(system, "B7")
        assert [each.id for each in found.several] == [each.id for each in batch]
        assert queries.find_scanned(system, "B7-2").asset.id == batch[1].id

    @pytest.mark.parametrize(
        "text", ["没有这个", "ZC9", "x" * 600, "", "'; drop table"]
    )
    def test_what_names_nothing_is_missing(
        self, asset: Asset, system: Actor, text: str
    ) -> None:
        with pytest.raises(Missing):
            queries.find_scanned(system, text)

    def test_a_stranger_finds_by_code_only(self, asset: Asset) -> None:
        stranger = Actor.stranger(asset.institution_id)
        assert queries.find_scanned(stranger, asset.code).asset.id == asset.id
        for text in ("ZC2026001", "SN-77"):
            with pytest.raises((Missing, CodeMistyped)):
                queries.find_scanned(stranger, text)

    def test_another_institutions_number_and_code_are_unknown(
        self, asset: Asset
    ) -> None:

        elsewhere = Actor.system(make_institution().id)
        for text in (asset.code, "ZC2026001", "SN-77"):
            with pytest.raises((Missing, CodeMistyped)):
                queries.find_scanned(elsewhere, text)


class TestManyAtOnce:
    def test_all_change_under_one_document(
        self, institution: Institution, system: Actor
    ) -> None:
        assets = [make_asset(institution) for _ in range(3)]
        place = make_place(institution)
        ids = [each.id for each in assets]
        document = actions.act_on_many(system, ids, actions.move, place_id=place.id)
        assert document.count == 3
        changed = queries.list_assets(
            system, queries.Filter(document=document.number)
        ).rows
        assert {each.id for each in changed} == set(ids)

    def test_one_refusal_leaves_all_as_they_were(
        self, institution: Institution, system: Actor
    ) -> None:
        good, lent = make_asset(institution), make_asset(institution, is_lent=True)
        with pytest.raises(actions.SomeRefused) as refused:
            actions.act_on_many(
                system, [good.id, lent.id], actions.change_state, verb="send_to_repair"
            )
        [why] = refused.value.facts["refused"]
        assert (why["asset_id"], why["code"]) == (lent.id, "already_claimed")
        assert queries.asset(system, good.id).state == "in_use"


def test_a_report_from_a_label_is_kept_and_settled(
    institution: Institution, system: Actor
) -> None:
    asset = make_asset(institution)
    stranger = Actor.stranger(institution.id)
    report = actions.report_from_label(stranger, asset, "found", "在操场捡到", "138")
    assert [each.id for each in queries.open_reports(system)] == [report.id]
    actions.settle_report(system, report.id, "已取回")
    assert queries.open_reports(system) == []


def test_reassigning_changes_department_keeper_and_place_in_one_entry(
    institution: Institution, system: Actor
) -> None:
    asset = make_asset(institution)
    target = make_department(institution)
    keeper = make_person(institution, department=target)
    place = make_place(institution)
    actions.reassign(
        system, asset.id, target.id, custodian_id=keeper.id, place_id=place.id
    )
    found = queries.asset(system, asset.id)
    assert (found.department_id, found.custodian_id, found.place_id) == (
        target.id,
        keeper.id,
        place.id,
    )
    assert verbs(system, found) == ["register", "reassign"]


def test_a_merged_type_reads_through_to_the_one_that_stands(
    institution: Institution, system: Actor
) -> None:

    old, new = make_type(institution), make_type(institution)
    asset = make_asset(institution, item_type_id=old.id)
    merge_types(system, old.id, new.id)
    assert queries.asset(system, asset.id).item_type.standing.id == new.id
    page = queries.list_assets(system, queries.Filter(item_type_ids=(new.id,)))
    assert [each.id for each in page.rows] == [asset.id]
    assert verbs(system, asset) == ["register"]
