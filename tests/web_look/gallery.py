"""The gallery: every part of the design system on sample pages, served by itself.

``python tests/web_look/gallery.py`` serves it on port 8090 for looking at; the tests
serve it on a free port. ``?size=large`` and ``?say=long`` show large text and words as
long as another language may have.
"""

from __future__ import annotations

import io
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
from flask import (
    Flask,
    Response,
    flash,
    g,
    get_flashed_messages,
    redirect,
    render_template,
    request,
)
from flask_wtf.csrf import CSRFProtect
from PIL import Image

from registry.web.pages import assets
from registry.web.pages.furnishing import furnish
from registry.words import SPOKEN, use_language
from tests.web_look.feed import add_feed

TEMPLATES = Path(__file__).parent / "templates"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: "
    "blob:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors "
    "'none'; base-uri 'none'; manifest-src 'self'; worker-src 'self'; "
    "media-src 'self' blob:"
)
PAGES = sorted(
    path.stem for path in TEMPLATES.glob("*.html") if not path.stem.startswith("_")
)
LINKS = {
    "home": "/home",
    "search": "/ledger",
    "scan": "/scan",
    "more": "/more",
    "me": "/parts",
    "notices": "/parts",
    "preferences": "/preferences",
    "live": "/live",
    "news": "/live/news",
    "sign_in": "/sign-in",
    "sign_out": "/sign-out",
}
PLACEHOLDER = re.compile(r"%+\(\w+\)s")
FILLER = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor "


