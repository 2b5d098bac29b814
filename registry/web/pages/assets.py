"""Style sheets, scripts and icons as browsers get them: kept until the next release.

All lie under one address that changes with any of them, so that they may be kept for
ever and still name each other by relative paths.
"""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, abort, request

from registry.web.pages.accent import accent_sheet
from registry.web.pages.bootstrap import BOOTSTRAP
from registry.web.pages.icons import icon_sheet

STATIC = Path(__file__).parent / "static"

SHEETS = (
    "tokens",
    "elements",
    "shell",
    "parts",
    "forms",
    "lists",
    "scan",
    "things",
    "charts",
    "print",
)
"""What ``registry.css`` is made of after Bootstrap, in this order."""

_FOR_EVER = "public, max-age=31536000, immutable"
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_TEXTS = {"text/javascript", "text/css", "image/svg+xml", "application/manifest+json"}

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file as it is sent, plain and, where that helps, compressed."""

    body: bytes
    media_type: str
    compressed: bytes | None = None


def _asset(name: str, body: bytes) -> Asset:
    suffix = Path(name).suffix
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0]
    if media_type is None:
        raise ValueError(f"unknown kind of file: {name}")
    packed = gzip.compress(body, mtime=0) if media_type in _TEXTS else None
    return Asset(body, media_type, packed)


def _own_files() -> dict[str, bytes]:
    files = sorted(path for path in STATIC.rglob("*") if path.is_file())
    return {path.relative_to(STATIC).as_posix(): path.read_bytes() for path in files}


def _style_sheet(own: dict[str, bytes]) -> bytes:
    """Bootstrap and everything of ours that every page needs, as one file."""
    bootstrap = (BOOTSTRAP / "css" / "bootstrap.min.css").read_bytes()
    bootstrap = bootstrap.partition(b"/*# sourceMappingURL")[0]
    return b"\n".join([bootstrap, *(own[f"css/{name}.css"] for name in SHEETS)])


@cache
def shelf() -> dict[str, Asset]:
    """Every file there is, by the name that ``asset_url`` is given."""
    own = _own_files()
    sheet = _style_sheet(own)
    files = {**own, "registry.css": sheet, "icons.svg": icon_sheet()}
    for name in SHEETS:
        del files[f"css/{name}.css"]
    return {name: _asset(name, body) for name, body in files.items()}


@cache
def release() -> str:
    """Twelve characters that change when any file changes."""
    digest = sha256()
    for name, asset in sorted(shelf().items()):
        digest.update(f"{name}\0{len(asset.body)}\0".encode() + asset.body)
    return digest.hexdigest()[:12]


@cache
def _path(name: str) -> str:
    if name not in shelf():
        raise KeyError(f"no such asset: {name}")
    return f"/assets/{release()}/{name}"


def asset_url(name: str) -> str:
    """The address of a file under ``static``; KeyError if there is none."""
    return request.script_root + _path(name)


def accent_url(colour: str) -> str:
    """The address of the style sheet for an institution's colour, ``#1b4965``."""
    name = colour.removeprefix("#").lower()
    return f"{request.script_root}/assets/{release()}/accent/{name}.css"


def _answer(asset: Asset, asked_release: str) -> Response:
    packed = asset.compressed if request.accept_encodings["gzip"] else None
    answer = Response(packed or asset.body, content_type=asset.media_type)
    if asset.media_type in _TEXTS:
        answer.content_type = f"{asset.media_type}; charset=utf-8"
        answer.vary.add("Accept-Encoding")
    if packed:
        answer.content_encoding = "gzip"
    current = asked_release == release()
    answer.headers["Cache-Control"] = _FOR_EVER if current else "no-cache"
    return answer


@blueprint.get("/assets/<asked_release>/accent/<colour>.css")
def accent(asked_release: str, colour: str) -> Response:
    """The institution's colour as style variables."""
    try:
        sheet = accent_sheet(colour)
    except ValueError:
        abort(404)
    return _answer(Asset(sheet.encode(), "text/css"), asked_release)


@blueprint.get("/assets/<asked_release>/<path:name>")
def served(asked_release: str, name: str) -> Response:
    """One file; a page of an older release still gets the present one."""
    asset = shelf().get(name)
    if asset is None:
        abort(404)
    return _answer(asset, asked_release)
