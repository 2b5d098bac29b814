"""Making the application: the one place that sees everything."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy.orm import configure_mappers

from registry.audits import news as audits_news
from registry.audits.actions import note_not_found
from registry.audits.events import SeenUnused
from registry.auth import news as auth_news
from registry.auth.actions import sever_leaver
from registry.auth.events import SecondFactorChanged
from registry.auth.queries import make_ready
from registry.catalogue import news as catalogue_news
from registry.config import Settings
from registry.interchange import running as imports_at_work
from registry.jobs.events import JobEnded
from registry.jobs.news import marks_of_jobs
from registry.journal.marks import Marks
from registry.journal.news import Telling
from registry.labelling import news as labelling_news
from registry.labelling import running as labels_at_work
from registry.ledger import news as ledger_news
from registry.ledger import running as ledger_at_work
from registry.ledger.closing import (
    keep_custodian,
    keep_department_with_assets,
    keep_place_with_assets,
)
from registry.ledger.events import AssetChanged, AssetTurnedIdle
from registry.notifications import actions as notifications
from registry.notifications.news import marks_of_notices, marks_of_robots
from registry.organisation import news as organisation_news
from registry.organisation.events import (
    DepartmentClosing,
    PersonLeaving,
    PersonLeft,
    PlaceClosing,
)
from registry.procurement import news as procurement_news
from registry.procurement.actions.outside import follow_inquiry
from registry.procurement.actions.passing import keep_able
from registry.procurement.actions.rechecking import follow_transfer
from registry.procurement.events import (
    RequestDecided,
    RequestThrownBack,
    ThingNotFound,
)
from registry.sharing import news as sharing_news
from registry.sharing.actions import (
    end_feed,
    follow_change,
    follow_claims,
    follow_closing_department,
    follow_outside,
    keep_borrower,
    let_go_of_leaver,
    note_arrival,
    seen_unused,
)
from registry.sharing.events import (
    HoldEnded,
    HoldGiven,
    InquiryAnswered,
    InquiryMade,
    InquiryWithdrawn,
    LoanAnswered,
    LoanDue,
    TransferAnswered,
    TransferCancelled,
    TransferLineEnded,
    WantedEnded,
    WantedFound,
    WantedPosted,
)
from registry.store.db import init_store
from registry.store.transaction import subscribe
from registry.waiting import news as waiting_news
from registry.waiting.actions import step_down
from registry.waiting.events import (
    WaitBegun,
    WaitEnded,
    WaitEscalated,
    WaitNudged,
    WaitOverdue,
    WaitPassedOn,
    WaitPassing,
)
from registry.web import api, pages
from registry.web.base.api import init_api
from registry.web.base.application import Registry
from registry.web.base.errors import init_errors
from registry.web.base.health import init_health
from registry.web.base.live import init_live
from registry.web.base.logs import init_logs
from registry.web.base.metrics import init_metrics
from registry.web.base.navigation import Menu
from registry.web.base.opening import init_opening
from registry.web.base.routes import open_to_all, require_declarations
from registry.web.base.scans import init_scans
from registry.web.base.sessions import Houses
from registry.web.base.templates import init_templates
from registry.web.pages.furnishing import furnish
from registry.web.pages.navigation import LINKS, OFFERS


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to serve; SettingsError or UndeclaredRoute if it is not.

    A relative path of a database is meant from the directory one starts in.
    """
    settings = settings.checked() if settings else Settings.from_environment()
    app = Registry(
        "registry",
        static_folder=None,
        template_folder="web/pages/templates",
        instance_path=str(Path.cwd()),
    )
    app.extensions["registry_settings"] = settings
    app.extensions["registry_houses"] = Houses()
    app.extensions["registry_menu"] = Menu(OFFERS, LINKS)
    init_store(app, settings.database_url)
    init_logs(app)
    init_metrics(app, settings)
    init_opening(app, settings)
    init_errors(app)
    init_templates(app)
    init_live(app, TELLINGS, MARKS)
    init_scans(app)
    _add_routes(app)
    _subscribe()
    require_declarations(app)
    _make_ready()
    return app


def _make_ready() -> None:
    """What first requests would make, and several at once would make wrongly."""
    configure_mappers()
    make_ready()