class LongWords:
    """Texts two and a half times as long, to see whether they still fit."""

    def gettext(self, message: str) -> str:
        if not g.get("long"):
            return SPOKEN.gettext(message)
        wanted = max(4, len(message) * 5 // 2)
        words = (FILLER * (wanted // len(FILLER) + 1))[:wanted].strip().capitalize()
        return " ".join([words, *PLACEHOLDER.findall(message)])

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(many)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    def npgettext(self, context: str, one: str, many: str, number: int) -> str:
        return self.gettext(many)


class Person:
    """Who looks at the gallery."""

    key = "7"
    name = "王秀兰"

    def may(self, permission: str) -> bool:
        return True

    def unread(self) -> int:
        return 7


def _nav(here: str) -> list[dict[str, Any]]:
    items = [
        ("home", "首页", "home", True, "", 3),
        ("scan", "扫一扫", "scan", True, "", None),
        ("idle", "我要东西", "need", True, "", None),
        ("ledger", "台账", "ledger", True, "", None),
        ("import", "导入台账", "import", False, "资产", None),
        ("basket", "打印标签", "labels", False, "资产", None),
        ("dashboard", "一览", "reports", False, "资产", None),
        ("places", "存放地点", "place", False, "学校", None),
        ("people", "人员", "people", False, "学校", None),
    ]
    return [
        {
            "label": label,
            "url": f"/{page}",
            "icon": icon,
            "main": main,
            "group": group,
            "count": count,
            "current": page == here,
        }
        for page, label, icon, main, group, count in items
    ]


def _assets() -> list[dict[str, Any]]:
    names = [
        ("爱普生投影仪 CB-X05", "idle", "2019-00123", "实训楼 3-302", "王建国"),
        ("联想台式计算机 启天 M455", "in_use", "2021-00418", "行政楼 201", "李敏"),
        ("格力立柜式空调 KFR-72LW", "under_repair", "2017-00077", "食堂二楼", "周伟"),
        (
            "多功能厅线阵列扩声音响系统（含功放、调音台及无线话筒四支）",
            "in_use",
            "2020-01999",
            "大礼堂 后台设备间",
            "阿卜杜热合曼·买买提",
        ),
        ("佳能单反相机 EOS 80D", "missing", "2018-00310", "校史馆", "未定"),
        ("会议椅", "pending_disposal", "2009-00012-030", "地下库房 B", "王建国"),
        ("得力碎纸机 9939", "disposed", "2012-00340", "行政楼 105", "李敏"),
    ]
    return [
        {
            "id": number,
            "name": name,
            "state": state,
            "number": asset_number,
            "place": place,
            "custodian": custodian,
            "acquired_on": "2019-09-01",
            "cost": 389900 + 7100 * number,
        }
        for number, (name, state, asset_number, place, custodian) in enumerate(names)
    ]


def _tree() -> list[dict[str, Any]]:
    rooms = [
        {"label": f"实训楼 3-30{n}", "url": "/place", "count": 12 * n} for n in (1, 2)
    ]
    floor = {"label": "三层", "url": "/place", "count": 36, "children": rooms}
    building = {
        "label": "实训楼",
        "url": "/place",
        "count": 412,
        "open": True,
        "children": [floor, {"label": "四层", "url": "/place", "count": 0}],
    }
    store = {"label": "地下库房 B（库房）", "url": "/place", "count": 87}
    return [
        {
            "label": "东校区",
            "url": "/place",
            "count": 2204,
            "open": True,
            "children": [building, store],
        },
        {"label": "西校区", "url": "/place", "count": 1010},
    ]


def _samples() -> dict[str, Any]:
    return {
        "assets": _assets(),
        "tree": _tree(),
        "now": datetime(2026, 11, 3, 6, 32, tzinfo=UTC),
        "today": datetime(2026, 11, 3, tzinfo=UTC).date(),
    }


def _suggest() -> list[dict[str, Any]]:
    wanted = request.args.get("q", "")
    places = [
        {"value": 1, "label": "实训楼 3-301", "note": "东校区"},
        {"value": 2, "label": "实训楼 3-302", "note": "东校区"},
        {"value": 3, "label": "行政楼 201", "note": "西校区"},
    ]
    return [place for place in places if wanted in str(place["label"])]


def _look() -> dict[str, Any]:
    text = request.args["text"].upper()
    if text.endswith("X"):
        return {"status": "mistyped"}
    if not text.endswith(("1", "2", "3")):
        return {"status": "unknown"}
    return {
        "status": "found",
        "code": text,
        "name": f"爱普生投影仪 {text[-1]} 号",
        "state_word": "闲置",
        "tone": "calm",
        "icon": "idle",
        "place": "实训楼 3-302",
    }


def create_gallery() -> Flask:
    """The app that shows the sample pages; it keeps nothing but a session."""
    app = Flask(__name__, template_folder=str(assets.STATIC.parent / "templates"))
    app.secret_key = "only the gallery"
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    CSRFProtect(app)
    furnish(app)
    own = jinja2.FileSystemLoader(TEMPLATES)
    assert app.jinja_env.loader is not None
    app.jinja_env.loader = jinja2.ChoiceLoader([own, app.jinja_env.loader])
    install = app.jinja_env.install_gettext_translations  # type: ignore[attr-defined]
    install(LongWords(), newstyle=True)
    app.received = []  # type: ignore[attr-defined]
    app.feed = add_feed(app)  # type: ignore[attr-defined]
    _add_pages(app)
    _add_services(app)
    return app


def _add_pages(app: Flask) -> None:
    @app.before_request
    def read_preferences() -> None:
        if app.debug:
            assets.shelf.cache_clear()
            assets.release.cache_clear()
            assets._path.cache_clear()
        g.size = request.args.get("size") or request.cookies.get("size", "normal")
        g.long = request.args.get("say") == "long"

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        signed_in = request.path not in ("/sign-in", "/error", "/public")
        here = request.path.strip("/")
        accent = request.args.get("accent", "1b4965")
        return {
            "institution": {"name": "滨海市第一实验学校", "accent": f"#{accent}"},
            "me": Person() if signed_in else None,
            "language": "en" if g.long else "zh-CN",
            "text_size": g.size,
            "nav": _nav(here) if signed_in else [],
            "links": LINKS,
            "flashes": _flashes(),
        }

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @app.get("/")
    @app.get("/<page>")
    def show(page: str = "home") -> str:
        if page not in PAGES:
            page = "home"
        with use_language("zh-CN"):
            return render_template(f"{page}.html", **_samples())

    @app.post("/<page>")
    def take(page: str) -> Any:
        app.received.append(  # type: ignore[attr-defined]
            {"page": page, **{k: request.form.getlist(k) for k in request.form}}
        )
        if page == "slow":
            time.sleep(1)
        if page == "wrong":
            errors = {"name": "必须填写。"}
            return render_template("form.html", **_samples(), given_errors=errors)
        if page == "ended":
            return redirect("/sign-in")
        if page == "scan-photo":
            return {"text": "HTTPS://ZC.SCHOOL.EDU.CN/A/K7Q4M2XN2"}
        if page == "scan-frame":
            return ("", 204)
        if page == "preferences":
            response = redirect(request.form["next"])
            response.set_cookie("size", request.form.get("text_size", "normal"))
            return response
        flash("已保存。新的内容已记入台账。", "done")
        return redirect("/home")


def _flashes() -> list[tuple[str, str]]:
    return [(str(c), str(m)) for c, m in get_flashed_messages(with_categories=True)]


def _add_services(app: Flask) -> None:
    app.add_url_rule("/suggest", "suggest", _suggest)
    app.add_url_rule("/scan-look", "look", _look)
    asked = {"count": 0}

    @app.get("/job.json")
    def job() -> dict[str, Any]:
        asked["count"] += 1 if "ends" in request.args else 0
        done = min(3214, 1600 * asked["count"]) if "ends" in request.args else 1600
        state = "done" if done == 3214 else "running"
        words = f"已登记 {done} / 3214 行"
        return {
            "state": state,
            "done": done,
            "total": 3214,
            "words": words,
            "next_url": "/home" if state == "done" else None,
        }

    @app.get("/sample/<int:number>.jpg")
    def photo(number: int) -> Response:
        shade = 150 + 15 * (number % 5)
        picture = Image.new("RGB", (480, 360), (shade, shade, shade - 12))
        file = io.BytesIO()
        picture.save(file, "JPEG")
        return Response(file.getvalue(), content_type="image/jpeg")


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8090
    create_gallery().run("127.0.0.1", port, debug=True, use_reloader=False)
