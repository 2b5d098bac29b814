"""Walking in the API: what a phone loads, what it brings, how far everybody is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response

from registry.access.permissions import Permission
from registry.audits import actions
from registry.audits.actions import Delivery, Result
from registry.audits.queries import audit as audit_of
from registry.audits.queries import sums_of
from registry.audits.queries.counting import by_person, by_place
from registry.audits.queries.loading import Load
from registry.audits.queries.loading import load as load_of
from registry.audits.queries.naming import names_told
from registry.audits.queries.photos import photo as photo_of
from registry.images import clean_photo
from registry.web.api.audits.blueprints import blueprint
from registry.web.api.audits.planning import audit_brief
from registry.web.api.files import BYTES, PhotoIn, handed_out
from registry.web.api.packing import packed_json
from registry.web.api.schemas import audits as shapes
from registry.web.api.schemas.assets import PhotoQuery, named
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.words import sentence
from registry.words.auditing import verdict_words


@blueprint.get("/<int:audit_id>/load")
@guarded(Permission.AUDIT_COUNT)
@blueprint.arguments(shapes.LoadQuery, location="query")
@blueprint.response(200, shapes.LoadOut)
def load(asked: dict[str, Any], audit_id: int) -> Response:
    """What a phone takes along: the list, the places, what is counted by now."""
    return packed_json(loaded(load_of(current_actor(), audit_id, asked["round"])))


def loaded(found: Load) -> dict[str, Any]:
    """A load as plain values, just as ``LoadOut`` describes them."""
    return {
        "audit": shapes.AuditBrief().dump(audit_brief(found.audit)),
        "rounds": shapes.RoundOut(many=True).dump(found.rounds),
        "round": found.round.number,
        "me": {
            "person_id": found.person_id,
            "leads": found.leads,
            "own_places": found.own_places,
        },
        "position": found.position,
        "loaded_at": found.loaded_at.isoformat(),
        "places": [_told(each, "closed_at") for each in found.places],
        "expected": found.expected,
        "counts": found.counts,
        "elsewhere": found.beyond,
        "is_whole": found.is_whole,
        "knows_campus": found.knows_campus,
        "records": [_told(each, "at") for each in found.seen],
        "held": found.held,
    }


def _told(row: dict[str, Any], moment: str) -> dict[str, Any]:
    at = row[moment]
    return row if at is None else row | {moment: at.isoformat()}


@blueprint.post("/<int:audit_id>/records")
@guarded(Permission.AUDIT_COUNT)
@blueprint.arguments(shapes.RecordsIn)
@blueprint.response(200, shapes.TakenOut)
def records(given: dict[str, Any], audit_id: int) -> dict[str, Any]:
    """Take what a phone brings: each record once, each with an answer of its own."""
    delivery = Delivery(
        walk_key=given["walk_id"],
        records=given["records"],
        sent_at=given["sent_at"],
        round=given["round"],
        position=given["position"],
    )
    taken = actions.take_records(current_actor(), audit_id, delivery)
    return {"position": taken.position, "results": results_out(taken.results)}


def results_out(results: Iterable[Result]) -> list[dict[str, Any]]:
    """What became of records, in the reader's language."""
    found = list(results)
    people, places = names_told(current_actor(), [each.told for each in found])
    return [_result(each, people, places) for each in found]


def _result(
    each: Result, people: dict[int, str], places: dict[int, str]
) -> dict[str, Any]:
    told = each.told
    place_id = told.get("place")
    by = people.get(told.get("by") or 0)
    code, words = None, ""
    if each.problem is not None:
        name, problem = each.problem
        code = problem.code
        words = sentence(problem.code, {"field": name, **problem.facts})
    elif each.verdict is not None:
        names = {"by": by or "", "place": places.get(place_id or 0, "")}
        words = verdict_words(str(each.verdict), {**told, **names})
    return {
        "id": each.key,
        "outcome": each.outcome,
        "verdict": each.verdict,
        "words": words,
        "code": code,
        "by": by,
        "place": {"id": place_id, "name": places.get(place_id, "")}
        if place_id
        else None,
        "count": told.get("count"),
        "expected": told.get("expected"),
        "missing": told.get("missing"),
    }


@blueprint.post("/<int:audit_id>/photos/<string:photo_key>")
@guarded(Permission.AUDIT_COUNT)
@blueprint.arguments(PhotoIn, location="files")
@blueprint.response(200, shapes.WalkPhotoMade)
def add_photo(sent: dict[str, Any], audit_id: int, photo_key: str) -> dict[str, Any]:
    """Keep a photo of a walk under the id the phone gave it; sent again it is one."""
    actor = current_actor()
    audit_of(actor, audit_id)
    cleaned = clean_photo(sent["photo"].read())
    made = actions.take_photo(actor, audit_id, photo_key, cleaned)
    return {"id": made.key, "sha256": made.sha256}


@blueprint.get("/<int:audit_id>/photos/<string:photo_key>")
@guarded(Permission.AUDIT_SEE)
@blueprint.arguments(PhotoQuery, location="query")
@blueprint.response(200, BYTES, content_type="image/jpeg")
def photo(asked: dict[str, Any], audit_id: int, photo_key: str) -> Response:
    """A photo of a walk, for those who see the whole audit and whoever took it."""
    small = asked["small"]
    found = photo_of(current_actor(), audit_id, photo_key, thumbnail=small)
    return handed_out(found.thumbnail if small else found.image, "image/jpeg")


@blueprint.get("/<int:audit_id>/progress")
@guarded(Permission.AUDIT_SEE)
@blueprint.response(200, shapes.ProgressOut)
def progress(audit_id: int) -> dict[str, Any]:
    """How far each place and each person is."""
    actor = current_actor()
    found = audit_of(actor, audit_id)
    whole = actor.may(Permission.AUDIT_SEE, found)
    return {
        "sums": sums_of(actor, found),
        "places": [
            {
                "place": named(each.place, each.place.full_name if each.place else ""),
                "sums": each.sums,
                "closed_at": each.closed_at,
                "closed_by": each.closed_by,
                "minutes": each.minutes,
                "extra": each.extra,
            }
            for each in by_place(actor, found)
        ],
        "people": [
            {
                "person": named(each.person, each.person.name),
                "count": each.count,
                "last_at": each.last_at,
            }
            for each in (by_person(found) if whole else [])
        ],
    }
