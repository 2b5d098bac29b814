"""The main menu, and the endpoints the layout links to."""

from __future__ import annotations

from registry.access.permissions import Permission
from registry.procurement.queries.lessons import count_proposed
from registry.sharing.queries.wishes import count_wishes
from registry.waiting.queries import count_waits_of
from registry.web.base.navigation import Offer
from registry.words import N_, NP_

DAILY = ""
KEEPING = N_("台账")
RUNNING = N_("管理")

OFFERS = (
    Offer("home.index", N_("首页"), "home", main=True),
    Offer("scan.index", N_("扫一扫"), "scan", main=True),
    Offer("idle.index", N_("闲置资产"), "idle", main=True),
    Offer("ledger.index", N_("资产台账"), "ledger", main=True),
    Offer("requests.index", N_("采购申请"), "requests", Permission.REQUEST_SEE),
    Offer("approvals.index", N_("采购审批"), "approve", Permission.APPROVAL_ACTING),
    Offer("buying.index", N_("订购验收"), "idle", Permission.ORDER_PLACE),
    Offer(
        "certificates.index",
        NP_("菜单", "检查证明"),
        "certificate",
        Permission.CERTIFICATE_SEE,
    ),
    Offer("wishes.index", N_("我要的东西"), "held", count=count_wishes),
    Offer("wanted.index", N_("求调剂"), "need", Permission.WANTED_POST),
    Offer("transfers.index", N_("调拨单"), "transfer", Permission.TRANSFER_SEE),
    Offer("loans.index", N_("借用"), "loan", Permission.LOAN_SEE),
    Offer("waiting.index", N_("等待事项"), "waiting", count=count_waits_of),
    Offer("audits.index", NP_("菜单", "盘点"), "count", Permission.AUDIT_SEE),
    Offer("idleness.overview", N_("闲置总览"), "reports", Permission.IDLE_SEE),
    Offer("savings.index", N_("盘活节约"), "money", Permission.SAVINGS_SEE),
    Offer("dashboard.index", N_("概览"), "reports", Permission.FIGURES_SEE),
    Offer("reports.index", N_("问题反映"), "report", Permission.REPORT_HANDLE),
    Offer("labels.index", N_("标签"), "labels", Permission.LABEL_PRINT, KEEPING),
    Offer("documents.index", N_("单据"), "file", group=KEEPING),
    Offer("imports.index", N_("导入"), "import", Permission.IMPORT_RUN, KEEPING),
    Offer(
        "types.index", NP_("菜单", "资产品名"), "types", Permission.TYPE_MANAGE, KEEPING
    ),
    Offer(
        "lessons.index",
        N_("学到的说法"),
        "types",
        Permission.LESSON_MANAGE,
        KEEPING,
        count=count_proposed,
    ),
    Offer("places.index", NP_("菜单", "存放地点"), "place", group=RUNNING),
    Offer("departments.index", NP_("菜单", "部门"), "departments", group=RUNNING),
    Offer("people.index", N_("人员"), "people", Permission.PERSON_LIST, RUNNING),
    Offer(
        "calendar.index",
        N_("工作日历"),
        "bookings",
        Permission.CALENDAR_MANAGE,
        RUNNING,
    ),
    Offer(
        "approvals.policy",
        N_("审批规则"),
        "approve",
        Permission.APPROVAL_POLICY,
        RUNNING,
    ),
    Offer(
        "ledger_check.index",
        N_("台账核验"),
        "certificate",
        Permission.LEDGER_VERIFY,
        RUNNING,
    ),
    Offer(
        "institution.index",
        N_("单位设置"),
        "settings",
        Permission.INSTITUTION_MANAGE,
        RUNNING,
    ),
)
"""The menu in its order; a line whose page is not there yet is left out."""

LINKS = {
    "home": "home.index",
    "more": "home.more",
    "search": "ledger.index",
    "scan": "scan.index",
    "live": "live.stream",
    "news": "live.news",
    "me": "account.me",
    "notices": "notices.index",
    "preferences": "account.preferences",
    "sign_in": "account.sign_in",
    "sign_out": "account.sign_out",
}
"""What the layout links to, by the name templates use: ``links.home``."""
