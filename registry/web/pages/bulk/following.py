"""A change of many assets: its preview, its progress, what could not be done."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.jobs.queries import job as job_of
from registry.kernel.errors import Invalid
from registry.ledger import actions, queries
from registry.ledger.models import BulkChange, BulkLine
from registry.ledger.states import ASSET, BulkState, Outcome
from registry.web.base.fields import Choice, Key, StrictSchema
from registry.web.base.forms import query_values
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.bulk.blueprints import bulk
from registry.web.pages.bulk.offers import Offer, offer_of, shown_value, standing
from registry.web.pages.jobs import words_of
from registry.web.pages.picking import title_of
from registry.words import _, sentence, terms
from registry.words.bulk import outcome_word

EXAMPLES = 5
AT_WORK = (BulkState.PLANNING, BulkState.RUNNING)


@bulk.get("/changes/<int:bulk_id>")
@guarded(Permission.ASSET_SEE)
def show(bulk_id: int) -> ResponseReturnValue:
    """Where a change stands: its preview, its progress; done, its document."""
    actor = current_actor()
    found = queries.bulk_change(actor, bulk_id)
    if found.state == BulkState.DONE:
        number = queries.document_numbered(actor, found.document or "")
        return redirect(url_for("documents.show", document_id=number.id))
    job = job_of(actor, found.job_id) if found.job_id else None
    over = job is None or job.state not in ("waiting", "running")
    working = found.state in AT_WORK and not over
    return render_template(
        "bulk/working.html" if working else "bulk/show.html",
        change=found,
        offer=offer_of(found.act, found.how),
        lost=found.state in AT_WORK and over,
        job=job,
        words=words_of(job) if job else "",
        **({} if working else preview_of(found)),
        why=sentence(found.refusal["code"], {}) if found.refusal else "",
        source=f"{url_for('ledger.index')}?{found.source}",
    )


def preview_of(found: BulkChange) -> dict[str, Any]:
    """What it would come to: figures, why some cannot, examples, where they are."""
    actor, offer = current_actor(), offer_of(found.act, found.how)
    lines, _more = queries.bulk_lines(
        actor, found, (str(Outcome.PLANNED),), most=EXAMPLES
    )
    return {
        "told": queries.outcomes(found),
        "reasons": [
            (sentence(code, facts), count)
            for code, count, facts in queries.reasons(found)
        ],
        "examples": [
            (line.asset, standing(line.asset, offer.field), _target(found, offer, line))
            for line in lines
        ],
        "places": queries.by_place(found, Outcome.PLANNED),
        "departments": queries.by_department(found, Outcome.PLANNED),
    }


def _target(found: BulkChange, offer: Offer, line: BulkLine) -> str:
    """What will stand there."""
    how = found.how
    if offer.field == "state":
        return terms.state_word(ASSET.moves[found.act][1])
    if offer.amends:
        return shown_value(offer.name, how["changes"][offer.name])
    if offer.field == "restrictions":
        has = [each for each in line.asset.restrictions if each != how["restriction"]]
        wanted = [*has, how["restriction"]] if found.act == "restrict" else has
        return shown_value("restrictions", wanted)
    kind = "person" if offer.field in ("custodian", "user") else offer.field
    return title_of(kind, how[f"{offer.field}_id"])


class Which(StrictSchema):
    """Which of the lines, and from where on."""

    outcome = Choice(Outcome, load_default=None)
    after = Key(load_default=None)


@bulk.get("/changes/<int:bulk_id>/assets")
@guarded(Permission.ASSET_SEE)
def lines(bulk_id: int) -> str:
    """Asset by asset: what is to become of it, or has, and why not."""
    actor, asked = current_actor(), query_values(Which)
    found = queries.bulk_change_seen(actor, bulk_id)
    among = (asked["outcome"],) if asked["outcome"] else ()
    rows, after = queries.bulk_lines(actor, found, among, after=asked["after"] or 0)
    onward = {"bulk_id": bulk_id, "outcome": asked["outcome"], "after": after}
    told = queries.outcomes(found)
    return render_template(
        "bulk/lines.html",
        change=found,
        back=_back(found),
        rows=[(row, _why(row)) for row in rows],
        tabs=[
            (
                _("%(word)s %(count)s", word=outcome_word(each), count=told[each]),
                url_for("bulk.lines", bulk_id=bulk_id, outcome=str(each)),
                each == asked["outcome"],
            )
            for each in Outcome
            if told[each]
        ],
        first_url=url_for("bulk.lines", bulk_id=bulk_id, outcome=asked["outcome"])
        if asked["after"]
        else None,
        next_url=url_for("bulk.lines", **onward) if after else None,
    )


def _why(line: BulkLine) -> str:
    return sentence(line.code, line.facts or {}) if line.code else ""


def _back(found: BulkChange) -> str:
    """The page the lines belong to: the document, once there is one."""
    if found.document is not None:
        return url_for("documents.by_number", number=found.document)
    return url_for("bulk.show", bulk_id=found.id)


@bulk.post("/changes/<int:bulk_id>/confirm")
@guarded(Permission.ASSET_SEE)
def confirm(bulk_id: int) -> ResponseReturnValue:
    """Carry it out, or go on with it."""
    try:
        found = actions.confirm_bulk(current_actor(), bulk_id)
    except Invalid as refusal:
        for problem in refusal.problems.values():
            flash(sentence(problem.code, dict(problem.facts)), "error")
        return redirect(url_for("bulk.show", bulk_id=bulk_id), 303)
    if found.state == BulkState.DONE:
        count = queries.outcomes(found)[Outcome.CHANGED]
        words = _(
            "已记入台账，共 %(count)s 件，单据 %(number)s。",
            count=count,
            number=found.document,
        )
        flash(words, "done")
    return redirect(url_for("bulk.show", bulk_id=bulk_id), 303)


@bulk.post("/changes/<int:bulk_id>/cancel")
@guarded(Permission.ASSET_SEE)
def cancel(bulk_id: int) -> ResponseReturnValue:
    """Give it up; nothing was changed."""
    found = actions.cancel_bulk(current_actor(), bulk_id)
    flash(_("已放弃，台账没有变。"), "done")
    return redirect(f"{url_for('ledger.index')}?{found.source}", 303)
