"""Long work in the API: how far it is, stopping it, the files it made."""

from __future__ import annotations

from typing import Any

from flask import Response

from registry.jobs import actions, queries
from registry.lists.of.jobs import JOBS
from registry.web.api.files import BYTES, handed_out
from registry.web.api.listing import listing_page
from registry.web.api.schemas import jobs as shapes
from registry.web.base.api import ApiBlueprint
from registry.web.base.routes import signed_in
from registry.web.base.sessions import current_actor

blueprint = ApiBlueprint(
    "api_jobs", __name__, url_prefix="/jobs", description="Long work"
)


@blueprint.get("")
@signed_in
@blueprint.arguments(shapes.JobQuery, location="query")
@blueprint.response(200, shapes.JobPage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """One's own long work, narrowed, a page at a time; administrators: everybody's."""
    return listing_page(JOBS, asked)


@blueprint.get("/<int:job_id>")
@signed_in
@blueprint.response(200, shapes.JobOut)
def show(job_id: int) -> Any:
    """How far long work is."""
    return queries.job(current_actor(), job_id)


@blueprint.post("/<int:job_id>/cancel")
@signed_in
@blueprint.response(200, shapes.JobOut)
def cancel(job_id: int) -> Any:
    """Ask a job to stop; what it has done so far stays done."""
    return actions.cancel(current_actor(), job_id)


@blueprint.post("/<int:job_id>/again")
@signed_in
@blueprint.response(200, shapes.JobOut)
def begin_again(job_id: int) -> Any:
    """Queue a job once more that failed or was stopped, where nothing is done twice."""
    return actions.begin_again(current_actor(), job_id)


@blueprint.get("/<int:job_id>/files")
@signed_in
@blueprint.response(200, shapes.JobFileList)
def files(job_id: int) -> dict[str, Any]:
    """The files with a job, without their bytes."""
    return {"items": queries.files_of(queries.job(current_actor(), job_id))}


@blueprint.get("/<int:job_id>/files/<role>")
@signed_in
@blueprint.response(200, BYTES, content_type="application/octet-stream")
def file(job_id: int, role: str) -> Response:
    """A file that a job has made, in its own media type."""
    found = queries.file_of(queries.job(current_actor(), job_id), role[:20])
    return handed_out(found.content, found.media_type, found.name)
