"""The walk of an audit on a phone: one page that goes on without a network.

The page itself holds nothing of the audit; its scripts load the list and send what was
counted through the API. Beside it lie what a browser needs to keep the page: a service
worker for this address alone, a manifest, and the token of the session of now.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, Response, json, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from registry.access.permissions import Permission
from registry.audits.queries import audit
from registry.audits.states import Excuse, TickReason
from registry.ledger.states import Condition
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import caller, current_actor
from registry.web.pages.assets import accent_url, asset_url, release, shelf
from registry.words import _
from registry.words.auditing import excuse_word, tick_word
from registry.words.terms import condition_word

blueprint = Blueprint("walks", __name__, url_prefix="/audits/<int:audit_id>/walk")

SCRIPT = "js/walk/start.js"
IMPORTED = re.compile(r'^import [^"]*"(\.[^"]+)";$', re.MULTILINE)
KEPT = ("js/", "icons/")
KEPT_ALONE = ("registry.css", "css/narrow.css", "icons.svg")


@blueprint.get("/")
@guarded(Permission.AUDIT_COUNT)
def show(audit_id: int) -> str:
    """The walk: doors, scanning, what is missing, what has been sent."""
    found = audit(current_actor(), audit_id)
    return render_template(
        "walks/show.html",
        audit=found,
        reasons=[(str(each), tick_word(each)) for each in TickReason],
        conditions=[(str(each), condition_word(each)) for each in Condition],
        excuses={str(each): excuse_word(each) for each in Excuse},
        modules=[asset_url(name) for name in modules_of(SCRIPT)],
    )


@cache
def modules_of(script: str) -> list[str]:
    """A script and all it imports, so that a phone fetches them together."""
    found, left = [script], [script]
    while left:
        name = left.pop()
        for address in IMPORTED.findall(shelf()[name].body.decode()):
            path = PurePosixPath(name).parent
            for part in PurePosixPath(address).parts:
                path = path.parent if part == ".." else path / part
            if str(path) not in found:
                found.append(str(path))
                left.append(str(path))
    return found


@blueprint.get("/token")
@signed_in
def token(audit_id: int) -> ResponseReturnValue:
    """Who is signed in here now, and the token their requests carry."""
    visit = caller().visit
    assert visit is not None
    me = f"{visit.house.id}-{visit.actor.person_id}"
    return jsonify(csrf=generate_csrf(), me=me)


@blueprint.get("/worker.js")
@guarded(Permission.AUDIT_COUNT)
def worker(audit_id: int) -> Response:
    """The service worker of this walk: it keeps this page and the files it needs."""
    colour = _accent()
    kept = {
        "audit": audit_id,
        "release": release(),
        "page": url_for("walks.show", audit_id=audit_id),
        "files": [asset_url(name) for name in _files()] + [accent_url(colour)],
    }
    script = shelf()["js/walk/offline.js"].body.decode()
    body = f"const KEPT = {json.dumps(kept)};\n{script}"
    return Response(body, content_type="text/javascript; charset=utf-8")


def _files() -> list[str]:
    return [name for name in shelf() if name.startswith(KEPT) or name in KEPT_ALONE]


def _accent() -> str:
    house = caller().house
    assert house is not None
    return house.accent


@blueprint.get("/manifest.webmanifest")
@guarded(Permission.AUDIT_COUNT)
def manifest(audit_id: int) -> Response:
    """What a phone needs to put the walk on its home screen."""
    found = audit(current_actor(), audit_id)
    where = url_for("walks.show", audit_id=audit_id)
    icons = [
        {"src": asset_url("icons/app-192.png"), "sizes": "192x192"},
        {"src": asset_url("icons/app-512.png"), "sizes": "512x512"},
    ]
    told: dict[str, Any] = {
        "id": where,
        "name": _("盘点：%(title)s", title=found.title),
        "short_name": _("盘点"),
        "start_url": where,
        "scope": where,
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [icon | {"type": "image/png"} for icon in icons],
    }
    body = json.dumps(told, ensure_ascii=False)
    return Response(body, content_type="application/manifest+json; charset=utf-8")
