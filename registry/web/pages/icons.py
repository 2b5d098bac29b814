"""The icon sheet: the few symbols pages use, taken from the installed Bootstrap set."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from registry.web.pages.bootstrap import BOOTSTRAP

ICONS = {
    # where one goes
    "home": "house",
    "scan": "qr-code-scan",
    "need": "bag-plus",
    "ledger": "journal-text",
    "more": "grid",
    "idle": "box-seam",
    "count": "clipboard-check",
    "labels": "tag",
    "import": "file-earmark-arrow-up",
    "export": "file-earmark-arrow-down",
    "sheet": "file-earmark-spreadsheet",
    "departments": "diagram-3",
    "department": "building",
    "people": "people",
    "person": "person",
    "me": "person-circle",
    "place": "geo-alt",
    "door": "door-open",
    "types": "tags",
    "reports": "bar-chart",
    "settings": "gear",
    "notices": "bell",
    "requests": "file-earmark-text",
    "approve": "patch-check",
    "help": "life-preserver",
    "certificate": "shield-check",
    "supplies": "basket",
    "basket": "basket",
    "bookings": "calendar-event",
    # what one does
    "search": "search",
    "add": "plus-lg",
    "edit": "pencil-square",
    "save": "check-lg",
    "print": "printer",
    "upload": "upload",
    "download": "download",
    "camera": "camera",
    "photo": "image",
    "transfer": "arrow-left-right",
    "loan": "arrow-up-right-circle",
    "return": "arrow-return-left",
    "undo": "arrow-counterclockwise",
    "refresh": "arrow-repeat",
    "remove": "trash",
    "close": "x-lg",
    "filter": "funnel",
    "sort": "arrow-down-up",
    "sort-ascending": "sort-up",
    "sort-descending": "sort-down",
    "columns": "layout-three-columns",
    "repair": "wrench",
    "report": "megaphone",
    "call": "telephone",
    "type": "keyboard",
    "sign-in": "box-arrow-in-right",
    "sign-out": "box-arrow-right",
    "language": "translate",
    "text-size": "fonts",
    "key": "key",
    "link": "link-45deg",
    "note": "chat-left-text",
    "file": "file-earmark",
    # how things stand
    "done": "check-circle",
    "info": "info-circle",
    "warning": "exclamation-triangle",
    "error": "x-octagon",
    "question": "question-circle",
    "waiting": "hourglass-split",
    "clock": "clock",
    "history": "clock-history",
    "locked": "lock",
    "open": "unlock",
    "held": "bookmark-check",
    "stopped": "pause-circle",
    "running": "play-circle",
    "disposed": "archive",
    "offline": "wifi-off",
    "sound": "volume-up",
    "money": "cash-coin",
    "star": "star",
    "flag": "flag",
    "seen": "eye",
    "none": "dash-lg",
    "dot": "circle-fill",
    # which way
    "forward": "chevron-right",
    "back": "chevron-left",
    "down": "chevron-down",
    "up": "chevron-up",
    "to": "arrow-right",
    "menu": "list",
    "dots": "three-dots",
}
"""Our name of each icon, by what it means here, and its name in Bootstrap's set."""

_SYMBOL = re.compile(
    r'<symbol class="[^"]*" viewBox="([^"]*)" id="([^"]*)">(.*?)</symbol>', re.DOTALL
)


def _drawings(sprite: Path) -> dict[str, tuple[str, str]]:
    """The view box and the paths of every symbol in Bootstrap's sprite."""
    text = sprite.read_text(encoding="utf-8")
    return {name: (box, paths) for box, name, paths in _SYMBOL.findall(text)}


@cache
def icon_sheet() -> bytes:
    """An SVG with one symbol for each of ICONS; KeyError if Bootstrap lacks one."""
    drawn = _drawings(BOOTSTRAP / "icons" / "bootstrap-icons.svg")
    symbols = [
        f'<symbol id="{name}" viewBox="{drawn[theirs][0]}">{drawn[theirs][1]}</symbol>'
        for name, theirs in ICONS.items()
    ]
    opening = '<svg xmlns="http://www.w3.org/2000/svg">'
    return f"{opening}{''.join(symbols)}</svg>\n".encode()