def _add_routes(app: Flask) -> None:
    init_health(app)
    furnish(app)
    open_to_all(app, "style sheets and scripts", "assets.accent", "assets.served")
    for blueprint in pages.BLUEPRINTS:
        app.register_blueprint(blueprint)
    init_api(app, api.BLUEPRINTS)


LONG_WORK = (imports_at_work, labels_at_work, ledger_at_work)
"""Modules whose job handlers are registered by having been imported."""


TELLINGS: tuple[Telling, ...] = (
    *auth_news.TELLINGS,
    *organisation_news.TELLINGS,
    *catalogue_news.TELLINGS,
    *waiting_news.TELLINGS,
    *ledger_news.TELLINGS,
    *labelling_news.TELLINGS,
    *sharing_news.TELLINGS,
    *audits_news.TELLINGS,
    *procurement_news.TELLINGS,
)
"""Who is told what of the entries of each kind, on open pages and streams."""
MARKS: dict[str, Marks] = {
    "jobs": marks_of_jobs,
    "notices": marks_of_notices,
    "outer": sharing_news.marks_of_outer,
    "robots": marks_of_robots,
}
"""What changes for a person beside the journal, by topic."""


def _subscribe() -> None:
    """Who follows what happens, inside the same transaction."""
    subscribe(PersonLeft, sever_leaver)
    subscribe(PersonLeft, step_down)
    subscribe(PersonLeft, let_go_of_leaver)
    subscribe(PersonLeft, end_feed)
    subscribe(AssetChanged, follow_change)
    subscribe(AssetChanged, follow_claims)
    subscribe(PersonLeaving, keep_borrower)
    subscribe(DepartmentClosing, follow_closing_department)
    subscribe(SeenUnused, _note_unused)
    subscribe(ThingNotFound, _note_not_found)
    subscribe(PersonLeaving, keep_custodian)
    subscribe(DepartmentClosing, keep_department_with_assets)
    subscribe(PlaceClosing, keep_place_with_assets)
    subscribe(HoldGiven, notifications.tell_of_hold)
    subscribe(HoldEnded, notifications.tell_of_hold_end)
    subscribe(TransferAnswered, notifications.tell_of_answer)
    subscribe(TransferCancelled, notifications.tell_of_cancelling)
    subscribe(LoanAnswered, notifications.tell_of_loan)
    subscribe(LoanDue, notifications.tell_of_due_loan)
    subscribe(AssetTurnedIdle, note_arrival)
    subscribe(WantedFound, notifications.tell_of_find)
    subscribe(WantedEnded, notifications.tell_of_fruitless_search)
    subscribe(AssetChanged, follow_outside)
    subscribe(InquiryMade, notifications.tell_of_inquiry)
    subscribe(InquiryAnswered, follow_inquiry)
    subscribe(InquiryAnswered, notifications.tell_of_inquiry_answer)
    subscribe(InquiryWithdrawn, notifications.tell_of_inquiry_end)
    subscribe(TransferLineEnded, follow_transfer)
    subscribe(JobEnded, notifications.tell_of_job)
    subscribe(SecondFactorChanged, notifications.tell_of_second_factor)
    subscribe(RequestDecided, notifications.tell_of_deciding)
    subscribe(RequestThrownBack, notifications.tell_of_throwing_back)
    subscribe(WaitBegun, notifications.tell_of_beginning)
    subscribe(WaitEscalated, notifications.tell_of_escalation)
    subscribe(WaitOverdue, notifications.tell_of_silence)
    subscribe(WaitPassing, keep_able)
    subscribe(WaitPassedOn, notifications.tell_of_passing)
    subscribe(WaitNudged, notifications.tell_of_nudge)
    subscribe(WaitEnded, notifications.forget_answered)
    subscribe(WaitBegun, notifications.post_beginning)
    subscribe(WaitEscalated, notifications.post_escalation)
    subscribe(WaitOverdue, notifications.post_silence)
    subscribe(WaitEnded, notifications.drop_answered)
    subscribe(WantedPosted, notifications.post_wanted_notice)


def _note_unused(event: SeenUnused) -> None:
    """What somebody who counted saw unused is a sign that it lies idle."""
    seen_unused(event.institution_id, event.asset_id, event.audit_number)


def _note_not_found(event: ThingNotFound) -> None:
    """What somebody looked for in vain stands until an audit or a ruling ends it."""
    note_not_found(
        event.institution_id,
        event.asset_id,
        source=event.request_number,
        words=event.words,
    )
